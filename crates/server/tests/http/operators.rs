//! Two operators over HTTP: what the second person sees, what each kind changes, what is open.

use std::time::Duration;

use http::Method;
use http::header::HeaderMap;
use participant::edge;
use participant::http::CallError;
use serde_json::{Value, json};
use switch::Finality;
use wire::api::{
    ActionRequest, ActionState, ActionView, PaymentView, RefundRequest, StateView, StuckRow,
};
use wire::keys::SigningKey;

use crate::fake::Credits;
use crate::world::{STORE, World, jpqr, jpy, payment_request};

const DEADLINE: Duration = Duration::from_secs(20);

fn request(action: &Value) -> ActionRequest {
    serde_json::from_value(json!({
        "request_id": edge::payment_id(),
        "action": action,
        "reason": "as agreed",
    }))
    .unwrap()
}

async fn propose(world: &World, action: Value) -> Result<ActionView, String> {
    let proposed = world.client("op1").propose(&request(&action)).await;
    proposed.map_err(|error| code(&error))
}

async fn act(world: &World, action: Value) -> Result<ActionView, String> {
    let proposed = propose(world, action).await?;
    let second = world.client("op2");
    let approved = second.approve(&proposed.id, &proposed.digest).await;
    approved.map_err(|error| code(&error))
}

fn code(error: &CallError) -> String {
    let problem = error.problem().unwrap_or_else(|| panic!("{error:?}"));
    problem.code().as_str().to_owned()
}

/// A payment whose doubt nobody has cleared up.
async fn doubt(world: &World) -> PaymentView {
    world.fake("netstars").credits.send_replace(Credits::Hold);
    let paid = world.pay("3000", None).await;
    world.fake("netstars").asked(&paid.payment_id).await;
    world.clock.advance_ms(21_000);
    until(world, &paid.payment_id, StateView::InDoubt).await
}

async fn until(world: &World, id: &str, state: StateView) -> PaymentView {
    let asking = async {
        loop {
            let seen = world.client("acleda").payment(id).await.unwrap();
            if seen.state == state {
                return seen;
            }
        }
    };
    tokio::time::timeout(DEADLINE, asking).await.unwrap()
}

async fn stuck(world: &World) -> Vec<StuckRow> {
    let list = world.client("op1").stuck(20, None).await.unwrap();
    list.rows
}

#[tokio::test]
async fn nothing_happens_before_another_operator_approves_what_it_saw() {
    let world = World::new().await;
    let deposit = json!({"deposit": {"participant": "acleda",
        "amount": {"currency": "KHR", "amount": "1000"}}});
    let asked = request(&deposit);
    let proposed = world.client("op1").propose(&asked).await.unwrap();
    assert_eq!(proposed.state, ActionState::Open);
    assert_eq!(proposed.proposed_by, "op1");
    let again = world.client("op1").propose(&asked).await.unwrap();
    assert_eq!(again, proposed, "a repetition is the same action");
    let mut other = asked.clone();
    other.reason = "another".into();
    let conflict = world.client("op1").propose(&other).await.unwrap_err();
    assert_eq!(code(&conflict), "action_conflict");

    let id = &proposed.id;
    let unseen = world.client("op2").approve(id, &"0".repeat(64)).await;
    assert_eq!(code(&unseen.unwrap_err()), "action_not_as_seen");
    let alone = world.client("op1").approve(id, &proposed.digest).await;
    assert_eq!(code(&alone.unwrap_err()), "action_second_person");
    let stranger = world.client("acleda").approve(id, &proposed.digest).await;
    assert_eq!(code(&stranger.unwrap_err()), "not_permitted");
    let open = world.client("op2").actions("open").await.unwrap();
    assert_eq!(open.actions, std::slice::from_ref(&proposed));

    let approved = world.client("op2").approve(id, &proposed.digest).await;
    let approved = approved.unwrap();
    assert_eq!(approved.state, ActionState::Approved);
    assert_eq!(approved.ended_by.as_deref(), Some("op2"));
    assert_eq!(approved.digest, proposed.digest);
    assert!(approved.sequence > proposed.sequence);
    let late = world.client("op2").reject(id, None).await.unwrap_err();
    assert_eq!(code(&late), "action_over");
    let open = world.client("op2").actions("open").await.unwrap();
    assert!(open.actions.is_empty());
    let all = world.client("op2").actions("all").await.unwrap();
    assert_eq!(all.actions, std::slice::from_ref(&approved));

    let before = world.state_hash().await;
    let world = world.restart().await;
    assert_eq!(world.state_hash().await, before);
    assert_eq!(world.client("op1").action(id).await.unwrap(), approved);
    world.stop().await;
}

