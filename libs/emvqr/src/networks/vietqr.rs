//! VietQR of NAPAS (38), whose account is a template of bank and number that EMVCo does not know
//! of, and VNPAY (26).

use super::{Holder, Network, is_named, sub};
use crate::tlv::{self, Node};

pub(super) const NETWORK: Network = Network {
    name: "vietqr",
    title: "VietQR, Viet Nam",
    country: Some("VN"),
    // VNPAY's network is another than that of the banks.
    apart: &["merchant"],
    holder,
};

const NAPAS: &str = "A000000727";
const VNPAY: &str = "A000000775";

fn holder<'a>(account: &Node<'_, 'a>) -> Option<Holder<'a>> {
    if is_named(account, VNPAY) {
        return Some(Holder::new("merchant", sub(account, 1)?));
    }
    if !is_named(account, NAPAS) {
        return None;
    }
    let inner = tlv::fields(sub(account, 1)?);
    let of = |wanted: u8| {
        let mut fields = inner.clone();
        fields.find_map(|(tag, value)| (tag == wanted).then_some(value))
    };
    let kind = match sub(account, 2) {
        Some("QRIBFTTC") => "card",
        Some(_) | None => "account",
    };
    Some(Holder::new(kind, of(1)?).with(of(0)))
}
