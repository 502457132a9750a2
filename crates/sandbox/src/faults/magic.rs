//! The magic amounts: the last three digits of the shop's amount in minor units say how whoever
//! is asked to credit misbehaves, as payment sandboxes do. A refund is judged by its own amount.

use wire::api::Money;

use super::{Chosen, FaultKind, FaultRule};
use crate::text::money_in;

/// What an amount asks for.
pub(super) fn of(amount: &Money) -> Option<Chosen> {
    let minor = money_in(amount, "/instructed_amount").ok()?.amount.minor();
    let (fault, first_only) = match minor % 1_000 {
        901 => (FaultKind::Silent, false),
        902 => (FaultKind::Rejects, false),
        903 => (FaultKind::AnswersTwice, true),
        904 => (FaultKind::Late, false),
        905 => (FaultKind::OutOfOrder, true),
        906 => (FaultKind::BadSignature, false),
        907 => (FaultKind::Slow, false),
        908 => (FaultKind::DiesAfterAnswering, true),
        _plain => return None,
    };
    let rule = FaultRule::of(fault);
    Some(Chosen { rule, first_only })
}
