//! Shops: published, paid, giving back.

use super::*;

#[tokio::test]
async fn a_new_shop_is_published_with_those_that_wait() {
    let place = Place::netstars().await;
    let running = place.start().await;
    let shops = running.desk.shops().await.unwrap().shops;
    let foreign: Vec<bool> = shops.iter().map(|shop| shop.accepts_foreign).collect();
    assert_eq!(foreign, [true, true, false]);
    assert!(shops.iter().all(|shop| !shop.published));
    let wanted = ShopRequest {
        name: "Garden Flowers".to_owned(),
        name_local: None,
        city: None,
        postal_code: None,
        category: None,
        accepts_foreign: None,
    };
    let opened = running.desk.open_shop(&wanted).await.unwrap();
    assert!(opened.published && opened.accepts_foreign);
    let merchants = place.hub.seen(|seen| seen.merchants.clone());
    assert_eq!(merchants.len(), 4);
    assert_eq!(merchants[&shops[0].shop].name, "Noodle House Tsuru");
    running.stop().await;
}

/// Has the hub sell something for JPY 3,000 at a shop, from the ask to the outcome.
async fn sell(place: &Place, running: &Running, shop: &str) {
    let party = |account: &str| Party {
        name: String::new(),
        account: account.to_owned(),
    };
    let ask = Ask {
        id: "sale".to_owned(),
        kind: AskKind::Payment,
        payment_id: "sale".to_owned(),
        epoch: 1,
        expires_at: participant::edge::rfc3339(NOW_MS + 1),
        amount: text("JPY", "2964"),
        instructed_amount: text("JPY", "3000"),
        creditor: party(shop),
        debtor: party(""),
        payload: String::new(),
    };
    let link = format!("{}/link", running.url);
    place
        .hub
        .call_back(&format!("{link}/credits"), Some(&ask))
        .await
        .unwrap();
    assert_eq!(running.desk.sales(shop).await.unwrap().sales, []);
    let told = outcome(
        1,
        "sale",
        "completed",
        &[("acquirer", "fx1", "netstars", "JPY", "2985")],
    );
    place
        .hub
        .call_back(&format!("{link}/outcomes"), Some(&told))
        .await
        .unwrap();
}

/// A request for some of the sale back, under an id of the desk.
fn back(amount: &str) -> ShopRefundRequest {
    ShopRefundRequest {
        refund_id: None,
        payment_id: "sale".to_owned(),
        amount: text("JPY", amount),
    }
}

#[tokio::test]
async fn a_shop_sells_and_gives_back_whatever_the_hub_says_meanwhile() {
    let place = Place::netstars().await;
    let running = place.start().await;
    let shop = running.desk.shops().await.unwrap().shops.remove(0).shop;
    sell(&place, &running, &shop).await;
    let watched = [
        (shop.as_str(), "JPY"),
        ("hold", "JPY"),
        ("due-to-hub", "JPY"),
    ];
    assert_eq!(
        code(running.desk.refund(&back("3001")).await),
        "refund_exceeds_payment"
    );
    place.hub.will(Will::Refuse(Code::RefundPeriodOver));
    assert_eq!(
        code(running.desk.refund(&back("1000")).await),
        "refund_period_over"
    );
    assert_eq!(running.amounts(watched).await, ["2964", "0", ""]);

    place.hub.will(Will::Silence { took: true });
    let sent = running.desk.refund(&back("1000")).await.unwrap();
    assert_eq!(sent.state, DeskState::Sent);
    // A refusal of a repetition says nothing about the first copy.
    place.hub.will(Will::Refuse(Code::RefundPeriodOver));
    running.teller.reconcile().await.unwrap();
    assert_eq!(running.amounts(watched).await, ["1964", "1000", ""]);
    place.hub.will(Will::Complete(legs(&[(
        "refund", "netstars", "fx1", "JPY", "1000",
    )])));
    running.teller.reconcile().await.unwrap();
    let given = running.desk.refund_status(&sent.refund_id).await.unwrap();
    assert_eq!(given.state, DeskState::Completed);
    assert_eq!(running.amounts(watched).await, ["1964", "0", "1000"]);
    let sales = running.desk.sales(&shop).await.unwrap().sales;
    let [sale] = sales.as_slice() else {
        panic!("{sales:?}")
    };
    let amounts = [&sale.amount, &sale.fee, &sale.received, &sale.refunded];
    assert_eq!(
        amounts.map(|money| money.amount.as_str()),
        ["3000", "36", "2964", "1000"]
    );
    running.stop().await;
}

#[tokio::test]
async fn a_refund_that_never_began_is_given_up_when_no_copy_can_be_under_way() {
    let place = Place::netstars().await;
    let running = place.start().await;
    let shop = running.desk.shops().await.unwrap().shops.remove(0).shop;
    sell(&place, &running, &shop).await;
    place.hub.will(Will::Silence { took: false });
    let sent = running.desk.refund(&back("1000")).await.unwrap();
    place.hub.will(Will::Refuse(Code::ParticipantSuspended));
    let watched = [(shop.as_str(), "JPY"), ("hold", "JPY")];
    running.teller.reconcile().await.unwrap();
    assert_eq!(running.amounts(watched).await, ["1964", "1000"]);
    place.hub.clock.advance_ms(crate::limits::REQUEST_DEAD_MS);
    running.teller.reconcile().await.unwrap();
    assert_eq!(running.amounts(watched).await, ["2964", "0"]);
    let ended = running.desk.refund_status(&sent.refund_id).await.unwrap();
    assert_eq!(ended.state, DeskState::Refused);
    running.stop().await;
}

