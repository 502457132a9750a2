//! `emvqr` for C, and for whatever can call C. The header is `include/emvqr.h`, written from here
//! by a test. This crate hands texts over and knows nothing of codes: what is said of them is
//! `emvqr-common`'s, so that every language says the same.
//!
//! Nothing that a caller passes makes a panic cross the border: null pointers, text that is not
//! UTF-8 and lengths beyond the limits are statuses. What the caller must promise (pointers that
//! point somewhere, nothing freed twice) stands at each function.

mod border;
mod reading;
mod status;

pub use border::*;
pub use reading::EmvqrReading;
pub use status::*;
