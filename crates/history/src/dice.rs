//! Numbers that look random and are the same for the same seed on every machine (splitmix64).

/// A generator for one purpose.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// A generator of its own for one purpose and one thing, so that what one part draws never
    /// moves what another does.
    pub(crate) fn of(seed: u64, purpose: &str, number: u64) -> Self {
        let mut dice = Self(seed);
        for byte in purpose.bytes() {
            dice.0 = dice.next() ^ u64::from(byte);
        }
        dice.0 = dice.next() ^ number;
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

    /// 32 bytes, as a hash of something would be.
    pub(crate) fn bytes(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for part in bytes.chunks_exact_mut(8) {
            part.copy_from_slice(&self.next().to_be_bytes());
        }
        bytes
    }

    /// A UUIDv4.
    pub(crate) fn uuid(&mut self) -> u128 {
        const VERSION: u128 = 0xF << 76;
        const VARIANT: u128 = 0b11 << 62;
        (self.wide() & !VERSION & !VARIANT) | (4 << 76) | (0b10 << 62)
    }

    /// A UUIDv7 of a moment, in milliseconds since the epoch.
    pub(crate) fn uuid_of(&mut self, at_ms: u64) -> u128 {
        const VARIANT: u128 = 0b11 << 62;
        let random = self.wide() & ((1 << 76) - 1) & !VARIANT;
        (u128::from(at_ms) << 80) | (7 << 76) | random | (0b10 << 62)
    }

    /// One of `0..limit`; 0 when there is none.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or(0)
    }

    /// One of `low..=high`.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low.saturating_add(self.below(high.saturating_sub(low).saturating_add(1)))
    }

    /// True that often in 100,000.
    pub(crate) fn chance(&mut self, of_100_000: u64) -> bool {
        of_100_000 > 0 && self.below(100_000) < of_100_000
    }

    /// The place of one of several weights; the last when there are none.
    pub(crate) fn weighted<T>(&mut self, of: &[T], weight: impl Fn(&T) -> u64) -> usize {
        let sum = of.iter().map(&weight).fold(0, u64::saturating_add);
        let mut left = self.below(sum);
        for (place, one) in of.iter().enumerate() {
            let own = weight(one);
            if left < own {
                return place;
            }
            left = left.saturating_sub(own);
        }
        of.len().saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_every_build() {
        let mut dice = Dice(0);
        assert_eq!(dice.next(), 0xE220_A839_7B1D_CDAF);
        assert_eq!(dice.next(), 0x6E78_9E6A_A1B9_65F4);
        let first = |purpose, number| Dice::of(7, purpose, number).next();
        assert_eq!(first("price", 1), first("price", 1));
        assert_ne!(first("price", 1), first("price", 2));
        assert_ne!(first("price", 1), first("payer", 1));
    }

    #[test]
    fn ids_are_uuids_of_their_version() {
        let mut dice = Dice::of(1, "ids", 0);
        for _ in 0..100 {
            let random = dice.uuid();
            assert_eq!((random >> 76 & 0xF, random >> 62 & 0b11), (4, 0b10));
            let timed = dice.uuid_of(1_751_680_800_000);
            assert_eq!((timed >> 76 & 0xF, timed >> 62 & 0b11), (7, 0b10));
            assert_eq!(timed >> 80, 1_751_680_800_000);
        }
    }

    #[test]
    fn a_weight_of_nothing_is_never_drawn() {
        let mut dice = Dice::of(1, "weights", 0);
        let weights = [0, 3, 0, 1];
        let mut seen = [0; 4];
        for _ in 0..400 {
            seen[dice.weighted(&weights, |weight| *weight)] += 1;
        }
        assert_eq!((seen[0], seen[2]), (0, 0));
        assert!(seen[1] > 2 * seen[3] && seen[3] > 0, "{seen:?}");
    }
}
