//! Every bound of this room, with the arithmetic that chose it.

use core::time::Duration;

/// The largest answer that a client reads: a page of 200 payments of 3 KiB each is 600 KiB.
pub const ANSWER_BYTES_MAX: usize = 1_024 * 1_024;

/// The largest paper that a client reads: a page of camt.053 with 10,000 entries of 1.2 KiB is
/// 12 MiB.
pub const PAPER_BYTES_MAX: usize = 24 * 1_024 * 1_024;

/// How deep an answer may nest: a page of payments with terms, fees and amounts needs 6.
pub const ANSWER_DEPTH_MAX: usize = 8;

/// The longest line of a stream of events: an outcome takes 2 KiB, and a receipt of 360 characters.
pub const EVENT_LINE_BYTES_MAX: usize = 16 * 1_024;

/// Lines of one event; the hub writes five.
pub const EVENT_LINES_MAX: usize = 16;

/// How long a stream may say nothing: three of the hub's comments, which come every 15 s.
pub const STREAM_SILENCE: Duration = Duration::from_secs(45);

/// How long a caller may take to send the body of a callback: 64 KiB over a line of 56 kbit/s.
pub const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// The longest path segment that a client puts into an address: a receipt has 360 characters.
pub const SEGMENT_CHARS_MAX: usize = 400;

/// Idle connections to one host that are kept: the hub asks from one process, and 32 calls under
/// way at 10 ms each already carry 3,200 calls a second.
pub const IDLE_CONNECTIONS_MAX: usize = 32;

/// How long an idle connection is kept: shorter than the 60 s after which middleboxes and servers
/// commonly close one, so that a call seldom meets a dead one.
pub const IDLE_CONNECTION: Duration = Duration::from_secs(30);
