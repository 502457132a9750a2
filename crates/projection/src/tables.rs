//! The tables of the projection, on SQLite.
//!
//! # Doctrine
//!
//! * A group of batches is written whole, together with the sequence and hash that the tables
//!   then stand for, in one SQL transaction; so a crash leaves the tables at some batch, never
//!   between two.
//! * Groups come in sequence. One that does not begin behind what the tables stand for is
//!   refused: the caller reads the journal again from [`Tables::applied`].
//! * Tables that stand for a batch that the journal does not hold (another hash) are of another
//!   journal; the caller throws them away and projects again.
//! * One look is one snapshot: [`Tables::past`] says for which batch all of its answer stands.
//! * synchronous=NORMAL: what a power cut loses here, the journal gives again.

mod figures;
mod past;
mod settlement;
mod statement;
mod write;

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};
use switch::{ItemId, ParticipantId};

use crate::Corrupt;
use crate::codec::BODY_VERSION;

pub use past::{Ask, Past, PastItem};
pub use settlement::MovementRow;
pub use statement::{Funds, Place, ShopAsk, ShopItem, ShopSum, Until, WindowAsk};
pub use write::SavedSnapshot;

/// The layout of the tables; another one is thrown away and projected again, and whoever reads
/// the file by itself looks at `user_version` first.
pub const TABLES_LAYOUT: i64 = 6;

// So that no row is ever met that cannot be read.
const _: () = assert!(BODY_VERSION == 2, "another body is another TABLES_LAYOUT");

/// Bytes of write-ahead log that stay allocated after a checkpoint: what a group of batches
/// usually writes, and nothing of a snapshot that was large once.
const LOG_BYTES_KEPT: i64 = 64 * 1024 * 1024;

/// Page cache in KiB: the inner pages of the index over random ids at ten million items (about
/// 300 MB, of which a fiftieth is inner pages), and what one group of batches touches.
const CACHE_KIB: i64 = 32 * 1024;

/// Why the tables could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TablesError {
    /// SQLite could not.
    #[error("use the projection's tables")]
    Sql(#[from] rusqlite::Error),
    /// Another build wrote them, and this one only reads.
    #[error("read tables of layout `{found}`: this build reads `{TABLES_LAYOUT}`")]
    Layout {
        /// Their layout.
        found: i64,
    },
    /// A row holds what this build cannot read.
    #[error("read a row of the projection: {0}")]
    Row(#[from] Corrupt),
    /// A damaged file could not be removed.
    #[error("remove the damaged tables")]
    Remove(#[source] std::io::Error),
    /// Two items have one id.
    #[error("write item `{0:?}`: the row under its id is another item's")]
    IdTwice(ItemId),
    /// The batches are not those after what the tables stand for.
    #[error("apply batches from `{got}` to tables that stand for batch `{applied}`")]
    NotNext {
        /// What the tables stand for.
        applied: u64,
        /// What was offered.
        got: u64,
    },
}

/// The tables, opened by their one writer or by a reader.
#[derive(Debug)]
pub struct Tables {
    connection: Connection,
}

/// Whose items are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListOf {
    /// Everything, for operators.
    All,
    /// What a participant asked for, or was asked for.
    Participant(ParticipantId),
}

/// One line of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemRow {
    /// The payment.
    pub id: ItemId,
    /// The batch that began it; lists go down from the newest.
    pub created_sequence: u64,
}

impl TablesError {
    /// Whether the file or a row of it is damaged, so that only making it anew helps.
    pub fn is_damage(&self) -> bool {
        match self {
            TablesError::Sql(error) => matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
            ),
            TablesError::Row(_) | TablesError::IdTwice(_) => true,
            TablesError::NotNext { .. } | TablesError::Remove(_) | TablesError::Layout { .. } => {
                false
            }
        }
    }
}

