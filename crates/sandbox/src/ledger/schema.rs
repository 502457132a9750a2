//! Opening the ledger's file: settings, version, tables.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::trouble::Fault;

/// Raised whenever the tables change; there is no older file to read yet.
const VERSION: i64 = 2;

pub(super) fn open(path: &Path) -> Result<Connection, Fault> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version != 0 && version != VERSION {
        return Err(Fault::Broken(format!("the ledger has version `{version}`")));
    }
    // WAL so that a reader never blocks us, FULL so that what was committed survives the machine.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
    )?;
    if version == 0 {
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE; {} PRAGMA user_version = {VERSION}; COMMIT;",
            include_str!("schema.sql")
        ))?;
    }
    Ok(connection)
}

/// Opens an institution's books for somebody else's eyes: nothing can be written through it, and
/// in WAL mode reading never holds the institution up.
pub(crate) fn open_to_read(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version != VERSION {
        return Err(Fault::Broken(format!("the ledger has version `{version}`")));
    }
    Ok(connection)
}
