//! Numbers that look random and are the same for the same seed (splitmix64).

use switch::Span;

#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// A generator of its own for one purpose and one thing.
    pub(crate) fn of(seed: u64, purpose: &str, number: u128) -> Self {
        let mut dice = Self(seed);
        for byte in purpose.bytes() {
            dice.0 = dice.next() ^ u64::from(byte);
        }
        let [high, low] = halves(number);
        dice.0 = dice.next() ^ high;
        dice.0 = dice.next() ^ low;
        dice
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn wide(&mut self) -> u128 {
        let (high, low) = (self.next(), self.next());
        (u128::from(high) << 64) | u128::from(low)
    }

    /// One of `0..limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or(0)
    }

    /// One of `low..=high`.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low.saturating_add(self.below(high.saturating_sub(low).saturating_add(1)))
    }

    /// True that often in ten thousand.
    pub(crate) fn chance(&mut self, of_10_000: u64) -> bool {
        of_10_000 > 0 && self.below(10_000) < of_10_000
    }

    pub(crate) fn pick<T: Copy>(&mut self, of: &[T], otherwise: T) -> T {
        let many = u64::try_from(of.len()).unwrap_or(1);
        let at = usize::try_from(self.below(many)).unwrap_or(0);
        of.get(at).copied().unwrap_or(otherwise)
    }

    /// A length of time between two, in milliseconds.
    pub(crate) fn millis(&mut self, low: u64, high: u64) -> Span {
        let micros = self.between(low.saturating_mul(1_000), high.saturating_mul(1_000));
        Span(i64::try_from(micros).unwrap_or(0).saturating_mul(1_000))
    }
}

fn halves(number: u128) -> [u64; 2] {
    let mask = u128::from(u64::MAX);
    [number >> 64, number & mask].map(|half| u64::try_from(half & mask).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_and_things_have_generators_of_their_own() {
        let first = |purpose, number| Dice::of(7, purpose, number).next();
        assert_eq!(first("wire", 1), first("wire", 1));
        let all = [first("wire", 1), first("wire", 2), first("disk", 1)];
        assert!(all[0] != all[1] && all[0] != all[2] && all[1] != all[2]);
        let high = u128::from(u64::MAX) + 1;
        assert_ne!(first("wire", 0), first("wire", high));
    }

    #[test]
    fn the_numbers_are_those_of_every_build() {
        let mut dice = Dice(0);
        assert_eq!(dice.next(), 0xE220_A839_7B1D_CDAF);
        assert_eq!(dice.next(), 0x6E78_9E6A_A1B9_65F4);
    }
}
