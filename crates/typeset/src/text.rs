//! A line of text: cut into runs of one script each, and shaped.
//!
//! Why not as `<text>` of an SVG, drawn by others: usvg 0.47, the newest that the PDF side can be
//! had for, gives a cluster of several glyphs the width of its widest one, and so prints Khmer
//! syllables over each other.

use std::cell::RefCell;
use std::rc::Rc;

use rustybuzz::ttf_parser::{GlyphId, OutlineBuilder};
use rustybuzz::{Direction, ShapePlan, UnicodeBuffer, shape_with_plan};

use crate::TextError;
use crate::fonts::{Face, Fonts, Script, Weight};
use crate::path::Path;

/// A line that was shaped, in units of its size: at size 4 a width of 2 is 8 mm.
#[derive(Clone)]
pub struct Words {
    pub(crate) runs: Vec<Run>,
    width: f32,
}

/// A part of a line in one font.
#[derive(Clone)]
pub(crate) struct Run {
    pub(crate) text: String,
    pub(crate) face: Face,
    pub(crate) glyphs: Vec<Glyph>,
}

/// One glyph, with the bytes of the text that it stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyph {
    pub(crate) id: u16,
    pub(crate) advance: f32,
    pub(crate) dx: f32,
    pub(crate) dy: f32,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let texts = self.runs.iter().map(|run| run.text.as_str());
        f.debug_list().entries(texts).finish()
    }
}

impl Words {
    /// Shapes a line.
    ///
    /// # Errors
    /// A letter that its font does not have, and one that steers and is not seen.
    pub fn shape(text: &str, weight: Weight, fonts: &Fonts) -> Result<Self, TextError> {
        Shaper::new(fonts).shape(text, weight)
    }

    /// In units of the size.
    pub fn width(&self) -> f32 {
        self.width
    }

    /// The outlines of the line, from `x` on the base line `y`.
    pub fn outline(&self, size: f32, (x, y): (f32, f32)) -> Path {
        let mut pen = Pen {
            path: Path::default(),
            at: (x, y),
            scale: 0.0,
        };
        let mut left = x;
        for run in &self.runs {
            let Some(face) = run.face.parsed() else {
                continue;
            };
            pen.scale = size / f32::from(face.as_ref().units_per_em());
            for glyph in &run.glyphs {
                pen.at = (left + glyph.dx * size, y - glyph.dy * size);
                face.outline_glyph(GlyphId(glyph.id), &mut pen);
                left += glyph.advance * size;
            }
        }
        pen.path
    }
}

/// Fonts that are parsed as they are needed, once: a document has thousands of lines.
pub(crate) struct Shaper<'a> {
    fonts: &'a Fonts,
    parsed: RefCell<Vec<(Script, Weight, Rc<Parsed<'a>>)>>,
}

/// A parsed font, and how each direction and script is set in it: working that out from the font's
/// tables takes a hundred times as long as setting a word.
struct Parsed<'a> {
    face: rustybuzz::Face<'a>,
    plans: RefCell<Vec<(Direction, rustybuzz::Script, Rc<ShapePlan>)>>,
}

impl Parsed<'_> {
    fn plan(&self, buffer: &UnicodeBuffer) -> Rc<ShapePlan> {
        let (direction, script) = (buffer.direction(), buffer.script());
        let mut all = self.plans.borrow_mut();
        let known = all
            .iter()
            .find(|(along, of, _)| (*along, *of) == (direction, script));
        if let Some((_, _, plan)) = known {
            return plan.clone();
        }
        // Digits and signs have no script of their own.
        let own = (script != rustybuzz::script::UNKNOWN).then_some(script);
        let plan = Rc::new(ShapePlan::new(&self.face, direction, own, None, &[]));
        all.push((direction, script, plan.clone()));
        plan
    }
}

impl std::fmt::Debug for Shaper<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shaper").finish_non_exhaustive()
    }
}

impl<'a> Shaper<'a> {
    pub(crate) fn new(fonts: &'a Fonts) -> Self {
        Self {
            fonts,
            parsed: RefCell::default(),
        }
    }

    pub(crate) fn shape(&self, text: &str, weight: Weight) -> Result<Words, TextError> {
        check(text)?;
        let mut runs = Vec::new();
        let mut width = 0.0;
        for (script, text) in runs_of(text) {
            let face = self.fonts.face(script, weight).ok_or(BROKEN)?;
            let parsed = self.parsed(face)?;
            let run = Run::shape(text, script, face, &parsed)?;
            width += run.glyphs.iter().map(|glyph| glyph.advance).sum::<f32>();
            runs.push(run);
        }
        Ok(Words { runs, width })
    }

