//! The time that the caller gives is kept, and pictures made to waste it do not.

use qr_image::{Code, ScanError, scan};

use crate::camera::{Shot, png_of};
use crate::codes::codes;
use crate::dice::Dice;

/// A sheet full of the corners of codes, `pitch` pixels apart, with modules of `module` pixels.
fn corners(side: usize, pitch: usize, module: usize) -> Vec<u8> {
    let dark = |at: usize| {
        let place = |pixel: usize| (pixel % pitch) / module;
        let (x, y) = (place(at % side), place(at / side));
        let ring = x.abs_diff(3).max(y.abs_diff(3));
        ring == 3 || ring <= 1
    };
    let light: Vec<u8> = (0..side * side)
        .map(|at| 255 * u8::from(!dark(at)))
        .collect();
    png_of(&light, side)
}

#[test]
fn the_caller_ends_it_between_attempts() {
    let nothing = png_of(&vec![255; 1_000_000], 1_000);
    for patience in [0, 1, 3] {
        let mut asked = 0;
        let ended = scan(&nothing, &mut || {
            asked += 1;
            asked <= patience
        });
        assert_eq!(ended, Err(ScanError::OutOfTime));
        assert_eq!(
            asked,
            patience + 1,
            "asked once more than allowed, then never again"
        );
    }
    let picture = Shot::neutral(1).take(&Code::new(&codes()[0]).unwrap());
    let mut asked = 0;
    let found = scan(&picture, &mut || {
        asked += 1;
        asked <= 1
    });
    let found = found.unwrap();
    assert_eq!(found.codes[0].text, codes()[0]);
    assert_eq!((found.is_complete, found.attempts), (false, 1));
}

#[test]
fn sheets_of_corners_are_not_searched() {
    for (side, pitch, module) in [(1_280, 8, 1), (1_280, 16, 2), (1_000, 9, 1), (1_200, 40, 5)] {
        let ended = scan(&corners(side, pitch, module), &mut || true);
        assert_eq!(ended, Err(ScanError::Crowded), "{side} {pitch} {module}");
    }
}

#[test]
fn noise_holds_no_code() {
    let mut dice = Dice::new(7);
    let side = 1_000;
    let noise: Vec<u8> = (0..side * side)
        .map(|_| 255 * (dice.next() & 1) as u8)
        .collect();
    // Pixels that know nothing of each other make corners by chance, and no camera takes such.
    for (coarse, is_crowded) in [(1, true), (2, true), (8, true), (40, false)] {
        let light: Vec<u8> = (0..side * side)
            .map(|at| noise[(at / side / coarse) * side + at % side / coarse])
            .collect();
        match scan(&png_of(&light, side), &mut || true) {
            Ok(found) => assert!(!is_crowded && found.codes.is_empty() && found.is_complete),
            Err(error) => assert!(
                is_crowded && error == ScanError::Crowded,
                "{coarse} {error}"
            ),
        }
    }
}
