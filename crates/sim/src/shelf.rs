//! The tables of a run: in memory, and in some runs on SQLite beside them, with the same answers.

use core::cell::RefCell;
use core::fmt::Debug;
use std::path::Path;

use projection::{
    Ask, Home, MemoryTables, OutcomeRow, Past, Rows, SavedSnapshot, Tables, TablesError,
};
use switch::ParticipantId;

#[derive(Debug)]
pub(crate) struct Shelf {
    memory: MemoryTables,
    sqlite: Option<Tables>,
    /// The batch of the last snapshot.
    saved_seq: Option<u64>,
    /// Where the two did not say the same.
    differences: RefCell<Vec<String>>,
}

impl Shelf {
    pub(crate) fn new(with_sqlite: bool) -> Self {
        let sqlite = with_sqlite.then(|| Tables::open(Path::new(":memory:")).ok());
        Self {
            memory: MemoryTables::new(),
            sqlite: sqlite.flatten(),
            saved_seq: None,
            differences: RefCell::default(),
        }
    }

    /// The batch of the last snapshot, without the snapshot, which is large.
    pub(crate) fn saved_seq(&self) -> Option<u64> {
        self.saved_seq
    }

    pub(crate) fn differences(&self) -> Vec<String> {
        self.differences.take()
    }

    fn both<T: Debug>(
        &self,
        memory: Result<T, TablesError>,
        sqlite: impl FnOnce(&Tables) -> Result<T, TablesError>,
    ) -> Result<T, TablesError> {
        if let Some(tables) = &self.sqlite {
            let (one, other) = (format!("{memory:?}"), format!("{:?}", sqlite(tables)));
            if one != other {
                let words = format!("in memory {one}, on SQLite {other}");
                self.differences.borrow_mut().push(words);
            }
        }
        memory
    }
}

impl Home for Shelf {
    fn applied(&self) -> Result<Option<(u64, [u8; 32])>, TablesError> {
        self.both(self.memory.applied(), Tables::applied)
    }

    fn clear(&mut self) -> Result<(), TablesError> {
        if let Some(tables) = &mut self.sqlite {
            tables.clear()?;
        }
        self.saved_seq = None;
        self.memory.clear()
    }

    fn write(
        &mut self,
        from: u64,
        stands_for: (u64, [u8; 32]),
        rows: &Rows,
    ) -> Result<(), TablesError> {
        if let Some(tables) = &mut self.sqlite {
            tables.write(from, stands_for, rows)?;
        }
        self.memory.write(from, stands_for, rows)
    }

    fn save_snapshot(&mut self, snapshot: &SavedSnapshot) -> Result<(), TablesError> {
        if let Some(tables) = &mut self.sqlite {
            tables.save_snapshot(snapshot)?;
        }
        self.saved_seq = Some(snapshot.seq);
        self.memory.save_snapshot(snapshot)
    }

    fn snapshot(&self) -> Result<Option<SavedSnapshot>, TablesError> {
        self.memory.snapshot()
    }

    fn past(&self, ask: Ask) -> Result<Past, TablesError> {
        self.both(self.memory.past(ask), |tables| tables.past(ask))
    }

    fn outcomes_after(
        &self,
        participant: ParticipantId,
        position: u64,
        most: u16,
    ) -> Result<Vec<OutcomeRow>, TablesError> {
        self.both(
            self.memory.outcomes_after(participant, position, most),
            |tables| tables.outcomes_after(participant, position, most),
        )
    }
}
