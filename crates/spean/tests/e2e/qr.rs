//! `spean qr build` and `spean qr convert`: codes are written, and written in another form.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

const AT: &str = "--at=2026-01-01T00:00:00Z";
/// Printed on a counter: fields out of order, one that nobody knows, a checksum in small letters.
const PRINTED: &str = "00020101021129170013shop_one@aclb5204599958\
    02KH53031168004TEST5913Angkor Coffee6010Phnom Penh6304";
const USUAL: &str = "00020101021129170013shop_one@aclb520459995303116\
    5802KH5913Angkor Coffee6010Phnom Penh8004TEST6304";
const MADE: &str = "00020101021229170013shop_one@aclb52045999530311654045000\
    5802KH5913Angkor Coffee6010Phnom Penh8004TEST993400131767225600000011317672262000006304";

fn sealed(body: &str) -> String {
    let checksum = emvqr::crc::checksum(body.as_bytes());
    format!("{body}{checksum:04X}")
}

fn printed() -> String {
    let (body, checksum) = (PRINTED, emvqr::crc::checksum(PRINTED.as_bytes()));
    format!("{body}{checksum:04x}")
}

fn qr(arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spean"));
    let command = command.arg("qr").args(arguments);
    let command = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("spean starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // Who says no before the end of the input has not read all of it.
    let _closed = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("spean ends")
}

/// Exit code, data and talk.
fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    let (data, talk) = (text(&output.stdout), text(&output.stderr));
    (output.status.code(), data, talk)
}

fn convert(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    said(&qr(&[&["convert"], arguments].concat(), input))
}

