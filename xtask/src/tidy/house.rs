//! The repository as a house: what stands in its root, what every room says of itself, the row
//! of decision records, and that no machine's paths are written down.

use std::collections::BTreeMap;

use super::source::is_word;
use super::{Complaint, TextFile, Tree};

/// Everything that may stand in the root; a new entry is a decision.
const ROOT_ENTRIES: &[&str] = &[
    ".cargo",
    ".ci",
    ".git",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "bindings",
    "ci",
    "clippy.toml",
    "crates",
    "docs",
    "fuzz",
    "libs",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "target",
    "xtask",
];

/// Folders that differ from machine to machine, in two halves so that this file may name them.
const MACHINE_FOLDERS: &[&str] = &[
    concat!("/", "work"),
    concat!("/", "root"),
    concat!("/", "tmp"),
    concat!("/", "home/"),
    concat!("/", "Users/"),
];

const RECORDS: &str = "docs/adr/";

pub(super) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = root_entries(&tree.root_entries);
    complaints.extend(tree.files.iter().flat_map(machine_paths));
    complaints.extend(silent_crates(tree));
    complaints.extend(unlinted_crates(tree));
    complaints.extend(records(tree.files.iter().map(|file| file.path.as_str())));
    complaints
}

fn root_entries(entries: &[String]) -> Vec<Complaint> {
    let is_foreign = |entry: &&String| !ROOT_ENTRIES.contains(&entry.as_str());
    let what = "does not belong into the root (list: xtask/src/tidy/house.rs)";
    let complaint = |entry: &String| Complaint {
        path: entry.clone(),
        line: 0,
        what: what.to_owned(),
    };
    entries.iter().filter(is_foreign).map(complaint).collect()
}

fn machine_paths(file: &TextFile) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        for folder in MACHINE_FOLDERS
            .iter()
            .filter(|folder| names_folder(line, folder))
        {
            complaints.push(Complaint {
                path: file.path.clone(),
                line: number.saturating_add(1),
                what: format!("names a path of one machine `{folder}`"),
            });
        }
    }
    complaints
}

/// Whether the line holds the folder as an absolute path, rather than as the end of a relative
/// one, of an address or of a closing tag.
fn names_folder(line: &str, folder: &str) -> bool {
    let mut rest = line;
    let mut last = None;
    while let Some((before, after)) = rest.split_once(folder) {
        let edge = before.chars().next_back().or(last);
        let is_start = !edge.is_some_and(|c| is_word(c) || ".-~/<}$".contains(c));
        let is_end = folder.ends_with('/')
            || !after.starts_with(|c: char| is_word(c) || c == '-' || c == '.')
            || after == ".";
        if is_start && is_end {
            return true;
        }
        last = folder.chars().next_back();
        rest = after;
    }
    false
}

/// Crates whose front file does not say what they are.
fn silent_crates(tree: &Tree) -> Vec<Complaint> {
    let fronts = tree.packages.iter().flat_map(|package| &package.fronts);
    let is_silent = |path: &&String| {
        let file = tree.files.iter().find(|file| file.path == **path);
        !file.is_some_and(|file| file.text.starts_with("//!"))
    };
    let what = "does not begin with a `//!` paragraph on what it is and must not know";
    let complaint = |path: &String| Complaint {
        path: path.clone(),
        line: 1,
        what: what.to_owned(),
    };
    fronts.filter(is_silent).map(complaint).collect()
}

/// Crates that are outside the workspace's lints, which cargo leaves out unless asked.
fn unlinted_crates(tree: &Tree) -> Vec<Complaint> {
    let is_unlinted = |manifest: &&String| {
        let file = tree.files.iter().find(|file| file.path == **manifest);
        !file.is_some_and(|file| file.text.lines().any(|line| line.starts_with("[lints")))
    };
    let what = "has no table `[lints]`";
    let complaint = |path: &String| Complaint {
        path: path.clone(),
        line: 0,
        what: what.to_owned(),
    };
    let manifests = tree.packages.iter().map(|package| &package.manifest);
    manifests.filter(is_unlinted).map(complaint).collect()
}

