//! A code as SVG, as PNG and as text for a terminal. All three carry the quiet zone: a code whose
//! neighbours touch it is the most common reason why a printed one is not found.

use std::fmt::Write as _;

use crate::code::{Code, DrawError};
use crate::limits::{MODULE_PIXELS_MAX, QUIET_ZONE_MODULES};

impl Code {
    /// Black on white, one unit a module; scales to whatever it is put into.
    pub fn to_svg(&self) -> String {
        let side = self.side();
        let mut path = String::new();
        for (x, y, run) in self.runs() {
            let (x, y) = (x + QUIET_ZONE_MODULES, y + QUIET_ZONE_MODULES);
            // Writing to a text cannot fail.
            let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
             shape-rendering=\"crispEdges\">\n\
             <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\n\
             <path fill=\"#000\" d=\"{path}\"/>\n</svg>\n"
        )
    }

    /// One bit a pixel, `module_pixels` (1 to [`MODULE_PIXELS_MAX`]) for each module.
    ///
    /// # Errors
    /// Only if the encoder fails, which memory alone can make it do.
    pub fn to_png(&self, module_pixels: u16) -> Result<Vec<u8>, DrawError> {
        let pixels = u32::from(module_pixels.clamp(1, MODULE_PIXELS_MAX));
        let side = u32::from(self.side()) * pixels;
        let mut rows = Vec::new();
        for y in 0..self.side() {
            let mut row = Vec::new();
            let mut byte = 0_u8;
            for column in 0..side.next_multiple_of(8) {
                let x = u16::try_from(column / pixels).unwrap_or(u16::MAX);
                let is_light = column >= side || !self.is_dark_framed(x, y);
                byte = byte << 1 | u8::from(is_light);
                if column % 8 == 7 {
                    row.push(byte);
                    byte = 0;
                }
            }
            for _ in 0..pixels {
                rows.extend_from_slice(&row);
            }
        }
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let written = encoder.write_header().and_then(|mut writer| {
            writer.write_image_data(&rows)?;
            writer.finish()
        });
        match written {
            Ok(()) => Ok(file),
            Err(_) => Err(DrawError::Encoder),
        }
    }

    /// Two rows a line, light on the terminal's dark ground.
    pub fn to_terminal(&self) -> String {
        let mut text = String::new();
        for y in (0..self.side()).step_by(2) {
            for x in 0..self.side() {
                let below = y + 1 >= self.side() || self.is_dark_framed(x, y + 1);
                text.push(match (self.is_dark_framed(x, y), below) {
                    (false, false) => '█',
                    (false, true) => '▀',
                    (true, false) => '▄',
                    (true, true) => ' ',
                });
            }
            text.push('\n');
        }
        text.pop();
        text
    }

    /// The dark modules as horizontal runs: column, row, length.
    pub(crate) fn runs(&self) -> Vec<(u16, u16, u16)> {
        let mut runs = Vec::new();
        for y in 0..self.size() {
            let mut x = 0;
            while x < self.size() {
                let run = (x..self.size()).take_while(|x| self.is_dark(*x, y)).count();
                let run = u16::try_from(run).unwrap_or(0);
                if run > 0 {
                    runs.push((x, y, run));
                }
                x += run + 1;
            }
        }
        runs
    }

    /// Modules of a side with the quiet zone.
    pub(crate) fn side(&self) -> u16 {
        self.size() + 2 * QUIET_ZONE_MODULES
    }

    fn is_dark_framed(&self, x: u16, y: u16) -> bool {
        match (
            x.checked_sub(QUIET_ZONE_MODULES),
            y.checked_sub(QUIET_ZONE_MODULES),
        ) {
            (Some(x), Some(y)) => self.is_dark(x, y),
            (None, _) | (_, None) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_code_stands_in_its_quiet_zone() {
        let code = Code::new("000201").unwrap();
        let svg = code.to_svg();
        assert!(svg.contains("viewBox=\"0 0 29 29\""), "{svg}");
        // The top of the finder pattern, four modules in and four down.
        assert!(svg.contains("d=\"M4 4h7v1h-7z"), "{svg}");
        let text = code.to_terminal();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 15);
        assert_eq!(lines[0], "█".repeat(29));
        assert_eq!(lines[1], "█".repeat(29));
        assert!(lines[2].starts_with("████ ▄▄▄▄▄ █"), "{text}");
        assert_eq!(lines[14], "▀".repeat(29));
    }

    #[test]
    fn a_png_has_the_size_that_was_asked_for() {
        let code = Code::new("000201").unwrap();
        for (asked, side) in [(0, 29), (1, 29), (10, 290), (65, 29 * 64)] {
            let file = code.to_png(asked).unwrap();
            let decoder = png::Decoder::new(std::io::Cursor::new(&file));
            let mut reader = decoder.read_info().unwrap();
            assert_eq!((reader.info().width, reader.info().height), (side, side));
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            reader.next_frame(&mut pixels).unwrap();
            assert_eq!(pixels[0], 0xff, "the corner is light");
        }
    }
}
