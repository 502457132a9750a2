//! Payments and refunds from scan to outcome, and what may go wrong on the way.

use switch::Finality;
use wire::api::{
    AskKind, CreditState, LegView, OutcomeRole, PaymentView, QuoteView, RefundRequest, StateView,
};

use participant::edge;

use crate::fake::Credits;
use crate::world::{STORE, World, jpqr, jpy, khqr, khqr_once, khr, payment_json, payment_request};

fn legs(legs: &[LegView]) -> Vec<String> {
    let leg = |leg: &LegView| {
        let money = &leg.amount;
        format!(
            "{} {} {} {} {}",
            leg.kind, leg.owes, leg.is_owed, money.currency, money.amount
        )
    };
    legs.iter().map(leg).collect()
}

async fn nets(world: &World, currency: &str) -> Vec<String> {
    let list = world.client("house").positions().await.unwrap();
    let own = list
        .positions
        .iter()
        .filter(|position| position.currency == currency);
    own.map(|position| format!("{} {}", position.participant, position.net))
        .collect()
}

fn code_of<T: std::fmt::Debug>(result: Result<T, participant::http::CallError>) -> String {
    let error = result.unwrap_err();
    error
        .problem()
        .unwrap_or_else(|| panic!("{error:?}"))
        .code()
        .as_str()
        .to_owned()
}

#[tokio::test]
async fn phase_one_is_paid_proven_told_and_refunded() {
    let world = World::new().await;
    let scan = world.scan("acleda", &jpqr(STORE, None)).await;
    assert_eq!(
        (scan.corridor.as_str(), scan.payee.as_str()),
        ("KH-JP", "netstars")
    );
    assert_eq!(scan.merchant.name, "Noodle House Tsuru");
    assert_eq!(scan.merchant.name_local.as_deref(), Some("ヌードル鶴"));
    let quote = world.quote("acleda", &jpqr(STORE, None), jpy("3000")).await;
    check_quote(&quote);

    let request = payment_request(&quote);
    let paid = world
        .client("acleda")
        .pay(&request, Some(10))
        .await
        .unwrap();
    assert_eq!(paid.state, StateView::Completed);
    let own = [
        "exchange acleda fx1 KHR 80136",
        "switch_fee acleda house KHR 100",
        "issuer_share fx1 acleda JPY 12",
    ];
    assert_eq!(legs(&paid.legs), own);
    check_ask(&world, &paid).await;
    check_told(&world, &paid).await;
    check_receipt(&world, &paid).await;
    let again = world
        .client("acleda")
        .pay(&request, Some(10))
        .await
        .unwrap();
    assert_eq!(again, paid);
    assert_eq!(world.fake("netstars").asks().len(), 1);

    check_refund(&world, &paid).await;
    assert_eq!(
        nets(&world, "KHR").await,
        [
            "acleda -53524",
            "sathapana 0",
            "netstars 0",
            "fx1 53424",
            "fx2 0",
            "house 100"
        ]
    );
    assert_eq!(
        nets(&world, "JPY").await,
        [
            "acleda 12",
            "sathapana 0",
            "netstars 1985",
            "fx1 -2000",
            "fx2 0",
            "house 3"
        ]
    );
    world.stop().await;
}

fn check_quote(quote: &QuoteView) {
    assert_eq!(quote.payer_amount, khr("80536"));
    assert_eq!(quote.shop_receives, jpy("2964"));
    assert_eq!(
        (
            quote.margin_percent.as_str(),
            quote.total_cost_percent.as_str()
        ),
        ("0.800", "1.303")
    );
    assert_eq!(quote.fx_provider, "fx1");
    let fees: Vec<String> = quote
        .fees
        .iter()
        .map(|fee| {
            format!(
                "{} {} {} {}",
                fee.kind, fee.borne_by, fee.paid_to, fee.amount.amount
            )
        })
        .collect();
    let expected = [
        "customer_fee payer acleda 400",
        "switch_fee payer_participant house 100",
        "merchant_fee merchant netstars 21",
        "merchant_fee merchant acleda 12",
        "merchant_fee merchant house 3",
    ];
    assert_eq!(fees, expected);
}

async fn check_ask(world: &World, paid: &PaymentView) {
    let ask = world.fake("netstars").asked(&paid.payment_id).await;
    assert_eq!(
        (ask.kind, &ask.amount, &ask.instructed_amount),
        (AskKind::Payment, &jpy("2964"), &jpy("3000"))
    );
    assert_eq!(
        (ask.debtor.account.as_str(), ask.creditor.account.as_str()),
        ("dara@aclb", STORE)
    );
    assert_eq!(ask.payload, jpqr(STORE, None));
}

