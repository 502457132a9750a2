//! Figures for the authorities: what `GET /v1/reports` and `spean report` say.
//!
//! Values are decimal strings in major units of one named currency and are never added over
//! currencies. Percentages are decimal strings with three digits. What cannot be told is absent.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET /v1/reports`, and `spean report --format json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportView {
    /// Of this form: 1.
    pub version: u16,
    /// What is counted.
    pub period: ReportPeriod,
    /// What growth is measured against.
    pub prior: ReportPeriod,
    /// The time zone whose midnights bound days.
    pub zone: String,
    /// The journal's sequence that the figures stand for.
    pub sequence: u64,
    /// That batch's hash.
    pub hash: String,
    /// Everything together.
    pub whole: Figures,
    /// By what was asked for, and what it falls apart into.
    pub groups: Vec<ReportGroup>,
    /// By month, or by day for up to 62 days.
    pub series: Vec<ReportGroup>,
    /// Whether the parts make the whole, and if not by how much and why.
    pub sums: Vec<SumCheck>,
    /// Settlement and prefunding in the period; absent where no window was settled and none was
    /// waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement: Option<SettlementFigures>,
    /// What every figure means.
    pub definitions: Vec<Definition>,
}

/// Days, the first within and the last not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportPeriod {
    /// First day, `2026-01-01`.
    pub from: String,
    /// The day after the last.
    pub to: String,
}

/// What a report falls apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportBy {
    /// A corridor by its name.
    Corridor,
    /// From which country to which.
    Direction,
    /// The shop's currency.
    Currency,
    /// The currency that the payer paid in.
    PayerCurrency,
    /// The payer's side.
    Payer,
    /// The payee's side.
    Payee,
    /// Who exchanged.
    Fx,
    /// Merchant category (ISO 18245).
    Category,
    /// A month, or a day.
    Time,
}

/// One part of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportGroup {
    /// What kind of part.
    pub by: ReportBy,
    /// Which; `unknown` where the journal does not say.
    pub name: String,
    /// Its figures.
    pub figures: Figures,
}

/// The figures of a part or of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Figures {
    /// How many, and how they ended.
    pub payments: PaymentFigures,
    /// Why payments did not complete, the most frequent first.
    pub rejections: Vec<RejectionFigures>,
    /// Time from being taken to the outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome_ms: Option<OutcomeFigures>,
    /// Prices of completed payments, in the shops' currencies.
    pub prices: Vec<ValueFigures>,
    /// What payers paid for them, every fee included.
    pub paid: Vec<ValueFigures>,
    /// How much of it was riel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub riel: Option<RielFigures>,
    /// Different payers and shops of completed payments.
    pub distinct: DistinctFigures,
    /// Refunds.
    pub refunds: RefundFigures,
    /// What payers were charged over the neutral rate, by the currency they paid in.
    pub cost: Vec<CostFigures>,
    /// What shops were charged, by their currency.
    pub merchant_fees: Vec<MerchantFeeFigures>,
}

/// How many payments, and how they ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PaymentFigures {
    /// Taken by the hub: all legs were reserved.
    pub taken: u64,
    /// Completed.
    pub completed: u64,
    /// Cancelled.
    pub cancelled: u64,
    /// Not decided yet.
    pub open: u64,
    /// Refused at once, before anything was reserved.
    pub refused: u64,
    /// Completed of all that ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_percent: Option<String>,
    /// Cancelled because the payee's side did not answer in time.
    pub timed_out: u64,
    /// The same of those taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timed_out_percent: Option<String>,
    /// Came into doubt, however they ended.
    pub in_doubt: u64,
    /// The same of those taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_doubt_percent: Option<String>,
    /// Completed against the prior period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub growth_percent: Option<String>,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RejectionFigures {
    /// `refused` by the hub or `cancelled` after it was taken.
    pub how: String,
    /// The refusal's name, or why it was cancelled with the code that the payee's side gave.
    pub reason: String,
    /// How many.
    pub count: u64,
    /// Of all payments that ended.
    pub percent: String,
}

