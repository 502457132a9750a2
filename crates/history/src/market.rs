//! The rates of every day: a neutral one that wanders, and what two providers make of it.

use jiff::civil::Date;
use money::{Amount, Currency, Rate};
use switch::{Reference, Span, Standing, Tier, Time};

use crate::HistoryError;
use crate::dice::Dice;
use crate::network::{FX1, FX2, TO_CAMBODIA, TO_JAPAN, amount};

/// Thousandths of a riel for one yen: about where it stood.
const MIDDLE: u64 = 26_500;
const LOWEST: u64 = 24_800;
const HIGHEST: u64 = 28_400;

/// How long a day's rates hold: the night until the next ones, and more.
const HOLDS: Span = Span::from_seconds(26 * 3_600);

/// Prices up to this have the wider margin, in the shop's currency: yen and riel.
const SMALL: [u64; 2] = [10_000, 260_000];

/// The neutral rate from day to day.
#[derive(Debug)]
pub(crate) struct Market {
    seed: u64,
    value: u64,
    version: u64,
}

/// What is published on a day.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) reference: Reference,
    pub(crate) standings: Vec<Standing>,
}

impl Market {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            value: MIDDLE,
            version: 0,
        }
    }

    /// The rates of the next day; `exposures` is the most that a provider exchanges in it, in yen
    /// and in riel.
    pub(crate) fn publish(
        &mut self,
        day: Date,
        now: Time,
        exposures: [u64; 2],
    ) -> Result<Published, HistoryError> {
        self.version = self.version.saturating_add(1);
        let mut dice = Dice::of(self.seed, "market", self.version);
        self.walk(&mut dice);
        let valid_until = now.after(HOLDS);
        let reference = Reference {
            version: self.version,
            valid_until,
            rate: rate(self.value)?,
        };
        let mut standings = Vec::new();
        for provider in [FX1, FX2] {
            // Who is cheaper changes from week to week, and on some days.
            let week = u64::from(day.iso_week_date().week().unsigned_abs()) % 3;
            let is_eager = (week == 2) == (provider == FX2);
            let margin = dice.between(62, 84) + if is_eager { 0 } else { 12 };
            let sides = [(TO_JAPAN, true), (TO_CAMBODIA, false)];
            for ((corridor, is_above), (exposure, small)) in
                sides.into_iter().zip(exposures.into_iter().zip(SMALL))
            {
                standings.push(Standing {
                    provider,
                    corridor,
                    version: self.version,
                    valid_until,
                    tiers: vec![
                        self.tier(amount(small)?, margin + 10, is_above)?,
                        self.tier(Amount::MAX, margin, is_above)?,
                    ],
                    exposure_max: amount(exposure)?,
                });
            }
        }
        Ok(Published {
            reference,
            standings,
        })
    }

    /// At most 0.5 % a day, and drawn back to the middle.
    fn walk(&mut self, dice: &mut Dice) {
        let step = dice.below(266);
        let towards = self.value < dice.between(MIDDLE - 900, MIDDLE + 900);
        let moved = match towards {
            true => self.value.saturating_add(step / 2),
            false => self.value.saturating_sub(step / 2),
        };
        self.value = moved.clamp(LOWEST, HIGHEST);
    }

    /// A margin in basis points, against the payer: more riel for a yen when riel are paid, fewer
    /// when they are bought.
    fn tier(&self, amount_max: Amount, margin: u64, is_above: bool) -> Result<Tier, HistoryError> {
        let part = self.value * margin / 10_000;
        let value = match is_above {
            true => self.value.saturating_add(part),
            false => self.value.saturating_sub(part),
        };
        Ok(Tier {
            amount_max,
            rate: rate(value)?,
        })
    }
}

fn rate(thousandths: u64) -> Result<Rate, HistoryError> {
    let (whole, part) = (thousandths / 1_000, thousandths % 1_000);
    let text = format!("{whole}.{part:03}");
    let rate = Rate::parse(Currency::Jpy, Currency::Khr, &text);
    rate.ok().ok_or(HistoryError::Value("a rate"))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn rates_wander_within_bounds_and_margins_are_against_the_payer() {
        let mut market = Market::new(3);
        let mut seen = Vec::new();
        for day in 0..400 {
            let now = Time(day * 86_400_000_000_000);
            let published = market.publish(date(2026, 1, 1), now, [1, 1]).unwrap();
            assert_eq!(published.reference.valid_until, now.after(HOLDS));
            assert_eq!(published.standings.len(), 4);
            let milli = |rate: Rate| {
                let digits = 3 - u32::from(rate.scale());
                rate.mantissa() * 10_u64.pow(digits)
            };
            let neutral = milli(published.reference.rate);
            for standing in &published.standings {
                let [small, large] = [0, 1].map(|at| milli(standing.tiers[at].rate));
                if standing.corridor == TO_JAPAN {
                    assert!(small > large && large > neutral);
                } else {
                    assert!(small < large && large < neutral);
                }
            }
            seen.push(market.value);
        }
        let (low, high) = (seen.iter().min().unwrap(), seen.iter().max().unwrap());
        assert!(*low >= LOWEST && *high <= HIGHEST && high - low > 300);
    }
}
