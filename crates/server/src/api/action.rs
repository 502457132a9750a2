//! Actions: one operator proposes, another approves.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use switch::limits::{ACTION_SPAN_DEFAULT, ACTION_SPAN_MAX, ACTION_SPAN_MIN};
use switch::{ActionId, Input, Operate, Proposed, Reply, Role, Span};
use wire::api::{ActionApproval, ActionList, ActionRejection, ActionRequest};
use wire::error::{Code, Problem};

use super::Served;
use crate::action::{Facts, SeenAction, act_of, facts_of, new_id, parse_id};
use crate::convert::{Hashing, Subject, bounded, item_id, optional, problem};
use crate::gate::{Caller, Path, Sent, answer};
use crate::hub::Hub;
use crate::limits::{ACTIONS_SHOWN_MAX, REASON_CHARS_MAX};

/// Propose an action
///
/// Nothing happens before another operator approves it. The hub fills in the values that the
/// action finds, refuses what would not be possible now, and answers with what the second person
/// will see. The same `request_id` with the same body is the same action. Needs the role
/// `operator`.
#[utoipa::path(
    post, path = "/v1/actions", tag = "operators", operation_id = "propose_action",
    request_body = ActionRequest,
    responses((status = 200, description = "It waits for a second person.",
        body = wire::api::ActionView)),
)]
pub(crate) async fn propose(State(hub): State<Hub>, caller: Caller, sent: Sent) -> Served {
    caller.must_be(Role::Operator)?;
    let request: ActionRequest = sent.read()?;
    Ok(take(&hub, &caller, request).await?)
}

/// List actions
///
/// Newest first: those that wait for a second person, or with `state=all` also the last that
/// ended. Needs the role `operator`.
#[utoipa::path(
    get, path = "/v1/actions", tag = "operators", operation_id = "actions",
    params(("state" = Option<String>, Query, description = "`open` (when absent) or `all`")),
    responses((status = 200, description = "At most 200.", body = ActionList)),
)]
pub(crate) async fn actions(
    State(hub): State<Hub>,
    caller: Caller,
    listing: Result<Query<Listing>, QueryRejection>,
) -> Served {
    caller.must_be(Role::Operator)?;
    let wrong = || Problem::new(Code::InvalidField).with_detail("`state` is `open` or `all`");
    let Query(listing) = listing.map_err(|_rejection| wrong())?;
    let is_open_only = match listing.state.as_deref() {
        None | Some("open") => true,
        Some("all") => false,
        Some(_) => return Err(wrong().into()),
    };
    let seen = hub.read(move |view| {
        let all = view.switch.actions();
        let wanted = all.filter(|action| !is_open_only || action.ended.is_none());
        let shown = wanted.take(ACTIONS_SHOWN_MAX);
        let seen = shown.map(|action| SeenAction::of(view.switch, action.clone()));
        seen.collect::<Vec<_>>()
    });
    let (seen, directory) = (seen.await?, hub.directory());
    let actions = seen.iter().map(|one| one.view(&directory)).collect();
    Ok(answer(StatusCode::OK, &ActionList { actions }))
}

/// Read an action
///
/// With every value that it changes, and the digest that an approval must carry. Needs the role
/// `operator`.
#[utoipa::path(
    get, path = "/v1/actions/{id}", tag = "operators", operation_id = "action",
    params(("id" = String, Path, description = "The action's id")),
    responses((status = 200, description = "How it stands.", body = wire::api::ActionView)),
)]
pub(crate) async fn action(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Served {
    caller.must_be(Role::Operator)?;
    let seen = find(&hub, parse_id(&id)?).await?;
    Ok(shown(&hub, &seen))
}

/// Approve an action
///
/// By another operator than its proposer, with the digest of what was read. It takes effect in
/// the same batch, or the approval is refused and the action stays open. Needs the role
/// `operator`.
#[utoipa::path(
    post, path = "/v1/actions/{id}/approve", tag = "operators", operation_id = "approve_action",
    params(("id" = String, Path, description = "The action's id")),
    request_body = ActionApproval,
    responses((status = 200, description = "It took effect.", body = wire::api::ActionView)),
)]
pub(crate) async fn approve(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    sent: Sent,
) -> Served {
    caller.must_be(Role::Operator)?;
    let approval: ActionApproval = sent.read()?;
    let id = parse_id(&id)?;
    if find(&hub, id).await?.digest() != approval.digest {
        return Err(Problem::new(Code::ActionNotAsSeen)
            .with_field("/digest")
            .into());
    }
    let by = caller.id();
    Ok(end(&hub, id, Operate::Approve { id, by }).await?)
}

