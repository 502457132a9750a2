//! Time decides: deadlines, and refunds that wait for liquidity.

use crate::limits::TICK_ITEMS_MAX;
use crate::{
    Decision, DoubtDecision, Event, Item, Reason, Record, Refusal, Reply, State, Switch, Time,
};

impl Switch {
    /// Decides what is due, oldest first, at most [`TICK_ITEMS_MAX`] items; then funds the
    /// oldest waiting refund that liquidity came for. One at a time, because each takes headroom
    /// that the next one would be checked against.
    pub(super) fn decide_tick(&self, now: Time) -> Decision {
        let due = self
            .deadlines
            .iter()
            .take_while(|(deadline, _)| *deadline <= now);
        let mut records: Vec<Record> = due
            .take(TICK_ITEMS_MAX)
            .filter_map(|(_, id)| self.item(*id))
            .flat_map(|item| self.when_due(item).records)
            .collect();
        let decided = records.len();
        if decided == 0 {
            records.extend(self.fund_oldest(now));
        }
        Decision::of(records, Reply::Ticked(decided))
    }

    fn when_due(&self, item: &Item) -> Decision {
        let decision = self.corridor(item.terms.corridor).map(|c| c.doubt_decision);
        let event = match decision {
            Some(DoubtDecision::Complete) => Event::DeadlineCompletes,
            Some(DoubtDecision::Cancel) | None => Event::Deadline,
        };
        let reason = match item.state {
            State::Waiting => Reason::NoLiquidity,
            State::InDoubt => Reason::DoubtExpired,
            State::Unknown
            | State::Reserved
            | State::Asked
            | State::Completed
            | State::Cancelled
            | State::Refused => Reason::NoAnswer,
        };
        self.carry_out(item, event, reason, Refusal::PolicyInvalid)
    }

    fn fund_oldest(&self, now: Time) -> Vec<Record> {
        for (_, id) in self.waiting.iter().take(TICK_ITEMS_MAX) {
            let Some(item) = self.item(*id) else { continue };
            let legs = item.terms.refund_legs(item.amount, item.payer_amount);
            if self.books.check_legs(&legs).is_err() {
                continue;
            }
            let timeout = self.corridor(item.terms.corridor).map(|c| c.ask_timeout);
            let deadline = now.after(timeout.unwrap_or_default());
            return vec![
                Record::RefundFunded { id: *id, deadline },
                Record::Asked {
                    id: *id,
                    expires_at: deadline,
                },
            ];
        }
        Vec::new()
    }
}
