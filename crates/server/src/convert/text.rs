//! Bounded texts of strangers.

use wire::error::{Code, Problem, Who};

/// One line of at least one and at most `chars_max` characters.
pub(crate) fn bounded(text: &str, chars_max: usize, field: &str) -> Result<String, Problem> {
    if text.trim().is_empty() {
        return Err(wrong(field, "must not be empty"));
    }
    optional(text, chars_max, field)
}

/// As [`bounded`], for what is measured in bytes of UTF-8 because it is stored so.
pub(crate) fn bounded_bytes(text: &str, bytes_max: usize, field: &str) -> Result<String, Problem> {
    if text.len() > bytes_max {
        let detail = format!("at most {bytes_max} bytes of UTF-8");
        return Err(wrong(field, &detail));
    }
    bounded(text, bytes_max, field)
}

/// As [`bounded`], or empty.
pub(crate) fn optional(text: &str, chars_max: usize, field: &str) -> Result<String, Problem> {
    if text.chars().count() > chars_max {
        return Err(wrong(field, &format!("at most {chars_max} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(wrong(field, "no control characters"));
    }
    Ok(text.to_owned())
}

fn wrong(field: &str, detail: &str) -> Problem {
    Problem::new(Code::InvalidField)
        .with_field(field)
        .with_detail(detail)
}

/// As the catalogue writes it.
pub(crate) fn who_text(who: Who) -> &'static str {
    match who {
        Who::Caller => "caller",
        Who::Payer => "payer",
        Who::PayerParticipant => "payer_participant",
        Who::PayeeParticipant => "payee_participant",
        Who::Merchant => "merchant",
        Who::FxProvider => "fx_provider",
        Who::Operator => "operator",
        Who::Hub => "hub",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_one_line_of_bounded_length() {
        let check = |text: &str, expected: bool| {
            assert_eq!(bounded(text, 5, "/name").is_ok(), expected, "{text:?}");
        };
        check("Sokha", true);
        check("ទន្លេ", true);
        check("", false);
        check("  ", false);
        check("Sokha!", false);
        check("a\nb", false);
        assert_eq!(optional("", 5, "/name").unwrap(), "");
        // Five letters of Khmer are 15 bytes.
        assert!(bounded_bytes("ទន្លេ", 15, "/reference").is_ok());
        assert!(bounded_bytes("ទន្លេ", 14, "/reference").is_err());
        assert!(bounded_bytes(" ", 14, "/reference").is_err());
    }

    #[test]
    fn who_must_act_is_written_as_in_a_problem() {
        for who in [
            Who::Caller,
            Who::PayeeParticipant,
            Who::FxProvider,
            Who::Hub,
        ] {
            assert_eq!(serde_json::to_value(who).unwrap(), who_text(who));
        }
    }
}
