//! What has left memory, read back from the projection's tables.
//!
//! # Doctrine
//!
//! * **Memory first, tables afterwards.** An item leaves memory only when the tables hold it, so
//!   whoever looks in this order finds it in one of the two. The other order has a gap.
//! * Where the core asks for a look ([`Refusal::OursRecall`]) and the tables do not know the id
//!   either, the request is handed in again with the batch for which they stood. If more has left
//!   since, the core asks again; that is bounded, and then the caller is told to come again.
//! * What is read back is answered like what is in memory: same view, same evidence.

use engine::View;
use money::Amount;
use projection::{Ask, Past, PastItem};
use switch::{
    Closed, Digest, Item, ItemId, Kind, ParticipantId, Recalled, RecalledPayment, Refusal,
};
use wire::error::{Code, Problem};

use crate::convert::{Subject, problem};
use crate::hub::{Hub, hidden, lock};
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
    /// One consistent look into the tables.
    pub(crate) async fn past(&self, ask: Ask) -> Result<Past, Problem> {
        self.blocking(move |hub| {
            let past = lock(&hub.shared().tables).past(ask);
            past.map_err(|error| hidden("read the projection", &error, Code::Internal))
        })
        .await
    }

    /// What the tables know of a request's id.
    pub(crate) async fn in_tables(&self, ask: Ask) -> Result<InTables, Problem> {
        let mut past = self.past(ask).await?;
        Ok(match (past.item.take(), past.closed.take()) {
            (Some(item), _) => InTables::Item(Box::new(item)),
            (None, Some(closed)) => InTables::Closed(closed),
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
        let ask = Ask {
            id,
            requester: None,
            payment: None,
        };
        match self.past(ask).await?.item {
            Some(item) => self.seen_of(item).await.map(Some),
            None => Ok(None),
        }
    }

    /// An item of the tables with what of the core belongs to it.
    pub(crate) async fn seen_of(&self, past: PastItem) -> Result<Seen, Problem> {
        self.read(move |view| Seen::of_past(view, past)).await
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
        let ask = Ask {
            id,
            requester: Some(viewer.id),
            payment: None,
        };
        Ok(match self.in_tables(ask).await? {
            InTables::Item(past) if is_right(&past.item) => {
                let seen = self.seen_of(*past).await?;
                let may = viewer.is_operator || seen.is_party(viewer.id);
                may.then(|| Found::Item(Box::new(seen)))
            }
            InTables::Closed(closed) => Some(Found::Closed(closed)),
            InTables::Item(_) | InTables::Unknown(_) => None,
        })
    }

    /// The outcome at a place of a participant's stream that is no longer in memory.
    pub(crate) async fn past_outcome(
        &self,
        who: ParticipantId,
        position: u64,
    ) -> Result<Option<Seen>, Problem> {
        let found = self.blocking(move |hub| {
            let tables = lock(&hub.shared().tables);
            let rows = tables.outcomes_after(who, position.saturating_sub(1), 1);
            let row = rows.map(|rows| rows.into_iter().find(|row| row.position == position));
            let item = row.and_then(|row| match row {
                Some(row) => tables.item(row.item),
                None => Ok(None),
            });
            item.map_err(|error| hidden("read the projection", &error, Code::Internal))
        });
        match found.await? {
            Some(past) => self.seen_of(past).await.map(Some),
            None => Ok(None),
        }
    }
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

/// What the tables said, for the core to go on with.
pub(crate) fn recalled(past: Past) -> Recalled {
    Recalled {
        seq: past.seq,
        payment: past.payment.map(|payment| {
            let (refunded, payer_refunded): (Amount, Amount) = payment.refunded;
            RecalledPayment {
                item: payment.item,
                refunded,
                payer_refunded,
            }
        }),
    }
}

/// Payments only.
pub(crate) fn is_payment(item: &Item) -> bool {
    item.kind == Kind::Payment
}
