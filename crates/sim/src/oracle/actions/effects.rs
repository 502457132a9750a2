//! What a record must be that an action caused, worked out from the proposal alone.

use switch::{
    Act, Cause, CloseCause, Digest, DoubtDecision, Operated, Reason, Record, Settled, SettlementAct,
};

/// The hash of a payout's statement that is no statement but the word of two people.
pub(in crate::oracle) const NO_STATEMENT: Digest = Digest([0; 32]);

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
        (Act::Settlement(act), Record::Settled(settled)) => is_settled(act, settled),
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
        Act::Cap { .. }
        | Act::Corridor { .. }
        | Act::Keys { .. }
        | Act::Resolve { .. }
        | Act::Settlement(_) => {
            return false;
        }
    };
    meant == *operated
}

fn is_settled(act: &SettlementAct, settled: &Settled) -> bool {
    let meant = match act.clone() {
        SettlementAct::Arrange(arrangement) => Settled::Arranged(arrangement),
        SettlementAct::Close { window } => {
            // What opens and when follows from the calendar; who closed it follows from this.
            return matches!(settled, Settled::Closed { window: closed, cause, .. }
                if *closed == window && *cause == CloseCause::Operators);
        }
        SettlementAct::Settle {
            window,
            day,
            settlement,
        } => Settled::Instructed {
            window,
            day,
            settlement,
        },
        SettlementAct::Hold { window, until } => Settled::Held { window, until },
        SettlementAct::Exclude {
            window,
            participant,
        } => {
            return matches!(settled, Settled::Excluded { window: from, participant: who, .. }
                if *from == window && *who == participant);
        }
        SettlementAct::Pledge {
            participant,
            currency,
            before: _,
            after,
        } => Settled::Pledged {
            participant,
            currency,
            limit: after,
        },
        SettlementAct::Draw { participant, money } => Settled::Drawn { participant, money },
        SettlementAct::Repay { participant, money } => Settled::Repaid { participant, money },
        SettlementAct::Confirm {
            window,
            place,
            reference,
        } => Settled::PaidOut {
            window,
            place,
            reference,
            statement: NO_STATEMENT,
        },
        SettlementAct::Adjust(adjustment) => Settled::Adjusted(adjustment),
    };
    meant == *settled
}

/// Whether only people may cause it; the rest follows from the calendar, from statements, and
/// from what people caused.
fn settlement_needs_people(settled: &Settled, has_begun: bool) -> bool {
    match settled {
        Settled::Arranged(_) => has_begun,
        Settled::Closed { cause, .. } => *cause == CloseCause::Operators,
        Settled::PaidOut { statement, .. } => *statement == NO_STATEMENT,
        Settled::Instructed { .. }
        | Settled::Held { .. }
        | Settled::Excluded { .. }
        | Settled::Pledged { .. }
        | Settled::Drawn { .. }
        | Settled::Repaid { .. }
        | Settled::Adjusted(_) => true,
        Settled::Scheduled { .. } | Settled::WindowSettled { .. } => false,
    }
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
        Record::Settled(settled) => settlement_needs_people(settled, has_begun),
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
