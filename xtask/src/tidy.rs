//! The house rules that no compiler knows. One walk over the repository, then one function per
//! complaint kind, all of them over what the walk read; every complaint is collected before the
//! run fails, so that a newcomer mends everything in one go. It runs as a command, as a step of
//! the test lanes and as a test.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, bail};

use self::frozen::Frozen;
use self::rooms::Package;
use self::source::Source;

mod bans;
mod frozen;
mod house;
mod locks;
pub(crate) mod rooms;
mod shape;
mod source;
mod words;

/// Folders that hold no text of ours.
const SKIPPED: &[&str] = &["target", ".git"];

/// What breaks a rule, and where. Line 0 means the whole file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Complaint {
    path: String,
    line: usize,
    what: String,
}

#[derive(Debug, Default)]
struct Report {
    complaints: Vec<Complaint>,
    warnings: Vec<Complaint>,
}

/// Everything that the checks look at.
#[derive(Debug)]
struct Tree {
    /// Names in the repository's root, in order.
    root_entries: Vec<String>,
    /// Every text file; binary files have no rules.
    files: Vec<TextFile>,
    sources: Vec<Source>,
    packages: Vec<Package>,
}

#[derive(Debug)]
struct TextFile {
    /// Relative to the root, with `/` between its parts.
    path: String,
    text: String,
}

pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let report = report(root)?;
    for warning in &report.warnings {
        eprintln!("warning: {warning}");
    }
    for complaint in &report.complaints {
        eprintln!("{complaint}");
    }
    match report.complaints.len() {
        0 => Ok(()),
        count => bail!("tidy has {count} complaints"),
    }
}

fn report(root: &Path) -> anyhow::Result<Report> {
    let tree = Tree::read(root)?;
    let frozen = Frozen::parse(tree.text(frozen::PATH)?)?;
    let allowed = words::Allowed::parse(tree.text(words::PATH)?)?;

    let mut report = Report::default();
    report.complaints.extend(rooms::check(&tree.packages));
    report.complaints.extend(bans::check(&tree.sources));
    report.complaints.extend(shape::check(&tree, &frozen));
    report
        .complaints
        .extend(words::check(&tree.sources, &allowed));
    report.complaints.extend(house::check(&tree));
    let lock = tree.text(locks::OURS)?;
    let complaints = locks::check(lock, tree.text(locks::BINDINGS)?);
    report.complaints.extend(complaints);
    report.warnings.extend(shape::warn(&tree));
    report.complaints.sort();
    report.warnings.sort();
    Ok(report)
}

impl Tree {
    fn read(root: &Path) -> anyhow::Result<Self> {
        let mut root_entries: Vec<String> = names(root)?.into_iter().collect();
        root_entries.sort();
        let mut files = Vec::new();
        walk(root, "", &mut files)?;
        let is_rust = |file: &&TextFile| Path::new(&file.path).extension() == Some("rs".as_ref());
        let sources = files.iter().filter(is_rust).map(Source::new).collect();
        Ok(Self {
            root_entries,
            files,
            sources,
            packages: rooms::packages(root)?,
        })
    }

    fn text(&self, path: &str) -> anyhow::Result<&str> {
        let file = self.files.iter().find(|file| file.path == path);
        Ok(&file
            .with_context(|| format!("file is missing `{path}`"))?
            .text)
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.what),
            line => write!(f, "{}:{line}: {}", self.path, self.what),
        }
    }
}

fn names(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("failed to list `{}`", folder.display()))?;
    let mut names = BTreeSet::new();
    for entry in entries {
        let entry = entry.with_context(|| format!("failed to list `{}`", folder.display()))?;
        names.insert(entry.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}

/// Depth is bounded by the repository; links are not followed, so the walk ends.
fn walk(folder: &Path, prefix: &str, files: &mut Vec<TextFile>) -> anyhow::Result<()> {
    for name in names(folder)? {
        if SKIPPED.contains(&name.as_str()) {
            continue;
        }
        let path = folder.join(&name);
        let relative = format!("{prefix}{name}");
        let metadata = match fs::symlink_metadata(&path) {
            Ok(metadata) => metadata,
            // An editor's temporary file that went away since the folder was listed.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => {
                return Err(error).with_context(|| format!("failed to read `{relative}`"));
            }
        };
        if metadata.is_dir() {
            walk(&path, &format!("{relative}/"), files)?;
        } else if metadata.is_file() {
            let bytes = match fs::read(&path) {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => {
                    return Err(error).with_context(|| format!("failed to read `{relative}`"));
                }
            };
            if let Ok(text) = String::from_utf8(bytes) {
                files.push(TextFile {
                    path: relative,
                    text,
                });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repository_is_tidy() {
        let report = report(&crate::root().unwrap()).unwrap();
        let lines: Vec<String> = report.complaints.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "\n{}", lines.join("\n"));
    }

    #[test]
    fn complaint_names_the_place() {
        let complaint = |line| Complaint {
            path: "a/b.rs".into(),
            line,
            what: "no".into(),
        };
        assert_eq!(complaint(7).to_string(), "a/b.rs:7: no");
        assert_eq!(complaint(0).to_string(), "a/b.rs: no");
    }
}
