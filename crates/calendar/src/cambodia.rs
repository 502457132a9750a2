//! Cambodia's holidays, as decreed for each year. Some follow the moon, and the number of days of
//! a feast changes from year to year, so nothing is computed: a year is listed or missing.
//! A holiday on a weekend is not made up for.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::holiday::{Basis, Holiday, HolidayKind, Year};

/// Changes with the data.
pub(crate) const VERSION: &str = "kh-2026.1";

pub(crate) const YEARS: (i16, i16) = (2024, 2026);

struct Listed {
    year: i16,
    source: &'static str,
    moving: [Feast; 5],
}

/// Consecutive days of one feast.
struct Feast {
    names: Names,
    month: i8,
    day_first: i8,
    days: i8,
}

#[derive(Clone, Copy)]
struct Names(&'static str, &'static str);

const KHMER_NEW_YEAR: Names = Names("Khmer New Year", "ពិធីបុណ្យចូលឆ្នាំថ្មីប្រពៃណីជាតិ");
const VISAK_BOCHEA: Names = Names("Visak Bochea Day", "ពិធីបុណ្យវិសាខបូជា");
const ROYAL_PLOUGHING: Names = Names("Royal Ploughing Ceremony", "ព្រះរាជពិធីច្រត់ព្រះនង្គ័ល");
const PCHUM_BEN: Names = Names("Pchum Ben", "ពិធីបុណ្យភ្ជុំបិណ្ឌ");
const WATER_FESTIVAL: Names = Names("Water Festival", "ព្រះរាជពិធីបុណ្យអុំទូក");

/// The same date in every year that is listed.
const FIXED: [(i8, i8, Names); 11] = [
    (1, 1, Names("International New Year Day", "ទិវាចូលឆ្នាំសាកល")),
    (
        1,
        7,
        Names("Victory over Genocide Day", "ទិវាជ័យជម្នះលើរបបប្រល័យពូជសាសន៍"),
    ),
    (3, 8, Names("International Women's Day", "ទិវាអន្តរជាតិនារី")),
    (5, 1, Names("International Labour Day", "ទិវាពលកម្មអន្តរជាតិ")),
    (
        5,
        14,
        Names(
            "King Norodom Sihamoni's Birthday",
            "ព្រះរាជពិធីបុណ្យចម្រើនព្រះជន្មព្រះមហាក្សត្រ",
        ),
    ),
    (
        6,
        18,
        Names(
            "Queen Mother Norodom Monineath Sihanouk's Birthday",
            "ព្រះរាជពិធីបុណ្យចម្រើនព្រះជន្មព្រះវររាជមាតា",
        ),
    ),
    (9, 24, Names("Constitution Day", "ទិវាប្រកាសរដ្ឋធម្មនុញ្ញ")),
    (
        10,
        15,
        Names(
            "Commemoration of King Father Norodom Sihanouk",
            "ទិវាគោរពព្រះវិញ្ញាណក្ខន្ធព្រះវររាជបិតា",
        ),
    ),
    (
        10,
        29,
        Names(
            "King Norodom Sihamoni's Coronation Day",
            "ព្រះរាជពិធីគ្រងព្រះបរមរាជសម្បត្តិ",
        ),
    ),
    (11, 9, Names("National Independence Day", "ពិធីបុណ្យឯករាជ្យជាតិ")),
    (12, 29, Names("Peace Day", "ទិវាសន្តិភាពនៅកម្ពុជា")),
];

const fn feast(names: Names, month: i8, day_first: i8, days: i8) -> Feast {
    Feast {
        names,
        month,
        day_first,
        days,
    }
}

const LISTED: [Listed; 3] = [
    Listed {
        year: 2024,
        source: "sub-decree on the public holidays of 2024 and the one on Peace Day; paid holidays \
            in Prakas No. 014/24 of the Ministry of Labour and Vocational Training",
        moving: [
            feast(KHMER_NEW_YEAR, 4, 13, 4),
            feast(VISAK_BOCHEA, 5, 22, 1),
            feast(ROYAL_PLOUGHING, 5, 26, 1),
            feast(PCHUM_BEN, 10, 1, 3),
            feast(WATER_FESTIVAL, 11, 14, 3),
        ],
    },
    Listed {
        year: 2025,
        source: "sub-decree on the public holidays of 2025; paid holidays in the Prakas of 9 \
            October 2024 of the Ministry of Labour and Vocational Training",
        moving: [
            feast(KHMER_NEW_YEAR, 4, 14, 3),
            feast(VISAK_BOCHEA, 5, 11, 1),
            feast(ROYAL_PLOUGHING, 5, 15, 1),
            feast(PCHUM_BEN, 9, 21, 3),
            feast(WATER_FESTIVAL, 11, 4, 3),
        ],
    },
    Listed {
        year: 2026,
        source: "sub-decree on the public holidays of 2026; paid holidays in Prakas No. 216/25 of \
            the Ministry of Labour and Vocational Training",
        moving: [
            feast(KHMER_NEW_YEAR, 4, 14, 3),
            feast(VISAK_BOCHEA, 5, 1, 1),
            feast(ROYAL_PLOUGHING, 5, 5, 1),
            feast(PCHUM_BEN, 10, 10, 3),
            feast(WATER_FESTIVAL, 11, 23, 3),
        ],
    },
];

/// The year's days, or `None` when it is not listed.
pub(crate) fn year(year: i16) -> Option<Year> {
    let listed = LISTED.iter().find(|listed| listed.year == year)?;
    let fixed = FIXED
        .iter()
        .map(|(month, day, names)| holiday(year, *month, *day, *names));
    let moving = listed.moving.iter().flat_map(|feast| {
        (0..feast.days).map(|after| {
            let day = feast.day_first.saturating_add(after);
            holiday(year, feast.month, day, feast.names)
        })
    });
    let mut holidays: Vec<Holiday> = fixed.chain(moving).collect::<Option<_>>()?;
    holidays.sort_by_key(|holiday| holiday.date);
    Some(Year {
        year,
        source: Cow::Borrowed(listed.source),
        basis: Basis::Published,
        holidays,
    })
}

fn holiday(year: i16, month: i8, day: i8, names: Names) -> Option<Holiday> {
    Some(Holiday {
        date: Date::new(year, month, day).ok()?,
        name_en: Cow::Borrowed(names.0),
        name_local: Cow::Borrowed(names.1),
        kind: HolidayKind::Public,
    })
}
