//! Every bound of a history, with the arithmetic that chose it.

use std::time::Duration;

/// Most payments of one history: ten years of the corridor at its best, 6 GB of journal.
pub const PAYMENTS_MAX: u64 = 20_000_000;

/// Payments of one batch: the most that the engine's own thread takes together.
pub(crate) const BATCH_MAX: usize = engine::limits::BATCH_WORK_MAX;

/// How many payments a moment of payments should hold: enough that a sync is shared by many,
/// few enough that a day has its hours.
pub(crate) const SLOT_PAYMENTS: u64 = 240;

/// Moments of payments in a day: at least so many that a day has a noon and an evening.
pub(crate) const SLOTS_MIN: u64 = 4;

/// At most so many: 14 hours of 21 minutes, so that one is over (an answer takes at most 20 s)
/// before the next begins.
pub(crate) const SLOTS_MAX: u64 = 40;

/// How many batches the writer may be ahead of the tables, always exactly: the writer is told of
/// the batch that lies so far back, so that what leaves memory does not depend on the speed of
/// two threads. Two of the groups that the projection reads at once (256), so that it never runs
/// dry.
pub(crate) const BATCHES_AHEAD: u64 = 512;

/// How long the projection may be silent before the history gives up.
pub(crate) const PROJECTION_SILENT_MAX: Duration = Duration::from_secs(120);

/// Shops in Japan that take foreign payers; 40 of them at the Expo.
pub(crate) const SHOPS_JP: u64 = 360;

/// Of these, how many stood at the Expo.
pub(crate) const SHOPS_EXPO: u64 = 40;

/// Shops in Cambodia.
pub(crate) const SHOPS_KH: u64 = 280;

/// Travellers of a history from Cambodia: in 2024 some 27,000 visited Japan.
pub(crate) const PAYERS_KH: u64 = 27_000;

/// Travellers from Japan whose wallet takes part.
pub(crate) const PAYERS_JP: u64 = 18_000;

/// For how many days a traveller pays.
pub(crate) const TRIP_DAYS: u64 = 7;
