//! Every bound of a run, with the arithmetic that chose it.

use switch::Span;

/// Payments of one run. Each takes about 4 KiB in the models and the oracle, so a million are
/// 4 GiB: who wants more takes more seeds.
pub(crate) const PAYMENTS_MAX: u32 = 1_000_000;

/// How long everything may take to come to rest once faults have ended: a doubt of five minutes
/// before which an ask of twenty seconds ran, a refund that waited two minutes before that and
/// has a doubt of its own, callers that come back after a minute, and as much again.
pub(crate) const REST: Span = Span::from_seconds(1_800);

/// How far ahead a deadline may lie: the longest span of a corridor and the worst clock.
pub(crate) const DEADLINE_MAX: Span = Span::from_seconds(900);

/// Violations that are kept; whoever reads them reads the first.
pub(crate) const VIOLATIONS_MAX: usize = 20;

/// Lines of a history; longer ones keep their beginning and their end.
pub(crate) const HISTORY_LINES_MAX: usize = 60;

/// Batches between two looks at all identities of the books: each walks all accounts, and a
/// violation that is there stays.
pub(crate) const BATCHES_BETWEEN_LOOKS: u64 = 512;

/// Journal rows up to which a restart is compared with a replay from the first row: replaying
/// 10,000 takes about 50 ms, and a run restarts some dozen times.
pub(crate) const ROWS_REPLAYED_MAX: usize = 10_000;

/// How long the hub waits for a participant, as the server does.
pub(crate) const CALL_DEADLINE: Span = Span::from_seconds(5);

/// How long the hub sleeps at most, as the engine does.
pub(crate) const IDLE: Span = Span::from_seconds(1);

/// Bytes of records between two snapshots: small, so that short runs restart from some.
pub(crate) const SNAPSHOT_AFTER_BYTES: usize = 48 * 1024;

/// Events after which a run that does not end is a bug of the simulator: a payment takes some 60
/// with faults, and a run some thousands for its clocks.
pub(crate) const EVENTS_PER_PAYMENT_MAX: u64 = 20_000;

/// How long a look into the tables takes.
pub(crate) const LOOK: Span = Span(1_000_000);

/// How often an operator sends a proposal that nobody answers: at one try in five seconds a
/// minute, after which it looks again at what stands.
pub(crate) const PROPOSAL_TRIES_MAX: u32 = 12;

/// Open things that an operator reads at once: a screen or three.
pub(crate) const STUCK_SHOWN_MAX: usize = 100;

/// Rows of the journal between two looks at what the hub shows of windows and headroom: each look
/// adds up the pairs of all that is not settled for everybody, which takes some ten microseconds.
pub(crate) const ROWS_BETWEEN_LOOKS: u64 = 16;
