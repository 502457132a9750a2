//! Proposing, approving and rejecting; and what each action would change.

use std::collections::BTreeSet;

use money::{Amount, Currency};

use crate::action::{Act, Action, ActionEnd, ActionId, Operate, Operated, Proposed};
use crate::books::Short;
use crate::breaks::{Break, BreakKind};
use crate::limits::{
    ACTION_SPAN_MAX, ACTION_SPAN_MIN, ACTIONS_OPEN_MAX, BREAK_SPAN, KEYS_MAX, OPERATORS_MIN,
    REASON_BYTES_MAX,
};
use crate::{
    Corridor, CorridorAt, Decision, DoubtDecision, Event, Finality, Item, ItemId, Leg, Participant,
    ParticipantId, Reason, Record, Refusal, Reply, Role, State, Switch, Time, Verdict,
};

/// Records of an effect, or why there is none.
type Effect = Result<Vec<Record>, Refusal>;

impl Switch {
    pub(super) fn decide_operate(&self, now: Time, operate: &Operate) -> Decision {
        match operate {
            Operate::Propose(proposed) => self.decide_proposal(now, proposed),
            Operate::Approve { id, by } => self.decide_approval(now, *id, *by),
            Operate::Reject { id, by, reason } => self.decide_rejection(*id, *by, reason),
            Operate::Evidence {
                from,
                item,
                verdict,
            } => self.decide_evidence(now, *from, item, *verdict),
            Operate::Fund {
                participant,
                currency,
                liquidity,
            } => match self.books.hot.contains_key(&(*participant, *currency)) {
                true => Decision::of(self.fund(*participant, *currency, *liquidity), Reply::Done),
                false => Decision::no(Refusal::PolicyInvalid),
            },
            Operate::Arrange(arrangement) => self.decide_arrangement(now, arrangement),
            Operate::PaidOut(seen) => self.decide_paid_out(seen),
        }
    }

    pub(super) fn decide_evidence(
        &self,
        now: Time,
        from: ParticipantId,
        item: &Item,
        verdict: Verdict,
    ) -> Decision {
        if item.creditor != from {
            return Decision::no(Refusal::PayeeNotParty);
        }
        let id = item.id;
        match self.contradiction(now, item, verdict) {
            Some(found) => {
                let opened = Operated::BreakOpened(Box::new(found));
                Decision::of(vec![operated(opened)], Reply::Item(id))
            }
            None => Decision::answer(Reply::Item(id)),
        }
    }

    /// What brings a participant's liquidity up to an amount.
    pub(super) fn fund(
        &self,
        participant: ParticipantId,
        currency: Currency,
        liquidity: Amount,
    ) -> Vec<Record> {
        let there = self.books.liquidity(participant, currency);
        let amount = liquidity.saturating_sub(there);
        let deposited = Operated::Deposited {
            participant,
            currency,
            amount,
        };
        (!amount.is_zero())
            .then(|| operated(deposited))
            .into_iter()
            .collect()
    }

    fn decide_proposal(&self, now: Time, proposed: &Proposed) -> Decision {
        let id = proposed.id;
        if !self.is_operator(proposed.by) {
            return Decision::no(Refusal::PolicyNotOperator);
        }
        if let Some(known) = self.action_requested(proposed.by, proposed.request_id) {
            return match known.proposed.request == proposed.request {
                true => Decision::answer(Reply::Action(known.proposed.id)),
                false => Decision::no(Refusal::PolicyActionConflict),
            };
        }
        let earliest = now.after(ACTION_SPAN_MIN);
        let latest = now.after(ACTION_SPAN_MAX);
        let sound = (earliest..=latest).contains(&proposed.expires_at)
            && is_reason(&proposed.reason)
            && self.action(id).is_none();
        if !sound {
            return Decision::no(Refusal::PolicyInvalid);
        }
        if self.operations.expiries.len() >= ACTIONS_OPEN_MAX {
            return Decision::no(Refusal::OursFull);
        }
        match self.effect(now, &proposed.act) {
            Ok(_would_be) => {
                let record = operated(Operated::ActionProposed(proposed.clone()));
                Decision::of(vec![record], Reply::Action(id))
            }
            Err(refusal) => Decision::no(refusal),
        }
    }

