//! QRIS: the acquirer's account (26 to 45, named `ID.CO.…` or `COM.…`) with the merchant's number
//! in a network of numbers that begin with 9360, and the national id (51).

use super::{Holder, Network, sub};
use crate::tlv::Node;

pub(super) const NETWORK: Network = Network {
    name: "qris",
    title: "QRIS, Indonesia",
    country: Some("ID"),
    // The national number stands beside the acquirer's.
    apart: &["national_merchant_id"],
    holder,
};

const NATIONAL: &str = "ID.CO.QRIS.WWW";
/// The national range of merchant numbers.
const NUMBERS: &str = "9360";

fn holder<'a>(account: &Node<'_, 'a>) -> Option<Holder<'a>> {
    let name = sub(account, 0)?;
    if name.eq_ignore_ascii_case(NATIONAL) {
        return Some(Holder::new("national_merchant_id", sub(account, 2)?));
    }
    let is_acquirer = ["ID.CO.", "ID.", "COM."].iter().any(|start| {
        name.get(..start.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(start))
    });
    let number = sub(account, 1)?;
    if is_acquirer && number.starts_with(NUMBERS) {
        Some(Holder::new("merchant", number).with(sub(account, 2)))
    } else {
        None
    }
}
