//! Rows in maps.

use std::collections::{BTreeMap, BTreeSet};

use money::Amount;
use switch::{Closed, Item, ItemId, Kind, ParticipantId, Stamp, State};

use super::Home;
use crate::projector::{OutcomeRow, Rows};
use crate::tables::{Ask, Past, PastItem, SavedSnapshot, TablesError};

/// Tables that are gone when they are dropped.
#[derive(Clone, Debug, Default)]
pub struct MemoryTables {
    applied: Option<(u64, [u8; 32])>,
    snapshot: Option<SavedSnapshot>,
    items: BTreeMap<ItemId, Item>,
    refunds: BTreeMap<ItemId, BTreeSet<ItemId>>,
    closed: BTreeMap<(ParticipantId, ItemId), Closed>,
    outcomes: BTreeMap<(ParticipantId, u64), (ItemId, Stamp)>,
}

impl MemoryTables {
    /// Empty ones.
    pub fn new() -> Self {
        Self::default()
    }

    fn find(&self, id: ItemId) -> Option<PastItem> {
        let item = self.items.get(&id)?.clone();
        let payment = match item.kind {
            Kind::Payment => item.id,
            Kind::Refund { payment } => payment,
        };
        let refunded = self.refunded(payment);
        Some(PastItem { item, refunded })
    }

    fn refunded(&self, payment: ItemId) -> (Amount, Amount) {
        let ids = self.refunds.get(&payment).into_iter().flatten();
        let completed = ids
            .filter_map(|id| self.items.get(id))
            .filter(|item| item.state == State::Completed);
        let add = |sum: Amount, more| sum.checked_add(more).unwrap_or(Amount::MAX);
        completed.fold((Amount::ZERO, Amount::ZERO), |(shop, payer), item| {
            (
                add(shop, item.amount.amount),
                add(payer, item.payer_amount.amount),
            )
        })
    }
}

impl Home for MemoryTables {
    fn applied(&self) -> Result<Option<(u64, [u8; 32])>, TablesError> {
        Ok(self.applied)
    }

    fn clear(&mut self) -> Result<(), TablesError> {
        *self = Self::default();
        Ok(())
    }

    fn write(
        &mut self,
        from: u64,
        stands_for: (u64, [u8; 32]),
        rows: &Rows,
    ) -> Result<(), TablesError> {
        let applied = self.applied.map_or(0, |(seq, _)| seq);
        if from != applied.saturating_add(1) || stands_for.0 < from {
            return Err(TablesError::NotNext { applied, got: from });
        }
        // Looked at before anything is written: all or nothing.
        let other = rows.items.values().find(|item| {
            let known = self.items.get(&item.id);
            known.is_some_and(|known| known.created.seq != item.created.seq)
        });
        if let Some(item) = other {
            return Err(TablesError::IdTwice(item.id));
        }
        for item in rows.items.values() {
            if let Kind::Refund { payment } = item.kind {
                self.refunds.entry(payment).or_default().insert(item.id);
            }
            self.items.insert(item.id, item.clone());
        }
        for row in &rows.closed {
            self.closed.insert((row.requester, row.id), row.closed);
        }
        for row in &rows.outcomes {
            let key = (row.participant, row.position);
            self.outcomes.insert(key, (row.item, row.decided));
        }
        self.applied = Some(stands_for);
        Ok(())
    }

    fn save_snapshot(&mut self, snapshot: &SavedSnapshot) -> Result<(), TablesError> {
        self.snapshot = Some(snapshot.clone());
        Ok(())
    }

    fn snapshot(&self) -> Result<Option<SavedSnapshot>, TablesError> {
        Ok(self.snapshot.clone())
    }

    fn past(&self, ask: Ask) -> Result<Past, TablesError> {
        let closed = ask
            .requester
            .and_then(|requester| self.closed.get(&(requester, ask.id)));
        Ok(Past {
            seq: self.applied.map_or(0, |(seq, _)| seq),
            item: self.find(ask.id),
            closed: closed.copied(),
            payment: ask.payment.and_then(|payment| self.find(payment)),
        })
    }

    fn outcomes_after(
        &self,
        participant: ParticipantId,
        position: u64,
        most: u16,
    ) -> Result<Vec<OutcomeRow>, TablesError> {
        let first = (participant, position.saturating_add(1));
        let rows = self.outcomes.range(first..=(participant, u64::MAX));
        let row = |(key, value): (&(ParticipantId, u64), &(ItemId, Stamp))| OutcomeRow {
            participant,
            position: key.1,
            item: value.0,
            decided: value.1,
        };
        Ok(rows.take(usize::from(most)).map(row).collect())
    }
}
