//! What can go wrong, each with a switch and a rate.

use core::fmt;
use core::str::FromStr;

use crate::dice::Dice;

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Messages take seconds instead of milliseconds.
    Delay,
    /// Messages are lost.
    Loss,
    /// Messages arrive twice.
    Duplication,
    /// Messages overtake each other.
    Reordering,
    /// Two parties cannot reach each other for a while.
    Partition,
    /// Parties die, at any append and any call, and begin again with what they had noted.
    Crash,
    /// Appends fail, or nobody knows; the disk is full for a while.
    Disk,
    /// Bits of the journal turn.
    Flip,
    /// Clocks drift and jump.
    Clock,
    /// Participants answer late, twice, wrongly, contradict themselves or never answer.
    Liar,
    /// Operators change corridors and caps, suspend participants, and come back late.
    Operator,
    /// Quotes are hoarded and used at the last moment.
    Hoard,
    /// Requests are repeated in storms.
    Storm,
    /// A second writer takes over while the first believes itself in charge.
    Takeover,
    /// The tables fall behind, and are lost.
    Tables,
}

/// Some kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Faults(u32);

/// A list that names something that is no fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseFaultsError(String);

impl Fault {
    /// Every kind.
    pub const ALL: [Fault; 15] = [
        Fault::Delay,
        Fault::Loss,
        Fault::Duplication,
        Fault::Reordering,
        Fault::Partition,
        Fault::Crash,
        Fault::Disk,
        Fault::Flip,
        Fault::Clock,
        Fault::Liar,
        Fault::Operator,
        Fault::Hoard,
        Fault::Storm,
        Fault::Takeover,
        Fault::Tables,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Fault::Delay => "delay",
            Fault::Loss => "loss",
            Fault::Duplication => "duplication",
            Fault::Reordering => "reordering",
            Fault::Partition => "partition",
            Fault::Crash => "crash",
            Fault::Disk => "disk",
            Fault::Flip => "flip",
            Fault::Clock => "clock",
            Fault::Liar => "liar",
            Fault::Operator => "operator",
            Fault::Hoard => "hoard",
            Fault::Storm => "storm",
            Fault::Takeover => "takeover",
            Fault::Tables => "tables",
        }
    }

    fn bit(self) -> u32 {
        let at = Fault::ALL.iter().position(|fault| *fault == self);
        let at = at.and_then(|at| u32::try_from(at).ok()).unwrap_or(0);
        1_u32.checked_shl(at).unwrap_or(0)
    }
}

impl Faults {
    /// None.
    pub const NONE: Faults = Faults(0);

    /// All of them.
    pub fn all() -> Self {
        Fault::ALL.into_iter().fold(Self::NONE, Self::with)
    }

    /// These and one more.
    #[must_use]
    pub fn with(self, fault: Fault) -> Self {
        Self(self.0 | fault.bit())
    }

    /// These without one.
    #[must_use]
    pub fn without(self, fault: Fault) -> Self {
        Self(self.0 & !fault.bit())
    }

    /// Whether the kind is among them.
    pub fn has(self, fault: Fault) -> bool {
        self.0 & fault.bit() != 0
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Fault> {
        Fault::ALL.into_iter().filter(move |fault| self.has(*fault))
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::all() {
            return f.write_str("all");
        }
        if *self == Self::NONE {
            return f.write_str("none");
        }
        let names: Vec<&str> = self.iter().map(Fault::name).collect();
        f.write_str(&names.join(","))
    }
}

impl fmt::Display for ParseFaultsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Fault::ALL.into_iter().map(Fault::name).collect();
        let names = names.join(", ");
        write!(f, "no fault has the name `{}`; there are {names}", self.0)
    }
}

impl core::error::Error for ParseFaultsError {}

impl FromStr for Faults {
    type Err = ParseFaultsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "all" => return Ok(Self::all()),
            "none" => return Ok(Self::NONE),
            _list => {}
        }
        text.split(',').try_fold(Self::NONE, |faults, name| {
            let found = Fault::ALL.into_iter().find(|fault| fault.name() == name);
            let fault = found.ok_or_else(|| ParseFaultsError(name.to_owned()))?;
            Ok(faults.with(fault))
        })
    }
}

/// How often each kind strikes in one run, in ten thousandths of its own unit. Each run draws its
/// own: one seed in three is spared a kind, and some suffer it many times as much, because faults
/// that always come together hide what one of them alone would show.
#[derive(Clone, Debug)]
pub(crate) struct Rates([u64; Fault::ALL.len()]);

impl Rates {
    pub(crate) fn draw(seed: u64, faults: Faults) -> Self {
        Self(Fault::ALL.map(|fault| {
            let mut dice = Dice::of(seed, "rates", u128::from(fault.bit()));
            let weight = match dice.below(10) {
                0..3 => 0,
                3..6 => 20,
                6..9 => 100,
                _ => 400,
            };
            if faults.has(fault) { weight } else { 0 }
        }))
    }

    /// 0 when the kind does not strike; 100 is usual.
    pub(crate) fn of(&self, fault: Fault) -> u64 {
        let at = Fault::ALL.iter().position(|known| *known == fault);
        at.and_then(|at| self.0.get(at)).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_they_are_written() {
        for text in ["all", "none", "loss,crash", "tables"] {
            let faults: Faults = text.parse().unwrap();
            assert_eq!(faults.to_string(), text);
        }
        for wrong in ["", "loss,", "Loss", "all,loss", "fire"] {
            assert!(wrong.parse::<Faults>().is_err(), "{wrong}");
        }
        let names = Fault::ALL.map(Fault::name);
        let list: Faults = names.join(",").parse().unwrap();
        assert_eq!(list, Faults::all());
    }

    #[test]
    fn a_kind_that_is_switched_off_never_strikes() {
        for seed in 0..50 {
            let rates = Rates::draw(seed, Faults::all().without(Fault::Disk));
            assert_eq!(rates.of(Fault::Disk), 0);
        }
    }
}
