//! A payment at home: a customer pays a dynamic code of the same institution. It is here so that
//! a code can be paid already when the link asks for it.

use money::Money;

use crate::bakong::{self, Movement};
use crate::codes;
use crate::ledger::{Books, CodeRow, Line, Step};
use crate::site::Site;
use crate::trouble::{Trouble, Word};

/// Pays a code that one of our shops shows, at once; gives the code and Bakong's hash.
pub(crate) fn pay(
    books: &Books<'_>,
    site: &Site,
    account: &str,
    payload: &str,
) -> Result<(CodeRow, Option<String>), Trouble> {
    let code = books.code(payload)?.ok_or(Word::CodeForeign)?;
    if site.now_ms() > code.expires_ms {
        return Err(Word::CodeExpired.into());
    }
    let code_key = codes::key(payload).ok_or(Word::CodeForeign)?;
    // The code itself names the payment: a second one for it is the first one again, and refused.
    let item = format!("domestic:{}", bakong::payload_md5(payload));
    if books.posted(Step::Domestic, &item)? || !books.claim_code(&code_key, &item)? {
        return Err(Word::CodePaid.into());
    }
    let Money { currency, amount } = code.price;
    let lines = [
        Line::debit(account, currency, amount),
        Line::credit(&code.account, currency, amount),
    ];
    books.post((Step::Domestic, &item), &lines, site.now_ms())?;
    if !site.is_bank() {
        return Ok((code, None));
    }
    let (from, to, money) = (account.to_owned(), code.account.clone(), code.price);
    let movement = Movement {
        from,
        to,
        money,
        item,
        code: Some(payload.to_owned()),
    };
    let hash = bakong::record(books, &movement, site.now_ms())?;
    Ok((code, Some(hash)))
}
