//! One participant's courier.

use std::collections::HashMap;
use std::sync::Arc;

use switch::{ItemId, ParticipantId};
use tokio::sync::{Notify, watch};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;

use super::Failed;
use super::ask::{self, Question};
use super::attempts::Attempts;
use super::choice::{Due, Room};
use super::outcome::{self, News};
use crate::convert::uuid_text;
use crate::hub::{Chain, Hub};
use crate::limits::{ASKS_LOOKED_AT_MAX, RETRY_FIRST, RETRY_LAST};
use crate::serve::stopped;

/// What it has in hand.
pub(super) struct Courier {
    hub: Hub,
    who: ParticipantId,
    bell: Arc<Notify>,
    stop: watch::Receiver<bool>,
    asks: Attempts<ItemId>,
    outcomes: Attempts<u64>,
    jobs: JoinSet<Result<(), Failed>>,
    /// What each job is about, so that one that dies is not taken for one that is in flight.
    about: HashMap<Id, Job>,
}

#[derive(Clone, Copy, Debug)]
enum Job {
    Ask(ItemId),
    LookUp(ItemId),
    /// The item is known as long as it is in memory.
    Outcome(u64, Option<ItemId>),
}

/// What the state asks for now.
struct Round {
    open: Vec<ItemId>,
    due: Vec<Question>,
    position: Option<u64>,
    news: Option<News>,
    /// The place of an outcome that is due and has left memory.
    left: Option<u64>,
}

impl Courier {
    pub(super) fn new(hub: Hub, who: ParticipantId, stop: watch::Receiver<bool>) -> Self {
        Self {
            bell: hub.shared().board.bell(who),
            hub,
            who,
            stop,
            asks: Attempts::new(),
            outcomes: Attempts::new(),
            jobs: JoinSet::new(),
            about: HashMap::new(),
        }
    }

    pub(super) async fn run(mut self) {
        let mut moves = self.hub.shared().clock.moves();
        loop {
            let next = self.begin_due().await;
            tokio::select! {
                biased;
                () = stopped(&mut self.stop) => break,
                Some(ended) = self.jobs.join_next_with_id() => self.note(ended),
                () = self.bell.notified() => {}
                () = moves.next() => {
                    let now = Instant::now();
                    self.asks.hurry(now);
                    self.outcomes.hurry(now);
                }
                () = tokio::time::sleep_until(next) => {}
            }
        }
        self.jobs.shutdown().await;
    }

    /// Begins what is due; says when to look again if nobody calls.
    async fn begin_due(&mut self) -> Instant {
        let now = Instant::now();
        let Some(round) = self.look(now).await else {
            return now.checked_add(RETRY_FIRST).unwrap_or(now);
        };
        self.asks.keep(&round.open.into_iter().collect());
        self.outcomes.keep(&round.position.into_iter().collect());
        for question in round.due {
            let id = question.id();
            let job = match question.is_look_up() {
                true => Job::LookUp(id),
                false => Job::Ask(id),
            };
            self.asks.begin(id, now);
            let handle = self
                .jobs
                .spawn(ask::carry(self.hub.clone(), self.who, question));
            self.about.insert(handle.id(), job);
        }
        let (hub, who) = (self.hub.clone(), self.who);
        if let Some(news) = round.news {
            let job = Job::Outcome(news.position(), Some(news.id()));
            self.outcomes.begin(news.position(), now);
            let handle = self.jobs.spawn(outcome::carry(hub, who, news));
            self.about.insert(handle.id(), job);
        } else if let Some(position) = round.left {
            self.outcomes.begin(position, now);
            let handle = self.jobs.spawn(outcome::carry_past(hub, who, position));
            self.about.insert(handle.id(), Job::Outcome(position, None));
        }
        let last = now.checked_add(RETRY_LAST).unwrap_or(now);
        let waiting = [self.asks.next(), self.outcomes.next()];
        waiting
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(last)
            .min(last)
    }

    async fn look(&self, now: Instant) -> Option<Round> {
        let who = self.who;
        let blocked = self.asks.blocked(now);
        let is_look_up = |job: &&Job| matches!(job, Job::LookUp(_));
        let look_ups = self.about.values().filter(is_look_up).count();
        let room = Room::beside(self.asks.in_flight(), look_ups);
        let told = self.outcomes.blocked(now);
        let clock = self.hub.now();
        let looked = self.hub.read(move |view| {
            let open = view.switch.asks_of(who, ASKS_LOOKED_AT_MAX);
            let free = open.iter().filter(|id| !blocked.contains(id));
            let due = free.filter_map(|id| Due::of(view.switch.item(*id)?, clock));
            let chosen = room.choose(due.collect()).into_iter();
            let due = chosen.filter_map(|due| Question::of(view, due)).collect();
            let (acknowledged, last) = view.switch.stream_of(who);
            let position = (acknowledged < last).then(|| acknowledged.saturating_add(1));
            let free = position.filter(|position| !told.contains(position));
            let here = free.and_then(|position| view.switch.outcome_at(who, position));
            Round {
                due,
                position,
                news: here
                    .zip(free)
                    .and_then(|(id, position)| News::of(view, position, id)),
                left: free.filter(|_| here.is_none()),
                open,
            }
        });
        looked.await.ok()
    }

    fn note(&mut self, ended: Result<(Id, Result<(), Failed>), JoinError>) {
        let (id, result) = match ended {
            Ok((id, result)) => (id, result),
            Err(error) => {
                tracing::error!(%error, "a call ended with a panic");
                (error.id(), Err(Failed::Other))
            }
        };
        let Some(job) = self.about.remove(&id) else {
            return;
        };
        self.log(job, &result);
        let now = Instant::now();
        match (job, result) {
            (Job::Ask(id) | Job::LookUp(id), Ok(())) => self.asks.succeeded(id),
            (Job::Ask(id) | Job::LookUp(id), Err(_)) => self.asks.failed(id, now),
            (Job::Outcome(position, _), Ok(())) => self.outcomes.succeeded(position),
            (Job::Outcome(position, _), Err(_)) => self.outcomes.failed(position, now),
        }
    }

    /// Ids and names of participants are no personal data; nothing else is logged.
    fn log(&self, job: Job, result: &Result<(), Failed>) {
        let (call, id) = match job {
            Job::Ask(id) => ("credits", Some(id)),
            Job::LookUp(id) => ("look_up", Some(id)),
            Job::Outcome(_, id) => ("outcomes", id),
        };
        let participant = self.hub.directory().name(self.who);
        let item = id.map(uuid_text).unwrap_or_default();
        match result {
            Ok(()) => {
                self.hub.metrics().note_call(call, "answered");
                tracing::debug!(participant, call, item, "answered");
            }
            Err(error) => {
                self.hub.metrics().note_call(call, "failed");
                tracing::warn!(participant, call, item, error = %Chain(error), "not answered");
            }
        }
    }
}
