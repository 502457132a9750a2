//! What leaves memory, and what stays of it.
//!
//! # Doctrine
//!
//! Memory follows what is open, never what was. The order of steps, and why it is that order:
//!
//! 1. **Decided, then projected, then gone.** An item leaves when it is final *and* the tables
//!    stand for the batch that made it so. Whoever does not find it in memory finds it in the
//!    tables; whoever looks into memory first and into the tables afterwards can never miss it.
//!    Looking the other way round could.
//! 2. **Leaving is a record.** The thread that projects says how far it is, the writer makes a
//!    [`Record::Projected`] of it, and `apply` lets go. So a replay forgets at the same places
//!    as the life that it replays, and both have the same state at every batch.
//! 3. **In the order of deciding.** Items leave oldest first, so `left_seq` alone tells what may
//!    have left: everything decided up to there. An answer of the tables that stood for at least
//!    that batch, together with memory, is complete; an older one is refused as stale.
//! 4. **The id stays as long as a token could live.** A quote is only made for an unused id, so a
//!    token outlives the use of its id by at most [`QUOTE_TTL_MAX`]; after that the id may fade.
//!    This holds for refunds too: payments and refunds share their ids, and a token for a payment
//!    may be older than a refund of the same id.
//! 5. **What an item used goes when it can be used no more**: a dynamic code when it expires, a
//!    payer's day when it is over (a day is kept one day longer, because a corridor's offset may
//!    change), what is refundable of a payment when its last refund has left.
//!
//! Everything is bounded by [`LEAVE_MAX`] for each record; what is left over goes with the next.

use std::collections::{BTreeSet, VecDeque};

use money::Currency;

use crate::books::PayerDay;
use crate::limits::{LEAVE_MAX, QUOTE_TTL_MAX, ROOM_KEPT};
use crate::{
    CodeHold, CorridorId, Digest, ItemId, Kind, ParticipantId, PayerKey, Stamp, Switch, Time,
};

#[cfg(doc)]
use crate::Record;

/// An id that was used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spent {
    /// By a payment or a refund.
    Item(ItemId),
    /// For one participant, by a refusal or by being forbidden.
    Closed(ParticipantId, ItemId),
}

/// A payer's day that has an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OpenDay {
    pub(crate) corridor: CorridorId,
    pub(crate) day: i64,
    pub(crate) payer: PayerKey,
    pub(crate) currency: Currency,
}

impl Switch {
    /// Everything decided up to this batch may have left memory; 0 when nothing has.
    pub fn left_seq(&self) -> u64 {
        self.left_seq
    }

    /// Payments and refunds in memory, open ones and those that wait to leave.
    pub fn items_in_memory(&self) -> usize {
        self.items.len()
    }

    /// How many ids are in memory, of items and of what was refused or forbidden.
    pub fn in_memory(&self) -> usize {
        self.items.len().saturating_add(self.closed.len())
    }

    /// Whether memory knows the id, as an item or as used up for the requester.
    pub fn knows(&self, requester: ParticipantId, id: ItemId) -> bool {
        self.items.contains_key(&id) || self.closed.contains_key(&(requester, id))
    }

    /// How many entries everything has that grows with payments, for who watches memory.
    pub fn entries_in_memory(&self) -> usize {
        let streams = self.streams.values().map(|stream| stream.open.len());
        [
            self.items.len(),
            self.closed.len(),
            self.codes.len(),
            self.spent.len(),
            self.days.len(),
            self.refunds.len(),
            self.books.ledger.accounts_count(),
            self.books.ledger.pending_count(),
        ]
        .into_iter()
        .chain(streams)
        .fold(0, usize::saturating_add)
    }

    /// How many wait to leave once the tables stand for `seq`; stops counting at `most`.
    pub(crate) fn leaving_by(&self, seq: u64, most: usize) -> usize {
        let leaving = self.leaving.iter().take(most);
        leaving.take_while(|(decided, _)| *decided <= seq).count()
    }

    /// Whether an id, a code or a day is over.
    pub(crate) fn has_faded(&self, now: Time) -> bool {
        let id = self.fading.front().is_some_and(|(until, _)| *until <= now);
        let code = self
            .codes_until
            .first()
            .is_some_and(|(until, _)| *until <= now);
        id || code || self.days_over(now).next().is_some()
    }

    pub(crate) fn leave(&mut self, stamp: Stamp, seq: u64) {
        for _ in 0..LEAVE_MAX {
            let Some((decided, _)) = self.leaving.front().filter(|(at, _)| *at <= seq) else {
                break;
            };
            self.left_seq = self.left_seq.max(*decided);
            let Some((_, spent)) = self.leaving.pop_front() else {
                break;
            };
            match spent {
                Spent::Item(id) => self.leave_item(id, stamp.now),
                Spent::Closed(requester, id) => self.leave_closed(requester, id, stamp.now),
            }
        }
        self.left_at = stamp.now;
        self.trim_streams();
        self.fade(stamp.now);
        give_back(&mut self.leaving);
        give_back(&mut self.fading);
    }

