//! The stream of a participant's events.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use http::HeaderMap;
use http::header::HeaderName;
use serde::Deserialize;
use wire::api::Event;
use wire::error::{Code, Problem};

use super::Served;
use crate::gate::Caller;
use crate::hub::Hub;
use crate::notify::open_stream;

/// What a reader of streams sends when it comes again.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The query of a stream.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct From {
    after: Option<String>,
}

/// Follow events
///
/// The caller's own outcomes as server-sent events, in order and without gaps: `id` is the
/// position in its outcome stream, `event` the type, `data` one line of JSON. Begins behind
/// `Last-Event-ID`, or behind `after`, or with what comes next; 0 is before the first. A position
/// that never was is refused; `spean-last-position` says which is the last. The head of the answer
/// is signed; each event brings `timestamp` and `signature` (fields that browsers pass over), made
/// like a webhook's over `evt_{keyid}_{id}.{timestamp}.{data}`, where `keyid` is that of your
/// request. Comments every 15 s keep the line alive. The hub ends a stream when it stops, when it
/// is not read for 10 s, and after 15 minutes: come again with the last `id`, signed anew. At most
/// 8 streams for a participant. It only notifies: `POST {base}/outcomes` goes on until you
/// acknowledge it there.
#[utoipa::path(
    get, path = "/v1/events", tag = "events", operation_id = "events",
    params(
        ("after" = Option<u64>, Query, description = "The last position that you have had"),
        ("Last-Event-ID" = Option<u64>, Header, description = "The same; wins over `after`"),
    ),
    responses((status = 200, description = "Events, until the line ends.",
        content_type = "text/event-stream", body = Event)),
)]
pub(crate) async fn events(
    State(hub): State<Hub>,
    caller: Caller,
    headers: HeaderMap,
    query: Result<Query<From>, QueryRejection>,
) -> Served {
    let Query(query) = query.map_err(|_rejection| wrong("the query takes `after`, once"))?;
    let after = begin(&headers, &query)?;
    Ok(open_stream(hub, &caller, after).await?)
}

/// A reader that comes again repeats its address, so what it had last stands in the header.
fn begin(headers: &HeaderMap, query: &From) -> Result<Option<u64>, Problem> {
    let mut sent = headers.get_all(LAST_EVENT_ID).iter();
    let header = match (sent.next(), sent.next()) {
        (None, _) => None,
        (Some(one), None) => Some(one.to_str().map_err(|_odd| wrong(HEADER))?),
        (Some(_), Some(_)) => return Err(wrong(HEADER)),
    };
    let read = |text: &str, what| position(text).ok_or_else(|| wrong(what));
    match (header, &query.after) {
        (Some(text), _) => read(text, HEADER).map(Some),
        (None, Some(text)) => read(text, "`after` is a position").map(Some),
        (None, None) => Ok(None),
    }
}

const HEADER: &str = "`Last-Event-ID` is one position";

/// A position has one spelling.
fn position(text: &str) -> Option<u64> {
    let position: u64 = text.parse().ok()?;
    (position.to_string() == text).then_some(position)
}

fn wrong(detail: &str) -> Problem {
    Problem::new(Code::InvalidField).with_detail(detail)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn check(headers: &[&'static str], after: Option<&str>, expected: Result<Option<u64>, Code>) {
        let mut sent = HeaderMap::new();
        for value in headers {
            sent.append(LAST_EVENT_ID, HeaderValue::from_static(value));
        }
        let query = From {
            after: after.map(str::to_owned),
        };
        let found = begin(&sent, &query).map_err(|problem| problem.code());
        assert_eq!(found, expected, "{headers:?} {after:?}");
    }

    #[test]
    fn a_stream_begins_where_its_reader_says() {
        check(&[], None, Ok(None));
        check(&[], Some("0"), Ok(Some(0)));
        check(&["7"], Some("3"), Ok(Some(7)));
        for wrong in ["", "x", "-1", "+1", "01", "1.0", "18446744073709551616"] {
            check(&[], Some(wrong), Err(Code::InvalidField));
        }
        check(&["x"], Some("3"), Err(Code::InvalidField));
        check(&["1", "1"], None, Err(Code::InvalidField));
    }
}
