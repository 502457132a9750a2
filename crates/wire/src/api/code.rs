//! Scanning a code.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Money;

/// `POST /v1/scans`: what a payer's phone read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScanRequest {
    /// The text of the code, exactly as scanned; at most 1,024 bytes.
    pub payload: String,
}

/// What the code means, and a token with which a quote is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScanAnswer {
    /// Signed by the hub; bound to the payer's participant and the exact payload.
    pub scan: String,
    /// When the token can no longer be used.
    pub expires_at: String,
    /// `KHQR` or `JPQR`.
    pub scheme: String,
    /// The corridor that the payment would take, e.g. `KH-JP`.
    pub corridor: String,
    /// The participant that answers for the shop.
    pub payee: String,
    /// Who would be paid.
    pub merchant: ScannedMerchant,
    /// The shop's currency.
    pub currency: String,
    /// The amount that the code fixes; absent when the payer types it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The least that the corridor carries, in the shop's currency.
    pub amount_min: Money,
    /// The most that the corridor carries, in the shop's currency.
    pub amount_max: Money,
    /// Currencies in which the payer may be charged.
    pub payer_currencies: Vec<String>,
    /// When a dynamic code ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_expires_at: Option<String>,
    /// What is odd about the code though a wallet may go on.
    pub findings: Vec<ScannedFinding>,
}

/// A shop as a payer should see it before paying.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScannedMerchant {
    /// JPQR store id (`13-4-6-6` digits with hyphens) or Bakong account.
    pub id: String,
    /// From the registry or the sponsoring bank, never only from the code.
    pub name: String,
    /// In the shop's own script.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_local: Option<String>,
    /// City.
    pub city: String,
}

/// One remark of the codec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScannedFinding {
    /// Stable code.
    pub code: String,
    /// Where in the code, as tags.
    pub path: String,
    /// For a person.
    pub message: String,
}
