//! Where a replay may begin instead of at the first batch.
//!
//! # Doctrine
//!
//! A snapshot is derived, so it is believed only as far as it can be proven: its bytes have the
//! hash that was written with them, this build can read them, and the journal holds its batch
//! with that batch's hash. Whatever does not prove itself is passed over in silence but for the
//! log, and the journal is replayed from the first batch: slower, never wrong.

use core::fmt;
use std::path::PathBuf;

use projection::{SavedSnapshot, Tables, decode_snapshot, encode_snapshot};
use switch::Switch;

use crate::fingerprint::sha256;

/// A state, and the batch that it stands for.
#[derive(Clone, Debug)]
pub struct Resume {
    /// The batch.
    pub seq: u64,
    /// Its hash in the journal.
    pub hash: [u8; 32],
    /// The state after it.
    pub switch: Switch,
}

/// Keeps the latest snapshot somewhere.
pub trait Snapshots: Send + fmt::Debug {
    /// The latest one that can be believed.
    fn latest(&self) -> Option<Resume>;
}

/// Replays always begin at the first batch.
#[derive(Clone, Copy, Debug)]
pub struct NoSnapshots;

impl Snapshots for NoSnapshots {
    fn latest(&self) -> Option<Resume> {
        None
    }
}

/// The snapshot in the projection's tables.
#[derive(Clone, Debug)]
pub struct TableSnapshots(pub PathBuf);

impl Snapshots for TableSnapshots {
    fn latest(&self) -> Option<Resume> {
        if !self.0.exists() {
            return None;
        }
        let saved = Tables::open(&self.0).and_then(|tables| tables.snapshot());
        match saved {
            Ok(saved) => read(&saved?),
            Err(error) => {
                tracing::warn!(%error, "the snapshot cannot be read; the journal is replayed");
                None
            }
        }
    }
}

/// A state as it is kept, and the state hash that it is kept under.
pub(crate) fn written(seq: u64, hash: [u8; 32], switch: &Switch) -> SavedSnapshot {
    let body = encode_snapshot(&switch.snapshot());
    SavedSnapshot {
        seq,
        hash,
        state_hash: sha256(&body),
        body,
    }
}

/// What a kept snapshot says, if its bytes prove themselves.
pub fn read(saved: &SavedSnapshot) -> Option<Resume> {
    if sha256(&saved.body) != saved.state_hash {
        tracing::warn!(
            seq = saved.seq,
            "the snapshot does not have its own hash; the journal is replayed"
        );
        return None;
    }
    match decode_snapshot(&saved.body) {
        Ok(snapshot) => Some(Resume {
            seq: saved.seq,
            hash: saved.hash,
            switch: Switch::restore(snapshot),
        }),
        Err(error) => {
            tracing::warn!(seq = saved.seq, %error, "the snapshot is of another build");
            None
        }
    }
}
