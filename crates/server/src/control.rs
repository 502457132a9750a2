//! What a test does with a hub that it started: moves its clock, arms its crash points, asks what
//! is open. Only in builds with `failpoints`, only on a loopback address, unsigned and outside the
//! interface: nothing here is described, counted or promised.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Json, State};
use axum::routing::{get, post, put};
use engine::View;
use failpoint::Plan;
use participant::edge;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use wire::error::{Code, Problem};

use crate::gate::Refused;
use crate::hub::Hub;

/// How the hub stands.
#[derive(Debug, Serialize)]
struct Standing {
    now: String,
    now_ms: i64,
    /// Of the last durable batch.
    sequence: u64,
    open_items: usize,
    untold_outcomes: usize,
    /// When time decides next about an open item.
    next_deadline_ms: Option<i64>,
    /// Calls to participants since the process began.
    calls: BTreeMap<String, u64>,
    /// How often each crash point was passed since counting began.
    passed: BTreeMap<&'static str, u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_ms: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Arm {
    at: String,
}

/// The endpoints; none where anybody but this machine could call them.
pub(crate) fn router(hub: &Hub, listener: &TcpListener) -> Router {
    let is_loopback = listener
        .local_addr()
        .is_ok_and(|address| address.ip().is_loopback());
    if !is_loopback {
        tracing::warn!("no control endpoints: the hub does not listen on a loopback address");
        return Router::new();
    }
    Router::new()
        .route("/control", get(standing))
        .route("/control/clock", post(advance))
        .route("/control/crash", put(arm).delete(disarm))
        .with_state(hub.clone())
}

type Answer = Result<Json<Standing>, Refused>;

async fn standing(State(hub): State<Hub>) -> Answer {
    looked(&hub).await
}

/// Moves the clock; answers when the writer has decided what was due, and couriers are awake.
async fn advance(State(hub): State<Hub>, Json(by): Json<Advance>) -> Answer {
    let clock = &hub.shared().clock;
    if clock.flows() {
        let detail = "the clock flows by itself: start with `--clock manual`";
        return Err(Problem::new(Code::NotPermitted).with_detail(detail).into());
    }
    clock.advance_ms(i64::from(by.advance_ms));
    looked(&hub).await
}

async fn arm(State(hub): State<Hub>, Json(wanted): Json<Arm>) -> Answer {
    let plan: Plan = wanted.at.parse().map_err(|error: failpoint::NoPlan| {
        Problem::new(Code::InvalidField).with_detail(error.to_string())
    })?;
    // Looked at first: the look is answered by a batch, which must not be the one that counts.
    let answer = looked(&hub).await;
    failpoint::arm(plan);
    answer
}

async fn disarm(State(hub): State<Hub>) -> Answer {
    let answer = looked(&hub).await;
    failpoint::disarm();
    answer
}

/// A look is answered after a batch at the clock's own time, so what is due has been decided.
async fn looked(hub: &Hub) -> Answer {
    let now_ms = hub.shared().clock.now_ms();
    let (calls, passed) = (hub.metrics().calls(), failpoint::passed());
    let look = move |view: &View<'_>| {
        let deadline = view.switch.next_deadline();
        Standing {
            now: edge::rfc3339(now_ms),
            now_ms,
            sequence: view.head.seq,
            open_items: view.switch.open_items(),
            untold_outcomes: view.switch.untold_outcomes(),
            next_deadline_ms: deadline.map(|deadline| deadline.0.div_euclid(1_000_000)),
            calls,
            passed: passed
                .into_iter()
                .map(|(point, count)| (point.name(), count))
                .collect(),
        }
    };
    Ok(Json(hub.read(look).await?))
}
