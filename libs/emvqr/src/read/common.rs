//! What all schemes have in common, put together. Nothing is judged here.

use alloc::vec::Vec;

use super::judge::Judge;
use super::money::Money;
use crate::code::{Additional, Common, Local, Scheme, UnknownField};
use crate::tlv::{Node, Tree};

/// `own` is the tag of the scheme's account; accounts of others are kept as unknown fields.
/// `None` if currency or country are missing, which has its finding.
pub(super) fn assemble<'a>(
    judge: &Judge<'_, 'a>,
    money: Money<'a>,
    own: Option<u8>,
) -> Option<Common<'a>> {
    let tree: &Tree<'a> = judge.tree;
    let mut country = None;
    let (mut category, mut name, mut city, mut postal_code) = (None, None, None, None);
    let (mut additional, mut local) = (Additional::default(), None);
    let mut unknown = Vec::new();
    for node in tree.roots() {
        let value = node.value();
        match (node.tag().number(), judge.scheme) {
            (52, _) => category = Some(value),
            (58, _) => country = Some(value),
            (59, _) => name = Some(value),
            (60, _) => city = Some(value),
            (61, _) => postal_code = Some(value),
            (62, _) => additional = additional_of(&node, &mut unknown),
            (64, _) => local = local_of(&node, &mut unknown),
            (15, Scheme::Khqr) => {}
            (99, Scheme::Khqr) => keep_children(&node, 2, &mut unknown),
            (number @ 2..=51, Scheme::Khqr | Scheme::Jpqr) => {
                if own == Some(number) {
                    let first = if judge.scheme == Scheme::Khqr { 3 } else { 5 };
                    keep_children(&node, first, &mut unknown);
                } else {
                    unknown.push(UnknownField {
                        tag: node.tag(),
                        sub: None,
                        value,
                    });
                }
            }
            (65..=99, _) => unknown.push(UnknownField {
                tag: node.tag(),
                sub: None,
                value,
            }),
            (_, Scheme::Khqr | Scheme::Jpqr | Scheme::Emv) => {}
        }
    }
    Some(Common {
        payload: tree.payload(),
        initiation: money.initiation,
        category,
        currency: money.currency?,
        amount: money.amount,
        tip: money.tip,
        country: country?,
        name,
        city,
        postal_code,
        additional,
        local,
        unknown,
    })
}

fn additional_of<'a>(
    template: &Node<'_, 'a>,
    unknown: &mut Vec<UnknownField<'a>>,
) -> Additional<'a> {
    let mut additional = Additional::default();
    for node in template.children() {
        let field = match node.tag().number() {
            1 => &mut additional.bill,
            2 => &mut additional.mobile,
            3 => &mut additional.store_label,
            5 => &mut additional.reference,
            7 => &mut additional.terminal,
            8 => &mut additional.purpose,
            _ => {
                keep_child(template, &node, unknown);
                continue;
            }
        };
        *field = Some(node.value());
    }
    additional
}

fn local_of<'a>(template: &Node<'_, 'a>, unknown: &mut Vec<UnknownField<'a>>) -> Option<Local<'a>> {
    keep_children(template, 3, unknown);
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

/// Keeps the fields from `first` on: those before it are known.
fn keep_children<'a>(template: &Node<'_, 'a>, first: u8, unknown: &mut Vec<UnknownField<'a>>) {
    for node in template
        .children()
        .filter(|node| node.tag().number() >= first)
    {
        keep_child(template, &node, unknown);
    }
}

fn keep_child<'a>(
    template: &Node<'_, 'a>,
    node: &Node<'_, 'a>,
    unknown: &mut Vec<UnknownField<'a>>,
) {
    let (tag, sub) = (template.tag(), Some(node.tag()));
    unknown.push(UnknownField {
        tag,
        sub,
        value: node.value(),
    });
}
