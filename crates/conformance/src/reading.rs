//! Kits that read, compared with `emvqr` verdict by verdict and, where both accept, field by field.

use serde_json::json;

use crate::answer::{Answer, Fields};
use crate::inputs::Code;
use crate::kit::{Kit, Place};
use crate::ours::{self, Ours};
use crate::table::{Class, Seen};

pub(crate) const OFFICIAL: &str = "bakong-khqr";
pub(crate) const TYPESCRIPT: &str = "ts-khqr";
const PROMPTPARSE: &str = "promptparse";

/// What the official kit gives to all that it cannot read.
const INVALID: u8 = 8;

/// Numbers with which the official kit refuses a code for the sake of whoever pays: no account or
/// none that can be one, no amount, another currency, a time that is over or not to be told. With
/// 8 it refuses a wrong checksum too, which nobody here accepts.
pub(crate) const SAFETY: [u8; 14] = [1, 3, 4, 6, 9, 19, 28, 44, 45, 46, 47, 48, 49, 50];

pub(crate) fn compare(place: &Place, who: &str, codes: &[Code]) -> anyhow::Result<Vec<Seen>> {
    let mut kit = place.kit(who)?;
    let mut seen = Vec::new();
    for code in codes {
        let answer = ask(&mut kit, code)?;
        let ours = Ours::read(&code.payload, code.now_ms);
        let differs = |is_unsafe| one(code, who, answer.verdict(), ours.verdict(), is_unsafe);
        match (&answer, ours.refused) {
            (Answer::Accepts(said), None) => {
                let others = other_fields(said, &ours.fields);
                seen.extend(
                    others
                        .into_iter()
                        .map(|(theirs, ours)| one(code, who, theirs, ours, false)),
                );
            }
            (Answer::Refuses(number), None) => {
                // A kit that counts otherwise reads another code than the one that was printed.
                let is_counted_otherwise = code.payload.chars().any(|c| c.len_utf16() > 1);
                let is_unsafe = number.is_some_and(|number| SAFETY.contains(&number));
                seen.push(differs(
                    who == OFFICIAL && is_unsafe && !is_counted_otherwise,
                ));
            }
            (Answer::Refuses(number), Some(_)) => {
                // Of mutants it is chance which of several faults a kit meets first.
                let number = number.filter(|number| *number != INVALID);
                let is_missed =
                    |numbers: &Vec<u8>| number.is_some_and(|one| !numbers.contains(&one));
                let is_missed = ours.numbers.as_ref().is_some_and(is_missed);
                if is_missed && who == OFFICIAL && code.inputs != "mutants" {
                    seen.push(differs(false));
                }
            }
            (
                Answer::Accepts(_)
                | Answer::Reads(_)
                | Answer::Builds { .. }
                | Answer::BuildsNonsense
                | Answer::Throws
                | Answer::Hangs,
                _,
            ) => seen.push(differs(false)),
        }
    }
    Ok(seen)
}

/// A reader that knows no scheme: the fields of the root are all that it can differ in.
pub(crate) fn compare_trees(place: &Place, codes: &[Code]) -> anyhow::Result<Vec<Seen>> {
    let mut kit = place.kit(PROMPTPARSE)?;
    let mut seen = Vec::new();
    for code in codes {
        let answer = ask(&mut kit, code)?;
        let ours = ours::roots(&code.payload);
        let theirs = match (&answer, &ours) {
            (Answer::Reads(tags), Ok(roots)) if tags == roots => continue,
            (Answer::Reads(_), Ok(_)) => "reads other fields".to_owned(),
            (Answer::Refuses(_), Err(_)) => continue,
            (other, _) => other.verdict(),
        };
        let said = ours.map_or_else(|why| format!("refuses {why}"), |_| "reads".to_owned());
        seen.push(one(code, PROMPTPARSE, theirs, said, false));
    }
    Ok(seen)
}

fn ask(kit: &mut Kit, code: &Code) -> anyhow::Result<Answer> {
    kit.ask(&json!({ "read": code.payload, "now": code.now_ms }))
}

/// Fields of which both say something else.
fn other_fields(theirs: &Fields, ours: &Fields) -> Vec<(String, String)> {
    let says = |value: Option<&String>| if value.is_some() { "says" } else { "says no" };
    let mut names: Vec<&String> = theirs.keys().chain(ours.keys()).collect();
    names.sort();
    names.dedup();
    let mut others = Vec::new();
    for name in names {
        let (one, other) = (theirs.get(name), ours.get(name));
        if one == other {
            continue;
        }
        let said = match (one, other) {
            (Some(_), Some(_)) => "says another".to_owned(),
            (Some(_) | None, _) => says(one).to_owned(),
        };
        others.push((format!("{said} {name}"), format!("{} {name}", says(other))));
    }
    others
}

fn one(code: &Code, who: &str, theirs: String, ours: String, is_unsafe: bool) -> Seen {
    let example = format!("{who} {theirs}, we: {ours}; {} {:?}", code.id, code.payload);
    Seen {
        class: Class {
            inputs: code.inputs.to_owned(),
            who: who.to_owned(),
            theirs,
            ours,
        },
        example,
        is_unsafe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_differ_by_value_or_by_being_there() {
        let fields = |pairs: &[(&str, &str)]| -> Fields {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            pairs.iter().map(owned).collect()
        };
        let theirs = fields(&[("amount", "1"), ("name", "A"), ("bill", "x")]);
        let ours = fields(&[("amount", "2"), ("name", "A"), ("city", "B")]);
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        let want = [
            pair("says another amount", "says amount"),
            pair("says bill", "says no bill"),
            pair("says no city", "says city"),
        ];
        assert_eq!(other_fields(&theirs, &ours), want);
    }
}
