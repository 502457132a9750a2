//! What the projection does from batch to batch, without thread, file or clock.
//!
//! # Doctrine
//!
//! 1. The core beside the tables stands for the very batch that the tables stand for. When a
//!    write fails the core is ahead of them, so it is thrown away and made again from a snapshot
//!    or from the first batch.
//! 2. How far the tables are is told only after their commit: the writer lets things leave memory
//!    on that word.
//! 3. A snapshot is kept when replaying what came since would cost more than reading it, so that
//!    the work of keeping snapshots stays a fixed part of the work of projecting.
//! 4. Tables of another journal, and ones that are ahead of it, are thrown away. A damaged row of
//!    the journal is neither: it stops the chase and the tables stay.

use journal::verify::Chain;
use journal::{Head, ReadError, Row};
use projection::{Home, Projector, TablesError};

use crate::follow::FollowError;
use crate::limits::{SNAPSHOT_AFTER_BYTES, SNAPSHOT_BYTES_MAX};
use crate::replay::{ReplayError, each_batch, head_at, records, stamp, stands};
use crate::resume::{read, written};

/// The tables, and the core that stands where they stand.
#[derive(Debug)]
pub struct Chase<T> {
    tables: T,
    /// `None` until the first look, and after a failed write.
    follows: Option<Follows>,
    snapshot_after_bytes: usize,
}

/// At first, before the first batch.
#[derive(Debug)]
struct Follows {
    projector: Projector,
    chain: Chain,
    /// Bytes of records since the last snapshot, and the size of that one.
    bytes_since: usize,
    bytes_kept: usize,
}

impl Follows {
    fn new(projector: Projector, chain: Chain) -> Self {
        Self {
            projector,
            chain,
            bytes_since: 0,
            bytes_kept: 0,
        }
    }
}

impl<T: Home> Chase<T> {
    /// Tables that follow whatever journal they are shown.
    pub fn new(tables: T) -> Self {
        Self {
            tables,
            follows: None,
            snapshot_after_bytes: SNAPSHOT_AFTER_BYTES,
        }
    }

    /// Keeps a snapshot after that many bytes of records already.
    #[must_use]
    pub fn with_snapshot_after(mut self, bytes: usize) -> Self {
        self.snapshot_after_bytes = bytes;
        self
    }

    /// The tables, to look into.
    pub fn tables(&self) -> &T {
        &self.tables
    }

    /// Gives the tables back.
    pub fn into_tables(self) -> T {
        self.tables
    }

    /// The tables, to do something to them behind the chase's back; it looks again afterwards.
    pub fn tables_mut(&mut self) -> &mut T {
        self.follows = None;
        &mut self.tables
    }

    /// What the tables stand for, if it is of this journal; if not they are emptied.
    ///
    /// # Errors
    /// See [`FollowError`].
    pub fn own(
        &mut self,
        mut get: impl FnMut(u64, usize) -> Result<Vec<Row>, ReadError>,
    ) -> Result<Option<Head>, FollowError> {
        let Some((seq, hash)) = self.tables.applied()? else {
            return Ok(None);
        };
        let head = head_at(seq, &mut get)?;
        let head = head.filter(|head| *head.hash.as_bytes() == hash);
        if head.is_none() {
            tracing::warn!(seq, "the tables are of another journal and are made anew");
            self.tables.clear()?;
        }
        Ok(head)
    }

    /// Takes the next rows, at most `rows_max`; tells the batch that the tables then stand for,
    /// or `None` when there was nothing to take.
    ///
    /// # Errors
    /// See [`FollowError`]; the next step begins with a look at what the tables stand for.
    pub fn step(
        &mut self,
        mut get: impl FnMut(u64, usize) -> Result<Vec<Row>, ReadError>,
        rows_max: usize,
    ) -> Result<Option<u64>, FollowError> {
        let mut follows = match self.follows.take() {
            Some(follows) => follows,
            None => self.begin(&mut get)?,
        };
        let first = follows.chain.head().seq.saturating_add(1);
        let rows = get(first, rows_max)?;
        for row in &rows {
            follows.chain.step(row).map_err(ReplayError::from)?;
            follows.projector.take(stamp(row), &records(row)?);
            follows.bytes_since = follows.bytes_since.saturating_add(row.records.len());
        }
        let head = follows.chain.head();
        if !rows.is_empty() {
            let changed = follows.projector.rows();
            let stands_for = (head.seq, *head.hash.as_bytes());
            self.tables.write(first, stands_for, &changed)?;
            let enough = follows.bytes_kept.saturating_mul(2);
            if follows.bytes_since >= enough.max(self.snapshot_after_bytes) {
                keep(&mut self.tables, &mut follows)?;
            }
        }
        self.follows = Some(follows);
        Ok((!rows.is_empty()).then_some(head.seq))
    }

    /// Forgets where it was; the next step looks again.
    pub fn look_again(&mut self) {
        self.follows = None;
    }

    /// Keeps a snapshot if more than `beyond` bytes of records came since the last.
    ///
    /// # Errors
    /// When the tables cannot be written.
    pub fn keep(&mut self, beyond: usize) -> Result<(), TablesError> {
        match &mut self.follows {
            Some(follows) if follows.bytes_since > beyond => keep(&mut self.tables, follows),
            Some(_) | None => Ok(()),
        }
    }

    /// The core at the batch that the tables stand for.
    fn begin(
        &mut self,
        get: &mut impl FnMut(u64, usize) -> Result<Vec<Row>, ReadError>,
    ) -> Result<Follows, FollowError> {
        let genesis = Chain::after(Head::GENESIS);
        let Some(head) = self.own(&mut *get)? else {
            return Ok(Follows::new(Projector::default(), genesis));
        };
        let saved = self.tables.snapshot()?;
        let bytes_kept = saved.as_ref().map_or(0, |saved| saved.body.len());
        let resume = saved
            .as_ref()
            .filter(|saved| saved.seq <= head.seq)
            .and_then(read);
        let begun = match resume {
            Some(resume) => stands(&resume, get)?.map(|head| (resume.switch, head)),
            None => None,
        };
        let (mut projector, mut chain) = match begun {
            Some((switch, head)) => (Projector::new(switch), Chain::after(head)),
            None => (Projector::default(), genesis),
        };
        // Their rows are written already, and there may be millions of them.
        let bytes_since = each_batch(&mut chain, head.seq, get, |stamp, records| {
            projector.follow(stamp, records);
        })?;
        Ok(Follows {
            projector,
            chain,
            bytes_since,
            bytes_kept,
        })
    }
}

fn keep(tables: &mut impl Home, follows: &mut Follows) -> Result<(), TablesError> {
    let head = follows.chain.head();
    let saved = written(head.seq, *head.hash.as_bytes(), follows.projector.switch());
    follows.bytes_since = 0;
    follows.bytes_kept = saved.body.len();
    if saved.body.len() > SNAPSHOT_BYTES_MAX {
        tracing::warn!(
            bytes = saved.body.len(),
            "too much is open for a snapshot; a restart replays the journal"
        );
        return Ok(());
    }
    tables.save_snapshot(&saved)
}
