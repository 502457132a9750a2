//! `spean certify` against the institutions of a running sandbox.

use std::path::Path;

use serde_json::Value;

use crate::network::{Up, check_schema, json, spean};

/// Payments of the plain ask that a run completes, each of which its shop gets once.
const CREDITED: usize = 8;

fn certify(up: &Up, folder: &Path, name: &str, words: &[&str]) -> (Option<i32>, Value) {
    let (url, key) = (up.url(name), folder.join("keys/hub.pem"));
    let key = key.to_string_lossy();
    let line = ["certify", "--json", "--participant", &url, "--key", &key];
    let output = spean(&[&line[..], words].concat());
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_none| {
        let error = serde_json::from_slice(&output.stderr);
        error.expect("an object on stdout or stderr")
    });
    (output.status.code(), report)
}

fn count(report: &Value, what: &str) -> u64 {
    report["summary"][what].as_u64().expect("a count")
}

/// What was not passed, for the message of an assertion.
fn others(report: &Value) -> Vec<&Value> {
    let cases = report["cases"].as_array().expect("cases").iter();
    cases.filter(|case| case["result"] != "passed").collect()
}

/// Every shop's sales at an institution.
fn sales(up: &Up, name: &str) -> Vec<Value> {
    let at = up.sandbox_file();
    let line = [
        "shop",
        "sales",
        "--json",
        "--sandbox",
        &at,
        "--at-institution",
        name,
    ];
    let shown = json(&line);
    let shops = shown["shops"].as_array().expect("shops").iter();
    let of_shop = shops.map(|shop| shop["sales"].as_array().expect("sales").clone());
    of_shop.flatten().collect()
}

fn state_hash(up: &Up, name: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let desks = up.desks();
    let books = runtime.block_on(desks[name].books()).expect("books");
    assert!(books.trial_balance_holds);
    books.state_hash
}

/// A customer of Sathapana pays in Japan, which the story does not show: so there is a payment of
/// which something can be given back.
fn pay_from_sathapana(up: &Up) {
    let at = up.sandbox_file();
    let list = |what: [&str; 2], name: &str| {
        json(
            &[
                &what[..],
                &["--json", "--sandbox", &at, "--at-institution", name],
            ]
            .concat(),
        )
    };
    let shops = list(["shop", "sales"], "netstars");
    let shop = shops["shops"]
        .as_array()
        .expect("shops")
        .iter()
        .find(|shop| !shop["sales"].as_array().expect("sales").is_empty())
        .and_then(|shop| shop["shop"].as_str())
        .expect("a shop of the story");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let shown = runtime
        .block_on(up.desks()["netstars"].shops())
        .expect("shops");
    let payload = shown.shops.into_iter().find(|found| found.shop == shop);
    let payload = payload.expect("its code").payload;
    let paid = json(&[
        "wallet",
        "pay",
        "--json",
        "--sandbox",
        &at,
        "--account",
        "vanna@sthp",
        "--amount",
        "1000",
        &payload,
    ]);
    assert_eq!(paid["state"], "completed", "{paid}");
}

#[test]
fn the_simulated_institutions_are_certified_and_go_on_as_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let up = Up::start(folder.path());
    // Nobody of Sathapana has paid yet: what cannot be run is not passed.
    let (code, report) = certify(&up, folder.path(), "sathapana", &[]);
    check_schema(&report, "certify.schema.json");
    assert_eq!(code, Some(1));
    assert_eq!(
        (count(&report, "failed"), count(&report, "not_run")),
        (0, 10)
    );
    let (code, report) = certify(&up, folder.path(), "sathapana", &["--role", "payee"]);
    assert_eq!(code, Some(0), "{:#?}", others(&report));
    pay_from_sathapana(&up);
    for name in ["acleda", "sathapana", "netstars"] {
        let before = state_hash(&up, name);
        let (code, report) = certify(&up, folder.path(), name, &[]);
        check_schema(&report, "certify.schema.json");
        assert_eq!(code, Some(0), "{name}: {:#?}", others(&report));
        assert_eq!(
            count(&report, "passed"),
            if name == "netstars" { 60 } else { 64 }
        );
        assert_eq!(count(&report, "not_run"), 0);
        assert_eq!(report["participant"], name);
        assert_eq!(state_hash(&up, name), before, "{name}");
    }
    let (code, _error) = certify(&up, folder.path(), "fx1", &[]);
    assert_eq!(code, Some(2), "an FX provider is not asked to credit");
    own_books_are_used_once_for_each_payment(&up, folder.path());
}

/// On the institution's own books everything is booked that was acknowledged, and once.
fn own_books_are_used_once_for_each_payment(up: &Up, folder: &Path) {
    let before = sales(up, "acleda");
    let (code, report) = certify(up, folder, "acleda", &["--own-books"]);
    assert_eq!(code, Some(0), "{:#?}", others(&report));
    assert_eq!(report["base"], format!("{}/link", up.url("acleda")));
    let after = sales(up, "acleda");
    let new: Vec<&Value> = after.iter().filter(|sale| !before.contains(sale)).collect();
    assert_eq!(new.len(), CREDITED);
    assert!(
        new.iter().all(|sale| sale["received"]["amount"] == "990"),
        "{new:#?}"
    );
    state_hash(up, "acleda");
    // A second run finds its place in the stream at the desk.
    let (code, report) = certify(up, folder, "acleda", &["--own-books", "--role", "payee"]);
    assert_eq!(code, Some(0), "{:#?}", others(&report));
    for_people(up, folder);
}

/// The report for people says what to do, and whom a wrong place in the stream leaves puzzled.
fn for_people(up: &Up, folder: &Path) {
    let key = folder.join("keys/hub.pem");
    let (url, key) = (up.url("acleda"), key.to_string_lossy());
    let line = ["certify", "--participant", &url, "--key", &key];
    let good = spean(&line);
    let text = String::from_utf8(good.stdout).expect("text");
    assert_eq!(good.status.code(), Some(0));
    for words in [
        "acleda (simulated, on a copy of its books)",
        "\n  pass     ask.accepted\n",
        "64 passed, 0 failed, 0 not run",
        "CERTIFIED as `confirm`",
        "  certify 0.",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    let lost = ["--own-books", "--outcome-sequence", "0"];
    let bad = spean(&[&line[..], &lost].concat());
    let text = String::from_utf8(bad.stdout).expect("text");
    assert_eq!(bad.status.code(), Some(1));
    for words in [
        "\n  FAIL     outcome.confirm\n",
        "\n           expected acknowledged\n",
        "\n           got      problem `payment_id_conflict` (409)\n",
        "NOT CERTIFIED",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    let talk = String::from_utf8(bad.stderr).expect("text");
    assert!(talk.contains("--outcome-sequence"), "{talk}");
}

#[test]
fn nobody_at_the_address_is_not_a_verdict() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    assert!(spean(&["keys", "generate", &file("hub")]).status.success());
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/link", listener.local_addr().expect("an address"));
    drop(listener);
    let (key, keys) = (file("hub.pem"), file("hub.jwks"));
    let line = [
        "certify",
        "--participant",
        &url,
        "--key",
        &key,
        "--keys",
        &keys,
    ];
    let unknown = spean(&line);
    assert_eq!(
        unknown.status.code(),
        Some(2),
        "whose shops, under which name?"
    );
    let output = spean(&[&line[..], &["--name", "bank", "--scheme", "khqr"]].concat());
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
}
