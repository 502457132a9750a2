//! The file: what was taken is there again after a restart, and what was refused is not.

#[cfg(test)]
#[path = "common/world.rs"]
mod world;

#[cfg(test)]
#[path = "common/plant.rs"]
mod plant;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use backoffice::reconcile::{
        Account, ActionRef, BreakId, Cause, Digest, End, Event, ExpectedId, Finding, Imported,
        JoinId, Kind, LineId, Person, Reference, Settings, Statement, StatementKind, Store,
        StoreError,
    };
    use expect_test::{expect, expect_file};
    use rusqlite::Connection;

    use super::plant::{Day, Planted};
    use super::world::{Dice, checked, day, draft, expected, line, tell};

    fn open(path: &Path) -> Store {
        Store::open(path, Settings::default()).unwrap()
    }

    fn sok() -> Person {
        Person::new("sok").unwrap()
    }

    fn dara() -> Person {
        Person::new("dara").unwrap()
    }

    fn statement(id: &str, on: i32, lines: &[&str]) -> Statement {
        let lines = lines.iter().map(|text| line(text).1).collect();
        let account = Account::new("acleda").unwrap();
        let mut draft = draft(&account, id, day(on), lines);
        draft.head.digest = Digest::of(format!("{id} {on} {:?}", draft.lines).as_bytes());
        checked(draft)
    }

    /// Everything that the file says, table by table.
    fn dump(path: &Path) -> String {
        let connection = Connection::open(path).unwrap();
        let mut text = String::new();
        for table in [
            "statement",
            "line",
            "expected",
            "joined",
            "matched",
            "break_event",
        ] {
            let rows = format!("SELECT * FROM {table}");
            let mut query = connection.prepare(&rows).unwrap();
            let columns = query.column_count();
            let mut rows = query.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                let fields = (0..columns).map(|at| format!("{:?}", row.get_ref(at).unwrap()));
                text += &format!("{table} {}\n", fields.collect::<Vec<_>>().join(" "));
            }
        }
        text
    }

    #[test]
    fn a_day_is_the_same_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backoffice.db");
        let made = Day::make(5, 800);
        let mut store = open(&path);
        let (first, second) = made.wanted.split_at(made.wanted.len() / 2);
        let many = u64::try_from(first.len()).unwrap();
        assert_eq!(store.expect(first.to_vec()).unwrap(), many);
        assert_eq!(store.expect(first.to_vec()).unwrap(), 0);
        for statement in made.statements(&made.lines) {
            let taken = store.import(&statement, (&sok(), 7)).unwrap();
            assert!(matches!(taken, Imported::Taken { lines_known: 0, .. }));
            store.review(day(30), 8).unwrap();
        }
        let mut store = open(&path);
        store.expect(second.to_vec()).unwrap();
        let outcome = store.review(day(30), 9).unwrap();
        assert_eq!(outcome, made.book().outcome(day(30)));
        let shuffled = made.book_shuffled(&mut Dice(5));
        assert_eq!(outcome, shuffled.outcome(day(30)));
        let found: Vec<Planted> = outcome.findings.iter().map(Planted::of).collect();
        assert_eq!(found, made.planted);

        let mut again = open(&path);
        assert_eq!(again.book().outcome(day(30)), outcome);
        assert_eq!(again.register(), store.register());
        assert_eq!(again.statements().unwrap(), store.statements().unwrap());
        assert_eq!(again.statements().unwrap()[0].by, sok());
        assert_eq!(again.statements().unwrap()[0].at_ns, 7);
        // A review and a file that change nothing write nothing.
        let before = dump(&path);
        assert_eq!(again.review(day(30), 10).unwrap(), outcome);
        for statement in made.statements(&made.lines) {
            let taken = again.import(&statement, (&sok(), 11)).unwrap();
            assert_eq!(taken, Imported::Already);
        }
        assert_eq!(dump(&path), before);
        assert_eq!(
            before
                .lines()
                .filter(|row| row.starts_with("matched "))
                .count(),
            outcome.matched.len()
        );
    }

    #[test]
    fn what_is_refused_leaves_no_row() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backoffice.db");
        let mut store = open(&path);
        store.expect(vec![expected("E1 | JPY 3000 | u1")]).unwrap();
        let first = statement("S1", 0, &["L1 | JPY 3000 | u1"]);
        store.import(&first, (&sok(), 1)).unwrap();
        let before = (dump(&path), tell(&store.book().outcome(day(9))));
        let code = |answer: Result<Imported, StoreError>| answer.unwrap_err().code();
        let mut import = |id, on, lines: &[&str]| {
            let refused = statement(id, on, lines);
            code(store.import(&refused, (&sok(), 2)))
        };
        assert_eq!(
            import("S1", 1, &["L2 | JPY 7 |"]),
            "reconcile_statement_conflict"
        );
        assert_eq!(import("S2", 0, &["L2 | JPY 7 |"]), "reconcile_day_conflict");
        let conflict = ["L2 | JPY 7 |", "L1 | JPY 1 |"];
        assert_eq!(import("S2", 1, &conflict), "reconcile_line_conflict");
        let wanted = ["E2 | JPY 7 | u2", "E1 | JPY 3001 | u1"];
        let wanted = wanted.iter().map(|text| expected(text)).collect();
        let error = store.expect(wanted).unwrap_err();
        assert_eq!(error.code(), "reconcile_expected_conflict");
        let twice = ["E2 | JPY 7 | u2", "E2 | JPY 8 | u2"];
        let twice = twice.iter().map(|text| expected(text)).collect();
        let error = store.expect(twice).unwrap_err();
        assert_eq!(error.code(), "reconcile_expected_conflict");
        let ids = (
            LineId::new("acleda/L1").unwrap(),
            ExpectedId::new("E9").unwrap(),
        );
        let reason = Reference::new("?").unwrap();
        let error = store.propose_join(ids, reason, (sok(), 3)).unwrap_err();
        assert_eq!(error.code(), "reconcile_join_impossible");
        let error = store.approve_join(JoinId(1), (sok(), 3)).unwrap_err();
        assert_eq!(error.code(), "join_unknown");
        let error = store.note(BreakId(1), Reference::new("?").unwrap(), (sok(), 3));
        assert_eq!(error.unwrap_err().code(), "break_unknown");
        let after = (dump(&path), tell(&store.book().outcome(day(9))));
        assert_eq!(after, before);
    }

    #[test]
    fn what_people_did_is_there_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backoffice.db");
        let mut store = open(&path);
        let wanted = [
            "E1 | JPY 3000 | u1",
            "E2 | JPY 3000 | u2",
            "E3 | JPY 50 | u3",
        ];
        let wanted = wanted.iter().map(|text| expected(text)).collect();
        store.expect(wanted).unwrap();
        let file = statement("S1", 0, &["L1 | JPY 3000 |", "L2 | JPY 40 | u3"]);
        store.import(&file, (&sok(), 1)).unwrap();
        store.review(day(9), 2).unwrap();
        assert_eq!(store.register().open().count(), 4);

        let (line, there) = (
            LineId::new("acleda/L1").unwrap(),
            ExpectedId::new("E2").unwrap(),
        );
        let action = ActionRef::new("act-1").unwrap();
        let reason = Reference::new("the bank's letter").unwrap();
        let join = store.propose_join((line, there), reason, (sok(), 3));
        store.approve_join(join.unwrap(), (dara(), 3)).unwrap();
        store.assign(BreakId(1), sok(), (sok(), 4)).unwrap();
        let text = Reference::new("ថ្លៃសេវា 手数料").unwrap();
        store.note(BreakId(1), text, (sok(), 5)).unwrap();
        let end = End::WrittenOff { action };
        store.end(BreakId(1), end.clone(), (sok(), 6)).unwrap();
        let error = store.end(BreakId(1), end, (sok(), 7)).unwrap_err();
        assert_eq!(error.code(), "break_ended");
        let outcome = store.review(day(9), 8).unwrap();
        let mut again = open(&path);
        assert_eq!(again.register(), store.register());
        assert_eq!(again.review(day(9), 9).unwrap(), outcome);
        assert_eq!(again.register(), store.register());
        let open: Vec<&str> = again
            .register()
            .open()
            .map(|known| known.finding.kind.word())
            .collect();
        assert_eq!(open, ["missing_there"]);
        expect![[r#"
            matched L1 = E2 by people
            amount_differs [L2] [E3]
              less was booked; fees may have been deducted
            missing_there [] [E1]
              the bank has not booked it, or to another account
        "#]]
        .assert_eq(&tell(&outcome));
    }

    #[test]
    fn a_file_of_another_layout_or_with_a_row_that_is_not_ours_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backoffice.db");
        let mut store = open(&path);
        store.expect(vec![expected("E1 | JPY 3000 | u1")]).unwrap();
        let file = statement("S1", 0, &["L1 | JPY 3000 | u1"]);
        store.import(&file, (&sok(), 1)).unwrap();
        store.review(day(9), 2).unwrap();
        drop(store);
        let check = |damage: &str, code: &str| {
            let copy = folder.path().join("copy.db");
            std::fs::copy(&path, &copy).unwrap();
            let connection = Connection::open(&copy).unwrap();
            connection.execute_batch(damage).unwrap();
            drop(connection);
            let error = Store::open(&copy, Settings::default()).unwrap_err();
            assert_eq!(error.code(), code, "{damage}");
        };
        check("PRAGMA user_version = 3", "backoffice_file_version");
        let damaged = "backoffice_file_damaged";
        check("UPDATE line SET currency = 'EUR'", damaged);
        check("UPDATE line SET amount_minor = -1", damaged);
        check("UPDATE line SET value_date = '2026-02-30'", damaged);
        check("UPDATE statement SET kind = 'weekly'", damaged);
        check("UPDATE expected SET direction = 'up'", damaged);
        check("UPDATE matched SET rule = 'guess'", damaged);
        check(
            "INSERT INTO joined VALUES ('acleda/L9', 'E1', 'a', 1)",
            damaged,
        );
        check(
            "INSERT INTO break_event (break_id, at_ns, what) VALUES (1, 1, '{\"event\":\"lost\"}')",
            damaged,
        );
    }

    fn causes() -> Vec<Cause> {
        let id = || ExpectedId::new("E2").unwrap();
        vec![
            Cause::NotBooked,
            Cause::BookedAndReversed,
            Cause::Ambiguous {
                lines: 2,
                expected: 1,
            },
            Cause::Unknown,
            Cause::OtherMoney { expected: id() },
            Cause::KeysDisagree { expected: id() },
            Cause::ReversalAlone,
            Cause::LineSmaller,
            Cause::LineLarger,
            Cause::UnitsExchanged,
            Cause::DigitsExchanged,
            Cause::OtherDirection,
            Cause::SameFigure,
            Cause::OtherCurrency,
            Cause::Late { days: 6 },
            Cause::Early { days: 7 },
            Cause::BookedTwice {
                first: LineId::new("acleda/L2").unwrap(),
            },
            Cause::ReferencesExchanged,
            Cause::BookedByHand,
        ]
    }

    /// What stands in files of layout 2: a change here is a new layout.
    #[test]
    fn events_are_written_as_they_were_and_read_back() {
        let finding = |kind, cause| Finding {
            kind,
            lines: vec![LineId::new("acleda/L1").unwrap()],
            expected: vec![ExpectedId::new("E1").unwrap()],
            cause,
        };
        let causes = causes();
        let kinds = Kind::ALL.into_iter().cycle();
        let mut events: Vec<Event> = causes
            .into_iter()
            .zip(kinds)
            .map(|(cause, kind)| Event::Opened {
                finding: finding(kind, cause).into(),
            })
            .collect();
        let action = || ActionRef::new("act-7").unwrap();
        events.extend([
            Event::Changed {
                finding: finding(Kind::DayDiffers, Cause::Late { days: 6 }).into(),
            },
            Event::Assigned { owner: sok() },
            Event::Noted {
                text: Reference::new("a note").unwrap(),
            },
            Event::JoinProposed {
                join: JoinId(1),
                line: LineId::new("acleda/L1").unwrap(),
                expected: ExpectedId::new("E1").unwrap(),
                reason: Reference::new("a letter").unwrap(),
            },
            Event::JoinApproved { join: JoinId(1) },
        ]);
        let ends = [
            End::Matched,
            End::Joined { with: BreakId(3) },
            End::Adjusted { action: action() },
            End::WrittenOff { action: action() },
            End::MatchedByPeople { join: JoinId(1) },
        ];
        events.extend(ends.into_iter().map(|end| Event::Ended { end }));
        let mut text = String::new();
        for event in events {
            let json = serde_json::to_string(&event).unwrap();
            let read: Event = serde_json::from_str(&json).unwrap();
            assert_eq!(read, event);
            text += &format!("{}\n", json);
        }
        expect_file!["break-events.txt"].assert_eq(&text);
    }

    /// Written before there were pages: a counted number was the entry's name, and the statements
    /// of two days could tell one entry.
    #[test]
    fn a_file_of_layout_1_is_brought_to_layout_2_with_all_that_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backoffice.db");
        let old = Connection::open(&path).unwrap();
        old.execute_batch(include_str!("layout-1.sql")).unwrap();
        drop(old);
        let read = |table: &str| {
            let rows = dump(&path);
            let rows = rows.lines().filter(|row| row.starts_with(table));
            rows.map(ToOwned::to_owned).collect::<Vec<_>>()
        };
        let (statements, lines) = (read("statement "), read("line "));
        let mut store = open(&path);
        let now = read("statement ");
        assert_eq!((statements.len(), lines.len()), (3, 3));
        for (before, now) in statements.iter().zip(&now) {
            let wanted = format!("{before} Integer(0) Integer(1) Null Null Null");
            assert_eq!(*now, wanted);
        }
        assert_eq!(read("line "), lines);
        assert_eq!(store.book().lines_len(), 1);
        assert_eq!(store.book().incomplete(), []);
        let id = LineId::new("acleda/1").unwrap();
        let keys = &store.book().line(&id).unwrap().said.keys;
        assert!(keys.uetr.is_some() && keys.reference.is_some());

        let mut known = statement("S1", 0, &["L9 | JPY 1 |"]);
        for (place, id) in ["N1", "S1", "S2"].into_iter().enumerate() {
            let account = Account::new("acleda").unwrap();
            let mut same = draft(&account, id, day(0), vec![line("L9 | JPY 1 |").1]);
            same.head.digest = Digest([u8::try_from(place).unwrap() + 1; 32]);
            known = checked(same);
            let taken = store.import(&known, (&sok(), 5)).unwrap();
            assert_eq!(taken, Imported::Already);
        }
        let other = statement("S2", 5, &["L9 | JPY 1 |"]);
        let error = store.import(&other, (&sok(), 6)).unwrap_err();
        assert_eq!(error.code(), "reconcile_statement_conflict");
        let new = statement("S3", 2, &[" | JPY 8 |"]);
        store.import(&new, (&sok(), 7)).unwrap();
        let mut again = open(&path);
        assert_eq!(again.book().lines_len(), 2);
        assert_eq!(
            again.import(&known, (&sok(), 8)).unwrap(),
            Imported::Already
        );
        assert_eq!(again.book().outcome(day(9)), store.book().outcome(day(9)));
    }

    #[test]
    fn a_notification_and_the_days_statement_are_both_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backoffice.db");
        let mut store = open(&path);
        let account = Account::new("acleda").unwrap();
        let said = vec![line("L1 | JPY 3000 | u1").1];
        let mut early = draft(&account, "N1", day(0), said);
        early.head.kind = StatementKind::Notification;
        store.import(&checked(early), (&sok(), 1)).unwrap();
        let late = statement("S1", 0, &["L1 | JPY 3000 | r1"]);
        store.import(&late, (&sok(), 2)).unwrap();
        let again = open(&path);
        assert_eq!(again.book().lines_len(), 1);
        let id = LineId::new("acleda/L1").unwrap();
        assert_eq!(again.book().line(&id), store.book().line(&id));
        let keys = &again.book().line(&id).unwrap().said.keys;
        assert!(keys.uetr.is_some() && keys.reference.is_some());
    }
}
