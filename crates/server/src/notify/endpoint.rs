//! One webhook's task: the next event, one attempt, what follows from it, again.

use std::sync::Arc;
use std::time::Instant;

use switch::{Input, Webhook, WebhookSettings};
use telling::{Attempt, Ending, Endpoint, Lane, Standing};
use tokio::sync::Notify;
use wire::api::Event;
use wire::error::{Code, Problem};
use wire::webhook::{Notice, sign};

use super::post::{Answered, Letter};
use super::{Address, endpoint_of, event_id};
use crate::hub::{Follow, Hub};
use crate::limits::RETRY_LAST;

/// Runs until it is aborted: when the hub stops, and when the webhook changes or goes.
pub(super) struct Task {
    hub: Hub,
    webhook: Webhook,
    endpoint: Endpoint,
    bell: Arc<Notify>,
}

/// What there is to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Live(u64, Lane),
    Replay(u64, Lane),
    Nothing,
}

impl Due {
    /// Live events first: a replay uses their gaps, and waits while they cannot be delivered.
    fn of(standing: &Standing, last: u64) -> Self {
        if standing.told < last {
            return Due::Live(standing.told.saturating_add(1), standing.live);
        }
        match standing.replay {
            Some(replay) => Due::Replay(replay.next, replay.lane),
            None => Due::Nothing,
        }
    }
}

impl Task {
    pub(super) fn new(hub: Hub, webhook: Webhook, bell: Arc<Notify>) -> Self {
        Self {
            endpoint: endpoint_of(&webhook),
            hub,
            webhook,
            bell,
        }
    }

    pub(super) async fn run(self) {
        loop {
            if let Err(problem) = self.serve().await {
                let webhook = &self.endpoint.webhook;
                tracing::warn!(webhook, %problem, "a webhook cannot be served now");
            }
            tokio::time::sleep(RETRY_LAST).await;
        }
    }

    async fn serve(&self) -> Result<(), Problem> {
        let mut follow = self.hub.follow(self.webhook.settings.participant).await?;
        loop {
            self.step(&mut follow).await?;
        }
    }

    async fn step(&self, follow: &mut Follow) -> Result<(), Problem> {
        let last = follow.last();
        let standing = self.standing(last).await?;
        let (position, lane, is_replay) = match Due::of(&standing, last) {
            Due::Live(position, lane) => (position, lane, false),
            Due::Replay(position, lane) => (position, lane, true),
            Due::Nothing => {
                tokio::select! {
                    () = follow.behind(last) => {}
                    () = self.bell.notified() => {}
                }
                return Ok(());
            }
        };
        let clock = &self.hub.shared().clock;
        if clock.now_ns() < lane.not_before_ns {
            tokio::select! {
                () = clock.sleep_until_ns(lane.not_before_ns) => {}
                () = self.bell.notified() => {}
            }
            return Ok(());
        }
        follow.behind(position.saturating_sub(1)).await;
        let who = self.webhook.settings.participant;
        let mut event = self.hub.event_at(who, position).await?;
        event.is_replay = is_replay;
        self.attempt(event, lane).await
    }

    async fn standing(&self, last: u64) -> Result<Standing, Problem> {
        let (endpoint, from) = (self.endpoint.clone(), self.webhook.from_position);
        self.hub
            .blocking(move |hub| {
                hub.shared()
                    .notifier
                    .with(|file| file.begin(&endpoint, from, last))
            })
            .await
    }

    async fn attempt(&self, event: Event, lane: Lane) -> Result<(), Problem> {
        let (position, is_replay) = (event.data.outcome_sequence, event.is_replay);
        let notifier = &self.hub.shared().notifier;
        let at_ns = self.hub.shared().clock.now_ns();
        let began = Instant::now();
        let letter = self.letter(&event)?;
        let id = letter.id.clone();
        // The configuration may have closed what was open when the webhook was registered.
        let answered = match notifier.address(&self.webhook.settings.url) {
            Ok(address) => self.post(&address, letter).await,
            Err(_closed) => Answered::Nothing("address_refused"),
        };
        let attempt = Attempt {
            position,
            attempt: lane.failures.saturating_add(1),
            is_replay,
            at_ns,
            took_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            status: answered.status(),
            error: answered.error().map(str::to_owned),
        };
        let ending = self.ending(answered, &attempt, &id);
        self.count(&attempt, ending);
        let endpoint = self.endpoint.clone();
        let noted = self.hub.blocking(move |hub| {
            let notifier = &hub.shared().notifier;
            notifier.with(|file| file.note(&endpoint, &attempt, ending))
        });
        noted.await?;
        if answered == Answered::Gone {
            self.switch_off().await?;
        }
        Ok(())
    }

