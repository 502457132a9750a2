//! Where rows are kept: one trait, two homes.
//!
//! [`Tables`] on SQLite is what a hub runs; [`MemoryTables`] is for a simulation, which makes and
//! throws away more tables in a second than a disk could. The same tests hold both to the same
//! answers.

mod memory;

use switch::ParticipantId;

use crate::projector::{OutcomeRow, Rows};
use crate::tables::{Ask, Past, SavedSnapshot, Tables, TablesError};

pub use memory::MemoryTables;

/// Keeps what the projector says, whole groups of batches at a time.
pub trait Home {
    /// The sequence and hash that the rows stand for.
    ///
    /// # Errors
    /// When the home cannot be read.
    fn applied(&self) -> Result<Option<(u64, [u8; 32])>, TablesError>;

    /// Throws everything away, to project again from the first batch.
    ///
    /// # Errors
    /// When the home cannot be written.
    fn clear(&mut self) -> Result<(), TablesError>;

    /// Writes what the batches from `from` to that of `stands_for` changed.
    ///
    /// # Errors
    /// [`TablesError::NotNext`], [`TablesError::IdTwice`], or when the home cannot be written;
    /// then nothing was written.
    fn write(
        &mut self,
        from: u64,
        stands_for: (u64, [u8; 32]),
        rows: &Rows,
    ) -> Result<(), TablesError>;

    /// Keeps a snapshot in place of the last one.
    ///
    /// # Errors
    /// When the home cannot be written.
    fn save_snapshot(&mut self, snapshot: &SavedSnapshot) -> Result<(), TablesError>;

    /// The snapshot, if one was kept.
    ///
    /// # Errors
    /// When the home cannot be read.
    fn snapshot(&self) -> Result<Option<SavedSnapshot>, TablesError>;

    /// One consistent look.
    ///
    /// # Errors
    /// When the home cannot be read.
    fn past(&self, ask: Ask) -> Result<Past, TablesError>;

    /// A participant's outcomes behind a position, in order, at most `most`.
    ///
    /// # Errors
    /// When the home cannot be read.
    fn outcomes_after(
        &self,
        participant: ParticipantId,
        position: u64,
        most: u16,
    ) -> Result<Vec<OutcomeRow>, TablesError>;
}

impl Home for Tables {
    fn applied(&self) -> Result<Option<(u64, [u8; 32])>, TablesError> {
        Tables::applied(self)
    }

    fn clear(&mut self) -> Result<(), TablesError> {
        Tables::clear(self)
    }

    fn write(
        &mut self,
        from: u64,
        stands_for: (u64, [u8; 32]),
        rows: &Rows,
    ) -> Result<(), TablesError> {
        Tables::write(self, from, stands_for, rows)
    }

    fn save_snapshot(&mut self, snapshot: &SavedSnapshot) -> Result<(), TablesError> {
        Tables::save_snapshot(self, snapshot)
    }

    fn snapshot(&self) -> Result<Option<SavedSnapshot>, TablesError> {
        Tables::snapshot(self)
    }

    fn past(&self, ask: Ask) -> Result<Past, TablesError> {
        Tables::past(self, ask)
    }

    fn outcomes_after(
        &self,
        participant: ParticipantId,
        position: u64,
        most: u16,
    ) -> Result<Vec<OutcomeRow>, TablesError> {
        Tables::outcomes_after(self, participant, position, most)
    }
}
