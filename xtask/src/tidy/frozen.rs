//! The list of what was too large when its rule came. A row that grows is a complaint, and so is
//! one that is larger than need be: the list is a ratchet, and only ever gets shorter.

use std::collections::BTreeMap;

use anyhow::{Context, bail};

use super::Complaint;
use super::shape::Size;

pub(super) const PATH: &str = "xtask/frozen.txt";

/// Lines per frozen file or function.
#[derive(Debug)]
pub(super) struct Frozen(BTreeMap<String, usize>);

impl Frozen {
    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        let mut rows = BTreeMap::new();
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (key, lines) = line
                .rsplit_once(' ')
                .with_context(|| format!("failed to read {PATH}: no number in `{line}`"))?;
            let lines: usize = lines
                .parse()
                .with_context(|| format!("failed to read {PATH}: no number in `{line}`"))?;
            if rows.insert(key.to_owned(), lines).is_some() {
                bail!("failed to read {PATH}: two rows for `{key}`");
            }
        }
        Ok(Self(rows))
    }

    /// `sizes` holds everything that is over its limit. Functions of one name in one file share
    /// a row, which then speaks of the longest.
    pub(super) fn judge(&self, sizes: &[Size]) -> Vec<Complaint> {
        let mut largest: BTreeMap<String, &Size> = BTreeMap::new();
        for size in sizes {
            let known = largest.entry(size.key()).or_insert(size);
            if size.lines > known.lines {
                *known = size;
            }
        }
        let mut complaints: Vec<Complaint> = Vec::new();
        for (key, size) in &largest {
            match self.0.get(key) {
                None => complaints.push(size.too_large()),
                Some(lines) if size.lines > *lines => complaints.push(grown(size, *lines)),
                Some(lines) if size.lines < *lines => complaints.push(shrunk(size)),
                Some(_) => {}
            }
        }
        complaints.extend(
            self.0
                .keys()
                .filter(|key| !largest.contains_key(*key))
                .map(stale),
        );
        complaints
    }
}

fn grown(size: &Size, lines: usize) -> Complaint {
    let what = format!(
        "grew from {lines} to {} lines, but is frozen in {PATH}",
        size.lines
    );
    Complaint {
        path: size.path.clone(),
        line: size.line,
        what,
    }
}

fn shrunk(size: &Size) -> Complaint {
    let what = format!(
        "has shrunk: its row in {PATH} becomes `{} {}`",
        size.key(),
        size.lines
    );
    Complaint {
        path: size.path.clone(),
        line: size.line,
        what,
    }
}

fn stale(key: &String) -> Complaint {
    let what = format!("row is no longer needed, remove it `{key}`");
    Complaint {
        path: PATH.to_owned(),
        line: 0,
        what,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(list: &str, lines: usize, expected: &[&str]) {
        let size = Size {
            path: "a.rs".into(),
            function: Some("f".into()),
            line: 3,
            lines,
        };
        let complaints = Frozen::parse(list).unwrap().judge(&[size]);
        let actual: Vec<String> = complaints.iter().map(ToString::to_string).collect();
        assert_eq!(actual, expected);
    }

    #[test]
    fn frozen_may_shrink_and_never_grow() {
        check("", 80, &["a.rs:3: function of 80 lines, want 70 `f`"]);
        check("# why\na.rs f 80\n", 80, &[]);
        let grew = "a.rs:3: grew from 80 to 81 lines, but is frozen in xtask/frozen.txt";
        check("a.rs f 80", 81, &[grew]);
        let shrunk = "a.rs:3: has shrunk: its row in xtask/frozen.txt becomes `a.rs f 79`";
        check("a.rs f 80", 79, &[shrunk]);
        let stale = "xtask/frozen.txt: row is no longer needed, remove it `b.rs`";
        check("a.rs f 80\nb.rs 1100", 80, &[stale]);
    }

    #[test]
    fn list_is_read_strictly() {
        assert!(Frozen::parse("a.rs").is_err());
        assert!(Frozen::parse("a.rs many").is_err());
        assert!(Frozen::parse("a.rs 5\na.rs 6").is_err());
    }
}
