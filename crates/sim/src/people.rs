//! Operators: people who look, propose, approve, are late, are wrong, and repeat themselves.
//!
//! # Doctrine
//!
//! * **Dice of their own.** What one operator does follows from the seed, from who it is, and
//!   from what the hub shows; nothing is drawn from the dice of others.
//! * **They see what operators see**: what is open, actions, breaks, stopped rails, caps. What a
//!   bank did they learn from the bank, as by telephone: from then on its answer binds it, so
//!   "we have not credited" is true for ever. Sometimes they get it wrong; then it is a break.
//! * **Everything they send can be lost, late or doubled.** They repeat a proposal under its
//!   request's id until it is answered, and approvals as they like.
//! * When faults end they put right what stands: doubts, breaks, rails, suspensions, caps, and
//!   actions that nobody wants any more.

mod judge;
mod repair;
mod settle;
mod stir;

use std::collections::{BTreeMap, BTreeSet};

use switch::{
    Act, ActionId, Digest, Item, ItemId, Operate, ParticipantId, Proposed, Refusal, Span, Switch,
    Time,
};

use crate::bank::Bank;
use crate::clearer::Clearer;
use crate::dice::Dice;
use crate::limits::PROPOSAL_TRIES_MAX;
use crate::message::Word;
use crate::network::{Network, name};
use crate::oracle::Oracle;
use crate::shelf::Shelf;

/// What an operator sees, and whom it can ring up.
#[derive(Debug)]
pub(crate) struct Desk<'a> {
    pub(crate) now: Time,
    /// The hub's.
    pub(crate) clock: Time,
    pub(crate) switch: &'a Switch,
    pub(crate) tables: &'a Shelf,
    pub(crate) banks: &'a mut BTreeMap<ParticipantId, Bank>,
    pub(crate) clearer: &'a Clearer,
    pub(crate) network: &'a Network,
    pub(crate) oracle: &'a mut Oracle,
    /// Faults are over; only what stands is put right.
    pub(crate) is_calm: bool,
}

/// What a call was about.
#[derive(Clone, Copy, Debug)]
enum Said {
    Proposed(u128),
    /// Other words under a request's id that was used before.
    Confused,
    Approved(ActionId),
    Rejected(ActionId),
}

/// A proposal that was not answered yet.
#[derive(Debug)]
struct Wish {
    proposed: Proposed,
    tries: u32,
}

#[derive(Debug)]
pub(crate) struct Person {
    who: ParticipantId,
    dice: Dice,
    /// For settlement, so that it changes little of the rest.
    settles: Dice,
    looks_at: Time,
    calls: BTreeMap<u64, Said>,
    wishes: BTreeMap<u128, Wish>,
    /// Which action a request became.
    became: BTreeMap<u128, ActionId>,
    /// Actions about which it has made up its mind.
    seen: BTreeSet<ActionId>,
    /// What it will approve, and when; whether or not it is still open then.
    approves: Vec<(Time, ActionId)>,
    rejects: Vec<(Time, ActionId)>,
    /// An approval was refused; in the end such an action is rejected.
    refused: BTreeSet<ActionId>,
}

impl Person {
    pub(crate) fn new(who: ParticipantId, seed: u64) -> Self {
        Self {
            who,
            dice: Dice::of(seed, "operator", u128::from(who.0)),
            settles: Dice::of(seed, "settles", u128::from(who.0)),
            looks_at: Time(0),
            calls: BTreeMap::new(),
            wishes: BTreeMap::new(),
            became: BTreeMap::new(),
            seen: BTreeSet::new(),
            approves: Vec::new(),
            rejects: Vec::new(),
            refused: BTreeSet::new(),
        }
    }

    pub(crate) fn who(&self) -> ParticipantId {
        self.who
    }

    /// When it comes to its desk for the first time.
    pub(crate) fn comes(&mut self) -> Span {
        self.dice.millis(500, 20_000)
    }

