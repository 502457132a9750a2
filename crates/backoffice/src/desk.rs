//! The back office's desk: takes the bank's files, matches them with what the hub's tables say
//! should have moved, and names the payouts that were seen.
//!
//! # Doctrine
//!
//! * **It reads the hub's tables and writes its own file.** What it finds becomes a fact only when
//!   an operator reports it to the hub, which checks it again; so a desk that is wrong, or run
//!   twice, can break nothing.
//! * **What is expected is worked out anew for every file**, from the tables: a window that was
//!   instructed since, a deposit that was decided since.
//! * Bank files are read in this process and not in the hub: the only large documents that come
//!   from outside never reach the process that decides payments.

use std::path::Path;

use calendar::{Calendars, Country};
use jiff::civil::Date;
use money::{Amount, Currency, Money};
use projection::{MovementRow, Tables, TablesError};
use switch::limits::REFERENCE_BYTES_MAX;
use switch::{Purse, Window, WindowId};

use crate::reconcile::read::{CamtError, read_camt};
use crate::reconcile::{
    Account, Counts, Digest, Direction, Draft, Expected, ExpectedId, ExpectedKind, Imported, Keys,
    Kind, Outcome, Person, ReconcileError, Reference, Settings, Store, StoreError, Uetr,
};
use crate::statement::payout_reference;

/// Rows that are read from the tables at once.
const PAGE: u16 = 1_000;

/// What bootstrap booked stood on the account before the journal began: no statement shows it.
const BOOTSTRAP_SEQ: u64 = 1;

/// Why a file was not taken, or could not be matched.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The hub's tables could not be read.
    #[error("read the hub's tables")]
    Tables(#[from] TablesError),
    /// The file is none that is understood.
    #[error(transparent)]
    Camt(#[from] CamtError),
    /// A statement does not hold together.
    #[error(transparent)]
    Reconcile(#[from] ReconcileError),
    /// The desk's own file did not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DeskError {
    /// The code that callers and scripts may rely on.
    pub fn code(&self) -> &'static str {
        match self {
            DeskError::Tables(_) => "tables_unreadable",
            DeskError::Camt(error) => error.code(),
            DeskError::Reconcile(error) => error.code(),
            DeskError::Store(error) => error.code(),
        }
    }
}

/// A payout that a line of the bank's statement shows, to be reported to the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutShown {
    /// Of which window.
    pub window: u64,
    /// Its number there.
    pub number: u32,
    /// What the line says.
    pub money: Money,
    /// The bank's own reference.
    pub reference: String,
    /// Hash of the file.
    pub statement: Digest,
}

/// What taking a file came to.
#[derive(Clone, Debug)]
pub struct Taken {
    /// How each of its statements was taken, with the statement's name.
    pub statements: Vec<(String, Imported)>,
    /// Where everything stands now.
    pub outcome: Outcome,
    /// Payouts that are shown and that the hub does not know of yet.
    pub payouts: Vec<PayoutShown>,
}

impl Taken {
    /// How much of each there is.
    pub fn counts(&self) -> Counts {
        self.outcome.counts()
    }
}

/// The desk.
#[derive(Debug)]
pub struct Desk {
    tables: Tables,
    store: Store,
    accounts: Accounts,
}

/// What the settlement bank calls the hub's accounts: this, then the currency.
#[derive(Clone, Debug)]
pub struct Accounts {
    /// Such as `SIMULATED-HUB`.
    pub prefix: String,
    /// Whose days bookings are counted in.
    pub zone: Country,
    /// Before the first year that these know, nothing is taken.
    pub calendars: Calendars,
}

impl Accounts {
    fn of(&self, currency: Currency) -> Option<Account> {
        Account::new(&format!("{}-{}", self.prefix, currency.alpha()))
    }
}

impl Desk {
    /// Opens the hub's tables to read them, and the desk's own file.
    ///
    /// # Errors
    /// When one of them cannot be opened.
    pub fn open(tables: &Path, file: &Path, accounts: Accounts) -> Result<Self, DeskError> {
        Ok(Self {
            tables: Tables::open_to_read(tables)?,
            store: Store::open(file, Settings::default())?,
            accounts,
        })
    }

