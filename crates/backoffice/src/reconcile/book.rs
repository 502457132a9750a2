//! What is known: statements and expectations, with the ways to find them again.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use super::breaks::Booked;
use super::error::ReconcileError;
use super::expected::Expected;
use super::ids::{Account, Digest, ExpectedId, LineId, StatementId};
use super::index::{Index, Maker};
use super::judge;
use super::limits::{EXPECTED_MAX, LINES_MAX, STATEMENTS_MAX};
use super::line::{Keys, Line};
use super::outcome::Outcome;
use super::rule::Settings;
use super::statement::{Head, Statement, StatementKind};

/// All that is known of the statements and expectations of any number of accounts.
#[derive(Clone, Debug, Default)]
pub struct Book {
    pub(super) settings: Settings,
    pub(super) maker: Maker,
    pub(super) expected: Vec<Expected>,
    expected_by_id: Index,
    pub(super) expected_by_key: Index,
    pub(super) expected_by_money: Index,
    pub(super) lines: Vec<Line>,
    line_by_id: Index,
    pub(super) line_by_key: Index,
    heads: Vec<Head>,
    by_digest: HashMap<Digest, StatementId>,
    by_statement: HashMap<(Account, StatementId), Digest>,
    by_day: HashMap<(Account, Date), StatementId>,
    pub(super) joined: BTreeMap<LineId, ExpectedId>,
}

/// A line that is new, or that knows more than the line of that number.
struct Change {
    number: Option<u32>,
    line: Line,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    /// It was taken.
    Taken {
        /// Lines that were not known.
        lines_new: u64,
        /// Lines that were known, from a notification.
        lines_known: u64,
    },
    /// These very bytes were taken before; nothing changed.
    Already,
}

/// The marks under which the index of keys holds what.
pub(super) const UETR: &str = "uetr";
pub(super) const HASH: &str = "hash";
pub(super) const REFERENCE: &str = "reference";

impl Book {
    /// An empty book that judges by these settings.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// By what it judges.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Expects something; expecting the same again changes nothing and gives `false`.
    ///
    /// # Errors
    /// [`ReconcileError::ExpectedConflict`] and [`ReconcileError::BookFull`].
    pub fn expect(&mut self, expected: Expected) -> Result<bool, ReconcileError> {
        if let Some(known) = self.expected(&expected.id) {
            return if *known == expected {
                Ok(false)
            } else {
                let id = expected.id;
                Err(ReconcileError::ExpectedConflict { id })
            };
        }
        let number = number_of(self.expected.len(), EXPECTED_MAX, "expectations")?;
        self.expected_by_id
            .insert(self.maker.of(expected.id.as_str()), number);
        for hash in key_hashes(&self.maker, &expected.account, &expected.keys) {
            self.expected_by_key.insert(hash, number);
        }
        self.expected_by_money
            .insert(judge::money_hash(&self.maker, &expected), number);
        self.expected.push(expected);
        Ok(true)
    }

    /// Makes room for so many more expectations at once.
    pub fn reserve_expected(&mut self, more: usize) {
        let more = more.min(EXPECTED_MAX);
        self.expected.reserve(more);
        self.expected_by_id.reserve(more);
        self.expected_by_key.reserve(more.saturating_mul(3));
        self.expected_by_money.reserve(more);
    }

    /// Takes a statement.
    ///
    /// # Errors
    /// [`ReconcileError::StatementConflict`], [`ReconcileError::DayConflict`],
    /// [`ReconcileError::LineConflict`] and [`ReconcileError::BookFull`]; then nothing of it was
    /// taken.
    pub fn import(&mut self, statement: &Statement) -> Result<Imported, ReconcileError> {
        let imported = self.check_import(statement)?;
        if imported == Imported::Already {
            return Ok(imported);
        }
        for change in self.changes(statement)? {
            self.keep(change);
        }
        self.keep_head(statement.head().clone());
        Ok(imported)
    }

