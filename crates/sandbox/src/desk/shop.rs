//! The shop's side of the desk.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use participant::edge;
use serde::Deserialize;
use wire::api::RefundRequest;

use super::api::{
    CodeRequest, CodeShown, SaleList, Shop, ShopList, ShopRefund, ShopRefundRequest, ShopRequest,
};
use super::{Asked, Desk, Given, Named, by_finality, show};
use crate::codes::{self, NewShop};
use crate::institution::{Teller, publish_once};
use crate::ledger::{RefundStatus, ShopRow};
use crate::limits::CODE_MINUTES_MAX;
use crate::site::Kind;
use crate::text::money_in;
use crate::trouble::{Trouble, Word, refused};

pub(super) async fn shops(State(teller): Desk) -> Result<Json<ShopList>, Trouble> {
    let rows = teller.ledger.run(|books| books.shops()).await?;
    Ok(Json(ShopList {
        shops: rows.into_iter().map(|row| shown(&teller, row)).collect(),
    }))
}

/// Banks resolve their shops one by one, so there is nothing to publish.
fn shown(teller: &Teller, row: ShopRow) -> Shop {
    let published = match teller.site.kind() {
        Kind::Bank { .. } => true,
        Kind::JapaneseSwitch | Kind::Fx { .. } => row.published >= row.version,
    };
    show::shop(row, published)
}

pub(super) async fn open_shop(
    State(teller): Desk,
    Given(wanted): Given<ShopRequest>,
) -> Result<Json<Shop>, Trouble> {
    let site = teller.site.clone();
    let wanted = NewShop {
        name: wanted.name,
        name_local: wanted.name_local,
        city: wanted.city,
        postal_code: wanted.postal_code,
        category: wanted.category,
        accepts_foreign: wanted.accepts_foreign.unwrap_or(true),
    };
    let opened = teller
        .ledger
        .run(move |books| codes::open_shop(books, &site, &wanted));
    let account = opened.await?.account;
    // Published at once where the hub answers, so that the code can be scanned when it is printed;
    // otherwise the publisher is woken and tries until it can.
    if let Err(error) = publish_once(&teller).await {
        tracing::warn!(%error, "a new shop is not published yet");
        teller.news.notify_one();
    }
    let row = teller.ledger.run(move |books| books.shop(&account)).await?;
    Ok(Json(shown(&teller, row.ok_or(Word::ShopUnknown)?)))
}

pub(super) async fn code(
    State(teller): Desk,
    Given(wanted): Given<CodeRequest>,
) -> Result<Json<CodeShown>, Trouble> {
    let price = money_in(&wanted.amount, "/amount");
    let price = price.map_err(|problem| Trouble::Hub(Box::new(problem)))?;
    if wanted.minutes == 0 || wanted.minutes > CODE_MINUTES_MAX {
        let detail = format!("`minutes` is 1 to {CODE_MINUTES_MAX}");
        return Err(refused(Word::InvalidField, detail));
    }
    let site = teller.site.clone();
    let CodeRequest { shop, minutes, .. } = wanted;
    let code = teller
        .ledger
        .run(move |books| codes::show(books, &site, &shop, price, minutes));
    Ok(Json(show::code(code.await?)))
}

pub(super) async fn refund(
    State(teller): Desk,
    Given(wanted): Given<ShopRefundRequest>,
) -> Result<Response, Trouble> {
    let refund_id = wanted.refund_id.unwrap_or_else(edge::payment_id);
    if !edge::is_payment_id(&refund_id) {
        let detail = "a refund's id is a UUIDv4 in lower case";
        return Err(refused(Word::InvalidField, detail));
    }
    let amount = wanted.amount;
    let asked = RefundRequest { refund_id, amount };
    let row = teller.refund(wanted.payment_id, asked).await?;
    Ok(by_finality(
        row.status != RefundStatus::Sent,
        show::refund(row),
    ))
}

pub(super) async fn refund_status(
    State(teller): Desk,
    Named(id): Named,
) -> Result<Json<ShopRefund>, Trouble> {
    Ok(Json(show::refund(teller.refund_row(id).await?)))
}

#[derive(Deserialize)]
pub(super) struct OfShop {
    #[serde(default)]
    shop: String,
}

pub(super) async fn sales(
    State(teller): Desk,
    Asked(of): Asked<OfShop>,
) -> Result<Json<SaleList>, Trouble> {
    let listed = teller.ledger.run(move |books| {
        books.shop(&of.shop)?.ok_or(Word::ShopUnknown)?;
        let rows = books.sales(&of.shop)?;
        rows.into_iter()
            .map(|row| show::sale(books, row))
            .collect::<Result<_, _>>()
    });
    Ok(Json(SaleList {
        sales: listed.await?,
    }))
}
