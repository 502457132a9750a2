//! Webhooks: every outcome, in order, signed; what happens when nobody takes it; and that none of
//! it is silent.

use std::sync::Arc;

use http::{HeaderMap, Method};
use participant::http::CallError;
use serde_json::{Value, json};
use wire::api::{Delivery, ReplayRange, WebhookPut, WebhookState, WebhookView};
use wire::webhook::key_text;

use crate::ear::{Ear, Heard, Reply};
use crate::world::World;

fn put(ear: &Ear) -> WebhookPut {
    WebhookPut {
        url: ear.url.clone(),
        description: None,
        is_active: None,
    }
}

async fn register(world: &World, who: &str, id: &str) -> Arc<Ear> {
    let ear = Ear::listen().await;
    world.client(who).put_webhook(id, &put(&ear)).await.unwrap();
    ear
}

/// Waits until a webhook looks as wanted: what came of an attempt is noted after it was answered.
async fn until(world: &World, id: &str, is_it: impl Fn(&WebhookView) -> bool) -> WebhookView {
    let look = async {
        loop {
            let view = world.client("acleda").webhook(id).await.unwrap();
            if is_it(&view) {
                return view;
            }
        }
    };
    let looked = tokio::time::timeout(std::time::Duration::from_secs(20), look);
    looked.await.unwrap()
}

fn positions(heard: &[Heard]) -> Vec<u64> {
    heard.iter().map(Heard::position).collect()
}

fn code<T: std::fmt::Debug>(result: Result<T, CallError>) -> String {
    let error = result.unwrap_err();
    let problem = error.problem().unwrap_or_else(|| panic!("{error:?}"));
    problem.code().as_str().to_owned()
}

fn of_paid(gauge: &str) -> String {
    format!("spean_webhook_{gauge}{{participant=\"acleda\",webhook=\"paid\"}} ")
}

/// The value behind a name and its labels.
async fn metric(world: &World, line: &str) -> String {
    let page = world.send(&Method::GET, "/metrics", HeaderMap::new(), b"");
    let page = String::from_utf8(page.await.body.to_vec()).unwrap();
    let found = page.lines().find_map(|one| one.strip_prefix(line));
    found.unwrap_or("none").trim().to_owned()
}

#[tokio::test]
async fn every_outcome_is_told_in_order_signed_and_as_the_callback_tells_it() {
    let world = World::new().await;
    let ear = register(&world, "acleda", "paid").await;
    let mut paid = Vec::new();
    for amount in ["3000", "1000", "2000"] {
        paid.push(world.pay(amount, Some(10)).await.payment_id);
    }
    let heard = ear.heard(3).await;
    assert_eq!(positions(&heard), [1, 2, 3]);
    let view = until(&world, "paid", |view| view.told_position == 3).await;
    assert_eq!(
        (view.state, view.from_position, view.last_position),
        (WebhookState::Idle, 0, 3)
    );
    let keys = world.running.hub().keys().clone();
    let key = keys.keys().next().unwrap();
    assert_eq!(view.public_key, key_text(key));
    for (one, id) in heard.iter().zip(&paid) {
        assert!(one.is_signed_by(key, world.clock.now_s()), "{one:?}");
        let event = one.event();
        assert_eq!((&event.data.id, event.is_replay), (id, false));
        // The webhook says what the protocol's own callback says.
        assert_eq!(event.data, world.fake("acleda").told(id).await);
        let created = view.sequence - 3;
        let ends = format!("_{}", event.data.outcome_sequence);
        assert!(one.id().starts_with("evt_acleda_paid_") && one.id().ends_with(&ends));
        assert!(created > 0 && one.headers["content-type"] == "application/json");
    }
    // Notifying acknowledges nothing, and nobody else was told anything.
    assert_eq!(world.fake("acleda").outcomes().len(), 3);
    let theirs = world.client("netstars").webhooks().await.unwrap();
    assert!(theirs.webhooks.is_empty());
    world.stop().await;
}

