//! The world of one run: the queue, the wires, the disk, and everybody on them.

mod clearing;
mod desk;
mod hub;
mod wires;

use std::collections::BTreeMap;

use journal::memory::{BitOf, MemoryStore};
use switch::{Finality, ItemId, ParticipantId, Span, StuckCounts, Switch, Time, WindowStatus};

use crate::bank::{Bank, Ways};
use crate::clearer::Clearer;
use crate::clock::PartyClock;
use crate::dice::Dice;
use crate::faults::{Fault, Rates};
use crate::limits::{EVENTS_PER_PAYMENT_MAX, PAYMENTS_MAX, REST};
use crate::message::{Body, Envelope, Party, Request};
use crate::network::{EPOCH, FX1, FX2, MEMBERS, Network, OPERATORS};
use crate::node::{Node, Slot};
use crate::oracle::{Oracle, Rest, at_rest};
use crate::people::Person;
use crate::plan::{gap, plan};
use crate::queue::Queue;
use crate::report::{Report, Settings};
use crate::shelf::Shelf;
use crate::stage::{Event, Stage};
use crate::tamper::Tamper;

#[derive(Debug)]
pub(crate) struct World {
    settings: Settings,
    pub(crate) rates: Rates,
    pub(crate) network: Network,
    tamper: Box<dyn Tamper>,
    pub(crate) now: Time,
    queue: Queue<Event>,
    next_call: u64,
    wire: Dice,
    pub(crate) mischief: Dice,
    hub_dice: Dice,
    /// Pairs that cannot reach each other.
    pub(crate) parted: Vec<(Party, Party)>,
    pub(crate) store: MemoryStore,
    nodes: BTreeMap<usize, Node>,
    active: Option<usize>,
    next_node: usize,
    /// What a dead hub leaves.
    left: Option<(Shelf, Slot)>,
    pub(crate) hub_clock: PartyClock,
    pub(crate) banks: BTreeMap<ParticipantId, Bank>,
    people: BTreeMap<ParticipantId, Person>,
    clearer: Clearer,
    ways: Ways,
    versions: [u64; 2],
    pub(crate) oracle: Oracle,
    pub(crate) struck: u64,
    /// Bits that turned and were not turned back.
    pub(crate) flips: Vec<(u64, BitOf)>,
    is_calm: bool,
    rest_by: Time,
    echoed: bool,
    is_over: bool,
    events: u64,
    completed: u64,
    projected_ever: u64,
}

impl World {
    pub(crate) fn new(settings: &Settings, tamper: Box<dyn Tamper>) -> Self {
        let mut settings = settings.clone();
        settings.payments = settings.payments.min(PAYMENTS_MAX);
        let seed = settings.seed;
        let rates = Rates::draw(seed, settings.faults);
        let is_faulty = rates.of(Fault::Operator) > 0;
        let network = Network::draw(seed, settings.payments, is_faulty);
        let mut dice = Dice::of(seed, "start", 0);
        // One run in four begins two minutes before a midnight that matters.
        let midnight = Span::from_seconds(21_200);
        let start = match dice.below(4) {
            0 => EPOCH.after(Span(midnight.0.saturating_sub(120_000_000_000))),
            _ => EPOCH.after(dice.millis(0, 86_400_000)),
        };
        let drifts = rates.of(Fault::Clock);
        let clock = |dice: &mut Dice| match drifts {
            0 => PartyClock::new(start, 0),
            _ => {
                let drift = i64::try_from(dice.below(400_000)).unwrap_or(0);
                PartyClock::new(start, drift.saturating_sub(200_000))
            }
        };
        let banks = MEMBERS.map(|who| {
            let rail = network.finality.get(usize::from(who.0)).copied();
            let rail = rail.unwrap_or(Finality::Confirm);
            (who, Bank::new(who, rail, clock(&mut dice)))
        });
        let mut world = Self {
            ways: Ways {
                seed,
                rates: rates.clone(),
                is_calm: false,
            },
            clearer: Clearer::new(seed, &rates),
            rates,
            network,
            tamper,
            now: start,
            queue: Queue::new(),
            next_call: 0,
            wire: Dice::of(seed, "wire", 0),
            mischief: Dice::of(seed, "mischief", 0),
            hub_dice: Dice::of(seed, "hub", 0),
            parted: Vec::new(),
            store: MemoryStore::new(),
            nodes: BTreeMap::new(),
            active: None,
            next_node: 0,
            left: Some((Shelf::new(seed.is_multiple_of(8)), Slot::default())),
            hub_clock: clock(&mut dice),
            banks: banks.into_iter().collect(),
            people: OPERATORS.map(|who| (who, Person::new(who, seed))).into(),
            versions: [1, 1],
            oracle: Oracle::new(settings.watch, start),
            struck: 0,
            flips: Vec::new(),
            is_calm: false,
            rest_by: start,
            echoed: false,
            is_over: false,
            events: 0,
            completed: 0,
            projected_ever: 0,
            settings,
        };
        world.begin();
        world
    }

