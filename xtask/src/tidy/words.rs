//! One word per idea. "Transaction" means five things to five people, so the rooms say payment,
//! leg, transfer or batch; SQL's and other people's names are listed in a file beside us.
//! Text in quotes is not looked at: it is SQL, or the words of a foreign interface.

use anyhow::bail;

use super::Complaint;
use super::source::{Source, is_word};

pub(super) const PATH: &str = "xtask/words.txt";

const BANNED: &str = concat!("trans", "action");
const ROOMS: &[&str] = &["crates/", "libs/"];

/// Names of other people, each with the folder in which it may stand.
#[derive(Debug)]
pub(super) struct Allowed(Vec<Name>);

#[derive(Debug)]
struct Name {
    text: String,
    folder: String,
}

impl Allowed {
    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        let mut names = Vec::new();
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let Some((text, folder)) = line.split_once('|') else {
                bail!("failed to read {PATH}: want `name | folder` in `{line}`");
            };
            let (text, folder) = (text.trim().to_owned(), folder.trim().to_owned());
            if !text.to_lowercase().contains(BANNED) || folder.is_empty() {
                bail!("failed to read {PATH}: name is not banned, or has no folder `{line}`");
            }
            names.push(Name { text, folder });
        }
        Ok(Self(names))
    }

    /// The line without the names that are allowed in this file.
    fn remove(&self, path: &str, line: &str) -> String {
        let names = self.0.iter().filter(|name| path.starts_with(&name.folder));
        names.fold(line.to_owned(), |line, name| {
            remove_whole(&line, &name.text)
        })
    }
}

pub(super) fn check(sources: &[Source], allowed: &Allowed) -> Vec<Complaint> {
    let is_room = |source: &&Source| ROOMS.iter().any(|room| source.path.starts_with(room));
    let mut complaints = Vec::new();
    for source in sources.iter().filter(is_room) {
        for (number, (code, comment)) in source.code.iter().zip(&source.comments).enumerate() {
            let is_banned = |text: &str| {
                let text = allowed.remove(&source.path, text);
                text.to_lowercase().contains(BANNED)
            };
            if is_banned(code) || is_banned(comment) {
                complaints.push(banned_word(source, number));
            }
        }
    }
    complaints
}

fn banned_word(source: &Source, line: usize) -> Complaint {
    Complaint {
        path: source.path.clone(),
        line: line.saturating_add(1),
        what: format!(
            "word is for SQL only: say payment, leg, transfer or batch, \
             or add another's name to {PATH} `{BANNED}`"
        ),
    }
}

/// Removes a name where it stands by itself, not as part of a longer word.
fn remove_whole(line: &str, name: &str) -> String {
    let mut rest = line;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once(name) {
        kept.push_str(before);
        let continues = |edge: Option<char>, inside: Option<char>| {
            edge.is_some_and(is_word) && inside.is_some_and(is_word)
        };
        let is_part = continues(kept.chars().next_back(), name.chars().next())
            || continues(after.chars().next(), name.chars().next_back());
        kept.push_str(if is_part { name } else { " " });
        rest = after;
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::tests::source;

    const ALLOWED: &str = "# rusqlite\nTransaction | crates/journal/src\n.transaction( | crates/\n";

    fn check(path: &str, line: &str, expected: usize) {
        let allowed = Allowed::parse(ALLOWED).unwrap();
        let complaints = super::check(&[source(path, line)], &allowed);
        assert_eq!(complaints.len(), expected, "{path}: {line}");
    }

    #[test]
    fn banned_word_is_found_in_code_and_comments() {
        check("crates/switch/src/a.rs", "struct Transactions;", 1);
        check("crates/switch/src/a.rs", "let last_transaction = 1;", 1);
        check("libs/emvqr/src/a.rs", "// The transaction.", 1);
        check(
            "crates/switch/src/a.rs",
            "struct Payments; // The payments.",
            0,
        );
        check("crates/switch/src/a.rs", "sql(\"BEGIN TRANSACTION\")", 0);
        check("xtask/src/a.rs", "let transaction = 1;", 0);
    }

    #[test]
    fn names_of_others_are_allowed_in_their_folder_only() {
        check("crates/journal/src/a.rs", "use rusqlite::Transaction;", 0);
        check("crates/journal/src/a.rs", "struct TransactionLog;", 1);
        check("crates/switch/src/a.rs", "use rusqlite::Transaction;", 1);
        check("crates/engine/src/a.rs", "let tx = db.transaction()?;", 0);
        check(
            "crates/engine/src/a.rs",
            "let transaction = db.transaction()?;",
            1,
        );
    }

    #[test]
    fn list_is_read_strictly() {
        assert!(Allowed::parse("Transaction").is_err());
        assert!(Allowed::parse("Transaction |").is_err());
        assert!(Allowed::parse("Payment | crates/").is_err());
    }
}
