//! The couriers: one for each participant, and another one when it dies.

use std::collections::{BTreeSet, HashMap};
use std::future::Future;

use switch::ParticipantId;
use tokio::sync::watch;
use tokio::task::{Id, JoinSet};
use tokio::time::{Instant, sleep_until};

use crate::limits::RETRY_LAST;
use crate::serve::stopped;

/// Who serves whom.
#[derive(Debug)]
pub(super) struct Crew<H> {
    hire: H,
    stop: watch::Receiver<bool>,
    tasks: JoinSet<()>,
    served: BTreeSet<ParticipantId>,
    /// Whom each task serves.
    whom: HashMap<Id, ParticipantId>,
}

impl<H, F> Crew<H>
where
    H: Fn(ParticipantId) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    pub(super) fn new(hire: H, stop: watch::Receiver<bool>) -> Self {
        Self {
            hire,
            stop,
            tasks: JoinSet::new(),
            served: BTreeSet::new(),
            whom: HashMap::new(),
        }
    }

    /// Serves a participant from now on, unless it is served already.
    pub(super) fn serve(&mut self, who: ParticipantId) {
        if self.served.insert(who) {
            self.begin(who, Instant::now());
        }
    }

    /// Waits until a courier has died and another one was hired, which begins after a pause: what
    /// killed the first may be in the state still.
    pub(super) async fn replaced(&mut self) -> ParticipantId {
        loop {
            let ended = self.tasks.join_next_with_id().await;
            let id = match ended {
                Some(Ok((id, ()))) => {
                    // Couriers end by themselves only when everything stops.
                    self.whom.remove(&id);
                    continue;
                }
                Some(Err(error)) => error.id(),
                // Nobody is left to wait for, until somebody new is served.
                None => std::future::pending().await,
            };
            if let Some(who) = self.whom.remove(&id) {
                let now = Instant::now();
                self.begin(who, now.checked_add(RETRY_LAST).unwrap_or(now));
                return who;
            }
        }
    }

    /// Waits until all have ended.
    pub(super) async fn rest(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }

    fn begin(&mut self, who: ParticipantId, at: Instant) {
        let mut stop = self.stop.clone();
        let courier = (self.hire)(who);
        let handle = self.tasks.spawn(async move {
            tokio::select! {
                biased;
                () = stopped(&mut stop) => return,
                () = sleep_until(at) => {}
            }
            courier.await;
        });
        self.whom.insert(handle.id(), who);
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;

    /// A courier that tells that it began, and dies if it is the first of its participant.
    async fn courier(
        who: ParticipantId,
        first: bool,
        began: mpsc::UnboundedSender<ParticipantId>,
        mut stop: watch::Receiver<bool>,
    ) {
        began.send(who).unwrap();
        assert!(!first, "dies");
        stopped(&mut stop).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_courier_that_dies_is_replaced_after_a_pause_and_others_go_on() {
        let (dying, living) = (ParticipantId(1), ParticipantId(2));
        let (stop, stopping) = watch::channel(false);
        let (began, mut begun) = mpsc::unbounded_channel();
        let hired = std::cell::Cell::new(0);
        let hire = |who| {
            let first = who == dying && hired.replace(hired.get() + 1) == 0;
            courier(who, first, began.clone(), stopping.clone())
        };
        let start = Instant::now();
        let mut crew = Crew::new(hire, stopping.clone());
        crew.serve(dying);
        crew.serve(dying);
        assert_eq!(crew.replaced().await, dying);
        crew.serve(living);
        crew.serve(dying);
        let mut seen = Vec::new();
        for _ in 0..3 {
            seen.push((begun.recv().await.unwrap(), start.elapsed()));
        }
        let at_once = std::time::Duration::ZERO;
        assert_eq!(
            seen,
            [(dying, at_once), (living, at_once), (dying, RETRY_LAST)]
        );
        stop.send_replace(true);
        crew.rest().await;
        assert!(begun.try_recv().is_err());
    }
}
