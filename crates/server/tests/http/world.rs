//! The network of the story: a hub, its participants, and hands to write requests with.

use std::collections::BTreeMap;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use emvqr::{Dynamic, JpqrBuilder, KhqrBuilder, StoreId};
use http::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use money::{Amount, BasisPoints, Currency, Rate, Rounding};
use participant::edge::{self, Clock};
use participant::hub::{HubClient, HubSettings};
use serde_json::{Value, json};
use server::{Config, NotifySettings, Running, Schedule, Targets};
use switch::{
    Corridor, CorridorAt, CorridorId, CustomerFee, DoubtDecision, Finality, Input, LossBearer,
    MerchantFee, Participant, ParticipantId, PayerCurrency, Reference, RefundFees, Role, Span,
    Standing, Tier, Time,
};
use tempfile::TempDir;
use tokio::net::TcpListener;
use wire::api::{
    MerchantPut, MerchantStatus, Money, Party, PaymentRequest, PaymentView, QuoteRequest,
    QuoteView, Resolved, ScanRequest, Screening, ScreeningVerdict,
};
use wire::keys::{Jwks, SigningKey};
use wire::signature::{self, Direction, RequestHead};

use crate::fake::Fake;

pub(crate) const STORE: &str = "0000000000001-0001-000001-000001";
pub(crate) const CLOSED_STORE: &str = "0000000000001-0001-000001-000002";
pub(crate) const HOME_STORE: &str = "0000000000001-0001-000001-000003";
pub(crate) const NAMES: [&str; 6] = ["acleda", "sathapana", "netstars", "fx1", "fx2", "house"];
/// Two people who run the hub; they come after the participants of the story.
pub(crate) const OPERATORS: [&str; 2] = ["op1", "op2"];
const NOW_MS: i64 = 1_795_392_000_000;
const DEADLINE: Duration = Duration::from_secs(20);

pub(crate) struct World {
    folder: TempDir,
    pub(crate) clock: Clock,
    pub(crate) running: Running,
    keys: BTreeMap<&'static str, Arc<SigningKey>>,
    fakes: BTreeMap<&'static str, Arc<Fake>>,
    config: Config,
}

/// What came back, as it came.
#[derive(Clone, Debug)]
pub(crate) struct Raw {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Raw {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The code of a problem; an answer that is none reads as its status.
    pub(crate) fn code(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        match body.get("code").and_then(Value::as_str) {
            Some(code) => code.to_owned(),
            None => self.status.as_u16().to_string(),
        }
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Finality::Confirm).await
    }

    /// `finality` is that of the Japanese rail.
    pub(crate) async fn with(finality: Finality) -> Self {
        Self::notified(finality, notify()).await
    }

    /// With certificates that `https` addresses of webhooks are checked by.
    pub(crate) async fn trusting(roots: &Path) -> Self {
        let roots = Some(roots.to_owned());
        let settings = NotifySettings { roots, ..notify() };
        Self::notified(Finality::Confirm, settings).await
    }

    async fn notified(finality: Finality, notify: NotifySettings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::manual(NOW_MS);
        let hub_key = SigningKey::from_seed(&[200; 32]).unwrap();
        let hub_keys = Arc::new(Jwks::new([hub_key.public()]).unwrap());
        let mut options = std::fs::OpenOptions::new();
        let pem = folder.path().join("hub.pem");
        let mut file = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&pem)
            .unwrap();
        std::io::Write::write_all(&mut file, hub_key.to_pem().unwrap().as_bytes()).unwrap();
        let mut keys = BTreeMap::new();
        let mut fakes = BTreeMap::new();
        let mut participants = Vec::new();
        for (seed, name) in (1_u8..).zip(NAMES) {
            let key = Arc::new(SigningKey::from_seed(&[seed; 32]).unwrap());
            let mut callback_url = String::new();
            if name != "house" {
                let served = Fake::serve(Arc::clone(&key), Arc::clone(&hub_keys), clock.clone());
                let (fake, url) = served.await;
                fakes.insert(name, fake);
                callback_url = url;
            }
            participants.push(participant(name, &key, callback_url, finality));
            keys.insert(name, key);
        }
        for (seed, name) in (20_u8..).zip(OPERATORS) {
            let key = Arc::new(SigningKey::from_seed(&[seed; 32]).unwrap());
            participants.push(participant(name, &key, String::new(), finality));
            keys.insert(name, key);
        }
        let config = Config {
            data: folder.path().join("hub"),
            key: pem,
            authorities: Vec::new(),
            clock: clock.clone(),
            bootstrap: bootstrap(participants),
            notify,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let running = server::start(config.clone(), listener).await.unwrap();
        let world = Self {
            folder,
            clock,
            running,
            keys,
            fakes,
            config,
        };
        world.open_shops().await;
        world
    }

