//! Streams of events: resumed without a gap and without a repetition, and never another's.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method};
use participant::events::EventStream;
use wire::api::{Event, EventType, OutcomeRole, RefundRequest, ReplayRange, WebhookPut};

use participant::edge;

use crate::ear::Ear;
use crate::fake::Credits;
use crate::world::{World, jpy};

async fn next(stream: &mut EventStream) -> Event {
    let next = tokio::time::timeout(Duration::from_secs(20), stream.next());
    next.await.unwrap().unwrap().unwrap()
}

async fn positions(stream: &mut EventStream, count: usize) -> Vec<u64> {
    let mut found = Vec::new();
    for _ in 0..count {
        found.push(next(stream).await.data.outcome_sequence);
    }
    found
}

#[tokio::test]
async fn a_stream_is_resumed_over_a_reconnect_and_a_restart_without_gap_or_repetition() {
    let world = World::new().await;
    let mut live = world.client("acleda").events(None).await.unwrap();
    let first = world.pay("3000", Some(10)).await;
    let event = next(&mut live).await;
    assert_eq!(
        (event.kind, event.data.role, &event.data.id),
        (
            EventType::PaymentCompleted,
            OutcomeRole::Requester,
            &first.payment_id
        )
    );
    assert_eq!(
        event.data,
        world.fake("acleda").told(&first.payment_id).await
    );
    assert_eq!(
        (Some(event.data.hash), event.data.sequence),
        (first.hash, first.sequence.unwrap())
    );
    drop(live);
    for amount in ["1000", "2000"] {
        world.pay(amount, Some(10)).await;
    }
    let mut again = world.client("acleda").events(Some(1)).await.unwrap();
    assert_eq!(positions(&mut again, 1).await, [2]);
    let world = world.restart().await;
    // The hub has ended the old stream in order; what it had not read of it comes again.
    let mut rest = Vec::new();
    while let Ok(Some(event)) = again.next().await {
        rest.push(event.data.outcome_sequence);
    }
    let last = rest.last().copied().unwrap_or(2);
    let mut resumed = world.client("acleda").events(Some(last)).await.unwrap();
    world.fake("netstars").credits.send_replace(Credits::Reject);
    world.pay("500", Some(10)).await;
    let expected: Vec<u64> = (last + 1..=4).collect();
    assert_eq!(positions(&mut resumed, expected.len()).await, expected);
    let mut all = world.client("acleda").events(Some(0)).await.unwrap();
    let mut kinds = Vec::new();
    for _ in 0..4 {
        kinds.push(next(&mut all).await.kind);
    }
    let done = EventType::PaymentCompleted;
    assert_eq!(kinds, [done, done, done, EventType::PaymentCancelled]);
    world.stop().await;
}

#[tokio::test]
async fn each_side_sees_its_own_stream_and_strangers_see_nothing() {
    let world = World::new().await;
    let paid = world.pay("3000", Some(10)).await;
    let refund = RefundRequest {
        refund_id: edge::payment_id(),
        amount: jpy("1000"),
    };
    let given = world
        .client("netstars")
        .refund(&paid.payment_id, &refund, Some(10))
        .await
        .unwrap();
    for (who, roles) in [
        ("acleda", [OutcomeRole::Requester, OutcomeRole::Creditor]),
        ("netstars", [OutcomeRole::Creditor, OutcomeRole::Requester]),
        ("fx1", [OutcomeRole::Fx, OutcomeRole::Fx]),
    ] {
        let mut stream = world.client(who).events(Some(0)).await.unwrap();
        let (first, second) = (next(&mut stream).await, next(&mut stream).await);
        assert_eq!([first.data.role, second.data.role], roles, "{who}");
        assert_eq!(
            (first.kind, second.kind),
            (EventType::PaymentCompleted, EventType::RefundCompleted)
        );
        assert_eq!(
            [&first.data.id, &second.data.id],
            [&paid.payment_id, &given.refund_id]
        );
        assert_eq!(first.data.receipt.is_some(), who != "fx1");
        for leg in first.data.legs.iter().chain(&second.data.legs) {
            assert!(leg.owes == who || leg.is_owed == who, "{who} {leg:?}");
        }
    }
    for stranger in ["sathapana", "fx2", "house"] {
        let answer = stream_head(&world, stranger, "/v1/events?after=1", &[]).await;
        assert_eq!(answer, "event_position_unknown", "{stranger}");
        // A stream from the beginning is open and says nothing.
        let mut stream = world.client(stranger).events(Some(0)).await.unwrap();
        let silence = tokio::time::timeout(Duration::ZERO, stream.next()).await;
        assert!(silence.is_err(), "{stranger} {silence:?}");
    }
    world.stop().await;
}

