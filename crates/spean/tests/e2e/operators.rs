//! The drill of docs/OPERATING.md, by its commands: two operators change a cap, make a payment
//! stuck, find it and repair it.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::network::{Up, json, spean};

const DEADLINE: Duration = Duration::from_secs(60);

/// A process that is stopped, so that it is silent, and goes on when this is dropped.
struct Silent(String);

impl Silent {
    fn make(pid: &Value) -> Self {
        let pid = pid.to_string();
        signal("-STOP", &pid);
        Self(pid)
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        signal("-CONT", &self.0);
    }
}

fn signal(signal: &str, pid: &str) {
    let sent = Command::new("kill").args([signal, pid]).status();
    assert!(sent.expect("there is a `kill`").success());
}

fn text(value: &Value, path: &str) -> String {
    let text = value.pointer(path).and_then(Value::as_str);
    text.unwrap_or_else(|| panic!("{path} in {value}"))
        .to_owned()
}

/// A command of an operator of the sandbox at `at`, with JSON as its answer.
fn by(operator: &str, at: &str, words: &[&str]) -> Value {
    let who = ["--as", operator, "--sandbox", at, "--json"];
    json(&[words, &who].concat())
}

fn propose(at: &str, words: &[&str]) -> (String, String) {
    let line = [&["action", "propose"], words, &["--reason", "drill"]].concat();
    let proposed = by("op1", at, &line);
    assert_eq!(text(&proposed, "/state"), "open");
    (text(&proposed, "/id"), text(&proposed, "/digest"))
}

/// Proposed by one and approved by the other.
fn act(at: &str, words: &[&str]) {
    let (id, digest) = propose(at, words);
    let approved = by("op2", at, &["action", "approve", &id, "--digest", &digest]);
    assert_eq!(text(&approved, "/state"), "approved");
}

#[test]
fn two_operators_change_a_cap_and_no_single_one_can() {
    let folder = tempfile::tempdir().expect("a folder");
    let up = Up::start(folder.path());
    let at = up.sandbox_file();
    let words = ["cap", "acleda", "khr", "1500000000"];
    let (id, digest) = propose(&at, &words);
    let approve = |operator: &str, digest: &str| {
        let words = ["action", "approve", &id, "--digest", digest];
        let who = ["--as", operator, "--sandbox", &at];
        spean(&[&words[..], &who[..]].concat()).status.code()
    };
    assert_eq!(approve("op1", &digest), Some(1), "its proposer");
    assert_eq!(approve("op2", "00000000"), Some(1), "another digest");
    assert_eq!(approve("op3", &digest), Some(2), "nobody");
    assert_eq!(approve("op2", digest.get(..8).unwrap_or_default()), Some(0));
    let shown = by("op1", &at, &["action", "show", &id]);
    assert_eq!(text(&shown, "/ended_by"), "op2");
    assert_eq!(text(&shown, "/changes/0/before"), "2000000000");
    assert_eq!(text(&shown, "/changes/0/after"), "1500000000");
    let above = ["action", "propose", "cap", "acleda", "KHR", "2500000001"];
    let who = ["--reason", "x", "--as", "op1", "--sandbox", &at];
    let refused = spean(&[&above[..], &who[..]].concat());
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("cap_above_liquidity"), "{said}");
}

#[test]
fn a_stuck_payment_is_found_and_repaired_by_the_drill() {
    let folder = tempfile::tempdir().expect("a folder");
    let up = Up::start(folder.path());
    let at = up.sandbox_file();
    let evidence = ["--evidence", "drill"];
    act(
        &at,
        &[&["certify", "netstars", "immediate"], &evidence[..]].concat(),
    );
    act(
        &at,
        &[
            "corridor",
            "KH-JP",
            "--base",
            "1",
            "--set",
            "ask_timeout_s=1",
        ],
    );
    let payload = shop(&at);
    let silent = Silent::make(&up.description()["pids"]["netstars"]);
    let payment = pay(&at, &payload);
    let found = until_in_doubt(&at, &payment);
    assert_eq!(text(&found, "/owner"), "netstars");
    assert_eq!(text(&found, "/about"), "acleda to netstars, JPY 1200");
    act(
        &at,
        &[&["resolve", &payment, "cancel"], &evidence[..]].concat(),
    );
    drop(silent);
    let shown = [
        "payment",
        "show",
        &payment,
        "--by",
        "op2",
        "--sandbox",
        &at,
        "--json",
    ];
    assert_eq!(text(&json(&shown), "/state"), "cancelled");
    // A customer that was not charged hears a clear no, which is exit code 1.
    let status = [
        "wallet",
        "status",
        "--account",
        "sokha@aclb",
        &payment,
        "--sandbox",
        &at,
    ];
    until(|| (spean(&status).status.code() == Some(1)).then_some(()));
    until(|| {
        let stuck = by("op1", &at, &["stuck"]);
        let rows = stuck["rows"].as_array().expect("rows");
        rows.is_empty().then_some(())
    });
    let folder = up.kill();
    let audit = json(&["audit", "verify", "--json", &folder.to_string_lossy()]);
    assert_eq!(audit["sound"], true, "{audit}");
}

/// A new shop; gives its code.
fn shop(at: &str) -> String {
    let shop = [
        "shop",
        "add",
        "--at-institution",
        "netstars",
        "--name",
        "Cafe Sora",
    ];
    let place = [
        "--name-local",
        "カフェ空",
        "--city",
        "Tokyo",
        "--postal-code",
        "1000001",
    ];
    let added = json(&[&shop[..], &place, &["--sandbox", at, "--json"]].concat());
    text(&added, "/payload")
}

/// Pays it JPY 1,200; gives the payment's id.
fn pay(at: &str, payload: &str) -> String {
    let pay = [
        "wallet",
        "pay",
        "--account",
        "sokha@aclb",
        "--amount",
        "1200",
    ];
    let paid = json(&[&pay[..], &[payload, "--sandbox", at, "--json"]].concat());
    text(&paid, "/payment_id")
}

fn until_in_doubt(at: &str, payment: &str) -> Value {
    until(|| {
        let stuck = by("op1", at, &["stuck", payment]);
        let row = stuck.pointer("/rows/0")?.clone();
        (row["state"] == "in_doubt").then_some(row)
    })
}

/// Asks again and again; each asking is a whole process, so this does not spin.
fn until<T>(ask: impl Fn() -> Option<T>) -> T {
    let end = Instant::now() + DEADLINE;
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(Instant::now() < end, "it does not come");
    }
}
