//! What holds for every row, and the guide that is written from them.

use std::collections::BTreeSet;
use std::path::Path;

use expect_test::expect_file;

use super::*;
use crate::case::{Call, Group, Need, Rule, Twist};
use crate::report::is_mandatory;

#[test]
fn every_row_has_its_own_name_and_says_what_why_and_what_to_do() {
    let mut names = BTreeSet::new();
    for case in all() {
        assert!(names.insert(case.name), "{} is there twice", case.name);
        assert!(!case.steps.is_empty(), "{} does nothing", case.name);
        for words in [case.why, case.fix] {
            assert!(!words.is_empty(), "{} says too little", case.name);
            assert!(!words.ends_with('.'), "{} ends a fragment", case.name);
            assert!(
                !words.contains("  "),
                "{} has a gap in its words",
                case.name
            );
        }
    }
}

#[test]
fn a_row_that_uses_a_shop_or_a_payment_says_that_it_needs_it() {
    for case in all() {
        for step in case.steps {
            let is_yes = step.expect == crate::case::Expect::Accepted;
            let is_code = matches!(step.call, Call::Ask(_, Twist::OneTimeCode));
            assert!(!is_yes || case.needs.is_some(), "{}", case.name);
            assert!(
                !is_code || case.needs == Some(Need::Dynamic),
                "{}",
                case.name
            );
        }
    }
}

#[test]
fn rows_stand_by_group_and_every_group_and_rule_is_used() {
    let groups: Vec<Group> = all().map(|case| case.group).collect();
    let mut order = groups.clone();
    order.dedup();
    assert_eq!(order, Group::ALL);
    for rule in Rule::ALL {
        assert!(all().any(|case| case.rule == rule), "{rule:?}");
    }
}

#[test]
fn the_guide_shows_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/CERTIFY.md");
    let mut guide = std::fs::read_to_string(&path).unwrap();
    for (name, text) in [("rules", rules()), ("cases", cases())] {
        guide = filled(&guide, name, &text);
    }
    expect_file![path].assert_eq(&guide);
}

/// The guide with `text` between the markers of that name.
fn filled(guide: &str, name: &str, text: &str) -> String {
    let first = format!("<!-- {name}: written by crates/certify/src/table/tests.rs -->\n");
    let last = format!("<!-- end of {name} -->\n");
    let (before, rest) = guide.split_once(&first).expect(name);
    let (_, after) = rest.split_once(&last).expect(name);
    format!("{before}{first}\n{text}\n{last}{after}")
}

fn rules() -> String {
    let mut text = "| rule | says |\n|---|---|\n".to_owned();
    for rule in Rule::ALL {
        text += &format!("| {} | {} |\n", rule.name(), rule.text());
    }
    text
}

fn cases() -> String {
    let mut text = String::new();
    for group in Group::ALL {
        text += &format!("### {}\n\n", group.title());
        text += "| case | for | sent → what must come back | rule | why |\n|---|---|---|---|---|\n";
        for case in all().filter(|case| case.group == group) {
            text += &row(case);
        }
        text += "\n";
    }
    text.trim_end().to_owned() + "\n"
}

fn row(case: &Case) -> String {
    let steps: Vec<String> = case.steps.iter().map(ToString::to_string).collect();
    let mut whom = case.applies.words().to_owned();
    if !is_mandatory(case) {
        whom += "; may be left out";
    }
    format!(
        "| `{}` | {whom} | {} | {} | {} |\n",
        case.name,
        steps.join("; "),
        case.rule.name(),
        case.why
    )
}
