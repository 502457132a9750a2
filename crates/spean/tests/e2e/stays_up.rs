//! A sandbox that stays up: other terminals, a power cut, the same state again.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::network::{Alone, Up, house, json, spean, wait};

/// The state hash of every institution's books.
async fn books(up: &Up) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (name, desk) in up.desks() {
        all.push((name, desk.books().await.expect("books").state_hash));
    }
    all
}

/// Asks until somebody answers; a process that has just been started listens in a moment, and
/// each try has the client's own deadline.
async fn until_it_answers<T, E>(mut ask: impl AsyncFnMut() -> Result<T, E>) -> T {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        match ask().await {
            Ok(answer) => return answer,
            Err(_not_yet) => assert!(tokio::time::Instant::now() < deadline, "nobody answers"),
        }
        tokio::task::yield_now().await;
    }
}

#[test]
fn a_power_cut_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let up = Up::start(folder.path());
    let (hub, urls) = (up.url("hub"), up.description()["urls"].clone());
    let before = wait(async {
        let audit = house(folder.path(), &hub).audit().await.expect("an audit");
        (audit, books(&up).await)
    });
    assert_eq!(before.0.open_items, 0);
    let folder = up.kill();
    let path = folder.to_string_lossy();
    let offline = json(&["audit", "verify", "--json", &path]);
    assert_eq!(
        offline["state_hash"],
        Value::String(before.0.state_hash.clone())
    );
    // The hub alone: nobody can tell it anything new before it is asked.
    let alone = Alone::start(&folder, "hub");
    let client = house(&folder, &hub);
    let after = wait(until_it_answers(async || client.audit().await));
    assert_eq!(after.state_hash, before.0.state_hash);
    assert_eq!(
        (after.sequence, &after.hash),
        (before.0.sequence, &before.0.hash)
    );
    assert!(after.identities.iter().all(|identity| identity.holds));
    drop(alone);
    // Each institution alone, without a hub.
    for (name, hash) in &before.1 {
        let _alone = Alone::start(&folder, name);
        let url = urls[name].as_str().expect("an address");
        let desk = sandbox::desk::client::DeskClient::new(url);
        let after = wait(until_it_answers(async || desk.books().await));
        assert_eq!(&after.state_hash, hash, "{name}");
    }
}

fn field(value: &Value, path: &str) -> String {
    let text = value.pointer(path).and_then(Value::as_str);
    text.unwrap_or_else(|| panic!("{path} in {value}"))
        .to_owned()
}

/// A command of another terminal, in the sandbox at `at`, with JSON as its answer.
fn other(at: &str, command: [&str; 2], words: &[&str]) -> Value {
    let mut line = vec![command[0], command[1], "--json", "--sandbox", at];
    line.extend(words);
    json(&line)
}

#[test]
fn another_terminal_adds_a_shop_and_a_customer_and_pays() {
    let folder = tempfile::tempdir().expect("a folder");
    let up = Up::start(folder.path());
    let at = up.sandbox_file();
    let (of_shop, of_bank) = (
        ["--at-institution", "netstars"],
        ["--at-institution", "acleda"],
    );
    let name = ["--name", "Cafe Sora", "--name-local", "カフェ空"];
    let place = ["--city", "Tokyo", "--postal-code", "1000001"];
    let shop = other(
        &at,
        ["shop", "add"],
        &[&of_shop[..], &name, &place].concat(),
    );
    let srey = ["--name", "Srey", "--balance", "100000"];
    let customer = other(&at, ["wallet", "add"], &[&of_bank[..], &srey].concat());
    let (account, code) = (field(&customer, "/account"), field(&shop, "/payload"));
    let price = [
        "--account",
        account.as_str(),
        "--amount",
        "1000",
        code.as_str(),
    ];
    let quoted = other(&at, ["wallet", "quote"], &price);
    assert_eq!(field(&quoted, "/quote/payer_amount/amount"), "27112");
    let payment = field(&quoted, "/payment_id");
    let order = ["--account", account.as_str(), "--payment", payment.as_str()];
    let paid = other(&at, ["wallet", "pay"], &order);
    assert_eq!(field(&paid, "/state"), "completed");
    let status = other(
        &at,
        ["wallet", "status"],
        &["--account", &account, &payment],
    );
    assert_eq!(field(&status, "/customer_debited/amount"), "27112");
    let shown = other(&at, ["payment", "show"], &[&payment]);
    assert_eq!(field(&shown, "/terms/shop_receives/amount"), "988");
    receipts(&up, &field(&shown, "/receipt"), folder.path());
    refusals(&at, &account, &code);
    refusals_for_programs(&at, &account, &code);
    metrics_name_nobody(&up.url("hub"), &account);
    #[cfg(not(feature = "failpoints"))]
    for name in ["hub", "netstars"] {
        nobody_moves_the_clock(&up.url(name));
    }
    for word in ["simulated", "KHR 80,536", "wallet pay", "receipt verify"] {
        assert!(up.printed.contains(word), "{word} in the story");
    }
    let sales = other(&at, ["shop", "sales"], &of_shop);
    let sold = sales["shops"]
        .as_array()
        .expect("shops")
        .iter()
        .map(|shop| &shop["sales"]);
    assert_eq!(
        sold.filter(|sales| !sales.as_array().expect("a list").is_empty())
            .count(),
        2
    );
    second_one_is_refused(folder.path());
    interrupted(up);
}

