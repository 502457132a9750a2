//! Writing rows, and the snapshot beside them.

use money::{Amount, Rate};
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use switch::{Item, Kind, State, Terms, Tried};

use super::settlement::{put_movement, put_window};
use super::statement::put_window_leg;
use super::{Tables, TablesError, figures};
use crate::codec::body;
use crate::projector::{ClosedRow, Names, OutcomeRow, Rows};

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
        for id in &rows.doubted {
            sql.prepare_cached("UPDATE item SET was_in_doubt = 1 WHERE id = ?1")?
                .execute([id.0.to_be_bytes()])?;
        }
        for row in &rows.closed {
            put_closed(&sql, row)?;
        }
        if let Some(names) = &rows.names {
            put_names(&sql, names)?;
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
        for leg in &rows.window_legs {
            put_window_leg(&sql, leg)?;
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

const PUT_ITEM: &str = "INSERT INTO item (id, payment, is_refund, state, requester, creditor, \
     fx, corridor, corridor_version, currency, amount, payer_currency, payer_amount, \
     created_sequence, created_ns, decided_sequence, decided_ns, settlement_window, body, \
     payer_key, shop, category, principal, customer_fee, switch_fee, merchant_fee, issuer_share, \
     switch_share, rate_value_milli, reference_value_milli, reason, status_reason, cause) VALUES \
     (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, \
     ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33) \
     ON CONFLICT (id) DO UPDATE SET state = ?4, decided_sequence = ?16, decided_ns = ?17, \
     settlement_window = ?18, body = ?19, reason = ?31, status_reason = ?32, cause = ?33 \
     WHERE created_sequence = ?14";

fn put_item(sql: &Transaction<'_>, item: &Item) -> Result<(), TablesError> {
    let (payment, is_refund) = match item.kind {
        Kind::Payment => (item.id, false),
        Kind::Refund { payment } => (payment, true),
    };
    let terms = &item.terms;
    let agreed = (!is_refund).then_some(terms);
    let of = |part: fn(&Terms) -> Amount| agreed.map(|terms| part(terms).minor().cast_signed());
    let worth = |rate: fn(&Terms) -> Rate| agreed.and_then(|terms| figures::worth(terms, rate));
    let decided = item.decided;
    let reason = decided.and_then(|decided| decided.reason);
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
        item.payer_key.0.to_be_bytes(),
        figures::shop(item.shop),
        item.category,
        of(|terms| terms.principal.amount),
        of(|terms| terms.customer_fee),
        of(|terms| terms.switch_fee),
        of(|terms| terms.merchant_fee),
        of(|terms| terms.issuer_share),
        of(|terms| terms.switch_share),
        worth(|terms| terms.rate),
        worth(|terms| terms.reference),
        reason.map(figures::reason_name),
        reason.and_then(figures::status_reason),
        decided
            .and_then(|decided| decided.cause)
            .map(figures::cause_name),
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

const PUT_CLOSED: &str = "INSERT OR REPLACE INTO closed (requester, id, sequence, at_ns, \
     refusal, is_refund, payment, corridor, payee, fx, currency, amount, payer_currency, \
     payer_amount, shop, category, body) VALUES \
     (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";

fn put_closed(sql: &Transaction<'_>, row: &ClosedRow) -> rusqlite::Result<()> {
    let (is_refund, payment, attempt) = match row.tried {
        Some(Tried::Payment(attempt)) => (Some(false), None, Some(attempt)),
        Some(Tried::Refund { payment }) => (Some(true), Some(payment), None),
        Some(Tried::Unknown) | None => (None, None, None),
    };
    sql.prepare_cached(PUT_CLOSED)?.execute(params![
        row.requester.0,
        row.id.0.to_be_bytes(),
        row.closed.at.seq.cast_signed(),
        row.closed.at.now.0,
        row.closed.refusal.map(|refusal| format!("{refusal:?}")),
        is_refund,
        payment.map(|payment| payment.0.to_be_bytes()),
        attempt.map(|of| of.corridor.id.0),
        attempt.map(|of| of.payee.0),
        attempt.map(|of| of.fx.0),
        attempt.map(|of| of.amount.currency.alpha()),
        attempt.map(|of| of.amount.amount.minor().cast_signed()),
        attempt.map(|of| of.payer_amount.currency.alpha()),
        attempt.map(|of| of.payer_amount.amount.minor().cast_signed()),
        attempt.and_then(|of| figures::shop(of.shop)),
        attempt.and_then(|of| of.category),
        body(&row.closed),
    ])?;
    Ok(())
}

fn put_names(sql: &Transaction<'_>, names: &Names) -> rusqlite::Result<()> {
    let mut put = sql.prepare_cached("INSERT OR REPLACE INTO participant VALUES (?1, ?2, ?3)")?;
    for (id, one) in &names.participants {
        put.execute(params![id.0, one.name, one.scheme])?;
    }
    let mut put =
        sql.prepare_cached("INSERT OR REPLACE INTO corridor VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for one in &names.corridors {
        put.execute(params![
            one.at.id.0,
            one.name,
            one.payer_scheme,
            one.payee_scheme,
            one.payee_currency.alpha()
        ])?;
    }
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