/// Reject an action
///
/// By any operator; the proposer takes it back so. Needs the role `operator`.
#[utoipa::path(
    post, path = "/v1/actions/{id}/reject", tag = "operators", operation_id = "reject_action",
    params(("id" = String, Path, description = "The action's id")),
    request_body = ActionRejection,
    responses((status = 200, description = "It will not take effect.",
        body = wire::api::ActionView)),
)]
pub(crate) async fn reject(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    sent: Sent,
) -> Served {
    caller.must_be(Role::Operator)?;
    let rejection: ActionRejection = sent.read()?;
    let id = parse_id(&id)?;
    let reason = rejection.reason.unwrap_or_default();
    let reason = optional(&reason, REASON_CHARS_MAX, "/reason")?;
    let by = caller.id();
    Ok(end(&hub, id, Operate::Reject { id, by, reason }).await?)
}

/// The query of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listing {
    state: Option<String>,
}

async fn take(hub: &Hub, caller: &Caller, request: ActionRequest) -> Result<Response, Problem> {
    let request_id = item_id(&request.request_id).ok_or_else(|| {
        let problem = Problem::new(Code::InvalidField).with_field("/request_id");
        problem.with_detail("a random UUIDv4 in lower case")
    })?;
    let reason = bounded(&request.reason, REASON_CHARS_MAX, "/reason")?;
    let span = span(request.expires_in_s)?;
    let digest = serde_json::to_string(&request).map_err(|_unfit| Code::Internal)?;
    let digest = Hashing::of("spean action request 1").part(&digest).finish();
    let by = caller.id();
    let known = hub.read(move |view| {
        let known = view.switch.action_requested(by, request_id.0);
        known.map(|known| (known.proposed.id, known.proposed.request))
    });
    // A repetition is recognised before the action is made again of what holds now: what the
    // first one did may be why it would not be possible a second time.
    if let Some((id, first)) = known.await? {
        if first != digest {
            return Err(Problem::new(Code::ActionConflict).with_field("/request_id"));
        }
        return Ok(shown(hub, &find(hub, id).await?));
    }
    let item = match facts_of(&request.action)? {
        Some(id) => hub.seen(id).await?,
        None => None,
    };
    let now = hub.now();
    let facts = Facts { now, item };
    let body = request.action;
    let act = hub.read(move |view| act_of(view.switch, &facts, &body));
    let proposed = Proposed {
        id: new_id(),
        request_id: request_id.0,
        request: digest,
        by,
        act: act.await??,
        reason,
        expires_at: now.after(span),
    };
    let id = proposed.id;
    end(hub, id, Operate::Propose(proposed)).await
}

fn span(seconds: Option<u32>) -> Result<Span, Problem> {
    let Some(seconds) = seconds else {
        return Ok(ACTION_SPAN_DEFAULT);
    };
    let span = Span::from_seconds(i64::from(seconds));
    // The writer's clock may be a moment behind or ahead of ours.
    let range =
        ACTION_SPAN_MIN.0.saturating_add(SLACK.0)..=ACTION_SPAN_MAX.0.saturating_sub(SLACK.0);
    if range.contains(&span.0) {
        return Ok(span);
    }
    let problem = Problem::new(Code::InvalidField).with_field("/expires_in_s");
    Err(problem.with_detail("from 120 to 604740 seconds"))
}

/// What the writer's clock may differ from ours.
const SLACK: Span = Span::from_seconds(60);

/// Hands it to the writer, and shows the action as it stands then.
async fn end(hub: &Hub, id: ActionId, operate: Operate) -> Result<Response, Problem> {
    let look = move |view: &engine::View<'_>, reply: Reply| {
        let id = match reply {
            Reply::Action(id) => id,
            Reply::Done
            | Reply::Quoted(_)
            | Reply::Item(_)
            | Reply::Closed(..)
            | Reply::Participant(_)
            | Reply::Corridor(_)
            | Reply::Window(_)
            | Reply::Ticked(_) => id,
        };
        SeenAction::find(view, id)
    };
    let done = hub.give(Input::Operate(Box::new(operate)), look).await?;
    let seen = done.map_err(|refusal| problem(refusal, Subject::Action))?;
    Ok(shown(hub, &seen.ok_or(Code::Internal)?))
}

async fn find(hub: &Hub, id: ActionId) -> Result<SeenAction, Problem> {
    let found = hub.read(move |view| SeenAction::find(view, id)).await?;
    found.ok_or_else(|| Problem::new(Code::ActionUnknown))
}

fn shown(hub: &Hub, seen: &SeenAction) -> Response {
    answer(StatusCode::OK, &seen.view(&hub.directory()))
}
