//! Whole days from a seed, with breaks planted in them: exactly those are found, each by its
//! name; and small hostile worlds, in which nothing may be matched that does not fit.

#[cfg(test)]
#[path = "common/world.rs"]
mod world;

#[cfg(test)]
#[path = "common/plant.rs"]
mod plant;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use backoffice::reconcile::{
        Account, Book, Direction, DraftLine, Expected, ExpectedId, Imported, Kind, LineId, Outcome,
        Rule, Statement,
    };
    use jiff::civil::Date;

    use super::plant::{Day, Planted};
    use super::world::{self, Dice, checked, day, draft, tell};

    #[test]
    fn exactly_the_planted_breaks_are_found_and_rightly_named() {
        let mut kinds = BTreeSet::new();
        for seed in 0..30 {
            let made = Day::make(seed, 1_500);
            let outcome = made.book().outcome(day(30));
            let found: Vec<Planted> = outcome.findings.iter().map(Planted::of).collect();
            let more: Vec<&Planted> = found
                .iter()
                .filter(|it| !made.planted.contains(it))
                .collect();
            let less: Vec<&Planted> = made
                .planted
                .iter()
                .filter(|it| !found.contains(it))
                .collect();
            assert_eq!((more, less), (vec![], vec![]), "seed {seed}");
            // Everything else is matched with what it was made for, and with nothing else.
            let matched: Vec<(LineId, ExpectedId)> = outcome
                .matched
                .iter()
                .map(|found| (found.line.clone(), found.expected.clone()))
                .collect();
            let is_true = |pair: &(LineId, ExpectedId)| made.truth.contains(pair);
            assert!(matched.iter().all(is_true), "seed {seed}");
            assert_eq!(matched.len(), made.matched, "seed {seed}");
            assert_eq!(outcome.waiting, 0);
            kinds.extend(found.iter().map(|planted| planted.kind));
        }
        // Nobody booked anything by hand in these books.
        let all = Kind::ALL.into_iter();
        let possible = all.filter(|kind| *kind != Kind::BookedBefore);
        assert_eq!(kinds, possible.collect());
    }

    /// A small world in which everything is likely to be mistaken for something else.
    struct Hostile {
        wanted: Vec<Expected>,
        lines: Vec<(Account, DraftLine)>,
    }

    fn hostile(dice: &mut Dice) -> Hostile {
        let mut text = |kind: &str, number: u64| {
            let currency = dice.pick(&["JPY", "JPY", "KHR"]);
            let sign = dice.pick(&["", "", "", "-"]);
            let amount = 100 + dice.below(3) * 100;
            let mut words = format!("{kind}{number} | {currency} {sign}{amount} |");
            for key in ["u", "h", "r"] {
                if dice.below(2) == 0 {
                    words += &format!(" {key}{}", dice.below(4));
                }
            }
            if kind == "L" && dice.below(4) == 0 {
                words += &format!(" e{}", dice.below(4));
            }
            if kind == "L" && dice.below(8) == 0 {
                words += " rev";
            }
            if dice.below(6) == 0 {
                words += " acc:sathapana";
            }
            words + &format!(" +{}", dice.below(9))
        };
        let wanted: Vec<String> = (0..6).map(|number| text("E", number)).collect();
        let lines: Vec<String> = (0..6).map(|number| text("L", number)).collect();
        Hostile {
            wanted: wanted.iter().map(|text| world::expected(text)).collect(),
            lines: lines.iter().map(|text| world::line(text)).collect(),
        }
    }

    /// The lines in any number of statements, in any order, between the expectations.
    fn told(hostile: &Hostile, dice: &mut Dice) -> Book {
        enum Step {
            Expect(Expected),
            Import(Statement),
        }
        let mut lines = hostile.lines.clone();
        dice.shuffle(&mut lines);
        let mut steps: Vec<Step> = Vec::new();
        let mut number = 0;
        while let Some((account, _)) = lines.last().cloned() {
            let many = usize::try_from(1 + dice.below(3)).unwrap();
            let (mut taken, mut left) = (Vec::new(), Vec::new());
            for (other, said) in lines.drain(..) {
                if other == account && taken.len() < many {
                    taken.push(said);
                } else {
                    left.push((other, said));
                }
            }
            lines = left;
            number += 1;
            let name = format!("S{number}");
            let statement = checked(draft(&account, &name, day(number), taken));
            steps.push(Step::Import(statement));
        }
        steps.extend(hostile.wanted.iter().cloned().map(Step::Expect));
        dice.shuffle(&mut steps);
        let mut book = Book::default();
        for step in steps {
            match step {
                Step::Expect(expected) => assert_eq!(book.expect(expected), Ok(true)),
                Step::Import(statement) => {
                    let taken = book.import(&statement).unwrap();
                    assert!(matches!(taken, Imported::Taken { lines_known: 0, .. }));
                    assert_eq!(book.import(&statement), Ok(Imported::Already));
                }
            }
        }
        book
    }

    #[test]
    fn the_outcome_does_not_depend_on_the_order_of_files_and_expectations() {
        let mut dice = Dice(11);
        for round in 0..400 {
            let hostile = hostile(&mut dice);
            let as_of = day(i32::try_from(dice.below(14)).unwrap());
            let first = told(&hostile, &mut dice).outcome(as_of);
            for _ in 0..6 {
                let again = told(&hostile, &mut dice).outcome(as_of);
                assert_eq!(tell(&again), tell(&first), "round {round}");
            }
        }
        for seed in 100..103 {
            let made = Day::make(seed, 600);
            let first = made.book().outcome(day(30));
            for _ in 0..3 {
                assert_eq!(made.book_shuffled(&mut dice).outcome(day(30)), first);
            }
        }
    }

    #[test]
    fn nothing_is_matched_that_does_not_fit_and_nothing_is_lost() {
        let mut dice = Dice(12);
        let mut rules = BTreeSet::new();
        for _ in 0..6_000 {
            let hostile = hostile(&mut dice);
            let book = told(&hostile, &mut dice);
            let outcome = book.outcome(day(30));
            assert_everything_is_told_once(&hostile, &outcome);
            for found in &outcome.matched {
                let line = book.line(&found.line).unwrap();
                let expected = book.expected(&found.expected).unwrap();
                assert_eq!(line.account, expected.account);
                assert_eq!(line.said.money, expected.money);
                assert_eq!(line.said.direction, expected.direction);
                assert!(!line.said.is_reversal);
                assert!(found.days.abs() <= 5);
                assert!(is_vouched_for(&hostile, &line.said, expected, found.rule));
                rules.insert(found.rule);
            }
            for found in &outcome.reversed {
                let [original, reversal] = [&found.original, &found.reversal]
                    .map(|id| book.line(id).unwrap().said.clone());
                assert!(reversal.is_reversal && !original.is_reversal);
                assert_eq!(original.money, reversal.money);
                assert_ne!(original.direction, reversal.direction);
            }
        }
        let all = [Rule::Uetr, Rule::Hash, Rule::Reference, Rule::AmountAndDate];
        assert_eq!(rules, all.into_iter().collect());
    }

    fn assert_everything_is_told_once(hostile: &Hostile, outcome: &Outcome) {
        let mut lines: Vec<&LineId> = Vec::new();
        let mut expected: Vec<&ExpectedId> = Vec::new();
        for found in &outcome.matched {
            lines.push(&found.line);
            expected.push(&found.expected);
        }
        for found in &outcome.reversed {
            lines.extend([&found.original, &found.reversal]);
        }
        for found in &outcome.findings {
            lines.extend(&found.lines);
            expected.extend(&found.expected);
        }
        assert_eq!(lines.len(), hostile.lines.len());
        assert_eq!(expected.len(), hostile.wanted.len());
        assert_eq!(outcome.waiting, 0);
        let unique: BTreeSet<&LineId> = lines.iter().copied().collect();
        assert_eq!(unique.len(), lines.len());
        let unique: BTreeSet<&ExpectedId> = expected.iter().copied().collect();
        assert_eq!(unique.len(), expected.len());
    }

    /// Whether the rule really speaks for the pair, computed from scratch.
    fn is_vouched_for(
        hostile: &Hostile,
        line: &DraftLine,
        expected: &Expected,
        rule: Rule,
    ) -> bool {
        let (here, there) = (&line.keys, &expected.keys);
        let uetr_differs = here.uetr.is_some() && there.uetr.is_some() && here.uetr != there.uetr;
        let hash_differs = here.hash.is_some() && there.hash.is_some() && here.hash != there.hash;
        match rule {
            Rule::People => false,
            Rule::Uetr => here.uetr.is_some() && here.uetr == there.uetr,
            Rule::Hash => here.hash.is_some() && here.hash == there.hash && !uetr_differs,
            Rule::Reference => {
                let is_named = there.reference.is_some()
                    && (here.reference == there.reference || line.end_to_end == there.reference);
                is_named && !uetr_differs && !hash_differs
            }
            Rule::AmountAndDate => {
                let named_otherwise = line.end_to_end.is_some()
                    && there.reference.is_some()
                    && line.end_to_end != there.reference;
                let near = |date: Date| (date - line.value_date).get_days().abs() <= 3;
                let is_same = |money, direction: Direction| {
                    money == line.money && direction == line.direction
                };
                // No identifier of the line names anything, so whoever shares one is out.
                let is_named = hostile.wanted.iter().any(|other| {
                    other.account == expected.account
                        && (here.uetr.is_some() && here.uetr == other.keys.uetr)
                });
                near(expected.value_date)
                    && is_same(expected.money, expected.direction)
                    && !uetr_differs
                    && !hash_differs
                    && !named_otherwise
                    && !is_named
            }
        }
    }
}
