//! The back office with the real processes: the settled window of the story, the bank's file
//! again, spoilt and cut off, a deposit that the bank never shows, and how its break ends.

use std::path::Path;

use serde_json::Value;

use crate::network::{Up, json, spean};

fn text(value: &Value, path: &str) -> String {
    let text = value.pointer(path).and_then(Value::as_str);
    text.unwrap_or_else(|| panic!("{path} in {value}"))
        .to_owned()
}

fn by(operator: &str, at: &str, words: &[&str]) -> Value {
    let who = ["--as", operator, "--sandbox", at, "--json"];
    json(&[words, &who].concat())
}

/// Proposed by one and approved by the other; gives the action's id.
fn act(at: &str, words: &[&str]) -> String {
    let line = [&["action", "propose"], words, &["--reason", "test"]].concat();
    let proposed = by("op1", at, &line);
    let (id, digest) = (text(&proposed, "/id"), text(&proposed, "/digest"));
    let approved = by("op2", at, &["action", "approve", &id, "--digest", &digest]);
    assert_eq!(text(&approved, "/state"), "approved");
    id
}

/// What an import that is refused says.
fn refused(at: &str, file: &Path) -> String {
    let path = file.to_string_lossy();
    let words = ["reconcile", "import", &path, "--as", "op1", "--sandbox", at];
    let output = spean(&words);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Statements say what the window says: in a table, as CSV, and as a camt.053 with its totals.
fn stated(at: &str) {
    let say = |words: &[&str]| {
        let who = ["--as", "op1", "--sandbox", at];
        let output = spean(&[&["statement"], words, &who].concat());
        assert!(output.status.success(), "{words:?}: {output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let window = ["window", "1", "--participant", "acleda", "--format"];
    let table = say(&[&window[..], &["table"]].concat());
    assert!(table.contains("0 + 26712 - 80236 = -53524"), "{table}");
    assert!(table.contains("paid in KHR 53524"), "{table}");
    let csv = say(&[&window[..], &["csv"]].concat());
    assert_eq!(csv.matches("exchange").count(), 1, "{csv}");
    let xml = say(&[&window[..], &["xml"]].concat());
    assert!(
        xml.contains("camt.053.001.08") && xml.contains(">53524<"),
        "{xml}"
    );
    let account = ["account", "acleda", "--currency", "KHR", "--window", "1"];
    let account = say(&account);
    assert!(
        account.contains("opening") && account.contains("closing"),
        "{account}"
    );
    let output = spean(&["statement", "window", "9", "--as", "op1", "--sandbox", at]);
    assert!(!output.status.success(), "there is no window 9: {output:?}");
}

/// A file that is cut off, does not add up, hides an entity, or is another one for the same day:
/// each is refused under its code.
fn spoilt_files(at: &str, folder: &Path, file: &Path) {
    let xml = std::fs::read_to_string(file).expect("the statement is there");
    let spoilt = |name: &str, xml: String| {
        let file = folder.join(name);
        std::fs::write(&file, xml).expect("a file");
        refused(at, &file)
    };
    let said = spoilt(
        "cut.xml",
        xml.get(..xml.len() / 2).expect("ASCII").to_owned(),
    );
    assert!(said.contains("xml_truncated"), "{said}");
    let said = spoilt("sum.xml", xml.replacen("119880", "119881", 1));
    assert!(said.contains("(statement_"), "{said}");
    let bomb = xml.replacen("<Document", "<!DOCTYPE d [<!ENTITY a 'a'>]><Document", 1);
    let said = spoilt("bomb.xml", bomb);
    assert!(said.contains("xml_doctype"), "{said}");
    let other = xml.replacen("SIMULATED settlement bank", "another file", 1);
    let said = spoilt("other.xml", other);
    assert!(said.contains("statement_"), "{said}");
}

/// A statement of two credits of one amount, which the bank gives two references and no words.
fn two_credits(day: &str) -> String {
    let money = |amount: u32| format!("<Amt Ccy=\"KHR\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>");
    let balance = |kind: &str, amount: u32| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{}<Dt><Dt>{day}</Dt></Dt></Bal>",
            money(amount)
        )
    };
    let entry = |reference: &str| {
        format!(
            "<Ntry>{}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>\
             <ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{reference}</AcctSvcrRef><BkTxCd/></Ntry>",
            money(31_000)
        )
    };
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\
         <GrpHdr><MsgId>M7</MsgId><CreDtTm>{day}T14:00:00</CreDtTm></GrpHdr>\
         <Stmt><Id>S7</Id><CreDtTm>{day}T14:00:00</CreDtTm><Acct><Id><Othr>\
         <Id>SIMULATED-HUB-KHR</Id></Othr></Id><Ccy>KHR</Ccy></Acct>{}{}{}{}</Stmt>\
         </BkToCstmrStmt></Document>",
        balance("OPBD", 0),
        balance("CLBD", 62_000),
        entry("FT-A"),
        entry("FT-B")
    )
}

