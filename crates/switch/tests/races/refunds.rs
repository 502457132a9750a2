//! Refunds of one payment of JPY 3,000, which the races of both rooms are about.

use std::collections::BTreeMap;

use money::{Amount, Currency};
use switch::{Digest, Input, ItemId, Record, RefundInput};

use crate::run::{Body, Run};
use crate::shelf::Shelf;
use crate::world::{ACLEDA, NETSTARS, World, jpy};

/// The network after the payment.
pub(crate) fn paid() -> World {
    let mut world = World::new();
    let quote = world.quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000));
    world.pay(quote.unwrap()).unwrap();
    world.accept(NETSTARS, 1);
    world
}

pub(crate) fn refund(id: u128, yen: u64) -> Body {
    Body::Refund(RefundInput {
        payee: NETSTARS,
        id: ItemId(id),
        payment: ItemId(1),
        amount: jpy(yen),
        request: Digest([u8::try_from(id % 251).unwrap(); 32]),
        recalled: None,
    })
}

pub(crate) fn cap(run: &mut Run<'_, impl Shelf>, minor: u64) {
    let set = Input::SetCap {
        participant: NETSTARS,
        currency: Currency::Jpy,
        cap: Amount::from_minor(minor).unwrap(),
    };
    run.give(&set).unwrap();
}

/// What refunds gave back or may yet, in yen and riel, and how many did for good.
pub(crate) fn given(run: &Run<'_, impl Shelf>) -> (u64, u64, usize) {
    let mut refunds = BTreeMap::new();
    let mut completed = 0;
    for (_, record) in run.all_records() {
        if let Record::RefundReserved(taken) | Record::RefundWaiting(taken) = record {
            let (yen, riel) = (taken.amount.amount, taken.payer_amount.amount);
            let known = refunds.insert(taken.id, (yen.minor(), riel.minor()));
            assert_eq!(known, None, "taken twice: {:?}", taken.id);
        } else if let Record::Cancelled { id, .. } = record {
            refunds.remove(id);
        } else if let Record::Completed { .. } = record {
            completed += 1;
        }
    }
    let add = |sum: (u64, u64), one: &(u64, u64)| (sum.0 + one.0, sum.1 + one.1);
    let (yen, riel) = refunds.values().fold((0, 0), add);
    (yen, riel, completed)
}
