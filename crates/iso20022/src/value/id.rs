//! Ids and references, each a type of its own, because mixing them up is how money goes astray.

use std::borrow::Cow;
use std::fmt;

use super::Text;
use crate::refusal::Refusal;
use crate::xml::Leaf;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident,)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Text<35>);

        impl $name {
            /// Takes an id of at most 35 characters.
            ///
            /// # Errors
            /// As [`Text::new`].
            pub fn new(text: &str) -> Result<Self, Refusal> {
                Text::new(text).map(Self)
            }

            /// The id.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl From<CompactUetr> for $name {
            fn from(id: CompactUetr) -> Self {
                Self(id.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Leaf for $name {
            fn parse(text: &str) -> Result<Self, Refusal> {
                Self::new(text)
            }

            fn text(&self) -> Cow<'_, str> {
                Cow::Borrowed(self.as_str())
            }
        }

        #[cfg(test)]
        impl crate::tests::Draw for $name {
            fn draw(dice: &mut crate::tests::Dice) -> Self {
                Self(crate::tests::Draw::draw(dice))
            }
        }
    )*};
}

ids! {
    /// Of a message, unique for whoever sends it.
    MessageId,
    /// Of an instruction between two neighbours in the chain.
    InstructionId,
    /// What the payer's side calls the payment, through the whole chain.
    EndToEndId,
    /// What the first institution calls the payment, between institutions.
    InterbankId,
    /// Of a group of payments inside an initiation.
    GroupId,
    /// What the clearing calls the payment.
    ClearingRef,
    /// What the institution that keeps the account calls an entry.
    ServicerRef,
    /// Of an entry inside its statement.
    EntryRef,
    /// Of a statement, a report or a notification.
    StatementId,
    /// Of one status in a message.
    StatusId,
    /// Of one refund or reversal in a message.
    RefundId,
    /// Of one question in a message.
    RequestId,
    /// Of one cancellation in a message.
    CancellationId,
    /// Of an investigation.
    CaseId,
    /// Of one question about an account.
    VerificationId,
}

impl EndToEndId {
    /// What stands there when the payer gave nothing.
    pub const NOT_PROVIDED: &'static str = "NOTPROVIDED";
}

/// The id of a payment from end to end: a UUIDv4 in lower case.
///
/// ```
/// use iso20022::{RefundId, Uetr};
/// let uetr = Uetr::new("a1b2c3d4-0000-4000-8000-00000000000f").unwrap();
/// let short = RefundId::from(uetr.compact());
/// assert_eq!(short.as_str(), "a1b2c3d40000400080000000000000" .to_owned() + "0f");
/// assert_eq!(Uetr::from_compact(short.as_str()), Ok(uetr));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uetr([u8; 36]);

/// A UETR without hyphens, which fits where a message has room for 35 characters only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompactUetr(Text<35>);

impl Uetr {
    /// Takes a UUIDv4 in lower case with hyphens.
    ///
    /// # Errors
    /// [`Refusal::UetrMalformed`].
    pub fn new(text: &str) -> Result<Self, Refusal> {
        let letters: [u8; 36] = text.as_bytes().try_into().or(Err(Refusal::UetrMalformed))?;
        let is_right = |(at, letter): (usize, &u8)| match at {
            8 | 13 | 18 | 23 => *letter == b'-',
            14 => *letter == b'4',
            19 => matches!(letter, b'8' | b'9' | b'a' | b'b'),
            _ => letter.is_ascii_digit() || matches!(letter, b'a'..=b'f'),
        };
        if !letters.iter().enumerate().all(is_right) {
            return Err(Refusal::UetrMalformed);
        }
        Ok(Self(letters))
    }

    /// The id with hyphens.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or("")
    }

    /// The id without hyphens.
    ///
    /// # Panics
    /// Never: 32 letters and digits are a text.
    pub fn compact(&self) -> CompactUetr {
        #[expect(
            clippy::expect_used,
            reason = "32 hexadecimal digits are a text of up to 35"
        )]
        let text = Text::new(&self.as_str().replace('-', "")).expect("a text");
        CompactUetr(text)
    }

    /// Takes the id without hyphens.
    ///
    /// # Errors
    /// [`Refusal::UetrMalformed`].
    pub fn from_compact(text: &str) -> Result<Self, Refusal> {
        let part = |from: usize, to: usize| text.get(from..to).ok_or(Refusal::UetrMalformed);
        if text.len() != 32 {
            return Err(Refusal::UetrMalformed);
        }
        let parts = [
            part(0, 8)?,
            part(8, 12)?,
            part(12, 16)?,
            part(16, 20)?,
            part(20, 32)?,
        ];
        Self::new(&parts.join("-"))
    }
}

impl fmt::Display for Uetr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Leaf for Uetr {
    fn parse(text: &str) -> Result<Self, Refusal> {
        Self::new(text)
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn fits_old(&self) -> bool {
        false
    }
}
