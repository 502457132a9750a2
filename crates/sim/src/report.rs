//! What a run is asked for, and what came of it.

use core::fmt;
use std::collections::BTreeMap;

use switch::ItemId;

use crate::faults::Faults;

/// What decides a run: the same settings are the same run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// From which everything random is drawn.
    pub seed: u64,
    /// How many payments begin.
    pub payments: u32,
    /// What may go wrong.
    pub faults: Faults,
    /// The payment whose history is written down.
    pub watch: Option<ItemId>,
}

/// Something that must never be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which promise was broken; stable.
    pub promise: &'static str,
    /// How.
    pub words: String,
    /// The payment or refund that shows it, if one does.
    pub item: Option<ItemId>,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What was asked for.
    pub seed: u64,
    /// How many payments began.
    pub payments: u32,
    /// What was allowed to go wrong.
    pub faults: Faults,
    /// How often something went wrong.
    pub faults_struck: u64,
    /// Payments that completed, and refunds.
    pub completed: u64,
    /// What the journal tells of, counted.
    pub met: BTreeMap<String, u64>,
    /// Everything that happened, counted.
    pub events: u64,
    /// Hash of the hub's state at rest.
    pub state_hash: [u8; 32],
    /// Hash of the journal's last row.
    pub journal_hash: [u8; 32],
    /// What must never be, and was.
    pub violations: Vec<Violation>,
    /// The history of the payment that was watched, in plain words.
    pub history: Vec<String>,
}

impl Settings {
    /// A run without a watched payment.
    pub fn new(seed: u64, payments: u32, faults: Faults) -> Self {
        Self {
            seed,
            payments,
            faults,
            watch: None,
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.promise, self.words)?;
        match self.item {
            Some(id) => write!(f, " `{id:?}`"),
            None => Ok(()),
        }
    }
}