async fn check_told(world: &World, paid: &PaymentView) {
    for (name, role, sequence) in [
        ("acleda", OutcomeRole::Requester, 1),
        ("netstars", OutcomeRole::Creditor, 1),
        ("fx1", OutcomeRole::Fx, 1),
    ] {
        let outcome = world.fake(name).told(&paid.payment_id).await;
        assert_eq!(
            (outcome.role, outcome.outcome_sequence),
            (role, sequence),
            "{name}"
        );
        assert_eq!(
            (outcome.state, outcome.sequence),
            (StateView::Completed, paid.sequence.unwrap())
        );
        assert_eq!(Some(&outcome.hash), paid.hash.as_ref());
        let holds_receipt = name != "fx1";
        assert_eq!(outcome.receipt.is_some(), holds_receipt, "{name}");
        let is_own = |leg: &LegView| leg.owes == name || leg.is_owed == name;
        assert!(
            outcome.legs.iter().all(is_own) && !outcome.legs.is_empty(),
            "{name}"
        );
    }
    assert!(world.fake("fx2").outcomes().is_empty());
    assert!(world.fake("sathapana").outcomes().is_empty());
}

async fn check_receipt(world: &World, paid: &PaymentView) {
    let token = paid.receipt.clone().unwrap();
    assert!(token.len() <= 360);
    let view = world.client("acleda").receipt(&token).await.unwrap();
    assert_eq!(
        (view.merchant.as_str(), &view.amount),
        ("Noodle House Tsuru", &jpy("3000"))
    );
    assert_eq!(view.refunded.amount, jpy("0"));
    assert_eq!(Some(&view.hash), paid.hash.as_ref());
    let seen = world
        .client("netstars")
        .payment(&paid.payment_id)
        .await
        .unwrap();
    assert_eq!(seen.receipt, paid.receipt);
    let seen = world.client("fx1").payment(&paid.payment_id).await.unwrap();
    assert_eq!(seen.receipt, None);
}

async fn check_refund(world: &World, paid: &PaymentView) {
    let request = RefundRequest {
        refund_id: edge::payment_id(),
        amount: jpy("1000"),
    };
    let netstars = world.client("netstars");
    let refund = netstars
        .refund(&paid.payment_id, &request, Some(10))
        .await
        .unwrap();
    assert_eq!(
        (refund.state, &refund.payer_amount),
        (StateView::Completed, &khr("26712"))
    );
    let ask = world.fake("acleda").asked(&request.refund_id).await;
    assert_eq!(
        (ask.kind, ask.payment_id.as_str()),
        (AskKind::Refund, paid.payment_id.as_str())
    );
    assert_eq!(
        (ask.creditor.account.as_str(), ask.debtor.account.as_str()),
        ("dara@aclb", STORE)
    );
    assert_eq!((&ask.amount, ask.payload.as_str()), (&khr("26712"), ""));
    assert_eq!(
        world
            .fake("acleda")
            .told(&request.refund_id)
            .await
            .outcome_sequence,
        2
    );
    let again = netstars
        .refund(&paid.payment_id, &request, None)
        .await
        .unwrap();
    assert_eq!(again, refund);
    let other = RefundRequest {
        amount: jpy("999"),
        ..request.clone()
    };
    assert_eq!(
        code_of(netstars.refund(&paid.payment_id, &other, None).await),
        "refund_id_conflict"
    );
    let acleda = world.client("acleda");
    let seen = acleda
        .refund_status(&paid.payment_id, &request.refund_id)
        .await
        .unwrap();
    assert_eq!((seen.state, seen.sequence), (refund.state, refund.sequence));
    check_refused_refund(world, paid).await;
    let view = acleda
        .receipt(paid.receipt.as_deref().unwrap())
        .await
        .unwrap();
    assert_eq!(
        (view.refunded.amount, view.refunded.payer_amount),
        (jpy("1000"), khr("26712"))
    );
}

async fn check_refused_refund(world: &World, paid: &PaymentView) {
    let netstars = world.client("netstars");
    let much = RefundRequest {
        refund_id: edge::payment_id(),
        amount: jpy("2001"),
    };
    for _ in 0..2 {
        let refused = netstars.refund(&paid.payment_id, &much, None).await;
        assert_eq!(code_of(refused), "refund_exceeds_payment");
    }
    let status = netstars
        .refund_status(&paid.payment_id, &much.refund_id)
        .await;
    assert_eq!(code_of(status), "refund_exceeds_payment");
}

