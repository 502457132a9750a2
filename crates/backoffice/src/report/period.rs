//! Days, and the moments at which they begin.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use wire::api::ReportPeriod;

/// Longest period: ten years with three leap days.
const DAYS_MAX: i32 = 3_653;

/// Up to so many days a series has one point for each; two months have at most 62.
const DAILY_DAYS_MAX: i32 = 62;

const DAY_NS: i64 = 86_400_000_000_000;

/// Whose midnights bound a day. Neither country has changed its clocks since the first payment,
/// so a fixed distance from UTC is exact and needs no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// Coordinated Universal Time.
    Utc,
    /// Seven hours ahead.
    PhnomPenh,
    /// Nine hours ahead.
    Tokyo,
}

impl Zone {
    /// Every zone.
    pub const ALL: [Zone; 3] = [Zone::Utc, Zone::PhnomPenh, Zone::Tokyo];

    /// As the IANA calls it.
    pub fn name(self) -> &'static str {
        match self {
            Zone::Utc => "UTC",
            Zone::PhnomPenh => "Asia/Phnom_Penh",
            Zone::Tokyo => "Asia/Tokyo",
        }
    }

    /// From the name; anything else is `None`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|zone| zone.name() == name)
    }

    fn offset_ns(self) -> i64 {
        const HOUR_NS: i64 = 3_600_000_000_000;
        match self {
            Zone::Utc => 0,
            Zone::PhnomPenh => 7 * HOUR_NS,
            Zone::Tokyo => 9 * HOUR_NS,
        }
    }
}

/// Why days are no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// A date is none.
    #[error("read a date: not like `2026-01-31`")]
    Date,
    /// Nothing lies between.
    #[error("report on a period that ends before it begins")]
    Empty,
    /// More than ten years.
    #[error("report on more than ten years")]
    Long,
}

/// Whole days of a zone, the first within and the last not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    from: Date,
    to: Date,
    zone: Zone,
}

impl Period {
    /// From two dates like `2026-01-31`.
    ///
    /// # Errors
    /// See [`PeriodError`].
    pub fn parse(from: &str, to: &str, zone: Zone) -> Result<Self, PeriodError> {
        let date = |text: &str| {
            // The form is looked at first: the parser takes times and basic forms as well.
            let is_plain = text.len() == 10
                && text.bytes().enumerate().all(|(at, byte)| match at {
                    4 | 7 => byte == b'-',
                    _ => byte.is_ascii_digit(),
                });
            let date: Option<Date> = text.parse().ok();
            date.filter(|date| is_plain && (1970..=2200).contains(&date.year()))
                .ok_or(PeriodError::Date)
        };
        let (from, to) = (date(from)?, date(to)?);
        let period = Self { from, to, zone };
        if from >= to {
            return Err(PeriodError::Empty);
        }
        if period.days() > DAYS_MAX {
            return Err(PeriodError::Long);
        }
        Ok(period)
    }

    /// Whose days.
    pub fn zone(&self) -> Zone {
        self.zone
    }

    pub(super) fn days(&self) -> i32 {
        self.from
            .until(self.to)
            .map_or(0, |between| between.get_days())
    }

    /// The moments of the first midnight and of that after the last day, in nanoseconds.
    pub fn bounds_ns(&self) -> (i64, i64) {
        let at = |date: Date| {
            day_number(date)
                .saturating_mul(DAY_NS)
                .saturating_sub(self.zone.offset_ns())
        };
        (at(self.from), at(self.to))
    }

    /// As many months before, if these are whole months, else as many days.
    pub(super) fn prior(&self) -> Period {
        let is_months = self.from.day() == 1 && self.to.day() == 1;
        let back: Span = if is_months {
            let years = i32::from(self.to.year()).saturating_sub(i32::from(self.from.year()));
            let months = i32::from(self.to.month()).saturating_sub(i32::from(self.from.month()));
            years.saturating_mul(12).saturating_add(months).months()
        } else {
            self.days().days()
        };
        Period {
            from: self.from.saturating_sub(back),
            to: self.from,
            zone: self.zone,
        }
    }

    pub(super) fn view(&self) -> ReportPeriod {
        ReportPeriod {
            from: self.from.to_string(),
            to: self.to.to_string(),
        }
    }

