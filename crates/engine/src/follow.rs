//! The projection's own thread: it tails the journal and never holds up a payment.
//!
//! # Doctrine
//!
//! 1. The tables are derived: whatever goes wrong with them, the journal is not held up. The
//!    thread says so in the log, shows how far behind it is, and tries again.
//! 2. The core beside the tables stands for the very batch that the tables stand for. When a
//!    write fails the core is ahead of them, so it is thrown away and made again from a snapshot
//!    or from the first batch.
//! 3. How far the tables are is told only after their commit: the writer lets things leave memory
//!    on that word.
//! 4. A snapshot is kept when replaying what came since would cost more than reading it, so that
//!    the work of keeping snapshots stays a fixed part of the work of projecting.

use core::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::Instant;

use journal::SqliteReader;
use projection::{Projector, Tables, TablesError};

use crate::limits::{
    FOLLOW_RETRY, READ_ROWS, SNAPSHOT_AFTER_BYTES, SNAPSHOT_AT_END_BYTES, SNAPSHOT_BYTES_MAX,
};
use crate::replay::{ReplayError, each_batch, records, stamp, stands};
use crate::resume::{read, written};

/// How far the tables are; shared by the thread that writes them and whoever wants to know.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<AtomicU64>);

impl Progress {
    /// The batch that the tables stand for, durably.
    pub fn seq(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    fn note(&self, seq: u64) {
        self.0.store(seq, Ordering::Release);
    }
}

/// Told the batch that the tables stand for, durably, whenever they have got on; must be quick.
pub type CaughtUp = Box<dyn Fn(u64) + Send>;

/// A thread that applies the journal's batches to the tables.
#[derive(Debug)]
pub struct Follower {
    nudge: SyncSender<()>,
    progress: Progress,
    thread: JoinHandle<()>,
}

impl Follower {
    /// Starts following; catches up with the journal at once.
    ///
    /// # Errors
    /// When the files cannot be read, or the system gives no thread.
    pub fn start(
        journal: &Path,
        tables: Tables,
        caught_up: CaughtUp,
    ) -> Result<Follower, FollowError> {
        // One nudge in the queue is enough: whoever takes it reads to the end.
        let (nudge, nudged) = sync_channel(1);
        let progress = Progress::default();
        let told = Told(progress.clone(), caught_up);
        let mut chase = Chase::new(journal.to_owned(), tables, told);
        // Before anybody reads: rows of another journal must never be an answer.
        if let Some((seq, _)) = chase.own(&SqliteReader::open(journal)?)? {
            chase.told.note(seq);
        }
        let run = move || chase.run(&nudged);
        let thread = Builder::new().name("projection".into()).spawn(run)?;
        Ok(Follower {
            nudge,
            progress,
            thread,
        })
    }

