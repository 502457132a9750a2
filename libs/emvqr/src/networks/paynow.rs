//! PayNow (26), and the label of SGQR (51), which names the sticker and no account.

use super::{Holder, Network, is_named, sub};
use crate::tlv::Node;

pub(super) const NETWORK: Network = Network {
    name: "paynow",
    title: "PayNow and SGQR, Singapore",
    country: Some("SG"),
    // The number of the label stands beside the account.
    apart: &["sgqr_id"],
    holder,
};

fn holder<'a>(account: &Node<'_, 'a>) -> Option<Holder<'a>> {
    if is_named(account, "SG.SGQR") {
        return Some(Holder::new("sgqr_id", sub(account, 1)?));
    }
    if !is_named(account, "SG.PAYNOW") {
        return None;
    }
    let kind = match sub(account, 1)? {
        "0" => "mobile",
        "2" => "company",
        _ => "proxy",
    };
    // With the day on which it expires.
    Some(Holder::new(kind, sub(account, 2)?).with(sub(account, 4)))
}