#[tokio::test]
async fn phase_two_asks_the_bank_whose_account_it_is() {
    let world = World::new().await;
    let code = khqr_once("mekong@sthp", 120_000, world.clock.now_ms());
    let scan = world.scan("netstars", &code).await;
    assert_eq!(scan.amount, Some(khr("120000")));
    assert_eq!(scan.merchant.name, "Mekong Coffee");
    assert_eq!(scan.code_expires_at, Some(scan.expires_at.clone()));
    let quote = world.quote("netstars", &code, khr("120000")).await;
    assert_eq!(
        (&quote.payer_amount, &quote.shop_receives),
        (&jpy("4565"), &khr("119280"))
    );
    assert_eq!(Some(&quote.expires_at), scan.code_expires_at.as_ref());
    let paid = world
        .client("netstars")
        .pay(&payment_request(&quote), Some(10))
        .await
        .unwrap();
    assert_eq!(paid.state, StateView::Completed);
    let second = world.quote("netstars", &code, khr("120000")).await;
    let refused = world
        .client("netstars")
        .pay(&payment_request(&second), Some(10))
        .await;
    assert_eq!(code_of(refused), "code_used");
    let seen = world
        .client("netstars")
        .payment(&second.payment_id)
        .await
        .unwrap();
    assert_eq!(seen.state, StateView::Refused);
    assert_eq!(seen.reason.unwrap().code, "code_used");
    let stranger = world.client("acleda").payment(&second.payment_id).await;
    assert_eq!(code_of(stranger), "payment_unknown");
    world.stop().await;
}

#[tokio::test]
async fn a_rejected_payment_is_cancelled_with_the_shops_reason() {
    let world = World::new().await;
    world.fake("netstars").credits.send_replace(Credits::Reject);
    let before = nets(&world, "KHR").await;
    let paid = world.pay("3000", Some(10)).await;
    assert_eq!(paid.state, StateView::Cancelled);
    let reason = paid.reason.unwrap();
    assert_eq!(
        (reason.code.as_str(), reason.who_must_act.as_str()),
        ("AC04", "payee_participant")
    );
    assert_eq!(paid.receipt, None);
    assert_eq!(nets(&world, "KHR").await, before);
    world.stop().await;
}

#[tokio::test]
async fn who_does_not_wait_is_told_and_may_withdraw() {
    let world = World::new().await;
    world.fake("netstars").credits.send_replace(Credits::Hold);
    let quote = world.quote("acleda", &jpqr(STORE, None), jpy("3000")).await;
    let body = serde_json::to_vec(&payment_json(&quote)).unwrap();
    let taken = world.signed("acleda", "POST", "/v1/payments", &body).await;
    assert_eq!(taken.status.as_u16(), 202);
    assert_eq!(taken.json()["state"], "asked");
    assert!(taken.json()["deadline"].is_string());
    world.fake("netstars").asked(&quote.payment_id).await;
    let cancelled = world
        .client("acleda")
        .cancel(&quote.payment_id)
        .await
        .unwrap();
    assert_eq!(cancelled.state, StateView::Cancelled);
    assert_eq!(cancelled.reason.as_ref().unwrap().code, "DS02");
    world.fake("netstars").credits.send_replace(Credits::Accept);
    let told = world.fake("netstars").told(&quote.payment_id).await;
    assert_eq!(told.state, StateView::Cancelled);
    let again = world
        .client("acleda")
        .pay(&payment_request(&quote), Some(5))
        .await
        .unwrap();
    assert_eq!(again, cancelled);

    let unknown = edge::payment_id();
    let forbidden = world.client("acleda").cancel(&unknown).await.unwrap();
    assert_eq!(
        (forbidden.state, forbidden.terms.is_none()),
        (StateView::Cancelled, true)
    );
    assert_eq!(forbidden.reason.unwrap().code, "payment_id_forbidden");
    world.stop().await;
}

#[tokio::test]
async fn an_immediate_rail_is_in_doubt_until_it_says_what_it_knows() {
    let world = World::with(Finality::Immediate).await;
    world.fake("netstars").credits.send_replace(Credits::Hold);
    let paid = world.pay("3000", None).await;
    assert_eq!(paid.state, StateView::Asked);
    world.fake("netstars").asked(&paid.payment_id).await;
    let body = b"{}";
    let path = format!("/v1/payments/{}/cancel", paid.payment_id);
    let answer = world.signed("acleda", "POST", &path, body).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["state"]),
        (202, &"asked".into())
    );
    *world.fake("netstars").knows.lock().unwrap() = CreditState::Credited;
    world.clock.advance_ms(21_000);
    let told = world.fake("acleda").told(&paid.payment_id).await;
    assert_eq!(told.state, StateView::Completed);
    let seen = world
        .client("acleda")
        .payment(&paid.payment_id)
        .await
        .unwrap();
    assert_eq!(seen.state, StateView::Completed);
    world.stop().await;
}