    /// Joins a line with an expectation, as two people decided; joining again what is joined
    /// changes nothing.
    ///
    /// # Errors
    /// [`ReconcileError::JoinImpossible`] when one of them is not known or is joined with
    /// another, or when their accounts, amounts or directions differ: such a difference is
    /// adjusted or written off, not matched.
    pub fn join(&mut self, line: LineId, expected: ExpectedId) -> Result<(), ReconcileError> {
        self.check_join(&line, &expected)?;
        self.joined.insert(line, expected);
        Ok(())
    }

    /// Judges everything, as of the end of that day, when people booked nothing by hand.
    pub fn outcome(&self, as_of: Date) -> Outcome {
        self.outcome_with(as_of, &Booked::default())
    }

    /// Judges everything, as of the end of that day.
    pub fn outcome_with(&self, as_of: Date, booked: &Booked) -> Outcome {
        judge::outcome(self, as_of, booked)
    }

    /// A line that was taken.
    pub fn line(&self, id: &LineId) -> Option<&Line> {
        self.numbered(id).map(|(_, line)| line)
    }

    /// Something that is expected.
    pub fn expected(&self, id: &ExpectedId) -> Option<&Expected> {
        self.expected_numbered(id).map(|(_, expected)| expected)
    }

    /// The statements that were taken, in the order in which they were.
    pub fn statements(&self) -> &[Head] {
        &self.heads
    }

    /// How many lines were taken.
    pub fn lines_len(&self) -> usize {
        self.lines.len()
    }

    /// How much is expected.
    pub fn expected_len(&self) -> usize {
        self.expected.len()
    }

    /// What importing would come to; nothing changes.
    ///
    /// # Errors
    /// As [`Book::import`].
    pub fn check_import(&self, statement: &Statement) -> Result<Imported, ReconcileError> {
        let head = statement.head();
        if self.by_digest.contains_key(&head.digest) {
            return Ok(Imported::Already);
        }
        self.check_head(head)?;
        let changes = self.changes(statement)?;
        let lines_new = changes
            .iter()
            .filter(|change| change.number.is_none())
            .count();
        if self.lines.len().saturating_add(lines_new) > LINES_MAX {
            return Err(ReconcileError::BookFull { what: "lines" });
        }
        let count = |things: usize| u64::try_from(things).unwrap_or(u64::MAX);
        let known = statement.lines().len().saturating_sub(lines_new);
        Ok(Imported::Taken {
            lines_new: count(lines_new),
            lines_known: count(known),
        })
    }

    /// Whether the two may be joined; nothing changes.
    pub(super) fn check_join(
        &self,
        line: &LineId,
        expected: &ExpectedId,
    ) -> Result<(), ReconcileError> {
        let is_same = match (self.line(line), self.expected(expected)) {
            (Some(here), Some(there)) => {
                here.account == there.account
                    && here.said.money == there.money
                    && here.said.direction == there.direction
            }
            (None, _) | (_, None) => false,
        };
        let is_free = self
            .joined
            .iter()
            .all(|(other, with)| (other == line) == (with == expected));
        if is_same && is_free {
            return Ok(());
        }
        let (line, expected) = (line.clone(), expected.clone());
        Err(ReconcileError::JoinImpossible { line, expected })
    }

    /// Whether so many more expectations fit in.
    pub(super) fn check_room_for(&self, more: usize) -> Result<(), ReconcileError> {
        if self.expected.len().saturating_add(more) > EXPECTED_MAX {
            let what = "expectations";
            return Err(ReconcileError::BookFull { what });
        }
        Ok(())
    }

    pub(super) fn expected_numbered(&self, id: &ExpectedId) -> Option<(u32, &Expected)> {
        let numbers = self.expected_by_id.get(self.maker.of(id.as_str()));
        let mut found = numbers.filter_map(|number| Some((number, get(&self.expected, number)?)));
        found.find(|(_, expected)| expected.id == *id)
    }

    pub(super) fn numbered(&self, id: &LineId) -> Option<(u32, &Line)> {
        let numbers = self.line_by_id.get(self.maker.of(id.as_str()));
        let mut lines = numbers.filter_map(|number| Some((number, get(&self.lines, number)?)));
        lines.find(|(_, line)| line.id == *id)
    }

