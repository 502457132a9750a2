//! Which rule a line goes by, and what it may stand for by that rule.

use super::super::book::{Book, HASH, REFERENCE, UETR, get};
use super::super::expected::Expected;
use super::super::ids::Reference;
use super::super::limits::CANDIDATES_MAX;
use super::super::line::Line;
use super::super::rule::Rule;

/// The strongest rule by which something was found for a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Claim {
    /// None when nothing was.
    pub(super) rule: Option<Rule>,
    /// Where what was found stands in the list of candidates, the first and one after the last.
    pub(super) first: u32,
    pub(super) end: u32,
    /// Something that a weaker identifier names although a stronger one does not fit.
    pub(super) contradicted: Option<u32>,
}

/// One claim for each line, and the list of candidates.
pub(super) fn all(book: &Book) -> (Vec<Claim>, Vec<u32>) {
    let mut claims = Vec::with_capacity(book.lines.len());
    let mut candidates = Vec::with_capacity(book.lines.len());
    for line in &book.lines {
        claims.push(of_line(book, line, &mut candidates));
    }
    (claims, candidates)
}

/// Whether stronger identifiers than `rule` speaks of are on both sides and differ.
pub(super) fn is_contradicted(line: &Line, expected: &Expected, rule: Rule) -> bool {
    let (here, there) = (&line.said.keys, &expected.keys);
    let uetr = matches!((here.uetr, there.uetr), (Some(one), Some(other)) if one != other);
    let hash = differ(here.hash.as_ref(), there.hash.as_ref());
    let end_to_end = differ(line.said.end_to_end.as_ref(), there.reference.as_ref());
    match rule {
        Rule::People | Rule::Uetr => false,
        Rule::Hash => uetr,
        Rule::Reference => uetr || hash,
        Rule::AmountAndDate => uetr || hash || end_to_end,
    }
}

/// Under which the index of lines holds the line's strongest identifier.
pub(super) fn key_hash(book: &Book, line: &Line) -> Option<u64> {
    let found = tries(book, line).into_iter().flatten().next();
    found.map(|(_, hash)| hash)
}

fn of_line(book: &Book, line: &Line, candidates: &mut Vec<u32>) -> Claim {
    let first = candidates.len();
    let mut contradicted = None;
    for (rule, hash) in tries(book, line).into_iter().flatten() {
        let before = contradicted;
        let mut named = 0_usize;
        for number in book.expected_by_key.get(hash) {
            let Some(expected) = get(&book.expected, number) else {
                continue;
            };
            if !names(line, expected, rule) {
                continue;
            }
            named = named.saturating_add(1);
            if named > CANDIDATES_MAX {
                break;
            }
            if is_contradicted(line, expected, rule) {
                contradicted = smaller(book, contradicted, number);
            } else {
                candidates.push(number);
            }
        }
        if named > CANDIDATES_MAX {
            candidates.truncate(first);
            contradicted = before;
        }
        if let Some(found) = candidates
            .get_mut(first..)
            .filter(|found| !found.is_empty())
        {
            found.sort_unstable_by_key(|number| get(&book.expected, *number).map(|it| &it.id));
            return Claim {
                rule: Some(rule),
                first: count(first),
                end: count(candidates.len()),
                contradicted,
            };
        }
    }
    Claim {
        contradicted,
        ..Claim::default()
    }
}

/// Where the index is looked at, from the strongest identifier to the weakest.
fn tries(book: &Book, line: &Line) -> [Option<(Rule, u64)>; 4] {
    let (maker, account) = (&book.maker, line.account.as_str());
    let keys = &line.said.keys;
    let of = |mark, key: &Reference| maker.of_reference(account, mark, key);
    let reference = |key: &Reference| (Rule::Reference, of(REFERENCE, key));
    [
        keys.uetr
            .map(|uetr| (Rule::Uetr, maker.of((account, UETR, uetr)))),
        keys.hash.as_ref().map(|hash| (Rule::Hash, of(HASH, hash))),
        line.said.end_to_end.as_ref().map(reference),
        keys.reference.as_ref().map(reference),
    ]
}

/// Whether the line carries that identifier of the expectation; equal hashes are not enough.
fn names(line: &Line, expected: &Expected, rule: Rule) -> bool {
    if line.account != expected.account {
        return false;
    }
    let (here, there) = (&line.said.keys, &expected.keys);
    match rule {
        Rule::Uetr => here.uetr.is_some() && here.uetr == there.uetr,
        Rule::Hash => same(here.hash.as_ref(), there.hash.as_ref()),
        Rule::Reference => {
            let there = there.reference.as_ref();
            same(here.reference.as_ref(), there) || same(line.said.end_to_end.as_ref(), there)
        }
        Rule::People | Rule::AmountAndDate => false,
    }
}

fn same(one: Option<&Reference>, other: Option<&Reference>) -> bool {
    one.zip(other)
        .is_some_and(|(one, other)| one.is_same(other))
}

fn differ(one: Option<&Reference>, other: Option<&Reference>) -> bool {
    one.zip(other)
        .is_some_and(|(one, other)| !one.is_same(other))
}

fn smaller(book: &Book, one: Option<u32>, other: u32) -> Option<u32> {
    let id = |number: u32| get(&book.expected, number).map(|expected| &expected.id);
    match one {
        Some(one) if id(one) <= id(other) => Some(one),
        Some(_) | None => Some(other),
    }
}

fn count(candidates: usize) -> u32 {
    u32::try_from(candidates).unwrap_or(u32::MAX)
}
