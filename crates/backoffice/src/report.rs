//! Figures for the authorities, for any period.
//!
//! # Doctrine
//!
//! * One look: everything is read in one SQL transaction, so the report stands for one batch of
//!   the journal and says which.
//! * One pass makes cells, each of all payments that agree in everything by which a report can
//!   fall apart. The whole and every part are sums of the same cells, so they cannot disagree;
//!   that they do not is still worked out and printed, with the reason where parts overlap.
//! * A value has a currency and is never added over currencies. No number is a float.
//! * A payment belongs to the day on which the hub took it, whatever becomes of it later. So the
//!   figures of a period change only until its last payment is decided, and refunds are counted
//!   on their own day.

mod cell;
mod csv;
mod define;
mod figures;
mod lines;
mod paper;
mod period;
mod read;
pub mod reference;
mod rows;
mod settlement;
mod sums;
mod text;

use std::path::Path;

use wire::api::{ReportBy, ReportGroup, ReportView};

use cell::{Cells, Names};

pub use csv::csv;
pub use lines::{Line, by_name, lines};
pub use paper::paper;
pub use period::{Period, PeriodError, Zone};
pub use text::table;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Which days.
    pub period: Period,
    /// By what the figures fall apart; the whole is always there.
    pub by: Vec<ReportBy>,
}

/// Everything by which a report can fall apart, in the order in which it is shown.
pub const ALL: [ReportBy; 8] = [
    ReportBy::Corridor,
    ReportBy::Direction,
    ReportBy::Currency,
    ReportBy::PayerCurrency,
    ReportBy::Payer,
    ReportBy::Payee,
    ReportBy::Fx,
    ReportBy::Category,
];

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// SQLite could not read.
    #[error("read the projection's tables")]
    Sql(#[from] rusqlite::Error),
    /// The file holds other tables.
    #[error(
        "read tables of layout `{found}`: this build reads `{expected}`; \
         `spean projection rebuild` makes them anew"
    )]
    Layout {
        /// What the file says.
        found: i64,
        /// What this build writes.
        expected: i64,
    },
    /// The tables stand for no batch yet.
    #[error("report on tables that stand for no batch yet")]
    Empty,
    /// A row holds what no build wrote.
    #[error("read a row of the projection: {0}")]
    Row(&'static str),
}

/// Makes a report from the projection's file, which is only read.
///
/// # Errors
/// See [`ReportError`].
pub fn make(tables: &Path, ask: &Ask) -> Result<ReportView, ReportError> {
    let look = read::Look::open(tables)?;
    let (sequence, hash) = look.applied()?;
    let names = look.names()?;
    let cells = look.cells(&ask.period)?;
    let prior = look.prior(&ask.period)?;
    let sight = Sight {
        names: &names,
        now: &cells,
        prior: &prior,
    };
    let mut groups = Vec::new();
    let mut sums = Vec::new();
    let whole = sight.whole();
    for by in &ask.by {
        let parts = sight.parts(*by);
        sums.extend(sums::check(*by, &parts, &whole));
        groups.extend(parts);
    }
    let series = sight.parts(ReportBy::Time);
    sums.extend(sums::check(ReportBy::Time, &series, &whole));
    Ok(ReportView {
        version: 1,
        period: ask.period.view(),
        prior: ask.period.prior().view(),
        zone: ask.period.zone().name().to_owned(),
        sequence,
        hash,
        whole,
        groups,
        series,
        sums,
        settlement: look.settlement(&ask.period, &names)?,
        definitions: define::all(),
    })
}

/// What the figures are made of.
struct Sight<'a> {
    names: &'a Names,
    now: &'a Cells,
    prior: &'a Cells,
}

impl Sight<'_> {
    fn whole(&self) -> wire::api::Figures {
        let now = self.now.all();
        let prior = self.prior.all();
        figures::figures(&now, Some(&prior))
    }

    fn parts(&self, by: ReportBy) -> Vec<ReportGroup> {
        let now = self.now.parted(by, self.names);
        let mut prior = match by {
            // Months have no namesakes in the months before.
            ReportBy::Time => std::collections::BTreeMap::new(),
            ReportBy::Corridor
            | ReportBy::Direction
            | ReportBy::Currency
            | ReportBy::PayerCurrency
            | ReportBy::Payer
            | ReportBy::Payee
            | ReportBy::Fx
            | ReportBy::Category => self.prior.parted(by, self.names),
        };
        let group = |(name, tally): (String, cell::Tally)| {
            let before = prior.remove(&name);
            ReportGroup {
                by,
                figures: figures::figures(&tally, before.as_ref()),
                name,
            }
        };
        now.into_iter().map(group).collect()
    }
}