/// Percentiles by nearest rank, in milliseconds with three decimals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OutcomeFigures {
    /// Payments measured.
    pub count: u64,
    /// Half took no longer.
    pub p50: String,
    /// 95 of 100 took no longer.
    pub p95: String,
    /// 99 of 100 took no longer.
    pub p99: String,
    /// The longest.
    pub max: String,
}

/// Count and value in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ValueFigures {
    /// ISO 4217 letters.
    pub currency: String,
    /// How many.
    pub count: u64,
    /// Their sum.
    pub value: String,
    /// The average ticket, rounded to the minor unit, half to even.
    pub average: String,
    /// Value against the prior period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub growth_percent: Option<String>,
}

/// Share of riel on the Cambodian side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RielFigures {
    /// Of the completed payments with a side in Cambodia.
    pub count_percent: String,
    /// Of their value, in yen of the other side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_percent: Option<String>,
}

/// Different pseudonyms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DistinctFigures {
    /// Payers' accounts.
    pub payers: u64,
    /// Shops.
    pub shops: u64,
    /// Completed payments whose record is older than shops' pseudonyms.
    pub payments_without_shop: u64,
}

/// Refunds that were asked for in the period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefundFigures {
    /// Completed.
    pub completed: u64,
    /// Cancelled.
    pub cancelled: u64,
    /// Not decided yet.
    pub open: u64,
    /// Refused at once.
    pub refused: u64,
    /// Completed refunds of completed payments of the period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<String>,
    /// What went back, in the shops' currencies.
    pub values: Vec<RefundValue>,
    /// What payers got back, in theirs.
    pub paid_back: Vec<RefundValue>,
}

/// What went back in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefundValue {
    /// ISO 4217 letters.
    pub currency: String,
    /// The sum.
    pub value: String,
    /// Of the value of completed payments in that currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<String>,
}

/// What payers of one currency were charged, weighted by value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CostFigures {
    /// The payers' currency.
    pub currency: String,
    /// Completed payments measured.
    pub count: u64,
    /// What they paid.
    pub paid: String,
    /// What they bought, at the neutral rate.
    pub worth: String,
    /// Distance of the applied rates from the neutral ones.
    pub margin_percent: String,
    /// Fees that the payers' sides added.
    pub fee_percent: String,
    /// Rounding to whole minor units.
    pub rounding_percent: String,
    /// All of it.
    pub total_percent: String,
    /// Whether the average is within 1 % (G20 target for the average of retail payments).
    pub is_within_one_percent: bool,
    /// Whether the average is within 3 % (G20 target for every corridor).
    pub is_within_three_percent: bool,
    /// Payments that by themselves cost more than 3 %.
    pub over_three_percent: u64,
}

/// What shops of one currency were charged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MerchantFeeFigures {
    /// The shops' currency.
    pub currency: String,
    /// The sum.
    pub value: String,
    /// Of the prices.
    pub percent: String,
}

/// A whole against the sum of its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SumCheck {
    /// How the whole was parted.
    pub by: ReportBy,
    /// Which figure.
    pub figure: String,
    /// `count`, or a currency.
    pub unit: String,
    /// Of the parts together.
    pub parts: String,
    /// Of the whole.
    pub whole: String,
    /// Parts minus whole.
    pub difference: String,
    /// Why they differ, where they may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Settlement and prefunding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SettlementFigures {
    /// Windows settled in the period.
    pub windows_settled: u64,
    /// Windows closed and not settled at its end.
    pub windows_unsettled: u64,
    /// Payouts of the settlement bank, by currency.
    pub settled: Vec<ValueFigures>,
    /// What settlements took of what was prefunded.
    pub prefunding: Vec<PrefundingFigures>,
}

/// One participant's prefunding in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PrefundingFigures {
    /// The participant.
    pub participant: String,
    /// ISO 4217 letters.
    pub currency: String,
    /// Its liquidity at the period's end.
    pub liquidity: String,
    /// What settlements of the period took of it.
    pub taken: String,
    /// The largest single part.
    pub part_max: String,
    /// The same as a percentage of the liquidity before it; absent where nothing was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_max_percent: Option<String>,
}

/// What a figure means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Definition {
    /// Its name in the report.
    pub figure: String,
    /// In words.
    pub text: String,
}
