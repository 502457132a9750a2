//! From what went wrong to what the desk tells.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};
use wire::error::Problem;

use super::api::DeskProblem;
use crate::trouble::{Trouble, Word};

impl DeskProblem {
    fn own(word: Word, detail: Option<String>) -> Self {
        let (code, status, title, who_must_act, retry) = word.row();
        Self {
            kind: format!("urn:spean:sandbox:{code}"),
            title: title.to_owned(),
            status,
            code: code.to_owned(),
            who_must_act: who_must_act.to_owned(),
            retry: retry.to_owned(),
            detail,
            instance: None,
            field: None,
        }
    }

    /// The hub's document has the same members; a problem of texts always reads back.
    fn of_hub(problem: &Problem) -> Self {
        serde_json::to_value(problem)
            .and_then(serde_json::from_value)
            .unwrap_or_else(|_never| Self::own(Word::Internal, None))
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let document = match self {
            Trouble::Refused(word, detail) => DeskProblem::own(word, detail),
            Trouble::Hub(problem) => DeskProblem::of_hub(&problem),
            Trouble::Fault(fault) => {
                tracing::error!(%fault, "the desk failed");
                DeskProblem::own(Word::Internal, None)
            }
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut answer = Response::new(Body::from(body));
        let status = StatusCode::from_u16(document.status);
        *answer.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let media_type = HeaderValue::from_static(Problem::MEDIA_TYPE);
        answer.headers_mut().insert(CONTENT_TYPE, media_type);
        answer
    }
}
