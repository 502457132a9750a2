//! Names, validated once at the border.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};

use super::limits::{NAME_BYTES_MAX, REFERENCE_BYTES_MAX};

/// A text of bounded length without control characters.
macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $inner:ty, $max:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name($inner);

        impl $name {
            /// `None` if it is blank, too long, or holds control characters; blanks around it
            /// are cut off.
            pub fn new(text: &str) -> Option<Self> {
                let text = text.trim();
                let is_bounded = !text.is_empty() && text.len() <= $max;
                let is_plain = !text.chars().any(char::is_control);
                (is_bounded && is_plain).then(|| Self(text.into()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(&text).ok_or(concat!("take the text of ", stringify!($name)))
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.as_str().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text!(
    /// Whose statement it is, and what an expectation is looked for in: a participant's account
    /// at the settlement bank, or a rail's settlement account. Nothing is matched across accounts.
    Account,
    Arc<str>,
    NAME_BYTES_MAX
);
text!(
    /// What an expectation is known by: unique in a book.
    ExpectedId,
    Box<str>,
    NAME_BYTES_MAX
);
text!(
    /// What a bank calls its statement: unique for an account.
    StatementId,
    Arc<str>,
    NAME_BYTES_MAX
);
text!(
    /// What a line is known by: its account with the bank's reference of the entry, or with the
    /// statement and the place in it where the bank gives none.
    LineId,
    Box<str>,
    NAME_BYTES_MAX + NAME_BYTES_MAX + REFERENCE_BYTES_MAX
);
text!(
    /// A reference, a hash or another identifier as somebody wrote it.
    Reference,
    Box<str>,
    REFERENCE_BYTES_MAX
);
text!(
    /// An operator, as their key is named.
    Person,
    Box<str>,
    NAME_BYTES_MAX
);
text!(
    /// The action that two operators approved.
    ActionRef,
    Box<str>,
    NAME_BYTES_MAX
);

/// What banks write where there is no identifier.
const PLACEHOLDERS: [&str; 6] = ["NOTPROVIDED", "NOTAVAILABLE", "NONREF", "N/A", "NONE", "-"];

impl Reference {
    /// Like [`Reference::new`], but `None` also for the words that say that there is none.
    pub fn identifier(text: &str) -> Option<Self> {
        Self::new(text).filter(|reference| {
            let text = reference.as_str();
            let mut words = PLACEHOLDERS.iter();
            !words.any(|word| text.eq_ignore_ascii_case(word))
        })
    }

    /// Whether both are the same but for case and for blanks, which banks change when they break
    /// lines. Punctuation stays: `1-11` is not `11-1`.
    pub fn is_same(&self, other: &Self) -> bool {
        self.folded().eq(other.folded())
    }

    pub(super) fn folded(&self) -> impl Iterator<Item = char> {
        let letters = self.0.chars().filter(|letter| !letter.is_whitespace());
        letters.map(|letter| letter.to_ascii_uppercase())
    }
}

/// A payment's id from end to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uetr(pub u128);

impl Uetr {
    /// Reads the 36 characters of a UUID, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 36 {
            return None;
        }
        uuid::Uuid::try_parse(text)
            .ok()
            .map(|id| Self(id.as_u128()))
    }

    /// Finds the only UUID that stands in a longer text, as banks copy it into remittance
    /// information. Two different ones are none.
    pub fn find(text: &str) -> Option<Self> {
        let is_part = |letter: char| letter.is_ascii_hexdigit() || letter == '-';
        let mut words = text
            .split(|letter| !is_part(letter))
            .filter_map(Self::parse);
        let first = words.next()?;
        words.all(|word| word == first).then_some(first)
    }
}

impl fmt::Display for Uetr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        uuid::Uuid::from_u128(self.0).fmt(f)
    }
}

/// SHA-256 of a file's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hash = [0; 32];
        let computed = digest(&SHA256, bytes);
        for (to, from) in hash.iter_mut().zip(computed.as_ref()) {
            *to = *from;
        }
        Self(hash)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_bounded_and_plain() {
        assert_eq!(Account::new("  acleda ").unwrap().as_str(), "acleda");
        for wrong in [
            "",
            "   ",
            "a\nb",
            "a\u{7}b",
            &"x".repeat(NAME_BYTES_MAX + 1),
        ] {
            assert_eq!(Account::new(wrong), None, "{wrong:?}");
        }
        assert!(Account::new(&"x".repeat(NAME_BYTES_MAX)).is_some());
    }

    #[test]
    fn references_are_the_same_but_for_case_and_blanks() {
        let check = |one: &str, other: &str, expected: bool| {
            let [one, other] = [one, other].map(|text| Reference::new(text).unwrap());
            assert_eq!(one.is_same(&other), expected, "{one} {other}");
            assert_eq!(other.is_same(&one), expected, "{other} {one}");
        };
        check("INV 2026-7", "inv2026-7", true);
        check("1-11", "11-1", false);
        check("INV-1", "INV-10", false);
        check("ប្រាក់ 1", "ប្រាក់1", true);
    }

    #[test]
    fn words_for_nothing_are_no_identifier() {
        for word in ["NOTPROVIDED", "notprovided", " NONREF ", "n/a", "-", ""] {
            assert_eq!(Reference::identifier(word), None, "{word}");
        }
        assert!(Reference::identifier("NOTPROVIDED1").is_some());
    }

    #[test]
    fn an_id_is_found_in_a_text_if_it_is_the_only_one() {
        let id = "123e4567-e89b-42d3-a456-426614174000";
        let other = "123e4567-e89b-42d3-a456-426614174001";
        let uetr = Uetr::parse(id);
        assert_eq!(uetr.unwrap().to_string(), id);
        assert_eq!(Uetr::parse(&id.to_uppercase()), uetr);
        assert_eq!(Uetr::parse(&id.replace('-', "")), None);
        assert_eq!(Uetr::find(&format!("SPEAN/{id}/QR")), uetr);
        assert_eq!(Uetr::find(&format!("{id} {id}")), uetr);
        assert_eq!(Uetr::find(&format!("{id} {other}")), None);
        assert_eq!(Uetr::find(&format!("{id}0")), None);
        assert_eq!(Uetr::find("nothing"), None);
    }
}
