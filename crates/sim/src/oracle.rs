//! Remembers what every party was told, and says when two things cannot both be true.
//!
//! # Doctrine
//!
//! An oracle that asked the hub what is right would agree with every bug of it. So this one keeps
//! its own account of what left the hub for whom, and knows only what design and protocol
//! promise: one outcome for an id, the same for all; what was acknowledged stays; a shop is
//! credited if and only if its payer was debited, unless the corridor decided a doubt or the
//! participant lied.

mod actions;
mod rest;
mod windows;

use std::collections::{BTreeMap, BTreeSet};

use money::Money;
use switch::{ItemId, ParticipantId, Reason, Refusal, State, Time};

use crate::limits::{HISTORY_LINES_MAX, VIOLATIONS_MAX};
use crate::network::name;
use crate::report::Violation;

pub(crate) use actions::Actions;
pub(crate) use rest::{Rest, at_rest, books};
pub(crate) use windows::Windows;

/// How an id ended for its requester.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Completed,
    Cancelled,
    Refused(Refusal),
    Forbidden,
}

impl End {
    pub(crate) fn of(state: State) -> Option<Self> {
        match state {
            State::Completed => Some(End::Completed),
            State::Cancelled => Some(End::Cancelled),
            State::Unknown
            | State::Waiting
            | State::Reserved
            | State::Asked
            | State::InDoubt
            | State::Refused => None,
        }
    }
}

