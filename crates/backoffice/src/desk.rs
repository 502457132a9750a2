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
use switch::{Purse, Window, WindowId};

use crate::reconcile::read::{CamtError, read_camt};
use crate::reconcile::{
    Account, Counts, Digest, Direction, Draft, Expected, ExpectedId, ExpectedKind, Imported, Keys,
    Outcome, Person, ReconcileError, Reference, Settings, Store, StoreError, Uetr,
};

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
    /// The business days that dates are held against.
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
        let calendars = &self.accounts.calendars;
        let checked: Result<Vec<_>, _> = drafts
            .into_iter()
            .map(|draft| draft.check(calendars, &Country::ALL))
            .collect();
        let checked = checked?;
        // All are looked at before the first is kept.
        for statement in &checked {
            self.store.book().check_import(statement)?;
        }
        let mut statements = Vec::new();
        for statement in &checked {
            let imported = self.store.import(statement, (by, at_ns))?;
            statements.push((statement.head().id.to_string(), imported));
        }
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
                        reference: Reference::identifier(&format!("W{}/{place}", window.id.0)),
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

    /// Matches that are payouts which the tables do not know as made.
    fn payouts(&self, windows: &[Window], outcome: &Outcome) -> Vec<PayoutShown> {
        let heads = self.store.book().statements();
        let shown = outcome.matched.iter().filter_map(|found| {
            let (window, place) = parse_payout(found.expected.as_str())?;
            let known = windows.iter().find(|known| known.id == window)?;
            if known.paid.contains_key(&place) {
                return None;
            }
            let line = self.store.book().line(&found.line)?;
            let head = heads
                .iter()
                .find(|head| head.id == line.statement && head.account == line.account)?;
            let reference = line.said.entry_ref.as_ref();
            let reference = reference.map_or_else(|| line.id.to_string(), ToString::to_string);
            Some(PayoutShown {
                window: window.0,
                number: place,
                money: line.said.money,
                reference,
                statement: head.digest,
            })
        });
        shown.collect()
    }
}

fn payout_id(window: WindowId, place: u32) -> Option<ExpectedId> {
    ExpectedId::new(&format!("payout-{}-{place}", window.0))
}

fn parse_payout(id: &str) -> Option<(WindowId, u32)> {
    let (window, place) = id.strip_prefix("payout-")?.split_once('-')?;
    Some((WindowId(window.parse().ok()?), place.parse().ok()?))
}
