//! Charts: bars beside each other, or lines, over the same labels.

use super::table::Align;
use super::{BOTTOM, Document, INK, INSIDE, Look, MARGIN, RULE, SOFT};
use crate::TextError;
use crate::fonts::Weight;
use crate::path::{Colour, Item, Path};

/// One colour of a chart.
#[derive(Clone, Debug)]
pub struct Series<'a> {
    /// What it is.
    pub name: &'a str,
    /// One value a label; `None` where there is none to show.
    pub values: Vec<Option<u128>>,
}

/// Values over labels.
#[derive(Clone, Debug)]
pub struct Chart<'a> {
    /// Above it.
    pub title: &'a str,
    /// Below it, from left to right.
    pub labels: &'a [String],
    /// At most six.
    pub series: &'a [Series<'a>],
    /// Where the scale ends; above the largest value at a round one, if nothing is said.
    pub top: Option<u128>,
    /// How a value is written on the scale.
    pub scale: fn(u128) -> String,
}

/// Told apart in grey as well, the darkest first.
const COLOURS: [Colour; 6] = [
    Colour(30, 58, 95),
    Colour(217, 119, 6),
    Colour(20, 83, 45),
    Colour(147, 51, 88),
    Colour(14, 116, 144),
    Colour(120, 113, 108),
];

const PLOT_HEIGHT: f32 = 42.0;
const AXIS_WIDTH: f32 = 22.0;
const LINES: u128 = 4;

impl Document<'_> {
    /// Adds a chart with bars.
    ///
    /// # Errors
    /// A text that cannot be printed.
    pub fn bars(&mut self, chart: &Chart<'_>) -> Result<(), TextError> {
        let frame = self.frame(chart)?;
        let slot = frame.slot();
        let series = chart.series.iter().zip(COLOURS);
        let bar = slot * 0.74 / frame.series;
        for (index, (one, colour)) in series.enumerate() {
            let shift = bar * f32::from(u8::try_from(index).unwrap_or(u8::MAX));
            for (at, value) in (0_u16..).zip(&one.values) {
                let height = frame.height(value.unwrap_or(0));
                let x = frame.left + slot * f32::from(at) + slot * 0.13 + shift;
                self.fill((x, frame.base - height, bar, height), colour);
            }
        }
        self.finish(chart, &frame)
    }

    /// Adds a chart with lines.
    ///
    /// # Errors
    /// A text that cannot be printed.
    pub fn curves(&mut self, chart: &Chart<'_>) -> Result<(), TextError> {
        let frame = self.frame(chart)?;
        let slot = frame.slot();
        for (one, colour) in chart.series.iter().zip(COLOURS) {
            let mut before: Option<(f32, f32)> = None;
            for (at, value) in (0_u16..).zip(&one.values) {
                let x = frame.left + slot * (f32::from(at) + 0.5);
                // A line is not drawn over what is not known.
                let Some(value) = *value else {
                    before = None;
                    continue;
                };
                let here = (x, frame.base - frame.height(value));
                if let Some(before) = before {
                    self.put(Item::smooth(stroke(before, here, 0.55), colour));
                }
                let dot = (here.0 - 0.6, here.1 - 0.6, 1.2, 1.2);
                self.put(Item::smooth(Path::rounded(dot, 0.6), colour));
                before = Some(here);
            }
        }
        self.finish(chart, &frame)
    }

    /// Title, legend, grid and scale.
    fn frame(&mut self, chart: &Chart<'_>) -> Result<Frame, TextError> {
        self.need((PLOT_HEIGHT + 20.0).min(BOTTOM))?;
        let title = Look {
            size: 3.3,
            weight: Weight::Bold,
            colour: INK,
        };
        self.lines(chart.title, title, 0.0)?;
        self.legend(chart)?;
        self.y += 2.0;
        let values = chart.series.iter().flat_map(|one| one.values.iter());
        let largest = values.copied().flatten().max().unwrap_or(0);
        let top = chart.top.unwrap_or_else(|| round_above(largest));
        let count = |count: usize| f32::from(u16::try_from(count.max(1)).unwrap_or(u16::MAX));
        let frame = Frame {
            left: MARGIN + AXIS_WIDTH,
            base: self.y + PLOT_HEIGHT,
            labels: count(chart.labels.len()),
            series: count(chart.series.len()),
            top,
        };
        let small = Look {
            size: 2.4,
            weight: Weight::Regular,
            colour: SOFT,
        };
        for line in 0..=LINES {
            let value = top.saturating_mul(line) / LINES;
            let y = frame.base - frame.height(value);
            self.fill((frame.left, y, INSIDE - AXIS_WIDTH, 0.15), RULE);
            let at = (frame.left - 1.5, y + 0.9);
            self.at(&(chart.scale)(value), small, at, Align::Right)?;
        }
        Ok(frame)
    }

    fn legend(&mut self, chart: &Chart<'_>) -> Result<(), TextError> {
        let small = Look {
            size: 2.7,
            weight: Weight::Regular,
            colour: INK,
        };
        let mut x = MARGIN;
        for (one, colour) in chart.series.iter().zip(COLOURS) {
            self.fill((x, self.y + 1.0, 2.6, 2.6), colour);
            let words = self.shaper.shape(one.name, small.weight)?;
            let width = words.width() * small.size;
            let at = (x + 3.8, self.y + 3.4);
            self.put(Item::words(words, small.size, small.colour, at));
            x += width + 10.0;
        }
        self.y += 5.0;
        Ok(())
    }

    /// Labels, as many as there is room for, and the space below.
    fn finish(&mut self, chart: &Chart<'_>, frame: &Frame) -> Result<(), TextError> {
        let small = Look {
            size: 2.4,
            weight: Weight::Regular,
            colour: SOFT,
        };
        let mut width_max = 0.0_f32;
        for label in chart.labels {
            let words = self.shaper.shape(label, small.weight)?;
            width_max = width_max.max(words.width() * small.size);
        }
        let slot = frame.slot();
        let step = (1_u16..1_000)
            .find(|step| f32::from(*step) * slot >= width_max + 2.0)
            .unwrap_or(1_000);
        for (at, label) in (0_u16..).zip(chart.labels) {
            if at % step == 0 {
                let middle = frame.left + slot * (f32::from(at) + 0.5);
                let x = middle.min(MARGIN + INSIDE - width_max / 2.0);
                self.at(label, small, (x, frame.base + 3.6), Align::Middle)?;
            }
        }
        self.y = frame.base + 8.0;
        Ok(())
    }
}

