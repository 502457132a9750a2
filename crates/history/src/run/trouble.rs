//! What becomes of items whose creditor's side said nothing.

use switch::{Input, ItemId, Operate, ParticipantId, Span, State, Time, Verdict};

use super::{Event, Run};
use crate::HistoryError;
use crate::draw::Doubt;
use crate::limits::BATCH_MAX;

/// Something that happens to an item long after it was asked about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Trouble {
    /// The rail is asked again and says what it did.
    LookUp(ItemId, ParticipantId, Verdict),
    /// Two operators looked into it.
    Resolve(ItemId, bool),
    /// The doubt is over by time; the rail may admit later that it had credited.
    Expired(ItemId, ParticipantId, bool),
    /// A stopped rail is asked again.
    Resume(ParticipantId),
    /// The rail admits what it did.
    Admit(ItemId, ParticipantId),
}

/// When two people have looked into a doubt: before its hour is over.
const LOOKED_INTO: Span = Span::from_seconds(35 * 60);

/// A moment after the hour of a doubt.
const EXPIRED: Span = Span::from_seconds(3_601);

/// How long a stopped rail waits for two people.
const RESUMED: Span = Span::from_seconds(8 * 60);

/// When a rail finds out what it did.
const ADMITTED: Span = Span::from_seconds(21 * 3_600);

impl Run<'_> {
    /// The asks of a moment are over: time decides about those that were not answered.
    pub(super) fn over(
        &mut self,
        at: Time,
        silent: Vec<(ItemId, ParticipantId, Doubt)>,
    ) -> Result<(), HistoryError> {
        self.give(at, Vec::new())?;
        for (id, creditor, doubt) in silent {
            let Some(item) = self.hub.switch().item(id) else {
                continue;
            };
            if item.state != State::InDoubt {
                continue;
            }
            self.tally.note_doubt(item);
            let (after, trouble) = match doubt {
                Doubt::LookedUp(after, verdict) => (after, Trouble::LookUp(id, creditor, verdict)),
                Doubt::Operators(is_credited) => (LOOKED_INTO, Trouble::Resolve(id, is_credited)),
                Doubt::Expires(admits) => (EXPIRED, Trouble::Expired(id, creditor, admits)),
            };
            self.plan(at.after(after), Event::Trouble(trouble));
        }
        Ok(())
    }

    /// Refunds that liquidity came for are asked now, and answered.
    pub(super) fn funded(&mut self, at: Time) -> Result<(), HistoryError> {
        let mut inputs = Vec::new();
        let switch = self.hub.switch();
        self.waiting.retain(|(id, creditor)| {
            let state = switch.item(*id).map(|item| item.state);
            if state == Some(State::Asked) && inputs.len() < BATCH_MAX {
                inputs.push(Input::Answer {
                    from: *creditor,
                    id: *id,
                    verdict: Verdict::Accepted,
                });
                return false;
            }
            matches!(state, Some(State::Asked | State::Waiting))
        });
        match inputs.is_empty() {
            true => Ok(()),
            false => self.give(at, inputs).map(|_| ()),
        }
    }

    pub(super) fn trouble(&mut self, at: Time, trouble: Trouble) -> Result<(), HistoryError> {
        match trouble {
            Trouble::LookUp(id, from, verdict) => {
                let answer = Input::Answer { from, id, verdict };
                self.give(at, vec![answer]).map(|_| ())
            }
            Trouble::Resolve(..) | Trouble::Resume(_) if at < self.busy_until => {
                self.plan(self.busy_until, Event::Trouble(trouble));
                Ok(())
            }
            Trouble::Resolve(id, is_credited) => self.resolve(at, id, is_credited),
            Trouble::Expired(id, creditor, admits) => {
                self.give(at, Vec::new())?;
                let resume = Trouble::Resume(creditor);
                self.plan(at.after(RESUMED), Event::Trouble(resume));
                if admits {
                    let admit = Trouble::Admit(id, creditor);
                    self.plan(at.after(ADMITTED), Event::Trouble(admit));
                }
                Ok(())
            }
            Trouble::Resume(rail) => self.office.resume(&mut self.hub, at, rail),
            Trouble::Admit(id, from) => self.admit(at, id, from),
        }
    }

    fn resolve(&mut self, at: Time, id: ItemId, is_credited: bool) -> Result<(), HistoryError> {
        let item = self.hub.switch().item(id);
        if item.is_none_or(|item| item.state != State::InDoubt) {
            return Ok(());
        }
        self.office.resolve(&mut self.hub, at, (id, is_credited))?;
        self.count(&[id]);
        Ok(())
    }

    /// The item has left memory: the tables say what it was.
    fn admit(&mut self, at: Time, id: ItemId, from: ParticipantId) -> Result<(), HistoryError> {
        self.hub.catch_up()?;
        let Some(past) = self.hub.tables().item(id)? else {
            return Ok(());
        };
        let evidence = Operate::Evidence {
            from,
            item: Box::new(past.item),
            verdict: Verdict::Accepted,
        };
        let input = Input::Operate(Box::new(evidence));
        self.give(at, vec![input]).map(|_| ())
    }
}
