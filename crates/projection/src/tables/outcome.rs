//! Outcome streams: which item stands at which position of which participant's stream.
//!
//! The core forgets an outcome once it was acknowledged; whoever resumes a stream of events, or
//! replays a range of them, reads it here.

use rusqlite::{OptionalExtension as _, Row, Transaction, params};
use switch::{ItemId, ParticipantId, Stamp, Time};

use super::{Tables, TablesError};

/// One place in a participant's stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutcomeRow {
    /// From 1, without gaps.
    pub position: u64,
    /// What was decided.
    pub item: ItemId,
    /// In which batch, and when.
    pub decided: Stamp,
}

const READ: &str = "SELECT position, item, sequence, decided_ns FROM outcome";

impl Tables {
    /// A participant's outcomes behind a position, in order, at most `most`.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn outcomes_after(
        &self,
        participant: ParticipantId,
        position: u64,
        most: u16,
    ) -> Result<Vec<OutcomeRow>, TablesError> {
        let after = i64::try_from(position).unwrap_or(i64::MAX);
        let sql =
            format!("{READ} WHERE participant = ?1 AND position > ?2 ORDER BY position LIMIT ?3");
        let mut query = self.connection.prepare_cached(&sql)?;
        let rows = query.query_map(params![participant.0, after, most], read)?;
        Ok(rows.collect::<Result<Vec<_>, _>>()?)
    }

    /// The outcome at a position of a participant's stream, if the tables have come that far.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn outcome_at(
        &self,
        participant: ParticipantId,
        position: u64,
    ) -> Result<Option<OutcomeRow>, TablesError> {
        let sql = format!("{READ} WHERE participant = ?1 AND position = ?2");
        let mut query = self.connection.prepare_cached(&sql)?;
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        let row = query.query_row(params![participant.0, position], read);
        Ok(row.optional()?)
    }
}

/// Notes that an item's outcome stands at a position of a participant's stream.
pub(super) fn insert(
    sql: &Transaction<'_>,
    stamp: Stamp,
    participant: ParticipantId,
    position: u64,
    item: ItemId,
) -> rusqlite::Result<()> {
    sql.prepare_cached("INSERT INTO outcome VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            participant.0,
            position.cast_signed(),
            item.0.to_be_bytes(),
            stamp.seq.cast_signed(),
            stamp.now.0,
        ])?;
    Ok(())
}

/// Tells everybody who knows of an item, by the rule of the core (`switch::apply`, `end`), from
/// the item's row as it was before the decision.
pub(super) fn tell(sql: &Transaction<'_>, stamp: Stamp, item: ItemId) -> rusqlite::Result<()> {
    let parties = sql
        .prepare_cached("SELECT requester, creditor, fx, state FROM item WHERE id = ?1")?
        .query_row(params![item.0.to_be_bytes()], |row| {
            let state: String = row.get(3)?;
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, state))
        })
        .optional()?;
    let Some((requester, creditor, fx, state)) = parties else {
        return Ok(());
    };
    let (requester, creditor, fx): (u16, u16, u16) = (requester, creditor, fx);
    let was_asked = state == "asked" || state == "in_doubt";
    let held_legs = was_asked || state == "reserved";
    let mut told = vec![requester];
    if was_asked && creditor != requester {
        told.push(creditor);
    }
    if held_legs && fx != requester && fx != creditor {
        told.push(fx);
    }
    for who in told {
        let last: i64 = sql
            .prepare_cached(
                "SELECT COALESCE(MAX(position), 0) FROM outcome WHERE participant = ?1",
            )?
            .query_row(params![who], |row| row.get(0))?;
        let position = last.unsigned_abs().saturating_add(1);
        insert(sql, stamp, ParticipantId(who), position, item)?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<OutcomeRow> {
    let position: i64 = row.get(0)?;
    let item: [u8; 16] = row.get(1)?;
    let sequence: i64 = row.get(2)?;
    Ok(OutcomeRow {
        position: position.unsigned_abs(),
        item: ItemId(u128::from_be_bytes(item)),
        decided: Stamp {
            seq: sequence.unsigned_abs(),
            now: Time(row.get(3)?),
        },
    })
}
