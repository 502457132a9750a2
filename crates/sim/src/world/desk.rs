//! Operators at their desks: when they come, what they see of the hub, and what they send.

use switch::{ParticipantId, Span};

use super::World;
use crate::faults::Fault;
use crate::message::{Body, Envelope, Party, Request, Word};
use crate::network::OPERATORS;
use crate::people::Desk;
use crate::stage::Event;

impl World {
    /// In a run without this fault nobody is on duty before the faults end.
    pub(super) fn begin_duty(&mut self) {
        if self.rates.of(Fault::Operator) == 0 {
            return;
        }
        for who in OPERATORS {
            if let Some(person) = self.people.get_mut(&who) {
                // Not always before the first customer, whose whole rush may be over soon.
                let comes = person.comes();
                self.push_after(comes, Event::Operate(who));
            }
        }
    }

    pub(crate) fn call_everybody_in(&mut self) {
        for who in OPERATORS {
            if let Some(person) = self.people.get_mut(&who) {
                person.begin_calm();
            }
            self.push_after(Span::from_seconds(1), Event::Operate(who));
        }
    }

    /// One look at the hub, and what follows from it.
    pub(super) fn operate(&mut self, who: ParticipantId) {
        let Some(mut person) = self.people.remove(&who) else {
            return;
        };
        // Who was called in from the desk has two alarms; the earlier one is forgotten.
        if person.is_time(self.now, self.is_calm) {
            self.watch_actions();
            let pause = self.at_the_desk(&mut person);
            person.looks_again(self.now.after(pause));
            self.push_after(pause, Event::Operate(who));
        }
        self.people.insert(who, person);
    }

    fn at_the_desk(&mut self, person: &mut crate::people::Person) -> Span {
        let clock = self.hub_clock.read(self.now);
        let node = self.active.and_then(|active| self.nodes.get(&active));
        // A hub that cannot say what stands shows nothing to anybody.
        let node = node.filter(|node| !node.writer.is_stale() && !node.writer.is_fenced());
        let Some(node) = node else {
            return person.pause(true, self.is_calm);
        };
        let mut desk = Desk {
            now: self.now,
            clock,
            switch: node.writer.view().switch,
            tables: node.chase.tables(),
            banks: &mut self.banks,
            clearer: &self.clearer,
            network: &self.network,
            oracle: &mut self.oracle,
            is_calm: self.is_calm,
        };
        let said = person.work(&mut desk);
        let is_idle = said.is_empty() && nothing_open(&desk);
        for operate in said {
            self.next_call = self.next_call.saturating_add(1);
            let call = self.next_call;
            person.sends(call, &operate);
            self.struck = self.struck.saturating_add(u64::from(!self.is_calm));
            self.send(Envelope {
                from: Party::Person(person.who()),
                to: Party::Hub,
                call,
                body: Body::Request(Box::new(Request::Operate(operate))),
            });
        }
        person.pause(!is_idle, self.is_calm)
    }

    pub(super) fn person_hears(&mut self, who: ParticipantId, call: u64, word: &Word) {
        let clock = self.hub_clock.read(self.now);
        if let Some(person) = self.people.get_mut(&who) {
            person.hears(&mut self.oracle, clock, call, word);
        }
    }

    /// The oracle reads what the journal says that people did.
    pub(super) fn watch_actions(&mut self) {
        // A damaged row is read when it is whole again.
        if self.flips.is_empty() {
            let store = self.store.clone();
            self.oracle.watch_actions(&store);
            self.compare_windows();
        }
    }
}

fn nothing_open(desk: &Desk<'_>) -> bool {
    super::nothing_for_people(desk.switch) && desk.oracle.actions.is_settled()
}
