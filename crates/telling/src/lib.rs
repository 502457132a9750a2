//! How far the notifying by webhooks got: a cursor for each endpoint, the log of attempts, the
//! events that were given up, the replay under way, and when to try again.
//!
//! None of it is a fact about money, and none of it is in the journal: which webhooks there are
//! is a record, what there is to tell is the participant's outcome stream, and this file only
//! remembers what was told. When it is lost, telling begins again where each webhook was
//! registered, and receivers know by `webhook-id` what they have had (docs/adr/0009).
//!
//! Must not know: what an event says, participants' names, HTTP, the clock. Positions, moments
//! and words for errors come in and are given back.

mod deliveries;
pub mod limits;
mod schedule;

pub use deliveries::{
    Attempt, DeadLetter, Deliveries, DeliveriesError, Ending, Endpoint, Lane, Replay, Standing,
};
pub use schedule::Schedule;
