//! All breaks: what follows from an outcome, and what people may do.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ids::{ExpectedId, LineId, Person, Reference};
use super::super::limits::BREAKS_MAX;
use super::super::outcome::{Finding, Outcome};
use super::booked::Booked;
use super::joins::Joins;
use super::{Break, BreakError, BreakEvent, BreakId, End, Entry, Event, Who};

/// All breaks, open and ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Register {
    breaks: BTreeMap<BreakId, Break>,
    /// The open breaks, by their members.
    open: BTreeMap<Member, BreakId>,
    /// The breaks that people ended by a booking, by their members; the latest of each.
    by_people: BTreeMap<Member, BreakId>,
    /// The breaks that ended without one, by their members; the latest of each.
    by_evidence: BTreeMap<Member, BreakId>,
    booked: Booked,
    pub(super) joins: Joins,
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
        let mut begun = Vec::new();
        for finding in &outcome.findings {
            let mut known: Vec<BreakId> = members(finding)
                .filter_map(|member| self.open.get(&member).copied())
                .filter(|id| !going_on.contains(id))
                .collect();
            known.sort_unstable();
            known.dedup();
            let Some((oldest, others)) = known.split_first() else {
                begun.push(finding);
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
        events.extend(self.opened(&begun, at_ns));
        let open: BTreeSet<BreakId> = self.open.values().copied().collect();
        let over: Vec<BreakId> = open.difference(&going_on).copied().collect();
        let waiting = self.unpaired(&over, outcome);
        for id in over {
            let end = match joined.get(&id) {
                Some(with) => End::Joined { with: *with },
                None if waiting.contains(&id) => continue,
                None => End::Matched,
            };
            events.push(by_evidence(id, at_ns, Event::Ended { end }));
        }
        // What ends comes first, so that a member is never in two open breaks.
        events.sort_by_key(|event| match event.entry.what {
            Event::Ended { .. } => 0,
            Event::Changed { .. } => 1,
            Event::Opened { .. }
            | Event::Assigned { .. }
            | Event::Noted { .. }
            | Event::JoinProposed { .. }
            | Event::JoinApproved { .. } => 2,
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

    /// Ends a break by an adjustment or a write-off that two operators approved. A break that
    /// ended without a booking meanwhile takes it, too: the money was moved when the action was
    /// approved, and a desk that did not know of it would match the same money again.
    ///
    /// # Errors
    /// As [`Register::assign`], [`BreakError::NotByHand`] for the other ends, and
    /// [`BreakError::ActionUsed`]: an action booked what was wrong then, and nothing since.
    pub fn end(
        &self,
        id: BreakId,
        end: End,
        (by, at_ns): (Person, i64),
    ) -> Result<BreakEvent, BreakError> {
        let action = match &end {
            End::Adjusted { action } | End::WrittenOff { action } => action,
            End::Matched | End::MatchedByPeople { .. } | End::Joined { .. } => {
                return Err(BreakError::NotByHand);
            }
        };
        let known = self.get(id).ok_or(BreakError::Unknown)?;
        match &known.ended {
            Some((End::Adjusted { .. } | End::WrittenOff { .. }, _)) => {
                return Err(BreakError::Ended);
            }
            Some((End::Matched | End::MatchedByPeople { .. } | End::Joined { .. }, _)) | None => {}
        }
        if known.is_used(action) {
            return Err(BreakError::ActionUsed);
        }
        known.entry_by((by, at_ns), Event::Ended { end })
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
            (
                Event::Noted { .. } | Event::JoinProposed { .. } | Event::JoinApproved { .. },
                Some(_),
            ) => {}
            (Event::Ended { end }, Some(known)) => {
                known.ended = Some((end.clone(), entry.at_ns));
                let before = known.finding.clone();
                self.forget(&before, *id);
                match end {
                    End::Adjusted { .. } | End::WrittenOff { .. } => self.booked.add(&before),
                    End::Matched | End::MatchedByPeople { .. } | End::Joined { .. } => {}
                }
            }
            (_, None) => return,
        }
        self.joins.apply(entry);
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

    /// What people booked by hand.
    pub fn booked(&self) -> &Booked {
        &self.booked
    }

    /// Findings that no break is about, and that the next review opens one for.
    pub fn without_break<'o>(&self, outcome: &'o Outcome) -> impl Iterator<Item = &'o Finding> {
        outcome.findings.iter().filter(|finding| {
            let is_open = members(finding).any(|member| self.open.contains_key(&member));
            !is_open && !self.is_ended_by_people(finding)
        })
    }

    /// The events that begin breaks for findings that no open one has; none for those that
    /// people ended.
    fn opened(&self, findings: &[&Finding], at_ns: i64) -> Vec<BreakEvent> {
        let mut events = Vec::new();
        let mut again = BTreeSet::new();
        let last = self.breaks.keys().next_back();
        let mut next = last.map_or(1, |last| last.0.saturating_add(1));
        let mut room = BREAKS_MAX.saturating_sub(self.breaks.len());
        for finding in findings {
            if self.is_ended_by_people(finding) {
                continue;
            }
            let id = match self.ended_about(finding).filter(|id| again.insert(*id)) {
                Some(id) => id,
                None if room == 0 => continue,
                None => {
                    let id = BreakId(next);
                    next = next.saturating_add(1);
                    room = room.saturating_sub(1);
                    id
                }
            };
            let finding = (*finding).clone().into();
            events.push(by_evidence(id, at_ns, Event::Opened { finding }));
        }
        events
    }

    /// Whether people ended a break for the very same.
    fn is_ended_by_people(&self, finding: &Finding) -> bool {
        members(finding)
            .filter_map(|member| self.get(*self.by_people.get(&member)?))
            .any(|ended| is_same(&ended.finding, finding))
    }

    /// The ended break that a finding goes on with: one that people ended before others, because
    /// money was booked under its number.
    fn ended_about(&self, finding: &Finding) -> Option<BreakId> {
        let latest = |index: &BTreeMap<Member, BreakId>| {
            members(finding)
                .filter_map(|member| index.get(&member).copied())
                .max()
        };
        latest(&self.by_people).or_else(|| latest(&self.by_evidence))
    }

    /// Those of the breaks that have an expectation which is neither matched nor found wrong.
    fn unpaired(&self, ids: &[BreakId], outcome: &Outcome) -> BTreeSet<BreakId> {
        let mut left: BTreeMap<&ExpectedId, BreakId> = BTreeMap::new();
        for known in ids.iter().filter_map(|id| self.get(*id)) {
            let expected = known.finding.expected.iter();
            left.extend(expected.map(|expected| (expected, known.id)));
        }
        if left.is_empty() {
            return BTreeSet::new();
        }
        for found in &outcome.matched {
            left.remove(&found.expected);
        }
        for expected in outcome.findings.iter().flat_map(|found| &found.expected) {
            left.remove(expected);
        }
        left.into_values().collect()
    }

    pub(super) fn by_operator(
        &self,
        id: BreakId,
        (by, at_ns): (Person, i64),
        what: Event,
    ) -> Result<BreakEvent, BreakError> {
        let known = self.get(id).ok_or(BreakError::Unknown)?;
        if known.ended.is_some() {
            return Err(BreakError::Ended);
        }
        known.entry_by((by, at_ns), what)
    }

    /// The open breaks about a line or an expectation.
    pub(super) fn open_about(&self, line: &LineId, expected: &ExpectedId) -> BTreeSet<BreakId> {
        let both = [
            Member::Line(line.clone()),
            Member::Expected(expected.clone()),
        ];
        let open = both.iter().filter_map(|member| self.open.get(member));
        open.copied().collect()
    }

    fn forget(&mut self, before: &Finding, id: BreakId) {
        for member in members(before) {
            for index in [&mut self.open, &mut self.by_people, &mut self.by_evidence] {
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
            Some((End::Adjusted { .. } | End::WrittenOff { .. }, _)) => &mut self.by_people,
            Some((End::Matched | End::MatchedByPeople { .. } | End::Joined { .. }, _)) => {
                &mut self.by_evidence
            }
        };
        for member in members(&known.finding) {
            index.insert(member, id);
        }
    }
}

/// People ended it for what it was about, not for what was thought to have led to it.
pub(super) fn is_same(ended: &Finding, finding: &Finding) -> bool {
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
