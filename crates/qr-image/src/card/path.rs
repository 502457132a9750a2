//! Filled shapes, in millimetres from the top left corner.

use super::text::Words;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    Move((f32, f32)),
    Line((f32, f32)),
    Quad((f32, f32), (f32, f32)),
    Cubic((f32, f32), (f32, f32), (f32, f32)),
    Close,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Path(pub(super) Vec<Step>);

/// Left, top, width, height.
pub(super) type Rect = (f32, f32, f32, f32);

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

/// What stands on a card.
#[derive(Clone)]
pub(super) enum Item {
    Shape {
        path: Path,
        colour: Colour,
        /// Its edges lie on dots, and are not to be smoothed.
        is_crisp: bool,
    },
    Words {
        words: Words,
        size: f32,
        colour: Colour,
        /// Where its base line begins.
        at: (f32, f32),
    },
}

impl Item {
    pub(super) fn crisp(path: Path, colour: Colour) -> Self {
        let is_crisp = true;
        Self::Shape {
            path,
            colour,
            is_crisp,
        }
    }

    pub(super) fn smooth(path: Path, colour: Colour) -> Self {
        let is_crisp = false;
        Self::Shape {
            path,
            colour,
            is_crisp,
        }
    }

    pub(super) fn words(words: Words, size: f32, colour: Colour, at: (f32, f32)) -> Self {
        Self::Words {
            words,
            size,
            colour,
            at,
        }
    }
}

impl Path {
    pub(super) fn rect(rect: Rect) -> Self {
        let mut path = Self::default();
        path.add_rect(rect);
        path
    }

    pub(super) fn add_rect(&mut self, (x, y, width, height): Rect) {
        self.move_to((x, y));
        self.line_to((x + width, y));
        self.line_to((x + width, y + height));
        self.line_to((x, y + height));
        self.close();
    }

    /// With corners that are quarters of a circle, near enough.
    pub(super) fn rounded((x, y, width, height): Rect, radius: f32) -> Self {
        // The usual distance of the handles of a cubic that stands for a quarter.
        let slack = radius * (1.0 - 0.552_3);
        let (right, bottom) = (x + width, y + height);
        let mut path = Self::default();
        path.move_to((x + radius, y));
        path.line_to((right - radius, y));
        path.cubic_to((right - slack, y), (right, y + slack), (right, y + radius));
        path.line_to((right, bottom - radius));
        path.cubic_to(
            (right, bottom - slack),
            (right - slack, bottom),
            (right - radius, bottom),
        );
        path.line_to((x + radius, bottom));
        path.cubic_to(
            (x + slack, bottom),
            (x, bottom - slack),
            (x, bottom - radius),
        );
        path.line_to((x, y + radius));
        path.cubic_to((x, y + slack), (x + slack, y), (x + radius, y));
        path.close();
        path
    }

    pub(super) fn move_to(&mut self, to: (f32, f32)) {
        self.0.push(Step::Move(to));
    }

    pub(super) fn line_to(&mut self, to: (f32, f32)) {
        self.0.push(Step::Line(to));
    }

    pub(super) fn quad_to(&mut self, by: (f32, f32), to: (f32, f32)) {
        self.0.push(Step::Quad(by, to));
    }

    pub(super) fn cubic_to(&mut self, first: (f32, f32), second: (f32, f32), to: (f32, f32)) {
        self.0.push(Step::Cubic(first, second, to));
    }

    pub(super) fn close(&mut self) {
        self.0.push(Step::Close);
    }
}
