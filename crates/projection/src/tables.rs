//! Records become rows: the projection, on SQLite.
//!
//! # Doctrine
//!
//! * A batch is applied whole, together with the sequence and hash that the tables then stand
//!   for, in one SQL transaction; so a crash leaves the tables at some batch, never between two.
//! * Batches are applied in sequence. One that is not the next is refused: the caller reads the
//!   journal again from [`Tables::applied`].
//! * Tables that stand for a batch that the journal does not hold (another hash) are of another
//!   journal; the caller throws them away and projects again.
//! * synchronous=NORMAL: what a power cut loses here, the journal gives again.

mod outcome;

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use switch::{ItemId, ParticipantId, PaymentReserved, Record, RefundTaken, Stamp};

pub use outcome::OutcomeRow;

/// Which tables there are. Tables of another build are thrown away and projected again.
const TABLES_VERSION: i64 = 2;

/// Why the tables could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TablesError {
    /// SQLite could not.
    #[error("use the projection's tables")]
    Sql(#[from] rusqlite::Error),
    /// The batch is not the one after those that the tables stand for.
    #[error("apply batch `{got}` to tables that stand for batch `{applied}`")]
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

impl Tables {
    /// Opens the tables and makes them if they are not there.
    ///
    /// # Errors
    /// When SQLite cannot open or make the file.
    pub fn open(path: &Path) -> Result<Self, TablesError> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.busy_timeout(std::time::Duration::from_secs(2))?;
        let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version != TABLES_VERSION {
            connection.execute_batch(
                "DROP TABLE IF EXISTS applied; DROP TABLE IF EXISTS item; \
                 DROP TABLE IF EXISTS outcome;",
            )?;
            connection.pragma_update(None, "user_version", TABLES_VERSION)?;
        }
        connection.execute_batch(include_str!("tables/schema.sql"))?;
        Ok(Self { connection })
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
        Ok(self
            .connection
            .execute_batch("DELETE FROM item; DELETE FROM outcome; DELETE FROM applied;")?)
    }

    /// Applies the next batch.
    ///
    /// # Errors
    /// [`TablesError::NotNext`], or when SQLite cannot write; then nothing was applied.
    pub fn apply(
        &mut self,
        stamp: Stamp,
        hash: &[u8; 32],
        records: &[Record],
    ) -> Result<(), TablesError> {
        let applied = self.applied()?.map_or(0, |(sequence, _)| sequence);
        if stamp.seq != applied.saturating_add(1) {
            return Err(TablesError::NotNext {
                applied,
                got: stamp.seq,
            });
        }
        let sql = self.connection.transaction()?;
        for record in records {
            apply_record(&sql, stamp, record)?;
        }
        sql.prepare_cached("INSERT OR REPLACE INTO applied VALUES (1, ?1, ?2)")?
            .execute(params![stamp.seq.cast_signed(), hash])?;
        sql.commit()?;
        Ok(())
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
        let of_all = "SELECT id, created_sequence FROM item \
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

fn apply_record(sql: &Transaction<'_>, stamp: Stamp, record: &Record) -> rusqlite::Result<()> {
    match record {
        Record::PaymentReserved(reserved) => insert_payment(sql, stamp, reserved),
        Record::RefundReserved(taken) => insert_refund(sql, stamp, taken, "reserved"),
        Record::RefundWaiting(taken) => insert_refund(sql, stamp, taken, "waiting"),
        Record::RefundFunded { id, .. } => move_on(sql, *id, "reserved"),
        Record::Asked { id, .. } => move_on(sql, *id, "asked"),
        Record::InDoubt { id, .. } => move_on(sql, *id, "in_doubt"),
        Record::Completed { id, window, .. } => {
            end(sql, stamp, *id, "completed", Some(window.0.cast_signed()))
        }
        Record::Cancelled { id, .. } => end(sql, stamp, *id, "cancelled", None),
        // Nothing of these is listed for people yet.
        Record::ParticipantSet { .. }
        | Record::CorridorSet(_)
        | Record::CapSet { .. }
        | Record::StandingSet(_)
        | Record::ReferenceSet(_)
        | Record::MerchantSet(_)
        | Record::WindowOpened(_)
        | Record::Refused { .. }
        | Record::Forbidden { .. }
        | Record::Acknowledged { .. }
        | Record::WebhookSet { .. }
        | Record::WebhookRemoved { .. } => Ok(()),
    }
}

const INSERT: &str = "INSERT INTO item VALUES \
     (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, NULL, NULL, NULL)";

fn insert_payment(
    sql: &Transaction<'_>,
    stamp: Stamp,
    reserved: &PaymentReserved,
) -> rusqlite::Result<()> {
    let terms = &reserved.terms;
    let id = reserved.id.0.to_be_bytes();
    sql.prepare_cached(INSERT)?.execute(params![
        id,
        id,
        false,
        "reserved",
        terms.payer.0,
        terms.payee.0,
        terms.fx.0,
        terms.corridor.id.0,
        terms.corridor.version,
        terms.amount.currency.alpha(),
        terms.amount.amount.minor().cast_signed(),
        reserved.payer_amount.currency.alpha(),
        reserved.payer_amount.amount.minor().cast_signed(),
        stamp.seq.cast_signed(),
        stamp.now.0,
    ])?;
    Ok(())
}

fn insert_refund(
    sql: &Transaction<'_>,
    stamp: Stamp,
    taken: &RefundTaken,
    state: &str,
) -> rusqlite::Result<()> {
    let terms = &taken.terms;
    sql.prepare_cached(INSERT)?.execute(params![
        taken.id.0.to_be_bytes(),
        taken.payment.0.to_be_bytes(),
        true,
        state,
        terms.payee.0,
        terms.payer.0,
        terms.fx.0,
        terms.corridor.id.0,
        terms.corridor.version,
        taken.amount.currency.alpha(),
        taken.amount.amount.minor().cast_signed(),
        taken.payer_amount.currency.alpha(),
        taken.payer_amount.amount.minor().cast_signed(),
        stamp.seq.cast_signed(),
        stamp.now.0,
    ])?;
    Ok(())
}

fn move_on(sql: &Transaction<'_>, id: ItemId, state: &str) -> rusqlite::Result<()> {
    sql.prepare_cached("UPDATE item SET state = ?2 WHERE id = ?1")?
        .execute(params![id.0.to_be_bytes(), state])?;
    Ok(())
}

fn end(
    sql: &Transaction<'_>,
    stamp: Stamp,
    id: ItemId,
    state: &str,
    window: Option<i64>,
) -> rusqlite::Result<()> {
    outcome::tell(sql, stamp, id)?;
    sql.prepare_cached(
        "UPDATE item SET state = ?2, decided_sequence = ?3, decided_ns = ?4, \
         settlement_window = ?5 WHERE id = ?1",
    )?
    .execute(params![
        id.0.to_be_bytes(),
        state,
        stamp.seq.cast_signed(),
        stamp.now.0,
        window
    ])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use money::{Amount, Currency, Money, Rate};
    use switch::{Cause, CorridorAt, CorridorId, Digest, PayerKey, Terms, Time, WindowId};

    use super::*;

    fn reserved(id: u128, payer: u16, payee: u16) -> Record {
        let minor = |minor| Amount::from_minor(minor).unwrap();
        let rate = Rate::parse(Currency::Jpy, Currency::Khr, "26.5").unwrap();
        let terms = Terms {
            corridor: CorridorAt {
                id: CorridorId(0),
                version: 1,
            },
            payer: ParticipantId(payer),
            payee: ParticipantId(payee),
            fx: ParticipantId(9),
            fx_version: 1,
            amount: Money::new(Currency::Jpy, minor(100)),
            principal: Money::new(Currency::Khr, minor(2_650)),
            customer_fee: Amount::ZERO,
            switch_fee: Amount::ZERO,
            merchant_fee: Amount::ZERO,
            issuer_share: Amount::ZERO,
            switch_share: Amount::ZERO,
            rate,
            reference: rate,
        };
        Record::PaymentReserved(Box::new(PaymentReserved {
            id: ItemId(id),
            terms,
            payer_amount: terms.principal,
            payer_key: PayerKey(1),
            payer_day: 1,
            payer_day_max: Amount::MAX,
            request: Digest([0; 32]),
            parties: Digest([0; 32]),
            code: None,
            deadline: Time(5),
        }))
    }

    #[test]
    fn lists_show_both_sides_their_own_payments_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let mut tables = Tables::open(&folder.path().join("projection.db")).unwrap();
        for (seq, (id, payer, payee)) in [(1, 0, 1), (2, 0, 2), (3, 2, 0)].into_iter().enumerate() {
            let seq = u64::try_from(seq).unwrap() + 1;
            let done = Record::Completed {
                id: ItemId(id),
                window: WindowId(1),
                cause: Cause::Accepted,
            };
            let stamp = Stamp { seq, now: Time(7) };
            tables
                .apply(stamp, &[1; 32], &[reserved(id, payer, payee), done])
                .unwrap();
        }
        let ids = |of, before, most| -> Vec<u128> {
            let rows = tables.payments(of, before, most).unwrap();
            rows.into_iter().map(|row| row.id.0).collect()
        };
        let one = |who| ListOf::Participant(ParticipantId(who));
        assert_eq!(ids(one(0), None, 10), [3, 2, 1]);
        assert_eq!(ids(one(1), None, 10), [1]);
        assert_eq!(ids(one(7), None, 10), [0_u128; 0]);
        assert_eq!(ids(one(0), Some(3), 1), [2]);
        assert_eq!(ids(ListOf::All, None, 2), [3, 2]);
        assert_eq!(tables.applied().unwrap(), Some((3, [1; 32])));
    }

    #[test]
    fn whoever_knows_of_an_item_has_its_outcome_in_a_stream_without_gaps() {
        let folder = tempfile::tempdir().unwrap();
        let mut tables = Tables::open(&folder.path().join("projection.db")).unwrap();
        let asked = |id| Record::Asked {
            id: ItemId(id),
            expires_at: Time(9),
        };
        let cancelled = |id| Record::Cancelled {
            id: ItemId(id),
            reason: switch::Reason::Withdrawn,
        };
        let first = [reserved(1, 0, 1), asked(1), cancelled(1), reserved(2, 0, 2)];
        let second = [cancelled(2), reserved(3, 1, 0), asked(3), cancelled(3)];
        for (seq, records) in [(1, first), (2, second)] {
            let now = Time(100 + i64::try_from(seq).unwrap());
            tables
                .apply(Stamp { seq, now }, &[1; 32], &records)
                .unwrap();
        }
        let told = |who, after, most| -> Vec<(u64, u128, u64, i64)> {
            let rows = tables.outcomes_after(ParticipantId(who), after, most);
            let one = |row: OutcomeRow| {
                let Stamp { seq, now } = row.decided;
                (row.position, row.item.0, seq, now.0)
            };
            rows.unwrap().into_iter().map(one).collect()
        };
        // 2 was never asked, so only its requester and its provider of exchange are told.
        let all = [(1, 1, 1, 101), (2, 2, 2, 102), (3, 3, 2, 102)];
        assert_eq!(told(0, 0, 10), all);
        assert_eq!(told(1, 0, 10), [(1, 1, 1, 101), (2, 3, 2, 102)]);
        assert_eq!(told(2, 0, 10), []);
        assert_eq!(told(9, 0, 10), all);
        assert_eq!(told(0, 1, 1), all[1..2]);
        assert_eq!(told(0, 3, 10), []);
        let at = |who, position| tables.outcome_at(ParticipantId(who), position).unwrap();
        assert_eq!(at(1, 2).unwrap().item, ItemId(3));
        assert_eq!(at(1, 3), None);
        tables.clear().unwrap();
        assert_eq!(tables.outcome_at(ParticipantId(1), 1).unwrap(), None);
    }

    #[test]
    fn tables_of_another_build_are_projected_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("projection.db");
        let mut tables = Tables::open(&path).unwrap();
        let stamp = Stamp {
            seq: 1,
            now: Time(1),
        };
        tables.apply(stamp, &[1; 32], &[reserved(1, 0, 1)]).unwrap();
        assert!(Tables::open(&path).unwrap().applied().unwrap().is_some());
        let set = tables.connection.pragma_update(None, "user_version", 1);
        set.unwrap();
        drop(tables);
        let again = Tables::open(&path).unwrap();
        assert_eq!(again.applied().unwrap(), None);
        assert!(again.payments(ListOf::All, None, 10).unwrap().is_empty());
    }

    #[test]
    fn batches_come_in_order_and_clearing_begins_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut tables = Tables::open(&folder.path().join("projection.db")).unwrap();
        let stamp = |seq| Stamp { seq, now: Time(1) };
        let skipped = tables.apply(stamp(2), &[0; 32], &[]);
        assert!(matches!(
            skipped,
            Err(TablesError::NotNext { applied: 0, got: 2 })
        ));
        tables
            .apply(stamp(1), &[0; 32], &[reserved(1, 0, 1)])
            .unwrap();
        assert!(tables.apply(stamp(1), &[0; 32], &[]).is_err());
        tables.clear().unwrap();
        assert_eq!(tables.applied().unwrap(), None);
        assert!(tables.payments(ListOf::All, None, 10).unwrap().is_empty());
        tables
            .apply(stamp(1), &[0; 32], &[reserved(1, 0, 1)])
            .unwrap();
    }
}
