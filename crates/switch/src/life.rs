//! The life of a payment and of a refund, as one table.
//!
//! # Doctrine
//!
//! Every change of state anywhere in the core is a row of [`LIFE`]; nothing else may set a state.
//! A final state has no row that leaves it: an outcome never changes. What differs between a rail
//! that confirms ([`Finality::Confirm`]) and one that credits at once ([`Finality::Immediate`])
//! differs here and nowhere else. A test drives a core through every state × event × finality and
//! prints the table, with what it saw, into `docs/LIFECYCLE.md`.

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Nobody asked for it yet.
    Unknown,
    /// A refund that waits for liquidity; its part of the payment is set aside.
    Waiting,
    /// All legs are pending; nobody was asked yet.
    Reserved,
    /// The creditor's side was asked whether it can credit.
    Asked,
    /// An immediate rail did not answer in time: it may have credited.
    InDoubt,
    /// Final: all legs are posted.
    Completed,
    /// Final: nothing moved.
    Cancelled,
    /// Final: the hub said no at once.
    Refused,
}

/// What can happen to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// Every check passed: reserve all legs.
    Reserve,
    /// A check failed.
    Refuse,
    /// A refund for which liquidity is short.
    Wait,
    /// The question goes to the creditor's side.
    Ask,
    /// It answered yes before the deadline.
    Accept,
    /// It answered yes after the deadline.
    AcceptLate,
    /// It answered no, at any time.
    Reject,
    /// The deadline of the present state passed.
    Deadline,
    /// As `Deadline`, where the corridor decides for completion at the end of doubt.
    DeadlineCompletes,
    /// The requesting side wants it cancelled.
    Withdraw,
    /// A party was suspended, and what is open is to be cancelled.
    Suspend,
    /// Two operators found out that it was credited.
    ResolveComplete,
    /// Two operators found out that it was not credited.
    ResolveCancel,
}

/// What a rail can promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finality {
    /// It credits only after the hub's outcome, and it is certified for it.
    Confirm,
    /// It credits at once; the default until certified.
    Immediate,
}

/// What an event does in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The item moves on.
    To(State),
    /// Nothing changes; the caller is answered with what is recorded.
    Stay,
    /// The event makes no sense here; the caller is told so and nothing changes.
    Never,
}

/// One row: in `state`, on `event`, on a rail of `finality` (`None`: of either).
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The state that the item is in.
    pub state: State,
    /// What happens.
    pub event: Event,
    /// On which rails.
    pub finality: Option<Finality>,
    /// What it does.
    pub step: Step,
    /// Why, for people.
    pub why: &'static str,
}

const fn row(state: State, event: Event, step: Step, why: &'static str) -> Row {
    Row {
        state,
        event,
        finality: None,
        step,
        why,
    }
}

const fn on(finality: Finality, state: State, event: Event, step: Step, why: &'static str) -> Row {
    Row {
        state,
        event,
        finality: Some(finality),
        step,
        why,
    }
}

use Event::{
    Accept, AcceptLate, Ask, Deadline, DeadlineCompletes, Refuse, Reject, Reserve, ResolveCancel,
    ResolveComplete, Suspend, Wait, Withdraw,
};
use Finality::{Confirm, Immediate};
use State::{Asked, Cancelled, Completed, InDoubt, Refused, Reserved, Unknown, Waiting};
use Step::{Stay, To};

/// The whole life. A pair of state and event that has no row is [`Step::Never`], except in a
/// final state, where everything is [`Step::Stay`].
pub const LIFE: &[Row] = &[
    row(Unknown, Reserve, To(Reserved), "every check passed"),
    row(
        Unknown,
        Refuse,
        To(Refused),
        "a check failed; the id is used up for its requester",
    ),
    row(
        Unknown,
        Wait,
        To(Waiting),
        "only a refund, when liquidity is short",
    ),
    row(
        Unknown,
        Withdraw,
        To(Cancelled),
        "the id is forbidden for ever",
    ),
    row(Waiting, Reserve, To(Reserved), "liquidity came"),
    row(
        Waiting,
        Deadline,
        To(Cancelled),
        "liquidity did not come in time",
    ),
    row(
        Waiting,
        DeadlineCompletes,
        To(Cancelled),
        "nothing was reserved that could complete",
    ),
    row(Waiting, Withdraw, To(Cancelled), "nobody was asked"),
    row(Waiting, Suspend, To(Cancelled), "nobody was asked"),
    row(
        Reserved,
        Ask,
        To(Asked),
        "the ask is durable before it leaves",
    ),
    row(Reserved, Deadline, To(Cancelled), "nobody was asked"),
    row(
        Reserved,
        DeadlineCompletes,
        To(Cancelled),
        "nobody was asked",
    ),
    row(Reserved, Withdraw, To(Cancelled), "nobody was asked"),
    row(Reserved, Suspend, To(Cancelled), "nobody was asked"),
    row(
        Asked,
        Accept,
        To(Completed),
        "acceptance is an undertaking to credit",
    ),
    on(
        Confirm,
        Asked,
        AcceptLate,
        To(Cancelled),
        "it credits only when told so",
    ),
    on(
        Immediate,
        Asked,
        AcceptLate,
        To(Completed),
        "it has credited already",
    ),
    row(Asked, Reject, To(Cancelled), "it did not credit"),
    on(
        Confirm,
        Asked,
        Deadline,
        To(Cancelled),
        "it credits only when told so",
    ),
    on(
        Confirm,
        Asked,
        DeadlineCompletes,
        To(Cancelled),
        "it credits only when told so",
    ),
    on(
        Immediate,
        Asked,
        Deadline,
        To(InDoubt),
        "it may have credited",
    ),
    on(
        Immediate,
        Asked,
        DeadlineCompletes,
        To(InDoubt),
        "it may have credited",
    ),
    on(
        Confirm,
        Asked,
        Withdraw,
        To(Cancelled),
        "it credits only when told so",
    ),
    on(
        Immediate,
        Asked,
        Withdraw,
        Stay,
        "it may have credited; wait for the deadline",
    ),
    on(
        Confirm,
        Asked,
        Suspend,
        To(Cancelled),
        "it credits only when told so",
    ),
    on(
        Immediate,
        Asked,
        Suspend,
        Stay,
        "it may have credited; wait for the deadline",
    ),
    row(InDoubt, Accept, To(Completed), "evidence that it credited"),
    row(
        InDoubt,
        AcceptLate,
        To(Completed),
        "evidence that it credited",
    ),
    row(
        InDoubt,
        Reject,
        To(Cancelled),
        "evidence that it did not credit",
    ),
    row(
        InDoubt,
        Deadline,
        To(Cancelled),
        "the corridor decides for cancelling",
    ),
    row(
        InDoubt,
        DeadlineCompletes,
        To(Completed),
        "the corridor decides for completing",
    ),
    row(
        InDoubt,
        Withdraw,
        Stay,
        "only evidence or the deadline ends a doubt",
    ),
    row(
        InDoubt,
        Suspend,
        Stay,
        "only evidence or the deadline ends a doubt",
    ),
    row(
        InDoubt,
        ResolveComplete,
        To(Completed),
        "two operators found that it credited",
    ),
    row(
        InDoubt,
        ResolveCancel,
        To(Cancelled),
        "two operators found that it did not credit",
    ),
];

