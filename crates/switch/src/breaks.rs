//! Breaks: evidence disagrees with an outcome, and somebody is out of money.
//!
//! # Doctrine
//!
//! Outcomes never change. What changes is who owes whom, by a payment of its own that is linked
//! to the item and goes through headroom like any other leg. Who bears the loss is named by the
//! corridor's version that the item was made under.
//!
//! * **Credited though cancelled.** The outcome moved nothing, but the creditor's side has given
//!   its customer the money. It is out of what it gave: of a payment, what the shop received; of
//!   a refund, what the payer received. *The bearer owes that to the creditor's side.* No fee is
//!   in it: fees are earned by completing, and nothing completed.
//! * **Not credited though completed.** The outcome posted every leg, but the creditor's side has
//!   given nothing and never undertook to: what it is owed for the item is not its own. The
//!   requester's side is out of what it owed. *The creditor's side owes the bearer what it was to
//!   get, and the bearer owes the requester's side what it gave.* The bearer is left with the
//!   difference, which is the exchange and the fees: those who exchanged and switched did their
//!   work, and a refund leaves fees where they are too.
//! * Where two of the three are the same participant, its leg to itself disappears; the bearer
//!   that is out of money itself gets nothing, because there is nobody to get it from.
//! * A payment is given back once, by refunds or by its break. While a break is open that may
//!   give it back, nothing more of it is refunded. What was refunded before is in memory, where
//!   closing the break looks; or in the tables, where whoever proposes the linked payment looks.
//!   Between the two nothing can be missed, because nothing new begins meanwhile.
//! * A break holds all that closing it needs, because its item may have left memory long ago.
//!   There is one for an item, ever: the second contradiction is the same loss.

use std::collections::BTreeMap;

use money::{Amount, Currency, Money};

use crate::limits::BREAK_SPAN;
use crate::{
    Cause, Finality, Item, ItemId, Kind, Leg, LegKind, LossBearer, ParticipantId, Reason, State,
    Switch, Time, Verdict,
};

/// How evidence and outcome disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakKind {
    /// The outcome is cancelled; the creditor's side has credited.
    CreditedThoughCancelled,
    /// The outcome is completed; the creditor's side has not credited.
    NotCreditedThoughCompleted,
}

/// A disagreement, with an owner and a deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The payment or refund.
    pub item: ItemId,
    /// The payment itself, for a refund the one that it gives back.
    pub payment: ItemId,
    /// How they disagree.
    pub kind: BreakKind,
    /// Who pays.
    pub bearer: ParticipantId,
    /// What has to be paid, and by whom to whom; nothing if the bearer is who lost it.
    pub legs: Vec<Leg>,
    /// What shows it; empty when it was the rail's own answer.
    pub evidence: String,
    /// When it was found.
    pub opened_at: Time,
    /// By when the bearer must have had it closed; from then on it is the operators' own.
    pub deadline: Time,
}

impl Switch {
    /// The break of an item that ended as its kind says; `None` for any other.
    pub fn break_of(&self, item: &Item, kind: BreakKind, now: Time) -> Option<Break> {
        let fits = match kind {
            BreakKind::CreditedThoughCancelled => item.state == State::Cancelled,
            BreakKind::NotCreditedThoughCompleted => item.state == State::Completed,
        };
        if !fits {
            return None;
        }
        let terms = &item.terms;
        let bearer = match self.corridor(terms.corridor)?.loss_bearer {
            LossBearer::PayerParticipant => terms.payer,
            LossBearer::PayeeParticipant => terms.payee,
            LossBearer::House => self.house(),
        };
        let payment = match item.kind {
            Kind::Payment => item.id,
            Kind::Refund { payment } => payment,
        };
        Some(Break {
            item: item.id,
            payment,
            kind,
            bearer,
            legs: self.break_legs(item, kind, bearer),
            evidence: String::new(),
            opened_at: now,
            deadline: now.after(BREAK_SPAN),
        })
    }

    fn break_legs(&self, item: &Item, kind: BreakKind, bearer: ParticipantId) -> Vec<Leg> {
        let (requester, creditor) = (item.requester, item.creditor);
        let leg = |owes, is_owed, money| Leg {
            kind: LegKind::Break,
            owes,
            is_owed,
            money,
        };
        let legs: Vec<Leg> = match kind {
            BreakKind::CreditedThoughCancelled => {
                let gave = match item.kind {
                    Kind::Payment => item.terms.shop_receives(),
                    Kind::Refund { .. } => item.payer_amount,
                };
                vec![leg(bearer, creditor, gave)]
            }
            BreakKind::NotCreditedThoughCompleted => {
                let posted = self.legs(item);
                let held = sum(posted.iter().filter(|leg| leg.is_owed == creditor));
                let given = sum(posted.iter().filter(|leg| leg.owes == requester));
                let back = held.into_iter().map(|money| leg(creditor, bearer, money));
                let made_good = given.into_iter().map(|money| leg(bearer, requester, money));
                back.chain(made_good).collect()
            }
        };
        legs.into_iter()
            .filter(|leg| leg.owes != leg.is_owed && !leg.money.amount.is_zero())
            .collect()
    }

    /// The break that an answer about a decided item opens, if it does: only where a doubt was
    /// decided without the rail's word can its word be evidence against the outcome.
    pub(crate) fn contradiction(&self, now: Time, item: &Item, said: Verdict) -> Option<Break> {
        let decided = item.decided?;
        let in_doubt = match (decided.cause, decided.reason) {
            (Some(Cause::DoubtExpired | Cause::Operators), _)
            | (_, Some(Reason::DoubtExpired | Reason::Operators)) => true,
            (Some(Cause::Accepted), _)
            | (
                None,
                Some(
                    Reason::Rejected(_)
                    | Reason::NoAnswer
                    | Reason::Withdrawn
                    | Reason::NoLiquidity
                    | Reason::Suspended,
                )
                | None,
            ) => false,
        };
        let kind = match said {
            Verdict::Accepted => BreakKind::CreditedThoughCancelled,
            Verdict::Rejected(_) => BreakKind::NotCreditedThoughCompleted,
        };
        let is_immediate = item.finality == Finality::Immediate;
        if !in_doubt || !is_immediate || self.operations.had_break(item.id) {
            return None;
        }
        self.break_of(item, kind, now)
    }
}

/// Amounts by currency, in the order of the currencies.
fn sum<'a>(legs: impl Iterator<Item = &'a Leg>) -> Vec<Money> {
    let mut sums: BTreeMap<Currency, Amount> = BTreeMap::new();
    for leg in legs {
        let sum = sums.entry(leg.money.currency).or_insert(Amount::ZERO);
        *sum = sum.checked_add(leg.money.amount).unwrap_or(Amount::MAX);
    }
    let whole = sums.into_iter();
    whole
        .map(|(currency, amount)| Money::new(currency, amount))
        .collect()
}
