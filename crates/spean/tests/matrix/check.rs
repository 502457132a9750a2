//! What must be true after every case, of every payment and refund that there ever was.

use std::collections::{BTreeMap, BTreeSet};

use participant::hub::HubClient;
use wire::api::StateView;

use crate::books::{Books, Row};
use crate::network::{INSTITUTIONS, Network};

/// What the hub recorded of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Recorded {
    state: StateView,
    /// What the payer's side pays or gets, and what the shop's side gets or pays.
    payer: i64,
    shop: i64,
}

/// Final words of the hub: they never change, so each is asked for once and again at the end.
#[derive(Default)]
pub(crate) struct Memory(BTreeMap<String, Recorded>);

impl Memory {
    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }
}

/// Differences; none when everybody says the same.
pub(crate) async fn differences(network: &Network, memory: &mut Memory) -> Vec<String> {
    let mut found = Vec::new();
    let standing = network.advance(0).await.expect("everybody is there");
    if !standing.is_quiet {
        found.push(format!("open: {}", standing.whole));
    }
    let audit = network.house.audit().await.expect("an audit");
    for identity in audit.identities.iter().filter(|identity| !identity.holds) {
        found.push(format!("identity `{}` is broken", identity.name));
    }
    nets(network, &mut found).await;
    let books: BTreeMap<&str, Books> = INSTITUTIONS.map(|name| (name, network.books(name))).into();
    let credits: BTreeMap<&str, &Row> = books
        .values()
        .flat_map(|books| books.credits.iter().map(|row| (row.id.as_str(), row)))
        .collect();
    let mut states = BTreeMap::new();
    for (name, own) in &books {
        let client = network.participant(name);
        for row in &own.payments {
            let recorded = payment(&client, memory, &row.id).await;
            let credit = credits.get(row.id.as_str()).copied();
            found.extend(judge_payment(row, recorded.as_ref(), credit));
            states.insert(row.id.clone(), recorded.map(|recorded| recorded.state));
        }
        for row in &own.refunds {
            let recorded = refund(&client, memory, row).await;
            let credit = credits.get(row.id.as_str()).copied();
            found.extend(judge_refund(row, recorded.as_ref(), credit));
            states.insert(row.id.clone(), recorded.map(|recorded| recorded.state));
        }
    }
    let asked_for: BTreeSet<&str> = states.keys().map(String::as_str).collect();
    for id in credits.keys().filter(|id| !asked_for.contains(*id)) {
        found.push(format!("`{id}` was asked and nobody asked for it"));
    }
    found.extend(judge_told(&books, &states));
    found
}

/// The hub's nets are each institution's own books, which add up, with nothing unexplained.
async fn nets(network: &Network, found: &mut Vec<String>) {
    let positions = network
        .house
        .positions()
        .await
        .expect("positions")
        .positions;
    for name in INSTITUTIONS {
        let shown = network.desk(name).books().await.expect("books");
        if !shown.trial_balance_holds {
            found.push(format!("the books of `{name}` do not add up"));
        }
        for account in shown
            .accounts
            .iter()
            .filter(|account| account.account == "suspense")
        {
            if account.amount != "0" && account.amount != "0.00" {
                let amount = format!("{} {}", account.currency, account.amount);
                found.push(format!("`{name}` cannot explain {amount}"));
            }
        }
        for position in positions
            .iter()
            .filter(|position| position.participant == name)
        {
            let own = shown
                .link_net
                .iter()
                .find(|net| net.currency == position.currency);
            let own = own.map_or("0", |net| net.amount.as_str());
            let is_nothing = |text: &str| text == "0" || text == "0.00";
            if own != position.net && !(is_nothing(own) && is_nothing(&position.net)) {
                let (currency, net) = (&position.currency, &position.net);
                found.push(format!(
                    "net of `{name}`: hub {currency} {net}, books {own}"
                ));
            }
        }
    }
}

fn minor(text: &str) -> i64 {
    // Riel and yen have no minor units.
    text.parse().expect("a whole amount")
}

