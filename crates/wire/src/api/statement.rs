//! Statements: of a window, of an account at the settlement bank, of an acquirer's shops.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Money, Payout, Rate, WindowStatus};

/// One leg of a window as a participant sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatementLine {
    /// Its place in the statement, from 1.
    pub number: u64,
    /// When it was posted.
    pub time: String,
    /// `payment`, `refund`, `break`, `moved_to` or `moved_from` another window.
    pub kind: String,
    /// The payment, the refund, or the item of the break.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The payment that a refund gives back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<String>,
    /// `exchange`, `switch_fee`, `acquirer`, `issuer_share`, `switch_share`, `refund` or `break`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leg: Option<String>,
    /// Who is on the other side.
    pub counterparty: String,
    /// The other window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_window: Option<u64>,
    /// ISO 4217 letters.
    pub currency: String,
    /// Owed to the participant (positive) or by it (negative), in major units.
    pub amount: String,
    /// What all lines of the currency up to this one come to.
    pub balance: String,
}

/// What the lines of one currency come to: opening + owed to − owed by = closing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatementTotal {
    /// ISO 4217 letters.
    pub currency: String,
    /// How many lines there are.
    pub lines: u64,
    /// Always `0` for a window.
    pub opening: String,
    /// What the participant is owed in all.
    pub owed_to: String,
    /// What it owes in all.
    pub owed_by: String,
    /// The window's net of the participant.
    pub closing: String,
}

/// A page of `GET /v1/windows/{id}/statement`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WindowStatement {
    /// The window.
    pub window: u64,
    /// Whose statement.
    pub participant: String,
    /// Where the window stands.
    pub status: WindowStatus,
    /// Since when it was open.
    pub opened_at: String,
    /// When it closed.
    pub closed_at: String,
    /// The day on which the bank pays out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement_date: Option<String>,
    /// This page, from 1.
    pub page: u64,
    /// How many there are.
    pub pages: u64,
    /// Of the whole statement, by currency.
    pub totals: Vec<StatementTotal>,
    /// Of this page.
    pub lines: Vec<StatementLine>,
    /// What the participant paid in from its liquidity; empty before the window is instructed.
    pub parts: Vec<Money>,
    /// What the bank pays it.
    pub payouts: Vec<Payout>,
    /// At which rates nets were converted to the settlement currency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rates: Vec<Rate>,
}

/// One movement of a participant's liquidity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccountLine {
    /// Its place among all movements of the hub's money book.
    pub number: u64,
    /// When.
    pub time: String,
    /// `deposit`, `withdrawal`, `settlement`, `draw`, `repayment`, `adjustment` or `cover`.
    pub kind: String,
    /// Of which window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<u64>,
    /// The break that it closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What came (positive) or left (negative), in major units.
    pub amount: String,
    /// What was there then.
    pub balance: String,
}

/// `GET /v1/accounts/{participant}/statement`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccountStatement {
    /// Whose liquidity.
    pub participant: String,
    /// ISO 4217 letters.
    pub currency: String,
    /// The day that it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// Or the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<u64>,
    /// From when.
    pub from: String,
    /// Until when.
    pub until: String,
    /// Whether nothing more can come to it.
    pub is_complete: bool,
    /// What was there before.
    pub opening: String,
    /// What was there at the end: the opening and all lines.
    pub closing: String,
    /// What moved.
    pub lines: Vec<AccountLine>,
}

/// What a shop's day in one currency comes to: gross − refunded − fee = net.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShopDay {
    /// The shop's pseudonym, the same every day; absent in the totals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<String>,
    /// Its name, where the registry or its payments' data tell one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its name in its own script, where the registry has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_local: Option<String>,
    /// Store id or account, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// ISO 4217 letters.
    pub currency: String,
    /// How many payments.
    pub payments: u64,
    /// How many refunds.
    pub refunds: u64,
    /// Prices of what was sold.
    pub gross: String,
    /// What went back.
    pub refunded: String,
    /// The shop's fee.
    pub fee: String,
    /// What the shop gets.
    pub net: String,
}

/// One payment or refund of a shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShopLine {
    /// Its place in the statement, from 1.
    pub number: u64,
    /// When it was completed.
    pub time: String,
    /// The shop's pseudonym.
    pub shop: String,
    /// Its name, where the registry or its payments' data tell one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `payment` or `refund`.
    pub kind: String,
    /// Its id.
    pub item: String,
    /// The payment that a refund gives back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<String>,
    /// ISO 4217 letters.
    pub currency: String,
    /// The price, or what went back as a number below zero.
    pub gross: String,
    /// The shop's fee.
    pub fee: String,
    /// What the shop gets.
    pub net: String,
}

/// A page of `GET /v1/shops/statement`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShopStatement {
    /// The participant that credits the shops.
    pub acquirer: String,
    /// The day, on the clocks of `country`.
    pub day: String,
    /// The shops' country.
    pub country: String,
    /// Whether the day is over and nothing more can come to it.
    pub is_complete: bool,
    /// This page, from 1.
    pub page: u64,
    /// How many there are.
    pub pages: u64,
    /// Of all shops, or of the one that was asked for, by currency.
    pub totals: Vec<ShopDay>,
    /// The shops of this page, by pseudonym; empty where payments were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shops: Vec<ShopDay>,
    /// The payments and refunds of this page, by time; empty where shops were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<ShopLine>,
}
