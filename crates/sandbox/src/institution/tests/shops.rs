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

#[tokio::test]
async fn a_shop_sells_and_gives_back_whatever_the_hub_says_meanwhile() {
    let place = Place::netstars().await;
    let running = place.start().await;
    let shop = running.desk.shops().await.unwrap().shops.remove(0).shop;
    sell(&place, &running, &shop).await;
    let back = |amount: &str| ShopRefundRequest {
        payment_id: "sale".to_owned(),
        amount: text("JPY", amount),
    };
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
    let (payment_id, amount) = ("sale".to_owned(), text("JPY", "1000"));
    let sent = running
        .desk
        .refund(&ShopRefundRequest { payment_id, amount })
        .await
        .unwrap();
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
