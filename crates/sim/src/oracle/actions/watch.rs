//! One record after the other: whether it may stand where it stands, and what is so after it.

use money::{Currency, Money};
use switch::{
    Act, ActionEnd, ActionId, Break, BreakKind, Cause, Finality, ItemId, LossBearer, OpenItems,
    Operated, ParticipantId, Proposed, Reason, Record, RefundTaken, State, Terms, Time,
};

use super::effects::{is_effect, needs_people};
use super::{Actions, Found, Known, Made, Oracle, TWO_PEOPLE, WHAT_WAS_SAID, name};
use crate::network::HOUSE;

const SUSPENDED: &str = "a suspended participant takes on nothing";
const STOPPED: &str = "a stopped rail is asked nothing new";
const BREAKS: &str = "breaks are owned and end";
const ONE: &str = "an action is one";
const COVERED: &str = "no cap above what was prefunded";

impl Made {
    fn has(&self, who: ParticipantId) -> bool {
        [self.payer, self.payee, self.fx].contains(&who)
    }

    fn of(terms: &Terms, payment: Option<ItemId>, finality: Finality, deadline: Time) -> Self {
        Self {
            payment,
            payer: terms.payer,
            payee: terms.payee,
            fx: terms.fx,
            corridor: terms.corridor,
            state: State::Reserved,
            finality,
            deadline,
        }
    }

    fn creditor(&self) -> ParticipantId {
        match self.payment {
            None => self.payee,
            Some(_) => self.payer,
        }
    }
}

impl Oracle {
    /// An effect stands directly behind its approval; behind another record it has none.
    pub(super) fn watch_row(&mut self, at: Time, records: &[Record]) {
        let mut approved: Option<Act> = None;
        for record in records {
            match approved.take() {
                Some(act) if is_effect(&act, record) => {}
                Some(act) => {
                    let words = format!("{act:?} was approved, and {record:?} came of it");
                    self.violation(WHAT_WAS_SAID, crate::message::about(&act), words);
                }
                None if needs_people(record, self.actions.has_begun) => {
                    let words = format!("nobody approved {record:?}");
                    self.violation(TWO_PEOPLE, None, words);
                }
                None => {}
            }
            if let Record::Operated(operated) = record
                && let Operated::ActionApproved { id, by } = &**operated
            {
                approved = self.watch_approval(at, *id, *by);
            }
            self.watch_record(at, record);
            self.watch_windows(at, record);
        }
        self.watch_row_end(at, records);
        if let Some(act) = approved {
            let words = format!("{act:?} was approved, and nothing came of it");
            self.violation(WHAT_WAS_SAID, crate::message::about(&act), words);
        }
    }

    fn watch_approval(&mut self, at: Time, id: ActionId, by: ParticipantId) -> Option<Act> {
        let (known, meant) = {
            let known = self.actions.known.get(&id)?;
            let meant = self.meant_by(&known.proposed);
            (known, meant)
        };
        let proposed = known.proposed.clone();
        let mut words = Vec::new();
        if let Some((end, _)) = known.end {
            words.push((ONE, format!("{id:?} is approved, and was {end:?} before")));
        }
        if proposed.by == by {
            words.push((TWO_PEOPLE, format!("{} approved its own", name(by))));
        }
        if !self.actions.approved_by.contains(&(id, by)) {
            words.push((TWO_PEOPLE, format!("{} never approved {id:?}", name(by))));
        }
        if at >= meant.unwrap_or(proposed.expires_at) {
            let words_too_late = format!("{id:?} was approved after its expiry");
            words.push((TWO_PEOPLE, words_too_late));
        }
        for (promise, words) in words {
            self.violation(promise, crate::message::about(&proposed.act), words);
        }
        Some(proposed.act)
    }

    /// Until when the proposer wanted it to be open.
    fn meant_by(&self, proposed: &Proposed) -> Option<Time> {
        let meant = self.actions.meant(proposed.by, proposed.request_id);
        meant.map(|meant| meant.expires_at)
    }

