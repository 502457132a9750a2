//! The endpoints that the hub calls at a participant: `POST {base}/resolve`, `/credits`,
//! `/outcomes` and `GET {base}/credits/{id}`.
//!
//! Doctrine. A callback goes through the same gates in the same order, whatever it asks: size and
//! time of its body, the hub's signature over exactly our address, the nonce, then strict JSON.
//! Nothing of the institution is touched before the signature and the nonce hold. The answer is
//! signed and bound to the request; an answer to a request without a readable signature cannot be
//! bound to it and goes unsigned, and the hub will not believe it.

use core::fmt;
use core::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::header::{CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{Method, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::api::{Ask, Credit, CreditAnswer, Outcome, OutcomeReceived, Resolve, Resolved};
use wire::error::{Code, Problem};
use wire::json::{self, Limits};
use wire::keys::{Jwks, SigningKey};
use wire::signature::{
    self, AnswerHead, Authorities, Direction, Freshness, NonceCache, Policy, RequestHead,
};

use crate::edge::{self, Clock};
use crate::limits;

/// What an institution will have answered.
pub type Answering<'a, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send + 'a>>;

/// The institution behind the endpoints. Whatever it answers must be durable before it answers.
pub trait Institution: Send + Sync + 'static {
    /// Whose account is this, and may it be paid?
    fn resolve(&self, resolve: Resolve) -> Answering<'_, Resolved>;
    /// Can you credit this? The same ask gets the same answer.
    fn credit(&self, ask: Ask) -> Answering<'_, CreditAnswer>;
    /// The hub's decision; the answer acknowledges everything up to its position.
    fn outcome(&self, outcome: Outcome) -> Answering<'_, OutcomeReceived>;
    /// How far did you get with this id?
    fn look(&self, id: String) -> Answering<'_, Credit>;
}

/// Whom the endpoints believe and as whom they answer.
pub struct CallbackAuth {
    /// Our own key, for the answers.
    pub key: Arc<SigningKey>,
    /// The hub's keys.
    pub hub_keys: Arc<Jwks>,
    /// The hosts under which the hub knows us: lower case, with the port.
    pub authorities: Vec<String>,
    /// The clock that signatures are judged by.
    pub clock: Clock,
}

impl fmt::Debug for CallbackAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "CallbackAuth({:?} at {:?})",
            self.key.kid(),
            self.authorities
        )
    }
}

/// The endpoints under a base path (empty or `/something`).
pub fn router(institution: Arc<dyn Institution>, auth: CallbackAuth, base: &str) -> Router {
    let nonces = Mutex::new(NonceCache::new());
    let gate = Arc::new(Gate {
        institution,
        auth,
        nonces,
    });
    Router::new()
        .route(
            &format!("{base}/resolve"),
            post(resolve).fallback(method_not_allowed),
        )
        .route(
            &format!("{base}/credits"),
            post(credit).fallback(method_not_allowed),
        )
        .route(
            &format!("{base}/outcomes"),
            post(outcome).fallback(method_not_allowed),
        )
        .route(
            &format!("{base}/credits/{{id}}"),
            get(look).fallback(method_not_allowed),
        )
        .with_state(gate)
}

struct Gate {
    institution: Arc<dyn Institution>,
    auth: CallbackAuth,
    nonces: Mutex<NonceCache>,
}

type Shared = State<Arc<Gate>>;

async fn resolve(State(gate): Shared, request: Request) -> Response {
    let (head, body) = request.into_parts();
    gate.serve(&head, body, async |body| {
        gate.institution.resolve(read(&head, &body)?).await
    })
    .await
}

async fn credit(State(gate): Shared, request: Request) -> Response {
    let (head, body) = request.into_parts();
    gate.serve(&head, body, async |body| {
        gate.institution.credit(read(&head, &body)?).await
    })
    .await
}

async fn outcome(State(gate): Shared, request: Request) -> Response {
    let (head, body) = request.into_parts();
    gate.serve(&head, body, async |body| {
        gate.institution.outcome(read(&head, &body)?).await
    })
    .await
}

