//! How payments spread over days and hours: months, week days, holidays, the Expo, and the growth
//! of a link that is new. All of it made up, in whole numbers; what is known of the link is that
//! it began on 5 July 2025 at the Expo.

use calendar::{Calendars, Country};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::Settings;
use crate::dice::Dice;

/// Who pays where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Direction {
    /// From Cambodia to a shop in Japan.
    ToJapan,
    /// From Japan to a shop in Cambodia.
    ToCambodia,
}

impl Direction {
    pub(crate) const ALL: [Direction; 2] = [Direction::ToJapan, Direction::ToCambodia];
}

/// Percent of the usual, from January to December: cherry blossom, the Khmer New Year's travels
/// and the autumn leaves in Japan; the dry season in Cambodia.
const MONTHS_TO_JAPAN: [u64; 12] = [85, 80, 125, 140, 95, 80, 90, 95, 90, 120, 130, 115];
const MONTHS_TO_CAMBODIA: [u64; 12] = [135, 125, 110, 85, 80, 65, 75, 105, 80, 85, 110, 140];

/// Percent of a usual hour, from 08:00 to 21:00 on the clocks of the shop.
const HOURS: [u64; 14] = [
    30, 45, 70, 110, 170, 150, 105, 95, 95, 110, 150, 170, 120, 60,
];

/// The first of [`HOURS`].
pub(crate) const HOUR_FIRST: u64 = 8;

/// How many payments each day has, by direction. They add up to what the settings say, exactly.
pub(crate) fn spread(settings: &Settings) -> Vec<(Date, [u64; 2])> {
    let weights: Vec<(Date, [u64; 2])> = settings
        .days
        .iter()
        .map(|day| (day, Direction::ALL.map(|way| weight(settings, way, day))))
        .collect();
    let flat = weights.iter().flat_map(|(_, pair)| pair).copied();
    let mut counts = share(settings.payments, flat.collect()).into_iter();
    let mut next = || counts.next().unwrap_or(0);
    let days = weights.iter().map(|(day, _)| (*day, [next(), next()]));
    days.collect()
}

/// A whole in parts by weight, without remainder; a part without weight is nothing.
pub(crate) fn share(whole: u64, weights: Vec<u64>) -> Vec<u64> {
    let sum = weights.iter().copied().map(u128::from).sum::<u128>();
    let mut so_far: u128 = 0;
    let mut given: u128 = 0;
    let part = |weight: u64| {
        so_far = so_far.saturating_add(u128::from(weight));
        let due = u128::from(whole).saturating_mul(so_far).checked_div(sum);
        let due = due.unwrap_or(0);
        let part = due.saturating_sub(given);
        given = due;
        u64::try_from(part).unwrap_or(0)
    };
    weights.into_iter().map(part).collect()
}

/// How many of a day's payments fall into each of its moments, which are spread evenly over the
/// hours in [`HOURS`].
pub(crate) fn hours(count: u64, moments: u64) -> Vec<u64> {
    let many = u64::try_from(HOURS.len()).unwrap_or(1);
    let weight = |moment: u64| {
        let hour = moment.saturating_mul(many).checked_div(moments);
        let hour = usize::try_from(hour.unwrap_or(0)).unwrap_or(0);
        HOURS.get(hour).copied().unwrap_or(0)
    };
    share(count, (0..moments).map(weight).collect())
}

fn weight(settings: &Settings, way: Direction, day: Date) -> u64 {
    let begins = match way {
        Direction::ToJapan => settings.days.first(),
        Direction::ToCambodia => settings.reverse_from,
    };
    if day < begins {
        return 0;
    }
    let month = usize::try_from(day.month().saturating_sub(1)).unwrap_or(0);
    let months = match way {
        Direction::ToJapan => MONTHS_TO_JAPAN,
        Direction::ToCambodia => MONTHS_TO_CAMBODIA,
    };
    let month = months.get(month).copied().unwrap_or(100);
    let week = match day.weekday() {
        Weekday::Saturday => 135,
        Weekday::Sunday => 125,
        Weekday::Friday => 110,
        Weekday::Monday | Weekday::Tuesday | Weekday::Wednesday | Weekday::Thursday => 95,
    };
    let seconds = u64::from(day.month().unsigned_abs()).saturating_mul(31);
    let number = u64::from(day.year().unsigned_abs())
        .saturating_mul(372)
        .saturating_add(seconds)
        .saturating_add(u64::from(day.day().unsigned_abs()));
    let mut dice = Dice::of(settings.seed, way_name(way), number);
    let noise = dice.between(82, 118);
    let parts = [
        month,
        week,
        noise,
        special(settings, way, day),
        grown(settings, way, day),
    ];
    parts.into_iter().fold(1, u64::saturating_mul)
}

