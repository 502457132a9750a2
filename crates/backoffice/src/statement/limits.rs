//! What a statement may cost, each limit with the arithmetic that chose it.

/// Lines of a leaf, the least that is read at once: in JSON a line takes some 300 bytes, so that a
/// leaf stays well below the 1 MiB that a client of ours reads. An item is never cut, so that a
/// leaf may hold a few lines more.
pub const LEAF_LINES: u64 = 1_000;

/// Leaves of a page of camt.053: 10 × 1,000 entries of 0.8 KiB are 8 MiB, in a message a
/// twentieth of what the reader of [`iso20022`] takes.
pub const CAMT_LEAVES: usize = 10;

/// Leaves of a page of CSV: 10 × 1,000 lines of 150 bytes are 1.5 MiB.
pub const CSV_LEAVES: usize = 10;

/// Lines of an account's statement. Each is a decision of two people or a settled window, of
/// which a day sees dozens.
pub const ACCOUNT_LINES_MAX: usize = 10_000;

/// Shops of one acquirer on one day: Japan has 1.5 million places that take codes, of which one
/// acquirer has a part and a day sees a part; each takes 100 bytes.
pub const SHOPS_MAX: usize = 500_000;

/// Items that are read at once: 500 × 500 bytes.
pub(super) const ITEMS_AT_ONCE: u16 = 500;

/// Movements that are read at once.
pub(super) const MOVEMENTS_AT_ONCE: u16 = 1_000;

// A page and the items that are not cut at its end fit into one message.
const _: () = assert!(CAMT_LEAVES * 1_100 < iso20022::limits::ITEMS_MAX);
