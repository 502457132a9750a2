//! What an institution does by itself, its desk, and its start.

use super::*;

#[tokio::test]
async fn an_fx_provider_publishes_both_rates_and_never_the_same_version_twice() {
    let place = Place::of(
        "fx1",
        Kind::Fx {
            rates: standing_rates("fx1").unwrap(),
        },
    )
    .await;
    let running = place.start().await;
    publish_once(&running.teller).await.unwrap();
    publish_once(&running.teller).await.unwrap();
    running.stop().await;
    let running = place.start().await;
    publish_once(&running.teller).await.unwrap();
    let rates = place.hub.seen(|seen| seen.rates.clone());
    for (corridor, value, currency) in [("KH-JP", "26.712", "JPY"), ("JP-KH", "26.288", "KHR")] {
        let own: Vec<_> = rates
            .iter()
            .filter(|rate| rate.corridor == corridor)
            .collect();
        assert_eq!(own.len(), 3);
        let mut versions: Vec<u64> = own.iter().map(|rate| rate.version).collect();
        versions.sort_unstable();
        versions.dedup();
        assert_eq!(versions.len(), own.len(), "no version twice");
        assert_eq!(own[0].tiers[0].rate.value, value);
        assert_eq!(own[0].tiers[0].amount_max.currency, currency);
    }
    let wanted = CustomerRequest {
        name: "Nobody".to_owned(),
        currency: None,
        balance: None,
        tourist: false,
    };
    assert_eq!(
        code(running.desk.open_customer(&wanted).await),
        "not_offered"
    );
    running.stop().await;
}

#[tokio::test]
async fn an_institution_publishes_by_itself_and_says_when_it_is_ready() {
    let place = Place::netstars().await;
    let bound = bind(place.config.clone()).await.unwrap();
    let (desk, teller) = (bound.address(), Arc::clone(&bound.teller));
    let desk = DeskClient::new(&format!("http://{desk}"));
    let (stop, stopped) = oneshot::channel::<()>();
    let mut ready = teller.ready.subscribe();
    assert!(!*ready.borrow());
    let served = tokio::spawn(bound.serve(async move { drop(stopped.await) }));
    ready.wait_for(|ready| *ready).await.unwrap();
    let health = desk.health().await.unwrap();
    assert!(health.ready && health.simulated);
    assert_eq!(health.participant, "netstars");
    assert!(
        desk.shops()
            .await
            .unwrap()
            .shops
            .iter()
            .all(|shop| shop.published)
    );
    assert_eq!(place.hub.seen(|seen| seen.merchants.len()), 3);
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_desk_opens_accounts_shows_codes_and_says_what_is_wrong() {
    let place = Place::acleda().await;
    let running = place.start().await;
    let wanted = |name: &str, currency: Option<&str>, balance: &str| CustomerRequest {
        name: name.to_owned(),
        currency: currency.map(str::to_owned),
        balance: Some(balance.to_owned()),
        tourist: true,
    };
    let opened = running
        .desk
        .open_customer(&wanted("Sokha", None, "250000"))
        .await
        .unwrap();
    assert_eq!(
        (opened.account.as_str(), opened.balance.as_str()),
        ("sokha2@aclb", "250000")
    );
    assert!(opened.tourist && opened.simulated);
    let dollars = running
        .desk
        .open_customer(&wanted("Mary", Some("USD"), "9.50"))
        .await
        .unwrap();
    assert_eq!(
        (dollars.currency.as_str(), dollars.balance.as_str()),
        ("USD", "9.50")
    );
    for wrong in [
        wanted("", None, "1"),
        wanted("Yen", Some("JPY"), "1"),
        wanted("Half", None, "0.5"),
        wanted("Debt", None, "-1"),
    ] {
        assert_eq!(
            code(running.desk.open_customer(&wrong).await),
            "invalid_field"
        );
    }
    assert_eq!(
        code(running.desk.customer("nobody").await),
        "customer_unknown"
    );
    assert_eq!(running.desk.customers().await.unwrap().customers.len(), 5);

    let shop = running.desk.shops().await.unwrap().shops.remove(0);
    let code_of = |minutes| CodeRequest {
        shop: shop.shop.clone(),
        amount: text("KHR", "20000"),
        minutes,
    };
    assert_eq!(code(running.desk.code(&code_of(0)).await), "invalid_field");
    let shown = running.desk.code(&code_of(10)).await.unwrap();
    let (account, payload) = (opened.account.clone(), shown.payload);
    let transfer = WalletTransfer { account, payload };
    let paid = running.desk.transfer(&transfer).await.unwrap();
    assert_eq!(
        (paid.shop.as_str(), paid.hash.map(|hash| hash.len())),
        (shop.shop.as_str(), Some(64))
    );
    assert_eq!(code(running.desk.transfer(&transfer).await), "code_used");
    let names = [
        ("sokha2@aclb", "KHR"),
        (shop.shop.as_str(), "KHR"),
        (SOKHA, "KHR"),
    ];
    assert_eq!(running.amounts(names).await, ["230000", "20000", "5000000"]);
    running.stop().await;
}

#[tokio::test]
async fn what_makes_no_sense_to_start_with_is_said_before_anything_is_touched() {
    let place = Place::acleda().await;
    let wrong = [
        Config {
            listen: "0.0.0.0:0".parse().unwrap(),
            ..place.config.clone()
        },
        Config {
            key: place.config.hub_keys.clone(),
            ..place.config.clone()
        },
        Config {
            hub_keys: place.config.key.clone(),
            ..place.config.clone()
        },
        Config {
            key: place.folder.path().join("none.pem"),
            ..place.config.clone()
        },
    ];
    for config in wrong {
        assert!(bind(config).await.is_err());
    }
    assert!(!place.config.data_dir.exists());
}

#[tokio::test]
async fn an_address_that_makes_no_sense_is_told_as_a_problem() {
    let place = Place::acleda().await;
    let running = place.start().await;
    let before = running.books().await;
    let connector = hyper_util::client::legacy::connect::HttpConnector::new();
    let executor = hyper_util::rt::TokioExecutor::new();
    let client = hyper_util::client::legacy::Client::builder(executor).build(connector);
    for (method, path, status, code) in [
        ("GET", "/wallet/customers/%FF", 404, "not_found"),
        ("POST", "/wallet/customers/%FF/close", 404, "not_found"),
        ("GET", "/wallet/payments/%FF", 404, "not_found"),
        ("GET", "/shop/refunds/%FF", 404, "not_found"),
        ("GET", "/shop/sales?shop=a&shop=b", 422, "invalid_field"),
        (
            "GET",
            "/wallet/payments?account=a&account=b",
            422,
            "invalid_field",
        ),
        ("GET", "/nowhere", 404, "not_found"),
        ("PUT", "/books", 405, "method_not_allowed"),
        ("GET", "/link/credits/%FF", 401, "signature_missing"),
    ] {
        let body = if method == "GET" { "" } else { "{}" };
        let request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", running.url))
            .header("content-type", "application/json")
            .body(http_body_util::Full::new(hyper::body::Bytes::from(body)))
            .unwrap();
        let (head, body) = client.request(request).await.unwrap().into_parts();
        let body = http_body_util::BodyExt::collect(body).await.unwrap();
        let told: serde_json::Value = serde_json::from_slice(&body.to_bytes()).unwrap();
        assert_eq!(head.status.as_u16(), status, "{path}");
        let media_type = head.headers["content-type"].to_str().unwrap();
        assert_eq!(media_type, "application/problem+json", "{path}");
        assert_eq!(told["code"], code, "{path}");
    }
    assert_eq!(running.books().await, before);
    running.stop().await;
}
