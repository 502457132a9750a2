//! Facts of operators become state.

use crate::action::{Action, ActionEnd, ActionId, Ended, OpenItems, Operated};
use crate::breaks::BreakKind;
use crate::operations::{RailStop, Suspension};
use crate::{ItemId, Leg, ParticipantId, Stamp, Switch, Time};

/// Before every place in the order of deadlines.
const FIRST: (Time, ItemId) = (Time(i64::MIN), ItemId(0));

impl Switch {
    pub(super) fn operated(&mut self, at: Stamp, operated: &Operated) {
        match operated {
            Operated::RailStopped { participant, item } => {
                let stop = RailStop { item: *item, at };
                self.operations.stopped.entry(*participant).or_insert(stop);
            }
            Operated::RailResumed { participant } => {
                self.operations.stopped.remove(participant);
            }
            Operated::ActionProposed(proposed) => self.operations.propose(Action {
                proposed: proposed.clone(),
                at,
                ended: None,
            }),
            Operated::ActionApproved { id, by } => {
                self.end_action(at, *id, ActionEnd::Approved, Some(*by), "");
            }
            Operated::ActionRejected { id, by, reason } => {
                self.end_action(at, *id, ActionEnd::Rejected, Some(*by), reason);
            }
            Operated::ActionExpired { id } => {
                self.end_action(at, *id, ActionEnd::Expired, None, "");
            }
            Operated::BreakOpened(found) => {
                if !self.operations.had_break(found.item) {
                    let found = found.as_ref().clone();
                    self.operations.breaks.insert(found.item, found);
                }
            }
            Operated::BreakClosed { item, legs } => self.close_break(*item, legs),
            Operated::Deposited {
                participant,
                currency,
                amount,
            } => self.books.deposit(*participant, *currency, *amount),
            Operated::Withdrawn {
                participant,
                currency,
                amount,
            } => self.books.withdraw(*participant, *currency, *amount),
            Operated::Certified {
                participant,
                finality,
                ..
            } => {
                if let Some(known) = self.participants.get_mut(usize::from(participant.0)) {
                    known.finality = *finality;
                }
            }
            Operated::Suspended { participant, open } => {
                self.suspend(at, *participant, *open);
            }
            Operated::Resumed { participant } => {
                self.set_active(*participant, true);
                self.operations.suspended.remove(participant);
                self.operations.sweeps.remove(participant);
            }
            Operated::Swept { participant, up_to } => match up_to {
                Some(place) => {
                    if let Some(known) = self.operations.sweeps.get_mut(participant) {
                        *known = *place;
                    }
                }
                None => {
                    self.operations.sweeps.remove(participant);
                }
            },
        }
    }

    fn end_action(
        &mut self,
        at: Stamp,
        id: ActionId,
        how: ActionEnd,
        by: Option<ParticipantId>,
        reason: &str,
    ) {
        let reason = reason.to_owned();
        self.operations.end(
            id,
            Ended {
                how,
                at,
                by,
                reason,
            },
        );
    }

    fn close_break(&mut self, item: ItemId, legs: &[Leg]) {
        let Some(open) = self.operations.breaks.get(&item) else {
            return;
        };
        let gives_back = open.kind == BreakKind::NotCreditedThoughCompleted
            && open.payment == item
            && !legs.is_empty();
        self.books.post_legs(legs);
        self.operations.close_break(item, gives_back);
    }

    fn suspend(&mut self, at: Stamp, participant: ParticipantId, open: OpenItems) {
        self.set_active(participant, false);
        let suspension = Suspension { open, at };
        self.operations.suspended.insert(participant, suspension);
        if open == OpenItems::Cancel {
            self.operations.sweeps.insert(participant, FIRST);
        }
    }

    fn set_active(&mut self, participant: ParticipantId, is_active: bool) {
        if let Some(known) = self.participants.get_mut(usize::from(participant.0)) {
            known.is_active = is_active;
        }
    }
}
