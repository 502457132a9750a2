//! The size of things: files, functions, lines. Sizes are counted outside tests. What was too
//! large when a rule came is frozen: it may shrink, and its row then follows, but never grow.

use super::frozen::Frozen;
use super::source::{Source, closing, is_word};
use super::{Complaint, TextFile, Tree};

const FILE_LINES_WARN: usize = 600;
const FILE_LINES_MAX: usize = 1000;
const FUNCTION_LINES_MAX: usize = 70;
const LINE_COLUMNS_MAX: usize = 100;
/// A word this long is an address, a hash or a payload, and cannot be broken over two lines.
const WORD_COLUMNS_UNBREAKABLE: usize = 60;

/// Files that people write and read as code.
const CODE_EXTENSIONS: &[&str] = &[".rs", ".js", ".css", ".html", ".sql", ".sh"];
/// What the first lines of a generated file say.
const GENERATED: &str = concat!("@", "generated");

pub(super) fn check(tree: &Tree, frozen: &Frozen) -> Vec<Complaint> {
    let mut sizes = Vec::new();
    sizes.extend(
        file_lengths(tree)
            .into_iter()
            .filter(|size| size.lines > FILE_LINES_MAX),
    );
    sizes.extend(tree.sources.iter().flat_map(function_lengths));
    let mut complaints = frozen.judge(&sizes);
    complaints.extend(tree.sources.iter().flat_map(long_lines));
    complaints
}

/// What will become a complaint if it goes on growing.
pub(super) fn warn(tree: &Tree) -> Vec<Complaint> {
    let is_large = |size: &Size| size.lines > FILE_LINES_WARN && size.lines <= FILE_LINES_MAX;
    file_lengths(tree)
        .into_iter()
        .filter(is_large)
        .map(|size| size.too_large())
        .collect()
}

/// Something and how many lines it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) path: String,
    /// The function's name, or nothing for the file itself.
    pub(super) function: Option<String>,
    pub(super) line: usize,
    pub(super) lines: usize,
}

impl Size {
    /// How the frozen list names it.
    pub(super) fn key(&self) -> String {
        match &self.function {
            Some(function) => format!("{} {function}", self.path),
            None => self.path.clone(),
        }
    }

    pub(super) fn too_large(&self) -> Complaint {
        let what = match &self.function {
            Some(name) => {
                format!(
                    "function of {} lines, want {FUNCTION_LINES_MAX} `{name}`",
                    self.lines
                )
            }
            None => format!("file of {} lines, want {FILE_LINES_WARN}", self.lines),
        };
        Complaint {
            path: self.path.clone(),
            line: self.line,
            what,
        }
    }
}

fn file_lengths(tree: &Tree) -> Vec<Size> {
    let is_counted = |file: &&TextFile| {
        CODE_EXTENSIONS
            .iter()
            .any(|extension| file.path.ends_with(extension))
            && !file
                .text
                .lines()
                .take(3)
                .any(|line| line.contains(GENERATED))
    };
    let size = |file: &TextFile| {
        let source = tree.sources.iter().find(|source| source.path == file.path);
        let lines = match source {
            Some(source) => source.is_test.iter().filter(|is_test| !**is_test).count(),
            None => file.text.lines().count(),
        };
        Size {
            path: file.path.clone(),
            function: None,
            line: 0,
            lines,
        }
    };
    tree.files.iter().filter(is_counted).map(size).collect()
}

/// Functions that are too long, counted as clippy counts them: lines of the body that hold
/// more than a comment. Clippy sees the same later; this one is there within a second.
fn function_lengths(source: &Source) -> Vec<Size> {
    let mut sizes = Vec::new();
    for (index, token) in source.tokens.iter().enumerate() {
        if token.text != "fn" || source.is_test_line(token.line) {
            continue;
        }
        let name = source.tokens.get(index.saturating_add(1));
        let Some(name) = name.filter(|name| name.text.chars().all(is_word)) else {
            continue;
        };
        let Some((first, last)) = body(source, index) else {
            continue;
        };
        let inside = source.code.iter().take(last).skip(first.saturating_add(1));
        let lines = inside.filter(|line| !line.trim().is_empty()).count();
        if lines > FUNCTION_LINES_MAX {
            sizes.push(Size {
                path: source.path.clone(),
                function: Some(name.text.clone()),
                line: token.line.saturating_add(1),
                lines,
            });
        }
    }
    sizes
}

