//! Any fields to payload: for who edits codes field by field.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::writer::sealed;
use super::{BuildError, Own};
use crate::limits::{DEPTH_MAX, FIELD_CHARS_MAX, PAYLOAD_BYTES_MAX};
use crate::rules::kinds::Kind;
use crate::tlv::{Tag, Unit};

const CHECKSUM: u8 = 63;

/// A field to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<'a> {
    /// Its tag.
    pub tag: Tag,
    /// What it holds.
    pub content: Content<'a>,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content<'a> {
    /// A value.
    Text(Cow<'a, str>),
    /// Fields.
    Parts(Vec<Part<'a>>),
}

/// Writes fields in the order in which they are given, with their lengths and the checksum; a
/// checksum among them is passed over. Nothing else is looked at: whether it is a code that
/// anybody may pay, [`read`](crate::read) says.
///
/// ```
/// use emvqr::{Content, Part, assemble, tlv::Tag};
///
/// let text = |tag, value: &'static str| {
///     Part { tag: Tag::new(tag).unwrap(), content: Content::Text(value.into()) }
/// };
/// let account = Part {
///     tag: Tag::new(29).unwrap(),
///     content: Content::Parts(vec![text(0, "shop_one@aclb")]),
/// };
/// assert_eq!(assemble(&[text(0, "01"), account])?, "00020129170013shop_one@aclb630475EC");
/// # Ok::<(), emvqr::BuildError>(())
/// ```
///
/// # Errors
///
/// A value of more than 99 characters, fields deeper than codes have them, more than 4,096 bytes.
pub fn assemble(parts: &[Part<'_>]) -> Result<String, BuildError> {
    let mut text = String::new();
    let fields = parts.iter().filter(|part| part.tag.number() != CHECKSUM);
    for part in fields {
        write(part, "", 1, &mut text)?;
    }
    text.push_str("6304");
    let payload = sealed(text.into_bytes());
    check_size(&payload)?;
    Ok(payload)
}

/// Stops as soon as it is too much, so that what is written is bounded whatever is given.
fn check_size(payload: &str) -> Result<(), BuildError> {
    if payload.len() > PAYLOAD_BYTES_MAX {
        return Err(BuildError::new(Kind::PayloadTooLong, "", "code", payload));
    }
    Ok(())
}

fn write(part: &Part<'_>, within: &str, depth: u8, text: &mut String) -> Result<(), BuildError> {
    let tag = part.tag;
    let path = if within.is_empty() {
        format!("{tag}")
    } else {
        format!("{within}.{tag}")
    };
    let inner;
    let value = match &part.content {
        Content::Text(value) => value.as_ref(),
        Content::Parts(_) if depth >= DEPTH_MAX => {
            return Err(BuildError::own(Own::TooDeep, &path, "field"));
        }
        Content::Parts(parts) => {
            let mut written = String::new();
            for part in parts {
                // Three levels at most, as was looked at above.
                write(part, &path, depth.saturating_add(1), &mut written)?;
            }
            inner = written;
            inner.as_str()
        }
    };
    let chars = Unit::CodePoints.count(value);
    if chars > FIELD_CHARS_MAX {
        return Err(BuildError::new(Kind::TooLong, &path, "field", value));
    }
    text.push_str(&format!("{tag}{chars:02}{value}"));
    check_size(text)
}

#[cfg(test)]
mod tests {
    use super::{Content, Part, assemble};
    use crate::tlv::Tag;
    use alloc::string::String;
    use alloc::vec;

    fn text(tag: u8, value: &str) -> Part<'_> {
        Part {
            tag: Tag::new(tag).unwrap(),
            content: Content::Text(value.into()),
        }
    }

    fn template(tag: u8, inside: Part<'_>) -> Part<'_> {
        Part {
            tag: Tag::new(tag).unwrap(),
            content: Content::Parts(vec![inside]),
        }
    }

    #[test]
    fn lengths_count_characters_and_the_checksum_is_ours() {
        let parts = [text(63, "0000"), text(0, "01"), text(59, "ហាង")];
        let payload = assemble(&parts).unwrap();
        assert!(payload.starts_with("0002015903ហាង6304"), "{payload}");
        assert!(!payload.ends_with("0000"), "{payload}");
    }

    #[test]
    fn what_no_code_can_hold_is_not_written() {
        let check = |part: Part<'_>, want: (&str, &str)| {
            let error = assemble(&[part]).unwrap_err();
            assert_eq!((error.code(), error.path()), want, "{error}");
        };
        let long = "x".repeat(100);
        check(text(59, &long), ("too-long", "59"));
        let most = long.get(..96).unwrap();
        check(template(62, text(1, most)), ("too-long", "62"));
        let three = template(62, template(50, text(0, "A")));
        assert!(assemble(&[three]).is_ok());
        let four = template(62, template(50, template(1, text(0, "A"))));
        check(four, ("too-deep", "62.50.01"));
        let full: String = "x".repeat(99);
        let many = vec![text(80, &full); 40];
        let error = assemble(&many).unwrap_err();
        assert_eq!((error.code(), error.path()), ("payload-too-long", ""));
    }
}
