//! Writing rows, and the snapshot beside them.

use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use switch::{Closed, Item, ItemId, Kind, ParticipantId, State};

use super::settlement::{put_movement, put_window};
use super::{Tables, TablesError};
use crate::codec::body;
use crate::projector::{OutcomeRow, Rows};

/// A core as it was after a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSnapshot {
    /// The batch.
    pub seq: u64,
    /// That batch's hash in the journal.
    pub hash: [u8; 32],
    /// Hash of the core's state.
    pub state_hash: [u8; 32],
    /// The core, as `encode_snapshot` made it.
    pub body: Vec<u8>,
}

impl Tables {
    /// Writes what the batches from `from` to `seq` changed; the tables then stand for `seq`.
    ///
    /// # Errors
    /// [`TablesError::NotNext`], or when SQLite cannot write; then nothing was written.
    pub fn write(
        &mut self,
        from: u64,
        (seq, hash): (u64, [u8; 32]),
        rows: &Rows,
    ) -> Result<(), TablesError> {
        // Immediate: a write that begins as a read could find another writer in its way half-way.
        let behavior = TransactionBehavior::Immediate;
        let sql = self.connection.transaction_with_behavior(behavior)?;
        let applied: Option<i64> = sql
            .prepare_cached("SELECT sequence FROM applied")?
            .query_row([], |row| row.get(0))
            .optional()?;
        let applied = applied.map_or(0, i64::unsigned_abs);
        if from != applied.saturating_add(1) || seq < from {
            return Err(TablesError::NotNext { applied, got: from });
        }
        for item in rows.items.values() {
            put_item(&sql, item)?;
        }
        for (requester, id, closed) in &rows.closed {
            put_closed(&sql, *requester, *id, closed)?;
        }
        for outcome in &rows.outcomes {
            put_outcome(&sql, outcome)?;
        }
        for window in rows.windows.values() {
            put_window(&sql, window)?;
        }
        for movement in &rows.movements {
            put_movement(&sql, movement)?;
        }
        sql.prepare_cached("INSERT OR REPLACE INTO applied VALUES (1, ?1, ?2)")?
            .execute(params![seq.cast_signed(), hash])?;
        sql.commit()?;
        Ok(())
    }

    /// Keeps a snapshot in place of the last one.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn save_snapshot(&mut self, snapshot: &SavedSnapshot) -> Result<(), TablesError> {
        let row = params![
            snapshot.seq.cast_signed(),
            snapshot.hash,
            snapshot.state_hash,
            snapshot.body
        ];
        let sql = "INSERT OR REPLACE INTO snapshot VALUES (1, ?1, ?2, ?3, ?4)";
        self.connection.execute(sql, row)?;
        Ok(())
    }

    /// The snapshot, if one was kept.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn snapshot(&self) -> Result<Option<SavedSnapshot>, TablesError> {
        let sql = "SELECT sequence, hash, state_hash, body FROM snapshot";
        let mut query = self.connection.prepare_cached(sql)?;
        let row = query.query_row([], |row| {
            Ok(SavedSnapshot {
                seq: row.get::<_, i64>(0)?.unsigned_abs(),
                hash: row.get(1)?,
                state_hash: row.get(2)?,
                body: row.get(3)?,
            })
        });
        Ok(row.optional()?)
    }
}

const PUT_ITEM: &str = "INSERT INTO item VALUES \
     (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19) \
     ON CONFLICT (id) DO UPDATE SET state = ?4, decided_sequence = ?16, decided_ns = ?17, \
     settlement_window = ?18, body = ?19 WHERE created_sequence = ?14";

fn put_item(sql: &Transaction<'_>, item: &Item) -> Result<(), TablesError> {
    let (payment, is_refund) = match item.kind {
        Kind::Payment => (item.id, false),
        Kind::Refund { payment } => (payment, true),
    };
    let terms = &item.terms;
    let decided = item.decided;
    let changed = sql.prepare_cached(PUT_ITEM)?.execute(params![
        item.id.0.to_be_bytes(),
        payment.0.to_be_bytes(),
        is_refund,
        state_name(item.state),
        item.requester.0,
        item.creditor.0,
        terms.fx.0,
        terms.corridor.id.0,
        terms.corridor.version,
        item.amount.currency.alpha(),
        item.amount.amount.minor().cast_signed(),
        item.payer_amount.currency.alpha(),
        item.payer_amount.amount.minor().cast_signed(),
        item.created.seq.cast_signed(),
        item.created.now.0,
        decided.map(|decided| decided.at.seq.cast_signed()),
        decided.map(|decided| decided.at.now.0),
        decided
            .and_then(|decided| decided.window)
            .map(|window| window.0.cast_signed()),
        body(item),
    ])?;
    // One row, new or changed. None means that the row under this id is of an item that began in
    // another batch: two items would become one, and nothing that is read back could be believed.
    if changed == 1 {
        Ok(())
    } else {
        Err(TablesError::IdTwice(item.id))
    }
}

fn state_name(state: State) -> &'static str {
    match state {
        State::Unknown => "unknown",
        State::Waiting => "waiting",
        State::Reserved => "reserved",
        State::Asked => "asked",
        State::InDoubt => "in_doubt",
        State::Completed => "completed",
        State::Cancelled => "cancelled",
        State::Refused => "refused",
    }
}

fn put_closed(
    sql: &Transaction<'_>,
    requester: ParticipantId,
    id: ItemId,
    closed: &Closed,
) -> rusqlite::Result<()> {
    sql.prepare_cached("INSERT OR REPLACE INTO closed VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![
            requester.0,
            id.0.to_be_bytes(),
            closed.at.seq.cast_signed(),
            body(closed)
        ])?;
    Ok(())
}

fn put_outcome(sql: &Transaction<'_>, outcome: &OutcomeRow) -> rusqlite::Result<()> {
    sql.prepare_cached("INSERT OR REPLACE INTO outcome VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            outcome.participant.0,
            outcome.position.cast_signed(),
            outcome.item.0.to_be_bytes(),
            outcome.decided.seq.cast_signed(),
            outcome.decided.now.0
        ])?;
    Ok(())
}
