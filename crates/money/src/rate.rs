//! Exchange rates as exact decimals, and conversion with a named rounding.

use core::fmt;

use crate::{Amount, Currency, Money};

/// How a fraction of a minor unit is treated; never implied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// Towards more: the fraction is paid.
    Up,
    /// Towards less: the fraction is forgone.
    Down,
    /// To the nearest, a tie to the even neighbour.
    HalfEven,
}

/// `value` units of `quote` for one unit of `base`, both in major units.
///
/// `{"base": "JPY", "quote": "KHR", "value": "26.712"}`: 26.712 riel for a yen. The pair is
/// written this way round in both directions of a corridor; [`Rate::convert`] multiplies or
/// divides as the amount's currency demands.
///
/// ```
/// use money::{Amount, Currency, Money, Rate, Rounding};
/// let rate = Rate::parse(Currency::Jpy, Currency::Khr, "26.712").unwrap();
/// let price = Money::new(Currency::Jpy, Amount::from_minor(3_000).unwrap());
/// let paid = rate.convert(price, Rounding::Up).unwrap();
/// assert_eq!(paid.to_string(), "KHR 80136");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rate {
    base: Currency,
    quote: Currency,
    mantissa: u64,
    scale: u8,
}

/// Why a rate or a conversion was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateError {
    /// Not plain digits with at most one `.`, or the two currencies are the same.
    Malformed,
    /// A rate of zero.
    Zero,
    /// More than [`Rate::SCALE_MAX`] decimals, or more than 2^63 − 1 as an integer.
    TooPrecise,
    /// The amount is in neither currency of the pair.
    WrongCurrency,
    /// The result is over 2^63 − 1 minor units.
    TooLarge,
}

impl fmt::Display for RateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RateError::Malformed => "read the rate: not a plain decimal of two currencies",
            RateError::Zero => "take a rate of zero",
            RateError::TooPrecise => "keep more than 12 decimals of a rate",
            RateError::WrongCurrency => "convert a currency that is not in the pair",
            RateError::TooLarge => "hold more than 2^63 - 1 minor units",
        })
    }
}

impl core::error::Error for RateError {}

impl Rate {
    /// Most decimals of a rate: 12 hold the riel in yen, dollars and dong to nine digits, and
    /// 2^63 × 2^63 × 10^2 stays below 2^128 in every conversion.
    pub const SCALE_MAX: u8 = 12;

    /// Reads the decimal text of the wire.
    ///
    /// # Errors
    /// See [`RateError`]; trailing zeros are dropped, so equal rates are equal values.
    pub fn parse(base: Currency, quote: Currency, text: &str) -> Result<Self, RateError> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let dangling = text.contains('.') && decimals.is_empty();
        if whole.is_empty() || dangling || !plain(whole) || !plain(decimals) || text.len() > 40 {
            return Err(RateError::Malformed);
        }
        let kept = decimals.trim_end_matches('0');
        let scale = u8::try_from(kept.len())
            .ok()
            .filter(|scale| *scale <= Self::SCALE_MAX);
        let mut mantissa: u64 = 0;
        for digit in whole.bytes().chain(kept.bytes()) {
            mantissa = mantissa
                .checked_mul(10)
                .and_then(|m| m.checked_add(u64::from(digit.saturating_sub(b'0'))))
                .ok_or(RateError::TooPrecise)?;
        }
        Self::from_parts(base, quote, mantissa, scale.ok_or(RateError::TooPrecise)?)
    }

    /// From `mantissa ÷ 10^scale`, as records keep it.
    ///
    /// # Errors
    /// See [`RateError`].
    pub fn from_parts(
        base: Currency,
        quote: Currency,
        mantissa: u64,
        scale: u8,
    ) -> Result<Self, RateError> {
        if base == quote {
            return Err(RateError::Malformed);
        }
        if mantissa == 0 {
            return Err(RateError::Zero);
        }
        if scale > Self::SCALE_MAX || mantissa > Amount::MAX.minor() {
            return Err(RateError::TooPrecise);
        }
        Ok(Self {
            base,
            quote,
            mantissa,
            scale,
        })
    }

    /// The currency that one unit is counted of.
    pub fn base(self) -> Currency {
        self.base
    }

    /// The currency that the value counts.
    pub fn quote(self) -> Currency {
        self.quote
    }

    /// The value times 10^[`Rate::scale`].
    pub fn mantissa(self) -> u64 {
        self.mantissa
    }

    /// Decimals of the value.
    pub fn scale(self) -> u8 {
        self.scale
    }

    /// The other currency of the pair, if `currency` is in it.
    pub fn other(self, currency: Currency) -> Option<Currency> {
        if currency == self.base {
            Some(self.quote)
        } else if currency == self.quote {
            Some(self.base)
        } else {
            None
        }
    }

    /// The same worth in the other currency of the pair.
    ///
    /// # Errors
    /// [`RateError::WrongCurrency`] or [`RateError::TooLarge`].
    pub fn convert(self, money: Money, rounding: Rounding) -> Result<Money, RateError> {
        let to = self.other(money.currency).ok_or(RateError::WrongCurrency)?;
        let minor = u128::from(money.amount.minor());
        let mantissa = u128::from(self.mantissa);
        let unit = pow10(self.scale);
        let (from_unit, to_unit) = (pow10(money.currency.exponent()), pow10(to.exponent()));
        let (over, under) = if money.currency == self.base {
            (mantissa.checked_mul(to_unit), unit.checked_mul(from_unit))
        } else {
            (unit.checked_mul(to_unit), mantissa.checked_mul(from_unit))
        };
        let (Some(over), Some(under)) = (over, under) else {
            return Err(RateError::TooLarge);
        };
        let product = minor.checked_mul(over).ok_or(RateError::TooLarge)?;
        let result = divide(product, under, rounding).ok_or(RateError::TooLarge)?;
        let amount = u64::try_from(result).ok().and_then(Amount::from_minor);
        Ok(Money::new(to, amount.ok_or(RateError::TooLarge)?))
    }

    /// The plain decimal text of the value.
    pub fn decimal(self) -> String {
        let scale = usize::from(self.scale);
        let digits = format!(
            "{:0>width$}",
            self.mantissa,
            width = scale.saturating_add(1)
        );
        match digits.split_at_checked(digits.len().saturating_sub(scale)) {
            Some((whole, "")) => whole.to_owned(),
            Some((whole, decimals)) => format!("{whole}.{decimals}"),
            None => digits,
        }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} per {}", self.quote, self.decimal(), self.base)
    }
}

