//! The decision protocol of a payment, explored whole.
//!
//! # Doctrine
//!
//! 1. *The hub's moves are the real table's.* Every change of state in here is what
//!    [`switch::life::step`] says; a test holds that every row of the table is walked and that
//!    there is no other change. Everything else (wires, clocks, participants, the journal) is as
//!    small as it can be while each rule of the protocol can still be broken by itself.
//! 2. *Whatever may happen, happens.* Where the real hub looks something up (limits, liquidity,
//!    the payee's books), the model takes every answer. The wires lose, double and reorder
//!    without a bound; only what is in flight at once, and how often somebody crashes, is bounded.
//! 3. *A rule without which nothing breaks is not a rule.* Each is taken out in turn (see
//!    [`Mutation`]), and the search must then find a payment that goes wrong.
//! 4. *Faults stop once, and for good.* From then on messages are faster than deadlines, and
//!    every run of the model ends: where it ends, everybody must have heard the outcome. That is
//!    "eventually", without a liveness checker that would have to be told what fairness is.
//!
//! Must not know: the engine, the journal, the wire, anything that does input or output.
#![warn(missing_docs)]

mod case;
mod hub;
mod limits;
mod mutation;
mod participants;
mod property;
mod protocol;
mod rows;
mod search;
mod shrink;
mod story;
mod world;

pub use case::{CASES, Case, Faults};
pub use mutation::Mutation;
pub use property::{PROPERTIES, Rule};
pub use protocol::{At, Choice, Fate, Move, Protocol};
pub use rows::Rows;
pub use search::{Found, search, search_until_any_is_broken, search_until_broken};
pub use world::{
    Book, Entry, Fact, Ground, HubTime, Message, Node, Payee, PayeeTime, Payer, Payment, Said,
    Side, Told, Verdict, World,
};
