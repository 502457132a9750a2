//! Equal deposits, which no rule can tell apart: two operators say which line is for which.

#[cfg(test)]
#[path = "common/world.rs"]
mod world;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use backoffice::desk::{Accounts, Desk};
    use backoffice::reconcile::{
        Account, ActionRef, BreakId, End, Event, ExpectedId, JoinId, Kind, LineId, Person,
        Reference, Settings, Statement, Store, StoreError, Who,
    };
    use calendar::{Calendars, Country};
    use expect_test::expect;
    use rusqlite::Connection;

    use super::world::{checked, day, draft, expected, line, tell};

    fn open(path: &Path) -> Store {
        Store::open(path, Settings::default()).unwrap()
    }

    fn by(name: &str) -> (Person, i64) {
        (Person::new(name).unwrap(), 5)
    }

    fn pair(line: &str, expected: &str) -> (LineId, ExpectedId) {
        let line = LineId::new(&format!("acleda/{line}")).unwrap();
        (line, ExpectedId::new(expected).unwrap())
    }

    fn reason() -> Reference {
        Reference::new("the bank names the payer").unwrap()
    }

    fn statement(id: &str, on: i32, lines: &[&str]) -> Statement {
        let lines = lines.iter().map(|text| line(text).1).collect();
        let account = Account::new("acleda").unwrap();
        checked(draft(&account, id, day(on), lines))
    }

    /// ACLEDA and Sathapana prefund the same amount on one day, and a bystander another one.
    fn equal_deposits(path: &Path) -> Store {
        let mut store = open(path);
        let wanted = [
            "E1 | KHR 1000000 |",
            "E2 | KHR 1000000 |",
            "E3 | KHR 70 | u3",
        ];
        let wanted = wanted.iter().map(|text| expected(text)).collect();
        store.expect(wanted).unwrap();
        let lines = [
            "L1 | KHR 1000000 |",
            "L2 | KHR 1000000 |",
            "L3 | KHR 60 | u3",
        ];
        let file = statement("S1", 0, &lines);
        store.import(&file, (&by("sok").0, 1)).unwrap();
        store.review(day(9), 2).unwrap();
        assert_eq!(store.register().open().count(), 5);
        store
    }

    fn code<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> &'static str {
        answer.unwrap_err().code()
    }

    /// Each break's kind and state, and its history by people.
    fn tell_breaks(store: &Store) -> String {
        let mut text = String::new();
        for known in store.register().iter() {
            let state = match &known.ended {
                None => "open".to_owned(),
                Some((end, _)) => format!("{end:?}"),
            };
            let kind = known.finding.kind.word();
            text += &format!("{} {kind} {state}\n", known.id.0);
            for entry in &known.history {
                let Who::Operator(person) = &entry.by else {
                    continue;
                };
                let what = match &entry.what {
                    Event::JoinProposed {
                        line,
                        expected,
                        reason,
                        ..
                    } => format!("{line} is {expected}: {reason}"),
                    what @ (Event::Opened { .. }
                    | Event::Changed { .. }
                    | Event::Assigned { .. }
                    | Event::Noted { .. }
                    | Event::JoinApproved { .. }
                    | Event::Ended { .. }) => format!("{what:?}"),
                };
                text += &format!("  {person} {what}\n");
            }
        }
        text
    }

    #[test]
    fn two_people_join_what_no_rule_can_tell_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backoffice.db");
        let mut store = equal_deposits(&path);
        let join = store.propose_join(pair("L1", "E2"), reason(), by("sok"));
        assert_eq!(join.unwrap(), JoinId(1));
        let could_be = |store: &Store, line: &str| {
            let candidates = store.candidates();
            let line = store.book().line(&pair(line, "E1").0).unwrap();
            let found = candidates.for_line(line).into_iter();
            found.map(|one| one.id.to_string()).collect::<Vec<_>>()
        };
        // People see what they can choose from, and not what has another amount.
        assert_eq!(could_be(&store, "L1"), ["E1", "E2"]);
        assert_eq!(could_be(&store, "L3"), [""; 0]);
        // A proposal changes nothing, also over a restart.
        let mut store = open(&path);
        let outcome = store.review(day(9), 6).unwrap();
        assert_eq!(outcome.matched, []);
        assert_eq!(store.register().open().count(), 5);
        assert_eq!(
            code(store.approve_join(JoinId(1), by("sok"))),
            "join_same_person"
        );
        assert_eq!(
            code(store.approve_join(JoinId(2), by("dara"))),
            "join_unknown"
        );

        store.approve_join(JoinId(1), by("dara")).unwrap();
        assert_eq!(
            code(store.approve_join(JoinId(1), by("dara"))),
            "join_approved"
        );
        // And what is left is alone on both sides.
        let mut store = open(&path);
        let outcome = store.review(day(9), 8).unwrap();
        expect![[r#"
            matched L1 = E2 by people
            matched L2 = E1 by amount_and_date
            amount_differs [L3] [E3]
              less was booked; fees may have been deducted
        "#]]
        .assert_eq(&tell(&outcome));
        assert_eq!(could_be(&store, "L2"), [""; 0], "all are taken");
        expect![[r#"
            1 amount_differs open
            2 missing_here MatchedByPeople { join: JoinId(1) }
              sok acleda/L1 is E2: the bank names the payer
              dara Ended { end: MatchedByPeople { join: JoinId(1) } }
            3 missing_here Matched
            4 missing_there Matched
            5 missing_there MatchedByPeople { join: JoinId(1) }
              sok acleda/L1 is E2: the bank names the payer
              dara Ended { end: MatchedByPeople { join: JoinId(1) } }
        "#]]
        .assert_eq(&tell_breaks(&store));
        let join = store.register().joins().next().unwrap();
        assert_eq!(join.approved_by, Some(by("dara").0));

        // An adjustment that was approved for its line all the same is told.
        let action = ActionRef::new("act-9").unwrap();
        let end = End::Adjusted { action };
        store.end(BreakId(2), end, by("sok")).unwrap();
        let outcome = store.review(day(9), 10).unwrap();
        let twice: Vec<_> = outcome.of_kind(Kind::BookedBefore).collect();
        assert_eq!(twice.len(), 1);
        assert_eq!(twice[0].lines, [pair("L1", "E2").0]);
        assert_eq!(twice[0].expected, [pair("L1", "E2").1]);
        assert_eq!(store.register().get(BreakId(2)).unwrap().ended, None);
    }

    #[test]
    fn people_join_nothing_that_differs_is_paired_or_was_booked() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = equal_deposits(&folder.path().join("backoffice.db"));
        store
            .expect(vec![expected("E4 | KHR 9 | u4"), expected("E5 | KHR -9 |")])
            .unwrap();
        store
            .expect(vec![expected("E6 | USD 9 |"), expected("E7 | KHR 9 | +20")])
            .unwrap();
        let lines = [
            "L4 | KHR 9 | u4",
            "L5 | KHR 9 | e9",
            "L6 | KHR 9 | e10",
            "L7 | KHR -9 | e10 rev",
        ];
        let file = statement("S2", 1, &lines);
        store.import(&file, (&by("sok").0, 3)).unwrap();
        store.review(day(9), 4).unwrap();
        let before = store.register().clone();
        for (line, there, refusal) in [
            ("L3", "E3", "reconcile_join_impossible"),
            ("L5", "E5", "reconcile_join_impossible"),
            ("L5", "E6", "reconcile_join_impossible"),
            ("L9", "E1", "reconcile_join_impossible"),
            ("L1", "E9", "reconcile_join_impossible"),
            ("L4", "E7", "join_paired"),
            ("L5", "E4", "join_paired"),
            ("L6", "E7", "join_paired"),
        ] {
            let answer = store.propose_join(pair(line, there), reason(), by("sok"));
            assert_eq!(code(answer), refusal, "{line} {there}");
        }
        assert_eq!(store.register(), &before);

        store
            .propose_join(pair("L1", "E1"), reason(), by("sok"))
            .unwrap();
        let again = store.propose_join(pair("L1", "E1"), reason(), by("dara"));
        assert_eq!(code(again), "join_proposed");
        // What was booked since is no longer joined, and what was joined is joined once.
        store
            .propose_join(pair("L1", "E2"), reason(), by("sok"))
            .unwrap();
        store
            .propose_join(pair("L2", "E2"), reason(), by("sok"))
            .unwrap();
        store.approve_join(JoinId(1), by("dara")).unwrap();
        let other = store.approve_join(JoinId(2), by("dara"));
        assert_eq!(code(other), "reconcile_join_impossible");
        let of_line =
            |known: &&backoffice::reconcile::Break| known.finding.lines == [pair("L2", "E2").0];
        let id = store.register().open().find(of_line).unwrap().id;
        let action = ActionRef::new("act-1").unwrap();
        store.end(id, End::Adjusted { action }, by("sok")).unwrap();
        assert_eq!(
            code(store.approve_join(JoinId(3), by("dara"))),
            "join_booked"
        );
        let outcome = store.review(day(9), 9).unwrap();
        let matched: Vec<&str> = outcome.matched.iter().map(|it| it.line.as_str()).collect();
        assert_eq!(matched, ["acleda/L1", "acleda/L4"]);
    }

    fn events(path: &Path) -> i64 {
        let connection = Connection::open(path).unwrap();
        let count = "SELECT (SELECT count(*) FROM break_event) + (SELECT count(*) FROM matched)";
        connection.query_row(count, [], |row| row.get(0)).unwrap()
    }

    /// A look at an early day ended every open break, and a look at a late one opened new ones.
    #[test]
    fn a_look_writes_nothing_whatever_the_day() {
        let folder = tempfile::tempdir().unwrap();
        let (path, tables) = (
            folder.path().join("backoffice.db"),
            folder.path().join("projection.db"),
        );
        let mut store = equal_deposits(&path);
        store.expect(vec![expected("E4 | KHR 5 | +9")]).unwrap();
        let register = store.register().clone();
        drop(store);
        drop(projection::Tables::open(&tables).unwrap());
        let accounts = Accounts {
            prefix: "acleda".to_owned(),
            zone: Country::Kh,
            calendars: Calendars::built_in(),
        };
        let desk = Desk::open(&tables, &path, accounts).unwrap();
        let before = events(&path);
        let waiting = |as_of| desk.look(day(as_of)).unwrap().waiting;
        assert_eq!([waiting(0), waiting(9), waiting(30)], [3, 1, 0]);
        assert_eq!(desk.store().register(), &register);
        assert_eq!(events(&path), before);
        // What has no break yet is told, and what has one is not told again.
        let outcome = desk.look(day(30)).unwrap();
        let new: Vec<_> = desk.store().register().without_break(&outcome).collect();
        assert_eq!(new.len(), 1);
        assert_eq!(new[0].expected, [pair("L1", "E4").1]);
    }

    /// The same for a review, which writes: an expectation that is not due explains nothing.
    #[test]
    fn a_review_as_of_an_early_day_ends_no_break() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backoffice.db");
        let mut store = equal_deposits(&path);
        store.assign(BreakId(4), by("sok").0, by("sok")).unwrap();
        let register = store.register().clone();
        for as_of in [0, -30, 1] {
            let outcome = store.review(day(as_of), 10).unwrap();
            assert_eq!(outcome.waiting, 2, "{as_of}");
            assert_eq!(store.register(), &register, "{as_of}");
        }
        store.review(day(9), 11).unwrap();
        assert_eq!(store.register(), &register);
        assert_eq!(open(&path).register(), &register);
    }

    #[test]
    fn a_file_of_layout_1_is_read_and_becomes_one_of_layout_2() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backoffice.db");
        let register = equal_deposits(&path).register().clone();
        let layout = |set: Option<i64>| {
            let connection = Connection::open(&path).unwrap();
            if let Some(layout) = set {
                connection
                    .pragma_update(None, "user_version", layout)
                    .unwrap();
            }
            connection
                .pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
                .unwrap()
        };
        assert_eq!(layout(Some(1)), 1);
        assert_eq!(open(&path).register(), &register);
        assert_eq!(layout(None), 2);
    }
}
