//! Quotes, payments and refunds.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Money, Rate};

/// `POST /v1/quotes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuoteRequest {
    /// The UETR that the payment will have: a UUIDv4 chosen by the payer's side.
    pub payment_id: String,
    /// The token of the scan.
    pub scan: String,
    /// What the shop asks, in the shop's currency.
    pub amount: Money,
    /// The currency that the payer is charged in; the corridor's first when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_currency: Option<String>,
}

/// An offer that holds until it expires; nothing is stored for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuoteView {
    /// As asked.
    pub payment_id: String,
    /// Signed by the hub; send it with the payment.
    pub quote: String,
    /// When the offer ends; at most ten minutes away.
    pub expires_at: String,
    /// The corridor.
    pub corridor: String,
    /// Its version; a refund months later follows the same one.
    pub corridor_version: u32,
    /// The price in the shop's currency.
    pub amount: Money,
    /// What the shop gets of it.
    pub shop_receives: Money,
    /// What the payer pays, every fee included.
    pub payer_amount: Money,
    /// The part of it that is exchanged.
    pub payer_principal: Money,
    /// The rate applied.
    pub rate: Rate,
    /// The neutral rate at the same moment.
    pub reference_rate: Rate,
    /// |rate − reference| ÷ reference, in per cent with three digits.
    pub margin_percent: String,
    /// Payer amount ÷ worth at the reference rate − 1, in per cent with three digits.
    pub total_cost_percent: String,
    /// Whose rate it is.
    pub fx_provider: String,
    /// Every fee, with who bears it and who gets it.
    pub fees: Vec<Fee>,
}

/// One fee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fee {
    /// `customer_fee`, `switch_fee` or `merchant_fee`.
    pub kind: String,
    /// `payer`, `payer_participant` or `merchant`.
    pub borne_by: String,
    /// The participant that gets it.
    pub paid_to: String,
    /// How much.
    pub amount: Money,
}

/// `POST /v1/payments`: the payer's side holds its customer's money and asks for the payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentRequest {
    /// As in the quote.
    pub payment_id: String,
    /// The token of the quote.
    pub quote: String,
    /// Who pays.
    pub debtor: Party,
    /// The debtor's own bank, where it is not the participant itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debtor_agent: Option<String>,
    /// What the payer's side found when it screened both names.
    pub screening: Screening,
}

/// A person or shop and its account. Kept encrypted, never in the journal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Name, at most 140 characters.
    pub name: String,
    /// Account, at most 64 characters.
    pub account: String,
}

/// Personal data never reaches a log, so it has no readable `Debug`.
impl core::fmt::Debug for Party {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Party(redacted)")
    }
}

/// Everything about the people of a payment; what the hub encrypts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Parties {
    /// Who pays.
    pub debtor: Party,
    /// The debtor's own bank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debtor_agent: Option<String>,
    /// Who is paid.
    pub creditor: Party,
    /// The scanned code, exactly.
    pub payload: String,
    /// Makes the commitment in the journal unguessable.
    pub salt: String,
}

/// The screening of the payer's side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Screening {
    /// Its verdict.
    pub verdict: ScreeningVerdict,
}

/// The verdict of a screening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScreeningVerdict {
    /// Nothing found.
    Clear,
    /// Somebody must look first; the payment is refused.
    Refer,
}

/// `POST /v1/payments/{id}/cancel`: an empty object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelRequest {}

/// Where a payment or refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateView {
    /// A refund that waits for liquidity.
    Waiting,
    /// All legs are pending.
    Reserved,
    /// The payee's side was asked.
    Asked,
    /// An `immediate` rail did not answer in time.
    InDoubt,
    /// Final: all legs are posted.
    Completed,
    /// Final: nothing moved.
    Cancelled,
    /// Final: never begun.
    Refused,
}

/// Why a payment or refund ended without money moving.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WhyView {
    /// Stable code from the error catalogue or an ISO 20022 external status reason.
    pub code: String,
    /// Who must act.
    pub who_must_act: String,
}

/// A payment as one of its parties sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PaymentView {
    /// The UETR.
    pub payment_id: String,
    /// Where it stands.
    pub state: StateView,
    /// Why it was refused or cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<WhyView>,
    /// When the next decision falls, for a payment that is not final.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
    /// When the hub took it.
    pub created_at: String,
    /// When it became final.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<String>,
    /// The journal's sequence that holds the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// The journal's hash at that sequence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// The settlement window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<u64>,
    /// What was agreed; absent for an id that was forbidden before it was ever used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<Terms>,
    /// The viewer's own legs.
    pub legs: Vec<LegView>,
    /// What went back so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Refunded>,
    /// The signed receipt of a completed payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
}

/// What a payment was agreed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Terms {
    /// The corridor.
    pub corridor: String,
    /// Its version.
    pub corridor_version: u32,
    /// Payer's participant.
    pub payer: String,
    /// Payee's participant.
    pub payee: String,
    /// The FX provider.
    pub fx_provider: String,
    /// The price in the shop's currency.
    pub amount: Money,
    /// What the shop gets of it.
    pub shop_receives: Money,
    /// What the payer pays, every fee included.
    pub payer_amount: Money,
    /// The part of it that is exchanged.
    pub payer_principal: Money,
    /// The rate applied.
    pub rate: Rate,
    /// The neutral rate at that moment.
    pub reference_rate: Rate,
    /// In per cent, three digits.
    pub margin_percent: String,
    /// In per cent, three digits.
    pub total_cost_percent: String,
    /// Every fee.
    pub fees: Vec<Fee>,
}

/// One business line: who owes whom what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LegView {
    /// `exchange`, `switch_fee`, `acquirer`, `issuer_share`, `switch_share`, `refund`.
    pub kind: String,
    /// The participant that owes.
    pub owes: String,
    /// The participant that is owed.
    pub is_owed: String,
    /// How much.
    pub amount: Money,
}

/// What of a payment went back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refunded {
    /// In the shop's currency.
    pub amount: Money,
    /// In the payer's currency.
    pub payer_amount: Money,
}

/// A page of payments, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PaymentList {
    /// At most `limit`.
    pub payments: Vec<PaymentView>,
    /// Send it as `before` to go on; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// `POST /v1/payments/{id}/refunds`, by the payee's side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefundRequest {
    /// A UUIDv4 chosen by the payee's side.
    pub refund_id: String,
    /// How much goes back, in the shop's currency.
    pub amount: Money,
}

/// A refund as one of its parties sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefundView {
    /// The refund's own id.
    pub refund_id: String,
    /// The payment that it gives back.
    pub payment_id: String,
    /// Where it stands.
    pub state: StateView,
    /// Why it ended without money moving.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<WhyView>,
    /// When the next decision falls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
    /// In the shop's currency.
    pub amount: Money,
    /// What the payer gets.
    pub payer_amount: Money,
    /// The viewer's own legs.
    pub legs: Vec<LegView>,
    /// When the hub took it.
    pub created_at: String,
    /// When it became final.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<String>,
    /// The journal's sequence that holds the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// The journal's hash at that sequence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// The settlement window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<u64>,
}
