//! One node of the hub: the writer, its calls, the requests that it has in hand, and its tables.
//!
//! What the server's threads and sockets do round these parts is done here by events: a batch is
//! taken, its answers leave when it is durable, calls follow from the state, the tables follow
//! the journal a moment later.

mod answers;
mod calls;
mod open;

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};

use engine::calls::{Call, Caller};
use engine::{Answer, Chase, Steady, Work, Writer};
use journal::memory::MemoryStore;
use journal::{Journal, MemoryJournal, PartyRow};
use switch::{Input, Item, ItemId, ParticipantId, Span, State, Time};

use crate::limits::IDLE;
use crate::message::{Party, Request};
use crate::network::MEMBERS;
use crate::shelf::Shelf;
use crate::stage::{Event, Stage};
use crate::tamper::Tamper;

pub(crate) use open::Slot;

/// What a request is about, until it is answered.
#[derive(Debug)]
pub(super) struct Ticket {
    /// To whom the answer goes; nobody for what the node itself hands in.
    from: Option<(Party, u64)>,
    about: About,
}

#[derive(Debug)]
enum About {
    /// Goes through core and tables.
    Request(engine::request::Request, ItemId, Whose),
    /// One input, one answer.
    Plain(Box<Input>, ItemId),
    /// A look.
    Status(ParticipantId, ItemId),
    /// A participant's answer to one of the node's calls.
    Answered(ParticipantId, Call, Input),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Whose {
    who: ParticipantId,
    withdraws: bool,
    /// An offer decides nothing, so its refusal is no outcome.
    offers: bool,
}

/// What the writer said to one ticket, with what was in memory then.
#[derive(Debug)]
struct Spoken {
    ticket: u64,
    answer: Answer,
    shown: Option<Shown>,
}

#[derive(Clone, Copy, Debug)]
enum Shown {
    Item(ParticipantId, State),
    Closed(Option<switch::Refusal>),
}

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) number: usize,
    pub(crate) writer: Writer<MemoryJournal>,
    pub(crate) chase: Chase<Shelf>,
    slot: Slot,
    callers: Vec<Caller>,
    /// Calls in flight.
    calls: BTreeMap<u64, (ParticipantId, Call)>,
    tickets: BTreeMap<u64, Ticket>,
    waiting: Vec<u64>,
    next_ticket: u64,
    steady: Steady,
    /// Until then it is busy with an append.
    busy_until: Time,
    /// When it will look again; events for other times are stale.
    work_at: Option<Time>,
    says: Sender<Spoken>,
    said: Receiver<Spoken>,
    pub(crate) projected: u64,
    /// How far any tables of this journal ever were.
    pub(crate) projected_ever: u64,
    pub(crate) batches: u64,
    /// Another node took over; this one may not know it yet.
    pub(crate) is_deposed: bool,
    steps: u64,
}

/// How long things take in one batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) append: Span,
    pub(crate) look: Span,
}

impl Node {
    fn ticket(&mut self, ticket: Ticket) {
        self.next_ticket = self.next_ticket.saturating_add(1);
        self.tickets.insert(self.next_ticket, ticket);
        self.waiting.push(self.next_ticket);
    }

    /// A request came.
    pub(crate) fn take(&mut self, stage: &mut Stage<'_>, from: Party, call: u64, request: Request) {
        let of = engine::request::Request::cancel;
        let whose = |who, withdraws| Whose {
            who,
            withdraws,
            offers: false,
        };
        let about = match request {
            Request::Quote(input) => {
                let (id, offers) = (input.id, true);
                let whose = Whose {
                    offers,
                    ..whose(input.payer, false)
                };
                About::Request(engine::request::Request::quote(input), id, whose)
            }
            Request::Pay(input) => {
                let (id, who) = (input.quote.id, input.payer);
                let request = engine::request::Request::pay(input);
                About::Request(request, id, whose(who, false))
            }
            Request::Cancel(who, id) => About::Request(of(who, id), id, whose(who, true)),
            Request::Refund(input) => {
                let (id, who) = (input.id, input.payee);
                let request = engine::request::Request::refund(input);
                About::Request(request, id, whose(who, false))
            }
            Request::Status(who, id) => About::Status(who, id),
            Request::Set(input) => About::Plain(Box::new(input), ItemId(0)),
            Request::Operate(operate) => {
                let input = Input::Operate(Box::new(operate));
                About::Plain(Box::new(input), ItemId(0))
            }
        };
        let from = Some((from, call));
        self.ticket(Ticket { from, about });
        self.work_soon(stage);
    }

    /// Takes what waits as soon as the last append is done.
    pub(crate) fn work_soon(&mut self, stage: &mut Stage<'_>) {
        let at = stage.now.max(self.busy_until);
        self.work_by(stage, at);
    }

    fn work_by(&mut self, stage: &mut Stage<'_>, at: Time) {
        if self.work_at.is_none_or(|planned| at < planned) {
            self.work_at = Some(at);
            stage.later.push((at, Event::Work(self.number)));
        }
    }

    /// Whether this is the moment for which it planned.
    pub(crate) fn is_time(&mut self, now: Time) -> bool {
        let is_time = self.work_at == Some(now);
        if is_time {
            self.work_at = None;
        }
        is_time
    }

    /// The hub's time.
    pub(crate) fn time(&mut self, stage: &Stage<'_>) -> Time {
        self.steady.now(stage.clock, Span(stage.now.0))
    }

