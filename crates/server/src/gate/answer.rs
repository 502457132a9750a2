//! Answers and problems as responses.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use serde::Serialize;
use wire::error::{Code, Problem};

/// Marks an answer whose body never ends by itself: its head is signed as if it had no body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Streamed;

/// A problem on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Refused(pub(crate) Problem);

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<Code> for Refused {
    fn from(code: Code) -> Self {
        Self(Problem::new(code))
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status().as_u16());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // A problem is made of texts, so it always becomes JSON.
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        let mut response = respond(status, Problem::MEDIA_TYPE, body);
        response.extensions_mut().insert(self.0.code());
        response
    }
}

/// JSON.
pub(crate) fn answer<T: Serialize>(status: StatusCode, body: &T) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => respond(status, "application/json", body),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            Refused(Problem::new(Code::Internal)).into_response()
        }
    }
}

/// Something else than JSON, whole.
pub(crate) fn paper(status: StatusCode, media_type: &'static str, body: Vec<u8>) -> Response {
    respond(status, media_type, body)
}

fn respond(status: StatusCode, media_type: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
