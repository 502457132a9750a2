//! Every bound of this room, with the arithmetic that chose it.

/// Attempts that the log of an endpoint keeps: some screens for a person who looks why nothing
/// arrives; 200 × 100 bytes × 480 endpoints are 10 MB.
pub const ATTEMPTS_KEPT: u32 = 200;

/// Events that were given up and are listed for an endpoint. One takes days by the default
/// schedule; whoever sets one of seconds keeps the last 10,000, and the count of all.
pub const DEAD_LETTERS_MAX: u32 = 10_000;

/// Events of one replay: a day of a busy shop; at 10 ms each it takes less than two minutes.
pub const REPLAY_EVENTS_MAX: u64 = 10_000;

/// Retries that a schedule may hold; the standard's has nine.
pub const RETRIES_MAX: usize = 32;

/// A pause is made longer by up to a tenth, so that endpoints that failed together do not come
/// back together.
pub const JITTER_PARTS: u64 = 10;
