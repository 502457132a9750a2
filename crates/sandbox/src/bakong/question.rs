//! What callers ask, read at the border. The real one's document gives each field a length and
//! nothing more, so a text of the right length that is no MD5 is looked for and not found, and
//! unknown fields are passed over: clients in the field send what they like.

use core::fmt;

use money::{Amount, Currency, Money};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::answer::Refusal;
use crate::limits::{
    BAKONG_ACCOUNT_CHARS_MAX, BAKONG_EMAIL_CHARS_MAX, BAKONG_LIST_MAX, BAKONG_TEXT_CHARS_MAX,
};

/// The hash's first eight digits and what was moved.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Short {
    pub(super) prefix: String,
    pub(super) money: Money,
}

impl fmt::Debug for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Short({} {:?})", self.prefix, self.money)
    }
}

/// The one text that a question consists of.
pub(super) fn text(body: &[u8], field: &str) -> Result<String, Refusal> {
    let fields: Map<String, Value> =
        serde_json::from_slice(body).map_err(|_unfit| Refusal::FieldsMissing)?;
    let found = fields.get(field).and_then(Value::as_str);
    found
        .filter(|text| is_text(text))
        .map(str::to_owned)
        .ok_or(Refusal::FieldsMissing)
}

/// An e-mail address; whether anybody has it is another question.
pub(super) fn email(body: &[u8]) -> Result<String, Refusal> {
    let email = text(body, "email")?;
    if email.chars().count() > BAKONG_EMAIL_CHARS_MAX {
        return Err(Refusal::FieldsMissing);
    }
    Ok(email)
}

/// `name@bank`.
pub(super) fn account(body: &[u8]) -> Result<String, Refusal> {
    let account = text(body, "accountId")?;
    let parts = account.split_once('@');
    let visible = account.chars().all(|letter| letter.is_ascii_graphic());
    let fits = visible && account.len() <= BAKONG_ACCOUNT_CHARS_MAX;
    let whole = parts
        .is_some_and(|(name, bank)| !name.is_empty() && !bank.is_empty() && !bank.contains('@'));
    if fits && whole {
        Ok(account)
    } else {
        Err(Refusal::AccountInvalid)
    }
}

/// `{hash, amount, currency}`.
pub(super) fn short(body: &[u8]) -> Result<Short, Refusal> {
    // The amount is read as it is written: no number of money goes through a float.
    #[derive(Deserialize)]
    struct Fields {
        hash: String,
        amount: Box<RawValue>,
        currency: String,
    }
    let fields: Fields = serde_json::from_slice(body).map_err(|_unfit| Refusal::FieldsMissing)?;
    let currency = match fields.currency.as_str() {
        "KHR" => Currency::Khr,
        "USD" => Currency::Usd,
        _not_on_bakong => return Err(Refusal::FieldsMissing),
    };
    let amount =
        Amount::parse(fields.amount.get(), currency).map_err(|_unfit| Refusal::FieldsMissing)?;
    if fields.hash.chars().count() != 8 {
        return Err(Refusal::FieldsMissing);
    }
    Ok(Short {
        prefix: fields.hash,
        money: Money::new(currency, amount),
    })
}

/// A bare array of texts, neither empty nor too long.
pub(super) fn list(body: &[u8]) -> Result<Vec<String>, Refusal> {
    let texts: Vec<String> =
        serde_json::from_slice(body).map_err(|_unfit| Refusal::FieldsMissing)?;
    let fits = !texts.is_empty() && texts.len() <= BAKONG_LIST_MAX;
    if fits && texts.iter().all(|text| is_text(text)) {
        Ok(texts)
    } else {
        Err(Refusal::FieldsMissing)
    }
}

fn is_text(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= BAKONG_TEXT_CHARS_MAX
}