    /// Stops the hub and starts it again on the same files.
    pub(crate) async fn restart(self) -> Self {
        self.restart_with(|_folder| ()).await
    }

    /// As [`World::restart`]; meanwhile somebody is at the files.
    pub(crate) async fn restart_with(self, change: impl FnOnce(&Path)) -> Self {
        let Self {
            folder,
            clock,
            running,
            keys,
            fakes,
            config,
        } = self;
        running.stop().await;
        change(folder.path());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let running = server::start(config.clone(), listener).await.unwrap();
        Self {
            folder,
            clock,
            running,
            keys,
            fakes,
            config,
        }
    }

    pub(crate) async fn stop(self) {
        self.running.stop().await;
    }

    /// Every file of the hub's folder.
    pub(crate) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(self.folder.path().join("hub")).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                let name = entry.file_name().into_string().unwrap();
                found.push((name, std::fs::read(entry.path()).unwrap()));
            }
        }
        found
    }

    pub(crate) fn fake(&self, name: &str) -> &Fake {
        &self.fakes[name]
    }

    pub(crate) fn key(&self, name: &str) -> &SigningKey {
        &self.keys[name]
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.running.address())
    }

    pub(crate) fn client(&self, name: &str) -> HubClient {
        HubClient::new(HubSettings {
            url: self.url(),
            key: Arc::clone(&self.keys[name]),
            hub_keys: Arc::new(self.running.hub().keys().clone()),
            clock: self.clock.clone(),
            deadline: DEADLINE,
        })
    }

    /// A hash of everything that the hub knows about money.
    pub(crate) async fn state_hash(&self) -> String {
        let audit = self.client("house").audit().await.unwrap();
        assert!(
            audit.identities.iter().all(|identity| identity.holds),
            "{audit:?}"
        );
        audit.state_hash
    }

    /// Waits until everybody has acknowledged every outcome, so that nothing changes by itself.
    pub(crate) async fn quiet(&self) {
        let asking = async {
            loop {
                let page = self
                    .send(&Method::GET, "/metrics", HeaderMap::new(), b"")
                    .await;
                let page = String::from_utf8(page.body.to_vec()).unwrap();
                let mut lags = page
                    .lines()
                    .filter(|line| line.starts_with("spean_outcome_lag{"));
                if lags.all(|line| line.ends_with("} 0")) {
                    return;
                }
            }
        };
        tokio::time::timeout(DEADLINE, asking).await.unwrap();
    }

    /// Lets a minute pass and waits until nothing that is decided is in memory any more.
    pub(crate) async fn empty(&self) {
        self.quiet().await;
        self.clock.advance_ms(61_000);
        self.gone().await;
    }

    /// Waits until nothing that is decided is in memory any more.
    pub(crate) async fn gone(&self) {
        let asking = async {
            loop {
                let page = self
                    .send(&Method::GET, "/metrics", HeaderMap::new(), b"")
                    .await;
                let page = String::from_utf8(page.body.to_vec()).unwrap();
                if page.lines().any(|line| line == "spean_items_in_memory 0") {
                    return;
                }
            }
        };
        tokio::time::timeout(DEADLINE, asking).await.unwrap();
    }

    pub(crate) async fn scan(&self, who: &str, payload: &str) -> wire::api::ScanAnswer {
        let request = ScanRequest {
            payload: payload.to_owned(),
        };
        self.client(who).scan(&request).await.unwrap()
    }

    pub(crate) async fn quote(&self, who: &str, payload: &str, amount: Money) -> QuoteView {
        let scan = self.scan(who, payload).await.scan;
        let payment_id = edge::payment_id();
        let request = QuoteRequest {
            payment_id,
            scan,
            amount,
            payer_currency: None,
        };
        self.client(who).quote(&request).await.unwrap()
    }

    /// Scans, quotes and pays the counter's code of the story's shop.
    pub(crate) async fn pay(&self, amount: &str, wait_s: Option<u32>) -> PaymentView {
        let quote = self.quote("acleda", &jpqr(STORE, None), jpy(amount)).await;
        self.client("acleda")
            .pay(&payment_request(&quote), wait_s)
            .await
            .unwrap()
    }

    /// Sends a request as it is written.
    pub(crate) async fn send(
        &self,
        method: &Method,
        path: &str,
        headers: HeaderMap,
        body: &[u8],
    ) -> Raw {
        let uri: Uri = format!("{}{path}", self.url()).parse().unwrap();
        let mut request = Request::builder().method(method).uri(uri);
        *request.headers_mut().unwrap() = headers;
        let request = request
            .body(Full::new(Bytes::copy_from_slice(body)))
            .unwrap();
        let client = Client::builder(TokioExecutor::new()).build_http();
        let answer = client.request(request).await.unwrap();
        let (head, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Raw {
            status: head.status,
            headers: head.headers,
            body,
        }
    }

    /// Sends a request whose answer may not end: `stream`, or what was answered if it is a problem.
    pub(crate) async fn head(
        &self,
        method: &Method,
        path: &str,
        headers: HeaderMap,
    ) -> Result<String, Raw> {
        let uri: Uri = format!("{}{path}", self.url()).parse().unwrap();
        let mut request = Request::builder().method(method).uri(uri);
        *request.headers_mut().unwrap() = headers;
        let request = request.body(Full::<Bytes>::default()).unwrap();
        let client = Client::builder(TokioExecutor::new()).build_http();
        let (head, body) = client.request(request).await.unwrap().into_parts();
        if head.status == StatusCode::OK {
            assert_eq!(head.headers[CONTENT_TYPE], "text/event-stream");
            return Ok("stream".to_owned());
        }
        Err(Raw {
            status: head.status,
            headers: head.headers,
            body: body.collect().await.unwrap().to_bytes(),
        })
    }

    /// The headers of a request signed properly, by any key, `late_s` seconds ago.
    pub(crate) fn headers(
        &self,
        key: &SigningKey,
        method: &Method,
        path: &str,
        body: &[u8],
        late_s: i64,
    ) -> HeaderMap {
        let direction = Direction::Request;
        self.headers_towards(direction, key, method, path, body, late_s)
    }

    pub(crate) fn headers_towards(
        &self,
        direction: Direction,
        key: &SigningKey,
        method: &Method,
        path: &str,
        body: &[u8],
        late_s: i64,
    ) -> HeaderMap {
        let uri: Uri = path.parse().unwrap();
        let mut headers = HeaderMap::new();
        let host = self.running.address().to_string();
        headers.insert(HOST, HeaderValue::try_from(host).unwrap());
        if !body.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let head = RequestHead {
            method,
            uri: &uri,
            headers: &headers,
        };
        let now_s = self.clock.now_s().checked_add_signed(-late_s).unwrap();
        let nonce = edge::nonce().unwrap();
        let signed = signature::sign_request(key, &head, body, direction, now_s, &nonce).unwrap();
        signed.add_to(&mut headers);
        headers
    }

    /// A properly signed request with whatever body.
    pub(crate) async fn signed(&self, who: &str, method: &str, path: &str, body: &[u8]) -> Raw {
        let method: Method = method.parse().unwrap();
        let headers = self.headers(self.key(who), &method, path, body, 0);
        self.send(&method, path, headers, body).await
    }

    async fn open_shops(&self) {
        for (store, accepts_foreign, status) in [
            (STORE, true, MerchantStatus::Active),
            (CLOSED_STORE, true, MerchantStatus::Suspended),
            (HOME_STORE, false, MerchantStatus::Active),
        ] {
            let merchant = MerchantPut {
                version: 1,
                name: "Noodle House Tsuru".into(),
                name_local: Some("ヌードル鶴".into()),
                city: "Tokyo".into(),
                category: "5812".into(),
                accepts_foreign,
                status,
            };
            self.client("netstars")
                .put_merchant(store, &merchant)
                .await
                .unwrap();
        }
        let open = Resolved {
            found: true,
            accepting: true,
            name: "Mekong Coffee".into(),
            name_local: Some("មេគង្គ កាហ្វេ".into()),
            city: "Phnom Penh".into(),
        };
        let closed = Resolved {
            accepting: false,
            ..open.clone()
        };
        let mut accounts = self.fake("sathapana").accounts.lock().unwrap();
        accounts.insert("mekong@sthp".into(), open);
        accounts.insert("shut@sthp".into(), closed);
    }
}

