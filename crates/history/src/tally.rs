//! What became of everything, counted while it happens.

use std::collections::BTreeMap;

use switch::{Item, Kind, Reason, Refusal, State};

use crate::season::Direction;

/// Payments or refunds, by how they ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Those that completed, to Japan and to Cambodia.
    pub completed: [u64; 2],
    /// What they came to, in yen and in riel: the shops' side.
    pub completed_minor: [u64; 2],
    /// Those that were cancelled, by reason.
    pub cancelled: BTreeMap<String, u64>,
    /// Those that were refused at once, by refusal.
    pub refused: BTreeMap<Refusal, u64>,
    /// Those that were in doubt before they ended.
    pub doubted: u64,
}

/// Everything that was tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Payments for which an offer was asked.
    pub wished: u64,
    /// Offers that were not made, by refusal.
    pub not_offered: BTreeMap<Refusal, u64>,
    /// Payments.
    pub payments: Ended,
    /// Refunds that were asked for.
    pub refunds_asked: u64,
    /// Refunds.
    pub refunds: Ended,
    /// Refunds that waited for liquidity.
    pub refunds_waited: u64,
}

impl Ended {
    /// How many completed, both ways.
    pub fn completed_sum(&self) -> u64 {
        self.completed.iter().sum()
    }

    /// How many were cancelled.
    pub fn cancelled_sum(&self) -> u64 {
        self.cancelled.values().sum()
    }

    /// How many were refused.
    pub fn refused_sum(&self) -> u64 {
        self.refused.values().sum()
    }
}

impl Tally {
    pub(crate) fn note_refused(&mut self, kind: &Kind, refusal: Refusal) {
        let ended = self.of(kind);
        count(&mut ended.refused, refusal);
    }

    pub(crate) fn note_not_offered(&mut self, refusal: Refusal) {
        count(&mut self.not_offered, refusal);
    }

    pub(crate) fn note_doubt(&mut self, item: &Item) {
        let ended = self.of(&item.kind);
        ended.doubted = ended.doubted.saturating_add(1);
    }

    /// An item that has just been decided.
    pub(crate) fn note_decided(&mut self, item: &Item) {
        let ended = self.of(&item.kind);
        let reason = item.decided.and_then(|decided| decided.reason);
        if item.state != State::Completed {
            let word = reason.map_or_else(|| "unknown".to_owned(), reason_word);
            count(&mut ended.cancelled, word);
            return;
        }
        let currency = item.terms.amount.currency;
        let way = Direction::ALL
            .iter()
            .position(|way| way.currency() == currency);
        let way = way.unwrap_or(0);
        if let Some(completed) = ended.completed.get_mut(way) {
            *completed = completed.saturating_add(1);
        }
        if let Some(sum) = ended.completed_minor.get_mut(way) {
            *sum = sum.saturating_add(item.amount.amount.minor());
        }
    }

    fn of(&mut self, kind: &Kind) -> &mut Ended {
        match kind {
            Kind::Payment => &mut self.payments,
            Kind::Refund { .. } => &mut self.refunds,
        }
    }
}

fn count<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K) {
    let known = counts.entry(key).or_default();
    *known = known.saturating_add(1);
}

fn reason_word(reason: Reason) -> String {
    match reason {
        Reason::Rejected(reason) => format!("rejected {}", reason.as_str()),
        Reason::NoAnswer => "no answer".to_owned(),
        Reason::Withdrawn => "withdrawn".to_owned(),
        Reason::DoubtExpired => "doubt expired".to_owned(),
        Reason::NoLiquidity => "no liquidity".to_owned(),
        Reason::Operators => "operators".to_owned(),
        Reason::Suspended => "suspended".to_owned(),
    }
}
