//! What the bindings of `emvqr` say alike: the JSON of `spean qr decode --json` and `spean qr lint
//! --json`, to the letter, and the options from which a code is built. It must not know which
//! language asks.

#![forbid(unsafe_code)]

mod options;
mod say;

pub use options::{OPTIONS_MAX, Refusal, build};
pub use say::{decode, lint, profile};

/// Of these bindings.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
