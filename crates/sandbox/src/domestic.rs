//! A payment at home: a customer pays a dynamic code of the same institution, one that a shop
//! showed here or one that the shop's own software made for its Bakong account. It is here so that
//! a code can be paid already when the link asks for it, and so that an integration with the
//! simulated Bakong has payments to look for.

use emvqr::{Code, Options};
use money::{Amount, Currency, Money};

use crate::bakong::{self, Movement};
use crate::codes;
use crate::ledger::{Books, CodeRow, Line, Step};
use crate::site::Site;
use crate::trouble::{Trouble, Word, refused};

/// Pays a code for one of our accounts, at once; gives the code and Bakong's hash.
pub(crate) fn pay(
    books: &Books<'_>,
    site: &Site,
    account: &str,
    payload: &str,
) -> Result<(CodeRow, Option<String>), Trouble> {
    let code = match books.code(payload)? {
        Some(code) => code,
        None => made_elsewhere(books, site, payload)?,
    };
    if site.now_ms() > code.expires_ms {
        return Err(Word::CodeExpired.into());
    }
    let code_key = codes::key(payload).ok_or(Word::CodeForeign)?;
    if code.account == account {
        return Err(refused(Word::InvalidField, "`account` pays itself"));
    }
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

/// A dynamic KHQR for one of our accounts that was not made here.
fn made_elsewhere(books: &Books<'_>, site: &Site, payload: &str) -> Result<CodeRow, Trouble> {
    // Time zero: an end that is past has its own word.
    let Some(Code::Khqr(khqr)) = emvqr::read(payload, &Options::at(0)).code else {
        return Err(Word::CodeForeign.into());
    };
    let (Some(amount), Some(expires_ms)) = (khqr.amount(), khqr.expires_ms()) else {
        return Err(Word::CodeForeign.into());
    };
    let account = khqr.account_id().to_owned();
    let currency = khqr.common().currency.alpha();
    let currency = currency.and_then(Currency::from_alpha);
    let accounts = books.accounts_of(&account)?;
    let ours = accounts
        .iter()
        .find(|ours| Some(ours.currency) == currency && !ours.closed);
    let Some(ours) = ours.filter(|_account| site.is_bank()) else {
        return Err(Word::CodeForeign.into());
    };
    let unfit = || refused(Word::InvalidField, "the code's amount");
    let amount = Amount::parse(amount.text(), ours.currency).map_err(|_bad| unfit())?;
    if amount.is_zero() {
        return Err(unfit());
    }
    Ok(CodeRow {
        payload: payload.to_owned(),
        price: Money::new(ours.currency, amount),
        account,
        bill: khqr.bill().unwrap_or_default().to_owned(),
        expires_ms,
    })
}

#[cfg(test)]
mod tests {
    use emvqr::{Dynamic, KhqrBuilder};

    use super::*;
    use crate::ledger::Holder;
    use crate::testing::{bank, customer, japan, khr, on_books};

    const SHOP: &str = "shop@sthp";
    const PAYER: &str = "payer@sthp";

    /// A code as the software of a shop makes it, by itself.
    fn made(account: &str, currency: emvqr::Currency, created_ms: i64) -> String {
        let dynamic = Dynamic {
            amount_minor: 5_000,
            created_ms,
            expires_ms: created_ms + 60_000,
        };
        let builder = KhqrBuilder::individual(account)
            .name("Shop")
            .city("Phnom Penh");
        builder.currency(currency).dynamic(dynamic).build().unwrap()
    }

    #[test]
    fn a_code_that_the_shop_made_itself_is_paid_once_and_found_by_its_md5() {
        on_books(|books| {
            let site = bank();
            let riel = emvqr::Currency::KHR;
            customer(books, PAYER, khr(100_000));
            books
                .open_account(&Holder::shop(SHOP, "Shop"), Currency::Khr)
                .unwrap();
            let now_ms = site.now_ms();
            let code = made(SHOP, riel, now_ms);
            let (paid, hash) = pay(books, &site, PAYER, &code).unwrap();
            assert_eq!((paid.account.as_str(), paid.price), (SHOP, khr(5_000)));
            assert_eq!(bakong::paid_by(books, &code).unwrap(), hash);
            assert!(hash.is_some());
            let balance = |account| {
                let row = books.account(account, Currency::Khr).unwrap();
                row.unwrap().balance
            };
            assert_eq!((balance(PAYER), balance(SHOP)), (95_000, 5_000));

            let refused = |site: &Site, payer: &str, code: &str| {
                let told = pay(books, site, payer, code).map(|(code, _)| code);
                let Err(Trouble::Refused(word, _)) = told else {
                    panic!("{told:?}")
                };
                word
            };
            let fresh = made(SHOP, riel, now_ms + 1);
            for (payer, code, word) in [
                (PAYER, code.as_str(), Word::CodePaid),
                (PAYER, &made(SHOP, riel, now_ms - 60_001), Word::CodeExpired),
                (PAYER, &made("nobody@sthp", riel, now_ms), Word::CodeForeign),
                (
                    PAYER,
                    &made(SHOP, emvqr::Currency::USD, now_ms),
                    Word::CodeForeign,
                ),
                (PAYER, &made(PAYER, riel, now_ms), Word::InvalidField),
                (PAYER, "no code", Word::CodeForeign),
                ("nobody@sthp", &fresh, Word::CustomerUnknown),
            ] {
                assert_eq!(refused(&site, payer, code), word, "{code}");
            }
            assert_eq!(refused(&japan(), PAYER, &fresh), Word::CodeForeign);
            assert_eq!((balance(PAYER), balance(SHOP)), (95_000, 5_000));
        });
    }
}
