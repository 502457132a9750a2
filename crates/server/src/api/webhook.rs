//! Webhooks: a participant's own, and nobody else's.

use axum::extract::State;
use http::StatusCode;
use switch::limits::{WEBHOOK_DESCRIPTION_CHARS_MAX, WEBHOOK_ID_CHARS_MAX};
use switch::{Input, ParticipantId, Time, Webhook, WebhookSettings};
use telling::Endpoint;
use telling::limits::REPLAY_EVENTS_MAX;
use wire::api::{
    DeadLetter, DeadLetterList, Delivery, DeliveryList, ReplayRange, WebhookList, WebhookPut,
    WebhookRemoved, WebhookState, WebhookView,
};
use wire::error::{Code, Problem};
use wire::webhook::key_text;

use super::Served;
use crate::convert::{Subject, optional, problem, time_text};
use crate::gate::{Caller, Path, Sent, answer};
use crate::hub::Hub;
use crate::limits::DEAD_LETTERS_SHOWN;
use crate::notify::{endpoint_of, event_id};

/// Register a webhook
///
/// `id` is yours to choose: 1 to 40 small letters, digits and hyphens; at most 8 for a
/// participant. From now on each of your outcomes is POSTed to `url` as an event, in order, one at
/// a time, signed as Standard Webhooks says (`v1a`, Ed25519, the key is `public_key`). A 2xx takes
/// it; whatever else is tried again by a schedule, 410 switches the webhook off. Sending it again
/// changes it, and has a failed event tried at once.
#[utoipa::path(
    put, path = "/v1/webhooks/{id}", tag = "events", operation_id = "put_webhook",
    params(("id" = String, Path, description = "The webhook's name")),
    request_body = WebhookPut,
    responses((status = 200, description = "It is registered.", body = WebhookView)),
)]
pub(crate) async fn put_webhook(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    sent: Sent,
) -> Served {
    let id = name(id)?;
    let put: WebhookPut = sent.read()?;
    let settings = settings(&hub, &caller, id, put)?;
    let key = settings.id.clone();
    let input = Input::SetWebhook {
        settings,
        only_version: None,
    };
    let who = caller.id();
    let set = hub
        .give(input, move |view, _reply| {
            view.switch.webhook(who, &key).cloned()
        })
        .await?;
    let webhook = set.map_err(|refusal| problem(refusal, Subject::Webhook))?;
    let webhook = webhook.ok_or(Code::Internal)?;
    let endpoint = endpoint_of(&webhook);
    hub.blocking(move |hub| {
        let notifier = &hub.shared().notifier;
        notifier.with(|file| file.hurry(&endpoint))?;
        notifier.ring(&endpoint);
        Ok(())
    })
    .await?;
    Ok(answer(StatusCode::OK, &one(&hub, webhook).await?))
}

/// Read a webhook
///
/// Its settings, and how it stands: what was told, what waits since when, why the last attempt
/// failed, how many events were given up.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}", tag = "events", operation_id = "webhook",
    params(("id" = String, Path, description = "The webhook's name")),
    responses((status = 200, description = "How it stands.", body = WebhookView)),
)]
pub(crate) async fn webhook(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Served {
    let webhook = own(&hub, &caller, id).await?;
    Ok(answer(StatusCode::OK, &one(&hub, webhook).await?))
}

/// List webhooks
///
/// The caller's own, by name.
#[utoipa::path(
    get, path = "/v1/webhooks", tag = "events", operation_id = "webhooks",
    responses((status = 200, description = "All of them.", body = WebhookList)),
)]
pub(crate) async fn webhooks(State(hub): State<Hub>, caller: Caller) -> Served {
    let who = caller.id();
    let all = hub.read(move |view| view.switch.webhooks_of(who).cloned().collect());
    let webhooks = shown(&hub, all.await?).await?;
    Ok(answer(StatusCode::OK, &WebhookList { webhooks }))
}

