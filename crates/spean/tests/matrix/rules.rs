//! Faults that are asked for at the control endpoint: on outcomes, resolving and look-ups, where
//! no amount says so. Each once; the repetition is answered as it should be.

use std::collections::BTreeSet;

use sandbox::desk::api::DeskState;
use serde_json::json;

use crate::check::{Memory, differences};
use crate::flow::{TO_CAMBODIA, TO_JAPAN, Way};
use crate::network::{Finality, Network};
use crate::table::Table;

const KINDS: [&str; 8] = [
    "silent",
    "rejects",
    "answers_twice",
    "late",
    "out_of_order",
    "bad_signature",
    "slow",
    "dies_after_answering",
];

pub(crate) async fn run(network: &mut Network, memory: &mut Memory, table: &mut Table) {
    for (who, name) in [("acleda", "payer's bank"), ("netstars", "payee's agent")] {
        let group = format!("faults on outcomes, {name}, {}", network.finality.name());
        for kind in KINDS {
            let rule = json!([{ "fault": kind, "on": ["outcomes"], "times": 1 }]);
            let case = Case {
                way: TO_JAPAN,
                who,
                rule,
                wanted: Some(DeskState::Completed),
            };
            case.run(network, memory, table, (&group, kind)).await;
        }
    }
    let group = format!("faults on resolving, {}", network.finality.name());
    for kind in KINDS.into_iter().filter(|kind| *kind != "out_of_order") {
        // Without an answer to whose account it is, nothing begins.
        let begins = ["answers_twice", "slow", "dies_after_answering"].contains(&kind);
        let rule = json!([{ "fault": kind, "on": ["resolve"], "times": 1 }]);
        let wanted = begins.then_some(DeskState::Completed);
        let case = Case {
            way: TO_CAMBODIA,
            who: "sathapana",
            rule,
            wanted,
        };
        case.run(network, memory, table, (&group, kind)).await;
    }
    if network.finality == Finality::Immediate {
        let group = "faults on look-ups of what is in doubt, immediate";
        for kind in KINDS {
            let rule = json!([
                { "fault": "late", "on": ["credits"] },
                { "fault": kind, "on": ["status"], "times": 1 }
            ]);
            let wanted = Some(DeskState::Completed);
            let case = Case {
                way: TO_JAPAN,
                who: "netstars",
                rule,
                wanted,
            };
            case.run(network, memory, table, (group, kind)).await;
        }
    }
}

struct Case {
    way: Way,
    /// Whoever misbehaves.
    who: &'static str,
    rule: serde_json::Value,
    /// How the payment ends; `None` where none begins.
    wanted: Option<DeskState>,
}

impl Case {
    async fn run(
        self,
        network: &mut Network,
        memory: &mut Memory,
        table: &mut Table,
        (group, kind): (&str, &str),
    ) {
        network.set_faults(self.who, self.rule).await;
        let (desk, code) = (
            network.desk(self.way.payer).clone(),
            network.code(self.way).await,
        );
        let before = network.hits(self.who).await;
        let way = self.way;
        let before_it = network
            .desk(way.payer)
            .payments(way.account)
            .await
            .expect("a list");
        let before_it: BTreeSet<String> = before_it
            .payments
            .into_iter()
            .map(|payment| payment.payment_id)
            .collect();
        let paying = tokio::spawn(async move { way.pay(&desk, &code, 4_000).await });
        network.misbehaves(self.who, before).await;
        // A slow answer comes in time, and nobody waits for what never comes.
        match kind {
            "slow" => drop(network.advance(2_000).await),
            "silent" | "late" => drop(network.advance(5_001).await),
            _ => {}
        }
        let mut found: Vec<String> = network
            .until_done(&paying)
            .await
            .err()
            .into_iter()
            .collect();
        let paid = paying.await.expect("the payer lives");
        found.extend(network.settle().await.err());
        // Who pays at a bank that dies hears nothing and looks again.
        let payments = network
            .desk(way.payer)
            .payments(way.account)
            .await
            .expect("a list");
        let known = payments
            .payments
            .into_iter()
            .find(|payment| !before_it.contains(&payment.payment_id));
        let ended = known.map(|payment| payment.state);
        if ended != self.wanted {
            found.push(format!(
                "{ended:?} where {:?} is due: {:?}",
                self.wanted,
                paid.err()
            ));
        }
        network.set_faults(self.who, json!([])).await;
        found.extend(differences(network, memory).await);
        table.note(group, kind, &found);
    }
}