    /// One batch: what waits is decided and written, and answered.
    pub(crate) fn work(&mut self, stage: &mut Stage<'_>, tamper: &dyn Tamper, pace: Pace) {
        self.batches = self.batches.saturating_add(1);
        let head = self.writer.view().head.seq;
        self.writer
            .note_projected(tamper.projected(self.projected, head));
        let tickets = std::mem::take(&mut self.waiting);
        let work: Vec<Work> = tickets
            .iter()
            .filter_map(|ticket| self.work_of(*ticket))
            .collect();
        let now = self.time(stage);
        if tamper.answers_early(self.is_deposed) {
            self.answer_early(stage, tamper, now, &tickets);
        }
        let wrote = self.writer.batch(now, work).records > 0;
        self.busy_until = stage.now.after(match wrote {
            true => pace.append,
            false => Span(20_000),
        });
        if self.writer.is_fenced() {
            return;
        }
        let said: Vec<Spoken> = self.said.try_iter().collect();
        for spoken in said {
            self.heard(stage, tamper, pace, spoken);
        }
    }

    /// The batch becomes durable, and the node dies before it says anything.
    pub(crate) fn work_and_die(&mut self, stage: &Stage<'_>) {
        let tickets = std::mem::take(&mut self.waiting);
        let work: Vec<Work> = tickets
            .iter()
            .filter_map(|ticket| self.work_of(*ticket))
            .collect();
        let now = self.time(stage);
        self.writer.batch(now, work);
    }

    /// Begins the calls that follow from the state, and plans when to look again.
    pub(crate) fn call(&mut self, stage: &mut Stage<'_>, tamper: &dyn Tamper) {
        if self.writer.is_fenced() || self.writer.is_stale() {
            let at = stage.now.after(IDLE);
            self.work_by(stage, at);
            return;
        }
        let now = self.time(stage);
        let mut wake = stage.now.after(IDLE);
        let mut begin = Vec::new();
        for caller in &mut self.callers {
            let round = caller.plan(&self.writer.view(), now, stage.now);
            let who = caller.who();
            begin.extend(round.begin.into_iter().map(|call| (who, call)));
            wake = wake.min(round.wake);
        }
        for (who, call) in begin {
            self.begin_call(stage, tamper, now, who, call);
        }
        if let Some(due) = self.writer.next_wake() {
            let left = Span(due.0.saturating_sub(now.0).max(1_000_000));
            wake = wake.min(stage.now.after(left));
        }
        self.work_by(stage, wake);
        if !self.waiting.is_empty() {
            self.work_soon(stage);
        }
    }

    fn work_of(&mut self, number: u64) -> Option<Work> {
        let ticket = self.tickets.get(&number)?;
        let (input, id, who) = match &ticket.about {
            About::Request(request, id, whose) => (Some(request.input()), *id, Some(whose.who)),
            About::Plain(input, id) => (Some((**input).clone()), *id, None),
            About::Status(who, id) => (None, *id, Some(*who)),
            About::Answered(_, call, input) => {
                let id = match call {
                    Call::Ask(id) | Call::LookUp(id) => *id,
                    Call::Tell(..) => ItemId(0),
                };
                (Some(input.clone()), id, None)
            }
        };
        let party = match &input {
            Some(Input::Pay(_)) => Some(PartyRow {
                item: id.0.to_be_bytes(),
                participant: who.map_or(0, |who| who.0),
                month: 202_611,
                sealed: vec![9; 16],
            }),
            Some(_) | None => None,
        };
        let says = self.says.clone();
        let respond = Box::new(move |view: &engine::View<'_>, answer: Answer| {
            let item = view.switch.item(id).map(Shown::of);
            let closed = who.and_then(|who| view.switch.closed(who, id));
            let shown = closed.map(|closed| Shown::Closed(closed.refusal)).or(item);
            // The node that asked may be dead; then nobody hears.
            let _dead = says.send(Spoken {
                ticket: number,
                answer,
                shown,
            });
        });
        Some(Work {
            input,
            party,
            respond,
        })
    }

    /// Takes some rows into the tables.
    pub(crate) fn project(&mut self, stage: &mut Stage<'_>, store: &MemoryStore, rows: usize) {
        let mut journal = MemoryJournal::open(store);
        let step = self.chase.step(|from, most| journal.read(from, most), rows);
        // After an error, which is of a row that will be repaired, it is behind for a while.
        if let Ok(Some(seq)) = step {
            self.projected = seq;
            self.projected_ever = self.projected_ever.max(seq);
            self.steps = self.steps.saturating_add(1);
            if self.steps.is_multiple_of(8) {
                self.slot.keep(&self.chase);
            }
        }
        for words in self.chase.tables().differences() {
            stage.oracle.violation("both tables agree", None, words);
        }
    }

    /// Nothing is in hand and nothing in flight.
    pub(crate) fn is_idle(&self) -> bool {
        self.tickets.is_empty() && self.calls.is_empty()
    }

    /// What stays when it dies.
    pub(crate) fn into_left(self) -> (Shelf, Slot) {
        (self.chase.into_tables(), self.slot)
    }

    pub(crate) fn has_ticket(&self, ticket: u64) -> bool {
        self.tickets.contains_key(&ticket)
    }
}

impl Shown {
    fn of(item: &Item) -> Self {
        Shown::Item(item.requester, item.state)
    }
}

fn callers() -> Vec<Caller> {
    MEMBERS.into_iter().map(Caller::new).collect()
}

fn line() -> (Sender<Spoken>, Receiver<Spoken>) {
    channel()
}
