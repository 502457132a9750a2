//! A journal's rows become the state that they stand for: one function for the writer that opens
//! or rebuilds, for the projection, and for the audit that trusts none of them.
//!
//! Every row is checked against the one before it while it is read: a disk that turned one bit
//! must stop whoever reads it, with the number of the row, and never become a state.

use journal::verify::Chain;
use journal::{Head, ReadError, Row};
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
    /// A row is not the one that was written there.
    #[error(transparent)]
    Chain(#[from] journal::verify::Error),
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
    let mut chain = Chain::after(Head::GENESIS);
    each_batch(&mut chain, u64::MAX, read, |stamp, records| {
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
    let (mut switch, mut chain) = match resume {
        Some(resume) => match stands(&resume, &mut read)? {
            Some(head) => (resume.switch, Chain::after(head)),
            None => (Switch::default(), Chain::after(Head::GENESIS)),
        },
        None => (Switch::default(), Chain::after(Head::GENESIS)),
    };
    each_batch(&mut chain, u64::MAX, read, |stamp, records| {
        for record in records {
            switch.apply(stamp, record);
        }
    })?;
    Ok(switch)
}

/// The head that the snapshot's batch made, if the journal holds it with the snapshot's hash.
pub(crate) fn stands(
    resume: &Resume,
    read: &mut impl FnMut(u64, usize) -> Result<Vec<Row>, ReadError>,
) -> Result<Option<Head>, ReplayError> {
    let head = head_at(resume.seq, read)?;
    let head = head.filter(|head| *head.hash.as_bytes() == resume.hash);
    if head.is_none() {
        tracing::warn!(
            seq = resume.seq,
            "the snapshot is of another journal; the journal is replayed"
        );
    }
    Ok(head)
}

/// The head that a row made. A row that does not carry its own hash is an error and not another
/// row: what stands beside it must not be thrown away for a bit that turned here.
pub(crate) fn head_at(
    seq: u64,
    read: &mut impl FnMut(u64, usize) -> Result<Vec<Row>, ReadError>,
) -> Result<Option<Head>, ReplayError> {
    let rows = read(seq, 1)?;
    let Some(row) = rows.first().filter(|row| row.seq == seq) else {
        return Ok(None);
    };
    if row.link().hash() != row.hash {
        let flaw = journal::verify::Flaw::Hash;
        return Err(journal::verify::Error { seq, flaw }.into());
    }
    Ok(Some(row.head()))
}

/// Hands every batch behind the chain's head over, up to `last` and in order; tells how many bytes
/// of records they were.
pub(crate) fn each_batch(
    chain: &mut Chain,
    last: u64,
    mut read: impl FnMut(u64, usize) -> Result<Vec<Row>, ReadError>,
    mut take: impl FnMut(Stamp, &[Record]),
) -> Result<usize, ReplayError> {
    let mut bytes = 0_usize;
    while chain.head().seq < last {
        let rows = read(chain.head().seq.saturating_add(1), READ_ROWS)?;
        if rows.is_empty() {
            break;
        }
        for row in rows.iter().take_while(|row| row.seq <= last) {
            chain.step(row)?;
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