impl Tables {
    /// Opens the tables and makes them if they are not there.
    ///
    /// # Errors
    /// When SQLite cannot open or make the file.
    pub fn open(path: &Path) -> Result<Self, TablesError> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "cache_size", CACHE_KIB.saturating_neg())?;
        connection.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT)?;
        connection.busy_timeout(std::time::Duration::from_secs(2))?;
        let layout: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if layout != TABLES_LAYOUT {
            connection.execute_batch(
                "BEGIN IMMEDIATE; DROP TABLE IF EXISTS applied; DROP TABLE IF EXISTS item; \
                 DROP TABLE IF EXISTS closed; DROP TABLE IF EXISTS outcome; \
                 DROP TABLE IF EXISTS snapshot; DROP TABLE IF EXISTS settlement; \
                 DROP TABLE IF EXISTS movement; DROP TABLE IF EXISTS participant; \
                 DROP TABLE IF EXISTS corridor; DROP TABLE IF EXISTS window_leg; COMMIT;",
            )?;
            connection.pragma_update(None, "user_version", TABLES_LAYOUT)?;
        }
        connection.execute_batch(include_str!("tables/schema.sql"))?;
        Ok(Self { connection })
    }

    /// Opens the tables of another process to read them. It makes no file, and leaves tables of
    /// another layout to the build that wrote them.
    ///
    /// # Errors
    /// When SQLite cannot open the file, and [`TablesError::Layout`].
    pub fn open_to_read(path: &Path) -> Result<Self, TablesError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(std::time::Duration::from_secs(2))?;
        let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        match found == TABLES_LAYOUT {
            true => Ok(Self { connection }),
            false => Err(TablesError::Layout { found }),
        }
    }

    /// As [`Tables::open`]; a file that SQLite itself calls damaged is removed and made anew,
    /// because all that was in it is in the journal. Nobody else may have it open.
    ///
    /// # Errors
    /// As [`Tables::open`], and when the file cannot be removed.
    pub fn open_or_make_anew(path: &Path) -> Result<Self, TablesError> {
        match Self::open(path).and_then(Self::looked_over) {
            Err(error) if error.is_damage() => {
                for suffix in ["", "-wal", "-shm"] {
                    let mut name = path.as_os_str().to_owned();
                    name.push(suffix);
                    match std::fs::remove_file(&name) {
                        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                            return Err(TablesError::Remove(error));
                        }
                        Ok(()) | Err(_) => {}
                    }
                }
                Self::open(path)
            }
            opened => opened,
        }
    }

    /// Reads what a start needs, so that damage to it shows at once.
    fn looked_over(self) -> Result<Self, TablesError> {
        self.applied()?;
        self.snapshot()?;
        Ok(self)
    }

    /// The sequence and hash that the tables stand for.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn applied(&self) -> Result<Option<(u64, [u8; 32])>, TablesError> {
        let mut query = self
            .connection
            .prepare_cached("SELECT sequence, hash FROM applied")?;
        let row = query
            .query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))
            .optional()?;
        Ok(row.map(|(sequence, hash)| (sequence.unsigned_abs(), hash)))
    }

    /// Throws everything away, to project again from the first batch.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn clear(&mut self) -> Result<(), TablesError> {
        Ok(self.connection.execute_batch(
            "BEGIN IMMEDIATE; DELETE FROM item; DELETE FROM closed; DELETE FROM outcome; \
             DELETE FROM snapshot; DELETE FROM applied; DELETE FROM participant; \
             DELETE FROM corridor; DELETE FROM settlement; DELETE FROM movement; \
             DELETE FROM window_leg; COMMIT;",
        )?)
    }

    /// Payments, newest first: those begun before batch `before`, at most `most`.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn payments(
        &self,
        of: ListOf,
        before: Option<u64>,
        most: u16,
    ) -> Result<Vec<ItemRow>, TablesError> {
        let before = before
            .and_then(|sequence| i64::try_from(sequence).ok())
            .unwrap_or(i64::MAX);
        let row = |row: &rusqlite::Row<'_>| {
            let id: [u8; 16] = row.get(0)?;
            let created: i64 = row.get(1)?;
            let id = ItemId(u128::from_be_bytes(id));
            Ok(ItemRow {
                id,
                created_sequence: created.unsigned_abs(),
            })
        };
        // Two index scans and a merge: an OR over two columns would read the whole table.
        let of_one = "SELECT id, created_sequence FROM item INDEXED BY item_by_requester \
             WHERE requester = ?1 AND is_refund = 0 AND created_sequence < ?2 \
             UNION SELECT id, created_sequence FROM item INDEXED BY item_by_creditor \
             WHERE creditor = ?1 AND is_refund = 0 AND created_sequence < ?2 \
             ORDER BY created_sequence DESC, id DESC LIMIT ?3";
        let of_all = "SELECT id, created_sequence FROM item INDEXED BY item_by_created \
             WHERE is_refund = 0 AND created_sequence < ?1 \
             ORDER BY created_sequence DESC, id DESC LIMIT ?2";
        let rows: Result<Vec<ItemRow>, rusqlite::Error> = match of {
            ListOf::Participant(who) => self
                .connection
                .prepare_cached(of_one)?
                .query_map(params![who.0, before, most], row)?
                .collect(),
            ListOf::All => self
                .connection
                .prepare_cached(of_all)?
                .query_map(params![before, most], row)?
                .collect(),
        };
        Ok(rows?)
    }
}

#[cfg(test)]
mod tests;
