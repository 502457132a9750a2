//! A hub for tests: real sockets, real signatures, and a will that the test sets.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, StatusCode};
use http_body_util::BodyExt as _;
use participant::edge::{self, Clock};
use participant::http::{Answer, Call, CallError, SignedClient};
use serde::Serialize;
use wire::api::{
    LegView, MerchantPut, PaymentRequest, PaymentView, QuoteRequest, QuoteView, RatePut,
    RefundRequest, RefundView, ScanAnswer, ScannedMerchant, StateView, Versioned,
};
use wire::error::{Code, Problem};
use wire::keys::{Jwks, Kid, PublicKey, SigningKey};
use wire::signature::{
    self, AnswerHead, Authorities, Direction, NonceCache, Policy, RequestHead, Verified,
};

use super::{NOW_MS, khr, legs, quote, text};

/// What the hub does with a payment or refund that is sent to it.
#[derive(Clone, Debug)]
pub(crate) enum Will {
    /// Decides it at once, with these legs for the caller.
    Complete(Vec<LegView>),
    /// Takes it and leaves it open.
    Ask,
    /// Refuses it with this code; it was never begun.
    Refuse(Code),
    /// Says nothing that can be believed; `true` if it took the request all the same.
    Silence { took: bool },
}

#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) payments: BTreeMap<String, PaymentRequest>,
    pub(crate) views: BTreeMap<String, PaymentView>,
    pub(crate) refunds: BTreeMap<String, RefundView>,
    pub(crate) quotes: BTreeMap<String, QuoteView>,
    pub(crate) merchants: BTreeMap<String, MerchantPut>,
    pub(crate) rates: Vec<RatePut>,
    /// Method and path of every admitted request.
    pub(crate) calls: Vec<String>,
}

pub(crate) struct FakeHub {
    pub(crate) clock: Clock,
    pub(crate) url: String,
    key: Arc<SigningKey>,
    member: PublicKey,
    nonces: Mutex<NonceCache>,
    will: Mutex<Will>,
    seen: Mutex<Seen>,
}

type Told = Result<Vec<u8>, Problem>;