    async fn post(&self, address: &Address, letter: Letter) -> Answered {
        self.hub
            .shared()
            .notifier
            .poster
            .post(address, letter)
            .await
    }

    fn letter(&self, event: &Event) -> Result<Letter, Problem> {
        let shared = self.hub.shared();
        let participant = self.hub.directory().name(self.webhook.settings.participant);
        let Endpoint {
            webhook, created, ..
        } = &self.endpoint;
        let id = event_id(&participant, webhook, *created, event.data.outcome_sequence);
        let body = serde_json::to_vec(event).map_err(|_unfit| Problem::new(Code::Internal))?;
        let timestamp_s = shared.clock.now_s();
        let notice = Notice {
            id: &id,
            timestamp_s,
            body: &body,
        };
        let signature = sign(&shared.key, notice).ok_or(Code::Internal)?;
        Ok(Letter {
            id,
            timestamp_s,
            signature,
            body,
        })
    }

    fn ending(&self, answered: Answered, attempt: &Attempt, id: &str) -> Ending {
        let not_before_ns = match answered {
            Answered::Taken(_) => return Ending::Taken,
            // The event waits for the webhook to be switched on again.
            Answered::Gone => attempt.at_ns,
            Answered::Refused(_) | Answered::Nothing(_) => {
                let schedule = &self.hub.shared().notifier.settings.schedule;
                let Some(pause) = schedule.pause(attempt.attempt, id) else {
                    return Ending::GivenUp;
                };
                let pause_ns = i64::try_from(pause.as_nanos()).unwrap_or(i64::MAX);
                self.hub.shared().clock.now_ns().saturating_add(pause_ns)
            }
        };
        Ending::Again { not_before_ns }
    }

    fn count(&self, attempt: &Attempt, ending: Ending) {
        let result = match ending {
            Ending::Taken => "answered",
            Ending::Again { .. } => "failed",
            Ending::GivenUp => "given_up",
        };
        self.hub.metrics().note_call("webhook", result);
        let participant = self.hub.directory().name(self.webhook.settings.participant);
        let webhook = &self.endpoint.webhook;
        let (position, error) = (attempt.position, attempt.error.as_deref());
        match ending {
            Ending::Taken => {
                tracing::debug!(participant, webhook, position, "event was delivered");
            }
            Ending::Again { .. } => {
                tracing::warn!(
                    participant,
                    webhook,
                    position,
                    error,
                    "event is tried again"
                );
            }
            Ending::GivenUp => {
                tracing::error!(participant, webhook, position, error, "event is given up");
            }
        }
    }

    /// The address says that it wants nothing more; only this very address is switched off.
    async fn switch_off(&self) -> Result<(), Problem> {
        let settings = WebhookSettings {
            is_active: false,
            ..self.webhook.settings.clone()
        };
        let input = Input::SetWebhook {
            settings,
            only_version: Some(self.webhook.version),
        };
        let given = self.hub.give(input, |_view, _reply| ()).await?;
        given.map_err(|_refusal| Problem::new(Code::Internal))
    }
}

#[cfg(test)]
mod tests {
    use telling::Replay;

    use super::*;

    #[test]
    fn live_events_go_first_and_a_replay_uses_their_gaps() {
        let failing = Lane {
            failures: 3,
            not_before_ns: 77,
        };
        let standing = |told, replay: Option<u64>| Standing {
            told,
            live: failing,
            replay: replay.map(|next| Replay {
                next,
                to: 4,
                lane: Lane::default(),
            }),
            given_up: 0,
            dead_letters: 0,
            last_error: None,
        };
        for (told, replay, last, expected) in [
            (4, None, 4, Due::Nothing),
            (4, None, 6, Due::Live(5, failing)),
            (4, Some(2), 6, Due::Live(5, failing)),
            (6, Some(2), 6, Due::Replay(2, Lane::default())),
        ] {
            assert_eq!(Due::of(&standing(told, replay), last), expected);
        }
    }
}
