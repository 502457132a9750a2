//! QR Ph: persons and shops (27, 28).

use super::{Holder, Network, is_named, sub};
use crate::tlv::Node;

pub(super) const NETWORK: Network = Network {
    name: "qrph",
    title: "QR Ph, the Philippines",
    country: Some("PH"),
    apart: &[],
    holder,
};

fn holder<'a>(account: &Node<'_, 'a>) -> Option<Holder<'a>> {
    let is_ours = is_named(account, "com.p2pqrpay") || is_named(account, "com.bnapi.ipay");
    if !is_ours {
        return None;
    }
    let last = account
        .children()
        .filter(|field| field.tag().number() > 0)
        .last()?;
    Some(Holder::new("account", last.value()).with(sub(account, 1)))
}
