//! Inputs become facts. `decide` changes nothing, so it may look at everything and refuse at any
//! point; what it returns is applied only because it was returned.
//!
//! # Doctrine
//!
//! 1. A repetition is recognised before anything else: the same id with the same body gets the
//!    same answer even if the corridor closed, the quote expired or the limit was used up since.
//! 2. A refusal of a well-formed request is a fact too: it uses the id up for its requester, so
//!    that asking again cannot turn a no into a yes. What is malformed or busy uses up nothing.
//! 3. Every change of state goes through the table in [`crate::life`].
//! 4. What left memory is never taken for what never was: an id that could be one is answered with
//!    [`crate::Refusal::OursRecall`], and the tables are asked.
//! 5. The checks of a payment stand in one order, and the order is part of the interface: the
//!    first that fails is the reason that is recorded.

mod action;
mod answer;
mod leave;
mod paid;
mod pay;
mod quote;
mod refund;
mod settle;
mod setup;
mod timer;

use crate::{
    Decision, Event, Finality, Input, Item, ParticipantId, Reply, State, Step, Switch, Time,
};

impl Switch {
    /// What an input would change, and its answer.
    pub fn decide(&self, now: Time, input: &Input) -> Decision {
        match input {
            Input::SetParticipant(participant) => self.decide_participant(participant),
            Input::SetCorridor(corridor) => self.decide_corridor(corridor),
            Input::SetCap {
                participant,
                currency,
                cap,
            } => self.decide_cap(*participant, *currency, *cap),
            Input::SetStanding(standing) => self.decide_standing(now, standing),
            Input::SetReference(reference) => self.decide_reference(now, reference),
            Input::SetMerchant(merchant) => self.decide_merchant(merchant),
            Input::SetWebhook {
                settings,
                only_version,
            } => self.decide_webhook(settings, *only_version),
            Input::RemoveWebhook { participant, id } => {
                self.decide_webhook_removal(*participant, id)
            }
            Input::OpenWindow => self.decide_window(now),
            Input::Quote(quote) => match self.quote(now, quote) {
                Ok(quote) => Decision::answer(Reply::Quoted(quote)),
                Err(refusal) => Decision::no(refusal),
            },
            Input::Pay(pay) => self.decide_pay(now, pay),
            Input::Refund(refund) => self.decide_refund(now, refund),
            Input::Answer { from, id, verdict } => self.decide_answer(now, *from, *id, *verdict),
            Input::Cancel {
                requester,
                id,
                recalled,
            } => self.decide_cancel(now, *requester, *id, *recalled),
            Input::Projected { seq } => self.decide_projected(now, *seq),
            Input::Acknowledge {
                participant,
                position,
            } => self.decide_acknowledge(*participant, *position),
            Input::Operate(operate) => self.decide_operate(now, operate),
            Input::Tick => self.decide_tick(now),
        }
    }

    /// What the creditor's rail of an item promises. A refund goes back over the payer's rail.
    pub(crate) fn finality_of(&self, creditor: ParticipantId) -> Finality {
        self.participant(creditor)
            .map_or(Finality::Immediate, |participant| participant.finality)
    }

    pub(crate) fn step(&self, item: &Item, event: Event) -> Step {
        crate::life::step(item.state, event, item.finality)
    }

    /// For an item that does not exist yet.
    pub(crate) fn first_step(&self, event: Event) -> Step {
        crate::life::step(State::Unknown, event, Finality::Confirm)
    }
}