impl End {
    /// What a refusal of a payment or a refund means for its id; `None` when it used nothing up.
    pub(crate) fn of_refusal(refusal: Refusal) -> Option<Self> {
        match refusal {
            Refusal::PayerIdForbidden => Some(End::Forbidden),
            Refusal::PayerIdConflict
            | Refusal::PayerIdInUse
            | Refusal::PayeeNotParty
            | Refusal::PolicyInvalid
            | Refusal::RailNotAsked
            | Refusal::RailMayHaveCredited
            | Refusal::RailPosition
            | Refusal::PolicyNotOperator
            | Refusal::PolicySameOperator
            | Refusal::PolicyActionUnknown
            | Refusal::PolicyActionOver
            | Refusal::PolicyActionConflict
            | Refusal::PolicyActionStale
            | Refusal::PolicyNoChange
            | Refusal::PolicyCapAboveLiquidity
            | Refusal::PolicyLiquidityBelowCap
            | Refusal::PolicyLastOperators
            | Refusal::PolicyKeyTaken
            | Refusal::PolicyNotInDoubt
            | Refusal::PolicyBreak
            | Refusal::PolicyBearerShort
            | Refusal::PolicyWindow
            | Refusal::PolicyWindowHeld
            | Refusal::PolicyDebtorShort
            | Refusal::PolicyPledgeShort
            | Refusal::PolicyPayout
            | Refusal::OursFull
            | Refusal::OursRecall => None,
            Refusal::PayerAmountZero
            | Refusal::PayerAmountBelowMin
            | Refusal::PayerAmountAboveMax
            | Refusal::PayerCurrencyWrong
            | Refusal::PayerDayLimit
            | Refusal::PayerQuoteExpired
            | Refusal::PayerCodeUsed
            | Refusal::PayerHeadroomShort
            | Refusal::PayerSuspended
            | Refusal::PayerScreening
            | Refusal::PayeeSuspended
            | Refusal::PayeeNotCompleted
            | Refusal::PayeeRefundExceeds
            | Refusal::PayeeRefundCurrency
            | Refusal::PayeeRefundTooSmall
            | Refusal::PayeeRefundPeriodOver
            | Refusal::PolicyNoCorridor
            | Refusal::PolicyCorridorClosed
            | Refusal::PolicyNoRate
            | Refusal::PolicyNoLiquidity
            | Refusal::PolicyNoReference
            | Refusal::PolicyVersion
            | Refusal::RailStopped
            | Refusal::PolicyCapBelowUsed => Some(End::Refused(refusal)),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Oracle {
    pub(crate) violations: Vec<Violation>,
    /// The first end that anybody was told, and who.
    pub(crate) ends: BTreeMap<(ParticipantId, ItemId), (End, ParticipantId)>,
    /// Ids for which somebody was told that the hub took them.
    pub(crate) taken: BTreeSet<(ParticipantId, ItemId)>,
    /// Decided by the end of a doubt, which is the corridor's guess and not evidence.
    pub(crate) guessed: BTreeSet<ItemId>,
    /// About which a participant lied.
    pub(crate) lied: BTreeSet<ItemId>,
    /// Settled by operators whose evidence was wrong.
    pub(crate) mistaken: BTreeSet<ItemId>,
    /// What operators meant, and what the journal says that they did.
    pub(crate) actions: Actions,
    /// Windows, nets and what was paid out, counted a second time.
    pub(crate) windows: Windows,
    watch: Option<ItemId>,
    history: Vec<String>,
    began: Time,
}

impl Oracle {
    pub(crate) fn new(watch: Option<ItemId>, began: Time) -> Self {
        Self {
            watch,
            began,
            ..Self::default()
        }
    }

    pub(crate) fn violation(
        &mut self,
        promise: &'static str,
        item: Option<ItemId>,
        words: impl Into<String>,
    ) {
        if self.violations.len() < VIOLATIONS_MAX {
            self.violations.push(Violation {
                promise,
                words: words.into(),
                item,
            });
        }
    }

    /// Writes a line into the history of the payment that is watched; costs nothing for others.
    pub(crate) fn note(&mut self, now: Time, id: ItemId, words: impl FnOnce() -> String) {
        if self.watch == Some(id) {
            let ms = now.0.saturating_sub(self.began.0) / 1_000_000;
            let (s, ms) = (ms / 1_000, ms % 1_000);
            self.history.push(format!("{s:>5}.{ms:03} s  {}", words()));
        }
    }

    /// For what happens to everybody.
    pub(crate) fn note_all(&mut self, now: Time, words: impl FnOnce() -> String) {
        if let Some(id) = self.watch {
            self.note(now, id, words);
        }
    }

    /// A long history keeps its beginning and its end.
    pub(crate) fn history(&mut self) -> Vec<String> {
        let mut lines = std::mem::take(&mut self.history);
        if lines.len() > HISTORY_LINES_MAX {
            let half = HISTORY_LINES_MAX / 2;
            let end = lines.split_off(lines.len().saturating_sub(half));
            let left_out = lines.len().saturating_sub(half);
            lines.truncate(half);
            lines.push(format!("           ({left_out} more)"));
            lines.extend(end);
        }
        lines
    }

    /// Somebody was told how an id stands.
    pub(crate) fn told_state(
        &mut self,
        who: ParticipantId,
        requester: ParticipantId,
        id: ItemId,
        state: State,
    ) {
        match End::of(state) {
            Some(end) => self.told_end(who, requester, id, end),
            None => {
                self.taken.insert((requester, id));
                self.not_open_again(who, requester, id, state);
            }
        }
    }

    /// A final answer is never followed by news of an open item; stale answers that were sent
    /// before it are told from the order of sending, which [`Self::told_state`] is called in.
    fn not_open_again(
        &mut self,
        who: ParticipantId,
        requester: ParticipantId,
        id: ItemId,
        state: State,
    ) {
        if let Some((End::Refused(_) | End::Forbidden, _)) = self.ends.get(&(requester, id)) {
            let words = format!(
                "{} is told that it is {state:?} after it was refused",
                name(who)
            );
            self.violation("one outcome", Some(id), words);
        }
    }

    pub(crate) fn told_end(
        &mut self,
        who: ParticipantId,
        requester: ParticipantId,
        id: ItemId,
        end: End,
    ) {
        let (first, first_told) = *self.ends.entry((requester, id)).or_insert((end, who));
        if first != end {
            let (who, other) = (name(who), name(first_told));
            let words = format!("{who} is told {end:?}, and {other} was told {first:?}");
            self.violation("one outcome", Some(id), words);
        }
        if matches!(end, End::Completed | End::Cancelled) {
            // The end says more than that it was taken.
            self.taken.remove(&(requester, id));
        }
        let is_lost = matches!(end, End::Refused(_) | End::Forbidden);
        if is_lost && self.taken.contains(&(requester, id)) {
            let words = format!(
                "{} is told {end:?} of what the hub had taken",
                name(requester)
            );
            self.violation("acknowledged means kept", Some(id), words);
        }
    }

    pub(crate) fn told_not_found(&mut self, requester: ParticipantId, id: ItemId) {
        let key = (requester, id);
        if self.taken.contains(&key) || self.ends.contains_key(&key) {
            let words = format!("{} is told that there is no such payment", name(requester));
            self.violation("acknowledged means kept", Some(id), words);
        }
    }

    /// How an outcome came about.
    pub(crate) fn decided(&mut self, id: ItemId, reason: Option<Reason>, is_guess: bool) {
        if is_guess || reason == Some(Reason::DoubtExpired) {
            self.guessed.insert(id);
        }
    }

    /// Whether shop and payer may disagree about the item.
    pub(crate) fn is_excused(&self, id: ItemId) -> bool {
        self.guessed.contains(&id) || self.lied.contains(&id) || self.mistaken.contains(&id)
    }
}

pub(crate) fn money_words(money: Money) -> String {
    let currency = money.currency;
    format!("{} {}", currency.alpha(), money.amount.decimal(currency))
}
