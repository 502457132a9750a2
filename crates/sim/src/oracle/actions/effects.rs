//! What a record must be that an action caused, worked out from the proposal alone.

use switch::{Act, Cause, DoubtDecision, Operated, Reason, Record};

/// Whether the record is what the proposal said, to the last field.
pub(super) fn is_effect(act: &Act, record: &Record) -> bool {
    match (act, record) {
        (
            Act::Cap {
                participant,
                currency,
                before: _,
                after,
            },
            Record::CapSet {
                participant: who,
                currency: of,
                cap,
            },
        ) => (who, of, cap) == (participant, currency, after),
        (Act::Corridor { base, after }, Record::CorridorSet(set)) => {
            let mut meant = (**after).clone();
            meant.at = set.at;
            let is_next = Some(set.at.version) == base.version.checked_add(1);
            *set == meant && set.at.id == base.id && is_next
        }
        (
            Act::Keys {
                participant, after, ..
            },
            Record::ParticipantSet {
                id,
                participant: set,
            },
        ) => id == participant && set.keys == *after,
        (
            Act::Resolve {
                item,
                decision: DoubtDecision::Complete,
                ..
            },
            Record::Completed { id, cause, .. },
        ) => id == item && *cause == Cause::Operators,
        (
            Act::Resolve {
                item,
                decision: DoubtDecision::Cancel,
                ..
            },
            Record::Cancelled { id, reason },
        ) => id == item && *reason == Reason::Operators,
        (act, Record::Operated(operated)) => is_operated(act, operated),
        (_act, _other) => false,
    }
}

fn is_operated(act: &Act, operated: &Operated) -> bool {
    let meant = match act {
        Act::Deposit {
            participant,
            currency,
            amount,
        } => Operated::Deposited {
            participant: *participant,
            currency: *currency,
            amount: *amount,
        },
        Act::Withdraw {
            participant,
            currency,
            amount,
        } => Operated::Withdrawn {
            participant: *participant,
            currency: *currency,
            amount: *amount,
        },
        Act::Suspend { participant, open } => Operated::Suspended {
            participant: *participant,
            open: *open,
        },
        Act::Resume { participant } => Operated::Resumed {
            participant: *participant,
        },
        Act::ResumeRail { participant } => Operated::RailResumed {
            participant: *participant,
        },
        Act::Certify {
            participant,
            before: _,
            after,
            evidence,
        } => Operated::Certified {
            participant: *participant,
            finality: *after,
            evidence: evidence.clone(),
        },
        Act::CloseBreak { item, legs } => Operated::BreakClosed {
            item: *item,
            legs: legs.clone(),
        },
        Act::OpenBreak(found) => {
            let mut meant = found.clone();
            if let Operated::BreakOpened(opened) = operated {
                meant.opened_at = opened.opened_at;
                meant.deadline = opened.deadline;
            }
            Operated::BreakOpened(meant)
        }
        Act::Cap { .. } | Act::Corridor { .. } | Act::Keys { .. } | Act::Resolve { .. } => {
            return false;
        }
    };
    meant == *operated
}

/// Whether only people may cause it; a break without evidence is one that a rail's own answer
/// showed, and what the first batch sets up is set up by one.
pub(super) fn needs_people(record: &Record, has_begun: bool) -> bool {
    match record {
        Record::CapSet { .. } | Record::CorridorSet(_) | Record::ParticipantSet { .. } => has_begun,
        Record::Completed { cause, .. } => *cause == Cause::Operators,
        Record::Cancelled { reason, .. } => *reason == Reason::Operators,
        Record::Operated(operated) => match &**operated {
            Operated::Deposited { .. } => has_begun,
            Operated::BreakOpened(found) => !found.evidence.is_empty(),
            Operated::Withdrawn { .. }
            | Operated::Suspended { .. }
            | Operated::Resumed { .. }
            | Operated::Certified { .. }
            | Operated::RailResumed { .. }
            | Operated::BreakClosed { .. } => true,
            Operated::RailStopped { .. }
            | Operated::ActionProposed(_)
            | Operated::ActionApproved { .. }
            | Operated::ActionRejected { .. }
            | Operated::ActionExpired { .. }
            | Operated::Swept { .. } => false,
        },
        Record::StandingSet(_)
        | Record::ReferenceSet(_)
        | Record::MerchantSet(_)
        | Record::WindowOpened(_)
        | Record::PaymentReserved(_)
        | Record::Refused { .. }
        | Record::Forbidden { .. }
        | Record::RefundReserved(_)
        | Record::RefundWaiting(_)
        | Record::RefundFunded { .. }
        | Record::Asked { .. }
        | Record::InDoubt { .. }
        | Record::Acknowledged { .. }
        | Record::WebhookSet { .. }
        | Record::WebhookRemoved { .. }
        | Record::Projected { .. } => false,
    }
}