/// Where the plot lies.
struct Frame {
    left: f32,
    /// The line of nothing.
    base: f32,
    labels: f32,
    series: f32,
    /// The value of the highest line.
    top: u128,
}

impl Frame {
    fn slot(&self) -> f32 {
        (INSIDE - AXIS_WIDTH) / self.labels
    }

    /// A ten-thousandth of the plot is finer than any printer.
    fn height(&self, value: u128) -> f32 {
        let part = value
            .saturating_mul(10_000)
            .checked_div(self.top)
            .unwrap_or(0);
        f32::from(u16::try_from(part).unwrap_or(10_000)) / 10_000.0 * PLOT_HEIGHT
    }
}

/// The least of 4, 8, 12, 20, 40, 80 and so on that is not below: its quarters are whole.
fn round_above(value: u128) -> u128 {
    let mut unit = 1_u128;
    loop {
        for steps in [4, 8, 12, 20] {
            let top = unit.saturating_mul(steps);
            if top >= value {
                return top;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// A line as a shape: two long edges beside it.
fn stroke((x, y): (f32, f32), (to_x, to_y): (f32, f32), width: f32) -> Path {
    let (dx, dy) = (to_x - x, to_y - y);
    let length = (dx * dx + dy * dy).sqrt().max(f32::EPSILON);
    let (across_x, across_y) = (-dy / length * width / 2.0, dx / length * width / 2.0);
    let mut path = Path::default();
    path.move_to((x + across_x, y + across_y));
    path.line_to((to_x + across_x, to_y + across_y));
    path.line_to((to_x - across_x, to_y - across_y));
    path.line_to((x - across_x, y - across_y));
    path.close();
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_ends_above_every_value_at_a_round_one() {
        for (value, top) in [
            (0, 4),
            (4, 4),
            (5, 8),
            (13, 20),
            (21, 40),
            (99, 120),
            (1_234, 2_000),
            (u128::MAX, u128::MAX),
        ] {
            assert_eq!(round_above(value), top, "{value}");
        }
    }

    #[test]
    fn heights_follow_values() {
        let frame = Frame {
            left: 0.0,
            base: 100.0,
            labels: 4.0,
            series: 1.0,
            top: 200,
        };
        assert_eq!(frame.height(0), 0.0);
        assert_eq!(frame.height(200), PLOT_HEIGHT);
        assert!((frame.height(100) - PLOT_HEIGHT / 2.0).abs() < 0.001);
        assert_eq!(frame.slot() * 4.0, INSIDE - AXIS_WIDTH);
    }
}
