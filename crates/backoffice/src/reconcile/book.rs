//! What is known: statements and expectations, with the ways to find them again.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::breaks::Booked;
use super::error::ReconcileError;
use super::expected::Expected;
use super::heads::{Heads, Incomplete};
use super::ids::{Account, Digest, ExpectedId, LineId};
use super::index::{Index, Maker};
use super::judge;
use super::limits::{EXPECTED_MAX, LINES_MAX};
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
    /// Whether a day's statement has shown the line of that number.
    booked: Vec<bool>,
    heads: Heads,
    pub(super) joined: BTreeMap<LineId, ExpectedId>,
}

/// A line that is new, or that knows more than the line of that number.
struct Change {
    number: Option<u32>,
    line: Line,
}

/// What a statement would change.
struct Plan {
    changes: Vec<Change>,
    /// The numbers of its lines that were known.
    known: Vec<u32>,
}

/// By which rules a statement is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rules {
    /// By all.
    Now,
    /// It was taken before, maybe when there were fewer rules.
    AsTaken,
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
        self.take(statement, Rules::Now)
    }

    /// Takes what was taken before and read back.
    pub(super) fn restore(&mut self, statement: &Statement) -> Result<(), ReconcileError> {
        self.take(statement, Rules::AsTaken).map(|_imported| ())
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

    /// All that is expected.
    pub(super) fn expectations(&self) -> impl Iterator<Item = &Expected> {
        self.expected.iter()
    }

    /// The statements that were taken, in the order in which they were.
    pub fn statements(&self) -> &[Head] {
        self.heads.all()
    }

    /// The statement, or the page of it, that a line first came in.
    pub fn head_of(&self, line: &Line) -> Option<&Head> {
        self.heads.get(&line.account, &line.statement, line.page)
    }

    /// Whether these very bytes were taken.
    pub fn knows(&self, digest: &Digest) -> bool {
        self.heads.knows(digest)
    }

    /// The days' statements of which a page is not there.
    pub fn incomplete(&self) -> Vec<Incomplete> {
        self.heads.incomplete()
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
        let plan = self.plan(statement, Rules::Now)?;
        Ok(plan.map_or(Imported::Already, |plan| plan.imported()))
    }

    /// What importing all of them would come to, one after the other; nothing changes. They are
    /// tried on a book that holds only what they can meet, since the whole may be large.
    ///
    /// # Errors
    /// As [`Book::import`], for the first that could not be taken behind those before it.
    pub fn check_imports(&self, statements: &[Statement]) -> Result<Vec<Imported>, ReconcileError> {
        if let [only] = statements {
            return Ok(vec![self.check_import(only)?]);
        }
        let mut scratch = Self {
            heads: self.heads.clone(),
            ..Self::new(self.settings)
        };
        for line in statements.iter().flat_map(Statement::lines) {
            let Some((number, known)) = self.numbered(&line.id) else {
                continue;
            };
            if scratch.numbered(&line.id).is_none() {
                let (number_new, line) = (None, known.clone());
                let number_kept = scratch.keep(Change {
                    number: number_new,
                    line,
                });
                if get(&self.booked, number) == Some(&true) {
                    scratch.mark_booked(number_kept);
                }
            }
        }
        let mut imported = Vec::with_capacity(statements.len());
        let mut lines = self.lines.len();
        for statement in statements {
            let before = scratch.lines.len();
            imported.push(scratch.import(statement)?);
            lines = lines.saturating_add(scratch.lines.len().saturating_sub(before));
            check_room(lines)?;
        }
        Ok(imported)
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

    fn take(&mut self, statement: &Statement, rules: Rules) -> Result<Imported, ReconcileError> {
        let Some(plan) = self.plan(statement, rules)? else {
            return Ok(Imported::Already);
        };
        let imported = plan.imported();
        let mut shown = plan.known;
        for change in plan.changes {
            shown.push(self.keep(change));
        }
        if statement.head().kind == StatementKind::EndOfDay {
            for number in shown {
                self.mark_booked(number);
            }
        }
        self.heads.keep(statement.head().clone());
        Ok(imported)
    }

    /// `None` if these very bytes were taken before.
    fn plan(&self, statement: &Statement, rules: Rules) -> Result<Option<Plan>, ReconcileError> {
        let head = statement.head();
        if self.heads.knows(&head.digest) {
            return Ok(None);
        }
        self.heads.check(head)?;
        let mut changes = Vec::new();
        let mut known = Vec::new();
        for line in statement.lines() {
            let Some((number, before)) = self.numbered(&line.id) else {
                let (number, line) = (None, line.clone());
                changes.push(Change { number, line });
                continue;
            };
            let is_told_again =
                rules == Rules::AsTaken || self.is_told_again((number, before), line, head.kind);
            let said = before.said.merged(&line.said);
            let Some(said) = said.filter(|_| is_told_again) else {
                let (row, id) = (line.said.position, line.id.clone());
                return Err(ReconcileError::LineConflict { row, id });
            };
            known.push(number);
            if said != before.said {
                let line = Line {
                    said,
                    ..before.clone()
                };
                let number = Some(number);
                changes.push(Change { number, line });
            }
        }
        let plan = Plan { changes, known };
        check_room(self.lines.len().saturating_add(plan.lines_new()))?;
        Ok(Some(plan))
    }

    /// Whether a line of the same name is the same movement: only by the bank's own reference,
    /// and never twice in statements of days, of which each tells its own movements.
    fn is_told_again(
        &self,
        (number, before): (u32, &Line),
        line: &Line,
        kind: StatementKind,
    ) -> bool {
        let is_named = before.said.entry_ref.is_some() && line.said.entry_ref.is_some();
        let is_booked = get(&self.booked, number) == Some(&true);
        let is_booked_twice = is_booked && kind == StatementKind::EndOfDay;
        before.account == line.account && is_named && !is_booked_twice
    }

    fn mark_booked(&mut self, number: u32) {
        let place = usize::try_from(number).ok();
        if let Some(booked) = place.and_then(|place| self.booked.get_mut(place)) {
            *booked = true;
        }
    }

    /// A line that knows more than before keeps its number, which is returned.
    fn keep(&mut self, Change { number, line }: Change) -> u32 {
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
                self.booked.push(false);
            }
        }
        number_kept
    }
}

impl Plan {
    fn lines_new(&self) -> usize {
        let changes = self.changes.iter();
        changes.filter(|change| change.number.is_none()).count()
    }

    fn imported(&self) -> Imported {
        let count = |things: usize| u64::try_from(things).unwrap_or(u64::MAX);
        Imported::Taken {
            lines_new: count(self.lines_new()),
            lines_known: count(self.known.len()),
        }
    }
}

fn check_room(lines: usize) -> Result<(), ReconcileError> {
    match lines > LINES_MAX {
        true => Err(ReconcileError::BookFull { what: "lines" }),
        false => Ok(()),
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
