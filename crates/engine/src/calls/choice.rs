//! Which of the open items are called about next, when there is not room for all.

use switch::{Item, ItemId, State, Time};

use crate::limits::{ASKS_IN_FLIGHT_MAX, LOOK_UPS_IN_FLIGHT_MAX};

/// An item that something is to be asked about. Asks come before look-ups, because theirs is the
/// time that runs out while a payer waits; then whatever ends first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Due {
    pub(super) is_look_up: bool,
    deadline: Time,
    pub(super) id: ItemId,
}

/// How many more may be begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    all: usize,
    look_ups: usize,
}

impl Due {
    /// `None` when nothing is to be asked: the time of the ask is over, and the core will decide.
    pub(super) fn of(item: &Item, now: Time) -> Option<Self> {
        let (is_look_up, is_due) = match item.state {
            State::Asked => (false, now < item.deadline),
            State::InDoubt => (true, true),
            State::Unknown
            | State::Waiting
            | State::Reserved
            | State::Completed
            | State::Cancelled
            | State::Refused => (false, false),
        };
        is_due.then_some(Self {
            is_look_up,
            deadline: item.deadline,
            id: item.id,
        })
    }
}

impl Room {
    /// Look-ups have half of the places at most, so what is in doubt never keeps a participant
    /// that comes back from the payments of now.
    pub(super) fn beside(in_flight: usize, look_ups: usize) -> Self {
        Self {
            all: ASKS_IN_FLIGHT_MAX.saturating_sub(in_flight),
            look_ups: LOOK_UPS_IN_FLIGHT_MAX.saturating_sub(look_ups),
        }
    }

    pub(super) fn choose(self, mut due: Vec<Due>) -> Vec<Due> {
        due.sort_unstable();
        let mut look_ups = self.look_ups;
        due.retain(|due| {
            if !due.is_look_up {
                return true;
            }
            let fits = look_ups > 0;
            look_ups = look_ups.saturating_sub(1);
            fits
        });
        due.truncate(self.all);
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(is_look_up: bool, deadline: i64, id: u128) -> Due {
        Due {
            is_look_up,
            deadline: Time(deadline),
            id: ItemId(id),
        }
    }

    /// How many are in flight, of them look-ups; how many asks and look-ups are due; and of how
    /// many of each a call is begun.
    fn check(in_flight: (usize, usize), open: (u128, u128), expected: (usize, usize)) {
        // Those that end first have the highest ids, and the ids of look-ups are below all.
        let asks = (0..open.0).map(|n| due(false, 9_000 - i64::try_from(n).unwrap(), 1_000 + n));
        let look_ups = (0..open.1).map(|n| due(true, 900 - i64::try_from(n).unwrap(), n));
        let chosen = Room::beside(in_flight.0, in_flight.1).choose(look_ups.chain(asks).collect());
        let found: Vec<u128> = chosen.iter().map(|due| due.id.0).collect();
        let newest = |first: u128, all: u128, most: usize| (first..first + all).rev().take(most);
        let asks = newest(1_000, open.0, expected.0);
        let wanted: Vec<u128> = asks.chain(newest(0, open.1, expected.1)).collect();
        assert_eq!(found, wanted, "{in_flight:?} {open:?}");
        assert_eq!(
            found.len(),
            expected.0 + expected.1,
            "{in_flight:?} {open:?}"
        );
    }

    #[test]
    fn asks_go_first_and_the_first_to_end_before_others() {
        check((0, 0), (3, 2), (3, 2));
        check((0, 0), (100, 100), (64, 0));
        check((0, 0), (60, 100), (60, 4));
        check((0, 0), (0, 100), (0, 32));
        // Look-ups that hang leave half of the places to asks.
        check((32, 32), (100, 100), (32, 0));
        check((32, 32), (5, 100), (5, 0));
        check((40, 10), (5, 100), (5, 19));
        check((64, 32), (5, 5), (0, 0));
    }
}
