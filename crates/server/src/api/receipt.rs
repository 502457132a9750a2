//! Checking a receipt: for any phone, without a signature.

use axum::extract::State;
use http::StatusCode;
use money::Currency;
use switch::{ItemId, Kind, State as Life};
use wire::api::{Money, ReceiptView, StateView};
use wire::error::{Code, Problem};
use wire::receipt::{Receipt, ReceiptAmount};

use super::Served;
use crate::convert::{coins, hex, rate_view, rfc3339, uuid_text};
use crate::gate::{Path, answer};
use crate::hub::Hub;
use crate::view::{self, Seen};

/// Check a receipt
///
/// Says whether a receipt is genuine and what went back of its payment since; the offline check
/// against `/v1/keys` cannot know the latter. Anybody may ask. Nothing of the payer is shown.
#[utoipa::path(
    get, path = "/v1/receipts/{token}", tag = "public", operation_id = "receipt",
    params(("token" = String, Path, description = "The receipt's text, `spr1.…`")),
    responses((status = 200, description = "Genuine.", body = ReceiptView)),
)]
pub(crate) async fn receipt(State(hub): State<Hub>, Path(token): Path<String>) -> Served {
    let receipt = Receipt::decode(&token, hub.keys());
    let receipt =
        receipt.map_err(|error| Problem::new(error.code()).with_detail(error.to_string()))?;
    let id = ItemId(receipt.payment.as_u128());
    let seen = hub.seen(id).await?;
    // A signature of ours under a payment that this journal does not hold: of another hub, or of
    // a history that was lost.
    let seen = seen
        .filter(|seen| agrees(seen, &receipt))
        .ok_or(Code::ReceiptInvalid)?;
    let body = ReceiptView {
        payment_id: uuid_text(id),
        state: StateView::Completed,
        merchant: receipt.merchant.as_str().to_owned(),
        amount: amount(receipt.shop)?,
        rate: rate_view(seen.item.terms.rate),
        reference_rate: rate_view(seen.item.terms.reference),
        decided_at: rfc3339(i64::try_from(receipt.decided_at_ms).unwrap_or(i64::MAX)),
        sequence: receipt.journal_seq,
        hash: hex(&receipt.journal_hash),
        refunded: view::refunded(&seen),
    };
    Ok(answer(StatusCode::OK, &body))
}

fn agrees(seen: &Seen, receipt: &Receipt) -> bool {
    let item = &seen.item;
    item.kind == Kind::Payment
        && item.state == Life::Completed
        && item
            .decided
            .is_some_and(|decided| decided.at.seq == receipt.journal_seq)
        && item.amount.amount.minor() == receipt.shop.minor()
        && item.amount.currency.numeric() == receipt.shop.currency()
}

fn amount(amount: ReceiptAmount) -> Result<Money, Problem> {
    let currency = Currency::from_numeric(amount.currency());
    let minor = money::Amount::from_minor(amount.minor());
    match (currency, minor) {
        (Some(currency), Some(minor)) => Ok(coins(currency, minor)),
        (Some(_) | None, _) => Err(Problem::new(Code::ReceiptInvalid)),
    }
}
