//! A stream of the hub's events, as its reader has it: each is believed only if it is signed.
//!
//! The stream ends whenever the hub says so, and a line can break at any time. Whoever reads keeps
//! the last position that it has dealt with and opens a new stream behind it: nothing is missed
//! and nothing comes twice.

use core::fmt;
use std::sync::Arc;

use http::HeaderMap;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use wire::api::Event;
use wire::json::{self, Limits};
use wire::keys::{Jwks, Kid};
use wire::webhook::{LAST_POSITION, Notice, stream_event_id, verify};

use crate::edge::Clock;
use crate::http::CallError;
use crate::limits::{ANSWER_DEPTH_MAX, EVENT_LINE_BYTES_MAX, EVENT_LINES_MAX, STREAM_SILENCE};

/// An open stream.
pub struct EventStream {
    body: Incoming,
    reader: Kid,
    keys: Arc<Jwks>,
    clock: Clock,
    buffer: Vec<u8>,
    lines: Lines,
    last: u64,
}

impl EventStream {
    pub(crate) fn new(
        (head, body): (HeaderMap, Incoming),
        reader: Kid,
        keys: Arc<Jwks>,
        clock: Clock,
    ) -> Self {
        let last = head.get(LAST_POSITION).and_then(|text| text.to_str().ok());
        Self {
            last: last.and_then(|text| text.parse().ok()).unwrap_or_default(),
            body,
            reader,
            keys,
            clock,
            buffer: Vec::new(),
            lines: Lines::default(),
        }
    }

    /// The last position that there was when the stream was opened.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// The next event; `None` when the hub has ended the stream in order.
    ///
    /// # Errors
    /// See [`CallError`]; nothing more comes of this stream then.
    pub async fn next(&mut self) -> Result<Option<Event>, CallError> {
        loop {
            while let Some(line) = take_line(&mut self.buffer)? {
                if line.is_empty() {
                    let lines = std::mem::take(&mut self.lines);
                    if let Some(event) = self.event(lines)? {
                        return Ok(Some(event));
                    }
                } else {
                    self.lines.take(&line)?;
                }
            }
            let frame = tokio::time::timeout(STREAM_SILENCE, self.body.frame()).await;
            match frame.map_err(|_silent| CallError::Deadline)? {
                None => return Ok(None),
                Some(Err(_broken)) => return Err(CallError::Broken),
                Some(Ok(frame)) => {
                    if let Some(data) = frame.data_ref() {
                        self.buffer.extend_from_slice(data);
                    }
                }
            }
        }
    }

    fn event(&self, lines: Lines) -> Result<Option<Event>, CallError> {
        let Lines {
            id: Some(position),
            data,
            timestamp,
            signature,
            ..
        } = lines
        else {
            // Comments, and how long to wait before coming again.
            return Ok(None);
        };
        let notice = Notice {
            id: &stream_event_id(&self.reader, position),
            timestamp_s: timestamp.ok_or(CallError::Malformed)?,
            body: data.as_bytes(),
        };
        let now_s = self.clock.now_s();
        let is_signed = |key: &_| verify(key, notice, &signature, now_s).is_ok();
        if !self.keys.keys().any(is_signed) {
            return Err(CallError::Malformed);
        }
        let limits = Limits {
            bytes_max: EVENT_LINE_BYTES_MAX,
            depth_max: ANSWER_DEPTH_MAX,
        };
        let event: Event =
            json::parse(data.as_bytes(), limits).map_err(|_problem| CallError::Malformed)?;
        match event.data.outcome_sequence == position {
            true => Ok(Some(event)),
            false => Err(CallError::Malformed),
        }
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventStream({})", self.reader)
    }
}

/// The fields of one event, as far as they have come.
#[derive(Debug, Default, PartialEq, Eq)]
struct Lines {
    count: usize,
    id: Option<u64>,
    data: String,
    timestamp: Option<u64>,
    signature: String,
}

impl Lines {
    fn take(&mut self, line: &str) -> Result<(), CallError> {
        self.count = self.count.saturating_add(1);
        if self.count > EVENT_LINES_MAX {
            return Err(CallError::TooLarge);
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        let number = || value.parse().map_err(|_malformed| CallError::Malformed);
        match field {
            "id" => self.id = Some(number()?),
            "data" => self.data = value.to_owned(),
            "timestamp" => self.timestamp = Some(number()?),
            "signature" => self.signature = value.to_owned(),
            // What a newer hub says more, and comments.
            _ => {}
        }
        Ok(())
    }
}

/// A whole line out of what has come, without its end.
fn take_line(buffer: &mut Vec<u8>) -> Result<Option<String>, CallError> {
    let Some(end) = buffer.iter().position(|byte| *byte == b'\n') else {
        return match buffer.len() > EVENT_LINE_BYTES_MAX {
            true => Err(CallError::TooLarge),
            false => Ok(None),
        };
    };
    let rest = buffer.split_off(end.saturating_add(1));
    let mut line = std::mem::replace(buffer, rest);
    line.pop();
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    String::from_utf8(line)
        .map(Some)
        .map_err(|_bytes| CallError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_out_of_what_has_come_and_bounded() {
        let mut buffer = b"id: 7\r\n\ndata".to_vec();
        assert_eq!(take_line(&mut buffer).unwrap().as_deref(), Some("id: 7"));
        assert_eq!(take_line(&mut buffer).unwrap().as_deref(), Some(""));
        assert_eq!(take_line(&mut buffer).unwrap(), None);
        assert_eq!(buffer, b"data");
        let mut endless = vec![b'x'; EVENT_LINE_BYTES_MAX + 1];
        assert!(matches!(take_line(&mut endless), Err(CallError::TooLarge)));
        let mut bytes = b"\xff\n".to_vec();
        assert!(matches!(take_line(&mut bytes), Err(CallError::Malformed)));
    }

    #[test]
    fn fields_are_read_and_what_is_unknown_is_passed_over() {
        let mut lines = Lines::default();
        for line in [
            ": alive",
            "id: 7",
            "event: x",
            "data: {}",
            "signature: v1a,x",
            "colour",
        ] {
            lines.take(line).unwrap();
        }
        let expected = Lines {
            count: 6,
            id: Some(7),
            data: "{}".into(),
            timestamp: None,
            signature: "v1a,x".into(),
        };
        assert_eq!(lines, expected);
        assert!(matches!(lines.take("id: x"), Err(CallError::Malformed)));
        let mut many = Lines::default();
        for _ in 0..EVENT_LINES_MAX {
            many.take(":").unwrap();
        }
        assert!(matches!(many.take(":"), Err(CallError::TooLarge)));
    }
}
