//! What has left memory, read back from the projection's tables.
//!
//! # Doctrine
//!
//! * **Memory first, tables afterwards.** An item leaves memory only when the tables hold it, so
//!   whoever looks in this order finds it in one of the two. The other order has a gap.
//! * **Tables that are behind answer nothing.** While they are made anew they stand before what
//!   has left, and "not found" would be a lie: whoever asks is told to come again.
//! * Where the core asks for a look ([`Refusal::OursRecall`]) and the tables do not know the id
//!   either, the request is handed in again with the batch for which they stood. If more has left
//!   since, the core asks again; that is bounded, and then the caller is told to come again.
//! * **Money is not believed of tables alone.** A payment that is to be refunded is compared with
//!   its own record in the journal first.
//! * What is read back is answered like what is in memory: same view, same evidence.

use std::collections::BTreeMap;

use engine::View;
use projection::{Ask, Past, PastItem, Tables, TablesError};
use switch::{
    Closed, Digest, Item, ItemId, Kind, ParticipantId, Recalled, RecalledPayment, Refusal,
};
use wire::error::{Code, Problem};

use crate::convert::{Subject, problem};
use crate::hub::{Hub, hidden};
use crate::view::{Found, Seen, Viewer};

/// What the tables said about the id of a request.
pub(crate) enum InTables {
    /// It is this item's.
    Item(Box<PastItem>),
    /// It was used up for the requester.
    Closed(Closed),
    /// They do not know it, as of a batch.
    Unknown(Box<Past>),
}

impl Hub {
    /// One consistent look into tables that hold everything that had left memory before.
    async fn past(&self, ask: Ask) -> Result<Past, Problem> {
        let left = self.read(|view| view.switch.left_seq()).await?;
        self.tables(move |tables| tables.past(ask))
            .await
            .and_then(|past| match past.seq < left {
                true => Err(behind()),
                false => Ok(past),
            })
    }

