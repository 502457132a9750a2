//! Notifying participants of their outcomes, beside the protocol: streams of events and webhooks.
//!
//! # Doctrine
//!
//! 1. **It only notifies.** The protocol's word is the callback `/outcomes`, and only its
//!    acknowledgement moves a participant's acknowledged position. Nothing here changes a payment,
//!    a stream or a deadline.
//! 2. **An event is a place in the participant's own outcome stream**: position, item. What there
//!    is to tell is read from the projection, so a stream that is resumed and a range that is
//!    replayed give the same events in the same order, without gaps; another participant's are
//!    never in it.
//! 3. **One task for each webhook, one attempt at a time, in order.** What failed is tried again by
//!    the schedule and holds up what is behind it; what is given up stands in the list of dead
//!    letters, and the next one follows. A replay uses the gaps of the live events.
//! 4. **At least once.** The cursor moves after the answer was read; a crash between repeats the
//!    one event in flight, under the same `webhook-id`.
//! 5. **An address of a stranger is hostile**: it is checked where it is registered and again where
//!    it is connected to, because a name can change its meaning; redirects are not followed,
//!    answers are read to a bound, every attempt has a deadline.
//! 6. **Never silent**: whatever waits, fails or was given up is on `/metrics`.

mod address;
mod endpoint;
mod event;
mod gauges;
mod places;
mod post;
mod stream;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use switch::{ParticipantId, Webhook};
use telling::{Deliveries, DeliveriesError, Endpoint, Schedule};
use tokio::sync::{Notify, watch};
use tokio::task::{AbortHandle, Id, JoinSet};
use wire::error::{Code, Problem};

use crate::hub::{Hub, hidden, lock};
use crate::limits::{RETRY_LAST, STREAM_STUCK_AFTER};
use crate::serve::stopped;

pub(crate) use address::Address;
pub(crate) use event::event_id;
pub(crate) use gauges::add as add_gauges;
pub(crate) use stream::open as open_stream;

use places::Places;
use post::Poster;

/// Which addresses a webhook may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Targets {
    /// Of the public network only: a participant must not reach what only the hub can reach.
    Public,
    /// Loopback and private networks too, for a sandbox or a closed network.
    Any,
}

/// How participants are notified; a binary makes it from its configuration.
#[derive(Clone, Debug)]
pub struct NotifySettings {
    /// When a webhook is tried again, and when it is given up.
    pub schedule: Schedule,
    /// After how long an outcome that nobody acknowledged makes its stream a stuck one.
    pub stuck_after: Duration,
    /// Which addresses a webhook may have.
    pub targets: Targets,
    /// Certificates (PEM) that `https` addresses are checked by; those of the system when absent.
    pub roots: Option<PathBuf>,
}

impl Default for NotifySettings {
    fn default() -> Self {
        Self {
            schedule: Schedule::default(),
            stuck_after: STREAM_STUCK_AFTER,
            targets: Targets::Public,
            roots: None,
        }
    }
}

/// What notifying needs, shared by all.
#[derive(Debug)]
pub(crate) struct Notifier {
    pub(crate) settings: NotifySettings,
    pub(crate) deliveries: Mutex<Deliveries>,
    poster: Poster,
    places: Places,
    /// Wakes the task of a webhook; bounded by the webhooks.
    bells: Mutex<BTreeMap<Endpoint, Arc<Notify>>>,
}

/// Why notifying cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// The file of deliveries could not be used.
    #[error("open the file of deliveries")]
    Deliveries(#[from] DeliveriesError),
    /// The certificates could not be read.
    #[error("read the root certificates `{0}`")]
    Roots(PathBuf),
    /// The TLS library refuses our settings.
    #[error("set up TLS")]
    Tls(#[source] rustls::Error),
}

impl Notifier {
    pub(crate) fn open(settings: NotifySettings, folder: &Path) -> Result<Self, NotifyError> {
        let poster = Poster::new(settings.targets, settings.roots.as_deref())?;
        Ok(Self {
            deliveries: Mutex::new(Deliveries::open(&folder.join("webhooks.db"))?),
            poster,
            places: Places::default(),
            bells: Mutex::default(),
            settings,
        })
    }

    /// Reads an address; says why it may not be called.
    pub(crate) fn address(&self, url: &str) -> Result<Address, &'static str> {
        let address = Address::parse(url, self.settings.targets)?;
        match address.is_tls() && !self.poster.speaks_tls() {
            true => Err("the hub has no root certificates to check an `https` address by"),
            false => Ok(address),
        }
    }

    fn bell(&self, endpoint: &Endpoint) -> Arc<Notify> {
        Arc::clone(lock(&self.bells).entry(endpoint.clone()).or_default())
    }

    /// Has the task of a webhook look at once.
    pub(crate) fn ring(&self, endpoint: &Endpoint) {
        if let Some(bell) = lock(&self.bells).get(endpoint) {
            bell.notify_one();
        }
    }

    /// Uses the file of deliveries; blocks.
    pub(crate) fn with<T>(
        &self,
        work: impl FnOnce(&mut Deliveries) -> Result<T, DeliveriesError>,
    ) -> Result<T, Problem> {
        work(&mut lock(&self.deliveries)).map_err(|error| match error {
            DeliveriesError::Unknown => Problem::new(Code::NotFound),
            DeliveriesError::Sql(_) => hidden("use the deliveries", &error, Code::Internal),
        })
    }
}

