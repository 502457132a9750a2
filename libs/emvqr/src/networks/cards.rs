//! The numbers of card schemes (02 to 14) that EMVCo gave tags of their own.

use super::{Holder, Network};
use crate::tlv::Node;

pub(super) const NETWORK: Network = Network {
    name: "cards",
    title: "a card scheme",
    country: None,
    apart: &[],
    holder,
};

fn holder<'a>(account: &Node<'_, 'a>) -> Option<Holder<'a>> {
    let kind = match account.tag().number() {
        2 | 3 => "visa",
        4 | 5 => "mastercard",
        9 | 10 => "discover",
        11 | 12 => "amex",
        13 | 14 => "jcb",
        _ => return None,
    };
    Some(Holder::new(kind, account.value()))
}
