//! What must be true when everything has come to rest.

use std::collections::BTreeMap;

use engine::{Writer, resume_from, state_hash};
use journal::MemoryJournal;
use journal::memory::MemoryStore;
use projection::{Ask, Home};
use switch::{Item, ItemId, Kind, ParticipantId, State, Switch};

use super::{End, Oracle};
use crate::bank::Bank;
use crate::message::Credit;
use crate::network::{HOUSE, name};
use crate::node::Node;

/// Everything at rest.
pub(crate) struct Rest<'a> {
    pub(crate) node: &'a mut Node,
    pub(crate) store: &'a MemoryStore,
    pub(crate) banks: &'a BTreeMap<ParticipantId, Bank>,
}

/// Looks at everything; tells how many items completed.
pub(crate) fn at_rest(oracle: &mut Oracle, rest: &mut Rest<'_>) -> u64 {
    books(oracle, rest.node.writer.view().switch);
    same_state(oracle, rest);
    kept(oracle, rest);
    nets(oracle, rest);
    for bank in rest.banks.values() {
        credited_iff_debited(oracle, rest, bank);
    }
    refunds(oracle, rest);
    super::actions::at_rest(oracle, rest);
    let completed = oracle.ends.values();
    let completed = completed.filter(|(end, _)| *end == End::Completed).count();
    u64::try_from(completed).unwrap_or(u64::MAX)
}

/// Money is conserved, per currency and book, and no limit was passed.
pub(crate) fn books(oracle: &mut Oracle, switch: &Switch) {
    for broken in switch.identities().into_iter().filter(|one| !one.holds) {
        oracle.violation("money conserved", None, broken.name);
    }
}

/// The state that lives, the journal replayed, and the tables' snapshot are the same.
fn same_state(oracle: &mut Oracle, rest: &mut Rest<'_>) {
    let live = state_hash(rest.node.writer.view().switch);
    let mut journal = MemoryJournal::open(rest.store);
    if let Err(error) = journal.verify(None) {
        oracle.violation("the journal verifies", None, error.to_string());
    }
    match Writer::open(MemoryJournal::open(rest.store)) {
        Ok(replayed) if state_hash(replayed.view().switch) == live => {}
        Ok(_) => oracle.violation("live is replayed", None, "the replayed state is another"),
        Err(error) => oracle.violation("live is replayed", None, error.to_string()),
    }
    let kept = rest.node.chase.keep(0).and_then(|()| {
        let saved = rest.node.chase.tables().snapshot()?;
        Ok(saved.as_ref().and_then(resume_from))
    });
    let head = rest.node.writer.view().head.seq;
    match kept {
        Ok(Some(resume)) if resume.seq == head && state_hash(&resume.switch) == live => {}
        Ok(Some(resume)) if resume.seq < head => {}
        Ok(_) | Err(_) => {
            oracle.violation("live is projected", None, "the projected state is another");
        }
    }
}

fn found(node: &Node, requester: ParticipantId, id: ItemId) -> Option<End> {
    let view = node.writer.view();
    if let Some(closed) = view.switch.closed(requester, id) {
        return Some(closed.refusal.map_or(End::Forbidden, End::Refused));
    }
    let mine = |item: &&Item| item.requester == requester;
    if let Some(item) = view.switch.item(id).filter(mine) {
        return End::of(item.state);
    }
    let ask = Ask {
        id,
        requester: Some(requester),
        payment: None,
    };
    let past = node.chase.tables().past(ask).ok()?;
    if let Some(closed) = past.closed {
        return Some(closed.refusal.map_or(End::Forbidden, End::Refused));
    }
    let item = past.item.map(|found| found.item);
    item.as_ref()
        .filter(mine)
        .and_then(|item| End::of(item.state))
}

/// Whatever anybody was told is what the hub says now.
fn kept(oracle: &mut Oracle, rest: &Rest<'_>) {
    let mut wrong = Vec::new();
    for ((requester, id), (end, who)) in &oracle.ends {
        let now = found(rest.node, *requester, *id);
        if now != Some(*end) {
            wrong.push((
                *id,
                format!("{} was told {end:?}, and it is {now:?}", name(*who)),
            ));
        }
    }
    for (requester, id) in &oracle.taken {
        if found(rest.node, *requester, *id).is_none() {
            wrong.push((*id, "the hub took it, and has no outcome of it".to_owned()));
        }
    }
    for (id, words) in wrong {
        oracle.violation("acknowledged means kept", Some(id), words);
    }
}

