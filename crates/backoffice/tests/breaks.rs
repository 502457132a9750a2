//! The life of breaks: what opens, changes and ends them, and what people may do.

#[cfg(test)]
#[path = "common/world.rs"]
mod world;

#[cfg(test)]
mod tests {
    use backoffice::reconcile::{
        Account, ActionRef, Book, BreakId, End, Event, Person, Reference, Register, Who, limits,
    };
    use expect_test::{Expect, expect};
    use jiff::civil::Date;

    use super::world::{checked, day, draft, expected, line};

    struct Desk {
        book: Book,
        register: Register,
        statements: i32,
    }

    impl Desk {
        fn new(wanted: &[&str]) -> Self {
            let mut book = Book::default();
            for text in wanted {
                book.expect(expected(text)).unwrap();
            }
            Self {
                book,
                register: Register::default(),
                statements: 0,
            }
        }

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

        /// Everything is due. A second look at the same changes nothing.
        fn look(&mut self, at_ns: i64) {
            self.look_as_of(day(30), at_ns);
        }

        fn look_as_of(&mut self, as_of: Date, at_ns: i64) {
            let outcome = self.book.outcome_with(as_of, self.register.booked());
            for event in self.register.sync(&outcome, at_ns) {
                self.register.apply(&event);
            }
            assert_eq!(self.register.sync(&outcome, at_ns), []);
        }

        fn check(&self, told: Expect) {
            told.assert_eq(&tell(&self.register));
        }
    }

    fn tell(register: &Register) -> String {
        let mut text = String::new();
        for known in register.iter() {
            let lines: Vec<&str> = known.finding.lines.iter().map(|id| id.as_str()).collect();
            let wanted: Vec<&str> = known
                .finding
                .expected
                .iter()
                .map(|id| id.as_str())
                .collect();
            let owner = known.owner.as_ref().map_or("nobody", Person::as_str);
            text += &format!(
                "{} {} [{}] [{}] owner {owner}\n",
                known.id.0,
                known.finding.kind.word(),
                lines.join(" "),
                wanted.join(" ")
            );
            for entry in &known.history {
                let by = match &entry.by {
                    Who::Evidence => "evidence",
                    Who::Operator(person) => person.as_str(),
                };
                let what = match &entry.what {
                    Event::Opened { finding } => format!("opened {}", finding.kind.word()),
                    Event::Changed { finding } => format!("changed {}", finding.kind.word()),
                    Event::Assigned { owner } => format!("assigned {owner}"),
                    Event::Noted { text } => format!("noted {text}"),
                    Event::JoinProposed {
                        join,
                        line,
                        expected,
                        reason,
                    } => format!("join {} of {line} and {expected}: {reason}", join.0),
                    Event::JoinApproved { join } => format!("join {} approved", join.0),
                    Event::Ended { end } => format!("ended {end:?}"),
                };
                text += &format!("  {} {by} {what}\n", entry.at_ns);
            }
        }
        text.replace("acleda/", "")
    }

    fn by(name: &str, at_ns: i64) -> (Person, i64) {
        (Person::new(name).unwrap(), at_ns)
    }

    fn written_off() -> End {
        let action = ActionRef::new("act-7").unwrap();
        End::WrittenOff { action }
    }

