//! `spean shop`: a shop's side, talking to its simulated institution.

use sandbox::desk::api::{DeskState, Sale, Shop, ShopRefundRequest, ShopRequest};
use wire::api::Money;

use super::show::money;
use super::site::{Site, desk_error};
use crate::cli::{At, ShopCommand};
use crate::exit::{self, Exit};
use crate::{out, wait};

pub(super) fn run(command: ShopCommand) -> anyhow::Result<Exit> {
    wait::block_on(async {
        match command {
            ShopCommand::Add {
                at_institution,
                name,
                name_local,
                city,
                postal_code,
                category,
                at,
            } => {
                let accepts_foreign = None;
                let wanted = ShopRequest {
                    name,
                    name_local,
                    city,
                    postal_code,
                    category,
                    accepts_foreign,
                };
                add(&at, &at_institution, &wanted).await
            }
            ShopCommand::Refund {
                at_institution,
                payment: payment_id,
                amount,
                refund: refund_id,
                at,
            } => {
                let wanted = ShopRefundRequest {
                    refund_id: Some(refund_id.unwrap_or_else(participant::edge::payment_id)),
                    payment_id,
                    amount: in_shops_currency(&at_institution, amount),
                };
                refund(&at, &at_institution, &wanted).await
            }
            ShopCommand::Sales {
                at_institution,
                shop,
                at,
            } => sales(&at, &at_institution, shop).await,
        }
    })
}

async fn add(at: &At, institution: &str, wanted: &ShopRequest) -> anyhow::Result<Exit> {
    let desk = Site::find(at)?.desk(institution)?;
    let shop = desk.open_shop(wanted).await;
    let shop = shop.map_err(|error| desk_error("open the shop", &error))?;
    if at.json {
        out::json(&shop)?;
    } else {
        out::data(&format!("shop     {}", out::safe(&shop.shop)));
        out::data(&format!("name     {} (simulated)", out::safe(&shop.name)));
        out::data(&format!("code     {}", out::safe(&shop.payload)));
        out::talk(&super::qr::drawn(&shop.payload)?);
    }
    Ok(Exit::Done)
}

/// The currency of a sale is the shop's; it is looked up so that it need not be typed.
fn in_shops_currency(institution: &str, amount: String) -> Money {
    let currency = if institution == "netstars" {
        "JPY"
    } else {
        "KHR"
    };
    Money {
        currency: currency.to_owned(),
        amount,
    }
}

async fn refund(at: &At, institution: &str, wanted: &ShopRefundRequest) -> anyhow::Result<Exit> {
    let desk = Site::find(at)?.desk(institution)?;
    if let Some(id) = &wanted.refund_id {
        // Before the answer, which may be lost: with the id the same refund can be asked again.
        out::talk(&format!(
            "refund   {} (repeat with --refund)",
            out::safe(id)
        ));
    }
    let refund = desk.refund(wanted).await;
    let refund = refund.map_err(|error| desk_error("refund", &error))?;
    if at.json {
        out::json(&refund)?;
    } else {
        out::data(&format!("refund   {}", refund.refund_id));
        out::data(&format!("state    {}", word(refund.state)));
        out::data(&format!("amount   {}", money(&refund.amount)));
        if let Some(view) = &refund.refund {
            if let Some(reason) = &view.reason {
                let (code, who) = (&reason.code, &reason.who_must_act);
                out::data(&out::safe(&format!("because  {code}; {who} must act")));
            }
            let back = money(&view.payer_amount);
            out::data(&match refund.state {
                DeskState::Completed => format!("payer    got {back}"),
                DeskState::Quoted | DeskState::Sent => format!("payer    would get {back}"),
                DeskState::Cancelled | DeskState::Refused => "payer    got nothing".to_owned(),
            });
        }
    }
    Ok(match refund.state {
        DeskState::Cancelled | DeskState::Refused => Exit::No,
        DeskState::Quoted | DeskState::Sent | DeskState::Completed => Exit::Done,
    })
}

fn word(state: DeskState) -> &'static str {
    match state {
        DeskState::Quoted => "not sent",
        DeskState::Sent => "sent, not decided yet",
        DeskState::Completed => "completed",
        DeskState::Cancelled => "cancelled",
        DeskState::Refused => "refused",
    }
}

async fn sales(at: &At, institution: &str, only: Option<String>) -> anyhow::Result<Exit> {
    let desk = Site::find(at)?.desk(institution)?;
    let list = desk.shops().await;
    let list = list.map_err(|error| desk_error("list the shops", &error))?;
    let wanted = |shop: &Shop| only.as_ref().is_none_or(|only| *only == shop.shop);
    let shops: Vec<Shop> = list.shops.into_iter().filter(wanted).collect();
    if let (Some(only), true) = (&only, shops.is_empty()) {
        let words = format!("find the shop `{only}` at `{institution}`");
        return Err(exit::error(Exit::No, words));
    }
    let mut all = Vec::new();
    for shop in shops {
        let list = desk.sales(&shop.shop).await;
        let list = list.map_err(|error| desk_error("list the sales", &error))?;
        if at.json {
            let Shop { shop, name, .. } = shop;
            all.push(serde_json::json!({ "shop": shop, "name": name, "sales": list.sales }));
        } else {
            show_sales(&shop, &list.sales);
        }
    }
    if at.json {
        out::json(&serde_json::json!({ "shops": all }))?;
    }
    Ok(Exit::Done)
}

fn show_sales(shop: &Shop, sales: &[Sale]) {
    let (name, id) = (out::safe(&shop.name), out::safe(&shop.shop));
    let local = shop
        .name_local
        .as_deref()
        .map(out::safe)
        .unwrap_or_default();
    out::data(&format!("{name} {local} · {id} (simulated)"));
    if sales.is_empty() {
        out::data("  nothing sold yet");
    }
    for sale in sales {
        let (amount, fee) = (money(&sale.amount), money(&sale.fee));
        let (received, back) = (money(&sale.received), money(&sale.refunded));
        out::data(&format!(
            "  {}  {amount:>14}  fee {fee:>10}  got {received:>14}  back {back:>12}  {}",
            sale.time, sale.payment_id
        ));
    }
}
