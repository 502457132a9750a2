//! Any text: read as it comes, and once more with a checksum that is right, since no search finds
//! one by luck and most of the reader lies behind it.

use emvqr::{Code, Options, Rebuilt, Verdict, read};

use crate::{NOW_MS, converting, sound};

/// # Panics
/// If something does not hold.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    check_text(&text);
    check_text(&mended(&text));
    check_customers(&text);
}

/// The text with its checksum replaced, or added.
pub(crate) fn mended(text: &str) -> String {
    let checksum_at = text.len().checked_sub(8);
    let has_checksum = |at: &usize| text.get(*at..).is_some_and(|end| end.starts_with("6304"));
    let body = checksum_at
        .filter(has_checksum)
        .and_then(|at| text.get(..at));
    let covered = format!("{}6304", body.unwrap_or(text));
    format!("{covered}{:04X}", emvqr::crc::checksum(covered.as_bytes()))
}

fn check_text(text: &str) {
    sound::tree(text);
    let reading = read(text, &Options::at(NOW_MS));
    sound::reading(text, &reading);
    let facts = emvqr::describe(text);
    let Some(code) = &reading.code else { return };
    let facts = facts.expect("a code that can be paid can be described");
    let common = code.common();
    assert_eq!(facts.scheme, code.scheme());
    assert_eq!(facts.amount, common.amount.map(|amount| amount.text()));
    assert_eq!(facts.name, common.name);
    assert_eq!(facts.country, Some(common.country));
    check_expiry(text, code);
    check_again(text, code);
    converting::check(text, code);
}

/// A code for one payment is refused a millisecond after its time.
fn check_expiry(text: &str, code: &Code<'_>) {
    let Code::Khqr(khqr) = code else { return };
    let Some(expires_ms) = khqr.expires_ms().filter(|_| khqr.is_dynamic()) else {
        return;
    };
    assert!(expires_ms >= NOW_MS, "accepted after its time");
    let late = read(text, &Options::at(expires_ms + 1));
    assert_eq!(late.verdict, Verdict::Refuse);
}

/// build(read(s)) = s, or what was not kept is named and building again changes nothing more.
fn check_again(text: &str, code: &Code<'_>) {
    let Some(Ok(rebuilt)) = rebuild(code) else {
        return;
    };
    if rebuilt.changes.is_empty() {
        assert_eq!(rebuilt.payload, text);
        return;
    }
    assert_ne!(rebuilt.payload, text, "a change that changes nothing");
    let again = read(&rebuilt.payload, &Options::at(NOW_MS));
    let again = again.code.expect("what is built is accepted");
    check_same_payment(code, &again);
    let third = rebuild(&again)
        .expect("the scheme is the same")
        .expect("what was built builds");
    assert_eq!((third.payload, third.changes), (rebuilt.payload, vec![]));
}

fn rebuild(code: &Code<'_>) -> Option<Result<Rebuilt, emvqr::BuildError>> {
    match code {
        Code::Khqr(khqr) => Some(khqr.rebuild()),
        Code::Jpqr(jpqr) => Some(jpqr.rebuild()),
        Code::Merchant(_) => None,
    }
}

/// Whatever is rewritten, it is the same money to the same account.
fn check_same_payment(one: &Code<'_>, other: &Code<'_>) {
    let minor = |code: &Code<'_>| {
        let (common, exponent) = (code.common(), code.common().currency.exponent());
        let amount = common.amount?;
        Some(amount.minor_units(exponent.expect("a currency that is built has one")))
    };
    assert_eq!(minor(one), minor(other));
    assert_eq!(one.common().currency, other.common().currency);
    assert_eq!(one.common().name, other.common().name);
    match (one, other) {
        (Code::Khqr(one), Code::Khqr(other)) => {
            assert_eq!(one.account_id(), other.account_id());
            assert_eq!(one.merchant_id(), other.merchant_id());
            assert_eq!(
                (one.kind(), one.is_dynamic()),
                (other.kind(), other.is_dynamic())
            );
            assert_eq!(one.expires_ms(), other.expires_ms());
            assert_eq!(one.bill(), other.bill());
        }
        (Code::Jpqr(one), Code::Jpqr(other)) => {
            assert_eq!(one.store_id(), other.store_id());
            assert_eq!(one.local_name(), other.local_name());
        }
        _ => panic!("the scheme changed"),
    }
}

fn check_customers(text: &str) {
    if let Ok(code) = emvqr::read_customer(text) {
        assert!(!code.objects().is_empty());
        if let (Some(operator), Some(payment)) = (code.operator(), code.payment()) {
            let wanted = emvqr::CustomerJpqr {
                operator,
                payment,
                free: None,
            };
            assert!(emvqr::build_customer(&wanted).is_ok());
        }
    }
}
