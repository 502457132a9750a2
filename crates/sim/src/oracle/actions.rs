//! What operators meant, and what the journal says that they did.
//!
//! The journal is read row by row as it grows. Every record that only people may cause must stand
//! directly behind an approval, do what the proposal said and nothing else, and the approval must
//! be one that another operator than the proposer gave, in time. Liquidity, caps, suspensions,
//! stopped rails and breaks are kept here a second time, by counting.

mod effects;
mod watch;

pub(super) use effects::NO_STATEMENT;

use std::collections::{BTreeMap, BTreeSet};

use journal::memory::MemoryStore;
use money::Currency;
use switch::{
    ActionEnd, ActionId, Break, BreakKind, CorridorAt, Finality, ItemId, Leg, LossBearer,
    OpenItems, ParticipantId, Proposed, Refusal, State, Time,
};

use super::rest::{Rest, item};
use super::{Oracle, name};
use crate::message::Credit;

/// What is known of an action.
#[derive(Debug)]
struct Known {
    proposed: Proposed,
    end: Option<(ActionEnd, Option<ParticipantId>)>,
}

/// What is known of a payment or refund.
#[derive(Clone, Copy, Debug)]
struct Made {
    payment: Option<ItemId>,
    payer: ParticipantId,
    payee: ParticipantId,
    fx: ParticipantId,
    corridor: CorridorAt,
    state: State,
    finality: Finality,
    deadline: Time,
}

/// A break from its beginning to its end.
#[derive(Debug)]
struct Found {
    opened: Break,
    closed: Option<Vec<Leg>>,
}

#[derive(Debug, Default)]
pub(crate) struct Actions {
    /// Rows that were read.
    read: u64,
    /// The first payment or action ends the time in which one person may set things up.
    has_begun: bool,
    meant: BTreeMap<(ParticipantId, u128), Proposed>,
    approved_by: BTreeSet<(ActionId, ParticipantId)>,
    told: BTreeMap<ActionId, (ActionEnd, ParticipantId)>,
    /// What operators heard, by name; for what a run met.
    pub(crate) heard: BTreeMap<String, u64>,
    known: BTreeMap<ActionId, Known>,
    /// Liquidity and cap.
    money: BTreeMap<(ParticipantId, Currency), (u64, u64)>,
    finality: BTreeMap<ParticipantId, Finality>,
    suspended: BTreeMap<ParticipantId, OpenItems>,
    stopped: BTreeSet<ParticipantId>,
    bearers: BTreeMap<CorridorAt, LossBearer>,
    made: BTreeMap<ItemId, Made>,
    breaks: BTreeMap<ItemId, Found>,
    /// Decided without the rail's word, or about which a rail lied, and not compared with its
    /// statement yet.
    blind: BTreeSet<ItemId>,
    /// The same, compared or not.
    ever_blind: BTreeSet<ItemId>,
}

impl Actions {
    /// An operator asks for this.
    pub(crate) fn means(&mut self, proposed: &Proposed) {
        let key = (proposed.by, proposed.request_id);
        self.meant.insert(key, proposed.clone());
    }

    pub(crate) fn meant(&self, by: ParticipantId, request_id: u128) -> Option<&Proposed> {
        self.meant.get(&(by, request_id))
    }

    /// An operator approves this.
    pub(crate) fn approves(&mut self, id: ActionId, by: ParticipantId) {
        self.approved_by.insert((id, by));
    }

    pub(crate) fn heard(&mut self, what: &str, refusal: Refusal) {
        let count = self.heard.entry(format!("{what}: {refusal:?}"));
        let count = count.or_default();
        *count = count.saturating_add(1);
    }

    /// Something that no record tells of by itself.
    pub(crate) fn met(&mut self, what: &str) {
        let count = self.heard.entry(what.to_owned()).or_default();
        *count = count.saturating_add(1);
    }

    pub(crate) fn told_approved(&mut self, id: ActionId, by: ParticipantId) {
        self.told.insert(id, (ActionEnd::Approved, by));
    }

    pub(crate) fn told_rejected(&mut self, id: ActionId, by: ParticipantId) {
        self.told.insert(id, (ActionEnd::Rejected, by));
    }

    /// What has to be compared with its rail's statement, some of it.
    pub(crate) fn unsettled(&self, most: usize) -> Vec<ItemId> {
        let open = self.blind.iter().filter(|id| !self.breaks.contains_key(id));
        open.take(most).copied().collect()
    }

    /// Statement and outcome agree.
    pub(crate) fn settle(&mut self, id: ItemId) {
        self.blind.remove(&id);
    }

    /// Everything was compared, and every break closed.
    pub(crate) fn is_settled(&self) -> bool {
        self.unsettled(1).is_empty()
    }

