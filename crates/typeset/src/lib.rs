//! Setting text and shapes, and writing them as PDF: lines in three scripts, and documents of
//! headings, paragraphs, tables and charts that break over pages.
//!
//! Khmer letters stack and change places, so text is set by a shaper and never letter by letter.
//! Each run of a script names its one font, nothing may step in for it, and every glyph is looked
//! at: the glyph that stands for "I do not have this letter" is an error that names the letter.
//!
//! It knows no other room, and nothing of what is printed: not money, not codes.

mod document;
mod fonts;
mod limits;
mod path;
mod pdf;
mod text;

use thiserror::Error;

pub use document::{Align, Chart, Column, Document, Front, Series, Table};
pub use fonts::{Fonts, Weight};
pub use limits::PAGES_MAX;
pub use path::{Colour, Item, Path, Rect, Step};
pub use pdf::{Page, pdf};
pub use text::Words;

/// Why something was not set.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TextError {
    /// A font is not installed.
    #[error(
        "find the font `{file}`: install it (`apt install {package}`), or name a folder that has it"
    )]
    FontMissing {
        /// Its file.
        file: &'static str,
        /// The Debian package that has it.
        package: &'static str,
    },
    /// A font file is not what its name says.
    #[error("load the font file `{file}`: it is damaged, too large, or another font")]
    FontDamaged {
        /// Its file.
        file: &'static str,
    },
    /// A font does not have a letter.
    #[error("print `{text}` ({code_points}): `{font}` does not have it")]
    GlyphMissing {
        /// The letter, with the signs that belong to it.
        text: String,
        /// The same as numbers.
        code_points: String,
        /// Which font.
        font: &'static str,
    },
    /// A letter could turn a text round, or hide in it.
    #[error("print a text with the character {code_point}, which steers and is not seen")]
    Unprintable {
        /// Which.
        code_point: String,
    },
    /// A text is too long for its place, or a document for its pages.
    #[error("fit the text into its place at a size that can be read: `{text}`")]
    TooLong {
        /// How it begins.
        text: String,
    },
    /// The writer failed.
    #[error("write the page: {what}")]
    Writer {
        /// What failed.
        what: &'static str,
    },
}

impl TextError {
    /// A word for programs that stays.
    pub fn code(&self) -> &'static str {
        match self {
            Self::FontMissing { .. } => "font_missing",
            Self::FontDamaged { .. } => "font_damaged",
            Self::GlyphMissing { .. } => "glyph_missing",
            Self::Unprintable { .. } => "text_unprintable",
            Self::TooLong { .. } => "text_too_long",
            Self::Writer { .. } => "writer",
        }
    }
}
