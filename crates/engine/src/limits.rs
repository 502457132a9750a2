//! Every bound of the engine, with the arithmetic that chose it.

use std::time::Duration;

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

/// Most keys of the vault held in memory; 1,000 participants × 13 months.
pub const VAULT_KEYS_MAX: usize = 13_000;
