//! Business days of Cambodia and Japan, cut-offs of windows and settlement dates.
//!
//! Holidays are versioned data: computed where a law gives a rule (Japan), listed with a source
//! for every year where it does not (Cambodia). A date outside the years that are covered is an
//! error and never a guess, because a settlement date that is wrong is worse than none.
//!
//! Must not know: the clock, payments, participants, any other room. Instants are nanoseconds
//! since the epoch (UTC) as `i64`, as in the core.
#![warn(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    missing_docs
)]

mod calendars;
mod cambodia;
mod country;
mod cycle;
mod day;
mod error;
mod holiday;
mod japan;
pub mod limits;

pub use calendars::Calendars;
pub use country::Country;
pub use cycle::{Cycle, Days, MinuteOfDay, Minutes, Schedule};
pub use day::{date_of_day, day_number};
pub use error::CalendarError;
/// A day of a calendar, as whoever keeps dates best keeps it.
pub use jiff::civil::Date;

pub use holiday::{Basis, Holiday, HolidayKind, Year};
