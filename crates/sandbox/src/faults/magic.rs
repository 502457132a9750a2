//! The magic amounts: the last three digits of the shop's amount in minor units say how whoever
//! is asked to credit misbehaves, as payment sandboxes do. A refund is judged by its own amount.

use wire::api::Money;

use super::FaultKind;
use crate::text::money_in;

/// What an amount asks for, and whether only of the first answer about an id.
pub(super) fn of(amount: &Money) -> Option<(FaultKind, bool)> {
    let minor = money_in(amount, "/instructed_amount").ok()?.amount.minor();
    Some(match minor % 1_000 {
        901 => (FaultKind::Silent, false),
        902 => (FaultKind::Rejects, false),
        903 => (FaultKind::AnswersTwice, true),
        904 => (FaultKind::Late, false),
        905 => (FaultKind::OutOfOrder, true),
        906 => (FaultKind::BadSignature, false),
        907 => (FaultKind::Slow, false),
        908 => (FaultKind::DiesAfterAnswering, true),
        _plain => return None,
    })
}
