//! Reports on a small journal whose every figure was worked out by hand, and on many drawn ones
//! that are counted in three ways.

#[cfg(test)]
#[path = "report/world.rs"]
mod world;

#[cfg(test)]
#[path = "report/recount.rs"]
mod recount;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use backoffice::report::{ALL, Ask, Period, ReportError, Zone, csv, make, paper, table};
    use money::Currency;
    use switch::{Reason, StatusReason};
    use wire::api::ReportView;

    use crate::recount::{by_sql, from_journal};
    use crate::world::{ACLEDA, DAY, FX2, HOUR, MINUTE, Pay, SATHAPANA, START, World, jpy, khr};

    fn ask(from: &str, to: &str, zone: Zone) -> Ask {
        Ask {
            period: Period::parse(from, to, zone).unwrap(),
            by: ALL.to_vec(),
        }
    }

    fn january(zone: Zone) -> Ask {
        ask("2026-01-01", "2026-02-01", zone)
    }

    /// One payment in December; in January three out and two in that complete, one of each way of
    /// not completing, and two refunds.
    fn story() -> World {
        let mut world = World::new();
        world.complete(Pay::out(1, jpy(1_000)), START - DAY, 500);
        world.complete(Pay::out(2, jpy(3_000)), START, 1_000);
        let other = Pay {
            payer: SATHAPANA,
            payer_key: 2,
            shop: 8,
            category: Some(5_411),
            fx: FX2,
            rate: "26.606",
            ..Pay::out(3, jpy(7_000))
        };
        world.complete(other, START + HOUR, 2_000);
        let dollars = Pay {
            payer_currency: Currency::Usd,
            rate: "0.0066",
            reference: "0.0065",
            customer_fee: 10,
            shop: 0,
            category: None,
            ..Pay::out(4, jpy(2_000))
        };
        world.complete(dollars, START + 2 * HOUR, 3_000);
        world.complete(Pay::into(5, khr(120_000)), START + 3 * HOUR, 4_000);
        let sathapana = Pay {
            payee: SATHAPANA,
            shop: 9,
            ..Pay::into(6, khr(80_000))
        };
        world.complete(sathapana, START + DAY, 5_000);
        let rejected = Reason::Rejected(StatusReason::new("AC04").unwrap());
        world.cancel(Pay::out(7, jpy(500)), START + DAY + MINUTE, rejected);
        world.cancel(
            Pay::out(8, jpy(500)),
            START + DAY + 2 * MINUTE,
            Reason::NoAnswer,
        );
        world.doubt(Pay::out(9, jpy(400)), START + DAY + 3 * MINUTE);
        world.leave_open(Pay::out(10, jpy(300)), START + DAY + 4 * MINUTE);
        world.refuse(Pay::out(11, jpy(200)), START + DAY + 5 * MINUTE);
        world.refuse_as_before(12, ACLEDA, START + DAY + 6 * MINUTE);
        world.refund(20, 2, jpy(1_000), START + 2 * DAY);
        world.refund(21, 1, jpy(500), START + 2 * DAY + HOUR);
        world.refuse_refund(22, 5, START + 2 * DAY + 2 * HOUR);
        world
    }

    #[test]
    fn every_figure_of_a_small_journal_is_as_worked_out_by_hand() {
        let (_folder, file) = story().tables(3);
        let report = make(&file, &january(Zone::PhnomPenh)).unwrap();
        expect_test::expect_file!["report/january.txt"].assert_eq(&table(&report));
        let lines = csv(&report);
        assert!(lines.ends_with("\r\n"));
        expect_test::expect_file!["report/january.csv"].assert_eq(&lines.replace("\r\n", "\n"));
        let json = serde_json::to_string_pretty(&report).unwrap();
        expect_test::expect_file!["report/january.json"].assert_eq(&json);
        let again: ReportView = serde_json::from_str(&json).unwrap();
        assert_eq!(again, report);
    }

    #[test]
    fn the_same_figures_are_pages() {
        let fonts = match typeset::Fonts::from_system() {
            Ok(fonts) => fonts,
            Err(error) => {
                let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
                assert!(!is_ci, "{error}");
                eprintln!("left out: the report's pages, which need fonts ({error})");
                return;
            }
        };
        let (_folder, file) = story().tables(3);
        let report = make(&file, &january(Zone::PhnomPenh)).unwrap();
        let pages = paper(&report, &fonts).unwrap();
        assert!(pages.starts_with(b"%PDF-"));
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let (_folder, file) = story().tables(1);
        let completed = |zone, from, to| {
            let report = make(&file, &ask(from, to, zone)).unwrap();
            report.whole.payments.completed
        };
        // The first payment of January in Phnom Penh is at 17:00 of December 31 in UTC.
        assert_eq!(completed(Zone::PhnomPenh, "2026-01-01", "2026-01-02"), 4);
        assert_eq!(completed(Zone::Utc, "2026-01-01", "2026-01-02"), 2);
        assert_eq!(completed(Zone::Utc, "2025-12-31", "2026-01-01"), 4);
        assert_eq!(completed(Zone::Tokyo, "2026-01-01", "2026-01-02"), 4);
        assert_eq!(completed(Zone::Tokyo, "2026-01-03", "2026-01-04"), 0);
    }

    #[test]
    fn a_period_without_payments_is_a_report_of_nothing() {
        let (_folder, file) = story().tables(1);
        let report = make(&file, &ask("2027-01-01", "2028-01-01", Zone::Utc)).unwrap();
        assert_eq!(report.whole.payments.taken, 0);
        assert_eq!(report.whole.payments.success_percent, None);
        assert_eq!(report.whole.outcome_ms, None);
        assert_eq!(report.whole.riel, None);
        assert!(report.groups.is_empty());
        assert_eq!(report.series.len(), 12);
        assert!(report.sums.iter().all(|check| check.why.is_none()));
    }

    #[test]
    fn tables_that_cannot_be_reported_on_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("projection.db");
        let none = make(&file, &january(Zone::Utc));
        assert!(matches!(none, Err(ReportError::Sql(_))), "{none:?}");
        assert!(!file.exists(), "looking makes nothing");
        let tables = projection::Tables::open(&file).unwrap();
        let empty = make(&file, &january(Zone::Utc));
        assert!(matches!(empty, Err(ReportError::Empty)), "{empty:?}");
        drop(tables);
        let sql = rusqlite::Connection::open(&file).unwrap();
        sql.pragma_update(None, "user_version", 3).unwrap();
        let old = make(&file, &january(Zone::Utc));
        assert!(
            matches!(old, Err(ReportError::Layout { found: 3, .. })),
            "{old:?}"
        );
    }

    /// A report, a plain count in SQL and a count of the journal's records, of the same payments.
    fn check(world: &World, file: &Path, ask: &Ask) {
        let report = make(file, ask).unwrap();
        let name = format!("{:?}", ask.period);
        assert_eq!(
            by_sql(file, &ask.period.bounds_ns()),
            counted(&report),
            "{name}: SQL"
        );
        assert_eq!(
            from_journal(world, &ask.period.bounds_ns()),
            counted(&report),
            "{name}: journal"
        );
        for sum in &report.sums {
            let may_differ = sum.figure.starts_with("distinct.");
            assert!(sum.why.is_none() || may_differ, "{name}: {sum:?}");
            assert_eq!(sum.why.is_none(), sum.parts == sum.whole, "{name}: {sum:?}");
        }
    }

    fn counted(report: &ReportView) -> Vec<String> {
        let whole = &report.whole;
        let payments = &whole.payments;
        let mut lines = vec![
            format!("completed {}", payments.completed),
            format!("cancelled {}", payments.cancelled),
            format!("open {}", payments.open),
            format!("refused {}", payments.refused),
            format!("in doubt {}", payments.in_doubt),
            format!("payers {}", whole.distinct.payers),
            format!("shops {}", whole.distinct.shops),
            format!("refunds {}", whole.refunds.completed),
        ];
        for (name, values) in [("price", &whole.prices), ("paid", &whole.paid)] {
            for one in values {
                lines.push(format!(
                    "{name} {} {} {}",
                    one.currency, one.count, one.value
                ));
            }
        }
        lines
    }

    #[test]
    fn drawn_journals_are_counted_alike_in_three_ways() {
        for seed in 1..=6 {
            let world = World::drawn(seed, 300);
            let (_folder, file) = world.tables(7);
            for (from, to) in [
                ("2025-12-01", "2026-06-01"),
                ("2026-01-01", "2026-02-01"),
                ("2026-01-15", "2026-01-16"),
            ] {
                for zone in Zone::ALL {
                    check(&world, &file, &ask(from, to, zone));
                }
            }
        }
    }
}
