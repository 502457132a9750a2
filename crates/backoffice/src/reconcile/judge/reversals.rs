//! Lines that take earlier ones back. Both are out before anything is paired, so that an entry
//! that was booked, taken back and booked again is matched once and is no duplicate.

use super::super::book::get;
use super::super::limits::CANDIDATES_MAX;
use super::super::line::Line;
use super::claims::key_hash;
use super::{Fate, Judge, Lot};

impl Judge<'_> {
    pub(super) fn take_back(&mut self) {
        for number in self.order.clone() {
            let is_open = self.fate(number) == Fate::Open;
            let Some(reversal) = self.line(number).filter(|line| line.said.is_reversal) else {
                continue;
            };
            if !is_open {
                continue;
            }
            match self.original(number, reversal) {
                Some(original) => {
                    self.set_fate(original, Fate::TakenBack(number));
                    self.set_fate(number, Fate::TakesBack(original));
                    for expected in self.candidates(self.claim(original)).to_vec() {
                        if self.lot(expected) == Lot::Open {
                            self.set_lot(expected, Lot::TakenBack);
                        }
                    }
                }
                None => self.set_fate(number, Fate::ReversalAlone),
            }
        }
    }

    /// The latest open line before it with the same identifier and money, the other way round.
    fn original(&self, number: u32, reversal: &Line) -> Option<u32> {
        let hash = key_hash(self.book, reversal)?;
        let lines = || self.book.line_by_key.get(hash);
        if lines().take(CANDIDATES_MAX.saturating_add(1)).count() > CANDIDATES_MAX {
            return None;
        }
        lines()
            .filter(|other| *other != number && self.fate(*other) == Fate::Open)
            .filter_map(|other| Some((other, get(&self.book.lines, other)?)))
            .filter(|(_, line)| is_taken_back(line, reversal))
            .max_by_key(|(_, line)| (line.said.value_date, &line.id))
            .map(|(other, _)| other)
    }
}

fn is_taken_back(line: &Line, reversal: &Line) -> bool {
    let (here, there) = (&line.said, &reversal.said);
    let is_same_key = match (here.keys.uetr, there.keys.uetr) {
        (Some(one), Some(other)) => one == other,
        (None, _) | (_, None) => {
            let keys = |line: &Line| {
                let keys = &line.said.keys;
                [
                    keys.hash.clone(),
                    keys.reference.clone(),
                    line.said.end_to_end.clone(),
                ]
            };
            let others = keys(reversal);
            let mut all = keys(line).into_iter().flatten();
            all.any(|key| others.iter().flatten().any(|other| other.is_same(&key)))
        }
    };
    is_same_key
        && line.account == reversal.account
        && !here.is_reversal
        && here.money == there.money
        && here.direction == there.direction.opposite()
        && here.value_date <= there.value_date
}
