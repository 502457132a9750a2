//! UnionPay (15 and 16), alone or beside a national account.

use super::{Holder, Network};
use crate::tlv::Node;

pub(super) const NETWORK: Network = Network {
    name: "unionpay",
    title: "UnionPay",
    country: None,
    apart: &[],
    holder,
};

fn holder<'a>(account: &Node<'_, 'a>) -> Option<Holder<'a>> {
    match account.tag().number() {
        15 | 16 => Some(Holder::new("account", account.value())),
        _ => None,
    }
}
