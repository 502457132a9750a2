//! Actions between the wire and the core.
//!
//! # Doctrine
//!
//! * What an operator asks for becomes an [`Act`] with the values that hold now (`before`, the
//!   base version, the legs). The core checks them again when it decides, and when the second
//!   person approves: between looking and deciding nothing is locked.
//! * **One approves what one saw.** The digest of an action is the SHA-256 of its record exactly
//!   as the journal holds it, so it covers every value, and whoever keeps it can find the action
//!   in the journal years later. An action never changes under its id, so comparing the digest
//!   before the approval is handed to the writer leaves no gap.

mod act;
mod settle;
mod show;

use engine::View;
use projection::BatchWriter;
use switch::{Act, Action, ActionId, Corridor, Operated, Proposed, Record, Switch};
use uuid::Uuid;
use wire::api::ActionView;
use wire::error::{Code, Problem};

use crate::convert::{Hashing, hex};
use crate::hub::Directory;

pub(crate) use act::{Facts, act_of, facts_of};

/// Stands before an action's id, so that nobody takes it for a payment's.
const PREFIX: &str = "act_";

/// An action and what of the core belongs to it, copied from the state.
#[derive(Clone, Debug)]
pub(crate) struct SeenAction {
    pub(crate) action: Action,
    /// The corridor as it was when a change of it was proposed.
    pub(crate) base: Option<Corridor>,
}

impl SeenAction {
    pub(crate) fn find(view: &View<'_>, id: ActionId) -> Option<Self> {
        let action = view.switch.action(id)?.clone();
        Some(Self::of(view.switch, action))
    }

    pub(crate) fn of(switch: &Switch, action: Action) -> Self {
        let base = match &action.proposed.act {
            Act::Corridor { base, .. } => switch.corridor(*base).cloned(),
            Act::Deposit { .. }
            | Act::Withdraw { .. }
            | Act::Cap { .. }
            | Act::Suspend { .. }
            | Act::Resume { .. }
            | Act::Keys { .. }
            | Act::Certify { .. }
            | Act::Resolve { .. }
            | Act::OpenBreak(_)
            | Act::CloseBreak { .. }
            | Act::ResumeRail { .. }
            | Act::Settlement(_) => None,
        };
        Self { action, base }
    }

    pub(crate) fn view(&self, directory: &Directory) -> ActionView {
        show::view(self, directory)
    }

    pub(crate) fn digest(&self) -> String {
        digest(&self.action.proposed)
    }
}

/// A fresh id, which begins with the time.
pub(crate) fn new_id() -> ActionId {
    ActionId(Uuid::now_v7().as_u128())
}

pub(crate) fn id_text(id: ActionId) -> String {
    format!("{PREFIX}{}", Uuid::from_u128(id.0).simple())
}

pub(crate) fn parse_id(text: &str) -> Result<ActionId, Problem> {
    let id = text
        .strip_prefix(PREFIX)
        .and_then(|id| Uuid::try_parse(id).ok())
        .map(|id| ActionId(id.as_u128()));
    id.filter(|id| id_text(*id) == text)
        .ok_or_else(|| Problem::new(Code::ActionUnknown))
}

/// SHA-256 of the proposal's record, alone in a batch.
fn digest(proposed: &Proposed) -> String {
    let record = Operated::ActionProposed(proposed.clone());
    let mut batch = BatchWriter::default();
    batch.push(&Record::Operated(Box::new(record)));
    hex(&Hashing::commitment(&batch.finish()).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = new_id();
        assert_eq!(parse_id(&id_text(id)).unwrap(), id);
        let text = id_text(id);
        for wrong in [
            "",
            "act_",
            text.trim_start_matches(PREFIX),
            &text.to_uppercase(),
            &format!("{text}0"),
        ] {
            assert!(parse_id(wrong).is_err(), "{wrong}");
        }
    }
}
