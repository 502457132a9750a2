//! What the core holds for operators: actions, breaks, stopped rails, suspensions.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::action::{Action, ActionId};
use crate::breaks::{Break, BreakKind};
use crate::limits::ACTIONS_KEPT;
use crate::{ItemId, OpenItems, ParticipantId, Role, Stamp, Switch, Time};

/// Why and since when a rail is asked nothing new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RailStop {
    /// The item whose doubt was decided.
    pub item: ItemId,
    /// Since when.
    pub at: Stamp,
}

/// Since when a participant is suspended, and what happens to its open items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// What happens to what is open.
    pub open: OpenItems,
    /// Since when.
    pub at: Stamp,
}

/// Everything of the operators as plain values, for a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationsParts {
    /// Actions in memory.
    pub actions: Vec<Action>,
    /// Those of them that ended, oldest first.
    pub ended: Vec<ActionId>,
    /// Stopped rails.
    pub stopped: Vec<(ParticipantId, RailStop)>,
    /// Open breaks.
    pub breaks: Vec<Break>,
    /// Items whose break was closed, and whether the payment was given back by it.
    pub closed: Vec<(ItemId, ItemId, bool)>,
    /// Suspended participants.
    pub suspended: Vec<(ParticipantId, Suspension)>,
    /// Whose open items are being looked through, and how far.
    pub sweeps: Vec<(ParticipantId, (Time, ItemId))>,
}

/// The same, as the core uses it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Operations {
    pub(crate) actions: BTreeMap<ActionId, Action>,
    /// Ended actions, oldest first; the oldest leaves when there are too many.
    ended: VecDeque<ActionId>,
    /// By who asked and under which id, to recognise a repetition.
    pub(crate) requests: BTreeMap<(ParticipantId, u128), ActionId>,
    /// Open actions by when they expire.
    pub(crate) expiries: BTreeSet<(Time, ActionId)>,
    pub(crate) stopped: BTreeMap<ParticipantId, RailStop>,
    pub(crate) breaks: BTreeMap<ItemId, Break>,
    /// Items that had a break which was closed: there is never a second one. With the payment,
    /// and whether the break gave its money back. Some 40 bytes for each loss that ever was.
    closed: BTreeMap<ItemId, (ItemId, bool)>,
    pub(crate) suspended: BTreeMap<ParticipantId, Suspension>,
    pub(crate) sweeps: BTreeMap<ParticipantId, (Time, ItemId)>,
}

impl Operations {
    pub(crate) fn had_break(&self, item: ItemId) -> bool {
        self.breaks.contains_key(&item) || self.closed.contains_key(&item)
    }

    /// Whether a break has given a payment back, or may still do so, so that it cannot be
    /// refunded as well.
    pub(crate) fn is_given_back(&self, payment: ItemId) -> bool {
        let open = self.breaks.get(&payment);
        if open.is_some_and(|open| open.kind == BreakKind::NotCreditedThoughCompleted) {
            return true;
        }
        let of_it = |(of, given_back): &(ItemId, bool)| *of == payment && *given_back;
        self.closed.values().any(of_it)
    }

    pub(crate) fn close_break(&mut self, item: ItemId, given_back: bool) {
        if let Some(open) = self.breaks.remove(&item) {
            self.closed.insert(item, (open.payment, given_back));
        }
    }

    pub(crate) fn propose(&mut self, action: Action) {
        let proposed = &action.proposed;
        self.requests
            .insert((proposed.by, proposed.request_id), proposed.id);
        self.expiries.insert((proposed.expires_at, proposed.id));
        self.actions.insert(proposed.id, action);
    }

