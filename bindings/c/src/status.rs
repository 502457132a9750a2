//! The numbers of the header. They are plain integers and not enumerations, because C can pass
//! any integer as one, and in Rust that alone would be undefined behaviour.

use emvqr::{Profile, Verdict};

/// Done.
pub const EMVQR_OK: i32 = 0;
/// A pointer that must not be null is null.
pub const EMVQR_NULL: i32 = 1;
/// A text is not UTF-8.
pub const EMVQR_NOT_UTF8: i32 = 2;
/// A text is longer than EMVQR_PAYLOAD_BYTES_MAX, or there are more than EMVQR_OPTIONS_MAX options.
pub const EMVQR_TOO_LONG: i32 = 3;
/// There is no such profile.
pub const EMVQR_UNKNOWN_PROFILE: i32 = 4;
/// The code was not built; the refusal says why.
pub const EMVQR_REFUSED: i32 = 5;
/// The code does not say it, or a wallet must refuse the code.
pub const EMVQR_ABSENT: i32 = 6;
/// A fault of this library, which did nothing.
pub const EMVQR_FAULT: i32 = 7;

/// A wallet may go on.
pub const EMVQR_ACCEPT: i32 = 0;
/// A wallet must refuse the code.
pub const EMVQR_REFUSE: i32 = 1;
/// It is no payment code.
pub const EMVQR_NOT_A_CODE: i32 = 2;

/// Each scheme's own rules, as a paying wallet applies them.
pub const EMVQR_LENIENT: u32 = 0;
/// A KHQR as banks print it, and nothing else.
pub const EMVQR_KHQR: u32 = 1;
/// A JPQR, and nothing else.
pub const EMVQR_JPQR: u32 = 2;
/// The letter of EMVCo's specification.
pub const EMVQR_STRICT: u32 = 3;

/// Longest payload, and longest name and value of an option.
pub const EMVQR_PAYLOAD_BYTES_MAX: usize = 4096;
/// Most options of one code.
pub const EMVQR_OPTIONS_MAX: usize = 46;

// The header needs them as literals.
const _: () = assert!(EMVQR_PAYLOAD_BYTES_MAX == emvqr::limits::PAYLOAD_BYTES_MAX);
const _: () = assert!(EMVQR_OPTIONS_MAX == emvqr_common::OPTIONS_MAX);

pub(crate) fn verdict(verdict: Verdict) -> i32 {
    match verdict {
        Verdict::Accept => EMVQR_ACCEPT,
        Verdict::Refuse => EMVQR_REFUSE,
        Verdict::NotACode => EMVQR_NOT_A_CODE,
    }
}

pub(crate) fn profile(number: u32) -> Result<Profile, i32> {
    match number {
        EMVQR_LENIENT => Ok(Profile::Lenient),
        EMVQR_KHQR => Ok(Profile::Khqr),
        EMVQR_JPQR => Ok(Profile::Jpqr),
        EMVQR_STRICT => Ok(Profile::Strict),
        _ => Err(EMVQR_UNKNOWN_PROFILE),
    }
}
