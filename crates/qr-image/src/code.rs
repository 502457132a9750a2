//! A payload as a square of dark and light modules.
//!
//! EMVCo's specification (Merchant-Presented Mode, 4.12) allows byte mode only, and where a
//! character lies outside its common set demands the designator ECI 000026, which says UTF-8.
//! Without it a reader may take Khmer for Latin-1 and hand a wallet noise. A payload that is ASCII
//! carries none, because old readers stumble over what they do not need.

use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};
use thiserror::Error;

use crate::limits::PAYLOAD_BYTES_MAX;

/// The assignment number of UTF-8 (AIM ECI register; EMVCo MPM 4.12).
const ECI_UTF8: u32 = 26;

/// How much of a code may be lost. Neither EMVCo's text nor what is public of KHQR and JPQR names
/// a level. We take M, which is what the banks print: a scratch is mended, and the modules stay
/// large. Where a higher level costs no larger symbol it is taken, so many codes carry Q.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// About 15 %.
    M,
    /// About 25 %.
    Q,
    /// About 30 %.
    H,
}

/// Why a payload cannot be drawn.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum DrawError {
    #[error("draw nothing: the payload is empty")]
    Empty,
    #[error("fit the payload into a code: `{bytes}` bytes, and at level M {PAYLOAD_BYTES_MAX} fit")]
    TooLong { bytes: usize },
    #[error("write the picture: an encoder of ours failed")]
    Encoder,
}

impl DrawError {
    /// A word for programs that stays.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "payload_empty",
            Self::TooLong { .. } => "payload_too_long",
            Self::Encoder => "encoder",
        }
    }
}

/// A payload as modules.
#[derive(Clone)]
pub struct Code {
    symbol: QrCode,
    size: u16,
    has_eci: bool,
}

impl Code {
    /// At level M, or higher where that is free.
    ///
    /// # Errors
    /// An empty payload, and one that fits no symbol.
    pub fn new(payload: &str) -> Result<Self, DrawError> {
        if payload.is_empty() {
            return Err(DrawError::Empty);
        }
        let bytes = payload.len();
        if bytes > PAYLOAD_BYTES_MAX {
            return Err(DrawError::TooLong { bytes });
        }
        let has_eci = !payload.is_ascii();
        let mut segments = Vec::new();
        if has_eci {
            segments.push(QrSegment::make_eci(ECI_UTF8));
        }
        segments.push(QrSegment::make_bytes(payload.as_bytes()));
        let whole = QrCode::encode_segments_advanced(
            &segments,
            QrCodeEcc::Medium,
            Version::MIN,
            Version::MAX,
            None::<Mask>,
            true,
        );
        let Ok(symbol) = whole else {
            return Err(DrawError::TooLong { bytes });
        };
        let size = u16::try_from(symbol.size()).unwrap_or(u16::MAX);
        Ok(Self {
            symbol,
            size,
            has_eci,
        })
    }

    /// Modules of a side, quiet zone not counted.
    pub fn size(&self) -> u16 {
        self.size
    }

    /// Whether a module is dark; whatever lies outside is light.
    pub fn is_dark(&self, x: u16, y: u16) -> bool {
        self.symbol.get_module(i32::from(x), i32::from(y))
    }

    pub fn level(&self) -> Level {
        match self.symbol.error_correction_level() {
            QrCodeEcc::Low | QrCodeEcc::Medium => Level::M,
            QrCodeEcc::Quartile => Level::Q,
            QrCodeEcc::High => Level::H,
        }
    }

    /// Whether the code says that its bytes are UTF-8.
    pub fn has_eci(&self) -> bool {
        self.has_eci
    }
}

impl std::fmt::Debug for Code {
    /// Without the payload, which may name a person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Code")
            .field("size", &self.size)
            .field("level", &self.level())
            .field("has_eci", &self.has_eci)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_ascii_is_marked_as_utf_8() {
        for (payload, has_eci) in [("000201", false), ("ស្ពាន", true), ("カフェ空", true)]
        {
            let code = Code::new(payload).unwrap();
            assert_eq!(code.has_eci(), has_eci, "{payload}");
        }
    }

    #[test]
    fn digits_are_written_as_bytes() {
        // In numeric mode 14 digits would fit the smallest symbol at level Q; as bytes at M only.
        let code = Code::new("00020101021229").unwrap();
        assert_eq!((code.size(), code.level()), (21, Level::M));
    }

    #[test]
    fn a_higher_level_is_taken_where_it_is_free() {
        let levels = [1, 8, 12, 14, 15].map(|bytes| {
            let code = Code::new(&"a".repeat(bytes)).unwrap();
            (code.size(), code.level())
        });
        let expected = [
            (21, Level::H),
            (21, Level::Q),
            (21, Level::M),
            (21, Level::M),
            (25, Level::Q),
        ];
        assert_eq!(levels, expected);
    }

    #[test]
    fn what_fits_no_symbol_is_refused() {
        assert_eq!(Code::new("").unwrap_err(), DrawError::Empty);
        assert_eq!(Code::new(&"a".repeat(2_331)).unwrap().size(), 177);
        let error = Code::new(&"a".repeat(2_332)).unwrap_err();
        assert_eq!(error.code(), "payload_too_long");
        // The designator takes room of its own.
        let khmer = "ស".repeat(777);
        assert_eq!(khmer.len(), 2_331);
        assert_eq!(
            Code::new(&khmer).unwrap_err(),
            DrawError::TooLong { bytes: 2_331 }
        );
    }
}
