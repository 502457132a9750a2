//! The bindings for other languages say what the terminal says: the examples that they are tested
//! with are answered here by `spean qr decode --json` and `spean qr lint --json`.

use std::process::Command;

use serde_json::Value;

const EXAMPLES: &str = include_str!("../../../../bindings/common/tests/examples.jsonl");

fn said(arguments: &[&str], payload: &str) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spean"));
    let command = command.arg("qr").args(arguments).args(["--json", payload]);
    let output = command.output().expect("spean starts");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn bindings_say_what_the_terminal_says() {
    assert!(EXAMPLES.lines().count() >= 10);
    for line in EXAMPLES.lines() {
        let example: Value = serde_json::from_str(line).expect("an example");
        let text = |key: &str| example[key].as_str().expect("a text");
        let now_ms = example["now_ms"].as_i64().expect("a time");
        let at = jiff::Timestamp::from_millisecond(now_ms).expect("a time");
        let (at, payload) = (at.to_string(), text("payload"));
        let decoded = said(&["decode", "--at", &at], payload);
        assert_eq!(decoded, example["decode"], "{payload}");
        let profile = text("profile");
        let linted = said(&["lint", "--at", &at, "--profile", profile], payload);
        assert_eq!(linted, example["lint"], "{payload}");
    }
}
