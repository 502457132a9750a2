//! When windows close. The next cut-off is a function of now and the calendars alone, so a hub
//! that was down, or whose clock was moved, computes the same one.

use core::fmt;

use jiff::ToSpan;
use jiff::civil::{Date, Time};

use crate::limits::SEARCH_DAYS_MAX;
use crate::{CalendarError, Calendars, Country};

const MINUTE_NS: i64 = 60 * 1_000_000_000;
const MINUTES_PER_DAY: u16 = 24 * 60;

/// Longest text of a cycle: `every 1440 minutes` and something for a slip.
const CYCLE_BYTES_MAX: usize = 40;

/// Minutes after local midnight, below 1,440.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MinuteOfDay(u16);

/// A length of 1 to 1,440 minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minutes(u16);

/// What closes a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cycle {
    /// Once a day, when the clocks of `zone` show `cut_off`.
    Daily {
        /// The time of day.
        cut_off: MinuteOfDay,
        /// Whose clocks.
        zone: Country,
    },
    /// Every so many minutes, counted from the epoch: at 60, on the hour everywhere.
    Every(Minutes),
    /// Only an operator.
    Manual,
}

/// On which days a cycle closes windows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Days {
    /// On all.
    All,
    /// When all of these are open, each on the date that it has at the cut-off. What is
    /// completed while one is closed waits in the open window.
    OpenIn(Vec<Country>),
}

/// A cycle with its days.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Schedule {
    /// What closes a window.
    pub cycle: Cycle,
    /// On which days.
    pub days: Days,
}

impl MinuteOfDay {
    /// `None` from 1,440 on.
    pub const fn new(minutes: u16) -> Option<Self> {
        if minutes < MINUTES_PER_DAY {
            Some(Self(minutes))
        } else {
            None
        }
    }

    /// Reads `17:30`.
    pub fn parse(text: &str) -> Option<Self> {
        let (hours, minutes) = text.split_once(':')?;
        let two = |text: &str| {
            let is_plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            is_plain.then(|| text.parse::<u16>().ok()).flatten()
        };
        let minutes = two(minutes).filter(|minutes| *minutes < 60)?;
        Self::new(two(hours)?.checked_mul(60)?.checked_add(minutes)?)
    }

    /// Minutes after midnight.
    pub const fn minutes(self) -> u16 {
        self.0
    }

    fn time(self) -> Option<Time> {
        let hour = i8::try_from(self.0 / 60).ok()?;
        let minute = i8::try_from(self.0 % 60).ok()?;
        Time::new(hour, minute, 0, 0).ok()
    }
}

impl Minutes {
    /// `None` for 0 and above 1,440.
    pub const fn new(minutes: u16) -> Option<Self> {
        if minutes >= 1 && minutes <= MINUTES_PER_DAY {
            Some(Self(minutes))
        } else {
            None
        }
    }

    /// The length.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl Cycle {
    /// Reads `manual`, `daily 17:00 KH` or `every 60 minutes`; the spelling that it is shown in.
    ///
    /// ```
    /// use calendar::Cycle;
    /// let cycle = Cycle::parse("daily 17:00 KH").unwrap();
    /// assert_eq!(cycle.to_string(), "daily 17:00 KH");
    /// assert_eq!(Cycle::parse("every day"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > CYCLE_BYTES_MAX {
            return None;
        }
        let words: Vec<&str> = text.split(' ').collect();
        match words.as_slice() {
            ["manual"] => Some(Cycle::Manual),
            ["daily", at, zone] => Some(Cycle::Daily {
                cut_off: MinuteOfDay::parse(at)?,
                zone: Country::from_alpha(zone)?,
            }),
            ["every", minutes, "minutes"] => {
                let minutes = minutes.parse().ok().and_then(Minutes::new)?;
                Some(Cycle::Every(minutes))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cycle::Manual => f.write_str("manual"),
            Cycle::Daily { cut_off, zone } => {
                let (hours, minutes) = (cut_off.0 / 60, cut_off.0 % 60);
                write!(f, "daily {hours:02}:{minutes:02} {}", zone.alpha())
            }
            Cycle::Every(minutes) => write!(f, "every {} minutes", minutes.0),
        }
    }
}

