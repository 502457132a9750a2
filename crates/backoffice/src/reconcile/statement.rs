//! A statement, checked as a whole before anything of it is taken: its own totals, its dates,
//! its currencies and its entries' references.

use std::collections::HashMap;

use calendar::{Calendars, Country};
use jiff::civil::Date;
use money::{Amount, Currency};

use super::error::ReconcileError;
use super::ids::{Account, Digest, LineId, StatementId};
use super::limits::STATEMENT_LINES_MAX;
use super::line::{Direction, DraftLine, Line};

/// What a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatementKind {
    /// All entries of an account and a day: there is one for each.
    EndOfDay,
    /// Some entries, told early: there may be many for a day, and the day's statement repeats
    /// their entries.
    Notification,
}

/// What is known of a statement beside its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Whose.
    pub account: Account,
    /// What the bank calls it.
    pub id: StatementId,
    /// What it is.
    pub kind: StatementKind,
    /// The day that it is about.
    pub day: Date,
    /// Of the file's bytes.
    pub digest: Digest,
    /// The file's name, for people.
    pub file_name: Box<str>,
}

/// What a statement says its credits and debits of one currency sum to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// Of which currency.
    pub currency: Currency,
    /// Which way.
    pub direction: Direction,
    /// How much.
    pub amount: Amount,
}

/// What a statement says an account held before and after its lines, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Of which currency.
    pub currency: Currency,
    /// Before.
    pub opening_minor: i64,
    /// After.
    pub closing_minor: i64,
}

/// A file as it was read, not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What is known beside the lines.
    pub head: Head,
    /// The currencies that the account holds; empty for any.
    pub currencies: Vec<Currency>,
    /// How many lines the statement says it has.
    pub lines_said: Option<u64>,
    /// The sums that it says.
    pub sums: Vec<Sum>,
    /// The balances that it says.
    pub balances: Vec<Balance>,
    /// Its lines.
    pub lines: Vec<DraftLine>,
    /// Rows of the file that are no movement of the account.
    pub left_out: u64,
}

/// A statement that may be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    head: Head,
    lines: Vec<Line>,
}

impl Draft {
    /// Checks everything that needs no book. `countries` are those whose business days matter
    /// for the account.
    ///
    /// # Errors
    /// The first thing that is wrong, in the order of the file.
    pub fn check(
        self,
        calendars: &Calendars,
        countries: &[Country],
    ) -> Result<Statement, ReconcileError> {
        if self.lines.len() > STATEMENT_LINES_MAX {
            let lines = self.lines.len();
            return Err(ReconcileError::TooManyLines { lines });
        }
        check_count(&self)?;
        let mut rows: HashMap<LineId, u32> = HashMap::with_capacity(self.lines.len());
        let mut lines = Vec::with_capacity(self.lines.len());
        for said in &self.lines {
            let row = said.position;
            check_currency(said, &self.currencies)?;
            for date in [said.booked_on, said.value_date] {
                check_date(date, row, (calendars, countries))?;
            }
            let is_nameless = said.entry_ref.is_none();
            if self.head.kind == StatementKind::Notification && is_nameless {
                return Err(ReconcileError::LineNameless { row });
            }
            let id = line_id(&self.head, said).ok_or(ReconcileError::FieldMalformed {
                row,
                column: "id".to_owned(),
            })?;
            if let Some(first) = rows.insert(id.clone(), row) {
                return Err(ReconcileError::LineRepeated { row, first });
            }
            lines.push(id);
        }
        check_sums(&self)?;
        let Self {
            head, lines: said, ..
        } = self;
        let with_id = |(id, said)| Line {
            id,
            account: head.account.clone(),
            statement: head.id.clone(),
            said,
        };
        let lines = lines.into_iter().zip(said).map(with_id).collect();
        Ok(Statement { head, lines })
    }
}

impl Statement {
    /// What is known beside the lines.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Its lines, in the order of the file.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// What was checked, taken and kept before.
    pub(super) fn kept(head: Head, lines: Vec<Line>) -> Self {
        Self { head, lines }
    }
}

impl StatementKind {
    /// One word, as tables and files hold it.
    pub const fn word(self) -> &'static str {
        match self {
            StatementKind::EndOfDay => "end_of_day",
            StatementKind::Notification => "notification",
        }
    }

    /// Reads that word.
    pub fn from_word(word: &str) -> Option<Self> {
        [StatementKind::EndOfDay, StatementKind::Notification]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

fn check_count(draft: &Draft) -> Result<(), ReconcileError> {
    let found = draft.lines.len();
    let Some(said) = draft.lines_said else {
        return Ok(());
    };
    match u64::try_from(found).unwrap_or(u64::MAX).cmp(&said) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Less => Err(ReconcileError::CutOff {
            row: draft.lines.last().map_or(0, |line| line.position),
        }),
        std::cmp::Ordering::Greater => Err(ReconcileError::TotalsWrong {
            what: "count",
            said: i128::from(said),
            found: i128::try_from(found).unwrap_or(i128::MAX),
        }),
    }
}

fn check_currency(said: &DraftLine, held: &[Currency]) -> Result<(), ReconcileError> {
    let (row, currency) = (said.position, said.money.currency);
    if held.is_empty() || held.contains(&currency) {
        Ok(())
    } else {
        Err(ReconcileError::CurrencyForeign { row, currency })
    }
}

fn check_date(
    date: Date,
    row: u32,
    (calendars, countries): (&Calendars, &[Country]),
) -> Result<(), ReconcileError> {
    for country in countries {
        if let Err(error) = calendars.year(*country, date.year()) {
            return Err(ReconcileError::DateOutsideCalendar { row, error });
        }
    }
    Ok(())
}

fn check_sums(draft: &Draft) -> Result<(), ReconcileError> {
    for sum in &draft.sums {
        let found = total(&draft.lines, sum.currency, sum.direction);
        let said = i128::from(sum.amount.minor());
        if said != found {
            let what = match sum.direction {
                Direction::Credit => "credits",
                Direction::Debit => "debits",
            };
            return Err(ReconcileError::TotalsWrong { what, said, found });
        }
    }
    for balance in &draft.balances {
        let credits = total(&draft.lines, balance.currency, Direction::Credit);
        let debits = total(&draft.lines, balance.currency, Direction::Debit);
        let found = i128::from(balance.opening_minor) + credits - debits;
        let said = i128::from(balance.closing_minor);
        if said != found {
            let what = "closing balance";
            return Err(ReconcileError::TotalsWrong { what, said, found });
        }
    }
    Ok(())
}

/// A million amounts of 63 bits stay far below 127.
fn total(lines: &[DraftLine], currency: Currency, direction: Direction) -> i128 {
    lines
        .iter()
        .filter(|line| line.money.currency == currency && line.direction == direction)
        .map(|line| i128::from(line.money.amount.minor()))
        .sum()
}

fn line_id(head: &Head, said: &DraftLine) -> Option<LineId> {
    let account = &head.account;
    LineId::new(&match &said.entry_ref {
        Some(entry) => format!("{account}/{entry}"),
        None => format!("{account}/{}#{}", head.id, said.position),
    })
}
