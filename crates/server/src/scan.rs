//! What a scanned text means: the codec's verdict as codes of the catalogue.

use emvqr::{Code as Payload, Finding, Options, Severity, Tip, Verdict};
use money::{Amount, Currency, Money};
use switch::Time;
use switch::limits::CODE_HELD_DEFAULT;
use wire::api;
use wire::error::{Code, Problem};

use crate::convert::Hashing;
use crate::ticket::OneTime;

/// A payable code of a scheme that we carry.
#[derive(Debug)]
pub(crate) struct Scanned {
    /// As participants and corridors write it.
    pub(crate) scheme: &'static str,
    pub(crate) whose: Whose,
    pub(crate) currency: Currency,
    /// The amount that it fixes.
    pub(crate) price: Option<Money>,
    pub(crate) expires_ms: Option<i64>,
    pub(crate) one_time: Option<OneTime>,
    /// What the code says of the shop's trade.
    pub(crate) category: Option<u16>,
    pub(crate) findings: Vec<api::ScannedFinding>,
}

/// Whom the code names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// A store id of JPQR, found in the registry.
    Store(String),
    /// An account of KHQR, found by the bank behind the `@`.
    Account { account: String, bank: String },
}

/// Reads a code as a paying wallet would, now.
pub(crate) fn read(payload: &str, now: Time) -> Result<Scanned, Problem> {
    let now_ms = now.0.div_euclid(1_000_000);
    let reading = emvqr::read(payload, &Options::at(now_ms));
    let code = match (reading.verdict, reading.code) {
        (Verdict::Accept, Some(code)) => code,
        (Verdict::NotACode, _) => return Err(Problem::new(Code::CodeNotPayment)),
        (Verdict::Accept | Verdict::Refuse, _) => return Err(refusal(&reading.findings)),
    };
    let (scheme, whose, expires_ms) = match &code {
        Payload::Khqr(khqr) => {
            let account = khqr.account_id();
            let bank = account
                .split_once('@')
                .map(|(_, bank)| bank)
                .unwrap_or_default();
            let whose = Whose::Account {
                account: account.to_owned(),
                bank: bank.to_ascii_lowercase(),
            };
            ("KHQR", whose, khqr.expires_ms())
        }
        Payload::Jpqr(jpqr) => ("JPQR", Whose::Store(jpqr.store_id().to_string()), None),
        Payload::Merchant(_) => return Err(Problem::new(Code::SchemeUnsupported)),
    };
    let common = code.common();
    if matches!(common.tip, Some(Tip::Fixed(_) | Tip::Percent(_))) {
        let problem = Problem::new(Code::MerchantNotAccepting);
        return Err(
            problem.with_detail("the code asks for a fee on top, which no corridor carries")
        );
    }
    let currency = currency(common.currency)?;
    let price = common
        .amount
        .map(|amount| price(amount, currency))
        .transpose()?;
    Ok(Scanned {
        scheme,
        whose,
        currency,
        price,
        expires_ms,
        category: common.category.and_then(category),
        one_time: one_time(code.code_key(), expires_ms, now),
        findings: reading.findings.iter().map(finding).collect(),
    })
}

/// Four digits of ISO 18245; 0000 stands in codes whose shop has none.
pub(crate) fn category(digits: &str) -> Option<u16> {
    let is_plain = digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit());
    let number = is_plain.then(|| digits.parse().ok()).flatten();
    number.filter(|number| *number != 0)
}

/// A dynamic code is one thing however it is re-encoded: its key is what the codec makes of
/// scheme, account, bill, amount and time.
fn one_time(key: Option<String>, expires_ms: Option<i64>, now: Time) -> Option<OneTime> {
    let key = Hashing::of("spean code key").part(&key?).finish();
    Some(match expires_ms {
        Some(ms) => OneTime::new(key, Time(ms.saturating_mul(1_000_000)), true),
        None => OneTime::new(key, now.after(CODE_HELD_DEFAULT), false),
    })
}

fn currency(currency: emvqr::Currency) -> Result<Currency, Problem> {
    let unknown = || Problem::new(Code::SchemeUnsupported);
    Currency::from_numeric(currency.numeric()).ok_or_else(unknown)
}

fn price(amount: emvqr::Amount<'_>, currency: Currency) -> Result<Money, Problem> {
    let minor = amount
        .minor_units(currency.exponent())
        .ok()
        .and_then(Amount::from_minor);
    let minor = minor.ok_or_else(|| Problem::new(Code::CodeUnreadable))?;
    Ok(Money::new(currency, minor))
}

fn finding(finding: &Finding) -> api::ScannedFinding {
    api::ScannedFinding {
        code: finding.code.to_owned(),
        path: finding.path.clone(),
        message: finding.message.clone(),
    }
}

