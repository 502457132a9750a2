//! Breaks: what is wrong, whose it is, and how it ended.
//!
//! A break follows from findings and is changed by events alone: [`Register::sync`] and the
//! operators' calls say which events follow and change nothing, [`Register::apply`] changes and
//! cannot fail. A table of events, replayed, therefore gives the same register.
//!
//! The lines and expectations of a finding are its break's members. A finding goes on with the
//! oldest open break that has one of its members, or else with one that has ended and had one: so
//! that what people booked under a break's number is never looked for under another number. What
//! people ended stays ended while the finding is the one that they saw.
//!
//! A break ends by itself only when what is known explains each of its members. That an
//! expectation is not due on the day that is looked at explains nothing.

mod booked;
mod joins;
mod register;

use serde::{Deserialize, Serialize};

use super::ids::{ActionRef, ExpectedId, LineId, Person, Reference};
use super::limits::HISTORY_MAX;
use super::outcome::{Cause, Finding, Kind};

pub use booked::Booked;
pub use joins::{Join, JoinError, JoinId};
pub use register::Register;

/// What a break is called, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BreakId(pub u64);

/// Something that is wrong, from when it was seen to when it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// What it is called.
    pub id: BreakId,
    /// What is wrong, as of now or when it ended.
    pub finding: Finding,
    /// Who looks into it.
    pub owner: Option<Person>,
    /// When it was opened first, in nanoseconds since the epoch.
    pub opened_at_ns: i64,
    /// How it ended and when, if it did.
    pub ended: Option<(End, i64)>,
    /// Everything that happened to it, the oldest first.
    pub history: Vec<Entry>,
}

/// How a break ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum End {
    /// What is known now shows nothing wrong.
    Matched,
    /// Its line is what was expected: one operator said so, another approved it.
    MatchedByPeople {
        /// Which proposal.
        join: JoinId,
    },
    /// It went on as another break, which has its members now.
    Joined {
        /// Which.
        with: BreakId,
    },
    /// Money was moved for it, by an action that two operators approved.
    Adjusted {
        /// Which.
        action: ActionRef,
    },
    /// It was given up, by an action that two operators approved.
    WrittenOff {
        /// Which.
        action: ActionRef,
    },
}

/// One thing that happened to a break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, in nanoseconds since the epoch.
    pub at_ns: i64,
    /// Who did it.
    pub by: Who,
    /// What.
    pub what: Event,
}

/// Who did something to a break.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// It follows from what is known.
    Evidence,
    /// An operator.
    Operator(Person),
}

/// What happens to a break.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// It was seen, for the first time or again after it had ended.
    Opened {
        /// What is wrong.
        finding: Seen,
    },
    /// What is wrong looks different now.
    Changed {
        /// What is wrong.
        finding: Seen,
    },
    /// Somebody looks into it from now on.
    Assigned {
        /// Who.
        owner: Person,
    },
    /// Somebody wrote something down.
    Noted {
        /// What.
        text: Reference,
    },
    /// An operator says that a line is what was expected; nothing follows before another one
    /// approves it.
    JoinProposed {
        /// What the proposal is called.
        join: JoinId,
        /// The line.
        line: LineId,
        /// The expectation.
        expected: ExpectedId,
        /// Why.
        reason: Reference,
    },
    /// Another operator approved it, and the break is about more than these two.
    JoinApproved {
        /// Which proposal.
        join: JoinId,
    },
    /// It ended.
    Ended {
        /// How.
        end: End,
    },
}

/// A finding, as events hold it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// What is wrong.
    pub kind: Kind,
    /// What probably led to it.
    pub cause: Cause,
    /// The lines that it is about.
    pub lines: Vec<LineId>,
    /// The expectations that it is about.
    pub expected: Vec<ExpectedId>,
}

/// Something that happens to a break, to be kept and applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakEvent {
    /// To which.
    pub id: BreakId,
    /// When, by whom and what.
    pub entry: Entry,
}

/// Why an operator's call has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BreakError {
    /// There is no such break.
    #[error("find the break")]
    Unknown,
    /// It ended before.
    #[error("change a break that has ended")]
    Ended,
    /// [`HISTORY_MAX`] entries are there already.
    #[error("add more to the history of the break")]
    HistoryFull,
    /// Only evidence ends a break so.
    #[error("end the break by hand without an approved action")]
    NotByHand,
    /// The action ended it before, when something else was wrong.
    #[error("end the break again by the action that ended it when something else was wrong")]
    ActionUsed,
}

impl BreakError {
    /// The code that callers and scripts may rely on.
    pub const fn code(self) -> &'static str {
        match self {
            BreakError::Unknown => "break_unknown",
            BreakError::Ended => "break_ended",
            BreakError::HistoryFull => "break_history_full",
            BreakError::NotByHand => "break_not_by_hand",
            BreakError::ActionUsed => "break_action_used",
        }
    }
}

impl Break {
    /// Nanoseconds since it was opened, until it ended or until now.
    pub fn age_ns(&self, now_ns: i64) -> i64 {
        let until_ns = self.ended.as_ref().map_or(now_ns, |(_, at_ns)| *at_ns);
        until_ns.saturating_sub(self.opened_at_ns).max(0)
    }

    /// Something that an operator does to it, if there is room for it.
    fn entry_by(&self, (by, at_ns): (Person, i64), what: Event) -> Result<BreakEvent, BreakError> {
        if self.history.len() >= HISTORY_MAX {
            return Err(BreakError::HistoryFull);
        }
        let by = Who::Operator(by);
        let entry = Entry { at_ns, by, what };
        let id = self.id;
        Ok(BreakEvent { id, entry })
    }

    /// Whether the action ended it when something else was wrong than now.
    fn is_used(&self, action: &ActionRef) -> bool {
        let mut seen: Option<&Seen> = None;
        self.history.iter().any(|entry| match &entry.what {
            Event::Opened { finding } | Event::Changed { finding } => {
                seen = Some(finding);
                false
            }
            Event::Ended {
                end: End::Adjusted { action: by } | End::WrittenOff { action: by },
            } => {
                let is_same = seen.is_some_and(|seen| {
                    register::is_same(&Finding::from(seen.clone()), &self.finding)
                });
                by == action && !is_same
            }
            Event::Ended { .. }
            | Event::Assigned { .. }
            | Event::Noted { .. }
            | Event::JoinProposed { .. }
            | Event::JoinApproved { .. } => false,
        })
    }
}

impl From<Seen> for Finding {
    fn from(seen: Seen) -> Self {
        let Seen {
            kind,
            cause,
            lines,
            expected,
        } = seen;
        Finding {
            kind,
            cause,
            lines,
            expected,
        }
    }
}

impl From<Finding> for Seen {
    fn from(finding: Finding) -> Self {
        let Finding {
            kind,
            cause,
            lines,
            expected,
        } = finding;
        Seen {
            kind,
            cause,
            lines,
            expected,
        }
    }
}
