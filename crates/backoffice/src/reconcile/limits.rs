//! Every bound of reconciliation, with the arithmetic that chose it.

/// Lines of one statement: a busy day of 1,000,000 payments with one line each.
pub const STATEMENT_LINES_MAX: usize = 1_000_000;

/// Bytes of one file: a million lines of 400 bytes.
pub const FILE_BYTES_MAX: usize = 400 * 1024 * 1024;

/// Lines that a book holds: ten busy days; 300 bytes each are 1.2 GB.
pub const LINES_MAX: usize = 4_000_000;

/// Expectations that a book holds; 500 bytes each with their indexes are 2 GB.
pub const EXPECTED_MAX: usize = 4_000_000;

/// Statements that a book holds: thirty accounts for ten years.
pub const STATEMENTS_MAX: usize = 100_000;

/// A longer name of an account, a statement or an expectation is refused. The longest of ours
/// has 60 bytes, ISO 20022 allows 35 letters, which are at most 140 bytes.
pub const NAME_BYTES_MAX: usize = 140;

/// References and free text of a bank: 140 letters of ISO 20022's remittance information, of
/// three bytes in Khmer or Japanese.
pub const REFERENCE_BYTES_MAX: usize = 420;

/// What an operator writes on a break.
pub const NOTE_BYTES_MAX: usize = 2_000;

/// An identifier that names more expectations than this names none: banks put `SALARY` or
/// `QR PAYMENT` where a reference should stand. A payment has at most 8 legs.
pub const CANDIDATES_MAX: usize = 64;

/// With more expectations of one amount within reach than this, amount and date identify none,
/// and nobody looks whether all but one could be excluded.
pub const AMOUNT_CANDIDATES_MAX: usize = 1_000;

/// Breaks that a register holds: more is no reconciliation but two different ledgers.
pub const BREAKS_MAX: usize = 1_000_000;

/// What people may add to the history of one break.
pub const HISTORY_MAX: usize = 1_000;

/// So many days before the statement's day a line may be booked or valued: a statement is about a
/// year at most, and a mistake is valued back to the year in which it was made.
pub const DAYS_BEFORE_MAX: i32 = 366;

/// So many days behind the statement's day a line may be booked or valued, and a statement behind
/// the day on which it is taken: two days of settlement, the longest row of closed days of either
/// country (ten, a Golden Week with a weekend on either side), and as much again for a day that a
/// clock or a cut-off counts to the next. A month is above all of that together.
pub const DAYS_BEHIND_MAX: i32 = 31;

/// Columns of a CSV file; Bakong's has 16.
pub const COLUMNS_MAX: usize = 200;

/// Bytes of a mapping's text: a page.
pub const MAPPING_BYTES_MAX: usize = 64 * 1024;

/// Most expectations that are named as what a line could be for: no person chooses from more.
pub const CHOICES_MAX: usize = 10;
