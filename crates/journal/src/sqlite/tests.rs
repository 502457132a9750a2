use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::*;
use crate::conformance::{self, Home};

mod audit;
mod opening;

struct File {
    dir: TempDir,
}

impl File {
    fn new() -> File {
        File {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> PathBuf {
        self.dir
            .path()
            .canonicalize()
            .unwrap()
            .join("hub/journal.db")
    }

    fn journal(&self) -> SqliteJournal {
        SqliteJournal::open(self.path()).unwrap()
    }

    fn reader(&self) -> SqliteReader {
        SqliteReader::open(self.path()).unwrap()
    }

    /// A connection that knows no rules, as a shell would have.
    fn raw(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }

    /// A journal of `count` rows with one party row each.
    fn filled(count: u64) -> File {
        let file = File::new();
        let mut journal = file.journal();
        for seq in 1..=count {
            append(&mut journal, seq);
        }
        file
    }
}

impl Home for File {
    fn open(&mut self) -> Result<Box<dyn Journal>, String> {
        Ok(Box::new(
            SqliteJournal::open(self.path()).map_err(|error| error.to_string())?,
        ))
    }

    fn intrude(&mut self, row: &Row) -> Result<(), String> {
        let seq = i64::try_from(row.seq).unwrap();
        let epoch = i64::try_from(row.epoch).unwrap();
        let (prev_hash, hash) = (row.prev_hash.as_bytes(), row.hash.as_bytes());
        self.raw()
            .execute(
                rows::INSERT_ROW,
                params![seq, epoch, prev_hash, hash, row.time_ns, row.records],
            )
            .map_err(|error| error.to_string())?;
        Ok(())
    }
}

fn party(seq: u64) -> PartyRow {
    let mut item = [0; 16];
    item[..8].copy_from_slice(&seq.to_be_bytes());
    PartyRow {
        item,
        participant: 3,
        month: 202_611,
        sealed: format!("sealed {seq}").into(),
    }
}

fn append(journal: &mut SqliteJournal, seq: u64) -> Head {
    let records = format!("records of batch {seq}");
    let parties = [party(seq)];
    let batch = Batch {
        seq,
        epoch: 1,
        time_ns: 1_000,
        records: records.as_bytes(),
        parties: &parties,
    };
    journal.append(&batch).unwrap()
}

#[test]
fn keeps_what_every_home_promises() {
    let failures = conformance::run(|| Ok(Box::new(File::new())));
    assert_eq!(failures, Vec::<String>::new());
}

#[test]
fn the_second_writer_is_refused_and_readers_are_not() {
    let file = File::filled(2);
    let mut first = file.journal();
    let refused = SqliteJournal::open(file.path()).unwrap_err();
    assert_eq!(refused.code(), "journal_locked");
    assert!(matches!(refused, OpenError::Locked(path) if path == file.path()));
    // Refusing it disturbed neither the writer nor the readers.
    let (one, two) = (file.reader(), file.reader());
    append(&mut first, 3);
    for reader in [one, two] {
        assert_eq!(reader.head().unwrap(), first.head());
        assert_eq!(reader.read(1, 10).unwrap(), first.read(1, 10).unwrap());
        assert_eq!(reader.row(2).unwrap().unwrap().seq, 2);
        assert_eq!(reader.row(0).unwrap(), None);
        assert_eq!(reader.row(4).unwrap(), None);
        assert_eq!(reader.party(3, party(3).item).unwrap(), Some(party(3)));
        assert_eq!(reader.party(2, party(3).item).unwrap(), None);
        assert_eq!(reader.verify(Some(first.head())).unwrap().rows, 3);
    }
    drop(first);
    assert_eq!(file.journal().head().seq, 3);
}

#[test]
fn a_reader_cannot_write() {
    let file = File::filled(1);
    let reader = file.reader();
    let refused = reader.raw().execute("DELETE FROM journal", []).unwrap_err();
    assert_eq!(
        refused.sqlite_error_code(),
        Some(rusqlite::ErrorCode::ReadOnly)
    );
    assert_eq!(reader.head().unwrap().seq, 1);
}

#[test]
fn a_reader_follows_a_writer_from_another_thread() {
    let file = File::new();
    let mut journal = file.journal();
    let path = journal.path().to_path_buf();
    let (tell, told) = std::sync::mpsc::channel::<Head>();
    let follower = std::thread::spawn(move || {
        let reader = SqliteReader::open(path).unwrap();
        let mut seen: u64 = 0;
        for head in told {
            let rows = reader.read(seen + 1, 100).unwrap();
            seen += u64::try_from(rows.len()).unwrap();
            // What was acknowledged is visible at once.
            assert!(seen >= head.seq);
        }
        seen
    });
    (1..=50).for_each(|seq| tell.send(append(&mut journal, seq)).unwrap());
    drop(tell);
    assert_eq!(follower.join().unwrap(), 50);
}

#[test]
fn files_copied_while_the_writer_works_hold_a_prefix_that_verifies() {
    let file = File::new();
    let mut journal = file.journal();
    for seq in 1..=40 {
        let head = append(&mut journal, seq);
        if seq == 25 {
            journal.checkpoint().unwrap();
        }
        let copy = File::new();
        fs::create_dir(copy.path().parent().unwrap()).unwrap();
        for suffix in ["", "-wal"] {
            let name = format!("journal.db{suffix}");
            let (from, to) = (
                file.path().with_file_name(&name),
                copy.path().with_file_name(&name),
            );
            fs::copy(from, to).unwrap();
        }
        // Everything acknowledged before the copy is in it, and it can be continued.
        let mut reopened = copy.journal();
        assert_eq!(reopened.head(), head);
        assert_eq!(reopened.verify(Some(head)).unwrap().rows, seq);
        append(&mut reopened, seq + 1);
        assert_eq!(
            reopened.party(seq, party(seq).item).unwrap(),
            Some(party(seq))
        );
    }
}

#[test]
fn a_log_cut_anywhere_leaves_whole_batches() {
    let file = File::new();
    let mut journal = file.journal();
    journal.checkpoint().unwrap();
    let mut heads = vec![Head::GENESIS];
    heads.extend((1..=6).map(|seq| append(&mut journal, seq)));
    let (database, log) = (
        fs::read(file.path()).unwrap(),
        fs::read(file.path().with_file_name("journal.db-wal")).unwrap(),
    );
    let mut seen = Vec::new();
    for cut in (0..=log.len()).step_by(4_001).chain([log.len()]) {
        let copy = File::new();
        fs::create_dir(copy.path().parent().unwrap()).unwrap();
        fs::write(copy.path(), &database).unwrap();
        fs::write(copy.path().with_file_name("journal.db-wal"), &log[..cut]).unwrap();
        let mut reopened = copy.journal();
        let head = reopened.head();
        assert!(heads.contains(&head), "cut at {cut}");
        assert_eq!(
            reopened.verify(Some(head)).unwrap().rows,
            head.seq,
            "cut at {cut}"
        );
        for seq in 1..=6 {
            let found = reopened.party(seq, party(seq).item).unwrap();
            assert_eq!(
                found.is_some(),
                seq <= head.seq,
                "cut at {cut}: parties with their row"
            );
        }
        seen.push(head.seq);
    }
    assert!(seen.is_sorted(), "{seen:?}");
    seen.dedup();
    assert_eq!(seen, [0, 1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_full_disk_writes_nothing_and_stays_readable() {
    let file = File::new();
    let mut journal = file.journal();
    append(&mut journal, 1);
    let head = journal.head();
    journal
        .connection
        .pragma_update_and_check(None, "max_page_count", 1, |_| Ok(()))
        .unwrap();
    let records = vec![0; 100_000];
    let parties = [party(2)];
    let batch = Batch {
        seq: 2,
        epoch: 1,
        time_ns: 1_000,
        records: &records,
        parties: &parties,
    };
    let error = journal.append(&batch).unwrap_err();
    assert_eq!(error.code(), "journal_not_written");
    assert!(matches!(error, AppendError::Fault { fault, .. } if fault.cause == Cause::Full));
    assert_eq!(journal.head(), head);
    assert_eq!(journal.read(1, 10).unwrap().len(), 1);
    assert_eq!(journal.party(2, party(2).item).unwrap(), None);
    // With space again the same batch goes in.
    journal
        .connection
        .pragma_update_and_check(None, "max_page_count", 100_000, |_| Ok(()))
        .unwrap();
    assert_eq!(journal.append(&batch).unwrap().seq, 2);
    assert_eq!(journal.verify(None).unwrap().rows, 2);
}

#[test]
fn a_foreign_lock_is_a_fault_that_can_be_tried_again() {
    let file = File::filled(1);
    let mut journal = file.journal();
    journal.connection.busy_timeout(Duration::ZERO).unwrap();
    let shell = file.raw();
    shell.execute_batch("BEGIN IMMEDIATE").unwrap();
    let batch = Batch {
        seq: 2,
        epoch: 1,
        time_ns: 1_000,
        records: b"two",
        parties: &[],
    };
    let error = journal.append(&batch).unwrap_err();
    assert_eq!(error.code(), "journal_not_written");
    assert!(matches!(error, AppendError::Fault { fault, .. } if fault.cause == Cause::Busy));
    assert_eq!(journal.read(1, 10).unwrap().len(), 1);
    shell.execute_batch("ROLLBACK").unwrap();
    assert_eq!(journal.append(&batch).unwrap().seq, 2);
}

#[test]
fn a_connection_left_inside_an_sql_statement_recovers() {
    let file = File::filled(1);
    let mut journal = file.journal();
    journal
        .connection
        .execute_batch("BEGIN; DELETE FROM party")
        .unwrap();
    append(&mut journal, 2);
    assert_eq!(journal.party(1, party(1).item).unwrap(), Some(party(1)));
}

#[test]
fn a_failed_commit_is_an_unknown_outcome() {
    let error = outcome_unknown(rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_FSYNC),
        None,
    ));
    assert_eq!(error.code(), "journal_outcome_unknown");
    assert!(matches!(error, AppendError::Fault { fault, .. } if fault.cause == Cause::Io));
}

#[test]
fn a_long_log_is_checkpointed_and_stays_bounded() {
    let file = File::new();
    let mut journal = file.journal();
    let records = vec![7; 1_000_000];
    for seq in 1..=40 {
        journal
            .append(&Batch {
                seq,
                epoch: 1,
                time_ns: 1,
                records: &records,
                parties: &[],
            })
            .unwrap();
    }
    let log = fs::metadata(file.path().with_file_name("journal.db-wal"))
        .unwrap()
        .len();
    assert!(log < 24 * 1024 * 1024, "{log}");
    assert_eq!(journal.verify(None).unwrap().rows, 40);
}
