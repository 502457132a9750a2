//! From what became of each line and expectation to the outcome.

use jiff::civil::Date;

use super::super::expected::Expected;
use super::super::line::Line;
use super::super::outcome::{Cause, Finding, Kind, Match, Outcome, Reversal};
use super::super::rule::Rule;
use super::claims::Claim;
use super::{Fate, Fit, Judge, Lot, causes, days_late};

impl Judge<'_> {
    pub(super) fn report(&self, as_of: Date) -> Outcome {
        let mut outcome = Outcome::default();
        for number in &self.order {
            if let Some(line) = self.line(*number) {
                self.report_line(&mut outcome, *number, line);
            }
        }
        self.report_missing(&mut outcome, as_of);
        outcome.findings.sort_unstable();
        outcome
    }

    fn report_line(&self, outcome: &mut Outcome, number: u32, line: &Line) {
        match self.fate(number) {
            Fate::Paired(_, expected, _) if self.swaps.contains_key(&number) => {
                self.report_swap(outcome, (number, line), expected);
            }
            Fate::Paired(rule, other, fit) => {
                let is_booked = self.is_line_booked(number) || self.is_expected_booked(other);
                if let Some(expected) = self.expected(other) {
                    let how = (rule, fit, is_booked);
                    self.report_pair(outcome, (line, expected), how);
                }
            }
            Fate::TakesBack(original) => self.report_reversal(outcome, (number, line), original),
            // It is told with the line that takes it back.
            Fate::TakenBack(_) => {}
            Fate::ReversalAlone => missing_here(outcome, line, Cause::ReversalAlone),
            Fate::Ambiguous { lines, expected } => {
                missing_here(outcome, line, Cause::Ambiguous { lines, expected });
            }
            Fate::Open => self.report_open(outcome, line, self.claim(number)),
        }
    }

    fn report_pair(
        &self,
        outcome: &mut Outcome,
        (line, expected): (&Line, &Expected),
        (rule, fit, is_booked): (Rule, Fit, bool),
    ) {
        let days = days_late(line, expected);
        let (kind, cause) = match fit {
            Fit::SameDay | Fit::Timing if is_booked => (Kind::BookedBefore, Cause::BookedByHand),
            Fit::SameDay | Fit::Timing => {
                let (line, expected) = (line.id.clone(), expected.id.clone());
                return outcome.matched.push(Match {
                    line,
                    expected,
                    rule,
                    days,
                });
            }
            Fit::OtherDay if days > 0 => (Kind::DayDiffers, Cause::Late { days }),
            Fit::OtherDay => {
                let days = days.saturating_neg();
                (Kind::DayDiffers, Cause::Early { days })
            }
            Fit::Amount => (Kind::AmountDiffers, causes::of_amounts(line, expected)),
            Fit::Direction => (Kind::AmountDiffers, Cause::OtherDirection),
            Fit::Currency => (Kind::CurrencyDiffers, causes::of_currencies(line, expected)),
            // Undone if it is not one of two that were exchanged, which are told elsewhere.
            Fit::Identifier => return,
        };
        outcome.findings.push(Finding {
            kind,
            cause,
            lines: vec![line.id.clone()],
            expected: vec![expected.id.clone()],
        });
    }

    /// Two lines that take each other back are nothing, unless people booked one of them by hand:
    /// then that booking is left over. It is told once: where an expectation was booked with the
    /// line, its own finding tells it.
    fn report_reversal(
        &self,
        outcome: &mut Outcome,
        (number, line): (u32, &Line),
        original_number: u32,
    ) {
        let Some(original) = self.line(original_number) else {
            return;
        };
        let is_booked = self.is_line_booked(number) || self.is_line_booked(original_number);
        let mut candidates = self.candidates(self.claim(original_number)).iter();
        let is_told = candidates.any(|expected| {
            self.lot(*expected) == Lot::TakenBack && self.is_expected_booked(*expected)
        });
        if is_booked && !is_told {
            outcome.findings.push(Finding {
                kind: Kind::BookedBefore,
                cause: Cause::BookedByHand,
                lines: vec![original.id.clone(), line.id.clone()],
                expected: Vec::new(),
            });
            return;
        }
        outcome.reversed.push(Reversal {
            original: original.id.clone(),
            reversal: line.id.clone(),
        });
    }

    /// One finding for both pairs, told with the line of the smaller name.
    fn report_swap(&self, outcome: &mut Outcome, (number, line): (u32, &Line), expected: u32) {
        let other = self.swaps.get(&number).copied().unwrap_or(number);
        let Fate::Paired(_, other_expected, _) = self.fate(other) else {
            return;
        };
        let Some(other) = self.line(other).filter(|other| line.id < other.id) else {
            return;
        };
        let expected = [expected, other_expected].map(|number| self.expected(number));
        let ids = expected
            .iter()
            .flatten()
            .map(|expected| expected.id.clone());
        let mut ids: Vec<_> = ids.collect();
        ids.sort_unstable();
        outcome.findings.push(Finding {
            kind: Kind::SwappedReferences,
            cause: Cause::ReferencesExchanged,
            lines: vec![line.id.clone(), other.id.clone()],
            expected: ids,
        });
    }

    fn report_open(&self, outcome: &mut Outcome, line: &Line, claim: Claim) {
        let candidates = self.candidates(claim);
        for candidate in candidates {
            let expected = self.expected(*candidate);
            let is_same = expected.is_some_and(|expected| {
                expected.money == line.said.money && expected.direction == line.said.direction
            });
            let Lot::Paired(first) = self.lot(*candidate) else {
                continue;
            };
            if let Some(first) = self.line(first).filter(|_| is_same) {
                return outcome.findings.push(Finding {
                    kind: Kind::Duplicate,
                    cause: Cause::BookedTwice {
                        first: first.id.clone(),
                    },
                    lines: vec![line.id.clone()],
                    expected: Vec::new(),
                });
            }
        }
        let id_of = |number: u32| self.expected(number).map(|expected| expected.id.clone());
        let all_there = candidates.first().and_then(|first| id_of(*first));
        let contradicted = claim.contradicted.and_then(id_of);
        let cause = match (all_there, contradicted) {
            (Some(expected), _) => Cause::OtherMoney { expected },
            (None, Some(expected)) => Cause::KeysDisagree { expected },
            (None, None) => Cause::Unknown,
        };
        missing_here(outcome, line, cause);
    }

    fn report_missing(&self, outcome: &mut Outcome, as_of: Date) {
        let span = jiff::Span::new().days(i64::from(self.book.settings.missing_after_days));
        let last = as_of.saturating_sub(span);
        for (expected, lot) in self.book.expected.iter().zip(&self.lots) {
            let cause = match lot {
                Lot::Paired(_) => continue,
                Lot::Open => Cause::NotBooked,
                Lot::TakenBack => Cause::BookedAndReversed,
                Lot::Ambiguous { lines, expected } => Cause::Ambiguous {
                    lines: *lines,
                    expected: *expected,
                },
            };
            if expected.value_date >= last {
                outcome.waiting = outcome.waiting.saturating_add(1);
                continue;
            }
            outcome.findings.push(Finding {
                kind: Kind::MissingThere,
                cause,
                lines: Vec::new(),
                expected: vec![expected.id.clone()],
            });
        }
    }
}

fn missing_here(outcome: &mut Outcome, line: &Line, cause: Cause) {
    outcome.findings.push(Finding {
        kind: Kind::MissingHere,
        cause,
        lines: vec![line.id.clone()],
        expected: Vec::new(),
    });
}
