//! Every holiday that is known, and the closures that people know by name.

#[cfg(test)]
mod tests {
    use calendar::{Basis, CalendarError, Calendars, Country, Holiday, HolidayKind, Year, limits};
    use expect_test::expect_file;
    use jiff::ToSpan;
    use jiff::civil::{Date, date};

    fn list(calendars: &Calendars, country: Country) -> String {
        let (first, last) = calendars.covered(country);
        let mut text = format!(
            "{country} {}, {first} to {last}\n",
            calendars.version(country)
        );
        for number in first..=last {
            let year = calendars.year(country, number).unwrap();
            text += &format!("\n{number} {:?}: {}\n", year.basis, year.source);
            for holiday in &year.holidays {
                text += &format!(
                    "{} {:?} {:?} {} / {}\n",
                    holiday.date,
                    holiday.date.weekday(),
                    holiday.kind,
                    holiday.name_en,
                    holiday.name_local
                );
            }
        }
        text
    }

    #[test]
    fn every_holiday_of_every_year_is_as_it_was_looked_at() {
        let calendars = Calendars::built_in();
        expect_file!["holidays-jp.txt"].assert_eq(&list(&calendars, Country::Jp));
        expect_file!["holidays-kh.txt"].assert_eq(&list(&calendars, Country::Kh));
    }

    /// The days from `first` to `last` on which the country's banks are open.
    fn open_days(country: Country, first: Date, last: Date) -> Vec<String> {
        let calendars = Calendars::built_in();
        first
            .series(1.day())
            .take_while(|day| *day <= last)
            .filter(|day| calendars.is_business_day(country, *day).unwrap())
            .map(|day| day.to_string())
            .collect()
    }

    fn check_closure(what: &str, country: Country, last_open: Date, next_open: Date) {
        let expected = [last_open.to_string(), next_open.to_string()];
        assert_eq!(open_days(country, last_open, next_open), expected, "{what}");
    }

    #[test]
    fn long_closures_last_as_long_as_people_remember() {
        use Country::{Jp, Kh};
        check_closure("Golden Week 2026", Jp, date(2026, 5, 1), date(2026, 5, 7));
        check_closure("Golden Week 2024", Jp, date(2024, 5, 2), date(2024, 5, 7));
        check_closure("Silver Week 2026", Jp, date(2026, 9, 18), date(2026, 9, 24));
        check_closure("Games of 2020", Jp, date(2020, 7, 22), date(2020, 7, 27));
        check_closure("Games of 2021", Jp, date(2021, 7, 21), date(2021, 7, 26));
        check_closure("end of 2025", Jp, date(2025, 12, 30), date(2026, 1, 5));
        check_closure("end of 2026", Jp, date(2026, 12, 30), date(2027, 1, 4));
        check_closure(
            "Khmer New Year 2026",
            Kh,
            date(2026, 4, 13),
            date(2026, 4, 17),
        );
        check_closure(
            "Khmer New Year 2024",
            Kh,
            date(2024, 4, 12),
            date(2024, 4, 17),
        );
        check_closure("Pchum Ben 2026", Kh, date(2026, 10, 9), date(2026, 10, 13));
        check_closure("Pchum Ben 2025", Kh, date(2025, 9, 19), date(2025, 9, 25));
        check_closure(
            "Water Festival 2026",
            Kh,
            date(2026, 11, 20),
            date(2026, 11, 26),
        );
    }

    #[test]
    fn a_day_may_have_two_names_or_none() {
        let calendars = Calendars::built_in();
        let names = |country, day| -> Vec<String> {
            let found = calendars.holidays_on(country, day).unwrap();
            found
                .iter()
                .map(|holiday| holiday.name_en.to_string())
                .collect()
        };
        assert_eq!(
            names(Country::Kh, date(2026, 5, 1)),
            ["International Labour Day", "Visak Bochea Day"]
        );
        assert_eq!(names(Country::Jp, date(2026, 5, 6)), ["Substitute Holiday"]);
        assert_eq!(names(Country::Jp, date(2026, 9, 22)), ["Citizens' Holiday"]);
        assert!(names(Country::Jp, date(2026, 5, 1)).is_empty());
    }

