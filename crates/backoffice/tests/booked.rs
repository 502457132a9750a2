//! What people booked by hand is known to every later judgement: its money is in the books, and
//! nothing takes it a second time without saying so.

#[cfg(test)]
#[path = "common/world.rs"]
mod world;

#[cfg(test)]
mod tests {
    use backoffice::reconcile::{
        Account, ActionRef, Book, BreakId, End, Outcome, Person, Register,
    };
    use expect_test::{Expect, expect};

    use super::world::{checked, day, draft, expected, line, tell};

    #[derive(Default)]
    struct Desk {
        book: Book,
        register: Register,
        statements: i32,
    }

    impl Desk {
        fn expect(&mut self, text: &str) {
            self.book.expect(expected(text)).unwrap();
        }

        fn import(&mut self, lines: &[&str]) {
            self.statements += 1;
            let said = lines.iter().map(|text| line(text).1).collect();
            let name = format!("S{}", self.statements);
            let account = Account::new("acleda").unwrap();
            let statement = checked(draft(&account, &name, day(self.statements), said));
            self.book.import(&statement).unwrap();
        }

        /// A second look at the same changes nothing.
        fn look(&mut self) -> Outcome {
            let outcome = self.book.outcome_with(day(30), self.register.booked());
            for event in self.register.sync(&outcome, 1) {
                self.register.apply(&event);
            }
            let again = self.book.outcome_with(day(30), self.register.booked());
            assert_eq!(again, outcome);
            assert_eq!(self.register.sync(&again, 1), []);
            outcome
        }

        fn end(&mut self, id: u64, end: fn(ActionRef) -> End, action: &str) {
            let end = end(ActionRef::new(action).unwrap());
            let by = (Person::new("sok").unwrap(), 2);
            let event = self.register.end(BreakId(id), end, by).unwrap();
            self.register.apply(&event);
        }

        /// The outcome, and each break with its finding and its state.
        fn check(&mut self, told: Expect) {
            let mut text = tell(&self.look());
            for known in self.register.iter() {
                let state = match &known.ended {
                    None => "open".to_owned(),
                    Some((end, _)) => format!("{end:?}"),
                };
                let kind = known.finding.kind.word();
                text += &format!("break {} {kind} {state}\n", known.id.0);
            }
            told.assert_eq(&text);
        }
    }

    fn adjusted(action: ActionRef) -> End {
        End::Adjusted { action }
    }

    fn written_off(action: ActionRef) -> End {
        End::WrittenOff { action }
    }

