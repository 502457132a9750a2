//! The callbacks that a participant serves, described for its engineers. Nothing here runs in the
//! hub: the functions only carry the words.
#![expect(
    dead_code,
    reason = "the functions only carry the words of the document"
)]

use std::collections::BTreeMap;

use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{PathItem, Paths};
use utoipa::openapi::security::SecurityRequirement;
use wire::api::{Ask, Credit, CreditAnswer, Outcome, OutcomeReceived, Resolve, Resolved};

use super::operations;
use crate::router::SIGNATURE_SCHEME;

/// Stands behind the tags of the hub's own operations.
pub(super) const TAG: (&str, &str) = (
    "callbacks",
    "Served by a participant under its own base address; called by the hub.",
);

#[derive(utoipa::OpenApi)]
#[openapi(paths(resolve, credits, credit, outcomes))]
struct Callbacks;

/// Whose account is this?
///
/// `POST {base}/resolve`, signed by the hub with tag `spean-callback`. Asked while a payer waits
/// in front of a shop, so answer within 3 seconds. Answer with the account holder's name as your
/// books know it, never with what the code says.
#[utoipa::path(
    post, path = "/resolve", operation_id = "callback_resolve", tag = "callbacks",
    request_body = Resolve,
    responses((status = 200, description = "What your books say.", body = Resolved)),
)]
fn resolve() {}

/// Can you credit this?
///
/// `POST {base}/credits`, signed by the hub. Accepting is an unconditional undertaking: from the
/// outcome `completed` on you owe the money, or a refund. Make it durable before you answer, tell
/// nobody yet, and reject after `expires_at` and after any outcome for the id. The same ask may
/// come again and gets the same answer.
#[utoipa::path(
    post, path = "/credits", operation_id = "callback_credits", tag = "callbacks",
    request_body = Ask,
    responses((status = 200, description = "Yes or no.", body = CreditAnswer)),
)]
fn credits() {}

/// How far did you get?
///
/// `GET {base}/credits/{id}`, signed by the hub; asked about a payment that is in doubt.
#[utoipa::path(
    get, path = "/credits/{id}", operation_id = "callback_credit", tag = "callbacks",
    params(("id" = String, Path, description = "The id of the ask")),
    responses((status = 200, description = "How far.", body = Credit)),
)]
fn credit() {}

/// This is the outcome
///
/// `POST {base}/outcomes`, signed by the hub: its decisions that concern you, in order and without
/// gaps, each sent until you acknowledge it. Make it durable before you answer.
#[utoipa::path(
    post, path = "/outcomes", operation_id = "callback_outcomes", tag = "callbacks",
    request_body = Outcome,
    responses((status = 200, description = "Noted up to here.", body = OutcomeReceived)),
)]
fn outcomes() {}

pub(super) fn add_to(api: &mut OpenApi) {
    let callbacks = Callbacks::openapi();
    if let (Some(ours), Some(theirs)) = (&mut api.components, callbacks.components) {
        ours.schemas.extend(theirs.schemas);
    }
    let mut webhooks: BTreeMap<String, PathItem> = BTreeMap::new();
    for (path, mut item) in callbacks.paths.paths {
        for (_, operation) in operations(&mut item) {
            let scopes: [&str; 0] = [];
            operation.security = Some(vec![SecurityRequirement::new(SIGNATURE_SCHEME, scopes)]);
        }
        webhooks.insert(path.trim_start_matches('/').to_owned(), item);
    }
    let mut paths = Paths::new();
    paths.paths = webhooks.into_iter().collect();
    api.webhooks = Some(paths);
}
