//! Who may come in, and how everybody is answered.
//!
//! # Doctrine
//!
//! 1. **One way in.** Size and time of the body, signature, nonce, then the participant behind the
//!    key: in this order, for every signed operation, before anything of the body is parsed.
//!    The operations behind the gate are exactly those that the OpenAPI document marks as signed,
//!    because [`crate::router`] marks what it puts behind [`admit`].
//! 2. **Nothing of the inside is touched before the gate**: a stranger costs one verification.
//! 3. **One way out.** Whatever is answered, problems included, goes through [`surround`]: it gets
//!    a request id, is counted by route template and code, and is signed if the request carried a
//!    signature that it can be bound to. An answer to an unsigned request cannot be bound to it
//!    and goes unsigned. Of a stream of events the head is signed here, and each event there.
//! 4. **Every wait ends.** A slow body and a slow handler have their deadlines here; a slow head,
//!    an idle line and an answer that is not read have theirs in [`crate::serve`], which also
//!    keeps one address from taking every place. A handler that is cut off may have been carried
//!    out, so the caller is told to ask again.
//! 5. Logs hold routes, codes and names of participants; never bodies, tokens, payloads or keys.

mod answer;
mod caller;

use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::request::Parts;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Bytes;
use participant::edge;
use tracing::Instrument as _;
use uuid::Uuid;
use wire::error::{Code, Problem};
use wire::limits::BODY_BYTES_MAX;
use wire::signature::{
    self, AnswerHead, Authorities, Direction, Policy, RequestHead, SIGNATURE, SIGNATURE_INPUT,
};

pub(crate) use answer::{Refused, Streamed, answer, paper};
pub(crate) use caller::{Caller, Path, Sent};

use crate::hub::{Hub, lock};
use crate::limits::{BODY_DEADLINE, HANDLER_DEADLINE};
use crate::serve;

/// The outermost layer: times, counts, logs and signs whatever is answered.
pub(crate) async fn surround(State(hub): State<Hub>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = Uuid::now_v7().simple().to_string();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let route = route.unwrap_or_else(|| "none".to_owned());
    let span = tracing::info_span!("request", id, %method, route);
    let asked = Asked::of(&request);
    let served = tokio::time::timeout(HANDLER_DEADLINE, next.run(request));
    let answered = served.instrument(span.clone()).await;
    let mut response = answered.unwrap_or_else(|_late| {
        Refused(Problem::new(Code::JournalUnavailable).with_detail(LATE)).into_response()
    });
    let status = response.status();
    let code = response.extensions().get::<Code>().copied();
    let took = began.elapsed();
    span.in_scope(|| {
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let code = code.map(Code::as_str);
        tracing::info!(status = status.as_u16(), code, took_us, "answered");
    });
    if let Some(code) = code {
        hub.metrics().note_refusal(code);
    }
    hub.metrics()
        .note_request(method.as_str(), &route, status.as_u16(), took);
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    match asked {
        Some(asked) => serve::reply(asked.sign(&hub, response).await),
        None => response,
    }
}

/// The layer round every signed operation.
pub(crate) async fn admit(State(hub): State<Hub>, request: Request, next: Next) -> Response {
    let (mut head, body) = request.into_parts();
    let admitted = async {
        let body = read_body(body).await?;
        let caller = check(&hub, &head, &body)?;
        Ok::<_, Problem>((caller, body))
    };
    match admitted.await {
        Ok((caller, body)) => {
            head.extensions.insert(caller);
            next.run(Request::from_parts(head, Body::from(body))).await
        }
        Err(problem) => Refused(problem).into_response(),
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LATE: &str = "the hub took too long; the request may or may not stand";

/// What of a request is needed to sign its answer.
struct Asked(Parts);

impl Asked {
    fn of(request: &Request) -> Option<Self> {
        let headers = request.headers();
        if !headers.contains_key(SIGNATURE) || !headers.contains_key(SIGNATURE_INPUT) {
            return None;
        }
        let mut copy = http::Request::new(()).into_parts().0;
        copy.method = request.method().clone();
        copy.uri = request.uri().clone();
        copy.headers = headers.clone();
        Some(Self(copy))
    }

    async fn sign(self, hub: &Hub, response: Response) -> Response {
        let (mut head, body) = response.into_parts();
        if head.extensions.get::<Streamed>().is_some() {
            self.add_signature(hub, &mut head, &[]);
            return Response::from_parts(head, body);
        }
        // All other bodies are whole in memory, so collecting one neither waits nor fails.
        let body = match body.collect().await {
            Ok(collected) => collected.to_bytes(),
            Err(_broken) => Bytes::new(),
        };
        if !body.is_empty() && !head.headers.contains_key(CONTENT_TYPE) {
            let text = HeaderValue::from_static("text/plain; charset=utf-8");
            head.headers.insert(CONTENT_TYPE, text);
        }
        self.add_signature(hub, &mut head, &body);
        Response::from_parts(head, Body::from(body))
    }

    fn add_signature(&self, hub: &Hub, head: &mut http::response::Parts, body: &[u8]) {
        let Ok(nonce) = edge::nonce() else { return };
        let shared = hub.shared();
        let signature = signature::sign_answer(
            &shared.key,
            &AnswerHead {
                status: head.status,
                headers: &head.headers,
            },
            body,
            &RequestHead::from(&self.0),
            shared.clock.now_s(),
            &nonce,
        );
        // A signature that cannot be read cannot be answered to; the answer goes unsigned.
        if let Ok(signature) = signature {
            signature.add_to(&mut head.headers);
        }
    }
}

async fn read_body(body: Body) -> Result<Bytes, Problem> {
    let limited = Limited::new(body, BODY_BYTES_MAX);
    match tokio::time::timeout(BODY_DEADLINE, limited.collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let detail = format!("more than {BODY_BYTES_MAX} bytes");
            Err(Problem::new(Code::BodyTooLarge).with_detail(detail))
        }
        Ok(Err(_broken)) => {
            Err(Problem::new(Code::MalformedJson).with_detail("the body broke off"))
        }
        Err(_late) => Err(Problem::new(Code::RequestTimeout)),
    }
}

/// Signature first, nonce last: a request that is not its sender's burns no nonce.
fn check(hub: &Hub, head: &Parts, body: &[u8]) -> Result<Caller, Problem> {
    let shared = hub.shared();
    let now_s = shared.clock.now_s();
    let directory = hub.directory();
    let authorities = match shared.authorities.is_empty() {
        true => Authorities::AsSent,
        false => Authorities::OneOf(&shared.authorities),
    };
    let policy = Policy {
        direction: Direction::Request,
        authorities,
    };
    let keys = |kid: &_| directory.key(kid);
    let verified = signature::verify_request(&RequestHead::from(head), body, now_s, keys, &policy)?;
    if let Some(code) = lock(&shared.nonces)
        .check_and_insert(now_s, &verified)
        .refusal()
    {
        return Err(Problem::new(code));
    }
    let known = directory.by_key(&verified.kid).ok_or(Code::KeyUnknown)?;
    Ok(Caller::new(known, verified.kid))
}
