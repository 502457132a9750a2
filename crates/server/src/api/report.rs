//! Positions and the audit.

use axum::extract::State;
use engine::state_hash;
use http::StatusCode;
use switch::Role;
use wire::api::{AuditView, Identity, Position, PositionList};

use super::Served;
use crate::convert::{hex, net_text};
use crate::gate::{Caller, answer};
use crate::hub::Hub;

/// Read positions
///
/// The caller's own in the open settlement window, by currency: what it is owed or owes, what it
/// may still owe, and what is in use. Operators see everybody's.
#[utoipa::path(
    get, path = "/v1/positions", tag = "reports", operation_id = "positions",
    responses((status = 200, description = "As of `sequence`.", body = PositionList)),
)]
pub(crate) async fn positions(State(hub): State<Hub>, caller: Caller) -> Served {
    let looked = hub.read(|view| {
        (
            view.switch.window().0,
            view.head.seq,
            view.switch.positions(),
        )
    });
    let (window, sequence, all) = looked.await?;
    let viewer = caller.viewer();
    let directory = hub.directory();
    let shown = all
        .into_iter()
        .filter(|position| viewer.is_operator || position.participant == viewer.id);
    let positions = shown.map(|position| Position {
        participant: directory.name(position.participant),
        currency: position.currency.alpha().to_owned(),
        net: net_text(position.net, position.currency),
        headroom: position.headroom.decimal(position.currency),
        used: position.used.decimal(position.currency),
        cap: position.cap.decimal(position.currency),
    });
    let positions = positions.collect();
    Ok(answer(
        StatusCode::OK,
        &PositionList {
            window,
            sequence,
            positions,
        },
    ))
}

/// Audit the books
///
/// Checks every identity of the books as they are now, and gives a hash of everything that the
/// core knows, which is the same before and after a restart. It copies the books while payments
/// wait, so one audit runs at a time and others hear `busy`. Needs the role `operator`.
#[utoipa::path(
    get, path = "/v1/audit", tag = "reports", operation_id = "audit",
    responses((status = 200, description = "What was found.", body = AuditView)),
)]
pub(crate) async fn audit(State(hub): State<Hub>, caller: Caller) -> Served {
    caller.must_be(Role::Operator)?;
    let turn = hub.begin_audit()?;
    // The checks walk everything, so they run on a copy, away from the writer. The turn goes with
    // the work: whoever asks and hangs up does not make room for the next copy.
    let (turn, switch, head) = hub
        .read(|view| (turn, Box::new(view.switch.clone()), view.head))
        .await?;
    let body = hub.blocking(move |_hub| {
        let _turn = turn;
        let identities = switch.identities().into_iter().map(|identity| Identity {
            name: identity.name.to_owned(),
            holds: identity.holds,
        });
        Ok(AuditView {
            sequence: head.seq,
            hash: head.hash.to_string(),
            state_hash: hex(&state_hash(&switch)),
            untold_outcomes: u64::try_from(switch.untold_outcomes()).unwrap_or(u64::MAX),
            open_items: u64::try_from(switch.open_items()).unwrap_or(u64::MAX),
            identities: identities.collect(),
        })
    });
    Ok(answer(StatusCode::OK, &body.await?))
}
