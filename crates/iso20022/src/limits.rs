//! What a message may cost, each limit with the arithmetic that chose it.

/// Bytes of one file. The largest that we expect is a day's statement of 100,000 entries; an
/// entry with parties and remittance takes about 1.5 KiB, so that this is three times as much.
pub const FILE_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// Bytes of one tag, text, comment or reference. The longest text of our messages has 500
/// characters of at most 4 bytes, or of 10 when each is written as a reference.
pub const TOKEN_BYTES_MAX: usize = 16 * 1024;

/// Bytes of one element's text once it is put together; longer than every text that is kept.
pub const TEXT_BYTES_MAX: usize = 4 * 1024;

/// Elements inside each other. The deepest path that we write has 11; extensions may go deeper.
pub const DEPTH_MAX: usize = 32;

/// Attributes of one element, namespaces among them. Ours have one; each is compared with all
/// before it.
pub const ATTRIBUTES_MAX: usize = 16;

/// Items of one list: twice the largest statement that we expect.
pub const ITEMS_MAX: usize = 200_000;

/// Lines of an unstructured address, as the schemas count them.
pub const ADDRESS_LINES_MAX: usize = 7;