pub(crate) fn jpqr(store: &str, amount: Option<u64>) -> String {
    let builder = JpqrBuilder::new(StoreId::parse(store).unwrap())
        .category("5812")
        .name("NOODLE HOUSE TSURU")
        .city("TOKYO")
        .postal_code("1060032")
        .local_name("ヌードル鶴");
    match amount {
        Some(amount) => builder.amount(amount).bill("B-1").build().unwrap(),
        None => builder.build().unwrap(),
    }
}

pub(crate) fn khqr(account: &str, currency: emvqr::Currency) -> String {
    KhqrBuilder::individual(account)
        .name("Mekong Coffee")
        .currency(currency)
        .build()
        .unwrap()
}

/// A code for one payment, good for five minutes.
pub(crate) fn khqr_once(account: &str, amount_minor: u64, created_ms: i64) -> String {
    let dynamic = Dynamic {
        amount_minor,
        created_ms,
        expires_ms: created_ms + 300_000,
    };
    let builder = KhqrBuilder::individual(account).name("Mekong Coffee");
    builder
        .currency(emvqr::Currency::KHR)
        .dynamic(dynamic)
        .build()
        .unwrap()
}

pub(crate) fn jpy(amount: &str) -> Money {
    Money {
        currency: "JPY".into(),
        amount: amount.into(),
    }
}

