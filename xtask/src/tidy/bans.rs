//! What may not be written, as one table of token patterns. Clippy has lists like these, but not
//! per room and per place, and it runs only where there are minutes to spare.

use super::Complaint;
use super::source::{Source, Token, tokens};

/// The rooms whose replay must give the same state on every machine, for ever.
const CORE: &[&str] = &[
    "crates/money/src/",
    "crates/ledger/src/",
    "crates/switch/src/",
];

struct Ban {
    pattern: &'static str,
    place: Place,
    why: &'static str,
}

#[derive(Clone, Copy)]
enum Place {
    Everywhere,
    /// The core's own code, not its tests.
    Core,
    Tests,
}

const fn everywhere(pattern: &'static str, why: &'static str) -> Ban {
    Ban {
        pattern,
        place: Place::Everywhere,
        why,
    }
}

const fn core(pattern: &'static str, why: &'static str) -> Ban {
    Ban {
        pattern,
        place: Place::Core,
        why,
    }
}

const BANS: &[Ban] = &[
    core("f32", "the core has no floats"),
    core("f64", "the core has no floats"),
    core("tokio", "the core has no runtime"),
    core("async", "the core has no runtime"),
    core("serde", "the core is never serialised by itself"),
    core("rusqlite", "the core knows no database"),
    core("SystemTime", "the core has no clock"),
    core("Instant", "the core has no clock"),
    core(
        "HashMap",
        "its order differs from run to run, so replay would too",
    ),
    core(
        "HashSet",
        "its order differs from run to run, so replay would too",
    ),
    core("rand", "the core has no randomness"),
    core("std::env", "the core is given everything that it knows"),
    core("std::fs", "the core does no input or output"),
    core("std::io", "the core does no input or output"),
    core("std::net", "the core does no input or output"),
    core(
        "std::thread",
        "the core has one thread, which is not its own",
    ),
    everywhere("#[ignore", "a test runs or does not exist"),
    everywhere("#[allow(", "say #[expect(lint, reason = \"…\")]"),
    everywhere("#![allow(", "say #![expect(lint, reason = \"…\")]"),
    everywhere("todo!", "nothing is left for later in the code"),
    everywhere("unimplemented!", "nothing is left for later in the code"),
    Ban {
        pattern: "sleep(",
        place: Place::Tests,
        why: "a test waits for what it needs, not for time",
    },
];

pub(super) fn check(sources: &[Source]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for ban in BANS {
        let pattern = tokens(ban.pattern);
        for source in sources {
            for line in places(&source.tokens, &pattern) {
                if applies(ban.place, source, line) {
                    complaints.push(banned(source, line, ban));
                }
            }
        }
    }
    complaints
}

fn applies(place: Place, source: &Source, line: usize) -> bool {
    match place {
        Place::Everywhere => true,
        Place::Core => {
            CORE.iter().any(|room| source.path.starts_with(room)) && !source.is_test_line(line)
        }
        Place::Tests => source.is_test_line(line),
    }
}

/// The lines on which the pattern begins.
fn places(tokens: &[Token], pattern: &[Token]) -> Vec<usize> {
    let is_same = |(token, wanted): (&Token, &Token)| is_equal(&token.text, &wanted.text);
    let windows = tokens.windows(pattern.len());
    windows
        .filter(|window| window.iter().zip(pattern).all(is_same))
        .filter_map(|window| window.first())
        .map(|token| token.line)
        .collect()
}

/// A number's suffix counts as the type that it names.
fn is_equal(token: &str, wanted: &str) -> bool {
    let is_number = token.starts_with(|c: char| c.is_ascii_digit()) && !token.starts_with("0x");
    token == wanted || (is_number && token.ends_with(wanted) && wanted.starts_with('f'))
}

fn banned(source: &Source, line: usize, ban: &Ban) -> Complaint {
    let what = format!("{} `{}`", ban.why, ban.pattern);
    Complaint {
        path: source.path.clone(),
        line: line.saturating_add(1),
        what,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::tests::source;

    fn check(path: &str, text: &str, expected: &[&str]) {
        let complaints = super::check(&[source(path, text)]);
        let actual: Vec<&str> = complaints
            .iter()
            .map(|complaint| complaint.what.split('`').nth(1).unwrap_or_default())
            .collect();
        assert_eq!(actual, expected, "{path}: {text}");
    }

    #[test]
    fn every_ban_is_seen_where_it_applies_and_only_there() {
        for ban in BANS {
            let closed = match ban.pattern.chars().next_back() {
                Some('(') => format!("{})", ban.pattern),
                _ => ban.pattern.to_owned(),
            };
            let closed = if closed.contains('[') {
                format!("{closed}]")
            } else {
                closed
            };
            let test = format!("#[cfg(test)]\nmod tests {{ {closed} }}");
            let (in_core, in_shell, in_test): (&[_], &[_], &[_]) = match ban.place {
                Place::Everywhere => (&[ban.pattern], &[ban.pattern], &[ban.pattern]),
                Place::Core => (&[ban.pattern], &[], &[]),
                Place::Tests => (&[], &[], &[ban.pattern]),
            };
            check("crates/switch/src/a.rs", ban.pattern, in_core);
            check("crates/engine/src/a.rs", ban.pattern, in_shell);
            check("crates/money/src/a.rs", &test, in_test);
            check("crates/money/src/a.rs", &format!("// {}", ban.pattern), &[]);
        }
    }

    #[test]
    fn only_whole_words_count() {
        check(
            "crates/money/src/a.rs",
            "let brand = serde_like; 0xf64",
            &[],
        );
        check("crates/money/src/a.rs", "let x = 1_f64;", &["f64"]);
        check("crates/money/src/a.rs", "use std :: env;", &["std::env"]);
        check("crates/money/tests/a.rs", "thread::sleep(x)", &["sleep("]);
        check("crates/money/tests/a.rs", "#[expect(lint)] asleep()", &[]);
    }
}
