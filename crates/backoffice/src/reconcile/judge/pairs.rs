//! Pairs by identifier, from the best agreement to the worst.

use super::super::expected::Expected;
use super::super::line::Line;
use super::super::rule::Rule;
use super::{Fate, Fit, Judge, Lot, days_late};

/// First the money agrees, then only the identifier does.
const FITS: [&[Fit]; 2] = [
    &[Fit::SameDay, Fit::Timing, Fit::OtherDay],
    &[Fit::Amount, Fit::Direction, Fit::Currency, Fit::Identifier],
];

const RULES: [Rule; 3] = [Rule::Uetr, Rule::Hash, Rule::Reference];

/// Whose turn it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Lines and expectations that nobody booked by hand.
    Free,
    All,
}

impl Judge<'_> {
    /// What people booked by hand gets only what nothing else takes that agrees as well.
    pub(super) fn pair_by_keys(&mut self) {
        let mut open: Vec<u32> = self.order.clone();
        let turns: &[Turn] = match self.lines_booked.is_empty() && self.expected_booked.is_empty() {
            true => &[Turn::Free],
            false => &[Turn::Free, Turn::All],
        };
        for fits in FITS {
            for turn in turns {
                for fit in fits {
                    open.retain(|line| {
                        self.fate(*line) == Fate::Open && self.claim(*line).rule.is_some()
                    });
                    for rule in RULES {
                        for line in &open {
                            self.pair_by_key(*line, (rule, *fit), *turn);
                        }
                    }
                }
            }
        }
    }

    fn pair_by_key(&mut self, number: u32, (rule, fit): (Rule, Fit), turn: Turn) {
        let claim = self.claim(number);
        let Some(line) = self.line(number) else {
            return;
        };
        let is_turn = turn == Turn::All || !self.is_line_booked(number);
        if claim.rule != Some(rule) || self.fate(number) != Fate::Open || !is_turn {
            return;
        }
        let timing_days = i32::from(self.book.settings.timing_days);
        let nearest = self
            .candidates(claim)
            .iter()
            .copied()
            .filter(|candidate| !matches!(self.lot(*candidate), Lot::Paired(_)))
            .filter(|candidate| turn == Turn::All || !self.is_expected_booked(*candidate))
            .filter_map(|candidate| Some((candidate, self.expected(candidate)?)))
            .filter(|(_, expected)| fit_of(line, expected, timing_days) == fit)
            .min_by_key(|(_, expected)| (days_late(line, expected).saturating_abs(), &expected.id));
        if let Some((candidate, _)) = nearest {
            if fit == Fit::Identifier {
                self.provisional
                    .push((number, candidate, self.lot(candidate)));
            }
            self.pair(number, candidate, (rule, fit));
        }
    }
}

/// With amount and direction both different, or direction and currency, only the identifier is the
/// same, and the line is something else, like a refund under the payment's own.
fn fit_of(line: &Line, expected: &Expected, timing_days: i32) -> Fit {
    let (here, there) = (&line.said, expected);
    let is_direction = here.direction == there.direction;
    let is_currency = here.money.currency == there.money.currency;
    let is_amount = here.money.amount == there.money.amount;
    match (is_direction, is_currency, is_amount) {
        (true, true, true) => match days_late(line, expected).saturating_abs() {
            0 => Fit::SameDay,
            days if days <= timing_days => Fit::Timing,
            _ => Fit::OtherDay,
        },
        (true, true, false) => Fit::Amount,
        (false, true, true) => Fit::Direction,
        (true, false, true | false) => Fit::Currency,
        (false, true, false) | (false, false, true | false) => Fit::Identifier,
    }
}
