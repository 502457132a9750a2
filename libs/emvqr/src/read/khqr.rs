//! What makes a KHQR payable beyond the table: one account, riel or dollars, and a time.

use super::common;
use super::detect::{is_individual, store_template};
use super::judge::{Judge, Spot};
use super::money::Money;
use crate::code::{Initiation, Khqr, KhqrKind, Times};
use crate::currency::Currency;
use crate::limits::{CLOCKS_APART_MS, TIME_DIGITS};
use crate::rules::Place;
use crate::rules::kinds::Kind;
use crate::text;
use crate::tlv::Node;

#[inline(always)]
pub(super) fn check<'a>(
    judge: &mut Judge<'_, 'a>,
    account: Node<'_, 'a>,
    money: Money<'a>,
) -> Option<Khqr<'a>> {
    let tree = judge.tree;
    let kind = if is_individual(&account) {
        KhqrKind::Individual
    } else {
        KhqrKind::Merchant
    };
    let account_id = check_account(judge, &account, kind);
    check_currency(judge, money);
    check_country(judge);
    let times = check_times(judge, money);
    let common = common::assemble(judge, money, Some(account.tag()))?;
    let sub = |number| {
        account
            .child(number)
            .map(|node| node.value())
            .filter(|value: &&str| !value.is_empty())
    };
    let (account_information, merchant_id) = match kind {
        KhqrKind::Individual => (sub(1), None),
        KhqrKind::Merchant => (None, sub(1)),
    };
    Some(Khqr {
        common,
        kind,
        account_id: account_id?,
        account_information,
        merchant_id,
        acquiring_bank: sub(2),
        union_pay: tree.root(15).map(|node| node.value()),
        times,
        is_dynamic: is_dynamic(money),
    })
}

/// An amount makes a code one for a single payment, whatever tag 01 says, as official readers
/// have it: they demand an expiry of it.
fn is_dynamic(money: Money<'_>) -> bool {
    money.initiation == Some(Initiation::Dynamic) || money.has_amount
}

/// Readers differ in which of two accounts they pay (most take the last), so two accounts are an
/// attack: the picture shows one shop and another is paid.
fn check_account<'a>(
    judge: &mut Judge<'_, 'a>,
    account: &Node<'_, 'a>,
    kind: KhqrKind,
) -> Option<&'a str> {
    let other = match kind {
        KhqrKind::Individual => 30,
        KhqrKind::Merchant => 29,
    };
    if let Some(second) = judge.tree.root(other) {
        judge.report(Kind::TwoFaced, &Spot::root(&second), None);
    }
    if judge.tree.has_accounts()
        && let Some(store) = store_template(judge.tree)
    {
        judge.report(Kind::TwoSchemes, &Spot::root(&store), None);
    }
    let node = account.child(0)?;
    let id = node.value();
    if is_plain_address(id) {
        return Some(id);
    }
    if !is_address(id) && !id.is_empty() {
        let place = match kind {
            KhqrKind::Individual => Place::Individual,
            KhqrKind::Merchant => Place::Merchant,
        };
        judge.report(
            Kind::AccountShape,
            &Spot::child(account, &node, place),
            Some(id),
        );
    } else if id.bytes().any(|byte| byte == b' ') {
        let spot = Spot::child(account, &node, Place::Individual);
        judge.report(Kind::AccountCharacters, &spot, Some(id));
    }
    Some(id)
}

/// Exactly one `@`, with something other than blanks on both sides.
fn is_address(id: &str) -> bool {
    id.split_once('@').is_some_and(|(name, bank)| {
        !name.trim().is_empty() && !bank.trim().is_empty() && !bank.contains('@')
    })
}

/// The same of most accounts, found out without a search: one `@`, not at either end, and no
/// blanks. Nothing is left early, so that the compiler looks at many bytes at a time.
#[inline]
fn is_plain_address(id: &str) -> bool {
    let count = |wanted: u8| {
        let found = id.bytes().map(|byte| u8::from(byte == wanted));
        found.fold(0_u8, u8::wrapping_add)
    };
    let is_framed = id.len() < 100 && !id.starts_with('@') && !id.ends_with('@');
    is_framed && count(b'@') == 1 && count(b' ') == 0
}

fn check_currency(judge: &mut Judge<'_, '_>, money: Money<'_>) {
    let (Some(currency), Some(node)) = (money.currency, judge.tree.root(53)) else {
        return;
    };
    if currency != Currency::KHR && currency != Currency::USD {
        judge.report(
            Kind::CurrencyMismatch,
            &Spot::root(&node),
            Some(node.value()),
        );
    }
    if currency == Currency::USD
        && let Some(union_pay) = judge.tree.root(15)
    {
        judge.report(Kind::UnionPayDollars, &Spot::root(&union_pay), None);
    }
}