pub(crate) fn khr(amount: &str) -> Money {
    Money {
        currency: "KHR".into(),
        amount: amount.into(),
    }
}

pub(crate) fn payment_request(quote: &QuoteView) -> PaymentRequest {
    PaymentRequest {
        payment_id: quote.payment_id.clone(),
        quote: quote.quote.clone(),
        debtor: Party {
            name: "Sok Dara".into(),
            account: "dara@aclb".into(),
        },
        debtor_agent: None,
        screening: Screening {
            verdict: ScreeningVerdict::Clear,
        },
    }
}

pub(crate) fn payment_json(quote: &QuoteView) -> Value {
    json!({
        "payment_id": quote.payment_id,
        "quote": quote.quote,
        "debtor": {"name": "Sok Dara", "account": "dara@aclb"},
        "screening": {"verdict": "clear"},
    })
}

fn participant(
    name: &str,
    key: &SigningKey,
    callback_url: String,
    finality: Finality,
) -> Participant {
    let (scheme, roles, bank): (_, &[Role], _) = match name {
        "acleda" => ("KHQR", &[Role::Payer, Role::Payee], Some("aclb")),
        "sathapana" => ("KHQR", &[Role::Payer, Role::Payee], Some("sthp")),
        "netstars" => ("JPQR", &[Role::Payer, Role::Payee], None),
        "house" => ("HOUSE", &[Role::House, Role::Operator], None),
        "op1" | "op2" => ("OPS", &[Role::Operator], None),
        _ => ("FX", &[Role::Fx], None),
    };
    Participant {
        name: name.to_owned(),
        scheme: scheme.to_owned(),
        roles: roles.to_vec(),
        finality: if name == "netstars" {
            finality
        } else {
            Finality::Confirm
        },
        keys: vec![*key.public().as_bytes()],
        callback_url,
        banks: bank.into_iter().map(str::to_owned).collect(),
        is_active: true,
    }
}

