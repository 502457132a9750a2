//! Reading payments.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use http::header::HeaderMap;
use projection::{ListOf, Tables};
use wire::api::{PaymentList, PaymentView};
use wire::error::{Code, Problem};

use super::Served;
use super::page::Listing;
use super::pay::said;
use crate::convert::{payment_id, uuid_text};
use crate::gate::{Caller, Path, Sent, answer, paper};
use crate::hub::{Hub, hidden};
use crate::iso::{self, Answered, Media};
use crate::past::is_payment;
use crate::view::Seen;

/// Read a payment
///
/// For its payer's side, its payee's side, its FX provider and operators; others hear that there
/// is none. An id that was refused or cancelled before it became a payment is shown to who asked
/// for it. `payment_unknown` is never an outcome: whoever must know cancels by id. With
/// `accept: application/xml` the answer is a pacs.002.
#[utoipa::path(
    get, path = "/v1/payments/{id}", tag = "payments", operation_id = "payment",
    params(("id" = String, Path, description = "The payment's id (UETR)")),
    responses((status = 200, description = "How it stands.",
        content((PaymentView = "application/json"), (String = "application/xml")))),
)]
pub(crate) async fn payment(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Served {
    let id = payment_id(&id, "")?;
    let viewer = caller.viewer();
    let found = hub.found(viewer, id, is_payment).await?;
    let body = hub
        .payment_view(viewer, found.ok_or(Code::PaymentUnknown)?, id)
        .await?;
    let media = Media::wanted(&headers, Media::Json);
    Ok(said(&hub, &caller, StatusCode::OK, &body, media, None)?)
}

/// Ask how payments stand
///
/// A pacs.028 with one to 100 questions, each by its UETR, answered with one pacs.002: `ACCC` is
/// completed, `RJCT` cancelled or refused with its reason, `PDNG` everything else. A payment that
/// is unknown makes the whole question a problem: not found is never an outcome.
#[utoipa::path(
    post, path = "/v1/status-requests", tag = "payments", operation_id = "payment_statuses",
    request_body(content((String = "application/xml"))),
    responses((status = 200, description = "How they stand.",
        content((String = "application/xml")))),
)]
pub(crate) async fn payment_statuses(State(hub): State<Hub>, caller: Caller, sent: Sent) -> Served {
    let viewer = caller.viewer();
    let mut views = Vec::new();
    for (id, origin) in iso::read_questions(&sent)? {
        let id = payment_id(&id, "")?;
        let found = hub.found(viewer, id, is_payment).await?;
        let found =
            found.ok_or_else(|| Problem::new(Code::PaymentUnknown).with_detail(uuid_text(id)))?;
        views.push((hub.payment_view(viewer, found, id).await?, origin));
    }
    let answered = views.iter().map(|(view, origin)| Answered {
        view,
        origin: Some(origin),
    });
    let answered: Vec<Answered<'_>> = answered.collect();
    let message = iso::status(&hub, caller.name(), &answered)?;
    Ok(paper(
        StatusCode::OK,
        "application/xml",
        message.into_bytes(),
    ))
}

/// List payments
///
/// Those that the caller asked for or was asked for, newest first; operators see all. The list
/// follows the journal within moments. Send `next` as `before` to go on.
#[utoipa::path(
    get, path = "/v1/payments", tag = "payments", operation_id = "payments",
    params(
        ("limit" = Option<u16>, Query, description = "1 to 100; 20 when absent"),
        ("before" = Option<String>, Query, description = "The `next` of the page before"),
    ),
    responses((status = 200, description = "One page.", body = PaymentList)),
)]
pub(crate) async fn payments(
    State(hub): State<Hub>,
    caller: Caller,
    listing: Result<Query<Listing>, QueryRejection>,
) -> Served {
    let unreadable = |_rejection| Problem::new(Code::InvalidField).with_detail(QUERY);
    let Query(listing) = listing.map_err(unreadable)?;
    Ok(list(&hub, &caller, &listing).await?)
}

const QUERY: &str = "the query takes `limit` and `before`, once each";

async fn list(hub: &Hub, caller: &Caller, listing: &Listing) -> Result<Response, Problem> {
    let viewer = caller.viewer();
    let limit = listing.limit()?;
    let from = listing.from()?;
    let of = match viewer.is_operator {
        true => ListOf::All,
        false => ListOf::Participant(viewer.id),
    };
    let rows = hub.blocking(move |hub| {
        let most = from.skip.saturating_add(limit).saturating_add(1);
        let look = |tables: &Tables| tables.payments(of, from.before(), most);
        let rows = hub.shared().tables.look(look);
        rows.map_err(|error| hidden("read the projection", &error, Code::Internal))
    });
    let (ids, next) = from.cut(&rows.await?, limit);
    let wanted = ids.clone();
    let here = hub.read(move |view| {
        let here = wanted.iter().map(|id| Seen::of(view, *id));
        here.collect::<Vec<Option<Seen>>>()
    });
    let here = here.await?;
    let gone = ids.iter().zip(&here).filter(|(_, here)| here.is_none());
    let mut past = hub.all_seen(gone.map(|(id, _)| *id).collect()).await?;
    let mut seen = Vec::with_capacity(ids.len());
    for (id, here) in ids.into_iter().zip(here) {
        seen.extend(here.or_else(|| past.remove(&id)));
    }
    let payments = hub.payment_views(viewer, seen).await?;
    let next = next.map(|cursor| cursor.text());
    Ok(answer(StatusCode::OK, &PaymentList { payments, next }))
}
