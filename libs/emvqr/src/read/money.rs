//! Currency, amount, tip, and the two indicators in front.

use super::judge::{Judge, Spot};
use crate::amount::Amount;
use crate::code::{Initiation, Tip};
use crate::currency::Currency;
use crate::rules::kinds::Kind;
use crate::tlv::Node;

/// What was understood of it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Money<'a> {
    pub(super) initiation: Option<Initiation>,
    pub(super) currency: Option<Currency>,
    pub(super) amount: Option<Amount<'a>>,
    /// Whether tag 54 is there, understood or not.
    pub(super) has_amount: bool,
    pub(super) tip: Option<Tip<'a>>,
}

pub(super) fn check<'a>(judge: &mut Judge<'_, 'a>) -> Money<'a> {
    let tree = judge.tree;
    let mut money = Money::default();
    if let Some(node) = tree.root(0)
        && !matches!(node.value(), "01" | "")
    {
        judge.report(Kind::FormatVersion, &Spot::root(&node), Some(node.value()));
    }
    if let Some(node) = tree.root(1) {
        money.initiation = check_initiation(judge, &node);
    }
    if let Some(node) = tree.root(53)
        && !node.value().is_empty()
    {
        money.currency = Currency::parse(node.value());
        if money.currency.is_none() {
            judge.report(Kind::CurrencyShape, &Spot::root(&node), Some(node.value()));
        }
    }
    if let Some(node) = tree.root(54) {
        money.has_amount = true;
        money.amount = check_amount(judge, &node, money.currency);
    }
    let (tip, fixed, percent) = (tree.root(55), tree.root(56), tree.root(57));
    if tip.is_some() || fixed.is_some() || percent.is_some() {
        money.tip = check_tip(judge, tip, fixed, percent);
    }
    money
}

fn check_initiation(judge: &mut Judge<'_, '_>, node: &Node<'_, '_>) -> Option<Initiation> {
    match node.value() {
        "11" => Some(Initiation::Static),
        "12" => Some(Initiation::Dynamic),
        other => {
            judge.report(Kind::Initiation, &Spot::root(node), Some(other));
            None
        }
    }
}

fn check_amount<'a>(
    judge: &mut Judge<'_, 'a>,
    node: &Node<'_, 'a>,
    currency: Option<Currency>,
) -> Option<Amount<'a>> {
    let spot = Spot::root(node);
    let amount = match Amount::parse(node.value()) {
        Ok(amount) => amount,
        Err(fault) => {
            judge.report(fault.kind(), &spot, Some(node.value()));
            return None;
        }
    };
    if let Some(exponent) = currency.and_then(Currency::exponent) {
        match amount.minor_units(exponent) {
            Ok(_) if amount.scale() > exponent => {
                judge.report(Kind::AmountZeros, &spot, Some(amount.text()));
            }
            Ok(_) => {}
            Err(fault) => judge.report(fault.kind(), &spot, Some(amount.text())),
        }
    }
    if !amount.is_plain() {
        judge.report(Kind::AmountUnusual, &spot, Some(amount.text()));
    }
    Some(amount)
}

fn check_tip<'a>(
    judge: &mut Judge<'_, 'a>,
    tip: Option<Node<'_, 'a>>,
    fixed: Option<Node<'_, 'a>>,
    percent: Option<Node<'_, 'a>>,
) -> Option<Tip<'a>> {
    let asked = match (&tip, &fixed, &percent) {
        (Some(node), _, _) if node.value() == "01" => Some(Tip::Prompt),
        (Some(node), Some(fee), _) if node.value() == "02" => Some(Tip::Fixed(fee.value())),
        (Some(node), _, Some(fee)) if node.value() == "03" => Some(Tip::Percent(fee.value())),
        (Some(node), _, _) => {
            let is_known = matches!(node.value(), "02" | "03");
            let kind = if is_known {
                Kind::TipContradiction
            } else {
                Kind::TipIndicator
            };
            judge.report(kind, &Spot::root(node), Some(node.value()));
            None
        }
        (None, _, _) => None,
    };
    let (wants_fixed, wants_percent) = (
        matches!(asked, Some(Tip::Fixed(_))),
        matches!(asked, Some(Tip::Percent(_))),
    );
    if let Some(fee) = &fixed {
        let is_fee = Amount::parse(fee.value()).is_ok();
        check_fee(judge, fee, wants_fixed, is_fee);
    }
    if let Some(fee) = &percent {
        check_fee(judge, fee, wants_percent, is_percentage(fee.value()));
    }
    if let (Some(node), Some(_)) = (&tip, &asked) {
        judge.report(Kind::TipAsked, &Spot::root(node), None);
    }
    asked
}

fn check_fee(judge: &mut Judge<'_, '_>, fee: &Node<'_, '_>, is_wanted: bool, is_fee: bool) {
    if !is_wanted {
        judge.report(Kind::TipContradiction, &Spot::root(fee), Some(fee.value()));
    } else if !is_fee {
        judge.report(Kind::FeeShape, &Spot::root(fee), Some(fee.value()));
    }
}

/// Above 0 and below 100, digits with at most two decimals.
fn is_percentage(text: &str) -> bool {
    text.len() <= 5
        && Amount::parse(text)
            .and_then(|amount| amount.minor_units(2))
            .is_ok_and(|hundredths| hundredths < 10_000)
}
