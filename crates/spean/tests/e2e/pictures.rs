//! `spean qr render` and `spean qr scan`: what a shop prints is what a telephone reads.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

const KHQR: [&str; 6] = [
    "khqr",
    "--account",
    "srey_shop@aclb",
    "--name",
    "Srey Cafe",
    "--city=Siem Reap",
];
const JPQR: [&str; 9] = [
    "jpqr",
    "--store",
    "1234567890123-0001-000001-000001",
    "--name",
    "Cafe Sora",
    "--name-local",
    "カフェ空",
    "--postal-code=1000001",
    "--amount=3000",
];

/// Runs `spean qr` in a folder.
fn qr(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spean"));
    let command = command.arg("qr").args(arguments).current_dir(folder);
    command.output().expect("spean starts")
}

fn exit_and_words(output: &Output) -> (Option<i32>, String) {
    let words = String::from_utf8_lossy(&output.stderr)
        .trim_end()
        .to_owned();
    (output.status.code(), words)
}

fn built(folder: &Path, arguments: &[&str]) -> String {
    let output = qr(folder, &[&["build"], arguments].concat());
    assert!(output.status.success(), "{output:?}");
    let payload = String::from_utf8(output.stdout).expect("UTF-8");
    payload.trim_end().to_owned()
}

fn scanned(folder: &Path, file: &str) -> Value {
    let output = qr(folder, &["scan", file, "--json"]);
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn a_drawn_code_is_scanned() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    for (arguments, scheme) in [(&KHQR[..], "khqr"), (&JPQR[..], "jpqr")] {
        let payload = built(folder, arguments);
        let drawn = qr(
            folder,
            &["render", &payload, "--to", "code.png", "--module", "4"],
        );
        assert!(
            drawn.status.success() && drawn.stdout.is_empty(),
            "{drawn:?}"
        );
        let whole = scanned(folder, "code.png");
        let code = &whole["codes"][0];
        assert_eq!(
            (&code["payload"], &code["scheme"], &code["verdict"]),
            (&json!(payload), &json!(scheme), &json!("accept"))
        );
        assert_eq!(whole["complete"], true);
        assert_eq!(whole["codes"].as_array().map(Vec::len), Some(1));
        // For a person: the text, and what `decode` says of it.
        let told = qr(folder, &["scan", "code.png"]);
        let decoded = qr(folder, &["decode", &payload]);
        let expected = format!(
            "payload     {payload}\n{}",
            String::from_utf8_lossy(&decoded.stdout)
        );
        assert_eq!(String::from_utf8_lossy(&told.stdout), expected);
        let drawn = qr(folder, &["render", &payload, "--to", "code.SVG"]);
        assert!(drawn.status.success(), "{drawn:?}");
        let svg = std::fs::read_to_string(folder.join("code.SVG")).expect("written");
        assert!(svg.starts_with("<svg "), "{svg}");
    }
}

#[test]
fn cards_are_printed_for_their_scheme_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let payload = built(folder, &JPQR);
    let print = |file: &str, more: &[&str]| {
        let arguments = ["render", &payload, "--to", file];
        exit_and_words(&qr(folder, &[&arguments[..], more].concat()))
    };
    let refused = |words: &str| (Some(2), format!("spean: could not {words}"));
    let fonts_are_here = print("card.pdf", &["--card", "jpqr"]).0 == Some(0);
    if !fonts_are_here {
        let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!is_ci, "CI has fonts");
        eprintln!("left out: cards (Debian's fonts-noto-core and fonts-noto-cjk)");
    } else {
        let pdf = std::fs::read(folder.join("card.pdf")).expect("written");
        assert!(pdf.starts_with(b"%PDF-"));
        let size = ["--card", "jpqr", "--size", "receipt", "--simulated"];
        assert_eq!(print("card.png", &size).0, Some(0));
        assert_eq!(scanned(folder, "card.png")["codes"][0]["payload"], payload);
        let thai = ["--card", "jpqr", "--name-local", "ร้าน"];
        let words = "print `ร้` (U+0E23 U+0E49): `Noto Sans` does not have it [glyph_missing]";
        assert_eq!(print("thai.png", &thai), refused(words));
    }
    assert_eq!(
        print("card.png", &["--card", "jpqr", "--fonts", "."]),
        refused(
            "find the font `NotoSans-Regular.ttf`: install it (`apt install fonts-noto-core`), \
             or name a folder that has it [font_missing]"
        )
    );
    assert_eq!(
        print("wrong.png", &["--card", "khqr"]),
        refused("print a card for `khqr`: the code is `jpqr`")
    );
    assert_eq!(
        print("bare.pdf", &[]),
        refused("write a bare code as PDF: add --card, or write .svg or .png")
    );
    assert_eq!(
        print("card.gif", &[]),
        refused("tell the kind of picture from `card.gif`: want .svg, .png or .pdf")
    );
    let broken = qr(
        folder,
        &["render", "000201", "--to", "no.png", "--card", "jpqr"],
    );
    assert_eq!(
        exit_and_words(&broken),
        refused("print a card with a code that a wallet refuses: `spean qr decode` says why")
    );
    for file in ["thai.png", "wrong.png", "bare.pdf", "card.gif", "no.png"] {
        assert!(!folder.join(file).exists(), "{file}");
    }
}

#[test]
fn what_is_no_picture_of_a_code_has_its_exit() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    std::fs::write(folder.join("empty.png"), "").expect("written");
    std::fs::write(folder.join("text.png"), "hello").expect("written");
    std::fs::write(folder.join("cut.png"), b"\x89PNG\r\n\x1a\n").expect("written");
    for (file, exit, code) in [
        ("empty.png", 2, json!("picture_empty")),
        ("text.png", 2, json!("picture_format")),
        ("cut.png", 2, json!("picture_damaged")),
        ("nowhere.png", 4, Value::Null),
    ] {
        let output = qr(folder, &["scan", file, "--json"]);
        let (found, words) = exit_and_words(&output);
        let error: Value = serde_json::from_str(&words).expect("JSON");
        assert_eq!(
            (found, &error["error"]["problem"]["code"]),
            (Some(exit), &code),
            "{file}"
        );
        assert!(output.stdout.is_empty(), "{file}");
    }
    // A text that is no payment code is drawn, and said to be none.
    let drawn = qr(
        folder,
        &["render", "hello", "--to", "hello.png", "--module", "1"],
    );
    let (exit, words) = exit_and_words(&drawn);
    assert_eq!(exit, Some(0));
    assert!(words.starts_with("this is no payment code"), "{words}");
    assert_eq!(
        scanned(folder, "hello.png")["codes"][0]["verdict"],
        "not_a_code"
    );
}
