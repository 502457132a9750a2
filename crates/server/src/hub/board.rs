//! What the writer's thread does after each durable batch, and what others find there.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use engine::{BatchReport, View};
use switch::ParticipantId;
use tokio::sync::{Notify, watch};
use wire::error::{Code, Problem};

use super::history::Recent;
use super::waiters::Waiters;
use super::{Directory, Metrics, lock};

/// Shared between the writer's hook and everybody else; each part has its own small lock.
#[derive(Debug)]
pub(crate) struct Board {
    directory: RwLock<Arc<Directory>>,
    /// Counts changes of the directory.
    directory_version: watch::Sender<u64>,
    pub(crate) waiters: Waiters,
    pub(crate) recent: Recent,
    metrics: Metrics,
    /// Wakes the courier of each participant.
    bells: Mutex<BTreeMap<ParticipantId, Arc<Notify>>>,
    is_stopping: AtomicBool,
}

impl Board {
    pub(crate) fn new(view: &View<'_>) -> Self {
        Self {
            directory: RwLock::new(Arc::new(Directory::of(view.switch))),
            directory_version: watch::Sender::new(0),
            waiters: Waiters::default(),
            recent: Recent::default(),
            metrics: Metrics::default(),
            bells: Mutex::default(),
            is_stopping: AtomicBool::new(false),
        }
    }

    /// The writer's hook: quick, and in this order. The directory first, so that a key that was
    /// revoked opens nothing any more; those who wait last, when all they will look at is there.
    pub(crate) fn after_batch(&self, view: &View<'_>, report: &BatchReport) {
        if report.participants_changed {
            let directory = Arc::new(Directory::of(view.switch));
            *self
                .directory
                .write()
                .unwrap_or_else(PoisonError::into_inner) = directory;
            self.directory_version
                .send_modify(|version| *version = version.saturating_add(1));
        }
        self.recent.note(view.head.seq, view.head.hash);
        self.metrics.note_batch(view, report);
        self.waiters.wake(&report.decided);
        for (who, bell) in lock(&self.bells).iter() {
            let has_asks = !view.switch.asks_of(*who, 1).is_empty();
            let (acknowledged, last) = view.switch.stream_of(*who);
            if has_asks || acknowledged < last {
                bell.notify_one();
            }
        }
    }

    pub(crate) fn directory(&self) -> Arc<Directory> {
        Arc::clone(
            &self
                .directory
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// Tells when the directory changes.
    pub(crate) fn directory_changes(&self) -> watch::Receiver<u64> {
        self.directory_version.subscribe()
    }

    /// The bell that rings when there may be something to ask of or tell a participant.
    pub(crate) fn bell(&self, who: ParticipantId) -> Arc<Notify> {
        Arc::clone(lock(&self.bells).entry(who).or_default())
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// From now on those who wait for an outcome are answered with what is known.
    pub(crate) fn note_stopping(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
        self.waiters.release();
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }

    pub(crate) fn why_not_taken(&self) -> Problem {
        Problem::new(if self.is_stopping() {
            Code::ShuttingDown
        } else {
            Code::Busy
        })
    }
}
