//! A made-up year of the network, written through the real engine in minutes: so that statements,
//! reports and reconciliation have something to show.
//!
//! Everything goes the way that a hub's life goes: the writer decides, the journal takes batches,
//! the projection follows, two operators act, and the back office's desk takes the simulated
//! bank's files. What is made up is who pays whom how much, and what goes wrong. The same
//! settings, names and keys make the same journal, byte for byte. The parties' data, which a hub
//! seals beside the journal, is left out.
//!
//! Must not know: HTTP, signatures, the clock, the sandbox's processes.
#![warn(
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    missing_docs
)]

mod bank;
mod dice;
mod draw;
mod error;
mod hub;
pub mod limits;
mod market;
mod names;
mod network;
mod office;
mod run;
mod season;
mod settings;
mod shops;
mod summary;
mod tally;

pub use error::HistoryError;
pub use names::{Names, SeededNames};
pub use office::{Planted, Work};
pub use run::write;
pub use settings::{Mischief, Range, Settings};
pub use summary::Summary;
pub use tally::{Ended, Tally};
