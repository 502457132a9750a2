//! Why there is no statement.

use calendar::CalendarError;
use money::Currency;
use projection::TablesError;

/// Why there is no statement.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// There is no such window.
    #[error("find window `{0}`")]
    UnknownWindow(u64),
    /// The window still takes payments; its statement comes when it is closed.
    #[error("state window `{0}`, which is still open")]
    StillOpen(u64),
    /// The window was not instructed yet, so nothing is to be paid out.
    #[error("instruct window `{0}` before it was agreed on")]
    NotInstructed(u64),
    /// The statement has fewer pages.
    #[error("find page `{page}` of `{pages}`")]
    NoSuchPage {
        /// What was asked for, counted from 1.
        page: usize,
        /// How many there are.
        pages: usize,
    },
    /// More lines than a statement of this kind can have.
    #[error("state more than `{0}` lines")]
    TooManyLines(usize),
    /// The lines and the books disagree: a bug, or tables that were tampered with.
    #[error("make {what} add up in {}: `{found}` instead of `{expected}`", currency.alpha())]
    DoesNotAddUp {
        /// Of what.
        what: &'static str,
        /// In which currency.
        currency: Currency,
        /// What the books say, in minor units.
        expected: i128,
        /// What the lines come to.
        found: i128,
    },
    /// The tables could not be read.
    #[error(transparent)]
    Tables(#[from] TablesError),
    /// A day that no clock can show.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// Something cannot be said in the message.
    #[error("write it as ISO 20022: {0}")]
    Message(iso20022::Refusal),
    /// The message could not be written.
    #[error(transparent)]
    Write(#[from] iso20022::WriteError),
    /// A table could not be written.
    #[error("write it as a table")]
    Table(#[from] csv::Error),
}

impl From<iso20022::Refusal> for StatementError {
    fn from(refusal: iso20022::Refusal) -> Self {
        StatementError::Message(refusal)
    }
}
