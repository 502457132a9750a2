//! Cut-offs and settlement dates.

#[cfg(test)]
mod tests {
    use calendar::{
        CalendarError, Calendars, Country, Cycle, Days, MinuteOfDay, Minutes, Schedule, limits,
    };
    use jiff::civil::{Date, date};
    use jiff::{Timestamp, ToSpan};

    const BOTH: [Country; 2] = Country::ALL;
    const MINUTE_NS: i64 = 60_000_000_000;

    fn ns(text: &str) -> i64 {
        let instant: Timestamp = text.parse().unwrap();
        i64::try_from(instant.as_nanosecond()).unwrap()
    }

    fn utc(instant_ns: i64) -> String {
        Timestamp::from_nanosecond(i128::from(instant_ns))
            .unwrap()
            .to_string()
    }

    /// Numbers that look random and are the same for the same seed (splitmix64).
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            (z ^ (z >> 31)) % limit
        }

        /// An instant of 2024 to 2026, but for the last weeks of it.
        fn instant_ns(&mut self) -> i64 {
            let first = ns("2024-01-01T00:00:00Z");
            let last = ns("2026-12-10T00:00:00Z");
            first + i64::try_from(self.below(u64::try_from(last - first).unwrap())).unwrap()
        }
    }

    fn check_settlement(countries: &[Country], closed_at: &str, lag_days: u8, expected: Date) {
        let calendars = Calendars::built_in();
        let actual = calendars.settlement_date(countries, ns(closed_at), lag_days);
        assert_eq!(actual, Ok(expected), "{closed_at} + {lag_days}");
    }

    #[test]
    fn a_window_settles_on_the_next_day_that_all_are_open() {
        // Thursday to Friday, and over a weekend.
        check_settlement(&BOTH, "2026-06-04T10:00:00Z", 1, date(2026, 6, 5));
        check_settlement(&BOTH, "2026-06-05T10:00:00Z", 1, date(2026, 6, 8));
        check_settlement(&BOTH, "2026-06-05T10:00:00Z", 2, date(2026, 6, 9));
        // Labour Day and Visak Bochea, then Golden Week: a week with one common day at its end.
        check_settlement(&BOTH, "2026-04-30T10:00:00Z", 1, date(2026, 5, 7));
        check_settlement(&[Country::Kh], "2026-04-30T10:00:00Z", 1, date(2026, 5, 4));
        check_settlement(&[Country::Jp], "2026-04-30T10:00:00Z", 1, date(2026, 5, 1));
        // Khmer New Year, Pchum Ben with Sports Day, Water Festival with Labour Thanksgiving Day.
        check_settlement(&BOTH, "2026-04-13T10:00:00Z", 1, date(2026, 4, 17));
        check_settlement(&BOTH, "2026-10-09T10:00:00Z", 1, date(2026, 10, 13));
        check_settlement(&BOTH, "2026-11-20T10:00:00Z", 1, date(2026, 11, 26));
        // The year's end: Peace Day there, the banks' days here.
        check_settlement(&BOTH, "2025-12-26T10:00:00Z", 1, date(2025, 12, 30));
        check_settlement(&BOTH, "2025-12-30T10:00:00Z", 1, date(2026, 1, 5));
    }

    #[test]
    fn lag_zero_is_the_day_of_the_close_if_all_are_open() {
        check_settlement(&BOTH, "2026-06-05T10:00:00Z", 0, date(2026, 6, 5));
        check_settlement(&BOTH, "2026-06-06T10:00:00Z", 0, date(2026, 6, 8));
    }

    #[test]
    fn a_day_that_has_begun_in_tokyo_is_not_after_the_close() {
        // 23:30 on Thursday in Phnom Penh, 01:30 on Friday in Tokyo.
        check_settlement(&BOTH, "2026-06-04T16:30:00Z", 1, date(2026, 6, 8));
        check_settlement(&[Country::Kh], "2026-06-04T16:30:00Z", 1, date(2026, 6, 5));
    }

    #[test]
    fn a_settlement_beyond_the_known_years_is_an_error() {
        let calendars = Calendars::built_in();
        let settle = |closed_at, lag| calendars.settlement_date(&BOTH, ns(closed_at), lag);
        let code = |closed_at, lag| settle(closed_at, lag).unwrap_err().code();
        assert_eq!(code("2026-12-30T10:00:00Z", 1), "calendar_year_missing");
        assert_eq!(code("2023-06-01T10:00:00Z", 1), "calendar_year_missing");
        let lag = limits::LAG_DAYS_MAX + 1;
        assert_eq!(code("2026-06-01T10:00:00Z", lag), "calendar_lag_too_long");
    }

    #[test]
    fn settlement_dates_are_open_in_both_strictly_after_and_the_first_such() {
        let calendars = Calendars::built_in();
        let mut dice = Dice(6);
        for _ in 0..20_000 {
            let closed_at_ns = dice.instant_ns();
            let date = calendars.settlement_date(&BOTH, closed_at_ns, 1).unwrap();
            assert_eq!(calendars.all_open(&BOTH, date), Ok(true));
            let closed_on = BOTH.map(|country| country.local_date(closed_at_ns));
            let latest = closed_on[0].max(closed_on[1]);
            assert!(date > latest);
            let skipped = latest.series(1.day()).skip(1);
            for day in skipped.take_while(|day| *day < date) {
                assert_eq!(calendars.all_open(&BOTH, day), Ok(false), "{day}");
            }
            // A longer lag settles later, by one common day.
            let later = calendars.settlement_date(&BOTH, closed_at_ns, 2).unwrap();
            assert_eq!(calendars.first_open_after(&BOTH, date), Ok(later));
        }
    }

    #[test]
    fn searches_end_where_no_day_is_open() {
        let mut calendars = Calendars::built_in();
        let closed = calendar::Year {
            year: 2027,
            source: "a strike".into(),
            basis: calendar::Basis::Added,
            holidays: date(2027, 1, 4)
                .series(1.day())
                .take(usize::try_from(limits::SEARCH_DAYS_MAX).unwrap() + 3)
                .map(|date| calendar::Holiday {
                    date,
                    name_en: "Strike".into(),
                    name_local: "កូដកម្ម".into(),
                    kind: calendar::HolidayKind::Bank,
                })
                .collect(),
        };
        calendars = calendars.with_year(Country::Kh, closed).unwrap();
        let from = date(2027, 1, 4);
        assert_eq!(
            calendars.first_open_from(&BOTH, from),
            Err(CalendarError::NeverOpen { from })
        );
        let now_ns = ns("2027-01-04T00:00:00Z");
        for cycle in [daily("17:00", Country::Kh), every(30)] {
            let schedule = Schedule {
                cycle,
                days: Days::OpenIn(BOTH.to_vec()),
            };
            assert_eq!(
                schedule.next_cut_off(&calendars, now_ns),
                Err(CalendarError::NeverOpen { from })
            );
        }
    }

    fn daily(cut_off: &str, zone: Country) -> Cycle {
        Cycle::Daily {
            cut_off: MinuteOfDay::parse(cut_off).unwrap(),
            zone,
        }
    }

    fn every(minutes: u16) -> Cycle {
        Cycle::Every(Minutes::new(minutes).unwrap())
    }

    fn check_cut_offs(cycle: Cycle, countries: Option<&[Country]>, now: &str, expected: &[&str]) {
        let calendars = Calendars::built_in();
        let days = countries.map_or(Days::All, |countries| Days::OpenIn(countries.to_vec()));
        let schedule = Schedule { cycle, days };
        let mut now_ns = ns(now);
        for text in expected {
            now_ns = schedule.next_cut_off(&calendars, now_ns).unwrap().unwrap();
            assert_eq!(utc(now_ns), *text, "{schedule:?} after {now}");
        }
    }

    #[test]
    fn a_daily_cut_off_is_strictly_after_now_on_the_clocks_of_its_zone() {
        let kh = daily("17:00", Country::Kh);
        check_cut_offs(
            kh,
            None,
            "2026-05-01T09:59:59.999999999Z",
            &["2026-05-01T10:00:00Z", "2026-05-02T10:00:00Z"],
        );
        check_cut_offs(kh, None, "2026-05-01T10:00:00Z", &["2026-05-02T10:00:00Z"]);
        let jp = daily("00:00", Country::Jp);
        check_cut_offs(jp, None, "2026-05-01T10:00:00Z", &["2026-05-01T15:00:00Z"]);
        check_cut_offs(jp, None, "2026-05-01T15:00:00Z", &["2026-05-02T15:00:00Z"]);
    }

    #[test]
    fn a_cut_off_on_open_days_only_leaps_over_closures() {
        check_cut_offs(
            daily("17:00", Country::Kh),
            Some(&BOTH),
            "2026-04-30T09:00:00Z",
            &[
                "2026-04-30T10:00:00Z",
                "2026-05-07T10:00:00Z",
                "2026-05-08T10:00:00Z",
                "2026-05-11T10:00:00Z",
            ],
        );
        // At 23:30 in Phnom Penh it is Saturday in Tokyo, so Friday evening closes nothing.
        check_cut_offs(
            daily("23:30", Country::Kh),
            Some(&BOTH),
            "2026-06-05T00:00:00Z",
            &["2026-06-08T16:30:00Z"],
        );
        check_cut_offs(
            every(360),
            Some(&BOTH),
            "2026-04-30T06:00:00Z",
            &[
                "2026-04-30T12:00:00Z",
                // 18:00 UTC is 1 May in both, and then 7 May.
                "2026-05-06T18:00:00Z",
                "2026-05-07T00:00:00Z",
            ],
        );
    }

    #[test]
    fn a_cycle_of_minutes_counts_from_the_epoch() {
        check_cut_offs(
            every(15),
            None,
            "2026-05-02T10:07:00Z",
            &["2026-05-02T10:15:00Z", "2026-05-02T10:30:00Z"],
        );
        check_cut_offs(
            every(1),
            None,
            "1969-12-31T23:59:59Z",
            &["1970-01-01T00:00:00Z"],
        );
        check_cut_offs(
            every(1440),
            None,
            "1970-01-01T00:00:00Z",
            &["1970-01-02T00:00:00Z"],
        );
    }

    #[test]
    fn a_manual_cycle_has_no_cut_off_and_asks_no_calendar() {
        let schedule = Schedule {
            cycle: Cycle::Manual,
            days: Days::OpenIn(BOTH.to_vec()),
        };
        let far = ns("2200-01-01T00:00:00Z");
        assert_eq!(schedule.next_cut_off(&Calendars::built_in(), far), Ok(None));
    }

    #[test]
    fn a_clock_that_is_put_back_gives_the_same_cut_off_again() {
        let calendars = Calendars::built_in();
        let mut dice = Dice(7);
        for _ in 0..5_000 {
            let now_ns = dice.instant_ns();
            let cycle = match dice.below(2) {
                0 => Cycle::Daily {
                    cut_off: MinuteOfDay::new(u16::try_from(dice.below(1440)).unwrap()).unwrap(),
                    zone: Country::ALL[usize::try_from(dice.below(2)).unwrap()],
                },
                _ => every(u16::try_from(1 + dice.below(1440)).unwrap()),
            };
            let days = match dice.below(3) {
                0 => Days::All,
                1 => Days::OpenIn(vec![Country::Jp]),
                _ => Days::OpenIn(BOTH.to_vec()),
            };
            let schedule = Schedule { cycle, days };
            let next = |now_ns| schedule.next_cut_off(&calendars, now_ns).unwrap().unwrap();
            let cut_off_ns = next(now_ns);
            assert!(cut_off_ns > now_ns);
            // From every instant between, the same; from itself, a later one.
            let between = now_ns + (cut_off_ns - now_ns) / 2;
            assert_eq!(next(between), cut_off_ns);
            assert_eq!(next(cut_off_ns - 1), cut_off_ns);
            assert!(next(cut_off_ns) > cut_off_ns);
            if let Days::OpenIn(countries) = &schedule.days {
                assert_eq!(calendars.all_open_at(countries, cut_off_ns), Ok(true));
            }
        }
    }

    #[test]
    fn the_ends_of_time_are_an_error() {
        let calendars = Calendars::built_in();
        for cycle in [daily("23:59", Country::Kh), every(1440)] {
            let days = Days::All;
            let schedule = Schedule { cycle, days };
            let answer = schedule.next_cut_off(&calendars, i64::MAX - MINUTE_NS);
            assert_eq!(answer, Err(CalendarError::OutOfRange), "{cycle:?}");
            assert!(
                schedule
                    .next_cut_off(&calendars, i64::MIN)
                    .is_ok_and(|at| at.is_some())
            );
        }
    }

    #[test]
    fn times_of_day_and_lengths_are_validated_once() {
        let minutes = |text| MinuteOfDay::parse(text).map(MinuteOfDay::minutes);
        assert_eq!(minutes("00:00"), Some(0));
        assert_eq!(minutes("17:30"), Some(1050));
        assert_eq!(minutes("23:59"), Some(1439));
        for wrong in [
            "", "24:00", "17:60", "7:30", "17:3", "-1:00", "+1:00", "17.30", "17:30:00",
        ] {
            assert_eq!(minutes(wrong), None, "{wrong}");
        }
        assert_eq!(MinuteOfDay::new(1440), None);
        assert_eq!([Minutes::new(0), Minutes::new(1441)], [None, None]);
        assert_eq!(Minutes::new(1440).map(Minutes::get), Some(1440));
    }
}
