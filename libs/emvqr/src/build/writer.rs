//! Values to payload, in the order of the field table.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::BuildError;
use crate::crc;
use crate::finding::Severity;
use crate::limits::FIELD_CHARS_MAX;
use crate::read::{Options, Profile, read};
use crate::rules::kinds::Kind;
use crate::rules::{self, FieldRule, Place, Shape};
use crate::tlv::Unit;

/// The values of a code to be, by container and tag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Draft {
    values: Vec<(Place, u8, String)>,
}

impl Draft {
    /// Sets a field, in place of what was set before.
    pub(super) fn set(&mut self, place: Place, tag: u8, value: &str) {
        self.values
            .retain(|(other, number, _)| (*other, *number) != (place, tag));
        self.values.push((place, tag, String::from(value)));
    }

    /// Writes the code with `account` as the container that stands in the field `account_tag`,
    /// and reads it back under `options`.
    pub(super) fn write(
        &self,
        account: Place,
        account_tag: u8,
        options: &Options,
    ) -> Result<String, BuildError> {
        let mut payload = String::new();
        for rule in rules::rows(Place::Root) {
            for tag in rule.first..=rule.last {
                let inner = match rule.shape {
                    _ if tag == account_tag => Some(account),
                    Shape::Template(place) => Some(place),
                    Shape::Digits | Shape::Ans | Shape::Text => None,
                };
                match inner {
                    Some(place) => self.write_template(&mut payload, rule, tag, place)?,
                    None => {
                        if let Some(value) = self.get(Place::Root, tag) {
                            push_field(&mut payload, rule, tag, value)?;
                        }
                    }
                }
            }
        }
        payload.push_str("6304");
        let checksum = crc::checksum(payload.as_bytes());
        payload.push_str(&format!("{checksum:04X}"));
        check_reads_back(&payload, options)?;
        Ok(payload)
    }

    fn write_template(
        &self,
        payload: &mut String,
        rule: &FieldRule,
        tag: u8,
        place: Place,
    ) -> Result<(), BuildError> {
        // The unknown accounts share one container; it belongs to no tag that we write.
        if place == Place::Account || place == Place::Unreserved {
            return Ok(());
        }
        let mut inside = String::new();
        for inner in rules::rows(place) {
            for sub in inner.first..=inner.last {
                if let Some(value) = self.get(place, sub) {
                    push_field(&mut inside, inner, sub, value).map_err(|error| BuildError {
                        path: format!("{tag:02}.{sub:02}"),
                        ..error
                    })?;
                }
            }
        }
        if inside.is_empty() {
            Ok(())
        } else {
            push_field(payload, rule, tag, &inside)
        }
    }

    fn get(&self, place: Place, tag: u8) -> Option<&str> {
        let found = self
            .values
            .iter()
            .find(|(other, number, _)| (*other, *number) == (place, tag));
        found.map(|(_, _, value)| value.as_str())
    }
}

/// A length has two digits: the official SDK writes three for a longer template, reports success,
/// and its own reader refuses the code.
fn push_field(text: &mut String, rule: &FieldRule, tag: u8, value: &str) -> Result<(), BuildError> {
    let chars = Unit::CodePoints.count(value);
    if chars > FIELD_CHARS_MAX {
        let sdk_code = (rule.sdk_length != 0).then_some(rule.sdk_length);
        let error = BuildError::new(Kind::TooLong, &format!("{tag:02}"), rule.name, value);
        return Err(BuildError { sdk_code, ..error });
    }
    text.push_str(&format!("{tag:02}{chars:02}{value}"));
    Ok(())
}

/// Nothing that breaks the format goes out, not even what wallets pass over.
fn check_reads_back(payload: &str, options: &Options) -> Result<(), BuildError> {
    debug_assert!(options.profile != Profile::Strict);
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
