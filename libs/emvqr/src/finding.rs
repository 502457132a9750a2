//! What reading a code says about it.

use alloc::string::String;
use core::fmt;
use core::ops::Range;

use crate::limits::QUOTED_CHARS_MAX;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Seldom seen and harmless.
    Odd,
    /// Breaks the format in a way that a wallet may pass over.
    Violates,
    /// A wallet must not pay such a code.
    Rejects,
}

impl Severity {
    /// The word used in JSON.
    ///
    /// ```
    /// assert_eq!(emvqr::Severity::Rejects.as_str(), "rejects");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Odd => "odd",
            Self::Violates => "violates",
            Self::Rejects => "rejects",
        }
    }
}

/// One thing that is wrong or strange about a code.
///
/// ```
/// use emvqr::{Options, Severity, read};
///
/// let reading = read("00020101021163040000", &Options::at(0));
/// let checksum = reading.findings.iter().find(|f| f.code == "checksum-wrong").unwrap();
/// assert_eq!(checksum.severity, Severity::Rejects);
/// assert_eq!(checksum.path, "63");
/// assert_eq!(checksum.span, 12..20);
/// assert_eq!(checksum.sdk_code, Some(8));
/// assert_eq!(checksum.source, "EMVCo MPM 4.7.3");
/// assert_eq!(checksum.message, "checksum does not match the code, computed `AD0A`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable; programs branch on it.
    pub code: &'static str,
    /// How much it weighs under the profile that was asked for.
    pub severity: Severity,
    /// The field, as tags joined by points (`"62.01"`); empty for the whole payload.
    pub path: String,
    /// Where it stands, in bytes of the payload.
    pub span: Range<usize>,
    /// For a person. Holds no control or invisible characters, whatever the code holds.
    pub message: String,
    /// The number that the official KHQR SDK gives to this error, if it has one.
    pub sdk_code: Option<u8>,
    /// Whose rule it is: a section or table of EMVCo's specification of merchant-presented codes,
    /// the official KHQR kit, the JPQR guide, or a safety rule of this library.
    pub source: &'static str,
}

/// For a log: the path and the message.
impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "code"
        } else {
            &self.path
        };
        write!(formatter, "{path}: {}", self.message)
    }
}

/// `value` made fit to be shown: short, and with everything that could move a cursor, hide or turn
/// text written as an escape. A code is a stranger's text and messages end up in terminals.
pub(crate) fn quoted(value: &str) -> String {
    let mut text = String::from("`");
    for (position, character) in value.chars().enumerate() {
        if position == QUOTED_CHARS_MAX {
            text.push('…');
            break;
        }
        match character {
            '`' | '\\' => {
                text.push('\\');
                text.push(character);
            }
            '\'' | '"' => text.push(character),
            // A mark that combines with the letter before it is printed as it is: Khmer is made
            // of them. `escape_debug` on its own would escape it.
            mark if !mark.is_control() && crate::text::is_khmer_mark(mark) => text.push(mark),
            other => text.extend(other.escape_debug()),
        }
    }
    text.push('`');
    text
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn hostile_values_are_shown_harmless() {
        fn check(value: &str, want: &str) {
            assert_eq!(quoted(value), want);
        }
        check("Angkor Coffee", "`Angkor Coffee`");
        check("O'Brien \"x\"", "`O'Brien \"x\"`");
        check("a\nb\u{1b}[2J", "`a\\nb\\u{1b}[2J`");
        check("a\u{202e}b", "`a\\u{202e}b`");
        check("`\\", "`\\`\\\\`");
        check("កាហ្វេ", "`កាហ្វេ`");
        check(
            "1234567890123456789012345678901234567890x",
            "`1234567890123456789012345678901234567890…`",
        );
    }
}
