//! One run of a race: requests that several connections hand in, and everything that may happen
//! between any two of their steps.
//!
//! # Doctrine
//!
//! * A batch is what is applied until it is made durable. Answers are told then and not before,
//!   and a crash loses the batch that was not: whoever was in it asks again.
//! * The tables follow late, by any number of whole batches. A request that is told to look into
//!   them looks at one moment and hands in what it saw at a later one.
//! * After every input the books balance. What was told is kept, and everything told later is
//!   held against it: the first answer to a request, and the outcome of an item.
//! * A run that fails prints its seed and its steps.

use std::collections::BTreeMap;

use switch::{
    Closed, Decided, Digest, Input, Item, ItemId, ParticipantId, PayInput, Recalled, Record,
    RefundInput, Refusal, Reply, Stamp, State, StatusReason, Switch, Time, Verdict,
};

use crate::seed::Seeded;
use crate::shelf::{Ask, Past, Shelf};
use crate::world::{ACLEDA, NETSTARS, SATHAPANA, SECOND, World, text};

/// What one connection asks.
#[derive(Clone)]
pub(crate) enum Body {
    Pay(Box<PayInput>),
    Refund(RefundInput),
    Cancel(ParticipantId, ItemId),
}

/// What it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    Item(ItemId),
    Closed,
    No(Refusal),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    HandIn,
    Look,
    InBatch,
    Done,
}

struct Request {
    body: Body,
    phase: Phase,
    seen: Option<Recalled>,
}

/// What tells a repetition from another request.
type Key = (&'static str, ParticipantId, ItemId, Digest);

pub(crate) struct Run<'a, S> {
    seed: u64,
    pub(crate) seeded: Seeded,
    base: &'a World,
    pub(crate) switch: Switch,
    pub(crate) now: Time,
    stamp: Stamp,
    /// Durable.
    pub(crate) batches: Vec<(Stamp, Vec<Record>)>,
    /// Not durable yet, and who waits for it.
    batch: Vec<Record>,
    unsaid: Vec<(usize, Result<Reply, Refusal>)>,
    shelf: S,
    projected: usize,
    requests: Vec<Request>,
    first: BTreeMap<Key, Told>,
    outcomes: BTreeMap<ItemId, (State, Option<Decided>)>,
    words: Vec<String>,
}

impl<S> Drop for Run<'_, S> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("seed {}:\n  {}", self.seed, self.words.join("\n  "));
        }
    }
}

impl Body {
    fn key(&self) -> Key {
        match self {
            Body::Pay(pay) => ("pay", pay.payer, pay.quote.id, pay.request),
            Body::Refund(refund) => ("refund", refund.payee, refund.id, refund.request),
            Body::Cancel(requester, id) => ("cancel", *requester, *id, Digest([0; 32])),
        }
    }

    fn words(&self) -> String {
        let (what, who, id, request) = self.key();
        format!("{what} {} by {} (body {})", id.0, who.0, request.0[0])
    }

    fn ask(&self) -> Ask {
        let (_, requester, id, _) = self.key();
        let payment = match self {
            Body::Refund(refund) => Some(refund.payment),
            Body::Pay(_) | Body::Cancel(..) => None,
        };
        Ask {
            id,
            requester,
            payment,
        }
    }

    fn input(&self, seen: Option<Recalled>) -> Input {
        let seq = seen.as_ref().map(|seen| seen.seq);
        match self {
            Body::Pay(pay) => Input::Pay(Box::new(PayInput {
                recalled: seq,
                ..PayInput::clone(pay)
            })),
            Body::Refund(refund) => Input::Refund(Box::new(RefundInput {
                recalled: seen.map(Box::new),
                ..refund.clone()
            })),
            Body::Cancel(requester, id) => Input::Cancel {
                requester: *requester,
                id: *id,
                recalled: seq,
            },
        }
    }

    /// The answer that the tables give, if they know the id: what was told to this requester
    /// before what they hold of somebody else.
    fn told_by(&self, past: &Past) -> Option<Told> {
        let (_, requester, _, request) = self.key();
        let is_cancel = matches!(self, Body::Cancel(..));
        match (&past.closed, &past.item) {
            (Some(_), _) if is_cancel => Some(Told::Closed),
            (Some(closed), _) => Some(Told::No(refused(closed, request))),
            (None, Some(item)) if item.requester != requester => {
                Some(Told::No(Refusal::PayerIdInUse))
            }
            (None, Some(item)) if item.request != request && !is_cancel => {
                Some(Told::No(Refusal::PayerIdConflict))
            }
            (None, Some(item)) => Some(Told::Item(item.id)),
            (None, None) => None,
        }
    }
}

