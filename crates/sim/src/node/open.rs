//! A node begins: from a snapshot or from the first row, with the state that the journal says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use engine::{Chase, OpenError, Resume, Snapshots, Steady, Writer, resume_from};
use journal::MemoryJournal;
use journal::memory::MemoryStore;
use projection::{Home, SavedSnapshot};
use switch::{Span, Time};

use super::{Node, callers, line};
use crate::limits::SNAPSHOT_AFTER_BYTES;
use crate::shelf::Shelf;

/// Where a writer finds the last snapshot; the tables put it there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slot {
    saved: Arc<Mutex<Option<SavedSnapshot>>>,
    /// A planted bug: it is labelled with an earlier batch.
    shifted: Arc<Mutex<Option<Resume>>>,
}

impl Slot {
    pub(super) fn keep(&self, chase: &Chase<Shelf>) {
        let mut saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        if saved.as_ref().map(|saved| saved.seq) == chase.tables().saved_seq() {
            return;
        }
        if let Ok(newest) = chase.tables().snapshot() {
            *saved = newest;
        }
    }

    pub(crate) fn plant(&self, resume: Resume) {
        *self.shifted.lock().unwrap_or_else(PoisonError::into_inner) = Some(resume);
    }
}

impl Snapshots for Slot {
    fn latest(&self) -> Option<Resume> {
        let shifted = self.shifted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(resume) = &*shifted {
            return Some(resume.clone());
        }
        let saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        saved.as_ref().and_then(resume_from)
    }
}

impl Node {
    /// Begins on what the disk holds. The tables are those that it had, or new ones.
    pub(crate) fn open(
        number: usize,
        now: Time,
        store: &MemoryStore,
        tables: Shelf,
        slot: Slot,
        items_max: usize,
    ) -> Result<Self, Box<(OpenError, Shelf)>> {
        let chase = Chase::new(tables).with_snapshot_after(SNAPSHOT_AFTER_BYTES);
        slot.keep(&chase);
        let journal = MemoryJournal::open(store);
        let writer = match Writer::open_from(journal, Box::new(slot.clone())) {
            Ok(writer) => writer.with_items_max(items_max),
            Err(error) => return Err(Box::new((error, chase.into_tables()))),
        };
        let head = writer.view().head;
        let (says, said) = line();
        Ok(Self {
            number,
            writer,
            chase,
            slot,
            callers: callers(),
            calls: BTreeMap::new(),
            tickets: BTreeMap::new(),
            waiting: Vec::new(),
            next_ticket: 0,
            steady: Steady::starting(Time(head.time_ns), Span(now.0)),
            busy_until: now,
            work_at: None,
            says,
            said,
            projected: 0,
            projected_ever: 0,
            batches: 0,
            is_deposed: false,
            steps: 0,
        })
    }
}
