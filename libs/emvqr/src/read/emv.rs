//! Codes of schemes that we do not know more about than EMVCo's format.

use alloc::vec::Vec;

use super::common;
use super::judge::{Judge, Spot};
use super::money::Money;
use crate::code::{Account, Initiation, MerchantQr};
use crate::rules::kinds::Kind;

/// From this tag on accounts are templates with an identifier.
const TEMPLATES_FIRST: u8 = 26;

pub(super) fn check<'a>(judge: &mut Judge<'_, 'a>, money: Money<'a>) -> Option<MerchantQr<'a>> {
    let tree = judge.tree;
    let payload = tree.payload();
    let accounts: Vec<Account<'a>> = tree
        .roots()
        .filter(|node| matches!(node.tag().number(), 2..=51) && !node.value().is_empty())
        .map(|node| {
            let is_template = node.tag().number() >= TEMPLATES_FIRST;
            let identifier = if is_template {
                node.child(0).map(|child| child.value())
            } else {
                None
            };
            Account {
                tag: node.tag(),
                identifier,
                value: node.value(),
            }
        })
        .collect();
    if accounts.is_empty() && judge.is_whole {
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
    if money.initiation == Some(Initiation::Dynamic) && !money.has_amount {
        judge.report(Kind::DynamicWithoutAmount, &Spot::payload(payload), None);
    }
    let common = common::assemble(judge, money, None)?;
    Some(MerchantQr { common, accounts })
}

/// Two capital letters.
pub(super) fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}
