//! What an account is: its key, its limit and its four running sums.

use money::{Amount, Currency};

/// A closed circle of accounts in which debits equal credits per currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Book {
    /// Who owes whom.
    Obligations,
    /// How much more may be owed, refunded or spent.
    Limits,
    /// Mirrors of real accounts at the settlement banks.
    Money,
}

impl Book {
    /// Every book.
    pub const ALL: [Book; 3] = [Book::Obligations, Book::Limits, Book::Money];
}

/// Names an account. `kind`, `owner` and `slot` belong to the caller; the ledger compares them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountKey {
    /// The book it stands in.
    pub book: Book,
    /// The currency that it counts.
    pub currency: Currency,
    /// What sort of account it is.
    pub kind: u8,
    /// Whose it is.
    pub owner: u128,
    /// Which of the owner's accounts of that kind it is (a window, a day).
    pub slot: u64,
}

/// What the account itself forbids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Nothing: the balance may be of either sign.
    None,
    /// Debits, pending ones included, may not exceed posted credits.
    NeverNegative,
}

/// The four sums that every account keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Reserved to be taken.
    pub debits_pending: u128,
    /// Taken.
    pub debits_posted: u128,
    /// Reserved to be given.
    pub credits_pending: u128,
    /// Given.
    pub credits_posted: u128,
}

impl Balance {
    /// Posted credits minus posted debits; saturates at the ends of `i128`, which sums of
    /// amounts below 2^63 cannot reach within 2^64 transfers.
    pub fn net(&self) -> i128 {
        let credits = i128::try_from(self.credits_posted).unwrap_or(i128::MAX);
        let debits = i128::try_from(self.debits_posted).unwrap_or(i128::MAX);
        credits.saturating_sub(debits)
    }

    /// What a limited account can still give: posted credits minus all debits.
    pub fn available(&self) -> Amount {
        let debits = self.debits_posted.saturating_add(self.debits_pending);
        let left = self.credits_posted.saturating_sub(debits);
        u64::try_from(left)
            .ok()
            .and_then(Amount::from_minor)
            .unwrap_or(Amount::MAX)
    }

    /// Whether all debits are covered by posted credits.
    pub fn is_covered(&self) -> bool {
        self.debits_posted
            .checked_add(self.debits_pending)
            .is_some_and(|debits| debits <= self.credits_posted)
    }

    /// Whether nothing is pending on either side.
    pub fn is_settled(&self) -> bool {
        self.debits_pending == 0 && self.credits_pending == 0
    }
}

/// An account as the ledger holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub key: AccountKey,
    /// What it forbids.
    pub limit: Limit,
    /// Its sums.
    pub balance: Balance,
}
