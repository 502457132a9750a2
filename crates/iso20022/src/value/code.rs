//! Identifiers with a pattern: codes, BIC, LEI, IBAN, countries.

use std::borrow::Cow;
use std::fmt;

use crate::refusal::Refusal;
use crate::xml::Leaf;

/// A code of an external list: one to `CHARS_MAX` letters and digits.
///
/// ```
/// use iso20022::Code;
/// assert_eq!(Code::<4>::new("AC04").unwrap().as_str(), "AC04");
/// assert!(Code::<4>::new("AC04X").is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code<const CHARS_MAX: usize> {
    /// Zero behind the last letter.
    letters: [u8; CHARS_MAX],
}

impl<const CHARS_MAX: usize> Code<CHARS_MAX> {
    /// Takes a code.
    ///
    /// # Errors
    /// [`Refusal::CodeMalformed`].
    pub fn new(text: &str) -> Result<Self, Refusal> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let mut letters = [0; CHARS_MAX];
        let place = letters
            .get_mut(..text.len())
            .filter(|_| is_plain && !text.is_empty());
        place
            .ok_or(Refusal::CodeMalformed)?
            .copy_from_slice(text.as_bytes());
        Ok(Self { letters })
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        let end = self
            .letters
            .iter()
            .position(|letter| *letter == 0)
            .unwrap_or(CHARS_MAX);
        let letters = self.letters.get(..end).unwrap_or(&self.letters);
        str::from_utf8(letters).unwrap_or("")
    }
}

impl<const CHARS_MAX: usize> fmt::Debug for Code<CHARS_MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({})", self.as_str())
    }
}

impl<const CHARS_MAX: usize> Leaf for Code<CHARS_MAX> {
    fn parse(text: &str) -> Result<Self, Refusal> {
        Self::new(text)
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }
}

macro_rules! patterned {
    ($(
        $(#[$meta:meta])*
        $name:ident, $refusal:ident, $is_right:ident, $fits_old:ident;
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Takes the identifier.
            ///
            /// # Errors
            #[doc = concat!("[`Refusal::", stringify!($refusal), "`].")]
            pub fn new(text: &str) -> Result<Self, Refusal> {
                if $is_right(text.as_bytes()) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(Refusal::$refusal)
                }
            }

            /// The identifier.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Leaf for $name {
            fn parse(text: &str) -> Result<Self, Refusal> {
                Self::new(text)
            }

            fn text(&self) -> Cow<'_, str> {
                Cow::Borrowed(&self.0)
            }

            fn fits_old(&self) -> bool {
                $fits_old(self.0.as_bytes())
            }
        }
    )*};
}

patterned! {
    /// The identifier of an institution as ISO 9362 gives it, eight or eleven characters.
    Bic, BicMalformed, is_bic, is_old_bic;
    /// The legal entity identifier of ISO 17442. Messages of older versions cannot say it.
    Lei, LeiMalformed, is_lei, never;
    /// An account number of ISO 13616. Its check digits are not checked, since whoever keeps the
    /// account knows better than we.
    Iban, IbanMalformed, is_iban, always;
    /// A country of ISO 3166, two capital letters.
    Country, CountryMalformed, is_country, always;
}

fn is_bic(text: &[u8]) -> bool {
    matches!(text.len(), 8 | 11)
        && text.iter().all(is_capital_or_digit)
        && text.iter().skip(4).take(2).all(u8::is_ascii_uppercase)
}

/// The older versions of the schemas want letters in front and no `0`, `1` or `O` where those
/// told test and passive institutions apart.
fn is_old_bic(text: &[u8]) -> bool {
    let is_at = |at: usize, wanted: fn(&u8) -> bool| text.get(at).is_some_and(wanted);
    text.iter().take(6).all(u8::is_ascii_uppercase)
        && is_at(6, |letter| !matches!(letter, b'0' | b'1'))
        && is_at(7, |letter| *letter != b'O')
}

fn is_lei(text: &[u8]) -> bool {
    text.len() == 20
        && text.iter().all(is_capital_or_digit)
        && text.iter().skip(18).all(u8::is_ascii_digit)
}

fn is_iban(text: &[u8]) -> bool {
    matches!(text.len(), 5..=34)
        && text.iter().take(2).all(u8::is_ascii_uppercase)
        && text.iter().skip(2).take(2).all(u8::is_ascii_digit)
        && text.iter().all(u8::is_ascii_alphanumeric)
}

fn is_country(text: &[u8]) -> bool {
    text.len() == 2 && text.iter().all(u8::is_ascii_uppercase)
}

fn is_capital_or_digit(letter: &u8) -> bool {
    letter.is_ascii_uppercase() || letter.is_ascii_digit()
}

fn always(_text: &[u8]) -> bool {
    true
}

fn never(_text: &[u8]) -> bool {
    false
}
