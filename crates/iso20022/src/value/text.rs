//! Text of any script with a length, without what XML or a terminal would choke on.

use std::borrow::Cow;
use std::fmt;

use crate::refusal::Refusal;
use crate::xml::Leaf;

/// At least one and at most `CHARS_MAX` characters of any script: no control characters (so no
/// line breaks), nothing that XML forbids, no blank at either end.
///
/// ```
/// use iso20022::{Refusal, Text};
/// let name = Text::<35>::new("ហាងកាហ្វេអង្គរ").unwrap();
/// assert_eq!(name.as_str(), "ហាងកាហ្វេអង្គរ");
/// assert_eq!(Text::<3>::new("four"), Err(Refusal::TextTooLong));
/// assert_eq!(Text::<9>::new("a\u{1}"), Err(Refusal::TextForbidden));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<const CHARS_MAX: usize>(String);

impl<const CHARS_MAX: usize> Text<CHARS_MAX> {
    /// Takes a text as it is.
    ///
    /// # Errors
    /// [`Refusal::TextEmpty`], [`Refusal::TextTooLong`] or [`Refusal::TextForbidden`].
    pub fn new(text: &str) -> Result<Self, Refusal> {
        if text.is_empty() {
            return Err(Refusal::TextEmpty);
        }
        if text.chars().count() > CHARS_MAX {
            return Err(Refusal::TextTooLong);
        }
        let forbidden =
            |letter: char| letter.is_control() || matches!(letter, '\u{FFFE}' | '\u{FFFF}');
        if text.contains(forbidden) || text.starts_with(' ') || text.ends_with(' ') {
            return Err(Refusal::TextForbidden);
        }
        Ok(Self(text.to_owned()))
    }

    /// Takes what fits of a text that was not made for a message: control characters become
    /// blanks, what is too long is cut off. `None` if nothing is left.
    ///
    /// ```
    /// use iso20022::Text;
    /// assert_eq!(Text::<6>::fit(" one\ntwo ").unwrap().as_str(), "one tw");
    /// assert_eq!(Text::<6>::fit("\n"), None);
    /// ```
    pub fn fit(text: &str) -> Option<Self> {
        let kept = |letter: char| match letter {
            '\u{FFFE}' | '\u{FFFF}' => ' ',
            letter if letter.is_control() => ' ',
            letter => letter,
        };
        let text: String = text.chars().map(kept).collect();
        let text: String = text.trim_matches(' ').chars().take(CHARS_MAX).collect();
        Self::new(text.trim_end_matches(' ')).ok()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const CHARS_MAX: usize> fmt::Display for Text<CHARS_MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const CHARS_MAX: usize> Leaf for Text<CHARS_MAX> {
    fn parse(text: &str) -> Result<Self, Refusal> {
        Self::new(text)
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }
}
