//! What participants publish: rates and shops.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Money, Rate};

/// `PUT /v1/rates`: an FX provider's standing rates for a corridor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RatePut {
    /// The corridor, e.g. `KH-JP`.
    pub corridor: String,
    /// Larger than any before; the same version with the same content is a repetition.
    pub version: u64,
    /// When the rates end.
    pub valid_until: String,
    /// By price in the shop's currency, smallest first; at most 8.
    pub tiers: Vec<Tier>,
    /// The most that may be exchanged at this version, in the shop's currency.
    pub exposure_max: Money,
}

/// A rate for prices up to a bound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// The largest price that it holds for, in the shop's currency.
    pub amount_max: Money,
    /// The rate.
    pub rate: Rate,
}

/// `PUT /v1/reference-rates`: the neutral rate that margins are measured against (`house` only).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferencePut {
    /// Larger than any before.
    pub version: u64,
    /// When the rate ends.
    pub valid_until: String,
    /// The rate.
    pub rate: Rate,
}

/// Whether a shop may be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MerchantStatus {
    /// It may.
    Active,
    /// Not now.
    Suspended,
}

/// `PUT /v1/merchants/{id}`: the Japanese side's registry of shops; `id` is the store id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MerchantPut {
    /// Larger than any before.
    pub version: u64,
    /// Name in Latin letters, at most 25 characters.
    pub name: String,
    /// Name in the shop's own script, at most 25 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_local: Option<String>,
    /// City, at most 15 characters.
    pub city: String,
    /// Merchant category, four digits of ISO 18245.
    pub category: String,
    /// Whether it takes payers from abroad.
    pub accepts_foreign: bool,
    /// Whether it may be paid.
    pub status: MerchantStatus,
}

/// A registered shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MerchantView {
    /// The store id, `13-4-6-6` digits with hyphens.
    pub id: String,
    /// The participant that acquires it.
    pub acquirer: String,
    /// What was published.
    pub merchant: MerchantPut,
}

/// The answer to a publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Versioned {
    /// The version that now holds.
    pub version: u64,
    /// The journal's sequence that holds it.
    pub sequence: u64,
}
