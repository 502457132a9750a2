//! Amounts in minor units, currencies, exchange rates and rounding that has a name.
//!
//! The room of exact arithmetic: it must not know floats, and it must not know how to format
//! for people. The plain decimal text of [`Amount::parse`] and [`Amount::decimal`] is the form
//! that the wire and files use, with a `.` and no grouping.
#![warn(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    missing_docs
)]

mod amount;
mod currency;
mod parts;
mod rate;

pub use amount::{Amount, AmountError, Money};
pub use currency::Currency;
pub use parts::{BasisPoints, Percent};
pub use rate::{Rate, RateError, Rounding, divide};
