//! What can go wrong, with stable codes. Sources are internal text and stay inside the process.

use std::error::Error;
use std::io::ErrorKind;
use std::path::PathBuf;

/// Why a batch was not acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Another writer's row stands where ours belongs, or under it. This writer is no longer in
    /// charge and must stop.
    #[error("append: another writer wrote row `{seq}`")]
    Fenced { seq: u64 },
    /// The caller built a batch that cannot follow the head: a bug of ours. Nothing was written.
    #[error("append: {0}")]
    Flawed(#[from] BatchFlaw),
    /// A limit of [`crate::limits`] is exceeded. Nothing was written.
    #[error("append: {what} of `{size}`, at most `{size_max}`")]
    TooLarge {
        what: &'static str,
        size: usize,
        size_max: usize,
    },
    /// The world failed. With [`Outcome::Unknown`], send the same batch again or reopen.
    #[error("append: {fault}")]
    Fault {
        outcome: Outcome,
        #[source]
        fault: Fault,
    },
}

/// What is wrong with a batch relative to the head it should follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BatchFlaw {
    #[error("sequence is not the next one, `{next}`, but `{seq}`")]
    SeqNotNext { seq: u64, next: u64 },
    #[error("epoch goes back from `{head}` to `{epoch}`")]
    EpochBack { epoch: u64, head: u64 },
    #[error("time goes back from `{head_ns}` to `{time_ns}`")]
    TimeBack { time_ns: i64, head_ns: i64 },
    #[error("number is above 2^63 − 1: `{0}`")]
    OutOfRange(u64),
    #[error("two party rows have the item `{0:02x?}`")]
    PartyTwice([u8; 16]),
}

/// What is known about a batch after a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It does not stand, and will not appear later.
    NotWritten,
    /// It may stand now, or after a restart.
    Unknown,
}

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The stored value cannot have been written by us.
    #[error("read row `{seq}`: damaged column `{column}`")]
    Damaged { seq: i64, column: &'static str },
    #[error("read: {0}")]
    Fault(#[from] Fault),
}

/// Why a journal could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("open journal for writing: another process or handle has it open: `{0}`")]
    Locked(PathBuf),
    #[error("open journal for reading: no such file: `{0}`")]
    Missing(PathBuf),
    #[error("open journal: the file is something else: `{0}`")]
    NotAJournal(PathBuf),
    #[error("open journal: format is not `{known}` but `{found}`")]
    FormatUnknown { found: i64, known: i64 },
    #[error("open journal: this SQLite can lose data: `{0}`")]
    SqliteTooOld(i32),
    /// The file system or the build does not give what durability needs.
    #[error("open journal: SQLite did not accept the setting `{0}`")]
    NotDurable(&'static str),
    /// The last row does not carry its own hash; nothing may be built on it.
    #[error("open journal: the last row is damaged: `{0}`")]
    LastRowDamaged(u64),
    #[error("open journal: {0}")]
    Read(#[from] ReadError),
    #[error("open journal: {0}")]
    Fault(#[from] Fault),
}

/// The world failed. The cause is for machines, the source for the log.
#[derive(Debug, thiserror::Error)]
#[error("{cause:?}: {source}")]
pub struct Fault {
    pub cause: Cause,
    pub source: Box<dyn Error + Send + Sync>,
}

/// What kind of failure it was, as far as the store tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// No space: stop accepting, stay readable.
    Full,
    /// Somebody else held the store too long; the same call may succeed later.
    Busy,
    /// Reading or writing failed.
    Io,
    /// The store itself says that it is damaged.
    Damaged,
    Other,
}

impl AppendError {
    /// Stable across versions, for logs and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            AppendError::Fenced { .. } => "journal_fenced",
            AppendError::Flawed(_) => "journal_batch_flawed",
            AppendError::TooLarge { .. } => "journal_batch_too_large",
            AppendError::Fault {
                outcome: Outcome::NotWritten,
                ..
            } => "journal_not_written",
            AppendError::Fault {
                outcome: Outcome::Unknown,
                ..
            } => "journal_outcome_unknown",
        }
    }
}

impl ReadError {
    /// Stable across versions, for logs and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            ReadError::Damaged { .. } => "journal_row_damaged",
            ReadError::Fault(_) => "journal_not_readable",
        }
    }
}

impl OpenError {
    /// Stable across versions, for logs and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            OpenError::Locked(_) => "journal_locked",
            OpenError::Missing(_) => "journal_missing",
            OpenError::NotAJournal(_) => "journal_not_a_journal",
            OpenError::FormatUnknown { .. } => "journal_format_unknown",
            OpenError::SqliteTooOld(_) => "journal_sqlite_too_old",
            OpenError::NotDurable(_) => "journal_not_durable",
            OpenError::LastRowDamaged(_) => "journal_last_row_damaged",
            OpenError::Read(error) => error.code(),
            OpenError::Fault(_) => "journal_not_opened",
        }
    }
}

impl Fault {
    pub(crate) fn new(cause: Cause, source: impl Into<Box<dyn Error + Send + Sync>>) -> Fault {
        Fault {
            cause,
            source: source.into(),
        }
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Fault {
        let full = matches!(
            error.kind(),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded
        );
        let cause = if full { Cause::Full } else { Cause::Io };
        Fault::new(cause, error)
    }
}
