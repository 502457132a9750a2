//! One small book for each way in which statements and expectations agree or do not.

#[cfg(test)]
#[path = "common/world.rs"]
mod world;

#[cfg(test)]
mod tests {
    use backoffice::reconcile::{Account, Book, ExpectedId, LineId, Settings};
    use expect_test::{Expect, expect};

    use super::world::{book, checked, day, draft, expected, line, tell};

    /// Judged five days later, when everything of these books is due.
    fn check(wanted: &[&str], lines: &[&str], outcome: Expect) {
        outcome.assert_eq(&tell(&book(wanted, lines).outcome(day(5))));
    }

    #[test]
    fn each_identifier_finds_its_expectation_and_the_bystanders_wait() {
        check(
            &[
                "E1 | JPY 3000 | u1 h1 r1",
                "E2 | JPY 3000 | u2 h2 r2",
                "E3 | JPY 3000 | u3 h3 r3",
                "E4 | JPY 3000 | u4 h4 r4",
                "E5 | JPY 3000 | u5 h5 r5 +5",
            ],
            &[
                "L1 | JPY 3000 | u1",
                "L2 | JPY 3000 | h2",
                "L3 | JPY 3000 | r3",
                "L4 | JPY 3000 | e4",
            ],
            expect![[r#"
                matched L1 = E1 by uetr
                matched L2 = E2 by hash
                matched L3 = E3 by reference
                matched L4 = E4 by reference
                waiting 1
            "#]],
        );
    }

    #[test]
    fn a_stronger_identifier_silences_a_weaker_one() {
        // The reference of E2 under the UETR of E1: it is E1's money.
        check(
            &["E1 | JPY 3000 | u1 r1", "E2 | JPY 500 | u2 r2"],
            &["L1 | JPY 3000 | u1 r2", "L2 | JPY 500 | r2"],
            expect![[r#"
                matched L1 = E1 by uetr
                matched L2 = E2 by reference
            "#]],
        );
        // A UETR that is not E1's forbids its reference, and its amount too.
        check(
            &["E1 | JPY 3000 | u1 r1"],
            &["L1 | JPY 3000 | u9 r1"],
            expect![[r#"
                missing_here [L1] []
                  its reference names E1, but a stronger identifier does not
                missing_there [] [E1]
                  the bank has not booked it, or to another account
            "#]],
        );
        check(
            &["E1 | JPY 3000 | h1 r1"],
            &["L1 | JPY 3000 | h9 r1"],
            expect![[r#"
                missing_here [L1] []
                  its reference names E1, but a stronger identifier does not
                missing_there [] [E1]
                  the bank has not booked it, or to another account
            "#]],
        );
    }

    #[test]
    fn accounts_are_never_mixed() {
        check(
            &["E1 | JPY 3000 | u1 acc:sathapana"],
            &["L1 | JPY 3000 | u1"],
            expect![[r#"
                missing_here [L1] []
                  nothing of ours has its identifiers or its amount
                missing_there [] [E1]
                  the bank has not booked it, or to another account
            "#]],
        );
    }

    #[test]
    fn days_are_timing_up_to_a_limit() {
        check(
            &[
                "E1 | JPY 1 | u1",
                "E2 | JPY 2 | u2",
                "E3 | JPY 3 | u3",
                "E4 | JPY 4 | u4",
            ],
            &[
                "L1 | JPY 1 | u1 +1",
                "L2 | JPY 2 | u2 -5",
                "L3 | JPY 3 | u3 +6",
                "L4 | JPY 4 | u4 -6",
            ],
            expect![[r#"
                timing L2 = E2 by uetr -5 days
                timing L1 = E1 by uetr +1 days
                day_differs [L3] [E3]
                  booked 6 days late
                day_differs [L4] [E4]
                  booked 6 days early
            "#]],
        );
    }

    #[test]
    fn amounts_that_differ_name_what_probably_happened() {
        check(
            &[
                "E1 | JPY 3000 | u1",
                "E2 | JPY 3000 | u2",
                "E3 | JPY 3000 | u3",
                "E4 | JPY 3120 | u4",
                "E5 | JPY 3000 | u5",
            ],
            &[
                "L1 | JPY 2970 | u1",
                "L2 | JPY 3001 | u2",
                "L3 | JPY 300000 | u3",
                "L4 | JPY 3210 | u4",
                "L5 | JPY -3000 | u5",
            ],
            expect![[r#"
                amount_differs [L1] [E1]
                  less was booked; fees may have been deducted
                amount_differs [L2] [E2]
                  more was booked than expected
                amount_differs [L3] [E3]
                  a hundred times off: units and hundredths were exchanged
                amount_differs [L4] [E4]
                  the same digits in another order
                amount_differs [L5] [E5]
                  booked the other way round
            "#]],
        );
    }

    #[test]
    fn currencies_that_differ_are_named() {
        check(
            &["E1 | KHR 7200 | u1", "E2 | KHR 7200 | u2"],
            &["L1 | USD 7200.00 | u1", "L2 | USD 1.80 | u2"],
            expect![[r#"
                currency_differs [L1] [E1]
                  the same figure in another currency
                currency_differs [L2] [E2]
                  another currency and another figure
            "#]],
        );
    }

    #[test]
    fn a_line_booked_twice_is_one_match_and_one_duplicate() {
        check(
            &["E1 | JPY 3000 | u1 r1"],
            &["L1 | JPY 3000 | u1 +1", "L2 | JPY 3000 | r1"],
            expect![[r#"
                matched L2 = E1 by reference
                duplicate [L1] []
                  booked twice; L2 is the first
            "#]],
        );
        // Another amount under the same identifier is no duplicate.
        check(
            &["E1 | JPY 3000 | u1"],
            &[
                "L1 | JPY 3000 | u1",
                "L2 | JPY 40 | u1",
                "L3 | JPY -3000 | u1",
            ],
            expect![[r#"
                matched L1 = E1 by uetr
                missing_here [L2] []
                  it names E1, but is not that money
                missing_here [L3] []
                  it names E1, but is not that money
            "#]],
        );
    }

    #[test]
    fn legs_of_one_payment_take_the_lines_that_fit_each() {
        check(
            &[
                "E1 | JPY 3000 | u1",
                "E2 | JPY 45 | u1",
                "E3 | JPY 3000 | u1 +1",
            ],
            &[
                "L1 | JPY 3000 | u1 +1",
                "L2 | JPY 45 | u1",
                "L3 | JPY 3000 | u1",
            ],
            expect![[r#"
                matched L2 = E2 by uetr
                matched L3 = E1 by uetr
                matched L1 = E3 by uetr
            "#]],
        );
    }

    #[test]
    fn a_reversal_takes_its_line_with_it() {
        check(
            &["E1 | JPY 3000 | u1", "E2 | JPY 500 | u2"],
            &[
                "L1 | JPY 3000 | u1",
                "L2 | JPY -3000 | u1 rev +1",
                "L3 | JPY 500 | u2",
                "L4 | JPY 500 | u2 +1",
                "L5 | JPY -500 | u2 rev +2",
                "L6 | JPY -7 | u2 rev",
            ],
            expect![[r#"
                matched L3 = E2 by uetr
                reversed L1 by L2
                reversed L4 by L5
                missing_here [L6] []
                  it takes back an entry that is not here
                missing_there [] [E1]
                  the bank booked it and took it back
            "#]],
        );
    }

    #[test]
    fn exchanged_references_are_found_when_the_amounts_fit_crosswise() {
        check(
            &[
                "E1 | JPY 3000 | r1",
                "E2 | JPY 500 | r2 +1",
                "E3 | JPY 10 | r3",
                "E4 | JPY 20 | r4",
                "E5 | JPY 30 | r5",
            ],
            &[
                "L1 | JPY 500 | r1 +1",
                "L2 | JPY 3000 | r2",
                // Three in a circle stay three amounts that differ.
                "L3 | JPY 20 | r3",
                "L4 | JPY 30 | r4",
                "L5 | JPY 10 | r5",
            ],
            expect![[r#"
                amount_differs [L3] [E3]
                  more was booked than expected
                amount_differs [L4] [E4]
                  more was booked than expected
                amount_differs [L5] [E5]
                  less was booked; fees may have been deducted
                swapped_references [L1 L2] [E1 E2]
                  two references were exchanged; the amounts fit crosswise
            "#]],
        );
        // Two pairs of the same amounts: nobody can say which was exchanged with which.
        check(
            &[
                "E1 | JPY 3000 | r1",
                "E2 | JPY 500 | r2",
                "E3 | JPY 500 | r3",
            ],
            &[
                "L1 | JPY 500 | r1",
                "L2 | JPY 3000 | r2",
                "L3 | JPY 3000 | r3",
            ],
            expect![[r#"
                amount_differs [L1] [E1]
                  less was booked; fees may have been deducted
                amount_differs [L2] [E2]
                  more was booked than expected
                amount_differs [L3] [E3]
                  more was booked than expected
            "#]],
        );
        // Exchanged currencies, too.
        check(
            &["E1 | KHR 7200 | r1", "E2 | USD 18.00 | r2"],
            &["L1 | USD 18.00 | r1", "L2 | KHR 7200 | r2"],
            expect![[r#"
                swapped_references [L1 L2] [E1 E2]
                  two references were exchanged; the amounts fit crosswise
            "#]],
        );
    }

    #[test]
    fn amount_and_date_match_only_what_is_alone_on_both_sides() {
        check(
            &["E1 | JPY 3000 | u1 r1"],
            &["L1 | JPY 3000 | rsomething +3"],
            expect![[r#"
                timing L1 = E1 by amount_and_date +3 days
            "#]],
        );
        check(
            &["E1 | JPY 3000 | u1"],
            &["L1 | JPY 3000 | +4"],
            expect![[r#"
                missing_here [L1] []
                  nothing of ours has its identifiers or its amount
                missing_there [] [E1]
                  the bank has not booked it, or to another account
            "#]],
        );
        check(
            &["E1 | JPY 3000 | u1", "E2 | JPY 3000 | u2 +1"],
            &["L1 | JPY 3000 |"],
            expect![[r#"
                missing_here [L1] []
                  no identifier fits; within reach are 1 lines and 2 expectations of that amount
                missing_there [] [E1]
                  no identifier fits; within reach are 1 lines and 2 expectations of that amount
                missing_there [] [E2]
                  no identifier fits; within reach are 1 lines and 2 expectations of that amount
            "#]],
        );
        check(
            &["E1 | JPY 3000 | u1"],
            &["L1 | JPY 3000 |", "L2 | JPY 3000 | +2"],
            expect![[r#"
                missing_here [L1] []
                  no identifier fits; within reach are 2 lines and 1 expectations of that amount
                missing_here [L2] []
                  no identifier fits; within reach are 2 lines and 1 expectations of that amount
                missing_there [] [E1]
                  no identifier fits; within reach are 2 lines and 1 expectations of that amount
            "#]],
        );
        // An identifier of its own speaks against it: that is somebody else's money.
        check(
            &["E1 | JPY 3000 | u1 r1"],
            &["L1 | JPY 3000 | e9"],
            expect![[r#"
                missing_here [L1] []
                  nothing of ours has its identifiers or its amount
                missing_there [] [E1]
                  the bank has not booked it, or to another account
            "#]],
        );
    }

    #[test]
    fn an_identifier_that_names_too_many_names_none() {
        let wanted: Vec<String> = (0..65)
            .map(|number| format!("E{number:02} | JPY {} | rSALARY", 1000 + number))
            .collect();
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let line = ["L1 | JPY 1007 | rSALARY"];
        let found = book(&wanted, &line).outcome(day(0));
        assert_eq!(
            tell(&found).lines().next(),
            Some("matched L1 = E07 by amount_and_date")
        );
        let found = book(&wanted[..64], &line).outcome(day(0));
        assert_eq!(
            tell(&found).lines().next(),
            Some("matched L1 = E07 by reference")
        );
    }

    #[test]
    fn an_expectation_waits_until_its_day_is_over() {
        let check = |as_of, waiting, findings| {
            let counts = book(&["E1 | JPY 3000 | u1 +1"], &[])
                .outcome(day(as_of))
                .counts();
            assert_eq!(
                (counts.waiting, counts.findings),
                (waiting, findings),
                "{as_of}"
            );
        };
        check(0, 1, 0);
        check(2, 1, 0);
        check(3, 0, 1);
    }

    fn ids(line: &str, expected: &str) -> (LineId, ExpectedId) {
        (
            LineId::new(line).unwrap(),
            ExpectedId::new(expected).unwrap(),
        )
    }

    #[test]
    fn what_people_join_is_matched_and_frees_the_rest() {
        let mut book = book(
            &["E1 | JPY 3000 | u1", "E2 | JPY 3000 | u2 +1"],
            &["L1 | JPY 3000 |", "L2 | JPY 3000 | +1"],
        );
        let (line, there) = ids("acleda/L1", "E2");
        book.join(line.clone(), there.clone()).unwrap();
        book.join(line, there).unwrap();
        expect![[r#"
            timing L1 = E2 by people -1 days
            timing L2 = E1 by amount_and_date +1 days
        "#]]
        .assert_eq(&tell(&book.outcome(day(5))));
    }

    #[test]
    fn people_join_only_what_is_free_and_equal() {
        let mut book = book(
            &[
                "E1 | JPY 3000 | u1",
                "E2 | JPY 3000 | u2",
                "E3 | JPY 2999 | u3",
            ],
            &["L1 | JPY 3000 |", "L2 | JPY 3000 | acc:sathapana"],
        );
        let (line, there) = ids("acleda/L1", "E1");
        book.join(line, there).unwrap();
        let before = tell(&book.outcome(day(5)));
        for (line, there) in [
            ("acleda/L1", "E2"),
            ("acleda/L1", "E3"),
            ("sathapana/L2", "E2"),
            ("acleda/L9", "E2"),
            ("acleda/L1", "E9"),
        ] {
            let (line, there) = ids(line, there);
            let error = book.join(line, there).unwrap_err();
            assert_eq!(error.code(), "reconcile_join_impossible");
        }
        assert_eq!(tell(&book.outcome(day(5))), before);
    }

    #[test]
    fn settings_decide_how_far_is_timing() {
        let settings = Settings {
            timing_days: 0,
            amount_days: 0,
            missing_after_days: 0,
        };
        let mut book = Book::new(settings);
        book.expect(expected("E1 | JPY 1 | u1")).unwrap();
        book.expect(expected("E2 | JPY 2 | u2")).unwrap();
        let account = Account::new("acleda").unwrap();
        let lines = ["L1 | JPY 1 | u1 +1", "L2 | JPY 2 | +1"];
        let lines = lines.iter().map(|text| line(text).1).collect();
        book.import(&checked(draft(&account, "S1", day(0), lines)))
            .unwrap();
        expect![[r#"
            day_differs [L1] [E1]
              booked 1 days late
            missing_here [L2] []
              nothing of ours has its identifiers or its amount
            missing_there [] [E2]
              the bank has not booked it, or to another account
        "#]]
        .assert_eq(&tell(&book.outcome(day(1))));
    }
}