    fn decide_approval(&self, now: Time, id: ActionId, by: ParticipantId) -> Decision {
        let action = match self.open_action(id, by, ActionEnd::Approved) {
            Ok(action) => action,
            Err(decision) => return *decision,
        };
        let proposed = &action.proposed;
        if proposed.by == by {
            return Decision::no(Refusal::PolicySameOperator);
        }
        if !self.is_operator(proposed.by) {
            return Decision::no(Refusal::PolicyNotOperator);
        }
        if now >= proposed.expires_at {
            return Decision::no(Refusal::PolicyActionOver);
        }
        match self.effect(now, &proposed.act) {
            Ok(effect) => {
                let mut records = vec![operated(Operated::ActionApproved { id, by })];
                records.extend(effect);
                Decision::of(records, Reply::Action(id))
            }
            Err(refusal) => Decision::no(refusal),
        }
    }

    fn decide_rejection(&self, id: ActionId, by: ParticipantId, reason: &str) -> Decision {
        if let Err(decision) = self.open_action(id, by, ActionEnd::Rejected) {
            return *decision;
        }
        if reason.len() > REASON_BYTES_MAX {
            return Decision::no(Refusal::PolicyInvalid);
        }
        let reason = reason.to_owned();
        let rejected = Operated::ActionRejected { id, by, reason };
        Decision::of(vec![operated(rejected)], Reply::Action(id))
    }

    /// An action that somebody may still end; a repetition of the same end by the same person is
    /// answered as the first time.
    fn open_action(
        &self,
        id: ActionId,
        by: ParticipantId,
        how: ActionEnd,
    ) -> Result<&Action, Box<Decision>> {
        if !self.is_operator(by) {
            return Err(Box::new(Decision::no(Refusal::PolicyNotOperator)));
        }
        let Some(action) = self.action(id) else {
            return Err(Box::new(Decision::no(Refusal::PolicyActionUnknown)));
        };
        match &action.ended {
            None => Ok(action),
            Some(ended) if ended.how == how && ended.by == Some(by) => {
                Err(Box::new(Decision::answer(Reply::Action(id))))
            }
            Some(_) => Err(Box::new(Decision::no(Refusal::PolicyActionOver))),
        }
    }

    /// What an action would change now.
    fn effect(&self, now: Time, act: &Act) -> Effect {
        match act {
            Act::Deposit {
                participant,
                currency,
                amount,
            } => self.deposit(*participant, *currency, *amount),
            Act::Withdraw {
                participant,
                currency,
                amount,
            } => self.withdraw(*participant, *currency, *amount),
            Act::Cap {
                participant,
                currency,
                before,
                after,
            } => self.change_cap(*participant, *currency, [*before, *after]),
            Act::Suspend { participant, open } => {
                self.check_suspend(*participant)?;
                let (participant, open) = (*participant, *open);
                Ok(vec![operated(Operated::Suspended { participant, open })])
            }
            Act::Resume { participant } => match self.participant(*participant) {
                Some(known) if !known.is_active => {
                    let participant = *participant;
                    Ok(vec![operated(Operated::Resumed { participant })])
                }
                Some(_) => Err(Refusal::PolicyNoChange),
                None => Err(Refusal::PolicyInvalid),
            },
            Act::Corridor { base, after } => self.change_corridor(*base, after),
            Act::Keys {
                participant,
                before,
                after,
            } => self.change_keys(*participant, before, after),
            Act::Certify {
                participant,
                before,
                after,
                evidence,
            } => self.certify(*participant, [*before, *after], evidence),
            Act::Resolve {
                item,
                decision,
                evidence,
            } => self.resolve(now, *item, *decision, evidence),
            Act::OpenBreak(found) => self.open_found(now, found),
            Act::CloseBreak { item, legs } => self.close_found(*item, legs),
            Act::Settlement(act) => self.settlement_effect(now, act),
            Act::ResumeRail { participant } => match self.is_stopped(*participant) {
                true => {
                    let participant = *participant;
                    Ok(vec![operated(Operated::RailResumed { participant })])
                }
                false => Err(Refusal::PolicyNoChange),
            },
        }
    }

