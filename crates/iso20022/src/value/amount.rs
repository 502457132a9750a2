//! Amounts, sums, counts and rates, all exact.

use std::borrow::Cow;

use money::{Amount, AmountError, Currency, Money, Rate};

use crate::refusal::{ReadError, Refusal};
use crate::xml::{Input, Leaf, Output, Part, closed};

/// Digits of an amount or a sum, counted as the schemas count them.
const DIGITS_MAX: u32 = 18;

/// Decimals that a sum is kept with; the schemas give an amount no more.
const SUM_DECIMALS: u32 = 5;

closed! {
    /// Which way money moves on an account.
    pub enum Direction {
        /// Onto it.
        Credit = "CRDT",
        /// Off it.
        Debit = "DBIT",
    }
}

/// Money as a message may say it: at most 18 digits, with the decimals of the currency's rail
/// (riel and yen have none).
///
/// ```
/// use iso20022::IsoAmount;
/// use money::{Amount, Currency, Money};
/// let yen = Money::new(Currency::Jpy, Amount::from_minor(3_000).unwrap());
/// assert_eq!(IsoAmount::new(yen).unwrap().money(), yen);
/// assert!(IsoAmount::new(Money::new(Currency::Jpy, Amount::MAX)).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IsoAmount(Money);

impl IsoAmount {
    /// Takes an amount.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] over 18 digits.
    pub fn new(money: Money) -> Result<Self, Refusal> {
        if money.amount.minor() >= 10_u64.pow(DIGITS_MAX) {
            return Err(Refusal::AmountTooLarge);
        }
        Ok(Self(money))
    }

    /// The amount.
    pub fn money(self) -> Money {
        self.0
    }

    /// Reads the text of an amount. A schema's decimals may have a sign in front, and nothing
    /// before or behind their point.
    fn parse(text: &str, currency: &str) -> Result<Self, Refusal> {
        let currency = Currency::from_alpha(currency).ok_or(Refusal::CurrencyUnknown)?;
        let text = text.strip_prefix('+').unwrap_or(text);
        let text = text
            .strip_suffix('.')
            .filter(|text| !text.contains('.'))
            .unwrap_or(text);
        let text = match text.strip_prefix('.') {
            Some(decimals) => Cow::Owned(format!("0.{decimals}")),
            None => Cow::Borrowed(text),
        };
        let amount = Amount::parse(&text, currency).map_err(|error| match error {
            AmountError::Malformed => Refusal::AmountMalformed,
            AmountError::Negative => Refusal::AmountNegative,
            AmountError::TooPrecise => Refusal::AmountTooPrecise,
            AmountError::TooLarge => Refusal::AmountTooLarge,
        })?;
        Self::new(Money::new(currency, amount))
    }
}

impl Part for IsoAmount {
    fn read(input: &mut Input<'_>) -> Result<Self, ReadError> {
        let currency = input
            .currency()
            .ok_or_else(|| input.refuse(Refusal::CurrencyMissing))?;
        let text = input.text()?;
        Self::parse(&text, &currency).map_err(|refusal| input.refuse(refusal))
    }

    fn write(&self, tag: &'static str, out: &mut Output) {
        let Money { currency, amount } = self.0;
        out.amount(tag, currency.alpha(), &amount.decimal(currency));
    }
}

impl Leaf for Currency {
    fn parse(text: &str) -> Result<Self, Refusal> {
        Currency::from_alpha(text).ok_or(Refusal::CurrencyUnknown)
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.alpha())
    }
}

/// The sum of amounts, without looking at their currencies: what a group header calls a control
/// sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Total {
    /// In units of 10^−5; at most 18 digits once zeros behind the point are left out.
    parts: u128,
}

impl Total {
    /// The sum.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] over 18 digits.
    pub fn of<'a>(amounts: impl IntoIterator<Item = &'a IsoAmount>) -> Result<Self, Refusal> {
        let mut parts: u128 = 0;
        for amount in amounts {
            parts = parts
                .checked_add(scaled(*amount))
                .ok_or(Refusal::AmountTooLarge)?;
        }
        Self { parts }.within()
    }

    /// How much more the first is than the second.
    pub(crate) fn difference(more: Self, less: Self) -> Option<Self> {
        more.parts
            .checked_sub(less.parts)
            .map(|parts| Self { parts })
    }

    pub(crate) fn both(one: Self, other: Self) -> Result<Self, Refusal> {
        let parts = one.parts.checked_add(other.parts);
        Self {
            parts: parts.ok_or(Refusal::AmountTooLarge)?,
        }
        .within()
    }

    pub(crate) fn plus(self, amount: IsoAmount) -> Result<Self, Refusal> {
        let parts = self.parts.checked_add(scaled(amount));
        Self {
            parts: parts.ok_or(Refusal::AmountTooLarge)?,
        }
        .within()
    }

    fn within(self) -> Result<Self, Refusal> {
        let mut parts = self.parts;
        for _ in 0..SUM_DECIMALS {
            if parts.checked_rem(10) == Some(0) {
                parts = parts.checked_div(10).unwrap_or(0);
            }
        }
        let limit = 10_u128.checked_pow(DIGITS_MAX);
        if limit.is_none_or(|limit| parts >= limit) {
            return Err(Refusal::AmountTooLarge);
        }
        Ok(self)
    }
}

