//! The two streams: data for programs, talk for people.

use std::io::Write as _;

use serde::Serialize;

/// One line or more of data. A reader that went away (`| head`) is not an error.
pub(crate) fn data(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _closed = writeln!(stdout, "{text}");
}

/// One line or more of talk.
pub(crate) fn talk(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _closed = writeln!(stderr, "{text}");
}

/// One JSON object on one line.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    data(&serde_json::to_string(value)?);
    Ok(())
}

/// A stranger's text, safe to show in a terminal: control characters, which could move the
/// cursor or recolour the screen, and characters that turn the reading direction are shown as
/// their numbers.
pub(crate) fn safe(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}');
        if c.is_control() || turns {
            safe.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
        } else {
            safe.push(c);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn a_strangers_text_cannot_move_the_cursor() {
        assert_eq!(safe("ok ស្ពាន 橋"), "ok ស្ពាន 橋");
        assert_eq!(safe("a\u{1b}[2Jb\n"), "a\\u{1b}[2Jb\\u{a}");
        assert_eq!(safe("100\u{202e}001"), "100\\u{202e}001");
    }
}
