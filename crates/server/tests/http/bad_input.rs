//! What is malformed, too large, of others or simply wrong: each with its exact code and who must
//! act, and nothing of it changes anything.

use serde_json::{Value, json};
use wire::error::{CATALOGUE, Entry};

use participant::edge;

use crate::world::{
    CLOSED_STORE, HOME_STORE, Raw, STORE, World, jpqr, jpy, khqr, khqr_once, payment_json,
};

/// A body, and what is said to it.
struct Case {
    name: String,
    who: &'static str,
    method: &'static str,
    path: String,
    body: Vec<u8>,
    code: &'static str,
}

fn case(
    name: impl Into<String>,
    (who, method, path): (&'static str, &'static str, &str),
    body: impl Into<Vec<u8>>,
    code: &'static str,
) -> Case {
    Case {
        name: name.into(),
        who,
        method,
        path: path.to_owned(),
        body: body.into(),
        code,
    }
}

fn entry(code: &str) -> &'static Entry {
    CATALOGUE.iter().find(|entry| entry.code == code).unwrap()
}

/// The exact code, all that the catalogue says of it, nothing internal, and in the document.
fn check(case: &Case, raw: &Raw) {
    let name = &case.name;
    assert_eq!(raw.code(), case.code, "{name}: {raw:?}");
    let problem = raw.json();
    let entry = entry(case.code);
    assert_eq!(raw.status.as_u16(), entry.status.as_u16(), "{name}");
    assert_eq!(
        problem["who_must_act"],
        serde_json::to_value(entry.who).unwrap(),
        "{name}"
    );
    assert_eq!(problem["title"], entry.title, "{name}");
    let text = problem.to_string();
    for internal in ["panicked", "sqlite", "src/", "Some(", "Err(", "::"] {
        let text = text.replace("urn:spean:error:", "");
        assert!(!text.contains(internal), "{name}: {text}");
    }
    assert!(
        documented(case, raw),
        "{name}: {} is not in the document",
        case.code
    );
}

fn documented(case: &Case, raw: &Raw) -> bool {
    let api: Value = serde_json::from_str(&server::openapi()).unwrap();
    let path = case.path.split('?').next().unwrap();
    let fits = |template: &str| {
        let (ours, theirs) = (path.split('/'), template.split('/'));
        ours.clone().count() == theirs.clone().count()
            && ours
                .zip(theirs)
                .all(|(own, part)| part.starts_with('{') || own == part)
    };
    let paths = api["paths"].as_object().unwrap();
    let (_, item) = paths.iter().find(|(template, _)| fits(template)).unwrap();
    let status = raw.status.as_u16().to_string();
    let response = &item[case.method.to_lowercase()]["responses"][status.as_str()];
    let words = response["description"].as_str().unwrap_or_default();
    words.contains(&format!("`{}`", case.code))
}

async fn run(world: &World, cases: Vec<Case>) {
    let before = world.state_hash().await;
    for case in cases {
        let raw = world
            .signed(case.who, case.method, &case.path, &case.body)
            .await;
        check(&case, &raw);
        assert_eq!(
            world.state_hash().await,
            before,
            "{} changed something",
            case.name
        );
    }
}

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

