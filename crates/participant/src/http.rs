//! One signed call over HTTP: the request is signed, the answer is believed only if it is signed.
//!
//! Doctrine. What a call tells its caller is one of two things: the other side *said* something
//! (an answer or a problem, both signed and bound to this very request), or *nothing is known*.
//! An unsigned answer, a wrong signature, a broken connection, a proxy's error page and silence
//! are all the same: nothing is known, and the request may have been carried out. Only ids that
//! the caller chose make it safe to ask again, so no call is ever repeated here.
//!
//! One deadline covers the whole call, from connecting to the last byte of the answer; a time
//! limit per step would let a slow peer hold a caller for the sum of them.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use wire::error::Problem;
use wire::json::{self, Limits};
use wire::keys::{Kid, PublicKey, SigningKey};
use wire::signature::{self, AnswerHead, Direction, RequestHead, SignatureError};

use crate::edge::{self, Clock, NoRandomness};
use crate::limits;

/// A client that signs with one key in one direction; cheap to clone, connections are shared.
#[derive(Clone)]
pub struct SignedClient {
    client: Client<HttpConnector, Full<Bytes>>,
    key: Arc<SigningKey>,
    direction: Direction,
    clock: Clock,
}

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: Method,
    /// `http://host:port/path?query`.
    pub uri: Uri,
    /// JSON; a POST or PUT always has one.
    pub body: Option<Vec<u8>>,
    /// `Prefer: wait=N` (RFC 7240): how long the other side may hold the answer back.
    pub prefer_wait_s: Option<u32>,
    /// For the whole call.
    pub deadline: Duration,
}

/// What the other side said.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// 200 to 299.
    pub status: StatusCode,
    /// JSON.
    pub body: Vec<u8>,
}

/// Why there is no answer to work with.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// No connection, or it broke. The request may have been carried out.
    #[error("reach the other side")]
    Unreachable(#[source] hyper_util::client::legacy::Error),
    /// The answer broke off. The request may have been carried out.
    #[error("read the answer to its end")]
    Broken,
    /// Not in time. The request may have been carried out.
    #[error("get an answer in time")]
    Deadline,
    /// Unsigned or wrongly signed; worth a log line, not belief.
    #[error("believe the answer: {reason}")]
    Untrusted {
        /// What is wrong with its signature.
        reason: SignatureError,
        /// Its status.
        status: StatusCode,
        /// What it claims.
        claim: Option<Box<Problem>>,
    },
    /// Longer than the limit.
    #[error("hold the answer")]
    TooLarge,
    /// Signed, but not what the interface promises.
    #[error("understand the answer")]
    Malformed,
    /// The other side refused or failed, and says so.
    #[error("{0}")]
    Problem(Box<Problem>),
    /// The call was never made: its address, header or body cannot be sent.
    #[error("make the request")]
    Unusable,
    /// The call was never made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl CallError {
    /// What the other side refused with; `None` when nothing is known.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            CallError::Problem(problem) => Some(problem),
            CallError::Unreachable(_)
            | CallError::Broken
            | CallError::Deadline
            | CallError::Untrusted { .. }
            | CallError::TooLarge
            | CallError::Malformed
            | CallError::Unusable
            | CallError::NoRandomness(_) => None,
        }
    }
}