impl Schedule {
    /// The first cut-off strictly after now, or `None` when only an operator closes.
    ///
    /// # Errors
    /// With [`Days::OpenIn`], as [`Calendars::first_open_from`]; near the ends of time
    /// [`CalendarError::OutOfRange`].
    pub fn next_cut_off(
        &self,
        calendars: &Calendars,
        now_ns: i64,
    ) -> Result<Option<i64>, CalendarError> {
        match self.cycle {
            Cycle::Manual => Ok(None),
            Cycle::Daily { cut_off, zone } => {
                self.daily(calendars, now_ns, (cut_off, zone)).map(Some)
            }
            Cycle::Every(minutes) => self.every(calendars, now_ns, minutes).map(Some),
        }
    }

    fn daily(
        &self,
        calendars: &Calendars,
        now_ns: i64,
        (cut_off, zone): (MinuteOfDay, Country),
    ) -> Result<i64, CalendarError> {
        let today = zone.local_date(now_ns);
        let time = cut_off.time().ok_or(CalendarError::OutOfRange)?;
        let days = usize::try_from(SEARCH_DAYS_MAX).unwrap_or(usize::MAX);
        for date in today.series(1.day()).take(days) {
            let at_ns = zone.instant_ns(date.to_datetime(time))?;
            if at_ns > now_ns && self.closes_at(calendars, at_ns)? {
                return Ok(at_ns);
            }
        }
        Err(CalendarError::NeverOpen { from: today })
    }

    /// Leaps over closed days: minute by minute, a week of them would be ten thousand steps.
    fn every(
        &self,
        calendars: &Calendars,
        now_ns: i64,
        minutes: Minutes,
    ) -> Result<i64, CalendarError> {
        let step_ns = i64::from(minutes.0).saturating_mul(MINUTE_NS);
        let next_of = |at_ns: i64| {
            let steps = at_ns.div_euclid(step_ns).checked_add(1);
            let next_ns = steps.and_then(|steps| steps.checked_mul(step_ns));
            next_ns.ok_or(CalendarError::OutOfRange)
        };
        let mut at_ns = next_of(now_ns)?;
        // Each leap ends at a midnight of one of the countries, so a day has at most one each.
        let leaps = SEARCH_DAYS_MAX.saturating_mul(2);
        for _ in 0..leaps {
            if self.closes_at(calendars, at_ns)? {
                return Ok(at_ns);
            }
            let midnight_ns = self.next_midnight_ns(at_ns)?;
            let before_ns = midnight_ns.checked_sub(1).unwrap_or(midnight_ns);
            at_ns = next_of(at_ns.max(before_ns))?;
        }
        let from = Country::Kh.local_date(now_ns);
        Err(CalendarError::NeverOpen { from })
    }

    fn closes_at(&self, calendars: &Calendars, at_ns: i64) -> Result<bool, CalendarError> {
        match &self.days {
            Days::All => Ok(true),
            Days::OpenIn(countries) => calendars.all_open_at(countries, at_ns),
        }
    }

    /// The next instant at which one of the countries has another date.
    fn next_midnight_ns(&self, at_ns: i64) -> Result<i64, CalendarError> {
        let countries = match &self.days {
            Days::All => &[],
            Days::OpenIn(countries) => countries.as_slice(),
        };
        let mut first_ns = i64::MAX;
        for country in countries {
            let tomorrow = country.local_date(at_ns).tomorrow();
            let tomorrow: Date = tomorrow.ok().ok_or(CalendarError::OutOfRange)?;
            let midnight = tomorrow.to_datetime(Time::midnight());
            first_ns = first_ns.min(country.instant_ns(midnight)?);
        }
        Ok(first_ns)
    }
}
