//! One participant's courier.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use engine::View;
use engine::calls::{Call, Caller};
use engine::limits::RETRY_FIRST;
use switch::{ParticipantId, Time};
use tokio::sync::{Notify, watch};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;

use super::Failed;
use super::ask::{self, Question};
use super::outcome::{self, News};
use crate::convert::uuid_text;
use crate::hub::{Chain, Hub};
use crate::serve::stopped;

/// What it has in hand.
pub(super) struct Courier {
    hub: Hub,
    who: ParticipantId,
    bell: Arc<Notify>,
    stop: watch::Receiver<bool>,
    /// What is made next, and when again.
    caller: Caller,
    /// Pauses are measured from here: a watch that nobody puts back.
    began: Instant,
    jobs: JoinSet<Result<(), Failed>>,
    /// What each job is about, so that one that dies is not taken for one that is in flight.
    about: HashMap<Id, Call>,
}

/// What a call says, copied from the state.
enum Said {
    Question(Question),
    News(News),
    /// An outcome that has left memory, at this place.
    PastNews(u64),
    /// The state does not have what it asks for, which is a bug of ours.
    Nothing,
}

impl Courier {
    pub(super) fn new(hub: Hub, who: ParticipantId, stop: watch::Receiver<bool>) -> Self {
        Self {
            bell: hub.shared().board.bell(who),
            hub,
            who,
            stop,
            caller: Caller::new(who),
            began: Instant::now(),
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
                    let now = self.watch();
                    self.caller.hurry(now);
                }
                () = tokio::time::sleep_until(next) => {}
            }
        }
        self.jobs.shutdown().await;
    }

    /// Begins what is due; says when to look again if nobody calls.
    async fn begin_due(&mut self) -> Instant {
        let (clock, now) = (self.hub.now(), self.watch());
        // On a copy: if the look gets lost, what it would have begun is not in flight.
        let mut caller = self.caller.clone();
        let planned = self.hub.read(move |view| {
            let round = caller.plan(view, clock, now);
            let said = round
                .begin
                .into_iter()
                .map(|call| (call, Said::of(view, call)));
            let said: Vec<(Call, Said)> = said.collect();
            (caller, said, round.wake)
        });
        let Ok((caller, said, wake)) = planned.await else {
            return self.instant(now.after(RETRY_FIRST));
        };
        self.caller = caller;
        for (call, said) in said {
            let (hub, who) = (self.hub.clone(), self.who);
            let job = match said {
                Said::Question(question) => self.jobs.spawn(ask::carry(hub, who, question)),
                Said::News(news) => self.jobs.spawn(outcome::carry(hub, who, news)),
                Said::PastNews(position) => {
                    self.jobs.spawn(outcome::carry_past(hub, who, position))
                }
                Said::Nothing => {
                    tracing::error!(?call, "the state does not have what it asks to call about");
                    self.caller.failed(call, now);
                    continue;
                }
            };
            self.about.insert(job.id(), call);
        }
        self.instant(wake)
    }

    fn watch(&self) -> Time {
        let passed = self.began.elapsed().as_nanos();
        Time(i64::try_from(passed).unwrap_or(i64::MAX))
    }

    fn instant(&self, at: Time) -> Instant {
        let since = Duration::from_nanos(at.0.max(0).unsigned_abs());
        self.began.checked_add(since).unwrap_or(self.began)
    }

    fn note(&mut self, ended: Result<(Id, Result<(), Failed>), JoinError>) {
        let (id, result) = match ended {
            Ok((id, result)) => (id, result),
            Err(error) => {
                tracing::error!(%error, "a call ended with a panic");
                (error.id(), Err(Failed::Other))
            }
        };
        let Some(call) = self.about.remove(&id) else {
            return;
        };
        self.log(call, &result);
        match result {
            Ok(()) => self.caller.answered(call),
            Err(_) => {
                let now = self.watch();
                self.caller.failed(call, now);
            }
        }
    }

    /// Ids and names of participants are no personal data; nothing else is logged.
    fn log(&self, call: Call, result: &Result<(), Failed>) {
        let (call, id) = match call {
            Call::Ask(id) => ("credits", Some(id)),
            Call::LookUp(id) => ("look_up", Some(id)),
            Call::Tell(_, id) => ("outcomes", id),
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

impl Said {
    fn of(view: &View<'_>, call: Call) -> Self {
        match call {
            Call::Ask(id) => Question::of(view, id, false).map(Self::Question),
            Call::LookUp(id) => Question::of(view, id, true).map(Self::Question),
            Call::Tell(position, Some(id)) => News::of(view, position, id).map(Self::News),
            Call::Tell(position, None) => Some(Self::PastNews(position)),
        }
        .unwrap_or(Self::Nothing)
    }
}
