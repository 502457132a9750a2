//! Windows, their settlement, and what operators do about them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Money, Rate};

/// Where a window stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WindowStatus {
    /// Completed payments are added to it.
    Open,
    /// Nothing is added any more.
    Closed,
    /// Debtors' parts are set aside; the settlement bank is to pay out.
    Instructed,
    /// All was paid out and headroom is restored.
    Settled,
}

/// Who pays whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Netting {
    /// Each participant pays or gets one amount in each currency.
    Multilateral,
    /// Each pair of participants settles what is left between the two.
    Bilateral,
    /// Nothing is netted.
    Gross,
}

/// A participant's net in a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WindowNet {
    /// ISO 4217 letters.
    pub currency: String,
    /// Whose.
    pub participant: String,
    /// What it is owed (positive) or owes (negative), in major units.
    pub amount: String,
}

/// What a debtor pays in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WindowPart {
    /// Who.
    pub participant: String,
    /// How much.
    pub amount: Money,
}

/// A payout that the settlement bank makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Payout {
    /// Its place in the window, from 0.
    pub number: u32,
    /// The UETR of its pacs.009.
    pub uetr: String,
    /// The end-to-end identification of its pacs.009, for a bank that gives back no UETR.
    pub end_to_end_id: String,
    /// On whose behalf; absent in the multilateral form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debtor: Option<String>,
    /// Who gets it.
    pub creditor: String,
    /// How much.
    pub amount: Money,
    /// The bank's reference of the line that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// When the hub took that line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<String>,
}

/// What stands on a control account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ControlSum {
    /// ISO 4217 letters.
    pub currency: String,
    /// What debtors paid in and nobody got yet, in major units; `0` at the end.
    pub amount: String,
}

/// A participant whose part moved to a later window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Exclusion {
    /// Who.
    pub participant: String,
    /// To which window.
    pub into: u64,
}

/// A settlement window. Participants see only their own nets, parts and payouts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WindowView {
    /// Its number; windows follow each other without gaps.
    pub id: u64,
    /// Where it stands.
    pub status: WindowStatus,
    /// Since when it is open.
    pub opened_at: String,
    /// When it closes by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<String>,
    /// When it closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<String>,
    /// `calendar` or `operators`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<String>,
    /// The day on which the bank pays out; absent where the calendars do not reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement_date: Option<String>,
    /// When it was settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_at: Option<String>,
    /// It is not settled before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_until: Option<String>,
    /// What everybody owes or is owed, by participant, then currency.
    pub nets: Vec<WindowNet>,
    /// What each owes each other, before anything is netted.
    pub pairs: Vec<WindowPair>,
    /// What debtors pay in. Of a closed window, what they would.
    pub parts: Vec<WindowPart>,
    /// What is paid out. Of a closed window, what would be; then `uetr` is all zeros.
    pub payouts: Vec<Payout>,
    /// At which rates nets were converted to the settlement currency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rates: Vec<Rate>,
    /// What stands on the window's control accounts; empty before it is instructed.
    pub control_sum: Vec<ControlSum>,
    /// Whose part was moved to a later window.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<Exclusion>,
    /// Who is short of liquidity for it, so that it cannot be settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_debtor: Option<String>,
}

/// `GET /v1/windows`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WindowList {
    /// The journal's sequence that this stands for.
    pub sequence: u64,
    /// Who pays whom, in windows that close from now on.
    pub netting: Netting,
    /// What everything is converted to; absent when each leg is settled in its own currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement_currency: Option<String>,
    /// `manual`, `daily 17:00 KH` or `every 60 minutes`.
    pub cycle: String,
    /// Versions of the calendars that settlement days come from.
    pub calendars: Vec<String>,
    /// Newest first.
    pub windows: Vec<WindowView>,
    /// Where the next page begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// How far somebody's liquidity will reach in the open window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Forecast {
    /// Whose.
    pub participant: String,
    /// ISO 4217 letters.
    pub currency: String,
    /// What it prefunded.
    pub liquidity: String,
    /// The most that it may owe.
    pub cap: String,
    /// What it may still owe.
    pub headroom: String,
    /// What it took on in the open window so far.
    pub used: String,
    /// What it will have taken on at the close, if it goes on like this.
    pub used_at_close: String,
    /// Whether headroom is below the low water of the arrangement.
    pub is_low: bool,
    /// Whether headroom will not last to the close.
    pub runs_out: bool,
    /// What is pledged for it.
    pub pledged: String,
    /// What of that was drawn.
    pub drawn: String,
}

/// `GET /v1/liquidity`: one's own, or all for an operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LiquidityList {
    /// The journal's sequence that the figures stand for.
    pub sequence: u64,
    /// The open window.
    pub window: u64,
    /// By participant, then currency.
    pub liquidity: Vec<Forecast>,
}

/// How windows are settled, as a whole: what is absent gets its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArrangementChange {
    /// The version that the change was made of; another one now makes it stale.
    pub base_version: u32,
    /// Who pays whom.
    pub netting: Netting,
    /// What everything is converted to; each leg's own currency when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement_currency: Option<String>,
    /// `manual`, `daily 17:00 KH` or `every 60 minutes`.
    pub cycle: String,
    /// Whether windows close only on days on which all banks are open.
    #[serde(default)]
    pub business_days_only: bool,
    /// Whose banks must be open: `KH`, `JP`.
    pub countries: Vec<String>,
    /// Business days between close and settlement.
    pub lag_days: u8,
    /// Below how many per cent of its cap headroom is reported as low.
    pub low_water_percent: u8,
}

/// An action that only needs to know which window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfWindow {
    /// Which.
    pub window: u64,
}

/// Settling a closed window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WindowSettlement {
    /// Which.
    pub window: u64,
    /// The day on which the bank pays out; the calendars' when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement_date: Option<String>,
}

/// Letting a closed window wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WindowHold {
    /// Which.
    pub window: u64,
    /// Until when, at most three weeks.
    pub until: String,
}

/// Moving a participant's part of a closed window to the open one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WindowExclusion {
    /// From which.
    pub window: u64,
    /// Whose.
    pub participant: String,
}

/// Somebody stands for a participant up to an amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PledgeChange {
    /// For whom.
    pub participant: String,
    /// How much in all.
    pub pledge: Money,
}

/// A payout that no statement line was matched to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayoutConfirmation {
    /// Of which window.
    pub window: u64,
    /// Its number there.
    pub number: u32,
    /// The bank's reference: what two people saw.
    pub reference: String,
}

/// `POST /v1/payouts`: a line of the settlement bank's statement that was matched to a payout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayoutSeen {
    /// Of which window.
    pub window: u64,
    /// Its number there.
    pub number: u32,
    /// What the line says.
    pub amount: Money,
    /// The bank's own reference of the line.
    pub reference: String,
    /// SHA-256 of the statement's file, in hexadecimal: what shows it.
    pub statement: String,
}

/// What a participant owes another in a window, before anything is netted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WindowPair {
    /// Who owes.
    pub owes: String,
    /// Whom.
    pub is_owed: String,
    /// How much.
    pub amount: Money,
}

/// A booking that closes a break of reconciliation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentRequest {
    /// The break: `b-` and its number.
    pub break_id: String,
    /// Where the money is in the books now: `suspense`, `written_off`, or `liquidity:` and a
    /// participant's name. `bank` is for what came to the account and is booked nowhere.
    pub from: String,
    /// Where it belongs. `bank` is for what left the account and is booked nowhere: a bank's fee
    /// goes from `written_off` to `bank`.
    pub to: String,
    /// How much.
    pub amount: Money,
}
