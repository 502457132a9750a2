//! What a history is told: which days, how many payments, and how much goes wrong.

use calendar::{Calendars, Country};
use jiff::civil::{Date, date};

use crate::HistoryError;
use crate::limits::PAYMENTS_MAX;

/// What a history is made of. The same settings, names and keys make the same journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// First and last day, both in it.
    pub days: Range,
    /// How many payments are tried in all.
    pub payments: u64,
    /// Of everything that is drawn.
    pub seed: u64,
    /// From when Japanese wallets pay in Cambodia. Nobody has published that day, so it is a
    /// parameter.
    pub reverse_from: Date,
    /// The last day of Expo 2025 in Osaka.
    pub expo_until: Date,
    /// How much goes wrong.
    pub mischief: Mischief,
}

/// The first and the last day of a history, both in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    first: Date,
    last: Date,
}

/// How often something goes wrong, of 100,000 payments (or refunds, where it says so).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mischief {
    /// The creditor's side says no.
    pub rejected: u64,
    /// The creditor's side says nothing: a time-out, or a doubt on a rail that credits at once.
    pub silent: u64,
    /// The payer's side withdraws.
    pub withdrawn: u64,
    /// The payer's side wants somebody to look at the names.
    pub screened: u64,
    /// A payer buys so much that the day's limit stops it.
    pub over_limit: u64,
    /// The shop gives money back.
    pub refunded: u64,
    /// Of doubts: two operators find out.
    pub doubt_by_operators: u64,
    /// Of doubts: nobody finds out in time, and the rail is stopped.
    pub doubt_expires: u64,
    /// Of settled windows, one in so many has a statement that is wrong in each of five ways.
    pub statement_every: u64,
}

impl Mischief {
    /// As a link of sound institutions shows it.
    pub const USUAL: Mischief = Mischief {
        rejected: 900,
        silent: 250,
        withdrawn: 120,
        screened: 40,
        over_limit: 12,
        refunded: 1_400,
        doubt_by_operators: 12_000,
        doubt_expires: 1_500,
        statement_every: 25,
    };

    /// So much that a few thousand payments show every kind.
    pub const DENSE: Mischief = Mischief {
        rejected: 2_000,
        silent: 2_000,
        withdrawn: 500,
        screened: 300,
        over_limit: 150,
        refunded: 4_000,
        doubt_by_operators: 20_000,
        doubt_expires: 20_000,
        statement_every: 12,
    };
}

/// When phase 1 began, at noon in Osaka.
pub(crate) const FIRST_DAY: Date = date(2025, 7, 5);

impl Settings {
    /// A usual history.
    ///
    /// # Errors
    /// [`HistoryError::Payments`].
    pub fn new(days: Range, payments: u64, seed: u64) -> Result<Self, HistoryError> {
        if !(1..=PAYMENTS_MAX).contains(&payments) {
            return Err(HistoryError::Payments(payments));
        }
        Ok(Self {
            days,
            payments,
            seed,
            reverse_from: date(2026, 1, 15),
            expo_until: date(2025, 10, 13),
            mischief: Mischief::USUAL,
        })
    }
}

impl Range {
    /// Reads `2025-07-05..2026-06-30`.
    ///
    /// # Errors
    /// [`HistoryError::Range`] and [`HistoryError::OutOfReach`].
    pub fn parse(text: &str) -> Result<Self, HistoryError> {
        let malformed = || HistoryError::Range(text.chars().take(40).collect());
        let (first, last) = text.split_once("..").ok_or_else(malformed)?;
        let day = |text: &str| text.parse::<Date>().ok().filter(|_| text.len() == 10);
        let (first, last) = (day(first), day(last));
        let (first, last) = first.zip(last).ok_or_else(malformed)?;
        if first > last {
            return Err(malformed());
        }
        let end = last_day();
        if first < FIRST_DAY || last > end {
            return Err(HistoryError::OutOfReach {
                first: FIRST_DAY,
                last: end,
            });
        }
        Ok(Self { first, last })
    }

    /// The first day.
    pub fn first(self) -> Date {
        self.first
    }

    /// The last day.
    pub fn last(self) -> Date {
        self.last
    }

    /// Every day, in order.
    pub fn iter(self) -> impl Iterator<Item = Date> {
        let mut next = Some(self.first);
        std::iter::from_fn(move || {
            let today = next.filter(|today| *today <= self.last)?;
            next = today.tomorrow().ok();
            Some(today)
        })
    }
}

/// What closes on the last day is settled in the days after it, which must be known: so a history
/// ends two weeks before the calendars do.
fn last_day() -> Date {
    let calendars = Calendars::built_in();
    let years = Country::ALL.map(|country| calendars.covered(country).1);
    let year = years.into_iter().min().unwrap_or(FIRST_DAY.year());
    Date::new(year, 12, 16).unwrap_or(FIRST_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_two_days_in_reach() {
        let check = |text: &str, expected: Result<usize, &str>| {
            let days = Range::parse(text).map(|range| range.iter().count());
            let days = days.map_err(|error| error.to_string());
            assert_eq!(days, expected.map_err(str::to_owned), "{text}");
        };
        check("2025-07-05..2026-06-30", Ok(361));
        check("2025-07-05..2025-07-05", Ok(1));
        let malformed =
            |text: &str| format!("read the range `{text}`: it is written 2025-07-05..2026-06-30");
        for text in [
            "",
            "2025-07-05",
            "2025-07-06..2025-07-05",
            "2025-7-05..2025-08-01",
            "a..b",
        ] {
            check(text, Err(&malformed(text)));
        }
        let far = "begin before 2025-07-05 or end after 2026-12-16: there is no corridor or no \
                   calendar";
        check("2025-07-04..2025-08-01", Err(far));
        check("2026-01-01..2027-01-01", Err(far));
    }

    #[test]
    fn payments_are_bounded() {
        let days = Range::parse("2025-07-05..2025-07-06").unwrap();
        for payments in [0, PAYMENTS_MAX + 1] {
            let error = Settings::new(days, payments, 1).unwrap_err();
            assert!(error.to_string().contains(&payments.to_string()));
        }
        assert!(Settings::new(days, PAYMENTS_MAX, 1).is_ok());
    }
}
