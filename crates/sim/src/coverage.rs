//! What a run came across, by the records of its journal: a simulator that never meets a doubt
//! proves nothing about doubts.

use std::collections::BTreeMap;

use journal::memory::MemoryStore;
use switch::{Cause, Reason, Record};

pub(crate) fn coverage(store: &MemoryStore) -> BTreeMap<String, u64> {
    let mut met = BTreeMap::new();
    for row in store.rows() {
        for record in projection::decode(&row.records).unwrap_or_default() {
            if let Some(name) = name(&record) {
                let count: &mut u64 = met.entry(name).or_default();
                *count = count.saturating_add(1);
            }
        }
    }
    met
}

fn name(record: &Record) -> Option<String> {
    let name = match record {
        Record::PaymentReserved(reserved) => match reserved.code {
            Some(_) => "payment of a dynamic code",
            None => "payment of a static code",
        },
        Record::Refused { refusal, .. } => return Some(format!("{refusal:?}")),
        Record::Forbidden { .. } => "forbidden",
        Record::RefundReserved(_) => "refund",
        Record::RefundWaiting(_) => "refund that waits",
        Record::RefundFunded { .. } => "refund that liquidity came for",
        Record::InDoubt { .. } => "doubt",
        Record::Completed { cause, .. } => match cause {
            Cause::Accepted => "completed",
            Cause::DoubtExpired => "completed by the end of a doubt",
            Cause::Operators => "completed by operators",
        },
        Record::Cancelled { reason, .. } => match reason {
            Reason::Rejected(_) => "rejected",
            Reason::NoAnswer => "not answered",
            Reason::Withdrawn => "withdrawn",
            Reason::DoubtExpired => "cancelled by the end of a doubt",
            Reason::Operators => "cancelled by operators",
            Reason::Suspended => "cancelled by a suspension",
            Reason::NoLiquidity => "refund that liquidity did not come for",
        },
        Record::Projected { .. } => "left memory",
        Record::Operated(_) => "a rule that operators own",
        Record::ParticipantSet { .. }
        | Record::CorridorSet(_)
        | Record::CapSet { .. }
        | Record::StandingSet(_)
        | Record::ReferenceSet(_)
        | Record::MerchantSet(_)
        | Record::WindowOpened(_)
        | Record::Asked { .. }
        | Record::Acknowledged { .. }
        | Record::WebhookSet { .. }
        | Record::WebhookRemoved { .. } => return None,
    };
    Some(name.to_owned())
}
