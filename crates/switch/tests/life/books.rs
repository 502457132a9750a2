//! What the books must say of an item in each state, written out by hand from the ledger's rules
//! and the story's figures, and read from the core account by account.

use std::collections::BTreeMap;

use switch::{Kind, State, Switch};

/// Sums by what they are, whose, and in which currency; what stands at nothing is not there.
pub(crate) type Books = BTreeMap<String, i128>;

const NAMES: [&str; 6] = ["acleda", "sathapana", "netstars", "fx1", "fx2", "house"];

/// The numbers that the core gives its limited accounts, as they stand in every snapshot.
const PAYER_DAY: u8 = 5;
const EXPOSURE: u8 = 8;
const REFUNDABLE: u8 = 11;

/// Every balance that a payment or refund may touch, of everybody.
pub(crate) fn books(switch: &Switch) -> Books {
    let mut books = Books::new();
    for position in switch.positions() {
        let name = NAMES[usize::from(position.participant.0)];
        let currency = position.currency;
        let mut put = |what: &str, sum: i128| {
            books.insert(format!("{what} {name} {currency}"), sum);
        };
        put("net", position.net);
        put("headroom", position.headroom.minor().into());
        put("used", position.used.minor().into());
    }
    for account in switch.snapshot().ledger.accounts.into_iter().flatten() {
        let (what, owner) = match account.key.kind {
            PAYER_DAY => ("day of payer", account.key.owner),
            EXPOSURE => ("exposure of", account.key.owner),
            REFUNDABLE => ("refunded of", account.key.owner),
            _ => continue,
        };
        let balance = account.balance;
        let taken = balance.debits_pending + balance.debits_posted;
        let corridor = if account.key.kind == EXPOSURE {
            format!(" in {}", account.key.slot)
        } else {
            String::new()
        };
        let name = format!("{what} {owner}{corridor} {}", account.key.currency);
        *books.entry(name).or_default() += i128::try_from(taken).unwrap();
    }
    books.retain(|_, sum| *sum != 0);
    books
}

/// What the item itself adds to the books in a state. A payment is the story's first: JPY 3,000
/// of ACLEDA's customer; a refund gives JPY 1,000 of such a one back.
fn share(kind: Kind, state: State) -> Vec<(&'static str, i128)> {
    let (place, reserved, posted): (&[_], &[_], &[_]) = match kind {
        Kind::Payment => (
            &[
                ("day of payer 1 KHR", 80_536),
                ("exposure of 3 in 0 JPY", 3_000),
            ],
            &[
                ("headroom acleda KHR", -80_236),
                ("used acleda KHR", 80_236),
                ("headroom fx1 JPY", -3_000),
                ("used fx1 JPY", 3_000),
            ],
            &[
                ("net acleda KHR", -80_236),
                ("net fx1 KHR", 80_136),
                ("net house KHR", 100),
                ("net netstars JPY", 2_985),
                ("net acleda JPY", 12),
                ("net house JPY", 3),
                ("net fx1 JPY", -3_000),
            ],
        ),
        Kind::Refund { .. } => (
            &[("refunded of 1 JPY", 1_000), ("refunded of 1 KHR", 26_712)],
            &[
                ("headroom netstars JPY", -1_000),
                ("used netstars JPY", 1_000),
                ("headroom fx1 KHR", -26_712),
                ("used fx1 KHR", 26_712),
            ],
            &[
                ("net netstars JPY", -1_000),
                ("net fx1 JPY", 1_000),
                ("net fx1 KHR", -26_712),
                ("net acleda KHR", 26_712),
            ],
        ),
    };
    match state {
        State::Unknown | State::Cancelled | State::Refused => Vec::new(),
        State::Waiting => place.to_vec(),
        State::Reserved | State::Asked | State::InDoubt => [place, reserved].concat(),
        State::Completed => [place, reserved, posted].concat(),
    }
}

/// The books after the item moved on and nothing else happened to anybody.
pub(crate) fn moved(before: &Books, kind: Kind, from: State, to: State) -> Books {
    let mut after = before.clone();
    for (name, sum) in share(kind, from) {
        *after.entry(name.to_owned()).or_default() -= sum;
    }
    for (name, sum) in share(kind, to) {
        *after.entry(name.to_owned()).or_default() += sum;
    }
    after.retain(|_, sum| *sum != 0);
    after
}

/// The books after the payment of somebody else in the other direction was cancelled as well:
/// KHR 120,000, of FX provider 3 too.
pub(crate) fn without_other(before: &Books) -> Books {
    let mut after = before.clone();
    for (name, sum) in [
        ("day of payer 7 JPY", 4_565),
        ("exposure of 3 in 1 KHR", 120_000),
        ("headroom netstars JPY", -4_570),
        ("used netstars JPY", 4_570),
        ("headroom fx1 KHR", -120_000),
        ("used fx1 KHR", 120_000),
    ] {
        *after.entry(name.to_owned()).or_default() -= sum;
    }
    after.retain(|_, sum| *sum != 0);
    after
}

/// What a state holds, for people.
pub(crate) fn held(kind: Kind, state: State) -> String {
    let shares = share(kind, state).into_iter();
    let words: Vec<String> = shares
        .map(|(name, sum)| format!("{name} {sum:+}"))
        .collect();
    if words.is_empty() {
        return "nothing".to_owned();
    }
    words.join(", ")
}