async fn payment(client: &HubClient, memory: &mut Memory, id: &str) -> Option<Recorded> {
    if let Some(known) = memory.0.get(id) {
        return Some(known.clone());
    }
    let view = match client.payment(id).await {
        Ok(view) => view,
        Err(error) => {
            let status = error.problem().map(|problem| problem.status().as_u16());
            assert_eq!(status, Some(404), "the hub about `{id}`: {error}");
            return None;
        }
    };
    let amount = |pick: fn(&wire::api::Terms) -> &wire::api::Money| {
        view.terms
            .as_ref()
            .map_or(0, |terms| minor(&pick(terms).amount))
    };
    let recorded = Recorded {
        state: view.state,
        payer: amount(|terms| &terms.payer_amount),
        shop: amount(|terms| &terms.shop_receives),
    };
    memory.0.insert(id.to_owned(), recorded.clone());
    Some(recorded)
}

async fn refund(client: &HubClient, memory: &mut Memory, row: &Row) -> Option<Recorded> {
    if let Some(known) = memory.0.get(&row.id) {
        return Some(known.clone());
    }
    let view = client.refund_status(&row.payment_id, &row.id).await.ok()?;
    let recorded = Recorded {
        state: view.state,
        payer: minor(&view.payer_amount.amount),
        shop: minor(&view.amount.amount),
    };
    memory.0.insert(row.id.clone(), recorded.clone());
    Some(recorded)
}

/// Debit = what the hub recorded = nothing or the whole; the shop's credit likewise.
fn judge_payment(row: &Row, recorded: Option<&Recorded>, credit: Option<&Row>) -> Option<String> {
    let completed = recorded.filter(|recorded| recorded.state == StateView::Completed);
    let (debit, shop) = completed.map_or((0, 0), |recorded| (-recorded.payer, recorded.shop));
    let state = match (completed, recorded, row.state.as_str()) {
        (Some(_), _, "completed") | (None, _, "cancelled" | "refused") => true,
        // An offer that nobody took; withdrawn at the hub or never known there.
        (
            None,
            None
            | Some(Recorded {
                state: StateView::Cancelled,
                ..
            }),
            "quoted",
        ) => true,
        (_, _, _) => false,
    };
    let got = credit.map_or(0, |credit| credit.moved);
    let whole = completed.is_none() || credit.is_some_and(|credit| credit.state == "credited");
    if state && whole && row.moved == debit && got == shop {
        return None;
    }
    Some(format!(
        "payment: hub {recorded:?}, payer's bank {row:?}, shop's side {credit:?}"
    ))
}

fn judge_refund(row: &Row, recorded: Option<&Recorded>, credit: Option<&Row>) -> Option<String> {
    let completed = recorded.filter(|recorded| recorded.state == StateView::Completed);
    let (shop, payer) = completed.map_or((0, 0), |recorded| (-recorded.shop, recorded.payer));
    let state = match (completed, row.state.as_str()) {
        (Some(_), "completed") | (None, "cancelled" | "refused") => true,
        (_, _) => false,
    };
    let got = credit.map_or(0, |credit| credit.moved);
    if state && row.moved == shop && got == payer {
        return None;
    }
    Some(format!(
        "refund: hub {recorded:?}, shop's side {row:?}, payer's bank {credit:?}"
    ))
}

/// Nobody was told two outcomes, and what anybody was told is the hub's.
fn judge_told(
    books: &BTreeMap<&str, Books>,
    states: &BTreeMap<String, Option<StateView>>,
) -> Vec<String> {
    let mut found = Vec::new();
    for (name, own) in books {
        for (id, told) in &own.told {
            let distinct: BTreeSet<&str> = told.iter().map(String::as_str).collect();
            let recorded = match states.get(id) {
                Some(Some(StateView::Completed)) => "completed",
                Some(Some(StateView::Cancelled)) => "cancelled",
                Some(_) | None => "nothing",
            };
            if distinct != BTreeSet::from([recorded]) {
                found.push(format!(
                    "`{name}` was told {told:?} of `{id}`, recorded {recorded}"
                ));
            }
        }
    }
    found
}
