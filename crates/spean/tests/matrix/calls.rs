//! Calls that come twice, at once or in another order than they were made: a participant's to the
//! hub, and the hub's to a participant, each signed by whoever makes it.

use http::Method;
use participant::edge;
use participant::http::{Call, CallError, SignedClient, read_answer};
use sandbox::desk::api::DeskState;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::task::JoinHandle;
use wire::api::{
    Ask, AskKind, CreditAnswer, CreditVerdict, Money, OutcomeReceived, Party, PaymentRequest,
    PaymentView, RefundRequest, Screening, ScreeningVerdict, StateView,
};
use wire::error::Code;
use wire::signature::Direction;

use crate::check::{Memory, differences};
use crate::flow::TO_JAPAN;
use crate::network::{BOUND, Finality, Network, key, keys};
use crate::table::Table;

type Found = Vec<String>;

pub(crate) async fn run(network: &mut Network, memory: &mut Memory, table: &mut Table) {
    let group = format!(
        "duplicated and reordered calls, {}",
        network.finality.name()
    );
    let mut note = async |network: &Network, case: &str, mut found: Found| {
        found.extend(differences(network, memory).await);
        table.note(&group, case, &found);
    };
    let found = payment_twice(network).await;
    note(
        network,
        "a payment sent twice at once and again after its outcome",
        found,
    )
    .await;
    let found = cancelled_first(network).await;
    note(network, "a cancellation that overtakes its payment", found).await;
    let found = cancelled_while_asked(network).await;
    note(
        network,
        "a cancellation while the payee's side is asked",
        found,
    )
    .await;
    let found = refund_twice(network).await;
    note(
        network,
        "a refund sent twice at once and again after its outcome",
        found,
    )
    .await;
    let found = refund_too_early(network).await;
    note(
        network,
        "a refund that overtakes the completion of its payment",
        found,
    )
    .await;
    let found = outcome_twice(network).await;
    note(network, "an outcome told again", found).await;
    let found = outcome_too_early(network).await;
    note(network, "an outcome before the ones before it", found).await;
    let found = ask_after_outcome(network).await;
    note(network, "an ask that comes after its outcome", found).await;
    let found = swapped(network).await;
    note(
        network,
        "two asks answered with each other's answers",
        found,
    )
    .await;
    let found = contradicted(network).await;
    note(network, "a second answer that says the contrary", found).await;
}

fn unless(is_so: bool, what: impl Into<String>) -> Found {
    if is_so { Vec::new() } else { vec![what.into()] }
}

/// An order at the payer's bank.
type Ordered =
    JoinHandle<Result<sandbox::desk::api::WalletPayment, sandbox::desk::client::DeskError>>;

impl Network {
    /// Wakes everybody until people have heard something.
    pub(crate) async fn until_done<T>(&mut self, people: &JoinHandle<T>) -> Result<(), String> {
        let waiting = async {
            while !people.is_finished() {
                self.bury();
                self.advance(0).await;
                tokio::task::yield_now().await;
            }
        };
        let waited = tokio::time::timeout(BOUND, waiting).await;
        waited.map_err(|_late| "people wait for ever".to_owned())
    }

    /// Quotes, orders, and waits until the payee's agent has done what `fault` says.
    async fn order_into(&self, fault: serde_json::Value) -> (String, Ordered) {
        self.set_faults("netstars", json!([fault])).await;
        let (desk, code) = (self.desk("acleda").clone(), self.code(TO_JAPAN).await);
        let id = TO_JAPAN.quote(&desk, &code, 3_000).await.expect("a quote");
        let (before, wanted) = (self.hits("netstars").await, id.clone());
        let paying = tokio::spawn(async move { TO_JAPAN.order(&desk, wanted).await });
        self.misbehaves("netstars", before).await;
        (id, paying)
    }

    /// The very request that the payer's bank has sent.
    async fn request(&self, id: &str) -> PaymentRequest {
        let payment = self.desk("acleda").payment(id).await.expect("a payment");
        PaymentRequest {
            payment_id: id.to_owned(),
            quote: payment.quote.quote,
            debtor: Party {
                name: "Rich".to_owned(),
                account: TO_JAPAN.account.to_owned(),
            },
            debtor_agent: None,
            screening: Screening {
                verdict: ScreeningVerdict::Clear,
            },
        }
    }

