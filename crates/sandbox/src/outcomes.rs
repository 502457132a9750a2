//! The hub's outcomes: one ordered stream per participant, told until we acknowledge.
//!
//! Doctrine. An outcome is booked and noted in one commit and acknowledged after it, so that after
//! a crash the hub tells it again and nothing is booked twice. Outcomes come without gaps; one out
//! of order is refused, so that the hub goes back to the last acknowledged one, and what it says
//! of one account is always seen in the order in which it was decided. A second, other outcome of
//! an id is refused: a hub that contradicts itself is stopped, not obeyed. The hub's decision is
//! final: what our books cannot explain goes to `suspense` for a person to look at, and the link's
//! accounts still equal the hub's nets.

use wire::api::{AskKind, LegView, Outcome, OutcomeReceived, OutcomeRole, StateView};
use wire::error::{Code, Problem};

use crate::ledger::{Books, Internal, Noted, Step};
use crate::legs::Legs;
use crate::site::Site;
use crate::trouble::Trouble;
use crate::{payee, payer, refunds};

/// Notes and books the next outcome of our stream; a repeated one is acknowledged again.
pub(crate) fn note(
    books: &Books<'_>,
    site: &Site,
    outcome: &Outcome,
) -> Result<OutcomeReceived, Trouble> {
    let refuse = |code, field: &str, detail: String| {
        let problem = Problem::new(code).with_field(field).with_detail(detail);
        Err(Trouble::Hub(Box::new(problem)))
    };
    match books.outcome_noted(outcome)? {
        Noted::Next => {}
        Noted::Again => {
            return Ok(OutcomeReceived {
                outcome_sequence: books.outcome_last()?,
            });
        }
        Noted::Otherwise => {
            let detail = "noted before with another content".to_owned();
            return refuse(Code::PaymentIdConflict, "/outcome_sequence", detail);
        }
        Noted::Gap(next) => {
            let detail = format!("the next one is `{next}`");
            return refuse(Code::OutcomeOutOfOrder, "/outcome_sequence", detail);
        }
    }
    match outcome.state {
        StateView::Completed | StateView::Cancelled => {}
        StateView::Waiting
        | StateView::Reserved
        | StateView::Asked
        | StateView::InDoubt
        | StateView::Refused => {
            let detail = "an outcome is `completed` or `cancelled`".to_owned();
            return refuse(Code::InvalidField, "/state", detail);
        }
    }
    if books.contradicts(outcome)? {
        let detail = "the id has another outcome already".to_owned();
        return refuse(Code::PaymentIdConflict, "/state", detail);
    }
    match (outcome.role, outcome.kind) {
        (OutcomeRole::Requester, AskKind::Payment) => payer::outcome(books, site, outcome)?,
        (OutcomeRole::Requester, AskKind::Refund) => refunds::outcome(books, site, outcome)?,
        (OutcomeRole::Creditor, AskKind::Payment | AskKind::Refund) => {
            payee::outcome(books, site, outcome)?;
        }
        (OutcomeRole::Fx, AskKind::Payment | AskKind::Refund) => {
            let lines = Legs::read(site.me(), &outcome.legs)?.lines_against(Internal::Position);
            if outcome.state == StateView::Completed {
                books.post((Step::Exchange, &outcome.id), &lines, site.now_ms())?;
            }
        }
    }
    books.put_outcome(outcome)?;
    Ok(OutcomeReceived {
        outcome_sequence: outcome.outcome_sequence,
    })
}

/// The hub completed what our books cannot explain; its nets hold, and a person must look.
pub(crate) fn suspend(books: &Books<'_>, site: &Site, outcome: &Outcome) -> Result<(), Trouble> {
    let step = match outcome.role {
        OutcomeRole::Requester => Step::Pay,
        OutcomeRole::Creditor => Step::Credit,
        OutcomeRole::Fx => Step::Exchange,
    };
    suspend_step(books, site, (step, &outcome.id), &outcome.legs)
}

/// Books the legs of a step that the hub completed against `suspense`.
pub(crate) fn suspend_step(
    books: &Books<'_>,
    site: &Site,
    (step, id): (Step, &str),
    legs: &[LegView],
) -> Result<(), Trouble> {
    tracing::error!(
        id,
        "completed by the hub, not explained by the books: booked to suspense"
    );
    let lines = Legs::read(site.me(), legs)?.lines_against(Internal::Suspense);
    books.post((step, id), &lines, site.now_ms())?;
    Ok(())
}

#[cfg(test)]
mod tests;
