//! Reading beside the writer: followers, the projection's thread, the audit.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::{check_version, configure, fault, files, rows, schema};
use crate::batch::{Head, PartyRow, Row};
use crate::error::{OpenError, ReadError};
use crate::verify;

/// A read-only handle. Each thread opens its own; it sees what was durable when its statement
/// began.
#[derive(Debug)]
pub struct SqliteReader {
    connection: Connection,
}

impl SqliteReader {
    /// Opens a journal that exists. The folder must be writable by this user, because SQLite keeps
    /// an index of the log there; of a journal on read-only media, open a copy.
    pub fn open(path: impl AsRef<Path>) -> Result<SqliteReader, OpenError> {
        let path = files::absolute(path.as_ref())?;
        check_version(rusqlite::version_number())?;
        if !path.exists() {
            return Err(OpenError::Missing(path));
        }
        let connection = Connection::open_with_flags(
            &path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )
        .map_err(fault)?;
        configure(&connection)?;
        schema::check(&connection, &path)?;
        Ok(SqliteReader { connection })
    }

    /// The last row of the journal, [`Head::GENESIS`] if there is none.
    pub fn head(&self) -> Result<Head, ReadError> {
        rows::head(&self.connection)
    }

    /// As [`crate::Journal::read`].
    pub fn read(&self, seq_first: u64, rows_max: usize) -> Result<Vec<Row>, ReadError> {
        rows::read(&self.connection, seq_first, rows_max)
    }

    /// The row with this sequence.
    pub fn row(&self, seq: u64) -> Result<Option<Row>, ReadError> {
        Ok(self.read(seq, 1)?.into_iter().find(|row| row.seq == seq))
    }

    /// As [`crate::Journal::party`].
    pub fn party(&self, seq: u64, item: [u8; 16]) -> Result<Option<PartyRow>, ReadError> {
        rows::party(&self.connection, seq, item)
    }

    /// Walks the whole chain, see [`verify::chain`], and looks for rows outside it.
    pub fn verify(&self, expected: Option<Head>) -> Result<verify::Report, verify::Error> {
        verify(&self.connection, expected)
    }

    #[cfg(test)]
    pub(super) fn raw(&self) -> &Connection {
        &self.connection
    }
}

pub(super) fn verify(
    connection: &Connection,
    expected: Option<Head>,
) -> Result<verify::Report, verify::Error> {
    let read = |seq_first, rows_max| rows::read(connection, seq_first, rows_max);
    let report = verify::chain(Head::GENESIS, expected, read)?;
    // A row whose number was changed to one below 1 looks like an end that was cut off.
    let seq = report.head.seq.saturating_add(1);
    match rows::has_strays(connection) {
        Ok(false) => Ok(report),
        Ok(true) => Err(verify::Error {
            seq,
            flaw: verify::Flaw::Stray,
        }),
        Err(error) => Err(verify::Error {
            seq,
            flaw: verify::Flaw::Unreadable(error),
        }),
    }
}