#[tokio::test]
async fn outcomes_are_told_again_in_order_and_the_state_survives_a_restart() {
    let world = World::new().await;
    *world.fake("acleda").refuses.lock().unwrap() = 2;
    let first = world.pay("3000", Some(10)).await;
    let second = world.pay("1000", Some(10)).await;
    world.fake("acleda").told(&second.payment_id).await;
    let told: Vec<(u64, String)> = world
        .fake("acleda")
        .outcomes()
        .into_iter()
        .map(|outcome| (outcome.outcome_sequence, outcome.id))
        .collect();
    assert_eq!(
        told,
        [
            (1, first.payment_id.clone()),
            (2, second.payment_id.clone())
        ]
    );
    world.quiet().await;
    let before = world.state_hash().await;
    let world = world.restart().await;
    assert_eq!(world.state_hash().await, before);
    let seen = world
        .client("acleda")
        .payment(&first.payment_id)
        .await
        .unwrap();
    assert_eq!(seen, first);
    let page = world.client("acleda").payments(1, None).await.unwrap();
    assert_eq!(page.payments, [second]);
    let rest = world
        .client("netstars")
        .payments(5, page.next.as_deref())
        .await
        .unwrap();
    let ids: Vec<String> = rest
        .payments
        .into_iter()
        .map(|one| one.payment_id)
        .collect();
    assert_eq!((ids, rest.next), (vec![first.payment_id], None));
    assert!(
        world
            .client("fx2")
            .payments(5, None)
            .await
            .unwrap()
            .payments
            .is_empty()
    );
    world.stop().await;
}

#[tokio::test]
async fn a_call_that_the_hub_lost_is_made_again_after_a_restart() {
    let world = World::new().await;
    world.fake("netstars").credits.send_replace(Credits::Hold);
    let paid = world.pay("3000", None).await;
    world.fake("netstars").asked(&paid.payment_id).await;
    let world = world.restart().await;
    world.fake("netstars").credits.send_replace(Credits::Accept);
    let told = world.fake("acleda").told(&paid.payment_id).await;
    assert_eq!(told.state, StateView::Completed);
    assert!(world.fake("netstars").asks().len() >= 2);
    world.stop().await;
}

/// Nobody who waits holds up a hub that stops, and nothing is lost by it.
#[tokio::test]
async fn a_hub_that_stops_answers_those_who_wait() {
    let world = World::new().await;
    world.fake("netstars").credits.send_replace(Credits::Hold);
    let quote = world.quote("acleda", &jpqr(STORE, None), jpy("3000")).await;
    let (acleda, request) = (world.client("acleda"), payment_request(&quote));
    let waiting = tokio::spawn(async move { acleda.pay(&request, Some(30)).await });
    world.fake("netstars").asked(&quote.payment_id).await;
    let world = world.restart().await;
    let answered = waiting.await.unwrap().unwrap();
    assert_eq!(answered.state, StateView::Asked);
    let client = world.client("acleda");
    let seen = client.payment(&quote.payment_id).await.unwrap();
    assert_eq!(seen, answered);
    world.stop().await;
}

#[tokio::test]
async fn personal_data_is_nowhere_in_clear() {
    let world = World::new().await;
    let paid = world.pay("3000", Some(10)).await;
    world.fake("acleda").told(&paid.payment_id).await;
    let metrics = world
        .send(&http::Method::GET, "/metrics", http::HeaderMap::new(), b"")
        .await;
    let metrics = String::from_utf8(metrics.body.to_vec()).unwrap();
    assert!(metrics.contains("spean_decided_total{kind=\"payment\",outcome=\"completed\"} 1\n"));
    assert!(metrics.contains("route=\"/v1/payments\""), "{metrics}");
    let files = world.files();
    assert!(files.iter().any(|(name, _)| name == "journal.db"));
    let mut places = files;
    places.push(("metrics".into(), metrics.into_bytes()));
    for (name, bytes) in places {
        for secret in ["Sok Dara", "dara@aclb"] {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} stands in {name}");
        }
    }
    world.stop().await;
}

#[tokio::test]
async fn dollars_are_not_riel() {
    let world = World::new().await;
    let request = wire::api::ScanRequest {
        payload: khqr("mekong@sthp", emvqr::Currency::USD),
    };
    let error = world.client("netstars").scan(&request).await.unwrap_err();
    let problem = error.problem().unwrap();
    assert_eq!(problem.code().as_str(), "code_currency_mismatch");
    assert!(
        problem
            .detail()
            .unwrap()
            .contains("7,200 riel is not 7,200 dollars")
    );
    world.stop().await;
}