fn said(reply: &Result<Reply, Refusal>) -> String {
    match reply {
        Ok(Reply::Item(id)) => format!("see {}", id.0),
        Ok(Reply::Closed(who, id)) => format!("{} is used up for {}", id.0, who.0),
        Ok(Reply::Ticked(due)) => format!("{due} were due"),
        Ok(other) => format!("{other:?}"),
        Err(refusal) => format!("{refusal:?}"),
    }
}

fn refused(closed: &Closed, request: Digest) -> Refusal {
    match (closed.request, closed.refusal) {
        (Some(first), Some(refusal)) if first == request => refusal,
        (Some(_), _) => Refusal::PayerIdConflict,
        (None, _) => Refusal::PayerIdForbidden,
    }
}

impl<'a, S: Shelf> Run<'a, S> {
    pub(crate) fn new(base: &'a World, seed: u64) -> Self {
        let seq = base.records.last().map_or(0, |(stamp, _)| stamp.seq) + 1;
        Self {
            seed,
            seeded: Seeded::new(seed),
            base,
            switch: base.switch.clone(),
            now: base.now,
            stamp: Stamp { seq, now: base.now },
            batches: Vec::new(),
            batch: Vec::new(),
            unsaid: Vec::new(),
            shelf: S::after(base),
            projected: 0,
            requests: Vec::new(),
            first: BTreeMap::new(),
            outcomes: BTreeMap::new(),
            words: Vec::new(),
        }
    }

    fn say(&mut self, words: impl Into<String>) {
        self.words.push(words.into());
    }

    /// Somebody will ask this, in as many steps as it takes.
    pub(crate) fn request(&mut self, body: Body) {
        self.requests.push(Request {
            body,
            phase: Phase::HandIn,
            seen: None,
        });
    }

    /// One input into the batch that is being made.
    pub(crate) fn give(&mut self, input: &Input) -> Result<Reply, Refusal> {
        let decision = self.switch.decide(self.now, input);
        if decision.records.is_empty() {
            return decision.reply;
        }
        for record in decision.records {
            self.switch.apply(self.stamp, &record);
            self.batch.push(record);
        }
        for identity in self.switch.identities() {
            assert!(identity.holds, "{} after {input:?}", identity.name);
        }
        decision.reply
    }

    /// The batch is durable: who waits for it is told.
    pub(crate) fn flush(&mut self) {
        if !self.batch.is_empty() {
            self.say(format!("batch {} is durable", self.stamp.seq));
            let records = std::mem::take(&mut self.batch);
            self.batches.push((self.stamp, records));
            self.stamp.seq += 1;
        }
        for (at, reply) in std::mem::take(&mut self.unsaid) {
            match reply {
                Err(Refusal::OursRecall) => self.requests[at].phase = Phase::Look,
                Err(refusal) => self.tell(at, Told::No(refusal)),
                Ok(Reply::Item(id)) => self.tell(at, Told::Item(id)),
                Ok(Reply::Closed(..)) => self.tell(at, Told::Closed),
                Ok(other) => panic!("a request was answered with {other:?}"),
            }
        }
        let decided = self.switch.items().filter(|item| item.state.is_final());
        for item in decided.cloned().collect::<Vec<_>>() {
            self.note_outcome(&item);
        }
    }

    fn tell(&mut self, at: usize, told: Told) {
        self.requests[at].phase = Phase::Done;
        let body = &self.requests[at].body;
        let (key, words) = (body.key(), body.words());
        self.say(format!("request {at} is told {told:?}"));
        let first = *self.first.entry(key).or_insert(told);
        assert_eq!(told, first, "now, and the first time: {words}");
    }

    fn note_outcome(&mut self, item: &Item) {
        let outcome = (item.state, item.decided);
        let known = *self.outcomes.entry(item.id).or_insert(outcome);
        assert_eq!(outcome, known, "now, and as it was told: {:?}", item.id);
    }