fn check_country(judge: &mut Judge<'_, '_>) {
    let Some(node) = judge.tree.root(58) else {
        return;
    };
    let value = node.value();
    if value.is_empty() {
        return;
    }
    if !super::emv::is_country(value) {
        judge.report(Kind::CountryShape, &Spot::root(&node), Some(value));
    } else if value != "KH" {
        judge.report(Kind::CountryMismatch, &Spot::root(&node), Some(value));
    }
}

fn check_times<'a>(judge: &mut Judge<'_, 'a>, money: Money<'a>) -> Times<'a> {
    let payload = judge.tree.payload();
    let template = judge.tree.root(99);
    let created = template.and_then(|template| template.child(0));
    let expires = template.and_then(|template| template.child(1));
    let mut times = Times {
        created_text: created
            .map(|node| node.value())
            .filter(|text| !text.is_empty()),
        created_ms: created.and_then(|node| time_ms(node.value())),
        expires_ms: None,
    };
    if !is_dynamic(money) {
        if let Some(template) = template {
            judge.report(
                Kind::StaticTimes,
                &Spot::root(&template),
                Some(template.value()),
            );
        }
        return times;
    }
    if !money.has_amount {
        judge.report(Kind::DynamicWithoutAmount, &Spot::payload(payload), None);
    }
    if money.initiation != Some(Initiation::Dynamic)
        && let Some(amount) = judge.tree.root(54)
    {
        judge.report(
            Kind::StaticWithAmount,
            &Spot::root(&amount),
            Some(amount.value()),
        );
    }
    match (template, created) {
        (Some(template), Some(node)) if times.created_ms.is_none() => {
            let spot = Spot::child(&template, &node, Place::Times);
            judge.report(Kind::CreationUnusual, &spot, Some(node.value()));
        }
        (Some(template), Some(node))
            if times
                .created_ms
                .is_some_and(|ms| ms > judge.now_ms.saturating_add(CLOCKS_APART_MS)) =>
        {
            let spot = Spot::child(&template, &node, Place::Times);
            judge.report(Kind::NotYetValid, &spot, Some(node.value()));
        }
        (Some(template), None) => {
            let spot = Spot {
                name: "creation time",
                ..Spot::root(&template)
            };
            judge.report(Kind::CreationMissing, &spot, None);
        }
        (Some(_), Some(_)) | (None, _) => {}
    }
    times.expires_ms = check_expiry(judge, template, expires, times.created_ms);
    times
}

/// The last millisecond counts as in time, as in the official SDK.
fn check_expiry(
    judge: &mut Judge<'_, '_>,
    template: Option<Node<'_, '_>>,
    expires: Option<Node<'_, '_>>,
    created_ms: Option<i64>,
) -> Option<i64> {
    let payload = judge.tree.payload();
    let (template, node) = match (template, expires) {
        (Some(template), Some(node)) if !node.value().is_empty() => (template, node),
        (Some(_) | None, Some(_) | None) => {
            let span = template.map_or(payload.len()..payload.len(), |node| node.span());
            let spot = Spot {
                span,
                name: "expiry time",
                ..Spot::payload(payload)
            };
            judge.report(Kind::ExpiryMissing, &spot, None);
            return None;
        }
    };
    let value = node.value();
    let spot = Spot::child(&template, &node, Place::Times);
    let Some(expires_ms) = time_ms(value) else {
        // The official reader calls what is not a number missing, and a number of another length
        // of invalid length.
        let sdk = if text::is_digits(value) { 49 } else { 45 };
        judge.report(Kind::ExpiryShape, &spot.sdk(sdk), Some(value));
        return None;
    };
    if created_ms.is_some_and(|created_ms| expires_ms < created_ms) {
        judge.report(Kind::ExpiryBeforeCreation, &spot, Some(value));
    }
    if expires_ms < judge.now_ms {
        judge.report(Kind::Expired, &spot, Some(value));
    }
    Some(expires_ms)
}

/// Milliseconds since 1970 in exactly 13 digits. Some banks write something else as the creation
/// time, hexadecimal for one, so this is never parsed without a look.
#[inline]
fn time_ms(text: &str) -> Option<i64> {
    let bytes = text.as_bytes().first_chunk::<TIME_DIGITS>()?;
    let (mut time_ms, mut is_read) = (0, text.len() == TIME_DIGITS);
    for byte in bytes {
        is_read &= byte.is_ascii_digit();
        // 13 digits, or 13 times what is no digit, are far from what the type holds.
        time_ms = time_ms * 10 + i64::from(byte & 0xF);
    }
    is_read.then_some(time_ms)
}
