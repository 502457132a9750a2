//! `spean report` on the story's own folder.

use std::path::Path;

use crate::network::{json, spean};

fn report(folder: &Path, words: &[&str]) -> (Option<i32>, String, String) {
    let folder = folder.to_string_lossy();
    let line = [
        "report",
        "--data",
        &folder,
        "--from",
        "2020-01-01",
        "--to",
        "2029-12-01",
    ];
    let output = spean(&[&line[..], words].concat());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn the_story_is_reported_and_agrees_with_its_journal() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let at = data.to_string_lossy();
    json(&["sandbox", "--once", "--json", "--port", "0", "--data", &at]);

    let (code, stdout, stderr) = report(&data, &["--format", "json"]);
    assert_eq!(code, Some(0), "{stderr}");
    let figures: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    let whole = &figures["whole"];
    assert_eq!(whole["payments"]["completed"], 2);
    assert_eq!(whole["refunds"]["values"][0]["value"], "1000");
    assert_eq!(whole["distinct"]["shops"], 2);
    let costs = whole["cost"].as_array().expect("costs").iter();
    let costs = costs.map(|cost| cost["total_percent"].as_str().expect("a text"));
    assert_eq!(costs.collect::<Vec<_>>(), ["1.303", "0.810"]);

    let (code, stdout, _) = report(&data, &["--recount"]);
    assert_eq!(code, Some(0), "{stdout}");
    assert!(stdout.contains("agrees completed    2"), "{stdout}");
    assert!(!stdout.contains("DIFFERS"), "{stdout}");

    let (code, stdout, _) = report(&data, &["--by", "category,participant"]);
    assert_eq!(code, Some(0));
    for part in ["BY CATEGORY", "5812", "5814", "BY PAYEE", "DEFINITIONS"] {
        assert!(stdout.contains(part), "{part}");
    }
    assert!(!stdout.contains("BY CORRIDOR"));
    let (code, stdout, _) = report(&data, &["--format", "csv"]);
    assert_eq!(code, Some(0));
    assert!(
        stdout.contains(",direction,KH-JP,payments.completed,count,1"),
        "{stdout}"
    );
    binary(&data, folder.path());
    wrong(&data);
}

/// What is a file and not text.
fn binary(data: &Path, folder: &Path) {
    let file = folder.join("report.parquet");
    let name = file.to_string_lossy();
    let (code, _, stderr) = report(data, &["--format", "parquet", "--out", &name]);
    if cfg!(feature = "parquet") {
        assert_eq!(code, Some(0), "{stderr}");
        let bytes = std::fs::read(&file).expect("the file");
        assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    } else {
        assert_eq!(code, Some(2));
        assert!(stderr.contains("--features parquet"), "{stderr}");
        assert!(!file.exists());
    }
    let file = folder.join("report.pdf");
    let name = file.to_string_lossy();
    let empty = folder.join("none").to_string_lossy().into_owned();
    let (code, _, stderr) = report(
        data,
        &["--format", "pdf", "--out", &name, "--fonts", &empty],
    );
    assert_eq!(code, Some(2));
    assert!(stderr.contains("fonts-noto-core"), "{stderr}");
    assert!(!file.exists());
}

fn wrong(data: &Path) {
    for (words, said) in [
        (&["--format", "pdf"][..], "--out"),
        (&["--zone", "Europe/Paris"], "Asia/Tokyo"),
        (&["--by", "colour"], "colour"),
    ] {
        let (code, stdout, stderr) = report(data, words);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{words:?}");
        assert!(stderr.contains(said), "{words:?}: {stderr}");
    }
    let nowhere = data.join("nowhere").to_string_lossy().into_owned();
    let line = [
        "report",
        "--data",
        &nowhere,
        "--from",
        "2026-01-01",
        "--to",
        "2026-02-01",
    ];
    assert_eq!(spean(&line).status.code(), Some(2));
    let reference = spean(&["report", "reference"]);
    let text = String::from_utf8_lossy(&reference.stdout).into_owned();
    assert!(
        reference.status.success() && text.contains("607.52"),
        "{text}"
    );
}
