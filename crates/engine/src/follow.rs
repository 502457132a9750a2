//! The projection's own thread: it tails the journal and never holds up a payment.
//!
//! # Doctrine
//!
//! The tables are derived: whatever goes wrong with them, the journal is not held up. The thread
//! says so in the log, shows how far behind it is, and tries again. What it does from batch to
//! batch is [`crate::Chase`]'s.

use core::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::Instant;

use journal::SqliteReader;
use projection::{Tables, TablesError};

use crate::chase::Chase;
use crate::limits::{FOLLOW_RETRY, READ_ROWS, SNAPSHOT_AT_END_BYTES};
use crate::replay::ReplayError;

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
        let mut chase = Pursuit::new(journal.to_owned(), tables, told);
        // Before anybody reads: rows of another journal must never be an answer.
        let reader = SqliteReader::open(journal)?;
        if let Some(head) = chase.chase.own(|from, most| reader.read(from, most))? {
            chase.told.note(head.seq);
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
    let mut pursuit = Pursuit::new(journal.to_owned(), tables, told);
    pursuit.chase.tables_mut().clear()?;
    pursuit.catch_up()?;
    pursuit.chase.keep(0)?;
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

/// The chase through a file.
#[derive(Debug)]
struct Pursuit {
    journal: PathBuf,
    chase: Chase<Tables>,
    told: Told,
}

impl Pursuit {
    fn new(journal: PathBuf, tables: Tables, told: Told) -> Self {
        Self {
            journal,
            chase: Chase::new(tables),
            told,
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
                    self.chase.look_again();
                    pause(nudged)
                }
            };
            if !goes_on {
                break;
            }
        }
        if let Err(error) = self.chase.keep(SNAPSHOT_AT_END_BYTES) {
            tracing::warn!(%error, "no snapshot was kept at the end");
        }
    }

    fn catch_up(&mut self) -> Result<(), FollowError> {
        let reader = SqliteReader::open(&self.journal)?;
        let mut get = |from, most| reader.read(from, most);
        while let Some(seq) = self.chase.step(&mut get, READ_ROWS)? {
            self.told.note(seq);
        }
        Ok(())
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
