//! The Python module `bindings/python`, installed as a user would install it and tested from
//! outside. Only what builds it is pinned and installed here rather than by pip's own isolation,
//! which asks the network for whatever it finds.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context;

use crate::setup;
use crate::steps::{Notes, finish};
use crate::tidy::rooms;

const PIP: [&str; 7] = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--root-user-action",
    "ignore",
];

pub(crate) fn test(root: &Path) -> anyhow::Result<Notes> {
    let tools = match setup::build_tools(root)? {
        Ok(folder) => folder,
        Err(notes) => return Ok(notes),
    };
    let folder = rooms::target_folder(root)?.join("xtask/python-module");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("failed to remove the module of the last run")?;
    }
    let mut pip = Command::new("python3");
    pip.args(PIP)
        .args([
            "--no-index",
            "--no-deps",
            "--no-build-isolation",
            "--target",
        ])
        .arg(&folder)
        .arg(root.join("bindings/python"))
        .env("PYTHONPATH", &tools)
        .env("PATH", first_on_path(&tools.join("bin"))?);
    finish(&mut pip, "pip install bindings/python")?;

    let tests = root.join("bindings/python/tests");
    let mut python = Command::new("python3");
    python
        .args(["-W", "error", "-B", "-m", "unittest", "discover"])
        .arg(&tests)
        .env("PYTHONPATH", &folder)
        .current_dir(&tests);
    finish(&mut python, "python3 -m unittest discover")?;
    Ok(Notes::new())
}

/// The search path with this folder before all others.
fn first_on_path(folder: &Path) -> anyhow::Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [folder.to_owned()].into_iter();
    env::join_paths(folders.chain(env::split_paths(&path))).context("failed to set PATH")
}
