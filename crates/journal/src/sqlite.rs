//! The home in one SQLite file: the embedded default.
//!
//! # Doctrine
//!
//! - **Write-ahead log, `synchronous=FULL`.** A commit syncs the log before it becomes visible, to
//!   us and to readers. The settings are read back at open; a file system that refuses the log
//!   (network mounts do) is refused itself.
//! - **One writer, many readers.** The writer holds an advisory lock on a file of its own,
//!   `<path>-lock`, for as long as it lives; the kernel releases it when the process dies, so
//!   there is nothing stale to clean up and the file stays. The database file itself is never
//!   opened by us: closing any other handle on it would silently drop SQLite's own locks in this
//!   process. Even without the lock, the look at the tail inside each commit fences.
//! - **Until `COMMIT` is asked for, a failure means not written.** From there on every failure
//!   means unknown: the frames may lie in the log although its sync failed, and a recovery after
//!   a crash would accept them.
//! - **What is found must be as durable as what was promised.** After a crash of the process, but
//!   not of the machine, recovery can find rows that were never synced. So the log is synced at
//!   open before the head is believed, and again when a batch turns out to stand already.
//! - **Readers run in short statements** on connections of their own, and never block the writer.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags, TransactionBehavior, params};

use crate::admit::{Admitted, Position, Standing, Write};
use crate::batch::{Batch, Head, PartyRow, Row};
use crate::error::{AppendError, Cause, Fault, OpenError, Outcome, ReadError};
use crate::limits::{
    SQLITE_BUSY_TIMEOUT_MS, SQLITE_CACHE_KIB, SQLITE_VALUE_BYTES_MAX, SQLITE_VERSION_MIN,
    SQLITE_WAL_BYTES_KEPT, SQLITE_WAL_PAGES,
};
use crate::{Journal, verify};

mod files;
mod reader;
mod rows;
mod schema;

#[cfg(test)]
mod tests;

pub use reader::SqliteReader;

/// The one writer of a journal file.
#[derive(Debug)]
pub struct SqliteJournal {
    // Declared before the lock, so that the connection is closed while the lock is still held.
    connection: Connection,
    at: Position,
    path: PathBuf,
    _lock: files::WriterLock,
}

impl SqliteJournal {
    /// Opens the journal for writing; makes the folder (mode 0700) and the file (mode 0600) if
    /// they are missing. While it is open, a second open for writing is refused with
    /// [`OpenError::Locked`].
    pub fn open(path: impl AsRef<Path>) -> Result<SqliteJournal, OpenError> {
        let path = files::absolute(path.as_ref())?;
        check_version(rusqlite::version_number())?;
        files::create_folder(&path)?;
        let path = files::resolve(path)?;
        let lock = files::WriterLock::take(&path)?;
        files::create_private(&path)?;
        let mut connection = Connection::open_with_flags(
            &path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )
        .map_err(fault)?;
        configure(&connection)?;
        schema::prepare(&mut connection, &path)?;
        make_durable(&connection)?;
        files::sync_log(&path)?;
        let at = match rows::last(&connection)? {
            None => Position::GENESIS,
            Some(row) if row.link().hash() == row.hash => Position::at(&row),
            Some(row) => return Err(OpenError::LastRowDamaged(row.seq)),
        };
        Ok(SqliteJournal {
            connection,
            at,
            path,
            _lock: lock,
        })
    }

    /// Moves what readers allow from the log into the file. A commit does this by itself when the
    /// log is long; called in quiet moments, it keeps that out of a payment's way.
    pub fn checkpoint(&mut self) -> Result<(), Fault> {
        self.connection
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
            .map_err(fault)
    }

    /// Where the file is, for [`SqliteReader::open`] in other threads.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Walks the whole chain, see [`verify::chain`].
    pub fn verify(&self, expected: Option<Head>) -> Result<verify::Report, verify::Error> {
        reader::verify(&self.connection, expected)
    }

    /// After a fault that kept even the rollback from running, the connection is still inside the
    /// old SQL transaction; the new batch must not become part of it.
    fn settle(&self) -> Result<(), AppendError> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.connection
            .execute_batch("ROLLBACK")
            .map_err(|error| not_written(fault(error)))
    }

    /// Looks and writes inside the open commit. `Ok(false)`: the row stands already.
    fn write(&self, write: &Write<'_>, batch: &Batch<'_>) -> Result<bool, AppendError> {
        let tail = rows::tail(&self.connection, self.at.head.seq).map_err(not_written)?;
        match self.at.standing(&write.next, &tail) {
            Standing::Theirs { seq } => Err(AppendError::Fenced { seq }),
            Standing::Ours => Ok(false),
            Standing::Free => {
                self.insert(write, batch)
                    .map_err(|error| not_written(fault(error)))?;
                Ok(true)
            }
        }
    }

    fn insert(&self, write: &Write<'_>, batch: &Batch<'_>) -> rusqlite::Result<()> {
        let head = write.next.head;
        let seq = rows::sql_integer(head.seq)?;
        self.connection
            .prepare_cached(rows::INSERT_ROW)?
            .execute(params![
                seq,
                rows::sql_integer(head.epoch)?,
                write.next.prev_hash.as_bytes(),
                head.hash.as_bytes(),
                head.time_ns,
                batch.records,
            ])?;
        let mut insert = self.connection.prepare_cached(rows::INSERT_PARTY)?;
        for party in &write.parties {
            insert.execute(params![
                seq,
                party.item,
                party.participant,
                party.month,
                party.sealed
            ])?;
        }
        Ok(())
    }
}

