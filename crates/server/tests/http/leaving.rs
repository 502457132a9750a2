//! What has left memory is answered as if it were there.

use participant::edge;
use wire::api::{PaymentView, QuoteRequest, RefundRequest, RefundView, StateView};
use wire::error::Code;

use crate::world::{STORE, World, jpqr, jpy, khr, payment_request};

fn code_of<T: std::fmt::Debug>(result: Result<T, participant::http::CallError>) -> Code {
    let error = result.unwrap_err();
    let problem = error.problem();
    problem.unwrap_or_else(|| panic!("{error:?}")).code()
}

fn refund_of(amount: &str) -> RefundRequest {
    RefundRequest {
        refund_id: edge::payment_id(),
        amount: jpy(amount),
    }
}

async fn refund(world: &World, paid: &PaymentView, request: &RefundRequest) -> RefundView {
    let netstars = world.client("netstars");
    let refund = netstars.refund(&paid.payment_id, request, Some(10)).await;
    let refund = refund.unwrap();
    assert_eq!(refund.state, StateView::Completed);
    refund
}

#[tokio::test]
async fn a_payment_that_left_is_shown_repeated_and_cancelled_as_before() {
    let world = World::new().await;
    let quote = world.quote("acleda", &jpqr(STORE, None), jpy("3000")).await;
    let request = payment_request(&quote);
    let acleda = world.client("acleda");
    let paid = acleda.pay(&request, Some(10)).await.unwrap();
    assert_eq!(paid.state, StateView::Completed);
    let refused_quote = world.quote("acleda", &jpqr(STORE, None), jpy("3000")).await;
    let mut refused_request = payment_request(&refused_quote);
    refused_request.screening.verdict = wire::api::ScreeningVerdict::Refer;
    let refused = code_of(acleda.pay(&refused_request, None).await);
    world.empty().await;

    for who in ["acleda", "netstars", "house"] {
        let seen = world.client(who).payment(&paid.payment_id).await.unwrap();
        assert_eq!((seen.state, &seen.hash), (StateView::Completed, &paid.hash));
    }
    assert_eq!(acleda.payment(&paid.payment_id).await.unwrap(), paid);
    let stranger = world.client("sathapana").payment(&paid.payment_id).await;
    assert_eq!(code_of(stranger), Code::PaymentUnknown);
    assert_eq!(acleda.pay(&request, None).await.unwrap(), paid);
    let mut other = request.clone();
    other.debtor.name = "Sok Dar".into();
    assert_eq!(
        code_of(acleda.pay(&other, None).await),
        Code::PaymentIdConflict
    );
    assert_eq!(code_of(acleda.pay(&refused_request, None).await), refused);
    assert_eq!(acleda.cancel(&paid.payment_id).await.unwrap(), paid);
    let stranger = world.client("netstars").cancel(&paid.payment_id).await;
    assert_eq!(code_of(stranger), Code::PaymentIdInUse);
    let listed = acleda.payments(10, None).await.unwrap();
    assert_eq!(listed.payments, std::slice::from_ref(&paid));
    assert_eq!(world.fake("netstars").asks().len(), 1, "it was asked once");

    let used = [&paid.payment_id, &refused_request.payment_id];
    for id in used {
        let scan = world.scan("acleda", &jpqr(STORE, None)).await.scan;
        let quote = QuoteRequest {
            payment_id: id.clone(),
            scan,
            amount: jpy("3000"),
            payer_currency: None,
        };
        assert_eq!(code_of(acleda.quote(&quote).await), Code::PaymentIdConflict);
    }
    world.stop().await;
}

#[tokio::test]
async fn long_after_a_token_is_over_its_payment_is_still_the_answer() {
    let world = World::new().await;
    let quote = world.quote("acleda", &jpqr(STORE, None), jpy("3000")).await;
    let never = world.quote("acleda", &jpqr(STORE, None), jpy("100")).await;
    let request = payment_request(&quote);
    let acleda = world.client("acleda");
    let paid = acleda.pay(&request, Some(10)).await.unwrap();
    world.empty().await;
    world.clock.advance_ms(11 * 60_000);
    let acleda = world.client("acleda");
    assert_eq!(acleda.pay(&request, None).await.unwrap(), paid);
    // An id that was never used is refused for its old token, and that is final too.
    let late = payment_request(&never);
    for _ in 0..2 {
        assert_eq!(code_of(acleda.pay(&late, None).await), Code::QuoteExpired);
    }
    let unknown = edge::payment_id();
    let cancelled = acleda.cancel(&unknown).await.unwrap();
    assert_eq!(cancelled.state, StateView::Cancelled);
    world.clock.advance_ms(11 * 60_000);
    world.empty().await;
    assert_eq!(acleda.cancel(&unknown).await.unwrap(), cancelled);
    assert_eq!(code_of(acleda.pay(&late, None).await), Code::QuoteExpired);
    world.stop().await;
}

