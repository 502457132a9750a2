//! PromptPay: transfers to a phone, a person, a wallet or a bank account (29), bills (30), and the
//! acquirer's form of bills (31).

use super::{Holder, Network, is_named, sub};
use crate::tlv::Node;

pub(super) const NETWORK: Network = Network {
    name: "promptpay",
    title: "PromptPay, Thailand",
    country: Some("TH"),
    // The acquirer's form of a bill stands beside the bill.
    apart: &["acquirer"],
    holder,
};

const TRANSFER: &str = "A000000677010111";
const BILL: &str = "A000000677010112";
const INNOVATION: &str = "A000000677010113";

fn holder<'a>(account: &Node<'_, 'a>) -> Option<Holder<'a>> {
    let of = |kind, tag| Some(Holder::new(kind, sub(account, tag)?));
    if is_named(account, TRANSFER) {
        of("mobile", 1)
            .or_else(|| of("national_id", 2))
            .or_else(|| of("e_wallet", 3))
            .or_else(|| of("account", 4))
    } else if is_named(account, BILL) {
        Some(of("biller", 1)?.with(sub(account, 2)))
    } else if is_named(account, INNOVATION) {
        Some(of("acquirer", 1)?.with(sub(account, 2)))
    } else {
        None
    }
}