impl Journal for SqliteJournal {
    fn head(&self) -> Head {
        self.at.head
    }

    fn append(&mut self, batch: &Batch<'_>) -> Result<Head, AppendError> {
        let write = match self.at.admit(batch)? {
            Admitted::Stands => return Ok(self.at.head),
            Admitted::Write(write) => write,
        };
        self.settle()?;
        // Rolls back when it is dropped.
        let sql =
            rusqlite::Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)
                .map_err(|error| not_written(fault(error)))?;
        if self.write(&write, batch)? {
            sql.commit().map_err(outcome_unknown)?;
        } else {
            drop(sql);
            files::sync_log(&self.path).map_err(|fault| AppendError::Fault {
                outcome: Outcome::Unknown,
                fault,
            })?;
        }
        self.at = write.next;
        Ok(self.at.head)
    }

    fn resync(&mut self) -> Result<Head, ReadError> {
        let last = rows::last(&self.connection)?;
        self.at = last.as_ref().map_or(Position::GENESIS, Position::at);
        Ok(self.at.head)
    }

    fn last_seq(&mut self) -> Result<u64, ReadError> {
        rows::last_seq(&self.connection)
    }

    fn read(&mut self, seq_first: u64, rows_max: usize) -> Result<Vec<Row>, ReadError> {
        rows::read(&self.connection, seq_first, rows_max)
    }

    fn party(&mut self, seq: u64, item: [u8; 16]) -> Result<Option<PartyRow>, ReadError> {
        rows::party(&self.connection, seq, item)
    }
}

fn check_version(found: i32) -> Result<(), OpenError> {
    if found < SQLITE_VERSION_MIN {
        return Err(OpenError::SqliteTooOld(found));
    }
    Ok(())
}

/// What writers and readers have in common: a file from elsewhere may not run code in its schema,
/// may not make us allocate without bound, and is not mapped into memory, where a read error of
/// the disk would kill the process.
fn configure(connection: &Connection) -> Result<(), OpenError> {
    let set = || {
        connection.busy_timeout(Duration::from_millis(SQLITE_BUSY_TIMEOUT_MS))?;
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, SQLITE_VALUE_BYTES_MAX)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        connection
            .pragma_update_and_check(None, "mmap_size", 0, |_| Ok(()))
            .or_else(no_row)
    };
    set().map_err(|error| OpenError::Fault(fault(error)))
}

/// The writer's own settings, read back where an `Ok` alone would not prove them.
fn make_durable(connection: &Connection) -> Result<(), OpenError> {
    let set = || {
        let ignore = |_: &rusqlite::Row<'_>| Ok(());
        // A copy that a backup tool wrote is not in this mode, so it is set at every open.
        let mode = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
        let mode = connection.pragma_update_and_check(None, "journal_mode", "WAL", mode)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        // Only macOS tells a sync from one that reaches the medium; elsewhere these do nothing.
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "checkpoint_fullfsync", true)?;
        connection.pragma_update(None, "cache_size", -SQLITE_CACHE_KIB)?;
        let pages = SQLITE_WAL_PAGES;
        connection.pragma_update_and_check(None, "wal_autocheckpoint", pages, ignore)?;
        let kept = SQLITE_WAL_BYTES_KEPT;
        connection.pragma_update_and_check(None, "journal_size_limit", kept, ignore)?;
        let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |r| r.get(0))?;
        Ok((synchronous, mode))
    };
    let (synchronous, mode) = set().map_err(fault)?;
    if synchronous != 2 {
        return Err(OpenError::NotDurable("synchronous=FULL"));
    }
    if mode != "wal" {
        return Err(OpenError::NotDurable("journal_mode=WAL"));
    }
    Ok(())
}

/// Some builds answer a setting with its value and some with nothing.
fn no_row(error: rusqlite::Error) -> rusqlite::Result<()> {
    if matches!(error, rusqlite::Error::QueryReturnedNoRows) {
        Ok(())
    } else {
        Err(error)
    }
}

fn fault(error: rusqlite::Error) -> Fault {
    use rusqlite::ErrorCode;
    let cause = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Cause::Full,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Cause::Busy,
        Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::ReadOnly) => Cause::Io,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::TooBig) => {
            Cause::Damaged
        }
        _ => Cause::Other,
    };
    Fault::new(cause, error)
}

fn not_written(fault: impl Into<Fault>) -> AppendError {
    AppendError::Fault {
        outcome: Outcome::NotWritten,
        fault: fault.into(),
    }
}

fn outcome_unknown(error: rusqlite::Error) -> AppendError {
    AppendError::Fault {
        outcome: Outcome::Unknown,
        fault: fault(error),
    }
}
