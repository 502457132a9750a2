//! Every code that is answered, with its HTTP status.

use super::*;

async fn refused(up: &Up, operation: &str, body: Value) -> (u16, Value, Value) {
    up.ask(operation, body).await.refusal()
}

fn code(http: u16, code: u16) -> (u16, Value, Value) {
    (http, json!(1), json!(code))
}

#[tokio::test]
async fn what_is_not_there_is_not_found_whatever_it_was_looked_for_by() {
    let up = Up::start(Behaviour::default()).await;
    let short = first(8, &up.hashes[0]);
    let sum = |amount: f64, currency: &str| {
        let mut sum = json!({"hash": short, "amount": amount});
        sum["currency"] = json!(currency);
        sum
    };
    for (by, question) in [
        ("md5", json!({"md5": payload_md5("nobody paid this")})),
        // A text that is no MD5 is one that nobody has.
        ("md5", json!({"md5": "not-an-md5"})),
        ("md5", json!({"md5": payload_md5(DYNAMIC).to_uppercase()})),
        ("hash", json!({"hash": "0".repeat(64)})),
        ("hash", json!({"hash": first(63, &up.hashes[0])})),
        ("short_hash", sum(5001.0, "KHR")),
        ("short_hash", sum(5000.0, "USD")),
        (
            "short_hash",
            json!({"hash": "%%%%%%%%", "amount": 5000, "currency": "KHR"}),
        ),
        ("instruction_ref", json!({"instructionRef": "nobody's"})),
        ("instruction_ref", json!({"instructionRef": "domestic:x"})),
        ("external_ref", json!({"externalRef": "SIMFT"})),
        (
            "external_ref",
            json!({"externalRef": "SIMFT0000000000000000"}),
        ),
    ] {
        let told = up
            .ask(&format!("check_transaction_by_{by}"), question.clone())
            .await;
        assert_eq!(told.refusal(), code(200, 1), "{by} {question}");
        let sentence = "Transaction could not be found. Please check and try again.";
        assert_eq!(told.json()["responseMessage"], sentence);
    }
}

#[tokio::test]
async fn fields_that_are_absent_or_do_not_fit_are_code_5() {
    let up = Up::start(Behaviour::default()).await;
    let long = "a".repeat(256);
    let list = "check_transaction_by_md5_list";
    let short = "check_transaction_by_short_hash";
    for (operation, body) in [
        ("check_transaction_by_md5", json!({})),
        ("check_transaction_by_md5", json!([])),
        ("check_transaction_by_md5", json!({"md5": ""})),
        ("check_transaction_by_md5", json!({"md5": null})),
        ("check_transaction_by_md5", json!({"md5": 5})),
        ("check_transaction_by_md5", json!({"md5": long})),
        ("check_transaction_by_hash", json!({"md5": "a"})),
        ("check_transaction_by_hash", json!({"hash": long})),
        (
            short,
            json!({"hash": "1234567", "amount": 1, "currency": "KHR"}),
        ),
        (
            short,
            json!({"hash": "12345678", "amount": 1, "currency": "JPY"}),
        ),
        (
            short,
            json!({"hash": "12345678", "amount": "1", "currency": "KHR"}),
        ),
        (
            short,
            json!({"hash": "12345678", "amount": -1, "currency": "KHR"}),
        ),
        (
            short,
            json!({"hash": "12345678", "amount": 0.5, "currency": "KHR"}),
        ),
        (short, json!({"hash": "12345678", "currency": "KHR"})),
        ("check_transaction_by_instruction_ref", json!({})),
        ("check_transaction_by_external_ref", json!({})),
        (list, json!([])),
        (list, json!({"md5": ["a"]})),
        (list, json!(["a", 5])),
        (list, json!([long])),
        (list, json!(vec!["a"; 51])),
        ("check_transaction_by_hash_list", json!(vec!["a"; 51])),
        ("renew_token", json!({})),
        (
            "renew_token",
            json!({"email": "somebody.with.a.long.name@example.com"}),
        ),
        ("check_bakong_account", json!({})),
    ] {
        let told = refused(&up, operation, body.clone()).await;
        assert_eq!(told, code(400, 5), "{operation} {body}");
    }
    let token = up.token();
    for body in ["", "{", "\u{0}", "nonsense"] {
        let path = "/v1/check_transaction_by_md5";
        let told = up.send(Method::POST, path, Some(&token), body).await;
        assert_eq!(told.refusal(), code(400, 5), "{body:?}");
    }
    let deep = "[".repeat(10_000);
    let path = "/v1/check_transaction_by_md5_list";
    let told = up.send(Method::POST, path, Some(&token), &deep).await;
    assert_eq!(told.refusal(), code(400, 5));
    let endless = "x".repeat(17 * 1_024);
    let told = up.send(Method::POST, path, Some(&token), &endless).await;
    assert_eq!(told.refusal(), code(413, 5));
}