fn object(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn done(data: &str, talk: &str) -> (Option<i32>, String, String) {
    (Some(0), data.to_owned(), talk.to_owned())
}

#[test]
fn a_code_is_written_in_its_usual_form_for_one_payment_and_for_many() {
    let (printed, usual, made) = (printed(), sealed(USUAL), sealed(MADE));
    let reordered = "code: its fields or its checksum were written in another way [reordered]";
    assert_eq!(convert(&[&printed], ""), done(&usual, reordered));
    assert_eq!(convert(&[&usual], ""), done(&usual, ""));
    let md5 = emvqr::md5_hex(&usual);
    assert_eq!(
        convert(&["--md5", &usual], ""),
        done(&format!("{usual}\n{md5}"), "")
    );
    let lines = format!("{usual}\r\n{printed}\n");
    assert_eq!(
        convert(&["-"], &lines),
        done(&format!("{usual}\n{usual}"), reordered)
    );

    let one = ["--amount", "5000", AT];
    let talk = "01: is written in another way [rewritten]\n54: was not there [added]\n\
        99.00: was not there [added]\n99.01: was not there [added]";
    assert_eq!(
        convert(&[&one[..], &[&printed]].concat(), ""),
        done(&made, talk)
    );
    let talk = "01: is written in another way [rewritten]\n54: is not kept [dropped]\n\
        99.00: is not kept [dropped]\n99.01: is not kept [dropped]";
    assert_eq!(convert(&["--static", AT, &made], ""), done(&usual, talk));
    let dollars = [
        "--amount=1.5",
        "--currency=USD",
        "--expires-in=60",
        AT,
        &usual,
    ];
    let (exit, data, _) = convert(&dollars, "");
    assert_eq!(exit, Some(0));
    assert!(
        data.contains("530384054041.50") && data.contains("01131767225660000"),
        "{data}"
    );
}

#[test]
fn fields_go_to_json_and_come_back() {
    let (printed, usual) = (printed(), sealed(USUAL));
    let (exit, data, talk) = convert(&["--to", "json", &printed], "");
    assert_eq!((exit, talk.as_str()), (Some(0), ""));
    let whole = object(&data);
    let head = [&whole["scheme"], &whole["verdict"], &whole["payload"]];
    assert_eq!(head, [&json!("khqr"), &json!("accept"), &json!(printed)]);
    let account = json!({
        "tag": "29",
        "name": "individual account",
        "length": 17,
        "value": "0013shop_one@aclb",
        "span": [12, 33],
        "children": [{
            "tag": "00",
            "name": "account id",
            "length": 13,
            "value": "shop_one@aclb",
            "span": [16, 33],
            "children": [],
        }],
    });
    assert_eq!(whole["fields"][2], account);
    // On one line, on many, as a list, as an argument.
    let many = serde_json::to_string_pretty(&whole).expect("JSON");
    let list = whole["fields"].to_string();
    let (exit, text, _) = convert(&["--from=json", "-"], &format!("{data}\n {many}{list}\n"));
    assert_eq!(
        (exit, text),
        (Some(0), format!("{usual}\n{usual}\n{usual}"))
    );
    let (exit, text, _) = convert(&["--from=json", &list], "");
    assert_eq!((exit, text), (Some(0), usual));
    // Lengths, values of templates and the checksum follow from what was changed.
    let mut edited = whole;
    edited["fields"][2]["children"][0]["value"] = json!("ab@aclb");
    let (exit, text, _) = convert(&["--from=json", "-"], &edited.to_string());
    let want = sealed(&USUAL.replace("29170013shop_one@aclb", "29110007ab@aclb"));
    assert_eq!((exit, text), (Some(0), want));
}

#[test]
fn what_a_wallet_must_refuse_is_not_written() {
    let made = sealed(MADE);
    // It has expired since.
    let (exit, data, talk) = convert(&["--static", &made], "");
    assert_eq!((exit, data.as_str()), (Some(1), ""));
    assert!(
        talk.starts_with("verdict     a wallet must refuse it\n"),
        "{talk}"
    );
    assert!(talk.contains("[expired]"), "{talk}");
    let (exit, data, talk) = convert(&["--json", &made.replace("5000", "9000"), AT], "");
    let whole = object(&data);
    let told = [&whole["verdict"], &whole["payload"]];
    assert_eq!(told, [&json!("refuse"), &Value::Null]);
    let findings = whole["findings"].as_array().expect("a list");
    let is_forged = |finding: &Value| finding["code"] == "checksum-wrong";
    assert!(findings.iter().any(is_forged), "{data}");
    assert_eq!((exit, talk.as_str()), (Some(1), ""));
    assert_eq!(convert(&["hello"], "").0, Some(2));
    let strict = ["--profile=strict", &made, AT];
    assert_eq!(convert(&strict, "").0, Some(1));
    // The rest of the lines is written all the same.
    let lines = format!("hello\n{made}\n");
    let (exit, data, _) = convert(&["-", AT], &lines);
    assert_eq!((exit, data), (Some(2), made));
}

#[test]
fn what_cannot_be_written_so_says_why() {
    let (usual, made) = (sealed(USUAL), sealed(MADE));
    let check = |arguments: &[&str], words: &str| {
        let words = format!("spean: could not convert the code: {words}");
        assert_eq!(convert(arguments, ""), (Some(1), String::new(), words));
    };
    check(
        &["--amount=1", AT, &made],
        "code: code is one for a single payment already [already-dynamic]",
    );
    check(
        &["--amount=1.5", &usual],
        "54: amount has more decimals than its currency `1.5` [amount-too-precise]",
    );
    let thai = sealed("00020101021129370016A0000006770101110113006681222333353037645802TH6304");
    check(
        &["--amount=20", "--expires-in=60", &thai],
        "code: code is of a scheme whose codes do not expire [no-expiry]",
    );
    let (exit, data, talk) = convert(&["--amount=0", "--json", &usual], "");
    let whole = object(&data);
    let error = &whole["error"];
    assert_eq!(
        (&error["code"], &error["path"]),
        (&json!("amount-zero"), &json!("54"))
    );
    assert_eq!(
        (&whole["verdict"], &whole["payload"]),
        (&json!("accept"), &Value::Null)
    );
    assert_eq!((exit, talk.as_str()), (Some(1), ""));
}

#[test]
fn input_is_bounded_and_has_to_be_what_it_is_said_to_be() {
    let check = |arguments: &[&str], input: &str, words: &str| {
        let (exit, data, talk) = convert(arguments, input);
        assert_eq!((exit, data.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(talk.contains(words), "{talk}");
    };
    let long = "0".repeat(17 * 1024);
    check(
        &["-"],
        &long,
        "could not read a line of more than 16384 bytes",
    );
    let huge = format!("[\"{}", "x".repeat(600 * 1024));
    check(
        &["--from=json", "-"],
        &huge,
        "could not read a code of more than 524288 bytes",
    );
    check(&["--from=json", "{"], "", "could not read the code as JSON");
    check(
        &["--from=json", "{}"],
        "",
        "could not read the fields of the code",
    );
    let field = |tag: &str, more: &str| format!("[{{\"tag\":\"{tag}\"{more}}}]");
    let tag = "could not take the tag `+1`: not two digits";
    check(&["--from=json", &field("+1", "")], "", tag);
    let bare = "could not take the field 59: neither value nor children";
    check(&["--from=json", &field("59", "")], "", bare);
    let mut deep = field("00", ",\"value\":\"A\"");
    for _ in 0..3 {
        deep = field("62", &format!(",\"children\":{deep}"));
    }
    let words = "could not put the fields together: field holds fields deeper than any code";
    check(&["--from=json", &deep], "", words);
    check(
        &["--currency=XXX", "--amount=1", "x"],
        "",
        "could not take the currency `XXX`",
    );
    check(&["--amount=1", "--static", "x"], "", "cannot be used with");
    check(&["--expires-in=5", "x"], "", "--amount");
}

fn build(arguments: &[&str]) -> (Option<i32>, String, String) {
    said(&qr(&[&["build"], arguments].concat(), ""))
}

const LABELS: [&str; 6] = [
    "--bill=B7",
    "--mobile=855",
    "--store-label=East",
    "--reference=R1",
    "--terminal=T2",
    "--purpose=Tea",
];

#[test]
fn everything_that_a_builder_takes_is_taken() {
    let merchant = [
        "khqr",
        "--account=khqr@aclb",
        "--merchant-id=000123",
        "--acquiring-bank=ACLEDA",
        "--union-pay-account=3197011600520446",
        "--name=Srey",
        "--postal-code=120101",
        "--category=5812",
        "--name-local=ស្រី",
        "--city-local=ភ្នំពេញ",
        "--amount=5000",
        "--minutes=1",
        AT,
        "--json",
    ];
    let (exit, data, talk) = build(&[&merchant[..], &LABELS].concat());
    assert_eq!((exit, talk.as_str()), (Some(0), ""));
    let whole = object(&data);
    let body = "00020101021215163197011600520446\
        30330009khqr@aclb01060001230206ACLEDA52045812530311654045000\
        5802KH5904Srey6010Phnom Penh61061201016240\
        0102B702038550304East0502R10702T20803Tea\
        64250002km0104ស្រី0207ភ្នំពេញ99340013176722560000001131767225660000";
    let payload = sealed(&format!("{body}6304"));
    assert_eq!(whole["payload"], json!(payload));
    assert_eq!(whole["md5"], json!(emvqr::md5_hex(&payload)));
    let decoded = &whole["decoded"];
    let told = [
        &decoded["verdict"],
        &decoded["expires_at"],
        &decoded["findings"],
    ];
    assert_eq!(
        told,
        [&json!("accept"), &json!("2026-01-01T00:01:00Z"), &json!([])]
    );
    assert_eq!(decoded["accounts"][1]["kind"], json!("khqr_merchant"));
}

#[test]
fn a_person_is_no_merchant() {
    let person = ["khqr", "--account=srey@aclb", "--name=Srey"];
    let more = ["--account-information=855", "--acquiring-bank=ACLEDA"];
    let (exit, data, _) = build(&[&person[..], &more].concat());
    assert_eq!(exit, Some(0));
    assert!(
        data.contains("29300009srey@aclb01038550206ACLEDA"),
        "{data}"
    );
    let mixed = [
        "--account-information=855",
        "--merchant-id=1",
        "--acquiring-bank=A",
    ];
    assert_eq!(build(&[&person[..], &mixed].concat()).0, Some(2));
    assert_eq!(
        build(&[&person[..], &["--merchant-id=1"]].concat()).0,
        Some(2)
    );
    assert_eq!(
        build(&[&person[..], &["--city-local=ភ្នំពេញ"]].concat()).0,
        Some(2)
    );
}

#[test]
fn a_japanese_shop_may_ask_for_more_than_the_amount() {
    let shop = [
        "jpqr",
        "--store=1234567890123-0001-000001-000001",
        "--name=Cafe Sora",
        "--name-local=カフェ空",
        "--postal-code=1000001",
    ];
    let (exit, data, _) = build(&[&shop[..], &LABELS, &["--fee=100"]].concat());
    assert_eq!(exit, Some(0));
    let asked = "0102B702038550304East0502R10702T20803Tea";
    assert!(
        data.contains("5502025603100") && data.contains(asked),
        "{data}"
    );
    for (fee, field) in [
        ("--ask-tip", "5502015802JP"),
        ("--fee-percent=5", "55020357015"),
    ] {
        let (exit, data, _) = build(&[&shop[..], &[fee]].concat());
        assert!(exit == Some(0) && data.contains(field), "{data}");
    }
    let two = build(&[&shop[..], &["--ask-tip", "--fee=1"]].concat());
    assert_eq!(two.0, Some(2));
    let (exit, _, talk) = build(&[&shop[..], &["--fee-percent=100"]].concat());
    assert_eq!(exit, Some(2));
    assert!(
        talk.ends_with("build the code: percentage fee is not a fee `100`"),
        "{talk}"
    );
}