/// `what: before → after`, one a line.
fn changes(view: &ActionView) -> Vec<String> {
    let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let lines = view.changes.iter();
    lines
        .map(|one| format!("{}: {} → {}", one.what, side(&one.before), side(&one.after)))
        .collect()
}

/// What is proposed, its sentence, and every value that it changes.
const SEEN: &[(&str, &str, &[&str])] = &[
    (
        r#"{"deposit": {"participant": "acleda",
            "amount": {"currency": "KHR", "amount": "1000"}}}"#,
        "acleda prefunds KHR 1000",
        &["liquidity in KHR: - → +1000"],
    ),
    (
        r#"{"cap": {"participant": "acleda", "cap": {"currency": "KHR", "amount": "50000500"}}}"#,
        "acleda may owe at most KHR 50000500",
        &["cap in KHR: 50000000 → 50000500"],
    ),
    (
        r#"{"withdraw": {"participant": "acleda",
            "amount": {"currency": "KHR", "amount": "500"}}}"#,
        "acleda takes out KHR 500",
        &["liquidity in KHR: - → -500"],
    ),
    (
        r#"{"suspend": {"participant": "sathapana", "open_items": "cancel"}}"#,
        "sathapana takes no part in anything new",
        &[
            "takes part: yes → no",
            "open items: - → are cancelled where nobody can have credited",
        ],
    ),
    (
        r#"{"resume": {"participant": "sathapana"}}"#,
        "sathapana takes part again",
        &["takes part: no → yes"],
    ),
    (
        r#"{"corridor": {"corridor": "KH-JP", "base_version": 1, "set": {"ask_timeout_s": 30,
            "doubt_decision": "complete", "day_max": "900", "fee_total_bp": 130}}}"#,
        "corridor KH-JP gets a new version",
        &[
            "version: 1 → 2",
            "fee_total_bp: 120 → 130",
            "ask_timeout_s: 20 → 30",
            "doubt_decision: cancel → complete",
            "day_max: 2000000 → 900",
        ],
    ),
    (
        r#"{"keys": {"participant": "fx1", "keys": ["OLD_X", "NEW_X"]}}"#,
        "fx1 signs with any of 2 keys",
        &["key: - → NEW_KID", "key: OLD_KID → OLD_KID"],
    ),
    (
        r#"{"revoke_keys": {"participant": "fx1", "key_ids": ["OLD_KID"]}}"#,
        "fx1 signs with one key",
        &["key: OLD_KID → -", "key: NEW_KID → NEW_KID"],
    ),
    (
        r#"{"certify": {"participant": "acleda", "finality": "immediate", "evidence": "run 7"}}"#,
        "the rail of acleda credits at once",
        &["finality: confirm → immediate"],
    ),
];

#[tokio::test]
async fn the_second_person_sees_every_value_that_changes() {
    let world = World::new().await;
    let old = world.key("fx1").public();
    let new = SigningKey::from_seed(&[99; 32]).unwrap().public();
    let fill = |text: &str| {
        let text = text
            .replace("OLD_X", &old.to_x())
            .replace("NEW_X", &new.to_x());
        let text = text.replace("OLD_KID", &old.kid().to_string());
        text.replace("NEW_KID", &new.kid().to_string())
    };
    for (action, summary, expected) in SEEN {
        let body = serde_json::from_str(&fill(action)).unwrap();
        let done = act(&world, body).await;
        let done = done.unwrap_or_else(|code| panic!("{action}: {code}"));
        assert_eq!(done.summary, *summary);
        let expected: Vec<String> = expected.iter().map(|line| fill(line)).collect();
        assert_eq!(changes(&done), expected, "{action}");
    }
    // The new key speaks and the old one does not.
    let old = world.signed("fx1", "GET", "/v1/positions", b"").await;
    assert_eq!(old.code(), "key_unknown");
    world.stop().await;
}

