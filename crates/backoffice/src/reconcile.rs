//! Matching what the banks say happened with what the hub expects.
//!
//! # Doctrine
//!
//! 1. **The result is a function of what is known**, not of the order in which it came:
//!    [`Book::outcome`] looks at all lines and all expectations in an order of their own. A match
//!    is therefore no fact that is kept, and a later file may take one back. What people decided
//!    is kept: [`Book::join`] and the ends of breaks. What they booked by hand ([`Booked`]) is
//!    known to a judgement too: amount and date never match it, and an identifier that fits it
//!    makes a finding and no match, because its money is in the books already.
//! 2. **A stronger identifier silences a weaker one.** A line goes by the first [`Rule`] that
//!    finds anything, and no rule pairs two things whose stronger identifiers disagree.
//! 3. **What is not unique is not matched.** Amount and date alone pair a line only with the one
//!    expectation within reach, and only if that one has no other line within reach.
//! 4. **A file is taken whole or not at all**, and taken twice it changes nothing.
//! 5. **A line is what another line was only by the bank's own reference**, and only a notification
//!    and a statement tell of one movement twice. Everything else with the same name is refused:
//!    merged, a movement would be lost.
//!
//! The order of steps in a judgement: what people joined, reversals, pairs by identifier from the
//! best agreement to the worst, exchanged references, pairs by amount and date, and what is left.
//! A step sees only what the steps before it left over; merged, a line that differs could take an
//! expectation away from the line that agrees.

mod book;
mod breaks;
mod candidates;
mod error;
mod expected;
mod heads;
mod ids;
mod index;
mod judge;
pub mod limits;
mod line;
mod outcome;
pub mod read;
mod rule;
mod statement;
mod store;

pub use book::{Book, Imported};
pub use breaks::{
    Booked, Break, BreakError, BreakEvent, BreakId, End, Entry, Event, Join, JoinError, JoinId,
    Register, Seen, Who,
};
pub use candidates::Candidates;
pub use error::ReconcileError;
pub use expected::{Expected, ExpectedKind};
pub use heads::Incomplete;
pub use ids::{
    Account, ActionRef, Digest, ExpectedId, LineId, Person, Reference, StatementId, Uetr,
};
pub use line::{Direction, DraftLine, Keys, Line};
pub use outcome::{Cause, Counts, Finding, Kind, Match, Outcome, Reversal};
pub use rule::{Rule, Settings};
pub use statement::{Balance, Draft, Head, Page, Statement, StatementKind, Sum};
pub use store::{Store, StoreError, Taken};
