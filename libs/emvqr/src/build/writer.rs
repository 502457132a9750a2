//! Values to payload, in the order of the field table.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::BuildError;
use crate::crc;
use crate::digits::Digits;
use crate::finding::Severity;
use crate::limits::{BUILT_BYTES_EXPECTED, FIELD_CHARS_MAX};
use crate::read::{Options, read};
use crate::rules::kinds::Kind;
use crate::rules::{self, Place};
use crate::text;
use crate::tlv::Unit;

/// What a builder can write, in the order of the field table (a test holds it to that).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Format,
    Initiation,
    UnionPay,
    AccountFirst,
    AccountSecond,
    AccountThird,
    AccountFourth,
    AccountFifth,
    Category,
    Currency,
    Amount,
    TipIndicator,
    FixedFee,
    PercentFee,
    Country,
    Name,
    City,
    PostalCode,
    Bill,
    Mobile,
    StoreLabel,
    Reference,
    Terminal,
    Purpose,
    Language,
    LocalName,
    LocalCity,
    Created,
    Expires,
}

const FIELDS: usize = 29;

/// A template, or a run of fields of the root, with the first and the last field in it.
type Run = (Option<(u8, Place)>, &'static [(Field, u8)]);

use Field as F;

const BEFORE: &[(Field, u8)] = &[(F::Format, 0), (F::Initiation, 1), (F::UnionPay, 15)];
const ACCOUNT: &[(Field, u8)] = &[
    (F::AccountFirst, 0),
    (F::AccountSecond, 1),
    (F::AccountThird, 2),
    (F::AccountFourth, 3),
    (F::AccountFifth, 4),
];
const AFTER: [Run; 4] = [
    (
        None,
        &[
            (F::Category, 52),
            (F::Currency, 53),
            (F::Amount, 54),
            (F::TipIndicator, 55),
            (F::FixedFee, 56),
            (F::PercentFee, 57),
            (F::Country, 58),
            (F::Name, 59),
            (F::City, 60),
            (F::PostalCode, 61),
        ],
    ),
    (
        Some((62, Place::Additional)),
        &[
            (F::Bill, 1),
            (F::Mobile, 2),
            (F::StoreLabel, 3),
            (F::Reference, 5),
            (F::Terminal, 7),
            (F::Purpose, 8),
        ],
    ),
    (
        Some((64, Place::Language)),
        &[(F::Language, 0), (F::LocalName, 1), (F::LocalCity, 2)],
    ),
    (
        Some((99, Place::Times)),
        &[(F::Created, 0), (F::Expires, 1)],
    ),
];

/// The account template of a code: its tag, and what it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct AccountAt {
    pub(super) tag: u8,
    pub(super) place: Place,
}

/// A code as it was written.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) text: String,
    /// Whether it is printable ASCII of values that the rows alone pass: of the right length,
    /// digits where digits belong. What the rows do not say is left to the builder.
    pub(super) passes_rows: bool,
}

/// The values of a code to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Draft<'a> {
    values: [Option<&'a str>; FIELDS],
}

impl<'a> Draft<'a> {
    #[inline]
    pub(super) const fn new() -> Self {
        Self {
            values: [None; FIELDS],
        }
    }

    /// Sets a field, in place of what was set before.
    #[inline]
    pub(super) fn set(&mut self, field: Field, value: &'a str) {
        if let Some(slot) = self.values.get_mut(position(field)) {
            *slot = Some(value);
        }
    }

    /// Takes a field out again.
    pub(super) fn clear(&mut self, field: Field) {
        if let Some(slot) = self.values.get_mut(position(field)) {
            *slot = None;
        }
    }

    #[inline]
    pub(super) fn get(&self, field: Field) -> Option<&'a str> {
        self.values.get(position(field)).copied().flatten()
    }

    /// The code with its checksum. Only lengths that two digits cannot hold are refused here.
    pub(super) fn write(&self, account: AccountAt) -> Result<Written, BuildError> {
        let mut payload = Payload {
            bytes: Vec::with_capacity(BUILT_BYTES_EXPECTED),
            passes_rows: true,
        };
        self.write_fields(&mut payload, Place::Root, BEFORE)?;
        self.write_template(&mut payload, account.tag, account.place, ACCOUNT)?;
        for (template, fields) in AFTER {
            match template {
                None => {
                    self.write_fields(&mut payload, Place::Root, fields)?;
                }
                Some((tag, place)) => self.write_template(&mut payload, tag, place, fields)?,
            }
        }
        payload.bytes.extend_from_slice(b"6304");
        let text = sealed(payload.bytes);
        Ok(Written {
            passes_rows: payload.passes_rows && text::is_ans(&text),
            text,
        })
    }

    /// Writes the fields that are set, and says how many characters they take.
    #[inline]
    fn write_fields(
        &self,
        payload: &mut Payload,
        place: Place,
        fields: &[(Field, u8)],
    ) -> Result<usize, BuildError> {
        let (mut chars, rows) = (0, rules::quick(place));
        for (field, tag) in fields {
            if let Some(value) = self.get(*field) {
                chars += payload.push(place, *tag, value)?;
                payload.passes_rows &= rows.at(*tag).passes(value.as_bytes());
            }
        }
        Ok(chars)
    }

    #[inline]
    fn write_template(
        &self,
        payload: &mut Payload,
        tag: u8,
        place: Place,
        fields: &[(Field, u8)],
    ) -> Result<(), BuildError> {
        let start = payload.bytes.len();
        payload.bytes.extend_from_slice(&header(tag, 0));
        let chars = self
            .write_fields(payload, place, fields)
            .map_err(|error| error.inside(tag))?;
        if chars == 0 {
            payload.bytes.truncate(start);
            return Ok(());
        }
        let Some(length) = short(chars) else {
            return Err(too_long(Place::Root, tag, "its fields together"));
        };
        let slots = payload.bytes.iter_mut().skip(start);
        for (slot, byte) in slots.zip(header(tag, length)) {
            *slot = byte;
        }
        Ok(())
    }
}

