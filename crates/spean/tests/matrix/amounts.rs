//! Every magic amount, as a payment and as a refund.

use participant::edge;
use sandbox::desk::api::DeskState;

use crate::check::{Memory, differences};
use crate::flow::TO_JAPAN;
use crate::network::{Finality, Network};
use crate::table::Table;

const MAGIC: [u64; 8] = [901, 902, 903, 904, 905, 906, 907, 908];

/// What the hub, the payer and the shop end with.
fn expected(finality: Finality, amount: u64) -> DeskState {
    match (amount % 1_000, finality) {
        (901 | 902, _) | (904 | 906, Finality::Confirm) => DeskState::Cancelled,
        (_, _) => DeskState::Completed,
    }
}

pub(crate) async fn run(network: &mut Network, memory: &mut Memory, table: &mut Table) {
    let of = |what: &str, network: &Network| {
        format!("magic amounts, {what}, {}", network.finality.name())
    };
    let group = of("payments", network);
    for amount in MAGIC.map(|amount| 2_000 + amount) {
        let mut found = payment(network, amount).await;
        found.extend(differences(network, memory).await);
        table.note(&group, &format!("JPY {amount}"), &found);
    }
    let sale = network.sale(TO_JAPAN, 20_000).await;
    let group = of("refunds", network);
    for amount in MAGIC {
        let mut found = refund(network, &sale, amount).await;
        found.extend(differences(network, memory).await);
        table.note(&group, &format!("JPY {amount}"), &found);
    }
}

/// Time is moved on only once the institution has misbehaved: before, nothing is late.
async fn payment(network: &mut Network, amount: u64) -> Vec<String> {
    let (desk, code) = (network.desk("acleda").clone(), network.code(TO_JAPAN).await);
    let before = network.hits("netstars").await;
    let paying = tokio::spawn(async move { TO_JAPAN.pay(&desk, &code, amount).await });
    network.misbehaves("netstars", before).await;
    network.let_slow_answer(amount).await;
    let settled = network.settle().await;
    let mut found: Vec<String> = settled.err().into_iter().collect();
    if let Err(error) = paying.await.expect("the payer lives") {
        // A rejection is told to the payer as such.
        found.extend((amount % 1_000 != 902).then(|| format!("the payer heard: {error}")));
    }
    let payments = network
        .desk("acleda")
        .payments(TO_JAPAN.account)
        .await
        .expect("payments")
        .payments;
    let last = payments
        .iter()
        .find(|payment| payment.quote.amount.amount == amount.to_string());
    let state = last.map(|payment| payment.state);
    let wanted = expected(network.finality, amount);
    found.extend((state != Some(wanted)).then(|| format!("{state:?} where {wanted:?} is due")));
    found
}

async fn refund(network: &mut Network, sale: &str, amount: u64) -> Vec<String> {
    let desk = network.desk("netstars").clone();
    let (id, before) = (edge::payment_id(), network.hits("acleda").await);
    let wanted = TO_JAPAN.refund(sale, &id, amount);
    let giving = tokio::spawn(async move { desk.refund(&wanted).await });
    network.misbehaves("acleda", before).await;
    network.let_slow_answer(amount).await;
    let settled = network.settle().await;
    let mut found: Vec<String> = settled.err().into_iter().collect();
    if let Err(error) = giving.await.expect("the shop lives") {
        found.push(format!("the shop heard: {error}"));
    }
    let state = network
        .desk("netstars")
        .refund_status(&id)
        .await
        .map(|refund| refund.state);
    let wanted = expected(network.finality, amount);
    let is_due = state.as_ref().is_ok_and(|state| *state == wanted);
    found.extend((!is_due).then(|| format!("{state:?} where {wanted:?} is due")));
    found
}

impl Network {
    /// A slow answer comes in time if the time is moved by no more than it needs.
    async fn let_slow_answer(&self, amount: u64) {
        if amount % 1_000 == 907 {
            self.advance(2_000).await;
        }
    }
}