/// Two deposits of one amount: no rule tells them apart, two operators do, and nothing is booked.
#[test]
fn two_operators_join_what_no_rule_tells_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let up = Up::start(folder.path());
    let at = up.sandbox_file();
    let window = by("op1", &at, &["window", "show", "1"]);
    let settled_at = text(&window, "/settled_at");
    let day = settled_at.get(..10).expect("a day").to_owned();
    for who in ["acleda", "sathapana"] {
        act(&at, &["deposit", who, "KHR", "31000"]);
    }
    let file = folder.path().join("two.xml");
    std::fs::write(&file, two_credits(&day)).expect("a file");
    let path = file.to_string_lossy().into_owned();
    let import = ["reconcile", "import", &path, "--as-of", &day, "--json"];
    let who = ["--as", "op1", "--sandbox", &at];
    let output = spean(&[&import[..], &who[..]].concat());
    assert_eq!(
        output.status.code(),
        Some(1),
        "there are breaks: {output:?}"
    );
    let shown = by("op1", &at, &["reconcile", "show", "--as-of", &day]);
    let lines = "SIMULATED-HUB-KHR/FT-A";
    let breaks = shown["breaks"].as_array().expect("breaks");
    let first = breaks.iter().find(|one| one["lines"][0] == lines);
    let first = first.expect("a break for the first line");
    let choices = first["could_be"].as_array().expect("what it could be");
    assert_eq!(choices.len(), 2, "{first}");
    let expected = text(first, "/could_be/0/expected");
    let join = [
        "reconcile",
        "join",
        lines,
        &expected,
        "--reason",
        "the bank's advice",
    ];
    let said = by("op1", &at, &join);
    assert_eq!(said["joins"][0]["proposed_by"], "op1", "{said}");
    let approve = ["reconcile", "approve-join", "1", "--as-of", &day];
    let own = spean(&[&approve[..], &who[..]].concat());
    assert_eq!(own.status.code(), Some(1), "{own:?}");
    let said = String::from_utf8_lossy(&own.stderr).into_owned();
    assert!(said.contains("join_same_person"), "{said}");
    let said = by("op2", &at, &approve);
    // What is left is alone on both sides.
    assert_eq!(said["breaks"], serde_json::json!([]), "{said}");
    assert_eq!(said["joins"], serde_json::json!([]));
}

#[test]
fn the_back_office_takes_files_once_and_names_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let up = Up::start(folder.path());
    let at = up.sandbox_file();
    let window = by("op1", &at, &["window", "show", "1"]);
    assert_eq!(window["status"], "settled");
    assert_eq!(window["payouts"].as_array().map(Vec::len), Some(5));
    let liquidity = by("op1", &at, &["liquidity"]);
    for row in liquidity["liquidity"].as_array().expect("rows") {
        assert_eq!(row["headroom"], row["cap"], "{row}");
    }

    stated(&at);
    let bank = folder.path().join("bank");
    let day = text(&window, "/settlement_date");
    let file = bank.join(format!("camt.053-KHR-{day}.xml"));
    let path = file.to_string_lossy().into_owned();
    let again = by("op1", &at, &["reconcile", "import", &path, "--as-of", &day]);
    assert_eq!(again["statements"][0]["is_new"], false);
    assert_eq!(again["matched"], 5);
    assert_eq!(again["payouts_reported"], 0);

    spoilt_files(&at, folder.path(), &file);
    let breaks = by("op1", &at, &["reconcile", "show", "--as-of", &day]);
    assert_eq!(breaks["breaks"], serde_json::json!([]));

    act(&at, &["deposit", "acleda", "KHR", "7000"]);
    let late = ["reconcile", "show", "--as-of", "2027-12-01"];
    // A look ahead tells what will be missing and opens nothing.
    for _ in 0..2 {
        let looked = by("op1", &at, &late);
        assert_eq!(looked["breaks"], serde_json::json!([]));
        assert_eq!(looked["without_break"][0]["kind"], "missing_there");
    }
    let review = ["reconcile", "review", "--as-of", "2027-12-01"];
    let missing = by("op1", &at, &review);
    assert_eq!(missing["breaks"][0]["kind"], "missing_there");
    assert_eq!(missing["without_break"], serde_json::json!([]));
    // And a look back ends nothing.
    let looked = by("op1", &at, &["reconcile", "show", "--as-of", &day]);
    assert_eq!(looked["breaks"][0]["id"], missing["breaks"][0]["id"]);
    let number = missing["breaks"][0]["id"].to_string();
    let owner = by("op1", &at, &["reconcile", "assign", &number, "op2"]);
    assert_eq!(owner["owner"], "op2");
    let name = format!("b-{number}");
    let other = act(&at, &["deposit", "acleda", "KHR", "1"]);
    let wrong = ["reconcile", "end", &number, "--action", &other];
    let who = ["--as", "op1", "--sandbox", &at];
    let output = spean(&[&wrong[..], &who[..]].concat());
    assert_eq!(output.status.code(), Some(1), "a deposit ends no break");
    let words = [
        "adjust",
        &name,
        "liquidity:acleda",
        "written_off",
        "KHR",
        "7000",
    ];
    let action = act(&at, &words);
    let ended = by(
        "op1",
        &at,
        &["reconcile", "end", &number, "--action", &action],
    );
    assert!(
        text(&ended, "/ended").starts_with("written off by"),
        "{ended}"
    );
}
