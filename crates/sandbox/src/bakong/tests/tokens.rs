//! Tokens: their life, their budget, their renewal, and settings that make no sense.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;

const UNAUTHORISED: &str = "Unauthorized, not yet requested for token or code invalid";

async fn check(up: &Up, token: Option<&str>) -> Told {
    let body = json!({"md5": payload_md5(DYNAMIC)}).to_string();
    up.send(Method::POST, "/v1/check_transaction_by_md5", token, &body)
        .await
}

async fn renew(up: &Up, email: &str) -> Told {
    let body = json!({"email": email}).to_string();
    up.send(Method::POST, "/v1/renew_token", None, &body).await
}

fn token_of(told: &Told) -> String {
    let json = told.json();
    assert_eq!(
        (
            &json["responseCode"],
            &json["errorCode"],
            &json["responseMessage"]
        ),
        (&json!(0), &Value::Null, &json!("Token has been issued"))
    );
    json["data"]["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn without_a_good_token_nothing_is_answered() {
    let up = Up::start(Behaviour::default()).await;
    let good = up.token();
    let long = "x".repeat(2_000);
    let bent = format!("{good}x");
    for token in [
        None,
        Some(""),
        Some("a.b.c"),
        Some(long.as_str()),
        Some(bent.as_str()),
    ] {
        let told = check(&up, token).await;
        assert_eq!(told.refusal(), (401, json!(1), json!(6)), "{token:?}");
        assert_eq!(told.json()["responseMessage"], UNAUTHORISED);
    }
    assert_eq!(check(&up, Some(&good)).await.json()["responseCode"], 0);
}

#[tokio::test]
async fn a_token_says_when_it_ends_and_ends_then() {
    let up = Up::start(Behaviour::default()).await;
    let token = up.token();
    let claims = token.split('.').nth(1).unwrap();
    let claims = URL_SAFE_NO_PAD.decode(claims).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["iat"], NOW_MS / 1_000);
    assert_eq!(claims["exp"], (NOW_MS + 90 * DAY_MS) / 1_000);
    assert_eq!(claims["data"]["simulated"], true);
    up.clock.advance_ms(90 * DAY_MS - 1);
    assert_eq!(check(&up, Some(&token)).await.json()["responseCode"], 0);
    up.clock.advance_ms(1);
    let told = check(&up, Some(&token)).await;
    assert_eq!(told.refusal(), (401, json!(1), json!(6)));
    // The next start leaves a fresh one.
    let up = up.again(Behaviour::default()).await;
    let fresh = up.token();
    assert_ne!(fresh, token);
    assert_eq!(check(&up, Some(&fresh)).await.json()["responseCode"], 0);
    let up = up.again(Behaviour::default()).await;
    assert_eq!(up.token(), fresh, "a good one stays");
}

