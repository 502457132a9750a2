//! Every bound of the calendar, with the arithmetic that chose it.

/// How far a search for an open day goes. The longest closure of both countries together so far
/// is eight days (year end with a weekend on either side); 60 leave room for a decree and still
/// end a search over countries that are never open together.
pub const SEARCH_DAYS_MAX: u32 = 60;

/// Common business days between a close and its settlement: two weeks are more than any scheme
/// allows.
pub const LAG_DAYS_MAX: u8 = 10;

/// Longest name of a holiday and longest source that is taken, in bytes: the longest of the
/// built-in ones has 190.
pub const TEXT_BYTES_MAX: usize = 400;

/// Holidays in one year: Cambodia had 28 at most, Japan has 24 with its banks' own.
pub const HOLIDAYS_PER_YEAR_MAX: usize = 100;
