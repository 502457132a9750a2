use alloc::{format, string::String};
use emvqr::{Options, describe, read};

pub(crate) fn told(payload: &str, now_ms: i64) -> Option<String> {
    let verdict = read(payload, &Options::at(now_ms)).verdict.as_str();
    let facts = describe(payload)?;
    let account = &facts.accounts.first()?.id;
    Some(format!(
        "{verdict} {account} {} {}",
        facts.currency?, facts.amount?
    ))
}
