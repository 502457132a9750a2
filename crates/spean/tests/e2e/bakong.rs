//! The simulated Bakong of a running sandbox, asked as an existing KHQR integration asks the real
//! one: by plain HTTP, and by a client that others wrote.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sandbox::bakong::payload_md5;
use serde_json::{Value, json};

use crate::network::{Up, json as said, spean};

const REFUND: &str = "3f0d8f6a-51c4-4f0e-8a6b-2f1f4f1c9b10";

/// HTTP status and JSON of one request.
fn ask(up: &Up, operation: &str, token: Option<&str>, body: &Value) -> (u16, Value) {
    let url = up.url("bakong");
    let address = url.trim_start_matches("http://");
    let mut stream = std::net::TcpStream::connect(address).expect("it listens");
    let token = token.map(|token| format!("authorization: Bearer {token}\r\n"));
    let (token, body) = (token.unwrap_or_default(), body.to_string());
    let request = format!(
        "POST /v1/{operation} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{token}\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).expect("sent");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("read");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    assert!(head.contains("spean-simulated: true"), "{head}");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let json = serde_json::from_str(body).expect("JSON");
    (status.expect("a status"), json)
}

fn token(folder: &Path) -> String {
    let text = std::fs::read_to_string(folder.join("bakong/token")).expect("a token");
    text.trim().to_owned()
}

/// A command in the sandbox at `at`.
fn command(at: &str, command: [&str; 2], words: &[&str]) -> Value {
    let line = [&command[..], &["--json", "--sandbox", at], words].concat();
    said(&line)
}

fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    let text = value.pointer(path).and_then(Value::as_str);
    text.unwrap_or_else(|| panic!("{path} in {value}"))
}

/// The wallet of somebody in Japan.
fn hana(at: &str) -> String {
    let list = command(at, ["wallet", "list"], &["--at-institution", "netstars"]);
    text(&list, "/customers/0/account").to_owned()
}

/// A payment from Japan to a shop in Cambodia; the payment's id.
fn pay_from_japan(at: &str, code: &str) -> String {
    let paid = command(at, ["wallet", "pay"], &["--account", &hana(at), code]);
    assert_eq!(text(&paid, "/state"), "completed");
    text(&paid, "/payment_id").to_owned()
}

#[test]
fn codes_are_followed_until_the_budget_of_the_settings_is_spent() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("bakong")).expect("made");
    let settings = "[behaviour]\nbudget_per_day = 6\n";
    std::fs::write(folder.path().join("bakong/bakong.toml"), settings).expect("written");
    let up = Up::start(folder.path());
    let (at, token) = (up.sandbox_file(), token(folder.path()));
    let look = |operation: &str, body: Value| ask(&up, operation, Some(&token), &body);

    // A printed code first: paid, and not followed.
    let build = ["qr", "build", "khqr", "--account", "mekong_coffee@sthp"];
    let printed = spean(&[&build[..], &["--name", "Mekong Coffee"]].concat()).stdout;
    let printed = String::from_utf8(printed).expect("text");
    let printed = printed.lines().next().expect("a code");
    let amount = ["--amount", "5000", printed];
    let account = hana(&at);
    let line = [&["--account", account.as_str()][..], &amount].concat();
    let paid = command(&at, ["wallet", "pay"], &line);
    assert_eq!(text(&paid, "/state"), "completed");
    let md5 = json!({"md5": payload_md5(printed)});
    let (status, told) = look("check_transaction_by_md5", md5);
    assert_eq!((status, &told["errorCode"]), (200, &json!(2)));

    // A code for one payment: not found, paid, found by every name, given back, still found.
    let once = [
        &build[..],
        &["--name", "Mekong Coffee", "--amount", "120000"],
    ]
    .concat();
    let code = String::from_utf8(spean(&once).stdout).expect("text");
    let code = code.lines().next().expect("a code");
    let md5 = json!({"md5": payload_md5(code)});
    let (status, told) = look("check_transaction_by_md5", md5.clone());
    assert_eq!((status, &told["errorCode"]), (200, &json!(1)));
    let payment = pay_from_japan(&at, code);
    let (_, told) = look("check_transaction_by_md5", md5.clone());
    assert_eq!(told["data"]["instructionRef"], payment.as_str());
    assert_eq!(told["data"]["amount"], 120_000.0);
    let back = ["--at-institution", "sathapana", "--amount", "20000"];
    let back = [&back[..], &["--refund", REFUND, &payment]].concat();
    let back = command(&at, ["shop", "refund"], &back);
    assert_eq!(text(&back, "/state"), "completed");
    let by = json!({"instructionRef": REFUND});
    let (_, told) = look("check_transaction_by_instruction_ref", by);
    assert_eq!(told["data"]["amount"], 20_000.0);
    assert_eq!(told["data"]["fromAccountId"], "mekong_coffee@sthp");
    let (_, again) = look("check_transaction_by_md5", md5.clone());
    assert_eq!(again["data"]["amount"], 120_000.0);

    // The sixth call is the last of the day, for this token.
    let (_, told) = look(
        "check_transaction_by_hash",
        json!({"hash": again["data"]["hash"]}),
    );
    assert_eq!(told, again);
    let (status, told) = look("check_transaction_by_md5", md5.clone());
    assert_eq!((status, &told["errorCode"]), (429, &json!(17)));
    let (status, told) = ask(&up, "check_transaction_by_md5", None, &md5);
    assert_eq!((status, &told["errorCode"]), (401, &json!(6)));
    let email = json!({"email": "developer@example.com"});
    let (_, told) = ask(&up, "renew_token", None, &email);
    let fresh = text(&told, "/data/token");
    let (status, told) = ask(&up, "check_transaction_by_md5", Some(fresh), &md5);
    assert_eq!((status, &told["responseCode"]), (200, &json!(0)));
    assert!(up.printed.contains("simulated Bakong"), "{}", up.printed);
    // It is no institution.
    let list = [
        "wallet",
        "list",
        "--sandbox",
        &at,
        "--at-institution",
        "bakong",
    ];
    assert_eq!(spean(&list).status.code(), Some(2));
}

