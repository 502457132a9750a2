//! Time decides: deadlines, and refunds that wait for liquidity.

use std::collections::BTreeSet;
use std::ops::Bound;

use crate::books::Short;
use crate::limits::{SWEEP_LOOKED_AT_MAX, TICK_ITEMS_MAX, WAITING_LOOKED_AT_MAX};
use crate::{
    Decision, DoubtDecision, Event, Item, ItemId, Operated, ParticipantId, Reason, Record, Reply,
    State, Switch, Time,
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
        let due = due
            .take(TICK_ITEMS_MAX)
            .filter_map(|(_, id)| self.item(*id));
        let mut records = Vec::new();
        let mut decided: usize = 0;
        let mut stopped = BTreeSet::new();
        for item in due {
            let made = self.when_due(now, item).records;
            decided = decided.saturating_add(usize::from(!made.is_empty()));
            records.extend(made);
            records.extend(self.stop_rail(item, &mut stopped));
        }
        // What this tick completes is posted into the window before it closes, so the window is no
        // longer empty even if it is now.
        let completes = |record: &Record| matches!(record, Record::Completed { .. });
        let adds = records.iter().any(completes);
        records.extend(self.close_when_due(now, adds));
        records.extend(self.expire_actions(now));
        records.extend(self.sweep(now));
        if decided == 0 {
            records.extend(self.fund_oldest(now));
        }
        Decision::of(records, Reply::Ticked(decided))
    }

    /// A doubt that only time could end shows a rail that cannot say what it did: it is asked
    /// nothing new until somebody has looked. What was asked already runs on.
    fn stop_rail(&self, item: &Item, stopped: &mut BTreeSet<ParticipantId>) -> Option<Record> {
        let participant = item.creditor;
        let is_new = item.state == State::InDoubt
            && !self.is_stopped(participant)
            && stopped.insert(participant);
        let stop = Operated::RailStopped {
            participant,
            item: item.id,
        };
        is_new.then(|| Record::Operated(Box::new(stop)))
    }

    /// Actions that nobody approved in time.
    fn expire_actions(&self, now: Time) -> Vec<Record> {
        let expiries = self.operations.expiries.iter();
        let over = expiries.take_while(|(expires_at, _)| *expires_at <= now);
        over.take(TICK_ITEMS_MAX)
            .map(|(_, id)| Record::Operated(Box::new(Operated::ActionExpired { id: *id })))
            .collect()
    }

    /// One step through the open items of one suspended participant. Items that are due are left
    /// to time; nothing new can come, and deadlines only move back, so one way through is enough.
    fn sweep(&self, now: Time) -> Vec<Record> {
        let Some((participant, place)) = self.operations.sweeps.first_key_value() else {
            return Vec::new();
        };
        let participant = *participant;
        let from = (*place).max((now, ItemId(u128::MAX)));
        let open = self
            .deadlines
            .range((Bound::Excluded(from), Bound::Unbounded));
        let mut records = Vec::new();
        let mut last = *place;
        let mut up_to = None;
        for (looked_at, (deadline, id)) in open.enumerate() {
            if looked_at >= SWEEP_LOOKED_AT_MAX || records.len() >= TICK_ITEMS_MAX {
                up_to = Some(last);
                break;
            }
            last = (*deadline, *id);
            let Some(item) = self.item(*id) else { continue };
            let parties = [item.requester, item.creditor, item.terms.fx];
            if parties.contains(&participant) {
                let decision = self.carry_out(now, item, Event::Suspend, Reason::Suspended);
                records.extend(decision.records);
            }
        }
        let swept = Operated::Swept { participant, up_to };
        records.push(Record::Operated(Box::new(swept)));
        records
    }

    /// Whether nothing but liquidity keeps a waiting refund from being asked.
    pub(crate) fn may_fund(&self, item: &Item) -> bool {
        let parties = [item.requester, item.creditor, item.terms.fx];
        parties.into_iter().all(|who| self.is_active(who)) && !self.is_stopped(item.creditor)
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
            if !self.may_fund(item) {
                continue;
            }
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