/// A second sandbox in the same folder changes nothing under the first.
fn second_one_is_refused(folder: &Path) {
    let config = folder.join("hub/hub.toml");
    let before = std::fs::read(&config).expect("the hub's configuration");
    let path = folder.to_string_lossy();
    let output = spean(&["sandbox", "--once", "--port", "0", "--data", &path]);
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(std::fs::read(&config).expect("still there"), before);
}

/// Ctrl-C ends everybody in order, and says so with 0.
fn interrupted(mut up: Up) {
    let pids: Vec<String> = up.pids();
    let supervisor = up.supervisor_pid();
    let sent = Command::new("kill").args(["-INT", &supervisor]).status();
    assert!(sent.expect("kill runs").success());
    assert_eq!(up.wait().code(), Some(0));
    for pid in pids {
        let alive = Command::new("kill")
            .args(["-0", &pid])
            .output()
            .expect("kill runs");
        assert!(!alive.status.success(), "process {pid} is still there");
    }
}

/// A receipt is checked offline and online, and a changed one is not genuine.
fn receipts(up: &Up, receipt: &str, folder: &Path) {
    let keys = folder.join("keys/hub.jwks").to_string_lossy().into_owned();
    let offline = json(&["receipt", "verify", "--json", "--keys", &keys, receipt]);
    assert_eq!(
        (&offline["genuine"], &offline["online"]),
        (&Value::Bool(true), &Value::Null)
    );
    assert_eq!(field(&offline, "/merchant"), "Cafe Sora");
    let online = json(&[
        "receipt",
        "verify",
        "--json",
        "--hub",
        &up.url("hub"),
        receipt,
    ]);
    assert_eq!(field(&online, "/online/refunded/amount/amount"), "0");
    let bent: String = receipt
        .chars()
        .enumerate()
        .map(|(at, c)| match (at, c) {
            (20, 'A') => 'B',
            (20, _) => 'A',
            (_, c) => c,
        })
        .collect();
    let output = spean(&["receipt", "verify", "--json", "--keys", &keys, &bent]);
    assert_eq!(output.status.code(), Some(1));
}

/// A clear no has exit code 1 and says who must act; a wrong code never reaches the hub's books.
fn refusals(at: &str, account: &str, code: &str) {
    let bent = code.replace("5802JP", "5802KH");
    for (words, expected) in [
        (vec!["wallet", "pay", "--amount", "900000", code], 1),
        (vec!["wallet", "scan", bent.as_str()], 1),
        (vec!["wallet", "quote", "--amount", "0", code], 1),
        (vec!["wallet", "quote", "--amount", "-5", code], 1),
        (vec!["wallet", "quote", code], 2),
    ] {
        let mut all = vec!["--sandbox", at, "--account", account];
        let (command, rest) = words.split_at(2);
        let mut line = command.to_vec();
        line.append(&mut all);
        line.extend(rest);
        let output = spean(&line);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(expected), "{line:?}\n{stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
    }
}

/// With `--json` an error is an object too, with the other side's own words for programs.
fn refusals_for_programs(at: &str, account: &str, code: &str) {
    let line = [
        "wallet",
        "pay",
        "--json",
        "--sandbox",
        at,
        "--account",
        account,
    ];
    let output = spean(&[&line[..], &["--amount", "900000", code]].concat());
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let error: Value = serde_json::from_slice(&output.stderr).expect("one JSON object on stderr");
    assert_eq!(field(&error, "/error/problem/code"), "insufficient_funds");
    assert_eq!(field(&error, "/error/problem/who_must_act"), "payer");
}

/// Clocks and crash points are for builds for tests alone: in any other there is nothing there.
#[cfg(not(feature = "failpoints"))]
fn nobody_moves_the_clock(url: &str) {
    for (method, path) in [
        ("GET", "/control"),
        ("POST", "/control/clock"),
        ("PUT", "/control/crash"),
    ] {
        let answer = exchange(url, method, path);
        assert!(
            answer.starts_with("HTTP/1.1 404"),
            "{method} {path}: {answer}"
        );
    }
}

fn exchange(url: &str, method: &str, path: &str) -> String {
    let address = url.trim_start_matches("http://");
    let mut stream = std::net::TcpStream::connect(address).expect("somebody listens");
    let request =
        format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("read");
    text
}

fn metrics_name_nobody(hub: &str, account: &str) {
    let text = exchange(hub, "GET", "/metrics");
    assert!(text.contains("spean_"), "{text}");
    for secret in ["Srey", account, "Sokha", "Hana"] {
        assert!(!text.contains(secret), "{secret} in the metrics");
    }
}