impl FakeHub {
    /// A hub that knows one participant's key.
    pub(crate) async fn open(member: PublicKey) -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hub = Arc::new(Self {
            clock: Clock::manual(NOW_MS),
            url: format!("http://{}", listener.local_addr().unwrap()),
            key: Arc::new(SigningKey::from_seed(&[1; 32]).unwrap()),
            member,
            nonces: Mutex::new(NonceCache::new()),
            will: Mutex::new(Will::Ask),
            seen: Mutex::default(),
        });
        let app = Router::new().fallback(serve).with_state(Arc::clone(&hub));
        tokio::spawn(axum::serve(listener, app).into_future());
        hub
    }

    pub(crate) fn jwks(&self) -> Jwks {
        Jwks::new([self.key.public()]).unwrap()
    }

    pub(crate) fn will(&self, will: Will) {
        *self.will.lock().unwrap() = will;
    }

    pub(crate) fn seen<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.seen.lock().unwrap())
    }

    /// Calls a participant back, signed.
    pub(crate) async fn call_back<B: Serialize>(
        &self,
        url: &str,
        body: Option<&B>,
    ) -> Result<Answer, CallError> {
        let client = SignedClient::new(
            Arc::clone(&self.key),
            Direction::Callback,
            self.clock.clone(),
        );
        let call = Call {
            method: if body.is_some() {
                Method::POST
            } else {
                Method::GET
            },
            uri: url.parse().unwrap(),
            body: body.map(|body| serde_json::to_vec(body).unwrap()),
            prefer_wait_s: None,
            deadline: Duration::from_secs(5),
        };
        let member = self.member;
        client
            .call(call, |kid: &Kid| (*kid == member.kid()).then_some(member))
            .await
    }

    fn admit(&self, head: &http::request::Parts, body: &[u8]) -> Verified {
        let authority = self.url.strip_prefix("http://").unwrap().to_owned();
        let policy = Policy {
            direction: Direction::Request,
            authorities: Authorities::OneOf(&[authority]),
        };
        let now_s = self.clock.now_s();
        let keys = |kid: &Kid| (*kid == self.member.kid()).then_some(self.member);
        let head = RequestHead::from(head);
        let verified = signature::verify_request(&head, body, now_s, keys, &policy).unwrap();
        let fresh = self
            .nonces
            .lock()
            .unwrap()
            .check_and_insert(now_s, &verified);
        assert_eq!(
            fresh,
            signature::Freshness::Fresh,
            "a request is signed anew each time"
        );
        verified
    }

    fn answer(&self, method: &Method, path: &str, body: &[u8]) -> Told {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match (method.as_str(), parts.as_slice()) {
            ("POST", ["v1", "scans"]) => told(&scanned()),
            ("POST", ["v1", "quotes"]) => self.quoted(&given::<QuoteRequest>(body)),
            ("POST", ["v1", "payments"]) => self.paid(&given::<PaymentRequest>(body)),
            ("POST", ["v1", "payments", id, "cancel"]) => self.cancelled(id),
            ("POST", ["v1", "payments", id, "refunds"]) => {
                self.refunded(id, &given::<RefundRequest>(body))
            }
            ("GET", ["v1", "payments", id]) => {
                let view = self.seen(|seen| seen.views.get(*id).cloned());
                told(&view.ok_or(Code::PaymentUnknown)?)
            }
            ("GET", ["v1", "payments", _, "refunds", id]) => {
                let view = self.seen(|seen| seen.refunds.get(*id).cloned());
                told(&view.ok_or(Code::PaymentUnknown)?)
            }
            ("PUT", ["v1", "rates"]) => self.rate(given(body)),
            ("PUT", ["v1", "merchants", id]) => {
                let put: MerchantPut = given(body);
                let version = put.version;
                self.seen(|seen| seen.merchants.insert((*id).to_owned(), put));
                told(&Versioned {
                    version,
                    sequence: 1,
                })
            }
            other => panic!("{other:?}"),
        }
    }

    fn quoted(&self, request: &QuoteRequest) -> Told {
        assert_eq!(request.scan, "sps1.made.up");
        let quote = quote(&request.payment_id, khr(80_536));
        self.seen(|seen| {
            seen.quotes
                .insert(request.payment_id.clone(), quote.clone())
        });
        told(&quote)
    }

    fn paid(&self, request: &PaymentRequest) -> Told {
        let id = request.payment_id.clone();
        self.seen(
            |seen| match seen.payments.insert(id.clone(), request.clone()) {
                Some(before) => assert_eq!(before, *request, "a repetition has the same body"),
                None => assert_eq!(seen.quotes[&id].quote, request.quote),
            },
        );
        let will = self.will.lock().unwrap().clone();
        let known = self.seen(|seen| seen.views.get(&id).cloned());
        let view = match (known, will) {
            (_, Will::Refuse(code)) => return Err(Problem::new(code)),
            (_, Will::Silence { took: false }) => return told(&()),
            (Some(view), Will::Ask | Will::Silence { took: true }) => view,
            (_, Will::Complete(legs)) => payment(&id, StateView::Completed, legs),
            (None, Will::Ask | Will::Silence { took: true }) => {
                payment(&id, StateView::Asked, Vec::new())
            }
        };
        self.seen(|seen| seen.views.insert(id, view.clone()));
        told(&view)
    }

    /// Forbids what it does not know, says how the rest stands.
    fn cancelled(&self, id: &str) -> Told {
        let view = self.seen(|seen| {
            let none = || payment(id, StateView::Cancelled, Vec::new());
            seen.views.entry(id.to_owned()).or_insert_with(none).clone()
        });
        told(&view)
    }

    fn refunded(&self, payment_id: &str, request: &RefundRequest) -> Told {
        let will = self.will.lock().unwrap().clone();
        let (state, own) = match will {
            Will::Refuse(code) => return Err(Problem::new(code)),
            Will::Silence { took: false } => return told(&()),
            Will::Complete(own) => (StateView::Completed, own),
            Will::Ask | Will::Silence { took: true } => (StateView::Reserved, Vec::new()),
        };
        let view = RefundView {
            refund_id: request.refund_id.clone(),
            payment_id: payment_id.to_owned(),
            state,
            reason: None,
            deadline: None,
            amount: request.amount.clone(),
            payer_amount: text("KHR", "26712"),
            legs: own,
            created_at: edge::rfc3339(NOW_MS),
            decided_at: None,
            sequence: None,
            hash: None,
            window: None,
        };
        self.seen(|seen| seen.refunds.insert(request.refund_id.clone(), view.clone()));
        told(&view)
    }

    fn rate(&self, put: RatePut) -> Told {
        let version = put.version;
        self.seen(|seen| seen.rates.push(put));
        told(&Versioned {
            version,
            sequence: 1,
        })
    }
}

