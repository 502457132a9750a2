//! How figures are shown to people.

use wire::api::Money;

/// An amount with its currency and thousands set apart: `JPY 3,000`.
pub(super) fn money(money: &Money) -> String {
    format!("{} {}", money.currency, grouped(&money.amount))
}

/// Thousands set apart: `-53,524`, `1,234.50`.
pub(super) fn grouped(text: &str) -> String {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, decimals) = match rest.split_once('.') {
        Some((whole, decimals)) => (whole, format!(".{decimals}")),
        None => (rest, String::new()),
    };
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        let left = whole.chars().count().saturating_sub(at);
        if at > 0 && left.is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{decimals}")
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_set_apart() {
        for (text, shown) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("-53524", "-53,524"),
            ("1234567.50", "1,234,567.50"),
        ] {
            assert_eq!(grouped(text), shown);
        }
    }
}
