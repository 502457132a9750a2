//! A participant's own side of a webhook: it notes what comes and answers as a test tells it to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use hyper::body::Bytes;
use tokio::net::TcpListener;
use tokio::sync::watch;
use wire::api::Event;
use wire::keys::PublicKey;
use wire::webhook::{Notice, WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP, verify};

const DEADLINE: Duration = Duration::from_secs(20);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    Status(u16),
    /// Nothing, for ever.
    Silence,
}

/// What came, as it came.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

pub(crate) struct Ear {
    heard: watch::Sender<Vec<Heard>>,
    /// What it answers next; 204 when nothing is left.
    pub(crate) script: Mutex<VecDeque<Reply>>,
    pub(crate) url: String,
}

impl Ear {
    pub(crate) async fn listen() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ear = Self::at(format!("http://{}/paid", listener.local_addr().unwrap()));
        let routes = ear.clone().routes();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        ear
    }

    pub(crate) fn at(url: String) -> Arc<Self> {
        Arc::new(Self {
            heard: watch::Sender::default(),
            script: Mutex::default(),
            url,
        })
    }

    pub(crate) fn routes(self: Arc<Self>) -> Router {
        Router::new().fallback(hear).with_state(self)
    }

    pub(crate) fn will(&self, replies: &[Reply]) {
        self.script.lock().unwrap().extend(replies);
    }

    pub(crate) fn count(&self) -> usize {
        self.heard.borrow().len()
    }

    /// Waits until so many have come.
    pub(crate) async fn heard(&self, count: usize) -> Vec<Heard> {
        let mut heard = self.heard.subscribe();
        let enough = heard.wait_for(|heard| heard.len() >= count);
        let enough = tokio::time::timeout(DEADLINE, enough).await;
        let so_far = self.count();
        enough
            .unwrap_or_else(|_| panic!("{so_far} of {count}"))
            .unwrap()
            .clone()
    }
}

impl Heard {
    pub(crate) fn id(&self) -> &str {
        self.headers[WEBHOOK_ID].to_str().unwrap()
    }

    pub(crate) fn event(&self) -> Event {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn position(&self) -> u64 {
        self.event().data.outcome_sequence
    }

    pub(crate) fn is_signed_by(&self, key: &PublicKey, now_s: u64) -> bool {
        let text = |name| self.headers[name].to_str().unwrap();
        let notice = Notice {
            id: self.id(),
            timestamp_s: text(WEBHOOK_TIMESTAMP).parse().unwrap(),
            body: &self.body,
        };
        verify(key, notice, text(WEBHOOK_SIGNATURE), now_s).is_ok()
    }
}

async fn hear(State(ear): State<Arc<Ear>>, headers: HeaderMap, body: Bytes) -> Response {
    let reply = ear.script.lock().unwrap().pop_front();
    ear.heard
        .send_modify(|heard| heard.push(Heard { headers, body }));
    match reply {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(Reply::Status(status)) => {
            let elsewhere = [(LOCATION, ear.url.clone())];
            (StatusCode::from_u16(status).unwrap(), elsewhere).into_response()
        }
        Some(Reply::Silence) => std::future::pending().await,
    }
}
