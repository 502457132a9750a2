//! Bugs of settlement: money that is believed before it is seen, and debts that are forgotten.

use switch::{Digest, Input, Operate, PayoutSeen, Position, Switch, Window, WindowStatus};

use crate::network::amount;

/// A payout of an instructed window that nobody has seen yet.
fn unseen(switch: &Switch) -> Option<PayoutSeen> {
    let instructed = |window: &&Window| window.status == WindowStatus::Instructed;
    switch.windows().filter(instructed).find_map(|window| {
        let payouts = &window.settlement.as_ref()?.payouts;
        let mut unpaid = (0_u32..).zip(payouts);
        let (place, payout) = unpaid.find(|(place, _)| !window.paid.contains_key(place))?;
        Some(PayoutSeen {
            window: window.id,
            place,
            money: payout.money,
            reference: "presumed".to_owned(),
            statement: Digest([9; 32]),
        })
    })
}

/// Whatever is instructed counts as paid out with the next word that an operator sends.
pub(super) fn paid_at_instruction(operate: Operate, switch: &Switch) -> Input {
    let presumed = match &operate {
        Operate::Approve { .. } | Operate::Propose(_) => unseen(switch).map(Operate::PaidOut),
        Operate::Reject { .. }
        | Operate::Evidence { .. }
        | Operate::Fund { .. }
        | Operate::Arrange(_)
        | Operate::PaidOut(_) => None,
    };
    Input::Operate(Box::new(presumed.unwrap_or(operate)))
}

/// A line that comes again, under a name that differs a little, counts for the next payout.
pub(super) fn line_counts_again(operate: Operate, switch: &Switch) -> Input {
    let again = match &operate {
        Operate::PaidOut(seen) => {
            let window = switch.window_of(seen.window);
            let is_known = window.is_some_and(|window| window.paid.contains_key(&seen.place));
            unseen(switch).filter(|_| is_known).map(|next| PayoutSeen {
                reference: format!("{}/2", seen.reference),
                ..next
            })
        }
        Operate::Propose(_)
        | Operate::Approve { .. }
        | Operate::Reject { .. }
        | Operate::Evidence { .. }
        | Operate::Fund { .. }
        | Operate::Arrange(_) => None,
    };
    Input::Operate(Box::new(again.map_or(operate, Operate::PaidOut)))
}

/// What is instructed no longer counts against headroom.
pub(super) fn headroom_at_instruction(switch: &Switch) -> Vec<Position> {
    let forgotten = |window: &&Window| window.status == WindowStatus::Instructed;
    without(switch, |switch, position| {
        let windows = switch.windows().filter(forgotten);
        windows.map(|window| owed(window, position)).sum()
    })
}

/// What a participant owed when it was taken out of a window counts nowhere.
pub(super) fn excluded_is_forgotten(switch: &Switch) -> Vec<Position> {
    without(switch, |switch, position| {
        let moved = switch.windows().flat_map(|window| &window.excluded);
        let moved = moved.filter(|(who, _)| *who == position.participant);
        let into = moved.filter_map(|(_, into)| switch.window_of(*into));
        let unsettled = into.filter(|window| window.status != WindowStatus::Settled);
        unsettled.map(|window| owed(window, position)).sum()
    })
}

fn without(switch: &Switch, of: impl Fn(&Switch, &Position) -> u64) -> Vec<Position> {
    let mut positions = switch.positions();
    for position in &mut positions {
        let freed = of(switch, position).min(position.used.minor());
        position.used = amount(position.used.minor() - freed);
        position.headroom = amount(position.headroom.minor() + freed);
    }
    positions
}

fn owed(window: &Window, position: &Position) -> u64 {
    let pairs = window.pairs.iter();
    let owed = pairs.filter(|((owes, _, currency), _)| {
        (*owes, *currency) == (position.participant, position.currency)
    });
    let sum: u128 = owed.map(|(_, sum)| *sum).sum();
    u64::try_from(sum).unwrap()
}
