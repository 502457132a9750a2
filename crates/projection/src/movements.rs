//! What a record moves in the money book, as rows.

use money::{Amount, Currency, Money};
use switch::{Operated, ParticipantId, Purse, Record, Settled, Stamp, Switch, WindowId};

/// One side of a movement: what came to a purse, or left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// When, and in which batch.
    pub at: Stamp,
    /// Where.
    pub purse: Purse,
    /// Who got a payout; nobody for the other movements of the bank's account.
    pub payee: Option<ParticipantId>,
    /// In which currency.
    pub currency: Currency,
    /// How much came (positive) or left (negative), in minor units.
    pub amount: i64,
    /// What it was: `deposit`, `withdrawal`, `settlement`, `payout`, `draw`, `repayment`,
    /// `adjustment`, or `cover` for what a journal of before liquidity was kept presumed.
    pub kind: &'static str,
    /// Of which window.
    pub window: Option<WindowId>,
    /// The bank's reference or the break's name; may be empty.
    pub reference: String,
}

/// What a record moves. `before` is the core that does not know it yet.
pub(crate) fn movements(before: &Switch, at: Stamp, record: &Record) -> Vec<Movement> {
    match record {
        Record::CapSet {
            participant,
            currency,
            cap,
        } => {
            let missing = cap.saturating_sub(before.cover(*participant, *currency));
            let money = Money::new(*currency, missing);
            in_or_out(at, *participant, money, true, "cover")
        }
        Record::Operated(operated) => of_operators(at, operated),
        Record::Settled(settled) => of_settlement(before, at, settled),
        Record::ParticipantSet { .. }
        | Record::CorridorSet(_)
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

fn of_operators(at: Stamp, operated: &Operated) -> Vec<Movement> {
    match operated {
        Operated::Deposited {
            participant,
            currency,
            amount,
        } => {
            let money = Money::new(*currency, *amount);
            in_or_out(at, *participant, money, true, "deposit")
        }
        Operated::Withdrawn {
            participant,
            currency,
            amount,
        } => {
            let money = Money::new(*currency, *amount);
            in_or_out(at, *participant, money, false, "withdrawal")
        }
        Operated::RailStopped { .. }
        | Operated::RailResumed { .. }
        | Operated::ActionProposed(_)
        | Operated::ActionApproved { .. }
        | Operated::ActionRejected { .. }
        | Operated::ActionExpired { .. }
        | Operated::BreakOpened(_)
        | Operated::BreakClosed { .. }
        | Operated::Certified { .. }
        | Operated::Suspended { .. }
        | Operated::Resumed { .. }
        | Operated::Swept { .. } => Vec::new(),
    }
}

fn of_settlement(before: &Switch, at: Stamp, settled: &Settled) -> Vec<Movement> {
    match settled {
        Settled::Instructed {
            window, settlement, ..
        } => {
            let part = |(who, part): &(ParticipantId, Money)| Movement {
                window: Some(*window),
                ..one(at, Purse::Liquidity(*who), *part, false, "settlement")
            };
            settlement.parts.iter().map(part).collect()
        }
        Settled::PaidOut {
            window,
            place,
            reference,
            ..
        } => {
            let known = before.window_of(*window);
            let payouts = known.and_then(|known| known.settlement.as_ref());
            let place = usize::try_from(*place).ok();
            let payout = payouts
                .zip(place)
                .and_then(|(all, place)| all.payouts.get(place));
            let paid = payout.map(|payout| Movement {
                payee: Some(payout.creditor),
                window: Some(*window),
                reference: reference.clone(),
                ..one(at, Purse::Bank, payout.money, false, "payout")
            });
            paid.into_iter().collect()
        }
        Settled::Drawn { participant, money } => in_or_out(at, *participant, *money, true, "draw"),
        Settled::Repaid { participant, money } => {
            in_or_out(at, *participant, *money, false, "repayment")
        }
        Settled::Adjusted(adjustment) => {
            let money = adjustment.money;
            // What is said to come from the bank's account came to it, and the other way round.
            let side = |purse, is_from: bool| {
                let comes = is_from == (purse == Purse::Bank);
                Movement {
                    reference: adjustment.break_id.clone(),
                    ..one(at, purse, money, comes, "adjustment")
                }
            };
            vec![side(adjustment.from, true), side(adjustment.to, false)]
        }
        Settled::Arranged(_)
        | Settled::Scheduled { .. }
        | Settled::Closed { .. }
        | Settled::WindowSettled { .. }
        | Settled::Held { .. }
        | Settled::Excluded { .. }
        | Settled::Pledged { .. } => Vec::new(),
    }
}

/// Both sides of money that comes to a participant's liquidity through the bank, or leaves it.
fn in_or_out(
    at: Stamp,
    who: ParticipantId,
    money: Money,
    comes: bool,
    kind: &'static str,
) -> Vec<Movement> {
    if money.amount == Amount::ZERO {
        return Vec::new();
    }
    vec![
        one(at, Purse::Liquidity(who), money, comes, kind),
        one(at, Purse::Bank, money, comes, kind),
    ]
}

fn one(at: Stamp, purse: Purse, money: Money, comes: bool, kind: &'static str) -> Movement {
    // An amount is below 2^63 by its type.
    let minor = money.amount.minor().cast_signed();
    Movement {
        at,
        purse,
        payee: None,
        currency: money.currency,
        amount: if comes { minor } else { minor.saturating_neg() },
        kind,
        window: None,
        reference: String::new(),
    }
}
