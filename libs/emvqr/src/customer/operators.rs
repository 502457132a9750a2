//! Whose bar code it is.

/// The operator at the head of a bar code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator<'a> {
    /// Eight digits.
    pub code: &'a str,
    /// Its name, if we know it. Observed on telephones, not from a published list.
    pub name: Option<&'static str>,
}

/// Digits of an operator's number.
const CODE_DIGITS: usize = 8;

/// The operator of a customer's bar code (Code 128, digits only), whose number stands in front;
/// `None` if the text is not such a bar code. How long one may be, and whether it has a check
/// digit, is not public.
///
/// ```
/// let operator = emvqr::operator("315899001234567890").unwrap();
/// assert_eq!((operator.code, operator.name), ("31589900", Some("Merpay")));
/// assert_eq!(emvqr::operator("hQVKUFFSMWEGTwFBVwFC"), None);
/// ```
#[must_use]
pub fn operator(digits: &str) -> Option<Operator<'_>> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (code, own) = digits.split_at_checked(CODE_DIGITS)?;
    let known = KNOWN.iter().find(|(start, _)| digits.starts_with(start));
    (!own.is_empty()).then_some(Operator {
        code,
        name: known.map(|(_, name)| *name),
    })
}

/// Longer beginnings first.
const KNOWN: [(&str, &str); 9] = [
    ("9000818188", "PayPay"),
    ("90000000", "LINE Pay"),
    ("90000001", "Origami Pay"),
    ("90000002", "d Barai"),
    ("31589900", "Merpay"),
    ("31589921", "au PAY"),
    ("31589995", "pring"),
    ("315899", "an operator of the 3158 99 block"),
    ("900001", "Rakuten Pay"),
];
