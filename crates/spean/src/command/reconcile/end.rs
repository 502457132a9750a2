//! `spean reconcile end`: a break ends by the action that two operators approved for it.

use anyhow::Context as _;
use backoffice::reconcile::{ActionRef, BreakId, End};
use wire::api::{ActionState, ActionView};

use super::super::operator::{client, no};
use super::{now_ns, one, open, person, refused};
use crate::cli::BackOffice;
use crate::exit::{self, Exit};
use crate::wait;

/// What the hub calls the purse of what was given up.
const WRITTEN_OFF: &str = "written_off";

/// A break ends only by an action of the hub that two operators approved and that names it.
pub(super) fn end(id: u64, action: &str, office: &BackOffice) -> anyhow::Result<Exit> {
    let hub = client(&office.operator)?;
    let view = wait::block_on(async {
        let found = hub.action(action).await;
        found.map_err(|error| no("read the action", &error))
    })?;
    if !is_for(&view, id) {
        let words = format!(
            "end break {id}: the action is no approved adjustment of it; propose one with \
             `spean action propose adjust b-{id} FROM TO CURRENCY AMOUNT`"
        );
        return Err(exit::error(Exit::No, words));
    }
    let reference = ActionRef::new(&view.id).context("read the action's id")?;
    let end = match view.changes.iter().any(|one| one.what == WRITTEN_OFF) {
        true => End::WrittenOff { action: reference },
        false => End::Adjusted { action: reference },
    };
    let mut desk = open(office)?;
    let by = (person(office)?, now_ns());
    let ended = desk.store_mut().end(BreakId(id), end, by);
    ended.map_err(|error| refused("end the break", &error.into()))?;
    one(id, office)
}

/// Whether the action is an approved adjustment of that break and of no other.
fn is_for(view: &ActionView, id: u64) -> bool {
    let is_its_name = view.break_id.as_deref() == Some(format!("b-{id}").as_str());
    is_its_name && view.kind == "adjust" && view.state == ActionState::Approved
}

#[cfg(test)]
mod tests {
    use wire::api::ActionChange;

    use super::*;

    fn adjusted(name: &str) -> ActionView {
        let change = |what: &str, after: &str| ActionChange {
            what: what.to_owned(),
            before: None,
            after: Some(after.to_owned()),
        };
        ActionView {
            id: "act_1".to_owned(),
            state: ActionState::Approved,
            kind: "adjust".to_owned(),
            summary: format!("break {name} is closed: KHR 7000 from bank to suspense"),
            changes: vec![change("bank", "+7000"), change("suspense", "+7000")],
            break_id: Some(name.to_owned()),
            reason: "test".to_owned(),
            evidence: None,
            proposed_by: "op1".to_owned(),
            proposed_at: String::new(),
            expires_at: String::new(),
            digest: String::new(),
            ended_by: Some("op2".to_owned()),
            ended_at: None,
            ended_reason: None,
            sequence: 1,
        }
    }

    #[test]
    fn an_action_ends_the_break_whose_whole_name_it_has() {
        assert!(is_for(&adjusted("b-7"), 7));
        for other in ["b-7 (again)", "b-7 ", " b-7", "B-7", "b-07", "b-77"] {
            assert!(!is_for(&adjusted(other), 7), "{other}");
        }
        assert!(!is_for(&adjusted("b-77"), 7));
        assert!(is_for(&adjusted("b-77"), 77));
    }

    #[test]
    fn only_an_approved_adjustment_ends_a_break() {
        let mut open = adjusted("b-7");
        open.state = ActionState::Open;
        assert!(!is_for(&open, 7));
        let mut deposit = adjusted("b-7");
        deposit.kind = "deposit".to_owned();
        assert!(!is_for(&deposit, 7));
        let mut other = adjusted("b-7");
        other.break_id = None;
        assert!(!is_for(&other, 7));
    }
}
