//! The tables as plain maps, fed by the rule of the projector: what a row says is what a core
//! that was told the same records says.

use std::collections::BTreeMap;

use switch::{Closed, Item, ItemId, Kind, ParticipantId, RecalledPayment, Record, Stamp, Switch};

use crate::shelf::{Ask, Past, Shelf, given_back};
use crate::world::World;

pub(crate) struct Model {
    core: Switch,
    seq: u64,
    items: BTreeMap<ItemId, Item>,
    closed: BTreeMap<(ParticipantId, ItemId), Closed>,
}

impl Shelf for Model {
    fn after(base: &World) -> Self {
        let items = base.switch.items().map(|item| (item.id, item.clone()));
        Self {
            core: base.switch.clone(),
            seq: base.records.last().map_or(0, |(stamp, _)| stamp.seq),
            items: items.collect(),
            closed: BTreeMap::new(),
        }
    }

    fn take(&mut self, batches: &[(Stamp, Vec<Record>)]) {
        for (stamp, records) in batches {
            for record in records {
                self.core.apply(*stamp, record);
                self.note(record);
            }
            self.seq = stamp.seq;
        }
    }

    fn seq(&self) -> u64 {
        self.seq
    }

    fn look(&self, ask: Ask) -> Past {
        let payment = ask.payment.and_then(|id| self.items.get(&id)).map(|item| {
            let of_it = Kind::Refund { payment: item.id };
            let refunds = self.items.values().filter(|refund| refund.kind == of_it);
            let (refunded, payer_refunded) = given_back(refunds);
            RecalledPayment {
                item: item.clone(),
                refunded,
                payer_refunded,
            }
        });
        Past {
            seq: self.seq,
            item: self.items.get(&ask.id).cloned(),
            closed: self.closed.get(&(ask.requester, ask.id)).copied(),
            payment,
        }
    }
}

impl Model {
    fn note(&mut self, record: &Record) {
        let id = match record {
            Record::PaymentReserved(reserved) => reserved.id,
            Record::RefundReserved(taken) | Record::RefundWaiting(taken) => taken.id,
            Record::RefundFunded { id, .. }
            | Record::Asked { id, .. }
            | Record::InDoubt { id, .. }
            | Record::Completed { id, .. }
            | Record::Cancelled { id, .. } => *id,
            Record::Refused { id, requester, .. } | Record::Forbidden { id, requester } => {
                let closed = *self.core.closed(*requester, *id).unwrap();
                self.closed.insert((*requester, *id), closed);
                return;
            }
            Record::ParticipantSet { .. }
            | Record::CorridorSet(_)
            | Record::CapSet { .. }
            | Record::StandingSet(_)
            | Record::ReferenceSet(_)
            | Record::MerchantSet(_)
            | Record::WindowOpened(_)
            | Record::Acknowledged { .. }
            | Record::Operated(_)
            | Record::Projected { .. }
            | Record::WebhookSet { .. }
            | Record::WebhookRemoved { .. }
            | Record::Settled(_) => return,
        };
        let item = self.core.item(id).unwrap().clone();
        self.items.insert(id, item);
    }
}
