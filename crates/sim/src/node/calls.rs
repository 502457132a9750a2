//! The node's calls: what they say, and what came of them.

use engine::calls::{Call, time_for};
use journal::Journal;
use projection::{Ask as Look, Home};
use switch::{Input, Item, ItemId, Kind, ParticipantId, StatusReason, Time, Verdict};

use super::{About, Node, Ticket};
use crate::limits::CALL_DEADLINE;
use crate::message::{self, Answer, Ask, Body, Credit, Outcome, Party};
use crate::stage::{Event, Stage};
use crate::tamper::Tamper;

impl Node {
    pub(super) fn begin_call(
        &mut self,
        stage: &mut Stage<'_>,
        tamper: &dyn Tamper,
        clock: Time,
        who: ParticipantId,
        call: Call,
    ) {
        let Some(said) = self.written(stage, tamper, who, call) else {
            self.failed(stage, who, call);
            return;
        };
        let item = match call {
            Call::Ask(id) | Call::LookUp(id) => self.writer.view().switch.item(id),
            Call::Tell(..) => None,
        };
        let lasts = item.map_or(CALL_DEADLINE, |item| time_for(item, clock, CALL_DEADLINE));
        let number = stage.call_number();
        self.calls.insert(number, (who, call));
        stage.after(lasts, Event::CallOver(self.number, number));
        let body = Body::Call(Box::new(said));
        stage.send(Party::Node(self.number), Party::Member(who), number, body);
    }

    fn written(
        &mut self,
        stage: &mut Stage<'_>,
        tamper: &dyn Tamper,
        who: ParticipantId,
        call: Call,
    ) -> Option<message::Call> {
        match call {
            Call::LookUp(id) => Some(message::Call::LookUp(id)),
            Call::Ask(id) => {
                let item = self.writer.view().switch.item(id)?.clone();
                self.check_parties(stage, &item);
                let amount = match item.kind {
                    Kind::Payment => item.terms.shop_receives(),
                    Kind::Refund { .. } => item.payer_amount,
                };
                stage.oracle.taken.insert((item.requester, id));
                Some(message::Call::Ask(Ask {
                    id,
                    kind: item.kind,
                    expires_at: item.deadline,
                    amount,
                }))
            }
            Call::Tell(position, id) => {
                let item = self.told_about(who, position, id)?;
                let mut outcome = self.outcome(&item);
                tamper.outcome(&mut outcome);
                Some(message::Call::Tell(position, outcome))
            }
        }
    }

    /// Whoever is asked must be told about whom: the data was written in the payment's own commit.
    fn check_parties(&mut self, stage: &mut Stage<'_>, item: &Item) {
        let payment = match item.kind {
            Kind::Payment => item.id,
            Kind::Refund { payment } => payment,
        };
        let row = self
            .writer
            .journal()
            .party(item.parties_seq, payment.0.to_be_bytes());
        if !matches!(row, Ok(Some(_))) {
            let words = "asked without the parties' data, which its batch should hold";
            stage
                .oracle
                .violation("parties with their payment", Some(item.id), words);
        }
    }

    /// The item of an outcome: in memory, or in the tables, which may be a moment behind.
    fn told_about(&self, who: ParticipantId, position: u64, id: Option<ItemId>) -> Option<Item> {
        if let Some(id) = id {
            return self.writer.view().switch.item(id).cloned();
        }
        let tables = self.chase.tables();
        let rows = tables.outcomes_after(who, position.saturating_sub(1), 1);
        let row = rows.ok()?.into_iter().next()?;
        if row.position != position {
            return None;
        }
        let look = Look {
            id: row.item,
            requester: None,
            payment: None,
        };
        tables.past(look).ok()?.item.map(|found| found.item)
    }

    fn outcome(&self, item: &Item) -> Outcome {
        let decided = item.decided;
        Outcome {
            id: item.id,
            kind: item.kind,
            requester: item.requester,
            creditor: item.creditor,
            state: item.state,
            reason: decided.and_then(|decided| decided.reason),
            cause: decided.and_then(|decided| decided.cause),
            amount: item.amount,
            payer_amount: item.payer_amount,
            legs: self.writer.view().switch.legs(item),
        }
    }

    fn failed(&mut self, stage: &Stage<'_>, who: ParticipantId, call: Call) {
        let caller = self.callers.iter_mut().find(|caller| caller.who() == who);
        if let Some(caller) = caller {
            caller.failed(call, stage.now);
        }
    }

    /// Nothing came in time.
    pub(crate) fn call_over(&mut self, stage: &mut Stage<'_>, number: u64) {
        if let Some((who, call)) = self.calls.remove(&number) {
            self.failed(stage, who, call);
            self.work_soon(stage);
        }
    }

    /// A participant answered; what it says counts only if it is about what it was asked.
    pub(crate) fn hear_answer(
        &mut self,
        stage: &mut Stage<'_>,
        tamper: &dyn Tamper,
        number: u64,
        answer: Answer,
    ) {
        let Some((who, call)) = self.calls.remove(&number) else {
            return;
        };
        let verdict = |id, verdict| Input::Answer {
            from: who,
            id,
            verdict,
        };
        let no = Verdict::Rejected(StatusReason::NARR);
        let input = match (call, answer) {
            (Call::Ask(id), Answer::Verdict(of, said)) if of == id => Some(verdict(id, said)),
            (Call::LookUp(id), Answer::Known(of, credit)) if of == id => match credit {
                Credit::Accepted | Credit::Credited => Some(verdict(id, Verdict::Accepted)),
                Credit::Rejected | Credit::Released => Some(verdict(id, no)),
                Credit::NotFound => None,
            },
            (Call::Tell(position, _), Answer::Noted(of)) if of == position => {
                let position = tamper.acknowledged(position);
                Some(Input::Acknowledge {
                    participant: who,
                    position,
                })
            }
            (Call::Ask(_) | Call::LookUp(_) | Call::Tell(..), _other) => None,
        };
        let Some(input) = input else {
            self.failed(stage, who, call);
            self.work_soon(stage);
            return;
        };
        let about = About::Answered(who, call, input);
        self.ticket(Ticket { from: None, about });
        self.work_soon(stage);
    }
}
