//! Refunds that our shops give.

use money::Money;
use rusqlite::{Row, params};
use wire::api::RefundView;

use super::payment::{from_json, to_json};
use super::{Books, money, optional, signed};
use crate::limits::RECONCILE_ITEMS_MAX;
use crate::trouble::{Trouble, broken};

/// How far a refund of our shop got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefundStatus {
    /// The shop's money is held and the refund was, or will be, sent.
    Sent,
    /// The payer has it.
    Completed,
    /// The shop has its money back.
    Cancelled,
    /// The hub never began it; the shop has its money back.
    Refused,
}

impl RefundStatus {
    fn name(self) -> &'static str {
        match self {
            RefundStatus::Sent => "sent",
            RefundStatus::Completed => "completed",
            RefundStatus::Cancelled => "cancelled",
            RefundStatus::Refused => "refused",
        }
    }

    fn read(name: &str) -> Result<Self, Trouble> {
        let all = [
            RefundStatus::Sent,
            RefundStatus::Completed,
            RefundStatus::Cancelled,
            RefundStatus::Refused,
        ];
        let found = all.into_iter().find(|status| status.name() == name);
        found.ok_or_else(|| broken(format!("a refund's state `{name}`")))
    }
}

/// A refund of our shop.
#[derive(Clone, Debug)]
pub(crate) struct RefundRow {
    pub(crate) id: String,
    pub(crate) payment_id: String,
    /// The shop.
    pub(crate) account: String,
    /// What the shop gives back.
    pub(crate) gives: Money,
    pub(crate) status: RefundStatus,
    /// What the hub last said about it.
    pub(crate) view: Option<RefundView>,
    pub(crate) at_ms: i64,
}

const COLUMNS: &str = "id, payment_id, account, currency, amount, state, view, at_ms";

type Raw = ([String; 5], i64, Option<String>, i64);

fn raw(row: &Row<'_>) -> Result<Raw, rusqlite::Error> {
    let texts = [
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(5)?,
    ];
    Ok((texts, row.get(4)?, row.get(6)?, row.get(7)?))
}

fn read((texts, minor, view, at_ms): Raw) -> Result<RefundRow, Trouble> {
    let [id, payment_id, account, currency, state] = texts;
    let gives = money(&currency, minor)?;
    let status = RefundStatus::read(&state)?;
    let view = view.as_deref().map(from_json).transpose()?;
    Ok(RefundRow {
        id,
        payment_id,
        account,
        gives,
        status,
        view,
        at_ms,
    })
}

impl Books<'_> {
    /// Keeps a refund before it is asked for.
    pub(crate) fn put_refund(&self, row: &RefundRow) -> Result<(), Trouble> {
        let sql = "INSERT INTO refund (id, payment_id, account, currency, amount, state, at_ms) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let (alpha, minor) = (row.gives.currency.alpha(), signed(row.gives.amount));
        let state = row.status.name();
        let row = params![
            row.id,
            row.payment_id,
            row.account,
            alpha,
            minor,
            state,
            row.at_ms
        ];
        self.connection.prepare_cached(sql)?.execute(row)?;
        Ok(())
    }

    /// A refund of our shop.
    pub(crate) fn refund(&self, id: &str) -> Result<Option<RefundRow>, Trouble> {
        let sql = format!("SELECT {COLUMNS} FROM refund WHERE id = ?1");
        let mut found = self.connection.prepare_cached(&sql)?;
        optional(found.query_row([id], raw))?.map(read).transpose()
    }

    /// Refunds that were sent and are not known to be final, oldest first.
    pub(crate) fn refunds_sent(&self) -> Result<Vec<RefundRow>, Trouble> {
        let sql = format!(
            "SELECT {COLUMNS} FROM refund WHERE state = 'sent' ORDER BY at_ms, id LIMIT ?1"
        );
        let mut found = self.connection.prepare_cached(&sql)?;
        let rows = found.query_map([RECONCILE_ITEMS_MAX], raw)?;
        rows.map(|row| read(row?)).collect()
    }

    /// What of a payment was given back or may still be: all of it, and the completed part.
    pub(crate) fn refunded(&self, payment_id: &str) -> Result<(i64, i64), Trouble> {
        let sql = "SELECT coalesce(sum(amount), 0), \
                   coalesce(sum(amount) FILTER (WHERE state = 'completed'), 0) \
                   FROM refund WHERE payment_id = ?1 AND state IN ('sent', 'completed')";
        let mut found = self.connection.prepare_cached(sql)?;
        Ok(found.query_row([payment_id], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// Moves a refund on.
    pub(crate) fn set_refund(&self, id: &str, status: RefundStatus) -> Result<(), Trouble> {
        let sql = "UPDATE refund SET state = ?2 WHERE id = ?1";
        self.connection
            .prepare_cached(sql)?
            .execute([id, status.name()])?;
        Ok(())
    }

    /// Remembers what the hub said.
    pub(crate) fn set_refund_view(&self, id: &str, view: &RefundView) -> Result<(), Trouble> {
        let sql = "UPDATE refund SET view = ?2 WHERE id = ?1";
        self.connection
            .prepare_cached(sql)?
            .execute([id, &to_json(view)?])?;
        Ok(())
    }
}
