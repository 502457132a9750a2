//! Japan's holidays by the rules of its Act on National Holidays (Act No. 178 of 1948), and the
//! days on which its banks are closed beside them (Order for Enforcement of the Banking Act,
//! article 5).
//!
//! Order matters: first the holidays with names, then the substitutes of those on a Sunday, then
//! the days between two holidays, and only then the banks' own days. A day between two holidays
//! lies between holidays with names, never beside a substitute.

use std::borrow::Cow;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::holiday::{Basis, Holiday, HolidayKind, Year};

/// Changes with the data and with the rules.
pub(crate) const VERSION: &str = "jp-2026.1";

/// From the year in which today's list began; what is after it may be changed by a law, so ten
/// years are told and not a hundred.
pub(crate) const YEARS: (i16, i16) = (2020, 2030);

/// The observatory publishes a year's equinoxes in the official gazette each February of the
/// year before.
const EQUINOXES_PUBLISHED_UNTIL: i16 = 2027;

const SOURCE: &str = "Act on National Holidays (Act No. 178 of 1948) by rule; equinoxes as \
    published in the official gazette; banks' days by article 5 of the Order for Enforcement of \
    the Banking Act";

const SOURCE_OF_GAMES: &str = "Act on National Holidays (Act No. 178 of 1948) by rule; days moved \
    by the Acts on Special Measures for the Tokyo Games; banks' days by article 5 of the Order \
    for Enforcement of the Banking Act";

const SOURCE_COMPUTED: &str = "Act on National Holidays (Act No. 178 of 1948) by rule; equinoxes \
    computed by the usual formula for 1980 to 2099 and not yet published; banks' days by article \
    5 of the Order for Enforcement of the Banking Act";

enum Rule {
    Fixed(i8, i8),
    /// The n-th Monday of a month.
    Monday(i8, i8),
    VernalEquinox,
    AutumnalEquinox,
}

struct Named {
    english: &'static str,
    japanese: &'static str,
    rule: Rule,
}

const fn named(english: &'static str, japanese: &'static str, rule: Rule) -> Named {
    Named {
        english,
        japanese,
        rule,
    }
}

const NAMED: [Named; 16] = [
    named("New Year's Day", "元日", Rule::Fixed(1, 1)),
    named("Coming of Age Day", "成人の日", Rule::Monday(1, 2)),
    named(
        "National Foundation Day",
        "建国記念の日",
        Rule::Fixed(2, 11),
    ),
    named("Emperor's Birthday", "天皇誕生日", Rule::Fixed(2, 23)),
    named("Vernal Equinox Day", "春分の日", Rule::VernalEquinox),
    named("Showa Day", "昭和の日", Rule::Fixed(4, 29)),
    named("Constitution Memorial Day", "憲法記念日", Rule::Fixed(5, 3)),
    named("Greenery Day", "みどりの日", Rule::Fixed(5, 4)),
    named("Children's Day", "こどもの日", Rule::Fixed(5, 5)),
    named(MARINE, "海の日", Rule::Monday(7, 3)),
    named(MOUNTAIN, "山の日", Rule::Fixed(8, 11)),
    named("Respect for the Aged Day", "敬老の日", Rule::Monday(9, 3)),
    named("Autumnal Equinox Day", "秋分の日", Rule::AutumnalEquinox),
    named(SPORTS, "スポーツの日", Rule::Monday(10, 2)),
    named("Culture Day", "文化の日", Rule::Fixed(11, 3)),
    named(
        "Labour Thanksgiving Day",
        "勤労感謝の日",
        Rule::Fixed(11, 23),
    ),
];

const MARINE: &str = "Marine Day";
const MOUNTAIN: &str = "Mountain Day";
const SPORTS: &str = "Sports Day";

/// Moved for the opening and closing of the Games, first for 2020 and then again for 2021.
const MOVED: [(&str, i16, i8, i8); 6] = [
    (MARINE, 2020, 7, 23),
    (SPORTS, 2020, 7, 24),
    (MOUNTAIN, 2020, 8, 10),
    (MARINE, 2021, 7, 22),
    (SPORTS, 2021, 7, 23),
    (MOUNTAIN, 2021, 8, 8),
];