    fn begin(&mut self) {
        self.start_hub();
        let second = Span::from_seconds(1);
        self.push_after(second, Event::Scan(0));
        self.push_after(second, Event::Mischief);
        self.push_after(second, Event::Statement);
        self.begin_duty();
        for who in [FX1, FX2] {
            self.push_after(Span::from_seconds(600), Event::Publish(who));
        }
    }

    pub(crate) fn push_after(&mut self, span: Span, event: Event) {
        self.queue.push(self.now.after(span), event);
    }

    /// Runs until everything is at rest, or does not come to rest.
    pub(crate) fn run(mut self) -> Report {
        let payments = u64::from(self.settings.payments).saturating_add(100);
        let events_max = payments.saturating_mul(EVENTS_PER_PAYMENT_MAX);
        while let Some((at, event)) = self.queue.pop() {
            self.now = at;
            self.events = self.events.saturating_add(1);
            if self.events > events_max {
                self.oracle
                    .violation("everything ends", None, "the run itself does not");
                break;
            }
            self.happen(event);
            if self.is_over || !self.oracle.violations.is_empty() {
                break;
            }
        }
        let head = journal::Journal::head(&journal::MemoryJournal::open(&self.store));
        let live = self.active.and_then(|active| self.nodes.get(&active));
        let state_hash = live.map(|node| engine::state_hash(node.writer.view().switch));
        Report {
            seed: self.settings.seed,
            payments: self.settings.payments,
            faults: self.settings.faults,
            faults_struck: self.struck,
            completed: self.completed,
            met: self.met(),
            events: self.events,
            state_hash: state_hash.unwrap_or([0; 32]),
            journal_hash: *head.hash.as_bytes(),
            history: self.oracle.history(),
            violations: self.oracle.violations,
        }
    }

