//! Opening the ledger's file: settings, version, tables.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

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
        1 => include_str!("printed.sql"),
        _current => return Ok(connection),
    };
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE; {missing} PRAGMA user_version = {VERSION}; COMMIT;"
    ))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_of_version_1_goes_on_and_nobody_writes_through_a_reader() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let old = open(&path).unwrap();
        let row = "INSERT INTO bakong (hash, md5, from_account, to_account, currency, amount, \
                   item, at_ms) VALUES ('h', 'm', 'a', 'b', 'KHR', 1, 'i', 1)";
        old.execute_batch(&format!(
            "DROP INDEX bakong_item; ALTER TABLE bakong DROP COLUMN printed; {row}; \
             PRAGMA user_version = 1;"
        ))
        .unwrap();
        assert!(matches!(open_to_read(&path), Err(Fault::Broken(_))));
        open(&path).unwrap();
        let reader = open_to_read(&path).unwrap();
        let printed = "SELECT printed FROM bakong WHERE item = 'i'";
        let printed: bool = reader.query_row(printed, [], |row| row.get(0)).unwrap();
        assert!(!printed);
        reader.execute("DELETE FROM bakong", []).unwrap_err();
    }
}
