//! Pairs by amount and date: only lines that no identifier found anything for, only expectations
//! that no line took, and only if both are alone. What people booked by hand is not left over:
//! its money is in the books, and another amount like it is other money.

use std::collections::BTreeMap;

use jiff::civil::Date;
use money::Money;

use super::super::expected::Expected;
use super::super::ids::Account;
use super::super::limits::AMOUNT_CANDIDATES_MAX;
use super::super::line::{Direction, Line};
use super::super::rule::Rule;
use super::claims::is_contradicted;
use super::{Fate, Fit, Judge, Lot};

type Bucket<'a> = (&'a Account, usize, u64, Direction);

/// The lines and expectations of one amount, each by date.
struct Alike<'a> {
    lines: Vec<(u32, &'a Line)>,
    expected: Vec<(u32, &'a Expected)>,
}

impl<'a> Judge<'a> {
    pub(super) fn pair_by_amount(&mut self) {
        let mut buckets: BTreeMap<Bucket<'a>, Vec<(u32, &'a Line)>> = BTreeMap::new();
        for number in &self.order {
            let is_left = self.fate(*number) == Fate::Open
                && self.claim(*number).rule.is_none()
                && !self.is_line_booked(*number);
            if let Some(line) = self.line(*number).filter(|_| is_left) {
                let bucket = bucket_of(&line.account, line.said.money, line.said.direction);
                buckets.entry(bucket).or_default().push((*number, line));
            }
        }
        for lines in buckets.into_values() {
            let expected = self.left_of_amount(&lines);
            self.pair_alike(&Alike { lines, expected });
        }
    }

    /// Expectations of the lines' amount that nobody took, by date.
    fn left_of_amount(&self, lines: &[(u32, &Line)]) -> Vec<(u32, &'a Expected)> {
        let Some((_, line)) = lines.first() else {
            return Vec::new();
        };
        let (money, direction) = (line.said.money, line.said.direction);
        let hash = self
            .book
            .maker
            .of((line.account.as_str(), money, direction));
        let mut left: Vec<(u32, &Expected)> = self
            .book
            .expected_by_money
            .get(hash)
            .filter(|number| !matches!(self.lot(*number), Lot::Paired(_)))
            .filter(|number| !self.is_expected_booked(*number))
            .filter_map(|number| Some((number, self.expected(number)?)))
            .filter(|(_, there)| there.account == line.account)
            .filter(|(_, there)| there.money == money && there.direction == direction)
            .collect();
        left.sort_unstable_by_key(|(_, there)| (there.value_date, &there.id));
        left
    }

    fn pair_alike(&mut self, alike: &Alike<'_>) {
        let days = self.book.settings.amount_days;
        for (number, line) in &alike.lines {
            let near = alike.expected_near(line, days);
            let Near::One(expected) = near else {
                if let Near::Many(many) = near {
                    let lines = alike.lines_near(line.said.value_date, days);
                    let expected = many;
                    self.set_fate(*number, Fate::Ambiguous { lines, expected });
                }
                continue;
            };
            let Some(there) = self.expected(expected) else {
                continue;
            };
            match alike.lines_for(there, days) {
                0 | 1 => self.pair(*number, expected, (Rule::AmountAndDate, Fit::SameDay)),
                lines => {
                    let expected = 1;
                    self.set_fate(*number, Fate::Ambiguous { lines, expected });
                }
            }
        }
        for (number, there) in &alike.expected {
            let lines = alike.lines_for(there, days);
            if lines > 0 && !matches!(self.lot(*number), Lot::Paired(_)) {
                let expected = alike.expected_around(there, days);
                self.set_lot(*number, Lot::Ambiguous { lines, expected });
            }
        }
    }
}

enum Near {
    None,
    One(u32),
    Many(u32),
}

impl Alike<'_> {
    fn expected_near(&self, line: &Line, days: u8) -> Near {
        let near = within(&self.expected, line.said.value_date, days, |there| {
            there.value_date
        });
        if near.len() > AMOUNT_CANDIDATES_MAX {
            return Near::Many(count(near.len()));
        }
        let rule = Rule::AmountAndDate;
        let mut fitting = near
            .iter()
            .filter(|(_, there)| !is_contradicted(line, there, rule));
        match (fitting.next(), fitting.count()) {
            (None, _) => Near::None,
            (Some((number, _)), 0) => Near::One(*number),
            (Some(_), more) => Near::Many(count(more.saturating_add(1))),
        }
    }

    /// Lines within reach that may stand for it.
    fn lines_for(&self, there: &Expected, days: u8) -> u32 {
        let near = within(&self.lines, there.value_date, days, |line| {
            line.said.value_date
        });
        if near.len() > AMOUNT_CANDIDATES_MAX {
            return count(near.len());
        }
        let rule = Rule::AmountAndDate;
        let fitting = near
            .iter()
            .filter(|(_, line)| !is_contradicted(line, there, rule));
        count(fitting.count())
    }

    fn lines_near(&self, date: Date, days: u8) -> u32 {
        count(within(&self.lines, date, days, |line| line.said.value_date).len())
    }

    fn expected_around(&self, there: &Expected, days: u8) -> u32 {
        let near = within(&self.expected, there.value_date, days, |there| {
            there.value_date
        });
        count(near.len())
    }
}

/// Those of a list by date that lie within so many days.
fn within<'t, T>(
    things: &'t [(u32, &'t T)],
    date: Date,
    days: u8,
    date_of: impl Fn(&T) -> Date,
) -> &'t [(u32, &'t T)] {
    let span = jiff::Span::new().days(i64::from(days));
    let first = date.saturating_sub(span);
    let last = date.saturating_add(span);
    let from = things.partition_point(|(_, thing)| date_of(thing) < first);
    let end = things.partition_point(|(_, thing)| date_of(thing) <= last);
    things.get(from..end).unwrap_or_default()
}

fn bucket_of(account: &Account, money: Money, direction: Direction) -> Bucket<'_> {
    let (currency, amount) = (money.currency.index(), money.amount.minor());
    (account, currency, amount, direction)
}

fn count(things: usize) -> u32 {
    u32::try_from(things).unwrap_or(u32::MAX)
}
