//! PI of the eight countries of UEMOA (36). Their own kit computes the checksum over ISO 8859-1.

use super::{Holder, Network, is_named, sub};
use crate::tlv::Node;

pub(super) const NETWORK: Network = Network {
    name: "pi",
    title: "PI, West Africa",
    country: None,
    apart: &[],
    holder,
};

fn holder<'a>(account: &Node<'_, 'a>) -> Option<Holder<'a>> {
    if is_named(account, "int.bceao.pi") {
        Some(Holder::new("alias", sub(account, 1)?))
    } else {
        None
    }
}
