//! A Rust file as the checks see it: code without comments and the insides of literals, comments
//! without code, and which lines are tests. It is a lexer, not a parser: rules that need types
//! belong to clippy.

use super::TextFile;

#[derive(Debug)]
pub(super) struct Source {
    pub(super) path: String,
    /// The lines as written.
    pub(super) lines: Vec<String>,
    /// The same lines with comments blanked and literals' characters replaced by quotes.
    pub(super) code: Vec<String>,
    /// The same lines with everything but comments blanked.
    pub(super) comments: Vec<String>,
    pub(super) tokens: Vec<Token>,
    /// For each line, whether only tests are compiled from it.
    pub(super) is_test: Vec<bool>,
}

/// A word of letters, digits and underscores, or one other character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) text: String,
    /// Counted from 0.
    pub(super) line: usize,
}

impl Source {
    pub(super) fn new(file: &TextFile) -> Self {
        let (code, comments) = Lexer::new(&file.text).run();
        let to_lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let lines = to_lines(&file.text);
        let tokens = tokens(&code);
        let is_test = match is_test_file(&file.path) {
            true => vec![true; lines.len()],
            false => test_lines(&tokens, lines.len()),
        };
        Self {
            path: file.path.clone(),
            lines,
            code: to_lines(&code),
            comments: to_lines(&comments),
            tokens,
            is_test,
        }
    }

    pub(super) fn is_test_line(&self, line: usize) -> bool {
        self.is_test.get(line).copied().unwrap_or(false)
    }
}

pub(super) fn tokens(code: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for (line, text) in code.lines().enumerate() {
        let mut word = String::new();
        for c in text.chars().chain([' ']) {
            if is_word(c) {
                word.push(c);
                continue;
            }
            if !word.is_empty() {
                tokens.push(Token {
                    text: std::mem::take(&mut word),
                    line,
                });
            }
            if !c.is_whitespace() {
                tokens.push(Token {
                    text: c.to_string(),
                    line,
                });
            }
        }
    }
    tokens
}

pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The index of the token that closes what `tokens[open]` opens.
pub(super) fn closing(tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth = depth.saturating_add(1),
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return Some(index);
        }
    }
    None
}

fn is_test_file(path: &str) -> bool {
    let mut parts = path.split('/').rev();
    let name = parts.next().unwrap_or_default();
    name == "tests.rs" || parts.any(|folder| folder == "tests" || folder == "benches")
}

/// Marks the items behind `#[cfg(test)]`.
fn test_lines(tokens: &[Token], lines: usize) -> Vec<bool> {
    let mut is_test = vec![false; lines];
    let attribute = ["#", "[", "cfg", "(", "test", ")", "]"];
    for start in 0..tokens.len() {
        let item = tokens.get(start..).unwrap_or_default();
        if !attribute
            .iter()
            .enumerate()
            .all(|(n, text)| item.get(n).is_some_and(|token| token.text == *text))
        {
            continue;
        }
        let body = item
            .iter()
            .position(|token| token.text == "{" || token.text == ";");
        let Some(body) = body.map(|offset| start.saturating_add(offset)) else {
            continue;
        };
        let (first, last) = (tokens.get(start), closing(tokens, body));
        if let (Some(first), Some(last)) = (first, last.and_then(|last| tokens.get(last))) {
            let count = last.line.saturating_sub(first.line).saturating_add(1);
            is_test
                .iter_mut()
                .skip(first.line)
                .take(count)
                .for_each(|line| *line = true);
        }
    }
    is_test
}

/// Splits a file into code and comments of the same shape, character for character.
struct Lexer {
    chars: Vec<char>,
    at: usize,
    code: String,
    comments: String,
}

#[derive(Clone, Copy)]
enum Kind {
    Code,
    Comment,
    Literal,
}

impl Lexer {
    fn new(text: &str) -> Self {
        let chars = text.chars().collect();
        Self {
            chars,
            at: 0,
            code: String::new(),
            comments: String::new(),
        }
    }

