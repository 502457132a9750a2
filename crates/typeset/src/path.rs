//! Filled shapes, in millimetres from the top left corner.

use crate::text::Words;

/// A step of a pen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Without a line.
    Move((f32, f32)),
    /// With a straight one.
    Line((f32, f32)),
    /// Drawn towards one point, to another.
    Quad((f32, f32), (f32, f32)),
    /// Drawn towards two.
    Cubic((f32, f32), (f32, f32), (f32, f32)),
    /// Back to where it began.
    Close,
}

/// An outline to be filled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path(pub Vec<Step>);

/// Left, top, width, height.
pub type Rect = (f32, f32, f32, f32);

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

/// What stands on a page.
#[derive(Clone, Debug)]
pub enum Item {
    /// A filled shape.
    Shape {
        /// Its outline.
        path: Path,
        /// Its colour.
        colour: Colour,
        /// Its edges lie on dots, and are not to be smoothed.
        is_crisp: bool,
    },
    /// A line of text.
    Words {
        /// The text, shaped.
        words: Words,
        /// Its size.
        size: f32,
        /// Its colour.
        colour: Colour,
        /// Where its base line begins.
        at: (f32, f32),
    },
}

impl Item {
    /// A shape whose edges lie on dots.
    pub fn crisp(path: Path, colour: Colour) -> Self {
        let is_crisp = true;
        Self::Shape {
            path,
            colour,
            is_crisp,
        }
    }

    /// Any other shape.
    pub fn smooth(path: Path, colour: Colour) -> Self {
        let is_crisp = false;
        Self::Shape {
            path,
            colour,
            is_crisp,
        }
    }

    /// A line of text that begins at a place.
    pub fn words(words: Words, size: f32, colour: Colour, at: (f32, f32)) -> Self {
        Self::Words {
            words,
            size,
            colour,
            at,
        }
    }
}

impl Path {
    /// A rectangle.
    pub fn rect(rect: Rect) -> Self {
        let mut path = Self::default();
        path.add_rect(rect);
        path
    }

    /// Adds a rectangle.
    pub fn add_rect(&mut self, (x, y, width, height): Rect) {
        self.move_to((x, y));
        self.line_to((x + width, y));
        self.line_to((x + width, y + height));
        self.line_to((x, y + height));
        self.close();
    }

    /// With corners that are quarters of a circle, near enough.
    pub fn rounded((x, y, width, height): Rect, radius: f32) -> Self {
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

    /// Goes on somewhere else.
    pub fn move_to(&mut self, to: (f32, f32)) {
        self.0.push(Step::Move(to));
    }

    /// A straight line.
    pub fn line_to(&mut self, to: (f32, f32)) {
        self.0.push(Step::Line(to));
    }

    /// A curve towards one point.
    pub fn quad_to(&mut self, by: (f32, f32), to: (f32, f32)) {
        self.0.push(Step::Quad(by, to));
    }

    /// A curve towards two points.
    pub fn cubic_to(&mut self, first: (f32, f32), second: (f32, f32), to: (f32, f32)) {
        self.0.push(Step::Cubic(first, second, to));
    }

    /// Back to where it began.
    pub fn close(&mut self) {
        self.0.push(Step::Close);
    }
}
