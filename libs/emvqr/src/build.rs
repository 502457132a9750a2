//! Building codes that read back as what went in.
//!
//! Doctrine: a builder collects values, writes them in the order of the field table, reads the
//! result with the same rules as everybody else, and hands it out only if reading has nothing to
//! say that breaks the format. So there is no second list of limits, and a code that we would
//! refuse cannot be built. What readers count differently (characters beyond U+FFFF, letters and
//! accents apart) is read but never written.

mod again;
mod convert;
mod jpqr;
mod khqr;
mod parts;
mod writer;

use alloc::string::String;
use core::fmt;

use crate::finding::Finding;
use crate::rules::kinds::Kind;

pub use again::{Change, Rebuilt};
pub use convert::OnePayment;
pub use jpqr::JpqrBuilder;
pub use khqr::{Dynamic, KhqrBuilder, MerchantAccount};
pub use parts::{Content, Part, assemble};

/// What only those who write codes are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Own {
    AlreadyDynamic,
    NoExpiry,
    CurrencyUnknown,
    TooDeep,
}

impl Own {
    pub(crate) const ALL: [Self; 4] = [
        Self::AlreadyDynamic,
        Self::NoExpiry,
        Self::CurrencyUnknown,
        Self::TooDeep,
    ];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::AlreadyDynamic => "already-dynamic",
            Self::NoExpiry => "no-expiry",
            Self::CurrencyUnknown => "currency-unknown",
            Self::TooDeep => "too-deep",
        }
    }

    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::AlreadyDynamic => "is one for a single payment already",
            Self::NoExpiry => "is of a scheme whose codes do not expire",
            Self::CurrencyUnknown => "is none whose decimals are known",
            Self::TooDeep => "holds fields deeper than any code has them",
        }
    }
}

/// Why a code was not built.
///
/// ```
/// use emvqr::KhqrBuilder;
///
/// let error = KhqrBuilder::individual("shop_one").name("Angkor Coffee").build().unwrap_err();
/// assert_eq!(error.code(), "account-shape");
/// assert_eq!(error.path(), "29.00");
/// assert_eq!(error.sdk_code(), Some(3));
/// assert_eq!(error.to_string(), "account id is not of the form name@bank `shop_one`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildError {
    code: &'static str,
    path: String,
    message: String,
    sdk_code: Option<u8>,
}

impl BuildError {
    /// Stable: one of the codes of [`Finding`], or of those that only who writes is told
    /// ([`writing_rules`](crate::writing_rules)).
    ///
    /// ```
    /// # use emvqr::KhqrBuilder;
    /// let error = KhqrBuilder::individual("shop").name("A").build().unwrap_err();
    /// assert_eq!(error.code(), "account-shape");
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The field, as tags joined by points.
    ///
    /// ```
    /// # use emvqr::KhqrBuilder;
    /// let error = KhqrBuilder::individual("shop").name("A").build().unwrap_err();
    /// assert_eq!(error.path(), "29.00");
    /// ```
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The number that the official KHQR SDK gives to this error, if it has one.
    ///
    /// ```
    /// # use emvqr::KhqrBuilder;
    /// let error = KhqrBuilder::individual("shop").name("A").build().unwrap_err();
    /// assert_eq!(error.sdk_code(), Some(3));
    /// ```
    #[must_use]
    pub fn sdk_code(&self) -> Option<u8> {
        self.sdk_code
    }

    /// The same with its field inside the template `tag`.
    fn inside(self, tag: u8) -> Self {
        Self {
            path: alloc::format!("{tag:02}.{}", self.path),
            ..self
        }
    }

    fn own(own: Own, path: &str, name: &str) -> Self {
        Self {
            code: own.code(),
            path: String::from(path),
            message: alloc::format!("{name} {}", own.text()),
            sdk_code: None,
        }
    }

    fn new(kind: Kind, path: &str, name: &str, value: &str) -> Self {
        let quoted = crate::finding::quoted(value);
        let sdk_code = (kind.sdk() != 0).then_some(kind.sdk());
        let message = alloc::format!("{name} {} {quoted}", kind.text());
        Self {
            code: kind.code(),
            path: String::from(path),
            message,
            sdk_code,
        }
    }
}

impl From<Finding> for BuildError {
    fn from(finding: Finding) -> Self {
        let Finding {
            code,
            path,
            message,
            sdk_code,
            ..
        } = finding;
        Self {
            code,
            path,
            message,
            sdk_code,
        }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl core::error::Error for BuildError {}
