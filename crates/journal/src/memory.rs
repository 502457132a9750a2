//! The home for tests and simulation: rows in memory, the same answers as the others, and faults
//! on demand. A [`MemoryStore`] is what survives a crash; a [`MemoryJournal`] is one writer on it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::admit::{Admitted, Position, Standing, Write};
use crate::batch::{Batch, Head, PartyRow, Row};
use crate::error::{AppendError, Cause, Fault, Outcome, ReadError};
use crate::hash::Hash;
use crate::limits::{READ_BYTES_MAX, READ_ROWS_MAX};
use crate::{Journal, verify};

/// What lies on the imagined disk. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    disk: Arc<Mutex<Disk>>,
}

/// A writer on a [`MemoryStore`]. Two of them may be open at once; the second one to append is
/// fenced, as two nodes on one database would be.
#[derive(Debug)]
pub struct MemoryJournal {
    store: MemoryStore,
    at: Position,
}

/// How the next append fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// Fails, certainly not written.
    BeforeWrite,
    /// Written, but the writer hears only that the outcome is unknown.
    UnknownWritten,
    /// Not written, and the writer hears only that the outcome is unknown.
    UnknownLost,
    /// No space; certainly not written.
    Full,
    /// Nobody sees it, the writer hears only that the outcome is unknown, and it stands after the
    /// next restart unless something else was written in its place: what a sync that failed
    /// leaves in a write-ahead log.
    UnknownLater,
}

/// A bit on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BitOf {
    /// Of the records.
    Records { byte: usize, bit: u8 },
    /// Of the row's own hash.
    Hash { byte: usize, bit: u8 },
    /// Of the row's time.
    Time { bit: u8 },
}

#[derive(Debug, Default)]
struct Disk {
    rows: Vec<Row>,
    parties: BTreeMap<(u64, [u8; 16]), PartyRow>,
    faults: VecDeque<FaultKind>,
    /// Until it is healed, every append fails in this way.
    broken: Option<FaultKind>,
    /// A row of which nobody knows yet, with its parties.
    later: Option<(Row, Vec<PartyRow>)>,
}

impl MemoryStore {
    pub fn new() -> MemoryStore {
        MemoryStore::default()
    }

    /// Makes the next append that would write fail; several calls queue up.
    pub fn fail_next(&self, kind: FaultKind) {
        self.disk().faults.push_back(kind);
    }

    /// Makes every append fail from now on, as a full or dying disk does.
    pub fn fail(&self, kind: FaultKind) {
        self.disk().broken = Some(kind);
    }

    /// The disk is well again.
    pub fn heal(&self) {
        self.disk().broken = None;
    }

    /// Forgets faults that were ordered and have not come.
    pub fn drop_faults(&self) {
        self.disk().faults.clear();
    }

    /// Puts a row on the disk past every check, as another writer or a saboteur would.
    pub fn push_unchecked(&self, row: Row) {
        self.disk().rows.push(row);
    }

    /// Everything on the disk, in order.
    pub fn rows(&self) -> Vec<Row> {
        self.disk().rows.clone()
    }

    /// How many rows there are.
    pub fn rows_count(&self) -> usize {
        self.disk().rows.len()
    }

    /// A row, wherever a writer stands.
    pub fn row(&self, seq: u64) -> Option<Row> {
        let disk = self.disk();
        let at = disk.rows.partition_point(|row| row.seq < seq);
        disk.rows.get(at).filter(|row| row.seq == seq).cloned()
    }

    /// Turns one bit of a row over, as an old disk does; twice is as if never. Whether there was
    /// such a bit.
    pub fn flip(&self, seq: u64, bit: BitOf) -> bool {
        let mut disk = self.disk();
        let at = disk.rows.partition_point(|row| row.seq < seq);
        let row = disk.rows.get_mut(at).filter(|row| row.seq == seq);
        row.is_some_and(|row| row.flip(bit))
    }

