//! The examples that the terminal and every binding are held against, and what building refuses.

#[cfg(test)]
mod tests {
    use emvqr_common::{build, decode, lint, profile};
    use expect_test::expect_file;
    use serde_json::{Value, json};

    const NOW_MS: i64 = 1_767_225_600_000;

    const KHQR: &[(&str, &str)] = &[
        ("scheme", "khqr"),
        ("account", "shop_one@aclb"),
        ("name", "Angkor Coffee"),
    ];
    const PAID_ONCE: &[(&str, &str)] = &[
        ("amount", "1.50"),
        ("currency", "USD"),
        ("created_ms", "1767225600000"),
        ("expires_ms", "1767226200000"),
    ];
    const JPQR: &[(&str, &str)] = &[
        ("scheme", "jpqr"),
        ("store", "0000000000001-0001-000001-000001"),
        ("category", "5812"),
        ("name", "TORII RAMEN"),
        ("city", "TOKYO"),
        ("postal_code", "1060032"),
        ("local_name", "鳥居ラーメン"),
    ];
    const MERCHANT: &[(&str, &str)] = &[
        ("scheme", "khqr"),
        ("account", "khqr@aclb"),
        ("merchant_id", "000123"),
        ("acquiring_bank", "ACLEDA"),
        ("name", "Angkor Coffee"),
        ("city", "Siem Reap"),
        ("bill", "INV-7"),
        ("language", "km"),
        ("local_name", "កាហ្វេ"),
    ];

    fn payloads() -> Vec<String> {
        let built = [
            KHQR.to_vec(),
            [KHQR, PAID_ONCE].concat(),
            MERCHANT.to_vec(),
            JPQR.to_vec(),
            [JPQR, &[("amount", "1980"), ("bill", "7")]].concat(),
        ];
        let built = built.iter().map(|options| build(options).unwrap());
        let written = [
            // Two accounts of one scheme.
            "00020101021129150011victim@aclb30170013attacker@aclb5204599953031165802KH\
             5904Shop6010Phnom Penh63048DE9",
            // Another network's.
            "00020101021129370016A0000006770101110113006681222333353037645802TH63041DCF",
            // A turned letter.
            "00020101021129170013shop_one@aclb5204599953031165802KH5904Shoq6010Phnom Penh6304048C",
            "https://example.com",
            "",
        ];
        built.chain(written.map(str::to_owned)).collect()
    }

    #[test]
    fn examples_are_those_of_the_terminal() {
        let mut lines = String::new();
        for payload in payloads() {
            for (now_ms, name) in [(NOW_MS, "lenient"), (NOW_MS + 600_001, "khqr")] {
                let example = json!({
                    "payload": payload,
                    "now_ms": now_ms,
                    "profile": name,
                    "decode": decode(&payload, now_ms),
                    "lint": lint(&payload, now_ms, profile(name).unwrap()),
                });
                lines.push_str(&format!("{example}\n"));
            }
        }
        // A whole path, because this workspace lies within another.
        expect_file![concat!(env!("CARGO_MANIFEST_DIR"), "/tests/examples.jsonl")]
            .assert_eq(&lines);
    }

    fn check(options: &[&[(&str, &str)]], want: &str) {
        let got = match build(&options.concat()) {
            Ok(payload) => decode(&payload, NOW_MS)["verdict"].to_string(),
            Err(refusal) => format!("{} {}: {refusal}", refusal.code, refusal.path),
        };
        assert_eq!(got, want, "{options:?}");
    }

    #[test]
    fn what_is_built_is_accepted_and_the_rest_refused() {
        let accepted = "\"accept\"";
        for options in [&[KHQR][..], &[KHQR, PAID_ONCE], &[MERCHANT], &[JPQR]] {
            check(options, accepted);
        }
        check(&[JPQR, &[("amount", "1980")]], accepted);
        check(&[], "option-missing : option is missing `scheme`");
        let no_scheme = [("scheme", "upi")];
        let words = "option-value : option does not take this value";
        check(&[&no_scheme], &format!("{words} `scheme=upi`"));
        check(
            &[KHQR, &[("currency", "EUR")]],
            &format!("{words} `currency=EUR`"),
        );
        check(
            &[KHQR, &[("store", "1")]],
            "option-unknown : option is unknown `store`",
        );
        check(
            &[JPQR, &[("currency", "JPY")]],
            "option-unknown : option is unknown `currency`",
        );
        check(
            &[KHQR, &[("name", "x")]],
            "option-twice : option stands twice `name`",
        );
        check(&[&KHQR[..2]], "missing 59: merchant name is missing");
        check(
            &[&KHQR[..1]],
            "option-missing : option is missing `account`",
        );
    }

    #[test]
    fn amounts_are_exact_texts_and_come_with_their_times() {
        let times = &PAID_ONCE[1..];
        let check_amount = |text: &str, code: &str| {
            let amount = [("amount", text)];
            let message = format!("option does not take this value `amount={text}`");
            check(&[KHQR, &amount, times], &format!("{code} 54: {message}"));
        };
        check_amount("1,000", "amount-grouping");
        check_amount("1.505", "amount-too-precise");
        check_amount("0", "amount-zero");
        check_amount("abc", "amount-not-a-number");
        check(
            &[KHQR, &PAID_ONCE[..2]],
            "option-missing : option is missing `created_ms`",
        );
        check(
            &[KHQR, times],
            "option-missing : option is missing `amount`",
        );
        let late = [("amount", "1"), ("created_ms", "1"), ("expires_ms", "soon")];
        check(
            &[KHQR, &late],
            "option-value : option does not take this value `expires_ms=soon`",
        );
    }

    /// The program that the sample belongs to has no test harness, and checks what it says itself.
    #[test]
    fn sample_without_std_is_that_of_the_page() {
        let page = include_str!("../../../docs/BINDINGS.md");
        let sample = include_str!("../../no-std/src/sample.rs");
        assert!(page.contains(&format!("```rust\n{sample}```\n")));
        let paid_once = build(&[KHQR, PAID_ONCE].concat()).unwrap();
        let (head, tail) = paid_once.split_at(paid_once.find("Angkor").unwrap());
        assert_eq!(
            (page.matches(head).count(), page.matches(tail).count()),
            (2, 2)
        );
        assert!(page.contains("```text\naccept shop_one@aclb USD 1.50\n```\n"));
    }

    #[test]
    fn a_refusal_is_a_json_object_like_a_finding() {
        let options = [("scheme", "khqr"), ("account", "shop"), ("name", "A")];
        let refusal = build(&options).unwrap_err().to_json();
        let want = json!({
            "code": "account-shape",
            "path": "29.00",
            "message": "account id is not of the form name@bank `shop`",
            "sdk_code": 3,
        });
        assert_eq!(refusal, want);
        let hostile = [("scheme", "khqr\n\u{1b}[2J")];
        let refusal = build(&hostile).unwrap_err().to_json();
        let message = "option does not take this value `scheme=khqr\\n\\u{1b}[2J`";
        assert_eq!(refusal["message"], Value::from(message));
    }
}
