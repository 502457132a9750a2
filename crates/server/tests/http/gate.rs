//! Nobody comes in without a signature: every signed operation of the document is tried with
//! every kind of wrong one.

use http::{HeaderMap, HeaderValue, Method};
use serde_json::Value;
use wire::keys::SigningKey;
use wire::signature::{Direction, SIGNATURE, SIGNATURE_INPUT};

use crate::world::{NAMES, Raw, STORE, World};

const ANY_ID: &str = "4dfc7a3e-1b1c-4f0a-9d7e-2f1f0d3c5b6a";

struct Operation {
    id: String,
    method: Method,
    path: String,
    body: &'static [u8],
}

/// Whatever the document says is signed, about a payment that exists.
fn signed_operations(payment: &str) -> Vec<Operation> {
    let api: Value = serde_json::from_str(&server::openapi()).unwrap();
    let mut found = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation["security"].as_array().is_none_or(Vec::is_empty) {
                continue;
            }
            let method: Method = method.to_uppercase().parse().unwrap();
            let id = if path.contains("merchants") {
                STORE
            } else {
                payment
            };
            let mut path = path.replace("{id}", id);
            path = path.replace("{refund_id}", ANY_ID);
            path = path.replace("{participant}", "netstars");
            let has_body = method != Method::GET && method != Method::DELETE;
            let body: &[u8] = if has_body { b"{}" } else { b"" };
            let id = operation["operationId"].as_str().unwrap().to_owned();
            if id == "events" {
                // A stream that was opened would not end.
                path.push_str("?after=99");
            }
            found.push(Operation {
                id,
                method,
                path,
                body,
            });
        }
    }
    assert_eq!(found.len(), 38);
    found
}

fn check(raw: &Raw, code: &str, what: &str) {
    assert_eq!(raw.code(), code, "{what}: {raw:?}");
    assert_eq!(raw.status.as_u16(), 401, "{what}");
    assert_eq!(
        raw.headers["content-type"], "application/problem+json",
        "{what}"
    );
    assert!(raw.headers.contains_key("x-request-id"), "{what}");
}

#[tokio::test]
async fn every_signed_operation_refuses_every_wrong_signature() {
    let world = World::new().await;
    let paid = world.pay("3000", Some(10)).await;
    world.quiet().await;
    let before = world.state_hash().await;
    for operation in signed_operations(&paid.payment_id) {
        for name in NAMES {
            try_wrong_signatures(&world, &operation, name).await;
        }
    }
    assert_eq!(world.state_hash().await, before);
    world.stop().await;
}

async fn try_wrong_signatures(world: &World, operation: &Operation, name: &str) {
    let Operation {
        id,
        method,
        path,
        body,
    } = operation;
    let key = world.key(name);
    let what = |case: &str| format!("{id} by {name}: {case}");
    let send = |headers| world.send(method, path, headers, body);

    let mut unsigned = world.headers(key, method, path, body, 0);
    unsigned.remove(SIGNATURE);
    unsigned.remove(SIGNATURE_INPUT);
    let raw = send(unsigned).await;
    check(&raw, "signature_missing", &what("unsigned"));
    assert!(
        !raw.headers.contains_key(SIGNATURE),
        "an answer that is bound to nothing"
    );

    // A good signature, of another request.
    let forged = world.headers(key, method, "/v1/elsewhere", body, 0);
    let raw = send(forged).await;
    check(&raw, "signature_invalid", &what("forged"));
    assert!(
        raw.headers.contains_key(SIGNATURE),
        "problems are signed too"
    );

    let stranger = SigningKey::from_seed(&[99; 32]).unwrap();
    let unknown = world.headers(&stranger, method, path, body, 0);
    check(&send(unknown).await, "key_unknown", &what("unknown key"));

    let stolen = steal_name(
        &world.headers(&stranger, method, path, body, 0),
        &stranger,
        key,
    );
    check(
        &send(stolen).await,
        "signature_invalid",
        &what("another's name"),
    );

    let stale = world.headers(key, method, path, body, 600);
    check(
        &send(stale).await,
        "signature_expired",
        &what("ten minutes old"),
    );
    let early = world.headers(key, method, path, body, -600);
    check(
        &send(early).await,
        "signature_from_future",
        &what("of the future"),
    );

    let callback = world.headers_towards(Direction::Callback, key, method, path, body, 0);
    check(
        &send(callback).await,
        "signature_malformed",
        &what("a callback's"),
    );

    let headers = world.headers(key, method, path, body, 0);
    let (other, code): (&[u8], _) = match body.is_empty() {
        // A body where none belongs cannot be slipped in unsigned.
        true => (b"{}", "signature_malformed"),
        false => (b"[]", "digest_mismatch"),
    };
    let raw = world.send(method, path, headers, other).await;
    check(&raw, code, &what("another body"));
}

