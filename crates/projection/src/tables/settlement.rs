//! Windows, and the movements of the money book.

use money::Currency;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use switch::{ParticipantId, Purse, Stamp, Time, Window, WindowId, WindowStatus};

use super::{Tables, TablesError};
use crate::codec::{body, read_body};
use crate::movements::Movement;

/// A movement as it is read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovementRow {
    /// Its place among all movements; statements are lists of them.
    pub number: u64,
    /// The batch and its time.
    pub at: Stamp,
    /// `bank`, `liquidity`, `suspense` or `written_off`.
    pub purse: String,
    /// Whose liquidity, or who got a payout.
    pub participant: Option<ParticipantId>,
    /// ISO 4217.
    pub currency: String,
    /// How much came (positive) or left (negative), in minor units.
    pub amount: i64,
    /// What it was; see [`Movement::kind`].
    pub kind: String,
    /// Of which window.
    pub window: Option<WindowId>,
    /// The bank's reference or the break's name; may be empty.
    pub reference: String,
}

impl Tables {
    /// A window as it was when it last changed.
    ///
    /// # Errors
    /// When SQLite cannot read, or the row is of another build.
    pub fn window(&self, id: WindowId) -> Result<Option<Window>, TablesError> {
        let sql = "SELECT body FROM settlement WHERE window = ?1";
        let mut query = self.connection.prepare_cached(sql)?;
        let bytes: Option<Vec<u8>> = query
            .query_row([id.0.cast_signed()], |row| row.get(0))
            .optional()?;
        Ok(bytes.map(|bytes| read_body(&bytes)).transpose()?)
    }

    /// Windows below one, newest first, at most `most`.
    ///
    /// # Errors
    /// As [`Tables::window`].
    pub fn windows_before(
        &self,
        before: Option<WindowId>,
        most: u16,
    ) -> Result<Vec<Window>, TablesError> {
        let sql = "SELECT body FROM settlement WHERE window < ?1 ORDER BY window DESC LIMIT ?2";
        let before = before.map_or(i64::MAX, |window| window.0.cast_signed());
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map(params![before, most], |row| row.get::<_, Vec<u8>>(0))?;
        rows.map(|bytes| Ok(read_body(&bytes?)?)).collect()
    }

    /// Movements of a purse in one currency behind a place, in order, at most `most`.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn movements(
        &self,
        purse: Purse,
        currency: Currency,
        after: u64,
        most: u16,
    ) -> Result<Vec<MovementRow>, TablesError> {
        let sql = "SELECT number, sequence, time_ns, purse, participant, currency, amount, kind, \
                   window, reference FROM movement WHERE purse = ?1 \
                   AND (participant IS ?2 OR purse <> 'liquidity') \
                   AND currency = ?3 AND number > ?4 ORDER BY number LIMIT ?5";
        let (name, whose) = purse_name(purse);
        let mut query = self.connection.prepare_cached(sql)?;
        let place = params![name, whose, currency.alpha(), after.cast_signed(), most];
        let rows = query.query_map(place, movement_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What a purse held before a moment, in minor units: all movements of before then.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn purse_before(
        &self,
        purse: Purse,
        currency: Currency,
        before: Time,
    ) -> Result<i64, TablesError> {
        let sql = "SELECT COALESCE(SUM(amount), 0) FROM movement WHERE purse = ?1 \
                   AND (participant IS ?2 OR purse <> 'liquidity') \
                   AND currency = ?3 AND time_ns < ?4";
        let (name, whose) = purse_name(purse);
        let mut query = self.connection.prepare_cached(sql)?;
        let row = params![name, whose, currency.alpha(), before.0];
        Ok(query.query_row(row, |row| row.get(0))?)
    }
}

fn movement_row(row: &Row<'_>) -> rusqlite::Result<MovementRow> {
    let window: Option<i64> = row.get(8)?;
    Ok(MovementRow {
        number: row.get::<_, i64>(0)?.unsigned_abs(),
        at: Stamp {
            seq: row.get::<_, i64>(1)?.unsigned_abs(),
            now: Time(row.get(2)?),
        },
        purse: row.get(3)?,
        participant: row.get::<_, Option<u16>>(4)?.map(ParticipantId),
        currency: row.get(5)?,
        amount: row.get(6)?,
        kind: row.get(7)?,
        window: window.map(|window| WindowId(window.unsigned_abs())),
        reference: row.get(9)?,
    })
}

pub(super) fn purse_name(purse: Purse) -> (&'static str, Option<u16>) {
    match purse {
        Purse::Bank => ("bank", None),
        Purse::Suspense => ("suspense", None),
        Purse::WrittenOff => ("written_off", None),
        Purse::Liquidity(who) => ("liquidity", Some(who.0)),
    }
}

pub(super) fn put_window(sql: &Transaction<'_>, window: &Window) -> rusqlite::Result<()> {
    sql.prepare_cached("INSERT OR REPLACE INTO settlement VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
        .execute(params![
            window.id.0.cast_signed(),
            status_name(window.status),
            window.opened.now.0,
            window.closed.map(|(at, _)| at.now.0),
            window.settlement_day.map(|day| day.0),
            window.settled.map(|at| at.now.0),
            body(window),
        ])?;
    Ok(())
}

pub(super) fn put_movement(sql: &Transaction<'_>, row: &Movement) -> rusqlite::Result<()> {
    let (name, whose) = purse_name(row.purse);
    let whose = whose.or(row.payee.map(|payee| payee.0));
    sql.prepare_cached("INSERT INTO movement VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?
        .execute(params![
            row.at.seq.cast_signed(),
            row.at.now.0,
            name,
            whose,
            row.currency.alpha(),
            row.amount,
            row.kind,
            row.window.map(|window| window.0.cast_signed()),
            row.reference,
        ])?;
    Ok(())
}

fn status_name(status: WindowStatus) -> &'static str {
    match status {
        WindowStatus::Open => "open",
        WindowStatus::Closed => "closed",
        WindowStatus::Instructed => "instructed",
        WindowStatus::Settled => "settled",
    }
}