/// `value` with one member replaced.
fn with(value: &Value, pointer: &str, new: Value) -> Vec<u8> {
    let mut value = value.clone();
    *value.pointer_mut(pointer).unwrap() = new;
    bytes(&value)
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
async fn malformed_bodies_are_refused_before_anything_is_done() {
    let world = World::new().await;
    let scan = ("acleda", "POST", "/v1/scans");
    let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
    let large = format!("{{\"payload\": \"{}\"}}", "0".repeat(70_000));
    let cases = vec![
        case("no JSON", scan, "payload", "malformed_json"),
        case("half of it", scan, "{\"payload\": \"a", "malformed_json"),
        case(
            "two values",
            scan,
            "{\"payload\": \"a\"} {}",
            "malformed_json",
        ),
        case(
            "broken UTF-8",
            scan,
            vec![b'"', 0xff, b'"'],
            "malformed_json",
        ),
        case("too large", scan, large, "body_too_large"),
        case("too deep", scan, deep, "body_too_deep"),
        case(
            "unknown member",
            scan,
            "{\"payload\": \"a\", \"x\": 1}",
            "unknown_field",
        ),
        case(
            "member twice",
            scan,
            "{\"payload\": \"a\", \"payload\": \"b\"}",
            "repeated_field",
        ),
        case("missing member", scan, "{}", "missing_field"),
        case("wrong type", scan, "{\"payload\": 7}", "invalid_field"),
        case(
            "long payload",
            scan,
            bytes(&json!({"payload": "0".repeat(1_025)})),
            "invalid_field",
        ),
        case(
            "list",
            ("acleda", "POST", "/v1/quotes"),
            "[]",
            "invalid_field",
        ),
        case(
            "page 0",
            ("acleda", "GET", "/v1/payments?limit=0"),
            "",
            "invalid_field",
        ),
        case(
            "page 101",
            ("acleda", "GET", "/v1/payments?limit=101"),
            "",
            "invalid_field",
        ),
        case(
            "no cursor",
            ("acleda", "GET", "/v1/payments?before=x"),
            "",
            "invalid_field",
        ),
        case(
            "twice",
            ("acleda", "GET", "/v1/payments?limit=1&limit=2"),
            "",
            "invalid_field",
        ),
        case(
            "unknown query",
            ("acleda", "GET", "/v1/payments?all=1"),
            "",
            "invalid_field",
        ),
    ];
    run(&world, cases).await;
    world.stop().await;
}

#[tokio::test]
async fn a_body_that_is_not_declared_as_json_is_not_read() {
    let world = World::new().await;
    let method = http::Method::POST;
    let body = b"{\"payload\": \"a\"}";
    let mut headers = world.headers(world.key("acleda"), &method, "/v1/scans", body, 0);
    headers.insert("content-type", http::HeaderValue::from_static("text/plain"));
    let raw = world.send(&method, "/v1/scans", headers, body).await;
    // The type is signed, so who changes it on the way breaks the signature.
    assert_eq!(raw.code(), "signature_invalid");
    world.stop().await;
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
async fn codes_that_must_not_be_paid_are_refused() {
    let world = World::new().await;
    let scan = ("netstars", "POST", "/v1/scans");
    let home = ("acleda", "POST", "/v1/scans");
    let now_ms = world.clock.now_ms();
    let good = khqr_once("mekong@sthp", 5_000, now_ms);
    let old = khqr_once("mekong@sthp", 5_000, now_ms - 600_000);
    let payload = |payload: &str| bytes(&json!({ "payload": payload }));
    let riel = |account: &str| khqr(account, emvqr::Currency::KHR);
    let cases = vec![
        case(
            "a link",
            scan,
            payload("https://example.com/pay"),
            "code_not_payment",
        ),
        case("nothing", scan, payload(""), "code_not_payment"),
        case(
            "changed",
            scan,
            payload(&good.replace("mekong", "mekonk")),
            "code_checksum_wrong",
        ),
        case(
            "cut",
            scan,
            payload(good.get(..40).unwrap()),
            "code_unreadable",
        ),
        case("over", scan, payload(&old), "code_expired"),
        case("two-faced", scan, payload(&two_faced()), "code_two_faced"),
        case(
            "other scheme",
            scan,
            payload(PROMPT_PAY),
            "scheme_unsupported",
        ),
        case(
            "at home",
            scan,
            payload(&jpqr(STORE, None)),
            "corridor_unknown",
        ),
        case(
            "dollars",
            scan,
            payload(&khqr("mekong@sthp", emvqr::Currency::USD)),
            "code_currency_mismatch",
        ),
        case(
            "no such account",
            scan,
            payload(&riel("ghost@sthp")),
            "account_unknown",
        ),
        case(
            "account shut",
            scan,
            payload(&riel("shut@sthp")),
            "merchant_not_accepting",
        ),
        case(
            "no such bank",
            scan,
            payload(&riel("mekong@nobk")),
            "merchant_unknown",
        ),
        case(
            "no such shop",
            home,
            payload(&jpqr("0000000000001-0001-000001-000009", None)),
            "merchant_unknown",
        ),
        case(
            "shop suspended",
            home,
            payload(&jpqr(CLOSED_STORE, None)),
            "merchant_suspended",
        ),
        case(
            "home only",
            home,
            payload(&jpqr(HOME_STORE, None)),
            "merchant_not_accepting",
        ),
    ];
    run(&world, cases).await;
    world.stop().await;
}

const PROMPT_PAY: &str =
    "00020101021129370016A0000006770101110113006681222333353037645802TH63041DCF";

/// Both account templates of KHQR, with a checksum that is right.
fn two_faced() -> String {
    let good = khqr("mekong@sthp", emvqr::Currency::KHR);
    let body = good.get(..good.len() - 4).unwrap();
    let second = "30330013thief@sthpxxx0112123456789012";
    let at = body.find("5204").unwrap();
    let body = format!(
        "{}{second}{}",
        body.get(..at).unwrap(),
        body.get(at..).unwrap()
    );
    format!("{body}{:04X}", emvqr::crc::checksum(body.as_bytes()))
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
async fn quotes_of_nonsense_are_refused() {
    let world = World::new().await;
    let quote = ("acleda", "POST", "/v1/quotes");
    let scan = world.scan("acleda", &jpqr(STORE, None)).await.scan;
    let fixed = world.scan("acleda", &jpqr(STORE, Some(500))).await.scan;
    let theirs = world.scan("sathapana", &jpqr(STORE, None)).await.scan;
    let good = json!({
        "payment_id": edge::payment_id(),
        "scan": scan,
        "amount": {"currency": "JPY", "amount": "3000"},
    });
    let amount = |text: &str| with(&good, "/amount/amount", json!(text));
    let upper = edge::payment_id().to_uppercase();
    let mut cases = vec![
        case("zero", quote, amount("0"), "amount_zero"),
        case("negative", quote, amount("-5"), "amount_negative"),
        case("decimals", quote, amount("3000.5"), "amount_too_precise"),
        case(
            "over 2^63",
            quote,
            amount("9223372036854775808"),
            "amount_too_large",
        ),
        case(
            "over everything",
            quote,
            amount(&"9".repeat(30)),
            "amount_too_large",
        ),
        case("no number", quote, amount("three"), "amount_malformed"),
        case("exponent", quote, amount("3e3"), "amount_malformed"),
        case("grouped", quote, amount("3,000"), "amount_malformed"),
        case(
            "a number",
            quote,
            with(&good, "/amount/amount", json!(3000)),
            "invalid_field",
        ),
        case("too little", quote, amount("9"), "amount_below_minimum"),
        case("too much", quote, amount("1000001"), "amount_above_maximum"),
        case(
            "riel",
            quote,
            with(&good, "/amount/currency", json!("KHR")),
            "currency_wrong",
        ),
        case(
            "no currency",
            quote,
            with(&good, "/amount/currency", json!("XXX")),
            "currency_wrong",
        ),
        case(
            "upper case",
            quote,
            with(&good, "/payment_id", json!(upper)),
            "payment_id_malformed",
        ),
        case(
            "no id",
            quote,
            with(&good, "/payment_id", json!("1")),
            "payment_id_malformed",
        ),
        case(
            "code's amount",
            quote,
            with(&good, "/scan", json!(fixed)),
            "code_amount_mismatch",
        ),
        case(
            "another's scan",
            quote,
            with(&good, "/scan", json!(theirs)),
            "quote_foreign",
        ),
        case(
            "no scan",
            quote,
            with(&good, "/scan", json!("sps1.a.b")),
            "scan_token_invalid",
        ),
    ];
    for (name, bent) in bent(&scan) {
        cases.push(case(
            name,
            quote,
            with(&good, "/scan", json!(bent)),
            "scan_token_invalid",
        ));
    }
    let mut paid_in = good.clone();
    paid_in["payer_currency"] = json!("USD");
    cases.push(case(
        "paid in dollars",
        quote,
        bytes(&paid_in),
        "currency_wrong",
    ));
    run(&world, cases).await;
    world.clock.advance_ms(601_000);
    run(
        &world,
        vec![case("old scan", quote, bytes(&good), "quote_expired")],
    )
    .await;
    world.stop().await;
}

/// Ways to change a token.
fn bent(token: &str) -> Vec<(String, String)> {
    let (body, signature) = token.rsplit_once('.').unwrap();
    let flip = |text: &str, at: usize| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    vec![
        (
            "changed inside".into(),
            format!("{}.{signature}", flip(body, 60)),
        ),
        (
            "signature changed".into(),
            format!("{body}.{}", flip(signature, 10)),
        ),
        (
            "cut".into(),
            token.get(..token.len() - 8).unwrap().to_owned(),
        ),
        (
            "other kind".into(),
            token
                .replacen("sps1", "spq1", 1)
                .replacen("spq1", "sps2", 1),
        ),
        ("long".into(), format!("{token}{}", "A".repeat(6_000))),
    ]
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
async fn payments_that_do_not_fit_their_quote_are_refused() {
    let world = World::new().await;
    let pay = ("acleda", "POST", "/v1/payments");
    let quote = world.quote("acleda", &jpqr(STORE, None), jpy("3000")).await;
    let theirs = world
        .quote("sathapana", &jpqr(STORE, None), jpy("3000"))
        .await;
    let good = payment_json(&quote);
    let other_id = json!(edge::payment_id());
    let mut mine = payment_json(&theirs);
    mine["payment_id"] = json!(theirs.payment_id);
    let scan = world.scan("acleda", &jpqr(STORE, None)).await.scan;
    let long = json!("x".repeat(141));
    let mut cases = vec![
        case(
            "another id",
            pay,
            with(&good, "/payment_id", other_id),
            "quote_mismatch",
        ),
        case("another's quote", pay, bytes(&mine), "quote_foreign"),
        case(
            "a scan",
            pay,
            with(&good, "/quote", json!(scan)),
            "quote_token_invalid",
        ),
        case(
            "no name",
            pay,
            with(&good, "/debtor/name", json!(" ")),
            "invalid_field",
        ),
        case(
            "long name",
            pay,
            with(&good, "/debtor/name", long),
            "invalid_field",
        ),
        case(
            "line feed",
            pay,
            with(&good, "/debtor/account", json!("a\nb")),
            "invalid_field",
        ),
        case(
            "verdict",
            pay,
            with(&good, "/screening/verdict", json!("maybe")),
            "invalid_field",
        ),
        case(
            "by its payee",
            ("fx1", "POST", "/v1/payments"),
            bytes(&good),
            "not_permitted",
        ),
    ];
    for (name, bent) in bent(&quote.quote) {
        cases.push(case(
            name,
            pay,
            with(&good, "/quote", json!(bent)),
            "quote_token_invalid",
        ));
    }
    for path in [
        "/v1/payments/1",
        "/v1/payments/4DFC7A3E-1B1C-4F0A-9D7E-2F1F0D3C5B6A",
    ] {
        cases.push(case(
            "malformed id",
            ("acleda", "GET", path),
            "",
            "payment_id_malformed",
        ));
    }
    let unknown = format!("/v1/payments/{}", edge::payment_id());
    cases.push(case(
        "unknown id",
        ("acleda", "GET", &unknown),
        "",
        "payment_unknown",
    ));
    let refunds = format!("{unknown}/refunds");
    let refund = bytes(&json!({"refund_id": edge::payment_id(), "amount": jpy("1")}));
    cases.push(case(
        "refund",
        ("netstars", "POST", &refunds),
        refund,
        "payment_unknown",
    ));
    run(&world, cases).await;
    world.stop().await;
}

/// These are facts, so they use the id up; the same answer comes again, and no money moves.
#[tokio::test]
async fn recorded_refusals_are_final_for_the_id_and_move_nothing() {
    let world = World::new().await;
    let before = world.client("house").positions().await.unwrap().positions;
    let referred = world.quote("acleda", &jpqr(STORE, None), jpy("3000")).await;
    let mut body = payment_json(&referred);
    body["screening"]["verdict"] = json!("refer");
    let late = world.quote("acleda", &jpqr(STORE, None), jpy("2000")).await;
    let much = world
        .quote("acleda", &jpqr(STORE, None), jpy("100000"))
        .await;
    for _ in 0..2 {
        let raw = world
            .signed("acleda", "POST", "/v1/payments", &bytes(&body))
            .await;
        assert_eq!(raw.code(), "screening_refused");
        let much = bytes(&payment_json(&much));
        let raw = world.signed("acleda", "POST", "/v1/payments", &much).await;
        assert_eq!(raw.code(), "payer_limit_exceeded");
    }
    let cleared = bytes(&payment_json(&referred));
    let raw = world
        .signed("acleda", "POST", "/v1/payments", &cleared)
        .await;
    assert_eq!(raw.code(), "payment_id_conflict");
    world.clock.advance_ms(301_000);
    let raw = world
        .signed(
            "acleda",
            "POST",
            "/v1/payments",
            &bytes(&payment_json(&late)),
        )
        .await;
    assert_eq!(raw.code(), "quote_expired");
    assert_eq!(
        world.client("house").positions().await.unwrap().positions,
        before
    );
    assert!(world.fake("netstars").asks().is_empty());
    world.stop().await;
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
async fn publications_that_contradict_something_are_refused() {
    let world = World::new().await;
    let rates = ("fx1", "PUT", "/v1/rates");
    let good = json!({
        "corridor": "KH-JP",
        "version": 2,
        "valid_until": "2026-11-23T01:00:00.000Z",
        "tiers": [{
            "amount_max": {"currency": "JPY", "amount": "100000"},
            "rate": {"base": "JPY", "quote": "KHR", "value": "26.7"},
        }],
        "exposure_max": {"currency": "JPY", "amount": "1000000"},
    });
    let reference = ("house", "PUT", "/v1/reference-rates");
    let neutral = json!({
        "version": 1,
        "valid_until": "2026-11-23T01:00:00.000Z",
        "rate": {"base": "JPY", "quote": "KHR", "value": "26.6"},
    });
    let shop = format!("/v1/merchants/{STORE}");
    let merchant = json!({
        "version": 2, "name": "Noodle House Tsuru", "city": "Tokyo", "category": "5812",
        "accepts_foreign": true, "status": "active",
    });
    let put = ("netstars", "PUT", shop.as_str());
    let bad = ("netstars", "PUT", "/v1/merchants/1-2-3-4");
    let tier = "/tiers/0/rate/value";
    let cases = vec![
        case(
            "corridor",
            rates,
            with(&good, "/corridor", json!("XX-YY")),
            "rate_corridor_unknown",
        ),
        case(
            "version",
            rates,
            with(&good, "/version", json!(1)),
            "rate_version_conflict",
        ),
        case("zero", rates, with(&good, tier, json!("0")), "rate_invalid"),
        case(
            "text",
            rates,
            with(&good, tier, json!("cheap")),
            "rate_invalid",
        ),
        case(
            "no tiers",
            rates,
            with(&good, "/tiers", json!([])),
            "rate_invalid",
        ),
        case(
            "past",
            rates,
            with(&good, "/valid_until", json!("2026-01-01T00:00:00Z")),
            "rate_invalid",
        ),
        case(
            "no time",
            rates,
            with(&good, "/valid_until", json!("soon")),
            "invalid_field",
        ),
        case(
            "riel",
            rates,
            with(&good, "/exposure_max/currency", json!("KHR")),
            "currency_wrong",
        ),
        case(
            "version",
            reference,
            bytes(&neutral),
            "rate_version_conflict",
        ),
        case(
            "pair",
            reference,
            with(&neutral, "/rate/base", json!("USD")),
            "rate_corridor_unknown",
        ),
        case("store id", bad, bytes(&merchant), "invalid_field"),
        case(
            "no name",
            put,
            with(&merchant, "/name", json!("")),
            "invalid_field",
        ),
        case(
            "long name",
            put,
            with(&merchant, "/name", json!("x".repeat(26))),
            "invalid_field",
        ),
        case(
            "category",
            put,
            with(&merchant, "/category", json!("58")),
            "invalid_field",
        ),
        case(
            "old version",
            put,
            with(&merchant, "/version", json!(1)),
            "merchant_version_conflict",
        ),
        case(
            "a bank",
            ("acleda", "PUT", &shop),
            bytes(&merchant),
            "not_permitted",
        ),
    ];
    run(&world, cases).await;
    let raw = world.signed("fx1", "PUT", "/v1/rates", &bytes(&good)).await;
    assert_eq!(
        (raw.status.as_u16(), &raw.json()["version"]),
        (200, &json!(2))
    );
    let quote = world.quote("acleda", &jpqr(STORE, None), jpy("3000")).await;
    assert_eq!(quote.rate.value, "26.7");
    world.stop().await;
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
async fn statements_are_for_their_owner_and_questions_have_one_spelling() {
    let world = World::new().await;
    let get = |who: &'static str, path: &str, code: &'static str| {
        case(format!("{who} {path}"), (who, "GET", path), "", code)
    };
    let window = "/v1/windows/1/statement";
    let account = "/v1/accounts/acleda/statement";
    let shops = "/v1/shops/statement";
    let mut cases = vec![
        get("acleda", window, "statement_not_yet"),
        get("acleda", "/v1/windows/2/statement", "window_unknown"),
        get("acleda", "/v1/windows/-1/statement", "window_unknown"),
        get(
            "acleda",
            "/v1/windows/x%27%3B--/statement",
            "window_unknown",
        ),
        get("acleda", "/v1/windows/%ff/statement", "window_unknown"),
        get("op1", window, "invalid_field"),
        get(
            "acleda",
            "/v1/windows/1/instructions?currency=KHR",
            "not_permitted",
        ),
        get("op1", "/v1/windows/1/instructions", "currency_wrong"),
        get(
            "op1",
            "/v1/windows/1/instructions?currency=XXX",
            "currency_wrong",
        ),
        get(
            "op1",
            "/v1/windows/1/instructions?currency=KHR&page=1",
            "invalid_field",
        ),
        get(
            "op1",
            "/v1/windows/9/instructions?currency=KHR",
            "window_unknown",
        ),
        get(
            "op1",
            "/v1/windows/1/instructions?currency=KHR",
            "window_unfit",
        ),
        get("netstars", account, "not_permitted"),
        get("netstars", "/v1/accounts/nobody/statement", "not_permitted"),
        get(
            "op1",
            "/v1/accounts/nobody/statement",
            "participant_unknown",
        ),
        get("fx1", shops, "not_permitted"),
        get("fx1", "/v1/shops/statement?day=2026-11-23", "not_permitted"),
    ];
    for (query, code) in [
        ("participant=netstars", "not_permitted"),
        ("participant=nobody", "not_permitted"),
        ("participant=acleda&participant=netstars", "invalid_field"),
        ("page=0", "invalid_field"),
        ("page=-1", "invalid_field"),
        ("page=1e3", "invalid_field"),
        ("page=99999999999999999999999", "invalid_field"),
        ("format=xml", "not_acceptable"),
        ("format=JSON", "not_acceptable"),
        ("format=", "not_acceptable"),
        ("currency=KHR", "invalid_field"),
        ("day=2026-11-23", "invalid_field"),
        ("sql=1%27%20OR%201=1", "invalid_field"),
    ] {
        cases.push(get("acleda", &format!("{window}?{query}"), code));
    }
    for (query, code) in [
        ("day=2026-11-23", "currency_wrong"),
        ("currency=KHR", "invalid_field"),
        ("currency=khr&day=2026-11-23", "currency_wrong"),
        ("currency=KHR&day=2026-11-23&window=1", "invalid_field"),
        ("currency=KHR&day=2026-11-31", "invalid_field"),
        ("currency=KHR&day=20261123", "invalid_field"),
        ("currency=KHR&day=2026-11-23T00:00:00Z", "invalid_field"),
        ("currency=KHR&day=9999-12-31", "invalid_field"),
        ("currency=KHR&day=-009999-01-01", "invalid_field"),
        ("currency=KHR&window=one", "invalid_field"),
        ("currency=KHR&window=9", "window_unknown"),
        ("currency=KHR&window=1", "statement_not_yet"),
        ("currency=KHR&day=2026-11-23&page=1", "invalid_field"),
        (
            "currency=KHR&day=2026-11-23&participant=acleda",
            "invalid_field",
        ),
        ("currency=KHR&day=2026-11-23&format=pdf2", "not_acceptable"),
    ] {
        cases.push(get("acleda", &format!("{account}?{query}"), code));
    }
    for (query, code) in [
        ("", "invalid_field"),
        ("day=tomorrow", "invalid_field"),
        ("day=2026-11-23&shop=1", "invalid_field"),
        (
            "day=2026-11-23&shop=00000000000000000000000000000000",
            "invalid_field",
        ),
        (
            "day=2026-11-23&shop=0000000000000000000000000000000G",
            "invalid_field",
        ),
        ("day=2026-11-23&by=name", "invalid_field"),
        ("day=2026-11-23&format=camt.053", "not_acceptable"),
        ("day=2026-11-23&page=2", "statement_page_unknown"),
        ("day=2026-11-23&by=payment&page=2", "statement_page_unknown"),
        ("day=2026-11-23&participant=sathapana", "not_permitted"),
        ("day=2026-11-23&window=1", "invalid_field"),
    ] {
        cases.push(get("netstars", &format!("{shops}?{query}"), code));
    }
    run(&world, cases).await;
    world.stop().await;
}
