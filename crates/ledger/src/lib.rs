//! Double entry: accounts in books, linked transfers that are pending, then posted or voided,
//! and limits that the accounts enforce themselves.
//!
//! The room knows no payment, no participant and no code: an account is a key, and what the key
//! means is the caller's business.
//!
//! # Doctrine
//!
//! 1. A **transfer** moves an amount from one account (debit) to another (credit) of the same
//!    book and currency. Therefore debits equal credits, per book and currency, always.
//! 2. A **chain** is a list of transfers that happen together or not at all. [`Ledger::check`]
//!    looks at the whole chain first; what it allowed, [`Ledger::pend`] and [`Ledger::post_now`]
//!    carry out without failing. Checking and carrying out are apart because deciding may not
//!    change anything and applying may not fail.
//! 3. A pending chain counts against the limits of the accounts it debits from the moment it is
//!    pended, so that two reservations can never spend the same headroom. It ends exactly once:
//!    posted or voided. The chain is removed at that moment; posting it again finds nothing.
//! 4. Posting may move a transfer to other accounts of the same book and currency than the ones
//!    it was pended on (the settlement window is known only when the payment completes). The
//!    pending amounts are released where they were put, never where they are posted; mixing the
//!    two up would leave a pending amount behind for ever.
#![warn(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    missing_docs
)]

mod account;
mod book;
mod limits;

pub use account::{Account, AccountKey, Balance, Book, Limit};
pub use book::{AccountIx, ChainError, ChainId, Ledger, LedgerParts, Shortfall, Transfer};