/// Three attempts: at once, after 5 s and after another minute.
fn notify() -> NotifySettings {
    NotifySettings {
        schedule: Schedule::new(vec![Duration::from_secs(5), Duration::from_secs(60)]),
        targets: Targets::Any,
        ..NotifySettings::default()
    }
}

fn bootstrap(participants: Vec<Participant>) -> Vec<Input> {
    let minor = |minor| Amount::from_minor(minor).unwrap();
    let now = Time(NOW_MS * 1_000_000);
    let valid_until = now.after(Span::from_seconds(86_400));
    let rate = |value| Rate::parse(Currency::Jpy, Currency::Khr, value).unwrap();
    let mut inputs: Vec<Input> = participants
        .into_iter()
        .map(Input::SetParticipant)
        .collect();
    inputs.push(Input::OpenWindow);
    inputs.extend(
        corridors()
            .into_iter()
            .map(|one| Input::SetCorridor(Box::new(one))),
    );
    for participant in (0..5).map(ParticipantId) {
        for (currency, cap) in [(Currency::Khr, 50_000_000), (Currency::Jpy, 5_000_000)] {
            inputs.push(Input::SetCap {
                participant,
                currency,
                cap: minor(cap),
            });
        }
    }
    let reference = Reference {
        version: 1,
        valid_until,
        rate: rate("26.5"),
    };
    inputs.push(Input::SetReference(reference));
    for (corridor, provider, value) in [
        (0, 3, "26.712"),
        (0, 4, "26.8"),
        (1, 3, "26.288"),
        (1, 4, "26.2"),
    ] {
        inputs.push(Input::SetStanding(Standing {
            provider: ParticipantId(provider),
            corridor: CorridorId(corridor),
            version: 1,
            valid_until,
            tiers: vec![Tier {
                amount_max: Amount::MAX,
                rate: rate(value),
            }],
            exposure_max: minor(10_000_000),
        }));
    }
    inputs
}

fn corridors() -> [Corridor; 2] {
    let points = |points| BasisPoints::new(points).unwrap();
    let minor = |minor| Amount::from_minor(minor).unwrap();
    let outward = Corridor {
        at: CorridorAt {
            id: CorridorId(0),
            version: 0,
        },
        name: "KH-JP".into(),
        payer_scheme: "KHQR".into(),
        payee_scheme: "JPQR".into(),
        payer_currencies: vec![PayerCurrency {
            currency: Currency::Khr,
            day_max: minor(2_000_000),
            switch_fee: minor(100),
            customer_fees: vec![CustomerFee {
                participant: ParticipantId(0),
                amount: minor(400),
            }],
        }],
        payee_currency: Currency::Jpy,
        active_from: Time(0),
        amount_min: minor(10),
        amount_max: minor(1_000_000),
        payer_utc_offset_minutes: 420,
        merchant_fee: MerchantFee {
            total: points(120),
            issuer: points(40),
            switch: points(10),
        },
        rounding: Rounding::Up,
        fee_rounding: Rounding::HalfEven,
        quote_ttl: Span::from_seconds(300),
        ask_timeout: Span::from_seconds(20),
        doubt_timeout: Span::from_seconds(3_600),
        doubt_decision: DoubtDecision::Cancel,
        loss_bearer: LossBearer::PayeeParticipant,
        refund_period: Span::from_seconds(180 * 86_400),
        refund_wait: Span::from_seconds(86_400),
        refund_fees: RefundFees::Kept,
    };
    let inward = Corridor {
        name: "JP-KH".into(),
        payer_scheme: "JPQR".into(),
        payee_scheme: "KHQR".into(),
        payer_currencies: vec![PayerCurrency {
            currency: Currency::Jpy,
            day_max: minor(1_000_000),
            switch_fee: minor(5),
            customer_fees: Vec::new(),
        }],
        payee_currency: Currency::Khr,
        amount_min: minor(100),
        amount_max: minor(40_000_000),
        payer_utc_offset_minutes: 540,
        merchant_fee: MerchantFee {
            total: points(60),
            issuer: points(0),
            switch: points(10),
        },
        ..outward.clone()
    };
    [outward, inward]
}
