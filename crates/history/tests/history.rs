//! Small histories, looked at from outside: the summary exactly, windows against payouts, the
//! bank's lines against payouts, and reports against plain SQL.

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    use backoffice::desk::{Accounts, Desk};
    use backoffice::report::{ALL, Ask, Period, Zone, make};
    use calendar::{Calendars, Country};
    use expect_test::expect_file;
    use history::{HistoryError, Mischief, Range, SeededNames, Settings, Summary};
    use jiff::civil::date;
    use money::{Amount, Currency, Money};
    use projection::Tables;
    use rusqlite::Connection;
    use switch::{Day, Window, WindowStatus};
    use tempfile::TempDir;
    use wire::api::ReportView;

    /// Seven weeks with the New Year of Japan's banks and the day on which phase 2 begins.
    const WEEKS: &str = "2025-12-08..2026-01-25";

    struct Written {
        summary: Summary,
        folder: TempDir,
    }

    impl Written {
        fn file(&self, name: &str) -> PathBuf {
            self.folder.path().join("hub").join(name)
        }
    }

    fn settings(days: &str, payments: u64, seed: u64) -> Settings {
        let days = Range::parse(days).unwrap();
        Settings {
            mischief: Mischief::DENSE,
            ..Settings::new(days, payments, seed).unwrap()
        }
    }

    fn write(settings: &Settings) -> Written {
        let folder = tempfile::tempdir().unwrap();
        let names = SeededNames(7);
        let mut days = Vec::new();
        let progress = |day, payments| days.push((day, payments));
        let summary = history::write(settings, &names, folder.path(), progress).unwrap();
        let expected: Vec<_> = settings.days.iter().collect();
        let told: Vec<_> = days.iter().map(|(day, _)| *day).collect();
        assert_eq!(told, expected, "every day is told once");
        assert!(days.is_sorted_by_key(|(_, payments)| *payments));
        Written { summary, folder }
    }

    fn windows(tables: &Path) -> Vec<Window> {
        let tables = Tables::open(tables).unwrap();
        let mut windows = tables.windows_before(None, 1_000).unwrap();
        windows.reverse();
        windows
    }

    #[test]
    fn seven_weeks_come_out_as_ever() {
        let written = write(&settings(WEEKS, 3_000, 1));
        expect_file!["history/weeks.txt"].assert_eq(&written.summary.to_string());
        assert!(written.summary.holds());
        windows_settle_by_the_calendar(&written);
        payouts_are_the_banks_lines(&written);
        reports_are_what_sql_counts(&written);
        the_journal_audits_to_the_same(&written);
    }

    /// Every window closed on a business day at 17:00 in Phnom Penh, and was paid out on the next
    /// day on which both countries' banks are open; what debtors paid in is what creditors got.
    fn windows_settle_by_the_calendar(written: &Written) {
        let calendars = Calendars::built_in();
        let windows = windows(&written.file("projection.db"));
        let mut across_the_holiday = 0;
        for window in windows.iter().filter(|window| window.closed.is_some()) {
            let (closed, _) = window.closed.unwrap();
            let at = Country::Kh.local(closed.now.0);
            assert!(calendars.all_open(&Country::ALL, at.date()).unwrap());
            let minutes = i64::from(at.hour()) * 60 + i64::from(at.minute());
            assert!((17 * 60..17 * 60 + 40).contains(&minutes), "{at}");
            let next = calendars
                .first_open_after(&Country::ALL, at.date())
                .unwrap();
            assert_eq!(window.settlement_day, Some(Day::of_date(next)));
            across_the_holiday += i32::from((next - at.date()).get_days() > 4);
            let Some(settled) = window.settled else {
                continue;
            };
            assert!(Country::Kh.local_date(settled.now.0) >= next);
            let settlement = window.settlement.as_ref().unwrap();
            let parts = settlement.parts.iter().map(|(_, money)| *money);
            let payouts = settlement.payouts.iter().map(|payout| payout.money);
            assert_eq!(sums(parts), sums(payouts), "window {}", window.id.0);
            assert_eq!(settlement.payouts.len(), window.paid.len());
        }
        assert_eq!(
            across_the_holiday, 1,
            "Japan's banks closed over the New Year"
        );
        let last = date(2026, 1, 25);
        let due = windows.iter().filter(|window| {
            let day = window.settlement_day.and_then(Day::date);
            day.is_some_and(|day| day <= last)
        });
        let due: Vec<_> = due.map(|window| window.status).collect();
        assert!(due.len() > 25 && due.iter().all(|status| *status == WindowStatus::Settled));
    }

    fn sums(moneys: impl Iterator<Item = Money>) -> BTreeMap<Currency, u128> {
        let mut sums = BTreeMap::new();
        for money in moneys {
            *sums.entry(money.currency).or_default() += u128::from(money.amount.minor());
        }
        sums
    }

    /// Each payout that was settled by a statement has a line with its UETR and amount; the others
    /// are those that two people confirmed.
    fn payouts_are_the_banks_lines(written: &Written) {
        let accounts = Accounts {
            prefix: "SIMULATED-HUB".to_owned(),
            zone: Country::Kh,
            calendars: Calendars::built_in(),
        };
        let [tables, file] = ["projection.db", "backoffice.db"].map(|name| written.file(name));
        let desk = Desk::open(&tables, &file, accounts).unwrap();
        let lines = Connection::open(&file).unwrap();
        let mut shown = 0;
        let mut confirmed = 0;
        for window in windows(&tables) {
            let settlement = window.settlement.clone().unwrap_or_default();
            for (place, payout) in (0..).zip(&settlement.payouts) {
                let paid = &window.paid[&place];
                if paid.reference.starts_with("LETTER") {
                    confirmed += 1;
                    continue;
                }
                shown += 1;
                let query = "SELECT COUNT(*) FROM line WHERE uetr = ?1 AND currency = ?2 \
                             AND amount_minor = ?3 AND direction = 'debit' AND id = ?4";
                let uetr = payout.uetr.to_be_bytes();
                let minor = payout.money.amount.minor().cast_signed();
                let alpha = payout.money.currency.alpha();
                let key = rusqlite::params![uetr, alpha, minor, paid.reference];
                let count: i64 = lines.query_row(query, key, |row| row.get(0)).unwrap();
                assert_eq!(count, 1, "{payout:?}");
            }
        }
        let work = written.summary.work;
        assert_eq!(work.payouts_shown, shown);
        assert_eq!(work.payouts_confirmed, confirmed);
        let open = desk.store().register().open().count();
        let told: u64 = written.summary.breaks.values().map(|row| row[0]).sum();
        assert_eq!(u64::try_from(open).unwrap(), told);
    }

    /// The whole history, a month and a day.
    fn reports_are_what_sql_counts(written: &Written) {
        let tables = written.file("projection.db");
        let sql = Connection::open(&tables).unwrap();
        for (from, to) in [
            ("2025-12-08", "2026-01-26"),
            ("2025-12-01", "2026-01-01"),
            ("2026-01-20", "2026-01-21"),
        ] {
            let ask = Ask {
                period: Period::parse(from, to, Zone::PhnomPenh).unwrap(),
                by: ALL.to_vec(),
            };
            let report = make(&tables, &ask).unwrap();
            assert_eq!(by_report(&report), by_sql(&sql, from, to), "{from} {to}");
            for check in report.sums.iter().filter(|check| check.why.is_none()) {
                assert_eq!(check.parts, check.whole, "{check:?}");
            }
        }
    }

    fn by_report(report: &ReportView) -> Vec<String> {
        let whole = &report.whole;
        let payments = &whole.payments;
        let mut lines = vec![
            format!("taken {}", payments.taken),
            format!("completed {}", payments.completed),
            format!("cancelled {}", payments.cancelled),
            format!("refused {}", payments.refused),
            format!("in doubt {}", payments.in_doubt),
            format!("refunds {}", whole.refunds.completed),
        ];
        let values = [("price", &whole.prices), ("paid", &whole.paid)];
        for (name, values) in values {
            let mut rows: Vec<String> = values
                .iter()
                .map(|one| format!("{name} {} {} {}", one.currency, one.count, one.value))
                .collect();
            rows.sort();
            lines.extend(rows);
        }
        lines
    }

    fn by_sql(sql: &Connection, from: &str, to: &str) -> Vec<String> {
        let one = |query: &str| -> i64 { sql.query_row(query, [], |row| row.get(0)).unwrap() };
        let ns = |day: &str| {
            let day: jiff::civil::Date = day.parse().unwrap();
            Country::Kh.instant_ns(day.at(0, 0, 0, 0)).unwrap()
        };
        let (from, to) = (ns(from), ns(to));
        let within = format!("created_ns >= {from} AND created_ns < {to}");
        let payments = format!("FROM item WHERE is_refund = 0 AND {within}");
        let count = |what: &str| one(&format!("SELECT COUNT(*) {payments}{what}"));
        let refused = format!(
            "SELECT COUNT(*) FROM closed WHERE refusal IS NOT NULL AND is_refund = 0 \
             AND at_ns >= {from} AND at_ns < {to}"
        );
        let refunds = format!(
            "SELECT COUNT(*) FROM item WHERE is_refund = 1 AND state = 'completed' AND {within}"
        );
        let mut lines = vec![
            format!("taken {}", count("")),
            format!("completed {}", count(" AND state = 'completed'")),
            format!("cancelled {}", count(" AND state = 'cancelled'")),
            format!("refused {}", one(&refused)),
            format!("in doubt {}", count(" AND was_in_doubt")),
            format!("refunds {}", one(&refunds)),
        ];
        for (name, currency, amount) in [
            ("price", "currency", "amount"),
            ("paid", "payer_currency", "payer_amount"),
        ] {
            let query = format!(
                "SELECT {currency}, COUNT(*), SUM({amount}) {payments} AND state = 'completed' \
                 GROUP BY {currency} ORDER BY {currency}"
            );
            let mut query = sql.prepare(&query).unwrap();
            let rows = query.query_map([], |row| {
                let alpha: String = row.get(0)?;
                let sum: i64 = row.get(2)?;
                let currency = Currency::from_alpha(&alpha).unwrap();
                let sum = Amount::from_minor(sum.unsigned_abs())
                    .unwrap()
                    .decimal(currency);
                Ok(format!("{name} {alpha} {} {sum}", row.get::<_, i64>(1)?))
            });
            lines.extend(rows.unwrap().map(Result::unwrap));
        }
        lines
    }

    /// From the journal alone, by the audit's own code.
    fn the_journal_audits_to_the_same(written: &Written) {
        let report = engine::audit(&written.file("journal.db"), &[]).unwrap();
        assert_eq!(report.hash, written.summary.head);
        assert_eq!(report.batches, written.summary.batches);
        assert_eq!(report.open_items, 0);
        assert!(report.identities.iter().all(|identity| identity.holds));
    }

    #[test]
    fn the_same_seed_is_the_same_journal_and_another_is_another() {
        let small = |seed| write(&settings("2025-12-29..2026-01-09", 240, seed)).summary;
        let first = small(5);
        assert_eq!(small(5), first);
        let other = small(6);
        assert_ne!(other.head, first.head);
        assert_eq!(other.tally.wished, first.tally.wished);
        assert!(other.holds() && first.holds());
    }

    #[test]
    fn a_folder_with_a_journal_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("hub/journal.db");
        std::fs::create_dir_all(journal.parent().unwrap()).unwrap();
        std::fs::write(&journal, "somebody's").unwrap();
        let settings = settings("2025-12-29..2025-12-30", 10, 1);
        let refused = history::write(&settings, &SeededNames(1), folder.path(), |_, _| ());
        assert!(matches!(refused, Err(HistoryError::NotEmpty(_))));
        assert_eq!(std::fs::read_to_string(&journal).unwrap(), "somebody's");
        let files = std::fs::read_dir(folder.path().join("hub")).unwrap();
        assert_eq!(files.count(), 1, "nothing was written beside it");
    }
}