impl State {
    /// Every state.
    pub const ALL: [State; 8] = [
        Unknown, Waiting, Reserved, Asked, InDoubt, Completed, Cancelled, Refused,
    ];

    /// Whether the outcome is known and can never change.
    pub fn is_final(self) -> bool {
        match self {
            Completed | Cancelled | Refused => true,
            Unknown | Waiting | Reserved | Asked | InDoubt => false,
        }
    }

    /// Whether the item's legs are pending in the ledger.
    pub fn holds_legs(self) -> bool {
        match self {
            Reserved | Asked | InDoubt => true,
            Unknown | Waiting | Completed | Cancelled | Refused => false,
        }
    }
}

impl Event {
    /// Every event.
    pub const ALL: [Event; 13] = [
        Reserve,
        Refuse,
        Wait,
        Ask,
        Accept,
        AcceptLate,
        Reject,
        Deadline,
        DeadlineCompletes,
        Withdraw,
        Suspend,
        ResolveComplete,
        ResolveCancel,
    ];
}

/// What `event` does to an item in `state` on a rail of `finality`.
pub fn step(state: State, event: Event, finality: Finality) -> Step {
    if state.is_final() {
        return Stay;
    }
    LIFE.iter()
        .find(|row| {
            row.state == state
                && row.event == event
                && row.finality.is_none_or(|only| only == finality)
        })
        .map_or(Step::Never, |row| row.step)
}

/// The table as Markdown, for `docs/LIFECYCLE.md`.
pub fn markdown() -> String {
    let mut out = String::from("| in state | when | on a rail that is | then | because |\n");
    out.push_str("|---|---|---|---|---|\n");
    for row in LIFE {
        let rail = row
            .finality
            .map_or_else(|| "either".to_owned(), |only| format!("{only:?}"));
        let then = match row.step {
            To(state) => format!("**{state:?}**"),
            Stay => "stays".to_owned(),
            Step::Never => "never".to_owned(),
        };
        let (state, event, why) = (row.state, row.event, row.why);
        out.push_str(&format!(
            "| {state:?} | {event:?} | {rail} | {then} | {why} |\n"
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_pair_has_two_rows_and_no_row_leaves_a_final_state() {
        for finality in [Confirm, Immediate] {
            for state in State::ALL {
                for event in Event::ALL {
                    let rows = LIFE.iter().filter(|row| {
                        row.state == state
                            && row.event == event
                            && row.finality.is_none_or(|only| only == finality)
                    });
                    let count = rows.count();
                    assert!(count <= 1, "{state:?} {event:?} {finality:?}: {count} rows");
                    assert!(!state.is_final() || count == 0, "{state:?} is final");
                }
            }
        }
    }

    #[test]
    fn every_open_state_ends_by_time_alone_on_both_rails() {
        for finality in [Confirm, Immediate] {
            for start in [Waiting, Reserved, Asked, InDoubt] {
                for deadline in [Deadline, DeadlineCompletes] {
                    let mut state = start;
                    for _ in 0..2 {
                        if let To(next) = step(state, deadline, finality) {
                            state = next;
                        }
                    }
                    assert!(
                        state.is_final(),
                        "{start:?} {finality:?} stays open for ever"
                    );
                }
            }
        }
    }

    #[test]
    fn every_state_can_be_reached() {
        let mut reached = vec![Unknown];
        for _ in 0..State::ALL.len() {
            for row in LIFE {
                if let To(next) = row.step
                    && reached.contains(&row.state)
                    && !reached.contains(&next)
                {
                    reached.push(next);
                }
            }
        }
        reached.sort_unstable();
        assert_eq!(reached, State::ALL);
    }
}
