//! Whether something may leave memory now, and whether something may have left.

use crate::leave::Spent;
use crate::limits::{LEAVE_AFTER, LEAVE_BATCH};
use crate::{Decision, ItemId, ParticipantId, Record, Refusal, Reply, Switch, Time};

impl Switch {
    /// A record only when it lets enough go, or what there is has waited long enough: a hub that
    /// writes one for every payment would double its journal for nothing.
    pub(super) fn decide_projected(&self, now: Time, seq: u64) -> Decision {
        let leave = self.leaving_by(seq, LEAVE_BATCH);
        let is_time = now >= self.left_at.after(LEAVE_AFTER);
        let is_worth_it = leave >= LEAVE_BATCH || (is_time && (leave > 0 || self.has_faded(now)));
        if !is_worth_it {
            return Decision::answer(Reply::Done);
        }
        Decision::of(vec![Record::Projected { seq }], Reply::Done)
    }

    /// Whether an id that memory does not know may be of something that left it, given for which
    /// batch the tables stood when they did not know it either.
    pub(super) fn may_have_left(&self, recalled: Option<u64>) -> bool {
        self.left_seq > 0 && recalled.is_none_or(|seq| seq < self.left_seq)
    }

    /// The answer to an id of another participant's item. Before that item the id may have been
    /// used up for this requester, and what was told then is in the tables.
    pub(super) fn in_use(&self, recalled: Option<u64>) -> Refusal {
        if self.may_have_left(recalled) {
            Refusal::OursRecall
        } else {
            Refusal::PayerIdInUse
        }
    }

    /// Whether the id was used up, for that requester, by something that left memory so lately
    /// that a token for it could still live.
    pub(super) fn is_spent(&self, requester: ParticipantId, id: ItemId) -> bool {
        self.spent.contains(&Spent::Item(id)) || self.spent.contains(&Spent::Closed(requester, id))
    }
}