    /// What it meant to do no longer counts.
    pub(crate) fn begin_calm(&mut self) {
        self.approves.clear();
        self.rejects.clear();
        self.looks_at = Time(0);
    }

    pub(crate) fn is_time(&self, now: Time, is_calm: bool) -> bool {
        now >= self.looks_at || (is_calm && self.looks_at == Time(0))
    }

    pub(crate) fn looks_again(&mut self, at: Time) {
        self.looks_at = at;
    }

    /// How long until it looks again.
    pub(crate) fn pause(&mut self, is_busy: bool, is_calm: bool) -> Span {
        match (is_calm, is_busy) {
            (true, true) => self.dice.millis(1_000, 4_000),
            (true, false) => self.dice.millis(10_000, 20_000),
            (false, _) => self.dice.millis(500, 8_000),
        }
    }

    /// Everything that it does at one look.
    pub(crate) fn work(&mut self, desk: &mut Desk<'_>) -> Vec<Operate> {
        let mut out = Vec::new();
        self.repeat(desk, &mut out);
        self.judge(desk, &mut out);
        self.repair(desk, &mut out);
        if !desk.is_calm {
            self.stir(desk, &mut out);
            self.stir_settlement(desk, &mut out);
        }
        out
    }

    /// The same request under its own id, until it is answered; and now and then once more.
    fn repeat(&mut self, desk: &mut Desk<'_>, out: &mut Vec<Operate>) {
        let is_over = |wish: &Wish| wish.tries >= PROPOSAL_TRIES_MAX;
        self.wishes.retain(|_, wish| !is_over(wish));
        for wish in self.wishes.values_mut() {
            if self.dice.chance(4_000) {
                wish.tries = wish.tries.saturating_add(1);
                // The hub chooses the action's id for each request anew.
                let id = ActionId(self.dice.wide());
                let proposed = Proposed {
                    id,
                    ..wish.proposed.clone()
                };
                out.push(Operate::Propose(proposed));
            }
        }
        if !self.dice.chance(300) {
            return;
        }
        let requests: Vec<u128> = self.became.keys().copied().collect();
        let request_id = self.dice.pick(&requests, 0);
        let meant = desk.oracle.actions.meant(self.who, request_id).cloned();
        out.extend(meant.map(|meant| {
            let request = match self.dice.chance(3_000) {
                true => Digest([0; 32]),
                false => meant.request,
            };
            Operate::Propose(Proposed {
                id: ActionId(self.dice.wide()),
                request,
                ..meant
            })
        }));
    }

    /// Proposes, under a new request.
    fn propose(&mut self, desk: &mut Desk<'_>, act: Act, out: &mut Vec<Operate>) {
        let request_id = self.dice.wide();
        let lasts = match (desk.is_calm, self.dice.below(10)) {
            (true, _) => Span::from_seconds(900),
            (false, 0..5) => self.dice.millis(61_000, 110_000),
            (false, _) => self.dice.millis(110_000, 86_400_000),
        };
        let mut request = [0; 32];
        for (to, from) in request.iter_mut().zip(request_id.to_be_bytes()) {
            *to = from;
        }
        let proposed = Proposed {
            id: ActionId(self.dice.wide()),
            request_id,
            request: Digest(request),
            by: self.who,
            act,
            reason: "as it has to be".to_owned(),
            expires_at: desk.clock.after(lasts),
        };
        if let Some(item) = crate::message::about(&proposed.act) {
            desk.oracle.note(desk.now, item, || {
                format!("{} proposes {:?}", name(self.who), proposed.act)
            });
        }
        desk.oracle.actions.means(&proposed);
        let wish = Wish {
            proposed: proposed.clone(),
            tries: 0,
        };
        self.wishes.insert(request_id, wish);
        out.push(Operate::Propose(proposed));
    }

