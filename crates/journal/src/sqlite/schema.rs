//! The tables, and how a file says that it is a journal and of which format.
//!
//! The format stands three times: in the header (`application_id`, `user_version`), where tools
//! that know nothing of us see it, and in `meta`, where people do. Format 1: the tables below,
//! hash layout 1.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::fault;
use crate::LAYOUT_VERSION;
use crate::error::OpenError;
use crate::limits::SQLITE_PAGE_BYTES;

/// ASCII `Span`, in the header of every journal file.
const APPLICATION_ID: i64 = 0x5370_616e;
const FORMAT: i64 = 1;

/// `party` is keyed by sequence first, so that an append only touches the end of the table, and
/// has no row ids, so that it is one tree instead of two.
const TABLES: &str = "
    CREATE TABLE journal (
        seq INTEGER PRIMARY KEY,
        epoch INTEGER NOT NULL,
        prev_hash BLOB NOT NULL,
        hash BLOB NOT NULL,
        time_ns INTEGER NOT NULL,
        records BLOB NOT NULL
    ) STRICT;
    CREATE TABLE party (
        seq INTEGER NOT NULL,
        item BLOB NOT NULL,
        participant INTEGER NOT NULL,
        month INTEGER NOT NULL,
        sealed BLOB NOT NULL,
        PRIMARY KEY (seq, item)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE meta (
        key TEXT PRIMARY KEY,
        value INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
";

/// Makes the tables in an empty file, or checks that they are ours.
pub(super) fn prepare(connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let empty = is_empty(connection).map_err(|error| not_ours(error, path))?;
    if !empty {
        return check(connection, path);
    }
    // The page size counts only before the first write.
    let set_up = |connection: &mut Connection| {
        connection.pragma_update(None, "page_size", SQLITE_PAGE_BYTES)?;
        let sql = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        sql.execute_batch(TABLES)?;
        sql.pragma_update(None, "application_id", APPLICATION_ID)?;
        sql.pragma_update(None, "user_version", FORMAT)?;
        let mut insert = sql.prepare("INSERT INTO meta (key, value) VALUES (?1, ?2)")?;
        insert.execute(("format", FORMAT))?;
        insert.execute(("hash_layout", LAYOUT_VERSION))?;
        drop(insert);
        sql.commit()
    };
    set_up(connection).map_err(|error| OpenError::Fault(fault(error)))
}

/// Refuses files that are not journals, and journals of a later or damaged format.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let id = pragma("application_id").map_err(|error| not_ours(error, path))?;
    if id != APPLICATION_ID {
        return Err(OpenError::NotAJournal(path.to_path_buf()));
    }
    let meta = |key: &str| {
        let query = "SELECT value FROM meta WHERE key = ?1";
        connection.query_row(query, [key], |row| row.get::<_, i64>(0))
    };
    let known = |found, known| {
        if found == known {
            Ok(())
        } else {
            Err(OpenError::FormatUnknown { found, known })
        }
    };
    known(pragma("user_version").map_err(fault)?, FORMAT)?;
    known(meta("format").map_err(fault)?, FORMAT)?;
    known(
        meta("hash_layout").map_err(fault)?,
        i64::from(LAYOUT_VERSION),
    )
}

/// Neither tables nor our mark: a new file, or one whose making was cut short.
fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    let id: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(id == 0 && tables == 0)
}

fn not_ours(error: rusqlite::Error, path: &Path) -> OpenError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => OpenError::NotAJournal(path.to_path_buf()),
        _ => OpenError::Fault(fault(error)),
    }
}
