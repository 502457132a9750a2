//! Records become rows, without SQL: a pure function of the records and of the state before them.
//!
//! # Doctrine
//!
//! * The projector is a core of its own that is told the same records. What a row says is what
//!   that core says of the item, so no rule of the payment's life is written a second time here.
//! * Rows are collected over as many batches as were read at once, one row an item however often
//!   it changed, and written in one commit with the sequence and hash that they stand for.
//! * An item is copied when it becomes final, because a later record of the same group may let it
//!   leave memory; one that is still open at the end of the group is copied then.

use std::collections::{BTreeMap, BTreeSet};

use switch::{
    Closed, Corridor, Item, ItemId, Participant, ParticipantId, Record, Settled, Stamp, Switch,
    Tried, Window, WindowId,
};

use crate::movements::{Movement, movements};
use crate::window_legs::{WindowLeg, window_legs};

/// What a group of batches changed.
#[derive(Debug, Default)]
pub struct Rows {
    pub(crate) items: BTreeMap<ItemId, Item>,
    pub(crate) closed: Vec<ClosedRow>,
    pub(crate) outcomes: Vec<OutcomeRow>,
    pub(crate) windows: BTreeMap<WindowId, Window>,
    pub(crate) movements: Vec<Movement>,
    pub(crate) window_legs: Vec<WindowLeg>,
    /// Items that came into doubt; how they ended does not say so any more.
    pub(crate) doubted: BTreeSet<ItemId>,
    /// What the numbers in the rows are called, if any of it changed.
    pub(crate) names: Option<Names>,
}

/// An id that was used up, and what was tried with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClosedRow {
    pub(crate) requester: ParticipantId,
    pub(crate) id: ItemId,
    pub(crate) closed: Closed,
    /// `None` for an id that was cancelled before it was used.
    pub(crate) tried: Option<Tried>,
}

/// Participants and corridors as they are now.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub(crate) participants: Vec<(ParticipantId, Participant)>,
    pub(crate) corridors: Vec<Corridor>,
}

/// One entry of a participant's outcome stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutcomeRow {
    /// Whose stream.
    pub participant: ParticipantId,
    /// Its place there.
    pub position: u64,
    /// What ended.
    pub item: ItemId,
    /// When, and in which batch.
    pub decided: Stamp,
}

impl Rows {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        let names = self.names.as_ref();
        [
            self.items.len(),
            self.closed.len(),
            self.outcomes.len(),
            self.windows.len(),
            self.movements.len(),
            self.window_legs.len(),
            names.map_or(0, |names| names.participants.len()),
            names.map_or(0, |names| names.corridors.len()),
        ]
        .into_iter()
        .fold(0, usize::saturating_add)
    }

    /// Whether nothing that has a row changed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A core that follows the journal, and the rows that it has not handed out yet.
#[derive(Debug, Default)]
pub struct Projector {
    switch: Switch,
    rows: Rows,
    /// Items that changed and were open when they did.
    open: BTreeSet<ItemId>,
    /// Whether a participant or a corridor may have changed.
    renamed: bool,
}

impl Projector {
    /// Goes on from a state.
    pub fn new(switch: Switch) -> Self {
        Self {
            switch,
            ..Self::default()
        }
    }

    /// The state after all that was taken.
    pub fn switch(&self) -> &Switch {
        &self.switch
    }

    /// Takes the next batch.
    pub fn take(&mut self, stamp: Stamp, records: &[Record]) {
        for record in records {
            let moved = movements(&self.switch, stamp, record);
            self.rows.movements.extend(moved);
            let legs = window_legs(&self.switch, stamp, record);
            self.rows.window_legs.extend(legs);
            self.switch.apply(stamp, record);
            self.note(stamp, record);
        }
    }

    /// Takes a batch whose rows are written already.
    pub fn follow(&mut self, stamp: Stamp, records: &[Record]) {
        for record in records {
            self.switch.apply(stamp, record);
        }
    }