    fn check_head(&self, head: &Head) -> Result<(), ReconcileError> {
        if self.heads.len() >= STATEMENTS_MAX {
            return Err(ReconcileError::BookFull { what: "statements" });
        }
        let (account, id, day) = (head.account.clone(), head.id.clone(), head.day);
        let key = (account.clone(), id.clone());
        if self.by_statement.contains_key(&key) {
            return Err(ReconcileError::StatementConflict { account, id });
        }
        match self.by_day.get(&(account.clone(), day)) {
            Some(first) if head.kind == StatementKind::EndOfDay => {
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

    fn changes(&self, statement: &Statement) -> Result<Vec<Change>, ReconcileError> {
        let mut changes = Vec::new();
        for line in statement.lines() {
            let Some((number, known)) = self.numbered(&line.id) else {
                let (number, line) = (None, line.clone());
                changes.push(Change { number, line });
                continue;
            };
            let Some(said) = known.said.merged(&line.said) else {
                let (row, id) = (line.said.position, line.id.clone());
                return Err(ReconcileError::LineConflict { row, id });
            };
            if said != known.said {
                let line = Line {
                    said,
                    ..known.clone()
                };
                let number = Some(number);
                changes.push(Change { number, line });
            }
        }
        Ok(changes)
    }

    /// A line that knows more than before keeps its number.
    fn keep(&mut self, Change { number, line }: Change) {
        let end = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
        let number_kept = number.unwrap_or(end);
        let before = number.and_then(|number| get(&self.lines, number));
        let before = before.map(|line| line_hashes(&self.maker, line));
        for hash in line_hashes(&self.maker, &line) {
            if before.iter().flatten().all(|known| *known != hash) {
                self.line_by_key.insert(hash, number_kept);
            }
        }
        let place = number.and_then(|number| usize::try_from(number).ok());
        match place.and_then(|place| self.lines.get_mut(place)) {
            Some(known) => *known = line,
            None => {
                let hash = self.maker.of(line.id.as_str());
                self.line_by_id.insert(hash, number_kept);
                self.lines.push(line);
            }
        }
    }

    fn keep_head(&mut self, head: Head) {
        self.by_digest.insert(head.digest, head.id.clone());
        let key = (head.account.clone(), head.id.clone());
        self.by_statement.insert(key, head.digest);
        if head.kind == StatementKind::EndOfDay {
            let key = (head.account.clone(), head.day);
            self.by_day.insert(key, head.id.clone());
        }
        self.heads.push(head);
    }
}

/// All under which the index of keys holds a line, each once.
fn line_hashes(maker: &Maker, line: &Line) -> Vec<u64> {
    let account = &line.account;
    let mut hashes: Vec<u64> = key_hashes(maker, account, &line.said.keys).collect();
    let end_to_end = line.said.end_to_end.as_ref();
    hashes.extend(end_to_end.map(|key| maker.of_reference(account.as_str(), REFERENCE, key)));
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

pub(super) fn get<T>(things: &[T], number: u32) -> Option<&T> {
    things.get(usize::try_from(number).ok()?)
}

fn number_of(len: usize, max: usize, what: &'static str) -> Result<u32, ReconcileError> {
    if len >= max {
        return Err(ReconcileError::BookFull { what });
    }
    u32::try_from(len)
        .ok()
        .ok_or(ReconcileError::BookFull { what })
}

fn key_hashes(maker: &Maker, account: &Account, keys: &Keys) -> impl Iterator<Item = u64> {
    let account = account.as_str();
    let uetr = keys.uetr.map(|uetr| maker.of((account, UETR, uetr)));
    let of = |mark, reference| maker.of_reference(account, mark, reference);
    let hash = keys.hash.as_ref().map(|hash| of(HASH, hash));
    let reference = keys.reference.as_ref();
    let reference = reference.map(|reference| of(REFERENCE, reference));
    [uetr, hash, reference].into_iter().flatten()
}
