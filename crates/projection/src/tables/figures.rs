//! Columns that reports count and sum over, worked out once when a row is written.

use money::{Amount, Money, Rate, Rounding};
use switch::{Cause, Reason, ShopKey, Terms};

/// A payment's price at one of its rates, in thousandths of the payer's minor unit; `None` where
/// that is more than can be told.
pub(super) fn worth(terms: &Terms, rate: fn(&Terms) -> Rate) -> Option<i64> {
    let minor = terms.amount.amount.minor().checked_mul(1_000)?;
    let price = Money::new(terms.amount.currency, Amount::from_minor(minor)?);
    let worth = rate(terms).convert(price, Rounding::HalfEven).ok()?;
    i64::try_from(worth.amount.minor()).ok()
}

/// The pseudonym's bytes, if the shop is known.
pub(super) fn shop(shop: ShopKey) -> Option<[u8; 16]> {
    (shop != ShopKey::UNKNOWN).then(|| shop.0.to_be_bytes())
}

pub(super) fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::Rejected(_) => "rejected",
        Reason::NoAnswer => "no_answer",
        Reason::Withdrawn => "withdrawn",
        Reason::DoubtExpired => "doubt_expired",
        Reason::NoLiquidity => "no_liquidity",
        Reason::Operators => "operators",
        Reason::Suspended => "suspended",
    }
}

/// What the creditor's side said, in four characters.
pub(super) fn status_reason(reason: Reason) -> Option<String> {
    match reason {
        Reason::Rejected(status) => Some(status.as_str().to_owned()),
        Reason::NoAnswer
        | Reason::Withdrawn
        | Reason::DoubtExpired
        | Reason::NoLiquidity
        | Reason::Operators
        | Reason::Suspended => None,
    }
}

pub(super) fn cause_name(cause: Cause) -> &'static str {
    match cause {
        Cause::Accepted => "accepted",
        Cause::DoubtExpired => "doubt_expired",
        Cause::Operators => "operators",
    }
}
