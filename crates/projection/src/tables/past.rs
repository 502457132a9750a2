//! Reading back what has left memory.

use money::Amount;
use rusqlite::{Connection, OptionalExtension, params};
use switch::{Closed, Item, ItemId, Kind, ParticipantId, Stamp, Time};

use super::{Tables, TablesError};
use crate::codec::read_body;
use crate::projector::OutcomeRow;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// An item, or an id that was used up.
    pub id: ItemId,
    /// For whom it may have been used up; `None` looks for items only.
    pub requester: Option<ParticipantId>,
    /// The payment that it would refund.
    pub payment: Option<ItemId>,
}

/// What was found, all of it as of one batch.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// The batch; 0 when the tables stand for none.
    pub seq: u64,
    /// Under the id.
    pub item: Option<PastItem>,
    /// Under the id, for the requester.
    pub closed: Option<Closed>,
    /// The payment.
    pub payment: Option<PastItem>,
}

/// An item as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastItem {
    /// The item.
    pub item: Item,
    /// What of its payment went back for good: in the shop's currency and in the payer's.
    pub refunded: (Amount, Amount),
}

impl Tables {
    /// One consistent look.
    ///
    /// # Errors
    /// When SQLite cannot read, or a row is of another build.
    pub fn past(&self, ask: Ask) -> Result<Past, TablesError> {
        // Everything below is of one moment, whatever is written meanwhile.
        let sql = self.connection.unchecked_transaction()?;
        let past = Past {
            seq: self.applied()?.map_or(0, |(seq, _)| seq),
            item: item(&sql, ask.id)?,
            closed: match ask.requester {
                Some(requester) => closed(&sql, requester, ask.id)?,
                None => None,
            },
            payment: match ask.payment {
                Some(payment) => item(&sql, payment)?,
                None => None,
            },
        };
        sql.finish()?;
        Ok(past)
    }

    /// An item and what of its payment went back.
    ///
    /// # Errors
    /// As [`Tables::past`].
    pub fn item(&self, id: ItemId) -> Result<Option<PastItem>, TablesError> {
        let ask = Ask {
            id,
            requester: None,
            payment: None,
        };
        Ok(self.past(ask)?.item)
    }

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
        let sql = "SELECT position, item, sequence, decided_ns FROM outcome \
                   WHERE participant = ?1 AND position > ?2 ORDER BY position LIMIT ?3";
        let after = i64::try_from(position).unwrap_or(i64::MAX);
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map(params![participant.0, after, most], |row| {
            let item: [u8; 16] = row.get(1)?;
            Ok(OutcomeRow {
                participant,
                position: row.get::<_, i64>(0)?.unsigned_abs(),
                item: ItemId(u128::from_be_bytes(item)),
                decided: Stamp {
                    seq: row.get::<_, i64>(2)?.unsigned_abs(),
                    now: Time(row.get(3)?),
                },
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn item(sql: &Connection, id: ItemId) -> Result<Option<PastItem>, TablesError> {
    let bytes: Option<Vec<u8>> = sql
        .prepare_cached("SELECT body FROM item WHERE id = ?1")?
        .query_row([id.0.to_be_bytes()], |row| row.get(0))
        .optional()?;
    let Some(bytes) = bytes else { return Ok(None) };
    let item: Item = read_body(&bytes)?;
    let payment = match item.kind {
        Kind::Payment => item.id,
        Kind::Refund { payment } => payment,
    };
    let refunded = refunded(sql, payment)?;
    Ok(Some(PastItem { item, refunded }))
}

fn refunded(sql: &Connection, payment: ItemId) -> Result<(Amount, Amount), TablesError> {
    let sum = "SELECT COALESCE(SUM(amount), 0), COALESCE(SUM(payer_amount), 0) \
               FROM item INDEXED BY refund_by_payment \
               WHERE payment = ?1 AND is_refund = 1 AND state = 'completed'";
    let mut query = sql.prepare_cached(sum)?;
    let row = query.query_row([payment.0.to_be_bytes()], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
    })?;
    let minor = |sum: i64| Amount::from_minor(sum.unsigned_abs()).unwrap_or(Amount::MAX);
    Ok((minor(row.0), minor(row.1)))
}

fn closed(
    sql: &Connection,
    requester: ParticipantId,
    id: ItemId,
) -> Result<Option<Closed>, TablesError> {
    let bytes: Option<Vec<u8>> = sql
        .prepare_cached("SELECT body FROM closed WHERE requester = ?1 AND id = ?2")?
        .query_row(params![requester.0, id.0.to_be_bytes()], |row| row.get(0))
        .optional()?;
    bytes
        .map(|bytes| read_body(&bytes).map_err(TablesError::from))
        .transpose()
}
