//! Documents on A4: headings, paragraphs, tables and charts, one below the other.
//!
//! # Doctrine
//!
//! * Everything is placed as it is added, from top to bottom; what does not fit goes to the next
//!   page. A heading stays with what follows it, a row of a table is never cut, and a table that
//!   goes on repeats its head.
//! * The foot of a page (title, page number of how many) is drawn at the end, when the number of
//!   pages is known.
//! * Numbers come in as integers and texts. A length on paper is a float; a value never is.

mod break_lines;
mod chart;
mod table;

use crate::TextError;
use crate::fonts::{Fonts, Weight};
use crate::limits::PAGES_MAX;
use crate::path::{Colour, Item, Path, Rect};
use crate::pdf::{Page, pdf};
use crate::text::Shaper;

use break_lines::{Line, broken};

pub use chart::{Chart, Series};
pub use table::{Align, Column, Table};

/// A4 in millimetres.
const WIDTH: u16 = 210;
const HEIGHT: u16 = 297;

const MARGIN: f32 = 18.0;
const TOP: f32 = 18.0;
/// Where the text of a page ends; the foot stands below.
const BOTTOM: f32 = 279.0;
const INSIDE: f32 = 210.0 - 2.0 * MARGIN;

const INK: Colour = Colour(21, 32, 43);
const SOFT: Colour = Colour(75, 85, 96);
const ACCENT: Colour = Colour(30, 58, 95);
const RULE: Colour = Colour(200, 206, 212);
const SHADE: Colour = Colour(241, 244, 247);

const BODY: f32 = 3.3;

/// What a document says on its first page and at the foot of every page.
#[derive(Clone, Debug)]
pub struct Front<'a> {
    /// The title, large.
    pub title: &'a str,
    /// The same in other languages, below each other.
    pub subtitles: &'a [&'a str],
    /// Small, at the foot of every page.
    pub foot: &'a str,
}

/// A document that is being set.
#[derive(Debug)]
pub struct Document<'a> {
    shaper: Shaper<'a>,
    title: String,
    foot: String,
    pages: Vec<Vec<Item>>,
    /// Where the next thing begins on the last page.
    y: f32,
}

/// How a line of text looks.
#[derive(Clone, Copy, Debug)]
struct Look {
    size: f32,
    weight: Weight,
    colour: Colour,
}

impl<'a> Document<'a> {
    /// Begins with the title.
    ///
    /// # Errors
    /// A text that cannot be printed.
    pub fn new(fonts: &'a Fonts, front: &Front<'_>) -> Result<Self, TextError> {
        let mut document = Self {
            shaper: Shaper::new(fonts),
            title: front.title.to_owned(),
            foot: front.foot.to_owned(),
            pages: vec![Vec::new()],
            y: TOP,
        };
        let title = Look {
            size: 6.2,
            weight: Weight::Bold,
            colour: ACCENT,
        };
        document.lines(front.title, title, 0.0)?;
        let subtitle = Look {
            size: 4.6,
            weight: Weight::Regular,
            colour: SOFT,
        };
        for text in front.subtitles {
            document.lines(text, subtitle, 0.0)?;
        }
        document.y += 1.5;
        document.rule(0.6, ACCENT);
        document.y += 4.0;
        Ok(document)
    }

    /// A heading; it stays with the lines after it.
    ///
    /// # Errors
    /// A text that cannot be printed.
    pub fn heading(&mut self, text: &str) -> Result<(), TextError> {
        self.need(28.0)?;
        if self.y > TOP {
            self.y += 4.0;
        }
        let look = Look {
            size: 4.6,
            weight: Weight::Bold,
            colour: ACCENT,
        };
        self.lines(text, look, 0.0)?;
        self.y += 1.2;
        Ok(())
    }

    /// Running text.
    ///
    /// # Errors
    /// A text that cannot be printed.
    pub fn paragraph(&mut self, text: &str) -> Result<(), TextError> {
        let look = Look {
            size: BODY,
            weight: Weight::Regular,
            colour: INK,
        };
        self.lines(text, look, 0.0)?;
        self.y += 1.6;
        Ok(())
    }

    /// A small remark.
    ///
    /// # Errors
    /// A text that cannot be printed.
    pub fn note(&mut self, text: &str) -> Result<(), TextError> {
        let look = Look {
            size: 2.6,
            weight: Weight::Regular,
            colour: SOFT,
        };
        self.lines(text, look, 0.0)?;
        self.y += 1.4;
        Ok(())
    }

    /// A term and what it means, as a glossary has them.
    ///
    /// # Errors
    /// A text that cannot be printed.
    pub fn term(&mut self, term: &str, text: &str) -> Result<(), TextError> {
        let bold = Look {
            size: 2.9,
            weight: Weight::Bold,
            colour: INK,
        };
        let plain = Look {
            weight: Weight::Regular,
            ..bold
        };
        self.need(9.0)?;
        self.lines(term, bold, 0.0)?;
        self.lines(text, plain, 4.0)?;
        self.y += 0.9;
        Ok(())
    }

    /// Goes on at the top of a page.
    ///
    /// # Errors
    /// Too many pages.
    pub fn new_page(&mut self) -> Result<(), TextError> {
        if self.pages.len() >= PAGES_MAX {
            let text = self.title.clone();
            return Err(TextError::TooLong { text });
        }
        self.pages.push(Vec::new());
        self.y = TOP;
        Ok(())
    }

