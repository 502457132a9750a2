//! Every move that anybody can make, and what it does: the model that is searched.

use std::collections::BTreeSet;
use std::sync::Arc;

use stateright::{Model, Property};
use switch::{Event, State};

use crate::{
    Book, Case, HubTime, Message, Mutation, Node, PROPERTIES, PayeeTime, Payment, Rows, Said, World,
};

/// Which of the processes that believe they may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum At {
    /// The one whose epoch is the journal's.
    Writer,
    /// The one that it took over from, and that has not noticed.
    OldWriter,
}

/// What the receiver makes of a message where the rules leave it a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Choice {
    /// There is none.
    Only,
    /// The hub reserves; the payee's side undertakes to credit.
    Yes,
    /// The hub refuses; the payee's side rejects.
    Refuse,
    /// The hub lets a refund wait for liquidity.
    Wait,
}

/// How a message arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// Once.
    Once,
    /// A copy of it is still on its way.
    Twice,
    /// The receiver crashes between writing and answering.
    Crash,
}

/// One step of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Move {
    /// The payer's side sends, for the first time or again.
    Send(Message),
    /// A message arrives.
    Arrive {
        /// What.
        message: Message,
        /// At which process, if it is the hub's.
        at: At,
        /// What is made of it.
        choice: Choice,
        /// How it arrives.
        fate: Fate,
    },
    /// A message is lost.
    Lose(Message),
    /// Time, operators or the hub's own next step decide something.
    Happen {
        /// In which process.
        at: At,
        /// The payment.
        id: usize,
        /// What.
        event: Event,
    },
    /// A process appends its batch.
    Append(At),
    /// A process calls a participant, as its durable state says.
    Call(At, Message),
    /// The writer dies.
    Crash,
    /// The hub starts again, from the journal.
    Restart,
    /// Another node takes over while the writer lives.
    TakeOver,
    /// Time passes at the hub.
    HubTick(usize),
    /// Time passes at the payee's side.
    PayeeTick(usize),
    /// From here on there are no faults.
    FaultsStop,
}

/// The protocol under one case, whole or with one rule taken out.
#[derive(Clone, Debug)]
pub struct Protocol {
    /// What is searched.
    pub case: Case,
    /// The rule that is broken, if any.
    pub mutation: Option<Mutation>,
    /// Which rows of the real table were walked.
    pub rows: Arc<Rows>,
}

impl At {
    const ALL: [At; 2] = [At::Writer, At::OldWriter];

    /// The process, if it lives.
    pub(crate) fn node(self, world: &World) -> Option<&Node> {
        match self {
            At::Writer => world.writer.as_ref(),
            At::OldWriter => world.old_writer.as_ref(),
        }
    }

    pub(crate) fn node_mut(self, world: &mut World) -> Option<&mut Node> {
        match self {
            At::Writer => world.writer.as_mut(),
            At::OldWriter => world.old_writer.as_mut(),
        }
    }
}

impl Protocol {
    /// Whether this rule is broken.
    pub(crate) fn is(&self, mutation: Mutation) -> bool {
        self.mutation == Some(mutation)
    }

    fn first(&self) -> World {
        let mut journal = Book::new(self.case.payments);
        let mut payment = Payment::default();
        if self.case.begins_asked {
            payment.payer.has_begun = true;
            payment.payer.told.note(Said::Taken);
            for entry in &mut journal.entries {
                entry.state = State::Asked;
            }
        }
        World {
            writer: Some(Node::load(&journal)),
            old_writer: None,
            journal,
            payments: vec![payment; self.case.payments],
            noted: [0, 0],
            wires: BTreeSet::new(),
            calm: None,
        }
    }

    fn moves_in_trouble(&self, world: &World, moves: &mut Vec<Move>) {
        let may_send = world.wires.len() < self.case.faults.in_flight_max;
        if may_send {
            self.push_requests(world, moves);
        }
        for message in &world.wires {
            self.push_arrivals(world, *message, moves);
            moves.push(Move::Lose(*message));
        }
        for at in At::ALL {
            let Some(node) = at.node(world) else { continue };
            self.push_happenings(world, at, moves);
            if !node.staged.is_empty() {
                moves.push(Move::Append(at));
            }
            if may_send {
                let calls = self.calls(world, node).into_iter();
                let fresh = calls.filter(|call| !world.wires.contains(call));
                moves.extend(fresh.map(|call| Move::Call(at, call)));
            }
        }
        match world.writer {
            None => moves.push(Move::Restart),
            Some(_) => {
                moves.push(Move::Crash);
                if self.case.faults.takes_over && world.old_writer.is_none() {
                    moves.push(Move::TakeOver);
                }
            }
        }
        self.push_ticks(world, moves);
        // The last fault is over when what it delayed has arrived or is lost; a run in which it
        // arrives later is one whose faults stop later.
        if world.wires.is_empty() {
            moves.push(Move::FaultsStop);
        }
    }

