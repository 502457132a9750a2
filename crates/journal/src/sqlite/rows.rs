//! The statements, and rows out of columns that may hold anything.

use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension, params};

use super::fault;
use crate::batch::{Head, PartyRow, Row};
use crate::error::{Fault, ReadError};
use crate::hash::Hash;
use crate::limits::{READ_BYTES_MAX, READ_ROWS_MAX};

pub(super) const INSERT_ROW: &str = "INSERT INTO journal \
    (seq, epoch, prev_hash, hash, time_ns, records) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
pub(super) const INSERT_PARTY: &str = "INSERT INTO party \
    (seq, item, participant, month, sealed) VALUES (?1, ?2, ?3, ?4, ?5)";

const READ: &str = "SELECT seq, epoch, prev_hash, hash, time_ns, records FROM journal \
    WHERE seq >= ?1 ORDER BY seq LIMIT ?2";
const LAST: &str = "SELECT seq, epoch, prev_hash, hash, time_ns, records FROM journal \
    ORDER BY seq DESC LIMIT 1";
const HEAD: &str = "SELECT seq, epoch, hash, time_ns FROM journal ORDER BY seq DESC LIMIT 1";
const LAST_SEQ: &str = "SELECT coalesce(max(seq), 0) FROM journal";
const TAIL: &str = "SELECT seq, hash FROM journal WHERE seq >= ?1 ORDER BY seq LIMIT 2";
const PARTY: &str = "SELECT participant, month, sealed FROM party WHERE seq = ?1 AND item = ?2";
const STRAY: &str = "SELECT EXISTS (SELECT 1 FROM journal WHERE seq < 1)";

pub(super) fn read(
    connection: &Connection,
    seq_first: u64,
    rows_max: usize,
) -> Result<Vec<Row>, ReadError> {
    let Ok(first) = i64::try_from(seq_first.max(1)) else {
        return Ok(Vec::new());
    };
    let limit = i64::try_from(rows_max.min(READ_ROWS_MAX)).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(READ).map_err(fault)?;
    let mut found = statement.query(params![first, limit]).map_err(fault)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut bytes: usize = 0;
    while let Some(columns) = found.next().map_err(fault)? {
        let row = row(columns)?;
        bytes = bytes.saturating_add(row.records.len());
        if bytes > READ_BYTES_MAX && !rows.is_empty() {
            break;
        }
        rows.push(row);
    }
    Ok(rows)
}

pub(super) fn last(connection: &Connection) -> Result<Option<Row>, ReadError> {
    let mut statement = connection.prepare_cached(LAST).map_err(fault)?;
    let mut found = statement.query([]).map_err(fault)?;
    found.next().map_err(fault)?.map(row).transpose()
}

/// Asked before every answer that is not proved by an append.
pub(super) fn last_seq(connection: &Connection) -> Result<u64, ReadError> {
    let mut statement = connection.prepare_cached(LAST_SEQ).map_err(fault)?;
    let seq: i64 = statement
        .query_row([], |columns| columns.get(0))
        .map_err(fault)?;
    Ok(seq.max(0).unsigned_abs())
}

/// The head without its records, cheap enough to ask often.
pub(super) fn head(connection: &Connection) -> Result<Head, ReadError> {
    let mut statement = connection.prepare_cached(HEAD).map_err(fault)?;
    let mut found = statement.query([]).map_err(fault)?;
    let Some(columns) = found.next().map_err(fault)? else {
        return Ok(Head::GENESIS);
    };
    let columns = Columns::of(columns)?;
    Ok(Head {
        seq: columns.number(0, "seq")?,
        epoch: columns.number(1, "epoch")?,
        hash: columns.hash(2, "hash")?,
        time_ns: columns.get(3, "time_ns")?,
    })
}

/// Sequence and hash of the first two rows from `seq_first` on.
pub(super) fn tail(connection: &Connection, seq_first: u64) -> Result<Vec<(u64, Hash)>, Fault> {
    let query = || {
        let mut statement = connection.prepare_cached(TAIL)?;
        let found = statement.query_map([sql_integer(seq_first)?], |row| {
            let seq: i64 = row.get(0)?;
            Ok((
                u64::try_from(seq).unwrap_or(0),
                Hash::from_bytes(row.get(1)?),
            ))
        })?;
        found.collect::<rusqlite::Result<_>>()
    };
    query().map_err(fault)
}

pub(super) fn party(
    connection: &Connection,
    seq: u64,
    item: [u8; 16],
) -> Result<Option<PartyRow>, ReadError> {
    let Ok(seq) = i64::try_from(seq) else {
        return Ok(None);
    };
    let mut statement = connection.prepare_cached(PARTY).map_err(fault)?;
    let found = statement.query_row(params![seq, item], |row| {
        let (participant, month): (i64, i64) = (row.get(0)?, row.get(1)?);
        Ok((participant, month, row.get(2)?))
    });
    let Some((participant, month, sealed)) = found.optional().map_err(fault)? else {
        return Ok(None);
    };
    let damaged = |column| ReadError::Damaged { seq, column };
    Ok(Some(PartyRow {
        item,
        participant: u16::try_from(participant).or(Err(damaged("participant")))?,
        month: u32::try_from(month).or(Err(damaged("month")))?,
        sealed,
    }))
}

/// Whether there are rows that no read from sequence 1 on would ever show.
pub(super) fn has_strays(connection: &Connection) -> Result<bool, ReadError> {
    Ok(connection
        .query_row(STRAY, [], |row| row.get(0))
        .map_err(fault)?)
}

/// Numbers above 2^63 − 1 are refused before they come here, so this does not fail in practice.
pub(super) fn sql_integer(number: u64) -> rusqlite::Result<i64> {
    i64::try_from(number).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

fn row(columns: &rusqlite::Row<'_>) -> Result<Row, ReadError> {
    let columns = Columns::of(columns)?;
    Ok(Row {
        seq: columns.number(0, "seq")?,
        epoch: columns.number(1, "epoch")?,
        prev_hash: columns.hash(2, "prev_hash")?,
        hash: columns.hash(3, "hash")?,
        time_ns: columns.get(4, "time_ns")?,
        records: columns.get(5, "records")?,
    })
}

/// The columns of a row of `journal`, the sequence first, each read with the name under which it
/// is reported when it is damaged.
struct Columns<'a> {
    row: &'a rusqlite::Row<'a>,
    seq: i64,
}

impl<'a> Columns<'a> {
    fn of(row: &'a rusqlite::Row<'a>) -> Result<Columns<'a>, ReadError> {
        Ok(Columns {
            row,
            seq: row.get(0).map_err(fault)?,
        })
    }

    fn get<T: FromSql>(&self, index: usize, column: &'static str) -> Result<T, ReadError> {
        self.row.get(index).or(Err(ReadError::Damaged {
            seq: self.seq,
            column,
        }))
    }

    fn number(&self, index: usize, column: &'static str) -> Result<u64, ReadError> {
        let number: i64 = self.get(index, column)?;
        u64::try_from(number).or(Err(ReadError::Damaged {
            seq: self.seq,
            column,
        }))
    }

    fn hash(&self, index: usize, column: &'static str) -> Result<Hash, ReadError> {
        self.get(index, column).map(Hash::from_bytes)
    }
}