/// Which of the findings is the reason, the plainest first: a damaged text explains everything
/// else, and what looks like an attack is called one.
const REASONS: &[(&str, Code)] = &[
    ("checksum-wrong", Code::CodeChecksumWrong),
    ("two-faced", Code::CodeTwoFaced),
    ("two-schemes", Code::CodeTampered),
    ("repeated-tag", Code::CodeTampered),
    ("ambiguous-length", Code::CodeTampered),
    ("bidi-control", Code::CodeTampered),
    ("invisible-character", Code::CodeTampered),
    ("mixed-scripts", Code::CodeTampered),
    ("control-character", Code::CodeTampered),
    ("expiry-before-creation", Code::CodeTampered),
    ("country-mismatch", Code::CodeTampered),
    ("currency-mismatch", Code::CodeTampered),
    ("expired", Code::CodeExpired),
];

fn refusal(findings: &[Finding]) -> Problem {
    let rejecting = || {
        findings
            .iter()
            .filter(|finding| finding.severity == Severity::Rejects)
    };
    let named = REASONS.iter().find_map(|(name, code)| {
        let finding = rejecting().find(|finding| finding.code == *name)?;
        Some((finding, *code))
    });
    let named = named.or_else(|| {
        rejecting()
            .next()
            .map(|found| (found, Code::CodeUnreadable))
    });
    match named {
        Some((finding, code)) => {
            let detail = format!("{} ({})", finding.message, finding.code);
            Problem::new(code).with_detail(detail)
        }
        None => Problem::new(Code::CodeUnreadable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time(1_767_225_600_000_000_000);
    const KHQR: &str = "00020101021229170013shop_one@aclb520459995303116540450005802KH5913Angkor \
                        Coffee6010Phnom Penh9934001317672256000000113176722620000063044015";
    const JPQR: &str = "00020101021126680019jp.or.paymentsjapan0113000000000000102040001030600000\
                        10406000001520458125303392\
                        5802JP5911TORII RAMEN6005TOKYO6107106003264160002JA0106\
                        鳥居ラーメン63043C77";

    fn code_of(payload: &str, now: Time) -> Code {
        read(payload, now).unwrap_err().code()
    }

    #[test]
    fn codes_of_both_schemes_say_whom_and_how_much() {
        let khqr = read(KHQR, NOW).unwrap();
        let account = Whose::Account {
            account: "shop_one@aclb".into(),
            bank: "aclb".into(),
        };
        assert_eq!((khqr.scheme, &khqr.whose), ("KHQR", &account));
        assert_eq!(
            khqr.price.map(|price| price.to_string()).as_deref(),
            Some("KHR 5000")
        );
        assert_eq!(khqr.expires_ms, Some(1_767_226_200_000));
        let one_time = khqr.one_time.unwrap();
        assert_eq!(
            (one_time.until_ns, one_time.is_said),
            (1_767_226_200_000_000_000, true)
        );

        let jpqr = read(JPQR, NOW).unwrap();
        let store = Whose::Store("0000000000001-0001-000001-000001".into());
        assert_eq!((jpqr.scheme, &jpqr.whose), ("JPQR", &store));
        assert_eq!(
            (jpqr.currency, jpqr.price, jpqr.one_time),
            (Currency::Jpy, None, None)
        );
        assert_eq!((khqr.category, jpqr.category), (Some(5_999), Some(5_812)));
    }

    #[test]
    fn a_category_is_four_digits_that_are_not_nothing() {
        for (text, expected) in [("5812", Some(5_812)), ("0742", Some(742))] {
            assert_eq!(category(text), expected, "{text}");
        }
        for text in ["", "0000", "581", "58120", "58a2", "+812", "５８１２"] {
            assert_eq!(category(text), None, "{text}");
        }
    }

    #[test]
    fn a_code_that_must_not_be_paid_is_refused_with_its_reason() {
        for (payload, code) in [
            ("https://example.com", Code::CodeNotPayment),
            ("", Code::CodeNotPayment),
            (
                &KHQR.replace("shop_one", "shop_two"),
                Code::CodeChecksumWrong,
            ),
            (KHQR.get(..60).unwrap(), Code::CodeUnreadable),
            (
                "00020101021129370016A0000006770101110113006681222333353037645802TH63041DCF",
                Code::SchemeUnsupported,
            ),
        ] {
            assert_eq!(code_of(payload, NOW), code, "{payload}");
        }
        let later = Time(NOW.0 + 3_600_000_000_000);
        assert_eq!(code_of(KHQR, later), Code::CodeExpired);
    }
}
