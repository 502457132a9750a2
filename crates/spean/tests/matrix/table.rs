//! The table of what was tried and what came of it.

use std::collections::BTreeMap;

/// What is broken so often is broken; each further case would cost its whole bound.
const FAILURES_MAX: usize = 5;

/// Cases by group, in the order in which groups are named.
#[derive(Debug, Default)]
pub(crate) struct Table {
    groups: BTreeMap<String, Counts>,
    pub(crate) failures: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    cases: u32,
    passed: u32,
}

impl Table {
    pub(crate) fn note(&mut self, group: &str, case: &str, differences: &[String]) {
        let counts = self.groups.entry(group.to_owned()).or_default();
        counts.cases += 1;
        if differences.is_empty() {
            counts.passed += 1;
        } else {
            let differences = differences.join("\n    ");
            let failure = format!("{group}: {case}\n    {differences}");
            // Told at once: the run may not come to its end.
            println!("FAILED {failure}");
            self.failures.push(failure);
            assert!(self.failures.len() < FAILURES_MAX, "enough has failed");
        }
    }

    pub(crate) fn take(&mut self, other: Table) {
        for (group, counts) in other.groups {
            let own = self.groups.entry(group).or_default();
            own.cases += counts.cases;
            own.passed += counts.passed;
        }
        self.failures.extend(other.failures);
    }

    /// As it stands in docs/RELIABILITY.md.
    pub(crate) fn text(&self) -> String {
        let mut text = String::from("| group | cases | passed |\n|---|---|---|\n");
        let (mut cases, mut passed) = (0, 0);
        for (group, counts) in &self.groups {
            text.push_str(&format!(
                "| {group} | {} | {} |\n",
                counts.cases, counts.passed
            ));
            cases += counts.cases;
            passed += counts.passed;
        }
        text.push_str(&format!("| **all** | **{cases}** | **{passed}** |\n"));
        text
    }
}