    #[test]
    fn a_year_that_is_not_known_is_an_error_on_every_day_of_it() {
        let calendars = Calendars::built_in();
        let cases = [
            (Country::Kh, 2023, (2024, 2026)),
            (Country::Kh, 2027, (2024, 2026)),
            (Country::Jp, 2019, (2020, 2030)),
            (Country::Jp, 2031, (2020, 2030)),
        ];
        for (country, year, covered) in cases {
            let missing = CalendarError::YearMissing {
                country,
                year,
                covered,
            };
            assert_eq!(missing.code(), "calendar_year_missing");
            let first = date(year, 1, 1);
            for day in first.series(1.day()).take_while(|day| day.year() == year) {
                let answer = calendars.is_business_day(country, day);
                assert_eq!(answer.as_ref(), Err(&missing), "{day}");
            }
            // The neighbour's calendar does not hide it, in either order.
            for countries in [[Country::Kh, Country::Jp], [Country::Jp, Country::Kh]] {
                let answer = calendars.all_open(&countries, date(year, 1, 1));
                assert!(matches!(answer, Err(CalendarError::YearMissing { .. })));
            }
        }
        let error = calendars.is_business_day(Country::Kh, date(2027, 1, 4));
        assert_eq!(
            error.unwrap_err().to_string(),
            "tell the business days of KH: its holidays are known from 2024 to 2026 only, \
         not for `2027`"
        );
    }

    fn added(year: i16, days: &[(i8, i8)]) -> Year {
        Year {
            year,
            source: "a decree that came after this version".into(),
            basis: Basis::Published,
            holidays: days
                .iter()
                .map(|(month, day)| Holiday {
                    date: date(year, *month, *day),
                    name_en: "Day".into(),
                    name_local: "ថ្ងៃ".into(),
                    kind: HolidayKind::Public,
                })
                .collect(),
        }
    }

    #[test]
    fn a_year_can_be_added_and_the_version_says_so() {
        let calendars = Calendars::built_in();
        let longer = calendars
            .clone()
            .with_year(Country::Kh, added(2027, &[(4, 14), (1, 1)]))
            .unwrap();
        assert_eq!(longer.version(Country::Kh), "kh-2026.1+2027");
        assert_eq!(longer.covered(Country::Kh), (2024, 2027));
        let year = longer.year(Country::Kh, 2027).unwrap();
        assert_eq!(year.basis, Basis::Added);
        assert_eq!(year.holidays[0].date, date(2027, 1, 1));
        let open = |day| longer.is_business_day(Country::Kh, day);
        assert_eq!(open(date(2027, 1, 1)), Ok(false));
        assert_eq!(open(date(2027, 1, 4)), Ok(true));
        // The other country and the other years are as they were.
        assert_eq!(longer.version(Country::Jp), calendars.version(Country::Jp));
        assert_eq!(
            longer.year(Country::Kh, 2026),
            calendars.year(Country::Kh, 2026)
        );
    }

    #[test]
    fn years_with_a_gap_or_with_foreign_days_are_not_added() {
        let check = |year: Year, code: &str| {
            let calendars = Calendars::built_in();
            let error = calendars.with_year(Country::Kh, year).unwrap_err();
            assert_eq!(error.code(), code);
        };
        let adjacent = "calendar_year_not_adjacent";
        for year in [2022, 2024, 2026, 2028] {
            check(added(year, &[(1, 1)]), adjacent);
        }
        let malformed = "calendar_year_malformed";
        check(added(2027, &[]), malformed);
        let mut foreign = added(2027, &[(1, 1)]);
        foreign.holidays[0].date = date(2026, 12, 31);
        check(foreign, malformed);
        let mut nameless = added(2027, &[(1, 1)]);
        nameless.holidays[0].name_en = " ".into();
        check(nameless, malformed);
        let mut endless = added(2027, &[(1, 1)]);
        endless.source = "x".repeat(limits::TEXT_BYTES_MAX + 1).into();
        check(endless, malformed);
        let many = [(1, 1); limits::HOLIDAYS_PER_YEAR_MAX + 1];
        check(added(2027, &many), malformed);
    }
}