impl SignedClient {
    /// A client of its own, with its own connections.
    pub fn new(key: Arc<SigningKey>, direction: Direction, clock: Clock) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(limits::IDLE_CONNECTION)
            .pool_max_idle_per_host(limits::IDLE_CONNECTIONS_MAX)
            .build(connector);
        Self {
            client,
            key,
            direction,
            clock,
        }
    }

    /// Makes a signed call; `keys` says whose signature under the answer is believed.
    ///
    /// # Errors
    /// See [`CallError`]; only [`CallError::Problem`] is something that the other side said.
    pub async fn call(
        &self,
        call: Call,
        keys: impl Fn(&Kid) -> Option<PublicKey>,
    ) -> Result<Answer, CallError> {
        self.answered(call, JSON, limits::ANSWER_BYTES_MAX, keys)
            .await
    }

    /// As [`SignedClient::call`], for an answer that is a file: CSV, XML, up to
    /// [`limits::PAPER_BYTES_MAX`]. Problems are JSON all the same.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn paper(
        &self,
        call: Call,
        keys: impl Fn(&Kid) -> Option<PublicKey>,
    ) -> Result<Answer, CallError> {
        self.answered(call, ANYTHING, limits::PAPER_BYTES_MAX, keys)
            .await
    }

    async fn answered(
        &self,
        call: Call,
        accept: HeaderValue,
        bytes_max: usize,
        keys: impl Fn(&Kid) -> Option<PublicKey>,
    ) -> Result<Answer, CallError> {
        let deadline = call.deadline;
        let whole = async {
            let (request, sent) = self.signed(call, accept)?;
            let (head, body) = self.exchange(request, bytes_max).await?;
            self.judge(&head, &body, &sent, keys)?;
            told(head.status, body)
        };
        tokio::time::timeout(deadline, whole)
            .await
            .unwrap_or_else(|_late| Err(CallError::Deadline))
    }

    /// Makes a signed call whose answer does not end by itself: its head has to come in time and be
    /// signed, what follows is the caller's to read and to judge.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn open(
        &self,
        call: Call,
        keys: impl Fn(&Kid) -> Option<PublicKey>,
    ) -> Result<(HeaderMap, Incoming), CallError> {
        let deadline = call.deadline;
        let head = async {
            let (request, sent) = self.signed(call, JSON)?;
            let answer = self
                .client
                .request(request)
                .await
                .map_err(CallError::Unreachable)?;
            let (head, body) = answer.into_parts();
            if head.status.is_success() {
                self.judge(&head, &[], &sent, keys)?;
                return Ok((head.headers, body));
            }
            let body = read_body(body, limits::ANSWER_BYTES_MAX).await?;
            self.judge(&head, &body, &sent, keys)?;
            told(head.status, body).and(Err(CallError::Malformed))
        };
        tokio::time::timeout(deadline, head)
            .await
            .unwrap_or_else(|_late| Err(CallError::Deadline))
    }

    /// Whether an answer is signed and bound to the request that was sent.
    fn judge(
        &self,
        head: &http::response::Parts,
        body: &[u8],
        sent: &http::request::Parts,
        keys: impl Fn(&Kid) -> Option<PublicKey>,
    ) -> Result<(), CallError> {
        let now_s = self.clock.now_s();
        let asked = RequestHead::from(sent);
        let verified = signature::verify_answer(&AnswerHead::from(head), body, &asked, now_s, keys);
        let untrusted = |reason| CallError::Untrusted {
            reason,
            status: head.status,
            claim: read_problem(body).ok().map(Box::new),
        };
        verified.map(|_verified| ()).map_err(untrusted)
    }

    /// Fetches a public page; nothing is signed in either direction.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn fetch(&self, uri: Uri, deadline: Duration) -> Result<Answer, CallError> {
        let whole = async {
            let request = Request::get(uri).body(Full::default());
            let (head, body) = self
                .exchange(
                    request.map_err(|_bad| CallError::Unusable)?,
                    limits::ANSWER_BYTES_MAX,
                )
                .await?;
            told(head.status, body)
        };
        tokio::time::timeout(deadline, whole)
            .await
            .unwrap_or_else(|_late| Err(CallError::Deadline))
    }

    /// The request to send, and a copy of its head, which the answer's signature covers.
    fn signed(
        &self,
        call: Call,
        accept: HeaderValue,
    ) -> Result<(Request<Full<Bytes>>, http::request::Parts), CallError> {
        let mut request = Request::builder().method(call.method).uri(call.uri);
        request = request.header(ACCEPT, accept);
        if call.body.is_some() {
            request = request.header(CONTENT_TYPE, JSON);
        }
        if let Some(wait_s) = call.prefer_wait_s {
            request = request.header(PREFER, format!("wait={wait_s}"));
        }
        let body = Bytes::from(call.body.unwrap_or_default());
        let request = request.body(()).map_err(|_bad| CallError::Unusable)?;
        let (mut head, ()) = request.into_parts();
        let nonce = edge::nonce()?;
        let signature = signature::sign_request(
            &self.key,
            &RequestHead::from(&head),
            &body,
            self.direction,
            self.clock.now_s(),
            &nonce,
        );
        signature
            .map_err(|_unfit| CallError::Unusable)?
            .add_to(&mut head.headers);
        Ok((Request::from_parts(head.clone(), Full::new(body)), head))
    }

    async fn exchange(
        &self,
        request: Request<Full<Bytes>>,
        bytes_max: usize,
    ) -> Result<(http::response::Parts, Vec<u8>), CallError> {
        let answer = self
            .client
            .request(request)
            .await
            .map_err(CallError::Unreachable)?;
        let (head, body) = answer.into_parts();
        Ok((head, read_body(body, bytes_max).await?))
    }
}

impl fmt::Debug for SignedClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedClient({:?} {:?})", self.key.kid(), self.direction)
    }
}

/// Bodies may hold names and accounts, so only the size is shown.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Answer({} with {} bytes)",
            self.status.as_u16(),
            self.body.len()
        )
    }
}

const PREFER: HeaderName = HeaderName::from_static("prefer");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const ANYTHING: HeaderValue = HeaderValue::from_static("*/*");

async fn read_body(body: Incoming, bytes_max: usize) -> Result<Vec<u8>, CallError> {
    let limited = Limited::new(body, bytes_max);
    match limited.collect().await {
        Ok(collected) => Ok(collected.to_bytes().to_vec()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(CallError::TooLarge),
        Err(_broken) => Err(CallError::Broken),
    }
}

fn told(status: StatusCode, body: Vec<u8>) -> Result<Answer, CallError> {
    if status.is_success() {
        return Ok(Answer { status, body });
    }
    Err(match read_problem(&body) {
        Ok(problem) => CallError::Problem(Box::new(problem)),
        Err(_not_one) => CallError::Malformed,
    })
}

fn read_problem(body: &[u8]) -> Result<Problem, Problem> {
    json::parse(body, Limits::BODY)
}

/// Reads an answer's body into its type.
///
/// # Errors
/// [`CallError::Malformed`] when it is not what the interface promises.
pub fn read_answer<T: serde::de::DeserializeOwned>(answer: &Answer) -> Result<T, CallError> {
    let limits = Limits {
        bytes_max: limits::ANSWER_BYTES_MAX,
        depth_max: limits::ANSWER_DEPTH_MAX,
    };
    json::parse(&answer.body, limits).map_err(|_problem| CallError::Malformed)
}

#[cfg(test)]
mod tests;
