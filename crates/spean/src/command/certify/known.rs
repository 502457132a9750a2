//! What the desk of a simulated institution tells about it.

use std::path::PathBuf;

use certify::settings::Shop;
use certify::{RefundOf, Scheme};
use money::{Amount, Currency, Money};
use sandbox::desk::api::{CodeRequest, DeskState, WalletPayment};
use sandbox::desk::client::{DeskClient, DeskError};
use wire::api;

use crate::command::site::desk_error;

/// What need not be typed.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) name: Option<String>,
    pub(super) scheme: Option<Scheme>,
    pub(super) key: Option<PathBuf>,
    pub(super) keys: Option<PathBuf>,
    pub(super) outcome_last: Option<u64>,
    pub(super) shop: Option<Shop>,
    /// A code for one payment.
    pub(super) dynamic: Option<String>,
    pub(super) refund: Option<RefundOf>,
}

/// The price of the code for one payment, in minor units of currencies that have none smaller.
const PRICE: &str = "5000";
/// Long enough for a run.
const MINUTES: u32 = 10;

/// Asks a desk for a shop, a code of it, and a payment of which something can be given back.
pub(super) async fn ask(desk: &DeskClient, currency: Currency) -> anyhow::Result<Known> {
    let told = |error: DeskError| desk_error("ask the institution's desk", &error);
    let shops = desk.shops().await.map_err(told)?.shops;
    let shop = shops.into_iter().find(|shop| shop.accepts_foreign);
    let dynamic = match &shop {
        Some(shop) => {
            let amount = api::Money {
                currency: currency.alpha().to_owned(),
                amount: PRICE.to_owned(),
            };
            let wanted = CodeRequest {
                shop: shop.shop.clone(),
                amount,
                minutes: MINUTES,
            };
            Some(desk.code(&wanted).await.map_err(told)?.payload)
        }
        None => None,
    };
    let mut refund = None;
    for customer in desk.customers().await.map_err(told)?.customers {
        let payments = desk.payments(&customer.account).await.map_err(told)?;
        let mut payments = payments.payments.iter();
        refund = payments.find_map(|payment| refundable(payment, currency));
        if refund.is_some() {
            break;
        }
    }
    Ok(Known {
        outcome_last: Some(desk.books().await.map_err(told)?.outcome_sequence),
        shop: shop.map(|shop| Shop {
            account: shop.account,
            payload: shop.payload,
        }),
        dynamic,
        refund,
        ..Known::default()
    })
}

/// A completed payment of which more is left than all cases together give back.
fn refundable(payment: &WalletPayment, currency: Currency) -> Option<RefundOf> {
    const REST_MINOR_MIN: u64 = 100;
    let read = |money: &api::Money| {
        let own = money.currency == currency.alpha();
        own.then(|| Amount::parse(&money.amount, currency).ok())
            .flatten()
    };
    let paid = read(&payment.customer_debited)?;
    let rest = paid.checked_sub(read(&payment.customer_refunded)?)?;
    let fits = payment.state == DeskState::Completed && rest.minor() >= REST_MINOR_MIN;
    fits.then(|| RefundOf {
        payment_id: payment.payment_id.clone(),
        account: payment.account.clone(),
        rest: Money::new(currency, rest),
    })
}