#[tokio::test]
async fn renewing_takes_a_registered_address_and_nothing_else() {
    let up = Up::start(Behaviour::default()).await;
    let old = up.token();
    let new = token_of(&renew(&up, "developer@example.com").await);
    assert_ne!(new, old);
    for token in [&new, &old] {
        assert_eq!(check(&up, Some(token)).await.json()["responseCode"], 0);
    }
    let told = renew(&up, "stranger@example.com").await;
    assert_eq!(told.refusal(), (200, json!(1), json!(10)));
    assert_eq!(told.json()["responseMessage"], "Not registered yet");
    let up = up
        .again(Behaviour {
            renewal_ends_older: true,
            integrators: vec!["other@example.com".to_owned()],
            ..Behaviour::default()
        })
        .await;
    // Who left the register has lost the tokens too.
    assert_eq!(
        check(&up, Some(&new)).await.status,
        StatusCode::UNAUTHORIZED
    );
    let old = up.token();
    let new = token_of(&renew(&up, "other@example.com").await);
    assert_eq!(
        check(&up, Some(&old)).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(check(&up, Some(&new)).await.json()["responseCode"], 0);
}

#[tokio::test]
async fn who_renews_in_a_loop_keeps_the_newest_tokens_only() {
    let up = Up::start(Behaviour::default()).await;
    let first = up.token();
    let mut last = String::new();
    for _time in 0..crate::limits::BAKONG_TOKENS_MAX {
        last = token_of(&renew(&up, "developer@example.com").await);
    }
    assert_eq!(
        check(&up, Some(&first)).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(check(&up, Some(&last)).await.json()["responseCode"], 0);
}

#[tokio::test]
async fn the_budget_is_the_tokens_own_counts_refused_calls_and_returns_with_the_day() {
    let few = Behaviour {
        budget_per_day: 3,
        ..Behaviour::default()
    };
    let up = Up::start(few.clone()).await;
    let other = token_of(&renew(&up, "developer@example.com").await);
    let bad = up.ask("check_transaction_by_md5", json!({})).await;
    assert_eq!(bad.refusal(), (400, json!(1), json!(5)));
    let token = up.token();
    // One list is one call; the account's check and renewing cost nothing.
    let list = up
        .ask("check_transaction_by_md5_list", json!(["a", "b"]))
        .await;
    assert_eq!(list.json()["responseCode"], 0);
    let account = json!({"accountId": "shop_one@aclb"});
    assert_eq!(
        up.ask("check_bakong_account", account.clone()).await.json()["responseCode"],
        0
    );
    assert_eq!(check(&up, Some(&token)).await.json()["responseCode"], 0);
    let told = check(&up, Some(&token)).await;
    assert_eq!(told.refusal(), (429, json!(1), json!(17)));
    assert_eq!(check(&up, Some(&other)).await.json()["responseCode"], 0);
    // A new start forgets nothing. It is midnight UTC; the day in Phnom Penh ends in 17 hours.
    let up = up.again(few).await;
    up.clock.advance_ms(17 * 60 * 60 * 1_000 - 1);
    assert_eq!(
        check(&up, Some(&token)).await.refusal(),
        (429, json!(1), json!(17))
    );
    up.clock.advance_ms(1);
    assert_eq!(check(&up, Some(&token)).await.json()["responseCode"], 0);
    let up = up
        .again(Behaviour {
            budget_per_day: 0,
            exhausted_http: 200,
            exhausted_code: 1,
            account_needs_token: true,
            ..Behaviour::default()
        })
        .await;
    let told = up.ask("check_bakong_account", account).await;
    assert_eq!(told.refusal(), (200, json!(1), json!(1)));
}

#[tokio::test]
async fn settings_that_make_no_sense_and_addresses_for_strangers_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let attempt = async |behaviour: Behaviour, listen: &str| {
        let config = Config {
            data_dir: folder.path().to_owned(),
            listen: listen.parse().unwrap(),
            banks: Vec::new(),
            behaviour,
            clock: Clock::manual(NOW_MS),
        };
        bind(config)
            .await
            .map(|_bound| ())
            .map_err(|fault| fault.to_string())
    };
    let usual = Behaviour::default;
    let text = |text: &str| vec![text.to_owned()];
    for (behaviour, word) in [
        (
            Behaviour {
                exhausted_http: 99,
                ..usual()
            },
            "exhausted_http",
        ),
        (
            Behaviour {
                not_found_http: 1_000,
                ..usual()
            },
            "not_found_http",
        ),
        (
            Behaviour {
                closed: text("verify"),
                ..usual()
            },
            "closed",
        ),
        (
            Behaviour {
                integrators: text("nobody"),
                ..usual()
            },
            "nobody",
        ),
        (
            Behaviour {
                integrators: vec![usual().integrators.remove(0); 101],
                ..usual()
            },
            "integrators",
        ),
    ] {
        let refused = attempt(behaviour, "127.0.0.1:0").await.unwrap_err();
        assert!(refused.contains(word), "{refused}");
    }
    let refused = attempt(usual(), "0.0.0.0:0").await.unwrap_err();
    assert!(refused.contains("0.0.0.0"), "{refused}");
    assert!(!folder.path().join("token").exists());
    attempt(usual(), "127.0.0.1:0").await.unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let token = std::fs::metadata(folder.path().join("token")).unwrap();
        assert_eq!(token.permissions().mode() & 0o777, 0o600);
    }
}