/// What is proposed, and the code that says why not.
const IMPOSSIBLE: &[(&str, &str)] = &[
    ("{}", "invalid_field"),
    (r#"{"pay": {}}"#, "invalid_field"),
    (
        r#"{"resume": {"participant": "acleda", "x": 1}}"#,
        "unknown_field",
    ),
    (r#"{"resume": {}}"#, "missing_field"),
    (
        r#"{"resume": {"participant": "nobody"}}"#,
        "participant_unknown",
    ),
    (
        r#"{"resume": {"participant": "acleda"}}"#,
        "action_without_effect",
    ),
    (
        r#"{"resume_rail": {"participant": "acleda"}}"#,
        "action_without_effect",
    ),
    (
        r#"{"deposit": {"participant": "acleda", "amount": {"currency": "KHR", "amount": "0"}}}"#,
        "amount_zero",
    ),
    (
        r#"{"deposit": {"participant": "op1", "amount": {"currency": "KHR", "amount": "5"}}}"#,
        "action_invalid",
    ),
    (
        r#"{"withdraw": {"participant": "acleda", "amount": {"currency": "KHR", "amount": "1"}}}"#,
        "liquidity_below_cap",
    ),
    (
        r#"{"cap": {"participant": "acleda", "cap": {"currency": "KHR", "amount": "50000001"}}}"#,
        "cap_above_liquidity",
    ),
    (
        r#"{"cap": {"participant": "acleda", "cap": {"currency": "USD", "amount": "1.00"}}}"#,
        "currency_wrong",
    ),
    (r#"{"suspend": {"participant": "house"}}"#, "action_invalid"),
    (
        r#"{"corridor": {"corridor": "KH-XX", "base_version": 1, "set": {}}}"#,
        "corridor_unknown",
    ),
    (
        r#"{"corridor": {"corridor": "KH-JP", "base_version": 2, "set": {}}}"#,
        "action_stale",
    ),
    (
        r#"{"corridor": {"corridor": "KH-JP", "base_version": 1, "set": {}}}"#,
        "action_without_effect",
    ),
    (
        r#"{"corridor": {"corridor": "KH-JP", "base_version": 1, "set": {"quote_ttl_s": 601}}}"#,
        "action_invalid",
    ),
    (
        r#"{"keys": {"participant": "fx1", "keys": []}}"#,
        "invalid_field",
    ),
    (
        r#"{"keys": {"participant": "fx1", "keys": ["FX2_X"]}}"#,
        "key_taken",
    ),
    (
        r#"{"revoke_keys": {"participant": "fx1", "key_ids": ["x"]}}"#,
        "key_unknown",
    ),
    (
        r#"{"certify": {"participant": "acleda", "finality": "confirm", "evidence": "x"}}"#,
        "action_without_effect",
    ),
    (
        r#"{"resolve": {"item": "ITEM", "decision": "cancel", "evidence": "x"}}"#,
        "not_in_doubt",
    ),
    (
        r#"{"resolve": {"item": "x", "decision": "cancel", "evidence": "x"}}"#,
        "payment_id_malformed",
    ),
    (
        r#"{"open_break": {"item": "ITEM", "kind": "credited_though_cancelled", "evidence": "x"}}"#,
        "payment_unknown",
    ),
    (
        r#"{"close_break": {"item": "ITEM", "settle": "nothing"}}"#,
        "break_unfit",
    ),
];

#[tokio::test]
async fn what_is_malformed_or_impossible_says_why() {
    let world = World::new().await;
    let item = edge::payment_id();
    let fx2 = world.key("fx2").public().to_x();
    for (action, expected) in IMPOSSIBLE {
        let action = action.replace("ITEM", &item).replace("FX2_X", &fx2);
        let action: Value = serde_json::from_str(&action).unwrap();
        let body = json!({"request_id": edge::payment_id(), "action": action, "reason": "r"});
        let body = serde_json::to_vec(&body).unwrap();
        let answer = world.signed("op1", "POST", "/v1/actions", &body).await;
        assert_eq!(answer.code(), *expected, "{action}");
    }
    for (path, expected) in [
        ("/v1/actions/x", "action_unknown"),
        (
            "/v1/actions/act_00000000000000000000000000000000",
            "action_unknown",
        ),
        ("/v1/actions?state=closed", "invalid_field"),
        ("/v1/stuck?limit=0", "invalid_field"),
        ("/v1/stuck?after=x", "invalid_field"),
    ] {
        let answer = world.signed("op1", "GET", path, b"").await;
        assert_eq!(answer.code(), expected, "{path}");
        let stranger = world.signed("netstars", "GET", path, b"").await;
        assert_eq!(stranger.code(), "not_permitted", "{path}");
    }
    let open = world.client("op1").actions("all").await.unwrap();
    assert!(open.actions.is_empty(), "nothing of it was recorded");
    world.stop().await;
}

#[tokio::test]
async fn a_doubt_is_found_with_its_owner_and_repaired_by_two_people() {
    for (decision, state) in [
        ("complete", StateView::Completed),
        ("cancel", StateView::Cancelled),
    ] {
        let world = World::with(Finality::Immediate).await;
        let paid = doubt(&world).await;
        let id = paid.payment_id.as_str();
        let rows = stuck(&world).await;
        let row = rows.iter().find(|row| row.id == id).unwrap();
        assert_eq!(
            (row.kind.as_str(), row.state.as_deref(), row.owner.as_str()),
            ("payment", Some("in_doubt"), "netstars")
        );
        assert_eq!(row.about, "acleda to netstars, JPY 3000");
        assert!(row.age_s >= 21 && !row.is_overdue, "{row:?}");
        assert_eq!(Some(&row.deadline), paid.deadline.as_ref());
        let command = format!("spean action propose resolve {id} {decision}");
        assert!(row.commands.iter().any(|one| one.starts_with(&command)));
        let resolve = json!({"resolve": {"item": id, "decision": decision,
            "evidence": "letter of netstars"}});
        let done = act(&world, resolve.clone()).await.unwrap();
        assert_eq!(done.evidence.as_deref(), Some("letter of netstars"));
        for who in ["acleda", "netstars"] {
            assert_eq!(world.fake(who).told(id).await.state, state, "{who}");
        }
        until(&world, id, state).await;
        assert!(stuck(&world).await.iter().all(|row| row.kind == "untold"));
        assert_eq!(act(&world, resolve).await.unwrap_err(), "not_in_doubt");
        world.quiet().await;
        assert!(stuck(&world).await.is_empty(), "nothing is open any more");
        let before = world.state_hash().await;
        let world = world.restart().await;
        assert_eq!(world.state_hash().await, before);
        world.stop().await;
    }
}

#[tokio::test]
async fn a_stopped_rail_and_a_break_are_listed_and_ended_by_operators() {
    let world = World::with(Finality::Immediate).await;
    let paid = doubt(&world).await;
    let id = paid.payment_id.as_str();
    world.clock.advance_ms(3_601_000);
    until(&world, id, StateView::Cancelled).await;
    let rows = stuck(&world).await;
    let rail = rows.iter().find(|row| row.kind == "stopped_rail").unwrap();
    assert_eq!(
        (rail.id.as_str(), rail.owner.as_str()),
        ("netstars", "operators")
    );
    let scan = world.scan("acleda", &jpqr(STORE, None)).await.scan;
    let quote = wire::api::QuoteRequest {
        payment_id: edge::payment_id(),
        scan,
        amount: jpy("3000"),
        payer_currency: None,
    };
    let refused = world.client("acleda").quote(&quote).await.unwrap_err();
    assert_eq!(code(&refused), "rail_stopped");
    let resume = json!({"resume_rail": {"participant": "netstars"}});
    act(&world, resume).await.unwrap();
    assert!(world.client("acleda").quote(&quote).await.is_ok());

    let found = |kind: &str| {
        json!({"open_break": {"item": id, "kind": kind,
        "evidence": "statement line 4"}})
    };
    let unfit = act(&world, found("not_credited_though_completed")).await;
    assert_eq!(unfit.unwrap_err(), "break_unfit");
    act(&world, found("credited_though_cancelled"))
        .await
        .unwrap();
    let rows = stuck(&world).await;
    let row = rows.iter().find(|row| row.kind == "break").unwrap();
    assert_eq!(row.owner, "netstars");
    assert_eq!(row.about, "credited though cancelled; netstars bears it");
    let close = json!({"close_break": {"item": id, "settle": "linked_payment"}});
    let closed = act(&world, close.clone()).await.unwrap();
    assert_eq!(
        changes(&closed),
        ["break: open → closed"],
        "it bears its own loss"
    );
    assert_eq!(act(&world, close).await.unwrap_err(), "break_unfit");
    world.quiet().await;
    assert!(stuck(&world).await.is_empty());
    world.stop().await;
}

#[tokio::test]
async fn what_was_refunded_long_ago_is_not_given_back_by_a_break_as_well() {
    let world = World::new().await;
    let paid = world.pay("3000", Some(10)).await;
    let id = paid.payment_id.as_str();
    let refund = RefundRequest {
        refund_id: edge::payment_id(),
        amount: jpy("1000"),
    };
    let netstars = world.client("netstars");
    let refunded = netstars.refund(id, &refund, Some(10)).await.unwrap();
    assert_eq!(refunded.state, StateView::Completed);
    world.empty().await;
    let found = json!({"open_break": {"item": id, "kind": "not_credited_though_completed",
        "evidence": "statement line 4"}});
    act(&world, found).await.unwrap();
    let close = |how: &str| json!({"close_break": {"item": id, "settle": how}});
    let linked = act(&world, close("linked_payment")).await;
    assert_eq!(linked.unwrap_err(), "break_unfit");
    let closed = act(&world, close("nothing")).await.unwrap();
    assert_eq!(changes(&closed), ["break: open → closed"]);
    world.stop().await;
}

#[tokio::test]
async fn operators_see_no_accounts_of_their_own_and_the_list_has_pages() {
    let world = World::new().await;
    let positions = world.client("op1").positions().await.unwrap().positions;
    assert!(
        positions
            .iter()
            .all(|one| !one.participant.starts_with("op"))
    );
    assert_eq!(positions.len(), 12);
    world.fake("netstars").credits.send_replace(Credits::Hold);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(world.pay("3000", None).await.payment_id);
        world.clock.advance_ms(1);
    }
    let first = world.client("op2").stuck(2, None).await.unwrap();
    assert_eq!(first.counts.items, 3);
    let second = world.client("op2").stuck(2, first.next.as_deref()).await;
    let second = second.unwrap();
    assert_eq!(second.next, None);
    let rows = first.rows.iter().chain(&second.rows);
    let seen: Vec<&str> = rows.map(|row| row.id.as_str()).collect();
    assert_eq!(seen, ids.iter().map(String::as_str).collect::<Vec<_>>());
    world.stop().await;
}

/// The line of the metrics that counts suspended participants.
async fn suspended(world: &World) -> String {
    let page = world
        .send(&Method::GET, "/metrics", HeaderMap::new(), b"")
        .await;
    let page = String::from_utf8(page.body.to_vec()).unwrap();
    let line = page
        .lines()
        .find(|line| line.contains("sort=\"suspended\""));
    line.unwrap_or_default().to_owned()
}

#[tokio::test]
async fn who_is_suspended_starts_nothing_but_reads_cancels_and_is_told() {
    let world = World::new().await;
    let paid = world.pay("3000", Some(10)).await;
    world.fake("netstars").credits.send_replace(Credits::Hold);
    let open = world.pay("1000", None).await;
    let quote = world.quote("acleda", &jpqr(STORE, None), jpy("500")).await;
    act(&world, json!({"suspend": {"participant": "acleda"}}))
        .await
        .unwrap();
    assert_eq!(suspended(&world).await, "spean_open{sort=\"suspended\"} 1");
    let acleda = world.client("acleda");
    let pay = acleda.pay(&payment_request(&quote), None).await;
    assert_eq!(code(&pay.unwrap_err()), "participant_suspended");
    let refund = RefundRequest {
        refund_id: edge::payment_id(),
        amount: jpy("10"),
    };
    let netstars = world.client("netstars");
    let refund = netstars.refund(&paid.payment_id, &refund, None).await;
    assert_eq!(code(&refund.unwrap_err()), "participant_suspended");
    let seen = acleda.payment(&paid.payment_id).await.unwrap();
    assert_eq!(seen.state, StateView::Completed);
    let cancelled = acleda.cancel(&open.payment_id).await.unwrap();
    assert_eq!(cancelled.state, StateView::Cancelled);
    let told = world.fake("acleda").told(&open.payment_id).await;
    assert_eq!(told.state, StateView::Cancelled);
    let rows = stuck(&world).await;
    let row = rows.iter().find(|row| row.kind == "suspended").unwrap();
    assert_eq!(
        (row.id.as_str(), row.owner.as_str()),
        ("acleda", "operators")
    );
    act(&world, json!({"resume": {"participant": "acleda"}}))
        .await
        .unwrap();
    assert_eq!(suspended(&world).await, "spean_open{sort=\"suspended\"} 0");
    world.stop().await;
}
