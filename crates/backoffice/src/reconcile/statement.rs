//! A statement, checked as a whole before anything of it is taken: its own totals, its dates,
//! its currencies and its entries' references.

use std::collections::HashMap;

use calendar::{Calendars, Country};
use jiff::ToSpan as _;
use jiff::civil::Date;
use money::{Amount, Currency};

use super::error::ReconcileError;
use super::ids::{Account, Digest, LineId, StatementId};
use super::limits::{DAYS_BEFORE_MAX, DAYS_BEHIND_MAX, STATEMENT_LINES_MAX};
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
    /// Which page of the statement this is; none if it is the whole.
    pub page: Option<Page>,
}

/// One page of a statement in several; the statement's name is the same on all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Counted from 1.
    pub number: u32,
    /// Whether none comes behind it.
    pub is_last: bool,
    /// What the account held before and after the page.
    pub balance: Option<Balance>,
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
    /// Whether the statement's day may already be told about on that day.
    ///
    /// # Errors
    /// [`ReconcileError::DateOutOfRange`] when it lies too far behind.
    pub fn check_day(&self, today: Date) -> Result<(), ReconcileError> {
        let days = Days {
            first: Date::MIN,
            last: today.saturating_add(DAYS_BEHIND_MAX.days()),
        };
        days.check(self.head.day, 0)
    }

    /// Checks everything that needs no book and no clock. Nothing is taken from before the years
    /// that the calendars of these countries know; years that they do not know yet are taken,
    /// because no rule of matching asks for business days.
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
        check_page(&self.head)?;
        let days = Days::of(self.head.day, (calendars, countries));
        days.check(self.head.day, 0)?;
        let mut nameless = Nameless::default();
        let mut rows: HashMap<LineId, u32> = HashMap::with_capacity(self.lines.len());
        let mut lines = Vec::with_capacity(self.lines.len());
        for said in &self.lines {
            let row = said.position;
            check_currency(said, &self.currencies)?;
            for date in [said.booked_on, said.value_date] {
                days.check(date, row)?;
            }
            let is_nameless = said.entry_ref.is_none();
            if self.head.kind == StatementKind::Notification && is_nameless {
                return Err(ReconcileError::LineNameless { row });
            }
            let part = nameless.part_of(said);
            let id = line_id(&self.head, said, part).ok_or(ReconcileError::FieldMalformed {
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
            page: head.page.map(|page| page.number),
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

/// The days that a statement may be about.
struct Days {
    first: Date,
    last: Date,
}

impl Days {
    /// Around the statement's own day, and not before what any calendar knows.
    fn of(day: Date, (calendars, countries): (&Calendars, &[Country])) -> Self {
        let before = day.saturating_sub(DAYS_BEFORE_MAX.days());
        let years = countries
            .iter()
            .map(|country| calendars.covered(*country).0);
        let known = years.max().and_then(|year| Date::new(year, 1, 1).ok());
        Self {
            first: known.map_or(before, |known| known.max(before)),
            last: day.saturating_add(DAYS_BEHIND_MAX.days()),
        }
    }

    fn check(&self, date: Date, row: u32) -> Result<(), ReconcileError> {
        let Self { first, last } = *self;
        if (first..=last).contains(&date) {
            return Ok(());
        }
        Err(ReconcileError::DateOutOfRange {
            row,
            date,
            first,
            last,
        })
    }
}

/// Lines without the bank's reference are known by their place; several payments of one entry
/// have the same place.
#[derive(Default)]
struct Nameless {
    place: u32,
    parts: u32,
}

impl Nameless {
    /// The how-manieth of its place this one is, from 1; 0 for a line with a reference.
    fn part_of(&mut self, said: &DraftLine) -> u32 {
        if said.entry_ref.is_some() {
            return 0;
        }
        let before = if self.place == said.position {
            self.parts
        } else {
            0
        };
        self.place = said.position;
        self.parts = before.saturating_add(1);
        self.parts
    }
}

fn check_page(head: &Head) -> Result<(), ReconcileError> {
    match head.page {
        Some(Page { number: 0, .. }) => Err(ReconcileError::FieldMalformed {
            row: 0,
            column: "page".to_owned(),
        }),
        Some(_) | None => Ok(()),
    }
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

/// The bank's reference, or the statement, its page and the place there: `S1#3`, `S1#2.3` on page
/// 2, and `S1#3/2` for the second payment of an entry. What stands behind the last `#` tells these
/// apart, whatever the statement is called.
fn line_id(head: &Head, said: &DraftLine, part: u32) -> Option<LineId> {
    let account = &head.account;
    let entry = match (&said.entry_ref, head.page) {
        (Some(entry), _) => entry.to_string(),
        (None, Some(page)) => format!("{}#{}.{}", head.id, page.number, said.position),
        (None, None) => format!("{}#{}", head.id, said.position),
    };
    LineId::new(&match part {
        0 | 1 => format!("{account}/{entry}"),
        part => format!("{account}/{entry}/{part}"),
    })
}
