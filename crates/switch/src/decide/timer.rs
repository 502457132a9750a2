//! Time decides: deadlines, and refunds that wait for liquidity.

use std::collections::BTreeSet;

use crate::books::Short;
use crate::limits::{TICK_ITEMS_MAX, WAITING_LOOKED_AT_MAX};
use crate::{
    Decision, DoubtDecision, Event, Item, ParticipantId, Reason, Record, Reply, State, Switch, Time,
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
            .flat_map(|item| self.when_due(now, item).records)
            .collect();
        let decided = records.len();
        if decided == 0 {
            records.extend(self.fund_oldest(now));
        }
        Decision::of(records, Reply::Ticked(decided))
    }

    fn when_due(&self, now: Time, item: &Item) -> Decision {
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
        self.carry_out(now, item, event, reason)
    }

    /// The oldest waiting refund whose owing participants all have headroom. Who was short for an
    /// older refund is not looked at again, so that one short participant costs one check and
    /// never holds up the others.
    fn fund_oldest(&self, now: Time) -> Vec<Record> {
        let mut short: BTreeSet<ParticipantId> = BTreeSet::new();
        for (_, id) in self.waiting.iter().take(WAITING_LOOKED_AT_MAX) {
            let Some(item) = self.item(*id) else { continue };
            let legs = item.terms.refund_legs(item.amount, item.payer_amount);
            if legs.iter().any(|leg| short.contains(&leg.owes)) {
                continue;
            }
            match self.books.check_legs(&legs) {
                Ok(()) => {}
                Err(Short::Headroom(who)) => {
                    short.insert(who);
                    continue;
                }
                Err(Short::Missing) => continue,
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