#[tokio::test]
async fn a_printed_code_is_code_2_or_not_found_as_the_settings_say() {
    let up = Up::start(Behaviour::default()).await;
    let question = json!({"md5": payload_md5(PRINTED)});
    let told = refused(&up, "check_transaction_by_md5", question.clone()).await;
    assert_eq!(told, code(200, 2));
    let up = up
        .again(Behaviour {
            printed_code: PrintedCode::NotFound,
            not_found_http: 404,
            ..Behaviour::default()
        })
        .await;
    let told = refused(&up, "check_transaction_by_md5", question.clone()).await;
    assert_eq!(told, code(404, 1));
    // By its hash it is a payment like any other.
    let list = up
        .ask("check_transaction_by_md5_list", json!([question["md5"]]))
        .await;
    assert_eq!(list.json()["data"][0]["status"], "STATIC_QR");
}

#[tokio::test]
async fn accounts_are_unknown_or_invalid() {
    let up = Up::start(Behaviour::default()).await;
    for (account, expected) in [
        ("nobody@aclb", code(200, 11)),
        ("closed@aclb", code(200, 11)),
        ("vault", code(400, 12)),
        ("a@b@c", code(400, 12)),
        ("@aclb", code(400, 12)),
        ("a b@aclb", code(400, 12)),
        ("a_name_that_is_far_too_long_for_it@aclb", code(400, 12)),
    ] {
        let told = refused(&up, "check_bakong_account", json!({"accountId": account})).await;
        assert_eq!(told, expected, "{account}");
    }
}

#[tokio::test]
async fn what_is_not_simulated_says_so() {
    let up = Up::start(Behaviour::default()).await;
    for (method, path, status) in [
        (Method::POST, "/v1/generate_deeplink_by_qr", 404),
        (Method::POST, "/v1/verify", 404),
        (Method::POST, "/v1/%ff", 404),
        (Method::POST, "/v2/check_transaction_by_md5", 404),
        (Method::GET, "/v1/check_transaction_by_md5", 405),
    ] {
        let told = up.send(method, path, None, "{}").await;
        assert_eq!(told.refusal(), (status, json!(1), Value::Null), "{path}");
    }
}

#[tokio::test]
async fn books_that_cannot_be_read_are_code_9_and_the_other_bank_is_still_found() {
    let up = Up::start(Behaviour::default()).await;
    let second = up.folder.path().join("second.db");
    std::fs::rename(&second, second.with_extension("lost")).unwrap();
    let question = json!({"md5": payload_md5("nobody paid this")});
    let told = refused(&up, "check_transaction_by_md5", question).await;
    assert_eq!(told, code(500, 9));
    let question = json!({"md5": payload_md5(DYNAMIC)});
    let told = up.ask("check_transaction_by_md5", question.clone()).await;
    assert_eq!(told.json()["responseCode"], 0);
    std::fs::rename(second.with_extension("lost"), &second).unwrap();
    let question = json!({"md5": payload_md5("nobody paid this")});
    let told = refused(&up, "check_transaction_by_md5", question).await;
    assert_eq!(told, code(200, 1));
}

#[tokio::test]
async fn a_closed_operation_is_a_bare_403() {
    let up = Up::start(Behaviour {
        closed: vec!["check_transaction_by_md5_list".to_owned()],
        ..Behaviour::default()
    })
    .await;
    let told = up.ask("check_transaction_by_md5_list", json!(["a"])).await;
    assert_eq!((told.status.as_u16(), told.simulated), (403, true));
    assert!(told.text.starts_with("<html>"), "{}", told.text);
    let question = json!({"md5": "a"});
    let told = refused(&up, "check_transaction_by_md5", question).await;
    assert_eq!(told, code(200, 1));
}
