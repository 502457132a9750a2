//! Tables that break over pages between rows.

use super::break_lines::{Line, broken};
use super::{ACCENT, Document, INK, INSIDE, Look, MARGIN, RULE, SHADE};
use crate::TextError;
use crate::fonts::Weight;

/// Where a text stands in its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Names.
    Left,
    /// Figures.
    Right,
    /// Labels of charts.
    Middle,
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    /// Above it, on every page.
    pub head: &'a str,
    /// Its width, as a part of the sum of all shares.
    pub share: u8,
    /// How its cells stand.
    pub align: Align,
}

/// Rows below heads.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// From left to right.
    pub columns: &'a [Column<'a>],
    /// A cell for each column; what is missing is empty.
    pub rows: &'a [Vec<String>],
}

const SIZE: f32 = 2.7;
const PAD: f32 = 1.0;

/// Where a column lies.
#[derive(Clone, Copy)]
struct Lane {
    x: f32,
    width: f32,
    align: Align,
}

impl Document<'_> {
    /// Adds a table.
    ///
    /// # Errors
    /// A text that cannot be printed, a word that is wider than its column, too many pages.
    pub fn table(&mut self, table: &Table<'_>) -> Result<(), TextError> {
        let lanes = lanes(table.columns);
        self.head(table, &lanes)?;
        for (at, row) in table.rows.iter().enumerate() {
            let cells = self.cells(row, &lanes, Weight::Regular)?;
            let height = height(&cells);
            if !self.fits(height) {
                self.new_page()?;
                self.head(table, &lanes)?;
            }
            if at % 2 == 1 {
                self.fill((MARGIN, self.y, INSIDE, height), SHADE);
            }
            let look = Look {
                size: SIZE,
                weight: Weight::Regular,
                colour: INK,
            };
            self.row(cells, &lanes, height, look);
        }
        self.rule(0.2, RULE);
        self.y += 2.0;
        Ok(())
    }

    fn head(&mut self, table: &Table<'_>, lanes: &[Lane]) -> Result<(), TextError> {
        let heads: Vec<String> = table
            .columns
            .iter()
            .map(|one| one.head.to_owned())
            .collect();
        let cells = self.cells(&heads, lanes, Weight::Bold)?;
        let height = height(&cells);
        if heads.iter().all(String::is_empty) {
            self.rule(0.3, ACCENT);
            return Ok(());
        }
        // A head alone at the foot of a page is of no use.
        self.need(height * 3.0)?;
        let look = Look {
            size: SIZE,
            weight: Weight::Bold,
            colour: ACCENT,
        };
        self.row(cells, lanes, height, look);
        self.rule(0.3, ACCENT);
        Ok(())
    }

    fn cells(
        &self,
        row: &[String],
        lanes: &[Lane],
        weight: Weight,
    ) -> Result<Vec<Vec<Line>>, TextError> {
        let cell = |(text, lane): (&String, &Lane)| {
            broken(text, weight, &self.shaper, lane.width - 2.0 * PAD, SIZE)
        };
        row.iter().zip(lanes).map(cell).collect()
    }

    fn row(&mut self, cells: Vec<Vec<Line>>, lanes: &[Lane], height: f32, look: Look) {
        for (cell, lane) in cells.into_iter().zip(lanes) {
            let mut y = self.y + PAD * 0.6;
            for line in cell {
                let x = match lane.align {
                    Align::Left => lane.x + PAD,
                    Align::Right => lane.x + lane.width - PAD - line.width(),
                    Align::Middle => lane.x + (lane.width - line.width()) / 2.0,
                };
                let at = (x, y + line.above());
                y += line.height();
                self.put(line.item(look.colour, at));
            }
        }
        self.y += height;
    }
}

fn lanes(columns: &[Column<'_>]) -> Vec<Lane> {
    let all: f32 = columns.iter().map(|one| f32::from(one.share)).sum();
    let mut x = MARGIN;
    let lane = |one: &Column<'_>| {
        let lane = Lane {
            x,
            width: INSIDE * f32::from(one.share) / all.max(1.0),
            align: one.align,
        };
        x += lane.width;
        lane
    };
    columns.iter().map(lane).collect()
}

fn height(cells: &[Vec<Line>]) -> f32 {
    let of = |cell: &Vec<Line>| cell.iter().map(Line::height).sum::<f32>();
    cells.iter().map(of).fold(0.0, f32::max) + 2.0 * PAD * 0.6
}
