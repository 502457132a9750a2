//! What every request and every call shares.
//!
//! Two halves. The [`Board`] is what the writer's thread touches after each batch: who is
//! connected, who waits, what was counted. The rest belongs to those who ask. Nothing here holds
//! a copy of the core's state: whoever wants to know asks the engine, and is answered after
//! whatever was written before is durable.

mod board;
mod directory;
mod history;
mod metrics;
mod readers;
mod streams;
mod waiters;

use core::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::{Answer, Engine, No, Progress, Vault, View, Work};
use journal::PartyRow;
use participant::edge::Clock;
use participant::http::SignedClient;
use switch::{Input, Refusal, Reply, Time};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use wire::error::{Code, Problem};
use wire::keys::{Jwks, SigningKey};
use wire::signature::NonceCache;

use crate::notify::Notifier;
use crate::papers::Papers;

pub(crate) use board::Board;
pub(crate) use directory::{Directory, Known};
pub(crate) use history::History;
pub(crate) use metrics::{Metrics, Page};
pub(crate) use readers::Readers;
pub(crate) use streams::Follow;
pub(crate) use waiters::Waiter;

/// The hub, shared by all that serve it; cheap to clone.
#[derive(Clone)]
pub struct Hub(Arc<Shared>);

/// What a hub is made of.
pub(crate) struct Shared {
    pub(crate) engine: Engine,
    pub(crate) board: Arc<Board>,
    pub(crate) vault: Vault,
    pub(crate) history: History,
    pub(crate) tables: Readers,
    pub(crate) papers: Papers,
    /// How far the tables are.
    pub(crate) progress: Progress,
    pub(crate) key: Arc<SigningKey>,
    pub(crate) keys: Jwks,
    pub(crate) nonces: Mutex<NonceCache>,
    pub(crate) client: SignedClient,
    pub(crate) clock: Clock,
    pub(crate) notifier: Notifier,
    /// One place: an audit copies the core on the writer's thread, which many would stall.
    pub(crate) audits: Arc<Semaphore>,
    /// One place: a report goes over every payment of its period.
    pub(crate) reports: Arc<Semaphore>,
    /// The projection's file, for reports, which open it by themselves.
    pub(crate) tables_path: PathBuf,
    /// Hosts for which requests are taken; none means whatever the sender called.
    pub(crate) authorities: Vec<String>,
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hub({})", self.0.key.kid())
    }
}

impl Hub {
    pub(crate) fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    /// The hub's public keys.
    pub fn keys(&self) -> &Jwks {
        &self.0.keys
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }

    pub(crate) fn directory(&self) -> Arc<Directory> {
        self.0.board.directory()
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        self.0.board.metrics()
    }

    pub(crate) fn now(&self) -> Time {
        Time(self.0.clock.now_ns())
    }

    /// Looks at what is durable.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&View<'_>) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let seen = self.submit(None, None, move |view, _done| look(view));
        // A look decides nothing, so nothing can refuse it.
        seen.await?.map_err(|_refusal| Problem::new(Code::Internal))
    }

    /// Hands an input to the writer; `look` sees the state that holds once it is durable.
    pub(crate) async fn give<T: Send + 'static>(
        &self,
        input: Input,
        look: impl FnOnce(&View<'_>, Reply) -> T + Send + 'static,
    ) -> Result<Result<T, Refusal>, Problem> {
        self.submit(Some(input), None, look).await
    }

    /// As [`Hub::give`], for any input or none, with the sealed data of parties if there is any.
    pub(crate) async fn submit<T: Send + 'static>(
        &self,
        input: Option<Input>,
        party: Option<PartyRow>,
        look: impl FnOnce(&View<'_>, Reply) -> T + Send + 'static,
    ) -> Result<Result<T, Refusal>, Problem> {
        let (answer, answered) = oneshot::channel();
        let respond = move |view: &View<'_>, done: Answer| {
            // Whoever asked may have gone away.
            let _gone = answer.send(done.map(|reply| look(view, reply)));
        };
        let work = Work {
            input,
            party,
            respond: Box::new(respond),
        };
        if self.0.engine.submit(work).is_err() {
            self.metrics().note_busy();
            return Err(self.0.board.why_not_taken());
        }
        match answered.await {
            Ok(Ok(seen)) => Ok(Ok(seen)),
            Ok(Err(No::Refused(refusal))) => Ok(Err(refusal)),
            Ok(Err(No::Unavailable)) => Err(Problem::new(Code::JournalUnavailable)),
            Ok(Err(No::Busy)) => {
                self.metrics().note_busy();
                Err(Problem::new(Code::Busy))
            }
            Err(_writer_ended) => Err(Problem::new(Code::ShuttingDown)),
        }
    }

    /// The right to audit, for one at a time.
    pub(crate) fn begin_audit(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let place = Arc::clone(&self.0.audits).try_acquire_owned();
        place.map_err(|_taken| Problem::new(Code::Busy).with_detail("an audit is under way"))
    }

    /// A turn to make a report.
    pub(crate) fn begin_report(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let place = Arc::clone(&self.0.reports).try_acquire_owned();
        place.map_err(|_taken| Problem::new(Code::Busy).with_detail("a report is being made"))
    }

    /// Runs what reads files or seals, on a thread that may block.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Hub) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let hub = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&hub)).await;
        done.unwrap_or_else(|error| {
            tracing::error!(%error, "a blocking task ended with a panic");
            Err(Problem::new(Code::Internal))
        })
    }
}

/// Nothing that is guarded here can be left half changed, so a poisoned lock is still good.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is only for our log becomes what the other side may know.
pub(crate) fn hidden(what: &'static str, error: &dyn core::error::Error, code: Code) -> Problem {
    tracing::error!(error = %Chain(error), "failed to {what}");
    Problem::new(code)
}

/// An error with everything under it.
pub(crate) struct Chain<'a>(pub(crate) &'a dyn core::error::Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut under = self.0.source();
        while let Some(error) = under {
            write!(f, ": {error}")?;
            under = error.source();
        }
        Ok(())
    }
}
