//! Readers of others, from the npm registry: what `crates/conformance/kits` names, each file by
//! its hash, is installed below `target/` and nowhere else. Scripts of packages do not run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::steps::Notes;
use crate::tidy::rooms;

const LISTS: &str = "crates/conformance/kits";

/// The list with the hashes, written last: a folder without it is half a folder.
const STAMP: &str = "installed.json";

/// The folder of the installed kits, or why there is none.
pub(crate) fn install(root: &Path) -> anyhow::Result<PathBuf> {
    let lists = root.join(LISTS);
    let locked = read(&lists.join("package-lock.json"))?;
    let folder = rooms::target_folder(root)?.join("xtask/kits");
    let stamp = folder.join(STAMP);
    need("node")?;
    if fs::read_to_string(&stamp).is_ok_and(|stamp| stamp == locked) {
        return Ok(folder);
    }
    need("npm")?;
    fs::create_dir_all(&folder)
        .with_context(|| format!("failed to create `{}`", folder.display()))?;
    for (name, text) in [
        ("package.json", read(&lists.join("package.json"))?),
        ("package-lock.json", locked.clone()),
    ] {
        fs::write(folder.join(name), text).with_context(|| format!("failed to write `{name}`"))?;
    }
    eprintln!("    installs with npm below target/: {LISTS}");
    let status = Command::new("npm")
        .args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--silent",
        ])
        .current_dir(&folder)
        .stdin(Stdio::null())
        .status()
        .context("failed to start `npm`")?;
    if !status.success() {
        bail!("npm ended with {status}: have a network");
    }
    fs::write(stamp, locked).context("failed to write the list beside the packages")?;
    Ok(folder)
}

fn need(program: &str) -> anyhow::Result<()> {
    if !crate::fuzz::is_program(program) {
        bail!("install `{program}` (Debian: apt-get install nodejs npm)");
    }
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("failed to read `{}`", path.display()))
}

/// Compares the codec with the kits.
pub(crate) fn compare(root: &Path) -> anyhow::Result<Notes> {
    let folder = match install(root) {
        Ok(folder) => folder,
        Err(error) => {
            let line = format!("left out: the comparison with other kits; to have it: {error:#}");
            if crate::is_ci() {
                bail!("nothing may be left out when CI=true\n{line}");
            }
            eprintln!("    {line}");
            return Ok(vec![line]);
        }
    };
    let status = crate::cargo()
        .args(["run", "--quiet", "--locked", "--package", "conformance"])
        .args(["--", "--kits"])
        .arg(&folder)
        .current_dir(root)
        .stdin(Stdio::null())
        .status()
        .context("failed to start cargo")?;
    if !status.success() {
        bail!("the comparison ended with {status}");
    }
    Ok(Notes::new())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_package_is_pinned_with_its_hash() {
        let lists = crate::root().unwrap().join(LISTS);
        let json = |name: &str| -> Value {
            serde_json::from_str(&read(&lists.join(name)).unwrap()).unwrap()
        };
        let (wanted, locked) = (json("package.json"), json("package-lock.json"));
        let locked = locked["packages"].as_object().unwrap();
        for (name, version) in wanted["dependencies"].as_object().unwrap() {
            let package = &locked[&format!("node_modules/{name}")];
            assert_eq!(&package["version"], version, "{name}");
        }
        for (name, package) in locked.iter().filter(|(name, _)| !name.is_empty()) {
            let hash = package["integrity"].as_str().unwrap_or_default();
            assert!(hash.starts_with("sha512-"), "{name}");
        }
    }
}
