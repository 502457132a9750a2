//! A stranger's file as light. The header is judged before any memory is asked for.

use std::io::Cursor;

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;

use super::{Grey, ScanError};
use crate::limits::{FILE_BYTES_MAX, JPEG_SCANS_MAX, PIXELS_MAX, PNG_BYTES_MAX, SIDE_MAX};

/// First bytes of files that people take for pictures of codes, and what to call them.
const OTHERS: [(&[u8], &str); 9] = [
    (b"GIF8", "a GIF"),
    (b"RIFF", "a WebP"),
    (b"BM", "a BMP"),
    (b"II*\0", "a TIFF"),
    (b"MM\0*", "a TIFF"),
    (b"%PDF", "a PDF"),
    (b"<svg", "an SVG"),
    (b"<?xml", "an XML file"),
    (b"0002", "the text of a code"),
];

pub(super) fn read(file: &[u8]) -> Result<Grey, ScanError> {
    if file.is_empty() {
        return Err(ScanError::Empty);
    }
    if file.len() > FILE_BYTES_MAX {
        return Err(ScanError::FileTooLarge);
    }
    if file.starts_with(b"\x89PNG\r\n\x1a\n") {
        return png(file);
    }
    if file.starts_with(b"\xff\xd8\xff") {
        return jpeg(file);
    }
    let known = OTHERS.iter().find(|(start, _)| file.starts_with(start));
    let is_heic = file.get(4..8) == Some(b"ftyp");
    let what = match known {
        Some((_, what)) => what,
        None if is_heic => "a HEIC or a film",
        None => "an unknown kind of file",
    };
    Err(ScanError::Format { what })
}

fn check_size(width: usize, height: usize) -> Result<(), ScanError> {
    let pixels = width.saturating_mul(height);
    if width > SIDE_MAX || height > SIDE_MAX || pixels > PIXELS_MAX {
        return Err(ScanError::TooManyPixels { width, height });
    }
    Ok(())
}

fn png(file: &[u8]) -> Result<Grey, ScanError> {
    let limits = png::Limits {
        bytes: PNG_BYTES_MAX,
    };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(file), limits);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let header = decoder.read_header_info().map_err(damaged_png)?;
    let size = |side: u32| usize::try_from(side).unwrap_or(usize::MAX);
    let (width, height) = (size(header.width), size(header.height));
    check_size(width, height)?;
    let mut reader = decoder.read_info().map_err(damaged_png)?;
    if reader.info().animation_control().is_some() {
        return Err(ScanError::Animated);
    }
    let bytes = reader.output_buffer_size().ok_or(ScanError::Damaged)?;
    let mut pixels = vec![0; bytes];
    reader.next_frame(&mut pixels).map_err(damaged_png)?;
    // What follows the pixels must be whole too: a file that was cut off ends without its end.
    reader.finish().map_err(damaged_png)?;
    let light: Vec<u8> = match reader.output_color_type().0 {
        png::ColorType::Grayscale => pixels,
        png::ColorType::GrayscaleAlpha => chunks::<2>(&pixels, |[l, a]| on_white(l, a)),
        png::ColorType::Rgb => chunks::<3>(&pixels, luma),
        png::ColorType::Rgba => chunks::<4>(&pixels, |[r, g, b, a]| on_white(luma([r, g, b]), a)),
        png::ColorType::Indexed => return Err(ScanError::Damaged),
    };
    Grey::new(width, light).ok_or(ScanError::Damaged)
}

/// Which of the decoder's many reasons it was does not help whoever took the picture.
fn damaged_png(_error: png::DecodingError) -> ScanError {
    ScanError::Damaged
}

fn jpeg(file: &[u8]) -> Result<Grey, ScanError> {
    // In coded pixels 0xff is followed by 0x00 or a restart, so this pair begins a pass; one more
    // for each small preview in the file's notes does no harm.
    let scans = places(file, [0xff, 0xda]).count();
    if scans > JPEG_SCANS_MAX {
        return Err(ScanError::TooManyPasses);
    }
    let ended = places(file, [0xff, 0xd9]).last();
    if ended < places(file, [0xff, 0xda]).last() {
        return Err(ScanError::Damaged);
    }
    let options = DecoderOptions::default()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(file), options);
    let damaged = |_| ScanError::Damaged;
    decoder.decode_headers().map_err(damaged)?;
    let (width, height) = decoder.dimensions().ok_or(ScanError::Damaged)?;
    check_size(width, height)?;
    let colours = decoder.input_colorspace();
    if matches!(colours, Some(ColorSpace::CMYK | ColorSpace::YCCK)) {
        return Err(ScanError::PrintingColours);
    }
    if colours == Some(ColorSpace::RGB) {
        let options = decoder.options().jpeg_set_out_colorspace(ColorSpace::RGB);
        decoder.set_options(options);
        let pixels = decoder.decode().map_err(damaged)?;
        return Grey::new(width, chunks::<3>(&pixels, luma)).ok_or(ScanError::Damaged);
    }
    let light = decoder.decode().map_err(damaged)?;
    Grey::new(width, light).ok_or(ScanError::Damaged)
}

fn places(file: &[u8], pair: [u8; 2]) -> impl Iterator<Item = usize> {
    let pairs = file.windows(2).enumerate();
    pairs.filter_map(move |(at, two)| (two == pair).then_some(at))
}

fn chunks<const N: usize>(pixels: &[u8], light: fn([u8; N]) -> u8) -> Vec<u8> {
    let (pixels, _rest) = pixels.as_chunks::<N>();
    pixels.iter().map(|pixel| light(*pixel)).collect()
}

/// ITU-R BT.601 in 256ths, as JPEG itself has it: 0.299, 0.587, 0.114.
fn luma([red, green, blue]: [u8; 3]) -> u8 {
    let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
    u8::try_from(sum >> 8).unwrap_or(u8::MAX)
}

/// What shows through is paper.
fn on_white(light: u8, opaque: u8) -> u8 {
    let (light, opaque) = (u32::from(light), u32::from(opaque));
    let sum = light * opaque + 255 * (255 - opaque);
    u8::try_from(sum / 255).unwrap_or(u8::MAX)
}
