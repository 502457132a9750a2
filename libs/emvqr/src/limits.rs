//! Every bound of the codec, each with the arithmetic that chose it.

/// Longest payload that is looked at, in bytes. A QR symbol of the largest size (version 40,
/// level L) holds 2,953 bytes; the next power of two above it leaves room for text that never was
/// in a symbol and is still nothing to read twice.
pub const PAYLOAD_BYTES_MAX: usize = 4_096;

/// Longest value of one field: its length is written with two digits.
pub const FIELD_CHARS_MAX: usize = 99;

/// Levels of nesting: the root, a template (62), and a payment system's template inside it
/// (62.50). Nothing in EMVCo's tables goes deeper, so recursion is bounded by this constant.
pub const DEPTH_MAX: u8 = 3;

/// Length above which EMVCo says that a payload should not go ("512 alphanumeric characters").
pub const PAYLOAD_CHARS_ADVISED: usize = 512;

/// Longest text of an amount: tag 54 allows 13 characters.
pub const AMOUNT_CHARS_MAX: usize = 13;

/// Greatest amount in minor units: it has to fit a signed 64-bit column of a ledger, 2^63 − 1.
pub const MINOR_UNITS_MAX: u64 = i64::MAX.unsigned_abs();

/// Digits of a time in milliseconds since 1970: 13 digits reach from September 2001 to
/// November 2286.
pub const TIME_DIGITS: usize = 13;

/// Characters of a hostile value that a message repeats. One merchant name is 25 characters;
/// 40 shows it with some of what surrounds it and keeps a log line short.
pub const QUOTED_CHARS_MAX: usize = 40;

/// Fields that a tree holds without asking for memory: real KHQR and JPQR codes have 12 to 30
/// fields with their children, the fullest we know (a shop on five networks) has 44. At 8 bytes
/// each they take 384 bytes.
pub(crate) const NODES_INLINE: usize = 48;

/// Findings kept of one payload. 4,096 bytes hold 1,024 empty fields, each of which could raise
/// several findings; nobody reads more than a screenful of them.
pub const FINDINGS_MAX: usize = 64;

/// Room that a builder asks for at once: real codes have 100 to 300 bytes, one with every field
/// that we write filled with Khmer to the brim about 1,000.
pub(crate) const BUILT_BYTES_EXPECTED: usize = 384;

/// How far a till's clock may be ahead of ours before we remark on it: phones that set their clock
/// by the network are within seconds, one set by hand seldom is more than a few minutes off.
pub const CLOCKS_APART_MS: i64 = 10 * 60 * 1_000;

/// How long a KHQR for one payment holds if nothing is said: what tills in Cambodia commonly give a
/// customer, long enough to type a PIN twice and short enough that a forgotten screen is no trap.
pub const LIFE_MS_DEFAULT: i64 = 10 * 60 * 1_000;

/// Longest text of a customer's code: readers must take 512 bytes, which are 684 characters of
/// Base64; three times that is more than a telephone can show.
pub const CUSTOMER_CHARS_MAX: usize = 2_048;
