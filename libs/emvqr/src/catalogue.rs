//! The tables of this library for people and programs: what a field is, what a finding means, and
//! which finding stands for which error of the official KHQR kit. `docs/CODES.md` is made of them.

use crate::build::Own;
use crate::finding::Severity;
use crate::rules::kinds::Kind;
use crate::rules::{Column, Need, Place, Shape};

/// One kind of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Stable; programs branch on it.
    pub code: &'static str,
    /// What is said of the field, after its name.
    pub text: &'static str,
    /// Whose rule it is; `None` where that depends on the field.
    pub source: Option<&'static str>,
    /// The official KHQR kit's number; `None` where it has none or where it depends on the field.
    pub sdk_code: Option<u8>,
    /// How much it weighs in a KHQR, in a JPQR, in any other code, and when read strictly; `None`
    /// where nothing is said of it.
    pub severities: [Option<Severity>; 4],
}

/// All kinds of findings.
///
/// ```
/// let two_faced = emvqr::rules().find(|rule| rule.code == "two-faced").unwrap();
/// assert_eq!(two_faced.severities, [Some(emvqr::Severity::Rejects); 4]);
/// ```
pub fn rules() -> impl Iterator<Item = Rule> {
    Kind::ALL.iter().map(|kind| Rule {
        code: kind.code(),
        text: kind.text(),
        source: Some(kind.source()).filter(|source| !source.is_empty()),
        sdk_code: number(kind.sdk()),
        severities: [Column::Khqr, Column::Jpqr, Column::Emv, Column::Strict]
            .map(|column| kind.severity(column)),
    })
}

/// What only those who write codes are told: the code, and what is said of the field or the code
/// after its name. Whoever builds one is told the findings of [`rules`] besides.
///
/// ```
/// assert!(emvqr::writing_rules().any(|(code, _)| code == "already-dynamic"));
/// ```
pub fn writing_rules() -> impl Iterator<Item = (&'static str, &'static str)> {
    Own::ALL.into_iter().map(|own| (own.code(), own.text()))
}

/// One row of the field table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldRow {
    /// What it stands in.
    pub within: &'static str,
    /// The first tag that the row is about.
    pub tag_first: u8,
    /// The last one.
    pub tag_last: u8,
    /// What it is called in messages.
    pub name: &'static str,
    /// `digits`, `ans` (printable ASCII), `text` or `template`.
    pub shape: &'static str,
    /// Fewest characters.
    pub chars_min: usize,
    /// Most characters.
    pub chars_max: usize,
    /// `may`, `should` or `must` be there in a KHQR, in a JPQR, in any other code, and when read
    /// strictly.
    pub needs: [&'static str; 4],
    /// The official KHQR kit's numbers for absent, of wrong length, of wrong value.
    pub sdk_codes: [Option<u8>; 3],
    /// Whose rules these are.
    pub source: &'static str,
}

/// All fields, container by container, in the order in which they are written.
///
/// ```
/// let name = emvqr::fields().find(|field| field.name == "merchant name").unwrap();
/// assert_eq!((name.tag_first, name.chars_max), (59, 25));
/// assert_eq!(name.sdk_codes, [Some(2), Some(7), None]);
/// ```
pub fn fields() -> impl Iterator<Item = FieldRow> {
    Place::ALL.into_iter().flat_map(|place| {
        crate::rules::rows(place).map(move |row| FieldRow {
            within: place.title(),
            tag_first: row.first,
            tag_last: row.last,
            name: row.name,
            shape: match row.shape {
                Shape::Digits => "digits",
                Shape::Ans => "ans",
                Shape::Text => "text",
                Shape::Template(_) => "template",
            },
            chars_min: row.chars_min,
            chars_max: row.chars_max,
            needs: row.needs.map(|need| match need {
                Need::May => "may",
                Need::Should => "should",
                Need::Must => "must",
            }),
            sdk_codes: [row.sdk_missing, row.sdk_length, row.sdk_value].map(number),
            source: place.source_of(row.first),
        })
    })
}

