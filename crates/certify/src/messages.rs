//! The bodies that are sent: plain ones as the hub writes them, and the twisted ones.

use money::{Currency, Money};
use participant::edge;
use serde_json::{Value, json};
use wire::api::{
    self, Ask, AskKind, LegView, Outcome, OutcomeRole, Party, Rate, Resolve, StateView,
};

use crate::case::{End, Kind, Twist, Whose};
use crate::limits::{ASK_LIFE_MS, ASK_SHIFT_MS, BODY_BYTES_TOO_MANY};
use crate::settings::{Settings, minor};

/// The price of the plain ask and what the shop gets of it, in minor units; no amount that a
/// sandbox takes for a wish.
const PRICE_MINOR: u64 = 1_000;
const GETS_MINOR: u64 = 990;
const OTHER_MINOR: u64 = 980;

/// What a plain refund gives back, and another one.
const REFUND_MINOR: u64 = 1;
const REFUND_OTHER_MINOR: u64 = 2;

/// An account that nobody has, in either scheme.
const NOBODY: &str = "spean_certify_nobody@none";

/// Who paid, in the asks; invented.
const PAYER: &str = "spean_certify_payer@none";

/// The other party of the participant's legs.
const COUNTERPARTY: &str = "fx";

/// What an ask is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'a> {
    pub(crate) kind: Kind,
    pub(crate) id: &'a str,
    /// The epoch of the hub's present writer.
    pub(crate) epoch: u64,
    /// When the case began: the plain ask of a case has one `expires_at`.
    pub(crate) at_ms: i64,
}

/// The body of an ask.
pub(crate) fn ask(settings: &Settings, item: Item<'_>, twist: Twist) -> Vec<u8> {
    let ask = match item.kind {
        Kind::Payment => payment(settings, item, twist),
        Kind::Refund => refund(settings, item, twist),
    };
    let mut tree = json!(ask);
    match twist {
        Twist::MoreMembers => put(&mut tree, "purpose_of_tomorrow", json!("unknown")),
        Twist::TooLarge => put(&mut tree, "padding", json!("x".repeat(BODY_BYTES_TOO_MANY))),
        Twist::Incomplete => remove(&mut tree, "creditor"),
        Twist::NumberForAmount => {
            let currency = settings.currency.alpha();
            put(
                &mut tree,
                "amount",
                json!({ "currency": currency, "amount": 990 }),
            );
        }
        Twist::CrookedAmount => {
            let currency = settings.currency.alpha();
            put(
                &mut tree,
                "amount",
                json!({ "currency": currency, "amount": "1e3" }),
            );
        }
        Twist::NotJson
        | Twist::TwiceNamed
        | Twist::Plain
        | Twist::OtherAmount
        | Twist::Expired
        | Twist::NewWriter
        | Twist::OldWriter
        | Twist::UnknownAccount
        | Twist::WrongCurrency
        | Twist::Zero
        | Twist::OneTimeCode
        | Twist::TooMuch
        | Twist::UnknownPayment => {}
    }
    let mut body = tree.to_string();
    if twist == Twist::TwiceNamed {
        body.insert_str(1, "\"kind\":\"payment\",");
    }
    if twist == Twist::NotJson {
        body.pop();
    }
    body.into_bytes()
}

fn payment(settings: &Settings, item: Item<'_>, twist: Twist) -> Ask {
    let shop = settings.shop.as_ref();
    let account = shop.map_or(NOBODY, |shop| shop.account.as_str());
    let account = if twist == Twist::UnknownAccount {
        NOBODY
    } else {
        account
    };
    let of = |amount| minor(settings.currency, amount);
    let (gets, price) = match (twist, &settings.dynamic) {
        (Twist::OneTimeCode, Some(code)) => (code.price, code.price),
        (Twist::OtherAmount, _) => (of(OTHER_MINOR), of(PRICE_MINOR)),
        (Twist::Zero, _) => (of(0), of(0)),
        (Twist::WrongCurrency, _) => {
            let wrong = foreign(settings.currency);
            (minor(wrong, GETS_MINOR), minor(wrong, PRICE_MINOR))
        }
        _plain => (of(GETS_MINOR), of(PRICE_MINOR)),
    };
    let payload = match (twist, &settings.dynamic) {
        (Twist::OneTimeCode, Some(code)) => code.payload.clone(),
        _printed => shop.map(|shop| shop.payload.clone()).unwrap_or_default(),
    };
    Ask {
        id: item.id.to_owned(),
        kind: AskKind::Payment,
        payment_id: item.id.to_owned(),
        epoch: epoch(item, twist),
        expires_at: expires_at(item, twist),
        amount: text(gets),
        instructed_amount: text(price),
        creditor: party(account),
        debtor: party(PAYER),
        payload,
    }
}

fn refund(settings: &Settings, item: Item<'_>, twist: Twist) -> Ask {
    let of = settings.refund.as_ref();
    let account = of.map_or(NOBODY, |of| of.account.as_str());
    let account = if twist == Twist::UnknownAccount {
        NOBODY
    } else {
        account
    };
    let payment_id = match (twist, of) {
        (Twist::UnknownPayment, _) | (_, None) => edge::payment_id(),
        (_, Some(of)) => of.payment_id.clone(),
    };
    let gives = match (twist, of) {
        (Twist::TooMuch, Some(of)) => more_than(of.rest.amount.minor()),
        (Twist::OtherAmount, _) => REFUND_OTHER_MINOR,
        _plain => REFUND_MINOR,
    };
    Ask {
        id: item.id.to_owned(),
        kind: AskKind::Refund,
        payment_id,
        epoch: epoch(item, twist),
        expires_at: expires_at(item, twist),
        amount: text(minor(settings.currency, gives)),
        instructed_amount: text(minor(across(settings.currency), gives)),
        creditor: party(account),
        debtor: party(PAYER),
        payload: String::new(),
    }
}

