//! `sandbox --once --json`: the figures of the story, the same books twice, the audit.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::network::{check_schema, files, json, spean};

/// Nets of the story's table, by (currency, participant).
const NETS: [(&str, &str, i64); 12] = [
    ("KHR", "acleda", -53_524),
    ("KHR", "sathapana", 119_880),
    ("KHR", "netstars", 0),
    ("KHR", "fx1", -66_576),
    ("KHR", "fx2", 0),
    ("KHR", "house", 220),
    ("JPY", "acleda", 12),
    ("JPY", "sathapana", 0),
    ("JPY", "netstars", -2_585),
    ("JPY", "fx1", 2_565),
    ("JPY", "fx2", 0),
    ("JPY", "house", 8),
];

fn once(folder: &Path) -> Value {
    let folder = folder.to_string_lossy();
    json(&[
        "sandbox", "--once", "--json", "--port", "0", "--data", &folder,
    ])
}

fn check_nets(report: &Value, times: i64) {
    let nets: BTreeMap<(String, String), String> = report["nets"]
        .as_array()
        .expect("nets")
        .iter()
        .map(|net| {
            let text = |key: &str| net[key].as_str().expect("a text").to_owned();
            ((text("currency"), text("participant")), text("amount"))
        })
        .collect();
    assert_eq!(nets.len(), NETS.len(), "{nets:?}");
    for (currency, participant, amount) in NETS {
        let got = nets.get(&(currency.to_owned(), participant.to_owned()));
        let expected = (amount * times).to_string();
        assert_eq!(
            got,
            Some(&expected),
            "{currency} {participant}, {times} times"
        );
    }
}

/// The window of the story: settled, with the nets of the table, nothing left on its control
/// accounts, and every line of the bank matched.
fn check_window(report: &Value, id: u64) {
    let window = &report["windows"][0];
    assert_eq!(window["id"], id);
    assert_eq!(window["status"], "settled");
    assert_eq!(window["control_sum"], "0");
    assert_eq!(
        report["reconciliation"],
        serde_json::json!({"matched": 5, "breaks": 0})
    );
    let mut nets: Vec<(String, String, String)> = window["nets"]
        .as_array()
        .expect("nets")
        .iter()
        .map(|net| {
            let text = |key: &str| net[key].as_str().expect("a text").to_owned();
            (text("currency"), text("participant"), text("amount"))
        })
        .collect();
    let not_even = NETS.iter().filter(|(_, _, net)| *net != 0);
    let mut expected: Vec<(String, String, String)> = not_even
        .map(|(currency, who, net)| ((*currency).to_owned(), (*who).to_owned(), net.to_string()))
        .collect();
    nets.sort();
    expected.sort();
    assert_eq!(nets, expected);
}

#[test]
fn the_story_comes_out_and_goes_on_with_the_same_books() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = once(folder.path());
    check_schema(&first, "sandbox.schema.json");
    check_nets(&first, 1);
    check_window(&first, 1);
    let text = |report: &Value, path: &str| {
        report
            .pointer(path)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    for (path, expected) in [
        ("/payments/0/direction", "KH-JP"),
        ("/payments/0/payer_amount/amount", "80536"),
        ("/payments/0/shop_receives/amount", "2964"),
        ("/payments/0/rate/value", "26.712"),
        ("/payments/0/reference_rate/value", "26.5"),
        ("/payments/0/margin_percent", "0.800"),
        ("/payments/0/total_cost_percent", "1.303"),
        ("/payments/1/direction", "JP-KH"),
        ("/payments/1/payer_amount/amount", "4565"),
        ("/payments/1/shop_receives/amount", "119280"),
        ("/payments/1/margin_percent", "0.800"),
        ("/payments/1/total_cost_percent", "0.810"),
        ("/refunds/0/amount/amount", "1000"),
        ("/refunds/0/payer_amount/amount", "26712"),
    ] {
        assert_eq!(text(&first, path).as_deref(), Some(expected), "{path}");
    }
    let second = once(folder.path());
    check_schema(&second, "sandbox.schema.json");
    // The first window is settled; the second story has one of its own.
    check_nets(&second, 1);
    check_window(&second, 2);
    // Ids and the dynamic code are fresh; the printed code is the same sticker.
    for (path, same) in [
        ("/payments/0/id", false),
        ("/payments/1/id", false),
        ("/payments/0/receipt", false),
        ("/payments/1/payload", false),
        ("/payments/0/payload", true),
    ] {
        assert_eq!(text(&first, path) == text(&second, path), same, "{path}");
    }
    audited(folder.path());
    nobody_is_named(folder.path());
    rebuilt(folder.path());
    erased(folder.path());
}