/// Which endpoint a webhook is.
pub(crate) fn endpoint_of(webhook: &Webhook) -> Endpoint {
    Endpoint {
        participant: webhook.settings.participant.0,
        webhook: webhook.settings.id.clone(),
        created: webhook.created.seq,
    }
}

/// Runs a task for each active webhook until `stop` says so.
pub(crate) async fn run(hub: Hub, mut stop: watch::Receiver<bool>) {
    let mut changes = hub.shared().board.webhook_changes();
    let mut tasks = Tasks::new(hub.clone());
    loop {
        changes.borrow_and_update();
        let is_known = tasks.arrange().await.is_ok();
        tokio::select! {
            biased;
            () = stopped(&mut stop) => break,
            () = tasks.died() => {}
            changed = changes.changed() => {
                if changed.is_err() {
                    break;
                }
            }
            () = tokio::time::sleep(RETRY_LAST), if !is_known => {}
        }
    }
    tasks.set.shutdown().await;
}

/// The tasks, and which webhook each serves.
struct Tasks {
    hub: Hub,
    set: JoinSet<()>,
    served: HashMap<Endpoint, (Webhook, AbortHandle)>,
    by_task: HashMap<Id, Endpoint>,
    /// Those that died of a bug of ours begin again after a pause.
    dead: HashSet<Endpoint>,
}

impl Tasks {
    fn new(hub: Hub) -> Self {
        Self {
            hub,
            set: JoinSet::new(),
            served: HashMap::new(),
            by_task: HashMap::new(),
            dead: HashSet::new(),
        }
    }

    /// Serves exactly the webhooks that are active, each as it is registered now.
    async fn arrange(&mut self) -> Result<(), Problem> {
        let all = self.hub.read(|view| {
            let all: Vec<Webhook> = view.switch.webhooks().cloned().collect();
            (all, view.head.seq)
        });
        let (all, sequence) = all.await?;
        let known: BTreeSet<Endpoint> = all.iter().map(endpoint_of).collect();
        let active = all.into_iter().filter(|webhook| webhook.settings.is_active);
        let wanted: BTreeMap<Endpoint, Webhook> = active
            .map(|webhook| (endpoint_of(&webhook), webhook))
            .collect();
        let is_over = |(endpoint, (webhook, _)): &(&Endpoint, &(Webhook, AbortHandle))| {
            wanted.get(endpoint) != Some(webhook)
        };
        let over = self.served.iter().filter(is_over);
        let over: Vec<(Endpoint, AbortHandle)> = over
            .map(|(endpoint, (_, task))| (endpoint.clone(), task.clone()))
            .collect();
        for (endpoint, task) in over {
            task.abort();
            // Two tasks of one webhook could overtake each other.
            while self.served.contains_key(&endpoint) {
                self.ended().await;
            }
            self.dead.remove(&endpoint);
        }
        lock(&self.hub.shared().notifier.bells).retain(|endpoint, _| known.contains(endpoint));
        // Behind the tasks that have ended, so that none of them notes anything after this.
        let kept = self.hub.blocking(move |hub| {
            let notifier = &hub.shared().notifier;
            notifier.with(|file| file.keep(&known, sequence))
        });
        kept.await?;
        for (endpoint, webhook) in wanted {
            if !self.served.contains_key(&endpoint) {
                self.begin(endpoint, webhook);
            }
        }
        Ok(())
    }

    fn begin(&mut self, endpoint: Endpoint, webhook: Webhook) {
        let pause = match self.dead.remove(&endpoint) {
            true => RETRY_LAST,
            false => Duration::ZERO,
        };
        let bell = self.hub.shared().notifier.bell(&endpoint);
        let task = endpoint::Task::new(self.hub.clone(), webhook.clone(), bell);
        let handle = self.set.spawn(async move {
            tokio::time::sleep(pause).await;
            task.run().await;
        });
        self.by_task.insert(handle.id(), endpoint.clone());
        self.served.insert(endpoint, (webhook, handle));
    }

    /// Waits until a task has died of a bug of ours.
    async fn died(&mut self) {
        loop {
            if self.ended().await {
                return;
            }
        }
    }

    /// Waits until a task has ended; whether it died.
    async fn ended(&mut self) -> bool {
        let (id, has_died) = match self.set.join_next_with_id().await {
            Some(Ok((id, ()))) => (id, false),
            Some(Err(error)) => (error.id(), error.is_panic()),
            // Nobody is left to wait for, until a webhook is registered.
            None => return std::future::pending().await,
        };
        let Some(endpoint) = self.by_task.remove(&id) else {
            return false;
        };
        self.served.remove(&endpoint);
        if has_died {
            let participant = self
                .hub
                .directory()
                .name(ParticipantId(endpoint.participant));
            let webhook = &endpoint.webhook;
            tracing::error!(participant, webhook, "a webhook's task ended with a panic");
            self.hub.metrics().note_call("webhook_task", "replaced");
            self.dead.insert(endpoint);
        }
        has_died
    }
}
