//! The journal is the truth of the switch: an append-only, hash-chained list of batches of opaque
//! bytes, written by one writer and tailed by anyone. This room knows how a batch becomes durable,
//! who may write it and how tampering shows. It must not know what the bytes mean, and it has no
//! clock: every time is the caller's.
//!
//! # Doctrine
//!
//! - **One append, one commit.** The row and the party rows of a batch are durable together when
//!   [`Journal::append`] returns `Ok`, or not there at all. Whoever splits them into two commits
//!   gets payments without parties after a crash.
//! - **The sequence is the fence.** Rows are numbered 1, 2, 3 …, and the number is the primary
//!   key. A writer that was replaced collides with its successor's row and hears
//!   [`AppendError::Fenced`]; it must stop at once and must not try the next number.
//! - **Look, then write, inside the same commit.** Before it inserts, a home reads its own tail:
//!   the row under the new one must be the one that the writer built on. Without that look the
//!   key alone would let a writer continue a history that is not its own.
//! - **An unknown outcome is sent again, identically.** The hash of a row follows from the batch
//!   and the head under it, so a home recognises its own row ([`Link::hash`]) and answers `Ok`.
//!   Another hash in that place means another writer. The caller may also read the row.
//! - **Party rows are outside the chain.** They hold ciphertext; erasing one destroys a key, and
//!   the chain still verifies. They are found by sequence and item, never by item alone: with an
//!   index over random ids, batches of 1,000 fell from 260,000 items a second to 40,000 at one
//!   million items and to 21,000 at three; keyed by sequence, the table only grows at its end.
//! - **Reads are bounded** in rows and bytes, so no reader holds a snapshot for long (in SQLite an
//!   old snapshot keeps the write-ahead log from shrinking).

pub mod conformance;
pub mod limits;
pub mod memory;
pub mod probe;
pub mod sqlite;
pub mod verify;

mod admit;
mod batch;
mod error;
mod hash;

pub use batch::{Batch, Head, PartyRow, Row};
pub use error::{AppendError, BatchFlaw, Cause, Fault, OpenError, Outcome, ReadError};
pub use hash::{Hash, LAYOUT_VERSION, Link, ParseHashError};
pub use memory::MemoryJournal;
pub use sqlite::{SqliteJournal, SqliteReader};

/// A writer's handle on a journal. The module doctrine says what a home promises, and
/// [`conformance`] checks it.
pub trait Journal: Send {
    /// The last row that this writer knows to stand.
    fn head(&self) -> Head;

    /// Writes one batch on top of [`Journal::head`]: durable when it returns `Ok`, all or nothing.
    /// A batch that stands already, sent again identically, is `Ok` too.
    fn append(&mut self, batch: &Batch<'_>) -> Result<Head, AppendError>;

    /// Takes the last row that stands as this writer's own position and returns it, for a writer
    /// whose append ended in doubt. Whoever calls it must look at the epoch: a higher one is
    /// another writer's, and then this one is done.
    fn resync(&mut self) -> Result<Head, ReadError>;

    /// The number of the last row that stands now, whoever wrote it; 0 when there is none. A
    /// writer whose own head it is was the only one until this moment, so what it read from its
    /// state is not behind what another has told.
    fn last_seq(&mut self) -> Result<u64, ReadError>;

    /// Rows from `seq_first` on, in order, at most `rows_max` and never more than
    /// [`limits::READ_ROWS_MAX`] or (beyond the first row) [`limits::READ_BYTES_MAX`]. A short
    /// answer is not the end; an empty one is, unless `rows_max` was 0.
    fn read(&mut self, seq_first: u64, rows_max: usize) -> Result<Vec<Row>, ReadError>;

    /// The party row of `item` that was written with batch `seq`.
    fn party(&mut self, seq: u64, item: [u8; 16]) -> Result<Option<PartyRow>, ReadError>;
}
