//! What the writer's thread does after each durable batch, and what others find there.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use engine::{BatchReport, View};
use switch::ParticipantId;
use tokio::sync::{Notify, watch};
use wire::error::{Code, Problem};

use super::history::Recent;
use super::streams::Streams;
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
    pub(crate) streams: Streams,
    metrics: Metrics,
    /// Wakes the courier of each participant.
    bells: Mutex<BTreeMap<ParticipantId, Arc<Notify>>>,
    /// Counts changes of webhooks.
    webhooks_version: watch::Sender<u64>,
    is_stopping: watch::Sender<bool>,
}

impl Board {
    pub(crate) fn new(view: &View<'_>) -> Self {
        Self {
            directory: RwLock::new(Arc::new(Directory::of(view.switch))),
            directory_version: watch::Sender::new(0),
            waiters: Waiters::default(),
            recent: Recent::default(),
            streams: Streams::default(),
            metrics: Metrics::default(),
            bells: Mutex::default(),
            webhooks_version: watch::Sender::new(0),
            is_stopping: watch::Sender::new(false),
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
        if report.webhooks_changed {
            self.webhooks_version
                .send_modify(|version| *version = version.saturating_add(1));
        }
        self.recent.note(view.head.seq, view.head.hash);
        self.metrics.note_batch(view, report);
        self.waiters.wake(&report.decided);
        if !report.decided.is_empty() {
            self.streams.note_batch(view);
        }
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

    /// Tells when a webhook was set, changed or removed.
    pub(crate) fn webhook_changes(&self) -> watch::Receiver<u64> {
        self.webhooks_version.subscribe()
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// From now on those who wait for an outcome are answered with what is known.
    pub(crate) fn note_stopping(&self) {
        self.is_stopping.send_replace(true);
        self.waiters.release();
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.is_stopping.borrow()
    }

    /// Tells when the hub stops.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.is_stopping.subscribe()
    }

    pub(crate) fn why_not_taken(&self) -> Problem {
        Problem::new(if self.is_stopping() {
            Code::ShuttingDown
        } else {
            Code::Busy
        })
    }
}
