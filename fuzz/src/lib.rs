//! What must hold of the codec and of reading pictures, whatever comes in. Each module is one
//! target of `cargo xtask fuzz`: a function from bytes that panics if something does not hold. It
//! must not know how inputs are found; that is libFuzzer's, in `targets/`.

pub mod building;
pub mod images;
pub mod linting;
pub mod reading;

mod converting;
mod sound;

/// The present of every target: what a seed says of times is about this moment.
pub const NOW_MS: i64 = 1_767_225_600_000;
