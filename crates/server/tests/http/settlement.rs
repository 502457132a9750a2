//! A window over HTTP: closed and settled by two operators, paid out line by line, and what
//! participants see of it.

use participant::edge;
use participant::http::CallError;
use serde_json::{Value, json};
use wire::api::{ActionRequest, ActionView, Money, PayoutSeen, WindowStatus, WindowView};

use crate::world::World;

fn request(action: &Value) -> ActionRequest {
    serde_json::from_value(json!({
        "request_id": edge::payment_id(),
        "action": action,
        "reason": "as agreed",
    }))
    .unwrap()
}

fn code(error: &CallError) -> String {
    let problem = error.problem().unwrap_or_else(|| panic!("{error:?}"));
    problem.code().as_str().to_owned()
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

async fn window(world: &World, who: &str, id: u64) -> WindowView {
    world.client(who).window(id).await.unwrap()
}

fn nets(view: &WindowView) -> Vec<String> {
    let net =
        |net: &wire::api::WindowNet| format!("{} {} {}", net.participant, net.currency, net.amount);
    view.nets.iter().map(net).collect()
}

fn line(view: &WindowView, number: usize) -> PayoutSeen {
    let payout = &view.payouts[number];
    PayoutSeen {
        window: view.id,
        number: payout.number,
        amount: payout.amount.clone(),
        reference: format!("LINE {number}"),
        statement: "ab".repeat(32),
    }
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one story, told in the order in which it happens"
)]
async fn a_window_is_closed_settled_and_paid_out() {
    let world = World::new().await;
    world.pay("3000", Some(10)).await;
    let open = window(&world, "op1", 1).await;
    assert_eq!(open.status, WindowStatus::Open);
    let proposed = propose(&world, json!({"close_window": {"window": 1}}))
        .await
        .unwrap();
    assert_eq!(proposed.summary, "window 1 closes now");
    let own = world
        .client("op1")
        .approve(&proposed.id, &proposed.digest)
        .await;
    assert_eq!(code(&own.unwrap_err()), "action_second_person");
    world
        .client("op2")
        .approve(&proposed.id, &proposed.digest)
        .await
        .unwrap();
    let closed = window(&world, "op1", 1).await;
    assert_eq!(closed.status, WindowStatus::Closed);
    assert_eq!(
        nets(&closed),
        [
            "acleda KHR -80236",
            "acleda JPY 12",
            "netstars JPY 2985",
            "fx1 KHR 80136",
            "fx1 JPY -3000",
            "house KHR 100",
            "house JPY 3",
        ]
    );
    assert_eq!(closed.control_sum, []);
    let again = act(&world, json!({"close_window": {"window": 1}})).await;
    assert_eq!(again.unwrap_err(), "action_stale");

    let settled = act(&world, json!({"settle": {"window": 1}})).await.unwrap();
    assert_eq!(
        settled
            .changes
            .iter()
            .filter(|c| c.what == "payout")
            .count(),
        5
    );
    let instructed = window(&world, "op1", 1).await;
    assert_eq!(instructed.status, WindowStatus::Instructed);
    assert!(
        instructed
            .payouts
            .iter()
            .all(|payout| payout.paid_at.is_none())
    );
    let sums: Vec<String> = instructed
        .control_sum
        .iter()
        .map(|sum| format!("{} {}", sum.currency, sum.amount))
        .collect();
    assert_eq!(sums, ["KHR 80236", "JPY 3000"]);

    let operator = world.client("op1");
    let mut wrong = line(&instructed, 0);
    wrong.amount = Money {
        amount: "1".into(),
        ..wrong.amount
    };
    let refused = operator.report_payout(&wrong).await.unwrap_err();
    assert_eq!(code(&refused), "payout_unfit");
    let stranger = world
        .client("acleda")
        .report_payout(&line(&instructed, 0))
        .await;
    assert_eq!(code(&stranger.unwrap_err()), "not_permitted");
    for number in 0..instructed.payouts.len() {
        let seen = line(&instructed, number);
        operator.report_payout(&seen).await.unwrap();
        operator.report_payout(&seen).await.unwrap();
    }
    let end = window(&world, "op1", 1).await;
    assert_eq!(end.status, WindowStatus::Settled);
    assert!(end.control_sum.iter().all(|sum| sum.amount == "0"));
    let unfit = act(&world, json!({"settle": {"window": 1}})).await;
    assert_eq!(unfit.unwrap_err(), "window_unfit");
}

#[tokio::test]
async fn a_participant_sees_its_own_part_of_a_window() {
    let world = World::new().await;
    world.pay("3000", Some(10)).await;
    act(&world, json!({"close_window": {"window": 1}}))
        .await
        .unwrap();
    let own = window(&world, "netstars", 1).await;
    assert_eq!(nets(&own), ["netstars JPY 2985"]);
    assert_eq!(own.parts, []);
    assert_eq!(own.payouts.len(), 1);
    assert_eq!(own.control_sum, []);
    assert!(
        own.pairs
            .iter()
            .all(|pair| { pair.owes == "netstars" || pair.is_owed == "netstars" })
    );
    let list = world.client("netstars").windows(20, None).await.unwrap();
    let ids: Vec<u64> = list.windows.iter().map(|window| window.id).collect();
    assert_eq!((ids, list.next), (vec![2, 1], None));
    assert_eq!(list.cycle, "manual");
    let page = world.client("netstars").windows(1, None).await.unwrap();
    assert_eq!(page.next, Some(2));
    let unknown = world.client("op1").window(99).await.unwrap_err();
    assert_eq!(code(&unknown), "window_unknown");
}

