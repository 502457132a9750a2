//! What the people of a run want: who pays whom, how they dawdle, change their minds, come back.

use money::{Currency, Money};
use switch::{CodeHold, Digest, ItemId, ParticipantId, PayerKey, ShopKey, Span, Time};

use crate::dice::Dice;
use crate::faults::{Fault, Rates};
use crate::network::{ACLEDA, NETSTARS, SATHAPANA, amount, scheme};

/// One payment as it is meant.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) id: ItemId,
    pub(crate) payer: ParticipantId,
    pub(crate) payee: ParticipantId,
    pub(crate) scheme: &'static str,
    pub(crate) price: Money,
    pub(crate) payer_key: PayerKey,
    /// A dynamic code, by number: another payment may be of the same.
    pub(crate) code: Option<u64>,
    pub(crate) shop: ShopKey,
    pub(crate) category: Option<u16>,
    /// How long the customer thinks over the offer.
    pub(crate) thinks: Span,
    /// Waits until the offer is nearly over, or over.
    pub(crate) hoards: bool,
    /// When the customer gives up, after having paid.
    pub(crate) gives_up: Option<Span>,
    /// The same request, that often at once.
    pub(crate) storm: u64,
    pub(crate) is_cleared: bool,
}

/// When payment `n` begins, after the first.
pub(crate) fn gap(seed: u64, n: u32) -> Span {
    let pace = Dice::of(seed, "pace", 0).below(4);
    let mut dice = Dice::of(seed, "gap", u128::from(n));
    match pace {
        // All at once, as when shops open.
        0 => dice.millis(0, 4),
        1 => dice.millis(0, 60),
        2 => dice.millis(0, 400),
        // Quiet, with a burst now and then.
        _ if dice.chance(7_000) => dice.millis(0, 3),
        _ => dice.millis(0, 3_000),
    }
}

pub(crate) fn plan(seed: u64, n: u32, rates: &Rates) -> Plan {
    let mut dice = Dice::of(seed, "payment", u128::from(n));
    let id = ItemId(dice.wide());
    let (payer, payee) = match dice.below(10) {
        0..5 => (ACLEDA, NETSTARS),
        5..7 => (SATHAPANA, NETSTARS),
        7..9 => (NETSTARS, SATHAPANA),
        _ => (NETSTARS, ACLEDA),
    };
    let price = match payee {
        NETSTARS => Money::new(Currency::Jpy, amount(dice.between(1, 20_000))),
        _bank => Money::new(Currency::Khr, amount(dice.between(200, 500_000))),
    };
    let is_faulty = [Fault::Storm, Fault::Hoard, Fault::Operator]
        .map(|fault| rates.of(fault))
        .iter()
        .any(|rate| *rate > 0);
    // A few percent of a life that is not simple; none of it is a fault, but without faults the
    // plain way is measured.
    let odd = |dice: &mut Dice, of_10_000| is_faulty && dice.chance(of_10_000);
    let code = dice.chance(3_000).then(|| match odd(&mut dice, 2_000) {
        true => u64::from(n.saturating_sub(1)),
        false => u64::from(n),
    });
    let gives_up = odd(&mut dice, 800).then(|| dice.millis(0, 25_000));
    let storm = match rates.of(Fault::Storm) {
        0 => 1,
        rate if dice.chance(rate) => dice.between(2, 12),
        _calm => 1,
    };
    // From dice of its own: what is drawn for the rest of the plan stays as it was.
    let shop = Dice::of(seed, "shop", u128::from(n)).between(1, 400);
    Plan {
        id,
        payer,
        payee,
        scheme: scheme(payee),
        price,
        payer_key: PayerKey(u128::from(dice.below(if is_faulty { 20 } else { 5_000 }))),
        code,
        shop: ShopKey(u128::from(shop)),
        category: category(shop),
        thinks: dice.millis(200, 6_000),
        hoards: dice.chance(rates.of(Fault::Hoard).saturating_mul(4)),
        gives_up,
        storm,
        is_cleared: !odd(&mut dice, 100),
    }
}

/// Restaurants, fast food, grocers, hotels; every fifth shop tells no category.
fn category(shop: u64) -> Option<u16> {
    match shop % 5 {
        0 => None,
        1 => Some(5_812),
        2 => Some(5_814),
        3 => Some(5_411),
        _ => Some(7_011),
    }
}

/// What a shop gives back of a payment: how long after, and how much of the price in per mille.
/// One payment in twelve comes back, in up to four parts, some of which are too much together.
pub(crate) fn parts(dice: &mut Dice) -> Vec<(Span, u64)> {
    if !dice.chance(800) {
        return Vec::new();
    }
    let parts = dice.between(1, 4);
    let of = |dice: &mut Dice| match parts {
        1 => dice.pick(&[1_000, 500], 1_000),
        _more => dice.between(100, 600),
    };
    (0..parts)
        .map(|_part| (dice.millis(100, 150_000), of(dice)))
        .collect()
}

pub(crate) fn code_hold(code: u64, now: Time) -> CodeHold {
    let mut key = [0; 32];
    for (to, from) in key.iter_mut().zip(code.to_be_bytes()) {
        *to = from;
    }
    CodeHold {
        key: Digest(key),
        until: now.after(Span::from_seconds(600)),
    }
}