/// The tables thrown away and made again hold what they held.
fn rebuilt(folder: &Path) {
    let path = folder.to_string_lossy();
    let tables = || {
        let file = folder.join("hub/projection.db");
        let sql = rusqlite::Connection::open(file).expect("SQLite");
        let mut rows = Vec::new();
        for query in [
            "SELECT hex(id) || state || hex(body) FROM item ORDER BY id",
            "SELECT participant || ' ' || position || hex(item) FROM outcome ORDER BY 1",
        ] {
            let mut query = sql.prepare(query).expect("a query");
            let found = query.query_map([], |row| row.get::<_, String>(0));
            rows.extend(found.expect("rows").map(|row| row.expect("text")));
        }
        rows
    };
    let before = tables();
    assert!(before.len() > 10, "{before:?}");
    let status = json(&["projection", "status", "--json", &path]);
    assert_eq!(status["lag_batches"], 0, "{status}");
    let sql = rusqlite::Connection::open(folder.join("hub/projection.db")).expect("SQLite");
    sql.execute_batch("DELETE FROM item; UPDATE outcome SET position = -position;")
        .expect("write");
    drop(sql);
    assert_ne!(tables(), before);
    let done = json(&["projection", "rebuild", "--json", &path]);
    assert_eq!(done["sequence"], status["journal_sequence"], "{done}");
    assert_eq!(tables(), before);
}

/// Destroying every key of the parties' data leaves the chain and the books as they are.
fn erased(folder: &Path) {
    let path = folder.to_string_lossy();
    let before = json(&["audit", "verify", "--json", &path]);
    let keys = files(&folder.join("hub/party-keys"));
    assert!(!keys.is_empty(), "there are keys to destroy");
    for key in keys {
        std::fs::remove_file(key).expect("remove");
    }
    assert_eq!(json(&["audit", "verify", "--json", &path]), before);
}

/// The audit passes, and names the sequence when one byte of one row is changed, whichever.
fn audited(folder: &Path) {
    let path = folder.to_string_lossy();
    let sound = json(&["audit", "verify", "--json", &path]);
    assert_eq!(sound["sound"], true, "{sound}");
    let batches = sound["batches"].as_i64().expect("a count");
    let journal = rusqlite::Connection::open(folder.join("hub/journal.db")).expect("SQLite");
    for seq in [1, batches / 2, batches] {
        for column in ["records", "hash", "prev_hash"] {
            let row = format!("SELECT {column} FROM journal WHERE seq = ?1");
            let set = format!("UPDATE journal SET {column} = ?2 WHERE seq = ?1");
            let whole: Vec<u8> = journal
                .query_row(&row, [seq], |row| row.get(0))
                .expect("a row");
            let mut bent = whole.clone();
            *bent.last_mut().expect("no column is empty") ^= 1;
            journal
                .execute(&set, rusqlite::params![seq, bent])
                .expect("write");
            let output = spean(&["audit", "verify", "--json", &path]);
            assert_eq!(output.status.code(), Some(1), "{column} of row {seq}");
            let words: Value = serde_json::from_slice(&output.stdout).expect("JSON");
            let why = words["why"].as_str().expect("words");
            let named = why
                .split(|c: char| !c.is_ascii_digit())
                .any(|n| n == seq.to_string());
            assert!(named, "{column} of row {seq}: {why}");
            journal
                .execute(&set, rusqlite::params![seq, whole])
                .expect("write");
        }
    }
    let again = json(&["audit", "verify", "--json", &path]);
    assert_eq!(again, sound, "mended, it is sound again");
}

/// No payer's name and no account number in any file of the hub, nor in anybody's log.
fn nobody_is_named(folder: &Path) {
    let hub = files(&folder.join("hub"));
    let logs = files(folder)
        .into_iter()
        .filter(|path| path.ends_with("log.jsonl"));
    let searched: Vec<_> = hub.into_iter().chain(logs).collect();
    assert!(
        searched.iter().any(|path| path.ends_with("hub/journal.db")),
        "{searched:?}"
    );
    assert!(
        searched
            .iter()
            .filter(|path| path.ends_with("log.jsonl"))
            .count()
            >= 6
    );
    let own = std::fs::read(folder.join("acleda/ledger.db")).expect("the bank's own books");
    let wal = std::fs::read(folder.join("acleda/ledger.db-wal")).unwrap_or_default();
    let known = |name: &str| {
        let has = |bytes: &[u8]| {
            bytes
                .windows(name.len())
                .any(|part| part == name.as_bytes())
        };
        has(&own) || has(&wal)
    };
    assert!(
        known("Sokha"),
        "the bank knows its customer, so the search can find names"
    );
    for path in searched {
        let bytes = std::fs::read(&path).expect("a file");
        for secret in ["Sokha", "sokha", "Hana", "W-00000"] {
            let found = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!found, "`{secret}` in {}", path.display());
        }
    }
}