    fn run(mut self) -> (String, String) {
        while let Some(c) = self.peek(0) {
            match (c, self.peek(1)) {
                ('/', Some('/')) => self.line_comment(),
                ('/', Some('*')) => self.block_comment(),
                ('"', _) => self.string(),
                ('\'', _) => self.quote(),
                ('r', Some('"' | '#')) => self.raw(),
                _ => self.take(1, Kind::Code),
            }
        }
        (self.code, self.comments)
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at.saturating_add(ahead)).copied()
    }

    fn take(&mut self, count: usize, kind: Kind) {
        for _ in 0..count {
            let Some(c) = self.peek(0) else { return };
            self.at = self.at.saturating_add(1);
            let blank = if c.is_whitespace() { c } else { ' ' };
            let (code, comment) = match kind {
                Kind::Code => (c, blank),
                Kind::Comment => (blank, c),
                Kind::Literal => (if c.is_whitespace() { c } else { '"' }, blank),
            };
            self.code.push(code);
            self.comments.push(comment);
        }
    }

    fn line_comment(&mut self) {
        while self.peek(0).is_some_and(|c| c != '\n') {
            self.take(1, Kind::Comment);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => depth = depth.saturating_add(1),
                (Some('*'), Some('/')) => depth = depth.saturating_sub(1),
                (Some(_), _) => {
                    self.take(1, Kind::Comment);
                    continue;
                }
                (None, _) => return,
            }
            self.take(2, Kind::Comment);
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.take(1, Kind::Literal);
        while let Some(c) = self.peek(0) {
            self.take(if c == '\\' { 2 } else { 1 }, Kind::Literal);
            if c == '"' {
                return;
            }
        }
    }

    /// A character, or a lifetime, which is code.
    fn quote(&mut self) {
        match (self.peek(1), self.peek(2)) {
            (Some('\\'), _) => {
                self.take(3, Kind::Literal);
                while self.peek(0).is_some_and(|c| c != '\'') {
                    self.take(1, Kind::Literal);
                }
                self.take(1, Kind::Literal);
            }
            (_, Some('\'')) => self.take(3, Kind::Literal),
            _ => self.take(1, Kind::Code),
        }
    }

    /// A raw string, unless the `r` ends a word or begins a raw identifier.
    fn raw(&mut self) {
        let before = |n: usize| {
            self.at
                .checked_sub(n)
                .and_then(|at| self.chars.get(at))
                .copied()
        };
        let is_prefix = match (before(1), before(2)) {
            (Some('b' | 'c'), second) => !second.is_some_and(is_word),
            (first, _) => !first.is_some_and(is_word),
        };
        let hashes = (1..)
            .take_while(|ahead| self.peek(*ahead) == Some('#'))
            .count();
        let open = hashes.saturating_add(1);
        if !is_prefix || self.peek(open) != Some('"') {
            return self.take(1, Kind::Code);
        }
        self.take(open.saturating_add(1), Kind::Literal);
        while self.peek(0).is_some() {
            let is_end = self.peek(0) == Some('"')
                && (1..=hashes).all(|ahead| self.peek(ahead) == Some('#'));
            if is_end {
                return self.take(open, Kind::Literal);
            }
            self.take(1, Kind::Literal);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn source(path: &str, text: &str) -> Source {
        Source::new(&TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        })
    }

    fn check(text: &str, code: &str, comments: &str) {
        let actual = Lexer::new(text).run();
        assert_eq!(actual, (code.to_owned(), comments.to_owned()), "{text}");
    }

    #[test]
    fn comments_and_literals_are_told_from_code() {
        check("a // b\nc", "a     \nc", "  // b\n ");
        check(
            "a /* b /* c */ d */ e",
            "a                   e",
            "  /* b /* c */ d */  ",
        );
        check(r#"f("a\"//b")"#, r#"f("""""""")"#, "           ");
        check(
            "'\"' 'a 'b' '\\'' x",
            "\"\"\" 'a \"\"\" \"\"\"\" x",
            "                 ",
        );
        check(
            r##"r#"a"b"# r#in xr"c""##,
            r##""""""""" r#in xr""""##,
            "                   ",
        );
        check("br\"\\\" c", "b\"\"\"\" c", "       ");
    }

    fn check_tests(path: &str, text: &str, expected: &[bool]) {
        assert_eq!(source(path, text).is_test, expected, "{text}");
    }

    #[test]
    fn lines_of_tests_are_known() {
        let text = "a\n#[cfg(test)]\nmod tests {\n  { }\n}\nb\n";
        check_tests(
            "crates/a/src/b.rs",
            text,
            &[false, true, true, true, true, false],
        );
        check_tests(
            "crates/a/src/b.rs",
            "#[cfg(test)]\nmod tests;\nb",
            &[true, true, false],
        );
        check_tests(
            "crates/a/src/b.rs",
            "// #[cfg(test)]\nmod a {}",
            &[false, false],
        );
        check_tests("crates/a/tests/b.rs", "a\nb", &[true, true]);
        check_tests("crates/a/src/b/tests.rs", "a", &[true]);
    }
}