    /// All that was taken and found.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The same, to assign breaks and to end them.
    pub fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Takes a camt.052, camt.053 or camt.054 and matches everything as of a day.
    ///
    /// # Errors
    /// See [`DeskError`]; then nothing of the file was taken.
    pub fn take_camt(
        &mut self,
        (bytes, name): (&[u8], &str),
        by: (&Person, i64),
        as_of: Date,
    ) -> Result<Taken, DeskError> {
        let drafts = read_camt(bytes, name)?;
        self.take(drafts, by, as_of)
    }

    /// Takes statements that a reader made of a file, whole or not at all.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub fn take(
        &mut self,
        drafts: Vec<Draft>,
        (by, at_ns): (&Person, i64),
        as_of: Date,
    ) -> Result<Taken, DeskError> {
        let today = self.accounts.zone.local_date(at_ns).max(as_of);
        let mut names = Vec::new();
        let mut new = Vec::new();
        for draft in drafts {
            // What was taken stays taken, whatever is asked of a new file since.
            let is_known = self.store.book().knows(&draft.head.digest);
            names.push((draft.head.id.to_string(), is_known));
            if !is_known {
                draft.check_day(today)?;
                new.push(draft.check(&self.accounts.calendars, &Country::ALL)?);
            }
        }
        let mut imported = self.store.import_all(&new, (by, at_ns))?.into_iter();
        let statements = names.into_iter().map(|(name, is_known)| {
            let new = if is_known { None } else { imported.next() };
            (name, new.unwrap_or(Imported::Already))
        });
        let statements = statements.collect();
        let (outcome, payouts) = self.review(as_of, at_ns)?;
        Ok(Taken {
            statements,
            outcome,
            payouts,
        })
    }

    /// Matches everything again as of a day; for a break that grew old, and for what the hub did
    /// since.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub fn review(
        &mut self,
        as_of: Date,
        at_ns: i64,
    ) -> Result<(Outcome, Vec<PayoutShown>), DeskError> {
        let windows = self.windows()?;
        let expected = self.expected(&windows)?;
        self.store.expect(expected)?;
        let outcome = self.store.review(as_of, at_ns)?;
        let payouts = self.payouts(&windows, &outcome);
        Ok((outcome, payouts))
    }

    /// How everything would stand as of a day. Nothing is written, whatever the day: a look ahead
    /// or back must open and end no break.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub fn look(&self, as_of: Date) -> Result<Outcome, DeskError> {
        let expected = self.expected(&self.windows()?)?;
        Ok(self.store.look(expected, as_of)?)
    }

    fn expected(&self, windows: &[Window]) -> Result<Vec<Expected>, DeskError> {
        let mut expected = self.of_windows(windows);
        expected.extend(self.of_movements()?);
        Ok(expected)
    }

    fn windows(&self) -> Result<Vec<Window>, DeskError> {
        let mut all: Vec<Window> = Vec::new();
        loop {
            let before = all.last().map(|window| window.id);
            let page = self.tables.windows_before(before, PAGE)?;
            let is_last = page.len() < usize::from(PAGE);
            all.extend(page);
            if is_last {
                return Ok(all);
            }
        }
    }

    /// Every payout of every window that was instructed.
    fn of_windows(&self, windows: &[Window]) -> Vec<Expected> {
        let of_one = |window: &Window| {
            let settlement = window.settlement.as_ref()?;
            let value_date = window.settlement_day?.date()?;
            let payouts = (0_u32..).zip(&settlement.payouts);
            let expected = payouts.filter_map(|(place, payout)| {
                Some(Expected {
                    id: payout_id(window.id, place)?,
                    kind: ExpectedKind::Settlement,
                    account: self.accounts.of(payout.money.currency)?,
                    keys: Keys {
                        uetr: Some(Uetr(payout.uetr)),
                        hash: None,
                        reference: Reference::identifier(&payout_reference(
                            window.id.0,
                            payout.money.currency,
                            place,
                        )),
                    },
                    money: payout.money,
                    direction: Direction::Debit,
                    value_date,
                    window: Some(window.id.0),
                })
            });
            Some(expected.collect::<Vec<_>>())
        };
        windows.iter().filter_map(of_one).flatten().collect()
    }

    /// What came to the account or left it by another decision than a payout.
    fn of_movements(&self) -> Result<Vec<Expected>, DeskError> {
        let mut all = Vec::new();
        for currency in Currency::ALL {
            let mut after = 0;
            loop {
                let rows = self.tables.movements(Purse::Bank, currency, after, PAGE)?;
                let Some(last) = rows.last() else { break };
                after = last.number;
                let shown = rows.iter().filter(|row| {
                    row.at.seq > BOOTSTRAP_SEQ
                        && !["payout", "adjustment"].contains(&row.kind.as_str())
                });
                all.extend(shown.filter_map(|row| self.of_movement(row, currency)));
            }
        }
        Ok(all)
    }

    fn of_movement(&self, row: &MovementRow, currency: Currency) -> Option<Expected> {
        let amount = Amount::from_minor(row.amount.unsigned_abs())?;
        let is_in = row.amount >= 0;
        Some(Expected {
            id: ExpectedId::new(&format!("movement-{}", row.number))?,
            kind: match is_in {
                true => ExpectedKind::Deposit,
                false => ExpectedKind::Withdrawal,
            },
            account: self.accounts.of(currency)?,
            keys: Keys::default(),
            money: Money::new(currency, amount),
            direction: match is_in {
                true => Direction::Credit,
                false => Direction::Debit,
            },
            value_date: self.accounts.zone.local_date(row.at.now.0),
            window: None,
        })
    }

    /// Matches that are payouts which the tables do not know as made. One on another day than was
    /// named is a finding, and a payout all the same: the bank says by its identifier that it paid.
    fn payouts(&self, windows: &[Window], outcome: &Outcome) -> Vec<PayoutShown> {
        let matched = outcome
            .matched
            .iter()
            .map(|found| (&found.line, &found.expected));
        let on_other_days = outcome.findings.iter().filter_map(|found| {
            let (line, expected) = (found.lines.first()?, found.expected.first()?);
            (found.kind == Kind::DayDiffers).then_some((line, expected))
        });
        let shown = matched.chain(on_other_days).filter_map(|(line, expected)| {
            let (window, place) = parse_payout(expected.as_str())?;
            let known = windows.iter().find(|known| known.id == window)?;
            if known.paid.contains_key(&place) {
                return None;
            }
            let line = self.store.book().line(line)?;
            let head = self.store.book().head_of(line)?;
            Some(PayoutShown {
                window: window.0,
                number: place,
                money: line.said.money,
                reference: reference_of(&line.id.to_string()),
                statement: head.digest,
            })
        });
        shown.collect()
    }
}

