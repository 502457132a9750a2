//! One outcome: the hub's decision, told until it is acknowledged.

use engine::View;
use http::Method;
use participant::http::read_answer;
use switch::{Input, ItemId, Kind, ParticipantId};
use wire::api::{AskKind, Outcome, OutcomeReceived, OutcomeRole};
use wire::error::{Code, Problem};

use super::{Failed, call};
use crate::convert::{rate_view, time_text, uuid_text, view};
use crate::hub::Hub;
use crate::limits::CALL_DEADLINE;
use crate::view::{self, Seen, Viewer, own_legs};

/// What is to be told, copied from the state.
#[derive(Debug)]
pub(super) struct News {
    position: u64,
    seen: Seen,
}

impl News {
    pub(super) fn of(view: &View<'_>, position: u64, id: ItemId) -> Option<Self> {
        Seen::of(view, id).map(|seen| Self { position, seen })
    }
}

/// As [`carry`], for an outcome that has left memory because it was not acknowledged for so long.
pub(super) async fn carry_past(hub: Hub, who: ParticipantId, position: u64) -> Result<(), Failed> {
    let seen = hub
        .past_outcome(who, position)
        .await
        .map_err(Failed::Ours)?;
    // The tables may be a moment behind; it is tried again.
    let seen = seen.ok_or(Failed::Behind)?;
    carry(hub, who, News { position, seen }).await
}

/// Tells it, and hands the acknowledgement to the writer.
pub(super) async fn carry(hub: Hub, who: ParticipantId, news: News) -> Result<(), Failed> {
    let position = news.position;
    let written = hub.blocking(move |hub| outcome_view(hub, who, news.position, &news.seen));
    let outcome = written.await.map_err(Failed::Ours)?;
    let body = serde_json::to_vec(&outcome).map_err(|_unfit| Failed::Other)?;
    let answer = call(
        &hub,
        who,
        Method::POST,
        "/outcomes",
        Some(body),
        CALL_DEADLINE,
    )
    .await?;
    let received: OutcomeReceived = read_answer(&answer)?;
    // Nothing above it was told, and less would be no acknowledgement of this one.
    if received.outcome_sequence != position {
        return Err(Failed::Other);
    }
    let acknowledge = Input::Acknowledge {
        participant: who,
        position,
    };
    let taken = hub
        .give(acknowledge, |_view, _reply| ())
        .await
        .map_err(Failed::Ours)?;
    taken.map_err(Failed::Refused)
}

/// An outcome as a participant may see it. Blocks: it reads the journal.
pub(crate) fn outcome_view(
    hub: &Hub,
    who: ParticipantId,
    position: u64,
    seen: &Seen,
) -> Result<Outcome, Problem> {
    let item = &seen.item;
    let viewer = Viewer {
        id: who,
        is_operator: false,
    };
    let decided = item.decided.ok_or(Code::Internal)?;
    let evidence = hub.evidence(seen, seen.shows_receipt_to(viewer))?;
    let kind = match item.kind {
        Kind::Payment => AskKind::Payment,
        Kind::Refund { .. } => AskKind::Refund,
    };
    let role = if item.requester == who {
        OutcomeRole::Requester
    } else if item.creditor == who {
        OutcomeRole::Creditor
    } else {
        OutcomeRole::Fx
    };
    Ok(Outcome {
        outcome_sequence: position,
        id: uuid_text(item.id),
        kind,
        payment_id: uuid_text(seen.parties.1),
        role,
        state: view::state(item.state),
        reason: view::why(item),
        decided_at: time_text(decided.at.now),
        sequence: decided.at.seq,
        hash: evidence.hash.unwrap_or_default(),
        window: decided.window.map(|window| window.0),
        amount: view(item.amount),
        payer_amount: view(item.payer_amount),
        rate: rate_view(item.terms.rate),
        legs: own_legs(seen, viewer, &hub.directory()),
        receipt: evidence.receipt,
    })
}
