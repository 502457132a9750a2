//! One line: one leg as one participant sees it.

use money::Currency;
use switch::{ItemId, LegKind, ParticipantId, Time, WindowId};

/// Where a line of a window comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// A leg of a payment.
    Payment,
    /// A leg of a refund of that payment.
    Refund(ItemId),
    /// A leg that closed the break of an item.
    Break,
    /// The participant's or its counterparty's part was moved to a later window: what stood in
    /// this one before is undone by it.
    MovedTo(WindowId),
    /// It was brought from an earlier window.
    MovedFrom(WindowId),
}

/// One leg that the participant owes or is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place in the statement, from 1.
    pub number: u64,
    /// When it was posted.
    pub at: Time,
    /// The payment, the refund, or the item of the break; none for what was moved.
    pub item: Option<ItemId>,
    /// Where it comes from.
    pub kind: LineKind,
    /// What for; none for what was moved, which is of many legs.
    pub leg: Option<LegKind>,
    /// Who is on the other side.
    pub counterparty: ParticipantId,
    /// In which currency.
    pub currency: Currency,
    /// Owed to the participant (positive) or by it (negative), in minor units.
    pub amount: i128,
    /// What all lines of the currency up to this one come to.
    pub balance: i128,
}

impl LineKind {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            LineKind::Payment => "payment",
            LineKind::Refund(_) => "refund",
            LineKind::Break => "break",
            LineKind::MovedTo(_) => "moved_to",
            LineKind::MovedFrom(_) => "moved_from",
        }
    }

    /// The payment that a refund gives back.
    pub fn payment(self) -> Option<ItemId> {
        match self {
            LineKind::Refund(payment) => Some(payment),
            LineKind::Payment | LineKind::Break | LineKind::MovedTo(_) | LineKind::MovedFrom(_) => {
                None
            }
        }
    }

    /// The other window.
    pub fn window(self) -> Option<WindowId> {
        match self {
            LineKind::MovedTo(window) | LineKind::MovedFrom(window) => Some(window),
            LineKind::Payment | LineKind::Refund(_) | LineKind::Break => None,
        }
    }
}

/// What a leg is called everywhere.
pub fn leg_word(leg: LegKind) -> &'static str {
    match leg {
        LegKind::Exchange => "exchange",
        LegKind::SwitchFee => "switch_fee",
        LegKind::Acquirer => "acquirer",
        LegKind::IssuerShare => "issuer_share",
        LegKind::SwitchShare => "switch_share",
        LegKind::RefundIn | LegKind::RefundOut => "refund",
        LegKind::Break => "break",
    }
}

/// Minor units with a sign as a decimal of major units.
///
/// ```
/// use backoffice::statement::decimal;
/// use money::Currency;
/// assert_eq!(decimal(-53_524, Currency::Khr), "-53524");
/// assert_eq!(decimal(-5, Currency::Usd), "-0.05");
/// ```
pub fn decimal(minor: i128, currency: Currency) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let exponent = usize::from(currency.exponent());
    let width = exponent.saturating_add(1);
    let digits = format!("{:0>width$}", minor.unsigned_abs());
    match digits.split_at_checked(digits.len().saturating_sub(exponent)) {
        Some((whole, "")) => format!("{sign}{whole}"),
        Some((whole, decimals)) => format!("{sign}{whole}.{decimals}"),
        None => format!("{sign}{digits}"),
    }
}
