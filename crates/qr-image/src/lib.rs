//! Pictures of codes: drawing them, printing them on cards, and reading them from photographs.
//!
//! The room knows the text of a code and nothing of what it means: which payloads are payment
//! codes is the codec's business (`emvqr`), and who pays whom is nobody's here. It has no clock
//! either: whoever asks for a photograph to be read says before every attempt whether to go on.
//!
//! What comes in is a stranger's file. It is recognised by its first bytes, its size is judged by
//! its header before memory is asked for, and every step has a limit in `limits.rs`. What goes
//! out is never a guess: a card with a letter that its fonts do not have is an error that names
//! the letter, because a blank box on a counter is noticed by nobody until a customer asks.

mod card;
mod code;
mod draw;
mod limits;
mod scan;

pub use card::{Card, CardError, CardScheme, CardSize, Sheet};
pub use code::{Code, DrawError, Level};
pub use limits::{
    CODES_MAX, FILE_BYTES_MAX, JPEG_SCANS_MAX, MODULE_PIXELS_MAX, PIXELS_MAX, QUIET_ZONE_MODULES,
};
pub use scan::{Found, Scan, ScanError, scan};
pub use typeset::{Fonts, TextError};
