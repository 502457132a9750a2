//! The calls that follow from the state, for one participant: which are made next, and when again.
//!
//! # Doctrine
//!
//! 1. **Calls are a function of state.** There is no outbox: what is to be asked and told is read
//!    from the core before every round, so a restart goes on where the state says.
//! 2. **Asks run beside each other, but never two for one id**: the answer to the second could
//!    overtake that to the first. Asks go before look-ups, and what ends first before what ends
//!    later; look-ups never take more than half of the places. **Outcomes run one at a time and
//!    in order**: the participant's acknowledgement stands for everything before it.
//! 3. **Only an answer counts.** A call that brought none is made again after a pause, until it
//!    is answered or the state no longer asks for it. An ask ends with its time, an outcome never.
//!
//! Sans-IO: whoever makes the calls (couriers on sockets, the simulator on its queue) brings the
//! time and says how each call ended.

mod attempts;
mod choice;

use std::collections::BTreeSet;

use switch::{Item, ItemId, ParticipantId, Span, State, Time};

use crate::limits::{ASKS_LOOKED_AT_MAX, RETRY_LAST};
use crate::work::View;

use attempts::Attempts;
use choice::{Due, Room};

/// One call to the participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    /// Can you credit this? The item is in memory.
    Ask(ItemId),
    /// How far did you get with this? The item is in memory and in doubt.
    LookUp(ItemId),
    /// This is the outcome; `None` when the item has left memory and the tables have it.
    Tell(u64, Option<ItemId>),
}

/// What is to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Calls to begin.
    pub begin: Vec<Call>,
    /// When to plan again if nothing happens before.
    pub wake: Time,
}

/// What is in flight to one participant, and what pauses.
///
/// It is planned on a copy where the plan could be lost on its way (a thread that ends): what is
/// never begun must not be held for in flight.
#[derive(Clone, Debug)]
pub struct Caller {
    who: ParticipantId,
    asks: Attempts<ItemId>,
    outcomes: Attempts<u64>,
    look_ups: BTreeSet<ItemId>,
}

impl Caller {
    /// Nothing is in flight.
    pub fn new(who: ParticipantId) -> Self {
        Self {
            who,
            asks: Attempts::new(),
            outcomes: Attempts::new(),
            look_ups: BTreeSet::new(),
        }
    }

    /// Whom it calls.
    pub fn who(&self) -> ParticipantId {
        self.who
    }

    /// Begins what is due. `clock` is the hub's time, which the deadlines of asks are read
    /// against; `now` only measures pauses and may be another clock, one that is never put back.
    pub fn plan(&mut self, view: &View<'_>, clock: Time, now: Time) -> Round {
        let open = view.switch.asks_of(self.who, ASKS_LOOKED_AT_MAX);
        let (acknowledged, last) = view.switch.stream_of(self.who);
        let position = (acknowledged < last).then(|| acknowledged.saturating_add(1));
        self.asks.keep(&open);
        self.outcomes.keep(position.as_slice());
        let mut begin = self.plan_asks(view, &open, clock, now);
        if let Some(position) = position.filter(|at| !self.outcomes.is_blocked(*at, now)) {
            self.outcomes.begin(position, now);
            let id = view.switch.outcome_at(self.who, position);
            begin.push(Call::Tell(position, id));
        }
        let waiting = [self.asks.next(now), self.outcomes.next(now)];
        let last = now.after(RETRY_LAST);
        let wake = waiting.into_iter().flatten().min().unwrap_or(last);
        Round {
            begin,
            wake: wake.min(last),
        }
    }

    fn plan_asks(&mut self, view: &View<'_>, open: &[ItemId], clock: Time, now: Time) -> Vec<Call> {
        let free = open.iter().filter(|id| !self.asks.is_blocked(**id, now));
        let due = free.filter_map(|id| Due::of(view.switch.item(*id)?, clock));
        let due: Vec<Due> = due.collect();
        if due.is_empty() {
            return Vec::new();
        }
        let room = Room::beside(self.asks.in_flight(), self.look_ups.len());
        let mut begin = Vec::new();
        for due in room.choose(due) {
            self.asks.begin(due.id, now);
            if due.is_look_up {
                self.look_ups.insert(due.id);
                begin.push(Call::LookUp(due.id));
            } else {
                begin.push(Call::Ask(due.id));
            }
        }
        begin
    }

    /// Ends all pauses: time has passed that `now` did not show, on a clock that is moved by hand.
    pub fn hurry(&mut self, now: Time) {
        self.asks.hurry(now);
        self.outcomes.hurry(now);
    }

    /// It was answered, and the core took the answer.
    pub fn answered(&mut self, call: Call) {
        match call {
            Call::Ask(id) | Call::LookUp(id) => {
                self.look_ups.remove(&id);
                self.asks.succeeded(id);
            }
            Call::Tell(position, _) => self.outcomes.succeeded(position),
        }
    }

    /// Nothing is known; it is made again after a pause.
    pub fn failed(&mut self, call: Call, now: Time) {
        match call {
            Call::Ask(id) | Call::LookUp(id) => {
                self.look_ups.remove(&id);
                self.asks.failed(id, now);
            }
            Call::Tell(position, _) => self.outcomes.failed(position, now),
        }
    }
}

/// How long a call about an item may take: no longer than any call, and an ask never beyond its
/// own time.
pub fn time_for(item: &Item, clock: Time, call_max: Span) -> Span {
    if item.state != State::Asked {
        return call_max;
    }
    let left = item.deadline.0.saturating_sub(clock.0).max(0);
    Span(left).min(call_max)
}