/// The same signature under the name of another key.
fn steal_name(headers: &HeaderMap, from: &SigningKey, to: &SigningKey) -> HeaderMap {
    let mut headers = headers.clone();
    let input = headers[SIGNATURE_INPUT].to_str().unwrap();
    let input = input.replace(&from.kid().to_string(), &to.kid().to_string());
    headers.insert(SIGNATURE_INPUT, HeaderValue::try_from(input).unwrap());
    headers
}

#[tokio::test]
async fn a_nonce_counts_once_on_every_signed_operation() {
    let world = World::new().await;
    for operation in signed_operations(ANY_ID) {
        let Operation {
            id,
            method,
            path,
            body,
        } = &operation;
        let headers = world.headers(world.key("fx2"), method, path, body, 0);
        let first = world.send(method, path, headers.clone(), body).await;
        assert_ne!(first.status.as_u16(), 401, "{id}: {first:?}");
        let second = world.send(method, path, headers, body).await;
        check(&second, "nonce_replayed", id);
    }
    world.stop().await;
}

/// What a participant hears that is connected, but not concerned.
fn foreign(operation_id: &str) -> (&'static str, &'static str) {
    match operation_id {
        "scan" | "quote" | "pay" | "cancel" | "refund" => ("fx2", "not_permitted"),
        "payment" => ("fx2", "payment_unknown"),
        "refund_status" => ("sathapana", "not_found"),
        "payments" | "positions" => ("sathapana", "200"),
        "put_rates" => ("acleda", "not_permitted"),
        "put_reference_rates" => ("fx1", "not_permitted"),
        "put_merchant" => ("acleda", "not_permitted"),
        "merchant" => ("fx2", "200"),
        "audit" | "report" => ("acleda", "not_permitted"),
        "propose_action" | "actions" | "action" | "approve_action" | "reject_action" | "stuck" => {
            ("netstars", "not_permitted")
        }
        "windows" | "liquidity" => ("sathapana", "200"),
        "window" | "window_statement" => ("sathapana", "window_unknown"),
        "report_payout" | "window_instructions" => ("sathapana", "not_permitted"),
        "account_statement" | "shop_statement" => ("fx2", "not_permitted"),
        "payment_statuses" => ("fx2", "unsupported_media_type"),
        "events" => ("sathapana", "event_position_unknown"),
        "webhooks" => ("fx2", "200"),
        "put_webhook" => ("fx2", "missing_field"),
        "webhook" | "remove_webhook" | "deliveries" | "dead_letters" | "replay" => {
            ("fx2", "not_found")
        }
        other => panic!("say what a stranger hears from `{other}`"),
    }
}

#[tokio::test]
async fn a_foreign_participant_sees_and_does_nothing() {
    let world = World::new().await;
    let paid = world.pay("3000", Some(10)).await;
    world.quiet().await;
    let before = world.state_hash().await;
    for operation in signed_operations(&paid.payment_id) {
        let (name, expected) = foreign(&operation.id);
        let Operation {
            id,
            method,
            path,
            body,
        } = &operation;
        let headers = world.headers(world.key(name), method, path, body, 0);
        let raw = world.send(method, path, headers, body).await;
        assert_eq!(raw.code(), expected, "{id} by {name}: {raw:?}");
        let text = String::from_utf8(raw.body.to_vec()).unwrap();
        if id != "merchant" {
            assert!(
                !text.contains("netstars") && !text.contains("80536"),
                "{id}: {text}"
            );
        }
    }
    // An id of another's payment is neither cancelled nor forbidden.
    let path = format!("/v1/payments/{}/cancel", paid.payment_id);
    let raw = world.signed("sathapana", "POST", &path, b"{}").await;
    assert_eq!(raw.code(), "payment_id_in_use");
    // Nor does a bank that may refund its own shops' payments refund this one.
    let path = format!("/v1/payments/{}/refunds", paid.payment_id);
    let raw = world
        .signed("sathapana", "POST", &path, REFUND.as_bytes())
        .await;
    assert_eq!(raw.code(), "payment_unknown");
    assert_eq!(world.state_hash().await, before);
    world.stop().await;
}