/// The name of a line as the hub takes it: the same for a line in whichever document it comes, and
/// another for every other line. One that is too long is cut, and told apart by its hash.
fn reference_of(line: &str) -> String {
    if line.len() <= REFERENCE_BYTES_MAX {
        return line.to_owned();
    }
    let hash = Digest::of(line.as_bytes()).to_string();
    let room = REFERENCE_BYTES_MAX.saturating_sub(hash.len().saturating_add(1));
    let cut = line.floor_char_boundary(room);
    format!("{}~{hash}", line.get(..cut).unwrap_or_default())
}

fn payout_id(window: WindowId, place: u32) -> Option<ExpectedId> {
    ExpectedId::new(&format!("payout-{}-{place}", window.0))
}

fn parse_payout(id: &str) -> Option<(WindowId, u32)> {
    let (window, place) = id.strip_prefix("payout-")?.split_once('-')?;
    Some((WindowId(window.parse().ok()?), place.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_and_told_apart() {
        assert_eq!(reference_of("BANK-KHR/FT-1"), "BANK-KHR/FT-1");
        let name = |last: &str| format!("BANK-JPY/{}{last}", "振込".repeat(30));
        let (one, other) = (reference_of(&name("1")), reference_of(&name("2")));
        assert!(one.len() <= REFERENCE_BYTES_MAX && other.len() <= REFERENCE_BYTES_MAX);
        assert!(
            one.starts_with("BANK-JPY/振込") && one != other,
            "{one} {other}"
        );
        assert_eq!(reference_of(&name("1")), one);
    }
}
