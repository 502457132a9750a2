use core::fmt;

use jiff::civil::Date;

use crate::Country;

/// Why the calendar gives no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarError {
    /// The year's holidays are not known, so no day of it is called a business day.
    YearMissing {
        /// Whose holidays.
        country: Country,
        /// The year that was asked for.
        year: i16,
        /// First and last year that are known.
        covered: (i16, i16),
    },
    /// No day on which all are open within [`crate::limits::SEARCH_DAYS_MAX`] days.
    NeverOpen {
        /// Where the search began.
        from: Date,
    },
    /// An instant or a day beyond what nanoseconds in 64 bits hold.
    OutOfRange,
    /// More than [`crate::limits::LAG_DAYS_MAX`] days.
    LagTooLong {
        /// The days that were asked for.
        lag_days: u8,
    },
    /// A year that is added does not join those that are there, or is there already.
    YearNotAdjacent {
        /// Whose holidays.
        country: Country,
        /// The year that was to be added.
        year: i16,
    },
    /// A year that is added holds a day of another year, no day at all, or texts without bounds.
    YearMalformed {
        /// Whose holidays.
        country: Country,
        /// The year that was to be added.
        year: i16,
    },
}

impl CalendarError {
    /// The code that callers and scripts may rely on.
    pub const fn code(&self) -> &'static str {
        match self {
            CalendarError::YearMissing { .. } => "calendar_year_missing",
            CalendarError::NeverOpen { .. } => "calendar_never_open",
            CalendarError::OutOfRange => "calendar_out_of_range",
            CalendarError::LagTooLong { .. } => "calendar_lag_too_long",
            CalendarError::YearNotAdjacent { .. } => "calendar_year_not_adjacent",
            CalendarError::YearMalformed { .. } => "calendar_year_malformed",
        }
    }
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CalendarError::YearMissing {
                country,
                year,
                covered: (first, last),
            } => write!(
                f,
                "tell the business days of {country}: its holidays are known from {first} to \
                 {last} only, not for `{year}`"
            ),
            CalendarError::NeverOpen { from } => {
                write!(f, "find a day on which all are open, from `{from}`")
            }
            CalendarError::OutOfRange => f.write_str("hold an instant in 64 bits"),
            CalendarError::LagTooLong { lag_days } => {
                write!(f, "settle that many days after a close `{lag_days}`")
            }
            CalendarError::YearNotAdjacent { country, year } => {
                write!(f, "add a year beside those known of {country} `{year}`")
            }
            CalendarError::YearMalformed { country, year } => {
                write!(f, "take the holidays of {country} for `{year}`")
            }
        }
    }
}

impl core::error::Error for CalendarError {}
