//! Between the texts of the wire and validated values, by hand.

use money::{Amount, AmountError, Currency, Money};
use wire::api;
use wire::error::{Code, Problem};

/// An amount above nothing, or the problem that names the broken rule and the field.
pub(crate) fn money_in(text: &api::Money, field: &str) -> Result<Money, Problem> {
    let currency = Currency::from_alpha(&text.currency)
        .ok_or_else(|| Problem::new(Code::CurrencyWrong).with_field(format!("{field}/currency")))?;
    let code = match Amount::parse(&text.amount, currency) {
        Ok(amount) if !amount.is_zero() => return Ok(Money::new(currency, amount)),
        Ok(_zero) => Code::AmountZero,
        Err(AmountError::Malformed) => Code::AmountMalformed,
        Err(AmountError::Negative) => Code::AmountNegative,
        Err(AmountError::TooPrecise) => Code::AmountTooPrecise,
        Err(AmountError::TooLarge) => Code::AmountTooLarge,
    };
    Err(Problem::new(code).with_field(format!("{field}/amount")))
}

/// An amount as the wire writes it.
pub(crate) fn money_out(money: Money) -> api::Money {
    let currency = money.currency;
    api::Money {
        currency: currency.alpha().to_owned(),
        amount: money.amount.decimal(currency),
    }
}

/// A balance in major units; negative ones carry a `-`.
pub(crate) fn signed_out(currency: Currency, minor: i64) -> String {
    let size = Amount::from_minor(minor.unsigned_abs()).unwrap_or(Amount::MAX);
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}", size.decimal(currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_or_name_the_rule_and_the_field() {
        let check = |currency: &str, amount: &str| {
            let text = api::Money {
                currency: currency.to_owned(),
                amount: amount.to_owned(),
            };
            money_in(&text, "/amount").map_err(|problem| {
                (
                    problem.code(),
                    problem.field().unwrap_or_default().to_owned(),
                )
            })
        };
        let read = check("JPY", "3000").unwrap();
        assert_eq!((read.currency, read.amount.minor()), (Currency::Jpy, 3_000));
        assert_eq!(money_out(read).amount, "3000");
        for (currency, amount, code, field) in [
            ("EUR", "1", Code::CurrencyWrong, "/amount/currency"),
            ("JPY", "0", Code::AmountZero, "/amount/amount"),
            ("JPY", "1.5", Code::AmountTooPrecise, "/amount/amount"),
            ("JPY", "-1", Code::AmountNegative, "/amount/amount"),
            ("JPY", "1e3", Code::AmountMalformed, "/amount/amount"),
            (
                "JPY",
                "9223372036854775808",
                Code::AmountTooLarge,
                "/amount/amount",
            ),
        ] {
            assert_eq!(
                check(currency, amount),
                Err((code, field.to_owned())),
                "{amount}"
            );
        }
    }

    #[test]
    fn balances_keep_their_sign() {
        assert_eq!(signed_out(Currency::Khr, -53_524), "-53524");
        assert_eq!(signed_out(Currency::Usd, -5), "-0.05");
        assert_eq!(signed_out(Currency::Jpy, 0), "0");
    }
}