/// Lets a piece of work begin, up to where it waits for somebody.
async fn begin(work: &mut (impl Future + Unpin)) {
    tokio::select! {
        biased;
        _ = work => panic!("it waits for nobody"),
        () = core::future::ready(()) => {}
    }
}

#[tokio::test]
async fn nobody_else_sends_a_refund_between_its_hold_and_its_first_copy() {
    let place = Place::netstars().await;
    let running = place.start().await;
    let shop = running.desk.shops().await.unwrap().shops.remove(0).shop;
    sell(&place, &running, &shop).await;
    let (teller, id) = (&running.teller, participant::edge::payment_id());
    let wanted = wire::api::RefundRequest {
        refund_id: id.clone(),
        amount: text("JPY", "1000"),
    };
    // The ledger stands still until the hold waits in its queue.
    let (queued, wait) = std::sync::mpsc::channel();
    let mut standstill = Box::pin(teller.ledger.run(move |_books| {
        wait.recv().unwrap();
        Ok(())
    }));
    begin(&mut standstill).await;
    let mut refund = Box::pin(teller.refund("sale".to_owned(), wanted));
    begin(&mut refund).await;
    queued.send(()).unwrap();
    standstill.await.unwrap();
    // The hold is in the books and its first copy has not left: a round sends nothing, though the
    // hub would take it.
    let watched = [(shop.as_str(), "JPY"), ("hold", "JPY")];
    assert_eq!(running.amounts(watched).await, ["1964", "1000"]);
    place.hub.will(Will::Silence { took: true });
    teller.reconcile().await.unwrap();
    assert!(place.hub.seen(|seen| seen.refunds.is_empty()));
    place.hub.will(Will::Refuse(Code::RefundPeriodOver));
    let refused = refund.await;
    assert!(matches!(&refused, Err(Trouble::Hub(problem))
        if problem.code() == Code::RefundPeriodOver));
    assert_eq!(running.amounts(watched).await, ["2964", "0"]);
    // A round that had read it before it was given up leaves no copy either.
    place.hub.will(Will::Ask);
    teller.ask_refund_again(id).await.unwrap();
    assert!(place.hub.seen(|seen| seen.refunds.is_empty()));
    running.stop().await;
}

#[tokio::test]
async fn a_refund_that_is_asked_for_twice_under_one_id_is_given_once() {
    let place = Place::netstars().await;
    let running = place.start().await;
    let shop = running.desk.shops().await.unwrap().shops.remove(0).shop;
    sell(&place, &running, &shop).await;
    let id = participant::edge::payment_id();
    let under = |id: &str, amount: &str| ShopRefundRequest {
        refund_id: Some(id.to_owned()),
        ..back(amount)
    };
    let watched = [(shop.as_str(), "JPY"), ("hold", "JPY")];
    for malformed in ["", "refund-1", &id.to_uppercase()] {
        let told = running.desk.refund(&under(malformed, "1000")).await;
        assert_eq!(code(told), "invalid_field", "{malformed}");
    }
    place.hub.will(Will::Silence { took: true });
    for _time in 0..2 {
        let sent = running.desk.refund(&under(&id, "1000")).await.unwrap();
        assert_eq!((sent.refund_id, sent.state), (id.clone(), DeskState::Sent));
        assert_eq!(running.amounts(watched).await, ["1964", "1000"]);
    }
    // A refusal of the second copy says nothing about the first.
    place.hub.will(Will::Refuse(Code::RefundPeriodOver));
    let sent = running.desk.refund(&under(&id, "1000")).await.unwrap();
    assert_eq!(sent.state, DeskState::Sent);
    assert_eq!(running.amounts(watched).await, ["1964", "1000"]);
    let other_sale = ShopRefundRequest {
        payment_id: "another".to_owned(),
        ..under(&id, "1000")
    };
    for other in [under(&id, "999"), other_sale] {
        let told = running.desk.refund(&other).await;
        assert_eq!(code(told), "refund_id_conflict");
    }
    place.hub.will(Will::Complete(legs(&[(
        "refund", "netstars", "fx1", "JPY", "1000",
    )])));
    let mut answers = Vec::new();
    for _time in 0..2 {
        answers.push(running.desk.refund(&under(&id, "1000")).await.unwrap());
    }
    assert_eq!(answers[0].state, DeskState::Completed);
    assert_eq!(answers[0], answers[1]);
    assert_eq!(running.amounts(watched).await, ["1964", "0"]);
    assert_eq!(place.hub.seen(|seen| seen.refunds.len()), 1);
    running.stop().await;
}
