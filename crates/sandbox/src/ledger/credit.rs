//! What the hub asked us to credit, and what we answered: our undertakings.

use money::Money;
use rusqlite::{Row, params};
use wire::api::AskKind;

use super::{Books, amount, money, optional, signed};
use crate::limits::LIST_ROWS_MAX;
use crate::trouble::{Trouble, broken};

/// How far we got with an ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CreditStatus {
    /// Undertaken: if the hub completes it, we owe it.
    Accepted,
    /// Refused; nothing was promised.
    Rejected,
    /// Completed and booked.
    Credited,
    /// Cancelled; the promise is void.
    Released,
}

impl CreditStatus {
    fn name(self) -> &'static str {
        match self {
            CreditStatus::Accepted => "accepted",
            CreditStatus::Rejected => "rejected",
            CreditStatus::Credited => "credited",
            CreditStatus::Released => "released",
        }
    }

    fn read(name: &str) -> Result<Self, Trouble> {
        let all = [
            CreditStatus::Accepted,
            CreditStatus::Rejected,
            CreditStatus::Credited,
            CreditStatus::Released,
        ];
        let found = all.into_iter().find(|status| status.name() == name);
        found.ok_or_else(|| broken(format!("a credit's state `{name}`")))
    }
}

/// One ask with our answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CreditRow {
    pub(crate) id: String,
    pub(crate) kind: AskKind,
    pub(crate) payment_id: String,
    pub(crate) account: String,
    /// What the creditor gets.
    pub(crate) gets: Money,
    /// The price before the shop's fee, in the same currency.
    pub(crate) instructed: Money,
    pub(crate) payload: String,
    pub(crate) status: CreditStatus,
    /// The ISO 20022 reason of a rejection.
    pub(crate) reason: Option<String>,
    pub(crate) at_ms: i64,
}

const COLUMNS: &str = "id, kind, payment_id, account, currency, amount, instructed, payload, \
                       state, reason, at_ms";

struct Raw {
    texts: [String; 7],
    amount: i64,
    instructed: i64,
    reason: Option<String>,
    at_ms: i64,
}

fn raw(row: &Row<'_>) -> Result<Raw, rusqlite::Error> {
    let texts = [
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
        row.get(7)?,
        row.get(8)?,
    ];
    let (amount, instructed) = (row.get(5)?, row.get(6)?);
    Ok(Raw {
        texts,
        amount,
        instructed,
        reason: row.get(9)?,
        at_ms: row.get(10)?,
    })
}

fn read(raw: Raw) -> Result<CreditRow, Trouble> {
    let [id, kind, payment_id, account, currency, payload, state] = raw.texts;
    let gets = money(&currency, raw.amount)?;
    let instructed = Money::new(gets.currency, amount(raw.instructed)?);
    let kind = if kind == kind_name(AskKind::Refund) {
        AskKind::Refund
    } else {
        AskKind::Payment
    };
    let status = CreditStatus::read(&state)?;
    let (reason, at_ms) = (raw.reason, raw.at_ms);
    let row = CreditRow {
        id,
        kind,
        payment_id,
        account,
        gets,
        instructed,
        payload,
        status,
        reason,
        at_ms,
    };
    Ok(row)
}

pub(super) fn kind_name(kind: AskKind) -> &'static str {
    match kind {
        AskKind::Payment => "payment",
        AskKind::Refund => "refund",
    }
}

impl Books<'_> {
    /// Keeps our answer to an ask.
    pub(crate) fn put_credit(&self, row: &CreditRow) -> Result<(), Trouble> {
        let sql = "INSERT INTO credit (id, kind, payment_id, account, currency, amount, \
                   instructed, payload, state, reason, at_ms) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let row = params![
            row.id,
            kind_name(row.kind),
            row.payment_id,
            row.account,
            row.gets.currency.alpha(),
            signed(row.gets.amount),
            signed(row.instructed.amount),
            row.payload,
            row.status.name(),
            row.reason,
            row.at_ms,
        ];
        self.connection.prepare_cached(sql)?.execute(row)?;
        Ok(())
    }

    /// An ask that we answered.
    pub(crate) fn credit(&self, id: &str) -> Result<Option<CreditRow>, Trouble> {
        let sql = format!("SELECT {COLUMNS} FROM credit WHERE id = ?1");
        let mut found = self.connection.prepare_cached(&sql)?;
        optional(found.query_row([id], raw))?.map(read).transpose()
    }

    /// The last ask that we answered beside this one.
    pub(crate) fn credit_beside(&self, id: &str) -> Result<Option<CreditRow>, Trouble> {
        let sql =
            format!("SELECT {COLUMNS} FROM credit WHERE id <> ?1 ORDER BY at_ms DESC, id LIMIT 1");
        let mut found = self.connection.prepare_cached(&sql)?;
        optional(found.query_row([id], raw))?.map(read).transpose()
    }

    /// Moves an undertaking on.
    pub(crate) fn set_credit(&self, id: &str, status: CreditStatus) -> Result<(), Trouble> {
        let sql = "UPDATE credit SET state = ?2 WHERE id = ?1";
        self.connection
            .prepare_cached(sql)?
            .execute([id, status.name()])?;
        Ok(())
    }

    /// Credited payments of one shop, newest first.
    pub(crate) fn sales(&self, shop: &str) -> Result<Vec<CreditRow>, Trouble> {
        let sql = format!(
            "SELECT {COLUMNS} FROM credit WHERE account = ?1 AND kind = 'payment' \
             AND state = 'credited' ORDER BY at_ms DESC, id LIMIT ?2"
        );
        let mut found = self.connection.prepare_cached(&sql)?;
        let rows = found.query_map(params![shop, LIST_ROWS_MAX], raw)?;
        rows.map(|row| read(row?)).collect()
    }

    /// What was or may still be given back to the payer of a payment, in minor units.
    pub(crate) fn refunds_credited(&self, payment_id: &str) -> Result<i64, Trouble> {
        let sql = "SELECT coalesce(sum(amount), 0) FROM credit WHERE payment_id = ?1 \
                   AND kind = 'refund' AND state IN ('accepted', 'credited')";
        Ok(self
            .connection
            .prepare_cached(sql)?
            .query_row([payment_id], |row| row.get(0))?)
    }

    /// What was given back to the payer of a payment, in minor units.
    pub(crate) fn refunds_booked(&self, payment_id: &str) -> Result<i64, Trouble> {
        let sql = "SELECT coalesce(sum(amount), 0) FROM credit WHERE payment_id = ?1 \
                   AND kind = 'refund' AND state = 'credited'";
        Ok(self
            .connection
            .prepare_cached(sql)?
            .query_row([payment_id], |row| row.get(0))?)
    }
}
