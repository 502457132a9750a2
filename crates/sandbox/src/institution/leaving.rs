//! What happens to an answer while it leaves: nothing, unless a fault was asked for that lies
//! beneath the answer's content: its signature, a second copy of it, the process itself.
//!
//! The endpoints note such a fault in the task that serves the callback; this layer stands
//! outside the gate that signs, and does it to what was signed.

use core::cell::Cell;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use failpoint::Point;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http_body_util::BodyExt as _;
use hyper::body::Bytes;
use participant::edge::{self, Clock};
use participant::line::{Line, LineEnd};
use tokio::net::{TcpListener, TcpStream};
use wire::api::{CreditAnswer, CreditVerdict};
use wire::keys::SigningKey;
use wire::signature::{self, AnswerHead, RequestHead, SIGNATURE};

use crate::faults::Second;

/// The exit status of an institution that died because it was asked to; whoever supervises it
/// starts it again.
pub const DIED: i32 = 85;

/// A fault of an answer on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaving {
    BadSignature,
    Twice(Second),
    Dies,
}

tokio::task_local! {
    static NOTED: Cell<Option<Leaving>>;
}

/// Notes a fault for the answer to the callback that this task serves.
pub(super) fn note(leaving: Leaving) {
    // Outside a served callback nothing leaves, so there is nothing to note.
    let _served = NOTED.try_with(|noted| noted.set(Some(leaving))).is_ok();
}

/// A listener whose connections know when an answer has left.
pub(super) struct Lines(pub(super) TcpListener);

impl Listener for Lines {
    type Io = Line<TcpStream>;
    type Addr = core::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        (Line::new(stream), address)
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// The connection that a request came on.
#[derive(Clone, Debug)]
pub(super) struct On(LineEnd);

impl Connected<IncomingStream<'_, Lines>> for On {
    fn connect_info(stream: IncomingStream<'_, Lines>) -> Self {
        On(stream.io().end())
    }
}

/// What signs a second answer.
#[derive(Clone)]
pub(super) struct Again {
    pub(super) key: Arc<SigningKey>,
    pub(super) clock: Clock,
}

/// The layer round the callbacks.
pub(super) async fn layer(State(again): State<Again>, request: Request, next: Next) -> Response {
    let line = request.extensions().get::<ConnectInfo<On>>();
    let line = line.map(|ConnectInfo(On(end))| end.clone());
    let mut asked = http::Request::new(()).into_parts().0;
    asked.method = request.method().clone();
    asked.uri = request.uri().clone();
    asked.headers = request.headers().clone();
    let served = async {
        let response = next.run(request).await;
        (response, NOTED.with(Cell::take))
    };
    let (response, noted) = NOTED.scope(Cell::new(None), served).await;
    let (mut head, body) = response.into_parts();
    // All our answers are whole in memory, so collecting one neither waits nor fails.
    let body = body.collect().await.map(|body| body.to_bytes());
    let body = body.unwrap_or_default();
    let mut more = Vec::new();
    match noted {
        Some(Leaving::BadSignature) => spoil(&mut head.headers),
        Some(Leaving::Twice(second)) => {
            more = again
                .second(&asked, &head, &body, second)
                .unwrap_or_default();
        }
        Some(Leaving::Dies) | None => {}
    }
    failpoint::pass(Point::BeforeReply);
    if let Some(line) = line.filter(|_| noted.is_some() || cfg!(feature = "failpoints")) {
        line.after_answer(more, move || {
            failpoint::pass(Point::AfterReply);
            if noted == Some(Leaving::Dies) {
                die();
            }
        });
    }
    Response::from_parts(head, Body::from(body))
}

/// Another signature than the right one, in the right form.
fn spoil(headers: &mut HeaderMap) {
    let Some(signature) = headers.get(SIGNATURE).and_then(|value| value.to_str().ok()) else {
        return;
    };
    let Some((label, bytes)) = signature.split_once(":") else {
        return;
    };
    let mut rest = bytes.chars();
    let first = if rest.next() == Some('A') { 'B' } else { 'A' };
    if let Ok(spoilt) = HeaderValue::try_from(format!("{label}:{first}{}", rest.as_str())) {
        headers.insert(SIGNATURE, spoilt);
    }
}

impl Again {
    /// The bytes of a second answer on the same connection.
    fn second(
        &self,
        asked: &Parts,
        first: &http::response::Parts,
        body: &Bytes,
        second: Second,
    ) -> Option<Vec<u8>> {
        match second {
            Second::Same => Some(written(first, &first.headers, body)),
            Second::Other => {
                let mut answer: CreditAnswer = serde_json::from_slice(body).ok()?;
                answer.verdict = match answer.verdict {
                    CreditVerdict::Accepted => CreditVerdict::Rejected,
                    CreditVerdict::Rejected => CreditVerdict::Accepted,
                };
                let body = serde_json::to_vec(&answer).ok()?;
                let mut headers = HeaderMap::new();
                headers.insert(CONTENT_TYPE, first.headers.get(CONTENT_TYPE)?.clone());
                let head = AnswerHead {
                    status: first.status,
                    headers: &headers,
                };
                let (request, nonce) = (RequestHead::from(asked), edge::nonce().ok()?);
                let now_s = self.clock.now_s();
                let signed =
                    signature::sign_answer(&self.key, &head, &body, &request, now_s, &nonce);
                signed.ok()?.add_to(&mut headers);
                Some(written(first, &headers, &body))
            }
        }
    }
}

fn written(head: &http::response::Parts, headers: &HeaderMap, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {}\r\n", head.status).into_bytes();
    let mut put = |name: &HeaderName, value: &[u8]| {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value);
        bytes.extend_from_slice(b"\r\n");
    };
    for (name, value) in headers.iter().filter(|(name, _)| *name != CONTENT_LENGTH) {
        put(name, value.as_bytes());
    }
    put(&CONTENT_LENGTH, body.len().to_string().as_bytes());
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

#[cfg(not(test))]
#[expect(
    clippy::exit,
    reason = "dying without a farewell is what was asked for"
)]
fn die() {
    std::process::exit(DIED)
}

/// How often an institution of a test's process would have died.
#[cfg(test)]
pub(super) static DEATHS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);

/// A test's process must live on.
#[cfg(test)]
fn die() {
    DEATHS.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spoilt_signature_has_its_form_and_is_another_one() {
        for (signature, expected) in [
            ("spean=:Abc=:", "spean=:Bbc=:"),
            ("spean=:xyz:", "spean=:Ayz:"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(SIGNATURE, HeaderValue::from_static(signature));
            spoil(&mut headers);
            assert_eq!(headers.get(SIGNATURE).unwrap(), expected);
        }
    }
}
