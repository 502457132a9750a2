//! The endpoints on real sockets, called as the hub calls them and as it must not.

use core::time::Duration;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::Uri;
use wire::api::{CreditState, CreditVerdict};
use wire::keys::{Kid, PublicKey};
use wire::signature::SignatureError;

use super::*;
use crate::http::{Call, CallError, SignedClient, read_answer};

/// Counts what got through the gates.
#[derive(Default)]
struct Counter(AtomicUsize);

impl Counter {
    fn count<T: Send + 'static>(&self, answer: Result<T, Problem>) -> Answering<'_, T> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move { answer })
    }
}

impl Institution for Counter {
    fn resolve(&self, resolve: Resolve) -> Answering<'_, Resolved> {
        let (name, city) = (resolve.account, String::new());
        let answer = Resolved {
            found: true,
            accepting: true,
            name,
            name_local: None,
            city,
        };
        self.count(Ok(answer))
    }

    fn credit(&self, ask: Ask) -> Answering<'_, CreditAnswer> {
        let answer = CreditAnswer {
            id: ask.id,
            verdict: CreditVerdict::Accepted,
            reason: None,
        };
        self.count(Ok(answer))
    }

    fn outcome(&self, _outcome: Outcome) -> Answering<'_, OutcomeReceived> {
        self.count(Err(
            Problem::new(Code::PaymentIdConflict).with_detail("not today")
        ))
    }

    fn look(&self, id: String) -> Answering<'_, Credit> {
        self.count(Ok(Credit {
            id,
            state: CreditState::NotFound,
        }))
    }
}

struct Place {
    hub: Arc<SigningKey>,
    bank: Arc<SigningKey>,
    clock: Clock,
    counter: Arc<Counter>,
    url: String,
}

fn key(seed: u8) -> Arc<SigningKey> {
    Arc::new(SigningKey::from_seed(&[seed; 32]).unwrap())
}

impl Place {
    async fn open() -> Self {
        let (hub, bank, clock) = (key(1), key(2), Clock::manual(1_795_392_000_000));
        let counter = Arc::new(Counter::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let auth = CallbackAuth {
            key: Arc::clone(&bank),
            hub_keys: Arc::new(Jwks::new([hub.public()]).unwrap()),
            authorities: vec![authority.clone()],
            clock: clock.clone(),
        };
        let institution: Arc<dyn Institution> = counter.clone();
        let app = router(institution, auth, "/link");
        tokio::spawn(axum::serve(listener, app).into_future());
        Self {
            hub,
            bank,
            clock,
            counter,
            url: format!("http://{authority}/link"),
        }
    }

    fn client(&self, key: &Arc<SigningKey>, direction: Direction) -> SignedClient {
        SignedClient::new(Arc::clone(key), direction, self.clock.clone())
    }

    fn call(&self, path: &str, body: Option<&str>) -> Call {
        Call {
            method: if body.is_some() {
                Method::POST
            } else {
                Method::GET
            },
            uri: format!("{}{path}", self.url).parse::<Uri>().unwrap(),
            body: body.map(|body| body.as_bytes().to_vec()),
            prefer_wait_s: None,
            deadline: Duration::from_secs(5),
        }
    }

    fn banks(&self) -> impl Fn(&Kid) -> Option<PublicKey> {
        let bank = self.bank.public();
        move |kid| (*kid == bank.kid()).then_some(bank)
    }

    fn reached(&self) -> usize {
        self.counter.0.load(Ordering::SeqCst)
    }
}

const RESOLVE: &str =
    r#"{"scheme":"KHQR","account":"shop@sthp","currency":"KHR","payload":"0002"}"#;

#[tokio::test]
async fn the_hub_is_answered_and_the_answer_is_bound_to_its_request() {
    let place = Place::open().await;
    let client = place.client(&place.hub, Direction::Callback);
    let call = place.call("/resolve", Some(RESOLVE));
    let answer = client.call(call, place.banks()).await.unwrap();
    assert_eq!(read_answer::<Resolved>(&answer).unwrap().name, "shop@sthp");
    let call = place.call("/credits/an-id", None);
    let answer = client.call(call, place.banks()).await.unwrap();
    let credit = Credit {
        id: "an-id".to_owned(),
        state: CreditState::NotFound,
    };
    assert_eq!(read_answer::<Credit>(&answer).unwrap(), credit);
    assert_eq!(place.reached(), 2);
    // Somebody else's signature under the answer is as good as no answer.
    let strangers = |kid: &Kid| (*kid == key(9).kid()).then_some(key(9).public());
    let call = place.call("/credits/an-id", None);
    let error = client.call(call, strangers).await.unwrap_err();
    let reason = SignatureError::KeyUnknown;
    assert!(
        matches!(&error, CallError::Untrusted { reason: r, .. } if *r == reason),
        "{error}"
    );
    assert!(error.problem().is_none());
}

#[tokio::test]
async fn escapes_that_make_no_text_are_a_signed_problem_and_name_nothing() {
    let place = Place::open().await;
    for (signer, code) in [(&place.hub, Code::NotFound), (&key(9), Code::KeyUnknown)] {
        let client = place.client(signer, Direction::Callback);
        let call = place.call("/credits/%FF", None);
        let error = client.call(call, place.banks()).await.unwrap_err();
        assert!(matches!(&error, CallError::Problem(_)), "{error}");
        assert_eq!(error.problem().map(Problem::code), Some(code));
    }
    assert_eq!(place.reached(), 0);
}

#[tokio::test]
async fn the_institutions_own_words_come_back_as_a_signed_problem() {
    let place = Place::open().await;
    let client = place.client(&place.hub, Direction::Callback);
    let outcome = r#"{"outcome_sequence":1,"id":"a","kind":"payment","payment_id":"a",
        "role":"fx","state":"completed","decided_at":"","sequence":1,"hash":"",
        "amount":{"currency":"JPY","amount":"1"},"payer_amount":{"currency":"JPY","amount":"1"},
        "rate":{"base":"JPY","quote":"KHR","value":"1"},"legs":[]}"#;
    let call = place.call("/outcomes", Some(outcome));
    let error = client.call(call, place.banks()).await.unwrap_err();
    let problem = error.problem().unwrap();
    assert_eq!(
        (problem.code(), problem.detail()),
        (Code::PaymentIdConflict, Some("not today"))
    );
    assert_eq!(place.reached(), 1);
}

