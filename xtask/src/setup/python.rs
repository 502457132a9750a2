//! Software that others wrote in Python, for tests. What `ci/pip.txt` names, with the hash of every
//! file, is installed below `target/`, where the tests look for it; nobody's own packages are
//! touched and nothing is kept in the repository.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;

use super::LeftOut;
use crate::tidy::rooms;

const LIST: &str = "ci/pip.txt";

/// Below the target folder; the tests of `spean` know the name too.
const FOLDER: &str = "xtask/python";

/// The list that the folder was made from, written last: a folder without it is half a folder.
const STAMP: &str = "pip.txt";

pub(super) fn packages(root: &Path, may_install: bool) -> anyhow::Result<Option<LeftOut>> {
    let list = root.join(LIST);
    let wanted = fs::read_to_string(&list).with_context(|| format!("failed to read {LIST}"))?;
    let folder = rooms::target_folder(root)?.join(FOLDER);
    if is_there(&folder, &wanted) {
        return Ok(None);
    }
    if may_install {
        install(&list, &folder, &wanted)?;
    }
    Ok((!is_there(&folder, &wanted)).then(left_out))
}

fn is_there(folder: &Path, wanted: &str) -> bool {
    fs::read_to_string(folder.join(STAMP)).is_ok_and(|stamp| stamp == wanted)
}

fn left_out() -> LeftOut {
    LeftOut {
        what: "the tests with KHQR and ISO 20022 software that others wrote".to_owned(),
        how: format!(
            "have python3 with pip and a network, and run `cargo xtask test` (packages: {LIST})"
        ),
    }
}

/// A failed installation is no failure by itself: what is still missing is reported as left out.
fn install(list: &Path, folder: &Path, wanted: &str) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).context("failed to remove the folder of Python packages")?;
    }
    eprintln!("    installs with pip below target/: {LIST}");
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
        .arg(list)
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
        let list = fs::read_to_string(crate::root().unwrap().join(LIST)).unwrap();
        let rows = list.lines().filter(|line| !line.starts_with('#'));
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
