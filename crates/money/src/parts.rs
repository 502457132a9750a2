//! Parts of an amount in basis points, and percentages for evidence.

use core::fmt;

use crate::rate::{divide, pow10};
use crate::{Amount, Money, Rate, Rounding};

/// A part of ten thousand: 120 basis points are 1.2 %.
///
/// ```
/// use money::{Amount, BasisPoints, Rounding};
/// let fee = BasisPoints::new(120).unwrap();
/// let price = Amount::from_minor(3_000).unwrap();
/// assert_eq!(fee.of(price, Rounding::HalfEven).minor(), 36);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BasisPoints(u16);

impl BasisPoints {
    /// From the number of ten-thousandths; `None` over 10,000, which is the whole.
    pub const fn new(points: u16) -> Option<Self> {
        if points > 10_000 {
            None
        } else {
            Some(Self(points))
        }
    }

    /// The number of ten-thousandths.
    pub const fn points(self) -> u16 {
        self.0
    }

    /// Both together, or `None` over the whole.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).and_then(Self::new)
    }

    /// This part of an amount; never more than the amount.
    pub fn of(self, amount: Amount, rounding: Rounding) -> Amount {
        let product = u128::from(amount.minor()).saturating_mul(u128::from(self.0));
        divide(product, 10_000, rounding)
            .and_then(|part| u64::try_from(part).ok())
            .and_then(Amount::from_minor)
            .map_or(amount, |part| part.min(amount))
    }
}

/// A percentage with three decimals, as evidence of margin and total cost; may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent {
    thousandths: i64,
}

impl Percent {
    /// How far an applied rate lies from the reference rate: |rate − reference| ÷ reference.
    /// `None` when the pairs differ.
    pub fn margin(rate: Rate, reference: Rate) -> Option<Self> {
        if (rate.base(), rate.quote()) != (reference.base(), reference.quote()) {
            return None;
        }
        let applied = u128::from(rate.mantissa()).checked_mul(pow10(reference.scale()))?;
        let neutral = u128::from(reference.mantissa()).checked_mul(pow10(rate.scale()))?;
        let thousandths = Self::thousandths(applied.abs_diff(neutral), neutral)?;
        Some(Self { thousandths })
    }

    /// What the payer pays over the worth of the price at the reference rate:
    /// paid ÷ worth − 1. Negative when the payer paid less.
    pub fn total_cost(paid: Money, price: Money, reference: Rate) -> Option<Self> {
        if reference.other(price.currency)? != paid.currency {
            return None;
        }
        let price_minor = u128::from(price.amount.minor());
        let paid_minor = u128::from(paid.amount.minor());
        let (price_unit, paid_unit) = (
            pow10(price.currency.exponent()),
            pow10(paid.currency.exponent()),
        );
        let (mantissa, unit) = (u128::from(reference.mantissa()), pow10(reference.scale()));
        // Both sides of the comparison are multiplied out, so that nothing is rounded twice.
        let (paid_side, worth_side) = if price.currency == reference.base() {
            (
                paid_minor.checked_mul(price_unit)?.checked_mul(unit)?,
                price_minor.checked_mul(mantissa)?.checked_mul(paid_unit)?,
            )
        } else {
            (
                paid_minor.checked_mul(mantissa)?.checked_mul(price_unit)?,
                price_minor.checked_mul(unit)?.checked_mul(paid_unit)?,
            )
        };
        let size = Self::thousandths(paid_side.abs_diff(worth_side), worth_side)?;
        let thousandths = if paid_side < worth_side {
            size.checked_neg()?
        } else {
            size
        };
        Some(Self { thousandths })
    }

    /// A part of a whole; `None` of nothing, and where it is more than can be told.
    ///
    /// ```
    /// use money::Percent;
    /// assert_eq!(Percent::of(1, 3).unwrap().to_string(), "33.333");
    /// assert_eq!(Percent::of(1, 0), None);
    /// ```
    pub fn of(part: u128, whole: u128) -> Option<Self> {
        let thousandths = Self::thousandths(part, whole)?;
        Some(Self { thousandths })
    }

