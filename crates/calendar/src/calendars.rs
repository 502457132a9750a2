//! Both countries' calendars: is a day open, which is the next that is, when does a window
//! settle.

use std::borrow::Cow;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::holiday::{Basis, Holiday, Year};
use crate::limits::{HOLIDAYS_PER_YEAR_MAX, LAG_DAYS_MAX, SEARCH_DAYS_MAX, TEXT_BYTES_MAX};
use crate::{CalendarError, Country, cambodia, japan};

/// The calendars of all countries, as data with a version.
///
/// ```
/// use calendar::{Calendars, Country};
/// use jiff::civil::date;
/// let calendars = Calendars::built_in();
/// let golden_week = date(2026, 5, 4);
/// assert_eq!(calendars.is_business_day(Country::Jp, golden_week), Ok(false));
/// assert_eq!(calendars.is_business_day(Country::Kh, golden_week), Ok(true));
/// let open = calendars.first_open_after(&Country::ALL, date(2026, 4, 30)).unwrap();
/// assert_eq!(open, date(2026, 5, 7));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendars {
    kh: Calendar,
    jp: Calendar,
}

/// One country's years, without a gap between them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Calendar {
    country: Country,
    version: Cow<'static, str>,
    years: Vec<Year>,
}

impl Calendars {
    /// What ships with this version.
    pub fn built_in() -> Self {
        let years = |(first, last): (i16, i16), year: fn(i16) -> Option<Year>| {
            (first..=last).filter_map(year).collect()
        };
        Self {
            kh: Calendar {
                country: Country::Kh,
                version: Cow::Borrowed(cambodia::VERSION),
                years: years(cambodia::YEARS, cambodia::year),
            },
            jp: Calendar {
                country: Country::Jp,
                version: Cow::Borrowed(japan::VERSION),
                years: years(japan::YEARS, japan::year),
            },
        }
    }

    /// Adds a year's holidays, given by who runs this, before there is a version with them. The
    /// version then says so: `kh-2026.1+2027`.
    ///
    /// # Errors
    /// [`CalendarError::YearNotAdjacent`] and [`CalendarError::YearMalformed`]; nothing is added.
    pub fn with_year(mut self, country: Country, mut year: Year) -> Result<Self, CalendarError> {
        let number = year.year;
        let calendar = match country {
            Country::Kh => &mut self.kh,
            Country::Jp => &mut self.jp,
        };
        let (first, last) = calendar.covered();
        let is_after = last.checked_add(1) == Some(number);
        let is_before = first.checked_sub(1) == Some(number);
        if !is_after && !is_before {
            let year = number;
            return Err(CalendarError::YearNotAdjacent { country, year });
        }
        if !is_well_formed(&year) {
            let year = number;
            return Err(CalendarError::YearMalformed { country, year });
        }
        year.basis = Basis::Added;
        year.holidays.sort_by_key(|holiday| holiday.date);
        let at = if is_after { calendar.years.len() } else { 0 };
        calendar.years.insert(at, year);
        calendar.version = Cow::Owned(format!("{}+{number}", calendar.version));
        Ok(self)
    }

    /// The data's version, to be kept beside what was computed from it.
    pub fn version(&self, country: Country) -> &str {
        &self.of(country).version
    }

    /// First and last year that are known.
    pub fn covered(&self, country: Country) -> (i16, i16) {
        self.of(country).covered()
    }

    /// A year's holidays with their source.
    ///
    /// # Errors
    /// [`CalendarError::YearMissing`].
    pub fn year(&self, country: Country, year: i16) -> Result<&Year, CalendarError> {
        self.of(country).year(year)
    }

    /// The holidays on that day; none on most days, two when a feast falls on a fixed one.
    ///
    /// # Errors
    /// [`CalendarError::YearMissing`].
    pub fn holidays_on(&self, country: Country, date: Date) -> Result<&[Holiday], CalendarError> {
        self.of(country).holidays_on(date)
    }

    /// Whether the country's banks are open: no Saturday, no Sunday and no holiday.
    ///
    /// # Errors
    /// [`CalendarError::YearMissing`], on weekends too: who asks about a year that is not known
    /// hears so on the first day and not only on some.
    pub fn is_business_day(&self, country: Country, date: Date) -> Result<bool, CalendarError> {
        let holidays = self.holidays_on(country, date)?;
        let is_weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        Ok(!is_weekend && holidays.is_empty())
    }

    /// Whether the banks of all these countries are open; of none, they are.
    ///
    /// # Errors
    /// [`CalendarError::YearMissing`] of any of them, even if another is closed anyway.
    pub fn all_open(&self, countries: &[Country], date: Date) -> Result<bool, CalendarError> {
        let mut all = true;
        for country in countries {
            all &= self.is_business_day(*country, date)?;
        }
        Ok(all)
    }

