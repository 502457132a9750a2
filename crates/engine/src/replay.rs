//! A journal's rows become the state that they stand for: one function for the writer that opens
//! or rebuilds, for the projection, and for the audit that trusts none of them.

use journal::{ReadError, Row};
use projection::{Corrupt, decode};
use switch::{Record, Stamp, Switch, Time};

use crate::limits::READ_ROWS;
use crate::resume::Resume;

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
    read: impl FnMut(u64, usize) -> Result<Vec<Row>, ReadError>,
) -> Result<Replayed, ReplayError> {
    let mut replayed = Replayed {
        switch: Switch::default(),
        records: 0,
    };
    each_batch(1, u64::MAX, read, |stamp, records| {
        for record in records {
            replayed.switch.apply(stamp, record);
            replayed.records = replayed.records.saturating_add(1);
        }
    })?;
    Ok(replayed)
}

/// The state after the last row, from a snapshot on if the journal holds that snapshot's batch.
pub(crate) fn replay_from(
    resume: Option<Resume>,
    mut read: impl FnMut(u64, usize) -> Result<Vec<Row>, ReadError>,
) -> Result<Switch, ReplayError> {
    let resume = match resume {
        Some(resume) if stands(&resume, &mut read)? => Some(resume),
        Some(_) | None => None,
    };
    let (mut switch, first) = match resume {
        Some(resume) => (resume.switch, resume.seq.saturating_add(1)),
        None => (Switch::default(), 1),
    };
    each_batch(first, u64::MAX, read, |stamp, records| {
        for record in records {
            switch.apply(stamp, record);
        }
    })?;
    Ok(switch)
}

/// Whether the journal holds the snapshot's batch with the snapshot's hash.
pub(crate) fn stands(
    resume: &Resume,
    read: &mut impl FnMut(u64, usize) -> Result<Vec<Row>, ReadError>,
) -> Result<bool, ReadError> {
    let rows = read(resume.seq, 1)?;
    let stands = rows
        .first()
        .is_some_and(|row| row.seq == resume.seq && *row.hash.as_bytes() == resume.hash);
    if !stands {
        tracing::warn!(
            seq = resume.seq,
            "the snapshot is of another journal; the journal is replayed"
        );
    }
    Ok(stands)
}

/// Hands every batch from `first` to `last` over, in order; tells how many bytes of records they
/// were.
pub(crate) fn each_batch(
    first: u64,
    last: u64,
    mut read: impl FnMut(u64, usize) -> Result<Vec<Row>, ReadError>,
    mut take: impl FnMut(Stamp, &[Record]),
) -> Result<usize, ReplayError> {
    let mut next = first;
    let mut bytes = 0_usize;
    while next <= last {
        let rows = read(next, READ_ROWS)?;
        let Some(end) = rows.last() else {
            break;
        };
        next = end.seq.saturating_add(1);
        for row in rows.iter().take_while(|row| row.seq <= last) {
            bytes = bytes.saturating_add(row.records.len());
            take(stamp(row), &records(row)?);
        }
    }
    Ok(bytes)
}

pub(crate) fn stamp(row: &Row) -> Stamp {
    Stamp {
        seq: row.seq,
        now: Time(row.time_ns),
    }
}

pub(crate) fn records(row: &Row) -> Result<Vec<Record>, ReplayError> {
    decode(&row.records).map_err(|source| ReplayError::Records {
        seq: row.seq,
        source,
    })
}
