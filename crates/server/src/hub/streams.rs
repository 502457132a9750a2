//! How far each participant's outcome stream and the tables have come, for those who follow it.

use std::collections::BTreeMap;
use std::sync::Mutex;

use engine::View;
use switch::{ParticipantId, Switch};
use tokio::sync::watch;
use wire::error::Problem;

use super::{Hub, lock};

/// The end of a stream, and the batch in which it was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tip {
    pub(crate) position: u64,
    pub(crate) sequence: u64,
}

/// Streams that somebody follows; bounded by the participants.
#[derive(Debug)]
pub(crate) struct Streams {
    tips: Mutex<BTreeMap<ParticipantId, watch::Sender<Tip>>>,
    /// The batch that the tables stand for.
    projected: watch::Sender<u64>,
}

impl Default for Streams {
    fn default() -> Self {
        Self {
            tips: Mutex::default(),
            projected: watch::Sender::new(0),
        }
    }
}

impl Streams {
    /// Whoever follows a stream that got on is woken, and nobody else.
    pub(super) fn note_batch(&self, view: &View<'_>) {
        for (who, tip) in lock(&self.tips).iter() {
            raise(tip, Tip::of(view.switch, *who, view.head.seq));
        }
    }

    pub(crate) fn note_projected(&self, sequence: u64) {
        // Tables that are projected again go back; what they hold then is what counts.
        self.projected.send_replace(sequence);
    }

    /// Waits until the tables stand for a batch.
    pub(crate) async fn shows(&self, sequence: u64) {
        let mut projected = self.projected.subscribe();
        let shown = projected.wait_for(|applied| *applied >= sequence);
        if shown.await.map(|_applied| ()).is_err() {
            std::future::pending().await
        }
    }

    fn tip(&self, who: ParticipantId) -> watch::Receiver<Tip> {
        lock(&self.tips).entry(who).or_default().subscribe()
    }

    fn raise(&self, who: ParticipantId, now: Tip) {
        raise(lock(&self.tips).entry(who).or_default(), now);
    }
}

impl Tip {
    fn of(switch: &Switch, who: ParticipantId, sequence: u64) -> Self {
        let (_acknowledged, position) = switch.stream_of(who);
        Self { position, sequence }
    }
}

fn raise(tip: &watch::Sender<Tip>, now: Tip) {
    tip.send_if_modified(|known| {
        let is_news = now.position > known.position;
        if is_news {
            *known = now;
        }
        is_news
    });
}

/// One that follows a participant's stream.
#[derive(Clone, Debug)]
pub(crate) struct Follow {
    tip: watch::Receiver<Tip>,
    projected: watch::Receiver<u64>,
}

impl Hub {
    /// Follows a participant's outcome stream from its end as it is now.
    pub(crate) async fn follow(&self, who: ParticipantId) -> Result<Follow, Problem> {
        let streams = &self.shared().board.streams;
        // Followed before it is looked at, so that nothing falls between.
        let follow = Follow {
            tip: streams.tip(who),
            projected: streams.projected.subscribe(),
        };
        let now = self.read(move |view| Tip::of(view.switch, who, view.head.seq));
        streams.raise(who, now.await?);
        Ok(follow)
    }
}

impl Follow {
    /// The last position that there is.
    pub(crate) fn last(&self) -> u64 {
        self.tip.borrow().position
    }

    /// Waits until something stands behind a position, and the tables can show it.
    pub(crate) async fn behind(&mut self, position: u64) {
        // Both ends live as long as the hub; without it nobody waits for long.
        let tip = self.tip.wait_for(|tip| tip.position > position).await;
        let Ok(sequence) = tip.map(|tip| tip.sequence) else {
            return std::future::pending().await;
        };
        let projected = self.projected.wait_for(|applied| *applied >= sequence);
        if projected.await.is_err() {
            std::future::pending().await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_follower_wakes_when_its_stream_got_on_and_the_tables_show_it() {
        let streams = Streams::default();
        let (one, other) = (ParticipantId(1), ParticipantId(2));
        let follow = |who| Follow {
            tip: streams.tip(who),
            projected: streams.projected.subscribe(),
        };
        let tip = |position, sequence| Tip { position, sequence };
        let (mut first, second) = (follow(one), follow(other));
        streams.raise(one, tip(3, 7));
        assert_eq!((first.last(), second.last()), (3, 0));
        let mut waiting = first.clone();
        let woken = tokio::spawn(async move { waiting.behind(2).await });
        tokio::task::yield_now().await;
        assert!(!woken.is_finished(), "the tables do not show it yet");
        streams.note_projected(7);
        woken.await.unwrap();
        first.behind(0).await;
        // What is older than what is known changes nothing.
        streams.raise(one, tip(2, 9));
        assert_eq!(first.last(), 3);
        assert!(!second.tip.has_changed().unwrap());
    }
}
