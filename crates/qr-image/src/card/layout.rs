//! Where everything stands on a card, in millimetres.
//!
//! From the top: which code this is and in which currency; the shop's name, which a payer compares
//! with what the telephone says; the code, as large as the rest leaves room for; the amount if it
//! is fixed; how to pay. What is read from a metre has at least 5 mm, what is read in the hand at
//! least 2.4 mm. The modules of the code are whole dots of the PNG, so that no edge is grey.

use typeset::{Colour, Fonts, Item, Path, Weight, Words};

use super::{Card, CardError, CardScheme, CardSize, words};
use crate::code::Code;
use crate::limits::QUIET_ZONE_MODULES;

/// A card as things to draw, the first at the bottom.
pub(super) struct Drawing {
    pub(super) items: Vec<Item>,
    pub(super) width: u16,
    pub(super) height: u16,
    /// Dots of a millimetre, if it becomes a PNG.
    pub(super) dots: u16,
}

/// Sizes of one kind of card, in millimetres; of text the smallest and the largest.
struct Style {
    width: u16,
    /// Nothing where the card is as long as it must be.
    height: Option<u16>,
    margin: f32,
    /// 12 dots a millimetre are 305 an inch; a receipt printer has 8, which is 203.
    dots: u16,
    header: f32,
    header_text: f32,
    name: (f32, f32),
    name_second: (f32, f32),
    city: (f32, f32),
    amount: (f32, f32),
    pay_first: (f32, f32),
    pay: (f32, f32),
    reference: (f32, f32),
    notice: (f32, f32),
    code_max: f32,
    code_min: f32,
    gap: f32,
}

const A6: Style = Style {
    width: 105,
    height: Some(148),
    margin: 8.0,
    dots: 12,
    header: 14.0,
    header_text: 6.4,
    name: (3.4, 8.6),
    name_second: (3.0, 5.4),
    city: (2.6, 3.6),
    amount: (5.0, 10.5),
    pay_first: (3.6, 5.2),
    pay: (3.0, 3.8),
    reference: (1.9, 2.8),
    notice: (2.6, 4.2),
    code_max: 74.0,
    code_min: 40.0,
    gap: 2.5,
};

const RECEIPT: Style = Style {
    width: 80,
    height: None,
    margin: 4.0,
    dots: 8,
    header: 9.0,
    header_text: 5.0,
    name: (2.6, 6.4),
    name_second: (2.6, 4.4),
    city: (2.4, 3.2),
    amount: (5.0, 9.0),
    pay_first: (2.8, 4.4),
    pay: (2.6, 3.4),
    reference: (1.9, 2.8),
    notice: (2.4, 3.6),
    code_max: 62.0,
    code_min: 40.0,
    gap: 3.0,
};

const BLACK: Colour = Colour(0, 0, 0);
const WHITE: Colour = Colour(255, 255, 255);

/// Colours of a card, and whether areas may be filled with them.
struct Ink {
    accent: Colour,
    text: Colour,
    soft: Colour,
    is_coloured: bool,
}

impl Ink {
    fn of(scheme: CardScheme, size: CardSize) -> Self {
        let accent = match (size, scheme) {
            (CardSize::Receipt, _) => BLACK,
            (CardSize::A6, CardScheme::Khqr) => Colour(20, 83, 45),
            (CardSize::A6, CardScheme::Jpqr) => Colour(30, 58, 95),
        };
        let is_coloured = size == CardSize::A6;
        Self {
            accent,
            text: if is_coloured {
                Colour(21, 32, 43)
            } else {
                BLACK
            },
            soft: if is_coloured {
                Colour(75, 85, 96)
            } else {
                BLACK
            },
            is_coloured,
        }
    }
}

struct Line {
    words: Words,
    is_khmer: bool,
    size: f32,
    colour: Colour,
    /// Space above.
    before: f32,
}

impl Line {
    fn height(&self) -> f32 {
        self.before + self.size * (self.above() + self.below())
    }

    /// Khmer stacks signs above and below its letters; Latin and Japanese need less.
    fn above(&self) -> f32 {
        if self.is_khmer { 1.1 } else { 0.95 }
    }

    fn below(&self) -> f32 {
        if self.is_khmer { 0.5 } else { 0.3 }
    }
}