    /// Like [`Calendars::all_open`], on the date that each country has at that instant.
    ///
    /// # Errors
    /// As there.
    pub fn all_open_at(
        &self,
        countries: &[Country],
        instant_ns: i64,
    ) -> Result<bool, CalendarError> {
        let mut all = true;
        for country in countries {
            all &= self.is_business_day(*country, country.local_date(instant_ns))?;
        }
        Ok(all)
    }

    /// The day itself if all are open, or the next on which they are.
    ///
    /// # Errors
    /// [`CalendarError::YearMissing`] as soon as the search reaches a year that is not known, and
    /// [`CalendarError::NeverOpen`].
    pub fn first_open_from(
        &self,
        countries: &[Country],
        from: Date,
    ) -> Result<Date, CalendarError> {
        let days = usize::try_from(SEARCH_DAYS_MAX).unwrap_or(usize::MAX);
        for date in from.series(1.day()).take(days) {
            if self.all_open(countries, date)? {
                return Ok(date);
            }
        }
        Err(CalendarError::NeverOpen { from })
    }

    /// The next day after this one on which all are open.
    ///
    /// # Errors
    /// As [`Calendars::first_open_from`].
    pub fn first_open_after(
        &self,
        countries: &[Country],
        after: Date,
    ) -> Result<Date, CalendarError> {
        let next = after.tomorrow().ok().ok_or(CalendarError::OutOfRange)?;
        self.first_open_from(countries, next)
    }

    /// The day on which a window settles that closed at that instant: the `lag_days`-th day after
    /// the close on which all are open, so 1 is the next such day. 0 is the day of the close
    /// itself if all are open, or else the next.
    ///
    /// The day of the close is the latest date that any of the countries has at that instant:
    /// at 23:00 in Phnom Penh it is tomorrow in Tokyo, and a day that has begun is not after.
    ///
    /// # Errors
    /// As [`Calendars::first_open_from`], and [`CalendarError::LagTooLong`].
    pub fn settlement_date(
        &self,
        countries: &[Country],
        closed_at_ns: i64,
        lag_days: u8,
    ) -> Result<Date, CalendarError> {
        if lag_days > LAG_DAYS_MAX {
            return Err(CalendarError::LagTooLong { lag_days });
        }
        let closed_on = latest_date(countries, closed_at_ns);
        if lag_days == 0 {
            return self.first_open_from(countries, closed_on);
        }
        let mut date = closed_on;
        for _ in 0..lag_days {
            date = self.first_open_after(countries, date)?;
        }
        Ok(date)
    }

    fn of(&self, country: Country) -> &Calendar {
        match country {
            Country::Kh => &self.kh,
            Country::Jp => &self.jp,
        }
    }
}

impl Calendar {
    fn covered(&self) -> (i16, i16) {
        let year = |year: Option<&Year>| year.map_or(0, |year| year.year);
        (year(self.years.first()), year(self.years.last()))
    }

    fn year(&self, year: i16) -> Result<&Year, CalendarError> {
        let found = self.years.iter().find(|known| known.year == year);
        found.ok_or(CalendarError::YearMissing {
            country: self.country,
            year,
            covered: self.covered(),
        })
    }

    fn holidays_on(&self, date: Date) -> Result<&[Holiday], CalendarError> {
        let holidays = &self.year(date.year())?.holidays;
        let first = holidays.partition_point(|holiday| holiday.date < date);
        let end = holidays.partition_point(|holiday| holiday.date <= date);
        Ok(holidays.get(first..end).unwrap_or_default())
    }
}

/// Of no country, the date in UTC+7, which is the earlier.
fn latest_date(countries: &[Country], instant_ns: i64) -> Date {
    let dates = countries
        .iter()
        .map(|country| country.local_date(instant_ns));
    dates
        .max()
        .unwrap_or_else(|| Country::Kh.local_date(instant_ns))
}

fn is_well_formed(year: &Year) -> bool {
    let is_text = |text: &str| !text.trim().is_empty() && text.len() <= TEXT_BYTES_MAX;
    let is_holiday = |holiday: &Holiday| {
        holiday.date.year() == year.year
            && is_text(&holiday.name_en)
            && is_text(&holiday.name_local)
    };
    is_text(&year.source)
        && !year.holidays.is_empty()
        && year.holidays.len() <= HOLIDAYS_PER_YEAR_MAX
        && year.holidays.iter().all(is_holiday)
}
