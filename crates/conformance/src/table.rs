//! The differences that we know, each with its reason. A row stands for a class of codes: those of
//! one source of which a kit says one thing and we another. Which codes they are follows from the
//! run; the reasons, by name, are in docs/CONFORMANCE.md.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, bail};

/// Sources that are there only where the conformance data is.
const OF_DATA: [&str; 2] = ["vectors", "generate"];

/// A difference of one code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) class: Class,
    /// Which code, and what was said of it: for whoever reads a complaint.
    pub(crate) example: String,
    /// No reason excuses it: we let pass what the kit refuses for the payer's safety.
    pub(crate) is_unsafe: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Class {
    pub(crate) inputs: String,
    pub(crate) who: String,
    pub(crate) theirs: String,
    pub(crate) ours: String,
}

#[derive(Debug)]
pub(crate) struct Table {
    head: String,
    /// With the names of the reasons.
    rows: BTreeMap<Class, String>,
}

fn path() -> anyhow::Result<PathBuf> {
    let home = std::env::var_os("CARGO_MANIFEST_DIR").context("run it by cargo")?;
    Ok(PathBuf::from(home).join("differences.tsv"))
}

impl Table {
    pub(crate) fn read() -> anyhow::Result<Self> {
        let path = path()?;
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("failed to read `{}`", path.display()))?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let (mut head, mut rows) = (String::new(), BTreeMap::new());
        for line in text.lines() {
            if line.is_empty() || line.starts_with('#') {
                head.push_str(line);
                head.push('\n');
                continue;
            }
            let parts: Vec<&str> = line.split('\t').collect();
            let [inputs, who, theirs, ours, why] = parts.as_slice() else {
                bail!("want `inputs, who, theirs, ours, why` with tabs between in `{line}`");
            };
            let class = Class {
                inputs: (*inputs).to_owned(),
                who: (*who).to_owned(),
                theirs: (*theirs).to_owned(),
                ours: (*ours).to_owned(),
            };
            if rows.insert(class, (*why).to_owned()).is_some() {
                bail!("listed twice `{line}`");
            }
        }
        Ok(Self { head, rows })
    }

    pub(crate) fn judge(&self, seen: &[Seen], has_data: bool) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut classes: BTreeMap<&Class, &str> = BTreeMap::new();
        for one in seen {
            if one.is_unsafe {
                complaints.push(format!("accepted, and refused for safety: {}", one.example));
            }
            classes.entry(&one.class).or_insert(&one.example);
        }
        for (class, example) in &classes {
            if !self.rows.contains_key(*class) {
                complaints.push(format!("not listed: {}\n    {example}", class.row("?")));
            }
        }
        for (class, why) in &self.rows {
            let could_be_seen = has_data || !OF_DATA.contains(&class.inputs.as_str());
            if could_be_seen && !classes.contains_key(class) {
                complaints.push(format!("listed, and nobody differs so: {}", class.row(why)));
            }
            if why == "?" {
                complaints.push(format!("listed without a reason: {}", class.row(why)));
            }
        }
        complaints
    }

    /// Keeps the reasons; what is new has none yet, which fails the next run.
    pub(crate) fn rewrite(&self, seen: &[Seen], has_data: bool) -> anyhow::Result<()> {
        let mut rows: BTreeMap<&Class, &str> = BTreeMap::new();
        for class in seen.iter().map(|one| &one.class) {
            rows.insert(class, self.rows.get(class).map_or("?", String::as_str));
        }
        for (class, why) in &self.rows {
            if !has_data && OF_DATA.contains(&class.inputs.as_str()) {
                rows.insert(class, why);
            }
        }
        let mut text = self.head.clone();
        for (class, why) in rows {
            text.push_str(&class.row(why));
            text.push('\n');
        }
        let path = path()?;
        std::fs::write(&path, text).with_context(|| format!("failed to write `{}`", path.display()))
    }
}

impl Class {
    fn row(&self, why: &str) -> String {
        let Self {
            inputs,
            who,
            theirs,
            ours,
        } = self;
        format!("{inputs}\t{who}\t{theirs}\t{ours}\t{why}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = include_str!("../../../docs/CONFORMANCE.md");

    fn seen(row: &str) -> Seen {
        let table = Table::parse(&format!("{row}\t-")).unwrap();
        Seen {
            class: table.rows.into_keys().next().unwrap(),
            example: "x".to_owned(),
            is_unsafe: false,
        }
    }

    #[test]
    fn what_is_new_and_what_is_gone_is_complained_of() {
        let row = "rules\tbakong-khqr\taccepts\trefuses blank";
        let table = Table::parse(&format!("# head\n\n{row}\thidden-text\n")).unwrap();
        assert_eq!(table.judge(&[seen(row)], true), Vec::<String>::new());
        let other = seen("rules\tts-khqr\taccepts\trefuses blank");
        let complaints = table.judge(&[other], true);
        assert_eq!(complaints.len(), 2, "{complaints:?}");
        assert!(complaints[0].starts_with("not listed: rules\tts-khqr"));
        assert!(complaints[1].starts_with("listed, and nobody differs so: rules\tbakong-khqr"));
    }

    #[test]
    fn rows_of_the_data_are_not_missed_without_it() {
        let row = "vectors\tbakong-khqr\taccepts\trefuses blank";
        let table = Table::parse(&format!("{row}\thidden-text\n")).unwrap();
        assert_eq!(table.judge(&[], false), Vec::<String>::new());
        assert_eq!(table.judge(&[], true).len(), 1);
    }

    #[test]
    fn what_is_unsafe_is_excused_by_no_row() {
        let row = "rules\tbakong-khqr\trefuses 4\taccepts";
        let table = Table::parse(&format!("{row}\thidden-text\n")).unwrap();
        let one = Seen {
            is_unsafe: true,
            ..seen(row)
        };
        assert_eq!(table.judge(&[one], true).len(), 1);
    }

    #[test]
    fn every_reason_is_on_the_page_and_none_is_there_for_nothing() {
        let table = Table::read().unwrap();
        for (class, why) in &table.rows {
            assert!(PAGE.contains(&format!("\n| {why} |")), "{class:?} {why}");
        }
        let (_, section) = PAGE.split_once("\n| reason |").unwrap();
        let (section, _) = section.split_once("\n\n").unwrap();
        for line in section.lines().skip(2) {
            let why = line.split(" | ").next().unwrap().trim_start_matches("| ");
            assert!(table.rows.values().any(|known| known == why), "{why}");
        }
    }
}
