//! Checking a chain: every row again from its bytes, from a known head to the end.
//!
//! The walk stops at the first row that cannot be right and names its sequence: a missing row is
//! named by the number that is missing, a rewritten one by its own, and if its hash was rewritten
//! with it, by the next one, which no longer fits. Rows cut off at the end leave a shorter chain
//! that is right in itself, and a history rewritten from some row to the end is one too; only a
//! head that was signed and handed out earlier shows those, so give one as `expected`.

use std::fmt;

use crate::batch::{Head, Row};
use crate::error::ReadError;
use crate::limits::READ_ROWS_MAX;

/// What was checked when nothing was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    pub rows: u64,
    pub head: Head,
}

/// The first sequence that is wrong.
#[derive(Debug)]
pub struct Error {
    pub seq: u64,
    pub flaw: Flaw,
}

/// What is wrong with it.
#[derive(Debug)]
pub enum Flaw {
    /// The row is not there; the next one found is `found`.
    Missing {
        found: u64,
    },
    /// It does not name the hash of the row under it.
    PrevHash,
    /// Its own hash does not follow from its columns.
    Hash,
    EpochBack,
    TimeBack,
    /// It could not be read.
    Unreadable(ReadError),
    /// The chain is right in itself, but not the one whose head is expected.
    NotExpected,
    /// The chain ends before the expected head.
    EndsEarly {
        expected: u64,
    },
    /// There are rows with numbers that no journal gives (below 1).
    Stray,
    /// The expected head lies before the head from which the walk began, so it cannot be checked.
    ExpectedBeforeStart {
        start: u64,
    },
}

/// The check of one row after another, for whoever reads rows anyway (replay, followers).
#[derive(Debug, Clone, Copy)]
pub struct Chain {
    head: Head,
}

/// Walks all rows after `from`, calling `read(seq_first, rows_max)` page by page until it returns
/// nothing. `expected` is a head that must be part of the chain.
pub fn chain(
    from: Head,
    expected: Option<Head>,
    mut read: impl FnMut(u64, usize) -> Result<Vec<Row>, ReadError>,
) -> Result<Report, Error> {
    if let Some(expected) = expected
        && expected.seq < from.seq
    {
        let flaw = Flaw::ExpectedBeforeStart { start: from.seq };
        return Err(Error {
            seq: expected.seq,
            flaw,
        });
    }
    let mut chain = Chain::after(from);
    check_expected(&chain, expected)?;
    let mut rows_max = READ_ROWS_MAX;
    loop {
        let rows = match read(chain.seq_next(), rows_max) {
            Ok(rows) => rows,
            // One bad row hides its whole page. Row by row, the walk reaches exactly that one.
            Err(_) if rows_max > 1 => {
                rows_max = 1;
                continue;
            }
            Err(error) => {
                return Err(Error {
                    seq: chain.seq_next(),
                    flaw: Flaw::Unreadable(error),
                });
            }
        };
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            chain.step(row)?;
            check_expected(&chain, expected)?;
        }
    }
    match expected {
        Some(expected) if expected.seq > chain.head.seq => Err(Error {
            seq: chain.seq_next(),
            flaw: Flaw::EndsEarly {
                expected: expected.seq,
            },
        }),
        Some(_) | None => Ok(Report {
            rows: chain.head.seq.saturating_sub(from.seq),
            head: chain.head,
        }),
    }
}

impl Chain {
    /// A check that begins after a head that is trusted, [`Head::GENESIS`] for the whole chain.
    pub fn after(head: Head) -> Chain {
        Chain { head }
    }

    /// The last row that was right.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Checks the next row; on an error the head stays where it was.
    pub fn step(&mut self, row: &Row) -> Result<(), Error> {
        let seq = self.seq_next();
        let wrong = |flaw| Err(Error { seq, flaw });
        if row.seq != seq {
            return wrong(Flaw::Missing { found: row.seq });
        }
        if row.prev_hash != self.head.hash {
            return wrong(Flaw::PrevHash);
        }
        if row.link().hash() != row.hash {
            return wrong(Flaw::Hash);
        }
        if row.epoch < self.head.epoch {
            return wrong(Flaw::EpochBack);
        }
        if row.time_ns < self.head.time_ns {
            return wrong(Flaw::TimeBack);
        }
        self.head = row.head();
        Ok(())
    }

    fn seq_next(&self) -> u64 {
        self.head.seq.saturating_add(1)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "verify the journal: ")?;
        match &self.flaw {
            Flaw::Missing { found } => write!(f, "row missing, the next is {found}")?,
            Flaw::PrevHash => write!(f, "row does not follow from the one before")?,
            Flaw::Hash => write!(f, "row was changed")?,
            Flaw::EpochBack => write!(f, "epoch goes back")?,
            Flaw::TimeBack => write!(f, "time goes back")?,
            Flaw::Unreadable(error) => write!(f, "row is unreadable ({error})")?,
            Flaw::NotExpected => write!(f, "row is not the one whose head is expected")?,
            Flaw::EndsEarly { expected } => write!(f, "chain ends before row {expected}")?,
            Flaw::Stray => write!(f, "rows with impossible numbers instead of a row")?,
            Flaw::ExpectedBeforeStart { start } => {
                write!(f, "expected head lies before the start at {start}")?;
            }
        }
        write!(f, ", sequence `{}`", self.seq)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.flaw {
            Flaw::Unreadable(error) => Some(error),
            Flaw::Missing { .. }
            | Flaw::PrevHash
            | Flaw::Hash
            | Flaw::EpochBack
            | Flaw::TimeBack
            | Flaw::NotExpected
            | Flaw::EndsEarly { .. }
            | Flaw::Stray
            | Flaw::ExpectedBeforeStart { .. } => None,
        }
    }
}

impl Error {
    /// Stable across versions, for logs and exit reports.
    pub fn code(&self) -> &'static str {
        match self.flaw {
            Flaw::Missing { .. } => "chain_row_missing",
            Flaw::PrevHash => "chain_prev_hash",
            Flaw::Hash => "chain_hash",
            Flaw::EpochBack => "chain_epoch_back",
            Flaw::TimeBack => "chain_time_back",
            Flaw::Unreadable(_) => "chain_unreadable",
            Flaw::NotExpected => "chain_not_expected",
            Flaw::EndsEarly { .. } => "chain_ends_early",
            Flaw::Stray => "chain_stray_rows",
            Flaw::ExpectedBeforeStart { .. } => "chain_expected_before_start",
        }
    }
}

fn check_expected(chain: &Chain, expected: Option<Head>) -> Result<(), Error> {
    match expected {
        // The hash covers epoch and time, so it is enough.
        Some(expected) if expected.seq == chain.head.seq && expected.hash != chain.head.hash => {
            Err(Error {
                seq: expected.seq,
                flaw: Flaw::NotExpected,
            })
        }
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
