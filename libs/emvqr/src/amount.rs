//! Amounts: the digits as they were written, and an exact integer. Never a float.

use crate::currency::Currency;
use crate::digits::Digits;
use crate::limits::{AMOUNT_CHARS_MAX, MINOR_UNITS_MAX};
use crate::rules::kinds::Kind;

/// An amount greater than zero: `units` ÷ 10^`scale`.
///
/// The text is kept because the same amount is written differently by different builders, and the
/// payload, of which it is a part, is what both sides hash.
///
/// ```
/// use emvqr::{Amount, AmountFault};
///
/// let amount = Amount::parse("12.50")?;
/// assert_eq!((amount.text(), amount.units(), amount.scale()), ("12.50", 1250, 2));
/// assert_eq!(amount.minor_units(2), Ok(1250));
/// assert_eq!(amount.minor_units(3), Ok(12500));
/// assert_eq!(amount.minor_units(0), Err(AmountFault::TooPrecise));
/// assert_eq!(Amount::parse("5000.0")?.minor_units(0), Ok(5000));
/// # Ok::<(), AmountFault>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Amount<'a> {
    text: &'a str,
    units: u64,
    scale: u8,
}

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AmountFault {
    /// There is no text.
    Empty,
    /// It is zero, which a code must not ask for.
    Zero,
    /// It begins with a minus sign.
    Negative,
    /// It begins with a plus sign.
    Sign,
    /// It is written with an exponent.
    Exponent,
    /// Its digits are grouped by commas, blanks, apostrophes or several points.
    Grouping,
    /// It is anything else.
    NotANumber,
    /// It has more decimals than the currency.
    TooPrecise,
    /// It has more than 13 characters.
    TooLong,
    /// In minor units it is above 2^63 − 1.
    TooLarge,
}

impl AmountFault {
    /// The stable code of the finding.
    ///
    /// ```
    /// assert_eq!(emvqr::AmountFault::Grouping.code(), "amount-grouping");
    /// ```
    #[must_use]
    pub fn code(self) -> &'static str {
        self.kind().code()
    }

    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Empty => Kind::AmountEmpty,
            Self::Zero => Kind::AmountZero,
            Self::Negative => Kind::AmountNegative,
            Self::Sign => Kind::AmountSign,
            Self::Exponent => Kind::AmountExponent,
            Self::Grouping => Kind::AmountGrouping,
            Self::NotANumber => Kind::AmountNotANumber,
            Self::TooPrecise => Kind::AmountTooPrecise,
            Self::TooLong => Kind::AmountTooLong,
            Self::TooLarge => Kind::AmountTooLarge,
        }
    }
}

