//! What the races need of the tables: they follow the batches, late, and are looked into.

use money::Amount;
use switch::{Closed, Item, ItemId, ParticipantId, RecalledPayment, Record, Stamp};

use crate::world::World;

/// What is looked for.
#[derive(Clone, Copy)]
pub(crate) struct Ask {
    pub(crate) id: ItemId,
    pub(crate) requester: ParticipantId,
    pub(crate) payment: Option<ItemId>,
}

/// What was found, as of one batch.
pub(crate) struct Past {
    pub(crate) seq: u64,
    pub(crate) item: Option<Item>,
    pub(crate) closed: Option<Closed>,
    pub(crate) payment: Option<RecalledPayment>,
}

pub(crate) trait Shelf {
    /// The tables after the network and what was paid before the race.
    fn after(base: &World) -> Self;

    /// Takes the next batches.
    fn take(&mut self, batches: &[(Stamp, Vec<Record>)]);

    /// The batch that it stands for.
    fn seq(&self) -> u64;

    fn look(&self, ask: Ask) -> Past;
}

/// What of a payment went back for good, in both currencies.
pub(crate) fn given_back<'a>(refunds: impl Iterator<Item = &'a Item>) -> (Amount, Amount) {
    let completed = refunds.filter(|refund| refund.state == switch::State::Completed);
    completed.fold((Amount::ZERO, Amount::ZERO), |sums, refund| {
        let add = |sum: Amount, more| sum.checked_add(more).unwrap();
        (
            add(sums.0, refund.amount.amount),
            add(sums.1, refund.payer_amount.amount),
        )
    })
}
