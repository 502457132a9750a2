//! Between the wire's texts and the core's types, by hand and in both directions.
//!
//! What comes in is parsed once, here, and leaves as a validated type or as a problem that names
//! the member at fault. What goes out is spelled out field by field, so that a change of the core
//! never changes the wire by accident.

mod digest;
mod ids;
mod money;
mod refusal;
mod text;
mod time;

pub(crate) use digest::{Hashing, hex};
pub(crate) use ids::{item_id, payment_id, refund_id, uuid_text};
pub(crate) use money::{
    coins, currency, fixed_to, money as money_of, net_text, price, rate, rate_view, share, view,
};
pub(crate) use refusal::{Subject, problem, why, why_closed};
pub(crate) use text::{bounded, bounded_bytes, optional, who_text};
pub(crate) use time::{month, parse_time, rfc3339, time_text};
