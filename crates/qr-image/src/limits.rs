//! Every limit of the room, with the arithmetic that chose it.

/// Light modules that must surround a code: four of them (ISO/IEC 18004, "quiet zone").
pub const QUIET_ZONE_MODULES: u16 = 4;

/// Pixels of one module of a drawn PNG. The largest symbol has 177 modules and 8 of quiet zone:
/// 185 × 64 = 11,840 pixels a side, at one bit each 17.5 MB before compression.
pub const MODULE_PIXELS_MAX: u16 = 64;

/// Longest payload that is tried. The largest symbol holds 2,331 bytes at level M (ISO/IEC 18004,
/// capacity table); what is longer is refused before it is taken apart.
pub(crate) const PAYLOAD_BYTES_MAX: usize = 2_331;

/// Largest file that is read. A photograph of 24 megapixels at the best quality has 12 to 18 MB.
pub const FILE_BYTES_MAX: usize = 24 << 20;

/// Most pixels of a picture: 6,144 × 4,096, what the telephones of 2026 take unless told
/// otherwise (24 megapixels). A PNG with colours and transparency needs 4 bytes for each while it
/// is read, 100 MB; its light then 25 MB.
pub const PIXELS_MAX: usize = 6_144 * 4_096;

/// Longest side of a picture: a strip of one row is no photograph, and what has fewer than
/// 24 megapixels within this is wide enough to hold a code.
pub(crate) const SIDE_MAX: usize = 16_384;

/// What the PNG decoder may take for everything that is not pixels.
pub(crate) const PNG_BYTES_MAX: usize = 16 << 20;

/// Most passes of a progressive JPEG, each of which may touch every pixel. Cameras and editors
/// write about ten; 24 megapixels take about 0.1 s a pass.
pub const JPEG_SCANS_MAX: usize = 40;

/// A picture is first reduced to at most this many pixels a side. A code that fills a fifth of it
/// with 65 modules has then four pixels a module, the middle of what readers like.
pub(crate) const USUAL_SIDE: usize = 1_280;

/// Largest side of a picture that is also tried at twice its size: 4 megapixels then.
pub(crate) const DOUBLED_SIDE_MAX: usize = 1_024;

/// Largest picture that is also tried pixel for pixel, for small codes in large photographs.
pub(crate) const FULL_PIXELS_MAX: usize = 12_582_912;

/// Least side in which the reader can look: 21 modules of one pixel, and its local threshold
/// works on squares of 8 × 8.
pub(crate) const READER_SIDE_MIN: usize = 24;

/// Most codes told of one picture. A sheet of stickers has a dozen.
pub const CODES_MAX: usize = 32;

/// Most rows in which something looks like the corner of a code. A code has three corners of
/// three modules' core: at ten pixels a module 90 rows, so this is a sheet of 22 such codes. The
/// worst picture that passes holds 666 corners of three rows each, and the reader was seen to take
/// 0.7 s for them: by so much may an attempt overrun the time that was given.
pub(crate) const CORNERS_MAX: usize = 2_000;