pub(super) fn drawing(
    card: &Card<'_>,
    code: &Code,
    size: CardSize,
    fonts: &Fonts,
) -> Result<Drawing, CardError> {
    let style = match size {
        CardSize::A6 => A6,
        CardSize::Receipt => RECEIPT,
    };
    let page = Page {
        ink: Ink::of(card.scheme, size),
        inside: f32::from(style.width) - 2.0 * style.margin,
        style,
        fonts,
    };
    let head = page.names(card)?;
    let foot = page.how_to_pay(card)?;
    let notice = page.notice(card)?;
    page.set(card, code, [&head, &foot, &notice])
}

struct Page<'a> {
    style: Style,
    ink: Ink,
    inside: f32,
    fonts: &'a Fonts,
}

impl Page<'_> {
    fn line(
        &self,
        text: &str,
        weight: Weight,
        (size_min, size_max): (f32, f32),
        colour: Colour,
        before: f32,
    ) -> Result<Line, CardError> {
        let words = Words::shape(text, weight, self.fonts)?;
        let size = size_max.min(self.inside / words.width().max(f32::EPSILON));
        if size < size_min {
            let text = text.to_owned();
            return Err(CardError::TextTooLong { text });
        }
        // The sign of the riel stands on the line like a digit, and needs no room above it.
        let is_khmer = text
            .chars()
            .any(|letter| ('\u{1780}'..='\u{17d3}').contains(&letter));
        Ok(Line {
            words,
            is_khmer,
            size,
            colour,
            before,
        })
    }

    /// The name that the shop's own customers read comes first.
    fn names(&self, card: &Card<'_>) -> Result<Vec<Line>, CardError> {
        let (style, ink) = (&self.style, &self.ink);
        let mut lines = Vec::new();
        match card.name_local {
            Some(local) => {
                lines.push(self.line(local, Weight::Bold, style.name, ink.text, 0.0)?);
                let second = style.name_second;
                lines.push(self.line(card.name, Weight::Regular, second, ink.text, 0.0)?);
            }
            None => lines.push(self.line(card.name, Weight::Bold, style.name, ink.text, 0.0)?),
        }
        if let Some(city) = card.city {
            lines.push(self.line(city, Weight::Regular, style.city, ink.soft, 0.3)?);
        }
        Ok(lines)
    }

    fn how_to_pay(&self, card: &Card<'_>) -> Result<Vec<Line>, CardError> {
        let (style, ink) = (&self.style, &self.ink);
        let mut lines = Vec::new();
        if let Some(given) = card.amount {
            let amount = words::amount(card.currency, given).ok_or_else(|| CardError::Amount {
                text: given.to_owned(),
            })?;
            lines.push(self.line(&amount, Weight::Bold, style.amount, ink.accent, 0.0)?);
        }
        let [first, second, third] = words::how_to_pay(card.scheme, card.amount.is_some());
        lines.push(self.line(first, Weight::Bold, style.pay_first, ink.text, 0.6)?);
        for words in [second, third] {
            lines.push(self.line(words, Weight::Regular, style.pay, ink.soft, 0.4)?);
        }
        if let Some(reference) = card.reference {
            let sizes = style.reference;
            lines.push(self.line(reference, Weight::Regular, sizes, ink.soft, 1.2)?);
        }
        Ok(lines)
    }

    fn notice(&self, card: &Card<'_>) -> Result<Vec<Line>, CardError> {
        if !card.is_simulated {
            return Ok(Vec::new());
        }
        let colour = if self.ink.is_coloured {
            Colour(107, 61, 0)
        } else {
            BLACK
        };
        let (_, largest) = self.style.notice;
        let [english, second, third] = words::simulated(card.scheme);
        let mut lines = vec![self.line(english, Weight::Bold, self.style.notice, colour, 0.8)?];
        for words in [second, third] {
            let sizes = (2.4, largest * 0.72);
            lines.push(self.line(words, Weight::Regular, sizes, colour, 0.1)?);
        }
        Ok(lines)
    }

    /// The code takes what the lines leave, and what is left then goes between the parts.
    fn set(
        &self,
        card: &Card<'_>,
        code: &Code,
        [head, foot, notice]: [&[Line]; 3],
    ) -> Result<Drawing, CardError> {
        let style = &self.style;
        let tall = |lines: &[Line]| lines.iter().map(Line::height).sum::<f32>();
        let notice_height = if notice.is_empty() {
            0.0
        } else {
            tall(notice) + 1.6
        };
        let text = style.header + tall(head) + tall(foot) + notice_height;
        let gaps = 4.0 * style.gap;
        let fixed = style.height.map(f32::from);
        let room = fixed.map_or(style.code_max, |height| height - text - gaps);
        let side = self.snapped(code, room.min(style.code_max).min(self.inside));
        if side < style.code_min {
            let text = card.name.to_owned();
            return Err(CardError::TextTooLong { text });
        }
        let height = style
            .height
            .unwrap_or_else(|| whole_above(text + gaps + side));
        let gap = (f32::from(height) - text - side) / 4.0;

        let wide = f32::from(style.width);
        let ground = (0.0, 0.0, wide, f32::from(height));
        let mut items = vec![Item::crisp(Path::rect(ground), WHITE)];
        self.header(&mut items, card)?;
        let mut y = style.header + gap;
        self.lines(&mut items, head, &mut y);
        y += gap;
        self.code(&mut items, code, side, y);
        y += side + gap;
        self.lines(&mut items, foot, &mut y);
        if !notice.is_empty() {
            let mut y = f32::from(height) - notice_height;
            self.notice_box(&mut items, y, notice_height);
            y += 0.4;
            self.lines(&mut items, notice, &mut y);
        }
        Ok(Drawing {
            items,
            width: style.width,
            height,
            dots: style.dots,
        })
    }

    fn header(&self, items: &mut Vec<Item>, card: &Card<'_>) -> Result<(), CardError> {
        let style = &self.style;
        let wide = f32::from(style.width);
        let colour = if self.ink.is_coloured {
            let band = Path::rect((0.0, 0.0, wide, style.header));
            items.push(Item::crisp(band, self.ink.accent));
            WHITE
        } else {
            let rule = Path::rect((style.margin, style.header - 0.5, self.inside, 0.5));
            items.push(Item::crisp(rule, BLACK));
            BLACK
        };
        let size = style.header_text;
        let y = style.header / 2.0 + size * 0.36;
        let scheme = Words::shape(words::scheme(card.scheme), Weight::Bold, self.fonts)?;
        items.push(Item::words(scheme, size, colour, (style.margin, y)));
        let currency = words::currency(card.currency);
        let currency = Words::shape(&currency, Weight::Bold, self.fonts)?;
        let x = wide - style.margin - currency.width() * size;
        items.push(Item::words(currency, size, colour, (x, y)));
        Ok(())
    }

    fn lines(&self, items: &mut Vec<Item>, lines: &[Line], y: &mut f32) {
        for line in lines {
            let x = (f32::from(self.style.width) - line.words.width() * line.size) / 2.0;
            let at = (x, *y + line.before + line.size * line.above());
            items.push(Item::words(line.words.clone(), line.size, line.colour, at));
            *y += line.height();
        }
    }

    /// Whole dots for a module.
    fn snapped(&self, code: &Code, side: f32) -> f32 {
        let (modules, dots) = (f32::from(code.side()), f32::from(self.style.dots));
        (side * dots / modules).floor() * modules / dots
    }

    fn code(&self, items: &mut Vec<Item>, code: &Code, side: f32, y: f32) {
        let dots = f32::from(self.style.dots);
        let x = ((f32::from(self.style.width) - side) / 2.0 * dots).round() / dots;
        let y = (y * dots).round() / dots;
        let module = side / f32::from(code.side());
        // The frame runs outside the quiet zone.
        if self.ink.is_coloured {
            for (out, radius, colour) in [(1.0, 2.4, self.ink.accent), (0.3, 1.7, WHITE)] {
                let frame = (x - out, y - out, side + 2.0 * out, side + 2.0 * out);
                items.push(Item::smooth(Path::rounded(frame, radius), colour));
            }
        }
        let mut path = Path::default();
        for (column, row, run) in code.runs() {
            let [column, row] = [column, row].map(|at| f32::from(at + QUIET_ZONE_MODULES) * module);
            path.add_rect((x + column, y + row, f32::from(run) * module, module));
        }
        items.push(Item::crisp(path, BLACK));
    }

    fn notice_box(&self, items: &mut Vec<Item>, y: f32, height: f32) {
        let wide = f32::from(self.style.width);
        if self.ink.is_coloured {
            let band = Path::rect((0.0, y, wide, height));
            items.push(Item::crisp(band, Colour(253, 236, 200)));
            return;
        }
        let (x, height) = (self.style.margin, height - 0.75);
        for (inset, colour) in [(0.0, BLACK), (0.5, WHITE)] {
            let twice = 2.0 * inset;
            let edge = (x + inset, y + inset, self.inside - twice, height - twice);
            items.push(Item::crisp(Path::rect(edge), colour));
        }
    }
}

/// Millimetres that hold a length. No card of ours is longer than 400.
fn whole_above(mm: f32) -> u16 {
    (0..400)
        .find(|whole| f32::from(*whole) >= mm)
        .unwrap_or(400)
}