    pub(crate) fn end(&mut self, id: ActionId, ended: crate::action::Ended) {
        let Some(action) = self.actions.get_mut(&id) else {
            return;
        };
        self.expiries.remove(&(action.proposed.expires_at, id));
        action.ended = Some(ended);
        self.ended.push_back(id);
        while self.ended.len() > ACTIONS_KEPT {
            let oldest = self.ended.pop_front();
            if let Some(gone) = oldest.and_then(|id| self.actions.remove(&id)) {
                let proposed = gone.proposed;
                self.requests.remove(&(proposed.by, proposed.request_id));
            }
        }
    }

    pub(crate) fn parts(&self) -> OperationsParts {
        let Operations {
            actions,
            ended,
            requests: _,
            expiries: _,
            stopped,
            breaks,
            closed,
            suspended,
            sweeps,
        } = self;
        OperationsParts {
            actions: actions.values().cloned().collect(),
            ended: ended.iter().copied().collect(),
            stopped: stopped.iter().map(|(who, stop)| (*who, *stop)).collect(),
            breaks: breaks.values().cloned().collect(),
            closed: closed
                .iter()
                .map(|(item, (of, back))| (*item, *of, *back))
                .collect(),
            suspended: suspended
                .iter()
                .map(|(who, since)| (*who, *since))
                .collect(),
            sweeps: sweeps.iter().map(|(who, place)| (*who, *place)).collect(),
        }
    }

    pub(crate) fn whole(parts: OperationsParts) -> Self {
        let OperationsParts {
            actions,
            ended,
            stopped,
            breaks,
            closed,
            suspended,
            sweeps,
        } = parts;
        let mut whole = Operations {
            ended: ended.into(),
            stopped: stopped.into_iter().collect(),
            breaks: breaks.into_iter().map(|one| (one.item, one)).collect(),
            closed: closed
                .into_iter()
                .map(|(item, of, back)| (item, (of, back)))
                .collect(),
            suspended: suspended.into_iter().collect(),
            sweeps: sweeps.into_iter().collect(),
            ..Operations::default()
        };
        for action in actions {
            let (is_open, proposed) = (action.ended.is_none(), &action.proposed);
            let (id, expiry) = (proposed.id, proposed.expires_at);
            whole
                .requests
                .insert((proposed.by, proposed.request_id), id);
            if is_open {
                whole.expiries.insert((expiry, id));
            }
            whole.actions.insert(id, action);
        }
        whole
    }
}

impl Switch {
    /// An action that is open or ended lately.
    pub fn action(&self, id: ActionId) -> Option<&Action> {
        self.operations.actions.get(&id)
    }

    /// Actions, newest first: those that are open and the last that ended.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.operations.actions.values().rev()
    }

    /// The action that an operator proposed under a request of its own.
    pub fn action_requested(&self, by: ParticipantId, request_id: u128) -> Option<&Action> {
        let id = self.operations.requests.get(&(by, request_id))?;
        self.action(*id)
    }

    /// Whether and why a rail is asked nothing new.
    pub fn rail_stop(&self, participant: ParticipantId) -> Option<&RailStop> {
        self.operations.stopped.get(&participant)
    }

    /// Open breaks.
    pub fn breaks(&self) -> impl Iterator<Item = &Break> {
        self.operations.breaks.values()
    }

    /// An item's open break.
    pub fn open_break(&self, item: ItemId) -> Option<&Break> {
        self.operations.breaks.get(&item)
    }

    /// Suspended participants.
    pub fn suspensions(&self) -> impl Iterator<Item = (ParticipantId, &Suspension)> {
        let all = self.operations.suspended.iter();
        all.map(|(who, suspension)| (*who, suspension))
    }

    pub(crate) fn is_stopped(&self, participant: ParticipantId) -> bool {
        self.operations.stopped.contains_key(&participant)
    }

    pub(crate) fn is_active(&self, participant: ParticipantId) -> bool {
        self.participant(participant)
            .is_some_and(|participant| participant.is_active)
    }

    pub(crate) fn is_operator(&self, participant: ParticipantId) -> bool {
        self.participant(participant)
            .is_some_and(|one| one.is_active && one.is(Role::Operator))
    }
}
