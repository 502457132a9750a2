//! Processes that end at every append, reply and call of a payment and of a refund. One run
//! without a crash counts how often each point is passed; then each of these is a case.

use participant::edge;
use serde_json::{Value, json};

use crate::check::{Memory, differences};
use crate::flow::TO_JAPAN;
use crate::network::Network;
use crate::table::Table;

/// Whoever is killed; FX providers are asked nothing.
const VICTIMS: [(&str, &str); 3] = [
    ("hub", "hub"),
    ("acleda", "payer's bank"),
    ("netstars", "payee's agent"),
];

const NOT_REACHED: &str = "crash points that the second run did not reach";

#[derive(Clone, Copy, Debug)]
enum What {
    Payment,
    Refund,
}

pub(crate) async fn run(network: &mut Network, memory: &mut Memory, table: &mut Table) {
    let sale = network.sale(TO_JAPAN, 900_000).await;
    for (victim, who) in VICTIMS {
        for (what, name) in [(What::Payment, "payment"), (What::Refund, "refund")] {
            let group = format!("{who} killed in a {name}, {}", network.finality.name());
            for at in points(network, victim, what, &sale).await {
                let before = network.revived;
                let mut found = case(network, victim, &at, what, &sale).await;
                found.extend(differences(network, memory).await);
                found.extend(network.audit_verify().await.err());
                // Acknowledgements share batches as they happen to come, so one of the last
                // points may not be passed so often a second time; then nobody died.
                let died = network.revived > before;
                let of = if died { &group } else { NOT_REACHED };
                table.note(of, &format!("{group}, {at}"), &found);
            }
        }
    }
}

/// Every point and every time at which it is passed.
async fn points(network: &mut Network, victim: &str, what: What, sale: &str) -> Vec<String> {
    let nothing = json!({});
    let disarmed = network
        .control(victim, "DELETE", "/control/crash", nothing.clone())
        .await;
    disarmed.expect("the victim is there");
    let found = play(network, what, sale).await;
    assert!(found.is_empty(), "without a crash: {found:?}");
    let standing = network.control(victim, "GET", "/control", nothing).await;
    let standing = standing.expect("the victim is there");
    let passed = standing["passed"].as_object().expect("counts").clone();
    let times = |(point, count): (String, Value)| {
        let count = count.as_u64().expect("a count");
        (1..=count).map(move |time| format!("{point}:{time}"))
    };
    passed.into_iter().flat_map(times).collect()
}

async fn case(
    network: &mut Network,
    victim: &str,
    at: &str,
    what: What,
    sale: &str,
) -> Vec<String> {
    let armed = network
        .control(victim, "PUT", "/control/crash", json!({ "at": at }))
        .await;
    armed.expect("the victim is there");
    let mut found = play(network, what, sale).await;
    // A point that this run did not pass so often must not wait for the next case.
    let disarmed = network
        .control(victim, "DELETE", "/control/crash", json!({}))
        .await;
    found.extend(disarmed.is_none().then(|| format!("`{victim}` is gone")));
    found
}

/// People hear an error when their own side dies under them; what counts is what the books say.
async fn play(network: &mut Network, what: What, sale: &str) -> Vec<String> {
    let payer = network.desk("acleda").clone();
    let shop = network.desk("netstars").clone();
    let code = network.code(TO_JAPAN).await;
    let wanted = TO_JAPAN.refund(sale, &edge::payment_id(), 100);
    let people = tokio::spawn(async move {
        match what {
            What::Payment => drop(TO_JAPAN.pay(&payer, &code, 3_000).await),
            What::Refund => drop(shop.refund(&wanted).await),
        }
    });
    while !people.is_finished() {
        network.bury();
        // Whoever is up again is woken, and so are those who waited for it.
        network.advance(0).await;
        tokio::task::yield_now().await;
    }
    people.await.expect("people live");
    network.settle().await.err().into_iter().collect()
}
