//! Figures for the authorities, over HTTP.

use serde_json::Value;

use crate::world::World;

async fn ask(world: &World, who: &str, query: &str) -> crate::world::Raw {
    world
        .signed(who, "GET", &format!("/v1/reports?{query}"), b"")
        .await
}

#[tokio::test]
async fn an_operator_reads_what_was_paid_where_and_for_what() {
    let world = World::new().await;
    world.pay("3000", Some(10)).await;
    world.pay("2000", Some(10)).await;
    world.quiet().await;
    world.empty().await;
    let raw = ask(
        &world,
        "house",
        "from=2020-01-01&to=2029-01-01&by=category,payee&zone=UTC",
    )
    .await;
    assert_eq!(raw.status.as_u16(), 200, "{raw:?}");
    let report = raw.json();
    let whole = &report["whole"];
    assert_eq!(whole["payments"]["completed"], 2);
    assert_eq!(whole["prices"][0]["value"], "5000");
    assert_eq!(whole["distinct"]["shops"], 1, "{whole}");
    assert_eq!(whole["distinct"]["payments_without_shop"], 0);
    let parts = |by: &str| -> Vec<String> {
        let groups = report["groups"].as_array().unwrap();
        let these = groups.iter().filter(|group| group["by"] == by);
        these
            .map(|group| group["name"].as_str().unwrap().to_owned())
            .collect()
    };
    // The category is the registry's, which the code repeats.
    assert_eq!(parts("category"), ["5812"]);
    assert_eq!(parts("payee"), ["netstars"]);
    assert_eq!(parts("corridor"), [""; 0], "it was not asked for");
    assert!(
        report["definitions"]
            .as_array()
            .is_some_and(|all| all.len() > 20)
    );
    world.stop().await;
}

#[tokio::test]
async fn a_report_that_cannot_be_made_is_refused_with_the_reason() {
    let world = World::new().await;
    for query in [
        "",
        "from=2026-01-01",
        "from=2026-01-01&to=2026-01-01",
        "from=2026-02-30&to=2026-03-01",
        "from=2010-01-01&to=2026-01-01",
        "from=2026-01-01&to=2026-02-01&zone=Europe/Paris",
        "from=2026-01-01&to=2026-02-01&by=colour",
        "from=2026-01-01&to=2026-02-01&from=2026-01-01",
        "from=2026-01-01&to=2026-02-01&limit=3",
    ] {
        let raw = ask(&world, "house", query).await;
        assert_eq!(raw.code(), "invalid_field", "{query}: {raw:?}");
        let detail = raw.json()["detail"].as_str().map(str::to_owned);
        assert!(detail.is_some_and(|text| !text.is_empty()), "{query}");
    }
    let raw = ask(&world, "netstars", "from=2026-01-01&to=2026-02-01").await;
    assert_eq!(raw.code(), "not_permitted");
    assert_eq!(raw.json().get("whole"), None::<&Value>);
    world.stop().await;
}
