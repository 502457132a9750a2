//! What is open, since when, who must act next, and by when.
//!
//! # Doctrine
//!
//! Nothing is open without an owner and a deadline. The owner is who must act *next*, and who
//! that is follows from the state alone:
//!
//! | open | owner | deadline |
//! |---|---|---|
//! | a refund that waits | whose headroom is short; operators if it is held | then cancelled |
//! | reserved | the hub | then it is cancelled |
//! | asked | the creditor's side | then the life table decides |
//! | in doubt | the creditor's side: only it knows what it did | then the corridor decides |
//! | a break | the bearer; from its deadline on the operators | three days |
//! | an action | operators | then it expires |
//! | untold outcomes | the participant that does not acknowledge | a quarter of an hour |
//! | a closed or instructed window | operators | the end of its settlement day, or its hold |
//! | a stopped rail, a suspension | operators | the next review |
//!
//! A waiting refund is held while a side of it is suspended or the creditor's rail is stopped.

use std::ops::Bound;

use crate::action::ActionId;
use crate::books::Short;
use crate::limits::{STOP_REVIEW, SUSPENSION_REVIEW, UNTOLD_SPAN, WINDOW_REVIEW};
use crate::settlement::Window;
use crate::{Item, ItemId, ParticipantId, State, Switch, Time, WindowId};

/// Who must act next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The hub itself.
    Hub,
    /// A participant.
    Participant(ParticipantId),
    /// The operators.
    Operators,
}

/// What is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StuckThing {
    /// A payment or refund.
    Item(ItemId),
    /// The break of an item.
    Break(ItemId),
    /// An action.
    Action(ActionId),
    /// A participant's outcomes, and how many.
    Untold(ParticipantId, u64),
    /// A rail that is asked nothing new.
    Rail(ParticipantId),
    /// A suspended participant.
    Suspended(ParticipantId),
    /// A window that is closed and not settled.
    Window(WindowId),
}

/// Something open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// What.
    pub what: StuckThing,
    /// Since when.
    pub since: Time,
    /// Who must act next.
    pub owner: Owner,
    /// By when.
    pub deadline: Time,
}

/// How much is open, of each sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StuckCounts {
    /// Payments and refunds.
    pub items: usize,
    /// Breaks.
    pub breaks: usize,
    /// Actions.
    pub actions: usize,
    /// Participants with outcomes that they have not acknowledged.
    pub untold: usize,
    /// Stopped rails.
    pub rails: usize,
    /// Suspended participants.
    pub suspended: usize,
    /// Windows that are closed and not settled.
    pub windows: usize,
}

impl Switch {
    /// Who must act next for an item; nobody for one that is final.
    pub fn owner_of(&self, item: &Item) -> Option<Owner> {
        match item.state {
            State::Waiting => Some(self.owner_of_waiting(item)),
            State::Unknown | State::Reserved => Some(Owner::Hub),
            State::Asked | State::InDoubt => Some(Owner::Participant(item.creditor)),
            State::Completed | State::Cancelled | State::Refused => None,
        }
    }

    fn owner_of_waiting(&self, item: &Item) -> Owner {
        if !self.may_fund(item) {
            return Owner::Operators;
        }
        match self.books.check_legs(&self.legs(item)) {
            Err(Short::Headroom(who)) => Owner::Participant(who),
            // The next look funds it.
            Ok(()) | Err(Short::Missing) => Owner::Hub,
        }
    }

