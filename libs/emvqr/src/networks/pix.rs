//! Pix (26): a key, or the address of a payment that is asked for.

use super::{Holder, Network, is_named, sub};
use crate::tlv::Node;

pub(super) const NETWORK: Network = Network {
    name: "pix",
    title: "Pix, Brazil",
    country: Some("BR"),
    apart: &[],
    holder,
};

fn holder<'a>(account: &Node<'_, 'a>) -> Option<Holder<'a>> {
    if !is_named(account, "br.gov.bcb.pix") {
        return None;
    }
    let key = sub(account, 1).map(|key| Holder::new("key", key));
    key.or_else(|| Some(Holder::new("location", sub(account, 25)?)))
}
