//! Whole institutions on real sockets, with a hub that answers, refuses or falls silent.

mod chores;
mod faults;
mod shops;

use std::path::PathBuf;

use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use wire::api::{Ask, AskKind, Outcome, OutcomeReceived, OutcomeRole, Party};
use wire::error::Code;

use super::*;
use crate::desk::api::{
    Books as BooksShown, CodeRequest, CustomerRequest, DeskState, ShopRefundRequest, ShopRequest,
    WalletPay, WalletPayment, WalletQuote, WalletScan, WalletTransfer,
};
use crate::desk::client::{DeskClient, DeskError};
use crate::payer;
use crate::site::standing_rates;
use crate::testing::hub::{FakeHub, Will, acleda_legs, payment};
use crate::testing::{NOW_MS, legs, outcome, text};

/// An institution with its folder, its hub and its desk.
struct Place {
    folder: TempDir,
    hub: Arc<FakeHub>,
    config: Config,
}

/// An institution that runs.
struct Running {
    desk: DeskClient,
    url: String,
    teller: Arc<Teller>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), Fault>>,
}

impl Place {
    async fn of(name: &str, kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = SigningKey::from_seed(&[7; 32]).unwrap();
        let hub = FakeHub::open(key.public()).await;
        let path = |file: &str| -> PathBuf { folder.path().join(file) };
        fs::write(path("own.pem"), key.to_pem().unwrap().as_bytes()).unwrap();
        let jwks = serde_json::to_vec(&hub.jwks().document()).unwrap();
        fs::write(path("hub.jwks"), jwks).unwrap();
        let config = Config {
            name: name.to_owned(),
            kind,
            data_dir: path(name),
            listen: "127.0.0.1:0".parse().unwrap(),
            hub_url: hub.url.clone(),
            hub_keys: path("hub.jwks"),
            key: path("own.pem"),
            clock: hub.clock.clone(),
            credits_at_once: false,
            faults: FaultSettings::default(),
        };
        Self {
            folder,
            hub,
            config,
        }
    }

    async fn acleda() -> Self {
        Self::of(
            "acleda",
            Kind::Bank {
                suffix: "aclb".to_owned(),
            },
        )
        .await
    }

    async fn netstars() -> Self {
        Self::of("netstars", Kind::JapaneseSwitch).await
    }

    /// Starts it without what it does by itself, so that a test decides when that happens.
    async fn start(&self) -> Running {
        let bound = bind(self.config.clone()).await.unwrap();
        let url = format!("http://{}", bound.address());
        let (stop, stopped) = oneshot::channel();
        let teller = Arc::clone(&bound.teller);
        let shutdown = async move { drop(stopped.await) };
        let served = tokio::spawn(bound.serve_beside(core::future::pending(), shutdown));
        Running {
            desk: DeskClient::new(&url),
            url,
            teller,
            stop,
            served,
        }
    }
}

impl Running {
    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.served.await.unwrap().unwrap();
    }

    async fn books(&self) -> BooksShown {
        let books = self.desk.books().await.unwrap();
        assert!(books.trial_balance_holds && books.simulated);
        books
    }

    /// The shown amounts of the accounts that are named.
    async fn amounts<const N: usize>(&self, names: [(&str, &str); N]) -> [String; N] {
        let books = self.books().await;
        names.map(|(account, currency)| {
            let found = books
                .accounts
                .iter()
                .find(|row| row.account == account && row.currency == currency);
            found.map_or_else(String::new, |row| row.amount.clone())
        })
    }

    /// Scans, asks for a quote, gives the payment's id.
    async fn quoted(&self, account: &str) -> String {
        let (account, payload) = (account.to_owned(), "any".to_owned());
        let scan = WalletScan {
            account: account.clone(),
            payload,
        };
        let scanned = self.desk.scan(&scan).await.unwrap();
        let quote = WalletQuote {
            account,
            scan: scanned.scan,
            amount: text("JPY", "3000"),
        };
        self.desk.quote(&quote).await.unwrap().payment_id
    }

    async fn pay(&self, account: &str, id: &str) -> Result<WalletPayment, DeskError> {
        let (account, payment_id) = (account.to_owned(), id.to_owned());
        self.desk
            .pay(&WalletPay {
                account,
                payment_id,
            })
            .await
    }
}

/// The code of a problem that the desk told.
fn code<T: core::fmt::Debug>(told: Result<T, DeskError>) -> String {
    match told {
        Err(DeskError::Problem(problem)) => problem.code,
        other => panic!("{other:?}"),
    }
}

fn requester(sequence: u64, id: &str, end: &str) -> Outcome {
    let told = Outcome {
        role: OutcomeRole::Requester,
        ..outcome(sequence, id, end, &[])
    };
    let completed = end == "completed";
    Outcome {
        legs: if completed { acleda_legs() } else { Vec::new() },
        ..told
    }
}

