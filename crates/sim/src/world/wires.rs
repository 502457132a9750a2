//! Messages on their way: late, lost, twice, in another order, or not at all.

use switch::{ParticipantId, Span};

use super::World;
use crate::faults::Fault;
use crate::message::{Body, Envelope, Party, Request};
use crate::stage::Event;

impl World {
    fn strikes(&mut self, fault: Fault, times: u64) -> bool {
        let rate = match self.is_calm {
            true => 0,
            false => self.rates.of(fault).saturating_mul(times),
        };
        let strikes = self.wire.chance(rate);
        if strikes {
            self.struck = self.struck.saturating_add(1);
        }
        strikes
    }

    pub(super) fn send(&mut self, envelope: Envelope) {
        let is_parted = self.is_parted(envelope.from, envelope.to);
        if is_parted || self.strikes(Fault::Loss, 3) {
            self.note(&envelope, "is lost");
            return;
        }
        let late = self.strikes(Fault::Delay, 3);
        let mut takes = match late {
            true => self.wire.millis(500, 20_000),
            false => self.wire.millis(1, 5),
        };
        if self.strikes(Fault::Reordering, 10) {
            takes = takes_longer(takes, self.wire.millis(5, 400));
        }
        if late {
            self.note(&envelope, "is late");
        }
        if self.strikes(Fault::Duplication, 3) {
            let again = takes_longer(takes, self.wire.millis(0, 8_000));
            self.note(&envelope, "is there twice");
            let twin = Box::new(envelope.clone());
            self.push_after(again, Event::Arrive(twin));
        }
        self.push_after(takes, Event::Arrive(Box::new(envelope)));
    }

    fn note(&mut self, envelope: &Envelope, what: &str) {
        if self.settings.watch.is_none() {
            return;
        }
        if let Some(id) = envelope.body.about() {
            self.oracle
                .note(self.now, id, || format!("{} {what}", envelope.body.words()));
        }
    }

    fn is_parted(&self, from: Party, to: Party) -> bool {
        let (from, to) = (place(from), place(to));
        self.parted
            .iter()
            .any(|pair| *pair == (from, to) || *pair == (to, from))
    }

    pub(super) fn arrive(&mut self, envelope: Envelope) {
        match envelope.to {
            Party::Member(who) => self.arrive_at(who, envelope),
            Party::Hub => {
                // Some still reach the node that another took over from.
                let old = self.nodes.iter().find(|(_, node)| node.is_deposed);
                let old = old.map(|(number, _)| *number);
                let at = match old {
                    Some(old) if self.wire.chance(3_000) => Some(old),
                    Some(_) | None => self.active,
                };
                if let Some(number) = at {
                    self.arrive_at_node(number, envelope);
                }
            }
            Party::Node(number) => self.arrive_at_node(number, envelope),
            Party::Person(who) => {
                if let Body::Reply(word) = envelope.body {
                    self.person_hears(who, envelope.call, &word);
                }
            }
            Party::Clearer => self.clearer_hears(envelope.call, &envelope.body),
            Party::Operators => {}
        }
    }

    fn arrive_at(&mut self, who: ParticipantId, envelope: Envelope) {
        let dies = !self.is_calm && self.banks.get(&who).is_some_and(|bank| bank.is_up) && {
            let rate = self.rates.of(Fault::Crash) / 20;
            self.wire.chance(rate)
        };
        // It may die before it hears, or when it has noted what it heard and said nothing.
        let hears_first = dies && self.wire.chance(5_000);
        if !dies || hears_first {
            self.with_member_answer(who, envelope, hears_first);
        }
        if dies {
            self.struck = self.struck.saturating_add(1);
            if let Some(bank) = self.banks.get_mut(&who) {
                bank.die();
            }
            self.oracle
                .note_all(self.now, || format!("{} dies", crate::network::name(who)));
            let back = self.wire.millis(100, 15_000);
            self.push_after(back, Event::MemberBack(who));
        }
    }

    /// What a member says to a call takes it a moment; whatever else it sends leaves at once.
    fn with_member_answer(&mut self, who: ParticipantId, envelope: Envelope, is_mute: bool) {
        let about = envelope.body.about().map_or(0, |id| id.0);
        let call = envelope.call;
        let is_call = matches!(envelope.body, Body::Call(_));
        let mut takes = Span(0);
        let mut said = Vec::new();
        self.with_bank(who, |bank, stage, ways, tamper| {
            let before = stage.out.len();
            bank.hear(stage, ways, tamper, envelope);
            if is_call {
                takes = bank.answers_after(ways, about, call);
                said = stage.out.split_off(before);
            }
            if is_mute {
                stage.out.clear();
                said.clear();
            }
        });
        for one in said {
            self.push_after(takes, Event::Arrive(Box::new(one)));
        }
    }

    fn arrive_at_node(&mut self, number: usize, envelope: Envelope) {
        let Envelope {
            from, call, body, ..
        } = envelope;
        self.with_node(number, |node, stage, tamper| match body {
            Body::Request(request) => {
                if let Request::Operate(operate) = &*request {
                    let switch = node.writer.view().switch;
                    let input = tamper.operate(operate.clone(), switch);
                    node.take(stage, from, call, Request::Set(input));
                } else {
                    node.take(stage, from, call, *request);
                }
            }
            Body::Answer(answer) => node.hear_answer(stage, tamper, call, answer),
            Body::Reply(_) | Body::Call(_) => {}
        });
    }
}

/// Nodes are one place.
fn place(party: Party) -> Party {
    match party {
        Party::Node(_) => Party::Hub,
        Party::Hub | Party::Member(_) | Party::Person(_) | Party::Clearer | Party::Operators => {
            party
        }
    }
}

fn takes_longer(takes: Span, more: Span) -> Span {
    Span(takes.0.saturating_add(more.0))
}