    /// The points of the series.
    pub(super) fn buckets(&self) -> Buckets {
        let days = self.days();
        let is_daily = days <= DAILY_DAYS_MAX;
        let mut labels: Vec<String> = Vec::new();
        let mut of_day = Vec::new();
        for date in self.from.series(1.day()).take_while(|date| *date < self.to) {
            let label = if is_daily {
                date.to_string()
            } else {
                format!("{:04}-{:02}", date.year(), date.month())
            };
            if labels.last() != Some(&label) {
                labels.push(label);
            }
            of_day.push(u16::try_from(labels.len().saturating_sub(1)).unwrap_or(u16::MAX));
        }
        Buckets {
            first_day: day_number(self.from),
            offset_ns: self.zone.offset_ns(),
            of_day,
            labels,
        }
    }
}

/// Which point of the series a moment belongs to.
#[derive(Clone, Debug, Default)]
pub(super) struct Buckets {
    first_day: i64,
    offset_ns: i64,
    of_day: Vec<u16>,
    pub(super) labels: Vec<String>,
}

impl Buckets {
    pub(super) fn of(&self, at_ns: i64) -> u16 {
        let day = at_ns.saturating_add(self.offset_ns).div_euclid(DAY_NS);
        let day = usize::try_from(day.saturating_sub(self.first_day)).ok();
        let bucket = day.and_then(|day| self.of_day.get(day));
        bucket.copied().unwrap_or_default()
    }
}

/// Days since 1970-01-01.
fn day_number(date: Date) -> i64 {
    const EPOCH: Date = Date::constant(1970, 1, 1);
    EPOCH
        .until(date)
        .map_or(0, |between| i64::from(between.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, to: &str, zone: Zone) -> Period {
        Period::parse(from, to, zone).unwrap()
    }

    #[test]
    fn days_begin_at_the_midnight_of_their_zone() {
        const HOUR_NS: i64 = 3_600_000_000_000;
        for (zone, hours) in [(Zone::Utc, 0), (Zone::PhnomPenh, 7), (Zone::Tokyo, 9)] {
            let (from, to) = period("2026-01-01", "2026-01-02", zone).bounds_ns();
            assert_eq!(from, 1_767_225_600_000_000_000 - hours * HOUR_NS);
            assert_eq!(to - from, 24 * HOUR_NS);
            assert_eq!(Zone::from_name(zone.name()), Some(zone));
        }
        assert_eq!(Zone::from_name("Europe/Paris"), None);
    }

    #[test]
    fn growth_is_against_as_many_months_or_days() {
        for (from, to, expected) in [
            ("2026-01-01", "2026-02-01", "2025-12-01 2026-01-01"),
            ("2026-03-01", "2026-04-01", "2026-02-01 2026-03-01"),
            ("2025-07-01", "2026-07-01", "2024-07-01 2025-07-01"),
            ("2025-07-05", "2026-07-01", "2024-07-09 2025-07-05"),
            ("2026-03-10", "2026-03-17", "2026-03-03 2026-03-10"),
        ] {
            let prior = period(from, to, Zone::Tokyo).prior().view();
            assert_eq!(format!("{} {}", prior.from, prior.to), expected);
        }
    }

    #[test]
    fn a_series_has_days_of_two_months_and_months_of_a_year() {
        let points = |from, to| period(from, to, Zone::Utc).buckets().labels;
        assert_eq!(
            points("2026-01-30", "2026-02-02").join(" "),
            "2026-01-30 2026-01-31 2026-02-01"
        );
        assert_eq!(
            points("2025-12-31", "2026-03-05").join(" "),
            "2025-12 2026-01 2026-02 2026-03"
        );
        let tokyo = period("2026-01-01", "2026-01-03", Zone::Tokyo);
        let (from, to) = tokyo.bounds_ns();
        let buckets = tokyo.buckets();
        assert_eq!(
            [from, from + DAY_NS - 1, from + DAY_NS, to - 1].map(|at| buckets.of(at)),
            [0, 0, 1, 1]
        );
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for (from, to, error) in [
            ("2026-01-02", "2026-01-02", PeriodError::Empty),
            ("2026-01-02", "2026-01-01", PeriodError::Empty),
            ("2016-01-01", "2026-01-02", PeriodError::Long),
            ("2026-02-29", "2026-03-01", PeriodError::Date),
            ("20260101", "2026-03-01", PeriodError::Date),
            ("2026-01-01T00:00", "2026-03-01", PeriodError::Date),
            ("1969-12-31", "1970-01-02", PeriodError::Date),
            ("", "", PeriodError::Date),
        ] {
            assert_eq!(
                Period::parse(from, to, Zone::Utc),
                Err(error),
                "{from} {to}"
            );
        }
    }
}
