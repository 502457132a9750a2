//! Breaks: what is wrong, whose it is, and how it ended.
//!
//! A break follows from findings and is changed by events alone: [`Register::sync`] and the
//! operators' calls say which events follow and change nothing, [`Register::apply`] changes and
//! cannot fail. A table of events, replayed, therefore gives the same register.
//!
//! The lines and expectations of a finding are its break's members. A finding goes on with the
//! oldest open break that has one of its members; what people ended stays ended while the finding
//! is the one that they saw, and is opened again when there is a new one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::ids::{ActionRef, ExpectedId, LineId, Person, Reference};
use super::limits::{BREAKS_MAX, HISTORY_MAX};
use super::outcome::{Cause, Finding, Kind, Outcome};

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
}

impl BreakError {
    /// The code that callers and scripts may rely on.
    pub const fn code(self) -> &'static str {
        match self {
            BreakError::Unknown => "break_unknown",
            BreakError::Ended => "break_ended",
            BreakError::HistoryFull => "break_history_full",
            BreakError::NotByHand => "break_not_by_hand",
        }
    }
}

/// All breaks, open and ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Register {
    breaks: BTreeMap<BreakId, Break>,
    /// The open breaks, by their members.
    open: BTreeMap<Member, BreakId>,
    /// The breaks that people ended, by their members; the latest of each.
    ended: BTreeMap<Member, BreakId>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Member {
    Line(LineId),
    Expected(ExpectedId),
}

impl Register {
    /// Which events follow from an outcome at that time; none when it is the one of before.
    ///
    /// More breaks than [`BREAKS_MAX`] are not opened: two ledgers that differ so much have
    /// another trouble than each single break, and the outcome still tells them all.
    pub fn sync(&self, outcome: &Outcome, at_ns: i64) -> Vec<BreakEvent> {
        let mut events = Vec::new();
        let mut going_on = BTreeSet::new();
        let mut joined = BTreeMap::new();
        let mut next = self
            .breaks
            .keys()
            .next_back()
            .map_or(1, |last| last.0.saturating_add(1));
        for finding in &outcome.findings {
            let mut known: Vec<BreakId> = members(finding)
                .filter_map(|member| self.open.get(&member).copied())
                .filter(|id| !going_on.contains(id))
                .collect();
            known.sort_unstable();
            known.dedup();
            let Some((oldest, others)) = known.split_first() else {
                if let Some((id, what)) = self.begun(finding, &mut next) {
                    events.push(by_evidence(id, at_ns, what));
                }
                continue;
            };
            going_on.insert(*oldest);
            joined.extend(others.iter().map(|other| (*other, *oldest)));
            let is_changed = self
                .get(*oldest)
                .is_none_or(|known| known.finding != *finding);
            if is_changed {
                let finding = finding.clone().into();
                events.push(by_evidence(*oldest, at_ns, Event::Changed { finding }));
            }
        }
        let open: BTreeSet<BreakId> = self.open.values().copied().collect();
        for id in open.difference(&going_on) {
            let end = match joined.get(id) {
                Some(with) => End::Joined { with: *with },
                None => End::Matched,
            };
            events.push(by_evidence(*id, at_ns, Event::Ended { end }));
        }
        // What ends comes first, so that a member is never in two open breaks.
        events.sort_by_key(|event| match event.entry.what {
            Event::Ended { .. } => 0,
            Event::Changed { .. } => 1,
            Event::Opened { .. } | Event::Assigned { .. } | Event::Noted { .. } => 2,
        });
        events
    }

    /// Gives a break to somebody.
    ///
    /// # Errors
    /// [`BreakError::Unknown`], [`BreakError::Ended`] and [`BreakError::HistoryFull`].
    pub fn assign(
        &self,
        id: BreakId,
        owner: Person,
        (by, at_ns): (Person, i64),
    ) -> Result<BreakEvent, BreakError> {
        self.by_operator(id, (by, at_ns), Event::Assigned { owner })
    }

    /// Writes something down on a break.
    ///
    /// # Errors
    /// As [`Register::assign`].
    pub fn note(
        &self,
        id: BreakId,
        text: Reference,
        (by, at_ns): (Person, i64),
    ) -> Result<BreakEvent, BreakError> {
        self.by_operator(id, (by, at_ns), Event::Noted { text })
    }

    /// Ends a break by an adjustment or a write-off that two operators approved.
    ///
    /// # Errors
    /// As [`Register::assign`], and [`BreakError::NotByHand`] for the other ends.
    pub fn end(
        &self,
        id: BreakId,
        end: End,
        (by, at_ns): (Person, i64),
    ) -> Result<BreakEvent, BreakError> {
        match end {
            End::Adjusted { .. } | End::WrittenOff { .. } => {
                self.by_operator(id, (by, at_ns), Event::Ended { end })
            }
            End::Matched | End::Joined { .. } => Err(BreakError::NotByHand),
        }
    }