fn way_name(way: Direction) -> &'static str {
    match way {
        Direction::ToJapan => "day/KH-JP",
        Direction::ToCambodia => "day/JP-KH",
    }
}

/// The Expo, and the payer's own holidays, when people travel; in percent.
fn special(settings: &Settings, way: Direction, day: Date) -> u64 {
    let calendars = Calendars::built_in();
    let home = match way {
        Direction::ToJapan => Country::Kh,
        Direction::ToCambodia => Country::Jp,
    };
    let holidays = calendars.holidays_on(home, day);
    let is_holiday = holidays.is_ok_and(|holidays| !holidays.is_empty());
    let holiday = if is_holiday { 150 } else { 100 };
    let is_expo = way == Direction::ToJapan && day <= settings.expo_until;
    // The last two weeks drew the largest crowds.
    let rush = settings.expo_until.saturating_sub(14.days());
    match (is_expo, day >= rush) {
        (true, true) => holiday * 3,
        (true, false) => holiday * 11 / 5,
        (false, _) => holiday,
    }
}

/// A link that is new grows: from 70 to 130 per cent of its middle towards Japan, where payers
/// had their wallets already; from 20 to 90 towards Cambodia.
fn grown(settings: &Settings, way: Direction, day: Date) -> u64 {
    let days_between = |from: Date, to: Date| {
        let days = from.until(to).map_or(0, |span| span.get_days());
        u64::from(days.unsigned_abs())
    };
    match way {
        Direction::ToJapan => {
            let age = days_between(crate::settings::FIRST_DAY, day).min(365);
            70_u64.saturating_add(age * 60 / 365)
        }
        Direction::ToCambodia => {
            let age = days_between(settings.reverse_from, day).min(150);
            20_u64.saturating_add(age * 70 / 150)
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::Range;

    fn year(payments: u64) -> Settings {
        let days = Range::parse("2025-07-05..2026-06-30").unwrap();
        Settings::new(days, payments, 1).unwrap()
    }

    #[test]
    fn parts_make_the_whole() {
        for whole in [0, 1, 7, 1_000, 999_983] {
            let parts = share(whole, vec![3, 0, 1, 5, 1]);
            assert_eq!(parts.iter().sum::<u64>(), whole);
            assert_eq!(parts[1], 0);
        }
        assert_eq!(share(5, vec![0, 0]), [0, 0]);
        for payments in [1, 3_000, 1_000_000] {
            let days = spread(&year(payments));
            let sum: u64 = days.iter().flat_map(|(_, pair)| pair).sum();
            assert_eq!(sum, payments);
        }
        for (count, moments) in [(0, 6), (5, 6), (2_771, 23), (90_000, 40)] {
            let parts = hours(count, moments);
            assert_eq!(parts.iter().sum::<u64>(), count);
            assert_eq!(u64::try_from(parts.len()).unwrap(), moments);
        }
    }

    #[test]
    fn the_expo_is_busy_and_phase_2_begins_on_its_day() {
        let days = spread(&year(1_000_000));
        let of = |first: Date, last: Date, way: usize| -> u64 {
            let within = days.iter().filter(|(day, _)| (first..=last).contains(day));
            within.map(|(_, pair)| pair[way]).sum()
        };
        let september = of(date(2025, 9, 1), date(2025, 9, 30), 0);
        let november = of(date(2025, 11, 1), date(2025, 11, 30), 0);
        // Though November is the busier month in other years.
        assert!(september * 10 > november * 13, "{september} {november}");
        assert_eq!(of(date(2025, 7, 5), date(2026, 1, 14), 1), 0);
        assert!(of(date(2026, 1, 15), date(2026, 1, 31), 1) > 0);
    }
}
