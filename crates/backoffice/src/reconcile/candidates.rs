//! What the lines of breaks could be for: people who join them have to know what to choose from.

use std::collections::{BTreeSet, HashMap};

use money::Money;

use super::book::Book;
use super::breaks::Break;
use super::expected::Expected;
use super::ids::{Account, ExpectedId};
use super::judge::days_late;
use super::limits::CHOICES_MAX;
use super::line::{Direction, Line};

type Key<'a> = (&'a Account, Money, Direction);

/// Expectations that no line was found for and nobody booked by hand, by what a line must have in
/// common with them to be joined: account, amount and direction.
#[derive(Debug, Default)]
pub struct Candidates<'a> {
    free: HashMap<Key<'a>, Vec<&'a Expected>>,
}

impl<'a> Candidates<'a> {
    /// One look at each expectation, however many breaks there are.
    pub(super) fn of<'b>(
        book: &'a Book,
        open: impl Iterator<Item = &'b Break>,
        gone: impl Iterator<Item = &'b ExpectedId>,
    ) -> Self {
        let alone = open.filter(|one| one.finding.expected.is_empty());
        let lines = alone.flat_map(|one| &one.finding.lines);
        let lines = lines.filter_map(|id| book.line(id));
        let mut free: HashMap<Key<'a>, Vec<&'a Expected>> =
            lines.map(|line| (key_of(line), Vec::new())).collect();
        if !free.is_empty() {
            let gone: BTreeSet<&ExpectedId> = gone.collect();
            for expected in book.expectations() {
                let key = (&expected.account, expected.money, expected.direction);
                if let Some(found) = free.get_mut(&key)
                    && !gone.contains(&expected.id)
                {
                    found.push(expected);
                }
            }
        }
        Self { free }
    }

    /// What a line could be for, those of the nearest days first.
    pub fn for_line(&self, line: &'a Line) -> Vec<&'a Expected> {
        let mut found = self.free.get(&key_of(line)).cloned().unwrap_or_default();
        found.sort_by_key(|expected| (days_late(line, expected).unsigned_abs(), &expected.id));
        found.truncate(CHOICES_MAX);
        found
    }
}

fn key_of(line: &Line) -> Key<'_> {
    (&line.account, line.said.money, line.said.direction)
}