    fn leave_item(&mut self, id: ItemId, now: Time) {
        let Some(item) = self.items.remove(&id) else {
            return;
        };
        // A refund's id too: a token for a payment under the same id may be older than it.
        self.spend(Spent::Item(id), now);
        match item.kind {
            Kind::Payment => {}
            Kind::Refund { payment } => self.leave_refund(payment, id),
        }
    }

    fn leave_refund(&mut self, payment: ItemId, id: ItemId) {
        let Some(refunds) = self.refunds.get_mut(&payment) else {
            return;
        };
        refunds.remove(&id);
        if refunds.is_empty() {
            self.refunds.remove(&payment);
            self.books.close_refundable(payment);
        }
    }

    fn leave_closed(&mut self, requester: ParticipantId, id: ItemId, now: Time) {
        if self.closed.remove(&(requester, id)).is_some() {
            self.spend(Spent::Closed(requester, id), now);
        }
    }

    /// From when it leaves, not from when it was used: so ids fade in the order in which they
    /// left, and a queue is enough.
    fn spend(&mut self, spent: Spent, now: Time) {
        if self.spent.insert(spent) {
            self.fading.push_back((now.after(QUOTE_TTL_MAX), spent));
        }
    }

    /// Outcomes whose items have left are told from the tables, so memory need not list them
    /// however long a participant stays away.
    fn trim_streams(&mut self) {
        let items = &self.items;
        for stream in self.streams.values_mut() {
            while let Some(first) = stream.open.first_entry() {
                if items.contains_key(first.get()) {
                    break;
                }
                first.remove();
            }
        }
    }

    fn fade(&mut self, now: Time) {
        for _ in 0..LEAVE_MAX {
            let Some((_, spent)) = self.fading.pop_front_if(|(until, _)| *until <= now) else {
                break;
            };
            self.spent.remove(&spent);
        }
        for _ in 0..LEAVE_MAX {
            let first = self.codes_until.first().copied();
            let Some(over) = first.filter(|(until, _)| *until <= now) else {
                break;
            };
            self.free_code(over.1);
        }
        let days: Vec<OpenDay> = self.days_over(now).collect();
        for day in days {
            let of = PayerDay {
                payer: day.payer,
                corridor: day.corridor,
                day: day.day,
            };
            if self.books.close_day(of, day.currency) {
                self.days.remove(&day);
            }
        }
    }

    /// Days that ended at least a whole day ago and on which nothing is pending any more.
    fn days_over(&self, now: Time) -> impl Iterator<Item = OpenDay> + '_ {
        let over = self.corridors_now().flat_map(move |corridor| {
            let id = corridor.at.id;
            let today = now.local_day(corridor.payer_utc_offset_minutes);
            let first = OpenDay {
                corridor: id,
                day: i64::MIN,
                payer: PayerKey(0),
                currency: corridor.payee_currency,
            };
            self.days
                .range(first..)
                .take_while(move |day| day.corridor == id && day.day.saturating_add(1) < today)
        });
        // The bound comes first: a look must not walk over all that is held up by open items.
        over.take(LEAVE_MAX)
            .filter(|day| {
                let of = PayerDay {
                    payer: day.payer,
                    corridor: day.corridor,
                    day: day.day,
                };
                self.books.is_day_settled(of, day.currency)
            })
            .copied()
    }

    /// The code is used by a payment until then, whoever held it before.
    pub(crate) fn hold_code(&mut self, hold: CodeHold, by: ItemId) {
        self.free_code(hold.key);
        self.codes.insert(hold.key, (by, hold.until));
        self.codes_until.insert((hold.until, hold.key));
    }

    pub(crate) fn free_code(&mut self, key: Digest) {
        if let Some((_, until)) = self.codes.remove(&key) {
            self.codes_until.remove(&(until, key));
        }
    }

    /// Notes that an item is final, so that it leaves when the tables hold it.
    pub(crate) fn note_decided(&mut self, at: Stamp, spent: Spent) {
        if self.leaving.is_empty() {
            self.left_at = at.now;
        }
        self.leaving.push_back((at.seq, spent));
    }

    pub(crate) fn note_refund(&mut self, payment: ItemId, id: ItemId) {
        let refunds: &mut BTreeSet<ItemId> = self.refunds.entry(payment).or_default();
        refunds.insert(id);
    }
}

/// A queue that was long once, after a time without tables or a busy hour, does not keep its room.
fn give_back<T>(queue: &mut VecDeque<T>) {
    if queue.capacity() > ROOM_KEPT.max(queue.len().saturating_mul(4)) {
        queue.shrink_to(queue.len().saturating_mul(2));
    }
}
