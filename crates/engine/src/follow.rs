//! The projection's own thread: it tails the journal and never holds up a payment.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use journal::SqliteReader;
use projection::{Tables, TablesError, decode};
use switch::{Stamp, Time};

use crate::limits::READ_ROWS;

/// Told the batch that the tables stand for, whenever they have got on.
pub type CaughtUp = Box<dyn Fn(u64) + Send>;

/// A thread that applies the journal's batches to the tables.
#[derive(Debug)]
pub struct Follower {
    nudge: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Follower {
    /// Starts following; catches up with the journal at once.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(journal: &Path, tables: Tables, caught_up: CaughtUp) -> std::io::Result<Follower> {
        // One nudge in the queue is enough: whoever takes it reads to the end.
        let (nudge, nudged) = sync_channel(1);
        let journal = journal.to_owned();
        let run = move || follow(&journal, tables, &nudged, &caught_up);
        let thread = Builder::new().name("projection".into()).spawn(run)?;
        Ok(Follower { nudge, thread })
    }

    /// A sender that wakes the thread; a full queue means that it is awake already.
    pub fn nudge(&self) -> SyncSender<()> {
        self.nudge.clone()
    }

    /// Waits for the thread to end, which it does when every nudge sender is gone.
    pub fn join(self) {
        drop(self.nudge);
        if self.thread.join().is_err() {
            tracing::error!("projection thread ended with a panic");
        }
    }
}

fn follow(journal: &Path, mut tables: Tables, nudged: &Receiver<()>, caught_up: &CaughtUp) {
    loop {
        // The tables are derived: whatever goes wrong with them, the journal is not held up.
        if let Err(error) = catch_up(journal, &mut tables, caught_up) {
            tracing::error!(error = %error, "projection is behind");
        }
        if nudged.recv().is_err() {
            return;
        }
    }
}

/// Why the projection is behind.
#[derive(Debug, thiserror::Error)]
enum FollowError {
    #[error("open the journal for reading: {0}")]
    Open(#[from] journal::OpenError),
    #[error("read the journal: {0}")]
    Read(#[from] journal::ReadError),
    #[error("write the tables: {0}")]
    Tables(#[from] TablesError),
    #[error("read records: {0}")]
    Records(#[from] projection::Corrupt),
}

fn catch_up(journal: &Path, tables: &mut Tables, caught_up: &CaughtUp) -> Result<(), FollowError> {
    let reader = SqliteReader::open(journal)?;
    let mut next = match tables.applied()? {
        None => 1,
        Some((seq, hash)) => {
            let known = reader
                .row(seq)?
                .is_some_and(|row| *row.hash.as_bytes() == hash);
            if known {
                seq.saturating_add(1)
            } else {
                // The tables stand for another journal.
                tables.clear()?;
                1
            }
        }
    };
    loop {
        caught_up(next.saturating_sub(1));
        let rows = reader.read(next, READ_ROWS)?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        next = last.seq.saturating_add(1);
        for row in &rows {
            let stamp = Stamp {
                seq: row.seq,
                now: Time(row.time_ns),
            };
            tables.apply(stamp, row.hash.as_bytes(), &decode(&row.records)?)?;
        }
    }
}
