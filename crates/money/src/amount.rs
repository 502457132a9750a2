//! Whole minor units, from 0 to 2^63 − 1, and their plain decimal text.

use core::fmt;

use crate::Currency;

/// A count of minor units: riel, yen or US cents; never negative, at most 2^63 − 1.
///
/// There is no `Add` and no `Mul`: what can overflow says so in its type.
///
/// ```
/// use money::{Amount, Currency};
/// let price = Amount::parse("1.50", Currency::Usd).unwrap();
/// assert_eq!(price.minor(), 150);
/// assert_eq!(price.decimal(Currency::Usd), "1.50");
/// assert!(Amount::parse("1.5", Currency::Khr).is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(u64);

/// An amount with its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// The currency that `amount` counts minor units of.
    pub currency: Currency,
    /// Whole minor units.
    pub amount: Amount,
}

/// Why a decimal text is no amount of its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountError {
    /// Not digits with at most one `.` between digits.
    Malformed,
    /// A sign `-` in front of an otherwise well-formed number.
    Negative,
    /// More decimals than the currency has on its rail.
    TooPrecise,
    /// Over 2^63 − 1 minor units.
    TooLarge,
}

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AmountError::Malformed => "read the amount: not plain digits",
            AmountError::Negative => "take a negative amount",
            AmountError::TooPrecise => "keep more decimals than the currency has",
            AmountError::TooLarge => "hold more than 2^63 - 1 minor units",
        })
    }
}

impl core::error::Error for AmountError {}

/// Longest text read: 19 digits, a point and a sign, with room for leading zeros.
const TEXT_CHARS_MAX: usize = 32;

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount(0);
    /// The largest amount: 2^63 − 1, so that every balance fits a signed SQL integer.
    pub const MAX: Amount = Amount(i64::MAX.unsigned_abs());

    /// From minor units; `None` over [`Amount::MAX`].
    pub const fn from_minor(minor: u64) -> Option<Self> {
        if minor > Self::MAX.0 {
            None
        } else {
            Some(Self(minor))
        }
    }

    /// The minor units.
    pub const fn minor(self) -> u64 {
        self.0
    }

    /// Whether nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, or `None` over [`Amount::MAX`].
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).and_then(Self::from_minor)
    }

    /// The difference, or `None` below zero.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The difference, or nothing below zero.
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Reads the plain decimal text in *major* units that the wire uses.
    ///
    /// Digits, at most one `.` with digits on both sides, no sign, exponent, grouping or blanks.
    ///
    /// # Errors
    /// Says which of the four rules was broken; zero is an amount and is not refused here.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, AmountError> {
        if text.is_empty() || text.len() > TEXT_CHARS_MAX {
            return Err(if digits(text) {
                AmountError::TooLarge
            } else {
                AmountError::Malformed
            });
        }
        if let Some(rest) = text.strip_prefix('-') {
            return Err(match Self::parse(rest, currency) {
                Err(AmountError::Malformed) => AmountError::Malformed,
                Ok(_) | Err(_) => AmountError::Negative,
            });
        }
        let (whole, decimals) = match text.split_once('.') {
            Some((whole, decimals)) => (whole, decimals),
            None => (text, ""),
        };
        if !digits(whole) || (text.contains('.') && !digits(decimals)) {
            return Err(AmountError::Malformed);
        }
        let exponent = usize::from(currency.exponent());
        let kept = decimals.trim_end_matches('0');
        if kept.len() > exponent {
            return Err(AmountError::TooPrecise);
        }
        let mut minor: u64 = 0;
        let padding = core::iter::repeat_n(b'0', exponent.saturating_sub(kept.len()));
        for digit in whole.bytes().chain(kept.bytes()).chain(padding) {
            minor = minor
                .checked_mul(10)
                .and_then(|m| m.checked_add(u64::from(digit.saturating_sub(b'0'))))
                .ok_or(AmountError::TooLarge)?;
        }
        Self::from_minor(minor).ok_or(AmountError::TooLarge)
    }

    /// The plain decimal text in major units, with exactly the currency's decimals.
    pub fn decimal(self, currency: Currency) -> String {
        let exponent = usize::from(currency.exponent());
        let digits = format!("{:0>width$}", self.0, width = exponent.saturating_add(1));
        let cut = digits.len().saturating_sub(exponent);
        match digits.split_at_checked(cut) {
            Some((whole, "")) => whole.to_owned(),
            Some((whole, decimals)) => format!("{whole}.{decimals}"),
            None => digits,
        }
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Money {
    /// An amount of a currency.
    pub const fn new(currency: Currency, amount: Amount) -> Self {
        Self { currency, amount }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}",
            self.currency,
            self.amount.decimal(self.currency)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_reads_to_minor_units_or_names_the_broken_rule() {
        use AmountError::{Malformed, Negative, TooLarge, TooPrecise};
        use Currency::{Jpy, Khr, Usd};
        let cases: [(&str, Currency, Result<u64, AmountError>); 26] = [
            ("0", Khr, Ok(0)),
            ("3000", Jpy, Ok(3000)),
            ("003000", Jpy, Ok(3000)),
            ("3000.00", Jpy, Ok(3000)),
            ("1.5", Usd, Ok(150)),
            ("1.50", Usd, Ok(150)),
            ("1", Usd, Ok(100)),
            ("9223372036854775807", Khr, Ok(i64::MAX.unsigned_abs())),
            ("9223372036854775808", Khr, Err(TooLarge)),
            ("92233720368547758.08", Usd, Err(TooLarge)),
            ("99999999999999999999999999999999999999", Khr, Err(TooLarge)),
            ("1.999", Usd, Err(TooPrecise)),
            ("0.1", Khr, Err(TooPrecise)),
            ("-5", Khr, Err(Negative)),
            ("-0.1", Khr, Err(Negative)),
            ("--5", Khr, Err(Negative)),
            ("-x", Khr, Err(Malformed)),
            ("", Khr, Err(Malformed)),
            (".5", Usd, Err(Malformed)),
            ("5.", Usd, Err(Malformed)),
            ("+5", Khr, Err(Malformed)),
            ("1,000", Khr, Err(Malformed)),
            ("1e3", Khr, Err(Malformed)),
            (" 5", Khr, Err(Malformed)),
            ("５", Khr, Err(Malformed)),
            ("1.2.3", Usd, Err(Malformed)),
        ];
        for (text, currency, expected) in cases {
            assert_eq!(
                Amount::parse(text, currency).map(Amount::minor),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn printing_and_reading_are_inverse() {
        for currency in Currency::ALL {
            for minor in [0, 1, 9, 10, 99, 100, 101, 12_345, i64::MAX.unsigned_abs()] {
                let amount = Amount::from_minor(minor).unwrap();
                let text = amount.decimal(currency);
                assert_eq!(
                    Amount::parse(&text, currency),
                    Ok(amount),
                    "{text} {currency}"
                );
            }
        }
        assert_eq!(
            Amount::from_minor(5).unwrap().decimal(Currency::Usd),
            "0.05"
        );
        assert_eq!(Amount::from_minor(5).unwrap().decimal(Currency::Khr), "5");
    }

    #[test]
    fn sums_stop_at_both_ends() {
        let one = Amount::from_minor(1).unwrap();
        assert_eq!(Amount::MAX.checked_add(one), None);
        assert_eq!(Amount::ZERO.checked_sub(one), None);
        assert_eq!(Amount::from_minor(u64::MAX), None);
        assert_eq!(one.checked_add(one).map(Amount::minor), Some(2));
    }
}
