//! Positions, audit and the public face of a receipt.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Money, Rate, Refunded, StateView};

/// One participant in one currency, in the open window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Position {
    /// The participant.
    pub participant: String,
    /// ISO 4217 letters.
    pub currency: String,
    /// What it is owed (positive) or owes (negative), in major units.
    pub net: String,
    /// What it may still owe.
    pub headroom: String,
    /// Reserved and unsettled debits.
    pub used: String,
    /// The most that it may owe.
    pub cap: String,
}

/// `GET /v1/positions`: one's own, or all for an operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PositionList {
    /// The open settlement window.
    pub window: u64,
    /// The journal's sequence that the figures stand for.
    pub sequence: u64,
    /// By participant, then currency.
    pub positions: Vec<Position>,
}

/// A statement that must always be true of the books.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Identity {
    /// Its name.
    pub name: String,
    /// Whether it is true.
    pub holds: bool,
}

/// `GET /v1/audit`, for operators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditView {
    /// The journal's head.
    pub sequence: u64,
    /// Its hash.
    pub hash: String,
    /// A hash of everything the core knows; equal before and after a restart.
    pub state_hash: String,
    /// Payments and refunds that are not final.
    pub open_items: u64,
    /// Outcomes that their participants have not acknowledged.
    pub untold_outcomes: u64,
    /// Every identity of the books.
    pub identities: Vec<Identity>,
}

/// `GET /v1/receipts/{token}`: what anybody's phone may know about a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptView {
    /// The payment.
    pub payment_id: String,
    /// `completed`, or the receipt would not exist.
    pub state: StateView,
    /// The shop.
    pub merchant: String,
    /// What the shop asked.
    pub amount: Money,
    /// The rate applied.
    pub rate: Rate,
    /// The neutral rate at that moment.
    pub reference_rate: Rate,
    /// When it was decided.
    pub decided_at: String,
    /// The journal's sequence of the decision.
    pub sequence: u64,
    /// The journal's hash at that sequence.
    pub hash: String,
    /// What went back since; the offline check cannot know this.
    pub refunded: Refunded,
}