    fn watch_record(&mut self, at: Time, record: &Record) {
        match record {
            Record::PaymentReserved(made) => {
                self.actions.has_begun = true;
                let finality = self.actions.finality_of(made.terms.payee);
                let new = Made::of(&made.terms, None, finality, made.deadline);
                self.watch_new(made.id, new);
            }
            Record::RefundReserved(taken) => self.watch_refund(taken, State::Reserved),
            Record::RefundWaiting(taken) => self.watch_refund(taken, State::Waiting),
            Record::RefundFunded { id, deadline } => {
                if let Some(made) = self.actions.made.get(id).copied() {
                    self.watch_parties(*id, &made);
                }
                self.actions.moves(*id, State::Reserved, *deadline);
            }
            Record::Asked { id, expires_at } => {
                self.actions.moves(*id, State::Asked, *expires_at);
                let creditor = self.actions.made.get(id).map(Made::creditor);
                let finality = creditor.map(|who| self.actions.finality_of(who));
                if let (Some(made), Some(finality)) = (self.actions.made.get_mut(id), finality) {
                    made.finality = finality;
                }
            }
            Record::InDoubt { id, deadline } => {
                self.actions.moves(*id, State::InDoubt, *deadline);
            }
            Record::Completed { id, cause, .. } => {
                let is_blind = *cause != Cause::Accepted;
                self.watch_end(*id, State::Completed, is_blind, *cause == Cause::Operators);
            }
            Record::Cancelled { id, reason } => self.watch_cancelled(*id, *reason),
            Record::CapSet {
                participant,
                currency,
                cap,
            } => self.watch_cap(*participant, *currency, cap.minor()),
            Record::CorridorSet(set) => {
                self.actions.bearers.insert(set.at, set.loss_bearer);
            }
            Record::ParticipantSet { id, participant } => {
                self.actions.finality.insert(*id, participant.finality);
            }
            Record::Operated(operated) => self.watch_operated(at, operated),
            Record::StandingSet(_)
            | Record::ReferenceSet(_)
            | Record::MerchantSet(_)
            | Record::WindowOpened(_)
            | Record::Refused { .. }
            | Record::Forbidden { .. }
            | Record::Acknowledged { .. }
            | Record::WebhookSet { .. }
            | Record::WebhookRemoved { .. }
            | Record::Settled(_)
            | Record::Projected { .. } => {}
        }
    }

    fn watch_new(&mut self, id: ItemId, made: Made) {
        self.watch_parties(id, &made);
        self.actions.made.insert(id, made);
    }

    fn watch_refund(&mut self, taken: &RefundTaken, state: State) {
        let finality = self.actions.finality_of(taken.terms.payer);
        let mut made = Made::of(&taken.terms, Some(taken.payment), finality, taken.deadline);
        made.state = state;
        self.watch_new(taken.id, made);
    }

    /// Nobody suspended takes on anything new, and a stopped rail is asked nothing new.
    fn watch_parties(&mut self, id: ItemId, made: &Made) {
        let mut suspended = self.actions.suspended.keys().copied();
        let party = suspended.find(|who| made.has(*who));
        if let Some(who) = party {
            let words = format!("{} is suspended, and takes it on", name(who));
            self.violation(SUSPENDED, Some(id), words);
        }
        let creditor = made.creditor();
        if self.actions.stopped.contains(&creditor) {
            let words = format!(
                "the rail of {} is stopped, and is to be asked",
                name(creditor)
            );
            self.violation(STOPPED, Some(id), words);
        }
    }

    fn watch_end(&mut self, id: ItemId, state: State, is_blind: bool, by_people: bool) {
        let was = self.actions.made.get(&id).map(|made| made.state);
        if by_people && was != Some(State::InDoubt) {
            let words = format!("operators decided what was {was:?}");
            self.violation(WHAT_WAS_SAID, Some(id), words);
        }
        self.actions.moves(id, state, Time(0));
        if is_blind {
            self.actions.blind.insert(id);
            self.actions.ever_blind.insert(id);
        }
    }

