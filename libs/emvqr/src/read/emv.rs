//! Codes of schemes that we do not know more about than EMVCo's format.

use alloc::vec::Vec;

use super::common;
use super::judge::{Judge, Spot};
use super::money::Money;
use crate::code::{Account, Initiation, MerchantQr};
use crate::networks;
use crate::rules::kinds::Kind;
use crate::tlv::{self, Node};

/// From this tag on accounts are templates with an identifier.
const TEMPLATES_FIRST: u8 = 26;

/// The accounts of a payload, in the order in which they stand.
pub(crate) fn accounts(payload: &str) -> Vec<Account<'_>> {
    let tree = tlv::parse(payload);
    let accounts = tree.roots().filter(is_account).map(|node| {
        let is_template = node.tag().number() >= TEMPLATES_FIRST;
        let identifier = is_template.then(|| node.child(0)).flatten();
        Account {
            tag: node.tag(),
            identifier: identifier.map(|child| child.value()),
            value: node.value(),
            network: networks::of(&node),
        }
    });
    accounts.collect()
}

fn is_account(node: &Node<'_, '_>) -> bool {
    matches!(node.tag().number(), 2..=51) && !node.is_empty()
}

pub(super) fn check<'a>(judge: &mut Judge<'_, 'a>, money: Money<'a>) -> Option<MerchantQr<'a>> {
    let tree = judge.tree;
    let payload = tree.payload();
    if judge.is_whole && !tree.roots().any(|node| is_account(&node)) {
        let span = payload.len()..payload.len();
        let spot = Spot {
            span,
            name: "account",
            ..Spot::payload(payload)
        };
        judge.report(Kind::AccountMissing, &spot, None);
    }
    if let Some(node) = tree.root(58)
        && !node.value().is_empty()
        && !is_country(node.value())
    {
        judge.report(Kind::CountryShape, &Spot::root(&node), Some(node.value()));
    }
    if let (Some(currency), Some(country)) = (money.currency, tree.root(58))
        && !currency.is_of(country.value())
        && let Some(node) = tree.root(53)
    {
        judge.report(
            Kind::CurrencyCountry,
            &Spot::root(&node),
            Some(node.value()),
        );
    }
    if money.initiation == Some(Initiation::Dynamic) && !money.has_amount {
        judge.report(Kind::DynamicWithoutAmount, &Spot::payload(payload), None);
    }
    let common = common::assemble(judge, money, None)?;
    Some(MerchantQr { common })
}

/// Two capital letters.
pub(super) fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}
