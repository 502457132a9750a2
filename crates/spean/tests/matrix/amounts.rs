//! Every magic amount, as a payment and as a refund.

use participant::edge;
use sandbox::desk::api::DeskState;
use sandbox::desk::client::DeskError;

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
    let (finality, sale) = (network.finality, network.sale(TO_JAPAN, 20_000).await);
    let stops = |amount: &u64| amount % 1_000 == 901 && finality == Finality::Immediate;
    for amount in MAGIC.into_iter().filter(|amount| !stops(amount)) {
        case(network, memory, table, Of::Payment, amount + 2_000).await;
    }
    for amount in MAGIC.into_iter().filter(|amount| !stops(amount)) {
        case(network, memory, table, Of::Refund(&sale), amount).await;
    }
}

/// A doubt that expires stops the rail of whoever was silent, so these come last.
pub(crate) async fn run_last(network: &mut Network, memory: &mut Memory, table: &mut Table) {
    if network.finality == Finality::Confirm {
        return;
    }
    let sale = network.sale(TO_JAPAN, 20_000).await;
    case(network, memory, table, Of::Payment, 2_901).await;
    case(network, memory, table, Of::Refund(&sale), 901).await;
    let group = "rails that an expired doubt has stopped, immediate";
    let (desk, code) = (network.desk("acleda").clone(), network.code(TO_JAPAN).await);
    let paid = TO_JAPAN.pay(&desk, &code, 3_000).await;
    let mut found = is_stopped(paid.err());
    found.extend(network.settle().await.err());
    found.extend(differences(network, memory).await);
    table.note(group, "a payment at the payee's agent", &found);
    let wanted = TO_JAPAN.refund(&sale, &edge::payment_id(), 100);
    let given = network.desk("netstars").refund(&wanted).await;
    let mut found = is_stopped(given.err());
    found.extend(network.settle().await.err());
    found.extend(differences(network, memory).await);
    table.note(group, "a refund at the payer's bank", &found);
}

fn is_stopped(told: Option<DeskError>) -> Vec<String> {
    match told {
        Some(DeskError::Problem(problem)) if problem.code == "rail_stopped" => Vec::new(),
        other => vec![format!("not stopped: {other:?}")],
    }
}

#[derive(Clone, Copy, Debug)]
enum Of<'a> {
    Payment,
    Refund(&'a str),
}

async fn case(
    network: &mut Network,
    memory: &mut Memory,
    table: &mut Table,
    of: Of<'_>,
    amount: u64,
) {
    let finality = network.finality.name();
    let (group, mut found) = match of {
        Of::Payment => ("payments", payment(network, amount).await),
        Of::Refund(sale) => ("refunds", refund(network, sale, amount).await),
    };
    found.extend(differences(network, memory).await);
    let group = format!("magic amounts, {group}, {finality}");
    table.note(&group, &format!("JPY {amount}"), &found);
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
