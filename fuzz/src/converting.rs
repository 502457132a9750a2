//! An accepted code in other forms: the same payment, or what was asked for, and never a code that
//! is refused.

use emvqr::limits::FINDINGS_MAX;
use emvqr::{BuildError, Code, OnePayment, Options, Rebuilt, assemble, outline, read};

use crate::{NOW_MS, sound};

pub(crate) fn check(text: &str, code: &Code<'_>) {
    check_outline(text);
    if let Some(usual) = written(text, code.canonical()) {
        let after = accepted(&usual.payload);
        check_same(code, &after);
        let again = after
            .canonical()
            .expect("what was written is written again");
        assert_eq!((again.payload, again.changes), (usual.payload, vec![]));
    }
    let Some(standing) = written(text, code.to_static()) else {
        return;
    };
    let many = accepted(&standing.payload);
    assert_eq!((many.common().amount, many.code_key()), (None, None));
    let one = OnePayment {
        amount: "7",
        currency: None,
        now_ms: NOW_MS,
        life_ms: None,
    };
    match many.to_dynamic(&one) {
        Ok(made) => {
            let made = accepted(&made.payload);
            let amount = made.common().amount.expect("an amount");
            assert_eq!(amount.text(), "7");
            assert_eq!(made.common().name, code.common().name);
        }
        Err(error) => is_said(&error),
    }
}

/// Taken apart and put together again it is the same, but for how a reader counts and for the
/// case of the checksum.
fn check_outline(text: &str) {
    let parts: Vec<_> = outline(text).iter().map(|field| field.to_part()).collect();
    let Ok(whole) = assemble(&parts) else { return };
    if text.chars().all(|c| c <= '\u{ffff}') {
        assert!(whole.eq_ignore_ascii_case(text), "{whole}");
    }
}

fn accepted(payload: &str) -> Code<'_> {
    let reading = read(payload, &Options::at(NOW_MS));
    reading.code.expect("what is written is accepted")
}

/// The only code that is accepted and has no other form is one whose characters are counted in two
/// ways, or one with more faults than are told.
fn written(text: &str, made: Result<Rebuilt, BuildError>) -> Option<Rebuilt> {
    match made {
        Ok(rebuilt) => {
            assert_eq!(rebuilt.payload == text, rebuilt.changes.is_empty());
            Some(rebuilt)
        }
        Err(error) => {
            let findings = read(text, &Options::at(NOW_MS)).findings.len();
            let is_known = error.code() == "astral-character" || findings >= FINDINGS_MAX;
            assert!(is_known, "{error:?}");
            None
        }
    }
}

fn is_said(error: &BuildError) {
    let is_own = emvqr::writing_rules().any(|(code, _)| code == error.code());
    assert!(is_own || sound::is_rule(error.code()), "{error:?}");
    sound::is_shown(&error.to_string());
}

fn check_same(one: &Code<'_>, other: &Code<'_>) {
    let (before, after) = (one.common(), other.common());
    let amount = |code: &Code<'_>| {
        let amount = code.common().amount?;
        let exponent = code.common().currency.exponent().unwrap_or(9);
        Some(amount.minor_units(exponent))
    };
    assert_eq!(amount(one), amount(other));
    assert_eq!(
        (
            before.currency,
            before.country,
            before.tip,
            before.initiation
        ),
        (after.currency, after.country, after.tip, after.initiation)
    );
    let filled = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    for (was, is) in [
        (before.name, after.name),
        (before.city, after.city),
        (before.category, after.category),
        (before.postal_code, after.postal_code),
        (before.additional.bill, after.additional.bill),
        (before.additional.reference, after.additional.reference),
    ] {
        assert_eq!(filled(was), filled(is));
    }
    assert_eq!(before.local, after.local);
    assert_eq!(
        (one.scheme(), one.code_key()),
        (other.scheme(), other.code_key())
    );
}
