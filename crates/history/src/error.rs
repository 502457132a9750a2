//! Why a history could not be written.

use std::path::PathBuf;

use switch::Refusal;

/// Why a history could not be written. Nothing is repaired: the folder is thrown away.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The range is none.
    #[error("read the range `{0}`: it is written 2025-07-05..2026-06-30")]
    Range(String),
    /// The range lies where there is no corridor or no calendar.
    #[error("begin before {first} or end after {last}: there is no corridor or no calendar")]
    OutOfReach {
        /// The first day that is possible.
        first: jiff::civil::Date,
        /// The last day.
        last: jiff::civil::Date,
    },
    /// More or fewer payments than a history holds.
    #[error("write `{0}` payments: at least 1 and at most 20000000")]
    Payments(u64),
    /// Something is there already.
    #[error("begin a history in `{0}`: a journal lies there already")]
    NotEmpty(PathBuf),
    /// A file could not be used.
    #[error("use `{path}`")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The journal could not be opened.
    #[error("open the journal")]
    Journal(#[from] journal::OpenError),
    /// The journal could not be read.
    #[error("read the journal")]
    Read(#[from] journal::ReadError),
    /// The writer could not begin.
    #[error("begin the journal")]
    Writer(#[from] engine::OpenError),
    /// The projection could not be started.
    #[error("start the projection")]
    Follow(#[from] engine::FollowError),
    /// The tables could not be used.
    #[error("use the tables")]
    Tables(#[from] projection::TablesError),
    /// The back office did not take something.
    #[error("keep the back office")]
    Desk(#[from] backoffice::desk::DeskError),
    /// The back office's file did not take something.
    #[error("keep the breaks")]
    Store(#[from] backoffice::reconcile::StoreError),
    /// The simulated bank could not write its statement.
    #[error("write the settlement bank's statement: {0}")]
    Statement(String),
    /// A key or a pseudonym could not be made.
    #[error("name a participant, a payer or a shop: {0}")]
    Names(String),
    /// The core said no where it must not.
    #[error("{doing}: the core refuses with {refusal:?}")]
    Refused {
        /// What was tried.
        doing: &'static str,
        /// What it said.
        refusal: Refusal,
    },
    /// The journal took nothing, or memory is full.
    #[error("{0}: the hub takes nothing")]
    Unavailable(&'static str),
    /// The projection does not catch up.
    #[error("wait for the projection, which has ended or stands still")]
    Behind,
    /// A value of our own making is out of its bounds: a bug.
    #[error("make a value of the history: {0}")]
    Value(&'static str),
}
