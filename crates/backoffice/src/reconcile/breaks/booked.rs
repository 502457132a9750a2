//! What people booked by hand.

use std::collections::BTreeSet;

use super::super::ids::{ExpectedId, LineId};
use super::super::outcome::Finding;

/// Lines and expectations of breaks that people ended by an adjustment or a write-off. Their
/// money stands in the books by that action, for good: opening the break again does not undo
/// the booking, so nothing is ever taken out of here. Whoever matched one of them once more would
/// book its money a second time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Booked {
    lines: BTreeSet<LineId>,
    expected: BTreeSet<ExpectedId>,
}

impl Booked {
    /// The lines.
    pub fn lines(&self) -> impl Iterator<Item = &LineId> {
        self.lines.iter()
    }

    /// The expectations.
    pub fn expected(&self) -> impl Iterator<Item = &ExpectedId> {
        self.expected.iter()
    }

    pub(super) fn add(&mut self, finding: &Finding) {
        self.lines.extend(finding.lines.iter().cloned());
        self.expected.extend(finding.expected.iter().cloned());
    }

    pub(super) fn has(&self, line: &LineId, expected: &ExpectedId) -> bool {
        self.lines.contains(line) || self.expected.contains(expected)
    }
}
