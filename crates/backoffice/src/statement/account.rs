//! What a participant prefunded at the settlement bank, movement by movement.

use money::{Currency, Money};
use projection::{MovementRow, Tables, Until};
use switch::{ParticipantId, Purse, Time, WindowId, WindowStatus};

use super::limits::{ACCOUNT_LINES_MAX, MOVEMENTS_AT_ONCE};
use super::{LocalDay, StatementError};

/// Of which time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Period {
    /// A day.
    Day(LocalDay),
    /// From the batch behind the one that opened a window to the one that closed it.
    Window(WindowId),
}

/// Whose account, in which currency, and of which time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountSubject {
    /// Whose.
    pub participant: ParticipantId,
    /// In which currency.
    pub currency: Currency,
    /// Of which time.
    pub period: Period,
}

/// One movement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLine {
    /// Its place among all movements of the hub's money book.
    pub number: u64,
    /// When.
    pub at: Time,
    /// `deposit`, `withdrawal`, `settlement`, `draw`, `repayment`, `adjustment` or `cover`.
    pub kind: String,
    /// Of which window.
    pub window: Option<WindowId>,
    /// The break that it closed; may be empty.
    pub reference: String,
    /// What came (positive) or left (negative), in minor units.
    pub amount: i64,
    /// What was there then.
    pub balance: i64,
}

/// A statement of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountStatement {
    /// Whose, and of which time.
    pub subject: AccountSubject,
    /// From when.
    pub from: Time,
    /// Until when.
    pub until: Time,
    /// What was there before, in minor units.
    pub opening: i64,
    /// What moved.
    pub lines: Vec<AccountLine>,
    /// What was there at the end.
    pub closing: i64,
}

impl AccountStatement {
    /// Adds up an account.
    ///
    /// # Errors
    /// [`StatementError::UnknownWindow`], [`StatementError::StillOpen`],
    /// [`StatementError::TooManyLines`], [`StatementError::DoesNotAddUp`], or when the tables
    /// cannot be read.
    pub fn read(tables: &Tables, subject: AccountSubject) -> Result<Self, StatementError> {
        let AccountSubject {
            participant,
            currency,
            period,
        } = subject;
        let purse = Purse::Liquidity(participant);
        let (from, until, bounds) = bounds(tables, period)?;
        let [before, after] = bounds;
        let before = tables.funds(purse, currency, before)?;
        let after = tables.funds(purse, currency, after)?;
        let mut lines = Vec::new();
        let mut balance = before.sum;
        let mut place = before.last;
        while place < after.last {
            let rows = tables.movements(purse, currency, place, MOVEMENTS_AT_ONCE)?;
            let Some(last) = rows.last() else { break };
            place = last.number;
            for row in rows.into_iter().filter(|row| row.number <= after.last) {
                balance = balance.saturating_add(row.amount);
                lines.push(line(row, balance));
            }
            if lines.len() > ACCOUNT_LINES_MAX {
                return Err(StatementError::TooManyLines(ACCOUNT_LINES_MAX));
            }
        }
        if balance != after.sum {
            return Err(StatementError::DoesNotAddUp {
                what: "the movements of an account",
                currency,
                expected: i128::from(after.sum),
                found: i128::from(balance),
            });
        }
        Ok(Self {
            subject,
            from,
            until,
            opening: before.sum,
            lines,
            closing: after.sum,
        })
    }

    /// Compares all movements of the account up to a batch with what the core held then. Opening,
    /// lines and closing all come from one table, so that a row which was never written, or is
    /// gone, shows only here.
    ///
    /// # Errors
    /// [`StatementError::DoesNotAddUp`], or when the tables cannot be read.
    pub fn check_held(
        tables: &Tables,
        participant: ParticipantId,
        held: Money,
        batch: u64,
    ) -> Result<(), StatementError> {
        let purse = Purse::Liquidity(participant);
        let funds = tables.funds(purse, held.currency, Until::Batch(batch))?;
        let expected = i128::from(held.amount.minor());
        let found = i128::from(funds.sum);
        match found == expected {
            true => Ok(()),
            false => Err(StatementError::DoesNotAddUp {
                what: "an account",
                currency: held.currency,
                expected,
                found,
            }),
        }
    }
}

fn bounds(tables: &Tables, period: Period) -> Result<(Time, Time, [Until; 2]), StatementError> {
    match period {
        Period::Day(day) => {
            let (from, until) = day.span()?;
            let bounds = [Until::Before(from), Until::Before(until)];
            Ok((from, until, bounds))
        }
        Period::Window(id) => {
            let window = tables.window(id)?;
            let window = window.ok_or(StatementError::UnknownWindow(id.0))?;
            let closed = window
                .closed
                .filter(|_| window.status != WindowStatus::Open);
            let (closed, _) = closed.ok_or(StatementError::StillOpen(id.0))?;
            let bounds = [Until::Batch(window.opened.seq), Until::Batch(closed.seq)];
            Ok((window.opened.now, closed.now, bounds))
        }
    }
}

fn line(row: MovementRow, balance: i64) -> AccountLine {
    AccountLine {
        number: row.number,
        at: row.at.now,
        kind: row.kind,
        window: row.window,
        reference: row.reference,
        amount: row.amount,
        balance,
    }
}
