//! Every limit of the room, with the arithmetic that chose it.

/// Largest font file: Noto's CJK collections have 20 MB.
pub(crate) const FONT_BYTES_MAX: u64 = 64 << 20;

/// Most files that are looked at for fonts. A desktop with everything of Noto has 3,000.
pub(crate) const FONT_FILES_MAX: usize = 20_000;

/// Depth to which font folders are searched; Debian's are two deep.
pub(crate) const FONT_FOLDER_DEPTH_MAX: u8 = 5;

/// Most fonts of one file that are looked at; Noto's CJK collections have ten.
pub(crate) const FACES_MAX: u32 = 64;

/// Most pages of a document. A page has about fifty lines: a hundred thousand lines of a
/// statement, more than anybody prints; what is longer is for CSV.
pub const PAGES_MAX: usize = 2_000;
