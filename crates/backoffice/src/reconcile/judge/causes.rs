//! What probably led to a pair that does not agree.

use super::super::expected::Expected;
use super::super::line::Line;
use super::super::outcome::Cause;

/// Of two amounts of one currency and direction.
pub(super) fn of_amounts(line: &Line, expected: &Expected) -> Cause {
    let said = line.said.money.amount.minor();
    let wanted = expected.money.amount.minor();
    let is_hundredfold =
        said.checked_mul(100) == Some(wanted) || wanted.checked_mul(100) == Some(said);
    if is_hundredfold {
        Cause::UnitsExchanged
    } else if digits(said) == digits(wanted) {
        Cause::DigitsExchanged
    } else if said < wanted {
        Cause::LineSmaller
    } else {
        Cause::LineLarger
    }
}

/// Of two currencies: the figure is what people see, `7,200` whether riel or dollars.
pub(super) fn of_currencies(line: &Line, expected: &Expected) -> Cause {
    let said = line.said.money.amount.decimal(line.said.money.currency);
    let wanted = expected.money.amount.decimal(expected.money.currency);
    let figure = |text: &str| match text.split_once('.') {
        Some((whole, decimals)) if decimals.bytes().all(|byte| byte == b'0') => whole.to_owned(),
        Some(_) | None => text.to_owned(),
    };
    if figure(&said) == figure(&wanted) {
        Cause::SameFigure
    } else {
        Cause::OtherCurrency
    }
}

fn digits(amount: u64) -> Vec<u8> {
    let mut digits = amount.to_string().into_bytes();
    digits.sort_unstable();
    digits
}