fn number(sdk: u8) -> Option<u8> {
    (sdk != 0).then_some(sdk)
}

/// What the official KHQR kit calls its error, 1 to 51, in the kit's own spelling.
///
/// ```
/// assert_eq!(emvqr::sdk_name(46), Some("KHQR_EXPIRED"));
/// assert_eq!(emvqr::sdk_name(52), None);
/// ```
#[must_use]
pub fn sdk_name(sdk_code: u8) -> Option<&'static str> {
    let index = usize::from(sdk_code).checked_sub(1)?;
    SDK_NAMES.get(index).copied()
}

const SDK_NAMES: [&str; 51] = [
    "BAKONG_ACCOUNT_ID_REQUIRED",
    "MERCHANT_NAME_REQUIRED",
    "BAKONG_ACCOUNT_ID_INVALID",
    "TRANSACTION_AMOUNT_INVALID",
    "MERCHANT_TYPE_REQUIRED",
    "BAKONG_ACCOUNT_ID_LENGTH_INVALID",
    "MERCHANT_NAME_LENGTH_INVALID",
    "KHQR_INVALID",
    "CURRENCY_TYPE_REQUIRED",
    "BILL_NUMBER_LENGTH_INVALID",
    "STORE_LABEL_LENGTH_INVALID",
    "TERMINAL_LABEL_LENGTH_INVALID",
    "CONNECTION_TIMEOUT",
    "INVALID_DEEP_LINK_SOURCE_INFO",
    "INTERNAL_SREVER",
    "PAYLOAD_FORMAT_INDICATOR_LENGTH_INVALID",
    "POINT_INITIATION_LENGTH_INVALID",
    "MERCHANT_CODE_LENGTH_INVALID",
    "TRANSACTION_CURRENCY_LENGTH_INVALID",
    "COUNTRY_CODE_LENGTH_INVALID",
    "MERCHANT_CITY_LENGTH_INVALID",
    "CRC_LENGTH_INVALID",
    "PAYLOAD_FORMAT_INDICATOR_TAG_REQUIRED",
    "CRC_TAG_REQUIRED",
    "MERCHANT_CATEGORY_TAG_REQUIRED",
    "COUNTRY_CODE_TAG_REQUIRED",
    "MERCHANT_CITY_TAG_REQUIRED",
    "UNSUPPORTED_CURRENCY",
    "INVALID_DEEP_LINK_URL",
    "MERCHANT_ID_REQUIRED",
    "ACQUIRING_BANK_REQUIRED",
    "MERCHANT_ID_LENGTH_INVALID",
    "ACQUIRING_BANK_LENGTH_INVALID",
    "MOBILE_NUMBER_LENGTH_INVALID",
    "ACCOUNT_INFORMATION_LENGTH_INVALID",
    "TAG_NOT_IN_ORDER",
    "LANGUAGE_PREFERENCE_REQUIRED",
    "LANGUAGE_PREFERENCE_LENGTH_INVALID",
    "MERCHANT_NAME_ALTERNATE_LANGUAGE_REQUIRED",
    "MERCHANT_NAME_ALTERNATE_LANGUAGE_LENGTH_INVALID",
    "MERCHANT_CITY_ALTERNATE_LANGUAGE_LENGTH_INVALID",
    "PURPOSE_OF_TRANSACTION_LENGTH_INVALID",
    "UPI_ACCOUNT_INFORMATION_LENGTH_INVALID",
    "UPI_ACCOUNT_INFORMATION_INVALID_CURRENCY",
    "EXPIRATION_TIMESTAMP_REQUIRED",
    "KHQR_EXPIRED",
    "INVALID_DYNAMIC_KHQR",
    "POINT_OF_INITIATION_METHOD_INVALID",
    "EXPIRATION_TIMESTAMP_LENGTH_INVALID",
    "EXPIRATION_TIMESTAMP_IN_THE_PAST",
    "INVALID_MERCHANT_CATEGORY_CODE",
];
