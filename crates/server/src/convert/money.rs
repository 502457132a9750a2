//! Money and rates.

use ::money::{Amount, AmountError, Currency, Money, Rate, RateError};
use wire::api;
use wire::error::{Code, Problem};

/// Money of any known currency, nothing included.
pub(crate) fn money(view: &api::Money, field: &str) -> Result<Money, Problem> {
    let currency = currency(&view.currency, &format!("{field}/currency"))?;
    let amount = Amount::parse(&view.amount, currency).map_err(|error| {
        let code = match error {
            AmountError::Malformed => Code::AmountMalformed,
            AmountError::Negative => Code::AmountNegative,
            AmountError::TooPrecise => Code::AmountTooPrecise,
            AmountError::TooLarge => Code::AmountTooLarge,
        };
        Problem::new(code).with_field(format!("{field}/amount"))
    })?;
    Ok(Money::new(currency, amount))
}

/// Money that somebody is to pay: more than nothing.
pub(crate) fn price(view: &api::Money, field: &str) -> Result<Money, Problem> {
    let money = money(view, field)?;
    if money.amount.is_zero() {
        return Err(Problem::new(Code::AmountZero).with_field(format!("{field}/amount")));
    }
    Ok(money)
}

/// An amount in the one currency that fits.
pub(crate) fn fixed_to(view: &api::Money, only: Currency, field: &str) -> Result<Amount, Problem> {
    let money = money(view, field)?;
    if money.currency != only {
        let problem = Problem::new(Code::CurrencyWrong).with_field(format!("{field}/currency"));
        return Err(problem.with_detail(format!("expected {only}")));
    }
    Ok(money.amount)
}

pub(crate) fn currency(alpha: &str, field: &str) -> Result<Currency, Problem> {
    let unknown = || Problem::new(Code::CurrencyWrong).with_field(field);
    Currency::from_alpha(alpha).ok_or_else(unknown)
}

pub(crate) fn rate(view: &api::Rate, field: &str) -> Result<Rate, Problem> {
    let base = currency(&view.base, &format!("{field}/base"))?;
    let quote = currency(&view.quote, &format!("{field}/quote"))?;
    Rate::parse(base, quote, &view.value).map_err(|error| {
        let detail = match error {
            RateError::Malformed => "not a plain decimal of two different currencies",
            RateError::Zero => "a rate of zero",
            RateError::TooPrecise => "more than 12 decimals, or too many digits",
            RateError::WrongCurrency | RateError::TooLarge => "not a rate that can be used",
        };
        Problem::new(Code::RateInvalid)
            .with_field(field)
            .with_detail(detail)
    })
}

pub(crate) fn view(money: Money) -> api::Money {
    coins(money.currency, money.amount)
}

pub(crate) fn coins(currency: Currency, amount: Amount) -> api::Money {
    api::Money {
        currency: currency.alpha().to_owned(),
        amount: amount.decimal(currency),
    }
}

pub(crate) fn rate_view(rate: Rate) -> api::Rate {
    api::Rate {
        base: rate.base().alpha().to_owned(),
        quote: rate.quote().alpha().to_owned(),
        value: rate.decimal(),
    }
}

/// A net position: owed or owing, in major units.
pub(crate) fn net_text(net: i128, currency: Currency) -> String {
    let sign = if net < 0 { "-" } else { "" };
    let exponent = usize::from(currency.exponent());
    let digits = format!(
        "{:0>width$}",
        net.unsigned_abs(),
        width = exponent.saturating_add(1)
    );
    match digits.split_at_checked(digits.len().saturating_sub(exponent)) {
        Some((whole, "")) => format!("{sign}{whole}"),
        Some((whole, decimals)) => format!("{sign}{whole}.{decimals}"),
        None => format!("{sign}{digits}"),
    }
}

/// A part of an amount, unless it is nothing.
pub(crate) fn share(currency: Currency, amount: Amount) -> Option<api::Money> {
    (!amount.is_zero()).then(|| coins(currency, amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_or_the_broken_rule_is_named() {
        let check = |currency: &str, amount: &str, expected: Result<u64, (Code, &str)>| {
            let view = api::Money {
                currency: currency.into(),
                amount: amount.into(),
            };
            let actual = price(&view, "/amount").map(|money| money.amount.minor());
            let actual = actual.map_err(|p| (p.code(), p.field().unwrap_or("").to_owned()));
            let expected = expected.map_err(|(code, field)| (code, field.to_owned()));
            assert_eq!(actual, expected, "{currency} {amount}");
        };
        check("JPY", "3000", Ok(3_000));
        check("USD", "1.50", Ok(150));
        check("JPY", "0", Err((Code::AmountZero, "/amount/amount")));
        check("JPY", "-1", Err((Code::AmountNegative, "/amount/amount")));
        check(
            "JPY",
            "1.5",
            Err((Code::AmountTooPrecise, "/amount/amount")),
        );
        check(
            "JPY",
            "9223372036854775808",
            Err((Code::AmountTooLarge, "/amount/amount")),
        );
        check("JPY", "1e3", Err((Code::AmountMalformed, "/amount/amount")));
        check("jpy", "1", Err((Code::CurrencyWrong, "/amount/currency")));
    }

    #[test]
    fn a_net_keeps_its_sign_and_decimals() {
        for (net, currency, text) in [
            (-53_524, Currency::Khr, "-53524"),
            (0, Currency::Khr, "0"),
            (-5, Currency::Usd, "-0.05"),
            (150, Currency::Usd, "1.50"),
        ] {
            assert_eq!(net_text(net, currency), text);
        }
    }
}