    fn met(&mut self) -> BTreeMap<String, u64> {
        let mut met = crate::coverage::coverage(&self.store);
        met.append(&mut self.oracle.actions.heard);
        met
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Arrive(envelope) => self.arrive(*envelope),
            Event::Scan(n) => self.scan(n),
            Event::Alarm(who, id) => {
                self.with_bank(who, |bank, stage, ways, _| bank.alarm(stage, ways, id));
            }
            Event::Publish(who) => self.publish(who),
            Event::Work(number) => self.work(number),
            Event::Look(number, ticket) => {
                let pace = self.pace();
                self.with_node(number, |node, stage, tamper| {
                    if node.has_ticket(ticket) {
                        node.look(stage, tamper, pace, ticket);
                    }
                });
            }
            Event::CallOver(number, call) => {
                self.with_node(number, |node, stage, _| node.call_over(stage, call));
            }
            Event::Project(number) => self.project(number),
            Event::Start => self.start_hub(),
            Event::NodeGone(number) => {
                if self.active != Some(number) {
                    self.nodes.remove(&number);
                }
            }
            Event::MemberBack(who) => {
                if let Some(bank) = self.banks.get_mut(&who) {
                    bank.is_up = true;
                }
                self.with_bank(who, |bank, stage, ways, _| bank.begin_again(stage, ways));
            }
            Event::Operate(who) => self.operate(who),
            Event::Statement => self.write_statement(),
            Event::Mischief => self.do_mischief(),
            Event::DiskWell => self.store.heal(),
            Event::PartitionOver => self.parted.clear(),
            Event::Repair => self.repair(),
            Event::Echo => self.echo(),
            Event::Finale => self.finale(),
        }
    }

    fn scan(&mut self, n: u32) {
        let seed = self.settings.seed;
        if n >= self.settings.payments {
            // Faults go on for a while, so that refunds and doubts meet them too.
            let more = Dice::of(seed, "end", 0).millis(5_000, 200_000);
            self.push_after(more, Event::Finale);
            return;
        }
        let plan = plan(seed, n, &self.rates);
        let who = plan.payer;
        self.with_bank(who, |bank, stage, _, _| bank.scan(stage, plan));
        self.push_after(gap(seed, n), Event::Scan(n.saturating_add(1)));
    }

    fn publish(&mut self, who: ParticipantId) {
        let at = if who == FX1 { 0 } else { 1 };
        let Some(version) = self.versions.get_mut(at) else {
            return;
        };
        *version = version.saturating_add(1);
        let version = *version;
        for input in self.network.rates(who, version, self.now) {
            let body = Body::Request(Box::new(Request::Set(input)));
            self.send(Envelope {
                from: Party::Member(who),
                to: Party::Hub,
                call: 0,
                body,
            });
        }
        self.push_after(Span::from_seconds(600), Event::Publish(who));
    }

    /// Lets a member act, if it lives; a scan waits for nobody and is simply lost then.
    pub(crate) fn with_bank(
        &mut self,
        who: ParticipantId,
        act: impl FnOnce(&mut Bank, &mut Stage<'_>, &Ways, &dyn Tamper),
    ) {
        let (mut out, mut later) = (Vec::new(), Vec::new());
        if let Some(bank) = self.banks.get_mut(&who).filter(|bank| bank.is_up) {
            let mut stage = Stage {
                now: self.now,
                clock: bank.clock.read(self.now),
                out: &mut out,
                later: &mut later,
                oracle: &mut self.oracle,
                next_call: &mut self.next_call,
            };
            act(bank, &mut stage, &self.ways, self.tamper.as_ref());
        }
        self.carry_out(out, later);
    }

    fn carry_out(&mut self, out: Vec<Envelope>, later: Vec<(Time, Event)>) {
        for (at, event) in later {
            self.queue.push(at, event);
        }
        for envelope in out {
            self.send(envelope);
        }
    }

    /// Faults have ended; now everything comes to rest.
    fn finale(&mut self) {
        if !self.is_calm {
            self.is_calm = true;
            self.ways.is_calm = true;
            self.rest_by = self.now.after(REST);
            self.calm_down();
        }
        let is_at_rest = self.is_at_rest();
        if is_at_rest && self.echoed {
            self.end();
        } else if is_at_rest {
            self.echoed = true;
            // Long enough for everything to leave memory, and for its ids to fade.
            for pause in [1, 62, 700, 1_400] {
                self.push_after(Span::from_seconds(pause), Event::Echo);
            }
            self.rest_by = self.now.after(Span::from_seconds(1_500)).after(REST);
            self.push_after(Span::from_seconds(1_480), Event::Finale);
        } else if self.now > self.rest_by {
            self.say_what_is_open();
        } else {
            self.push_after(Span::from_seconds(1), Event::Finale);
        }
    }

    pub(crate) fn is_calm(&self) -> bool {
        self.is_calm
    }

    fn is_at_rest(&self) -> bool {
        let Some(node) = self.active.and_then(|active| self.nodes.get(&active)) else {
            return false;
        };
        let view = node.writer.view();
        self.banks.values().all(Bank::is_at_rest)
            && view.switch.open_items() == 0
            && view.switch.untold_outcomes() == 0
            && self.oracle.actions.is_settled()
            && nothing_for_people(view.switch)
            && node.is_idle()
            && node.projected == view.head.seq
    }

    fn say_what_is_open(&mut self) {
        self.watch_actions();
        let mut open: Vec<(Option<ItemId>, String)> = Vec::new();
        for bank in self.banks.values() {
            open.extend(bank.intents.iter().map(|(id, one)| {
                let who = crate::network::name(bank.who);
                (Some(*id), format!("{who} is still {:?}", one.step))
            }));
            let refunds = bank.gives_back.keys();
            open.extend(refunds.map(|id| (Some(*id), "a refund has no end".to_owned())));
        }
        if let Some(node) = self.active.and_then(|active| self.nodes.get(&active)) {
            let view = node.writer.view();
            let items = view.switch.items().filter(|item| !item.state.is_final());
            open.extend(items.map(|item| (Some(item.id), format!("still {:?}", item.state))));
            let untold = view.switch.untold_outcomes();
            let (head, projected) = (view.head.seq, node.projected);
            let words = format!("{untold} outcomes untold, tables at {projected} of {head}");
            open.push((None, words));
            let words = format!("for people: {:?}", view.switch.stuck_counts());
            open.push((None, words));
            let left = view.switch.windows().filter(|window| {
                matches!(
                    window.status,
                    WindowStatus::Closed | WindowStatus::Instructed
                )
            });
            open.extend(left.map(|window| (None, format!("not settled: {window:?}"))));
        } else {
            open.push((None, "no hub lives".to_owned()));
        }
        for (item, words) in open {
            self.oracle.violation("everything ends", item, words);
        }
        self.is_over = true;
    }

    /// Some of what ended is asked once more, when it has left memory: the answer is the same.
    fn echo(&mut self) {
        for who in MEMBERS {
            self.with_bank(who, |bank, stage, _, _| bank.ask_again(stage, 20));
        }
    }

    fn end(&mut self) {
        self.is_over = true;
        self.watch_actions();
        let Some(node) = self.active.and_then(|active| self.nodes.get_mut(&active)) else {
            return;
        };
        let mut rest = Rest {
            node,
            store: &self.store,
            banks: &self.banks,
        };
        self.completed = at_rest(&mut self.oracle, &mut rest);
        let left = rest.node.writer.view().switch.items_in_memory();
        if left > 0 {
            let words = format!("{left} items are in memory at rest");
            self.oracle
                .violation("memory follows what is open", None, words);
        }
    }
}

/// Whatever needs people has found them: no break, no action, no stopped rail, nobody suspended,
/// every closed window settled.
fn nothing_for_people(switch: &Switch) -> bool {
    let StuckCounts {
        items: _,
        breaks,
        actions,
        untold: _,
        rails,
        suspended,
        windows,
    } = switch.stuck_counts();
    [breaks, actions, rails, suspended, windows] == [0; 5]
}