#[tokio::test]
async fn what_fails_is_tried_by_the_schedule_given_up_and_the_next_one_follows() {
    let world = World::new().await;
    let ear = register(&world, "acleda", "paid").await;
    ear.will(&[Reply::Status(500), Reply::Status(302), Reply::Status(404)]);
    let first = world.pay("3000", Some(10)).await;
    world.pay("1000", Some(10)).await;
    let view = until(&world, "paid", |view| view.last_error.is_some()).await;
    assert_eq!(
        (view.state, view.told_position, view.last_position),
        (WebhookState::Retrying, 0, 2)
    );
    assert_eq!(view.last_error.as_deref(), Some("failed"));
    assert_eq!(view.waiting_since, first.decided_at);
    assert_eq!(metric(&world, &of_paid("backlog")).await, "2");
    let began_ms = world.clock.now_ms();
    // The pauses are 5 s and 60 s, each longer by a tenth at most.
    world.clock.advance_ms(4_999);
    until(&world, "paid", |view| view.state == WebhookState::Retrying).await;
    assert_eq!(ear.count(), 1);
    world.clock.advance_ms(501);
    assert_eq!(positions(&ear.heard(2).await), [1, 1]);
    until(&world, "paid", |view| {
        view.last_error.as_deref() == Some("redirected")
    })
    .await;
    assert_eq!(metric(&world, &of_paid("age_seconds")).await, "5");
    world.clock.advance_ms(59_999);
    until(&world, "paid", |view| view.state == WebhookState::Retrying).await;
    assert_eq!(ear.count(), 2);
    world.clock.advance_ms(6_001);
    // The third attempt is the last; the next event follows at once.
    let heard = ear.heard(4).await;
    assert_eq!(positions(&heard), [1, 1, 1, 2]);
    assert!(heard[..3].iter().all(|one| one.id() == heard[0].id()));
    let view = until(&world, "paid", |view| view.told_position == 2).await;
    assert_eq!((view.state, view.dead_letters), (WebhookState::Idle, 1));
    check_given_up(&world, &heard).await;
    assert_eq!(world.clock.now_ms() - began_ms, 71_500);
    world.stop().await;
}

/// The log, the list of dead letters and the gauge say the same.
async fn check_given_up(world: &World, heard: &[Heard]) {
    let log = world.client("acleda").deliveries("paid").await.unwrap();
    let shown = |one: &Delivery| {
        let Delivery {
            position,
            attempt,
            status,
            error,
            ..
        } = one;
        (
            *position,
            *attempt,
            *status,
            error.clone().unwrap_or_default(),
        )
    };
    let log: Vec<_> = log.deliveries.iter().map(shown).collect();
    let expected = [
        (2, 1, Some(204), ""),
        (1, 3, Some(404), "refused"),
        (1, 2, Some(302), "redirected"),
        (1, 1, Some(500), "failed"),
    ];
    assert_eq!(log, expected.map(|(p, a, s, e)| (p, a, s, e.to_owned())));
    let dead = world.client("acleda").dead_letters("paid").await.unwrap();
    assert_eq!((dead.total, dead.dead_letters.len()), (1, 1));
    let letter = &dead.dead_letters[0];
    assert_eq!((letter.position, letter.attempts), (1, 3));
    assert_eq!(
        (letter.error.as_str(), letter.webhook_id.as_str()),
        ("refused", heard[0].id())
    );
    assert_eq!(metric(world, &of_paid("dead_letters")).await, "1");
}

#[tokio::test]
async fn a_range_is_replayed_in_order_marked_and_empties_the_dead_letters() {
    let world = World::new().await;
    let ear = register(&world, "acleda", "paid").await;
    for amount in ["3000", "1000", "2000"] {
        world.pay(amount, Some(10)).await;
    }
    let first = ear.heard(3).await;
    until(&world, "paid", |view| view.told_position == 3).await;
    let client = world.client("acleda");
    let range = |from_position, to_position| ReplayRange {
        from_position,
        to_position,
    };
    for (wrong, expected) in [
        (range(0, 1), "replay_range_wrong"),
        (range(2, 1), "replay_range_wrong"),
        (range(1, 10_001), "replay_range_wrong"),
        (range(1, 4), "event_position_unknown"),
    ] {
        assert_eq!(code(client.replay("paid", &wrong).await), expected);
    }
    ear.will(&[Reply::Status(500), Reply::Status(500), Reply::Status(500)]);
    client.replay("paid", &range(2, 3)).await.unwrap();
    assert_eq!(
        code(client.replay("paid", &range(1, 1)).await),
        "replay_under_way"
    );
    for pause_ms in [5_500, 66_000] {
        let failed = ear.count();
        until(&world, "paid", |view| view.next_attempt_at.is_some()).await;
        world.clock.advance_ms(pause_ms);
        ear.heard(failed + 1).await;
    }
    // Position 2 was given up, and 3 followed.
    let view = until(&world, "paid", |view| view.replay.is_none()).await;
    assert_eq!((view.dead_letters, view.told_position), (1, 3));
    client.replay("paid", &range(2, 2)).await.unwrap();
    let view = until(&world, "paid", |view| view.dead_letters == 0).await;
    assert_eq!((view.state, view.told_position), (WebhookState::Idle, 3));
    let heard = ear.heard(8).await;
    assert_eq!(positions(&heard), [1, 2, 3, 2, 2, 2, 3, 2]);
    for one in &heard[3..] {
        let event = one.event();
        assert!(event.is_replay);
        let position = usize::try_from(one.position()).unwrap();
        assert_eq!(one.id(), first[position - 1].id());
        assert_eq!(event.data, first[position - 1].event().data);
    }
    world.stop().await;
}

