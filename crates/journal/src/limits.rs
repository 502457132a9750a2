//! The numbers that bound this room, each with the arithmetic that chose it.

/// Bytes of records in one batch: 41,943 payments of 400 bytes, ten times the batch at which a
/// sync stops being the cost (about 4,000), and small enough to read whole.
pub const RECORDS_BYTES_MAX: usize = 16 * MIB;

/// Party rows of one batch: one for each of those 41,943 payments, rounded up to a power of two.
pub const PARTIES_MAX: usize = 65_536;

/// Bytes of one party row: two names, two addresses and two agents of ISO 20022 are at most
/// 4 × 140 + 14 × 140 + 4 × 140 characters, four bytes each in UTF-8 (12 KiB), then sealed.
pub const SEALED_BYTES_MAX: usize = 16 * 1024;

/// Bytes of all party rows of one batch: 41,943 of them at 300 bytes are 12 MiB; twice that and
/// a little, because some names are long.
pub const PARTIES_BYTES_MAX: usize = 32 * MIB;

/// Rows that one read returns: what a follower applies before it looks at its other work.
pub const READ_ROWS_MAX: usize = 1_024;

/// Bytes of records that one read returns after its first row: two batches of the largest kind,
/// so that a reader's memory does not depend on the history.
pub const READ_BYTES_MAX: usize = 32 * MIB;

/// Sequences and epochs end where the signed integers of SQL end: 2^63 − 1 batches, 29 million
/// years at 10,000 a second.
pub const SEQ_MAX: u64 = i64::MAX.unsigned_abs();

/// Oldest SQLite that does not lose a write-ahead log when two connections reset it at once
/// (the defect was in 3.7.0 to 3.51.2).
pub const SQLITE_VERSION_MIN: i32 = 3_051_003;

/// SQLite's page: a full batch of 400 KB is 25 of these, and a party row of 300 bytes is a
/// fiftieth, which a table without row ids wants (a twentieth at most). With 4 KiB pages, batches
/// of 1,000 with their parties were a fifth slower (215,000 items a second instead of 263,000)
/// and their p99 nearly twice as long; with 32 KiB a batch of one took a quarter longer.
pub const SQLITE_PAGE_BYTES: i64 = 16 * 1024;

/// Pages of write-ahead log after which a commit also checkpoints: 16 MiB, one largest batch. A
/// batch of one writes two or three pages, so fewer than one commit in 300 pays for a checkpoint
/// (the p99 does not see it), and recovery reads at most that and one batch.
pub const SQLITE_WAL_PAGES: i64 = 1_024;

/// Bytes of write-ahead log that stay allocated after a checkpoint: the 16 MiB above, the largest
/// batch with its party rows (48 MiB), and nothing beyond what was used once by accident.
pub const SQLITE_WAL_BYTES_KEPT: i64 = 64 * 1024 * 1024;

/// Page cache of the writer in KiB: the largest batch with its party rows (48 MiB) stays in
/// memory until the commit writes it once, with a quarter to spare for inner pages.
pub const SQLITE_CACHE_KIB: i64 = 60 * 1024;

/// Largest value that SQLite may build or read: the records and the other columns of a row. A
/// damaged length in a file ends here instead of in the allocator.
pub const SQLITE_VALUE_BYTES_MAX: i32 = 16 * 1024 * 1024 + 64 * 1024;

/// How long a statement waits for another connection. Only a shell or a backup tool can be in the
/// writer's way, and a payment's deadline is longer than this.
pub const SQLITE_BUSY_TIMEOUT_MS: u64 = 2_000;

const MIB: usize = 1024 * 1024;
