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

/// Columns of a terminal that nobody has made wider.
const COLUMNS: usize = 80;

/// A text in lines that fit a terminal behind `indent` columns, broken between words, with `tail`
/// columns left at the end for a mark that it goes on.
pub(super) fn wrapped(text: &str, indent: usize, tail: usize) -> Vec<String> {
    let room = COLUMNS.saturating_sub(indent).saturating_sub(tail);
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let fits = lines.last().is_some_and(|line| {
            let both = line.chars().count().saturating_add(word.chars().count());
            both < room
        });
        match lines.last_mut().filter(|_| fits) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{grouped, wrapped};

    #[test]
    fn long_texts_are_broken_between_words() {
        let words = "word ".repeat(40);
        let lines = wrapped(words.trim(), 10, 2);
        assert!(lines.iter().all(|line| line.len() <= 68), "{lines:?}");
        assert_eq!(lines.join(" "), words.trim());
        assert_eq!(wrapped("", 0, 0), [""]);
        let long = "x".repeat(90);
        assert_eq!(wrapped(&format!("a {long}"), 0, 0), ["a", &long]);
    }

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
