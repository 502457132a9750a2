//! Every bound of the core, with the arithmetic that chose it.

use crate::Span;

/// A quote holds at most ten minutes: longer, and the rate is a free option against the FX
/// provider; the Bakong guide sets the same bound for dynamic codes.
pub const QUOTE_TTL_MAX: Span = Span::from_seconds(600);

/// A dynamic code that names no expiry is held for a day: then no phone shows it any more.
pub const CODE_HELD_DEFAULT: Span = Span::from_seconds(24 * 3_600);

/// Participants fit a `u16` and the books hold one row for each; 1,000 is every bank of a dozen
/// countries, and 1,000 × 13 currencies × 5 accounts stay below 10 MB.
pub const PARTICIPANTS_MAX: usize = 1_000;

/// Corridors between a dozen schemes, both ways: 12 × 11 = 132, doubled.
pub const CORRIDORS_MAX: usize = 264;

/// Tiers of a standing rate; more would be a price list.
pub const TIERS_MAX: usize = 8;

/// Keys of a participant: the one in use, the next one, and as many for a second site.
pub const KEYS_MAX: usize = 4;

/// Longest name of a participant, scheme or corridor.
pub const NAME_CHARS_MAX: usize = 16;

/// Decisions that one tick makes; a batch holds 1,000 records, so time never starves requests.
pub const TICK_ITEMS_MAX: usize = 500;

/// How often refunds that wait for liquidity are tried again.
pub const WAITING_RETRY: Span = Span::from_seconds(1);

/// Fees fixed by configuration; ten million riel is already absurd for one payment.
pub const FIXED_FEE_MINOR_MAX: u64 = 10_000_000;

/// Waiting refunds that one look goes through. A look is a comparison each (the short ones are
/// known after one check), so 10,000 take less than a millisecond.
pub const WAITING_LOOKED_AT_MAX: usize = 10_000;

/// Webhooks of a participant: one for each of its systems that wants to hear, and no fan-out of
/// customers; 1,000 participants × 8 × 1.3 kB stay near 10 MB.
pub const WEBHOOKS_MAX: usize = 8;

/// Longest name of a webhook: a word or two, or a UUID with its hyphens (36).
pub const WEBHOOK_ID_CHARS_MAX: usize = 40;

/// Longest address of a webhook: a name (253), a port, and a path with a token in it.
pub const WEBHOOK_URL_BYTES_MAX: usize = 1_024;

/// Longest description of a webhook: a line, as ISO 20022's Max140Text.
pub const WEBHOOK_DESCRIPTION_CHARS_MAX: usize = 140;

/// Decided items that wait to leave memory before a record lets them: a record of 20 bytes for
/// a thousand payments of 300 is nothing, and a thousand items are 1 MB of memory.
pub const LEAVE_BATCH: usize = 1_000;

/// What has waited longer leaves however little it is; a quiet hub writes one such record, and
/// then one when the ids and codes that it left behind have faded.
pub const LEAVE_AFTER: Span = Span::from_seconds(60);

/// Items, codes, ids and days that one record lets go, each: 10,000 take about 10 ms, so that the
/// payments of that batch hardly notice; at one record a batch it is faster than anything comes.
pub const LEAVE_MAX: usize = 10_000;

/// Room in a queue that is not worth giving back: at 64 bytes each, 64 are 4 kB, and growing from
/// there to a thousand takes four steps.
pub const ROOM_KEPT: usize = 64;

/// Waiting refunds that one batch funds, one look each: 64 × 1 ms stay below a tenth of a second.
pub const WAITING_FUNDED_MAX: usize = 64;

/// How long a proposed action waits for its second person, if the proposer does not say.
pub const ACTION_SPAN_DEFAULT: Span = Span::from_seconds(24 * 3_600);

/// The longest that one may wait: over a holiday, but not until everybody has forgotten why.
pub const ACTION_SPAN_MAX: Span = Span::from_seconds(7 * 24 * 3_600);

/// The shortest: somebody has to read it.
pub const ACTION_SPAN_MIN: Span = Span::from_seconds(60);

/// Actions that may wait at once: what two people can read in a day, several times over.
pub const ACTIONS_OPEN_MAX: usize = 200;

/// Ended actions that stay in memory: at 20 a day the last seven weeks, in 1 MB at most but for
/// changes of corridors with hundreds of fees. The journal has all.
pub const ACTIONS_KEPT: usize = 1_000;

/// Longest reason or evidence of an action: a paragraph. Four bytes a character at most.
pub const REASON_BYTES_MAX: usize = 2_000;

/// How long the bearer of a loss has: three days, over a weekend.
pub const BREAK_SPAN: Span = Span::from_seconds(3 * 24 * 3_600);

/// When operators look again at a rail that is stopped.
pub const STOP_REVIEW: Span = Span::from_seconds(24 * 3_600);

/// When operators look again at a participant that is suspended.
pub const SUSPENSION_REVIEW: Span = Span::from_seconds(7 * 24 * 3_600);

/// How long outcomes may lie untold before the participant's silence is overdue: a restart takes
/// a minute, a failed deployment a quarter of an hour.
pub const UNTOLD_SPAN: Span = Span::from_seconds(15 * 60);

/// Open items that one step of a suspension looks through: a comparison each, so 10,000 take
/// about a millisecond, and a million are through in a hundred batches.
pub const SWEEP_LOOKED_AT_MAX: usize = 10_000;

/// Operators with a key who must always be left: one proposes, another approves.
pub const OPERATORS_MIN: usize = 2;

/// Settled windows that stay in memory for who looks: a month of daily ones. The tables have all.
pub const WINDOWS_KEPT: usize = 32;

/// A window that closes this late is settled as if it had closed at its cut-off; a later one (the
/// hub stood still) as of the moment when it really closed.
pub const CLOSE_LATE_MAX: Span = Span::from_seconds(3_600);

/// The longest that a window may be held at once: over the longest holiday, Golden Week or Khmer
/// New Year with the weekends round it, twice.
pub const HOLD_MAX: Span = Span::from_seconds(21 * 24 * 3_600);

/// How far a settlement day may lie behind the one that the calendars name, in days: as long as a
/// window may be held, and the longest holiday after it.
pub const SETTLEMENT_LATE_DAYS_MAX: i32 = 35;

/// Longest reference of a bank's statement line: four times ISO 20022's Max35Text, because banks
/// write more than that.
pub const REFERENCE_BYTES_MAX: usize = 140;

/// Longest name of a break of reconciliation.
pub const BREAK_ID_BYTES_MAX: usize = 64;

/// Countries whose business days one arrangement needs.
pub const COUNTRIES_MAX: usize = 8;

/// Most business days between close and settlement; cross-border practice is one or two.
pub const LAG_DAYS_MAX: u8 = 5;

/// Unsettled windows at once: a month of daily ones that nobody settled. Then windows still close,
/// by hand or by calendar, only when an older one is settled, because each holds accounts.
pub const WINDOWS_UNSETTLED_MAX: usize = 400;

/// Payouts of one window, as many as a list of a record holds: 1,000 participants in 13 currencies
/// are 13,000 in the multilateral form. Pair by pair it is enough for 256 of them in two
/// currencies; a window of more is settled multilaterally.
pub const PAYOUTS_MAX: usize = 65_535;

/// When operators look at a closed window for which the calendars name no day.
pub const WINDOW_REVIEW: Span = Span::from_seconds(3 * 24 * 3_600);
