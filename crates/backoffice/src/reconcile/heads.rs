//! Which statements were taken: by their files, their names and pages, and their days.
//!
//! A statement in several pages is one statement. Its pages come in any order, in one file or in
//! many; each must begin with the balance that the one before ended with. The day is the
//! statement's as soon as its last page is there: only that one says how the account closed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use jiff::civil::Date;

use super::error::ReconcileError;
use super::ids::{Account, Digest, StatementId};
use super::limits::STATEMENTS_MAX;
use super::statement::{Head, Page, StatementKind};

/// Under this number stands a statement without pages; pages count from 1.
const WHOLE: u32 = 0;

/// All of them, in the order in which they were taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Heads {
    all: Vec<Head>,
    by_digest: HashSet<Digest>,
    by_name: BTreeMap<(Account, StatementId), BTreeMap<u32, usize>>,
    by_day: HashMap<(Account, Date), StatementId>,
}

/// A day's statement of which some page is not there: nobody may think that the day is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomplete {
    /// Whose.
    pub account: Account,
    /// Which.
    pub id: StatementId,
    /// The first page that is not there.
    pub missing: u32,
    /// How many there are, if the last one came.
    pub of: Option<u32>,
}

impl Heads {
    pub(super) fn all(&self) -> &[Head] {
        &self.all
    }

    pub(super) fn knows(&self, digest: &Digest) -> bool {
        self.by_digest.contains(digest)
    }

    /// A statement, or the page of it.
    pub(super) fn get(
        &self,
        account: &Account,
        id: &StatementId,
        page: Option<u32>,
    ) -> Option<&Head> {
        let pages = self.by_name.get(&(account.clone(), id.clone()))?;
        self.all.get(*pages.get(&page.unwrap_or(WHOLE))?)
    }

    /// Whether it can stand beside the others.
    pub(super) fn check(&self, head: &Head) -> Result<(), ReconcileError> {
        if self.all.len() >= STATEMENTS_MAX {
            return Err(ReconcileError::BookFull { what: "statements" });
        }
        let name = (head.account.clone(), head.id.clone());
        if let Some(pages) = self.by_name.get(&name) {
            self.check_pages(head, pages)?;
        }
        let (account, day) = (head.account.clone(), head.day);
        match self.by_day.get(&(account.clone(), day)) {
            Some(first) if head.kind == StatementKind::EndOfDay && *first != head.id => {
                let first = first.clone();
                Err(ReconcileError::DayConflict {
                    account,
                    day,
                    first,
                })
            }
            Some(_) | None => Ok(()),
        }
    }

    pub(super) fn keep(&mut self, head: Head) {
        self.by_digest.insert(head.digest);
        let closes = head.page.is_none_or(|page| page.is_last);
        if head.kind == StatementKind::EndOfDay && closes {
            let key = (head.account.clone(), head.day);
            self.by_day.insert(key, head.id.clone());
        }
        let name = (head.account.clone(), head.id.clone());
        let number = head.page.map_or(WHOLE, |page| page.number);
        let pages = self.by_name.entry(name).or_default();
        pages.insert(number, self.all.len());
        self.all.push(head);
    }

    /// The days' statements of which a page is not there. A notification is not among them: what
    /// it does not tell, the day's statement will.
    pub(super) fn incomplete(&self) -> Vec<Incomplete> {
        let names = self.by_name.iter();
        let open = names.filter_map(|((account, id), pages)| {
            let last = self.all.get(*pages.last_key_value()?.1)?;
            let page = last.page.filter(|_| last.kind == StatementKind::EndOfDay)?;
            let mut numbers = (1..).zip(pages.keys());
            let gap = numbers.find(|(number, there)| number != *there);
            let missing = match gap {
                Some((number, _)) => number,
                None if page.is_last => return None,
                None => page.number.saturating_add(1),
            };
            Some(Incomplete {
                account: account.clone(),
                id: id.clone(),
                missing,
                of: page.is_last.then_some(page.number),
            })
        });
        open.collect()
    }

    fn check_pages(&self, head: &Head, pages: &BTreeMap<u32, usize>) -> Result<(), ReconcileError> {
        let at = |number: u32| pages.get(&number).and_then(|place| self.all.get(*place));
        let other = pages.last_key_value();
        let other = other.and_then(|(_, place)| self.all.get(*place));
        let fits = |page: Page, other: &Head| {
            let is_new = !pages.contains_key(&page.number) && !pages.contains_key(&WHOLE);
            let end = other.page.map_or(WHOLE, |other| other.number);
            let is_ended = other.page.is_none_or(|other| other.is_last);
            let is_within = !(is_ended && page.number > end);
            let is_end = !(page.is_last && page.number < end);
            is_new && is_within && is_end && other.kind == head.kind
        };
        let page = match (head.page, other) {
            (Some(page), Some(other)) if fits(page, other) => page,
            (_, _) => {
                let (account, id) = (head.account.clone(), head.id.clone());
                return Err(ReconcileError::StatementConflict { account, id });
            }
        };
        let before = page.number.checked_sub(1).and_then(at);
        check_joint(head, before.and_then(|head| head.page), Some(page))?;
        let behind = page.number.checked_add(1).and_then(at);
        check_joint(head, Some(page), behind.and_then(|head| head.page))
    }
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, missing, .. } = self;
        match self.of {
            Some(of) => write!(
                f,
                "statement {id} is incomplete: page {missing} of {of} is missing"
            ),
            None => write!(f, "statement {id} is incomplete: page {missing} is missing"),
        }
    }
}

/// Where one page ends, the next begins.
fn check_joint(
    head: &Head,
    earlier: Option<Page>,
    later: Option<Page>,
) -> Result<(), ReconcileError> {
    let balance = |page: Option<Page>| page.and_then(|page| page.balance);
    let (Some(ended), Some(begins)) = (balance(earlier), balance(later)) else {
        return Ok(());
    };
    let (found, said) = (ended.closing_minor, begins.opening_minor);
    if found == said && ended.currency == begins.currency {
        return Ok(());
    }
    Err(ReconcileError::PageUnfit {
        id: head.id.clone(),
        page: head.page.map_or(WHOLE, |page| page.number),
        said,
        found,
    })
}