async fn serve(State(hub): State<Arc<FakeHub>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    hub.admit(&head, &body);
    let path = head.uri.path();
    hub.seen(|seen| seen.calls.push(format!("{} {path}", head.method)));
    let answered = hub.answer(&head.method, path, &body);
    let (status, body) = match answered {
        Ok(body) => (StatusCode::OK, body),
        Err(problem) => {
            let status = StatusCode::from_u16(problem.status().as_u16()).unwrap();
            (status, serde_json::to_vec(&problem).unwrap())
        }
    };
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    answer
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let silent = matches!(*hub.will.lock().unwrap(), Will::Silence { .. });
    if !silent {
        let answer_head = AnswerHead {
            status,
            headers: answer.headers(),
        };
        let (now_s, nonce) = (hub.clock.now_s(), edge::nonce().unwrap());
        let asked = RequestHead::from(&head);
        let signed =
            signature::sign_answer(&hub.key, &answer_head, &body, &asked, now_s, &nonce).unwrap();
        signed.add_to(answer.headers_mut());
    }
    *answer.body_mut() = Body::from(body);
    answer
}

fn given<T: serde::de::DeserializeOwned>(body: &[u8]) -> T {
    serde_json::from_slice(body).unwrap()
}

fn told<T: Serialize>(answer: &T) -> Told {
    Ok(serde_json::to_vec(answer).unwrap())
}

pub(crate) fn payment(id: &str, state: StateView, legs: Vec<LegView>) -> PaymentView {
    let completed = state == StateView::Completed;
    PaymentView {
        payment_id: id.to_owned(),
        state,
        reason: None,
        deadline: None,
        created_at: edge::rfc3339(NOW_MS),
        decided_at: None,
        sequence: None,
        hash: None,
        window: None,
        terms: None,
        legs,
        refunded: None,
        receipt: completed.then(|| "spr1.made-up".to_owned()),
    }
}

fn scanned() -> ScanAnswer {
    ScanAnswer {
        scan: "sps1.made.up".to_owned(),
        expires_at: edge::rfc3339(NOW_MS + 600_000),
        scheme: "JPQR".to_owned(),
        corridor: "KH-JP".to_owned(),
        payee: "netstars".to_owned(),
        merchant: ScannedMerchant {
            id: "9000000000001-0001-000001-000001".to_owned(),
            name: "Noodle House Tsuru".to_owned(),
            name_local: None,
            city: "Osaka".to_owned(),
        },
        currency: "JPY".to_owned(),
        amount: None,
        amount_min: text("JPY", "1"),
        amount_max: text("JPY", "1000000"),
        payer_currencies: vec!["KHR".to_owned()],
        code_expires_at: None,
        findings: Vec::new(),
    }
}

/// ACLEDA's legs of the design's first payment.
pub(crate) fn acleda_legs() -> Vec<LegView> {
    legs(&[
        ("exchange", "acleda", "fx1", "KHR", "80136"),
        ("switch_fee", "acleda", "house", "KHR", "100"),
        ("issuer_share", "fx1", "acleda", "JPY", "12"),
    ])
}