    /// Messages are faster than deadlines, and nobody calls again before a clock moved: what is
    /// pending is done first, then what is in flight arrives (in every order), then calls are
    /// made, and only then time passes.
    fn moves_in_calm(&self, world: &World, sent: &BTreeSet<Message>, moves: &mut Vec<Move>) {
        let Some(writer) = &world.writer else {
            moves.push(Move::Restart);
            return;
        };
        if world.old_writer.is_some() {
            moves.push(Move::Append(At::OldWriter));
            return;
        }
        if !writer.staged.is_empty() {
            moves.push(Move::Append(At::Writer));
            return;
        }
        for message in &world.wires {
            self.push_arrivals(world, *message, moves);
        }
        if !moves.is_empty() {
            return;
        }
        self.push_happenings(world, At::Writer, moves);
        if !moves.is_empty() {
            return;
        }
        self.push_requests(world, moves);
        let calls = self.calls(world, writer).into_iter();
        moves.extend(calls.map(|call| Move::Call(At::Writer, call)));
        moves.retain(|a_move| match a_move {
            Move::Send(message) | Move::Call(_, message) => !sent.contains(message),
            Move::Arrive { .. }
            | Move::Lose(_)
            | Move::Happen { .. }
            | Move::Append(_)
            | Move::Crash
            | Move::Restart
            | Move::TakeOver
            | Move::HubTick(_)
            | Move::PayeeTick(_)
            | Move::FaultsStop => true,
        });
        if moves.is_empty() {
            self.push_ticks(world, moves);
        }
    }

    /// The payer's side repeats itself until it knows the outcome. After a crash it may have
    /// forgotten that it wanted to cancel, so either may follow the other.
    fn push_requests(&self, world: &World, moves: &mut Vec<Move>) {
        let is_calm = world.calm.is_some();
        for (id, payment) in world.payments.iter().enumerate() {
            if payment.payer.told.has_outcome() {
                continue;
            }
            let has_begun = payment.payer.has_begun;
            let repeats = is_calm || !self.case.begins_asked;
            if repeats && (has_begun || !is_calm) {
                moves.push(Move::Send(Message::Pay(id)));
            }
            if self.case.may_withdraw && has_begun && !is_calm {
                moves.push(Move::Send(Message::Cancel(id)));
            }
        }
        moves.retain(|a_move| match a_move {
            Move::Send(message) => !world.wires.contains(message),
            Move::Arrive { .. }
            | Move::Lose(_)
            | Move::Happen { .. }
            | Move::Append(_)
            | Move::Call(..)
            | Move::Crash
            | Move::Restart
            | Move::TakeOver
            | Move::HubTick(_)
            | Move::PayeeTick(_)
            | Move::FaultsStop => true,
        });
    }

    fn push_arrivals(&self, world: &World, message: Message, moves: &mut Vec<Move>) {
        let processes: &[At] = match (message.is_to_hub(), &world.old_writer) {
            (true, Some(_)) => &At::ALL,
            (true, None) | (false, _) => &[At::Writer],
        };
        let is_calm = world.calm.is_some();
        let answers = matches!(message, Message::Ask(_) | Message::Outcome { .. });
        let mut fates = vec![Fate::Once];
        if !is_calm {
            fates.push(Fate::Twice);
            if answers {
                fates.push(Fate::Crash);
            }
        }
        for at in processes {
            for choice in self.choices(world, *at, message) {
                for fate in &fates {
                    moves.push(Move::Arrive {
                        message,
                        at: *at,
                        choice: *choice,
                        fate: *fate,
                    });
                }
            }
        }
    }

