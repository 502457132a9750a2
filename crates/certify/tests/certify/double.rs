//! A participant on a real socket: the gate that every callback goes through, right or wrong.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use certify::limits;
use certify::settings::Base;
use certify::{DynamicCode, Finality, RefundOf, Report, Roles, Scheme, Settings, Shop};
use http::header::{CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{Method, StatusCode};
use money::{Amount, Currency, Money};
use participant::edge::{self, Clock};
use serde_json::Value;
use wire::error::{Code, Problem};
use wire::keys::{Jwks, SigningKey};
use wire::signature::{
    self, AnswerHead, Authorities, Direction, Freshness, NonceCache, Policy, RequestHead,
    SignatureError,
};

use crate::books::Books;
use crate::wrong::Wrong;

pub(crate) const SHOP: &str = "shop@bank";
pub(crate) const PAYER: &str = "payer@bank";
pub(crate) const PAYMENT: &str = "4dfc7a3e-1b1c-4f0a-9d7e-2f1f0d3c5b6a";
pub(crate) const PRINTED: &str = "printed";
pub(crate) const ONE_TIME: &str = "one-time";
pub(crate) const PAID_MINOR: u64 = 1_000;

/// The body and status of an answer, or a page that is no answer.
pub(crate) enum Answer {
    Json(Value),
    Problem(Problem),
    Page,
}

pub(crate) struct Double {
    hub: Arc<SigningKey>,
    own: Arc<SigningKey>,
    finality: Finality,
    base: String,
}

struct Gate {
    wrong: Wrong,
    hub: Arc<SigningKey>,
    own: Arc<SigningKey>,
    authority: String,
    nonces: Mutex<NonceCache>,
    /// The head of the request before.
    last: Mutex<Option<Parts>>,
    books: Mutex<Books>,
}

pub(crate) fn failed(report: &Report) -> Vec<&'static str> {
    let failed = report
        .cases
        .iter()
        .filter(|case| case.verdict.name() == "failed");
    failed.map(|case| case.name).collect()
}

fn key(seed: u8) -> Arc<SigningKey> {
    Arc::new(SigningKey::from_seed(&[seed; 32]).unwrap())
}

impl Double {
    pub(crate) async fn start(wrong: Wrong, finality: Finality) -> Double {
        let (hub, own) = (key(1), key(2));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let gate = Arc::new(Gate {
            wrong,
            hub: Arc::clone(&hub),
            own: Arc::clone(&own),
            authority: authority.clone(),
            nonces: Mutex::new(NonceCache::new()),
            last: Mutex::new(None),
            books: Mutex::new(Books::new(wrong, finality)),
        });
        let app = Router::new().fallback(serve).with_state(gate);
        tokio::spawn(axum::serve(listener, app).into_future());
        let base = format!("http://{authority}/link");
        Double {
            hub,
            own,
            finality,
            base,
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        let khr = |minor| Money::new(Currency::Khr, Amount::from_minor(minor).unwrap());
        Settings {
            base: Base::parse(&self.base).unwrap(),
            name: "bank".to_owned(),
            scheme: Scheme::Khqr,
            roles: Roles::Both,
            finality: self.finality,
            currency: Currency::Khr,
            key: Arc::clone(&self.hub),
            keys: Arc::new(Jwks::new([self.own.public()]).unwrap()),
            outcome_last: 0,
            shop: Some(Shop {
                account: SHOP.to_owned(),
                payload: PRINTED.to_owned(),
            }),
            dynamic: Some(DynamicCode {
                payload: ONE_TIME.to_owned(),
                price: khr(5_000),
            }),
            refund: Some(RefundOf {
                payment_id: PAYMENT.to_owned(),
                account: PAYER.to_owned(),
                rest: khr(PAID_MINOR),
            }),
            clock: Clock::system(),
        }
    }

    pub(crate) async fn certify(&self) -> Report {
        certify::certify(&self.settings()).await.unwrap()
    }
}

async fn serve(State(gate): State<Arc<Gate>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1_024 * 1_024).await.unwrap();
    let answer = gate.answer(&head, &body);
    gate.sign(&head, answer)
}

