//! LAOQR (38).

use super::{Holder, Network, is_named, sub};
use crate::tlv::Node;

pub(super) const NETWORK: Network = Network {
    name: "laoqr",
    title: "LAOQR, Laos",
    country: Some("LA"),
    apart: &[],
    holder,
};

fn holder<'a>(account: &Node<'_, 'a>) -> Option<Holder<'a>> {
    if is_named(account, "A005266284662577") {
        Some(Holder::new("account", sub(account, 3)?).with(sub(account, 1)))
    } else {
        None
    }
}
