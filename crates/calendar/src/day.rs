//! Days as numbers, for those who must not hold a date.

use jiff::civil::Date;
use jiff::{ToSpan, Unit};

/// 1970-01-01.
const FIRST: Date = Date::constant(1970, 1, 1);

/// Days since 1970-01-01.
///
/// ```
/// use calendar::{date_of_day, day_number};
/// use jiff::civil::date;
/// assert_eq!(day_number(date(1970, 1, 2)), 1);
/// assert_eq!(date_of_day(1), Some(date(1970, 1, 2)));
/// ```
pub fn day_number(date: Date) -> i32 {
    // Civil dates end with the year 9999, 2.9 million days from the first.
    FIRST
        .until((Unit::Day, date))
        .map_or(0, |span| span.get_days())
}

/// The date of a number of days since 1970-01-01; `None` outside the years -9999 to 9999.
pub fn date_of_day(day: i32) -> Option<Date> {
    FIRST.checked_add(i64::from(day).days()).ok()
}