#[tokio::test]
async fn what_is_public_needs_no_signature_and_what_is_not_there_says_so() {
    let world = World::new().await;
    for (method, path, status, code) in [
        ("GET", "/v1/keys", 200, "200"),
        ("GET", "/openapi.json", 200, "200"),
        ("GET", "/docs", 200, "200"),
        ("GET", "/healthz", 200, "200"),
        ("GET", "/readyz", 200, "200"),
        ("GET", "/metrics", 200, "200"),
        ("GET", "/v1/receipts/spr1.AAAA", 422, "receipt_invalid"),
        ("GET", "/v1/receipts/%FF", 422, "receipt_invalid"),
        ("GET", "/v1/nothing", 404, "not_found"),
        ("DELETE", "/v1/keys", 405, "method_not_allowed"),
        ("PUT", "/v1/payments", 405, "method_not_allowed"),
    ] {
        let method: Method = method.parse().unwrap();
        let raw = world.send(&method, path, HeaderMap::new(), b"").await;
        assert_eq!(
            (raw.status.as_u16(), raw.code().as_str()),
            (status, code),
            "{method} {path}"
        );
    }
    let raw = world
        .send(&Method::DELETE, "/v1/keys", HeaderMap::new(), b"")
        .await;
    assert_eq!(raw.headers["allow"], "GET,HEAD");
    let keys = world.client("acleda").keys().await.unwrap();
    assert_eq!(&keys, world.running.hub().keys());
    // An unknown path is answered under a signature, too.
    let raw = world.signed("acleda", "GET", "/v1/nothing", b"").await;
    assert!(raw.headers.contains_key(SIGNATURE) && raw.code() == "not_found");
    world.stop().await;
}

#[tokio::test]
async fn a_path_that_cannot_be_read_is_refused_like_any_other_id() {
    let world = World::new().await;
    for (who, method, path, code) in [
        ("acleda", "GET", "/v1/payments/%FF", "payment_id_malformed"),
        (
            "netstars",
            "POST",
            "/v1/payments/%C3/refunds",
            "payment_id_malformed",
        ),
        (
            "acleda",
            "GET",
            "/v1/payments/%FF/refunds/%FF",
            "payment_id_malformed",
        ),
        (
            "acleda",
            "POST",
            "/v1/payments/%FF/cancel",
            "payment_id_malformed",
        ),
        ("netstars", "GET", "/v1/merchants/%FF", "invalid_field"),
        ("netstars", "PUT", "/v1/merchants/%FF", "invalid_field"),
        // Roles come first here as everywhere.
        ("fx2", "PUT", "/v1/merchants/%FF", "not_permitted"),
    ] {
        let body = match method {
            "GET" => "",
            _ if path.contains("merchants") => SHOP,
            _ if path.ends_with("cancel") => "{}",
            _ => REFUND,
        };
        let raw = world.signed(who, method, path, body.as_bytes()).await;
        assert_eq!(raw.code(), code, "{method} {path}: {raw:?}");
        let kind = &raw.headers["content-type"];
        assert_eq!(kind, "application/problem+json", "{method} {path}");
        assert!(raw.headers.contains_key(SIGNATURE), "{method} {path}");
    }
    let page = world
        .send(&Method::GET, "/metrics", HeaderMap::new(), b"")
        .await;
    let page = String::from_utf8(page.body.to_vec()).unwrap();
    let counted = r#"spean_problems_total{code="payment_id_malformed"} 4"#;
    assert!(page.lines().any(|line| line == counted), "{page}");
    world.stop().await;
}

const REFUND: &str = r#"{"refund_id": "4dfc7a3e-1b1c-4f0a-9d7e-2f1f0d3c5b6a",
    "amount": {"currency": "JPY", "amount": "1"}}"#;
const SHOP: &str = r#"{"version": 1, "name": "Tsuru", "city": "Tokyo", "category": "5812",
    "accepts_foreign": true, "status": "active"}"#;