/// `10^exponent`; exponents here are at most [`Rate::SCALE_MAX`], so it cannot overflow.
pub(crate) fn pow10(exponent: u8) -> u128 {
    10_u128.saturating_pow(u32::from(exponent))
}

/// The quotient rounded as named, or `None` when dividing by zero or at the end of the range.
///
/// ```
/// use money::{Rounding, divide};
/// assert_eq!(divide(5, 2, Rounding::HalfEven), Some(2));
/// assert_eq!(divide(5, 2, Rounding::Up), Some(3));
/// assert_eq!(divide(5, 0, Rounding::Up), None);
/// ```
pub fn divide(over: u128, under: u128, rounding: Rounding) -> Option<u128> {
    let quotient = over.checked_div(under)?;
    let remainder = over.checked_rem(under)?;
    let more = match rounding {
        Rounding::Down => false,
        Rounding::Up => remainder > 0,
        Rounding::HalfEven => {
            let missing = under.checked_sub(remainder)?;
            remainder > missing || (remainder == missing && quotient & 1 == 1)
        }
    };
    quotient.checked_add(u128::from(more))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency::{Jpy, Khr, Usd};

    fn check(pair: (Currency, Currency, &str), from: (Currency, u64), up: u64, down: u64) {
        let rate = Rate::parse(pair.0, pair.1, pair.2).unwrap();
        let money = Money::new(from.0, Amount::from_minor(from.1).unwrap());
        let got = |rounding| rate.convert(money, rounding).map(|m| m.amount.minor());
        assert_eq!(got(Rounding::Up), Ok(up), "{rate} of {money}, up");
        assert_eq!(got(Rounding::Down), Ok(down), "{rate} of {money}, down");
    }

    #[test]
    fn conversion_follows_the_pair_in_both_directions_and_across_exponents() {
        check((Jpy, Khr, "26.712"), (Jpy, 3_000), 80_136, 80_136);
        check((Jpy, Khr, "26.712"), (Jpy, 1_000), 26_712, 26_712);
        check((Jpy, Khr, "26.288"), (Khr, 120_000), 4_565, 4_564);
        check((Usd, Khr, "4100"), (Usd, 1), 41, 41);
        check((Usd, Khr, "4100"), (Khr, 1), 1, 0);
        check((Usd, Jpy, "149.35"), (Usd, 150), 225, 224);
        check((Jpy, Khr, "0.000000000001"), (Jpy, 1), 1, 0);
    }

    #[test]
    fn half_even_breaks_ties_towards_the_even_neighbour() {
        let rate = Rate::parse(Jpy, Khr, "0.5").unwrap();
        for (yen, riel) in [(1, 0), (2, 1), (3, 2), (5, 2), (7, 4)] {
            let money = Money::new(Jpy, Amount::from_minor(yen).unwrap());
            let got = rate.convert(money, Rounding::HalfEven).unwrap();
            assert_eq!(got.amount.minor(), riel, "{yen}");
        }
    }

    #[test]
    fn a_rate_is_refused_by_name() {
        use RateError::{Malformed, TooPrecise, Zero};
        for (text, expected) in [
            ("", Malformed),
            (".5", Malformed),
            ("5.", Malformed),
            ("-1", Malformed),
            ("1e5", Malformed),
            ("26,5", Malformed),
            ("0", Zero),
            ("0.000", Zero),
            ("0.0000000000001", TooPrecise),
            ("9223372036854775808", TooPrecise),
        ] {
            assert_eq!(Rate::parse(Jpy, Khr, text), Err(expected), "{text}");
        }
        assert_eq!(Rate::parse(Jpy, Jpy, "1"), Err(Malformed));
        let rate = Rate::parse(Jpy, Khr, "26.500").unwrap();
        assert_eq!(rate, Rate::parse(Jpy, Khr, "26.5").unwrap());
        assert_eq!(rate.decimal(), "26.5");
        let dollars = Money::new(Usd, Amount::ZERO);
        assert_eq!(
            rate.convert(dollars, Rounding::Up),
            Err(RateError::WrongCurrency)
        );
        let most = Money::new(Jpy, Amount::MAX);
        assert_eq!(rate.convert(most, Rounding::Up), Err(RateError::TooLarge));
    }
}
