//! The creditor's answer, the requester's withdrawal, and acknowledgements.

use crate::{
    Cause, Decision, Event, Item, ItemId, ParticipantId, Reason, Record, Refusal, Reply, State,
    Step, Switch, Time, Verdict,
};

impl Switch {
    pub(super) fn decide_answer(
        &self,
        now: Time,
        from: ParticipantId,
        id: ItemId,
        verdict: Verdict,
    ) -> Decision {
        let item = match self.item(id) {
            Some(item) if item.creditor == from => item,
            Some(_) | None => return Decision::no(Refusal::PayeeNotParty),
        };
        if item.state.is_final() {
            return self.decide_evidence(now, from, item, verdict);
        }
        let in_time = now < item.deadline;
        let (event, reason) = match verdict {
            Verdict::Accepted if in_time => (Event::Accept, Reason::NoAnswer),
            Verdict::Accepted => (Event::AcceptLate, Reason::NoAnswer),
            Verdict::Rejected(reason) => (Event::Reject, Reason::Rejected(reason)),
        };
        self.carry_out(now, item, event, reason)
    }

    pub(super) fn decide_cancel(
        &self,
        now: Time,
        requester: ParticipantId,
        id: ItemId,
        recalled: Option<u64>,
    ) -> Decision {
        if self.closed(requester, id).is_some() {
            return Decision::answer(Reply::Closed(requester, id));
        }
        match self.item(id) {
            Some(item) if item.requester == requester => {
                self.carry_out(now, item, Event::Withdraw, Reason::Withdrawn)
            }
            // Another participant's item: the id is not this one's to cancel or to forbid.
            Some(_) => Decision::no(self.in_use(recalled)),
            None if self.may_have_left(recalled) => Decision::no(Refusal::OursRecall),
            None => match self.first_step(Event::Withdraw) {
                Step::To(_) => {
                    let record = Record::Forbidden { id, requester };
                    Decision::of(vec![record], Reply::Closed(requester, id))
                }
                Step::Stay | Step::Never => Decision::no(Refusal::PolicyInvalid),
            },
        }
    }

    /// What the table says about an event of an existing item, as facts.
    pub(super) fn carry_out(
        &self,
        now: Time,
        item: &Item,
        event: Event,
        reason: Reason,
    ) -> Decision {
        let id = item.id;
        let to = match self.step(item, event) {
            Step::To(state) => state,
            Step::Stay => return Decision::answer(Reply::Item(id)),
            Step::Never => return Decision::no(Refusal::RailNotAsked),
        };
        let record = match to {
            State::Completed => {
                let cause = match event {
                    Event::DeadlineCompletes => Cause::DoubtExpired,
                    Event::ResolveComplete => Cause::Operators,
                    Event::Reserve
                    | Event::Refuse
                    | Event::Wait
                    | Event::Ask
                    | Event::Accept
                    | Event::AcceptLate
                    | Event::Reject
                    | Event::Deadline
                    | Event::Withdraw
                    | Event::Suspend
                    | Event::ResolveCancel => Cause::Accepted,
                };
                let window = self.window();
                Record::Completed { id, window, cause }
            }
            State::Cancelled => Record::Cancelled { id, reason },
            State::InDoubt => {
                let doubt = self.corridor(item.terms.corridor).map(|c| c.doubt_timeout);
                // From now, not from the deadline that passed: after an outage longer than the
                // doubt nobody would have had a moment to clear it up.
                let deadline = now.after(doubt.unwrap_or_default());
                Record::InDoubt { id, deadline }
            }
            State::Asked => Record::Asked {
                id,
                expires_at: item.deadline,
            },
            State::Unknown | State::Waiting | State::Reserved | State::Refused => {
                return Decision::no(Refusal::RailNotAsked);
            }
        };
        Decision::of(vec![record], Reply::Item(id))
    }

    pub(super) fn decide_acknowledge(&self, who: ParticipantId, position: u64) -> Decision {
        let (acknowledged, last) = self.stream_of(who);
        if position > last {
            return Decision::no(Refusal::RailPosition);
        }
        if position <= acknowledged {
            return Decision::answer(Reply::Done);
        }
        let record = Record::Acknowledged {
            participant: who,
            position,
        };
        Decision::of(vec![record], Reply::Done)
    }
}