/// Decision records are numbered from 0000 without a gap, so that a number is said once.
fn records<'a>(paths: impl Iterator<Item = &'a str>) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut numbers: BTreeMap<usize, &str> = BTreeMap::new();
    for path in paths.filter(|path| path.starts_with(RECORDS)) {
        let Some(number) = record_number(path) else {
            complaints.push(record(path, "is not named `NNNN-what.md`"));
            continue;
        };
        if numbers.insert(number, path).is_some() {
            complaints.push(record(path, "has the number of another record"));
        }
    }
    for (expected, (number, path)) in numbers.iter().enumerate() {
        if expected != *number {
            complaints.push(record(
                path,
                &format!("leaves a gap: there is no {expected:04}"),
            ));
            break;
        }
    }
    complaints
}

fn record_number(path: &str) -> Option<usize> {
    let name = path.strip_prefix(RECORDS)?.strip_suffix(".md")?;
    let (number, what) = name.split_once('-')?;
    let is_number = number.len() == 4 && number.chars().all(|c| c.is_ascii_digit());
    if !is_number || what.is_empty() {
        return None;
    }
    number.parse().ok()
}

fn record(path: &str, what: &str) -> Complaint {
    Complaint {
        path: path.to_owned(),
        line: 0,
        what: what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rooms::Package;

    fn paths(complaints: &[Complaint]) -> Vec<&str> {
        complaints
            .iter()
            .map(|complaint| complaint.path.as_str())
            .collect()
    }

    #[test]
    fn foreign_root_entries_are_found() {
        let entries = [
            "README.md".to_owned(),
            "notes.txt".to_owned(),
            "xtask".to_owned(),
        ];
        assert_eq!(paths(&root_entries(&entries)), ["notes.txt"]);
    }

    #[test]
    fn machine_paths_are_found() {
        let check = |template: &str, expected: usize| {
            for folder in MACHINE_FOLDERS {
                let text = template.replace("DIR", folder.trim_end_matches('/'));
                let found = machine_paths(&TextFile {
                    path: "a".into(),
                    text: text.clone(),
                });
                assert_eq!(found.len(), expected, "{text}");
            }
        };
        check("DIR/a", 1);
        check("x = \"DIR/a\"", 1);
        check("a/b DIR/a", 1);
        check("../shared a/bDIR/a", 0);
        check("https:/DIR/a", 0);
        check("DIRing/a", 0);
        check(".DIR/a", 0);
    }

    fn tree(files: &[(&str, &str)]) -> Tree {
        let file = |(path, text): &(&str, &str)| TextFile {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        };
        let package = Package {
            name: "a".to_owned(),
            manifest: "crates/a/Cargo.toml".to_owned(),
            fronts: vec!["crates/a/src/lib.rs".to_owned()],
            dependencies: vec![],
        };
        Tree {
            root_entries: vec![],
            files: files.iter().map(file).collect(),
            sources: vec![],
            packages: vec![package],
        }
    }

    #[test]
    fn crates_say_what_they_are() {
        let check = |text: &str, expected: usize| {
            let tree = tree(&[("crates/a/src/lib.rs", text)]);
            assert_eq!(silent_crates(&tree).len(), expected, "{text}");
        };
        check("//! The room.\nmod b;\n", 0);
        check("mod b;\n//! The room.\n", 1);
        check("// The room.\n", 1);
    }

    #[test]
    fn crates_are_linted() {
        let check = |text: &str, expected: usize| {
            let tree = tree(&[("crates/a/Cargo.toml", text)]);
            assert_eq!(unlinted_crates(&tree).len(), expected, "{text}");
        };
        check("[package]\n\n[lints]\nworkspace = true\n", 0);
        check("[package]\n\n[lints.rust]\n", 0);
        check("[package]\n", 1);
    }

    #[test]
    fn decision_records_are_numbered_without_a_gap() {
        let check = |names: &[&str], expected: &[&str]| {
            let names: Vec<String> = names
                .iter()
                .map(|name| format!("{RECORDS}{name}"))
                .collect();
            let complaints = records(names.iter().map(String::as_str));
            let actual: Vec<&str> = complaints
                .iter()
                .map(|it| it.path.trim_start_matches(RECORDS))
                .collect();
            assert_eq!(actual, expected, "{names:?}");
        };
        check(&["0000-a.md", "0001-b.md"], &[]);
        check(&["0000-a.md", "0002-b.md", "0004-c.md"], &["0002-b.md"]);
        check(&["0001-a.md"], &["0001-a.md"]);
        check(&["0000-a.md", "0000-b.md"], &["0000-b.md"]);
        check(
            &["0000-a.md", "1-b.md", "0001.md", "0001-c.txt"],
            &["1-b.md", "0001.md", "0001-c.txt"],
        );
    }
}