    /// The rows of all that was taken since the last call.
    pub fn rows(&mut self) -> Rows {
        for id in std::mem::take(&mut self.open) {
            if let Some(item) = self.switch.item(id) {
                self.rows.items.insert(id, item.clone());
            }
        }
        if std::mem::take(&mut self.renamed) {
            let participants = self.switch.participants();
            self.rows.names = Some(Names {
                participants: participants.map(|(id, one)| (id, one.clone())).collect(),
                corridors: self.switch.corridors_now().cloned().collect(),
            });
        }
        std::mem::take(&mut self.rows)
    }

    fn note(&mut self, stamp: Stamp, record: &Record) {
        match record {
            Record::PaymentReserved(reserved) => self.note_open(reserved.id),
            Record::RefundReserved(taken) | Record::RefundWaiting(taken) => {
                self.note_open(taken.id);
            }
            Record::RefundFunded { id, .. } | Record::Asked { id, .. } => self.note_open(*id),
            Record::InDoubt { id, .. } => {
                self.note_open(*id);
                self.rows.doubted.insert(*id);
            }
            Record::Completed { id, .. } | Record::Cancelled { id, .. } => {
                self.note_decided(stamp, *id);
            }
            Record::Refused {
                id,
                requester,
                tried,
                ..
            } => self.note_closed(*requester, *id, Some(*tried)),
            Record::Forbidden { id, requester } => self.note_closed(*requester, *id, None),
            // Operators change corridors and keys as well.
            Record::ParticipantSet { .. } | Record::CorridorSet(_) | Record::Operated(_) => {
                self.renamed = true;
            }
            Record::WindowOpened(window) => self.note_window(*window),
            Record::Settled(settled) => self.note_settled(settled),
            // Nothing of these has a row of its own.
            Record::CapSet { .. }
            | Record::StandingSet(_)
            | Record::ReferenceSet(_)
            | Record::MerchantSet(_)
            | Record::Acknowledged { .. }
            | Record::Projected { .. }
            | Record::WebhookSet { .. }
            | Record::WebhookRemoved { .. } => {}
        }
    }

    fn note_settled(&mut self, settled: &Settled) {
        match settled {
            Settled::Closed { window, next, .. } => {
                self.note_window(*window);
                self.note_window(*next);
            }
            Settled::Excluded { window, into, .. } => {
                self.note_window(*window);
                self.note_window(*into);
            }
            Settled::Scheduled { window, .. }
            | Settled::Instructed { window, .. }
            | Settled::PaidOut { window, .. }
            | Settled::WindowSettled { window }
            | Settled::Held { window, .. } => self.note_window(*window),
            Settled::Arranged(_)
            | Settled::Pledged { .. }
            | Settled::Drawn { .. }
            | Settled::Repaid { .. }
            | Settled::Adjusted(_) => {}
        }
    }

    fn note_window(&mut self, window: WindowId) {
        if let Some(known) = self.switch.window_of(window) {
            self.rows.windows.insert(window, known.clone());
        }
    }

    fn note_open(&mut self, id: ItemId) {
        self.open.insert(id);
    }

    fn note_closed(&mut self, requester: ParticipantId, id: ItemId, tried: Option<Tried>) {
        if let Some(closed) = self.switch.closed(requester, id) {
            self.rows.closed.push(ClosedRow {
                requester,
                id,
                closed: *closed,
                tried,
            });
        }
    }

    fn note_decided(&mut self, stamp: Stamp, id: ItemId) {
        self.open.remove(&id);
        let Some(item) = self.switch.item(id).filter(|item| item.state.is_final()) else {
            return;
        };
        let mut told = vec![item.requester, item.creditor, item.terms.fx];
        told.sort_unstable();
        told.dedup();
        for participant in told {
            let (_, last) = self.switch.stream_of(participant);
            if self.switch.outcome_at(participant, last) == Some(id) {
                self.rows.outcomes.push(OutcomeRow {
                    participant,
                    position: last,
                    item: id,
                    decided: stamp,
                });
            }
        }
        self.rows.items.insert(id, item.clone());
    }
}