#[tokio::test]
async fn refunds_of_a_payment_that_left_add_up_to_the_whole_and_no_further() {
    let world = World::new().await;
    let paid = world.pay("3000", Some(10)).await;
    let receipt = paid.receipt.clone().unwrap();
    let mut given = Vec::new();
    for (amount, back) in [("1000", "26712"), ("1", "27"), ("1999", "53397")] {
        world.empty().await;
        let request = refund_of(amount);
        let refund = refund(&world, &paid, &request).await;
        assert_eq!(refund.payer_amount, khr(back));
        given.push((request, refund));
    }
    // The last refund is in memory, the payment and the first two are not.
    let netstars = world.client("netstars");
    let over = refund_of("1");
    let refused = netstars.refund(&paid.payment_id, &over, None).await;
    assert_eq!(code_of(refused), Code::RefundExceedsPayment);
    world.empty().await;
    let refused = netstars.refund(&paid.payment_id, &over, None).await;
    assert_eq!(code_of(refused), Code::RefundExceedsPayment);
    for (request, refund) in &given {
        let again = netstars.refund(&paid.payment_id, request, None).await;
        assert_eq!(&again.unwrap(), refund);
        let status = netstars.refund_status(&paid.payment_id, &request.refund_id);
        assert_eq!(&status.await.unwrap(), refund);
        let other = RefundRequest {
            amount: jpy("2"),
            ..request.clone()
        };
        let other = netstars.refund(&paid.payment_id, &other, None).await;
        assert_eq!(code_of(other), Code::RefundIdConflict);
    }
    let stranger = world.client("sathapana");
    let one = refund_of("1");
    let stranger = stranger.refund(&paid.payment_id, &one, None);
    assert_eq!(code_of(stranger.await), Code::PaymentUnknown);
    let checked = netstars.receipt(&receipt).await.unwrap();
    assert_eq!(checked.refunded.amount, jpy("3000"));
    assert_eq!(checked.refunded.payer_amount, khr("80136"));
    // Each refund was asked with the parties of the payment, which had left before.
    let asks = world.fake("acleda").asks();
    let accounts = asks.iter().map(|ask| ask.creditor.account.as_str());
    assert!(accounts.eq(["dara@aclb"; 3]), "{asks:?}");
    world.stop().await;
}

#[tokio::test]
async fn a_restart_finds_the_same_state_and_the_same_past() {
    let world = World::new().await;
    let paid = world.pay("3000", Some(10)).await;
    refund(&world, &paid, &refund_of("1000")).await;
    world.empty().await;
    let later = world.pay("500", Some(10)).await;
    world.quiet().await;
    let before = world.state_hash().await;
    let world = world.restart().await;
    assert_eq!(world.state_hash().await, before);
    let acleda = world.client("acleda");
    let seen = acleda.payment(&paid.payment_id).await.unwrap();
    assert_eq!(seen.refunded.unwrap().payer_amount, khr("26712"));
    assert_eq!(acleda.payment(&later.payment_id).await.unwrap(), later);
    let rest = refund(&world, &paid, &refund_of("2000")).await;
    assert_eq!(rest.payer_amount, khr("53424"));
    world.stop().await;
}

#[tokio::test]
async fn an_outcome_that_nobody_acknowledged_is_told_from_the_past() {
    let world = World::new().await;
    *world.fake("netstars").refuses.lock().unwrap() = u32::MAX;
    let first = world.pay("3000", Some(10)).await;
    let second = world.pay("500", Some(10)).await;
    assert_eq!(second.state, StateView::Completed);
    world.clock.advance_ms(61_000);
    world.gone().await;
    *world.fake("netstars").refuses.lock().unwrap() = 0;
    let told = world.fake("netstars").told(&first.payment_id).await;
    assert_eq!(
        (told.outcome_sequence, told.state, Some(told.hash)),
        (1, StateView::Completed, first.hash)
    );
    let told = world.fake("netstars").told(&second.payment_id).await;
    assert_eq!(told.outcome_sequence, 2);
    world.quiet().await;
    world.stop().await;
}

#[tokio::test]
async fn damaged_tables_are_made_anew_and_hide_nothing() {
    let world = World::new().await;
    let paid = world.pay("3000", Some(10)).await;
    world.empty().await;
    let world = world.restart_with(|folder| {
        let file = folder.join("hub/projection.db");
        std::fs::write(file, [7; 50_000]).unwrap();
        std::fs::remove_file(folder.join("hub/projection.db-wal")).ok();
    });
    let world = world.await;
    // Until the tables are there again nobody is told that there is no such payment.
    let acleda = world.client("acleda");
    let seen = loop {
        match acleda.payment(&paid.payment_id).await {
            Ok(seen) => break seen,
            Err(error) => assert_eq!(error.problem().unwrap().code(), Code::Busy),
        }
    };
    assert_eq!(seen, paid);
    let rest = refund(&world, &paid, &refund_of("3000")).await;
    assert_eq!(rest.payer_amount, khr("80136"));
    world.stop().await;
}

#[tokio::test]
async fn a_payment_that_the_tables_tell_otherwise_than_the_journal_is_not_refunded() {
    let world = World::new().await;
    let paid = world.pay("3000", Some(10)).await;
    world.empty().await;
    let world = world.restart_with(|folder| {
        // The bytes of the price, 3,000 yen as the row's body holds it, become 3,512.
        let file = folder.join("hub/projection.db");
        let mut bytes = std::fs::read(&file).unwrap();
        let price = [392_u16.to_le_bytes().as_slice(), &3_000_u64.to_le_bytes()].concat();
        let found: Vec<usize> = (0..bytes.len() - price.len())
            .filter(|at| bytes[*at..].starts_with(&price))
            .collect();
        assert!(!found.is_empty(), "the body is in the file");
        for at in found {
            bytes[at + 3] ^= 2;
        }
        std::fs::write(file, bytes).unwrap();
    });
    let world = world.await;
    let netstars = world.client("netstars");
    let wrong = refund_of("3000");
    let refused = netstars.refund(&paid.payment_id, &wrong, None).await;
    assert_eq!(code_of(refused), Code::Internal);
    assert_eq!(world.fake("acleda").asks().len(), 0, "nobody was asked");
    world.stop().await;
}