/// Where `cargo xtask test` has put the client; nothing where it left it out.
fn client() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?;
    let folder = target.join("xtask/python");
    if folder.join("pip.txt").exists() {
        return Some(folder);
    }
    let on_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(
        !on_ci,
        "the client is missing: `cargo xtask test` installs it"
    );
    None
}

/// The client's answer.
fn python(client: &Path, up: &Up, token: &str, words: &[&str]) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/khqr_client.py");
    let output = Command::new("python3")
        .arg(script)
        .args(words)
        .env("PYTHONPATH", client)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("BAKONG_URL", up.url("bakong"))
        .env("BAKONG_TOKEN", token)
        .stdin(Stdio::null())
        .output()
        .expect("python3 starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}\n{stderr}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn a_client_that_others_wrote_sees_its_codes_paid() {
    let Some(client) = client() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let up = Up::start(folder.path());
    let (at, token) = (up.sandbox_file(), token(folder.path()));
    let asked = |words: &[&str]| python(&client, &up, &token, words);
    let create = |account: &str, name: &str, amount: &str, bill: &str| {
        let code = asked(&["create", account, name, amount, bill]);
        (
            text(&code, "/qr").to_owned(),
            text(&code, "/md5").to_owned(),
        )
    };
    let (abroad, abroad_md5) = create("mekong_coffee@sthp", "Mekong Coffee", "120000", "INV-1");
    let (home, home_md5) = create("lotus_books@aclb", "Lotus Books", "8000", "INV-2");
    let (_, unpaid_md5) = create("lotus_books@aclb", "Lotus Books", "9000", "INV-3");
    assert_eq!(abroad_md5, payload_md5(&abroad));
    for md5 in [&abroad_md5, &home_md5, &unpaid_md5] {
        assert_eq!(asked(&["status", md5]), "UNPAID");
    }
    let payment = pay_from_japan(&at, &abroad);
    let sokha = ["--account", "sokha@aclb", home.as_str()];
    let transfer = command(&at, ["wallet", "transfer"], &sokha);
    assert_eq!(text(&transfer, "/amount/amount"), "8000");
    for (md5, status) in [
        (&abroad_md5, "PAID"),
        (&home_md5, "PAID"),
        (&unpaid_md5, "UNPAID"),
    ] {
        assert_eq!(asked(&["status", md5]), status);
    }
    let found = asked(&["payment", &abroad_md5]);
    assert_eq!(found["amount"], 120_000.0);
    assert_eq!(found["toAccountId"], "mekong_coffee@sthp");
    assert_eq!(found["instructionRef"], payment.as_str());
    let found = asked(&["payment", &home_md5]);
    assert_eq!(found["hash"], transfer["hash"]);
    assert_eq!(found["fromAccountId"], "sokha@aclb");
    assert_eq!(asked(&["payment", &unpaid_md5]), Value::Null);
    let paid = asked(&["paid", &unpaid_md5, &home_md5, &abroad_md5]);
    assert_eq!(paid, json!([home_md5, abroad_md5]));
}