const SOKHA: &str = "sokha@aclb";
const WATCHED: [(&str, &str); 6] = [
    (SOKHA, "KHR"),
    ("hold", "KHR"),
    ("due-to-hub", "KHR"),
    ("fee-income", "KHR"),
    ("fee-expense", "KHR"),
    ("due-from-hub", "JPY"),
];
const UNTOUCHED: [&str; 6] = ["5000000", "", "", "", "", ""];
const HELD: [&str; 6] = ["4919464", "80536", "", "", "", ""];
const RELEASED: [&str; 6] = ["5000000", "0", "", "", "", ""];
const PAID: [&str; 6] = ["4919464", "0", "80236", "400", "100", "12"];

#[tokio::test]
async fn a_payment_is_booked_once_whether_answer_or_outcome_comes_first() {
    let place = Place::acleda().await;
    let running = place.start().await;
    let id = running.quoted(SOKHA).await;
    assert_eq!(running.amounts(WATCHED).await, UNTOUCHED);
    place.hub.will(Will::Complete(acleda_legs()));
    let paid = running.pay(SOKHA, &id).await.unwrap();
    assert_eq!(
        (paid.state, paid.customer_debited.amount.as_str()),
        (DeskState::Completed, "80536")
    );
    assert_eq!(paid.receipt.as_deref(), Some("spr1.made-up"));
    assert_eq!(running.amounts(WATCHED).await, PAID);
    // The outcome comes after the answer, twice, and is acknowledged twice.
    let outcomes = format!("{}/link/outcomes", running.url);
    for _time in 0..2 {
        let told = place
            .hub
            .call_back(&outcomes, Some(&requester(1, &id, "completed")))
            .await;
        let told = participant::http::read_answer::<OutcomeReceived>(&told.unwrap()).unwrap();
        assert_eq!(told.outcome_sequence, 1);
    }
    assert_eq!(running.amounts(WATCHED).await, PAID);
    // Paying again is told what became of it and sends nothing.
    let calls = place.hub.seen(|seen| seen.calls.len());
    assert_eq!(
        running.pay(SOKHA, &id).await.unwrap().state,
        DeskState::Completed
    );
    assert_eq!(place.hub.seen(|seen| seen.calls.len()), calls);

    // The outcome first, the answer never.
    let other = running.quoted(SOKHA).await;
    place.hub.will(Will::Silence { took: true });
    let sent = running.pay(SOKHA, &other).await.unwrap();
    assert_eq!(
        (sent.state, sent.customer_held.amount.as_str()),
        (DeskState::Sent, "80536")
    );
    place
        .hub
        .call_back(&outcomes, Some(&requester(2, &other, "completed")))
        .await
        .unwrap();
    let shown = running.desk.payments(SOKHA).await.unwrap().payments;
    assert!(
        shown
            .iter()
            .all(|payment| payment.state == DeskState::Completed)
    );
    let net = running.books().await.link_net;
    assert_eq!(
        net.iter()
            .map(|net| net.amount.as_str())
            .collect::<Vec<_>>(),
        ["-160472", "24"]
    );
    running.stop().await;
}

#[tokio::test]
async fn what_the_hub_refuses_is_told_in_its_words_after_the_money_is_back() {
    let place = Place::acleda().await;
    let running = place.start().await;
    let id = running.quoted(SOKHA).await;
    place.hub.will(Will::Refuse(Code::PayerLimitExceeded));
    let refused = running.pay(SOKHA, &id).await;
    let Err(DeskError::Problem(problem)) = refused else {
        panic!("{refused:?}")
    };
    let entry = Code::PayerLimitExceeded.entry();
    let expected = (
        entry.status.as_u16(),
        entry.code,
        "urn:spean:error:payer_limit_exceeded",
    );
    assert_eq!(
        (problem.status, problem.code.as_str(), problem.kind.as_str()),
        expected
    );
    assert_eq!(running.amounts(WATCHED).await, RELEASED);
    // The refusal was made certain: the hub has cancelled the id.
    let cancelled = format!("POST /v1/payments/{id}/cancel");
    assert!(place.hub.seen(|seen| seen.calls.contains(&cancelled)));
    assert_eq!(
        running.pay(SOKHA, &id).await.unwrap().state,
        DeskState::Cancelled
    );
    assert_eq!(code(running.pay("dara@aclb", &id).await), "payment_foreign");
    running.stop().await;
}

