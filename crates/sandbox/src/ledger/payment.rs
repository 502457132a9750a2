//! Payments of our own customers: what was quoted, what was sent, what became of it.

use money::Money;
use rusqlite::{Row, params};
use wire::api::{PaymentView, QuoteView};

use super::{Books, money, optional, signed};
use crate::limits::{LIST_ROWS_MAX, RECONCILE_ITEMS_MAX};
use crate::trouble::{Trouble, broken};

/// How far a payment of our customer got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PaymentStatus {
    /// An offer; no money is held.
    Quoted,
    /// The money is held and the payment was, or will be, sent; only the hub knows more.
    Sent,
    /// The customer paid.
    Completed,
    /// The customer has the money back.
    Cancelled,
    /// The hub never began it; the customer has the money back.
    Refused,
}

impl PaymentStatus {
    fn name(self) -> &'static str {
        match self {
            PaymentStatus::Quoted => "quoted",
            PaymentStatus::Sent => "sent",
            PaymentStatus::Completed => "completed",
            PaymentStatus::Cancelled => "cancelled",
            PaymentStatus::Refused => "refused",
        }
    }

    fn read(name: &str) -> Result<Self, Trouble> {
        let all = [
            PaymentStatus::Quoted,
            PaymentStatus::Sent,
            PaymentStatus::Completed,
            PaymentStatus::Cancelled,
            PaymentStatus::Refused,
        ];
        let found = all.into_iter().find(|status| status.name() == name);
        found.ok_or_else(|| broken(format!("a payment's state `{name}`")))
    }
}

/// A payment of our customer.
#[derive(Clone, Debug)]
pub(crate) struct PaymentRow {
    pub(crate) id: String,
    pub(crate) account: String,
    /// What the customer pays, every fee included.
    pub(crate) payer: Money,
    pub(crate) quote: QuoteView,
    pub(crate) status: PaymentStatus,
    /// What the hub last said about it.
    pub(crate) view: Option<PaymentView>,
    pub(crate) receipt: Option<String>,
    pub(crate) at_ms: i64,
}

const COLUMNS: &str = "id, account, currency, payer_amount, quote, state, view, receipt, at_ms";

struct Raw {
    id: String,
    account: String,
    currency: String,
    payer_amount: i64,
    quote: String,
    state: String,
    view: Option<String>,
    receipt: Option<String>,
    at_ms: i64,
}

fn raw(row: &Row<'_>) -> Result<Raw, rusqlite::Error> {
    Ok(Raw {
        id: row.get(0)?,
        account: row.get(1)?,
        currency: row.get(2)?,
        payer_amount: row.get(3)?,
        quote: row.get(4)?,
        state: row.get(5)?,
        view: row.get(6)?,
        receipt: row.get(7)?,
        at_ms: row.get(8)?,
    })
}

fn read(raw: Raw) -> Result<PaymentRow, Trouble> {
    Ok(PaymentRow {
        payer: money(&raw.currency, raw.payer_amount)?,
        quote: from_json(&raw.quote)?,
        status: PaymentStatus::read(&raw.state)?,
        view: raw.view.as_deref().map(from_json).transpose()?,
        id: raw.id,
        account: raw.account,
        receipt: raw.receipt,
        at_ms: raw.at_ms,
    })
}

/// JSON that we wrote ourselves.
pub(super) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Trouble> {
    serde_json::from_str(text).map_err(|_bad| broken("JSON in the ledger does not read back"))
}

pub(super) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, Trouble> {
    serde_json::to_string(value).map_err(|_bad| broken("a view does not become JSON"))
}

impl Books<'_> {
    /// Remembers an offer.
    pub(crate) fn put_payment(&self, row: &PaymentRow) -> Result<(), Trouble> {
        let sql = "INSERT INTO payment (id, account, currency, payer_amount, quote, state, at_ms) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let (alpha, payer_amount) = (row.payer.currency.alpha(), signed(row.payer.amount));
        let (quote, state) = (to_json(&row.quote)?, row.status.name());
        let row = params![
            row.id,
            row.account,
            alpha,
            payer_amount,
            quote,
            state,
            row.at_ms
        ];
        self.connection.prepare_cached(sql)?.execute(row)?;
        Ok(())
    }

    /// A payment of our customer.
    pub(crate) fn payment(&self, id: &str) -> Result<Option<PaymentRow>, Trouble> {
        let sql = format!("SELECT {COLUMNS} FROM payment WHERE id = ?1");
        let mut found = self.connection.prepare_cached(&sql)?;
        optional(found.query_row([id], raw))?.map(read).transpose()
    }

    /// Payments of one account, newest first.
    pub(crate) fn payments_of(&self, account: &str) -> Result<Vec<PaymentRow>, Trouble> {
        let sql = format!(
            "SELECT {COLUMNS} FROM payment WHERE account = ?1 ORDER BY at_ms DESC, id LIMIT ?2"
        );
        let mut found = self.connection.prepare_cached(&sql)?;
        let rows = found.query_map(params![account, LIST_ROWS_MAX], raw)?;
        rows.map(|row| read(row?)).collect()
    }

    /// Payments that were sent and are not known to be final, oldest first.
    pub(crate) fn payments_sent(&self) -> Result<Vec<PaymentRow>, Trouble> {
        let sql = format!(
            "SELECT {COLUMNS} FROM payment WHERE state = 'sent' ORDER BY at_ms, id LIMIT ?1"
        );
        let mut found = self.connection.prepare_cached(&sql)?;
        let rows = found.query_map([RECONCILE_ITEMS_MAX], raw)?;
        rows.map(|row| read(row?)).collect()
    }

    /// Moves a payment on.
    pub(crate) fn set_payment(&self, id: &str, status: PaymentStatus) -> Result<(), Trouble> {
        let sql = "UPDATE payment SET state = ?2 WHERE id = ?1";
        self.connection
            .prepare_cached(sql)?
            .execute([id, status.name()])?;
        Ok(())
    }

    /// Remembers what the hub said; a receipt once known stays known.
    pub(crate) fn set_payment_view(
        &self,
        id: &str,
        view: Option<&PaymentView>,
        receipt: Option<&str>,
    ) -> Result<(), Trouble> {
        let sql = "UPDATE payment SET view = coalesce(?2, view), receipt = coalesce(?3, receipt) \
                   WHERE id = ?1";
        let view = view.map(to_json).transpose()?;
        self.connection
            .prepare_cached(sql)?
            .execute(params![id, view, receipt])?;
        Ok(())
    }
}
