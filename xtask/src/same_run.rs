//! The simulator's run of one seed is the same in a release build as in the debug build whose
//! hash is written down beside its tests.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::tidy::rooms;

/// What `crates/sim/tests/seed-11.txt` was written from.
const RUN: [&str; 8] = [
    "sim",
    "--seed",
    "11",
    "--payments",
    "150",
    "--faults",
    "all",
    "--json",
];

/// Needs the release build.
pub(crate) fn compare(root: &Path) -> anyhow::Result<()> {
    let written = root.join("crates/sim/tests/seed-11.txt");
    let written = std::fs::read_to_string(&written)
        .with_context(|| format!("read `{}`", written.display()))?;
    let program = rooms::target_folder(root)?.join("release/spean");
    let done = Command::new(&program)
        .args(RUN)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("start `{}`", program.display()))?;
    if !done.status.success() {
        bail!("ended with {}", done.status);
    }
    let report: Value = serde_json::from_slice(&done.stdout).context("read the report")?;
    let hash = report.get("state_hash").and_then(Value::as_str);
    let hash = hash.context("find `state_hash` in the report")?;
    let line = format!("state {hash}");
    if !written.lines().any(|known| known == line) {
        bail!("the release build ends with {line}, the debug build with\n{written}");
    }
    eprintln!("    {line}, as in the debug build");
    Ok(())
}
