//! Faults on demand, as the hub would meet them on the wire.

use core::sync::atomic::Ordering;

use participant::http::{CallError, read_answer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use wire::api::{CreditAnswer, CreditVerdict};

use super::*;
use crate::faults::{Callback, FaultKind, FaultRule, Second};
use crate::institution::leaving::DEATHS;

fn ask(id: &str, amount: &str) -> Ask {
    Ask {
        id: id.to_owned(),
        kind: AskKind::Payment,
        payment_id: id.to_owned(),
        epoch: 1,
        expires_at: participant::edge::rfc3339(NOW_MS + 20_000),
        amount: text("KHR", amount),
        instructed_amount: text("KHR", amount),
        creditor: Party {
            name: "Lotus Books".to_owned(),
            account: "lotus_books@aclb".to_owned(),
        },
        debtor: Party {
            name: "Hana".to_owned(),
            account: "W-000001".to_owned(),
        },
        payload: String::new(),
    }
}

impl Place {
    async fn credit(&self, running: &Running, ask: &Ask) -> Result<CreditAnswer, CallError> {
        let url = format!("{}/link/credits", running.url);
        read_answer(&self.hub.call_back(&url, Some(ask)).await?)
    }
}

fn verdict(answer: &Result<CreditAnswer, CallError>) -> Option<CreditVerdict> {
    answer.as_ref().ok().map(|answer| answer.verdict)
}

#[tokio::test]
async fn amounts_set_faults_off_and_plain_ones_do_not() {
    let place = Place::acleda().await;
    let running = place.start().await;
    let plain = place.credit(&running, &ask("a", "5000")).await;
    assert_eq!(verdict(&plain), Some(CreditVerdict::Accepted));
    let rejected = place.credit(&running, &ask("b", "5902")).await.unwrap();
    let reason = rejected.reason.map(|reason| reason.code);
    assert_eq!(reason.as_deref(), Some("AC06"));
    // The first answer is that of another ask, the repeated one is its own.
    let mixed = place.credit(&running, &ask("c", "5905")).await.unwrap();
    assert_ne!(mixed.id, "c");
    let again = place.credit(&running, &ask("c", "5905")).await.unwrap();
    assert_eq!(
        (again.id.as_str(), again.verdict),
        ("c", CreditVerdict::Accepted)
    );
    for _ in 0..2 {
        let spoilt = place.credit(&running, &ask("d", "5906")).await;
        assert!(
            matches!(spoilt, Err(CallError::Untrusted { .. })),
            "{spoilt:?}"
        );
    }
    let deaths = DEATHS.load(Ordering::SeqCst);
    let last = place.credit(&running, &ask("e", "5908")).await;
    assert_eq!(verdict(&last), Some(CreditVerdict::Accepted));
    assert_eq!(DEATHS.load(Ordering::SeqCst), deaths + 1);
    running.stop().await;
}

#[tokio::test]
async fn slow_and_late_answers_come_at_their_time() {
    let place = Place::acleda().await;
    let running = place.start().await;
    for (id, amount, after_ms) in [("a", "5907", 2_000), ("b", "5904", 19_000)] {
        let ask = ask(id, amount);
        let hits = running.teller.faults.shown("acleda").hits;
        let answered = place.credit(&running, &ask);
        let moved = async {
            running.teller.faults.hits_above(hits).await;
            place.hub.clock.advance_ms(after_ms);
        };
        let (answer, ()) = tokio::join!(answered, moved);
        assert_eq!(verdict(&answer), Some(CreditVerdict::Accepted), "{id}");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_second_answer_comes_behind_the_first_and_says_what_was_asked_for() {
    let place = Place::acleda().await;
    let mut rule = FaultRule::of(FaultKind::AnswersTwice);
    rule.second = Second::Other;
    rule.on = vec![Callback::Credits];
    let running = place.start().await;
    running.teller.faults.set(vec![rule]).unwrap();
    let answer = place.credit(&running, &ask("a", "5000")).await;
    assert_eq!(verdict(&answer), Some(CreditVerdict::Accepted));
    // Whoever asks next is not told what was said to the one before.
    running.teller.faults.set(Vec::new()).unwrap();
    let next = place.credit(&running, &ask("b", "5000")).await.unwrap();
    assert_eq!(
        (next.id.as_str(), next.verdict),
        ("b", CreditVerdict::Accepted)
    );
    running.stop().await;
}

#[tokio::test]
async fn the_control_endpoint_sets_shows_and_clears_and_refuses_nonsense() {
    let place = Place::acleda().await;
    let running = place.start().await;
    let address = running.url.strip_prefix("http://").unwrap().to_owned();
    let call = async |method: &str, body: &str| {
        let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
        let head = format!(
            "{method} /control/faults HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let set = call("PUT", r#"{"faults": [{"fault": "silent", "times": 3}]}"#).await;
    assert!(
        set.contains(r#""fault":"silent""#) && set.contains(r#""left":3"#),
        "{set}"
    );
    let refused = call("PUT", r#"{"faults": [{"fault": "silent", "times": 0}]}"#).await;
    assert!(refused.starts_with("HTTP/1.1 422"), "{refused}");
    let shown = call("GET", "").await;
    assert!(
        shown.contains(r#""left":3"#) && shown.contains(r#""simulated":true"#),
        "{shown}"
    );
    let cleared = call("DELETE", "").await;
    assert!(cleared.contains(r#""faults":[]"#), "{cleared}");
    running.stop().await;
}

#[tokio::test]
async fn where_magic_amounts_are_off_an_amount_means_nothing() {
    let mut place = Place::acleda().await;
    place.config.faults.magic_amounts = false;
    let running = place.start().await;
    let answer = place.credit(&running, &ask("a", "5902")).await;
    assert_eq!(verdict(&answer), Some(CreditVerdict::Accepted));
    running.stop().await;
}
