//! Statements and instructions over HTTP: the window of the story as each side may read it.

use iso20022::Document;
use iso20022::settlement::Pacs009;
use iso20022::statement::Statements;
use participant::edge;
use serde_json::{Value, json};
use switch::Finality;
use wire::api::{
    AccountStatement, ActionRequest, RefundRequest, ShopStatement, StateView, WindowStatement,
};

use crate::world::{Raw, World, jpy, khqr_once, khr, payment_request};

const DAY: &str = "2026-11-23";

async fn act(world: &World, action: Value) {
    let request: ActionRequest = serde_json::from_value(json!({
        "request_id": edge::payment_id(), "action": action, "reason": "as agreed",
    }))
    .unwrap();
    let proposed = world.client("op1").propose(&request).await.unwrap();
    let second = world.client("op2");
    let approved = second.approve(&proposed.id, &proposed.digest).await;
    approved.unwrap();
}

/// The story's two payments and its refund.
async fn told() -> World {
    let world = World::with(Finality::Confirm).await;
    let paid = world.pay("3000", Some(10)).await;
    assert_eq!(paid.state, StateView::Completed);
    let code = khqr_once("mekong@sthp", 120_000, world.clock.now_ms());
    let quote = world.quote("netstars", &code, khr("120000")).await;
    let netstars = world.client("netstars");
    let other = netstars.pay(&payment_request(&quote), Some(10)).await;
    assert_eq!(other.unwrap().state, StateView::Completed);
    let request = RefundRequest {
        refund_id: edge::payment_id(),
        amount: jpy("1000"),
    };
    let refund = netstars.refund(&paid.payment_id, &request, Some(10)).await;
    assert_eq!(refund.unwrap().state, StateView::Completed);
    world
}

async fn get(world: &World, who: &str, path: &str) -> Raw {
    world.signed(who, "GET", path, b"").await
}

async fn read<T: serde::de::DeserializeOwned>(world: &World, who: &str, path: &str) -> T {
    let raw = get(world, who, path).await;
    assert_eq!(raw.status, 200, "{path}: {raw:?}");
    assert_eq!(raw.headers["content-type"], "application/json");
    serde_json::from_slice(&raw.body).unwrap()
}

fn closings(statement: &WindowStatement) -> Vec<String> {
    let totals = statement.totals.iter();
    totals
        .map(|total| format!("{} {}", total.currency, total.closing))
        .collect()
}

#[tokio::test]
async fn the_storys_window_is_stated_settled_and_instructed() {
    let world = told().await;
    let path = "/v1/windows/1/statement";
    assert_eq!(
        get(&world, "acleda", path).await.code(),
        "statement_not_yet"
    );
    act(&world, json!({"close_window": {"window": 1}})).await;
    let statement: WindowStatement = read(&world, "acleda", path).await;
    assert_eq!(closings(&statement), ["KHR -53524", "JPY 12"]);
    assert_eq!((statement.lines.len(), statement.pages), (4, 1));
    assert!(statement.parts.is_empty() && statement.payouts.is_empty());
    let foreign = |line: &&wire::api::StatementLine| {
        line.counterparty != "fx1" && line.counterparty != "house"
    };
    assert_eq!(statement.lines.iter().filter(foreign).count(), 0);
    for (who, expected) in [
        ("sathapana", vec!["KHR 119880"]),
        ("netstars", vec!["JPY -2585"]),
        ("fx1", vec!["KHR -66576", "JPY 2565"]),
        ("fx2", vec![]),
        ("house", vec!["KHR 220", "JPY 8"]),
    ] {
        let path = format!("{path}?participant={who}");
        let statement: WindowStatement = read(&world, "op1", &path).await;
        assert_eq!(closings(&statement), expected, "{who}");
    }
    let early = get(&world, "op1", "/v1/windows/1/instructions?currency=KHR").await;
    assert_eq!(early.code(), "window_unfit");
    act(&world, json!({"settle": {"window": 1}})).await;
    let statement: WindowStatement = read(&world, "acleda", path).await;
    assert_eq!(statement.parts, [khr("53524")]);
    assert_eq!(statement.payouts[0].amount, jpy("12"));
    assert_eq!(statement.payouts[0].reference, None);
    let raw = get(&world, "op1", "/v1/windows/1/instructions?currency=KHR").await;
    assert_eq!(raw.headers["content-type"], "application/xml");
    let message = Pacs009::read_bytes(&raw.body).unwrap();
    let list = world.client("op1").window(1).await.unwrap();
    let uetrs: Vec<&str> = list
        .payouts
        .iter()
        .filter(|payout| payout.amount.currency == "KHR")
        .map(|payout| payout.uetr.as_str())
        .collect();
    let written = message.settlements.iter();
    let written: Vec<&str> = written
        .map(|one| one.uetr.as_ref().unwrap().as_str())
        .collect();
    assert_eq!(written, uetrs);
    let nothing = get(&world, "op1", "/v1/windows/1/instructions?currency=USD").await;
    assert_eq!(nothing.code(), "invalid_field");
    world.stop().await;
}

