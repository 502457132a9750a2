//! Which scheme a code is of.

use crate::code::Scheme;
use crate::rules::fields::JPQR_GUID;
use crate::tlv::{FaultKind, Node, Tree};

const INDIVIDUAL: u8 = 29;
const MERCHANT: u8 = 30;

/// Whether the text could be a merchant payment code at all: it has a format indicator or a
/// checksum, or would have one but for blanks in front.
pub(super) fn looks_like_a_code(tree: &Tree<'_>) -> bool {
    let has_mark = tree.roots().any(|node| match node.tag().number() {
        0 => node.value().len() == 2,
        63 => node.value().len() == 4,
        _ => false,
    });
    has_mark || {
        let is_unread = tree
            .faults()
            .iter()
            .any(|fault| fault.kind == FaultKind::PayloadTooLong);
        let text = tree.payload().trim_start().trim_start_matches('\u{feff}');
        text.starts_with("000201") || (is_unread && text.starts_with("00"))
    }
}

/// The scheme, and the account that tells it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Found<'t, 'a> {
    /// With tag 29 or 30.
    Khqr(Node<'t, 'a>),
    /// With the template that names the shop.
    Jpqr(Node<'t, 'a>),
    Emv,
}

impl Found<'_, '_> {
    pub(super) fn scheme(&self) -> Scheme {
        match self {
            Self::Khqr(_) => Scheme::Khqr,
            Self::Jpqr(_) => Scheme::Jpqr,
            Self::Emv => Scheme::Emv,
        }
    }
}

/// The scheme, by the accounts. A code without a recognisable account that says it is Cambodian in
/// its 29 or 30 is held to be a KHQR gone wrong, so that its faults are named and it is not taken
/// for some other network's code.
pub(super) fn find<'t, 'a>(tree: &'t Tree<'a>) -> Found<'t, 'a> {
    let account = khqr_account(tree);
    if let Some(account) = account
        && has_bank_address(&account)
    {
        return Found::Khqr(account);
    }
    if let Some(store) = store_template(tree) {
        return Found::Jpqr(store);
    }
    let is_cambodian = || {
        let says = |tag, text: &str| {
            tree.root(tag)
                .is_some_and(|node| node.value().eq_ignore_ascii_case(text))
        };
        says(58, "KH") || says(53, "116")
    };
    match account {
        Some(account) if is_cambodian() => Found::Khqr(account),
        Some(_) | None => Found::Emv,
    }
}

/// The scheme alone.
pub(crate) fn scheme(tree: &Tree<'_>) -> Scheme {
    find(tree).scheme()
}

/// The account template of a KHQR: 29 or 30, the one with a bank address if there is one.
#[inline]
pub(crate) fn khqr_account<'t, 'a>(tree: &'t Tree<'a>) -> Option<Node<'t, 'a>> {
    let (individual, merchant) = (tree.root(INDIVIDUAL), tree.root(MERCHANT));
    match (individual, merchant) {
        (Some(node), None) | (None, Some(node)) => Some(node),
        (Some(first), Some(second)) if !has_bank_address(&first) && has_bank_address(&second) => {
            Some(second)
        }
        (first, _) => first,
    }
}

/// The template that names a shop of JPQR, in any of 26 to 51.
pub(crate) fn store_template<'t, 'a>(tree: &'t Tree<'a>) -> Option<Node<'t, 'a>> {
    tree.roots().find(is_store_template)
}

#[inline]
pub(super) fn is_store_template(node: &Node<'_, '_>) -> bool {
    matches!(node.tag().number(), 26..=51)
        && node
            .child(0)
            .is_some_and(|identifier| identifier.value() == JPQR_GUID)
}

pub(super) fn is_individual(node: &Node<'_, '_>) -> bool {
    node.tag().number() == INDIVIDUAL
}

/// Whether the template's first sub-field has the shape of a Bakong account, `name@bank`. Other
/// networks use 29 and 30 too, with identifiers that hold no `@`.
#[inline]
fn has_bank_address(node: &Node<'_, '_>) -> bool {
    node.child(0).is_some_and(|id| {
        id.value()
            .bytes()
            .fold(false, |has, byte| has | (byte == b'@'))
    })
}