/// What each participant added up for itself is its net in all windows that ever were, which were
/// compared with the books one by one.
fn nets(oracle: &mut Oracle, rest: &Rest<'_>) {
    for position in rest.node.writer.view().switch.positions() {
        let who = position.participant;
        let counted = oracle.windows.net_ever(who, position.currency);
        let Some(bank) = rest.banks.get(&who).filter(|_| who != HOUSE) else {
            continue;
        };
        let own = bank.nets.get(&position.currency).copied().unwrap_or(0);
        // Linked payments are no outcomes: who made what good is told by people.
        let made_good = oracle.actions.made_good(who, position.currency);
        let own = own.saturating_add(made_good);
        if own != counted {
            let who = name(who);
            let words = format!(
                "{who} has {own} {:?} and the hub {counted}",
                position.currency
            );
            oracle.violation("nets as told", None, words);
        }
    }
}

fn credited_iff_debited(oracle: &mut Oracle, rest: &Rest<'_>, payer: &Bank) {
    for intent in &payer.ended {
        let id = intent.plan.id;
        let is_debited = intent.end() == Some(End::Completed);
        let payee = rest.banks.get(&intent.plan.payee);
        let credit = payee.and_then(|payee| payee.credits.get(&id)).copied();
        let is_credited = credit == Some(Credit::Credited);
        if is_debited != is_credited && !oracle.is_excused(id) {
            let words = format!("payer {:?}, shop {credit:?}", intent.step);
            oracle.violation("credited if and only if debited", Some(id), words);
        }
        if is_debited {
            let item = item(rest.node, rest.node.chase.tables(), id);
            let told = item.map(|item| (item.amount, item.payer_amount));
            let agreed = intent
                .quote
                .map(|quote| (quote.terms.amount, quote.payer_amount));
            if told != agreed {
                let words = format!("agreed on {agreed:?}, and it was {told:?}");
                oracle.violation("amounts as agreed", Some(id), words);
            }
        }
    }
}

/// What went back of each payment, in both currencies.
fn refunds(oracle: &mut Oracle, rest: &Rest<'_>) {
    let tables = rest.node.chase.tables();
    let mut sums: BTreeMap<ItemId, (u64, u64)> = BTreeMap::new();
    for (id, one) in rest.banks.values().flat_map(|bank| &bank.gave_back) {
        if one.end != Some(End::Completed) {
            continue;
        }
        let Some(item) = item(rest.node, tables, *id) else {
            continue;
        };
        let Kind::Refund { payment } = item.kind else {
            continue;
        };
        let sum = sums.entry(payment).or_default();
        sum.0 = sum.0.saturating_add(item.amount.amount.minor());
        sum.1 = sum.1.saturating_add(item.payer_amount.amount.minor());
    }
    for (payment, (shop, payer)) in sums {
        let Some(item) = item(rest.node, tables, payment) else {
            oracle.violation(
                "acknowledged means kept",
                Some(payment),
                "refunded, and gone",
            );
            continue;
        };
        let whole = item.terms.amount.amount.minor();
        let principal = item.terms.principal.amount.minor();
        let is_whole = shop == whole;
        if item.state != State::Completed || shop > whole || payer > principal {
            let words = format!("{shop} of {whole} and {payer} of {principal} went back");
            oracle.violation("refunds within caps", Some(payment), words);
        } else if is_whole && payer != principal {
            let words = format!("all went back, and {payer} of {principal} to the payer");
            oracle.violation("refunds add up", Some(payment), words);
        }
    }
}

pub(super) fn item(node: &Node, tables: &impl Home, id: ItemId) -> Option<Item> {
    if let Some(item) = node.writer.view().switch.item(id) {
        return Some(item.clone());
    }
    let ask = Ask {
        id,
        requester: None,
        payment: None,
    };
    tables.past(ask).ok()?.item.map(|found| found.item)
}
