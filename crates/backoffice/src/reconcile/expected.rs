//! What the hub expects to see on a statement.

use jiff::civil::Date;
use money::Money;

use super::ids::{Account, ExpectedId};
use super::line::{Direction, Keys};

/// What an expectation follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExpectedKind {
    /// A leg of a payment.
    Leg,
    /// Money of a completed payment going back.
    Refund,
    /// A participant's net of a window.
    Settlement,
    /// Liquidity coming in.
    Deposit,
    /// Liquidity going out.
    Withdrawal,
}

/// A movement that a statement should show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// What it is known by.
    pub id: ExpectedId,
    /// What it follows from.
    pub kind: ExpectedKind,
    /// On whose statement.
    pub account: Account,
    /// By what the bank may name it.
    pub keys: Keys,
    /// How much.
    pub money: Money,
    /// Which way.
    pub direction: Direction,
    /// On which day.
    pub value_date: Date,
    /// The settlement window that it belongs to.
    pub window: Option<u64>,
}

impl ExpectedKind {
    /// All of them.
    pub const ALL: [ExpectedKind; 5] = [
        ExpectedKind::Leg,
        ExpectedKind::Refund,
        ExpectedKind::Settlement,
        ExpectedKind::Deposit,
        ExpectedKind::Withdrawal,
    ];

    /// One word, as tables and files hold it.
    pub const fn word(self) -> &'static str {
        match self {
            ExpectedKind::Leg => "leg",
            ExpectedKind::Refund => "refund",
            ExpectedKind::Settlement => "settlement",
            ExpectedKind::Deposit => "deposit",
            ExpectedKind::Withdrawal => "withdrawal",
        }
    }

    /// Reads that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}
