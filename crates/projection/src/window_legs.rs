//! What a record adds to the nets of a window without completing an item: the legs that close a
//! break, and what an exclusion takes from one window into another. With the items of a window
//! these legs are everything that its nets are made of, so that a statement can add up.

use money::{Amount, Currency, Money};
use switch::{ItemId, Operated, ParticipantId, Record, Settled, Stamp, Switch, WindowId};

/// Why a leg stands in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegSource {
    /// It closed the break of an item.
    Break(ItemId),
    /// An exclusion took it to that window: the leg is turned round, so that it undoes what the
    /// window held.
    MovedTo(WindowId),
    /// An exclusion brought it from that window.
    MovedFrom(WindowId),
}

/// A leg of a window that no item of the window posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowLeg {
    /// Of which window.
    pub window: WindowId,
    /// When, and in which batch.
    pub at: Stamp,
    /// Why.
    pub source: LegSource,
    /// Who owes.
    pub owes: ParticipantId,
    /// Who is owed.
    pub is_owed: ParticipantId,
    /// How much.
    pub money: Money,
}

/// What a record adds. `before` is the core that does not know it yet.
pub(crate) fn window_legs(before: &Switch, at: Stamp, record: &Record) -> Vec<WindowLeg> {
    match record {
        Record::Operated(operated) => match operated.as_ref() {
            Operated::BreakClosed { item, legs } if before.open_break(*item).is_some() => legs
                .iter()
                .map(|leg| WindowLeg {
                    window: before.window(),
                    at,
                    source: LegSource::Break(*item),
                    owes: leg.owes,
                    is_owed: leg.is_owed,
                    money: leg.money,
                })
                .collect(),
            Operated::BreakClosed { .. }
            | Operated::Deposited { .. }
            | Operated::Withdrawn { .. }
            | Operated::RailStopped { .. }
            | Operated::RailResumed { .. }
            | Operated::ActionProposed(_)
            | Operated::ActionApproved { .. }
            | Operated::ActionRejected { .. }
            | Operated::ActionExpired { .. }
            | Operated::BreakOpened(_)
            | Operated::Certified { .. }
            | Operated::Suspended { .. }
            | Operated::Resumed { .. }
            | Operated::Swept { .. } => Vec::new(),
        },
        Record::Settled(settled) => match settled.as_ref() {
            Settled::Excluded {
                window,
                participant,
                ..
            } => moved(before, at, *window, *participant),
            Settled::Arranged(_)
            | Settled::Scheduled { .. }
            | Settled::Closed { .. }
            | Settled::Instructed { .. }
            | Settled::PaidOut { .. }
            | Settled::WindowSettled { .. }
            | Settled::Held { .. }
            | Settled::Pledged { .. }
            | Settled::Drawn { .. }
            | Settled::Repaid { .. }
            | Settled::Adjusted(_) => Vec::new(),
        },
        Record::ParticipantSet { .. }
        | Record::CorridorSet(_)
        | Record::CapSet { .. }
        | Record::StandingSet(_)
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
        | Record::Completed { .. }
        | Record::Cancelled { .. }
        | Record::Acknowledged { .. }
        | Record::WebhookSet { .. }
        | Record::WebhookRemoved { .. }
        | Record::Projected { .. } => Vec::new(),
    }
}

/// The same pairs that the core moves into the open window.
fn moved(before: &Switch, at: Stamp, window: WindowId, who: ParticipantId) -> Vec<WindowLeg> {
    let Some(from) = before.window_of(window) else {
        return Vec::new();
    };
    let into = before.window();
    let of_it = from
        .pairs
        .iter()
        .filter(|((owes, is_owed, _), _)| *owes == who || *is_owed == who);
    let mut legs = Vec::new();
    for ((owes, is_owed, currency), sum) in of_it {
        for money in amounts(*currency, *sum) {
            legs.push(WindowLeg {
                window,
                at,
                source: LegSource::MovedTo(into),
                owes: *is_owed,
                is_owed: *owes,
                money,
            });
            legs.push(WindowLeg {
                window: into,
                at,
                source: LegSource::MovedFrom(window),
                owes: *owes,
                is_owed: *is_owed,
                money,
            });
        }
    }
    legs
}

/// A sum of many payments may be larger than one amount can be.
fn amounts(currency: Currency, sum: u128) -> Vec<Money> {
    let mut left = sum;
    let mut amounts = Vec::new();
    while left > 0 {
        let part = u64::try_from(left).ok().and_then(Amount::from_minor);
        let part = part.unwrap_or(Amount::MAX);
        amounts.push(Money::new(currency, part));
        left = left.saturating_sub(u128::from(part.minor()));
    }
    amounts
}
