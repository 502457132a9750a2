//! A stranger's file; or, if it begins with `QR`, the modules of a symbol, drawn as a clean
//! picture: behind compression and checksums no search would find the symbol's own fields.

use std::panic::{PanicHookInfo, set_hook, take_hook};
use std::time::{Duration, Instant};

use qr_image::{CODES_MAX, Scan, ScanError, scan};

/// As many attempts as the ladder of scales has rungs.
const ATTEMPTS_MAX: u32 = 9;

/// Whoever reads pictures of strangers has a deadline; without one, a few bytes that decompress to
/// 24 megapixels would take all the time.
const TIME_MAX: Duration = Duration::from_millis(150);

/// # Panics
/// If something does not hold.
pub fn check(data: &[u8]) {
    let drawn = data.strip_prefix(b"QR").map(drawn);
    let file = drawn.as_deref().unwrap_or(data);
    let begun = Instant::now();
    match scan(file, &mut || begun.elapsed() < TIME_MAX) {
        Ok(found) => check_found(&found),
        Err(error) => check_refused(file, error),
    }
}

fn check_found(found: &Scan) {
    assert!(found.attempts <= ATTEMPTS_MAX);
    assert!(found.codes.len() <= CODES_MAX);
    for (index, code) in found.codes.iter().enumerate() {
        assert!(!code.text.is_empty());
        assert!(code.middle.0.is_finite() && code.middle.1.is_finite());
        let mut others = found.codes.iter().skip(index + 1);
        assert!(others.all(|other| other.text != code.text), "told twice");
    }
}

fn check_refused(file: &[u8], error: ScanError) {
    assert!(!error.code().is_empty());
    assert_eq!(error == ScanError::Empty, file.is_empty());
}

/// Modules of one byte each eight, row after row; the first byte chooses the size, of which
/// version 10 is enough for a payment's code.
fn drawn(data: &[u8]) -> Vec<u8> {
    const PIXELS: usize = 3;
    const QUIET: usize = 4;
    let (version, bits) = data.split_first().unwrap_or((&0, &[]));
    let modules = 21 + 4 * usize::from(version % 10);
    let side = (modules + 2 * QUIET) * PIXELS;
    let is_dark = |row: usize, column: usize| {
        let at = row * modules + column;
        bits.get(at / 8)
            .is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1)
    };
    let mut light = vec![255; side * side];
    for (at, pixel) in light.iter_mut().enumerate() {
        let (row, column) = (at / side / PIXELS, at % side / PIXELS);
        let inside = |place: usize| place.checked_sub(QUIET).filter(|place| *place < modules);
        if let (Some(row), Some(column)) = (inside(row), inside(column))
            && is_dark(row, column)
        {
            *pixel = 0;
        }
    }
    png(&light, side)
}

fn png(light: &[u8], side: usize) -> Vec<u8> {
    let mut file = Vec::new();
    let side = u32::try_from(side).expect("a few hundred pixels");
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_compression(png::Compression::NoCompression);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("memory takes everything");
    writer
        .write_image_data(light)
        .expect("memory takes everything");
    writer.finish().expect("memory takes everything");
    file
}

/// libFuzzer ends at every panic, also at one that is caught. Looking for codes is rxing's, and
/// `qr-image` goes on to its next attempt when that panics: no finding.
pub fn pass_over_caught_panics() {
    let ends = take_hook();
    set_hook(Box::new(move |panic| {
        if !is_caught(panic) {
            ends(panic);
        }
    }));
}

fn is_caught(panic: &PanicHookInfo<'_>) -> bool {
    panic
        .location()
        .is_some_and(|place| place.file().contains("rxing-"))
}
