//! One attempt: light becomes black and white, and codes are looked for in it.
//!
//! The looking is rxing's. Its work grows with the things that look like a code's corner, of which
//! a hostile picture can hold tens of thousands, so they are counted first.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::{BitMatrix, GlobalHistogramBinarizer, HybridBinarizer};
use rxing::multi::MultipleBarcodeReader as _;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8LuminanceSource};

use super::{Found, Grey};
use crate::limits::{CORNERS_MAX, READER_SIDE_MIN};

/// Where the line between dark and light runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Threshold {
    /// Anew for each neighbourhood: shadows do no harm.
    Local,
    /// Once for the whole picture: grain on large areas does no harm.
    Global,
}

/// More corners than any honest picture has.
#[derive(Debug)]
pub(super) struct Crowded;

pub(super) fn codes(grey: Grey, threshold: Threshold) -> Result<Vec<Found>, Crowded> {
    let (width, height) = (grey.width(), grey.height());
    let (Ok(wide), Ok(high)) = (u32::try_from(width), u32::try_from(height)) else {
        return Ok(Vec::new());
    };
    if width.min(height) < READER_SIDE_MIN {
        return Ok(Vec::new());
    }
    let Ok(source) = Luma8LuminanceSource::new(grey.into_light(), wide, high) else {
        return Ok(Vec::new());
    };
    match threshold {
        Threshold::Local => look(HybridBinarizer::new(source)),
        Threshold::Global => look(GlobalHistogramBinarizer::new(source)),
    }
}

/// A reader of others' making in a stranger's picture: should it panic, this attempt has found
/// nothing, and the next one is made.
fn look<B: Binarizer>(binarizer: B) -> Result<Vec<Found>, Crowded> {
    let looking = AssertUnwindSafe(|| {
        let mut bitmap = BinaryBitmap::new(binarizer);
        if corners(bitmap.get_black_matrix()) > CORNERS_MAX {
            return Err(Crowded);
        }
        let hints = DecodeHints {
            TryHarder: Some(true),
            PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
            ..DecodeHints::default()
        };
        let Ok(results) = QrReader.decode_multiple_with_hints(&mut bitmap, &hints) else {
            return Ok(Vec::new());
        };
        let found = results.iter().map(|result| Found {
            text: result.getText().to_owned(),
            middle: middle(result.getPoints()),
        });
        Ok(found.filter(|found| !found.text.is_empty()).collect())
    });
    catch_unwind(looking).unwrap_or_else(|_| Ok(Vec::new()))
}

fn middle(points: &[rxing::Point]) -> (f32, f32) {
    let count = f32::from(u16::try_from(points.len().max(1)).unwrap_or(u16::MAX));
    let x: f32 = points.iter().map(|point| point.x).sum();
    let y: f32 = points.iter().map(|point| point.y).sum();
    (x / count, y / count)
}

/// How many places have the corner's 1:1:3:1:1 of dark and light both along the row and down the
/// column through its middle. A corner is counted once for every row of its core.
fn corners(black: &BitMatrix) -> usize {
    let (width, height) = (black.width(), black.height());
    let mut corners = 0;
    for y in 0..height {
        let mut runs = [0_u32; 5];
        let mut is_dark = false;
        for x in 0..width {
            if black.get(x, y) == is_dark {
                runs[4] += 1;
                continue;
            }
            // A dark run ended, and with the four before it may have been a corner.
            let half = runs[2] / 2 + runs[3] + runs[4];
            if is_dark && is_corner(&runs) && x > half {
                let down = down(black, x - half - 1, y);
                corners += usize::from(is_corner(&down));
            }
            runs.rotate_left(1);
            runs[4] = 1;
            is_dark = !is_dark;
        }
    }
    corners
}

/// The five runs of a column about a point, the dark one that holds it in the middle.
fn down(black: &BitMatrix, x: u32, y: u32) -> [u32; 5] {
    let length = |mut at: Option<u32>, up: bool, is_dark: bool| {
        let mut run = 0;
        while let Some(y) = at.filter(|y| *y < black.height() && black.get(x, *y) == is_dark) {
            run += 1;
            at = if up { y.checked_sub(1) } else { Some(y + 1) };
        }
        (run, at)
    };
    let (core_up, at) = length(Some(y), true, true);
    let (ring_up, at) = length(at, true, false);
    let (edge_up, _) = length(at, true, true);
    let (core_down, at) = length(Some(y + 1), false, true);
    let (ring_down, at) = length(at, false, false);
    let (edge_down, _) = length(at, false, true);
    [edge_up, ring_up, core_up + core_down, ring_down, edge_down]
}

/// Whether five runs are about 1:1:3:1:1. Loose on purpose: this only counts.
fn is_corner(runs: &[u32; 5]) -> bool {
    let whole: u32 = runs.iter().sum();
    let [a, b, core, c, d] = *runs;
    let near = |run: u32| 14 * run >= whole && 7 * run <= 2 * whole;
    near(a) && near(b) && near(c) && near(d) && 14 * core >= 4 * whole && 14 * core <= 9 * whole
}
