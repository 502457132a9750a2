//! Every bound of a simulated institution, with the arithmetic that chose it.

use core::time::Duration;

/// Jobs that may wait for the ledger's thread: one commit of 256 jobs takes under 10 ms, so a
/// full queue is 40 ms of work, and what does not fit waits in its caller.
pub(crate) const LEDGER_QUEUE_JOBS_MAX: usize = 1_024;

/// Jobs that share one commit: enough that the sync to disk (0.1 to 4 ms) costs less than the
/// jobs themselves (about 30 µs each), few enough that nobody waits 10 ms for its neighbours.
pub(crate) const LEDGER_BATCH_JOBS_MAX: usize = 256;

/// The longest name of a person or shop: the 25 characters that a code can carry.
pub(crate) const NAME_CHARS_MAX: usize = 25;

/// The longest name of a city in a code.
pub(crate) const CITY_CHARS_MAX: usize = 15;

/// The body of a desk request: a scan token (4 KiB) and a payload (1 KiB) with room for names.
pub(crate) const DESK_BODY_BYTES_MAX: usize = 16 * 1_024;

/// The body of a desk answer as its client reads it: 500 sales of about 500 bytes.
pub(crate) const DESK_ANSWER_BYTES_MAX: usize = 1_024 * 1_024;

/// Rows in one list of the desk; more belong in a report.
pub(crate) const LIST_ROWS_MAX: i64 = 500;

/// How long a desk call may take before its client gives up: a payment that is refused at the end
/// of its deadline and then cancelled takes two calls to the hub of 10 s each.
pub(crate) const DESK_DEADLINE: Duration = Duration::from_secs(25);

/// How long `POST /v1/payments` may hold its answer back for the outcome: half of the 10 s in
/// which a person at a till still believes in the phone.
pub(crate) const PAY_WAIT_S: u32 = 5;

/// The deadline of a whole call to the hub: the wait above and as much again.
pub(crate) const HUB_DEADLINE: Duration = Duration::from_secs(10);

/// The deadline of a look that only refreshes what is known already.
pub(crate) const LOOK_DEADLINE: Duration = Duration::from_secs(2);

/// How often what is not final is asked for again: the hub tells outcomes by itself, so this only
/// matters when a call was lost.
pub(crate) const RECONCILE_EVERY: Duration = Duration::from_secs(2);

/// Items that one round asks for: at 100 ms each and 2 s between rounds a backlog still shrinks.
pub(crate) const RECONCILE_ITEMS_MAX: i64 = 64;

/// How long a published rate holds. The hub needs one at every quote, a restart of the institution
/// may take a minute, so an hour is far from both.
pub(crate) const RATE_VALID_MS: i64 = 60 * 60 * 1_000;

/// When a rate is published again: at half its life, so that one failed round costs nothing.
pub(crate) const RATE_EVERY: Duration = Duration::from_secs(30 * 60);

/// How soon a failed publication is tried again.
pub(crate) const PUBLISH_AGAIN: Duration = Duration::from_secs(1);

/// The longest life of a dynamic code in minutes; Bakong's own guide ends one after 10, a shop
/// that sends a bill by message needs a day.
pub(crate) const CODE_MINUTES_MAX: u32 = 24 * 60;

/// How long a stopping institution waits for calls under way.
pub(crate) const DRAIN: Duration = Duration::from_secs(5);

/// The largest key or JWKS file: a private key takes 120 bytes, a key set 100 per participant.
pub(crate) const KEY_FILE_BYTES_MAX: u64 = 64 * 1_024;

/// How long after its end a dynamic code may still be asked for: it was scanned in time, and a
/// quote holds for at most 10 minutes.
pub(crate) const CODE_GRACE_MS: i64 = 10 * 60 * 1_000;

/// After this a request that was once under way can no longer be taken by the hub: signatures
/// are refused after 60 s, clocks may differ by 30 s, and as much again for a queue inside.
pub(crate) const REQUEST_DEAD_MS: i64 = 180 * 1_000;

/// The body of a request to the simulated Bakong: a list of 50 entries of 255 characters takes
/// 13 KiB.
pub(crate) const BAKONG_BODY_BYTES_MAX: usize = 16 * 1_024;

/// How long such a body may take to arrive; the real one's clients give up after 12 s.
pub(crate) const BAKONG_BODY_DEADLINE: Duration = Duration::from_secs(10);

/// Calls that may wait for the simulated Bakong's files: each takes about 1 ms (50 look-ups of
/// 20 µs in two banks), so the last of them waits a quarter of a second.
pub(crate) const BAKONG_CALLS_MAX: usize = 256;

/// Entries in one list, as the real one has it.
pub(crate) const BAKONG_LIST_MAX: usize = 50;

/// The longest MD5, hash or reference that is looked for, as the real one has it.
pub(crate) const BAKONG_TEXT_CHARS_MAX: usize = 255;

/// The longest e-mail address, as the real one has it.
pub(crate) const BAKONG_EMAIL_CHARS_MAX: usize = 30;

/// The longest account id, `name@bank`: as long as a KHQR can carry.
pub(crate) const BAKONG_ACCOUNT_CHARS_MAX: usize = 32;

/// Addresses that may be registered: a team with one per project.
pub(crate) const BAKONG_INTEGRATORS_MAX: usize = 100;

/// Live tokens per address: renewing needs no other proof, so that somebody who renews in a loop
/// must not fill the disk. The oldest goes.
pub(crate) const BAKONG_TOKENS_MAX: u32 = 64;

/// The longest token that is looked for; ours have about 200 characters.
pub(crate) const BAKONG_TOKEN_CHARS_MAX: usize = 1_024;

/// A token in the folder that ends within a day is replaced at start: a day at the desk is the
/// longest time for which a sandbox is left alone.
pub(crate) const BAKONG_TOKEN_REST_MS: i64 = 24 * 60 * 60 * 1_000;
