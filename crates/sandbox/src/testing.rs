//! What the tests of this room share.

pub(crate) mod hub;

use money::{Amount, Currency, Money};
use participant::edge::Clock;
use wire::api::{self, AskKind, LegView, Outcome, OutcomeRole, QuoteView, StateView};

use crate::ledger::{Books, Holder, Ledger, PaymentRow, PaymentStatus};
use crate::site::{Kind, Site};

pub(crate) fn money(currency: Currency, minor: u64) -> Money {
    Money::new(currency, Amount::from_minor(minor).unwrap())
}

pub(crate) fn khr(minor: u64) -> Money {
    money(Currency::Khr, minor)
}

pub(crate) fn jpy(minor: u64) -> Money {
    money(Currency::Jpy, minor)
}

/// Runs a check on an empty ledger, on the ledger's own thread.
pub(crate) fn on_books(check: impl FnOnce(&Books<'_>) + Send + 'static) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(&folder.path().join("ledger.db")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let job = ledger.run(move |books| {
        check(books);
        Ok(())
    });
    runtime.block_on(job).unwrap();
}

/// 2026-11-23, midnight UTC.
pub(crate) const NOW_MS: i64 = 1_795_392_000_000;

fn site(name: &str, kind: Kind) -> Site {
    Site::new(name.to_owned(), kind, Clock::manual(NOW_MS))
}

pub(crate) fn bank() -> Site {
    site(
        "sathapana",
        Kind::Bank {
            suffix: "sthp".to_owned(),
        },
    )
}

pub(crate) fn japan() -> Site {
    site("netstars", Kind::JapaneseSwitch)
}

pub(crate) fn acleda() -> Site {
    site(
        "acleda",
        Kind::Bank {
            suffix: "aclb".to_owned(),
        },
    )
}

pub(crate) fn fx() -> Site {
    site(
        "fx1",
        Kind::Fx {
            rates: crate::site::standing_rates("fx1").unwrap(),
        },
    )
}

/// A leg: kind, who owes, who is owed, currency, amount.
pub(crate) type LegText = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

pub(crate) fn legs(texts: &[LegText]) -> Vec<LegView> {
    let leg = |(kind, owes, is_owed, currency, amount): &LegText| LegView {
        kind: (*kind).to_owned(),
        owes: (*owes).to_owned(),
        is_owed: (*is_owed).to_owned(),
        amount: text(currency, amount),
    };
    texts.iter().map(leg).collect()
}

pub(crate) fn text(currency: &str, amount: &str) -> api::Money {
    api::Money {
        currency: currency.to_owned(),
        amount: amount.to_owned(),
    }
}

pub(crate) fn rate() -> api::Rate {
    api::Rate {
        base: "JPY".to_owned(),
        quote: "KHR".to_owned(),
        value: "26.712".to_owned(),
    }
}

pub(crate) fn state(name: &str) -> StateView {
    serde_json::from_value(serde_json::Value::from(name)).unwrap()
}

/// An outcome for the creditor of a payment; tests change what they need.
pub(crate) fn outcome(sequence: u64, id: &str, end: &str, own: &[LegText]) -> Outcome {
    Outcome {
        outcome_sequence: sequence,
        id: id.to_owned(),
        kind: AskKind::Payment,
        payment_id: id.to_owned(),
        role: OutcomeRole::Creditor,
        state: state(end),
        reason: None,
        decided_at: participant::edge::rfc3339(NOW_MS),
        sequence: 7,
        hash: "00".repeat(32),
        window: Some(1),
        amount: text("JPY", "3000"),
        payer_amount: text("KHR", "80536"),
        rate: rate(),
        legs: legs(own),
        receipt: None,
    }
}

/// A quote as the hub words it; only id and payer's amount matter to the books.
pub(crate) fn quote(id: &str, payer: Money) -> QuoteView {
    let payer = crate::text::money_out(payer);
    QuoteView {
        payment_id: id.to_owned(),
        quote: "spq1.made.up".to_owned(),
        expires_at: participant::edge::rfc3339(NOW_MS + 600_000),
        corridor: "KH-JP".to_owned(),
        corridor_version: 1,
        amount: text("JPY", "3000"),
        shop_receives: text("JPY", "2964"),
        payer_amount: payer.clone(),
        payer_principal: payer,
        rate: rate(),
        reference_rate: rate(),
        margin_percent: "0.800".to_owned(),
        total_cost_percent: "1.303".to_owned(),
        fx_provider: "fx1".to_owned(),
        fees: Vec::new(),
    }
}

/// A quoted payment in the books.
pub(crate) fn quoted(books: &Books<'_>, id: &str, account: &str, payer: Money) {
    let row = PaymentRow {
        id: id.to_owned(),
        account: account.to_owned(),
        payer,
        quote: quote(id, payer),
        status: PaymentStatus::Quoted,
        view: None,
        receipt: None,
        at_ms: NOW_MS,
    };
    books.put_payment(&row).unwrap();
}

/// A customer with money.
pub(crate) fn customer(books: &Books<'_>, account: &str, money: Money) {
    books
        .open_account(&Holder::customer(account, "Test Person"), money.currency)
        .unwrap();
    books.post_opening(account, money, NOW_MS).unwrap();
}

/// Every account that is not empty, as `account currency credits-less-debits`.
pub(crate) fn balances(books: &Books<'_>) -> Vec<String> {
    assert!(books.trial_balance_holds().unwrap());
    let rows = books.accounts().unwrap();
    let filled = rows.iter().filter(|row| row.balance != 0);
    filled
        .map(|row| format!("{} {} {}", row.account, row.currency, row.balance))
        .collect()
}

/// What the link owes us, as `currency amount`.
pub(crate) fn nets(books: &Books<'_>) -> Vec<String> {
    let nets = books.link_net().unwrap();
    nets.iter()
        .map(|(currency, minor)| format!("{currency} {minor}"))
        .collect()
}