/// The year's days, or `None` outside [`YEARS`].
pub(crate) fn year(year: i16) -> Option<Year> {
    if year < YEARS.0 || year > YEARS.1 {
        return None;
    }
    let mut holidays = named_days(year)?;
    holidays.extend(substitutes(&holidays));
    holidays.extend(days_between(&holidays));
    holidays.extend(bank_days(year, &holidays));
    holidays.sort_by_key(|holiday| holiday.date);
    let is_published = year <= EQUINOXES_PUBLISHED_UNTIL;
    let is_moved = MOVED.iter().any(|moved| moved.1 == year);
    Some(Year {
        year,
        source: Cow::Borrowed(match (is_published, is_moved) {
            (false, _) => SOURCE_COMPUTED,
            (true, true) => SOURCE_OF_GAMES,
            (true, false) => SOURCE,
        }),
        basis: if is_published {
            Basis::Published
        } else {
            Basis::Computed
        },
        holidays,
    })
}

fn named_days(year: i16) -> Option<Vec<Holiday>> {
    NAMED
        .iter()
        .map(|named| {
            let moved = MOVED
                .iter()
                .find(|moved| moved.0 == named.english && moved.1 == year);
            let date = match moved {
                Some((_, year, month, day)) => Date::new(*year, *month, *day).ok(),
                None => by_rule(year, &named.rule),
            };
            date.map(|date| holiday(date, named.english, named.japanese, HolidayKind::Public))
        })
        .collect()
}

fn by_rule(year: i16, rule: &Rule) -> Option<Date> {
    match rule {
        Rule::Fixed(month, day) => Date::new(year, *month, *day).ok(),
        Rule::Monday(month, nth) => Date::new(year, *month, 1)
            .ok()?
            .nth_weekday_of_month(*nth, Weekday::Monday)
            .ok(),
        Rule::VernalEquinox => Date::new(year, 3, equinox(year, 20_843_100)?).ok(),
        Rule::AutumnalEquinox => Date::new(year, 9, equinox(year, 23_248_800)?).ok(),
    }
}

/// The usual formula of Japanese calendars for 1980 to 2099, in millionths of a day: the day in
/// 1980, a drift of 0.242194 a year, less the leap days since.
fn equinox(year: i16, day_in_1980: i32) -> Option<i8> {
    let years = i32::from(year).checked_sub(1980)?;
    let drifted = years.checked_mul(242_194)?.checked_add(day_in_1980)?;
    let day = (drifted / 1_000_000).checked_sub(years / 4)?;
    i8::try_from(day).ok()
}

/// Article 3, paragraph 2: a holiday on a Sunday closes the next day that is no holiday.
fn substitutes(named: &[Holiday]) -> Vec<Holiday> {
    let is_named = |date: Date| named.iter().any(|holiday| holiday.date == date);
    let mut found = Vec::new();
    for sunday in named.iter().map(|holiday| holiday.date) {
        if sunday.weekday() != Weekday::Sunday {
            continue;
        }
        let mut following = sunday.series(1.day()).skip(1);
        if let Some(date) = following.find(|date| !is_named(*date)) {
            let kind = HolidayKind::Substitute;
            found.push(holiday(date, "Substitute Holiday", "振替休日", kind));
        }
    }
    found
}

/// Article 3, paragraph 3: a day whose neighbours are both holidays with names.
fn days_between(days: &[Holiday]) -> Vec<Holiday> {
    let is_named = |date: Date| {
        let mut named = days.iter().filter(|day| day.kind == HolidayKind::Public);
        named.any(|day| day.date == date)
    };
    let mut found = Vec::new();
    for first in days.iter().filter(|day| day.kind == HolidayKind::Public) {
        let mut following = first.date.series(1.day()).skip(1);
        let (Some(between), Some(second)) = (following.next(), following.next()) else {
            continue;
        };
        let is_taken = days.iter().any(|day| day.date == between);
        if is_named(second) && !is_taken {
            let kind = HolidayKind::Between;
            found.push(holiday(between, "Citizens' Holiday", "国民の休日", kind));
        }
    }
    found
}

/// 31 December to 3 January, where no holiday has the day already.
fn bank_days(year: i16, days: &[Holiday]) -> Vec<Holiday> {
    [(1, 2), (1, 3), (12, 31)]
        .into_iter()
        .filter_map(|(month, day)| Date::new(year, month, day).ok())
        .filter(|date| days.iter().all(|holiday| holiday.date != *date))
        .map(|date| holiday(date, "Bank Holiday", "銀行休業日", HolidayKind::Bank))
        .collect()
}

fn holiday(
    date: Date,
    english: &'static str,
    japanese: &'static str,
    kind: HolidayKind,
) -> Holiday {
    Holiday {
        date,
        name_en: Cow::Borrowed(english),
        name_local: Cow::Borrowed(japanese),
        kind,
    }
}
