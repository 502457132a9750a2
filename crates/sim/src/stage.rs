//! What a party may do while it acts: look at the time, send, set an alarm, tell the oracle.

use switch::{ItemId, ParticipantId, Span, Time};

use crate::message::{Body, Envelope, Party};
use crate::oracle::Oracle;

/// What will happen.
#[derive(Debug)]
pub(crate) enum Event {
    Arrive(Box<Envelope>),
    /// The next payment begins.
    Scan(u32),
    /// A member looks at one of its payments or refunds.
    Alarm(ParticipantId, ItemId),
    Publish(ParticipantId),
    /// A node takes what waits.
    Work(usize),
    /// A node looks into the tables for a request.
    Look(usize, u64),
    CallOver(usize, u64),
    Project(usize),
    Start,
    MemberBack(ParticipantId),
    /// An operator looks at what there is to do.
    Operate(ParticipantId),
    /// The settlement bank writes a statement.
    Statement,
    Echo,
    Mischief,
    DiskWell,
    PartitionOver,
    Repair,
    Finale,
    NodeGone(usize),
}

/// Everything a party does goes through here, so that the world can lose it.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    pub(crate) now: Time,
    /// What the party's own clock shows.
    pub(crate) clock: Time,
    pub(crate) out: &'a mut Vec<Envelope>,
    pub(crate) later: &'a mut Vec<(Time, Event)>,
    pub(crate) oracle: &'a mut Oracle,
    pub(crate) next_call: &'a mut u64,
}

impl Stage<'_> {
    pub(crate) fn call_number(&mut self) -> u64 {
        *self.next_call = self.next_call.saturating_add(1);
        *self.next_call
    }

    pub(crate) fn send(&mut self, from: Party, to: Party, call: u64, body: Body) {
        self.out.push(Envelope {
            from,
            to,
            call,
            body,
        });
    }

    pub(crate) fn after(&mut self, span: Span, event: Event) {
        self.later.push((self.now.after(span), event));
    }
}