#[tokio::test]
async fn who_is_not_the_hub_reaches_nothing_on_any_endpoint() {
    let place = Place::open().await;
    let strangers = (key(9), Direction::Callback, Code::KeyUnknown);
    let own = (
        Arc::clone(&place.bank),
        Direction::Callback,
        Code::KeyUnknown,
    );
    // The hub's key with a participant's tag: a request that came back as a callback.
    let mirrored = (
        Arc::clone(&place.hub),
        Direction::Request,
        Code::SignatureMalformed,
    );
    for (signer, direction, code) in [strangers, own, mirrored] {
        let client = place.client(&signer, direction);
        for (path, body) in [
            ("/resolve", Some("{}")),
            ("/credits", Some("{}")),
            ("/outcomes", Some("{}")),
            ("/credits/an-id", None),
        ] {
            let error = client
                .call(place.call(path, body), place.banks())
                .await
                .unwrap_err();
            let problem = error.problem().map(Problem::code);
            assert_eq!(problem, Some(code), "{path}: {error}");
        }
    }
    assert_eq!(place.reached(), 0);
}

#[tokio::test]
async fn an_unsigned_callback_reaches_nothing_and_its_answer_is_unsigned() {
    let place = Place::open().await;
    let client = place.client(&place.hub, Direction::Callback);
    let uri = place.call("/credits/an-id", None).uri;
    let error = client.fetch(uri, Duration::from_secs(5)).await.unwrap_err();
    assert_eq!(
        error.problem().map(Problem::code),
        Some(Code::SignatureMissing)
    );
    assert_eq!(place.reached(), 0);
}

/// Serves one request without a socket, so that its bytes can be repeated or bent.
async fn status_of(gate: &Arc<Gate>, head: &Parts, body: &[u8]) -> u16 {
    let body = Body::from(body.to_vec());
    let work = async |bytes: Bytes| gate.institution.resolve(read(head, &bytes)?).await;
    gate.serve(head, body, work).await.status().as_u16()
}

fn signed_head(place: &Place, media_type: &'static str, body: &[u8]) -> Parts {
    let request = http::Request::post(format!("{}/resolve", place.url));
    let request = request.header(CONTENT_TYPE, media_type).body(()).unwrap();
    let (mut head, ()) = request.into_parts();
    let (now_s, nonce) = (place.clock.now_s(), edge::nonce().unwrap());
    let request = RequestHead::from(&head);
    let (key, way) = (&place.hub, Direction::Callback);
    let signature = signature::sign_request(key, &request, body, way, now_s, &nonce).unwrap();
    signature.add_to(&mut head.headers);
    head
}

#[tokio::test]
async fn a_callback_counts_once_in_its_time_with_its_own_body() {
    let place = Place::open().await;
    let authority = place
        .url
        .strip_prefix("http://")
        .unwrap()
        .split('/')
        .next()
        .unwrap();
    let auth = CallbackAuth {
        key: Arc::clone(&place.bank),
        hub_keys: Arc::new(Jwks::new([place.hub.public()]).unwrap()),
        authorities: vec![authority.to_owned()],
        clock: place.clock.clone(),
    };
    let institution: Arc<dyn Institution> = place.counter.clone();
    let gate = Arc::new(Gate {
        institution,
        auth,
        nonces: Mutex::new(NonceCache::new()),
    });
    let body = RESOLVE.as_bytes();
    let json = "application/json";
    let head = signed_head(&place, json, body);
    assert_eq!(status_of(&gate, &head, b"{}").await, 401, "another body");
    assert_eq!(status_of(&gate, &head, body).await, 200);
    assert_eq!(status_of(&gate, &head, body).await, 401, "the same again");
    let head = signed_head(&place, "text/plain", body);
    assert_eq!(status_of(&gate, &head, body).await, 415);
    let long = vec![b' '; Limits::BODY.bytes_max + 1];
    assert_eq!(
        status_of(&gate, &signed_head(&place, json, &long), &long).await,
        413
    );
    let twice = br#"{"scheme":"KHQR","scheme":"KHQR"}"#;
    assert_eq!(
        status_of(&gate, &signed_head(&place, json, twice), twice).await,
        400
    );
    let head = signed_head(&place, json, body);
    place.clock.advance_ms(91_000);
    assert_eq!(status_of(&gate, &head, body).await, 401, "too old");
    assert_eq!(place.reached(), 1);
}
