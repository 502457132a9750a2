//! The JSON that crosses the wire, exactly as `/openapi.json` shows it.
//!
//! These types are texts that were checked for shape only (known fields, no repeated ones, size
//! and depth); `server` and `participant` turn them into validated types at the border, by hand,
//! because a derive on a core type would silently turn it into a promise.
//!
//! What is *asked* of us refuses unknown fields: a misspelt limit must be an error, not a default.
//! What is *answered or told* does not: a party of an older build goes on when a newer one says
//! more.

mod action;
mod callback;
mod code;
mod figures;
mod payment;
mod report;
mod set;
mod settlement;
mod statement;
mod telling;

pub use action::{
    ActionApproval, ActionBody, ActionChange, ActionList, ActionRejection, ActionRequest,
    ActionState, ActionView, BreakFound, BreakKind, BreakSettled, CapChange, Certification,
    CorridorChange, CorridorFields, DoubtDecision, FinalityLevel, KeyRevocation, KeySet,
    LossBearer, MoneyMoved, OfParticipant, OpenItems, Resolution, Settling, StuckCounts, StuckList,
    StuckRow, Suspension,
};
pub use callback::{
    Ask, AskKind, Credit, CreditAnswer, CreditState, CreditVerdict, Outcome, OutcomeReceived,
    OutcomeRole, Resolve, Resolved, StatusReason,
};
pub use code::{ScanAnswer, ScanRequest, ScannedFinding, ScannedMerchant};
pub use figures::{
    CostFigures, Definition, DistinctFigures, Figures, MerchantFeeFigures, OutcomeFigures,
    PaymentFigures, PrefundingFigures, RefundFigures, RefundValue, RejectionFigures, ReportBy,
    ReportGroup, ReportPeriod, ReportView, RielFigures, SettlementFigures, SumCheck, ValueFigures,
};
pub use payment::{
    CancelRequest, Fee, LegView, Parties, Party, PaymentList, PaymentRequest, PaymentView,
    QuoteRequest, QuoteView, RefundRequest, RefundView, Refunded, Screening, ScreeningVerdict,
    StateView, Terms, WhyView,
};
pub use report::{AuditView, Identity, Position, PositionList, ReceiptView};
pub use set::{MerchantPut, MerchantStatus, MerchantView, RatePut, ReferencePut, Tier, Versioned};
pub use settlement::{
    AdjustmentRequest, ArrangementChange, ControlSum, Exclusion, Forecast, LiquidityList, Netting,
    OfWindow, Payout, PayoutConfirmation, PayoutSeen, PledgeChange, WindowExclusion, WindowHold,
    WindowList, WindowNet, WindowPair, WindowPart, WindowSettlement, WindowStatus, WindowView,
};
pub use statement::{
    AccountLine, AccountStatement, ShopDay, ShopLine, ShopStatement, StatementLine, StatementTotal,
    WindowStatement,
};
pub use telling::{
    DeadLetter, DeadLetterList, Delivery, DeliveryList, Event, EventType, ReplayRange, WebhookList,
    WebhookPut, WebhookRemoved, WebhookState, WebhookView,
};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An amount in major units, as a plain decimal string.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"currency": "JPY", "amount": "3000"}))]
pub struct Money {
    /// ISO 4217 letters.
    pub currency: String,
    /// Digits with at most one `.`; never a JSON number.
    pub amount: String,
}

/// `value` units of `quote` for one unit of `base`; written this way round in both directions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"base": "JPY", "quote": "KHR", "value": "26.712"}))]
pub struct Rate {
    /// The currency that one unit is counted of.
    pub base: String,
    /// The currency that the value counts.
    pub quote: String,
    /// A plain decimal.
    pub value: String,
}