    fn step_request(&mut self, at: usize) {
        let request = &self.requests[at];
        let words = request.body.words();
        match request.phase {
            Phase::HandIn => {
                let input = request.body.input(request.seen.clone());
                let reply = self.give(&input);
                self.say(format!(
                    "request {at}, {words}, is handed in: {}",
                    said(&reply)
                ));
                self.requests[at].phase = Phase::InBatch;
                self.unsaid.push((at, reply));
            }
            Phase::Look => {
                let past = self.shelf.look(request.body.ask());
                self.say(format!("request {at} looks at batch {}", past.seq));
                if let Some(item) = past.item.as_ref().filter(|item| item.state.is_final()) {
                    self.note_outcome(item);
                }
                match self.requests[at].body.told_by(&past) {
                    Some(told) => self.tell(at, told),
                    None => {
                        let (seq, payment) = (past.seq, past.payment);
                        self.requests[at].seen = Some(Recalled { seq, payment });
                        self.requests[at].phase = Phase::HandIn;
                    }
                }
            }
            Phase::InBatch | Phase::Done => {}
        }
    }

    /// What is not durable is lost, and the core is made again in one of the two ways.
    fn crash(&mut self) {
        self.say("crash");
        self.batch.clear();
        for (at, _) in std::mem::take(&mut self.unsaid) {
            self.requests[at].phase = Phase::HandIn;
            self.requests[at].seen = None;
        }
        self.switch = self.replayed();
        if self.seeded.one_in(2) {
            self.switch = Switch::restore(self.switch.snapshot());
        }
    }

    fn replayed(&self) -> Switch {
        let mut replayed = self.base.switch.clone();
        for (stamp, records) in &self.batches {
            for record in records {
                replayed.apply(*stamp, record);
            }
        }
        replayed
    }

    /// What is durable is the same core however it is made.
    fn check_replay(&mut self) {
        self.flush();
        let live = text(&self.switch);
        assert_eq!(text(&self.replayed()), live, "replayed, and live");
        let restored = Switch::restore(self.switch.snapshot());
        assert_eq!(text(&restored), live, "restored, and live");
    }

    fn pass(&mut self, seconds: i64) {
        self.flush();
        self.say(format!("{seconds} s pass"));
        self.now = Time(self.now.0 + seconds * SECOND);
        self.stamp.now = self.now;
    }

    fn tick(&mut self) {
        let reply = self.give(&Input::Tick);
        self.say(format!("tick: {}", said(&reply)));
    }

    fn project(&mut self, batches: usize) {
        let to = (self.projected + batches).min(self.batches.len());
        self.shelf.take(&self.batches[self.projected..to]);
        self.projected = to;
        self.say(format!("the tables stand for {}", self.shelf.seq()));
    }

    fn leave(&mut self) {
        let seq = self.shelf.seq();
        self.give(&Input::Projected { seq }).unwrap();
        let left = self.switch.left_seq();
        self.say(format!("leave up to {seq}, left up to {left}"));
    }

    /// What is decided leaves, after the time that it waits for company.
    pub(crate) fn leave_all(&mut self) {
        self.pass(61);
        self.project(usize::MAX - self.projected);
        self.leave();
        self.flush();
    }

    pub(crate) fn answer_any(&mut self) {
        let known: Vec<ItemId> = self.switch.items().map(|item| item.id).collect();
        if known.is_empty() {
            return;
        }
        let id = self.seeded.pick(&known);
        let from = match self.switch.item(id) {
            Some(item) if !self.seeded.one_in(10) => item.creditor,
            Some(_) | None => self.seeded.pick(&[ACLEDA, NETSTARS, SATHAPANA]),
        };
        let verdict = if self.seeded.one_in(4) {
            Verdict::Rejected(StatusReason::NARR)
        } else {
            Verdict::Accepted
        };
        self.answer(from, id, verdict);
    }

    fn acknowledge(&mut self) {
        let participant = self.seeded.pick(&[ACLEDA, NETSTARS, SATHAPANA]);
        let (_, position) = self.switch.stream_of(participant);
        let input = Input::Acknowledge {
            participant,
            position,
        };
        self.give(&input).unwrap();
        self.say(format!("{} acknowledges {position}", participant.0));
    }

