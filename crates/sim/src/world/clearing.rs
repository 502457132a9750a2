//! The settlement bank's statements on their way to the hub, and the oracle's second count.

use switch::Operate;

use super::World;
use crate::message::{Body, Envelope, Party, Request};
use crate::stage::Event;

impl World {
    /// The bank hears of what is instructed and writes what it paid.
    pub(super) fn write_statement(&mut self) {
        let is_calm = self.is_calm;
        let node = self.active.and_then(|active| self.nodes.get(&active));
        // A hub that cannot say what stands instructs nobody.
        let node = node.filter(|node| !node.writer.is_stale() && !node.writer.is_fenced());
        let mut lines = Vec::new();
        if let Some(node) = node {
            let switch = node.writer.view().switch;
            let oracle = &mut self.oracle;
            lines = self.clearer.statement(oracle, self.now, is_calm, switch);
        }
        for line in lines {
            self.next_call = self.next_call.saturating_add(1);
            self.clearer.sends(self.next_call, &line);
            self.struck = self.struck.saturating_add(u64::from(line.is_wrong));
            let request = Request::Operate(Operate::PaidOut(line.seen));
            self.send(Envelope {
                from: Party::Clearer,
                to: Party::Hub,
                call: self.next_call,
                body: Body::Request(Box::new(request)),
            });
        }
        let pause = self.clearer.pause(is_calm);
        self.push_after(pause, Event::Statement);
    }

    pub(super) fn clearer_hears(&mut self, call: u64, body: &Body) {
        if let Body::Reply(word) = body {
            self.clearer.hears(&mut self.oracle, call, word);
        }
    }

    /// What the hub shows of windows and headroom is what the oracle counted, if both stand at
    /// the same row.
    pub(super) fn compare_windows(&mut self) {
        let node = self.active.and_then(|active| self.nodes.get(&active));
        let node = node.filter(|node| !node.writer.is_stale() && !node.writer.is_fenced());
        if let Some(node) = node {
            let view = node.writer.view();
            let positions = |switch: &switch::Switch| self.tamper.positions(switch);
            let (seq, switch) = (view.head.seq, view.switch);
            let oracle = &mut self.oracle;
            oracle.compare_windows(seq, switch, &positions, self.is_over);
        }
    }
}
