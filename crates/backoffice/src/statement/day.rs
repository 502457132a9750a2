//! A day on a country's clocks.

use calendar::Country;
use jiff::civil::{Date, Time as Clock};
use switch::Time;

use super::StatementError;

/// A day on a country's clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalDay {
    /// The date there.
    pub date: Date,
    /// Where.
    pub country: Country,
}

impl LocalDay {
    /// From its first moment to the first of the next day.
    ///
    /// # Errors
    /// [`StatementError::Calendar`] before 1677 and after 2262.
    pub fn span(self) -> Result<(Time, Time), StatementError> {
        let next = self.date.tomorrow();
        let next = next.map_err(|_last| calendar::CalendarError::OutOfRange)?;
        let begins = |date: Date| {
            let midnight = date.to_datetime(Clock::midnight());
            self.country.instant_ns(midnight).map(Time)
        };
        Ok((begins(self.date)?, begins(next)?))
    }
}
