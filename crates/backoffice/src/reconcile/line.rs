//! A line of a statement.

use jiff::civil::Date;
use money::Money;

use super::ids::{Account, LineId, Reference, StatementId, Uetr};

/// Which way the money went, as the account's owner sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Into the account.
    Credit,
    /// Out of it.
    Debit,
}

/// By what a payment is known to both sides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// From end to end.
    pub uetr: Option<Uetr>,
    /// The name of the entry in a rail's ledger.
    pub hash: Option<Reference>,
    /// A reference as the payer's side or we gave it.
    pub reference: Option<Reference>,
}

/// A line as a file says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftLine {
    /// The bank's own reference of the entry, the same in every file; a number that is only
    /// counted inside a file is none.
    pub entry_ref: Option<Reference>,
    /// By what the payment is known.
    pub keys: Keys,
    /// Our own identifier, given back by the bank in a field of its own. Unlike `keys.reference`,
    /// another one than expected is evidence against a match.
    pub end_to_end: Option<Reference>,
    /// What was booked.
    pub money: Money,
    /// Which way.
    pub direction: Direction,
    /// The day on which it was booked.
    pub booked_on: Date,
    /// The day from which it counts.
    pub value_date: Date,
    /// Who is on the other side, as the bank writes it.
    pub counterparty: Option<Reference>,
    /// Where in the file it stands, for people: the row or the entry, from 1.
    pub position: u32,
    /// Whether it takes an earlier entry back.
    pub is_reversal: bool,
}

/// A line of a statement that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is known by, whichever file it came in.
    pub id: LineId,
    /// Whose account.
    pub account: Account,
    /// The statement that it first came in.
    pub statement: StatementId,
    /// The page of it, if it has pages.
    pub page: Option<u32>,
    /// What it says.
    pub said: DraftLine,
}

impl Direction {
    /// The other way.
    pub const fn opposite(self) -> Self {
        match self {
            Direction::Credit => Direction::Debit,
            Direction::Debit => Direction::Credit,
        }
    }

    /// One word, as tables and files hold it.
    pub const fn word(self) -> &'static str {
        match self {
            Direction::Credit => "credit",
            Direction::Debit => "debit",
        }
    }

    /// Reads that word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Direction::Credit, Direction::Debit]
            .into_iter()
            .find(|direction| direction.word() == word)
    }
}

impl DraftLine {
    /// What two files say of one entry together, or `None` when they contradict each other. A
    /// notification knows less than the statement that follows it, or more.
    pub fn merged(&self, other: &Self) -> Option<Self> {
        let is_same_movement = self.money == other.money
            && self.direction == other.direction
            && self.value_date == other.value_date
            && self.is_reversal == other.is_reversal;
        if !is_same_movement {
            return None;
        }
        let (here, there) = (&self.keys, &other.keys);
        Some(Self {
            entry_ref: either(&self.entry_ref, &other.entry_ref)?,
            keys: Keys {
                uetr: either(&here.uetr, &there.uetr)?,
                hash: either(&here.hash, &there.hash)?,
                reference: either(&here.reference, &there.reference)?,
            },
            end_to_end: either(&self.end_to_end, &other.end_to_end)?,
            booked_on: self.booked_on.min(other.booked_on),
            // Names are for people; which of two is shown must not depend on the order of files.
            counterparty: self.counterparty.clone().max(other.counterparty.clone()),
            ..self.clone()
        })
    }
}

/// The one that is there; `None` when both are and differ.
fn either<T: Clone + PartialEq>(here: &Option<T>, there: &Option<T>) -> Option<Option<T>> {
    match (here, there) {
        (Some(one), Some(other)) if one != other => None,
        (Some(one), _) => Some(Some(one.clone())),
        (None, other) => Some(other.clone()),
    }
}