    /// Somebody, perhaps this one, is about to do something about the same already.
    fn is_taken_up(&self, desk: &Desk<'_>, is_same: impl Fn(&Act) -> bool) -> bool {
        let mine = self.wishes.values().map(|wish| &wish.proposed);
        let open = desk.switch.actions().filter(|one| one.ended.is_none());
        let all = open.map(|action| &action.proposed).chain(mine);
        all.into_iter().any(|proposed| is_same(&proposed.act))
    }

    pub(crate) fn sends(&mut self, call: u64, operate: &Operate) {
        let said = match operate {
            Operate::Propose(proposed) if proposed.request == Digest([0; 32]) => Said::Confused,
            Operate::Propose(proposed) => Said::Proposed(proposed.request_id),
            Operate::Approve { id, .. } => Said::Approved(*id),
            Operate::Reject { id, .. } => Said::Rejected(*id),
            Operate::Evidence { .. }
            | Operate::Fund { .. }
            | Operate::Arrange(_)
            | Operate::PaidOut(_) => return,
        };
        self.calls.insert(call, said);
    }

    pub(crate) fn hears(&mut self, oracle: &mut Oracle, clock: Time, call: u64, word: &Word) {
        let Some(said) = self.calls.remove(&call) else {
            return;
        };
        match (said, word) {
            (Said::Proposed(request_id), Word::Action(id)) => {
                self.wishes.remove(&request_id);
                let first = *self.became.entry(request_id).or_insert(*id);
                if first != *id {
                    let words = format!("a request of {} became two actions", name(self.who));
                    oracle.violation("an action is one", None, words);
                }
            }
            (Said::Proposed(request_id), Word::Refused(_, refusal)) => {
                oracle.actions.heard("proposal refused", *refusal);
                self.wishes.remove(&request_id);
            }
            (Said::Confused, Word::Action(id)) => {
                let words = format!("other words of {} are taken for {id:?}", name(self.who));
                oracle.violation("an action is one", None, words);
            }
            (Said::Confused, Word::Refused(_, refusal)) => {
                oracle.actions.heard("proposal refused", *refusal);
            }
            (Said::Approved(id), Word::Action(_)) => {
                oracle.actions.told_approved(id, self.who);
                // The answer of a repetition is that of the first time.
                if self.dice.chance(2_000) {
                    self.approves.push((clock, id));
                }
            }
            (Said::Approved(id), Word::Refused(_, refusal)) => {
                oracle.actions.heard("approval refused", *refusal);
                if *refusal != Refusal::PolicySameOperator {
                    self.refused.insert(id);
                }
            }
            (Said::Rejected(id), Word::Action(_)) => oracle.actions.told_rejected(id, self.who),
            (Said::Rejected(_), Word::Refused(_, refusal)) => {
                oracle.actions.heard("rejection refused", *refusal);
            }
            (Said::Rejected(_), _)
            | (
                Said::Confused | Said::Proposed(_) | Said::Approved(_),
                Word::Again
                | Word::Done
                | Word::Quoted(_)
                | Word::Item(..)
                | Word::Closed(..)
                | Word::NotFound(_),
            ) => {}
        }
    }
}

impl Desk<'_> {
    /// Whether anything of a payment went back, or is on its way, as the hub looks it up before
    /// it makes an action of a request.
    fn is_refunded(&self, payment: ItemId) -> bool {
        use projection::Home as _;
        let ask = projection::Ask {
            id: payment,
            requester: None,
            payment: None,
        };
        let past = self.tables.past(ask).ok().and_then(|past| past.item);
        let by_tables = past.is_some_and(|past| !past.refunded.0.is_zero());
        by_tables || self.switch.refunds_of(payment).next().is_some()
    }

    /// An item, wherever it is.
    fn item(&self, id: ItemId) -> Option<Item> {
        use projection::Home as _;
        if let Some(item) = self.switch.item(id) {
            return Some(item.clone());
        }
        let ask = projection::Ask {
            id,
            requester: None,
            payment: None,
        };
        self.tables.past(ask).ok()?.item.map(|found| found.item)
    }
}