impl<'a> Amount<'a> {
    /// Digits with at most one point, which has a digit before it; not zero; at most 13
    /// characters. Zeros in front and a point at the end are read (EMVCo allows them) and never
    /// written.
    ///
    /// ```
    /// # use emvqr::{Amount, AmountFault};
    /// assert_eq!(Amount::parse("1.50").unwrap().units(), 150);
    /// assert_eq!(Amount::parse("1,000"), Err(AmountFault::Grouping));
    /// ```
    ///
    /// # Errors
    ///
    /// Says which of the ways to be no amount the text has taken.
    pub fn parse(text: &'a str) -> Result<Self, AmountFault> {
        if text.is_empty() {
            return Err(AmountFault::Empty);
        }
        let (mut units, mut scale, mut has_point) = (Some(0_u64), 0_usize, false);
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' => {
                    units = units
                        .and_then(|units| units.checked_mul(10))
                        .and_then(|tens| tens.checked_add(u64::from(byte - b'0')));
                    scale += usize::from(has_point);
                }
                b'.' if !has_point => has_point = true,
                _ => return Err(fault_of_shape(text)),
            }
        }
        if text.starts_with('.') {
            return Err(fault_of_shape(text));
        }
        let is_held = |units: &u64| *units <= MINOR_UNITS_MAX;
        let units = units.filter(is_held).ok_or(AmountFault::TooLarge)?;
        if text.len() > AMOUNT_CHARS_MAX {
            return Err(AmountFault::TooLong);
        }
        if units == 0 {
            return Err(AmountFault::Zero);
        }
        let scale = u8::try_from(scale).map_err(|_over| AmountFault::TooLong)?;
        Ok(Self { text, units, scale })
    }

    /// As it stands in the code.
    ///
    /// ```
    /// # use emvqr::{Amount, AmountFault};
    /// assert_eq!(Amount::parse("1.50").unwrap().text(), "1.50");
    /// ```
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// All its digits as one number.
    ///
    /// ```
    /// # use emvqr::{Amount, AmountFault};
    /// assert_eq!(Amount::parse("1.50").unwrap().units(), 150);
    /// ```
    #[must_use]
    pub fn units(&self) -> u64 {
        self.units
    }

    /// How many of the digits stand after the point.
    ///
    /// ```
    /// # use emvqr::{Amount, AmountFault};
    /// assert_eq!(Amount::parse("1.50").unwrap().scale(), 2);
    /// ```
    #[must_use]
    pub fn scale(&self) -> u8 {
        self.scale
    }

    /// The amount in the smallest unit of a currency with `exponent` decimals, exactly.
    ///
    /// ```
    /// # use emvqr::{Amount, AmountFault};
    /// let amount = Amount::parse("1.5").unwrap();
    /// assert_eq!(amount.minor_units(2), Ok(150));
    /// assert_eq!(amount.minor_units(0), Err(AmountFault::TooPrecise));
    /// ```
    ///
    /// # Errors
    ///
    /// [`AmountFault::TooPrecise`] if a fraction of that unit would be lost,
    /// [`AmountFault::TooLarge`] above 2^63 − 1.
    pub fn minor_units(&self, exponent: u8) -> Result<u64, AmountFault> {
        if self.scale > exponent {
            let divisor = power_of_ten(self.scale - exponent).ok_or(AmountFault::TooPrecise)?;
            if !self.units.is_multiple_of(divisor) {
                return Err(AmountFault::TooPrecise);
            }
            return Ok(self.units / divisor);
        }
        power_of_ten(exponent - self.scale)
            .and_then(|factor| self.units.checked_mul(factor))
            .filter(|units| *units <= MINOR_UNITS_MAX)
            .ok_or(AmountFault::TooLarge)
    }

    /// Whether it is written as we would write it for a currency with any number of decimals:
    /// no zeros in front, no point at the end.
    pub(crate) fn is_plain(&self) -> bool {
        let leads = self.text.starts_with('0') && !self.text.starts_with("0.");
        !leads && !self.text.ends_with('.')
    }
}

/// How an amount is written: whole units bare, otherwise with all decimals of the currency, as the
/// official KHQR SDK does. `None` for zero, for more than 2^63 − 1, for a currency whose decimals
/// we do not know and for what does not fit the field.
pub(crate) fn canonical(minor_units: u64, currency: Currency) -> Option<Digits> {
    if minor_units == 0 || minor_units > MINOR_UNITS_MAX {
        return None;
    }
    let exponent = currency.exponent()?;
    let divisor = power_of_ten(exponent)?;
    let (whole, rest) = (minor_units / divisor, minor_units % divisor);
    let mut text = Digits::new();
    if rest != 0 {
        text.prepend(rest, usize::from(exponent));
        text.push_front(b'.');
    }
    text.prepend(whole, 1);
    (text.len() <= AMOUNT_CHARS_MAX).then_some(text)
}

/// Names what is wrong with a text that is not digits with a point.
fn fault_of_shape(text: &str) -> AmountFault {
    let body = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_grouped = body.starts_with(|first: char| first.is_ascii_digit())
        && body.ends_with(|last: char| last.is_ascii_digit())
        && body
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | ' ' | '\'' | '_'));
    let is_exponent = body
        .split_once(['e', 'E'])
        .is_some_and(|(mantissa, exponent)| {
            let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            let is_number = |part: &str| {
                !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            };
            is_number(mantissa) && is_number(exponent)
        });
    if text.starts_with('-') {
        AmountFault::Negative
    } else if text.starts_with('+') {
        AmountFault::Sign
    } else if is_exponent {
        AmountFault::Exponent
    } else if is_grouped {
        AmountFault::Grouping
    } else {
        AmountFault::NotANumber
    }
}

