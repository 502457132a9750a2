//! The desk: what wallets and shops of a simulated institution use. It is unsigned and therefore
//! only ever bound to a loopback address; a real institution has an app and a login here.

pub mod api;
pub mod client;
mod control;
mod problem;
mod shop;
mod show;
mod wallet;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http_body_util::{BodyExt as _, Limited};
use serde::de::DeserializeOwned;
use wire::error::{Code, Problem};
use wire::json::{self, Limits};

use crate::institution::Teller;
use crate::limits::DESK_BODY_BYTES_MAX;
use crate::trouble::{Trouble, Word, refused};

/// What every handler works with.
type Desk = State<Arc<Teller>>;

/// The desk's routes.
pub(crate) fn router(teller: Arc<Teller>) -> Router {
    Router::new()
        .route(
            "/wallet/customers",
            get(wallet::customers).post(wallet::open_customer),
        )
        .route("/wallet/customers/{account}", get(wallet::customer))
        .route(
            "/wallet/customers/{account}/close",
            post(wallet::close_customer),
        )
        .route("/wallet/scan", post(wallet::scan))
        .route("/wallet/quote", post(wallet::quote))
        .route("/wallet/pay", post(wallet::pay))
        .route("/wallet/payments", get(wallet::payments))
        .route("/wallet/payments/{id}", get(wallet::payment))
        .route("/wallet/transfers", post(wallet::transfer))
        .route("/shop/shops", get(shop::shops).post(shop::open_shop))
        .route("/shop/codes", post(shop::code))
        .route("/shop/refunds", post(shop::refund))
        .route("/shop/refunds/{id}", get(shop::refund_status))
        .route("/shop/sales", get(shop::sales))
        .route("/books", get(books))
        .route("/healthz", get(health))
        .merge(control::router())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(teller)
}

async fn books(State(teller): Desk) -> Result<Json<api::Books>, Trouble> {
    let site = teller.site.clone();
    let shown = teller
        .ledger
        .run(move |books| show::books(books, &site))
        .await?;
    Ok(Json(shown))
}

async fn health(State(teller): Desk) -> Json<api::Health> {
    let participant = teller.site.me().to_owned();
    Json(api::Health {
        participant,
        ready: teller.is_ready(),
        simulated: true,
    })
}

async fn not_found() -> Response {
    problem(Code::NotFound).into_response()
}

async fn method_not_allowed() -> Response {
    problem(Code::MethodNotAllowed).into_response()
}

/// A body of strict JSON, bounded in size and depth.
struct Given<T>(T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Given<T> {
    type Rejection = Trouble;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Trouble> {
        let limits = Limits {
            bytes_max: DESK_BODY_BYTES_MAX,
            ..Limits::BODY
        };
        // Insisting on the media type keeps pages of other origins out: a browser asks before it
        // sends JSON across origins, and nobody here says yes.
        let declared = request.headers().get(CONTENT_TYPE);
        if declared.is_none_or(|declared| declared != "application/json") {
            return Err(problem(Code::UnsupportedMediaType));
        }
        let body = Limited::new(request.into_body(), limits.bytes_max)
            .collect()
            .await;
        let body = body
            .map_err(|_long_or_broken| problem(Code::BodyTooLarge))?
            .to_bytes();
        json::parse(&body, limits)
            .map(Self)
            .map_err(|refusal| Trouble::Hub(Box::new(refusal)))
    }
}

/// What the last part of a path names.
struct Named(String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Trouble;

    async fn from_request_parts(head: &mut Parts, state: &S) -> Result<Self, Trouble> {
        let named = Path::from_request_parts(head, state).await;
        // Escapes that make no text: nothing here has such a name.
        let Path(name) = named.map_err(|_no_text| problem(Code::NotFound))?;
        Ok(Self(name))
    }
}

/// What is asked for behind the `?`.
struct Asked<T>(T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Trouble;

    async fn from_request_parts(head: &mut Parts, state: &S) -> Result<Self, Trouble> {
        let asked = Query::from_request_parts(head, state).await;
        let Query(asked) = asked
            .map_err(|_unfit| refused(Word::InvalidField, "the part of the address after `?`"))?;
        Ok(Self(asked))
    }
}

fn problem(code: Code) -> Trouble {
    Trouble::Hub(Box::new(Problem::new(code)))
}

/// 200 for what is final, 202 for what is still under way.
fn by_finality<T: serde::Serialize>(is_final: bool, body: T) -> Response<Body> {
    let status = if is_final {
        StatusCode::OK
    } else {
        StatusCode::ACCEPTED
    };
    (status, Json(body)).into_response()
}
