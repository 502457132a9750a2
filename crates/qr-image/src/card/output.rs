//! A card as a file: SVG and PNG with the outlines of its letters, PDF with its text.

use std::fmt::Write as _;

use tiny_skia::{FillRule, Paint, PathBuilder, Pixmap, Transform};
use typeset::{Colour, Item, Page, Path, Step, pdf};

use super::CardError;
use super::layout::Drawing;

/// A card that only has to be written.
#[derive(Clone)]
pub struct Sheet {
    items: Vec<Item>,
    title: String,
    width: u16,
    height: u16,
    dots: u16,
}

impl std::fmt::Debug for Sheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let size = (self.width, self.height);
        f.debug_struct("Sheet")
            .field("size_mm", &size)
            .finish_non_exhaustive()
    }
}

impl Sheet {
    pub(super) fn new(drawing: Drawing, title: &str) -> Self {
        Self {
            items: drawing.items,
            title: title.to_owned(),
            width: drawing.width,
            height: drawing.height,
            dots: drawing.dots,
        }
    }

    /// Width and height in millimetres.
    pub fn size_mm(&self) -> (u16, u16) {
        (self.width, self.height)
    }

    /// Letters are outlines, so that they look the same where no font of ours is.
    pub fn to_svg(&self) -> String {
        let (wide, high) = (self.width, self.height);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}mm\" height=\"{high}mm\" \
             viewBox=\"0 0 {wide} {high}\">\n"
        );
        for item in &self.items {
            let (path, colour, edges) = match item {
                Item::Shape {
                    path,
                    colour,
                    is_crisp: true,
                } => (path.clone(), colour, " shape-rendering=\"crispEdges\""),
                Item::Shape { path, colour, .. } => (path.clone(), colour, ""),
                Item::Words {
                    words,
                    size,
                    colour,
                    at,
                } => (words.outline(*size, *at), colour, ""),
            };
            let Colour(red, green, blue) = colour;
            // Writing to a text cannot fail.
            let _ = writeln!(
                svg,
                "<path fill=\"#{red:02x}{green:02x}{blue:02x}\"{edges} d=\"{}\"/>",
                svg_of(&path)
            );
        }
        svg.push_str("</svg>\n");
        svg
    }

    /// # Errors
    /// Only if the encoder fails.
    pub fn to_png(&self) -> Result<Vec<u8>, CardError> {
        let failed = CardError::Writer {
            what: "the PNG encoder failed",
        };
        let side = |mm: u16| u32::from(mm) * u32::from(self.dots);
        let (wide, high) = (side(self.width), side(self.height));
        let Some(mut pixels) = Pixmap::new(wide, high) else {
            return Err(failed);
        };
        let scale = Transform::from_scale(f32::from(self.dots), f32::from(self.dots));
        for item in &self.items {
            let (path, colour, is_smooth) = match item {
                Item::Shape {
                    path,
                    colour,
                    is_crisp,
                } => (pixels_of(path), colour, !is_crisp),
                Item::Words {
                    words,
                    size,
                    colour,
                    at,
                } => (pixels_of(&words.outline(*size, *at)), colour, true),
            };
            let mut paint = Paint::default();
            paint.set_color_rgba8(colour.0, colour.1, colour.2, 255);
            paint.anti_alias = is_smooth;
            // Nothing where there is nothing to draw, as in a line of spaces.
            if let Some(path) = path {
                pixels.fill_path(&path, &paint, FillRule::Winding, scale, None);
            }
        }
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, wide, high);
        encoder.set_color(png::ColorType::Rgb);
        let per_metre = u32::from(self.dots) * 1_000;
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: per_metre,
            yppu: per_metre,
            unit: png::Unit::Meter,
        }));
        // The ground is white everywhere, so nothing shows through.
        let (whole, _) = pixels.data().as_chunks::<4>();
        let rgb: Vec<u8> = whole.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect();
        let written = encoder.write_header().and_then(|mut writer| {
            writer.write_image_data(&rgb)?;
            writer.finish()
        });
        written.map(|()| file).map_err(|_error| failed)
    }

    /// One page of the card's size, with text that can be searched and copied.
    ///
    /// # Errors
    /// Only if the writer fails.
    pub fn to_pdf(&self) -> Result<Vec<u8>, CardError> {
        let page = Page {
            width: self.width,
            height: self.height,
            items: self.items.clone(),
        };
        Ok(pdf(&self.title, &[page])?)
    }
}

/// To a thousandth of a millimetre.
fn svg_of(path: &Path) -> String {
    let mut svg = String::new();
    for step in &path.0 {
        let _ = match step {
            Step::Move((x, y)) => write!(svg, "M{x:.3} {y:.3}"),
            Step::Line((x, y)) => write!(svg, "L{x:.3} {y:.3}"),
            Step::Quad((a, b), (x, y)) => write!(svg, "Q{a:.3} {b:.3} {x:.3} {y:.3}"),
            Step::Cubic((a, b), (c, d), (x, y)) => {
                write!(svg, "C{a:.3} {b:.3} {c:.3} {d:.3} {x:.3} {y:.3}")
            }
            Step::Close => write!(svg, "Z"),
        };
    }
    svg
}

fn pixels_of(path: &Path) -> Option<tiny_skia::Path> {
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
