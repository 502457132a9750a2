//! Statements of different parties about the same money, held against each other.

use std::collections::BTreeMap;

use money::{Amount, Currency};
use wire::api::{Identity, Money};
use wire::receipt::Receipt;

use super::settlement::signed;
use super::{Network, Paid, Story, StoryError, at_hub};
use crate::desk::api::Books;

/// Whether an institution's own net with the link is what the hub says it is, in every currency
/// that either of them knows.
pub(super) fn agrees(books: &Books, nets: &BTreeMap<(String, String), i128>) -> bool {
    let at_hub = |currency: &str| {
        let key = (books.participant.clone(), currency.to_owned());
        nets.get(&key).copied().unwrap_or_default()
    };
    let own = |currency: &str| {
        let net = books.link_net.iter().find(|net| net.currency == currency);
        net.map_or(0, |net| signed(&net.amount, currency))
    };
    let theirs = nets.keys().filter(|(who, _)| *who == books.participant);
    let currencies = theirs.map(|(_, currency)| currency.as_str());
    let ours = books.link_net.iter().map(|net| net.currency.as_str());
    currencies
        .chain(ours)
        .all(|currency| own(currency) == at_hub(currency))
}

/// The hub's identities, and those between the parties.
pub(super) async fn identities(
    network: &Network,
    story: &Story,
) -> Result<Vec<Identity>, StoryError> {
    let mut all = story.audit.identities.clone();
    let mut add = |name: String, holds: bool| all.push(Identity { name, holds });
    add("nothing_is_open".to_owned(), story.audit.open_items == 0);
    add(
        "everybody_was_told".to_owned(),
        story.audit.untold_outcomes == 0,
    );
    for books in &story.books {
        let who = &books.participant;
        add(format!("{who}_books_balance"), books.trial_balance_holds);
        add(format!("{who}_net_is_the_hubs"), agrees(books, &story.nets));
    }
    let keys = network
        .house
        .keys()
        .await
        .map_err(at_hub("read the hub's keys"))?;
    for paid in &story.payments {
        let way = paid.direction;
        add(
            format!("{way}_customer_paid_what_was_quoted"),
            paid_as_quoted(paid),
        );
        add(
            format!("{way}_hub_kept_what_was_quoted"),
            kept_as_quoted(paid),
        );
        let receipt = paid.hub.receipt.as_deref().unwrap_or_default();
        let genuine = Receipt::decode(receipt, &keys)
            .is_ok_and(|receipt| receipt.payment.to_string() == paid.quoted.payment_id);
        add(format!("{way}_receipt_is_genuine"), genuine);
    }
    add("refund_came_back".to_owned(), came_back(story));
    Ok(all)
}

/// What left the customer's balance is what the customer was shown before confirming.
fn paid_as_quoted(paid: &Paid) -> bool {
    let [before, after] = &paid.customer;
    let minor = |text: &str| minor(&before.currency, text);
    let quoted = &paid.quoted.quote.payer_amount;
    match (
        minor(&before.balance),
        minor(&after.balance),
        minor(&quoted.amount),
    ) {
        (Some(before), Some(after), Some(paid)) => before.checked_sub(paid) == Some(after),
        (_, _, _) => false,
    }
}

fn kept_as_quoted(paid: &Paid) -> bool {
    let quote = &paid.quoted.quote;
    paid.hub.terms.as_ref().is_some_and(|terms| {
        terms.payer_amount == quote.payer_amount
            && terms.shop_receives == quote.shop_receives
            && terms.rate == quote.rate
            && terms.reference_rate == quote.reference_rate
    })
}

/// What came back to the customer is what the hub says went back, by this refund.
fn came_back(story: &Story) -> bool {
    let Some(first) = story.payments.first() else {
        return false;
    };
    let [_, before] = &first.customer;
    let Some(refund) = &story.refund.shop.refund else {
        return false;
    };
    let back: &Money = &refund.payer_amount;
    let minor = |text: &str| minor(&before.currency, text);
    match (
        minor(&before.balance),
        minor(&story.refund.customer.balance),
        minor(&back.amount),
    ) {
        (Some(before), Some(after), Some(back)) => before.checked_add(back) == Some(after),
        (_, _, _) => false,
    }
}

fn minor(currency: &str, text: &str) -> Option<Amount> {
    Amount::parse(text, Currency::from_alpha(currency)?).ok()
}