    /// Monday's credit was adjusted to a participant's liquidity. Tuesday's deposit of the same
    /// amount never arrives and must not be taken for it.
    #[test]
    fn an_adjusted_line_is_not_matched_with_a_later_deposit_of_its_amount() {
        let mut desk = Desk::default();
        desk.import(&["L1 | KHR 1000000 |"]);
        desk.look();
        desk.end(1, adjusted, "act-7");
        desk.expect("movement-1 | KHR 1000000 | +1");
        desk.check(expect![[r#"
            missing_here [L1] []
              nothing of ours has its identifiers or its amount
            missing_there [] [movement-1]
              the bank has not booked it, or to another account
            break 1 missing_here Adjusted { action: ActionRef("act-7") }
            break 2 missing_there open
        "#]]);
        // When the deposit's own line comes, it is alone within reach.
        desk.import(&["L2 | KHR 1000000 | +2"]);
        desk.check(expect![[r#"
            timing L2 = movement-1 by amount_and_date +1 days
            missing_here [L1] []
              nothing of ours has its identifiers or its amount
            break 1 missing_here Adjusted { action: ActionRef("act-7") }
            break 2 missing_there Matched
        "#]]);
    }

    /// Two people approved the adjustment, a deposit was matched with the line, and only then
    /// the desk was told.
    #[test]
    fn a_booking_that_is_told_late_takes_the_match_back() {
        let mut desk = Desk::default();
        desk.import(&["L1 | KHR 1000000 |"]);
        desk.look();
        desk.expect("movement-1 | KHR 1000000 | +1");
        desk.check(expect![[r#"
            timing L1 = movement-1 by amount_and_date -1 days
            break 1 missing_here Matched
        "#]]);
        desk.end(1, adjusted, "act-7");
        desk.check(expect![[r#"
            missing_here [L1] []
              nothing of ours has its identifiers or its amount
            missing_there [] [movement-1]
              the bank has not booked it, or to another account
            break 1 missing_here Adjusted { action: ActionRef("act-7") }
            break 2 missing_there open
        "#]]);
        let by = (Person::new("sok").unwrap(), 3);
        let end = adjusted(ActionRef::new("act-8").unwrap());
        let error = desk.register.end(BreakId(1), end, by).unwrap_err();
        assert_eq!(error.code(), "break_ended");
    }

    #[test]
    fn a_deposit_that_was_written_off_takes_no_later_line_of_its_amount() {
        let mut desk = Desk::default();
        desk.expect("movement-1 | KHR 1000000 |");
        desk.look();
        desk.end(1, written_off, "act-7");
        desk.import(&["L1 | KHR 1000000 | +2"]);
        desk.check(expect![[r#"
            missing_here [L1] []
              nothing of ours has its identifiers or its amount
            missing_there [] [movement-1]
              the bank has not booked it, or to another account
            break 1 missing_there WrittenOff { action: ActionRef("act-7") }
            break 2 missing_here open
        "#]]);
    }

    #[test]
    fn an_identifier_that_fits_what_was_booked_opens_its_break_again() {
        for key in ["u1", "h1", "r1"] {
            let mut desk = Desk::default();
            desk.import(&[&format!("L1 | KHR 1000000 | {key}")]);
            desk.look();
            desk.end(1, adjusted, "act-7");
            desk.expect(&format!("E1 | KHR 1000000 | {key} +1"));
            desk.expect("E2 | KHR 500 | u2 +1");
            desk.import(&["L2 | KHR 500 | u2 +1"]);
            desk.check(expect![[r#"
                matched L2 = E2 by uetr
                booked_before [L1] [E1]
                  booked by hand before: its money may stand in the books twice
                break 1 booked_before open
            "#]]);
            // The action that ended it then does not end it now; another one does, for good.
            let by = (Person::new("sok").unwrap(), 3);
            let end = adjusted(ActionRef::new("act-7").unwrap());
            let error = desk.register.end(BreakId(1), end, by).unwrap_err();
            assert_eq!(error.code(), "break_action_used");
            desk.end(1, adjusted, "act-8");
            desk.check(expect![[r#"
                matched L2 = E2 by uetr
                booked_before [L1] [E1]
                  booked by hand before: its money may stand in the books twice
                break 1 booked_before Adjusted { action: ActionRef("act-8") }
            "#]]);
        }
    }

    #[test]
    fn an_expectation_that_was_written_off_and_comes_after_all_is_told() {
        let mut desk = Desk::default();
        desk.expect("E1 | JPY 3000 | u1");
        desk.look();
        desk.end(1, written_off, "act-7");
        desk.import(&["L1 | JPY 3000 | u1 +4"]);
        desk.check(expect![[r#"
            booked_before [L1] [E1]
              booked by hand before: its money may stand in the books twice
            break 1 booked_before open
        "#]]);
    }

    #[test]
    fn what_was_booked_gets_only_what_nothing_else_takes() {
        // Two legs of one payment: the first was written off, so the line is for the second.
        let mut desk = Desk::default();
        desk.expect("E1 | JPY 3000 | u1");
        desk.look();
        desk.end(1, written_off, "act-7");
        desk.expect("E2 | JPY 3000 | u1 +2");
        desk.import(&["L1 | JPY 3000 | u1"]);
        desk.check(expect![[r#"
            timing L1 = E2 by uetr -2 days
            missing_there [] [E1]
              the bank has not booked it, or to another account
            break 1 missing_there WrittenOff { action: ActionRef("act-7") }
        "#]]);
        // A double booking that was adjusted does not take the place of the line that is right,
        // although it would come first.
        let mut desk = Desk::default();
        desk.expect("E1 | JPY 3000 | u1");
        desk.import(&["L2 | JPY 3000 | u1", "L3 | JPY 3000 | u1"]);
        desk.look();
        desk.end(1, adjusted, "act-7");
        desk.check(expect![[r#"
            matched L2 = E1 by uetr
            duplicate [L3] []
              booked twice; L2 is the first
            break 1 duplicate Adjusted { action: ActionRef("act-7") }
        "#]]);
    }

    #[test]
    fn an_adjusted_line_that_the_bank_takes_back_is_told() {
        let mut desk = Desk::default();
        desk.import(&["L1 | JPY 3000 | u1", "L5 | JPY 70 | u5"]);
        desk.look();
        desk.end(1, adjusted, "act-7");
        desk.import(&["L2 | JPY -3000 | u1 rev +1", "L6 | JPY -70 | u5 rev +1"]);
        desk.check(expect![[r#"
            reversed L5 by L6
            booked_before [L1 L2] []
              booked by hand before: its money may stand in the books twice
            break 1 booked_before open
            break 2 missing_here Matched
        "#]]);
    }

    /// Two findings about one break that people ended: one opens it again, the other is a new one.
    #[test]
    fn an_ended_break_is_opened_again_for_one_finding_only() {
        let mut desk = Desk::default();
        desk.expect("E1 | JPY 3000 | u1");
        desk.import(&["L1 | JPY 2970 | u1"]);
        desk.look();
        desk.end(1, adjusted, "act-7");
        desk.import(&["L2 | JPY 3000 | u1 +1"]);
        desk.check(expect![[r#"
            missing_here [L1] []
              it names E1, but is not that money
            booked_before [L2] [E1]
              booked by hand before: its money may stand in the books twice
            break 1 missing_here open
            break 2 booked_before open
        "#]]);
    }
}
