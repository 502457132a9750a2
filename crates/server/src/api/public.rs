//! Keys, documentation, health and metrics: unsigned, for everybody.

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use engine::{Answer, View, Work};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue};
use projection::Tables;
use switch::{ParticipantId, StuckCounts};
use tokio::sync::oneshot;
use wire::error::{Code, Problem};
use wire::keys::JwksDocument;

use super::Served;
use crate::gate::answer;
use crate::hub::{Hub, Page, hidden};
use crate::notify::add_gauges;
use crate::openapi::documents;

/// The hub's public keys
///
/// A JWK Set with the keys that answers, callbacks, tokens and receipts are signed with. Fetch it
/// once over a line that you trust, and keep it.
#[utoipa::path(
    get, path = "/v1/keys", tag = "public", operation_id = "keys",
    responses((status = 200, description = "The keys.", body = JwksDocument)),
)]
pub(crate) async fn keys(State(hub): State<Hub>) -> Response {
    answer(StatusCode::OK, &hub.keys().document())
}

/// This document
///
/// OpenAPI 3.1; made from the same source as the routes.
#[utoipa::path(
    get, path = "/openapi.json", tag = "public", operation_id = "openapi",
    responses((status = 200, description = "OpenAPI 3.1.", content_type = "application/json",
        body = Object)),
)]
pub(crate) async fn openapi() -> Response {
    let kind = (CONTENT_TYPE, HeaderValue::from_static("application/json"));
    ([kind], documents().json.as_str()).into_response()
}

/// This document, for people
///
/// One page that needs no script and no other file.
#[utoipa::path(
    get, path = "/docs", tag = "public", operation_id = "docs",
    responses((status = 200, description = "HTML.", content_type = "text/html", body = String)),
)]
pub(crate) async fn docs() -> Response {
    const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                          form-action 'none'; frame-ancestors 'none'";
    let policy = (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    let sniffing = HeaderName::from_static("x-content-type-options");
    let sniffing = (sniffing, HeaderValue::from_static("nosniff"));
    ([policy, sniffing], Html(documents().html.as_str())).into_response()
}

/// Whether the process lives
///
/// Answers as long as it can answer at all.
#[utoipa::path(
    get, path = "/healthz", tag = "public", operation_id = "healthz",
    responses((status = 200, description = "It lives.", content_type = "text/plain",
        body = String)),
)]
pub(crate) async fn healthz() -> Response {
    plain("alive\n")
}

/// Whether payments can be taken
///
/// 503 while the journal cannot be read or written, while the tables of older payments are being
/// made anew, and while the hub stops. A hub that is not ready tries by itself, and everything
/// that only reads is still answered.
#[utoipa::path(
    get, path = "/readyz", tag = "public", operation_id = "readyz",
    responses((status = 200, description = "They can.", content_type = "text/plain",
        body = String)),
)]
pub(crate) async fn readyz(State(hub): State<Hub>) -> Served {
    let board = &hub.shared().board;
    if board.is_stopping() {
        return Err(Code::ShuttingDown.into());
    }
    let (answer, answered) = oneshot::channel();
    // A read is answered by the writer itself, after it has rebuilt its state if it had to.
    let respond = move |view: &View<'_>, done: Answer| {
        let is_writable = done.is_ok() && view.is_writable;
        let _gone = answer.send((is_writable, view.switch.left_seq()));
    };
    let work = Work {
        input: None,
        party: None,
        respond: Box::new(respond),
    };
    hub.shared()
        .engine
        .submit(work)
        .map_err(|_busy| board.why_not_taken())?;
    let (is_writable, left_seq) = answered.await.unwrap_or_default();
    if !is_writable {
        return Err(Code::JournalUnavailable.into());
    }
    // Made anew, the tables do not hold yet what has left memory, and nobody may guess about it.
    if hub.shared().progress.seq() < left_seq {
        return Err(Code::Busy.into());
    }
    Ok(plain("ready\n"))
}

