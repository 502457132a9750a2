//! Connections that read the projection's tables.

use std::path::Path;
use std::sync::{Mutex, TryLockError};

use projection::{Tables, TablesError};

use super::lock;
use crate::limits::READERS;

/// A few of them, so that one long look does not hold up every short one.
#[derive(Debug)]
pub(crate) struct Readers {
    tables: Vec<Mutex<Tables>>,
    /// The one that is waited for when none is free.
    last: Mutex<Tables>,
}

impl Readers {
    pub(crate) fn open(path: &Path) -> Result<Self, TablesError> {
        let one = |_| Tables::open(path).map(Mutex::new);
        Ok(Self {
            tables: (0..READERS).map(one).collect::<Result<_, _>>()?,
            last: Mutex::new(Tables::open(path)?),
        })
    }

    /// Looks with the first that is free, or waits for the last. Blocks.
    pub(crate) fn look<T>(
        &self,
        look: impl FnOnce(&Tables) -> Result<T, TablesError>,
    ) -> Result<T, TablesError> {
        for tables in &self.tables {
            match tables.try_lock() {
                Ok(tables) => return look(&tables),
                Err(TryLockError::Poisoned(poisoned)) => return look(&poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        look(&lock(&self.last))
    }
}
