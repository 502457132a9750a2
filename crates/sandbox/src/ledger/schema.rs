//! Opening the ledger's file: settings, version, tables.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use crate::trouble::Fault;

/// Raised whenever the tables change.
const VERSION: i64 = 2;

pub(super) fn open(path: &Path) -> Result<Connection, Fault> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if !(0..=VERSION).contains(&version) {
        return Err(Fault::Broken(format!("the ledger has version `{version}`")));
    }
    // WAL so that a reader never blocks us, FULL so that what was committed survives the machine.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
    )?;
    let missing = match version {
        0 => include_str!("schema.sql"),
        1 => include_str!("told.sql"),
        _current => return Ok(connection),
    };
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE; {missing} PRAGMA user_version = {VERSION}; COMMIT;"
    ))?;
    Ok(connection)
}
