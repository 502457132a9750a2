//! Reading codes from a photograph.
//!
//! Nobody knows beforehand how large a module is in a stranger's picture, and a reader of codes
//! wants two to eight pixels for one. So the picture is tried at several scales, from the likely
//! to the unlikely, and what any attempt finds is kept; the same text twice is one code. A small
//! step takes away what a large one needs: averaging removes grain and with it fine modules,
//! doubling helps fine modules and costs four times the work.
//!
//! Work is bounded three times: by the size of the file and of the picture, by the number of
//! attempts and the pixels of each, and by the number of things in the picture that look like the
//! corner of a code (`find`). Between attempts the caller is asked whether to go on; that is how
//! a deadline is kept by a room without a clock.

mod find;
mod grey;
mod picture;

use thiserror::Error;

use crate::limits::{
    CODES_MAX, DOUBLED_SIDE_MAX, FILE_BYTES_MAX, FULL_PIXELS_MAX, JPEG_SCANS_MAX, PIXELS_MAX,
    USUAL_SIDE,
};
use find::Threshold;
use grey::Grey;

/// A code that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub text: String,
    /// Its middle in the picture, in pixels from the left and from the top.
    pub middle: (f32, f32),
}

/// What a picture holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// From the top of the picture to its bottom.
    pub codes: Vec<Found>,
    /// Whether everything was tried: the caller did not end it, and no attempt was left out.
    pub is_complete: bool,
    pub attempts: u32,
}

/// Why a picture was not read. "No code in it" is none of these, but an empty [`Scan`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ScanError {
    #[error("read a picture from an empty file")]
    Empty,
    #[error("take a file of more than {} MiB", FILE_BYTES_MAX >> 20)]
    FileTooLarge,
    #[error("take {what}: only PNG and JPEG are read")]
    Format { what: &'static str },
    #[error("take a picture of {width} × {height} pixels: at most {PIXELS_MAX} are read")]
    TooManyPixels { width: usize, height: usize },
    #[error("take an animated picture: send one still picture")]
    Animated,
    #[error("take a picture in printing colours (CMYK): save it as RGB")]
    PrintingColours,
    #[error("take a JPEG of more than {JPEG_SCANS_MAX} passes: save it again")]
    TooManyPasses,
    #[error("read the picture: it is damaged or cut off")]
    Damaged,
    #[error("look through a picture with so much in it that looks like a code: cut it to the code")]
    Crowded,
    #[error("finish in the time given")]
    OutOfTime,
}

impl ScanError {
    /// A word for programs that stays.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "picture_empty",
            Self::FileTooLarge => "picture_file_too_large",
            Self::Format { .. } => "picture_format",
            Self::TooManyPixels { .. } => "picture_too_many_pixels",
            Self::Animated => "picture_animated",
            Self::PrintingColours => "picture_printing_colours",
            Self::TooManyPasses => "picture_too_many_passes",
            Self::Damaged => "picture_damaged",
            Self::Crowded => "picture_crowded",
            Self::OutOfTime => "out_of_time",
        }
    }
}

/// Reads every code in a PNG or JPEG. `go_on` is asked before each attempt; when it says no, what
/// was found until then is the answer.
///
/// # Errors
/// What cannot be read as a picture, and [`ScanError::OutOfTime`] if nothing was found when
/// `go_on` said no.
pub fn scan(file: &[u8], go_on: &mut dyn FnMut() -> bool) -> Result<Scan, ScanError> {
    let picture = picture::read(file)?;
    let mut seen = Seen::default();
    let mut attempts = 0_u32;
    let mut is_complete = true;
    for attempt in ladder(&picture) {
        if attempt.is_last_resort && !seen.codes.is_empty() {
            continue;
        }
        if !go_on() {
            if seen.codes.is_empty() {
                return Err(ScanError::OutOfTime);
            }
            is_complete = false;
            break;
        }
        attempts += 1;
        let scaled = attempt.scale.of(&picture);
        let shown = if attempt.is_inverted {
            scaled.inverted()
        } else {
            scaled
        };
        match find::codes(shown, attempt.threshold) {
            Ok(codes) => seen.add(codes, attempt.scale),
            Err(find::Crowded) => seen.was_crowded = true,
        }
    }
    if seen.codes.is_empty() && seen.was_crowded {
        return Err(ScanError::Crowded);
    }
    let mut codes = seen.codes;
    codes.sort_by(|a, b| {
        let (a, b) = (a.middle, b.middle);
        a.1.total_cmp(&b.1).then(a.0.total_cmp(&b.0))
    });
    Ok(Scan {
        codes,
        is_complete: is_complete && !seen.was_crowded,
        attempts,
    })
}

#[derive(Default)]
struct Seen {
    codes: Vec<Found>,
    was_crowded: bool,
}

impl Seen {
    fn add(&mut self, codes: Vec<Found>, scale: Scale) {
        for code in codes {
            let is_new = self.codes.iter().all(|known| known.text != code.text);
            if is_new && self.codes.len() < CODES_MAX {
                let (x, y) = code.middle;
                let factor = scale.factor();
                self.codes.push(Found {
                    text: code.text,
                    middle: (x * factor, y * factor),
                });
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scale {
    /// So many pixels of a side become one.
    Reduced(u16),
    Doubled,
}

impl Scale {
    fn of(self, picture: &Grey) -> Grey {
        match self {
            Self::Reduced(by) => picture.reduced(usize::from(by)),
            Self::Doubled => picture.doubled(),
        }
    }

    /// Pixels of the picture for one of the scaled.
    fn factor(self) -> f32 {
        match self {
            Self::Reduced(by) => f32::from(by),
            Self::Doubled => 0.5,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Attempt {
    scale: Scale,
    threshold: Threshold,
    is_inverted: bool,
    /// Made only if nothing was found.
    is_last_resort: bool,
}

/// The attempts in their order. Which ones, in which order, was measured with the pictures of
/// `tests/photographs` (docs/PICTURES.md).
fn ladder(picture: &Grey) -> Vec<Attempt> {
    let side = picture.width().max(picture.height());
    let usual = u16::try_from(side.div_ceil(USUAL_SIDE)).unwrap_or(u16::MAX);
    let plain = |scale| Attempt {
        scale,
        threshold: Threshold::Local,
        is_inverted: false,
        is_last_resort: false,
    };
    let reduced = |by| Scale::Reduced(by);
    let mut ladder = vec![
        plain(reduced(usual)),
        plain(reduced(usual.saturating_mul(2))),
    ];
    if side <= DOUBLED_SIDE_MAX {
        ladder.push(plain(Scale::Doubled));
    }
    if usual > 1 && picture.width() * picture.height() <= FULL_PIXELS_MAX {
        ladder.push(plain(reduced(1)));
    }
    let last = |attempt| Attempt {
        is_last_resort: true,
        ..attempt
    };
    ladder.push(last(Attempt {
        is_inverted: true,
        ..plain(reduced(usual))
    }));
    ladder.push(last(plain(reduced(usual.saturating_mul(4)))));
    ladder.push(last(plain(reduced(usual.saturating_mul(3)))));
    ladder.push(last(Attempt {
        threshold: Threshold::Global,
        ..plain(reduced(usual))
    }));
    ladder
}