    fn deposit(&self, participant: ParticipantId, currency: Currency, amount: Amount) -> Effect {
        let there = self.books.liquidity(participant, currency);
        let is_sound = self.books.cap(participant, currency).is_some()
            && !amount.is_zero()
            && there.checked_add(amount).is_some();
        let deposited = Operated::Deposited {
            participant,
            currency,
            amount,
        };
        match is_sound {
            true => Ok(vec![operated(deposited)]),
            false => Err(Refusal::PolicyInvalid),
        }
    }

    fn withdraw(&self, participant: ParticipantId, currency: Currency, amount: Amount) -> Effect {
        let cap = self.books.cap(participant, currency);
        let cap = cap.ok_or(Refusal::PolicyInvalid)?;
        if amount.is_zero() {
            return Err(Refusal::PolicyInvalid);
        }
        let there = self.books.liquidity(participant, currency);
        match there.checked_sub(amount) {
            Some(left) if left >= cap => Ok(vec![operated(Operated::Withdrawn {
                participant,
                currency,
                amount,
            })]),
            Some(_) | None => Err(Refusal::PolicyLiquidityBelowCap),
        }
    }

    fn change_cap(
        &self,
        participant: ParticipantId,
        currency: Currency,
        [before, after]: [Amount; 2],
    ) -> Effect {
        let hot = self.books.hot.get(&(participant, currency));
        let hot = hot.ok_or(Refusal::PolicyInvalid)?;
        if self.books.cap_decided(participant, currency) != before {
            return Err(Refusal::PolicyActionStale);
        }
        if before == after {
            return Err(Refusal::PolicyNoChange);
        }
        if after < self.books.used_of(hot) {
            return Err(Refusal::PolicyCapBelowUsed);
        }
        if after > self.books.cover(participant, currency) {
            return Err(Refusal::PolicyCapAboveLiquidity);
        }
        Ok(vec![Record::CapSet {
            participant,
            currency,
            cap: after,
        }])
    }

    /// The house holds the fees of everybody's payments and bears losses: it is always there.
    fn check_suspend(&self, participant: ParticipantId) -> Result<(), Refusal> {
        let known = self.participant(participant);
        let known = known.ok_or(Refusal::PolicyInvalid)?;
        if known.is(Role::House) {
            return Err(Refusal::PolicyInvalid);
        }
        if !known.is_active {
            return Err(Refusal::PolicyNoChange);
        }
        self.check_operators_without(participant)
    }

    fn change_corridor(&self, base: CorridorAt, after: &Corridor) -> Effect {
        let known = self.corridor(base).ok_or(Refusal::PolicyNoCorridor)?;
        if self.corridor_now.get(&base.id) != Some(&base.version) {
            return Err(Refusal::PolicyActionStale);
        }
        // Another name, scheme or currency would be another corridor.
        let is_same = known.name == after.name
            && known.payer_scheme == after.payer_scheme
            && known.payee_scheme == after.payee_scheme
            && known.currencies().eq(after.currencies());
        if !is_same {
            return Err(Refusal::PolicyInvalid);
        }
        let decision = self.decide_corridor(after);
        match decision.reply {
            Ok(_) if decision.records.is_empty() => Err(Refusal::PolicyNoChange),
            Ok(_) => Ok(decision.records),
            Err(refusal) => Err(refusal),
        }
    }

    fn change_keys(
        &self,
        participant: ParticipantId,
        before: &[[u8; 32]],
        after: &[[u8; 32]],
    ) -> Effect {
        let known = self.participant(participant);
        let known = known.ok_or(Refusal::PolicyInvalid)?;
        if known.keys != before {
            return Err(Refusal::PolicyActionStale);
        }
        if before == after {
            return Err(Refusal::PolicyNoChange);
        }
        let different: BTreeSet<&[u8; 32]> = after.iter().collect();
        if after.len() > KEYS_MAX || different.len() != after.len() {
            return Err(Refusal::PolicyInvalid);
        }
        let mut others = self.participants().filter(|(id, _)| *id != participant);
        if others.any(|(_, other)| other.keys.iter().any(|key| different.contains(key))) {
            return Err(Refusal::PolicyKeyTaken);
        }
        if after.is_empty() {
            self.check_operators_without(participant)?;
        }
        let participant = Participant {
            keys: after.to_vec(),
            ..known.clone()
        };
        let decision = self.decide_participant(&participant);
        decision.reply.map(|_| decision.records)
    }