    fn choices(&self, world: &World, at: At, message: Message) -> &'static [Choice] {
        match message {
            Message::Pay(id) => {
                let state = at.node(world).map(|node| node.state(id));
                match (state, self.case.may_wait) {
                    (None, _) => &[],
                    (Some(State::Unknown), true) => &[Choice::Yes, Choice::Refuse, Choice::Wait],
                    (Some(State::Unknown), false) => &[Choice::Yes, Choice::Refuse],
                    (Some(_), _) => &[Choice::Only],
                }
            }
            Message::Ask(id) if self.is_free_to_answer(world, id) => &[Choice::Yes, Choice::Refuse],
            Message::Cancel(_) | Message::Answer(..) | Message::Noted { .. } => {
                match at.node(world) {
                    Some(_) => &[Choice::Only],
                    None => &[],
                }
            }
            Message::Ask(_)
            | Message::Reply(..)
            | Message::LookUp { .. }
            | Message::Outcome { .. } => &[Choice::Only],
        }
    }

    fn push_happenings(&self, world: &World, at: At, moves: &mut Vec<Move>) {
        let Some(node) = at.node(world) else { return };
        for id in 0..world.payments.len() {
            let events = Event::ALL.into_iter();
            let may = events.filter(|event| self.may_happen(world, node, id, *event));
            moves.extend(may.map(|event| Move::Happen { at, id, event }));
        }
    }

    /// Clocks move only where something still depends on them.
    fn push_ticks(&self, world: &World, moves: &mut Vec<Move>) {
        for (id, payment) in world.payments.iter().enumerate() {
            let state = world.journal.state(id);
            let is_bounded =
                payment.payee_time == PayeeTime::Expired || self.is(Mutation::ClocksFurtherApart);
            let hub_moves = match payment.hub_time {
                HubTime::InTime => matches!(state, State::Reserved | State::Asked),
                HubTime::Expired => state == State::InDoubt && is_bounded,
                HubTime::ExpiredEverywhere => state == State::InDoubt,
                HubTime::DoubtOver => false,
            };
            if hub_moves {
                moves.push(Move::HubTick(id));
            }
            let is_asked = !matches!(state, State::Unknown | State::Waiting | State::Refused);
            let is_over = payment.payee_time == PayeeTime::Expired;
            if is_asked && !is_over && (world.calm.is_none() || !state.is_final()) {
                moves.push(Move::PayeeTick(id));
            }
        }
    }

    fn make(&self, world: &mut World, a_move: Move) -> Option<()> {
        match a_move {
            Move::Send(message) => {
                if let Message::Pay(id) = message {
                    world.payments.get_mut(id)?.payer.has_begun = true;
                }
                note_sent(world, message);
                world.wires.insert(message).then_some(())
            }
            Move::Arrive {
                message,
                at,
                choice,
                fate,
            } => {
                if fate != Fate::Twice {
                    world.wires.remove(&message);
                }
                match message.is_to_hub() {
                    true => self.hub_hears(world, at, message, choice),
                    false => self.side_hears(world, message, choice, fate),
                }
            }
            Move::Lose(message) => world.wires.remove(&message).then_some(()),
            Move::Happen { at, id, event } => self.happen(world, at, id, event),
            Move::Append(at) => self.append(world, at),
            Move::Call(at, message) => {
                note_sent(world, message);
                self.call(world, at, message)
            }
            Move::Crash => world.writer.take().map(|_| ()),
            Move::Restart => {
                world.writer = Some(Node::load(&world.journal));
                Some(())
            }
            Move::TakeOver => {
                let next = Node::load(&world.journal);
                world.old_writer = world.writer.replace(next);
                Some(())
            }
            Move::HubTick(id) => {
                let time = &mut world.payments.get_mut(id)?.hub_time;
                *time = match time {
                    HubTime::InTime => HubTime::Expired,
                    HubTime::Expired => HubTime::ExpiredEverywhere,
                    HubTime::ExpiredEverywhere | HubTime::DoubtOver => HubTime::DoubtOver,
                };
                begin_round(world)
            }
            Move::PayeeTick(id) => {
                world.payments.get_mut(id)?.payee_time = PayeeTime::Expired;
                begin_round(world)
            }
            Move::FaultsStop => {
                world.calm = Some(BTreeSet::new());
                Some(())
            }
        }
    }

    /// Faults have stopped, and nobody can do anything more.
    pub(crate) fn is_quiet(&self, world: &World) -> bool {
        world.calm.is_some() && world.wires.is_empty() && self.next_steps(world).is_empty()
    }
}

fn note_sent(world: &mut World, message: Message) {
    if let Some(sent) = &mut world.calm {
        sent.insert(message);
    }
}

fn begin_round(world: &mut World) -> Option<()> {
    if let Some(sent) = &mut world.calm {
        sent.clear();
    }
    Some(())
}

impl Model for Protocol {
    type State = World;
    type Action = Move;

    fn init_states(&self) -> Vec<World> {
        vec![self.first()]
    }

    fn actions(&self, world: &World, moves: &mut Vec<Move>) {
        match &world.calm {
            None => self.moves_in_trouble(world, moves),
            Some(sent) => self.moves_in_calm(world, sent, moves),
        }
    }

    fn next_state(&self, world: &World, a_move: Move) -> Option<World> {
        let mut next = world.clone();
        self.make(&mut next, a_move)?;
        (next != *world).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        PROPERTIES
            .iter()
            .filter(|property| property.is_of(self))
            .map(|property| property.for_search())
            .collect()
    }
}
