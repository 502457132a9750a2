//! From what is known to what it comes to. See the doctrine of [`super`] for the order of steps.

mod causes;
mod claims;
mod leftovers;
mod pairs;
mod report;
mod reversals;
mod swaps;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::book::{Book, get};
use super::breaks::Booked;
use super::expected::Expected;
use super::index::Maker;
use super::line::Line;
use super::outcome::Outcome;
use super::rule::Rule;

use claims::Claim;

/// What became of a line so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Open,
    /// Paired with the expectation of that number.
    Paired(Rule, u32, Fit),
    /// Taken back by the line of that number, or takes it back.
    TakenBack(u32),
    TakesBack(u32),
    /// It takes back something that is not here.
    ReversalAlone,
    /// So many lines and expectations of its amount are within reach.
    Ambiguous {
        lines: u32,
        expected: u32,
    },
}

/// How well a line and an expectation agree, from the best to the worst. Every pair is tried at
/// one step before any is tried at the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    SameDay,
    Timing,
    OtherDay,
    Amount,
    Direction,
    Currency,
    /// Nothing but the identifier is the same. No pair, unless two are exchanged.
    Identifier,
}

/// What became of an expectation so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lot {
    Open,
    Paired(u32),
    /// Its line was taken back.
    TakenBack,
    Ambiguous {
        lines: u32,
        expected: u32,
    },
}

struct Judge<'a> {
    book: &'a Book,
    /// The numbers of all lines, in an order that does not depend on when they came.
    order: Vec<u32>,
    claims: Vec<Claim>,
    candidates: Vec<u32>,
    fates: Vec<Fate>,
    lots: Vec<Lot>,
    /// Pairs with nothing but the identifier, and what became of the expectation before.
    provisional: Vec<(u32, u32, Lot)>,
    /// Lines whose identifiers are exchanged with those of another.
    swaps: BTreeMap<u32, u32>,
    /// Lines and expectations whose money people booked by hand.
    lines_booked: BTreeSet<u32>,
    expected_booked: BTreeSet<u32>,
}

pub(super) fn outcome(book: &Book, as_of: Date, booked: &Booked) -> Outcome {
    let mut judge = Judge::new(book, booked);
    judge.join_as_people_decided();
    judge.take_back();
    judge.pair_by_keys();
    judge.find_swaps();
    judge.pair_by_amount();
    judge.report(as_of)
}

/// Under which the index of money holds an expectation.
pub(super) fn money_hash(maker: &Maker, expected: &Expected) -> u64 {
    maker.of((
        expected.account.as_str(),
        expected.money,
        expected.direction,
    ))
}

impl<'a> Judge<'a> {
    fn new(book: &'a Book, booked: &Booked) -> Self {
        let mut order: Vec<u32> = (0..book.lines.len())
            .filter_map(|number| u32::try_from(number).ok())
            .collect();
        order.sort_unstable_by_key(|number| {
            get(&book.lines, *number).map(|line| (line.said.value_date, &line.id))
        });
        let (claims, candidates) = claims::all(book);
        Self {
            book,
            order,
            claims,
            candidates,
            fates: vec![Fate::Open; book.lines.len()],
            lots: vec![Lot::Open; book.expected.len()],
            provisional: Vec::new(),
            swaps: BTreeMap::new(),
            lines_booked: booked
                .lines()
                .filter_map(|id| book.numbered(id).map(|(number, _)| number))
                .collect(),
            expected_booked: booked
                .expected()
                .filter_map(|id| book.expected_numbered(id).map(|(number, _)| number))
                .collect(),
        }
    }

    fn join_as_people_decided(&mut self) {
        for number in self.order.clone() {
            let Some(line) = self.line(number) else {
                continue;
            };
            let Some(id) = self.book.joined.get(&line.id) else {
                continue;
            };
            let Some((expected, _)) = self.book.expected_numbered(id) else {
                continue;
            };
            self.pair(number, expected, (Rule::People, Fit::SameDay));
        }
    }

    fn line(&self, number: u32) -> Option<&'a Line> {
        get(&self.book.lines, number)
    }

    fn expected(&self, number: u32) -> Option<&'a Expected> {
        get(&self.book.expected, number)
    }

    fn fate(&self, line: u32) -> Fate {
        get(&self.fates, line).copied().unwrap_or(Fate::Open)
    }

    fn lot(&self, expected: u32) -> Lot {
        get(&self.lots, expected).copied().unwrap_or(Lot::Open)
    }

    fn set_fate(&mut self, line: u32, fate: Fate) {
        let place = usize::try_from(line).ok();
        if let Some(known) = place.and_then(|place| self.fates.get_mut(place)) {
            *known = fate;
        }
    }

    fn set_lot(&mut self, expected: u32, lot: Lot) {
        let place = usize::try_from(expected).ok();
        if let Some(known) = place.and_then(|place| self.lots.get_mut(place)) {
            *known = lot;
        }
    }

    fn pair(&mut self, line: u32, expected: u32, (rule, fit): (Rule, Fit)) {
        self.set_fate(line, Fate::Paired(rule, expected, fit));
        self.set_lot(expected, Lot::Paired(line));
    }

    fn is_line_booked(&self, line: u32) -> bool {
        self.lines_booked.contains(&line)
    }

    fn is_expected_booked(&self, expected: u32) -> bool {
        self.expected_booked.contains(&expected)
    }

    fn claim(&self, line: u32) -> Claim {
        get(&self.claims, line).copied().unwrap_or_default()
    }

    /// What the line may stand for, by the rule that it goes by.
    fn candidates(&self, claim: Claim) -> &[u32] {
        let range = usize::try_from(claim.first)
            .ok()
            .zip(usize::try_from(claim.end).ok());
        range
            .and_then(|(first, end)| self.candidates.get(first..end))
            .unwrap_or_default()
    }
}

/// Days by which the line is later than expected.
pub(super) fn days_late(line: &Line, expected: &Expected) -> i32 {
    let span = line.said.value_date.since(expected.value_date);
    span.map_or(i32::MAX, |span| span.get_days())
}