    /// A callback as the hub makes it.
    async fn callback<T: DeserializeOwned>(
        &self,
        name: &str,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, CallError> {
        let hub = key(&self.folder, "hub").into();
        let client = SignedClient::new(hub, Direction::Callback, self.clock.clone());
        let uri = format!("http://127.0.0.1:{}/link{path}", self.port(name));
        let call = Call {
            method: Method::POST,
            uri: uri.parse().expect("an address"),
            body: Some(serde_json::to_vec(body).expect("JSON")),
            prefer_wait_s: None,
            deadline: BOUND,
        };
        let known = keys(&self.folder, name);
        read_answer(&client.call(call, |kid| known.find(kid)).await?)
    }
}

fn refused_with<T>(answer: &Result<T, CallError>, code: Code) -> bool {
    let problem = answer.as_ref().err().and_then(CallError::problem);
    problem.is_some_and(|problem| problem.code() == code)
}

async fn payment_twice(network: &mut Network) -> Found {
    let (id, paying) = network
        .order_into(json!({ "fault": "slow", "times": 1 }))
        .await;
    let (request, bank) = (network.request(&id).await, network.participant("acleda"));
    let (first, second) = tokio::join!(bank.pay(&request, None), bank.pay(&request, None));
    let is_asked = |view: &Result<PaymentView, CallError>| {
        view.as_ref()
            .is_ok_and(|view| view.state == StateView::Asked && view.payment_id == id)
    };
    let mut found = unless(
        is_asked(&first) && is_asked(&second),
        format!("{first:?} {second:?}"),
    );
    network.advance(2_000).await;
    found.extend(network.settle().await.err());
    let paid = paying.await.expect("the payer lives");
    let again = bank.pay(&request, None).await;
    let sequence = paid.ok().and_then(|paid| paid.payment?.sequence);
    let is_same = again
        .as_ref()
        .is_ok_and(|view| view.sequence == sequence && sequence.is_some());
    found.extend(unless(is_same, format!("again {again:?}")));
    found
}

async fn cancelled_first(network: &mut Network) -> Found {
    let (desk, code) = (network.desk("acleda").clone(), network.code(TO_JAPAN).await);
    let id = TO_JAPAN.quote(&desk, &code, 3_000).await.expect("a quote");
    let cancelled = network.participant("acleda").cancel(&id).await;
    let is_cancelled = cancelled
        .as_ref()
        .is_ok_and(|view| view.state == StateView::Cancelled);
    let mut found = unless(is_cancelled, format!("{cancelled:?}"));
    let paid = TO_JAPAN.order(&desk, id.clone()).await;
    // On a slow machine the payer may only have heard that it was sent.
    let is_paid = paid
        .as_ref()
        .is_ok_and(|paid| paid.state == DeskState::Completed);
    found.extend(unless(
        !is_paid,
        format!("paid after it was forbidden: {paid:?}"),
    ));
    found.extend(network.settle().await.err());
    let state = network.state(TO_JAPAN, &id).await;
    found.extend(unless(
        state == Some(DeskState::Cancelled),
        format!("{state:?}"),
    ));
    found
}

async fn cancelled_while_asked(network: &mut Network) -> Found {
    let (id, paying) = network
        .order_into(json!({ "fault": "silent", "times": 1 }))
        .await;
    let cancelled = network.participant("acleda").cancel(&id).await;
    let wanted = match network.finality {
        Finality::Confirm => StateView::Cancelled,
        // It may have been credited: only evidence or the deadline ends it.
        Finality::Immediate => StateView::Asked,
    };
    let is_so = cancelled.as_ref().is_ok_and(|view| view.state == wanted);
    let mut found = unless(is_so, format!("{cancelled:?}"));
    // The call that is held ends, and an immediate rail is asked again in time.
    network.advance(5_001).await;
    found.extend(network.settle().await.err());
    drop(paying.await.expect("the payer lives"));
    let wanted = match network.finality {
        Finality::Confirm => DeskState::Cancelled,
        Finality::Immediate => DeskState::Completed,
    };
    let state = network.state(TO_JAPAN, &id).await;
    found.extend(unless(state == Some(wanted), format!("{state:?}")));
    found
}

async fn refund_twice(network: &mut Network) -> Found {
    let sale = network.sale(TO_JAPAN, 3_000).await;
    network
        .set_faults("acleda", json!([{ "fault": "slow", "times": 1 }]))
        .await;
    let (desk, id) = (network.desk("netstars").clone(), edge::payment_id());
    let (wanted, before) = (
        TO_JAPAN.refund(&sale, &id, 1_000),
        network.hits("acleda").await,
    );
    let giving = tokio::spawn(async move { desk.refund(&wanted).await });
    network.misbehaves("acleda", before).await;
    let agent = network.participant("netstars");
    let of = |amount: &str| RefundRequest {
        refund_id: id.clone(),
        amount: Money {
            currency: "JPY".to_owned(),
            amount: amount.to_owned(),
        },
    };
    let (same, other) = (of("1000"), of("999"));
    let (first, second, conflict) = tokio::join!(
        agent.refund(&sale, &same, None),
        agent.refund(&sale, &same, None),
        agent.refund(&sale, &other, None),
    );
    let is_asked = |view: &Result<wire::api::RefundView, CallError>| {
        view.as_ref()
            .is_ok_and(|view| view.state == StateView::Asked)
    };
    let mut found = unless(
        is_asked(&first) && is_asked(&second),
        format!("{first:?} {second:?}"),
    );
    found.extend(unless(
        conflict.is_err(),
        format!("another amount: {conflict:?}"),
    ));
    network.advance(2_000).await;
    found.extend(network.settle().await.err());
    let given = giving.await.expect("the shop lives");
    let is_given = given
        .as_ref()
        .is_ok_and(|given| given.state == DeskState::Completed);
    found.extend(unless(is_given, format!("{given:?}")));
    let again = agent.refund(&sale, &same, None).await;
    let is_same = again
        .as_ref()
        .is_ok_and(|view| view.state == StateView::Completed);
    found.extend(unless(is_same, format!("again {again:?}")));
    found
}

async fn refund_too_early(network: &mut Network) -> Found {
    let (id, paying) = network
        .order_into(json!({ "fault": "slow", "times": 1 }))
        .await;
    let request = RefundRequest {
        refund_id: edge::payment_id(),
        amount: Money {
            currency: "JPY".to_owned(),
            amount: "100".to_owned(),
        },
    };
    let early = network
        .participant("netstars")
        .refund(&id, &request, None)
        .await;
    let mut found = unless(early.is_err(), format!("{early:?}"));
    network.advance(2_000).await;
    found.extend(network.settle().await.err());
    drop(paying.await.expect("the payer lives"));
    let state = network.state(TO_JAPAN, &id).await;
    found.extend(unless(
        state == Some(DeskState::Completed),
        format!("{state:?}"),
    ));
    found
}

async fn outcome_twice(network: &mut Network) -> Found {
    let mut found = Vec::new();
    for name in ["acleda", "netstars", "fx1"] {
        let outcome = network.last_outcome(name);
        let again: Result<OutcomeReceived, _> = network.callback(name, "/outcomes", &outcome).await;
        let is_same = again
            .as_ref()
            .is_ok_and(|received| received.outcome_sequence == outcome.outcome_sequence);
        found.extend(unless(is_same, format!("{name}: {again:?}")));
    }
    found
}

async fn outcome_too_early(network: &mut Network) -> Found {
    let mut found = Vec::new();
    for name in ["acleda", "netstars", "fx1"] {
        let mut outcome = network.last_outcome(name);
        outcome.outcome_sequence += 2;
        let early: Result<OutcomeReceived, _> = network.callback(name, "/outcomes", &outcome).await;
        let is_refused = refused_with(&early, Code::OutcomeOutOfOrder);
        found.extend(unless(is_refused, format!("{name}: {early:?}")));
    }
    found
}

async fn ask_after_outcome(network: &mut Network) -> Found {
    let sale = network.sale(TO_JAPAN, 3_000).await;
    let asked = network.asked("netstars", &sale);
    let money = |amount: i64| Money {
        currency: asked.currency.clone(),
        amount: amount.to_string(),
    };
    let party = |account: &str| Party {
        name: "Anybody".to_owned(),
        account: account.to_owned(),
    };
    let mut ask = Ask {
        id: sale.clone(),
        kind: AskKind::Payment,
        payment_id: sale.clone(),
        epoch: 1,
        expires_at: edge::rfc3339(network.clock.now_ms() + 20_000),
        amount: money(asked.amount),
        instructed_amount: money(asked.instructed),
        creditor: party(&asked.account),
        debtor: party(TO_JAPAN.account),
        payload: asked.payload.clone(),
    };
    let again: Result<CreditAnswer, _> = network.callback("netstars", "/credits", &ask).await;
    let is_same = again
        .as_ref()
        .is_ok_and(|answer| answer.verdict == CreditVerdict::Accepted);
    let mut found = unless(is_same, format!("the same ask: {again:?}"));
    ask.amount = money(asked.amount - 1);
    let other: Result<CreditAnswer, _> = network.callback("netstars", "/credits", &ask).await;
    let is_refused = refused_with(&other, Code::PaymentIdConflict);
    found.extend(unless(is_refused, format!("another amount: {other:?}")));
    found.extend(network.settle().await.err());
    found
}

async fn swapped(network: &mut Network) -> Found {
    network
        .set_faults("netstars", json!([{ "fault": "out_of_order", "times": 2 }]))
        .await;
    let (desk, code) = (network.desk("acleda").clone(), network.code(TO_JAPAN).await);
    let both = tokio::spawn(async move {
        let (first, second) = tokio::join!(
            TO_JAPAN.pay(&desk, &code, 3_000),
            TO_JAPAN.pay(&desk, &code, 4_000),
        );
        [first, second]
    });
    let mut found: Found = network.until_done(&both).await.err().into_iter().collect();
    let both = both.await.expect("the payers live");
    found.extend(network.settle().await.err());
    // On a slow machine a payer may have heard no more than that it was sent.
    for paid in both {
        let state = match &paid {
            Ok(paid) => network.state(TO_JAPAN, &paid.payment_id).await,
            Err(_) => None,
        };
        let is_done = state == Some(DeskState::Completed);
        found.extend(unless(is_done, format!("{state:?} after {paid:?}")));
    }
    found
}

/// The next payments come over the connections on which the second answers lie.
async fn contradicted(network: &mut Network) -> Found {
    let rule = json!([{ "fault": "answers_twice", "second": "other", "times": 2 }]);
    network.set_faults("netstars", rule).await;
    let mut found = Vec::new();
    for amount in [3_000, 4_000, 5_000] {
        let id = network.sale(TO_JAPAN, amount).await;
        let state = network.state(TO_JAPAN, &id).await;
        found.extend(unless(
            state == Some(DeskState::Completed),
            format!("{amount}: {state:?}"),
        ));
    }
    found
}
