//! What is found, in the real one's shapes.

use super::*;

/// The object of a movement, with what differs from one to the next.
fn object(hash: &str, from: &str, to: &str, at_ms: i64) -> Value {
    json!({
        "hash": hash,
        "fromAccountId": from,
        "toAccountId": to,
        "currency": "KHR",
        "amount": 5000.0,
        "description": "simulated",
        "createdDateMs": at_ms,
        "acknowledgedDateMs": at_ms,
        "trackingStatus": null,
        "receiverBank": "first (simulated)",
        "receiverBankAccount": null,
        "instructionRef": PAYMENT,
        "externalRef": format!("SIMFT{}", first(16, hash).to_ascii_uppercase()),
    })
}

fn envelope(data: &Value) -> Value {
    json!({
        "responseCode": 0,
        "responseMessage": "Getting transaction successfully.",
        "errorCode": null,
        "data": data,
    })
}

#[tokio::test]
async fn one_payment_is_found_by_everything_that_names_it() {
    let up = Up::start(Behaviour::default()).await;
    let hash = up.hashes[0].clone();
    let expected = envelope(&object(&hash, "spean_link@aclb", "shop_one@aclb", NOW_MS));
    let short = first(8, &hash);
    let external = format!("SIMFT{}", first(16, &hash).to_ascii_uppercase());
    for (by, question) in [
        ("md5", json!({"md5": payload_md5(DYNAMIC)})),
        // Clients send what they like beside it.
        ("md5", json!({"md5": payload_md5(DYNAMIC), "extra": 1})),
        ("hash", json!({"hash": hash})),
        (
            "short_hash",
            json!({"hash": short, "amount": 5000, "currency": "KHR"}),
        ),
        (
            "short_hash",
            json!({"hash": short, "amount": 5000.0, "currency": "KHR"}),
        ),
        ("instruction_ref", json!({"instructionRef": PAYMENT})),
        ("external_ref", json!({"externalRef": external})),
    ] {
        let told = up
            .ask(&format!("check_transaction_by_{by}"), question)
            .await;
        assert_eq!(
            (told.status, told.simulated),
            (StatusCode::OK, true),
            "{by}"
        );
        assert_eq!(told.json(), expected, "{by}");
    }
}

#[tokio::test]
async fn an_amount_is_a_number_with_the_digits_that_were_paid() {
    let up = Up::start(Behaviour::default()).await;
    for (hash, text) in [
        (&up.hashes[0], "\"amount\":5000.0,"),
        (&up.hashes[1], "\"amount\":1.50,"),
    ] {
        let told = up
            .ask("check_transaction_by_hash", json!({"hash": hash}))
            .await;
        assert!(told.text.contains(text), "{}", told.text);
    }
    // Found in the second bank, where nobody outside gave the payment a reference.
    let question = json!({"hash": up.hashes[1]});
    let home = up.ask("check_transaction_by_hash", question).await.json();
    assert_eq!(home["data"]["receiverBank"], "second (simulated)");
    assert_eq!(home["data"]["instructionRef"], Value::Null);
}

#[tokio::test]
async fn a_refund_is_a_movement_of_its_own_and_the_payment_stays_paid() {
    let up = Up::start(Behaviour::default()).await;
    let question = json!({"instructionRef": "refund"});
    let back = up
        .ask("check_transaction_by_instruction_ref", question)
        .await;
    let data = &back.json()["data"];
    assert_eq!(data["hash"], up.hashes[2]);
    assert_eq!(
        (&data["fromAccountId"], &data["toAccountId"]),
        (&json!("shop_one@aclb"), &json!("spean_link@aclb"))
    );
    let question = json!({"md5": payload_md5(DYNAMIC)});
    let paid = up.ask("check_transaction_by_md5", question).await.json();
    assert_eq!(paid["data"]["hash"], up.hashes[0]);
}

#[tokio::test]
async fn lists_are_answered_in_the_order_of_their_questions() {
    let up = Up::start(Behaviour::default()).await;
    let [unpaid, printed, paid] = ["nobody paid this", PRINTED, DYNAMIC].map(payload_md5);
    let told = up
        .ask(
            "check_transaction_by_md5_list",
            json!([unpaid, printed, paid]),
        )
        .await;
    let not_found = "Transaction could not be found. Please check and try again.";
    let refused = "Sorry, the system does not support static QR code.";
    let hash = up.hashes[0].clone();
    let found = object(&hash, "spean_link@aclb", "shop_one@aclb", NOW_MS);
    let done = "Transaction success";
    let row = |md5: &str, status: &str, message: &str, paid: &Value| {
        let mut row = json!({"md5": md5, "status": status, "message": message});
        row["transaction"] = paid.clone();
        row
    };
    let expected = envelope(&json!([
        row(&unpaid, "NOT_FOUND", not_found, &Value::Null),
        row(&printed, "STATIC_QR", refused, &Value::Null),
        row(&paid, "SUCCESS", done, &found),
    ]));
    assert_eq!(told.json(), expected);

    let none = "0".repeat(64);
    let told = up
        .ask("check_transaction_by_hash_list", json!([hash, none]))
        .await;
    let expected = envelope(&json!([
        {"hash": hash, "status": "SUCCESS", "message": done, "data": found},
        {"hash": none, "status": "NOT_FOUND", "message": not_found, "data": null},
    ]));
    assert_eq!(told.json(), expected);
    // Fifty are allowed.
    let fifty = up
        .ask("check_transaction_by_hash_list", json!(vec![none; 50]))
        .await;
    assert_eq!(fifty.json()["data"].as_array().unwrap().len(), 50);
}

#[tokio::test]
async fn an_account_is_there_or_not_and_nobody_learns_whose_it_is() {
    let up = Up::start(Behaviour::default()).await;
    let told = up
        .send(
            Method::POST,
            "/v1/check_bakong_account",
            None,
            r#"{"accountId": "shop_one@aclb"}"#,
        )
        .await;
    let expected = json!({
        "responseCode": 0,
        "responseMessage": "Account ID exists",
        "errorCode": null,
        "data": null,
    });
    assert_eq!((told.status, told.json()), (StatusCode::OK, expected));
}
