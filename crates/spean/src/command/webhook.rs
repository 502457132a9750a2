//! `spean webhook`: where a participant is notified.

use std::future::Future;

use participant::http::CallError;
use participant::hub::HubClient;
use serde::Serialize;
use wire::api::{
    DeadLetterList, DeliveryList, ReplayRange, WebhookList, WebhookPut, WebhookRemoved, WebhookView,
};

use super::site::Site;
use crate::cli::{WebhookCommand, WebhookName, WebhookOwner};
use crate::exit::{self, Exit};
use crate::{out, wait};

pub(super) fn run(command: WebhookCommand) -> anyhow::Result<Exit> {
    match command {
        WebhookCommand::Put {
            name,
            url,
            description,
            inactive,
        } => {
            let put = WebhookPut {
                url,
                description,
                is_active: Some(!inactive),
            };
            let ask = async |hub: HubClient, id: String| hub.put_webhook(&id, &put).await;
            named(name, "register the webhook", ask, show_one)
        }
        WebhookCommand::List { owner } => {
            let ask = async |hub: HubClient| hub.webhooks().await;
            owned(&owner, "list webhooks", ask, show_all)
        }
        WebhookCommand::Show { name } => {
            let ask = async |hub: HubClient, id: String| hub.webhook(&id).await;
            named(name, "look at the webhook", ask, show_one)
        }
        WebhookCommand::Deliveries { name } => {
            let ask = async |hub: HubClient, id: String| hub.deliveries(&id).await;
            named(name, "read the webhook's log", ask, show_deliveries)
        }
        WebhookCommand::DeadLetters { name } => {
            let ask = async |hub: HubClient, id: String| hub.dead_letters(&id).await;
            named(name, "read the dead letters", ask, show_dead_letters)
        }
        WebhookCommand::Replay { name, from, to } => {
            let range = ReplayRange {
                from_position: from,
                to_position: to,
            };
            let ask = async |hub: HubClient, id: String| hub.replay(&id, &range).await;
            named(name, "replay events", ask, show_one)
        }
        WebhookCommand::Delete { name } => {
            let ask = async |hub: HubClient, id: String| hub.remove_webhook(&id).await;
            named(name, "remove the webhook", ask, show_removed)
        }
    }
}

fn named<T: Serialize, F: Future<Output = Result<T, CallError>>>(
    name: WebhookName,
    doing: &str,
    ask: impl FnOnce(HubClient, String) -> F,
    show: impl FnOnce(&T) -> anyhow::Result<()>,
) -> anyhow::Result<Exit> {
    let WebhookName { id, owner } = name;
    owned(&owner, doing, |hub| ask(hub, id), show)
}

fn owned<T: Serialize, F: Future<Output = Result<T, CallError>>>(
    owner: &WebhookOwner,
    doing: &str,
    ask: impl FnOnce(HubClient) -> F,
    show: impl FnOnce(&T) -> anyhow::Result<()>,
) -> anyhow::Result<Exit> {
    let hub = Site::find(&owner.at)?.hub(&owner.by)?;
    let said = wait::block_on(async { ask(hub).await.map_err(|error| no(doing, &error)) })?;
    match owner.at.json {
        true => out::json(&said)?,
        false => show(&said)?,
    }
    Ok(Exit::Done)
}

fn no(doing: &str, error: &CallError) -> anyhow::Error {
    let words = format!("{doing}: {error}");
    match error.problem() {
        Some(problem) => exit::refused(words, problem),
        None => exit::error(Exit::Unreachable, words),
    }
}

fn row(name: &str, text: &str) {
    out::data(&format!("{name:<12}{}", out::safe(text)));
}

fn state_text(view: &WebhookView) -> anyhow::Result<String> {
    let state = serde_json::to_value(view.state)?;
    Ok(state.as_str().unwrap_or_default().to_owned())
}

fn show_one(view: &WebhookView) -> anyhow::Result<()> {
    row("webhook", &view.id);
    row("url", &view.url);
    if let Some(description) = &view.description {
        row("for", description);
    }
    row("state", &state_text(view)?);
    let (told, last) = (view.told_position, view.last_position);
    let backlog = last.saturating_sub(told);
    row("told", &format!("{told} of {last}, {backlog} wait"));
    if let Some(since) = &view.waiting_since {
        row("waits since", since);
    }
    if let (Some(error), Some(at)) = (&view.last_error, &view.last_error_at) {
        row("last error", &format!("{error}, {at}"));
    }
    if let Some(at) = &view.next_attempt_at {
        row("next try", at);
    }
    row("given up", &view.dead_letters.to_string());
    if let Some(replay) = view.replay {
        let range = format!("{} to {}", replay.from_position, replay.to_position);
        row("replays", &range);
    }
    row("key", &view.public_key);
    Ok(())
}

fn show_all(list: &WebhookList) -> anyhow::Result<()> {
    for view in &list.webhooks {
        let backlog = view.last_position.saturating_sub(view.told_position);
        let state = state_text(view)?;
        let line = format!(
            "{:<20} {state:<10} {backlog:>6} wait {:>6} given up  {}",
            view.id, view.dead_letters, view.url
        );
        out::data(&out::safe(&line));
    }
    Ok(())
}

fn show_deliveries(list: &DeliveryList) -> anyhow::Result<()> {
    for one in &list.deliveries {
        let status = one.status.map(|status| status.to_string());
        let line = format!(
            "{}  {:>6} attempt {:<2} {:<4} {:<16} {} ms{}",
            one.at,
            one.position,
            one.attempt,
            status.as_deref().unwrap_or("-"),
            one.error.as_deref().unwrap_or("delivered"),
            one.took_ms,
            if one.is_replay { ", replay" } else { "" },
        );
        out::data(&out::safe(&line));
    }
    Ok(())
}

fn show_dead_letters(list: &DeadLetterList) -> anyhow::Result<()> {
    for one in &list.dead_letters {
        let line = format!(
            "{}  {:>6} {} attempts, {}",
            one.given_up_at, one.position, one.attempts, one.error
        );
        out::data(&out::safe(&line));
    }
    out::talk(&format!("{} in all", list.total));
    Ok(())
}

fn show_removed(removed: &WebhookRemoved) -> anyhow::Result<()> {
    row("removed", &removed.id);
    row("sequence", &removed.sequence.to_string());
    Ok(())
}