#[tokio::test]
async fn what_has_left_memory_is_in_the_stream_and_replayed_as_before() {
    let world = World::new().await;
    let ear = Ear::listen().await;
    let put = WebhookPut {
        url: ear.url.clone(),
        description: None,
        is_active: None,
    };
    let client = world.client("acleda");
    client.put_webhook("paid", &put).await.unwrap();
    for amount in ["3000", "1000"] {
        world.pay(amount, Some(10)).await;
    }
    let before = ear.heard(2).await;
    world.empty().await;
    let last = world.pay("500", Some(10)).await;
    let mut stream = world.client("acleda").events(Some(0)).await.unwrap();
    for (heard, id) in before.iter().zip([1, 2]) {
        let event = next(&mut stream).await;
        assert_eq!((event.data.outcome_sequence, &event), (id, &heard.event()));
    }
    assert_eq!(next(&mut stream).await.data.id, last.payment_id);
    let range = ReplayRange {
        from_position: 1,
        to_position: 2,
    };
    world.client("acleda").replay("paid", &range).await.unwrap();
    let heard = ear.heard(5).await;
    for (again, first) in heard[3..].iter().zip(&before) {
        assert_eq!(
            (again.id(), again.event().data),
            (first.id(), first.event().data)
        );
    }
    world.stop().await;
}

/// The code of what is answered to a request for a stream; `stream` if one is opened.
async fn stream_head(world: &World, who: &str, path: &str, last: &[&'static str]) -> String {
    let mut headers = world.headers(world.key(who), &Method::GET, path, b"", 0);
    for value in last {
        headers.append("last-event-id", HeaderValue::from_static(value));
    }
    world
        .head(&Method::GET, path, headers)
        .await
        .unwrap_or_else(|raw| raw.code())
}

#[tokio::test]
async fn where_a_stream_begins_is_read_strictly() {
    let world = World::new().await;
    world.pay("3000", Some(10)).await;
    world.pay("1000", Some(10)).await;
    for (path, last, expected) in [
        ("/v1/events", &[][..], "stream"),
        ("/v1/events?after=0", &[], "stream"),
        ("/v1/events?after=2", &[], "stream"),
        ("/v1/events?after=3", &[], "event_position_unknown"),
        ("/v1/events?after=3", &["1"], "stream"),
        ("/v1/events", &["3"], "event_position_unknown"),
        ("/v1/events?after=-1", &[], "invalid_field"),
        ("/v1/events?after=1&after=1", &[], "invalid_field"),
        ("/v1/events?before=1", &[], "invalid_field"),
        ("/v1/events", &["x"], "invalid_field"),
    ] {
        let found = stream_head(&world, "acleda", path, last).await;
        assert_eq!(found, expected, "{path} {last:?}");
    }
    let unsigned = world.send(&Method::GET, "/v1/events", HeaderMap::new(), b"");
    assert_eq!(unsigned.await.code(), "signature_missing");
    world.stop().await;
}

#[tokio::test]
async fn a_participant_holds_eight_streams_and_gives_their_places_back() {
    let world = World::new().await;
    let mut held = Vec::new();
    for _ in 0..8 {
        held.push(world.client("acleda").events(None).await.unwrap());
    }
    let ninth = stream_head(&world, "acleda", "/v1/events", &[]).await;
    assert_eq!(ninth, "too_many_streams");
    // Its neighbour is not concerned.
    assert_eq!(
        stream_head(&world, "netstars", "/v1/events", &[]).await,
        "stream"
    );
    held.pop();
    let freed = async {
        // The hub sees that a reader is gone when it has something to say.
        world.pay("3000", Some(10)).await;
        while stream_head(&world, "acleda", "/v1/events", &[]).await != "stream" {}
    };
    tokio::time::timeout(Duration::from_secs(20), freed)
        .await
        .unwrap();
    for stream in &mut held {
        assert_eq!(positions(stream, 1).await, [1]);
    }
    world.stop().await;
}