#[tokio::test]
async fn a_restart_loses_nothing_and_repeats_at_most_the_event_in_flight() {
    let world = World::new().await;
    let ear = register(&world, "acleda", "paid").await;
    world.pay("3000", Some(10)).await;
    ear.heard(1).await;
    until(&world, "paid", |view| view.told_position == 1).await;
    ear.will(&[Reply::Silence]);
    for amount in ["1000", "2000"] {
        world.pay(amount, Some(10)).await;
    }
    ear.heard(2).await;
    let world = world.restart().await;
    world.pay("500", Some(10)).await;
    let heard = ear.heard(5).await;
    assert_eq!(positions(&heard), [1, 2, 2, 3, 4]);
    assert_eq!(heard[1].id(), heard[2].id());
    until(&world, "paid", |view| view.told_position == 4).await;
    // The schedule survives too: a failure before the restart counts after it.
    ear.will(&[Reply::Status(500)]);
    world.pay("500", Some(10)).await;
    let failed = until(&world, "paid", |view| view.next_attempt_at.is_some()).await;
    let world = world.restart().await;
    let after = until(&world, "paid", |view| view.next_attempt_at.is_some()).await;
    assert_eq!(after.next_attempt_at, failed.next_attempt_at);
    assert_eq!(ear.count(), 6);
    world.clock.advance_ms(5_500);
    assert_eq!(positions(&ear.heard(7).await)[5..], [5, 5]);
    world.stop().await;
}

#[tokio::test]
async fn a_lost_file_of_deliveries_tells_again_from_the_registration() {
    let world = World::new().await;
    world.pay("3000", Some(10)).await;
    let ear = register(&world, "acleda", "paid").await;
    world.pay("1000", Some(10)).await;
    world.pay("2000", Some(10)).await;
    let first = ear.heard(2).await;
    assert_eq!(positions(&first), [2, 3]);
    until(&world, "paid", |view| view.told_position == 3).await;
    let lose = |folder: &std::path::Path| {
        for ending in ["", "-wal", "-shm"] {
            let file = folder.join(format!("hub/webhooks.db{ending}"));
            let _absent = std::fs::remove_file(file);
        }
    };
    let world = world.restart_with(lose).await;
    let heard = ear.heard(4).await;
    assert_eq!(positions(&heard), [2, 3, 2, 3]);
    assert_eq!(heard[2].id(), first[0].id());
    let view = until(&world, "paid", |view| view.told_position == 3).await;
    assert_eq!(view.from_position, 1);
    world.stop().await;
}

#[tokio::test]
async fn gone_switches_off_and_putting_it_again_goes_on_where_it_stopped() {
    let world = World::new().await;
    let ear = register(&world, "acleda", "paid").await;
    ear.will(&[Reply::Status(410)]);
    world.pay("3000", Some(10)).await;
    let view = until(&world, "paid", |view| !view.is_active).await;
    assert_eq!(
        (view.state, view.told_position, view.version),
        (WebhookState::Inactive, 0, 2)
    );
    assert_eq!(metric(&world, &of_paid("active")).await, "0");
    world.pay("1000", Some(10)).await;
    assert_eq!(ear.count(), 1);
    let on = world.client("acleda").put_webhook("paid", &put(&ear)).await;
    assert!(on.unwrap().is_active);
    assert_eq!(positions(&ear.heard(3).await), [1, 1, 2]);
    until(&world, "paid", |view| view.told_position == 2).await;
    // Putting it again also has what failed tried at once, without a change.
    ear.will(&[Reply::Status(503)]);
    world.pay("500", Some(10)).await;
    let failed = until(&world, "paid", |view| view.next_attempt_at.is_some()).await;
    let same = world.client("acleda").put_webhook("paid", &put(&ear)).await;
    assert_eq!(same.unwrap().version, failed.version);
    assert_eq!(positions(&ear.heard(5).await)[3..], [3, 3]);
    world.stop().await;
}

#[tokio::test]
async fn a_webhook_that_moves_or_goes_is_served_no_more_and_the_other_is() {
    let world = World::new().await;
    let old = register(&world, "acleda", "paid").await;
    let bystander = register(&world, "acleda", "books").await;
    old.will(&[Reply::Silence]);
    world.pay("3000", Some(10)).await;
    old.heard(1).await;
    let new = Ear::listen().await;
    world
        .client("acleda")
        .put_webhook("paid", &put(&new))
        .await
        .unwrap();
    // What the old address did not take, the new one gets.
    assert_eq!(positions(&new.heard(1).await), [1]);
    let removed = world.client("acleda").remove_webhook("paid").await.unwrap();
    assert_eq!(removed.id, "paid");
    for gone in [
        code(world.client("acleda").webhook("paid").await),
        code(world.client("acleda").remove_webhook("paid").await),
        code(world.client("acleda").deliveries("paid").await),
        code(world.client("acleda").dead_letters("paid").await),
    ] {
        assert_eq!(gone, "not_found");
    }
    world.pay("1000", Some(10)).await;
    assert_eq!(positions(&bystander.heard(2).await), [1, 2]);
    assert_eq!((old.count(), new.count()), (1, 1));
    world.stop().await;
}