    /// Whether enough operators can still act when this participant cannot.
    fn check_operators_without(&self, participant: ParticipantId) -> Result<(), Refusal> {
        let can_act =
            |one: &Participant| one.is_active && one.is(Role::Operator) && !one.keys.is_empty();
        let is_one = self.participant(participant).is_some_and(can_act);
        let others = self.participants().filter(|(id, _)| *id != participant);
        let left = others.filter(|(_, one)| can_act(one)).count();
        match is_one && left < OPERATORS_MIN {
            true => Err(Refusal::PolicyLastOperators),
            false => Ok(()),
        }
    }

    fn certify(
        &self,
        participant: ParticipantId,
        [before, finality]: [Finality; 2],
        evidence: &str,
    ) -> Effect {
        let known = self.participant(participant);
        let known = known.ok_or(Refusal::PolicyInvalid)?;
        if known.finality != before {
            return Err(Refusal::PolicyActionStale);
        }
        if before == finality {
            return Err(Refusal::PolicyNoChange);
        }
        if !is_reason(evidence) {
            return Err(Refusal::PolicyInvalid);
        }
        let evidence = evidence.to_owned();
        Ok(vec![operated(Operated::Certified {
            participant,
            finality,
            evidence,
        })])
    }

    fn resolve(&self, now: Time, item: ItemId, decision: DoubtDecision, evidence: &str) -> Effect {
        if !is_reason(evidence) {
            return Err(Refusal::PolicyInvalid);
        }
        let item = self.item(item).filter(|item| item.state == State::InDoubt);
        let item = item.ok_or(Refusal::PolicyNotInDoubt)?;
        let event = match decision {
            DoubtDecision::Complete => Event::ResolveComplete,
            DoubtDecision::Cancel => Event::ResolveCancel,
        };
        let decision = self.carry_out(now, item, event, Reason::Operators);
        decision.reply.map(|_| decision.records)
    }

    /// The bearer's time begins when the break is opened, not when somebody proposed it.
    fn open_found(&self, now: Time, found: &Break) -> Effect {
        if self.operations.had_break(found.item) {
            return Err(Refusal::PolicyBreak);
        }
        if !is_reason(&found.evidence) {
            return Err(Refusal::PolicyInvalid);
        }
        let opened = Break {
            opened_at: now,
            deadline: now.after(BREAK_SPAN),
            ..found.clone()
        };
        Ok(vec![operated(Operated::BreakOpened(Box::new(opened)))])
    }

    fn close_found(&self, item: ItemId, legs: &[Leg]) -> Effect {
        let open = self.open_break(item).ok_or(Refusal::PolicyBreak)?;
        if !legs.is_empty() {
            // What refunds give back is given back; a break would give it a second time. Those
            // that have left memory were looked for when the action was proposed.
            let gives_back = open.kind == BreakKind::NotCreditedThoughCompleted;
            let is_refunded = gives_back && self.refunds_of(open.payment).next().is_some();
            if open.legs != legs || (is_refunded && open.item == open.payment) {
                return Err(Refusal::PolicyBreak);
            }
            self.books.check_legs(legs).map_err(|short| match short {
                Short::Headroom(_) => Refusal::PolicyBearerShort,
                Short::Missing => Refusal::PolicyInvalid,
            })?;
        }
        let legs = legs.to_vec();
        Ok(vec![operated(Operated::BreakClosed { item, legs })])
    }
}

fn operated(operated: Operated) -> Record {
    Record::Operated(Box::new(operated))
}

fn is_reason(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= REASON_BYTES_MAX
}