/// An amount in units of 10^−5 of its currency's major unit.
fn scaled(amount: IsoAmount) -> u128 {
    let Money { currency, amount } = amount.0;
    let up = SUM_DECIMALS.saturating_sub(u32::from(currency.exponent()));
    // At most 10^18 times 10^5.
    u128::from(amount.minor()).saturating_mul(10_u128.saturating_pow(up))
}

impl Leaf for Total {
    fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.strip_prefix('+').unwrap_or(text);
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let decimals = decimals.trim_end_matches('0');
        let whole = whole.trim_start_matches('0');
        let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_number = text.bytes().any(|byte| byte.is_ascii_digit());
        if !is_number || !is_plain(whole) || !is_plain(decimals) || decimals.len() > 5 {
            return Err(Refusal::NumberMalformed);
        }
        if whole.len() > 18 {
            return Err(Refusal::AmountTooLarge);
        }
        let digits = format!("0{whole}{decimals:0<5}");
        let parts = digits.parse().or(Err(Refusal::NumberMalformed))?;
        Self { parts }.within()
    }

    fn text(&self) -> Cow<'_, str> {
        let digits = format!("{:06}", self.parts);
        let (whole, decimals) = digits
            .split_at_checked(digits.len().saturating_sub(5))
            .unwrap_or_default();
        let decimals = decimals.trim_end_matches('0');
        let point = if decimals.is_empty() { "" } else { "." };
        Cow::Owned(format!("{whole}{point}{decimals}"))
    }
}

/// A whole number of at most `DIGITS_MAX` digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number<const DIGITS_MAX: usize>(u64);

/// How many items a message says that it has.
pub(crate) type Count = Number<15>;

impl<const DIGITS_MAX: usize> Number<DIGITS_MAX> {
    /// Takes a number.
    ///
    /// # Errors
    /// [`Refusal::NumberMalformed`] if it has more digits.
    pub fn new(number: u64) -> Result<Self, Refusal> {
        if number.to_string().len() > DIGITS_MAX {
            return Err(Refusal::NumberMalformed);
        }
        Ok(Self(number))
    }

    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }

    /// How many there are; no list is longer than the digits reach.
    pub(crate) fn of<T>(items: &[T]) -> Self {
        Self(u64::try_from(items.len()).unwrap_or(u64::MAX))
    }
}

impl<const DIGITS_MAX: usize> Leaf for Number<DIGITS_MAX> {
    fn parse(text: &str) -> Result<Self, Refusal> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number || text.len() > DIGITS_MAX {
            return Err(Refusal::NumberMalformed);
        }
        text.parse().map(Self).or(Err(Refusal::NumberMalformed))
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Owned(self.0.to_string())
    }
}

/// A rate as a message may say it: at most 11 digits, at most 10 of them behind the point. Which
/// currency it is counted in is said elsewhere.
///
/// ```
/// use iso20022::ExchangeRate;
/// assert_eq!(ExchangeRate::new("26.7120").unwrap().to_string(), "26.712");
/// assert!(ExchangeRate::new("0.12345678901").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeRate(String);

impl ExchangeRate {
    /// Takes the plain decimal text of a rate above zero.
    ///
    /// # Errors
    /// [`Refusal::RateMalformed`].
    pub fn new(text: &str) -> Result<Self, Refusal> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let decimals_kept = decimals.trim_end_matches('0');
        let whole_kept = whole.trim_start_matches('0');
        let digits = whole_kept.len().saturating_add(decimals_kept.len());
        let is_zero = digits == 0;
        if is_zero
            || !is_plain(whole)
            || !is_plain(decimals)
            || digits > 11
            || decimals_kept.len() > 10
        {
            return Err(Refusal::RateMalformed);
        }
        let point = if decimals_kept.is_empty() { "" } else { "." };
        let whole_kept = if whole_kept.is_empty() {
            "0"
        } else {
            whole_kept
        };
        Ok(Self(format!("{whole_kept}{point}{decimals_kept}")))
    }

    /// Takes the value of a rate.
    ///
    /// # Errors
    /// [`Refusal::RateMalformed`] if a message has not so many digits.
    pub fn from_rate(rate: Rate) -> Result<Self, Refusal> {
        Self::new(&rate.decimal())
    }

    /// The plain decimal text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ExchangeRate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Leaf for ExchangeRate {
    fn parse(text: &str) -> Result<Self, Refusal> {
        Self::new(text)
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }
}