#[tokio::test]
async fn a_participant_sees_and_changes_only_its_own_within_bounds() {
    let world = World::new().await;
    let ear = register(&world, "acleda", "paid").await;
    for who in ["netstars", "house"] {
        let client = world.client(who);
        let range = ReplayRange {
            from_position: 1,
            to_position: 1,
        };
        for refused in [
            code(client.webhook("paid").await),
            code(client.deliveries("paid").await),
            code(client.dead_letters("paid").await),
            code(client.replay("paid", &range).await),
            code(client.remove_webhook("paid").await),
        ] {
            assert_eq!(refused, "not_found", "{who}");
        }
    }
    for number in 1..8 {
        let id = format!("w{number}");
        world
            .client("acleda")
            .put_webhook(&id, &put(&ear))
            .await
            .unwrap();
    }
    let ninth = world
        .client("acleda")
        .put_webhook("ninth", &put(&ear))
        .await;
    assert_eq!(code(ninth), "webhook_limit_reached");
    assert_eq!(
        world
            .client("acleda")
            .webhooks()
            .await
            .unwrap()
            .webhooks
            .len(),
        8
    );
    world.stop().await;
}

#[tokio::test]
async fn what_is_registered_is_read_strictly() {
    let world = World::new().await;
    let ear = Ear::listen().await;
    let url = ear.url.as_str();
    for (id, body, expected) in [
        ("Paid", json!({"url": url}), "invalid_field"),
        ("a_b", json!({"url": url}), "invalid_field"),
        ("x", json!({}), "missing_field"),
        ("x", json!({"url": url, "colour": 1}), "unknown_field"),
        (
            "x",
            json!({"url": format!("{url}{}", "x".repeat(1_024))}),
            "invalid_field",
        ),
        (
            "x",
            json!({"url": url, "description": "x".repeat(141)}),
            "invalid_field",
        ),
        ("x", json!({"url": "ftp://a/"}), "webhook_url_refused"),
        (
            "x",
            json!({"url": "http://u@127.0.0.1/"}),
            "webhook_url_refused",
        ),
        (
            "x",
            json!({"url": "http://0.0.0.0/"}),
            "webhook_url_refused",
        ),
    ] {
        let body: Vec<u8> = serde_json::to_vec::<Value>(&body).unwrap();
        let path = format!("/v1/webhooks/{id}");
        let answer = world.signed("netstars", "PUT", &path, &body).await;
        assert_eq!(answer.code(), expected, "{id}");
    }
    assert!(
        world
            .client("netstars")
            .webhooks()
            .await
            .unwrap()
            .webhooks
            .is_empty()
    );
    world.stop().await;
}

#[tokio::test]
async fn a_stream_that_nobody_acknowledges_is_an_alarm_until_it_moves() {
    let world = World::new().await;
    *world.fake("acleda").refuses.lock().unwrap() = u32::MAX;
    let ear = register(&world, "acleda", "paid").await;
    let mut stream = world.client("acleda").events(None).await.unwrap();
    world.pay("3000", Some(10)).await;
    // That it was notified acknowledges nothing.
    assert_eq!(positions(&ear.heard(1).await), [1]);
    assert_eq!(
        stream.next().await.unwrap().unwrap().data.outcome_sequence,
        1
    );
    let gauge = |name: &str, who: &str| format!("{name}{{participant=\"{who}\"}} ");
    world.clock.advance_ms(60_000);
    let acleda = gauge("spean_stream_stuck", "acleda");
    assert_eq!(metric(&world, &acleda).await, "0");
    world.clock.advance_ms(1_000);
    assert_eq!(metric(&world, &acleda).await, "1");
    let age = gauge("spean_outcome_age_seconds", "acleda");
    assert_eq!(metric(&world, &age).await, "61");
    assert_eq!(
        metric(&world, &gauge("spean_outcome_lag", "acleda")).await,
        "1"
    );
    for other in ["sathapana", "fx2", "house"] {
        let line = gauge("spean_stream_stuck", other);
        assert_eq!(metric(&world, &line).await, "0", "{other}");
    }
    *world.fake("acleda").refuses.lock().unwrap() = 0;
    world.quiet().await;
    assert_eq!(metric(&world, &acleda).await, "0");
    assert_eq!(metric(&world, &age).await, "0");
    world.stop().await;
}
