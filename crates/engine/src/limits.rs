//! Every bound of the engine, with the arithmetic that chose it.

use std::time::Duration;

use switch::Span;

/// Requests in one batch. A payment's records are about 320 bytes, so 1,000 make 0.3 MB: the
/// sync then costs a third of a millisecond and is shared by all; ten times as many would buy a
/// few per cent for ten times the latency.
pub const BATCH_WORK_MAX: usize = 1_000;

/// Bytes of one batch's records; a quarter of what the journal takes, so that the last request
/// of a batch (a corridor with a thousand fees is 10 kB) never reaches the journal's own bound.
pub const BATCH_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Requests that may wait for the writer: four full batches, about 40 ms of work. Who comes
/// later is told to come again, which is kinder than an answer after its deadline.
pub const QUEUE_MAX: usize = 4 * BATCH_WORK_MAX;

/// The longest that the writer sleeps when nothing is due; it bounds how late a deadline is
/// noticed if the clock jumps.
pub const IDLE: Duration = Duration::from_secs(1);

/// Rows that replay, audit and projection read at once.
pub const READ_ROWS: usize = 256;

/// How long the projection waits before it tries again what failed: a full disk is not emptied
/// in less, and payments go on meanwhile.
pub const FOLLOW_RETRY: Duration = Duration::from_secs(1);

/// Bytes of records after which a snapshot is kept, unless twice the last snapshot is more:
/// replaying 16 MiB (50,000 payments) takes a tenth of a second.
pub const SNAPSHOT_AFTER_BYTES: usize = 16 * 1024 * 1024;

/// The same when the hub ends in order; less is replayed in a millisecond.
pub const SNAPSHOT_AT_END_BYTES: usize = 64 * 1024;

/// Largest snapshot; SQLite takes values up to a thousand million bytes, and a core of this size
/// (half a million open payments) is replayed from the journal in a few seconds.
pub const SNAPSHOT_BYTES_MAX: usize = 512 * 1024 * 1024;

/// Ids in memory beyond which nothing new is taken: of open items, of decided ones and of refusals
/// that the tables do not hold yet. A million payments are about 1 GiB, once more in the
/// projection's own core; the projection writes 10,000 a
/// second or more, so whoever is told `busy` here is a hundred seconds ahead of it.
pub const ITEMS_MAX: usize = 1_000_000;

/// Most keys of the vault held in memory; 1,000 participants × 13 months.
pub const VAULT_KEYS_MAX: usize = 13_000;

/// Asks in flight to one participant: at 10 ms each they carry 6,400 a second.
pub const ASKS_IN_FLIGHT_MAX: usize = 64;

/// Of these, look-ups of items in doubt: half. The other half is always there for asks, which are
/// worth nothing after some 20 s, while a doubt lasts for minutes or days.
pub const LOOK_UPS_IN_FLIGHT_MAX: usize = ASKS_IN_FLIGHT_MAX / 2;

/// Open asks that are looked at when choosing the next ones. Those of a participant that does not
/// answer live for 20 s: 200 a second of them fit, and later ones wait for their turn.
pub const ASKS_LOOKED_AT_MAX: usize = 4_096;

/// First pause before a call is tried again.
pub const RETRY_FIRST: Span = Span(100_000_000);

/// Longest pause: reached after six failures; a participant that comes back is served within it.
pub const RETRY_LAST: Span = Span::from_seconds(5);

/// How often a request is handed in again with what the tables said. Each time more must have
/// left memory between two steps of a millisecond, while something leaves once in a thousand
/// payments or once a minute.
pub const RECALLS_MAX: usize = 3;
