//! The same with the sandbox's own supervisor: a network whose clocks are moved by hand, and an
//! institution that dies on demand and is started again at the network's time.

use std::io::{BufRead as _, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::control::call;
use crate::network::ALL;

/// Children end when their supervisor's pipes close, so nobody outlives a test that fails.
struct Supervisor(Child);

impl Drop for Supervisor {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _waited = self.0.wait();
    }
}

fn json_of(words: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_spean"))
        .args(words)
        .output();
    let output = output.expect("the binary starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{words:?}: {stderr}"))
}

fn port(sandbox: &Value, name: &str) -> u16 {
    let url = sandbox["urls"][name].as_str().expect("an address");
    url.rsplit(':')
        .next()
        .expect("a port")
        .parse()
        .expect("a port")
}

/// The code that the payee's agent prints for a shop that takes payers from abroad.
async fn code(agent: u16) -> String {
    let shops = call(agent, "GET", "/shop/shops", &json!({}))
        .await
        .expect("shops");
    let shops = shops["shops"].as_array().expect("a list").clone();
    let shop = shops
        .into_iter()
        .find(|shop| shop["accepts_foreign"] == true);
    shop.expect("a shop")["payload"]
        .as_str()
        .expect("a code")
        .to_owned()
}

type Talk = Lines<BufReader<ChildStderr>>;

/// A sandbox that has printed what to try next; and what it says to people from then on.
fn start(folder: &Path) -> (Supervisor, Talk, BufReader<ChildStdout>) {
    let supervisor = Command::new(env!("CARGO_BIN_EXE_spean"))
        .args(["sandbox", "--port", "0", "--clock", "manual", "--data"])
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the sandbox starts");
    let mut supervisor = Supervisor(supervisor);
    let talk = BufReader::new(supervisor.0.stderr.take().expect("stderr is piped")).lines();
    let mut stdout = BufReader::new(supervisor.0.stdout.take().expect("stdout is piped"));
    let mut printed = String::new();
    while !printed.contains("Interface for institutions") {
        assert!(
            stdout.read_line(&mut printed).expect("text") > 0,
            "{printed}"
        );
    }
    (supervisor, talk, stdout)
}

#[tokio::test]
async fn a_sandbox_lives_by_clocks_that_are_moved_and_revives_who_died_on_demand() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut supervisor, mut talk, _stdout) = start(folder.path());
    let file = folder.path().join("sandbox.json");
    let at = file.to_string_lossy().into_owned();
    let read = || -> Value {
        serde_json::from_str(&std::fs::read_to_string(&file).expect("written")).expect("JSON")
    };
    let before = read();
    let mut now_ms = 0;
    for name in ALL.iter().rev() {
        let by = json!({ "advance_ms": 600_000 });
        let moved = call(port(&before, name), "POST", "/control/clock", &by).await;
        now_ms = moved.expect("a standing")["now_ms"]
            .as_i64()
            .expect("a time");
    }
    let agent = port(&before, "netstars");
    let code = code(agent).await;
    let pay = |amount: &str| {
        let words = [
            "wallet",
            "pay",
            "--json",
            "--sandbox",
            &at,
            "--account",
            "sokha@aclb",
        ];
        json_of(&[&words[..], &["--amount", amount, &code]].concat())
    };
    assert_eq!(pay("2908")["state"], "completed");
    // Written down when it has been started again.
    let line = talk.next().expect("talk").expect("text");
    assert!(
        line.starts_with("`netstars` died as it was asked to"),
        "{line}"
    );
    let standing = loop {
        match call(agent, "GET", "/control", &json!({})).await {
            Some(standing) => break standing,
            None => tokio::task::yield_now().await,
        }
    };
    // It comes up again at the network's time, not at the one that it was first given.
    assert!(
        standing["now_ms"].as_i64().expect("a time") >= now_ms,
        "{standing}"
    );
    assert_eq!(pay("3000")["state"], "completed");
    let after = read();
    assert_ne!(after["pids"]["netstars"], before["pids"]["netstars"]);
    assert_eq!(after["pids"]["hub"], before["pids"]["hub"]);
    let asked = Command::new("kill")
        .args(["-INT", &supervisor.0.id().to_string()])
        .status();
    assert!(asked.expect("kill runs").success());
    assert_eq!(supervisor.0.wait().expect("it ends").code(), Some(0));
}
