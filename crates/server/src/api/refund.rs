//! Refunds.

use axum::extract::State;
use axum::response::Response;
use engine::request::Request;
use http::StatusCode;
use http::header::HeaderMap;
use switch::{Item, Kind, RefundInput, Role};
use wire::api::{RefundRequest, RefundView};
use wire::error::{Code, Problem};

use super::Served;
use super::wait::Wait;
use crate::convert::{self, Hashing, Subject, payment_id, price, problem};
use crate::gate::{Caller, Path, Sent, answer};
use crate::hub::Hub;
use crate::view::Found;

/// Refund
///
/// Gives any part of a completed payment back, at the payment's own rate; several refunds may run
/// at once, and together they never exceed the payment. The refund is asked of the payer's side
/// like a payment in the other direction; while liquidity is short it is `waiting`. Repeating the
/// request with the same id and body is safe. Needs the role `payee` and the payment's payee.
#[utoipa::path(
    post, path = "/v1/payments/{id}/refunds", tag = "payments", operation_id = "refund",
    request_body = RefundRequest,
    params(
        ("id" = String, Path, description = "The payment's id (UETR)"),
        ("prefer" = Option<String>, Header,
            description = "`wait=N` (RFC 7240): wait up to N seconds, at most 30, for the outcome"),
    ),
    responses(
        (status = 200, description = "The outcome: `completed` or `cancelled`.",
            body = RefundView),
        (status = 202, description = "Taken; the outcome comes with the callback, or by reading.",
            body = RefundView),
    ),
)]
pub(crate) async fn refund(
    State(hub): State<Hub>,
    caller: Caller,
    Path(payment): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Served {
    caller.must_be(Role::Payee)?;
    let request: RefundRequest = sent.read()?;
    Ok(take(&hub, &caller, &payment, Wait::of(&headers), &request).await?)
}

/// Read a refund
///
/// For the sides of the payment, its FX provider and operators. A refund that was refused answers
/// with the same problem as the first time.
#[utoipa::path(
    get, path = "/v1/payments/{id}/refunds/{refund_id}", tag = "payments",
    operation_id = "refund_status",
    params(
        ("id" = String, Path, description = "The payment's id (UETR)"),
        ("refund_id" = String, Path, description = "The refund's id"),
    ),
    responses((status = 200, description = "How it stands.", body = RefundView)),
)]
pub(crate) async fn refund_status(
    State(hub): State<Hub>,
    caller: Caller,
    Path((payment, id)): Path<(String, String)>,
) -> Served {
    let payment = payment_id(&payment, "")?;
    let id = convert::refund_id(&id, "")?;
    let viewer = caller.viewer();
    let of = Kind::Refund { payment };
    let found = hub.found(viewer, id, move |item| item.kind == of).await?;
    match found {
        Some(Found::Item(seen)) => Ok(answer(
            StatusCode::OK,
            &hub.refund_view(viewer, *seen).await?,
        )),
        Some(Found::Closed(closed)) => Err(match closed.refusal {
            Some(refusal) => problem(refusal, Subject::Refund).into(),
            None => Code::NotFound.into(),
        }),
        None => Err(Code::NotFound.into()),
    }
}

async fn take(
    hub: &Hub,
    caller: &Caller,
    payment: &str,
    wait: Option<Wait>,
    request: &RefundRequest,
) -> Result<Response, Problem> {
    let payment = payment_id(payment, "")?;
    let id = convert::refund_id(&request.refund_id, "/refund_id")?;
    let amount = price(&request.amount, "/amount")?;
    let digest = Hashing::of("spean refund request 1")
        .bytes(&payment.0.to_be_bytes())
        .bytes(&id.0.to_be_bytes())
        .part(amount.currency.alpha())
        .bytes(&amount.amount.minor().to_be_bytes());
    let request = digest.finish();
    let input = RefundInput {
        payee: caller.id(),
        id,
        payment,
        amount,
        request,
        recalled: None,
    };
    let mut waiter = hub.shared().board.waiters.register(id);
    let carried = hub.carry(Request::refund(input), None, Subject::Refund);
    let seen = carried.await?.item()?;
    let seen = hub.settled(seen, wait, &mut waiter).await?;
    let status = status(&seen.item);
    let body: RefundView = hub.refund_view(caller.viewer(), seen).await?;
    let mut response = answer(status, &body);
    if let Some(wait) = wait {
        wait.applied(response.headers_mut());
    }
    Ok(response)
}

fn status(item: &Item) -> StatusCode {
    if item.state.is_final() {
        StatusCode::OK
    } else {
        StatusCode::ACCEPTED
    }
}