    fn watch_cancelled(&mut self, id: ItemId, reason: Reason) {
        if reason == Reason::Suspended {
            let made = self.actions.made.get(&id).copied();
            let cancels = |(who, open): (&ParticipantId, &OpenItems)| {
                *open == OpenItems::Cancel && made.is_some_and(|made| made.has(*who))
            };
            if !self.actions.suspended.iter().any(cancels) {
                let words = "cancelled by a suspension that did not say so";
                self.violation(WHAT_WAS_SAID, Some(id), words);
            }
        }
        let by_people = reason == Reason::Operators;
        let is_blind = by_people || reason == Reason::DoubtExpired;
        self.watch_end(id, State::Cancelled, is_blind, by_people);
    }

    /// What is on its way for a window that is not settled stands for a cap like what is there.
    fn watch_cap(&mut self, who: ParticipantId, currency: Currency, to: u64) {
        let on_its_way = self.windows.on_its_way(who, currency);
        let (liquidity, cap) = self.actions.money.entry((who, currency)).or_default();
        *cap = to;
        let cover = u128::from(*liquidity).saturating_add(on_its_way);
        if u128::from(to) > cover {
            let words = format!(
                "{} may owe {to} {currency:?} and prefunded {cover}",
                name(who)
            );
            self.violation(COVERED, None, words);
        }
    }

    fn watch_withdrawal(&mut self, who: ParticipantId, money: Money) {
        let is_there = self.actions.moves_money(who, money, false);
        let (liquidity, cap) = self.actions.prefunded(who, money.currency);
        if !is_there || cap > liquidity {
            let words = format!(
                "{} may owe {cap} {:?} and takes out all but {liquidity}",
                name(who),
                money.currency
            );
            self.violation(COVERED, None, words);
        }
    }

    fn watch_operated(&mut self, at: Time, operated: &Operated) {
        match operated {
            Operated::ActionProposed(proposed) => self.watch_proposal(proposed),
            Operated::ActionApproved { id, by } => {
                self.watch_action_end(*id, ActionEnd::Approved, Some(*by));
            }
            Operated::ActionRejected { id, by, .. } => {
                self.watch_action_end(*id, ActionEnd::Rejected, Some(*by));
            }
            Operated::ActionExpired { id } => {
                self.watch_action_end(*id, ActionEnd::Expired, None);
            }
            Operated::Deposited {
                participant,
                currency,
                amount,
            } => {
                let money = Money::new(*currency, *amount);
                self.actions.moves_money(*participant, money, true);
            }
            Operated::Withdrawn {
                participant,
                currency,
                amount,
            } => self.watch_withdrawal(*participant, Money::new(*currency, *amount)),
            Operated::Certified {
                participant,
                finality,
                ..
            } => {
                self.actions.finality.insert(*participant, *finality);
            }
            Operated::Suspended { participant, open } => {
                self.actions.suspended.insert(*participant, *open);
            }
            Operated::Resumed { participant } => {
                self.actions.suspended.remove(participant);
            }
            Operated::Swept {
                participant,
                up_to: None,
            } => self.watch_swept(at, *participant),
            Operated::Swept { up_to: Some(_), .. } => {}
            Operated::RailStopped { participant, .. } => {
                self.actions.stopped.insert(*participant);
            }
            Operated::RailResumed { participant } => {
                self.actions.stopped.remove(participant);
            }
            Operated::BreakOpened(found) => self.watch_break(found),
            Operated::BreakClosed { item, legs } => {
                let open = self.actions.breaks.get_mut(item);
                let is_right = open.as_ref().is_some_and(|one| {
                    one.closed.is_none() && (legs.is_empty() || *legs == one.opened.legs)
                });
                if let Some(one) = open {
                    one.closed = Some(legs.clone());
                }
                if !is_right {
                    let words = format!("a break is closed by {legs:?}, and was not open for it");
                    self.violation(BREAKS, Some(*item), words);
                }
            }
        }
    }

    fn watch_proposal(&mut self, proposed: &Proposed) {
        self.actions.has_begun = true;
        let request = (proposed.by, proposed.request_id);
        let meant = self.actions.meant.get(&request);
        let is_meant =
            meant.is_some_and(|meant| meant.act == proposed.act && meant.reason == proposed.reason);
        if !is_meant {
            let words = format!("{} never proposed {:?}", name(proposed.by), proposed.act);
            self.violation(WHAT_WAS_SAID, crate::message::about(&proposed.act), words);
        }
        let others = self.actions.known.values().map(|known| &known.proposed);
        if others
            .into_iter()
            .any(|one| (one.by, one.request_id) == request)
        {
            self.violation(ONE, None, "one request became two actions");
        }
        let known = Known {
            proposed: proposed.clone(),
            end: None,
        };
        self.actions.known.insert(proposed.id, known);
    }

