//! The core of the hub: participants, corridors, rates, quotes, payments, refunds and limits.
//!
//! Sans-IO: no clock, no randomness, no threads, no async, no serialisation, no SQL. Time and
//! ids come in with the input. [`Switch::decide`] changes nothing and says which facts an input
//! makes; [`Switch::apply`] makes a fact part of the state and cannot fail. Replaying a journal
//! is `apply` over its records, so the live path and the restart path are one function.
//!
//! Must not know: tokio, serde, SQL, HTTP, the clock.
#![warn(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    missing_docs
)]

mod action;
mod apply;
mod books;
mod breaks;
mod decide;
mod identity;
mod ids;
mod input;
mod item;
mod leave;
pub mod life;
pub mod limits;
mod operations;
mod record;
mod settlement;
mod setup;
mod snapshot;
mod state;
mod stuck;
mod terms;
mod webhook;

pub use action::{Act, Action, ActionEnd, ActionId, Ended, OpenItems, Operate, Operated, Proposed};
pub use books::Refunded;
pub use breaks::{Break, BreakKind};
pub use identity::Identity;
pub use ids::{
    CorridorAt, CorridorId, Digest, ItemId, ParticipantId, PayerKey, ShopKey, Span, Stamp,
    StatusReason, Time, WindowId,
};
pub use input::{
    Decision, Input, PayInput, Quote, QuoteInput, Recalled, RecalledPayment, RefundInput, Refusal,
    Reply, Verdict,
};
pub use item::{Cause, Closed, Decided, Item, Kind, Reason};
pub use leave::Spent;
pub use life::{Event, Finality, State, Step};
pub use operations::{OperationsParts, RailStop, Suspension};
pub use record::{Attempt, CodeHold, PaymentReserved, Record, RefundTaken, Tried};
pub use settlement::{
    Adjustment, Arrangement, CloseCause, Day, Forecast, Instruction, NetOf, Netting, PaidOut,
    PayoutSeen, Purse, Settled, Settlement, SettlementAct, Window, WindowStatus, is_break_name,
};
pub use setup::{
    Corridor, CustomerFee, DoubtDecision, LossBearer, Merchant, MerchantFee, Participant,
    PayerCurrency, Reference, RefundFees, Role, Standing, Tier,
};
pub use snapshot::{Snapshot, StreamParts};
pub use state::{Position, Switch};
pub use stuck::{Owner, Stuck, StuckCounts, StuckThing};
pub use terms::{Leg, LegKind, Terms};
pub use webhook::{Webhook, WebhookSettings};
