//! Which rows of the real life-cycle table the search walked.

use std::sync::atomic::{AtomicBool, Ordering};

use switch::life::{LIFE, Row};
use switch::{Event, Finality, State, Step};

/// One mark for every row of [`LIFE`].
#[derive(Debug)]
pub struct Rows(Vec<AtomicBool>);

impl Default for Rows {
    fn default() -> Self {
        Self(LIFE.iter().map(|_| AtomicBool::new(false)).collect())
    }
}

impl Rows {
    /// What the table says, marked as walked. This is the only way in which the model learns what
    /// an event does, so it can make no change that the table does not make.
    pub fn step(&self, state: State, event: Event, finality: Finality) -> Step {
        let is_it = |row: &Row| {
            row.state == state
                && row.event == event
                && row.finality.is_none_or(|only| only == finality)
        };
        for (row, mark) in LIFE.iter().zip(&self.0) {
            // Reading first keeps the line of memory shared between the threads of the search.
            if is_it(row) && !mark.load(Ordering::Relaxed) {
                mark.store(true, Ordering::Relaxed);
            }
        }
        switch::life::step(state, event, finality)
    }

    /// How many rows were walked.
    pub fn walked(&self) -> usize {
        self.0
            .iter()
            .filter(|mark| mark.load(Ordering::Relaxed))
            .count()
    }

    /// The rows that were not.
    pub fn left_out(&self) -> Vec<&'static Row> {
        let rows = LIFE.iter().zip(&self.0);
        rows.filter(|(_, mark)| !mark.load(Ordering::Relaxed))
            .map(|(row, _)| row)
            .collect()
    }
}