#[tokio::test]
async fn a_refusal_of_a_repetition_never_releases_what_the_hub_took_before() {
    let place = Place::acleda().await;
    let running = place.start().await;
    let id = running.quoted(SOKHA).await;
    place.hub.will(Will::Silence { took: true });
    assert_eq!(
        running.pay(SOKHA, &id).await.unwrap().state,
        DeskState::Sent
    );
    place.hub.will(Will::Refuse(Code::QuoteExpired));
    let again = running.pay(SOKHA, &id).await.unwrap();
    assert_eq!(again.state, DeskState::Sent);
    assert_eq!(running.amounts(WATCHED).await, HELD);
    // `busy` is patience, and no reason to cancel anything.
    place.hub.will(Will::Refuse(Code::Busy));
    place.hub.seen(|seen| seen.calls.clear());
    assert_eq!(
        running.pay(SOKHA, &id).await.unwrap().state,
        DeskState::Sent
    );
    assert!(
        place
            .hub
            .seen(|seen| seen.calls.iter().all(|call| !call.ends_with("cancel")))
    );
    // A later look learns how it ended.
    place.hub.will(Will::Ask);
    let end = payment(&id, wire::api::StateView::Completed, acleda_legs());
    place.hub.seen(|seen| seen.views.insert(id.clone(), end));
    let shown = running.desk.payment(&id).await.unwrap();
    assert_eq!(shown.state, DeskState::Completed);
    assert_eq!(running.amounts(WATCHED).await, PAID);
    running.stop().await;
}

#[tokio::test]
async fn who_has_too_little_or_is_nobody_sends_nothing_to_the_hub() {
    let place = Place::acleda().await;
    let running = place.start().await;
    let id = running.quoted("bopha@aclb").await;
    let calls = place.hub.seen(|seen| seen.calls.len());
    assert_eq!(
        code(running.pay("bopha@aclb", &id).await),
        "insufficient_funds"
    );
    assert_eq!(
        code(running.pay("bopha@aclb", "unknown").await),
        "payment_unknown"
    );
    let scan = WalletScan {
        account: "nobody@aclb".to_owned(),
        payload: String::new(),
    };
    assert_eq!(code(running.desk.scan(&scan).await), "customer_unknown");
    assert_eq!(place.hub.seen(|seen| seen.calls.len()), calls);
    let closed = running.desk.close_customer("bopha@aclb").await.unwrap();
    assert!(closed.closed);
    assert_eq!(code(running.pay("bopha@aclb", &id).await), "account_closed");
    assert_eq!(
        running
            .amounts([("bopha@aclb", "KHR"), ("hold", "KHR")])
            .await,
        ["40000", ""]
    );
    running.stop().await;
}

#[tokio::test]
async fn a_crash_between_holding_and_sending_is_finished_by_the_next_start() {
    let place = Place::acleda().await;
    let running = place.start().await;
    let id = running.quoted(SOKHA).await;
    // The process dies after its commit: the payment is held and nothing was sent.
    let (site, held) = (running.teller.site.clone(), id.clone());
    let hold = running
        .teller
        .ledger
        .run(move |books| payer::hold(books, &site, &held, SOKHA));
    hold.await.unwrap();
    let before = running.books().await.state_hash;
    running.served.abort();
    place.hub.will(Will::Silence { took: false });
    let running = place.start().await;
    assert_eq!(running.books().await.state_hash, before);
    assert_eq!(running.amounts(WATCHED).await, HELD);
    place.hub.will(Will::Complete(acleda_legs()));
    running.teller.reconcile().await.unwrap();
    let shown = running.desk.payment(&id).await.unwrap();
    assert_eq!(shown.state, DeskState::Completed);
    assert_eq!(running.amounts(WATCHED).await, PAID);
    let (stopped, after) = (
        running.books().await,
        place.folder.path().join("acleda/ledger.db"),
    );
    running.stop().await;
    assert!(after.exists());
    let running = place.start().await;
    assert_eq!(running.books().await, stopped);
    running.stop().await;
}

#[tokio::test]
async fn nobody_but_the_hub_is_answered_under_link() {
    let place = Place::acleda().await;
    let running = place.start().await;
    let before = running.books().await;
    let stranger = SigningKey::from_seed(&[9; 32]).unwrap();
    let client = participant::http::SignedClient::new(
        Arc::new(stranger),
        wire::signature::Direction::Callback,
        place.hub.clock.clone(),
    );
    for (path, body) in [
        ("resolve", Some(b"{}".to_vec())),
        ("credits", Some(b"{}".to_vec())),
        ("outcomes", Some(b"{}".to_vec())),
        ("credits/x", None),
    ] {
        let uri = format!("{}/link/{path}", running.url)
            .parse::<http::Uri>()
            .unwrap();
        let method = if body.is_some() {
            http::Method::POST
        } else {
            http::Method::GET
        };
        let (prefer_wait_s, deadline) = (None, Duration::from_secs(5));
        let call = participant::http::Call {
            method,
            uri,
            body,
            prefer_wait_s,
            deadline,
        };
        let own = SigningKey::from_seed(&[7; 32]).unwrap().public();
        let told = client.call(call, |_kid| Some(own)).await.unwrap_err();
        assert_eq!(
            told.problem().map(wire::error::Problem::code),
            Some(Code::KeyUnknown)
        );
    }
    assert_eq!(running.books().await, before);
    running.stop().await;
}
