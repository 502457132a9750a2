//! The two countries and the time of day in each.

use core::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

use crate::CalendarError;

/// A country with a calendar of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Country {
    /// Cambodia, Asia/Phnom_Penh.
    Kh,
    /// Japan, Asia/Tokyo.
    Jp,
}

impl Country {
    /// Both, in the order of their codes.
    pub const ALL: [Country; 2] = [Country::Kh, Country::Jp];

    /// Reads the two capital letters of ISO 3166-1.
    pub fn from_alpha(alpha: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|country| country.alpha() == alpha)
    }

    /// The two capital letters of ISO 3166-1.
    pub const fn alpha(self) -> &'static str {
        match self {
            Country::Kh => "KH",
            Country::Jp => "JP",
        }
    }

    /// The name of its time zone in the IANA database.
    pub const fn zone(self) -> &'static str {
        match self {
            Country::Kh => "Asia/Phnom_Penh",
            Country::Jp => "Asia/Tokyo",
        }
    }

    /// The date on its calendars and the time on its clocks.
    pub fn local(self, instant_ns: i64) -> DateTime {
        // Every i64 of nanoseconds lies between 1677 and 2262, which jiff holds.
        let instant = Timestamp::from_nanosecond(i128::from(instant_ns)).unwrap_or_default();
        self.offset().to_datetime(instant)
    }

    /// The date on its calendars.
    pub fn local_date(self, instant_ns: i64) -> Date {
        self.local(instant_ns).date()
    }

    /// When its clocks show that.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`] before 1677 and after 2262.
    pub fn instant_ns(self, local: DateTime) -> Result<i64, CalendarError> {
        self.offset()
            .to_timestamp(local)
            .ok()
            .and_then(|instant| i64::try_from(instant.as_nanosecond()).ok())
            .ok_or(CalendarError::OutOfRange)
    }

    /// Fixed, not looked up: Cambodia has kept UTC+7 since 1975 and Japan UTC+9 without summer
    /// time since 1951, and a zone database that differs between two machines would give two
    /// settlement dates for one window.
    const fn offset(self) -> Offset {
        match self {
            Country::Kh => Offset::constant(7),
            Country::Jp => Offset::constant(9),
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.alpha())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const SECOND_NS: i64 = 1_000_000_000;

    fn instant(text: &str) -> i64 {
        let instant: Timestamp = text.parse().unwrap();
        i64::try_from(instant.as_nanosecond()).unwrap()
    }

    #[test]
    fn the_day_begins_seven_and_nine_hours_before_it_does_in_utc() {
        let cases = [
            ("2026-04-30T14:59:59Z", (2026, 4, 30), (2026, 4, 30)),
            ("2026-04-30T15:00:00Z", (2026, 4, 30), (2026, 5, 1)),
            ("2026-04-30T16:59:59Z", (2026, 4, 30), (2026, 5, 1)),
            ("2026-04-30T17:00:00Z", (2026, 5, 1), (2026, 5, 1)),
        ];
        for (text, kh, jp) in cases {
            let ns = instant(text);
            let dates = [Country::Kh, Country::Jp].map(|country| country.local_date(ns));
            let expected = [kh, jp].map(|(y, m, d)| date(y, m, d));
            assert_eq!(dates, expected, "{text}");
        }
    }

    #[test]
    fn local_time_and_instant_are_inverse_also_at_both_ends() {
        for country in Country::ALL {
            for ns in [0, -1, 1, instant("2026-12-31T23:59:59Z"), SECOND_NS] {
                assert_eq!(country.instant_ns(country.local(ns)), Ok(ns));
            }
            for ns in [i64::MIN, i64::MAX] {
                assert_eq!(country.instant_ns(country.local(ns)), Ok(ns));
            }
            let late = date(2300, 1, 1).at(0, 0, 0, 0);
            assert_eq!(country.instant_ns(late), Err(CalendarError::OutOfRange));
        }
    }

    #[test]
    fn countries_are_found_by_their_code_alone() {
        for country in Country::ALL {
            assert_eq!(Country::from_alpha(country.alpha()), Some(country));
        }
        for wrong in ["", "kh", "KHM", "TH"] {
            assert_eq!(Country::from_alpha(wrong), None, "{wrong}");
        }
    }
}
