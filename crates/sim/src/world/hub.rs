//! The hub's lives: it starts, works, dies at an append or between, and is taken over from.

use engine::{Writer, state_hash};
use journal::MemoryJournal;
use journal::memory::FaultKind;
use switch::{Span, Switch, Time};

use super::World;
use crate::dice::Dice;
use crate::faults::Fault;
use crate::limits::{BATCHES_BETWEEN_LOOKS, DEADLINE_MAX, ROWS_REPLAYED_MAX};
use crate::message::{Party, Request};
use crate::node::{Node, Pace, Slot};
use crate::oracle::books;
use crate::shelf::Shelf;
use crate::stage::{Event, Stage};
use crate::tamper::Tamper;

/// Where a hub dies in a batch.
#[derive(Clone, Copy, Debug)]
enum DiesAt {
    BeforeAppend,
    /// The append is cut off: it may stand after the restart or not.
    InAppend,
    AfterAppend,
    AfterAnswers,
}

impl World {
    pub(super) fn with_node(
        &mut self,
        number: usize,
        act: impl FnOnce(&mut Node, &mut Stage<'_>, &dyn Tamper),
    ) {
        let (mut out, mut later) = (Vec::new(), Vec::new());
        if let Some(node) = self.nodes.get_mut(&number) {
            let mut stage = Stage {
                now: self.now,
                clock: self.hub_clock.read(self.now),
                out: &mut out,
                later: &mut later,
                oracle: &mut self.oracle,
                next_call: &mut self.next_call,
            };
            act(node, &mut stage, self.tamper.as_ref());
        }
        self.carry_out(out, later);
    }

    pub(crate) fn with_active(&mut self, act: impl FnOnce(&mut Node, &mut Stage<'_>, &dyn Tamper)) {
        if let Some(active) = self.active {
            self.with_node(active, act);
        }
    }

    pub(super) fn pace(&mut self) -> Pace {
        let slow = !self.is_calm && self.hub_dice.chance(self.rates.of(Fault::Disk));
        let append = match slow {
            true => self.hub_dice.millis(100, 2_000),
            false => self.hub_dice.millis(1, 4),
        };
        Pace {
            append,
            look: self.hub_dice.millis(1, 3),
        }
    }

    fn items_max(&self) -> usize {
        let mut dice = Dice::of(self.settings.seed, "items", 0);
        let is_small = self.rates.of(Fault::Tables) > 0 && dice.chance(2_000);
        if is_small { 200 } else { 1_000_000 }
    }

    pub(super) fn start_hub(&mut self) {
        if self.active.is_some() {
            return;
        }
        let Some((tables, slot)) = self.left.take() else {
            return;
        };
        self.plant_resume(&slot);
        let number = self.next_node;
        self.next_node = self.next_node.saturating_add(1);
        let items_max = self.items_max();
        let opened = Node::open(
            number,
            self.now,
            &self.store,
            tables,
            slot.clone(),
            items_max,
        );
        match opened {
            Ok(node) => {
                self.check_opened(node.writer.view().switch);
                self.nodes.insert(number, node);
                self.active = Some(number);
                self.oracle
                    .note_all(self.now, || "the hub starts".to_owned());
                self.bootstrap();
                self.with_active(|node, stage, _| node.work_soon(stage));
                self.push_after(Span(0), Event::Project(number));
            }
            Err(failed) => {
                let (error, tables) = *failed;
                let words = error.to_string();
                let is_named = self
                    .flips
                    .iter()
                    .any(|(seq, _)| words.ends_with(&format!("`{seq}`")));
                if !is_named {
                    self.oracle.violation("the hub starts again", None, words);
                }
                self.left = Some((tables, slot));
                self.push_after(Span::from_seconds(1), Event::Start);
            }
        }
    }

    /// A hub whose journal is empty takes its configuration, in one batch; so it is whole or will
    /// be taken again.
    fn bootstrap(&mut self) {
        if self.store.rows_count() > 0 {
            return;
        }
        for input in self.network.bootstrap(self.now) {
            let request = Request::Set(input);
            self.with_active(|node, stage, _| node.take(stage, Party::Operators, 0, request));
        }
    }

    /// A planted bug may have labelled the snapshot with another batch.
    fn plant_resume(&self, slot: &Slot) {
        use engine::Snapshots as _;
        let Some(resume) = slot.latest() else { return };
        let seq = resume.seq;
        let planted = self.tamper.resume(resume, &self.store);
        if planted.seq != seq {
            slot.plant(planted);
        }
    }

    /// The state that a hub starts with is that of the journal as it was written, whatever turned
    /// on the disk since.
    fn check_opened(&mut self, opened: &Switch) {
        if self.store.rows_count() > ROWS_REPLAYED_MAX {
            return;
        }
        let hash = state_hash(opened);
        let turn = |world: &Self| {
            for (seq, bit) in &world.flips {
                world.store.flip(*seq, *bit);
            }
        };
        turn(self);
        let replayed = Writer::open(MemoryJournal::open(&self.store));
        turn(self);
        match replayed {
            Ok(replayed) if state_hash(replayed.view().switch) == hash => {}
            Ok(_) => {
                let words = "the hub starts with another state than the journal's";
                self.oracle.violation("live is replayed", None, words);
            }
            Err(error) => {
                let words = error.to_string();
                self.oracle.violation("live is replayed", None, words);
            }
        }
    }

    pub(super) fn work(&mut self, number: usize) {
        let now = self.now;
        let Some(node) = self.nodes.get_mut(&number) else {
            return;
        };
        if !node.is_time(now) {
            return;
        }
        let crash = match self.is_calm {
            true => 0,
            false => self.rates.of(Fault::Crash) / 10,
        };
        if self.active == Some(number) && self.hub_dice.chance(crash) {
            let points = [
                DiesAt::BeforeAppend,
                DiesAt::InAppend,
                DiesAt::AfterAppend,
                DiesAt::AfterAnswers,
            ];
            let point = self.hub_dice.pick(&points, DiesAt::BeforeAppend);
            self.work_to_death(number, point);
            return;
        }
        let pace = self.pace();
        self.with_node(number, |node, stage, tamper| {
            node.work(stage, tamper, pace);
            node.call(stage, tamper);
        });
        let is_fenced = self
            .nodes
            .get(&number)
            .is_some_and(|node| node.writer.is_fenced());
        match is_fenced {
            // The process ends, as the engine's thread does; the one in charge is started again.
            true if self.active == Some(number) => self.hub_dies(),
            true => {
                self.nodes.remove(&number);
            }
            false => self.look_at(number),
        }
    }

    fn work_to_death(&mut self, number: usize, point: DiesAt) {
        let pace = self.pace();
        match point {
            DiesAt::BeforeAppend => {}
            DiesAt::InAppend => {
                let kinds = [
                    FaultKind::UnknownLater,
                    FaultKind::UnknownLost,
                    FaultKind::UnknownWritten,
                ];
                let kind = self.hub_dice.pick(&kinds, FaultKind::UnknownLost);
                self.store.fail(kind);
                self.with_node(number, |node, stage, _| node.work_and_die(stage));
                self.store.heal();
            }
            DiesAt::AfterAppend => {
                self.with_node(number, |node, stage, _| node.work_and_die(stage));
            }
            DiesAt::AfterAnswers => {
                self.with_node(number, |node, stage, tamper| {
                    node.work(stage, tamper, pace);
                });
            }
        }
        self.oracle
            .note_all(self.now, || format!("the hub dies ({point:?})"));
        self.hub_dies();
    }

    pub(crate) fn hub_dies(&mut self) {
        self.struck = self.struck.saturating_add(1);
        let Some(number) = self.active.take() else {
            return;
        };
        if let Some(node) = self.nodes.remove(&number) {
            self.projected_ever = self.projected_ever.max(node.projected_ever);
            self.left = Some(node.into_left());
        }
        self.store.restart();
        let back = self.hub_dice.millis(50, 8_000);
        self.push_after(back, Event::Start);
    }

    /// A second node takes over; the first does not know it yet.
    pub(crate) fn take_over(&mut self) {
        let Some(old) = self.active else { return };
        // Before there is a configuration there is nothing to take over.
        if self.store.rows_count() == 0 {
            return;
        }
        let number = self.next_node;
        let tables = Shelf::new(self.settings.seed.is_multiple_of(8));
        let items_max = self.items_max();
        let opened = Node::open(
            number,
            self.now,
            &self.store,
            tables,
            Slot::default(),
            items_max,
        );
        // A damaged row stops it; the old one goes on.
        let Ok(mut node) = opened else { return };
        let clock = self.hub_clock.read(self.now);
        if !node.writer.take_charge(clock) {
            return;
        }
        self.next_node = self.next_node.saturating_add(1);
        self.struck = self.struck.saturating_add(1);
        if let Some(old) = self.nodes.get_mut(&old) {
            old.is_deposed = true;
            self.projected_ever = self.projected_ever.max(old.projected_ever);
        }
        self.nodes.insert(number, node);
        self.active = Some(number);
        let ever = self.projected_ever;
        self.oracle.note_all(self.now, || {
            format!("node {number} takes over from {old}; its tables stood for {ever}")
        });
        self.with_active(|node, stage, _| node.work_soon(stage));
        self.push_after(Span(0), Event::Project(number));
        let gone = self.hub_dice.millis(1_000, 30_000);
        self.push_after(gone, Event::NodeGone(old));
    }

    pub(super) fn project(&mut self, number: usize) {
        let is_late = !self.is_calm && self.hub_dice.chance(self.rates.of(Fault::Tables));
        let store = self.store.clone();
        let rows = usize::try_from(self.hub_dice.between(1, 256)).unwrap_or(1);
        self.with_node(number, |node, stage, _| node.project(stage, &store, rows));
        if self.nodes.contains_key(&number) {
            let pause = match is_late {
                true => self.hub_dice.millis(2_000, 40_000),
                false => self.hub_dice.millis(20, 200),
            };
            self.push_after(pause, Event::Project(number));
        }
    }

    /// What must be true at all times, looked at now and then.
    fn look_at(&mut self, number: usize) {
        if self.active != Some(number) {
            return;
        }
        let clock = self.hub_clock.read(self.now);
        let Some(node) = self.nodes.get(&number) else {
            return;
        };
        let view = node.writer.view();
        let left = view.switch.left_seq();
        let known = self.projected_ever.max(node.projected_ever);
        if left > known {
            let words = format!("batch {left} left memory, and the tables stood for {known}");
            self.oracle
                .violation("nothing leaves before the tables hold it", None, words);
        }
        if node.batches.is_multiple_of(BATCHES_BETWEEN_LOOKS) {
            books(&mut self.oracle, view.switch);
            let latest = clock.max(Time(view.head.time_ns)).after(DEADLINE_MAX);
            let open = view.switch.items().filter(|item| !item.state.is_final());
            let endless = open.filter(|item| item.deadline > latest);
            for item in endless {
                let words = format!("{:?} without a deadline that will come", item.state);
                self.oracle
                    .violation("nothing open without a deadline", Some(item.id), words);
            }
        }
    }
}
