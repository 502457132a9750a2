//! Cards to stand on a counter, and strips for a receipt printer, with the shop's code.
//!
//! One drawing is made, of filled shapes and shaped lines of text in millimetres, and SVG, PNG and
//! PDF are written of that, so they cannot differ. Three scripts meet on a card, and Khmer letters
//! stack and change places, so text is set by a shaper and never letter by letter. Each run of a
//! script names its one font, nothing may step in for it, and every glyph is looked at: the glyph
//! that stands for "I do not have this letter" is an error, wherever it came from.
//!
//! The design is ours. The names of the schemes stand on it as words; no sign of an institution.

mod layout;
mod output;
mod words;

use thiserror::Error;
use typeset::{Fonts, TextError};

use crate::code::{Code, DrawError};

pub use output::Sheet;

/// What stands on a card.
#[derive(Clone, Copy, Debug)]
pub struct Card<'a> {
    pub scheme: CardScheme,
    pub payload: &'a str,
    /// In Latin letters.
    pub name: &'a str,
    /// In Khmer, Japanese or whatever the shop's customers read.
    pub name_local: Option<&'a str>,
    pub city: Option<&'a str>,
    /// Letters of the currency, `KHR`.
    pub currency: &'a str,
    /// In major units, `1234.50`; nothing where the payer types it.
    pub amount: Option<&'a str>,
    /// What a shop is told by on the telephone: account or store id.
    pub reference: Option<&'a str>,
    /// Says in three languages that no money moves.
    pub is_simulated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardScheme {
    Khqr,
    Jpqr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardSize {
    /// 105 × 148 mm, in colour.
    A6,
    /// 80 mm wide, as long as it must be, black on white with nothing that a thermal head greys.
    Receipt,
}

/// Why a card was not made.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CardError {
    #[error(transparent)]
    Draw(#[from] DrawError),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("fit the text onto the card at a size that can be read: `{text}`")]
    TextTooLong { text: String },
    #[error("print the amount: not digits with at most one point: `{text}`")]
    Amount { text: String },
    #[error("write the card: {what}")]
    Writer { what: &'static str },
}

impl CardError {
    /// A word for programs that stays.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Draw(error) => error.code(),
            Self::Text(error) => error.code(),
            Self::TextTooLong { .. } => "text_too_long",
            Self::Amount { .. } => "amount_shape",
            Self::Writer { .. } => "writer",
        }
    }
}

impl Card<'_> {
    /// The card as a sheet that can be written as SVG, PNG and PDF.
    ///
    /// # Errors
    /// A payload that fits no code, and a text that cannot be printed whole and legible.
    pub fn print(&self, size: CardSize, fonts: &Fonts) -> Result<Sheet, CardError> {
        let code = Code::new(self.payload)?;
        let drawing = layout::drawing(self, &code, size, fonts)?;
        Ok(Sheet::new(drawing, self.name))
    }
}