    /// Open payments and refunds behind a place, the earliest deadline first, up to `most`.
    pub fn stuck_items(&self, after: Option<(Time, ItemId)>, most: usize) -> Vec<Stuck> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let open = self.deadlines.range((from, Bound::Unbounded));
        let rows = open.filter_map(|(deadline, id)| {
            let item = self.item(*id)?;
            Some(Stuck {
                what: StuckThing::Item(*id),
                since: item.created.now,
                owner: self.owner_of(item)?,
                deadline: *deadline,
            })
        });
        rows.take(most).collect()
    }

    /// Everything else that is open, up to `most` of each sort: what operators must decide first.
    pub fn stuck_rest(&self, now: Time, most: usize) -> Vec<Stuck> {
        let operations = &self.operations;
        let breaks = operations.breaks.values().map(|open| Stuck {
            what: StuckThing::Break(open.item),
            since: open.opened_at,
            owner: match now < open.deadline {
                true => Owner::Participant(open.bearer),
                false => Owner::Operators,
            },
            deadline: open.deadline,
        });
        let rails = operations.stopped.iter().map(|(who, stop)| Stuck {
            what: StuckThing::Rail(*who),
            since: stop.at.now,
            owner: Owner::Operators,
            deadline: stop.at.now.after(STOP_REVIEW),
        });
        let open_actions = operations.expiries.iter();
        let actions = open_actions.filter_map(|(expires_at, id)| {
            Some(Stuck {
                what: StuckThing::Action(*id),
                since: self.action(*id)?.at.now,
                owner: Owner::Operators,
                deadline: *expires_at,
            })
        });
        let suspended = operations.suspended.iter().map(|(who, since)| Stuck {
            what: StuckThing::Suspended(*who),
            since: since.at.now,
            owner: Owner::Operators,
            deadline: since.at.now.after(SUSPENSION_REVIEW),
        });
        let windows = self.unsettled_windows().filter_map(stuck_window);
        let untold = self.streams.keys().filter_map(|who| self.untold(*who));
        breaks
            .take(most)
            .chain(windows.take(most))
            .chain(rails.take(most))
            .chain(actions.take(most))
            .chain(suspended.take(most))
            .chain(untold.take(most))
            .collect()
    }

    /// How much is open.
    pub fn stuck_counts(&self) -> StuckCounts {
        let untold = self.streams.values();
        StuckCounts {
            items: self.deadlines.len(),
            breaks: self.operations.breaks.len(),
            actions: self.operations.expiries.len(),
            untold: untold.filter(|s| s.last > s.acknowledged).count(),
            rails: self.operations.stopped.len(),
            suspended: self.operations.suspended.len(),
            windows: self.unsettled_windows().count(),
        }
    }

    /// The oldest outcome that is still in memory tells the age; where it has left, it is at
    /// least as old as the last leaving.
    fn untold(&self, participant: ParticipantId) -> Option<Stuck> {
        let stream = self.streams.get(&participant)?;
        let count = stream.last.saturating_sub(stream.acknowledged);
        if count == 0 {
            return None;
        }
        let next = stream.acknowledged.saturating_add(1);
        let decided = stream.open.get(&next).and_then(|id| self.item(*id));
        let decided = decided.and_then(|item| item.decided);
        let since = decided.map_or(self.left_at, |decided| decided.at.now);
        Some(Stuck {
            what: StuckThing::Untold(participant, count),
            since,
            owner: Owner::Participant(participant),
            deadline: since.after(UNTOLD_SPAN),
        })
    }
}

/// The bank pays out until the end of the settlement day, which is midnight UTC here: later than
/// in Phnom Penh and Tokyo, so nobody is called late before it is late for everybody.
fn stuck_window(window: &Window) -> Option<Stuck> {
    const DAY_NS: i64 = 86_400_000_000_000;
    let (closed, _) = window.closed?;
    let day_end = window.settlement_day.map(|day| {
        let days = i64::from(day.0).saturating_add(1);
        Time(days.saturating_mul(DAY_NS))
    });
    let deadline = day_end.unwrap_or_else(|| closed.now.after(WINDOW_REVIEW));
    let held = window.held_until.unwrap_or(deadline);
    Some(Stuck {
        what: StuckThing::Window(window.id),
        since: closed.now,
        owner: Owner::Operators,
        deadline: deadline.max(held),
    })
}
