//! What `spean sim` takes.

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct SimArgs {
    /// From which everything random is drawn: a number, or `new` for one that nobody ran yet.
    #[arg(long, default_value = "1")]
    pub(crate) seed: Seed,
    /// Runs that many seeds, one after the other.
    #[arg(long, default_value_t = 1, conflicts_with = "seconds")]
    pub(crate) seeds: u64,
    /// Runs seeds until that many seconds are over.
    #[arg(long)]
    pub(crate) seconds: Option<u64>,
    /// Payments of each seed, at most a million.
    #[arg(long, default_value_t = 1_000)]
    pub(crate) payments: u32,
    /// What may go wrong: `all`, `none`, or a list such as `loss,crash,disk`.
    #[arg(long, default_value = "all")]
    pub(crate) faults: ::sim::Faults,
    /// One JSON object for each seed.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where a simulation begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seed {
    /// As the clock says.
    New,
    /// This one.
    Number(u64),
}

impl std::str::FromStr for Seed {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "new" => Ok(Seed::New),
            number => number.parse().map(Seed::Number),
        }
    }
}