    fn watch_action_end(&mut self, id: ActionId, how: ActionEnd, by: Option<ParticipantId>) {
        let known = self.actions.known.get_mut(&id);
        let before = known.as_ref().map(|known| known.end);
        if let Some(known) = known {
            known.end = Some((how, by));
        }
        if before != Some(None) {
            let words = format!("{id:?} is {how:?}, and was {before:?} before");
            self.violation(ONE, None, words);
        }
    }

    /// Whatever nobody can have credited is cancelled by now.
    fn watch_swept(&mut self, at: Time, who: ParticipantId) {
        let made = self.actions.made.iter();
        let left = made.filter(|(_, made)| made.has(who) && made.deadline > at);
        let left = left.filter(|(_, made)| match made.state {
            State::Waiting | State::Reserved => true,
            State::Asked => made.finality == Finality::Confirm,
            State::Unknown
            | State::InDoubt
            | State::Completed
            | State::Cancelled
            | State::Refused => false,
        });
        let left: Vec<(ItemId, State)> = left.map(|(id, made)| (*id, made.state)).collect();
        for (id, state) in left {
            let words = format!(
                "{} was suspended with its open items, and it is {state:?}",
                { name(who) }
            );
            self.violation(WHAT_WAS_SAID, Some(id), words);
        }
    }

    /// A break fits the outcome, is the only one, and is borne by whom the corridor names.
    fn watch_break(&mut self, found: &Break) {
        let id = found.item;
        let made = self.actions.made.get(&id).copied();
        let state = match found.kind {
            BreakKind::CreditedThoughCancelled => State::Cancelled,
            BreakKind::NotCreditedThoughCompleted => State::Completed,
        };
        let bearer = made.and_then(|made| {
            Some(match self.actions.bearers.get(&made.corridor)? {
                LossBearer::PayerParticipant => made.payer,
                LossBearer::PayeeParticipant => made.payee,
                LossBearer::House => HOUSE,
            })
        });
        let is_new = !self.actions.breaks.contains_key(&id);
        let fits = made.is_some_and(|made| made.state == state);
        if !is_new || !fits || bearer != Some(found.bearer) {
            let words = format!("opened {is_new}, {made:?}, borne by {bearer:?}: {found:?}");
            self.violation(BREAKS, Some(id), words);
        }
        let found = Found {
            opened: found.clone(),
            closed: None,
        };
        self.actions.breaks.insert(id, found);
    }
}

impl Actions {
    fn finality_of(&self, who: ParticipantId) -> Finality {
        let known = self.finality.get(&who).copied();
        known.unwrap_or(Finality::Immediate)
    }

    /// What a participant prefunded, and what it may owe.
    pub(in crate::oracle) fn prefunded(&self, who: ParticipantId, of: Currency) -> (u64, u64) {
        self.money.get(&(who, of)).copied().unwrap_or_default()
    }

    /// Money comes to a participant's liquidity or leaves it; false if there was not so much.
    pub(in crate::oracle) fn moves_money(
        &mut self,
        who: ParticipantId,
        money: Money,
        comes: bool,
    ) -> bool {
        let (liquidity, _) = self.money.entry((who, money.currency)).or_default();
        let minor = money.amount.minor();
        let is_there = comes || *liquidity >= minor;
        *liquidity = match comes {
            true => liquidity.saturating_add(minor),
            false => liquidity.saturating_sub(minor),
        };
        is_there
    }

    /// Whether anything is in doubt.
    pub(in crate::oracle) fn in_doubt(&self) -> bool {
        let mut made = self.made.values();
        made.any(|made| made.state == State::InDoubt)
    }

    fn moves(&mut self, id: ItemId, state: State, deadline: Time) {
        if let Some(made) = self.made.get_mut(&id) {
            made.state = state;
            made.deadline = deadline;
        }
    }
}
