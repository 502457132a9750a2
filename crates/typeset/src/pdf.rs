//! Pages as PDF, with text that can be searched and copied.

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Transform};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};

use crate::TextError;
use crate::fonts::{Script, Weight};
use crate::path::{Colour, Item, Path, Step};
use crate::text::{Glyph, Words};

/// PDF counts in points, of which an inch has 72.
const POINTS_PER_MM: f32 = 72.0 / 25.4;

/// A page, in millimetres.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its width.
    pub width: u16,
    /// Its height.
    pub height: u16,
    /// What stands on it, the first at the bottom.
    pub items: Vec<Item>,
}

const FAILED: TextError = TextError::Writer {
    what: "the PDF writer failed",
};

/// Writes pages under a title.
///
/// # Errors
/// Only if the writer fails.
pub fn pdf(title: &str, pages: &[Page]) -> Result<Vec<u8>, TextError> {
    let points = |mm: u16| f32::from(mm) * POINTS_PER_MM;
    let mut document = Document::new();
    document.set_metadata(Metadata::new().title(title.to_owned()));
    let mut loaded = Loaded::default();
    for one in pages {
        let settings = PageSettings::from_wh(points(one.width), points(one.height));
        let mut page = document.start_page_with(settings.ok_or(FAILED)?);
        let mut surface = page.surface();
        surface.push_transform(&Transform::from_scale(POINTS_PER_MM, POINTS_PER_MM));
        for item in &one.items {
            match item {
                Item::Shape { path, colour, .. } => {
                    surface.set_fill(Some(fill(*colour)));
                    surface.draw_path(&outline(path).ok_or(FAILED)?);
                }
                Item::Words {
                    words,
                    size,
                    colour,
                    at,
                } => {
                    surface.set_fill(Some(fill(*colour)));
                    write(&mut surface, &mut loaded, words, *size, *at)?;
                }
            }
        }
        surface.pop();
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|_error| FAILED)
}

fn fill(Colour(red, green, blue): Colour) -> Fill {
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        ..Fill::default()
    }
}

/// Fonts that the document has already: loading one reads all of it.
#[derive(Default)]
struct Loaded(Vec<(Script, Weight, Font)>);

impl Loaded {
    fn font(&mut self, face: &crate::fonts::Face) -> Result<Font, TextError> {
        let known = self
            .0
            .iter()
            .find(|(script, weight, _)| *script == face.script && *weight == face.weight);
        if let Some((_, _, font)) = known {
            return Ok(font.clone());
        }
        let font = Font::new(face.bytes.clone().into(), face.index).ok_or(FAILED)?;
        self.0.push((face.script, face.weight, font.clone()));
        Ok(font)
    }
}

fn write(
    surface: &mut Surface<'_>,
    loaded: &mut Loaded,
    words: &Words,
    size: f32,
    (mut x, y): (f32, f32),
) -> Result<(), TextError> {
    for run in &words.runs {
        let font = loaded.font(&run.face)?;
        let glyph = |glyph: &Glyph| {
            let id = GlyphId::new(glyph.id.into());
            let text = glyph.from..glyph.to;
            KrillaGlyph::new(id, glyph.advance, glyph.dx, glyph.dy, 0.0, text, None)
        };
        let glyphs: Vec<KrillaGlyph> = run.glyphs.iter().map(glyph).collect();
        surface.draw_glyphs(Point::from_xy(x, y), &glyphs, font, &run.text, size, false);
        x += run
            .glyphs
            .iter()
            .map(|glyph| glyph.advance * size)
            .sum::<f32>();
    }
    Ok(())
}

fn outline(path: &Path) -> Option<krilla::geom::Path> {
    let mut builder = PathBuilder::new();
    for step in &path.0 {
        match *step {
            Step::Move((x, y)) => builder.move_to(x, y),
            Step::Line((x, y)) => builder.line_to(x, y),
            Step::Quad((a, b), (x, y)) => builder.quad_to(a, b, x, y),
            Step::Cubic((a, b), (c, d), (x, y)) => builder.cubic_to(a, b, c, d, x, y),
            Step::Close => builder.close(),
        }
    }
    builder.finish()
}
