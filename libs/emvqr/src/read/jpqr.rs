//! What makes a JPQR payable beyond the table: one store, yen, Japan, a Japanese name.

use super::common;
use super::detect::is_store_template;
use super::judge::{Judge, Spot};
use super::money::Money;
use crate::code::{Initiation, Jpqr, StoreId};
use crate::currency::Currency;
use crate::rules::Place;
use crate::rules::kinds::Kind;
use crate::text;
use crate::tlv::Node;

const POSTAL_DIGITS: usize = 7;

pub(super) fn check<'a>(
    judge: &mut Judge<'_, 'a>,
    store: Node<'_, 'a>,
    money: Money<'a>,
) -> Option<Jpqr<'a>> {
    let tree = judge.tree;
    let store_id = check_store(judge, &store);
    check_origin(judge, money);
    check_initiation(judge, money);
    let local_name = check_language(judge);
    if let Some(node) = tree.root(61)
        && !node.value().is_empty()
        && !(node.value().len() == POSTAL_DIGITS && text::is_digits(node.value()))
    {
        judge.report(Kind::PostalShape, &Spot::root(&node), Some(node.value()));
    }
    let common = common::assemble(judge, money, Some(store.tag()))?;
    let jpqr = Jpqr {
        common,
        store_id: store_id?,
        local_name: local_name?,
    };
    if !jpqr.store_is_numeric() {
        let spot = Spot::root(&store);
        judge.report(Kind::StoreLetters, &spot, Some(store.value()));
    }
    Some(jpqr)
}

fn check_store<'a>(judge: &mut Judge<'_, 'a>, store: &Node<'_, 'a>) -> Option<StoreId<'a>> {
    let second = judge
        .tree
        .roots()
        .filter(is_store_template)
        .find(|node| node.span() != store.span());
    if let Some(second) = second {
        judge.report(Kind::TwoFaced, &Spot::root(&second), None);
    }
    let mut levels = [""; 4];
    for (number, slot) in (1..).zip(&mut levels) {
        // An absent level has its finding from the table, a level of another length too.
        let Some(node) = store.child(number) else {
            continue;
        };
        *slot = node.value();
        if !node
            .value()
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric())
        {
            let spot = Spot::child(store, &node, Place::Store);
            judge.report(Kind::StoreId, &spot, Some(node.value()));
        }
    }
    StoreId::new(levels)
}

fn check_origin(judge: &mut Judge<'_, '_>, money: Money<'_>) {
    if let (Some(currency), Some(node)) = (money.currency, judge.tree.root(53))
        && currency != Currency::JPY
    {
        judge.report(
            Kind::CurrencyMismatch,
            &Spot::root(&node),
            Some(node.value()),
        );
    }
    if let Some(node) = judge.tree.root(58) {
        let value = node.value();
        if value.is_empty() {
            return;
        }
        if !super::emv::is_country(value) {
            judge.report(Kind::CountryShape, &Spot::root(&node), Some(value));
        } else if value != "JP" {
            judge.report(Kind::CountryMismatch, &Spot::root(&node), Some(value));
        }
    }
}

fn check_initiation(judge: &mut Judge<'_, '_>, money: Money<'_>) {
    let is_dynamic = money.initiation == Some(Initiation::Dynamic);
    if is_dynamic && !money.has_amount {
        let spot = Spot::payload(judge.tree.payload());
        judge.report(Kind::DynamicWithoutAmount, &spot, None);
    }
    if !is_dynamic && let Some(amount) = judge.tree.root(54) {
        judge.report(
            Kind::StaticWithAmount,
            &Spot::root(&amount),
            Some(amount.value()),
        );
    }
}

/// The language is `JA` to the letter, as Japanese readers have it.
fn check_language<'a>(judge: &mut Judge<'_, 'a>) -> Option<&'a str> {
    let template = judge.tree.root(64)?;
    if let Some(node) = template.child(0)
        && !matches!(node.value(), "JA" | "")
    {
        let spot = Spot::child(&template, &node, Place::Language);
        judge.report(Kind::LanguageNotJa, &spot, Some(node.value()));
    }
    if let Some(city) = template.child(2) {
        let spot = Spot::child(&template, &city, Place::Language);
        judge.report(Kind::LocalCity, &spot, Some(city.value()));
    }
    template
        .child(1)
        .map(|node| node.value())
        .filter(|name| !name.is_empty())
}