    async fn tables<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Tables) -> Result<T, TablesError> + Send + 'static,
    ) -> Result<T, Problem> {
        self.blocking(move |hub| {
            let looked = hub.shared().tables.look(look);
            looked.map_err(|error| hidden("read the projection", &error, Code::Internal))
        })
        .await
    }

    /// What the tables know of a request's id. What was used up for the requester comes first, as
    /// it does in memory.
    pub(crate) async fn in_tables(&self, ask: Ask) -> Result<InTables, Problem> {
        let mut past = self.past(ask).await?;
        Ok(match (past.closed.take(), past.item.take()) {
            (Some(closed), _) => InTables::Closed(closed),
            (None, Some(item)) => InTables::Item(Box::new(item)),
            (None, None) => InTables::Unknown(Box::new(past)),
        })
    }

    /// An item, wherever it is.
    pub(crate) async fn seen(&self, id: ItemId) -> Result<Option<Seen>, Problem> {
        let look = move |view: &View<'_>| (Seen::of(view, id), view.switch.left_seq() > 0);
        match self.read(look).await? {
            (None, true) => {}
            (seen, _) => return Ok(seen),
        }
        match self.past(of_any(id)).await?.item {
            Some(item) => self.seen_of(item).await.map(Some),
            None => Ok(None),
        }
    }

    /// An item of the tables with what of the core belongs to it.
    pub(crate) async fn seen_of(&self, past: PastItem) -> Result<Seen, Problem> {
        self.read(move |view| Seen::of_past(view, past)).await
    }

    /// Items that were not in memory a moment ago, by one look each way.
    pub(crate) async fn all_seen(
        &self,
        ids: Vec<ItemId>,
    ) -> Result<BTreeMap<ItemId, Seen>, Problem> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let look = move |tables: &Tables| {
            let found = ids.into_iter().map(|id| tables.item(id));
            found.collect::<Result<Vec<Option<PastItem>>, _>>()
        };
        let found = self.tables(look).await?;
        self.read(move |view| {
            let seen = found.into_iter().flatten();
            seen.map(|past| (past.item.id, Seen::of_past(view, past)))
                .collect()
        })
        .await
    }

    /// What there is for the viewer under an id, wherever it is; `is_right` chooses the kind of
    /// item that is meant.
    pub(crate) async fn found(
        &self,
        viewer: Viewer,
        id: ItemId,
        is_right: impl Fn(&Item) -> bool + Clone + Send + 'static,
    ) -> Result<Option<Found>, Problem> {
        let right = is_right.clone();
        let look = move |view: &View<'_>| {
            let found = Found::of(view, viewer, id, right);
            (found, view.switch.left_seq() > 0)
        };
        match self.read(look).await? {
            (None, true) => {}
            (found, _) => return Ok(found),
        }
        let past = self.past(of_requester(id, viewer.id)).await?;
        // An item that the viewer may see comes before an id that was used up for the viewer.
        Ok(match (past.item, past.closed) {
            (Some(item), closed) if is_right(&item.item) => {
                let seen = self.seen_of(item).await?;
                let may = viewer.is_operator || seen.is_party(viewer.id);
                may.then(|| Found::Item(Box::new(seen)))
                    .or(closed.map(Found::Closed))
            }
            (_, closed) => closed.map(Found::Closed),
        })
    }

    /// The outcome at a place of a participant's stream that is no longer in memory.
    pub(crate) async fn past_outcome(
        &self,
        who: ParticipantId,
        position: u64,
    ) -> Result<Option<Seen>, Problem> {
        let look = move |tables: &Tables| {
            let rows = tables.outcomes_after(who, position.saturating_sub(1), 1)?;
            match rows.first().filter(|row| row.position == position) {
                Some(row) => tables.item(row.item),
                None => Ok(None),
            }
        };
        match self.tables(look).await? {
            Some(past) => self.seen_of(past).await.map(Some),
            None => Ok(None),
        }
    }

    /// What the tables said, for the core to go on with.
    pub(crate) async fn recalled(&self, past: Past) -> Result<Recalled, Problem> {
        let Past { seq, payment, .. } = past;
        let Some(payment) = payment else {
            return Ok(Recalled { seq, payment: None });
        };
        let (refunded, payer_refunded) = payment.refunded;
        let item = payment.item;
        let item = self.blocking(move |hub| {
            let is_recorded = hub.shared().history.records(&item)?;
            is_recorded.then_some(item).ok_or_else(|| {
                tracing::error!("a payment of the projection is not as the journal recorded it");
                Problem::new(Code::Internal)
            })
        });
        let payment = RecalledPayment {
            item: item.await?,
            refunded,
            payer_refunded,
        };
        Ok(Recalled {
            seq,
            payment: Some(payment),
        })
    }
}

fn of_any(id: ItemId) -> Ask {
    Ask {
        id,
        requester: None,
        payment: None,
    }
}

pub(crate) fn of_requester(id: ItemId, requester: ParticipantId) -> Ask {
    Ask {
        requester: Some(requester),
        ..of_any(id)
    }
}

fn behind() -> Problem {
    Problem::new(Code::Busy).with_detail("older payments are being made readable; come again")
}

/// A repetition of what left memory is answered as the first time; the same id with another body,
/// or of another participant's item, is a conflict.
pub(crate) fn repeated(
    past: &PastItem,
    requester: ParticipantId,
    request: Digest,
    subject: Subject,
) -> Result<(), Problem> {
    if past.item.requester != requester {
        return Err(problem(Refusal::PayerIdInUse, subject));
    }
    if past.item.request != request {
        return Err(problem(Refusal::PayerIdConflict, subject));
    }
    Ok(())
}

/// As [`repeated`], for an id that was used up without having been an item.
pub(crate) fn refused(closed: &Closed, request: Digest, subject: Subject) -> Problem {
    let refusal = match (closed.request, closed.refusal) {
        (Some(first), Some(refusal)) if first == request => refusal,
        (Some(_), _) => Refusal::PayerIdConflict,
        (None, _) => Refusal::PayerIdForbidden,
    };
    problem(refusal, subject)
}

/// Payments only.
pub(crate) fn is_payment(item: &Item) -> bool {
    item.kind == Kind::Payment
}
