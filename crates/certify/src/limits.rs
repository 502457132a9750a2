//! Every bound of this room, with the arithmetic that chose it.

use core::time::Duration;

/// How long one call may take: what the hub gives an ask or an outcome.
pub const CALL_DEADLINE: Duration = Duration::from_secs(5);

/// How long a resolve may take: what the hub gives it, because a person waits before a shop.
pub const RESOLVE_DEADLINE: Duration = Duration::from_secs(3);

/// The largest answer that is read: the longest honest one is a problem of some 600 bytes or a
/// resolved shop of 400; a hundred times that.
pub const ANSWER_BYTES_MAX: usize = 64 * 1_024;

/// How deep an answer may nest: a rejection with its reason needs 2.
pub const ANSWER_DEPTH_MAX: usize = 8;

/// Cases in a row that end in silence before the rest is left out: with 5 s a call the run gives
/// up after 15 s instead of the 5 minutes that all cases would take.
pub const SILENT_CASES_MAX: usize = 3;

/// How far `created` is moved for a signature that is too old or too new: twice the 60 s that
/// a signature lives, four times the 30 s that clocks may differ.
pub const SKEW_S: u64 = 120;

/// How long an ask may be answered: more than a whole run of calls at their deadline never
/// needs, because each case asks anew.
pub const ASK_LIFE_MS: i64 = 60_000;

/// How much later the ask of a new writer ends, and how long ago an expired one ended.
pub const ASK_SHIFT_MS: i64 = 30_000;

/// The size of a body that is too large: over the 64 KiB that a body may have, by a little, so
/// that only the limit itself can refuse it.
pub const BODY_BYTES_TOO_MANY: usize = 64 * 1_024 + 1_024;

/// What a report repeats of the other side's words; a line of a terminal twice over.
pub const WORDS_CHARS_MAX: usize = 200;

/// The longest name, account or code that the run takes: the interface's own bound on a payload.
pub const TEXT_BYTES_MAX: usize = 1_024;