    #[test]
    fn a_break_ends_by_the_line_that_was_missing() {
        let mut desk = Desk::new(&["E1 | JPY 3000 | u1", "E2 | JPY 500 | u2"]);
        desk.import(&["L1 | JPY 500 | u2"]);
        desk.look(10);
        assert_eq!(desk.register.open().count(), 1);
        desk.import(&["L2 | JPY 3000 | u1"]);
        desk.look(30);
        desk.check(expect![[r#"
            1 missing_there [] [E1] owner nobody
              10 evidence opened missing_there
              30 evidence ended Matched
        "#]]);
        let known = desk.register.get(BreakId(1)).unwrap();
        assert_eq!((known.age_ns(1_000), known.opened_at_ns), (20, 10));
        assert_eq!(desk.register.open().count(), 0);
    }

    #[test]
    fn two_breaks_that_turn_out_to_be_one_are_joined() {
        let mut desk = Desk::new(&["E1 | JPY 3000 | u1"]);
        desk.import(&["L1 | JPY 2970 | u2"]);
        desk.look(10);
        // The same payment under its second name, as its sender tells it.
        desk.expect("E2 | JPY 3000 | u2");
        desk.look(20);
        desk.check(expect![[r#"
            1 amount_differs [L1] [E2] owner nobody
              10 evidence opened missing_here
              20 evidence changed amount_differs
            2 missing_there [] [E1] owner nobody
              10 evidence opened missing_there
        "#]]);

        let mut desk = Desk::new(&["E1 | JPY 3000 | r1", "E2 | JPY 500 | r2"]);
        desk.import(&["L1 | JPY 500 | r1"]);
        desk.look(10);
        desk.import(&["L2 | JPY 3000 | r2"]);
        desk.look(20);
        desk.check(expect![[r#"
            1 swapped_references [L1 L2] [E1 E2] owner nobody
              10 evidence opened amount_differs
              20 evidence changed swapped_references
            2 missing_there [] [E2] owner nobody
              10 evidence opened missing_there
              20 evidence ended Joined { with: BreakId(1) }
        "#]]);
    }

    #[test]
    fn what_people_ended_stays_ended_until_it_is_something_else() {
        let mut desk = Desk::new(&["E1 | JPY 3000 | u1", "E2 | JPY 500 | u2"]);
        desk.import(&["L1 | JPY 2970 | u1"]);
        desk.look(10);
        for event in [
            desk.register
                .assign(BreakId(1), by("sok", 0).0, by("sok", 11)),
            desk.register.note(
                BreakId(1),
                Reference::new("the bank kept a fee").unwrap(),
                by("sok", 12),
            ),
            desk.register.end(BreakId(1), written_off(), by("dara", 13)),
        ] {
            desk.register.apply(&event.unwrap());
        }
        desk.look(20);
        desk.check(expect![[r#"
            1 amount_differs [L1] [E1] owner sok
              10 evidence opened amount_differs
              11 sok assigned sok
              12 sok noted the bank kept a fee
              13 dara ended WrittenOff { action: ActionRef("act-7") }
            2 missing_there [] [E2] owner nobody
              10 evidence opened missing_there
        "#]]);
        // The bank takes the line back: something else, so the break is open again.
        desk.import(&["L2 | JPY -2970 | u1 rev"]);
        desk.look(30);
        let known = desk.register.get(BreakId(1)).unwrap();
        assert_eq!(known.ended, None);
        assert_eq!(known.finding.kind.word(), "missing_there");
        assert_eq!(desk.register.iter().count(), 2);
        // And the bystander is as it was.
        assert_eq!(desk.register.get(BreakId(2)).unwrap().history.len(), 1);
    }

    /// A look as of an early day ended every break, and the next one gave them new numbers.
    #[test]
    fn an_expectation_that_is_not_due_ends_no_break() {
        let mut desk = Desk::new(&["E1 | JPY 3000 | u1", "E2 | JPY 500 | u2"]);
        desk.import(&["L1 | JPY 2970 | u1"]);
        desk.look(10);
        // On that day the one is not due, and the other's line is taken back.
        desk.import(&["L2 | JPY -2970 | u1 rev"]);
        desk.look_as_of(day(0), 20);
        desk.check(expect![[r#"
            1 amount_differs [L1] [E1] owner nobody
              10 evidence opened amount_differs
            2 missing_there [] [E2] owner nobody
              10 evidence opened missing_there
        "#]]);
        desk.look(30);
        desk.check(expect![[r#"
            1 missing_there [] [E1] owner nobody
              10 evidence opened amount_differs
              30 evidence changed missing_there
            2 missing_there [] [E2] owner nobody
              10 evidence opened missing_there
        "#]]);
    }

    #[test]
    fn what_comes_again_after_it_was_matched_is_the_same_break() {
        let mut desk = Desk::new(&["E1 | JPY 3000 |", "E2 | JPY 500 | u2"]);
        desk.look(10);
        let owner = desk
            .register
            .assign(BreakId(1), by("sok", 0).0, by("sok", 11));
        desk.register.apply(&owner.unwrap());
        desk.import(&["L1 | JPY 3000 |"]);
        desk.look(20);
        // A second line of the amount: nobody knows any more which one it was.
        desk.import(&["L2 | JPY 3000 | +1"]);
        desk.look(30);
        desk.check(expect![[r#"
            1 missing_there [] [E1] owner sok
              10 evidence opened missing_there
              11 sok assigned sok
              20 evidence ended Matched
              30 evidence opened missing_there
            2 missing_there [] [E2] owner nobody
              10 evidence opened missing_there
            3 missing_here [L1] [] owner nobody
              30 evidence opened missing_here
            4 missing_here [L2] [] owner nobody
              30 evidence opened missing_here
        "#]]);
        let known = desk.register.get(BreakId(1)).unwrap();
        assert_eq!((known.opened_at_ns, known.age_ns(40)), (10, 30));
    }

    #[test]
    fn people_change_only_what_is_open_and_end_nothing_without_an_action() {
        let mut desk = Desk::new(&["E1 | JPY 3000 | u1"]);
        desk.look(10);
        let register = &desk.register;
        let code = |answer: Result<_, backoffice::reconcile::BreakError>| {
            answer.map(|_| "taken").unwrap_or_else(|error| error.code())
        };
        let by_hand = register.end(BreakId(1), End::Matched, by("sok", 11));
        assert_eq!(code(by_hand), "break_not_by_hand");
        let with = BreakId(1);
        let by_hand = register.end(BreakId(1), End::Joined { with }, by("sok", 11));
        assert_eq!(code(by_hand), "break_not_by_hand");
        let unknown = register.end(BreakId(2), written_off(), by("sok", 11));
        assert_eq!(code(unknown), "break_unknown");

        let ended = register
            .end(BreakId(1), written_off(), by("sok", 11))
            .unwrap();
        desk.register.apply(&ended);
        let register = &desk.register;
        let again = register.end(BreakId(1), written_off(), by("sok", 12));
        assert_eq!(code(again), "break_ended");
        let owner = by("sok", 0).0;
        let assigned = register.assign(BreakId(1), owner, by("sok", 12));
        assert_eq!(code(assigned), "break_ended");
    }

    #[test]
    fn history_is_bounded_for_people_and_never_for_evidence() {
        let mut desk = Desk::new(&["E1 | JPY 3000 | u1"]);
        desk.look(10);
        let text = Reference::new("still nothing").unwrap();
        loop {
            let noted = desk.register.note(BreakId(1), text.clone(), by("sok", 11));
            let Ok(event) = noted else {
                assert_eq!(noted.unwrap_err().code(), "break_history_full");
                break;
            };
            desk.register.apply(&event);
        }
        let history = |desk: &Desk| desk.register.get(BreakId(1)).unwrap().history.len();
        assert_eq!(history(&desk), limits::HISTORY_MAX);
        desk.import(&["L1 | JPY 3000 | u1"]);
        desk.look(20);
        assert_eq!(history(&desk), limits::HISTORY_MAX + 1);
        assert_eq!(desk.register.open().count(), 0);
    }

    #[test]
    fn the_register_is_its_events_replayed() {
        let mut desk = Desk::new(&["E1 | JPY 3000 | r1", "E2 | JPY 500 | r2"]);
        let mut kept = Vec::new();
        for (step, lines) in [
            vec!["L1 | JPY 500 | r1"],
            vec!["L2 | JPY 3000 | r2", "L3 | JPY 3000 | r2"],
            vec!["L4 | JPY -3000 | r2 rev"],
        ]
        .into_iter()
        .enumerate()
        {
            desk.import(&lines);
            let outcome = desk.book.outcome(day(30));
            let at_ns = i64::try_from(step).unwrap();
            for event in desk.register.sync(&outcome, at_ns) {
                desk.register.apply(&event);
                kept.push(event);
            }
            assert_eq!(desk.register.sync(&outcome, at_ns), []);
        }
        let mut again = Register::default();
        for event in &kept {
            again.apply(event);
        }
        assert_eq!(again, desk.register);
        assert!(again.iter().count() > 1);
    }
}
