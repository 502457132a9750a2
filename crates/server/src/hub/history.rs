//! What is read back from the journal: the hash of a batch, and the sealed data of parties.

use std::collections::BTreeMap;
use std::sync::Mutex;

use engine::Vault;
use journal::{Hash, SqliteReader};
use switch::{ItemId, Record};
use wire::api::Parties;
use wire::error::{Code, Problem};
use wire::json::{self, Limits};

use super::{hidden, lock};
use crate::limits::HASHES_KEPT;

/// A reader of its own on the journal.
#[derive(Debug)]
pub(crate) struct History(Mutex<SqliteReader>);

/// Hashes of the last batches, as the writer wrote them.
#[derive(Debug, Default)]
pub(crate) struct Recent(Mutex<BTreeMap<u64, Hash>>);

impl Recent {
    pub(crate) fn note(&self, seq: u64, hash: Hash) {
        let mut hashes = lock(&self.0);
        if hashes.len() >= HASHES_KEPT {
            hashes.pop_first();
        }
        hashes.insert(seq, hash);
    }

    pub(crate) fn hash(&self, seq: u64) -> Option<Hash> {
        lock(&self.0).get(&seq).copied()
    }
}

impl History {
    pub(crate) fn new(reader: SqliteReader) -> Self {
        Self(Mutex::new(reader))
    }

    /// The hash of a batch that is durable; blocks.
    pub(crate) fn hash(&self, seq: u64) -> Result<Hash, Problem> {
        let row = lock(&self.0).row(seq);
        let row = row.map_err(|error| hidden("read the journal", &error, Code::Internal))?;
        row.map(|row| row.hash).ok_or_else(|| {
            tracing::error!(seq, "a batch that was written is not in the journal");
            Problem::new(Code::Internal)
        })
    }

    /// The records of a batch, or no evidence at all, see [`engine::request::recorded`]. Blocks.
    pub(crate) fn records(&self, seq: u64) -> Option<Vec<Record>> {
        let row = lock(&self.0).row(seq);
        let row = row.inspect_err(|error| tracing::error!(%error, seq, "read the journal"));
        engine::request::recorded(&row.ok()??)
    }

    /// The parties of a payment, which was begun in batch `seq`; `None` when their data was
    /// erased. Blocks.
    pub(crate) fn parties(
        &self,
        vault: &Vault,
        seq: u64,
        payment: ItemId,
    ) -> Result<Option<Parties>, Problem> {
        let row = lock(&self.0).party(seq, payment.0.to_be_bytes());
        let row = row.map_err(|error| hidden("read the journal", &error, Code::Internal))?;
        let Some(row) = row else { return Ok(None) };
        match vault.unseal(&row) {
            Ok(plain) => json::parse(&plain, Limits::BODY).map(Some),
            Err(engine::VaultError::Erased) => Ok(None),
            Err(error) => Err(hidden("open the data of parties", &error, Code::Internal)),
        }
    }
}
