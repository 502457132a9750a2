//! What a run came across, by the records of its journal: a simulator that never meets a doubt
//! proves nothing about doubts.

use std::collections::BTreeMap;

use journal::memory::MemoryStore;
use switch::{
    Act, BreakKind, Cause, CloseCause, Digest, OpenItems, Operated, Reason, Record, Settled,
    SettlementAct,
};

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
        Record::Operated(operated) => return operated_name(operated),
        Record::Settled(settled) => settled_name(settled),
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

fn operated_name(operated: &Operated) -> Option<String> {
    let name = match operated {
        Operated::ActionProposed(proposed) => {
            return Some(format!("proposed: {}", act_name(&proposed.act)));
        }
        Operated::ActionApproved { .. } => "action approved",
        Operated::ActionRejected { .. } => "action rejected",
        Operated::ActionExpired { .. } => "action expired",
        Operated::RailStopped { .. } => "rail stopped",
        Operated::RailResumed { .. } => "rail resumed",
        Operated::BreakOpened(found) => match (found.kind, found.evidence.is_empty()) {
            (BreakKind::CreditedThoughCancelled, true) => "break: credited, says the rail",
            (BreakKind::CreditedThoughCancelled, false) => "break: credited, says a statement",
            (BreakKind::NotCreditedThoughCompleted, true) => "break: not credited, says the rail",
            (BreakKind::NotCreditedThoughCompleted, false) => {
                "break: not credited, says a statement"
            }
        },
        Operated::BreakClosed { legs, .. } => match legs.is_empty() {
            true => "break closed with nothing",
            false => "break closed by a linked payment",
        },
        Operated::Deposited { .. } => "deposited",
        Operated::Withdrawn { .. } => "withdrawn from liquidity",
        Operated::Certified { .. } => "certified",
        Operated::Suspended { open, .. } => match open {
            OpenItems::Run => "suspended, what is open runs on",
            OpenItems::Cancel => "suspended, what is open is cancelled",
        },
        Operated::Resumed { .. } => "resumed",
        Operated::Swept { .. } => "open items of a suspended participant looked through",
    };
    Some(name.to_owned())
}

fn act_name(act: &Act) -> &'static str {
    match act {
        Act::Deposit { .. } => "deposit",
        Act::Withdraw { .. } => "withdraw",
        Act::Cap { .. } => "cap",
        Act::Suspend { .. } => "suspend",
        Act::Resume { .. } => "resume",
        Act::Corridor { .. } => "corridor",
        Act::Keys { .. } => "keys",
        Act::Certify { .. } => "certify",
        Act::Resolve { .. } => "resolve",
        Act::OpenBreak(_) => "open break",
        Act::CloseBreak { .. } => "close break",
        Act::ResumeRail { .. } => "resume rail",
        Act::Settlement(act) => match **act {
            SettlementAct::Arrange(_) => "arrange",
            SettlementAct::Close { .. } => "close a window",
            SettlementAct::Settle { .. } => "settle a window",
            SettlementAct::Hold { .. } => "hold a window",
            SettlementAct::Exclude { .. } => "exclude from a window",
            SettlementAct::Pledge { .. } => "pledge",
            SettlementAct::Draw { .. } => "draw a pledge",
            SettlementAct::Repay { .. } => "repay a pledge",
            SettlementAct::Confirm { .. } => "confirm a payout",
            SettlementAct::Adjust(_) => "adjust",
        },
    }
}

fn settled_name(settled: &Settled) -> &'static str {
    match settled {
        Settled::Arranged(_) => "arranged",
        Settled::Scheduled { .. } => "window scheduled",
        Settled::Closed { cause, .. } => match cause {
            CloseCause::Calendar => "window closed by the calendar",
            CloseCause::Operators => "window closed by operators",
        },
        Settled::Instructed { settlement, .. } => {
            let is_net = settlement.payouts.iter().all(|one| one.debtor.is_none());
            match (settlement.rates.is_empty(), is_net) {
                (true, true) => "window instructed",
                (true, false) => "window instructed, pair by pair",
                (false, true) => "window instructed in one currency",
                (false, false) => "window instructed in one currency, pair by pair",
            }
        }
        Settled::PaidOut { statement, .. } => match *statement == Digest([0; 32]) {
            true => "payout confirmed by operators",
            false => "payout seen on a statement",
        },
        Settled::WindowSettled { .. } => "window settled",
        Settled::Held { .. } => "window held",
        Settled::Excluded { .. } => "excluded from a window",
        Settled::Pledged { .. } => "pledged",
        Settled::Drawn { .. } => "pledge drawn",
        Settled::Repaid { .. } => "pledge repaid",
        Settled::Adjusted(_) => "adjusted",
    }
}
