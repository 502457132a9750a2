//! Bharat QR and UPI: an address (26), its reference (27), a number of the state (28). `upi://` links
//! are another format.

use super::{Holder, Network, is_named, sub};
use crate::tlv::Node;

pub(super) const NETWORK: Network = Network {
    name: "bharat",
    title: "Bharat QR and UPI, India",
    country: Some("IN"),
    // An address, the payment's reference and a person's number have a tag each.
    apart: &["reference", "national_id"],
    holder,
};

fn holder<'a>(account: &Node<'_, 'a>) -> Option<Holder<'a>> {
    if !is_named(account, "A000000524") {
        return None;
    }
    let kind = match account.tag().number() {
        26 => "address",
        27 => "reference",
        28 => "national_id",
        _ => "account",
    };
    Some(Holder::new(kind, sub(account, 1)?))
}