    /// By how much one figure is above another, of the other; below zero where it is less.
    ///
    /// ```
    /// use money::Percent;
    /// assert_eq!(Percent::above(150, 100).unwrap().to_string(), "50.000");
    /// assert_eq!(Percent::above(99, 100).unwrap().to_string(), "-1.000");
    /// ```
    pub fn above(now: u128, before: u128) -> Option<Self> {
        let size = Self::thousandths(now.abs_diff(before), before)?;
        let thousandths = if now < before {
            size.checked_neg()?
        } else {
            size
        };
        Some(Self { thousandths })
    }

    /// `100 × 1000 × part ÷ whole`, to the nearest.
    fn thousandths(part: u128, whole: u128) -> Option<i64> {
        let scaled = part.checked_mul(100_000)?;
        i64::try_from(divide(scaled, whole, Rounding::HalfEven)?).ok()
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.thousandths < 0 { "-" } else { "" };
        let size = self.thousandths.unsigned_abs();
        write!(f, "{sign}{}.{:03}", size / 1_000, size % 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency::{self, Jpy, Khr, Usd};

    fn rate(value: &str) -> Rate {
        Rate::parse(Jpy, Khr, value).unwrap()
    }

    fn money(currency: Currency, minor: u64) -> Money {
        Money::new(currency, Amount::from_minor(minor).unwrap())
    }

    #[test]
    fn margin_is_the_distance_from_the_reference_either_way() {
        for (applied, expected) in [
            ("26.712", "0.800"),
            ("26.288", "0.800"),
            ("26.5", "0.000"),
            ("53", "100.000"),
        ] {
            let percent = Percent::margin(rate(applied), rate("26.5")).unwrap();
            assert_eq!(percent.to_string(), expected, "{applied}");
        }
        let other = Rate::parse(Usd, Khr, "4100").unwrap();
        assert_eq!(Percent::margin(other, rate("26.5")), None);
    }

    #[test]
    fn total_cost_counts_fees_and_may_be_negative() {
        for (paid, price, expected) in [
            (money(Khr, 80_536), money(Jpy, 3_000), "1.303"),
            (money(Jpy, 4_565), money(Khr, 120_000), "0.810"),
            (money(Khr, 79_500), money(Jpy, 3_000), "0.000"),
            (money(Khr, 79_100), money(Jpy, 3_000), "-0.503"),
        ] {
            let percent = Percent::total_cost(paid, price, rate("26.5")).unwrap();
            assert_eq!(percent.to_string(), expected, "{paid} for {price}");
        }
        assert_eq!(
            Percent::total_cost(money(Usd, 1), money(Jpy, 1), rate("26.5")),
            None
        );
        assert_eq!(
            Percent::total_cost(money(Khr, 1), money(Jpy, 0), rate("26.5")),
            None
        );
    }

    #[test]
    fn a_part_is_rounded_by_name_and_never_exceeds_the_whole() {
        let points = BasisPoints::new(120).unwrap();
        for (amount, up, down, even) in [(3_000, 36, 36, 36), (100, 2, 1, 1), (0, 0, 0, 0)] {
            let amount = Amount::from_minor(amount).unwrap();
            assert_eq!(points.of(amount, Rounding::Up).minor(), up);
            assert_eq!(points.of(amount, Rounding::Down).minor(), down);
            assert_eq!(points.of(amount, Rounding::HalfEven).minor(), even);
        }
        let all = BasisPoints::new(10_000).unwrap();
        assert_eq!(all.of(Amount::MAX, Rounding::Up), Amount::MAX);
        assert_eq!(BasisPoints::new(10_001), None);
        assert_eq!(all.checked_add(points), None);
    }
}
