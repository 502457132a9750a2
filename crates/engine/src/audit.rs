//! Everything that can be checked about a journal without trusting the hub that wrote it.

use std::path::Path;

use journal::{Hash, SqliteReader};
use switch::Identity;

use crate::replay::{ReplayError, Replayed, replay};
use crate::state_hash;

/// What the audit found.
#[derive(Clone, Debug)]
pub struct AuditReport {
    /// Batches in the chain, which is whole.
    pub batches: u64,
    /// Records in them.
    pub records: u64,
    /// Hash of the last batch, in hexadecimal.
    pub hash: String,
    /// Hash of the state that they make.
    pub state_hash: [u8; 32],
    /// Payments and refunds that are not final.
    pub open_items: usize,
    /// Every identity of the books.
    pub identities: Vec<Identity>,
}

/// Why the audit failed.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The journal could not be opened.
    #[error("open the journal: {0}")]
    Open(#[from] journal::OpenError),
    /// The journal could not be read.
    #[error("read the journal: {0}")]
    Read(#[from] journal::ReadError),
    /// The chain is broken; the first wrong sequence is named.
    #[error(transparent)]
    Chain(#[from] journal::verify::Error),
    /// The chain is whole, but it does not hold what somebody else was told: its end was cut off,
    /// or it was written anew.
    #[error("find sequence `{seq}` with the hash that was given: the journal holds {found}")]
    NotHeld {
        /// The sequence that somebody was told.
        seq: u64,
        /// What is there instead.
        found: String,
    },
    /// The chain is whole, but this build cannot read all of it.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

/// Verifies the chain of a journal, replays it and checks every identity of the books.
///
/// A chain proves that nothing inside it was changed; it cannot prove that nothing was cut off
/// its end. `told` can: sequences and hashes that receipts and outcomes carried out of the hub.
///
/// # Errors
/// See [`AuditError`]; the sequence of the first wrong row is named.
pub fn audit(journal: &Path, told: &[(u64, Hash)]) -> Result<AuditReport, AuditError> {
    let reader = SqliteReader::open(journal)?;
    let chain = reader.verify(None)?;
    for (seq, hash) in told {
        let row = reader.row(*seq)?;
        if row.as_ref().is_none_or(|row| row.hash != *hash) {
            let found = row.map_or_else(
                || format!("only {} batches", chain.head.seq),
                |row| format!("`{}`", row.hash),
            );
            return Err(AuditError::NotHeld { seq: *seq, found });
        }
    }
    let Replayed { switch, records } = replay(|from, most| reader.read(from, most))?;
    Ok(AuditReport {
        batches: chain.head.seq,
        records,
        hash: chain.head.hash.to_string(),
        state_hash: state_hash(&switch),
        open_items: switch.open_items(),
        identities: switch.identities(),
    })
}