/// The id is read behind the gates: whoever may not ask is not told what makes no text either,
/// and the hub is told so with a signature.
async fn look(
    State(gate): Shared,
    id: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    gate.serve(&head, body, async |_none| {
        let Path(id) = id.map_err(|_no_text| Problem::new(Code::NotFound))?;
        gate.institution.look(id).await
    })
    .await
}

async fn method_not_allowed(State(gate): Shared, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let refuse = async |_body| Err::<(), _>(Problem::new(Code::MethodNotAllowed));
    gate.serve(&head, body, refuse).await
}

impl Gate {
    /// Takes a callback through the gates, lets the institution answer, signs the answer.
    async fn serve<T: Serialize>(
        &self,
        head: &Parts,
        body: Body,
        work: impl AsyncFnOnce(Bytes) -> Result<T, Problem>,
    ) -> Response {
        let served = async {
            let body = read_body(body).await?;
            self.admit(head, &body)?;
            work(body).await
        };
        let (status, media_type, body) = match served.await {
            Ok(answer) => match serde_json::to_vec(&answer) {
                Ok(body) => (StatusCode::OK, "application/json", body),
                Err(_unfit) => refusal(&Problem::new(Code::Internal)),
            },
            Err(problem) => {
                tracing::warn!(code = problem.code().as_str(), "a callback was refused");
                refusal(&problem)
            }
        };
        self.signed(head, status, media_type, body)
    }

    /// Signature first, nonce last: what is not from the hub costs the hub nothing.
    fn admit(&self, head: &Parts, body: &[u8]) -> Result<(), Problem> {
        let now_s = self.auth.clock.now_s();
        let policy = Policy {
            direction: Direction::Callback,
            authorities: Authorities::OneOf(&self.auth.authorities),
        };
        let keys = |kid: &_| self.auth.hub_keys.find(kid);
        let verified =
            signature::verify_request(&RequestHead::from(head), body, now_s, keys, &policy)?;
        // Nothing panics while the lock is held; a poisoned cache would still be a correct one.
        let mut nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
        match nonces.check_and_insert(now_s, &verified) {
            Freshness::Fresh => Ok(()),
            Freshness::Replayed => Err(Problem::new(Code::NonceReplayed)),
            Freshness::Full => Err(Problem::new(Code::Busy)),
        }
    }

    fn signed(
        &self,
        request: &Parts,
        status: StatusCode,
        media_type: &'static str,
        body: Vec<u8>,
    ) -> Response {
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = status;
        answer
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        if let Ok(nonce) = edge::nonce() {
            let head = AnswerHead {
                status,
                headers: answer.headers(),
            };
            let now_s = self.auth.clock.now_s();
            let request = RequestHead::from(request);
            let signature =
                signature::sign_answer(&self.auth.key, &head, &body, &request, now_s, &nonce);
            if let Ok(signature) = signature {
                signature.add_to(answer.headers_mut());
            }
        }
        *answer.body_mut() = Body::from(body);
        answer
    }
}

fn refusal(problem: &Problem) -> (StatusCode, &'static str, Vec<u8>) {
    let status = StatusCode::from_u16(problem.status().as_u16());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // A problem of texts always becomes JSON.
    (
        status,
        Problem::MEDIA_TYPE,
        serde_json::to_vec(problem).unwrap_or_default(),
    )
}

async fn read_body(body: Body) -> Result<Bytes, Problem> {
    let limited = Limited::new(body, Limits::BODY.bytes_max);
    match tokio::time::timeout(limits::BODY_DEADLINE, limited.collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            Err(Problem::new(Code::BodyTooLarge))
        }
        Ok(Err(_broken)) => Err(Problem::new(Code::MalformedJson)),
        Err(_late) => Err(Problem::new(Code::DeadlinePassed)),
    }
}

fn read<T: DeserializeOwned>(head: &Parts, body: &[u8]) -> Result<T, Problem> {
    let declared = head
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = declared
        .and_then(|text| text.split(';').next())
        .unwrap_or_default();
    if head.method == Method::POST && !essence.trim().eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(Code::UnsupportedMediaType));
    }
    json::parse(body, Limits::BODY)
}

#[cfg(test)]
mod tests;