/// Remove a webhook
///
/// Nothing more is sent; its log and its dead letters go with it. One that is registered again
/// under the name is a new one.
#[utoipa::path(
    delete, path = "/v1/webhooks/{id}", tag = "events", operation_id = "remove_webhook",
    params(("id" = String, Path, description = "The webhook's name")),
    responses((status = 200, description = "It is gone.", body = WebhookRemoved)),
)]
pub(crate) async fn remove_webhook(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Served {
    let id = name(id)?;
    let input = Input::RemoveWebhook {
        participant: caller.id(),
        id: id.clone(),
    };
    let removed = hub.give(input, |view, _reply| view.head.seq).await?;
    let sequence = removed.map_err(|refusal| problem(refusal, Subject::Webhook))?;
    Ok(answer(StatusCode::OK, &WebhookRemoved { id, sequence }))
}

/// Read a webhook's log
///
/// The last 200 attempts, newest first.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}/deliveries", tag = "events", operation_id = "deliveries",
    params(("id" = String, Path, description = "The webhook's name")),
    responses((status = 200, description = "The attempts.", body = DeliveryList)),
)]
pub(crate) async fn deliveries(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Served {
    let endpoint = endpoint_of(&own(&hub, &caller, id).await?);
    let body = hub.blocking(move |hub| {
        let attempts = hub
            .shared()
            .notifier
            .with(|file| file.attempts(&endpoint))?;
        let deliveries = attempts.into_iter().map(|attempt| Delivery {
            position: attempt.position,
            webhook_id: webhook_id(hub, &endpoint, attempt.position),
            attempt: attempt.attempt,
            is_replay: attempt.is_replay,
            at: time_text(Time(attempt.at_ns)),
            took_ms: attempt.took_ms,
            is_delivered: attempt.error.is_none(),
            status: attempt.status,
            error: attempt.error,
        });
        Ok(DeliveryList {
            deliveries: deliveries.collect(),
        })
    });
    Ok(answer(StatusCode::OK, &body.await?))
}

/// Read a webhook's dead letters
///
/// Events that were given up after the last attempt and not taken since, oldest first. Replay them
/// when your side is mended.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}/dead-letters", tag = "events", operation_id = "dead_letters",
    params(("id" = String, Path, description = "The webhook's name")),
    responses((status = 200, description = "What was given up.", body = DeadLetterList)),
)]
pub(crate) async fn dead_letters(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Served {
    let endpoint = endpoint_of(&own(&hub, &caller, id).await?);
    let body = hub.blocking(move |hub| {
        let notifier = &hub.shared().notifier;
        let (dead, standing) = notifier.with(|file| {
            let dead = file.dead_letters(&endpoint, DEAD_LETTERS_SHOWN)?;
            Ok((dead, file.standing(&endpoint)?))
        })?;
        let dead_letters = dead.into_iter().map(|letter| DeadLetter {
            position: letter.position,
            webhook_id: webhook_id(hub, &endpoint, letter.position),
            attempts: letter.attempts,
            given_up_at: time_text(Time(letter.at_ns)),
            error: letter.error,
        });
        Ok(DeadLetterList {
            dead_letters: dead_letters.collect(),
            total: standing.map_or(0, |standing| standing.dead_letters),
        })
    });
    Ok(answer(StatusCode::OK, &body.await?))
}

/// Replay events
///
/// Sends a range of your events to the webhook again, in order, in the gaps of the live ones. They
/// have the same `webhook-id` as the first time, and `is_replay` in the body. One range at a time;
/// the same range again, before anything of it was sent, is a repetition.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/replay", tag = "events", operation_id = "replay",
    params(("id" = String, Path, description = "The webhook's name")),
    request_body = ReplayRange,
    responses((status = 200, description = "It begins.", body = WebhookView)),
)]
pub(crate) async fn replay(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    sent: Sent,
) -> Served {
    let webhook = own(&hub, &caller, id).await?;
    let range: ReplayRange = sent.read()?;
    let (from, to) = (range.from_position, range.to_position);
    let count = to.checked_sub(from).and_then(|last| last.checked_add(1));
    if from == 0 || count.is_none_or(|count| count > REPLAY_EVENTS_MAX) {
        return Err(Code::ReplayRangeWrong.into());
    }
    let who = caller.id();
    let last = hub.read(move |view| view.switch.stream_of(who).1).await?;
    if to > last {
        let detail = format!("the last position is {last}");
        let problem = Problem::new(Code::EventPositionUnknown).with_field("/to_position");
        return Err(problem.with_detail(detail).into());
    }
    let endpoint = endpoint_of(&webhook);
    let begin = webhook.from_position;
    let has_begun = hub.blocking(move |hub| {
        let notifier = &hub.shared().notifier;
        let has_begun = notifier.with(|file| {
            file.begin(&endpoint, begin, last)?;
            file.replay(&endpoint, from, to)
        })?;
        notifier.ring(&endpoint);
        Ok(has_begun)
    });
    match has_begun.await? {
        true => Ok(answer(StatusCode::OK, &one(&hub, webhook).await?)),
        false => Err(Code::ReplayUnderWay.into()),
    }
}

fn name(id: String) -> Result<String, Problem> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_name = !id.is_empty() && id.len() <= WEBHOOK_ID_CHARS_MAX && id.chars().all(plain);
    match is_name {
        true => Ok(id),
        false => {
            let detail = "a webhook's name has 1 to 40 small letters, digits and hyphens";
            Err(Problem::new(Code::InvalidField).with_detail(detail))
        }
    }
}