    /// What linked payments gave a participant, or took from it.
    pub(crate) fn made_good(&self, who: ParticipantId, currency: Currency) -> i128 {
        let closed = self.breaks.values().filter_map(|one| one.closed.as_ref());
        let legs = closed
            .flatten()
            .filter(|leg| leg.money.currency == currency);
        legs.fold(0, |sum: i128, leg| {
            let minor = i128::from(leg.money.amount.minor());
            let sum = match leg.is_owed == who {
                true => sum.saturating_add(minor),
                false => sum,
            };
            match leg.owes == who {
                true => sum.saturating_sub(minor),
                false => sum,
            }
        })
    }
}

impl Oracle {
    /// Whether exactly the rows up to this one were read.
    pub(super) fn has_read(&self, seq: u64) -> bool {
        self.actions.read == seq
    }

    /// Reads the rows that came since.
    pub(crate) fn watch_actions(&mut self, store: &MemoryStore) {
        while let Some(row) = store.row(self.actions.read.saturating_add(1)) {
            let Ok(records) = projection::decode(&row.records) else {
                return;
            };
            self.actions.read = row.seq;
            self.watch_row(Time(row.time_ns), &records);
        }
        let lied = self.lied.iter().copied();
        let lied = lied.filter(|id| !self.actions.ever_blind.contains(id));
        let new: Vec<ItemId> = lied
            .filter(|id| {
                self.actions
                    .made
                    .get(id)
                    .is_some_and(|made| made.state.is_final())
            })
            .collect();
        self.actions.ever_blind.extend(&new);
        self.actions.blind.extend(&new);
    }
}

/// Everything that people began has ended, and everybody was told what is so.
pub(super) fn at_rest(oracle: &mut Oracle, rest: &Rest<'_>) {
    let mut bad: Vec<(&'static str, Option<ItemId>, String)> = Vec::new();
    let actions = &oracle.actions;
    let switch = rest.node.writer.view().switch;
    for (id, (end, by)) in &actions.told {
        let known = actions.known.get(id).and_then(|known| known.end);
        if known != Some((*end, Some(*by))) {
            let words = format!(
                "{} was told {end:?} of {id:?}, and it is {known:?}",
                name(*by)
            );
            bad.push(("acknowledged means kept", None, words));
        }
    }
    for (id, known) in &actions.known {
        if known.end.is_none() {
            bad.push(("everything ends", None, format!("action {id:?} is open")));
        }
    }
    for ((who, currency), (liquidity, cap)) in &actions.money {
        let now = switch.liquidity(*who, *currency).minor();
        let cap_now = switch.cap(*who, *currency).map_or(0, |cap| cap.minor());
        if (now, cap_now) != (*liquidity, *cap) {
            let words = format!(
                "{} has liquidity {now} and cap {cap_now} {currency:?}, and was given {liquidity} \
                 and {cap}",
                name(*who)
            );
            bad.push((WHAT_WAS_SAID, None, words));
        }
    }
    for id in &actions.ever_blind {
        bad.extend(lost(oracle, rest, *id).map(|words| (MADE_GOOD, Some(*id), words)));
    }
    for (id, found) in &actions.breaks {
        bad.extend(given_twice(oracle, rest, *id, found));
    }
    for (promise, id, words) in bad {
        oracle.violation(promise, id, words);
    }
}

/// A loss that nobody made good.
fn lost(oracle: &Oracle, rest: &Rest<'_>, id: ItemId) -> Option<String> {
    let item = item(rest.node, rest.node.chase.tables(), id)?;
    let bank = rest.banks.get(&item.creditor)?;
    let is_credited = bank.credits.get(&id) == Some(&Credit::Credited);
    let kind = match (item.state == State::Completed, is_credited) {
        (true, true) | (false, false) => return None,
        (true, false) => BreakKind::NotCreditedThoughCompleted,
        (false, true) => BreakKind::CreditedThoughCancelled,
    };
    let found = oracle.actions.breaks.get(&id);
    let is_right = found.is_some_and(|one| one.opened.kind == kind && one.closed.is_some());
    (!is_right).then(|| format!("{kind:?}, and of breaks there is {found:?}"))
}

/// What a break gave back of a payment was not refunded as well.
fn given_twice(
    oracle: &Oracle,
    rest: &Rest<'_>,
    id: ItemId,
    found: &Found,
) -> Option<(&'static str, Option<ItemId>, String)> {
    let has_legs = found.closed.as_ref().is_some_and(|legs| !legs.is_empty());
    let gives_back = found.opened.kind == BreakKind::NotCreditedThoughCompleted;
    if !has_legs || !gives_back {
        return None;
    }
    let mut refunds = oracle.actions.made.iter();
    let refund = refunds.find(|(_, made)| {
        made.payment == Some(id) && made.state == State::Completed && found.opened.payment == id
    });
    let (refund, _) = refund?;
    let amount = item(rest.node, rest.node.chase.tables(), *refund)?.amount;
    let money = crate::oracle::money_words(amount);
    let words = format!("a break gave it back, and refund {refund:?} {money} of it as well");
    Some(("refunds within caps", Some(id), words))
}

const MADE_GOOD: &str = "every loss has an owner";
const WHAT_WAS_SAID: &str = "an action does what it said";
const TWO_PEOPLE: &str = "two people";