fn power_of_ten(exponent: u8) -> Option<u64> {
    10_u64.checked_pow(u32::from(exponent))
}

#[cfg(test)]
mod tests {
    use super::{Amount, AmountFault, canonical};
    use crate::currency::Currency;
    use crate::digits::Digits;

    #[test]
    fn texts_and_their_values() {
        fn check(text: &str, want: Result<(u64, u8), AmountFault>) {
            let got = Amount::parse(text).map(|amount| (amount.units(), amount.scale()));
            assert_eq!(got, want, "{text}");
        }
        check("98.73", Ok((9873, 2)));
        check("98", Ok((98, 0)));
        check("98.", Ok((98, 0)));
        check("0005", Ok((5, 0)));
        check("0.01", Ok((1, 2)));
        check("9999999999999", Ok((9_999_999_999_999, 0)));
        check("", Err(AmountFault::Empty));
        check("0", Err(AmountFault::Zero));
        check("0.00", Err(AmountFault::Zero));
        check("-5", Err(AmountFault::Negative));
        check("-1e3", Err(AmountFault::Negative));
        check("+5", Err(AmountFault::Sign));
        check("1e3", Err(AmountFault::Exponent));
        check("1.5E+2", Err(AmountFault::Exponent));
        check("1,000", Err(AmountFault::Grouping));
        check("3 705", Err(AmountFault::Grouping));
        check("1.000.000", Err(AmountFault::Grouping));
        check("98,73", Err(AmountFault::Grouping));
        check(".5", Err(AmountFault::NotANumber));
        check(".", Err(AmountFault::NotANumber));
        check(" 5", Err(AmountFault::NotANumber));
        check("5 ", Err(AmountFault::NotANumber));
        check("abc", Err(AmountFault::NotANumber));
        check("e", Err(AmountFault::NotANumber));
        check("１００", Err(AmountFault::NotANumber));
        check("10000000000000", Err(AmountFault::TooLong));
        check("00000000000000", Err(AmountFault::TooLong));
        check("9223372036854775807", Err(AmountFault::TooLong));
        check("9223372036854775808", Err(AmountFault::TooLarge));
        check("99999999999999999999999999", Err(AmountFault::TooLarge));
    }

    #[test]
    fn minor_units_are_exact_or_refused() {
        fn check(text: &str, exponent: u8, want: Result<u64, AmountFault>) {
            assert_eq!(
                Amount::parse(text).unwrap().minor_units(exponent),
                want,
                "{text}"
            );
        }
        check("1.5", 2, Ok(150));
        check("1.50", 2, Ok(150));
        check("1.500", 2, Ok(150));
        check("1.505", 2, Err(AmountFault::TooPrecise));
        check("5000.0", 0, Ok(5000));
        check("5000.5", 0, Err(AmountFault::TooPrecise));
        check("9999999999999", 6, Err(AmountFault::TooLarge));
        check("9", 200, Err(AmountFault::TooLarge));
    }

    #[test]
    fn what_is_written_is_read_again() {
        fn check(minor: u64, currency: Currency, want: Option<&str>) {
            let text = canonical(minor, currency);
            assert_eq!(text.as_ref().map(Digits::as_str), want);
            if let (Some(text), Some(exponent)) = (text, currency.exponent()) {
                let amount = Amount::parse(text.as_str()).unwrap();
                assert!(amount.is_plain(), "{text:?}");
                assert_eq!(amount.minor_units(exponent), Ok(minor));
            }
        }
        check(1, Currency::KHR, Some("1"));
        check(1, Currency::USD, Some("0.01"));
        check(10, Currency::USD, Some("0.10"));
        check(100, Currency::USD, Some("1"));
        check(150, Currency::USD, Some("1.50"));
        check(999_999_999_999, Currency::USD, Some("9999999999.99"));
        check(1_980, Currency::JPY, Some("1980"));
        check(9_999_999_999_999, Currency::KHR, Some("9999999999999"));
        check(10_000_000_000_000, Currency::KHR, None);
        check(0, Currency::KHR, None);
        check(u64::MAX, Currency::USD, None);
    }
}
