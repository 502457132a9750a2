//! Two pairs whose identifiers fit and whose money does not, and whose money fits crosswise.

use std::collections::HashMap;

use money::Money;

use super::super::ids::Account;
use super::super::line::Direction;
use super::{Fate, Fit, Judge, days_late};

type Movement = (Money, Direction);

/// What a pair's line says and what was expected.
type Crossed<'a> = (&'a Account, Movement, Movement);

#[derive(Clone, Copy)]
struct Pair {
    line: u32,
    expected: u32,
}

impl<'a> Judge<'a> {
    /// Two pairs are exchanged only if each is the only one that the other could be exchanged
    /// with; three in a circle stay three amounts that differ.
    pub(super) fn find_swaps(&mut self) {
        let mut pairs: HashMap<Crossed<'a>, Vec<Pair>> = HashMap::new();
        let mut order = Vec::new();
        for number in &self.order {
            if let Some((crossed, pair)) = self.crossed(*number) {
                pairs.entry(crossed).or_default().push(pair);
                order.push((crossed, pair));
            }
        }
        for ((account, here, there), pair) in order {
            let same = pairs.get(&(account, here, there));
            let other = pairs.get(&(account, there, here));
            let alone = same.is_some_and(|same| same.len() == 1);
            let Some([other]) = other.map(Vec::as_slice).filter(|_| alone) else {
                continue;
            };
            if self.is_near(pair, *other) {
                self.swaps.insert(pair.line, other.line);
            }
        }
        for (line, expected, before) in std::mem::take(&mut self.provisional) {
            if !self.swaps.contains_key(&line) {
                self.set_fate(line, Fate::Open);
                self.set_lot(expected, before);
            }
        }
    }

    fn crossed(&self, number: u32) -> Option<(Crossed<'a>, Pair)> {
        let Fate::Paired(_, expected, fit) = self.fate(number) else {
            return None;
        };
        let is_off = match fit {
            Fit::Amount | Fit::Direction | Fit::Currency | Fit::Identifier => true,
            Fit::SameDay | Fit::Timing | Fit::OtherDay => false,
        };
        let (line, there) = (self.line(number)?, self.expected(expected)?);
        let said = (line.said.money, line.said.direction);
        let wanted = (there.money, there.direction);
        let pair = Pair {
            line: number,
            expected,
        };
        is_off.then_some(((&line.account, said, wanted), pair))
    }

    /// Whether each line lies near the day on which the other's money was expected.
    fn is_near(&self, one: Pair, other: Pair) -> bool {
        let days = i32::from(self.book.settings.timing_days);
        [(one.line, other.expected), (other.line, one.expected)]
            .into_iter()
            .all(|(line, expected)| {
                let pair = self.line(line).zip(self.expected(expected));
                pair.is_some_and(|(line, expected)| {
                    days_late(line, expected).saturating_abs() <= days
                })
            })
    }
}
