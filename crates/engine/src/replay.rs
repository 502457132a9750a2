//! A journal's rows become the state that they stand for: one function for the writer that opens
//! or rebuilds, and for the audit that trusts neither.

use journal::{ReadError, Row};
use projection::{Corrupt, decode};
use switch::{Stamp, Switch, Time};

use crate::limits::READ_ROWS;

/// The state, and how many records made it.
pub(crate) struct Replayed {
    pub(crate) switch: Switch,
    pub(crate) records: u64,
}

/// Why rows make no state.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// They could not be read.
    #[error("read the journal: {0}")]
    Read(#[from] ReadError),
    /// A batch holds no records that this build knows.
    #[error("read the records of sequence `{seq}`: {source}")]
    Records {
        /// Which batch.
        seq: u64,
        /// Why.
        source: Corrupt,
    },
}

/// Applies every record of every row that `read` gives, from the first to the last.
pub(crate) fn replay(
    mut read: impl FnMut(u64, usize) -> Result<Vec<Row>, ReadError>,
) -> Result<Replayed, ReplayError> {
    let mut replayed = Replayed {
        switch: Switch::default(),
        records: 0,
    };
    let mut next = 1_u64;
    loop {
        let rows = read(next, READ_ROWS)?;
        let Some(last) = rows.last() else {
            return Ok(replayed);
        };
        next = last.seq.saturating_add(1);
        for row in &rows {
            let stamp = Stamp {
                seq: row.seq,
                now: Time(row.time_ns),
            };
            let records = decode(&row.records).map_err(|source| ReplayError::Records {
                seq: row.seq,
                source,
            })?;
            for record in &records {
                replayed.switch.apply(stamp, record);
                replayed.records = replayed.records.saturating_add(1);
            }
        }
    }
}
