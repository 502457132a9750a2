//! What the people behind the counters need: banks' statements matched with our books, and our own
//! statements of windows, accounts and shops; figures for the authorities.
//!
//! The room reads and computes; what money should follow from it, it only proposes, and two
//! operators decide. Its own file holds statements, matches and breaks, none of which is a fact
//! about a payment.
//!
//! Must not know: appending to the journal, HTTP, the clock.
#![warn(
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    missing_docs
)]

pub mod desk;
pub mod reconcile;
pub mod report;
pub mod statement;
