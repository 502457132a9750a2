//! The books of one institution, in one SQLite file.
//!
//! Double entry: an entry books one step of one item on two or more lines, and per currency its
//! lines add up to nothing. A positive line is a credit (we owe more, or earned), a negative one a
//! debit (we own more, or spent). A customer's account never goes below zero; the file itself
//! refuses it. (A shop's may: one that gives back a whole price whose fee is kept owes the fee.)
//! A step of an item is booked once, however often it is asked for, so every
//! caller above may repeat itself without thinking.

mod account;
mod booking;
mod credit;
mod outcome;
mod payment;
mod refund;
mod report;
mod schema;
mod shop;
mod writer;

use money::{Amount, Currency, Money};
use rusqlite::Connection;

pub(crate) use account::{Account, AccountKind, Holder};
pub(crate) use booking::{Internal, Line, Step};
pub(crate) use credit::{CreditRow, CreditStatus};
pub(crate) use outcome::Noted;
pub(crate) use payment::{PaymentRow, PaymentStatus};
pub(crate) use refund::{RefundRow, RefundStatus};
pub(crate) use schema::open_to_read;
pub(crate) use shop::{CodeRow, ShopRow};
pub(crate) use writer::Ledger;

use crate::trouble::{Trouble, broken};

/// The tables within one job: everything done through it is committed together or not at all.
#[derive(Debug)]
pub(crate) struct Books<'a> {
    connection: &'a Connection,
}

impl<'a> Books<'a> {
    fn new(connection: &'a Connection) -> Self {
        Self { connection }
    }

    /// The connection, for the modules that own a table.
    pub(crate) fn connection(&self) -> &'a Connection {
        self.connection
    }

    /// A value that is kept by name; `None` when nobody set it.
    pub(crate) fn meta(&self, key: &str) -> Result<Option<String>, Trouble> {
        let sql = "SELECT value FROM meta WHERE key = ?1";
        optional(
            self.connection
                .prepare_cached(sql)?
                .query_row([key], |row| row.get(0)),
        )
    }

    /// Keeps a value by name.
    pub(crate) fn set_meta(&self, key: &str, value: &str) -> Result<(), Trouble> {
        let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2) \
                   ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        self.connection.prepare_cached(sql)?.execute([key, value])?;
        Ok(())
    }

    /// The next number of a named series, from 1.
    pub(crate) fn next(&self, series: &str) -> Result<u64, Trouble> {
        let last: u64 = match self.meta(series)? {
            Some(text) => text
                .parse()
                .map_err(|_bad| broken(format!("series `{series}`")))?,
            None => 0,
        };
        let next = last.saturating_add(1);
        self.set_meta(series, &next.to_string())?;
        Ok(next)
    }
}

/// A missing row is `None`, everything else that went wrong stays wrong.
fn optional<T>(row: Result<T, rusqlite::Error>) -> Result<Option<T>, Trouble> {
    match row {
        Ok(value) => Ok(Some(value)),
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Minor units as SQLite keeps them; an amount is at most 2^63 − 1 by its type.
pub(crate) fn signed(amount: Amount) -> i64 {
    i64::try_from(amount.minor()).unwrap_or(i64::MAX)
}

/// An amount from a column that the schema keeps above zero.
fn amount(minor: i64) -> Result<Amount, Trouble> {
    let amount = u64::try_from(minor).ok().and_then(Amount::from_minor);
    amount.ok_or_else(|| broken(format!("an amount of `{minor}` in the ledger")))
}

fn currency(alpha: &str) -> Result<Currency, Trouble> {
    let known = Currency::from_alpha(alpha);
    known.ok_or_else(|| broken(format!("a currency `{alpha}` in the ledger")))
}

pub(crate) fn money(alpha: &str, minor: i64) -> Result<Money, Trouble> {
    Ok(Money::new(currency(alpha)?, amount(minor)?))
}
