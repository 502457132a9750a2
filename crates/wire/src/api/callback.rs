//! What the hub asks of and tells a participant: the callbacks under its base address.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Money, Rate};

/// `POST {base}/resolve`: whose account is this, and may it be paid?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Resolve {
    /// `KHQR`.
    pub scheme: String,
    /// The account in the code, e.g. `name@bank`.
    pub account: String,
    /// The currency that the code names.
    pub currency: String,
    /// The scanned code, exactly.
    pub payload: String,
}

/// The answer of the sponsoring bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Resolved {
    /// Whether the account exists.
    pub found: bool,
    /// Whether it takes payments from abroad in that currency.
    pub accepting: bool,
    /// The account holder's name as the bank knows it; empty when not found.
    pub name: String,
    /// In the shop's own script.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_local: Option<String>,
    /// City.
    pub city: String,
}

/// What is to be credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AskKind {
    /// A shop for a payment.
    Payment,
    /// The payer of an earlier payment.
    Refund,
}

/// `POST {base}/credits`: can you credit this? You must not tell the customer yet.
///
/// Reject it after `expires_at`, after any outcome for the id, and, for an id that you did not
/// answer yet, with an `epoch` below one that you have heard. Accepting is an unconditional
/// undertaking: once the outcome says `completed` you owe the money, or a refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ask {
    /// The payment's or refund's id; the same ask may come again.
    pub id: String,
    /// What it is.
    pub kind: AskKind,
    /// The payment's id; equal to `id` unless this is a refund.
    pub payment_id: String,
    /// Epoch of the hub's writer.
    pub epoch: u64,
    /// After this the answer must be `rejected`.
    pub expires_at: String,
    /// What the creditor gets.
    pub amount: Money,
    /// The price before the shop's fee; for a refund, what the shop gives back.
    pub instructed_amount: Money,
    /// Who is credited.
    pub creditor: super::Party,
    /// Who paid, as far as the rules of travel require it.
    pub debtor: super::Party,
    /// The scanned code, exactly, so that what was paid at home already is rejected; empty for a
    /// refund.
    pub payload: String,
}

/// The participant's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CreditVerdict {
    /// It will credit once told `completed`.
    Accepted,
    /// It will not.
    Rejected,
}

/// An ISO 20022 external status reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatusReason {
    /// Four characters, e.g. `AC04` (closed account).
    pub code: String,
}

/// The answer to an ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CreditAnswer {
    /// As asked.
    pub id: String,
    /// Yes or no.
    pub verdict: CreditVerdict,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<StatusReason>,
}

/// How far a participant got with an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CreditState {
    /// Never heard of it; supports cancelling only after `expires_at` plus skew.
    NotFound,
    /// Undertaken.
    Accepted,
    /// Refused.
    Rejected,
    /// The customer has the money.
    Credited,
    /// Released after the outcome `cancelled`.
    Released,
}

/// `GET {base}/credits/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Credit {
    /// As asked.
    pub id: String,
    /// How far it got.
    pub state: CreditState,
}

/// In which role a participant is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeRole {
    /// It chose the id: the payer's side of a payment, the payee's side of a refund.
    Requester,
    /// It was asked to credit.
    Creditor,
    /// It provides the exchange.
    Fx,
}

/// `POST {base}/outcomes`: the hub's decision, told in order until it is acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Outcome {
    /// Position in this participant's own stream, from 1 without gaps.
    pub outcome_sequence: u64,
    /// The payment's or refund's id.
    pub id: String,
    /// What it is.
    pub kind: AskKind,
    /// The payment's id.
    pub payment_id: String,
    /// Why you are told.
    pub role: OutcomeRole,
    /// `completed` or `cancelled`.
    pub state: super::StateView,
    /// Why it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<super::WhyView>,
    /// When it was decided.
    pub decided_at: String,
    /// The journal's sequence of the decision.
    pub sequence: u64,
    /// The journal's hash at that sequence.
    pub hash: String,
    /// The settlement window of a completed item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<u64>,
    /// The shop's side of it.
    pub amount: Money,
    /// The payer's side of it, every fee included.
    pub payer_amount: Money,
    /// The applied rate.
    pub rate: Rate,
    /// The participant's own legs.
    pub legs: Vec<super::LegView>,
    /// The signed receipt of a completed payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
}

/// The participant's acknowledgement: it has durably noted everything up to this position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OutcomeReceived {
    /// The highest position noted.
    pub outcome_sequence: u64,
}
