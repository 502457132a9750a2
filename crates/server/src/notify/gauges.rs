//! What of telling waits, fails or was given up, for `/metrics`: nothing stays silent.

use switch::{ParticipantId, Time, Webhook};
use telling::Standing;
use wire::error::Problem;

use super::endpoint_of;
use crate::hub::{Hub, Page};

/// One participant's stream.
struct Stream {
    who: ParticipantId,
    acknowledged: u64,
    last: u64,
    /// When the oldest outcome that is not acknowledged was decided, if memory knows it.
    decided: Option<Time>,
}

/// One webhook, as it is registered and as it stands.
struct Hook {
    webhook: Webhook,
    standing: Option<Standing>,
    last: u64,
    waiting_since: Option<Time>,
}

/// Adds the gauges of streams and webhooks.
pub(crate) async fn add(hub: &Hub, page: &mut Page) -> Result<(), Problem> {
    let looked = hub.read(|view| {
        let streams = view.switch.participants().map(|(who, _)| {
            let (acknowledged, last) = view.switch.stream_of(who);
            let first = view.switch.outcomes_of(who, 1).into_iter().next();
            let item = first.and_then(|(_, id)| view.switch.item(id));
            Stream {
                who,
                acknowledged,
                last,
                decided: item.and_then(|item| Some(item.decided?.at.now)),
            }
        });
        let streams: Vec<Stream> = streams.collect();
        let hooks = view.switch.webhooks().map(|webhook| {
            let (_, last) = view.switch.stream_of(webhook.settings.participant);
            (webhook.clone(), last)
        });
        (streams, hooks.collect::<Vec<(Webhook, u64)>>())
    });
    let (streams, hooks) = looked.await?;
    let (streams, hooks) = hub
        .blocking(move |hub| Ok((aged(hub, streams)?, standing(hub, hooks)?)))
        .await?;
    add_streams(hub, &streams, page);
    add_hooks(hub, &hooks, page);
    Ok(())
}

/// When the outcome at a position was decided, once the tables show it.
fn decided(hub: &Hub, who: ParticipantId, position: u64) -> Result<Option<Time>, Problem> {
    let row = hub.outcome_row(who, position)?;
    Ok(row.map(|row| row.decided.now))
}

fn aged(hub: &Hub, streams: Vec<Stream>) -> Result<Vec<Stream>, Problem> {
    let one = |mut stream: Stream| {
        let waits = stream.acknowledged < stream.last;
        if waits && stream.decided.is_none() {
            stream.decided = decided(hub, stream.who, stream.acknowledged.saturating_add(1))?;
        }
        Ok(stream)
    };
    streams.into_iter().map(one).collect()
}

fn standing(hub: &Hub, hooks: Vec<(Webhook, u64)>) -> Result<Vec<Hook>, Problem> {
    let one = |(webhook, last): (Webhook, u64)| {
        let endpoint = endpoint_of(&webhook);
        let standing = hub
            .shared()
            .notifier
            .with(|file| file.standing(&endpoint))?;
        let told = standing
            .as_ref()
            .map_or(webhook.from_position, |standing| standing.told);
        let waiting_since = match told < last {
            true => decided(hub, webhook.settings.participant, told.saturating_add(1))?,
            false => None,
        };
        Ok(Hook {
            webhook,
            standing,
            last,
            waiting_since,
        })
    };
    hooks.into_iter().map(one).collect()
}

fn add_streams(hub: &Hub, streams: &[Stream], page: &mut Page) {
    let directory = hub.directory();
    let now = hub.now();
    let stuck_after = hub.shared().notifier.settings.stuck_after.as_secs();
    let age_s = |stream: &Stream| stream.decided.map_or(0, |decided| seconds(decided, now));
    let name = "spean_outcome_age_seconds";
    page.head(
        name,
        "gauge",
        "Age of the oldest outcome that a participant did not acknowledge.",
    );
    for stream in streams {
        let participant = directory.name(stream.who);
        page.line(name, &[("participant", &participant)], age_s(stream));
    }
    let name = "spean_stream_stuck";
    page.head(
        name,
        "gauge",
        "1 when a participant has not acknowledged an outcome for too long.",
    );
    for stream in streams {
        let participant = directory.name(stream.who);
        let is_stuck = u8::from(age_s(stream) > stuck_after);
        page.line(name, &[("participant", &participant)], is_stuck);
    }
    let name = "spean_event_streams";
    page.head(name, "gauge", "Open streams of events.");
    for (who, open) in hub.shared().notifier.places.open() {
        page.line(name, &[("participant", &directory.name(who))], open);
    }
}

fn add_hooks(hub: &Hub, hooks: &[Hook], page: &mut Page) {
    let now = hub.now();
    let told = |hook: &Hook| {
        let standing = hook.standing.as_ref();
        standing.map_or(hook.webhook.from_position, |standing| standing.told)
    };
    let of = |hook: &Hook, read: fn(&Standing) -> u64| hook.standing.as_ref().map_or(0, read);
    add_hook_gauge(
        hub,
        page,
        hooks,
        (
            "spean_webhook_active",
            "gauge",
            "Whether a webhook is switched on.",
        ),
        |hook| u64::from(hook.webhook.settings.is_active),
    );
    add_hook_gauge(
        hub,
        page,
        hooks,
        (
            "spean_webhook_backlog",
            "gauge",
            "Events that a webhook was not told.",
        ),
        |hook| hook.last.saturating_sub(told(hook)),
    );
    add_hook_gauge(
        hub,
        page,
        hooks,
        (
            "spean_webhook_age_seconds",
            "gauge",
            "Age of the oldest event that a webhook was not told.",
        ),
        |hook| hook.waiting_since.map_or(0, |since| seconds(since, now)),
    );
    add_hook_gauge(
        hub,
        page,
        hooks,
        (
            "spean_webhook_dead_letters",
            "gauge",
            "Events that were given up and not delivered since.",
        ),
        |hook| of(hook, |standing| standing.dead_letters),
    );
    add_hook_gauge(
        hub,
        page,
        hooks,
        (
            "spean_webhook_given_up_total",
            "counter",
            "Events that were given up since the webhook was registered.",
        ),
        |hook| of(hook, |standing| standing.given_up),
    );
}

fn add_hook_gauge(
    hub: &Hub,
    page: &mut Page,
    hooks: &[Hook],
    (name, kind, help): (&str, &str, &str),
    value: impl Fn(&Hook) -> u64,
) {
    let directory = hub.directory();
    page.head(name, kind, help);
    for hook in hooks {
        let settings = &hook.webhook.settings;
        let participant = directory.name(settings.participant);
        let labels = [
            ("participant", participant.as_str()),
            ("webhook", &settings.id),
        ];
        page.line(name, &labels, value(hook));
    }
}

fn seconds(since: Time, now: Time) -> u64 {
    let passed_ns = now.0.saturating_sub(since.0).max(0);
    passed_ns.unsigned_abs() / 1_000_000_000
}
