//! The ledger's one thread and its shared commits.
//!
//! Whoever needs the ledger sends a job. The thread takes what waits, up to a bound, runs each job
//! inside its own savepoint, commits all of them at once and only then hands out the results, so
//! that no caller ever acts on what a crash could take back. A job that refuses leaves no trace
//! and does not disturb its neighbours. There is no timer: a lone job is a batch of one.
//!
//! A full disk or an I/O error makes SQLite take back the whole batch in the middle of a job. The
//! batch ends there: every later savepoint would be a commit of its own, durable while its caller
//! is told that nothing happened.

use std::path::Path;
use std::thread;

use failpoint::Point;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::Books;
use crate::limits::{LEDGER_BATCH_JOBS_MAX, LEDGER_QUEUE_JOBS_MAX};
use crate::trouble::{Fault, Trouble};

type Reply = Box<dyn FnOnce(bool) + Send>;
type Job = Box<dyn FnOnce(&Connection) -> Reply + Send>;

/// A handle to the ledger's thread; the thread ends when the last clone is gone.
#[derive(Clone)]
pub(crate) struct Ledger {
    queue: mpsc::Sender<Job>,
}

impl core::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Ledger")
    }
}

impl Ledger {
    /// Opens or creates the file and starts the thread.
    pub(crate) fn open(path: &Path) -> Result<Self, Fault> {
        let connection = super::schema::open(path)?;
        let (queue, jobs) = mpsc::channel(LEDGER_QUEUE_JOBS_MAX);
        let name = "ledger".to_owned();
        let path = path.display().to_string();
        thread::Builder::new()
            .name(name)
            .spawn(move || work(&connection, jobs))
            .map_err(|source| Fault::File { path, source })?;
        Ok(Self { queue })
    }

    /// Runs a job; its result comes back after it is durable. An `Err` leaves no trace.
    pub(crate) async fn run<T, F>(&self, work: F) -> Result<T, Trouble>
    where
        T: Send + 'static,
        F: FnOnce(&Books<'_>) -> Result<T, Trouble> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = within_savepoint(connection, work);
            Box::new(move |committed| {
                let result = if committed {
                    result
                } else {
                    Err(Fault::Stopped.into())
                };
                // A caller that went away no longer wants to know.
                drop(sender.send(result));
            })
        });
        if self.queue.send(job).await.is_err() {
            return Err(Fault::Stopped.into());
        }
        receiver
            .await
            .unwrap_or_else(|_gone| Err(Fault::Stopped.into()))
    }
}

fn within_savepoint<T>(
    connection: &Connection,
    work: impl FnOnce(&Books<'_>) -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    connection.execute_batch("SAVEPOINT job")?;
    let result = work(&Books::new(connection));
    connection.execute_batch(if result.is_ok() {
        "RELEASE job"
    } else {
        "ROLLBACK TO job; RELEASE job"
    })?;
    result
}

fn work(connection: &Connection, mut jobs: mpsc::Receiver<Job>) {
    let mut replies: Vec<Reply> = Vec::new();
    while let Some(first) = jobs.blocking_recv() {
        let before = connection.total_changes();
        let begun = connection.execute_batch("BEGIN IMMEDIATE").is_ok();
        let mut next = Some(first);
        while let Some(job) = next.take() {
            if begun {
                replies.push(job(connection));
            }
            let stands = begun && !connection.is_autocommit();
            if stands && replies.len() < LEDGER_BATCH_JOBS_MAX {
                next = jobs.try_recv().ok();
            }
        }
        // Looks are batches too, but only what changes the books is an append.
        let appends = connection.total_changes() != before;
        if appends {
            failpoint::pass(Point::BeforeAppend);
        }
        // Without the batch's own `BEGIN` there is nothing left to commit, and this fails.
        let committed = begun && connection.execute_batch("COMMIT").is_ok();
        if appends {
            failpoint::pass(Point::AfterAppend);
        }
        if !committed {
            tracing::error!(jobs = replies.len(), "the ledger could not commit a batch");
            // Nothing of the batch stands; the file itself is as before.
            drop(connection.execute_batch("ROLLBACK"));
        }
        for reply in replies.drain(..) {
            reply(committed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trouble::Word;

    fn put(books: &Books<'_>, key: &str) -> Result<usize, Trouble> {
        let sql = "INSERT INTO meta (key, value) VALUES (?1, 'x')";
        Ok(books.connection().execute(sql, [key])?)
    }

    fn count(books: &Books<'_>) -> Result<i64, Trouble> {
        let sql = "SELECT count(*) FROM meta WHERE value = 'x'";
        Ok(books.connection().query_row(sql, [], |row| row.get(0))?)
    }

    #[tokio::test]
    async fn a_job_that_refuses_leaves_no_trace_and_its_neighbours_stand() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(&folder.path().join("ledger.db")).unwrap();
        let (good, bad, other) = tokio::join!(
            ledger.run(|books| put(books, "a")),
            ledger.run(|books| {
                put(books, "b")?;
                Err::<(), _>(Word::CustomerUnknown.into())
            }),
            ledger.run(|books| put(books, "c")),
        );
        assert_eq!((good.unwrap(), other.unwrap()), (1, 1));
        assert!(matches!(
            bad,
            Err(Trouble::Refused(Word::CustomerUnknown, None))
        ));
        assert_eq!(ledger.run(count).await.unwrap(), 2);
        drop(ledger);
        let again = Ledger::open(&folder.path().join("ledger.db")).unwrap();
        assert_eq!(again.run(count).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn a_batch_that_sqlite_took_back_ends_there_and_the_next_job_has_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(&folder.path().join("ledger.db")).unwrap();
        // The first job waits until all are in the queue, so that they are one batch.
        let (all_queued, wait) = std::sync::mpsc::channel();
        let (first, before, taken_back, after, ()) = tokio::join!(
            ledger.run(move |_books| {
                wait.recv().unwrap();
                Ok(())
            }),
            ledger.run(|books| put(books, "before")),
            ledger.run(|books| {
                put(books, "within")?;
                // What SQLite does by itself on SQLITE_FULL or SQLITE_IOERR.
                books.connection().execute_batch("ROLLBACK")?;
                Err::<(), _>(Word::CustomerUnknown.into())
            }),
            ledger.run(|books| put(books, "after")),
            async { all_queued.send(()).unwrap() },
        );
        for lost in [first, before.map(|_rows| ()), taken_back] {
            assert!(matches!(lost, Err(Trouble::Fault(Fault::Stopped))));
        }
        assert_eq!(after.unwrap(), 1);
        assert_eq!(ledger.run(count).await.unwrap(), 1, "what was told is so");
    }

    #[test]
    fn a_file_of_a_later_version_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch("PRAGMA user_version = 99")
            .unwrap();
        assert!(matches!(Ledger::open(&path), Err(Fault::Broken(_))));
        let sql = "SELECT count(*) FROM sqlite_schema";
        let tables: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 0);
    }
}