#[tokio::test]
async fn liquidity_is_seen_with_pledges_and_forecasts() {
    let world = World::new().await;
    let pledge = json!({"pledge": {"participant": "acleda",
        "pledge": {"currency": "KHR", "amount": "900"}}});
    act(&world, pledge).await.unwrap();
    let draw = |amount: &str| {
        json!({"draw": {"participant": "acleda",
            "amount": {"currency": "KHR", "amount": amount}}})
    };
    assert_eq!(act(&world, draw("901")).await.unwrap_err(), "pledge_short");
    act(&world, draw("300")).await.unwrap();
    let list = world.client("acleda").liquidity().await.unwrap();
    assert!(list.liquidity.iter().all(|row| row.participant == "acleda"));
    let row = list
        .liquidity
        .iter()
        .find(|row| row.currency == "KHR")
        .unwrap();
    assert_eq!((row.pledged.as_str(), row.drawn.as_str()), ("900", "300"));
    assert_eq!(row.headroom, row.cap);
    assert!(!row.is_low && !row.runs_out);
}

#[tokio::test]
async fn bad_actions_of_settlement_are_named() {
    let world = World::new().await;
    let arrange = |cycle: &str, netting: &str, currency: Value| {
        json!({"arrange": {"base_version": 0, "netting": netting, "cycle": cycle,
            "settlement_currency": currency, "countries": ["KH", "JP"], "lag_days": 1,
            "low_water_percent": 20}})
    };
    for (action, expected) in [
        (arrange("weekly", "bilateral", Value::Null), "invalid_field"),
        (arrange("manual", "gross", json!("JPY")), "action_invalid"),
        (
            arrange("manual", "bilateral", json!("XXX")),
            "currency_wrong",
        ),
        (json!({"settle": {"window": 1}}), "window_unfit"),
        (json!({"settle": {"window": 7}}), "window_unfit"),
        (
            json!({"hold_window": {"window": 1, "until": "soon"}}),
            "invalid_field",
        ),
        (
            json!({"exclude": {"window": 1, "participant": "nobody"}}),
            "participant_unknown",
        ),
        (
            json!({"adjust": {"break_id": "b-1", "from": "pocket", "to": "bank",
                "amount": {"currency": "KHR", "amount": "5"}}}),
            "invalid_field",
        ),
        (
            json!({"adjust": {"break_id": "b-1 (again)", "from": "bank", "to": "suspense",
                "amount": {"currency": "KHR", "amount": "5"}}}),
            "invalid_field",
        ),
    ] {
        assert_eq!(
            propose(&world, action.clone()).await.unwrap_err(),
            expected,
            "{action}"
        );
    }
    let daily = arrange("daily 17:00 KH", "bilateral", Value::Null);
    act(&world, daily.clone()).await.unwrap();
    assert_eq!(propose(&world, daily).await.unwrap_err(), "action_stale");
    let open = window(&world, "op1", 1).await;
    assert!(open.closes_at.is_some());
    let wrong = world.signed("op1", "GET", "/v1/windows?limit=0", b"").await;
    assert_eq!(wrong.code(), "invalid_field");
}

#[tokio::test]
async fn no_page_of_windows_leaves_one_out() {
    let world = World::new().await;
    world.pay("3000", Some(10)).await;
    // The first waits to be settled; of the empty ones behind it only the last stay in memory.
    for id in 1..=40 {
        act(&world, json!({"close_window": {"window": id}}))
            .await
            .unwrap();
    }
    let (mut ids, mut before) = (Vec::new(), None);
    loop {
        let page = world.client("op1").windows(9, before).await.unwrap();
        ids.extend(page.windows.iter().map(|one| one.id));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    let all: Vec<u64> = (1..=41).rev().collect();
    assert_eq!(ids, all);
    assert_eq!(window(&world, "op1", 1).await.status, WindowStatus::Closed);
}

#[tokio::test]
async fn a_booking_shows_the_second_person_what_it_does_to_the_bank() {
    let world = World::new().await;
    let adjust = |from: &str, to: &str| {
        json!({"adjust": {"break_id": "b-7", "from": from, "to": to,
            "amount": {"currency": "KHR", "amount": "50"}}})
    };
    for (from, to, expected) in [
        // What came to the account and nobody expected.
        ("bank", "suspense", ["bank +50", "suspense +50"]),
        // A fee that left it.
        ("written_off", "bank", ["written_off -50", "bank -50"]),
        (
            "suspense",
            "written_off",
            ["suspense -50", "written_off +50"],
        ),
    ] {
        let shown = propose(&world, adjust(from, to)).await.unwrap();
        assert_eq!(shown.break_id.as_deref(), Some("b-7"));
        let changes = shown
            .changes
            .iter()
            .map(|one| format!("{} {}", one.what, one.after.as_deref().unwrap_or_default()));
        assert_eq!(changes.collect::<Vec<_>>(), expected, "{from} {to}");
    }
}

#[tokio::test]
async fn a_day_that_is_over_pays_nothing_out() {
    let world = World::new().await;
    world.pay("3000", Some(10)).await;
    act(&world, json!({"close_window": {"window": 1}}))
        .await
        .unwrap();
    let due = window(&world, "op1", 1).await.settlement_date.unwrap();
    for date in ["1970-01-01", "2020-02-28", "2099-01-01"] {
        let settle = json!({"settle": {"window": 1, "settlement_date": date}});
        assert_eq!(
            propose(&world, settle).await.unwrap_err(),
            "invalid_field",
            "{date}"
        );
    }
    act(&world, json!({"settle": {"window": 1}})).await.unwrap();
    let instructed = window(&world, "op1", 1).await;
    assert_eq!(instructed.status, WindowStatus::Instructed);
    assert_eq!(instructed.settlement_date, Some(due));
    assert_eq!(instructed.payouts[0].end_to_end_id, "W1-JPY-0");
}