    /// Makes an event part of the register. Events that cannot have followed are left out.
    pub fn apply(&mut self, event: &BreakEvent) {
        let BreakEvent { id, entry } = event;
        match (&entry.what, self.breaks.get_mut(id)) {
            (Event::Opened { finding }, None) => {
                let opened = Break {
                    id: *id,
                    finding: finding.clone().into(),
                    owner: None,
                    opened_at_ns: entry.at_ns,
                    ended: None,
                    history: Vec::new(),
                };
                self.breaks.insert(*id, opened);
            }
            (Event::Opened { finding } | Event::Changed { finding }, Some(known)) => {
                known.ended = None;
                let before = std::mem::replace(&mut known.finding, finding.clone().into());
                self.forget(&before, *id);
            }
            (Event::Assigned { owner }, Some(known)) => known.owner = Some(owner.clone()),
            (Event::Noted { .. }, Some(_)) => {}
            (Event::Ended { end }, Some(known)) => {
                known.ended = Some((end.clone(), entry.at_ns));
                let before = known.finding.clone();
                self.forget(&before, *id);
            }
            (_, None) => return,
        }
        self.remember(*id);
        if let Some(known) = self.breaks.get_mut(id) {
            known.history.push(entry.clone());
        }
    }

    /// A break.
    pub fn get(&self, id: BreakId) -> Option<&Break> {
        self.breaks.get(&id)
    }

    /// All breaks, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Break> {
        self.breaks.values()
    }

    /// The open ones, the oldest first.
    pub fn open(&self) -> impl Iterator<Item = &Break> {
        self.iter().filter(|known| known.ended.is_none())
    }

    /// The event that begins a break for a finding that no open one has; none when people ended
    /// the very same.
    fn begun(&self, finding: &Finding, next: &mut u64) -> Option<(BreakId, Event)> {
        let ended = members(finding)
            .filter_map(|member| self.ended.get(&member).copied())
            .max()
            .and_then(|id| self.get(id));
        let what = Event::Opened {
            finding: finding.clone().into(),
        };
        match ended {
            Some(ended) if is_settled(&ended.finding, finding) => None,
            Some(ended) => Some((ended.id, what)),
            None if self.breaks.len() >= BREAKS_MAX => None,
            None => {
                let id = BreakId(*next);
                *next = next.saturating_add(1);
                Some((id, what))
            }
        }
    }

    fn by_operator(
        &self,
        id: BreakId,
        (by, at_ns): (Person, i64),
        what: Event,
    ) -> Result<BreakEvent, BreakError> {
        let known = self.get(id).ok_or(BreakError::Unknown)?;
        if known.ended.is_some() {
            return Err(BreakError::Ended);
        }
        if known.history.len() >= HISTORY_MAX {
            return Err(BreakError::HistoryFull);
        }
        let by = Who::Operator(by);
        let entry = Entry { at_ns, by, what };
        Ok(BreakEvent { id, entry })
    }

    fn forget(&mut self, before: &Finding, id: BreakId) {
        for member in members(before) {
            for index in [&mut self.open, &mut self.ended] {
                if index.get(&member) == Some(&id) {
                    index.remove(&member);
                }
            }
        }
    }

    fn remember(&mut self, id: BreakId) {
        let Some(known) = self.breaks.get(&id) else {
            return;
        };
        let index = match &known.ended {
            None => &mut self.open,
            Some((End::Adjusted { .. } | End::WrittenOff { .. }, _)) => &mut self.ended,
            Some((End::Matched | End::Joined { .. }, _)) => return,
        };
        for member in members(&known.finding) {
            index.insert(member, id);
        }
    }
}

impl Break {
    /// Nanoseconds since it was opened, until it ended or until now.
    pub fn age_ns(&self, now_ns: i64) -> i64 {
        let until_ns = self.ended.as_ref().map_or(now_ns, |(_, at_ns)| *at_ns);
        until_ns.saturating_sub(self.opened_at_ns).max(0)
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

/// People ended it for what it was about, not for what was thought to have led to it.
fn is_settled(ended: &Finding, finding: &Finding) -> bool {
    ended.kind == finding.kind && ended.lines == finding.lines && ended.expected == finding.expected
}

fn members(finding: &Finding) -> impl Iterator<Item = Member> {
    let lines = finding.lines.iter().cloned().map(Member::Line);
    let expected = finding.expected.iter().cloned().map(Member::Expected);
    lines.chain(expected)
}

fn by_evidence(id: BreakId, at_ns: i64, what: Event) -> BreakEvent {
    let by = Who::Evidence;
    let entry = Entry { at_ns, by, what };
    BreakEvent { id, entry }
}
