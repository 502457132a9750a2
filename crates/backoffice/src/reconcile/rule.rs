//! By what a line and an expectation were paired, and how far apart their days may lie.

use serde::{Deserialize, Serialize};

/// The rules, in their order: the first that finds anything is the one that a line goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Two people said so.
    People,
    /// The same UETR.
    Uetr,
    /// The same name in the rail's ledger.
    Hash,
    /// The same reference.
    Reference,
    /// The same amount on nearly the same day, and nothing else of that amount nearby.
    AmountAndDate,
}

/// How many days apart is how bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// With an identifier: so many days between the expected and the actual day are timing and
    /// no break. Five: a weekend with a holiday on either side and a day for the bank.
    pub timing_days: u8,
    /// Without an identifier: so many days apart a line may be. Fewer, since nothing else speaks
    /// for the pair.
    pub amount_days: u8,
    /// So many days after its day an expectation without a line is missing.
    pub missing_after_days: u8,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timing_days: 5,
            amount_days: 3,
            missing_after_days: 1,
        }
    }
}

impl Rule {
    /// All of them, in their order.
    pub const ALL: [Rule; 5] = [
        Rule::People,
        Rule::Uetr,
        Rule::Hash,
        Rule::Reference,
        Rule::AmountAndDate,
    ];

    /// One word, as tables and files hold it.
    pub const fn word(self) -> &'static str {
        match self {
            Rule::People => "people",
            Rule::Uetr => "uetr",
            Rule::Hash => "hash",
            Rule::Reference => "reference",
            Rule::AmountAndDate => "amount_and_date",
        }
    }

    /// Reads that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.word() == word)
    }

    /// What is shown beside a match.
    pub fn words(self, settings: &Settings) -> String {
        match self {
            Rule::People => "joined by two people".to_owned(),
            Rule::Uetr => "matched by UETR".to_owned(),
            Rule::Hash => "matched by ledger hash".to_owned(),
            Rule::Reference => "matched by reference".to_owned(),
            Rule::AmountAndDate => format!(
                "matched by amount and date, because there was only one candidate on both sides \
                 within {} days",
                settings.amount_days
            ),
        }
    }
}
