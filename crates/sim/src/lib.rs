//! The whole network in one thread from one seed: hub, institutions, wallets, shops, operators,
//! clocks, a disk and wires, with faults on all of them and an oracle that watches.
//!
//! # Doctrine
//!
//! * **Real parts.** The hub is `engine::Writer` on a journal in memory, `engine::Chase` before
//!   the tables, `engine::calls` and `engine::request`; records are encoded and read back. Only
//!   what has sockets, threads and files is left out. Banks, shops and wallets are small models:
//!   what the hub may expect of any institution, and what it must survive of a bad one.
//! * **One queue, one seed.** Events happen in the order of their time, then of their number.
//!   Everything random is drawn from the seed, for each payment from a generator of its own, so
//!   that leaving out one fault or one payment leaves the others nearly as they were. No clock,
//!   no address and no unordered map is looked at: the same seed is the same run on every
//!   machine and in every build.
//! * **The oracle believes nobody.** It keeps what every party was told, and compares it with
//!   what the others were told, with the journal replayed, and with the tables.
//! * Faults end at a stated moment; after that everything must come to rest within a stated time.
//!
//! Must not know: sockets.

mod bank;
mod clearer;
mod clock;
mod coverage;
mod dice;
mod faults;
mod limits;
mod message;
mod mischief;
mod network;
mod node;
mod oracle;
mod people;
mod plan;
#[cfg(test)]
mod planted;
mod queue;
mod report;
mod shelf;
mod shrink;
mod stage;
mod tamper;
mod world;

pub use faults::{Fault, Faults, ParseFaultsError};
pub use report::{Report, Settings, Violation};
pub use shrink::{Shrunk, shrink};

/// One run, with honest parts.
pub fn run(settings: &Settings) -> Report {
    world::World::new(settings, Box::new(tamper::Honest)).run()
}

/// The seeds that ever failed; each runs for ever.
pub fn kept_seeds() -> impl Iterator<Item = (u64, u32)> {
    let lines = include_str!("../seeds.txt").lines();
    lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        let seed = words.next()?.parse().ok()?;
        let payments = words.next()?.parse().ok()?;
        Some((seed, payments))
    })
}
