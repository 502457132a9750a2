//! One open stream of events: `text/event-stream`, as browsers read it too.
//!
//! The producer waits for the reader: one frame is on its way and one is made, so a stream holds
//! some hundred kilobytes at most. A reader that does not read is cut off by its connection
//! ([`crate::serve`]); whoever comes again with the last `id` it has had misses nothing and gets
//! nothing twice. A stream lives for a while only, so that a key that was revoked goes blind.

use std::convert::Infallible;
use std::fmt::Write as _;

use axum::body::Body;
use axum::response::Response;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http_body_util::channel::{Channel, Sender};
use hyper::body::Bytes;
use switch::ParticipantId;
use wire::api::Event;
use wire::error::{Code, Problem};
use wire::keys::Kid;
use wire::webhook::{LAST_POSITION, Notice, sign, stream_event_id};

use super::event::type_text;
use super::places::Place;
use crate::gate::{Caller, Streamed};
use crate::hub::{Follow, Hub};
use crate::limits::{EVENTS_AT_ONCE, STREAM_HEARTBEAT, STREAM_LIFE_MAX};
use crate::serve::stopped;

type Line = Sender<Bytes, Infallible>;

/// Who reads: the participant, and the key that it came with.
#[derive(Clone, Copy, Debug)]
struct Reader {
    who: ParticipantId,
    kid: Kid,
}

/// What a stream begins with: how long to wait before coming again.
const PREFACE: &str = "retry: 2000\n\n";

/// Opens a stream of a participant's events behind a position; from now on when absent.
pub(crate) async fn open(
    hub: Hub,
    caller: &Caller,
    after: Option<u64>,
) -> Result<Response, Problem> {
    let reader = Reader {
        who: caller.id(),
        kid: caller.kid(),
    };
    let who = reader.who;
    let place = hub.shared().notifier.places.enter(who)?;
    let follow = hub.follow(who).await?;
    let last = follow.last();
    let position = after.unwrap_or(last);
    if position > last {
        let detail = format!("the last position is {last}");
        return Err(Problem::new(Code::EventPositionUnknown).with_detail(detail));
    }
    let (line, body) = Channel::new(1);
    tokio::spawn(produce(hub, reader, position, follow, line, place));
    let mut response = Response::new(Body::new(body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(LAST_POSITION, HeaderValue::from(last));
    response.extensions_mut().insert(Streamed);
    Ok(response)
}

/// Ends when the reader is gone, the hub stops, the stream has lived long enough, or something of
/// ours is wrong; the reader comes again in each case.
async fn produce(
    hub: Hub,
    reader: Reader,
    mut position: u64,
    mut follow: Follow,
    mut line: Line,
    place: Place,
) {
    let mut stop = hub.shared().board.stopping();
    let life = tokio::time::sleep(STREAM_LIFE_MAX);
    let mut life = std::pin::pin!(life);
    let mut is_read = say(&mut line, PREFACE.to_owned()).await;
    while is_read {
        tokio::select! {
            biased;
            () = stopped(&mut stop) => break,
            () = &mut life => break,
            () = follow.behind(position) => match frame(&hub, reader, position).await {
                Ok((last, text)) => {
                    is_read = say(&mut line, text).await;
                    position = last;
                }
                Err(problem) => {
                    tracing::error!(%problem, "a stream of events ends");
                    break;
                }
            },
            () = tokio::time::sleep(STREAM_HEARTBEAT) => {
                is_read = say(&mut line, ":\n\n".to_owned()).await;
            }
        }
    }
    drop(place);
}

/// Whether somebody reads.
async fn say(line: &mut Line, text: String) -> bool {
    line.send_data(Bytes::from(text)).await.is_ok()
}

/// The next events as text, and the position of the last one.
async fn frame(hub: &Hub, reader: Reader, position: u64) -> Result<(u64, String), Problem> {
    let events = hub
        .events_after(reader.who, position, EVENTS_AT_ONCE)
        .await?;
    let mut text = String::new();
    let mut last = position;
    for event in &events {
        last = last.saturating_add(1);
        if event.data.outcome_sequence != last {
            return Err(Problem::new(Code::Internal).with_detail("a position is missing"));
        }
        write_event(hub, reader.kid, event, &mut text)?;
    }
    match events.is_empty() {
        true => Err(Problem::new(Code::Internal).with_detail("the tables show nothing")),
        false => Ok((last, text)),
    }
}

/// The signature stands in a field that browsers pass over.
fn write_event(hub: &Hub, reader: Kid, event: &Event, text: &mut String) -> Result<(), Problem> {
    let body = serde_json::to_string(event).map_err(|_unfit| Problem::new(Code::Internal))?;
    let position = event.data.outcome_sequence;
    let notice = Notice {
        id: &stream_event_id(&reader, position),
        timestamp_s: hub.shared().clock.now_s(),
        body: body.as_bytes(),
    };
    let signature = sign(&hub.shared().key, notice).ok_or(Code::Internal)?;
    let kind = type_text(event.kind);
    let timestamp = notice.timestamp_s;
    // Writing to a string cannot fail; JSON has no line feeds outside its escapes.
    let _infallible = write!(
        text,
        "id: {position}\nevent: {kind}\ndata: {body}\n\
         timestamp: {timestamp}\nsignature: {signature}\n\n"
    );
    Ok(())
}
