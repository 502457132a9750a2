//! A made-up history, written and looked at by the commands of the binary.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn spean(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spean"));
    command.args(arguments).arg("--data").arg(folder);
    command.output().expect("spean starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[test]
fn a_history_is_written_audited_reported_on_and_never_told_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let days = [
        "sandbox",
        "--port",
        "0",
        "--history",
        "2025-12-29..2026-01-09",
        "--payments",
        "120",
    ];
    let written = spean(&days, folder);
    assert_eq!(written.status.code(), Some(0), "{written:?}");
    let summary = text(&written.stdout);
    assert!(summary.contains("payments     120 tried"), "{summary}");
    assert!(!summary.contains("BROKEN"), "{summary}");
    let kept = std::fs::read_to_string(folder.join("history.json")).expect("kept");
    let kept: Value = serde_json::from_str(&kept).expect("JSON");

    let audit = Command::new(env!("CARGO_BIN_EXE_spean"))
        .args(["audit", "verify", "--json"])
        .arg(folder)
        .output()
        .expect("spean starts");
    let audit: Value = serde_json::from_slice(&audit.stdout).expect("JSON");
    assert_eq!(audit["sound"], true);
    assert_eq!(audit["hash"], kept["head"]);
    assert_eq!(audit["open_items"], 0);

    let period = ["report", "--from", "2025-12-29", "--to", "2026-01-10"];
    let period = [period.as_slice(), &["--format", "json"]].concat();
    let report = spean(&period, folder);
    let report: Value = serde_json::from_slice(&report.stdout).expect("JSON");
    assert_eq!(report["whole"]["payments"]["completed"], kept["completed"]);
    assert_eq!(report["hash"], kept["head"]);

    let again = spean(&days, folder);
    assert_eq!(again.status.code(), Some(2), "a second history: {again:?}");
    let told = spean(&["sandbox", "--once", "--port", "0"], folder);
    assert_eq!(told.status.code(), Some(2), "the story over it: {told:?}");
    let words = text(&told.stderr);
    assert!(words.contains("it holds a history"), "{words}");
    let after = std::fs::read_to_string(folder.join("history.json")).expect("kept");
    let after: Value = serde_json::from_str(&after).expect("JSON");
    assert_eq!(after, kept);
}