    /// A sender that wakes the thread; a full queue means that it is awake already.
    pub fn nudge(&self) -> SyncSender<()> {
        self.nudge.clone()
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Whether the thread has ended by itself: the tables are damaged, or it has a bug. Only a
    /// restart helps, which makes damaged tables anew.
    pub fn has_ended(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits for the thread to end, which it does when every nudge sender is gone.
    pub fn join(self) {
        drop(self.nudge);
        if self.thread.join().is_err() {
            tracing::error!("projection thread ended with a panic");
        }
    }
}

/// Throws the tables away and makes them again from the journal; tells how many batches they
/// then stand for.
///
/// # Errors
/// See [`FollowError`].
pub fn rebuild(journal: &Path, tables: Tables) -> Result<u64, FollowError> {
    let progress = Progress::default();
    let told = Told(progress.clone(), Box::new(|_seq| ()));
    let mut chase = Chase::new(journal.to_owned(), tables, told);
    chase.tables.clear()?;
    chase.catch_up()?;
    chase.keep(0)?;
    Ok(progress.seq())
}

/// Why the projection is behind.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The system gives no thread.
    #[error("start the projection's thread: {0}")]
    Thread(#[from] std::io::Error),
    /// The journal could not be opened.
    #[error("open the journal for reading: {0}")]
    Open(#[from] journal::OpenError),
    /// The journal could not be read.
    #[error("read the journal: {0}")]
    Read(#[from] journal::ReadError),
    /// The tables could not be read or written.
    #[error("use the tables: {0}")]
    Tables(#[from] TablesError),
    /// The journal holds what this build cannot read.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

/// Whoever wants to know how far the tables are, by looking or by being told.
struct Told(Progress, CaughtUp);

impl Told {
    fn note(&self, seq: u64) {
        self.0.note(seq);
        (self.1)(seq);
    }
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Told({})", self.0.seq())
    }
}

/// What goes on from batch to batch.
#[derive(Debug)]
struct Chase {
    journal: PathBuf,
    tables: Tables,
    told: Told,
    /// `None` until the first look, and after a failed write.
    follows: Option<Follows>,
}

/// The core that stands where the tables stand; at first, before the first batch.
#[derive(Debug, Default)]
struct Follows {
    projector: Projector,
    seq: u64,
    hash: [u8; 32],
    /// Bytes of records since the last snapshot, and the size of that one.
    bytes_since: usize,
    bytes_kept: usize,
}

impl Chase {
    fn new(journal: PathBuf, tables: Tables, told: Told) -> Self {
        Self {
            journal,
            tables,
            told,
            follows: None,
        }
    }

    fn run(&mut self, nudged: &Receiver<()>) {
        loop {
            let result = self.catch_up();
            let goes_on = match result {
                Ok(()) => nudged.recv().is_ok(),
                Err(FollowError::Tables(error)) if error.is_damage() => {
                    tracing::error!(%error, "the tables are damaged; a restart makes them anew");
                    return;
                }
                Err(error) => {
                    tracing::error!(%error, "projection is behind");
                    self.follows = None;
                    pause(nudged)
                }
            };
            if !goes_on {
                break;
            }
        }
        if let Err(error) = self.keep(SNAPSHOT_AT_END_BYTES) {
            tracing::warn!(%error, "no snapshot was kept at the end");
        }
    }

    fn catch_up(&mut self) -> Result<(), FollowError> {
        let reader = SqliteReader::open(&self.journal)?;
        let mut follows = match self.follows.take() {
            Some(follows) => follows,
            None => self.begin(&reader)?,
        };
        loop {
            let rows = reader.read(follows.seq.saturating_add(1), READ_ROWS)?;
            let Some(last) = rows.last() else {
                break;
            };
            let (seq, hash) = (last.seq, *last.hash.as_bytes());
            for row in &rows {
                follows.projector.take(stamp(row), &records(row)?);
                follows.bytes_since = follows.bytes_since.saturating_add(row.records.len());
            }
            let changed = follows.projector.rows();
            let first = follows.seq.saturating_add(1);
            self.tables.write(first, (seq, hash), &changed)?;
            (follows.seq, follows.hash) = (seq, hash);
            self.told.note(seq);
            let enough = follows.bytes_kept.saturating_mul(2);
            if follows.bytes_since >= enough.max(SNAPSHOT_AFTER_BYTES) {
                keep(&mut self.tables, &mut follows)?;
            }
        }
        self.follows = Some(follows);
        Ok(())
    }

    /// What the tables stand for, if it is of this journal. Tables of another one, and ones that
    /// are ahead of it, are thrown away.
    fn own(&mut self, reader: &SqliteReader) -> Result<Option<(u64, [u8; 32])>, FollowError> {
        let Some((seq, hash)) = self.tables.applied()? else {
            return Ok(None);
        };
        let row = reader.row(seq)?;
        if row.is_some_and(|row| *row.hash.as_bytes() == hash) {
            return Ok(Some((seq, hash)));
        }
        tracing::warn!(seq, "the tables are of another journal and are made anew");
        self.tables.clear()?;
        Ok(None)
    }

    /// The core at the batch that the tables stand for.
    fn begin(&mut self, reader: &SqliteReader) -> Result<Follows, FollowError> {
        let Some((seq, hash)) = self.own(reader)? else {
            return Ok(Follows::default());
        };
        let mut get = |from, most| reader.read(from, most);
        let saved = self.tables.snapshot()?;
        let bytes_kept = saved.as_ref().map_or(0, |saved| saved.body.len());
        let resume = saved
            .as_ref()
            .filter(|saved| saved.seq <= seq)
            .and_then(read);
        let resume = match resume {
            Some(resume) if stands(&resume, &mut get)? => Some(resume),
            Some(_) | None => None,
        };
        let (mut projector, from) = match resume {
            Some(resume) => (Projector::new(resume.switch), resume.seq),
            None => (Projector::default(), 0),
        };
        // Their rows are written already, and there may be millions of them.
        let first = from.saturating_add(1);
        let bytes_since = each_batch(first, seq, get, |stamp, records| {
            projector.follow(stamp, records);
        })?;
        self.told.note(seq);
        Ok(Follows {
            projector,
            seq,
            hash,
            bytes_since,
            bytes_kept,
        })
    }

    /// Keeps a snapshot if more than `beyond` bytes of records came since the last.
    fn keep(&mut self, beyond: usize) -> Result<(), TablesError> {
        match &mut self.follows {
            Some(follows) if follows.bytes_since > beyond => keep(&mut self.tables, follows),
            Some(_) | None => Ok(()),
        }
    }
}

/// Waits the whole pause, however often it is nudged: each try costs a snapshot and a tail.
/// Returns whether to go on.
fn pause(nudged: &Receiver<()>) -> bool {
    let until = Instant::now().checked_add(FOLLOW_RETRY);
    loop {
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let left = left.unwrap_or_default();
        if left.is_zero() {
            return true;
        }
        match nudged.recv_timeout(left) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

fn keep(tables: &mut Tables, follows: &mut Follows) -> Result<(), TablesError> {
    let saved = written(follows.seq, follows.hash, follows.projector.switch());
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
