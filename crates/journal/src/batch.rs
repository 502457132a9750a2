//! What goes into a journal and what comes out.

use crate::hash::{Hash, Link};

/// The top of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub seq: u64,
    pub epoch: u64,
    pub hash: Hash,
    pub time_ns: i64,
}

/// What one append writes. `seq` is the head's plus one; neither `epoch` nor `time_ns` may be
/// behind the head's.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    pub seq: u64,
    pub epoch: u64,
    pub time_ns: i64,
    pub records: &'a [u8],
    /// Written in the same commit, at most one per item, in any order.
    pub parties: &'a [PartyRow],
}

/// The parties of one item: ciphertext under the key of a participant and a month. The journal
/// cannot read it, and destroying the key erases it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyRow {
    pub item: [u8; 16],
    pub participant: u16,
    /// Year and month as one number, `202611`.
    pub month: u32,
    pub sealed: Vec<u8>,
}

/// One batch as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub seq: u64,
    pub epoch: u64,
    pub prev_hash: Hash,
    pub hash: Hash,
    pub time_ns: i64,
    pub records: Vec<u8>,
}

impl Head {
    /// The head of an empty journal.
    pub const GENESIS: Head = Head {
        seq: 0,
        epoch: 0,
        hash: Hash::ZERO,
        time_ns: 0,
    };
}

impl Batch<'_> {
    /// What the row's hash covers when this batch stands on `prev_hash`.
    pub fn link(&self, prev_hash: Hash) -> Link<'_> {
        Link {
            seq: self.seq,
            epoch: self.epoch,
            prev_hash,
            time_ns: self.time_ns,
            records: self.records,
        }
    }
}

impl Row {
    /// What the row's hash covers, as the row itself claims it.
    pub fn link(&self) -> Link<'_> {
        Link {
            seq: self.seq,
            epoch: self.epoch,
            prev_hash: self.prev_hash,
            time_ns: self.time_ns,
            records: &self.records,
        }
    }

    /// The head of a chain that ends with this row.
    pub fn head(&self) -> Head {
        Head {
            seq: self.seq,
            epoch: self.epoch,
            hash: self.hash,
            time_ns: self.time_ns,
        }
    }
}