/// The lines on which the body of the function at token `index` opens and closes.
fn body(source: &Source, index: usize) -> Option<(usize, usize)> {
    let mut at = index;
    loop {
        let token = source.tokens.get(at)?;
        match token.text.as_str() {
            "{" => {
                let last = source.tokens.get(closing(&source.tokens, at)?)?;
                return Some((token.line, last.line));
            }
            ";" => return None,
            "(" | "[" => at = closing(&source.tokens, at)?,
            _ => {}
        }
        at = at.saturating_add(1);
    }
}

fn long_lines(source: &Source) -> Vec<Complaint> {
    let is_long = |line: &str| {
        line.chars().count() > LINE_COLUMNS_MAX
            && !line
                .split_whitespace()
                .any(|word| word.chars().count() > WORD_COLUMNS_UNBREAKABLE)
            && !line.contains("://")
    };
    let lines = source
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| is_long(line));
    lines
        .map(|(number, line)| long_line(source, number, line.chars().count()))
        .collect()
}

fn long_line(source: &Source, line: usize, columns: usize) -> Complaint {
    Complaint {
        path: source.path.clone(),
        line: line.saturating_add(1),
        what: format!("line of {columns} columns, want {LINE_COLUMNS_MAX}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::tests::source;

    fn tree(path: &str, text: &str) -> Tree {
        let files = vec![TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }];
        let sources = if path.ends_with(".rs") {
            vec![source(path, text)]
        } else {
            vec![]
        };
        Tree {
            root_entries: vec![],
            files,
            sources,
            packages: vec![],
        }
    }

    fn check_file(path: &str, text: &str, warns: bool, complains: bool) {
        let tree = tree(path, text);
        let frozen = Frozen::parse("").unwrap();
        assert_eq!(!warn(&tree).is_empty(), warns, "warning about {path}");
        assert_eq!(
            !check(&tree, &frozen).is_empty(),
            complains,
            "complaint about {path}"
        );
    }

    #[test]
    fn file_length_counts_code_outside_tests() {
        let lines = |count| "a\n".repeat(count);
        check_file("crates/a/src/b.rs", &lines(600), false, false);
        check_file("crates/a/src/b.rs", &lines(601), true, false);
        check_file("crates/a/src/b.rs", &lines(1001), false, true);
        check_file("crates/a/src/b.sql", &lines(1001), false, true);
        check_file("crates/a/tests/b.rs", &lines(1001), false, false);
        check_file("docs/b.md", &lines(1001), false, false);
        check_file(
            "crates/a/src/b.rs",
            &format!("// {GENERATED}\n{}", lines(1001)),
            false,
            false,
        );
        let tests = format!("a\n#[cfg(test)]\nmod tests {{\n{}}}\n", lines(1001));
        check_file("crates/a/src/b.rs", &tests, false, false);
    }

    fn check_function(text: &str, expected: &[(&str, usize)]) {
        let sizes = function_lengths(&source("crates/a/src/b.rs", text));
        let actual: Vec<_> = sizes
            .iter()
            .map(|size| (size.function.as_deref().unwrap(), size.lines))
            .collect();
        assert_eq!(actual, expected);
    }

    #[test]
    fn function_length_counts_lines_of_code() {
        let body = |count| "    a(\"}\");\n    // }\n\n".repeat(count);
        let head = "fn long<T>(a: [u8; 3])\nwhere T: Fn(u8) -> u8,\n{\n";
        check_function(&format!("{head}{}}}\n", body(70)), &[]);
        check_function(&format!("{head}{}}}\n", body(71)), &[("long", 71)]);
        check_function(
            &format!("#[cfg(test)]\nmod t {{\n{head}{}}}\n}}\n", body(71)),
            &[],
        );
        check_function(
            &format!("trait T {{ fn a(); }}\nmod b {{\n{}}}\n", body(71)),
            &[],
        );
    }

    #[test]
    fn long_lines_are_found_unless_they_cannot_be_broken() {
        let check = |line: &str, expected: usize| {
            assert_eq!(
                long_lines(&source("crates/a/src/b.rs", line)).len(),
                expected,
                "{line}"
            );
        };
        check(&"ab ".repeat(33), 0);
        check(&"ព្រ ".repeat(25), 0);
        check(&format!("{}.", "ab ".repeat(34)), 1);
        check(&format!("// {}https://example.com", "ab ".repeat(34)), 0);
        check(&format!("// {} {}", "ab ".repeat(20), "a".repeat(61)), 0);
        check(&format!("// {} {}", "ab ".repeat(20), "a".repeat(60)), 1);
    }
}
