//! Two networks beside each other, one for each finality.

use crate::check::{Memory, differences};
use crate::network::{Finality, Network};
use crate::table::Table;
use crate::{amounts, calls, crashes, rules};

async fn whole(finality: Finality, from_port: u16) -> Table {
    let mut table = Table::default();
    let mut memory = Memory::default();
    let mut network = Network::start(finality, from_port).await;
    amounts::run(&mut network, &mut memory, &mut table).await;
    rules::run(&mut network, &mut memory, &mut table).await;
    calls::run(&mut network, &mut memory, &mut table).await;
    crashes::run(&mut network, &mut memory, &mut table).await;
    amounts::run_last(&mut network, &mut memory, &mut table).await;
    // What the hub said once it says for ever.
    memory.forget();
    let mut found = differences(&network, &mut memory).await;
    found.extend(network.audit_verify().await.err());
    let group = format!("everything again at the end, {}", finality.name());
    table.note(&group, "all payments and refunds", &found);
    table
}

fn in_a_thread(finality: Finality, from_port: u16) -> std::thread::JoinHandle<Table> {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build();
        runtime
            .expect("a runtime")
            .block_on(whole(finality, from_port))
    })
}

#[test]
fn nothing_is_lost_doubled_or_stranded() {
    // Below the ports that the system gives to connections, and another row for every run.
    let own = u16::try_from(std::process::id() % 500).expect("small") * 10;
    let networks = [
        in_a_thread(Finality::Confirm, 20_000 + own),
        in_a_thread(Finality::Immediate, 26_000 + own),
    ];
    let mut table = Table::default();
    for network in networks {
        table.take(network.join().expect("the matrix runs to its end"));
    }
    let text = table.text();
    println!("{text}");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/matrix.md");
    std::fs::write(path, &text).expect("the table is written");
    assert!(table.failures.is_empty(), "{}", table.failures.join("\n"));
}
