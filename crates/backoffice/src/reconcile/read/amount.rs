//! Amounts as people's programs write them.

use money::{Amount, AmountError, Currency};

/// How a file writes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbers {
    pub(super) decimal: char,
    pub(super) group: Option<char>,
}

/// Whether a number has a sign `-`, and the number without it.
pub(super) fn signed(
    text: &str,
    numbers: Numbers,
    currency: Currency,
) -> Result<(bool, Amount), AmountError> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    Ok((is_negative, unsigned(digits, numbers, currency)?))
}

/// Groups have three digits, so that `1,5` is refused where `,` groups, and not read as 15.
pub(super) fn unsigned(
    text: &str,
    numbers: Numbers,
    currency: Currency,
) -> Result<Amount, AmountError> {
    let (whole, decimals) = match text.split_once(numbers.decimal) {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (text, None),
    };
    let mut plain = match numbers.group {
        Some(group) => without_groups(whole, group).ok_or(AmountError::Malformed)?,
        None => whole.to_owned(),
    };
    if let Some(decimals) = decimals {
        plain.push('.');
        plain.push_str(decimals);
    }
    Amount::parse(&plain, currency)
}

fn without_groups(whole: &str, group: char) -> Option<String> {
    let mut parts = whole.split(group);
    let mut plain = parts.next()?.to_owned();
    let first_digits = plain.len();
    let mut is_grouped = false;
    for part in parts {
        is_grouped = true;
        if part.len() != 3 {
            return None;
        }
        plain.push_str(part);
    }
    let is_right = !is_grouped || (1..=3).contains(&first_digits);
    is_right.then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_by_their_convention_and_by_no_other() {
        let english = Numbers {
            decimal: '.',
            group: Some(','),
        };
        let german = Numbers {
            decimal: ',',
            group: Some('.'),
        };
        let plain = Numbers {
            decimal: '.',
            group: None,
        };
        let check = |text: &str, numbers, expected: Option<(bool, u64)>| {
            let read = signed(text, numbers, Currency::Usd);
            let read = read.ok().map(|(sign, amount)| (sign, amount.minor()));
            assert_eq!(read, expected, "{text} {numbers:?}");
        };
        check("1,234.50", english, Some((false, 123_450)));
        check("-1,234,567.5", english, Some((true, 123_456_750)));
        check("+12", english, Some((false, 1_200)));
        check("1234.50", english, Some((false, 123_450)));
        check("1,5", english, None);
        check("1,2345", english, None);
        check("1234,567", english, None);
        check(",567", english, None);
        check("1.234,50", german, Some((false, 123_450)));
        check("1.5", german, None);
        check("1,234.50", plain, None);
        check("1.234", plain, None);
        check("--1", plain, None);
        check("", plain, None);
        check("(5)", plain, None);
        check("5-", plain, None);
    }
}