    fn parsed(&self, face: &'a Face) -> Result<Rc<Parsed<'a>>, TextError> {
        let mut all = self.parsed.borrow_mut();
        let known = all
            .iter()
            .find(|(script, weight, _)| (*script, *weight) == (face.script, face.weight));
        if let Some((_, _, parsed)) = known {
            return Ok(parsed.clone());
        }
        let parsed = Rc::new(Parsed {
            face: face.parsed().ok_or(BROKEN)?,
            plans: RefCell::default(),
        });
        all.push((face.script, face.weight, parsed.clone()));
        Ok(parsed)
    }
}

const BROKEN: TextError = TextError::Writer {
    what: "a font was loaded and is gone",
};

impl Run {
    fn shape(
        text: String,
        script: Script,
        face: &Face,
        parsed: &Parsed<'_>,
    ) -> Result<Self, TextError> {
        let em = parsed.face.as_ref().units_per_em();
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.guess_segment_properties();
        let plan = parsed.plan(&buffer);
        let shaped = shape_with_plan(&parsed.face, &plan, buffer);
        let units =
            |units: i32| f32::from(i16::try_from(units).unwrap_or(i16::MAX)) / f32::from(em);
        let start = |cluster: u32| usize::try_from(cluster).unwrap_or(text.len());
        let infos = shaped.glyph_infos();
        let mut glyphs = Vec::new();
        for (info, position) in infos.iter().zip(shaped.glyph_positions()) {
            let from = start(info.cluster);
            let later = infos.iter().map(|info| start(info.cluster));
            let to = later
                .filter(|start| *start > from)
                .min()
                .unwrap_or(text.len());
            let id = u16::try_from(info.glyph_id).unwrap_or(0);
            if id == 0 {
                let missing = text.get(from..to).unwrap_or(&text);
                return Err(missing_glyph(missing, script));
            }
            glyphs.push(Glyph {
                id,
                advance: units(position.x_advance),
                dx: units(position.x_offset),
                dy: units(position.y_offset),
                from,
                to,
            });
        }
        let face = face.clone();
        Ok(Self { text, face, glyphs })
    }
}

/// Draws a glyph's outline: font units with up positive become millimetres with down positive.
struct Pen {
    path: Path,
    at: (f32, f32),
    scale: f32,
}

impl Pen {
    fn to(&self, x: f32, y: f32) -> (f32, f32) {
        (self.at.0 + x * self.scale, self.at.1 - y * self.scale)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let to = self.to(x, y);
        self.path.move_to(to);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.to(x, y);
        self.path.line_to(to);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (by, to) = (self.to(x1, y1), self.to(x, y));
        self.path.quad_to(by, to);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (first, second, to) = (self.to(x1, y1), self.to(x2, y2), self.to(x, y));
        self.path.cubic_to(first, second, to);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

fn missing_glyph(text: &str, script: Script) -> TextError {
    let points: Vec<String> = text.chars().map(code_point).collect();
    TextError::GlyphMissing {
        text: text.to_owned(),
        code_points: points.join(" "),
        font: script.family(),
    }
}

fn code_point(letter: char) -> String {
    format!("U+{:04X}", u32::from(letter))
}

/// Letters that steer: they could turn a name round, or hide in it, and are not seen on paper.
/// Khmer writes U+200B to U+200D between words and signs; those are harmless in print.
fn check(text: &str) -> Result<(), TextError> {
    let steers = |letter: &char| {
        letter.is_control()
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}')
    };
    match text.chars().find(steers) {
        Some(letter) => Err(TextError::Unprintable {
            code_point: code_point(letter),
        }),
        None => Ok(()),
    }
}

/// Digits, spaces and marks belong to the run before them, so that a line has few seams.
fn runs_of(text: &str) -> Vec<(Script, String)> {
    let mut runs: Vec<(Script, String)> = Vec::new();
    for letter in text.chars() {
        let last = runs.last().map(|(script, _)| *script);
        let script = script_of(letter).or(last).unwrap_or(Script::Latin);
        match runs.last_mut() {
            Some((same, run)) if *same == script => run.push(letter),
            Some(_) | None => runs.push((script, letter.to_string())),
        }
    }
    runs
}

/// Nothing for a letter that belongs to whatever it stands in.
fn script_of(letter: char) -> Option<Script> {
    match letter {
        ' ' | '\u{200b}'..='\u{200d}' => None,
        '\u{1780}'..='\u{17ff}' | '\u{19e0}'..='\u{19ff}' => Some(Script::Khmer),
        '\u{2e80}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ffef}'
        | '\u{20000}'..='\u{3ffff}' => Some(Script::Japanese),
        _ => Some(Script::Latin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_script_has_its_run() {
        let actual: Vec<(Script, String)> = runs_of("Cafe ហាង 24 カフェ空 & Co");
        let expected = [
            (Script::Latin, "Cafe "),
            (Script::Khmer, "ហាង "),
            (Script::Latin, "24 "),
            (Script::Japanese, "カフェ空 "),
            (Script::Latin, "& Co"),
        ];
        assert_eq!(
            actual,
            expected.map(|(script, run)| (script, run.to_owned()))
        );
    }

    #[test]
    fn letters_that_steer_are_not_printed() {
        for (text, refused) in [
            ("Srey Cafe", None),
            ("ក\u{200b}ក", None),
            ("100\u{202e}001", Some("U+202E")),
            ("a\nb", Some("U+000A")),
            ("a\u{feff}", Some("U+FEFF")),
        ] {
            let expected = refused.map_or(Ok(()), |point| {
                Err(TextError::Unprintable {
                    code_point: point.to_owned(),
                })
            });
            assert_eq!(check(text), expected, "{text:?}");
        }
    }

    /// Printing several glyphs of a syllable at the width of one is a mistake that was made.
    #[test]
    fn khmer_syllables_stand_beside_each_other() {
        let Some(fonts) = crate::fonts::for_tests() else {
            return;
        };
        let width = |text| {
            let words = Words::shape(text, Weight::Bold, &fonts).unwrap();
            words.width()
        };
        let parts = width("ស្កេ") + width("ន");
        assert!((width("ស្កេន") - parts).abs() < 0.01);
        assert!(
            width("ស្កេ") > 1.2 * width("ស"),
            "the vowel stands before the letter"
        );
        // What is not seen has no width, and is no missing letter.
        assert!((width("ក\u{200b}ក") - width("កក")).abs() < 0.01);
    }
}