/// The position of a field's value: its place in the enumeration.
#[expect(
    clippy::as_conversions,
    reason = "the discriminants count from 0 and are fewer than 256"
)]
#[inline]
const fn position(field: Field) -> usize {
    field as usize
}

/// A payload as it grows.
#[derive(Debug)]
struct Payload {
    bytes: Vec<u8>,
    passes_rows: bool,
}

impl Payload {
    /// Adds a field and says how many characters it takes with its header.
    #[inline]
    fn push(&mut self, place: Place, tag: u8, value: &str) -> Result<usize, BuildError> {
        let chars = Unit::CodePoints.count(value);
        let Some(length) = short(chars) else {
            return Err(too_long(place, tag, value));
        };
        self.bytes.extend_from_slice(&header(tag, length));
        self.bytes.extend_from_slice(value.as_bytes());
        Ok(chars + HEADER_CHARS)
    }
}

const HEADER_CHARS: usize = 4;

/// A length that two digits can hold.
#[inline]
fn short(chars: usize) -> Option<u8> {
    u8::try_from(chars)
        .ok()
        .filter(|chars| usize::from(*chars) <= FIELD_CHARS_MAX)
}

#[inline]
const fn header(tag: u8, length: u8) -> [u8; 4] {
    [
        b'0' + tag / 10,
        b'0' + tag % 10,
        b'0' + length / 10,
        b'0' + length % 10,
    ]
}

/// A length has two digits: the official SDK writes three for a longer template, reports success,
/// and its own reader refuses the code.
#[cold]
fn too_long(place: Place, tag: u8, value: &str) -> BuildError {
    let rule = rules::field(place, tag);
    let name = rule.map_or("field", |rule| rule.name);
    let sdk = rule.map_or(0, |rule| rule.sdk_length);
    let error = BuildError::new(Kind::TooLong, &format!("{tag:02}"), name, value);
    BuildError {
        sdk_code: (sdk != 0).then_some(sdk),
        ..error
    }
}

/// Adds the checksum to fields that end with its tag and length.
pub(super) fn sealed(mut bytes: Vec<u8>) -> String {
    const HEXADECIMAL: &[u8; 16] = b"0123456789ABCDEF";
    let checksum = crc::checksum(&bytes);
    let nibbles = [12, 8, 4, 0].map(|shift| usize::from(checksum >> shift & 0xF));
    bytes.extend(nibbles.iter().filter_map(|nibble| HEXADECIMAL.get(*nibble)));
    // All of it came from texts.
    String::from_utf8(bytes).unwrap_or_default()
}

/// Nothing that breaks the format goes out, not even what wallets pass over.
pub(super) fn check_reads_back(payload: &str, options: &Options) -> Result<(), BuildError> {
    let reading = read(payload, options);
    // Turned round, so that of several equally grave ones the first is named.
    let worst = reading
        .findings
        .into_iter()
        .rev()
        .max_by_key(|finding| finding.severity);
    match worst {
        Some(finding) if finding.severity >= Severity::Violates => Err(BuildError::from(finding)),
        Some(_) | None => Ok(()),
    }
}

/// Three digits.
#[inline]
pub(super) fn currency_text(currency: crate::currency::Currency) -> Digits {
    Digits::of(u64::from(currency.numeric()), 3)
}

#[cfg(test)]
mod tests {
    use super::{ACCOUNT, AFTER, BEFORE, Field, position};
    use crate::rules::{self, Place};
    use alloc::vec::Vec;

    /// The place of a field in the table, for two to be compared.
    fn rank(place: Place, tag: u8) -> usize {
        let is_it = |rule: &&rules::FieldRule| (rule.first..=rule.last).contains(&tag);
        rules::rows(place).position(|rule| is_it(&rule)).unwrap()
    }

    #[test]
    fn fields_are_written_in_the_order_of_the_table() {
        let mut root: Vec<usize> = BEFORE
            .iter()
            .map(|(_, tag)| rank(Place::Root, *tag))
            .collect();
        root.push(rank(Place::Root, 26));
        for (template, fields) in AFTER {
            match template {
                None => root.extend(fields.iter().map(|(_, tag)| rank(Place::Root, *tag))),
                Some((tag, place)) => {
                    root.push(rank(Place::Root, tag));
                    let inner: Vec<usize> =
                        fields.iter().map(|(_, tag)| rank(place, *tag)).collect();
                    assert!(inner.is_sorted(), "{tag}");
                }
            }
        }
        assert!(root.is_sorted(), "{root:?}");
        let runs = [BEFORE, ACCOUNT]
            .into_iter()
            .chain(AFTER.map(|(_, fields)| fields));
        let all: Vec<usize> = runs.flatten().map(|(field, _)| position(*field)).collect();
        let want: Vec<usize> = (0..=position(Field::Expires)).collect();
        assert_eq!(all, want);
    }
}
