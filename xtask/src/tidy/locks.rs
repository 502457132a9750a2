//! The two lock files agree on the codec: whoever gets it through a binding gets what our own
//! tests ran with. Cargo's `--locked` holds only that each file fits its manifests.

use std::collections::{BTreeMap, BTreeSet};

use super::Complaint;

pub(super) const OURS: &str = "Cargo.lock";
pub(super) const BINDINGS: &str = "bindings/Cargo.lock";

/// What both are asked for, with everything below it.
const SHARED: &str = "emvqr";

/// Versions and dependencies of a package. Two versions of one name are taken together: they are
/// compared as a set.
#[derive(Debug, Default)]
struct Locked<'a> {
    versions: BTreeSet<&'a str>,
    dependencies: BTreeSet<&'a str>,
}

pub(super) fn check(ours: &str, bindings: &str) -> Vec<Complaint> {
    let (ours, bindings) = (parse(ours), parse(bindings));
    let mut complaints = Vec::new();
    // Ours has what the codec's tests need besides, and other versions for other rooms.
    for name in below(&bindings, SHARED) {
        let versions = |lock: &BTreeMap<&str, Locked<'_>>| -> BTreeSet<String> {
            let locked = lock.get(name).into_iter();
            let versions = locked.flat_map(|locked| &locked.versions);
            versions.map(ToString::to_string).collect()
        };
        for version in versions(&bindings).difference(&versions(&ours)) {
            complaints.push(Complaint {
                path: BINDINGS.to_owned(),
                line: 0,
                what: format!("has a version that {OURS} has not `{name} {version}`"),
            });
        }
    }
    complaints
}

fn parse(lock: &str) -> BTreeMap<&str, Locked<'_>> {
    let mut packages: BTreeMap<&str, Locked<'_>> = BTreeMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let value = |key: &str| {
            let mut lines = package.lines();
            lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(" = ").map(unquoted))
        };
        let (Some(name), Some(version)) = (value("name"), value("version")) else {
            continue;
        };
        let locked = packages.entry(name).or_default();
        locked.versions.insert(version);
        // Each on a line of its own, with its version where the name alone would not do.
        let dependencies = package.lines().filter(|line| line.starts_with(" \""));
        let names = dependencies.filter_map(|line| unquoted(line).split(' ').next());
        locked.dependencies.extend(names);
    }
    packages
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_end_matches(',').trim_matches('"')
}

/// The package and everything that it is built of.
fn below<'a>(lock: &BTreeMap<&'a str, Locked<'a>>, name: &'a str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open = vec![name];
    while let Some(name) = open.pop() {
        if found.insert(name) {
            let locked = lock.get(name).into_iter();
            open.extend(locked.flat_map(|locked| &locked.dependencies));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    fn lock(packages: &[(&str, &str, &[&str])]) -> String {
        let mut text = "version = 4\n".to_owned();
        for (name, version, dependencies) in packages {
            text.push_str(&format!(
                "\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n"
            ));
            let lines = dependencies.iter().map(|it| format!(" \"{it}\",\n"));
            let lines: String = lines.collect();
            text.push_str(&format!("dependencies = [\n{lines}]\n"));
        }
        text
    }

    #[test]
    fn what_the_codec_is_built_of_is_the_same_in_both() {
        let ours = lock(&[
            ("emvqr", "0.1.0", &["base64 0.23.1", "expect-test", "md-5"]),
            ("base64", "0.22.1", &[]),
            ("base64", "0.23.1", &[]),
            ("digest", "0.11.3", &["oid"]),
            ("expect-test", "1.5.1", &[]),
            ("md-5", "0.11.0", &["digest"]),
            ("oid", "0.10.0", &[]),
            ("serde", "1.0.1", &[]),
        ]);
        let check = |digest: &str, serde: &str, expected: &[&str]| {
            let bindings = lock(&[
                ("emvqr", "0.1.0", &["base64", "md-5"]),
                ("base64", "0.23.1", &[]),
                ("digest", digest, &[]),
                ("md-5", "0.11.0", &["digest"]),
                ("serde", serde, &[]),
            ]);
            let complaints = super::check(&ours, &bindings);
            let what: Vec<&str> = complaints.iter().map(|it| it.what.as_str()).collect();
            assert_eq!(what, expected);
        };
        check("0.11.3", "1.0.1", &[]);
        check("0.11.3", "1.0.9", &[]);
        let words = "has a version that Cargo.lock has not `digest 0.11.4`";
        check("0.11.4", "1.0.1", &[words]);
    }
}
