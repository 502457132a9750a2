//! Lines that people say are what was expected: one operator proposes, another approves.
//!
//! A proposal is an event of the breaks about its line and its expectation, and so is the
//! approval: who said what and why stands where the next one looks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::ids::{ExpectedId, LineId, Person, Reference};
use super::register::Register;
use super::{BreakError, BreakEvent, End, Entry, Event, Who};

/// What a proposal is called, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JoinId(pub u64);

/// A line and an expectation that an operator wants joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    /// What it is called.
    pub id: JoinId,
    /// The line.
    pub line: LineId,
    /// The expectation.
    pub expected: ExpectedId,
    /// Why.
    pub reason: Reference,
    /// Who proposed it.
    pub by: Person,
    /// Who approved it, if somebody did.
    pub approved_by: Option<Person>,
}

/// Why a line and an expectation are not joined.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// There is no such proposal.
    #[error("find the proposed join")]
    Unknown,
    /// The same two are proposed already and wait for another operator.
    #[error("propose again what waits for approval as join `{}`", id.0)]
    Proposed {
        /// As which.
        id: JoinId,
    },
    /// It was approved before.
    #[error("approve a join that was approved before")]
    Approved,
    /// Nobody approves what he proposed himself.
    #[error("approve the join as the operator who proposed it")]
    SamePerson,
    /// One of them is matched, or its line is one of two that take each other back.
    #[error("join what is matched or taken back already")]
    Paired,
    /// People ended a break for one of them by a booking.
    #[error("join what an adjustment or a write-off was booked for")]
    Booked,
    /// No open break is about either of them.
    #[error("find an open break about the line or the expectation")]
    NoBreak,
    /// A break about one of them takes no more from people.
    #[error(transparent)]
    Break(#[from] BreakError),
}

impl JoinError {
    /// The code that callers and scripts may rely on.
    pub const fn code(&self) -> &'static str {
        match self {
            JoinError::Unknown => "join_unknown",
            JoinError::Proposed { .. } => "join_proposed",
            JoinError::Approved => "join_approved",
            JoinError::SamePerson => "join_same_person",
            JoinError::Paired => "join_paired",
            JoinError::Booked => "join_booked",
            JoinError::NoBreak => "join_no_break",
            JoinError::Break(error) => error.code(),
        }
    }
}

/// All proposals, as the events of breaks tell them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Joins(BTreeMap<JoinId, Join>);

impl Joins {
    pub(super) fn apply(&mut self, entry: &Entry) {
        let Who::Operator(by) = &entry.by else {
            return;
        };
        match &entry.what {
            Event::JoinProposed {
                join,
                line,
                expected,
                reason,
            } => {
                self.0.entry(*join).or_insert_with(|| Join {
                    id: *join,
                    line: line.clone(),
                    expected: expected.clone(),
                    reason: reason.clone(),
                    by: by.clone(),
                    approved_by: None,
                });
            }
            Event::JoinApproved { join }
            | Event::Ended {
                end: End::MatchedByPeople { join },
            } => {
                if let Some(known) = self.0.get_mut(join) {
                    known.approved_by = Some(by.clone());
                }
            }
            Event::Ended { .. }
            | Event::Opened { .. }
            | Event::Changed { .. }
            | Event::Assigned { .. }
            | Event::Noted { .. } => {}
        }
    }
}

impl Register {
    /// All proposals, the oldest first.
    pub fn joins(&self) -> impl Iterator<Item = &Join> {
        self.joins.0.values()
    }

    /// Proposes that a line is what was expected; gives the proposal's name and what follows.
    ///
    /// # Errors
    /// See [`JoinError`].
    pub fn propose_join(
        &self,
        (line, expected): (LineId, ExpectedId),
        reason: Reference,
        by: (Person, i64),
    ) -> Result<(JoinId, Vec<BreakEvent>), JoinError> {
        let is_same = |join: &&Join| join.line == line && join.expected == expected;
        let mut waiting = self.joins().filter(|join| join.approved_by.is_none());
        if let Some(Join { id, .. }) = waiting.find(is_same) {
            return Err(JoinError::Proposed { id: *id });
        }
        let last = self.joins.0.keys().next_back();
        let join = JoinId(last.map_or(1, |last| last.0.saturating_add(1)));
        let what = Event::JoinProposed {
            join,
            line: line.clone(),
            expected: expected.clone(),
            reason,
        };
        let events = self.on_both((&line, &expected), by, |_is_all| what.clone())?;
        Ok((join, events))
    }

    /// Approves it, as another operator; gives it and what follows. A break that is about these
    /// two and nothing else ends by it.
    ///
    /// # Errors
    /// See [`JoinError`].
    pub fn approve_join(
        &self,
        id: JoinId,
        (by, at_ns): (Person, i64),
    ) -> Result<(&Join, Vec<BreakEvent>), JoinError> {
        let join = self.joins.0.get(&id).ok_or(JoinError::Unknown)?;
        if join.approved_by.is_some() {
            return Err(JoinError::Approved);
        }
        if join.by == by {
            return Err(JoinError::SamePerson);
        }
        let pair = (&join.line, &join.expected);
        let events = self.on_both(pair, (by, at_ns), |is_all| match is_all {
            true => Event::Ended {
                end: End::MatchedByPeople { join: id },
            },
            false => Event::JoinApproved { join: id },
        })?;
        Ok((join, events))
    }

    /// An event for each open break about one of the two; `what` is told whether the break is
    /// about nothing else.
    fn on_both(
        &self,
        (line, expected): (&LineId, &ExpectedId),
        (by, at_ns): (Person, i64),
        what: impl Fn(bool) -> Event,
    ) -> Result<Vec<BreakEvent>, JoinError> {
        if self.booked().has(line, expected) {
            return Err(JoinError::Booked);
        }
        let mut events = Vec::new();
        for id in self.open_about(line, expected) {
            let finding = self.get(id).map(|known| &known.finding);
            let is_all = finding.is_some_and(|finding| {
                let mut lines = finding.lines.iter();
                let mut wanted = finding.expected.iter();
                lines.all(|other| other == line) && wanted.all(|other| other == expected)
            });
            events.push(self.by_operator(id, (by.clone(), at_ns), what(is_all))?);
        }
        match events.is_empty() {
            true => Err(JoinError::NoBreak),
            false => Ok(events),
        }
    }
}