/// Counters for Prometheus
///
/// Text format 0.0.4. Labels are routes, codes and names of participants; no personal data.
#[utoipa::path(
    get, path = "/metrics", tag = "public", operation_id = "metrics",
    responses((status = 200, description = "The page.", content_type = "text/plain",
        body = String)),
)]
pub(crate) async fn metrics(State(hub): State<Hub>) -> Served {
    let directory = hub.directory();
    let ids: Vec<ParticipantId> = directory.all().map(|known| known.id).collect();
    let looked = hub.read(move |view| {
        let lag = |id: &ParticipantId| {
            let (acknowledged, last) = view.switch.stream_of(*id);
            (*id, last.saturating_sub(acknowledged))
        };
        let lags: Vec<(ParticipantId, u64)> = ids.iter().map(lag).collect();
        let items = (view.switch.open_items(), view.switch.items_in_memory());
        (view.head.seq, view.is_writable, items, lags)
    });
    let (sequence, is_writable, (open_items, in_memory), lags) = looked.await?;
    let applied = hub.blocking(|hub| {
        let applied = hub.shared().tables.look(Tables::applied);
        applied.map_err(|error| hidden("read the projection", &error, Code::Internal))
    });
    let applied = applied.await?.map_or(0, |(sequence, _)| sequence);
    let mut page: Page = hub.metrics().page();
    page.head("spean_journal_sequence", "gauge", "The last durable batch.");
    page.line("spean_journal_sequence", &[], sequence);
    page.head(
        "spean_journal_writable",
        "gauge",
        "1 while the journal takes batches; 0 means that nothing can be decided.",
    );
    page.line("spean_journal_writable", &[], u8::from(is_writable));
    page.head(
        "spean_open_items",
        "gauge",
        "Payments and refunds that are not final.",
    );
    page.line("spean_open_items", &[], open_items);
    page.head(
        "spean_items_in_memory",
        "gauge",
        "Payments and refunds in memory: open, or not yet let go after their projection.",
    );
    page.line("spean_items_in_memory", &[], in_memory);
    page.head(
        "spean_projection_lag_batches",
        "gauge",
        "Batches that the tables are behind.",
    );
    page.line(
        "spean_projection_lag_batches",
        &[],
        sequence.saturating_sub(applied),
    );
    page.head(
        "spean_outcome_lag",
        "gauge",
        "Outcomes that a participant did not acknowledge.",
    );
    for (id, lag) in lags {
        page.line(
            "spean_outcome_lag",
            &[("participant", &directory.name(id))],
            lag,
        );
    }
    let counts = hub.read(|view| view.switch.stuck_counts()).await?;
    add_open(&mut page, counts);
    add_gauges(&hub, &mut page).await?;
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(CONTENT_TYPE, kind)], page.into_text()).into_response())
}

/// What operators must decide: whatever here is not 0 has an owner and a deadline on their list.
fn add_open(page: &mut Page, counts: StuckCounts) {
    let help = "What is open beside payments and refunds, as `GET /v1/stuck` lists it.";
    page.head("spean_open", "gauge", help);
    for (sort, count) in [
        ("actions", counts.actions),
        ("breaks", counts.breaks),
        ("stopped_rails", counts.rails),
        ("suspended", counts.suspended),
    ] {
        page.line("spean_open", &[("sort", sort)], count);
    }
}

/// Whatever has no operation.
pub(crate) async fn unknown_path() -> Response {
    crate::gate::Refused(Problem::new(Code::NotFound)).into_response()
}

/// A known path with another method; the router adds `allow`.
pub(crate) async fn unknown_method() -> Response {
    crate::gate::Refused(Problem::new(Code::MethodNotAllowed)).into_response()
}

fn plain(text: &'static str) -> Response {
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    let stored = HeaderValue::from_static("no-store");
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, stored)], text).into_response()
}