    /// One thing happens.
    pub(crate) fn step(&mut self) {
        let requests = self.requests.len();
        match self.seeded.below(100) {
            0..45 => {
                let open = |at: &usize| self.requests[*at].phase != Phase::Done;
                let open: Vec<usize> = (0..requests).filter(open).collect();
                if !open.is_empty() {
                    let at = self.seeded.pick(&open);
                    self.step_request(at);
                }
            }
            45..60 => self.answer_any(),
            60..68 => {
                let seconds = self.seeded.pick(&[1, 5, 15, 21, 61, 61, 301, 700]);
                self.pass(seconds);
            }
            68..75 => self.tick(),
            75..84 => {
                let batches = self.seeded.below(6);
                self.project(batches);
            }
            84..88 => self.leave(),
            88..92 => self.leave_all(),
            92..95 => self.crash(),
            95..98 => {
                let again = self.seeded.below(requests);
                let body = self.requests[again].body.clone();
                self.say(format!("request {again} is repeated as {requests}"));
                self.request(body);
            }
            _ => self.acknowledge(),
        }
        if self.seeded.one_in(2) {
            self.flush();
        }
    }

    /// Everything is answered and decided.
    pub(crate) fn settle(&mut self) {
        self.say("settle");
        for round in 0.. {
            assert!(round < 50, "something never ends");
            self.flush();
            self.project(usize::MAX - self.projected);
            for at in 0..self.requests.len() {
                self.step_request(at);
            }
            self.flush();
            let all_told = self.requests.iter().all(|r| r.phase == Phase::Done);
            if all_told && self.switch.open_items() == 0 {
                break;
            }
            self.pass(if round < 5 { 1 } else { 100_000 });
            self.tick();
        }
    }

    /// The creditor's side, or who claims to be, says something.
    pub(crate) fn answer(&mut self, from: ParticipantId, id: ItemId, verdict: Verdict) {
        let reply = self.give(&Input::Answer { from, id, verdict });
        let (who, id, reply) = (from.0, id.0, said(&reply));
        self.say(format!("{who} answers {id} {verdict:?}: {reply}"));
    }

    /// A request that nothing comes between: it is handed in, answered yes at once, and told.
    pub(crate) fn carry_out(&mut self, body: &Body, creditor: ParticipantId) -> Told {
        let at = self.requests.len();
        self.request(body.clone());
        for round in 0.. {
            assert!(round < 5, "nothing changes between the looks");
            self.flush();
            if self.requests[at].phase == Phase::Done {
                break;
            }
            self.project(usize::MAX - self.projected);
            self.step_request(at);
        }
        let (_, _, id, _) = body.key();
        self.answer(creditor, id, Verdict::Accepted);
        self.flush();
        self.first[&body.key()]
    }

    /// Everything has left memory, and every request that was ever made is made once more.
    pub(crate) fn repeat_all(&mut self) {
        // Once to leave, once for the ids to fade, and once for those that left in between.
        for _ in 0..3 {
            self.pass(700);
            self.project(usize::MAX - self.projected);
            self.leave();
        }
        assert_eq!(
            self.switch.items_in_memory(),
            0,
            "all is told from the tables"
        );
        for at in 0..self.requests.len() {
            let body = self.requests[at].body.clone();
            self.request(body);
        }
        let before = self.records().count();
        self.settle();
        assert_eq!(self.records().count(), before, "a repetition makes no fact");
        self.check_replay();
    }

    /// Every durable record of the race.
    pub(crate) fn records(&self) -> impl Iterator<Item = (&Stamp, &Record)> {
        let batches = self.batches.iter();
        batches.flat_map(|(stamp, records)| records.iter().map(move |record| (stamp, record)))
    }

    /// As [`Run::records`], with those of the batch that is being made.
    pub(crate) fn all_records(&self) -> impl Iterator<Item = (&Stamp, &Record)> {
        let open = self.batch.iter().map(|record| (&self.stamp, record));
        self.records().chain(open)
    }

    /// The answer that a request got.
    pub(crate) fn told(&self, body: &Body) -> Option<Told> {
        self.first.get(&body.key()).copied()
    }

    /// How an item ended.
    pub(crate) fn outcome(&self, id: ItemId) -> Option<State> {
        self.outcomes.get(&id).map(|(state, _)| *state)
    }
}