/// The next full thousand: no amount that a sandbox takes for a wish.
fn more_than(minor: u64) -> u64 {
    let thousands = minor.div_euclid(PRICE_MINOR).saturating_add(1);
    thousands.saturating_mul(PRICE_MINOR)
}

fn epoch(item: Item<'_>, twist: Twist) -> u64 {
    if twist == Twist::OldWriter {
        item.epoch.saturating_sub(1)
    } else {
        item.epoch
    }
}

fn expires_at(item: Item<'_>, twist: Twist) -> String {
    let end_ms = item.at_ms.saturating_add(ASK_LIFE_MS);
    edge::rfc3339(if twist == Twist::Expired {
        item.at_ms.saturating_sub(ASK_SHIFT_MS)
    } else if twist == Twist::NewWriter {
        end_ms.saturating_add(ASK_SHIFT_MS)
    } else {
        end_ms
    })
}

/// What an outcome says, and to whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told {
    pub(crate) end: End,
    pub(crate) position: u64,
    pub(crate) is_requester: bool,
    pub(crate) has_more: bool,
}

/// The body of an outcome.
pub(crate) fn outcome(settings: &Settings, item: Item<'_>, told: Told) -> Vec<u8> {
    let (own, other) = (settings.currency, across(settings.currency));
    let (gets, price, payer_amount) = match item.kind {
        Kind::Payment => (
            minor(own, GETS_MINOR),
            minor(own, PRICE_MINOR),
            minor(other, PRICE_MINOR),
        ),
        Kind::Refund => {
            let gives = minor(own, REFUND_MINOR);
            (gives, minor(other, REFUND_MINOR), gives)
        }
    };
    let completed = told.end == End::Completed;
    let leg = LegView {
        kind: leg_kind(item.kind).to_owned(),
        owes: COUNTERPARTY.to_owned(),
        is_owed: settings.name.clone(),
        amount: text(gets),
    };
    let payment_id = match (item.kind, &settings.refund) {
        (Kind::Refund, Some(of)) => of.payment_id.clone(),
        (Kind::Refund, None) | (Kind::Payment, _) => item.id.to_owned(),
    };
    let outcome = Outcome {
        outcome_sequence: told.position,
        id: item.id.to_owned(),
        kind: match item.kind {
            Kind::Payment => AskKind::Payment,
            Kind::Refund => AskKind::Refund,
        },
        payment_id,
        role: if told.is_requester {
            OutcomeRole::Requester
        } else {
            OutcomeRole::Creditor
        },
        state: match told.end {
            End::Completed => StateView::Completed,
            End::Cancelled => StateView::Cancelled,
            End::Asked => StateView::Asked,
        },
        reason: None,
        decided_at: edge::rfc3339(item.at_ms),
        sequence: told.position,
        hash: format!("{:064x}", told.position),
        window: completed.then_some(1),
        amount: text(price),
        payer_amount: text(payer_amount),
        rate: Rate {
            base: Currency::Jpy.alpha().to_owned(),
            quote: Currency::Khr.alpha().to_owned(),
            value: "26.712".to_owned(),
        },
        legs: if completed { vec![leg] } else { Vec::new() },
        receipt: None,
    };
    let mut tree = json!(outcome);
    if told.has_more {
        put(&mut tree, "purpose_of_tomorrow", json!("unknown"));
    }
    tree.to_string().into_bytes()
}

fn leg_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Payment => "acquirer",
        Kind::Refund => "refund",
    }
}

/// The body of a resolve.
pub(crate) fn resolve(settings: &Settings, whose: Whose) -> Vec<u8> {
    let shop = settings.shop.as_ref();
    let account = shop.map_or(NOBODY, |shop| shop.account.as_str());
    let payload = shop.map_or("", |shop| shop.payload.as_str());
    let own = settings.scheme.name();
    let (scheme, account, payload) = match whose {
        Whose::Shop => (own, account, payload),
        Whose::Nobody => (own, NOBODY, payload),
        Whose::OtherScheme => (settings.scheme.other().name(), account, payload),
        Whose::Garbage => (own, "\u{202e}\u{0}'; --", "000201\u{fffd}not a code"),
    };
    let resolve = Resolve {
        scheme: scheme.to_owned(),
        account: account.to_owned(),
        currency: settings.currency.alpha().to_owned(),
        payload: payload.to_owned(),
    };
    json!(resolve).to_string().into_bytes()
}

/// The currency on the other side of the link.
fn across(currency: Currency) -> Currency {
    if currency == Currency::Jpy {
        Currency::Khr
    } else {
        Currency::Jpy
    }
}

/// One that the account does not have, and that participants know.
fn foreign(currency: Currency) -> Currency {
    if currency == Currency::Usd {
        Currency::Khr
    } else {
        Currency::Usd
    }
}

fn text(money: Money) -> api::Money {
    api::Money {
        currency: money.currency.alpha().to_owned(),
        amount: money.amount.decimal(money.currency),
    }
}

fn party(account: &str) -> Party {
    Party {
        name: "Spean Certification".to_owned(),
        account: account.to_owned(),
    }
}

fn put(tree: &mut Value, name: &str, value: Value) {
    if let Some(members) = tree.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

fn remove(tree: &mut Value, name: &str) {
    if let Some(members) = tree.as_object_mut() {
        members.remove(name);
    }
}