    /// The document as PDF.
    ///
    /// # Errors
    /// Only if the writer fails, or the foot cannot be printed.
    pub fn to_pdf(mut self) -> Result<Vec<u8>, TextError> {
        let count = self.pages.len();
        let look = Look {
            size: 2.5,
            weight: Weight::Regular,
            colour: SOFT,
        };
        for (at, page) in self.pages.iter_mut().enumerate() {
            let rule = (MARGIN, 283.0, INSIDE, 0.2);
            page.push(Item::smooth(Path::rect(rule), RULE));
            let foot = Line::one(
                &self.foot,
                look.weight,
                &self.shaper,
                INSIDE * 0.8,
                look.size,
            )?;
            page.push(foot.item(look.colour, (MARGIN, 287.5)));
            let number = format!("{} / {count}", at.saturating_add(1));
            let number = self.shaper.shape(&number, look.weight)?;
            let x = MARGIN + INSIDE - number.width() * look.size;
            page.push(Item::words(number, look.size, look.colour, (x, 287.5)));
        }
        let page = |items| Page {
            width: WIDTH,
            height: HEIGHT,
            items,
        };
        let pages: Vec<Page> = self.pages.into_iter().map(page).collect();
        pdf(&self.title, &pages)
    }

    /// How many pages there are so far.
    pub fn page_count(&self) -> usize {
        self.pages.len()
    }

    fn fits(&self, height: f32) -> bool {
        self.y + height <= BOTTOM
    }

    /// Goes to the next page if so much does not fit on this one.
    fn need(&mut self, height: f32) -> Result<(), TextError> {
        if self.fits(height) || self.y <= TOP {
            return Ok(());
        }
        self.new_page()
    }

    fn put(&mut self, item: Item) {
        if let Some(page) = self.pages.last_mut() {
            page.push(item);
        }
    }

    fn fill(&mut self, rect: Rect, colour: Colour) {
        self.put(Item::smooth(Path::rect(rect), colour));
    }

    fn rule(&mut self, thickness: f32, colour: Colour) {
        self.fill((MARGIN, self.y, INSIDE, thickness), colour);
        self.y += thickness;
    }

    fn lines(&mut self, text: &str, look: Look, indent: f32) -> Result<(), TextError> {
        for line in broken(text, look.weight, &self.shaper, INSIDE - indent, look.size)? {
            self.need(line.height())?;
            let at = (MARGIN + indent, self.y + line.above());
            self.y += line.height();
            self.put(line.item(look.colour, at));
        }
        Ok(())
    }

    /// One line at a place, to the right of it or ending there.
    fn at(
        &mut self,
        text: &str,
        look: Look,
        (x, y): (f32, f32),
        align: Align,
    ) -> Result<(), TextError> {
        let words = self.shaper.shape(text, look.weight)?;
        let x = match align {
            Align::Left => x,
            Align::Right => x - words.width() * look.size,
            Align::Middle => x - words.width() * look.size / 2.0,
        };
        self.put(Item::words(words, look.size, look.colour, (x, y)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::for_tests;

    fn document(fonts: &Fonts) -> Document<'_> {
        let front = Front {
            title: "Report",
            subtitles: &["របាយការណ៍", "報告書"],
            foot: "foot",
        };
        Document::new(fonts, &front).unwrap()
    }

    fn columns() -> [Column<'static>; 2] {
        [
            Column {
                head: "name",
                share: 3,
                align: Align::Left,
            },
            Column {
                head: "value",
                share: 1,
                align: Align::Right,
            },
        ]
    }

    #[test]
    fn long_tables_go_on_over_pages_and_repeat_their_head() {
        let Some(fonts) = for_tests() else {
            return;
        };
        let mut document = document(&fonts);
        let row = |n: u32| vec![format!("ហាងកាហ្វេ 鳥居 {n}"), n.to_string()];
        let rows: Vec<Vec<String>> = (0..120).map(row).collect();
        let columns = columns();
        let table = Table {
            columns: &columns,
            rows: &rows,
        };
        document.table(&table).unwrap();
        assert!(document.page_count() > 2, "{}", document.page_count());
        for page in &document.pages {
            let text = format!("{page:?}");
            assert_eq!(text.matches("\"value\"").count(), 1, "one head a page");
        }
        let bytes = document.to_pdf().unwrap();
        assert!(bytes.starts_with(b"%PDF-"));
    }

    #[test]
    fn nothing_stands_below_the_foot_or_beside_the_margin() {
        let Some(fonts) = for_tests() else {
            return;
        };
        let mut document = document(&fonts);
        for n in 0..60 {
            document.heading(&format!("Heading {n}")).unwrap();
            document
                .paragraph(&"A few words of text. ".repeat(12))
                .unwrap();
        }
        for page in &document.pages {
            for item in page {
                if let Item::Words {
                    words, size, at, ..
                } = item
                {
                    assert!(at.0 >= MARGIN && at.1 <= BOTTOM, "{words:?} at {at:?}");
                    assert!(
                        at.0 + words.width() * size <= MARGIN + INSIDE + 0.01,
                        "{words:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_printed_is_named() {
        let Some(fonts) = for_tests() else {
            return;
        };
        let mut document = document(&fonts);
        let error = document.paragraph("100\u{202e}001").unwrap_err();
        assert_eq!(error.code(), "text_unprintable");
        let error = document.heading("\u{10380}").unwrap_err();
        assert_eq!(error.code(), "glyph_missing");
    }
}
