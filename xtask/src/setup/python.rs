//! Python packages of others: clients that the end-to-end tests use, and what builds our own
//! module. What a list in `ci/` names, with the hash of every file, is installed below `target/`;
//! nobody's own packages are touched and nothing is kept in the repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

use super::LeftOut;
use crate::tidy::rooms;

/// A list of packages and what it is for.
#[derive(Debug)]
pub(super) struct List {
    file: &'static str,
    /// Below the target folder.
    folder: &'static str,
    /// What does not run without it.
    used_for: &'static str,
    /// Who installs it.
    command: &'static str,
}

/// The tests of `spean` and `iso20022` know its folder too.
pub(super) const CLIENTS: List = List {
    file: "ci/pip.txt",
    folder: "xtask/python",
    used_for: "the tests with KHQR and ISO 20022 software that others wrote",
    command: "cargo xtask test",
};

pub(super) const BUILD_TOOLS: List = List {
    file: "ci/pip-build.txt",
    folder: "xtask/python-build",
    used_for: "the Python module",
    command: "cargo xtask ci",
};

/// The list that the folder was made from, written last: a folder without it is half a folder.
const STAMP: &str = "pip.txt";

impl List {
    pub(super) fn folder(&self, root: &Path) -> anyhow::Result<PathBuf> {
        Ok(rooms::target_folder(root)?.join(self.folder))
    }
}

pub(super) fn packages(
    root: &Path,
    list: &List,
    may_install: bool,
) -> anyhow::Result<Option<LeftOut>> {
    let file = root.join(list.file);
    let wanted =
        fs::read_to_string(&file).with_context(|| format!("failed to read {}", list.file))?;
    let folder = list.folder(root)?;
    if is_there(&folder, &wanted) {
        return Ok(None);
    }
    if may_install {
        install(list, &file, &folder, &wanted)?;
    }
    Ok((!is_there(&folder, &wanted)).then(|| left_out(list)))
}

fn is_there(folder: &Path, wanted: &str) -> bool {
    fs::read_to_string(folder.join(STAMP)).is_ok_and(|stamp| stamp == wanted)
}

fn left_out(list: &List) -> LeftOut {
    LeftOut {
        what: list.used_for.to_owned(),
        how: format!(
            "have python3 with pip and a network, and run `{}` (packages: {})",
            list.command, list.file
        ),
    }
}

/// A failed installation is no failure by itself: what is still missing is reported as left out.
fn install(list: &List, file: &Path, folder: &Path, wanted: &str) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).context("failed to remove the folder of Python packages")?;
    }
    eprintln!("    installs with pip below target/: {}", list.file);
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ];
    let exactly = ["--no-deps", "--only-binary", ":all:", "--require-hashes"];
    // What lies below target/ is nobody's system, so that root may do it too.
    let as_root = ["--root-user-action", "ignore"];
    let status = Command::new("python3")
        .args(pip.iter().chain(&exactly).chain(&as_root))
        .arg("--target")
        .arg(folder)
        .arg("--requirement")
        .arg(file)
        .stdin(Stdio::null())
        .status();
    match status {
        Ok(status) if status.success() => {
            let stamp = folder.join(STAMP);
            fs::write(stamp, wanted).context("failed to write the list beside the packages")
        }
        Ok(status) => {
            eprintln!("    pip ended with {status}");
            Ok(())
        }
        Err(error) => {
            eprintln!("    python3 did not start: {error}");
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_there_only_with_the_list_that_they_came_from() {
        let root = crate::root().unwrap();
        let folder = rooms::target_folder(&root)
            .unwrap()
            .join("xtask/python-test");
        assert!(!is_there(&folder, "a==1"));
        fs::create_dir_all(&folder).unwrap();
        assert!(!is_there(&folder, "a==1"));
        fs::write(folder.join(STAMP), "a==1").unwrap();
        assert!(is_there(&folder, "a==1"));
        assert!(!is_there(&folder, "a==2"));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn every_package_is_pinned_with_its_hash() {
        for list in [CLIENTS, BUILD_TOOLS] {
            let text = fs::read_to_string(crate::root().unwrap().join(list.file)).unwrap();
            let rows = text.lines().filter(|line| !line.starts_with('#'));
            let rows: Vec<&str> = rows.filter(|line| !line.trim().is_empty()).collect();
            assert!(!rows.is_empty());
            for row in rows {
                assert!(
                    row.contains("==") && row.contains("--hash=sha256:"),
                    "{row}"
                );
            }
        }
    }

    #[test]
    fn builder_is_the_one_that_the_module_asks_for() {
        let root = crate::root().unwrap();
        let list = fs::read_to_string(root.join(BUILD_TOOLS.file)).unwrap();
        let project = fs::read_to_string(root.join("bindings/python/pyproject.toml")).unwrap();
        let row = list.lines().find(|line| line.starts_with("maturin=="));
        let pinned = row.unwrap().split(' ').next().unwrap();
        let wanted = format!("requires = [\"{pinned}\"]");
        assert!(project.lines().any(|line| line == wanted), "{wanted}");
    }
}
