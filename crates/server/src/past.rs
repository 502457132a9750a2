//! What has left memory, read back from the projection's tables.
//!
//! # Doctrine
//!
//! * What a request goes through is [`engine::request`]'s to say; here are only the threads and
//!   files for it ([`Hub::carry`]), and looks, which follow its first two rules: memory first, and
//!   tables that are behind answer nothing.
//! * What is read back is answered like what is in memory: same view, same evidence.

use std::collections::BTreeMap;

use engine::View;
use engine::request::{Again, Next, Request, Told};
use journal::PartyRow;
use projection::{Ask, Past, PastItem, Tables, TablesError};
use switch::{Closed, Item, ItemId, Kind, ParticipantId, Quote, Reply, Window, WindowId};
use wire::error::{Code, Problem};

use crate::convert::{Subject, problem};
use crate::hub::{Hub, hidden};
use crate::view::{Found, Seen, Viewer};

/// How a request ended that was not refused.
pub(crate) enum Carried {
    Quoted(Box<Quote>),
    Item(Box<Seen>),
    /// The id is used up for the requester, without having been an item.
    Closed(Closed),
}

/// What memory shows of what the core answered about.
enum Shown {
    Nothing,
    Item(Option<Box<Seen>>),
    Closed(Option<Closed>),
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
            looked.map_err(|error| unreadable(&error))
        })
        .await
    }

    /// Windows below one, as the tables hold them.
    pub(crate) async fn old_windows(
        &self,
        before: Option<WindowId>,
        most: u16,
    ) -> Result<Vec<Window>, Problem> {
        self.tables(move |tables| tables.windows_before(before, most))
            .await
    }

    /// Takes a request through core and tables, with the sealed data of the parties if it has
    /// any. It ends: a request asks for a bounded number of looks.
    pub(crate) async fn carry(
        &self,
        mut request: Request,
        party: Option<PartyRow>,
        subject: Subject,
    ) -> Result<Carried, Problem> {
        let mut next = Next::Give;
        let mut shown = Shown::Nothing;
        loop {
            next = match next {
                Next::Give => {
                    let look = |view: &View<'_>, reply: Reply| (Shown::of(view, &reply), reply);
                    let given = self.submit(Some(request.input()), party.clone(), look);
                    match given.await? {
                        Ok((seen, reply)) => {
                            shown = seen;
                            request.answered(Ok(reply))
                        }
                        Err(refusal) => request.answered(Err(engine::No::Refused(refusal))),
                    }
                }
                Next::Look(ask) => {
                    let left = self.read(|view| view.switch.left_seq()).await?;
                    let looked = self.blocking(move |hub| {
                        let shared = hub.shared();
                        let past = shared.tables.look(|tables| tables.past(ask));
                        let past = past.map_err(|error| unreadable(&error))?;
                        let mut request = request;
                        let next = request.looked(past, left, |seq| shared.history.records(seq));
                        Ok((request, next))
                    });
                    let (looked, next) = looked.await?;
                    request = looked;
                    next
                }
                Next::Told(told) => return self.told(told, shown, subject).await,
            }
        }
    }

    async fn told(&self, told: Told, shown: Shown, subject: Subject) -> Result<Carried, Problem> {
        match (told, shown) {
            (Told::Quoted(quote), _) => Ok(Carried::Quoted(quote)),
            (Told::Item(_), Shown::Item(Some(seen))) => Ok(Carried::Item(seen)),
            (Told::Closed(..), Shown::Closed(Some(closed))) => Ok(Carried::Closed(closed)),
            // The core answers about what it has.
            (Told::Item(_) | Told::Closed(..), _) => Err(Problem::new(Code::Internal)),
            (Told::Past(past), _) => {
                let seen = self.seen_of(*past).await?;
                Ok(Carried::Item(Box::new(seen)))
            }
            (Told::PastClosed(closed), _) => Ok(Carried::Closed(closed)),
            (Told::Refused(refusal), _) => Err(problem(refusal, subject)),
            (Told::Again(again), _) => Err(come_again(again)),
        }
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
}

fn of_any(id: ItemId) -> Ask {
    Ask {
        id,
        requester: None,
        payment: None,
    }
}

fn of_requester(id: ItemId, requester: ParticipantId) -> Ask {
    Ask {
        requester: Some(requester),
        ..of_any(id)
    }
}

fn behind() -> Problem {
    Problem::new(Code::Busy).with_detail("older payments are being made readable; come again")
}

fn unreadable(error: &TablesError) -> Problem {
    hidden("read the projection", error, Code::Internal)
}

fn come_again(again: Again) -> Problem {
    match again {
        Again::Unavailable => Problem::new(Code::JournalUnavailable),
        Again::Busy => Problem::new(Code::Busy),
        Again::Behind => behind(),
        Again::Doubtful => {
            tracing::error!("a payment of the projection is not as the journal recorded it");
            Problem::new(Code::Internal)
        }
    }
}

impl Carried {
    /// For payments and refunds: where their id is used up they are refused, so that only a
    /// withdrawal is answered with that.
    pub(crate) fn item(self) -> Result<Seen, Problem> {
        match self {
            Self::Item(seen) => Ok(*seen),
            Self::Quoted(_) | Self::Closed(_) => Err(Problem::new(Code::Internal)),
        }
    }
}

impl Shown {
    fn of(view: &View<'_>, reply: &Reply) -> Self {
        match reply {
            Reply::Item(id) => Self::Item(Seen::of(view, *id).map(Box::new)),
            Reply::Closed(who, id) => Self::Closed(view.switch.closed(*who, *id).copied()),
            Reply::Done
            | Reply::Quoted(_)
            | Reply::Participant(_)
            | Reply::Corridor(_)
            | Reply::Action(_)
            | Reply::Window(_)
            | Reply::Ticked(_) => Self::Nothing,
        }
    }
}

/// Payments only.
pub(crate) fn is_payment(item: &Item) -> bool {
    item.kind == Kind::Payment
}
