//! DuitNow QR of PayNet (26).

use super::{Holder, Network, is_named, sub};
use crate::tlv::Node;

pub(super) const NETWORK: Network = Network {
    name: "duitnow",
    title: "DuitNow, Malaysia",
    country: Some("MY"),
    apart: &[],
    holder,
};

fn holder<'a>(account: &Node<'_, 'a>) -> Option<Holder<'a>> {
    if is_named(account, "A0000006150001") {
        Some(Holder::new("account", sub(account, 2)?).with(sub(account, 1)))
    } else {
        None
    }
}
