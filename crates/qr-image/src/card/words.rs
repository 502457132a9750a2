//! What every card says, in the languages of the people who stand before it.

use super::CardScheme;

/// The language of the shop first and large, then English, then that of the guests.
pub(super) fn how_to_pay(scheme: CardScheme, is_fixed: bool) -> [&'static str; 3] {
    let (khmer, english, japanese) = if is_fixed {
        (
            "ស្កេនដើម្បីបង់ប្រាក់",
            "Scan to pay",
            "スキャンしてお支払いください",
        )
    } else {
        (
            "ស្កេន រួចបញ្ចូលចំនួនទឹកប្រាក់",
            "Scan, then enter the amount",
            "スキャンして金額を入力してください",
        )
    };
    match scheme {
        CardScheme::Khqr => [khmer, english, japanese],
        CardScheme::Jpqr => [japanese, english, khmer],
    }
}

/// That nothing here is real.
pub(super) fn simulated(scheme: CardScheme) -> [&'static str; 3] {
    let khmer = "សម្រាប់សាកល្បង មិនមែនប្រាក់ពិតទេ";
    let japanese = "テスト用：実際のお金は動きません";
    let english = "SIMULATED: no real money";
    match scheme {
        CardScheme::Khqr => [english, khmer, japanese],
        CardScheme::Jpqr => [english, japanese, khmer],
    }
}

/// The scheme as a word.
pub(super) fn scheme(scheme: CardScheme) -> &'static str {
    match scheme {
        CardScheme::Khqr => "KHQR",
        CardScheme::Jpqr => "JPQR",
    }
}

/// The currency as guests know it, and as the shop's own customers do. Not the sign of the riel:
/// beside capitals it is too small to be seen from a metre.
pub(super) fn currency(letters: &str) -> String {
    match letters {
        "KHR" => "KHR រៀល".to_owned(),
        "USD" => "USD $".to_owned(),
        "JPY" => "JPY 円".to_owned(),
        other => other.to_owned(),
    }
}

/// An amount with its sign and with commas between thousands; nothing if it is no amount.
pub(super) fn amount(letters: &str, text: &str) -> Option<String> {
    let (whole, part) = text
        .split_once('.')
        .map_or((text, None), |(whole, part)| (whole, Some(part)));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || part.is_some_and(|part| !is_digits(part)) {
        return None;
    }
    let mut grouped = String::new();
    for (index, digit) in whole.char_indices() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(part) = part {
        grouped.push('.');
        grouped.push_str(part);
    }
    Some(match letters {
        "KHR" => format!("{grouped} ៛"),
        "USD" => format!("${grouped}"),
        "JPY" => format!("¥{grouped}"),
        other => format!("{grouped} {other}"),
    })
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn amounts_are_written_as_people_read_them() {
        for (letters, text, expected) in [
            ("KHR", "120000", Some("120,000 ៛")),
            ("KHR", "500", Some("500 ៛")),
            ("USD", "1234567.50", Some("$1,234,567.50")),
            ("JPY", "3000", Some("¥3,000")),
            ("THB", "20", Some("20 THB")),
            ("JPY", "", None),
            ("JPY", "-1", None),
            ("JPY", "1,000", None),
            ("USD", "1.", None),
            ("USD", "1.2.3", None),
            ("USD", "１", None),
        ] {
            assert_eq!(
                amount(letters, text).as_deref(),
                expected,
                "{letters} {text}"
            );
        }
    }
}