impl Gate {
    fn answer(&self, head: &Parts, body: &[u8]) -> Answer {
        if body.len() > 65_536 && self.wrong != Wrong::ReadsEverything {
            return Answer::Problem(Problem::new(Code::BodyTooLarge));
        }
        let path = head.uri.path().strip_prefix("/link").unwrap();
        let is_checked = self.wrong != Wrong::ChecksAsksOnly || path == "/credits";
        if is_checked && let Err(problem) = self.admit(head, body) {
            return Answer::Problem(problem);
        }
        let media_type = head
            .headers
            .get(CONTENT_TYPE)
            .map(|value| value.to_str().unwrap());
        let is_json = media_type.is_none_or(|text| text == "application/json");
        if !is_json && self.wrong != Wrong::TakesAnyType {
            return Answer::Problem(Problem::new(Code::UnsupportedMediaType));
        }
        let mut books = self.books.lock().unwrap();
        match (&head.method, path) {
            (&Method::POST, "/resolve") => books.resolve(body),
            (&Method::POST, "/credits") => books.ask(body),
            (&Method::POST, "/outcomes") => books.outcome(body),
            (&Method::GET, path) => books.look(path.strip_prefix("/credits/").unwrap()),
            _strange => Answer::Problem(Problem::new(Code::NotFound)),
        }
    }

    fn admit(&self, head: &Parts, body: &[u8]) -> Result<(), Problem> {
        let authorities = [self.authority.clone()];
        let policy = Policy {
            direction: Direction::Callback,
            authorities: if self.wrong == Wrong::TakesAnyHost {
                Authorities::AsSent
            } else {
                Authorities::OneOf(&authorities)
            },
        };
        let now_s = Clock::system().now_s();
        let keys = |kid: &_| (*kid == self.hub.kid()).then_some(self.hub.public());
        let head = RequestHead::from(head);
        match signature::verify_request(&head, body, now_s, keys, &policy) {
            Ok(verified) => {
                let mut nonces = self.nonces.lock().unwrap();
                let seen = nonces.check_and_insert(now_s, &verified) == Freshness::Replayed;
                if seen && self.wrong != Wrong::ForgetsNonces {
                    return Err(Problem::new(Code::NonceReplayed));
                }
                Ok(())
            }
            Err(error) if forgives(self.wrong, error) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn sign(&self, request: &Parts, answer: Answer) -> Response {
        let (status, media_type, body) = match &answer {
            Answer::Json(value) => (200, "application/json", value.to_string()),
            Answer::Problem(problem) => {
                let body = serde_json::to_string(problem).unwrap();
                let media_type = if self.wrong == Wrong::CallsProblemsJson {
                    "application/json"
                } else {
                    Problem::MEDIA_TYPE
                };
                (problem.status().as_u16(), media_type, body)
            }
            Answer::Page => (500, "text/html", "<h1>Oops</h1>".to_owned()),
        };
        let body = if self.wrong == Wrong::Floods {
            format!("{}{body}", " ".repeat(limits::ANSWER_BYTES_MAX))
        } else {
            body
        };
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        let media_type = HeaderValue::from_static(media_type);
        response.headers_mut().insert(CONTENT_TYPE, media_type);
        let is_signed = match (self.wrong, &answer) {
            (Wrong::AnswersUnsigned, _) | (_, Answer::Page) => false,
            (Wrong::LeavesProblemsUnsigned, Answer::Problem(_)) => false,
            (_, Answer::Problem(_) | Answer::Json(_)) => true,
        };
        let own = if self.wrong == Wrong::AnswersAsStranger {
            key(9)
        } else {
            Arc::clone(&self.own)
        };
        if is_signed {
            let head = AnswerHead {
                status: response.status(),
                headers: response.headers(),
            };
            let (now_s, nonce) = (Clock::system().now_s(), edge::nonce().unwrap());
            let last = self.last.lock().unwrap().replace(request.clone());
            let last = last.filter(|_head| self.wrong == Wrong::AnswersLastRequest);
            let to = RequestHead::from(last.as_ref().unwrap_or(request));
            let signed = signature::sign_answer(&own, &head, body.as_bytes(), &to, now_s, &nonce);
            // What has no signature of its own cannot get one back.
            if let Ok(signed) = signed {
                signed.add_to(response.headers_mut());
            }
        }
        *response.body_mut() = Body::from(body);
        response
    }
}

fn forgives(wrong: Wrong, error: SignatureError) -> bool {
    matches!(
        (wrong, error),
        (Wrong::BelievesUnsigned, SignatureError::Missing)
            | (Wrong::BelievesBent, SignatureError::Invalid)
            | (Wrong::BelievesStrangers, SignatureError::KeyUnknown)
            | (
                Wrong::ForgetsTime,
                SignatureError::Expired | SignatureError::FromFuture
            )
            | (Wrong::TakesRequests, SignatureError::TagWrong)
            | (Wrong::IgnoresDigest, SignatureError::DigestMismatch)
    )
}