    /// The power goes and comes back: what a sync that failed left behind may stand now.
    pub fn restart(&self) {
        let mut disk = self.disk();
        let Some((row, parties)) = disk.later.take() else {
            return;
        };
        let tail = disk.rows.last().map_or(Hash::ZERO, |last| last.hash);
        if row.prev_hash == tail {
            let keyed = parties
                .into_iter()
                .map(|party| ((row.seq, party.item), party));
            disk.parties.extend(keyed);
            disk.rows.push(row);
        }
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        // A panic elsewhere cannot leave the disk half-written: every change below is one push
        // or one extend of data that was complete before.
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MemoryJournal {
    /// A journal on a disk of its own.
    pub fn new() -> MemoryJournal {
        MemoryJournal::open(&MemoryStore::new())
    }

    /// Opens what the store holds, as a restart does.
    pub fn open(store: &MemoryStore) -> MemoryJournal {
        let at = store
            .disk()
            .rows
            .last()
            .map_or(Position::GENESIS, Position::at);
        MemoryJournal {
            store: store.clone(),
            at,
        }
    }

    /// The disk under this writer.
    pub fn store(&self) -> &MemoryStore {
        &self.store
    }

    /// Same as [`MemoryStore::fail_next`].
    pub fn fail_next(&self, kind: FaultKind) {
        self.store.fail_next(kind);
    }

    /// Walks the whole chain, see [`verify::chain`].
    pub fn verify(&mut self, expected: Option<Head>) -> Result<verify::Report, verify::Error> {
        verify::chain(Head::GENESIS, expected, |seq_first, rows_max| {
            self.read(seq_first, rows_max)
        })
    }
}

impl Default for MemoryJournal {
    fn default() -> MemoryJournal {
        MemoryJournal::new()
    }
}

impl Journal for MemoryJournal {
    fn head(&self) -> Head {
        self.at.head
    }

    fn append(&mut self, batch: &Batch<'_>) -> Result<Head, AppendError> {
        let write = match self.at.admit(batch)? {
            Admitted::Stands => return Ok(self.at.head),
            Admitted::Write(write) => write,
        };
        let next = write.next;
        let mut disk = self.store.disk();
        match self.at.standing(&next, &disk.tail(self.at.head.seq)) {
            Standing::Theirs { seq } => return Err(AppendError::Fenced { seq }),
            Standing::Ours => {}
            Standing::Free => match disk.faults.pop_front().or(disk.broken) {
                None => disk.write(write, batch.records),
                Some(kind) => {
                    match kind {
                        FaultKind::UnknownWritten => disk.write(write, batch.records),
                        FaultKind::UnknownLater => disk.write_later(write, batch.records),
                        FaultKind::BeforeWrite | FaultKind::UnknownLost | FaultKind::Full => {}
                    }
                    return Err(kind.error());
                }
            },
        }
        drop(disk);
        self.at = next;
        Ok(next.head)
    }

    fn resync(&mut self) -> Result<Head, ReadError> {
        self.at = self
            .store
            .disk()
            .rows
            .last()
            .map_or(Position::GENESIS, Position::at);
        Ok(self.at.head)
    }

    fn last_seq(&mut self) -> Result<u64, ReadError> {
        Ok(self.store.disk().rows.last().map_or(0, |row| row.seq))
    }

    fn read(&mut self, seq_first: u64, rows_max: usize) -> Result<Vec<Row>, ReadError> {
        let disk = self.store.disk();
        let mut rows: Vec<Row> = Vec::new();
        let mut bytes: usize = 0;
        let from = disk.rows.partition_point(|row| row.seq < seq_first);
        let wanted = disk.rows.iter().skip(from);
        for row in wanted.take(rows_max.min(READ_ROWS_MAX)) {
            bytes = bytes.saturating_add(row.records.len());
            if bytes > READ_BYTES_MAX && !rows.is_empty() {
                break;
            }
            rows.push(row.clone());
        }
        Ok(rows)
    }

    fn party(&mut self, seq: u64, item: [u8; 16]) -> Result<Option<PartyRow>, ReadError> {
        Ok(self.store.disk().parties.get(&(seq, item)).cloned())
    }
}

impl Disk {
    fn tail(&self, seq_first: u64) -> Vec<(u64, Hash)> {
        let from = self.rows.partition_point(|row| row.seq < seq_first);
        self.rows
            .iter()
            .skip(from)
            .take(2)
            .map(|row| (row.seq, row.hash))
            .collect()
    }

    fn write(&mut self, write: Write<'_>, records: &[u8]) {
        // The place in the log is taken, so nothing can appear there later.
        self.later = None;
        let parties = write.parties.iter();
        let parties = parties.map(|party| ((write.next.head.seq, party.item), (*party).clone()));
        self.parties.extend(parties);
        self.rows.push(write.row(records));
    }

    fn write_later(&mut self, write: Write<'_>, records: &[u8]) {
        let row = write.row(records);
        self.later = Some((row, write.parties.into_iter().cloned().collect()));
    }
}

impl Write<'_> {
    fn row(&self, records: &[u8]) -> Row {
        let head = self.next.head;
        Row {
            seq: head.seq,
            epoch: head.epoch,
            prev_hash: self.next.prev_hash,
            hash: head.hash,
            time_ns: head.time_ns,
            records: records.to_vec(),
        }
    }
}

impl Row {
    fn flip(&mut self, bit: BitOf) -> bool {
        let mut hash = *self.hash.as_bytes();
        let mut time = self.time_ns.to_be_bytes();
        let (byte, bit) = match bit {
            BitOf::Records { byte, bit } => (self.records.get_mut(byte), bit),
            BitOf::Hash { byte, bit } => (hash.get_mut(byte), bit),
            BitOf::Time { bit } => (time.last_mut(), bit),
        };
        let mask = 1_u8.checked_shl(u32::from(bit)).unwrap_or(0);
        let is_there = byte.is_some() && mask != 0;
        if let Some(byte) = byte {
            *byte ^= mask;
        }
        self.hash = Hash::from_bytes(hash);
        self.time_ns = i64::from_be_bytes(time);
        is_there
    }
}

impl FaultKind {
    fn error(self) -> AppendError {
        let (outcome, cause) = match self {
            FaultKind::BeforeWrite => (Outcome::NotWritten, Cause::Io),
            FaultKind::UnknownWritten | FaultKind::UnknownLost | FaultKind::UnknownLater => {
                (Outcome::Unknown, Cause::Io)
            }
            FaultKind::Full => (Outcome::NotWritten, Cause::Full),
        };
        AppendError::Fault {
            outcome,
            fault: Fault::new(cause, "made to fail"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::{self, Home};

    struct Memory(MemoryStore);

    impl Home for Memory {
        fn open(&mut self) -> Result<Box<dyn Journal>, String> {
            Ok(Box::new(MemoryJournal::open(&self.0)))
        }

        fn intrude(&mut self, row: &Row) -> Result<(), String> {
            self.0.push_unchecked(row.clone());
            Ok(())
        }
    }

    fn batch(seq: u64, records: &[u8]) -> Batch<'_> {
        Batch {
            seq,
            epoch: 1,
            time_ns: 5,
            records,
            parties: &[],
        }
    }

    #[test]
    fn keeps_what_every_home_promises() {
        let failures = conformance::run(|| Ok(Box::new(Memory(MemoryStore::new()))));
        assert_eq!(failures, Vec::<String>::new());
    }

    #[test]
    fn faults_come_as_ordered() {
        #[track_caller]
        fn check(kind: FaultKind, code: &str, cause: Cause, rows: usize) {
            let mut journal = MemoryJournal::new();
            journal.append(&batch(1, b"one")).unwrap();
            journal.fail_next(kind);
            let party = PartyRow {
                item: [7; 16],
                participant: 1,
                month: 202_611,
                sealed: vec![1],
            };
            let parties = [party.clone()];
            let second = Batch {
                parties: &parties,
                ..batch(2, b"two")
            };
            let error = journal.append(&second).unwrap_err();
            assert_eq!(error.code(), code, "{kind:?}");
            assert!(matches!(error, AppendError::Fault { fault, .. } if fault.cause == cause));
            assert_eq!(journal.head().seq, 1, "{kind:?}: the writer does not guess");
            assert_eq!(journal.store().rows().len(), rows, "{kind:?}");
            let found = journal.party(2, [7; 16]).unwrap();
            assert_eq!(found.is_some(), rows == 2, "{kind:?}: all or nothing");
            // Sent again identically it stands, once, whatever had happened.
            assert_eq!(journal.append(&second).unwrap().seq, 2, "{kind:?}");
            assert_eq!(journal.store().rows().len(), 2, "{kind:?}");
            assert_eq!(journal.party(2, [7; 16]).unwrap(), Some(party), "{kind:?}");
            assert_eq!(journal.verify(None).unwrap().rows, 2, "{kind:?}");
        }
        check(FaultKind::BeforeWrite, "journal_not_written", Cause::Io, 1);
        check(
            FaultKind::UnknownWritten,
            "journal_outcome_unknown",
            Cause::Io,
            2,
        );
        check(
            FaultKind::UnknownLost,
            "journal_outcome_unknown",
            Cause::Io,
            1,
        );
        check(FaultKind::Full, "journal_not_written", Cause::Full, 1);
        check(
            FaultKind::UnknownLater,
            "journal_outcome_unknown",
            Cause::Io,
            1,
        );
    }

    #[test]
    fn what_a_failed_sync_left_stands_after_a_restart_unless_its_place_was_taken() {
        let check = |between: Option<&[u8]>, expected: &[&[u8]]| {
            let store = MemoryStore::new();
            let mut journal = MemoryJournal::open(&store);
            journal.fail_next(FaultKind::UnknownLater);
            let error = journal.append(&batch(1, b"late")).unwrap_err();
            assert_eq!(error.code(), "journal_outcome_unknown");
            assert_eq!(journal.resync().unwrap(), Head::GENESIS, "nobody sees it");
            if let Some(records) = between {
                journal.append(&batch(1, records)).unwrap();
            }
            store.restart();
            let rows = store.rows();
            let records: Vec<&[u8]> = rows.iter().map(|row| row.records.as_slice()).collect();
            assert_eq!(records, expected);
            assert!(MemoryJournal::open(&store).verify(None).is_ok());
        };
        check(None, &[b"late"]);
        check(Some(b"other"), &[b"other"]);
        check(Some(b"late"), &[b"late"]);
    }

    #[test]
    fn a_bit_that_turned_is_found_and_turning_it_back_heals() {
        let store = MemoryStore::new();
        let mut journal = MemoryJournal::open(&store);
        for seq in 1..=3 {
            journal.append(&batch(seq, b"some")).unwrap();
        }
        for bit in [
            BitOf::Records { byte: 3, bit: 7 },
            BitOf::Hash { byte: 31, bit: 0 },
            BitOf::Time { bit: 1 },
        ] {
            assert!(store.flip(2, bit));
            assert_eq!(journal.verify(None).unwrap_err().seq, 2, "{bit:?}");
            assert!(store.flip(2, bit));
            assert!(journal.verify(None).is_ok(), "{bit:?}");
        }
        assert!(!store.flip(2, BitOf::Records { byte: 4, bit: 0 }));
        assert!(!store.flip(9, BitOf::Time { bit: 0 }));
    }

    #[test]
    fn another_batch_after_an_unknown_outcome_does_not_overwrite() {
        let mut journal = MemoryJournal::new();
        journal.fail_next(FaultKind::UnknownWritten);
        journal.append(&batch(1, b"mine")).unwrap_err();
        let error = journal.append(&batch(1, b"other")).unwrap_err();
        assert!(matches!(error, AppendError::Fenced { seq: 1 }));
        assert_eq!(journal.store().rows()[0].records, b"mine");
    }

    #[test]
    fn the_second_writer_on_a_store_is_fenced() {
        let store = MemoryStore::new();
        let (mut old, mut new) = (MemoryJournal::open(&store), MemoryJournal::open(&store));
        new.append(&Batch {
            epoch: 2,
            ..batch(1, b"new")
        })
        .unwrap();
        assert!(matches!(
            old.append(&batch(1, b"old")).unwrap_err(),
            AppendError::Fenced { seq: 1 }
        ));
        assert_eq!(old.head(), Head::GENESIS);
        assert_eq!(store.rows().len(), 1);
        assert_eq!(
            new.append(&Batch {
                epoch: 2,
                ..batch(2, b"")
            })
            .unwrap()
            .seq,
            2
        );
    }
}
