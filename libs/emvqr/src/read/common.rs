//! What all schemes have in common, put together. Nothing is judged here.

use alloc::vec::Vec;

use super::judge::Judge;
use super::money::Money;
use crate::code::{Additional, Common, Local, Scheme, UnknownField};
use crate::tlv::{self, Node, Tag, Tree};

/// `own` is the tag of the scheme's account; accounts of others are kept as unknown fields.
/// `None` if currency or country are missing, which has its finding.
#[inline(always)]
pub(super) fn assemble<'a>(
    judge: &Judge<'_, 'a>,
    money: Money<'a>,
    own: Option<Tag>,
) -> Option<Common<'a>> {
    let tree: &Tree<'a> = judge.tree;
    let value = |number| tree.root(number).map(|node| node.value());
    Some(Common {
        payload: tree.payload(),
        initiation: money.initiation,
        category: value(52),
        currency: money.currency?,
        amount: money.amount,
        tip: money.tip,
        country: value(58)?,
        name: value(59),
        city: value(60),
        postal_code: value(61),
        additional: tree.root(62).map(additional_of).unwrap_or_default(),
        local: tree.root(64).and_then(local_of),
        scheme: judge.scheme,
        own,
    })
}

#[inline(always)]
fn additional_of<'a>(template: Node<'_, 'a>) -> Additional<'a> {
    let mut additional = Additional::default();
    for node in template.children() {
        let field = match node.tag().number() {
            1 => &mut additional.bill,
            2 => &mut additional.mobile,
            3 => &mut additional.store_label,
            5 => &mut additional.reference,
            7 => &mut additional.terminal,
            8 => &mut additional.purpose,
            _ => continue,
        };
        *field = Some(node.value());
    }
    additional
}

fn local_of<'a>(template: Node<'_, 'a>) -> Option<Local<'a>> {
    let filled = |number| {
        template
            .child(number)
            .map(|node| node.value())
            .filter(|value: &&str| !value.is_empty())
    };
    Some(Local {
        language: filled(0)?,
        name: filled(1)?,
        city: filled(2),
    })
}

/// The fields of `payload` that nothing else speaks of, found by reading it once more: few codes
/// have any, and fewer callers ask.
pub(crate) fn unknown<'a>(
    payload: &'a str,
    scheme: Scheme,
    own: Option<Tag>,
) -> Vec<UnknownField<'a>> {
    let tree = tlv::parse(payload);
    let mut unknown = Vec::new();
    for node in tree.roots() {
        let whole = UnknownField {
            tag: node.tag(),
            sub: None,
            value: node.value(),
        };
        match (node.tag().number(), scheme) {
            (62, _) => keep_children(&node, |sub| !matches!(sub, 1..=3 | 5 | 7 | 8), &mut unknown),
            (64, _) => keep_children(&node, |sub| sub > 2, &mut unknown),
            (15, Scheme::Khqr) => {}
            (99, Scheme::Khqr) => keep_children(&node, |sub| sub > 1, &mut unknown),
            (2..=51, Scheme::Khqr | Scheme::Jpqr) if own != Some(node.tag()) => unknown.push(whole),
            (2..=51, Scheme::Khqr) => keep_children(&node, |sub| sub > 2, &mut unknown),
            (2..=51, Scheme::Jpqr) => keep_children(&node, |sub| sub > 4, &mut unknown),
            (65..=99, _) => unknown.push(whole),
            (_, Scheme::Khqr | Scheme::Jpqr | Scheme::Emv) => {}
        }
    }
    unknown
}

/// Keeps the fields inside a template that are none of its known ones.
fn keep_children<'a>(
    template: &Node<'_, 'a>,
    is_unknown: fn(u8) -> bool,
    unknown: &mut Vec<UnknownField<'a>>,
) {
    let children = template.children();
    let kept = children.filter(|node| is_unknown(node.tag().number()));
    unknown.extend(kept.map(|node| UnknownField {
        tag: template.tag(),
        sub: Some(node.tag()),
        value: node.value(),
    }));
}