#[tokio::test]
async fn the_same_statement_is_a_table_and_a_message() {
    let world = told().await;
    act(&world, json!({"close_window": {"window": 1}})).await;
    let raw = get(&world, "acleda", "/v1/windows/1/statement?format=csv").await;
    let media = raw.headers["content-type"].to_str().unwrap();
    assert!(media.starts_with("text/csv"), "{media}");
    let text = String::from_utf8(raw.body.to_vec()).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().map(|row| row.split(',').collect()).collect();
    assert_eq!(rows.len(), 1 + 2 + 4 + 2);
    let last: Vec<&str> = rows.iter().rev().take(2).map(|row| row[10]).collect();
    assert_eq!(last, ["12", "-53524"]);
    let raw = get(&world, "acleda", "/v1/windows/1/statement?format=camt.053").await;
    assert_eq!(raw.headers["content-type"], "application/xml");
    assert!(raw.headers.contains_key("content-digest"));
    assert!(raw.headers.contains_key("signature"));
    let message = Statements::read_bytes(&raw.body).unwrap();
    assert_eq!(message.statements().len(), 2);
    let entries = message.statements().iter();
    let entries: usize = entries.map(|one| one.parts().entries.len()).sum();
    assert_eq!(entries, 4);
    for page in ["?page=2", "?page=2&format=csv", "?format=camt.053&page=9"] {
        let path = format!("/v1/windows/1/statement{page}");
        let raw = get(&world, "acleda", &path).await;
        assert_eq!(raw.code(), "statement_page_unknown", "{page}");
    }
    world.stop().await;
}

#[tokio::test]
async fn an_account_is_stated_by_window_and_by_day() {
    let world = told().await;
    let of = |query: &str| format!("/v1/accounts/acleda/statement?currency=KHR&{query}");
    let deposit = json!({"deposit": {"participant": "acleda",
        "amount": {"currency": "KHR", "amount": "1000"}}});
    act(&world, deposit).await;
    let open = get(&world, "acleda", &of("window=1")).await;
    assert_eq!(open.code(), "statement_not_yet");
    act(&world, json!({"close_window": {"window": 1}})).await;
    act(&world, json!({"settle": {"window": 1}})).await;
    let window: AccountStatement = read(&world, "acleda", &of("window=1")).await;
    assert!(window.is_complete);
    let kinds: Vec<&str> = window.lines.iter().map(|line| line.kind.as_str()).collect();
    assert_eq!(kinds.last(), Some(&"deposit"));
    let day: AccountStatement = read(&world, "acleda", &of(&format!("day={DAY}"))).await;
    assert!(!day.is_complete, "the day is not over");
    let last = day.lines.last().unwrap();
    assert_eq!(
        (last.kind.as_str(), last.amount.as_str()),
        ("settlement", "-53524")
    );
    assert_eq!(last.window, Some(1));
    let list = world.client("acleda").liquidity().await.unwrap();
    let held = list.liquidity.iter().find(|one| one.currency == "KHR");
    assert_eq!(day.closing, held.unwrap().liquidity);
    let before: AccountStatement = read(&world, "op1", &of("day=2026-11-22")).await;
    assert!(before.is_complete && before.lines.is_empty());
    let csv = get(&world, "acleda", &of("window=1&format=csv")).await;
    assert!(csv.body.starts_with(b"number,time,kind,window"));
    let xml = get(&world, "acleda", &of(&format!("day={DAY}&format=camt.053"))).await;
    let message = Statements::read_bytes(&xml.body).unwrap();
    assert_eq!(message.statements().len(), 1);
    world.stop().await;
}

#[tokio::test]
async fn an_acquirer_reads_the_day_of_its_shops() {
    let world = told().await;
    let path = format!("/v1/shops/statement?day={DAY}");
    let day: ShopStatement = read(&world, "netstars", &path).await;
    assert_eq!((day.country.as_str(), day.is_complete), ("JP", false));
    let shop = &day.shops[0];
    assert_eq!(shop.name.as_deref(), Some("Noodle House Tsuru"));
    assert_eq!(
        [&shop.gross, &shop.refunded, &shop.fee, &shop.net],
        ["3000", "1000", "36", "1964"]
    );
    assert_eq!((shop.payments, shop.refunds), (1, 1));
    assert_eq!(day.totals[0].net, "1964");
    assert!(day.lines.is_empty());
    let key = shop.shop.clone().unwrap();
    let of_shop: ShopStatement = read(&world, "netstars", &format!("{path}&shop={key}")).await;
    let nets: Vec<&str> = of_shop.lines.iter().map(|line| line.net.as_str()).collect();
    assert_eq!(nets, ["2964", "-1000"]);
    let other = format!("{path}&shop={}", "1".repeat(32));
    let nobody: ShopStatement = read(&world, "netstars", &other).await;
    assert!(nobody.lines.is_empty() && nobody.totals.is_empty());
    // Another acquirer has its own, and the same pseudonym says nothing there.
    let sathapana: ShopStatement = read(&world, "sathapana", &path).await;
    assert_eq!(sathapana.totals[0].net, "119280");
    let foreign: ShopStatement = read(&world, "sathapana", &format!("{path}&shop={key}")).await;
    assert!(foreign.lines.is_empty());
    let csv = get(&world, "netstars", &format!("{path}&format=csv&by=payment")).await;
    assert_eq!(
        String::from_utf8(csv.body.to_vec())
            .unwrap()
            .lines()
            .count(),
        3
    );
    let csv = get(
        &world,
        "op1",
        &format!("{path}&format=csv&participant=netstars"),
    )
    .await;
    let text = String::from_utf8(csv.body.to_vec()).unwrap();
    assert!(
        text.lines()
            .last()
            .unwrap()
            .starts_with("total,,JPY,1,1,3000,1000,36,1964")
    );
    world.clock.advance_ms(86_400_000);
    let later: ShopStatement = read(&world, "netstars", &path).await;
    assert!(later.is_complete);
    assert_eq!(later.totals, day.totals);
    world.stop().await;
}