fn settings(
    hub: &Hub,
    caller: &Caller,
    id: String,
    put: WebhookPut,
) -> Result<WebhookSettings, Problem> {
    if put.url.len() > switch::limits::WEBHOOK_URL_BYTES_MAX {
        let problem = Problem::new(Code::InvalidField).with_field("/url");
        return Err(problem.with_detail("at most 1,024 characters"));
    }
    hub.shared().notifier.address(&put.url).map_err(|why| {
        let problem = Problem::new(Code::WebhookUrlRefused).with_field("/url");
        problem.with_detail(why)
    })?;
    let description = put.description.unwrap_or_default();
    Ok(WebhookSettings {
        participant: caller.id(),
        id,
        url: put.url,
        description: optional(&description, WEBHOOK_DESCRIPTION_CHARS_MAX, "/description")?,
        is_active: put.is_active.unwrap_or(true),
    })
}

/// The caller's webhook of that name; others hear that there is none.
async fn own(hub: &Hub, caller: &Caller, id: String) -> Result<Webhook, Problem> {
    let (id, who) = (name(id)?, caller.id());
    let found = hub.read(move |view| view.switch.webhook(who, &id).cloned());
    found.await?.ok_or_else(|| Problem::new(Code::NotFound))
}

fn webhook_id(hub: &Hub, endpoint: &Endpoint, position: u64) -> String {
    let participant = hub.directory().name(ParticipantId(endpoint.participant));
    event_id(&participant, &endpoint.webhook, endpoint.created, position)
}

async fn one(hub: &Hub, webhook: Webhook) -> Result<WebhookView, Problem> {
    let mut views = shown(hub, vec![webhook]).await?;
    views.pop().ok_or_else(|| Problem::new(Code::Internal))
}

async fn shown(hub: &Hub, webhooks: Vec<Webhook>) -> Result<Vec<WebhookView>, Problem> {
    let owners: Vec<ParticipantId> = webhooks
        .iter()
        .map(|one| one.settings.participant)
        .collect();
    let (sequence, ends) = hub
        .read(move |view| {
            let ends = owners.iter().map(|who| view.switch.stream_of(*who).1);
            (view.head.seq, ends.collect::<Vec<u64>>())
        })
        .await?;
    hub.blocking(move |hub| {
        let both = webhooks.iter().zip(ends);
        both.map(|(webhook, last)| view(hub, webhook, last, sequence))
            .collect()
    })
    .await
}

fn view(hub: &Hub, webhook: &Webhook, last: u64, sequence: u64) -> Result<WebhookView, Problem> {
    let endpoint = endpoint_of(webhook);
    let settings = &webhook.settings;
    let standing = hub
        .shared()
        .notifier
        .with(|file| file.standing(&endpoint))?;
    let told = standing
        .as_ref()
        .map_or(webhook.from_position, |standing| standing.told);
    let waiting = match told < last {
        true => hub.outcome_row(settings.participant, told.saturating_add(1))?,
        false => None,
    };
    let lane = standing.as_ref().map(|standing| match standing.replay {
        Some(replay) if told >= last => replay.lane,
        Some(_) | None => standing.live,
    });
    let retry = lane.filter(|lane| lane.failures > 0);
    let replay = standing.as_ref().and_then(|standing| standing.replay);
    let error = standing.as_ref().and_then(|known| known.last_error.clone());
    let (last_error, last_error_at) = error.unzip();
    Ok(WebhookView {
        id: settings.id.clone(),
        url: settings.url.clone(),
        description: Some(settings.description.clone()).filter(|text| !text.is_empty()),
        is_active: settings.is_active,
        state: match (settings.is_active, told >= last && replay.is_none(), retry) {
            (false, _, _) => WebhookState::Inactive,
            (true, true, _) => WebhookState::Idle,
            (true, false, Some(_)) => WebhookState::Retrying,
            (true, false, None) => WebhookState::Delivering,
        },
        version: webhook.version,
        from_position: webhook.from_position,
        told_position: told,
        last_position: last,
        waiting_since: waiting.map(|row| time_text(row.decided.now)),
        // Nothing, where somebody has just asked for a try at once.
        next_attempt_at: retry
            .filter(|lane| lane.not_before_ns > 0)
            .map(|lane| time_text(Time(lane.not_before_ns))),
        last_error,
        last_error_at: last_error_at.map(|at_ns| time_text(Time(at_ns))),
        dead_letters: standing.map_or(0, |standing| standing.dead_letters),
        replay: replay.map(|replay| ReplayRange {
            from_position: replay.next,
            to_position: replay.to,
        }),
        public_key: key_text(&hub.shared().key.public()),
        created_at: time_text(webhook.created.now),
        sequence,
    })
}
