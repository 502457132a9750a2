//! The wallet's side of the desk.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use money::{Amount, Currency, Money};
use serde::Deserialize;
use wire::api::ScanAnswer;

use super::api::{
    Customer, CustomerList, CustomerRequest, Transferred, WalletPay, WalletPayment,
    WalletPaymentList, WalletQuote, WalletQuoted, WalletScan, WalletTransfer,
};
use super::{Asked, Desk, Given, Named, by_finality, show};
use crate::institution::Teller;
use crate::ledger::{AccountKind, Books, Holder, PaymentRow, PaymentStatus};
use crate::site::{Kind, Site};
use crate::text::money_out;
use crate::trouble::{Trouble, Word, refused};
use crate::{codes, domestic};

pub(super) async fn customers(State(teller): Desk) -> Result<Json<CustomerList>, Trouble> {
    let rows = teller
        .ledger
        .run(|books| books.accounts_by(AccountKind::Customer))
        .await?;
    let customers = rows.into_iter().map(show::customer).collect();
    Ok(Json(CustomerList { customers }))
}

pub(super) async fn customer(
    State(teller): Desk,
    Named(account): Named,
) -> Result<Json<Customer>, Trouble> {
    let site = teller.site.clone();
    let found = teller
        .ledger
        .run(move |books| find(books, &site, &account))
        .await?;
    Ok(Json(found))
}

/// Closes a customer's account: from then on it pays nothing and is credited nothing.
pub(super) async fn close_customer(
    State(teller): Desk,
    Named(account): Named,
    Given(Nothing {}): Given<Nothing>,
) -> Result<Json<Customer>, Trouble> {
    let site = teller.site.clone();
    let closed = teller.ledger.run(move |books| {
        books.close_account(&account)?;
        find(books, &site, &account)
    });
    Ok(Json(closed.await?))
}

fn find(books: &Books<'_>, site: &Site, account: &str) -> Result<Customer, Trouble> {
    let rows = books.accounts_of(account)?;
    let own = rows.iter().position(|row| row.currency == site.currency());
    // The account in the institution's own currency, or else the first that there is.
    let found = rows
        .into_iter()
        .nth(own.unwrap_or(0))
        .ok_or(Word::CustomerUnknown)?;
    Ok(show::customer(found))
}

pub(super) async fn open_customer(
    State(teller): Desk,
    Given(wanted): Given<CustomerRequest>,
) -> Result<Json<Customer>, Trouble> {
    let site = teller.site.clone();
    let opened = teller
        .ledger
        .run(move |books| open(books, &site, &wanted))
        .await?;
    Ok(Json(opened))
}

fn open(books: &Books<'_>, site: &Site, wanted: &CustomerRequest) -> Result<Customer, Trouble> {
    let currency = match (&wanted.currency, site.kind()) {
        (None, _) => site.currency(),
        (Some(alpha), kind) => {
            let currency = Currency::from_alpha(alpha);
            let held = match kind {
                Kind::Bank { .. } => vec![Currency::Khr, Currency::Usd],
                Kind::JapaneseSwitch => vec![Currency::Jpy],
                Kind::Fx { .. } => Vec::new(),
            };
            let currency = currency.filter(|currency| held.contains(currency));
            currency.ok_or_else(|| refused(Word::InvalidField, "no accounts in `currency`"))?
        }
    };
    let amount = match &wanted.balance {
        None => Amount::ZERO,
        Some(text) => Amount::parse(text, currency)
            .map_err(|error| refused(Word::InvalidField, format!("`balance`: {error}")))?,
    };
    let account = codes::new_customer_account(books, site, &wanted.name)?;
    let holder = if wanted.tourist {
        Holder::tourist(&account, &wanted.name)
    } else {
        Holder::customer(&account, &wanted.name)
    };
    books.open_account(&holder, currency)?;
    books.post_opening(&account, Money::new(currency, amount), site.now_ms())?;
    let opened = books
        .account(&account, currency)?
        .ok_or(Word::CustomerUnknown)?;
    Ok(show::customer(opened))
}

pub(super) async fn scan(
    State(teller): Desk,
    Given(wanted): Given<WalletScan>,
) -> Result<Json<ScanAnswer>, Trouble> {
    let WalletScan { account, payload } = wanted;
    let known = teller
        .ledger
        .run(move |books| books.accounts_of(&account))
        .await?;
    if known.is_empty() {
        return Err(Word::CustomerUnknown.into());
    }
    Ok(Json(teller.scan(payload).await?))
}

pub(super) async fn quote(
    State(teller): Desk,
    Given(wanted): Given<WalletQuote>,
) -> Result<Json<WalletQuoted>, Trouble> {
    let row = teller
        .quote(wanted.account, wanted.scan, wanted.amount)
        .await?;
    Ok(Json(WalletQuoted {
        payment_id: row.id,
        quote: row.quote,
    }))
}

pub(super) async fn pay(
    State(teller): Desk,
    Given(wanted): Given<WalletPay>,
) -> Result<Response, Trouble> {
    let row = teller.pay(wanted.account, wanted.payment_id).await?;
    let is_final = row.status != PaymentStatus::Sent;
    Ok(by_finality(is_final, shown(&teller, row).await?))
}

pub(super) async fn payment(
    State(teller): Desk,
    Named(id): Named,
) -> Result<Json<WalletPayment>, Trouble> {
    let row = teller.look(id).await?;
    Ok(Json(shown(&teller, row).await?))
}

async fn shown(teller: &Teller, row: PaymentRow) -> Result<WalletPayment, Trouble> {
    teller
        .ledger
        .run(move |books| show::payment(books, row))
        .await
}

/// An empty object.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

#[derive(Deserialize)]
pub(super) struct OfAccount {
    #[serde(default)]
    account: String,
}

pub(super) async fn payments(
    State(teller): Desk,
    Asked(of): Asked<OfAccount>,
) -> Result<Json<WalletPaymentList>, Trouble> {
    let listed = teller.ledger.run(move |books| {
        let rows = books.payments_of(&of.account)?;
        rows.into_iter()
            .map(|row| show::payment(books, row))
            .collect::<Result<_, _>>()
    });
    Ok(Json(WalletPaymentList {
        payments: listed.await?,
    }))
}

pub(super) async fn transfer(
    State(teller): Desk,
    Given(wanted): Given<WalletTransfer>,
) -> Result<Json<Transferred>, Trouble> {
    let site = teller.site.clone();
    let paid = teller.ledger.run(move |books| {
        let WalletTransfer { account, payload } = &wanted;
        domestic::pay(books, &site, account, payload)
    });
    let (code, hash) = paid.await?;
    let (shop, amount) = (code.account, money_out(code.price));
    Ok(Json(Transferred {
        shop,
        amount,
        hash,
        simulated: true,
    }))
}
