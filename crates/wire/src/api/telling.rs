//! Events and webhooks: how a participant is notified of its outcomes, beside the protocol.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Outcome;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum EventType {
    /// A payment was completed.
    #[serde(rename = "payment.completed")]
    PaymentCompleted,
    /// A payment was cancelled.
    #[serde(rename = "payment.cancelled")]
    PaymentCancelled,
    /// A refund was completed.
    #[serde(rename = "refund.completed")]
    RefundCompleted,
    /// A refund was cancelled.
    #[serde(rename = "refund.cancelled")]
    RefundCancelled,
}

/// One entry of a participant's outcome stream, as `GET /v1/events` shows it and as a webhook's
/// body brings it. It notifies: the protocol's own word is `POST {base}/outcomes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// What happened.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// When it was decided.
    pub timestamp: String,
    /// Whether a webhook brings it again because its participant asked for a replay.
    #[serde(default, skip_serializing_if = "is_not")]
    pub is_replay: bool,
    /// The outcome as you may see it; its `outcome_sequence` is the event's position.
    pub data: Outcome,
}

fn is_not(flag: &bool) -> bool {
    !flag
}

/// `PUT /v1/webhooks/{id}`: where you want to be notified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookPut {
    /// An address, at most 1,024 characters; redirects are not followed.
    pub url: String,
    /// For people, at most 140 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether you are notified now; yes when absent. While not, events wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
}

/// How the notifying at a webhook stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookState {
    /// Everything that there is was delivered.
    Idle,
    /// Events are on their way.
    Delivering,
    /// The last attempt failed; it is made again.
    Retrying,
    /// Switched off, by its participant or because its address answered 410.
    Inactive,
}

/// A webhook and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookView {
    /// The name that you gave it.
    pub id: String,
    /// Where you are notified.
    pub url: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether you are notified now.
    pub is_active: bool,
    /// How it stands.
    pub state: WebhookState,
    /// One more with every change.
    pub version: u32,
    /// Events behind this position are delivered; replay what is before it.
    pub from_position: u64,
    /// The last position that was delivered or given up.
    pub told_position: u64,
    /// The last position that there is.
    pub last_position: u64,
    /// When the oldest event that waits was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<String>,
    /// When the next attempt is made, after one that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<String>,
    /// Why the last attempt that failed did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// When that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error_at: Option<String>,
    /// Events that were given up and not delivered since.
    pub dead_letters: u64,
    /// The replay under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<ReplayRange>,
    /// The key that attempts are signed with, as libraries of Standard Webhooks take it.
    pub public_key: String,
    /// When it was registered.
    pub created_at: String,
    /// The journal's sequence that holds what is shown.
    pub sequence: u64,
}

/// `GET /v1/webhooks`: your webhooks, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookList {
    /// At most 8.
    pub webhooks: Vec<WebhookView>,
}

/// The answer to `DELETE /v1/webhooks/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookRemoved {
    /// As named.
    pub id: String,
    /// The journal's sequence that holds the removal.
    pub sequence: u64,
}

/// One attempt to deliver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Delivery {
    /// The event's position in your stream.
    pub position: u64,
    /// The header `webhook-id`.
    pub webhook_id: String,
    /// Which attempt of this event, from 1.
    pub attempt: u32,
    /// Whether it was a replay.
    pub is_replay: bool,
    /// When.
    pub at: String,
    /// How long it took.
    pub took_ms: u64,
    /// Whether it was taken: any 2xx.
    pub is_delivered: bool,
    /// What your side answered, if it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// `GET /v1/webhooks/{id}/deliveries`: the last attempts, newest first; at most 200 are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeliveryList {
    /// Newest first.
    pub deliveries: Vec<Delivery>,
}

/// An event that was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeadLetter {
    /// The event's position in your stream.
    pub position: u64,
    /// The header `webhook-id`.
    pub webhook_id: String,
    /// How many attempts were made.
    pub attempts: u32,
    /// When it was given up.
    pub given_up_at: String,
    /// Why the last attempt failed.
    pub error: String,
}

/// `GET /v1/webhooks/{id}/dead-letters`: oldest first; a replay that is taken removes its event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeadLetterList {
    /// At most 1,000.
    pub dead_letters: Vec<DeadLetter>,
    /// How many there are in all.
    pub total: u64,
}

/// `POST /v1/webhooks/{id}/replay`, and a replay that is under way: what is still to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayRange {
    /// The first event.
    pub from_position: u64,
    /// The last event; at most 10,000 in one range.
    pub to_position: u64,
}
