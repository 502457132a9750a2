//! The hub: decide in memory, append, and only then let anything out.
//!
//! What is modelled is the order of those three, the fence, and that calls follow from the
//! durable state. What an event does to a payment is asked of the real table.

use switch::{Event, Finality, State, Step};

use crate::{
    At, Choice, Fact, Ground, HubTime, Message, Mutation, Node, Payment, Protocol, Said, Side,
    Verdict, World,
};

impl Protocol {
    /// A message reaches a writer. `None` when its batch is full: the message waits.
    pub(crate) fn hub_hears(
        &self,
        world: &mut World,
        at: At,
        message: Message,
        choice: Choice,
    ) -> Option<()> {
        match message {
            Message::Pay(id) => {
                let is_new = at.node(world)?.state(id) == State::Unknown;
                if is_new {
                    let event = match choice {
                        Choice::Refuse => Event::Refuse,
                        Choice::Wait => Event::Wait,
                        Choice::Only | Choice::Yes => Event::Reserve,
                    };
                    self.carry_out(world, at, id, event, Ground::Evidence)?;
                }
                self.reply(world, at, id)
            }
            Message::Cancel(id) => {
                if self.is(Mutation::CancelUndoesCompletion)
                    && at.node(world)?.state(id) == State::Completed
                {
                    return self.undo(world, at, id);
                }
                self.carry_out(world, at, id, Event::Withdraw, Ground::Evidence)?;
                self.reply(world, at, id)
            }
            Message::Answer(id, verdict) => self.hub_hears_answer(world, at, id, verdict),
            Message::Noted { from, position } => {
                if position > *from.of(&at.node(world)?.memory().noted) {
                    self.stage(world, at, Fact::Noted(from, position))?;
                }
                Some(())
            }
            Message::Reply(..)
            | Message::Ask(_)
            | Message::LookUp { .. }
            | Message::Outcome { .. } => None,
        }
    }

    fn hub_hears_answer(
        &self,
        world: &mut World,
        at: At,
        id: usize,
        verdict: Verdict,
    ) -> Option<()> {
        let time = world.payments.get(id)?.hub_time;
        let is_in_time = match at.node(world)?.state(id) {
            State::InDoubt => time < HubTime::DoubtOver,
            State::Unknown
            | State::Waiting
            | State::Reserved
            | State::Asked
            | State::Completed
            | State::Cancelled
            | State::Refused => time == HubTime::InTime,
        };
        let (event, ground) = match verdict {
            Verdict::Accepted if is_in_time => (Event::Accept, Ground::Evidence),
            Verdict::Accepted => (Event::AcceptLate, Ground::Evidence),
            Verdict::Rejected => (Event::Reject, Ground::Evidence),
            Verdict::NotFound { is_late } => {
                let is_evidence = match self.mutation {
                    Some(Mutation::NotFoundAtOnce) => true,
                    Some(Mutation::NotFoundByArrival) => time >= HubTime::ExpiredEverywhere,
                    Some(_) | None => is_late,
                };
                if !is_evidence {
                    return Some(());
                }
                (Event::Reject, Ground::NotFound)
            }
        };
        self.carry_out(world, at, id, event, ground)
    }

    /// Whether an event that no message brings may happen now. Every event is here, so that a new
    /// one of the table has to be thought about.
    pub(crate) fn may_happen(&self, world: &World, node: &Node, id: usize, event: Event) -> bool {
        let Some(payment) = world.payments.get(id) else {
            return false;
        };
        let state = node.state(id);
        // Nothing may depend on their acting: in calm they do not.
        let operators_act = self.case.operators_act && world.calm.is_none();
        match event {
            Event::Ask => state == State::Reserved,
            // The liquidity that a refund waited for.
            Event::Reserve => state == State::Waiting,
            Event::Deadline | Event::DeadlineCompletes => {
                event == self.case.at_deadline && is_due(state, payment.hub_time)
            }
            Event::Suspend => {
                let is_open = !state.is_final() && state != State::Unknown;
                operators_act && is_open
            }
            // Two operators decide on evidence, never before it exists.
            Event::ResolveComplete => {
                state == State::InDoubt && payment.payee.has_credited && operators_act
            }
            Event::ResolveCancel => {
                state == State::InDoubt && will_never_credit(payment) && operators_act
            }
            // These come with a message.
            Event::Refuse
            | Event::Wait
            | Event::Accept
            | Event::AcceptLate
            | Event::Reject
            | Event::Withdraw => false,
        }
    }

    /// Time, an operator, or the hub's own next step.
    pub(crate) fn happen(&self, world: &mut World, at: At, id: usize, event: Event) -> Option<()> {
        let state = at.node(world)?.state(id);
        let by_time = matches!(event, Event::Deadline | Event::DeadlineCompletes);
        if self.is(Mutation::SilenceIsNo) && by_time && state == State::Asked {
            let (to, ground) = (State::Cancelled, Ground::Evidence);
            return self.stage(world, at, Fact::Moved { id, to, ground });
        }
        let ground = match by_time && state == State::InDoubt {
            true => Ground::DoubtExpired,
            false => Ground::Evidence,
        };
        self.carry_out(world, at, id, event, ground)
    }

    /// Asks the table and stages what it says.
    fn carry_out(
        &self,
        world: &mut World,
        at: At,
        id: usize,
        event: Event,
        ground: Ground,
    ) -> Option<()> {
        let state = at.node(world)?.state(id);
        // As the real core, which does not know yet which rail it will be.
        let finality = match state {
            State::Unknown => Finality::Confirm,
            State::Waiting
            | State::Reserved
            | State::Asked
            | State::InDoubt
            | State::Completed
            | State::Cancelled
            | State::Refused => self.case.finality,
        };
        match self.rows.step(state, event, finality) {
            Step::To(to) => {
                let ground = if to.is_final() { ground } else { Ground::Open };
                self.stage(world, at, Fact::Moved { id, to, ground })
            }
            Step::Stay | Step::Never => Some(()),
        }
    }

    fn undo(&self, world: &mut World, at: At, id: usize) -> Option<()> {
        let (to, ground) = (State::Cancelled, Ground::Evidence);
        self.stage(world, at, Fact::Moved { id, to, ground })?;
        let reply = Message::Reply(id, Said::Cancelled);
        at.node_mut(world)?.replies.insert(reply);
        Some(())
    }

    fn stage(&self, world: &mut World, at: At, fact: Fact) -> Option<()> {
        let node = at.node_mut(world)?;
        if node.staged.len() >= self.case.faults.batch_max {
            return None;
        }
        node.staged.push(fact);
        Some(())
    }

    /// What is seen in memory may not be durable yet, so the reply waits for the append.
    fn reply(&self, world: &mut World, at: At, id: usize) -> Option<()> {
        let node = at.node_mut(world)?;
        let Some(said) = Said::of(node.state(id)) else {
            return Some(());
        };
        let reply = Message::Reply(id, said);
        if node.staged.is_empty() || self.is(Mutation::ReplyBeforeAppend) {
            world.wires.insert(reply);
        } else {
            node.replies.insert(reply);
        }
        Some(())
    }

    /// One durable write of the whole batch, then the replies. A former writer finds that the
    /// journal went on without it, and ends; nothing that it staged was ever let out.
    pub(crate) fn append(&self, world: &mut World, at: At) -> Option<()> {
        if at == At::OldWriter && !self.is(Mutation::NoFence) {
            world.old_writer = None;
            return Some(());
        }
        let node = at.node_mut(world)?;
        let staged = std::mem::take(&mut node.staged);
        let replies = std::mem::take(&mut node.replies);
        for fact in &staged {
            node.durable.apply(*fact);
        }
        for fact in staged {
            let is_refusal = matches!(
                fact,
                Fact::Moved {
                    to: State::Refused,
                    ..
                }
            );
            if !(is_refusal && self.is(Mutation::RefusalForgotten)) {
                world.journal.apply(fact);
            }
        }
        world.wires.extend(replies);
        Some(())
    }

    /// What a writer would send now. It follows from what is durable, and from nothing else.
    pub(crate) fn calls(&self, world: &World, node: &Node) -> Vec<Message> {
        let mut calls = Vec::new();
        for (id, payment) in world.payments.iter().enumerate() {
            let time = payment.hub_time;
            match node.durable.state(id) {
                State::Asked if time == HubTime::InTime => calls.push(Message::Ask(id)),
                State::InDoubt => {
                    let is_late = time >= HubTime::ExpiredEverywhere;
                    calls.push(Message::LookUp { id, is_late });
                }
                State::Asked
                | State::Unknown
                | State::Waiting
                | State::Reserved
                | State::Completed
                | State::Cancelled
                | State::Refused => {}
            }
        }
        let memory = self
            .is(Mutation::OutcomeBeforeAppend)
            .then(|| node.memory());
        let book = memory.as_ref().unwrap_or(&node.durable);
        for side in Side::ALL {
            if side == Side::Payee && self.is(Mutation::NoThirdMessage) {
                continue;
            }
            calls.extend(book.next_outcome(side));
        }
        calls
    }

    pub(crate) fn call(&self, world: &mut World, at: At, message: Message) -> Option<()> {
        if self.is(Mutation::ToldOnce)
            && let Message::Outcome { to, position, .. } = message
        {
            self.stage(world, at, Fact::Noted(to, position))?;
        }
        world.wires.insert(message).then_some(())
    }
}

/// Whether the deadline of the present state is over.
fn is_due(state: State, time: HubTime) -> bool {
    match state {
        // How long it waits has nothing to do with an ask that does not exist yet.
        State::Waiting => true,
        State::Reserved | State::Asked => time >= HubTime::Expired,
        State::InDoubt => time == HubTime::DoubtOver,
        State::Unknown | State::Completed | State::Cancelled | State::Refused => false,
    }
}

/// What two people find when they look into the payee's books: that it said no, or that it knows
/// nothing and its clock says that it would say no.
fn will_never_credit(payment: &Payment) -> bool {
    match payment.payee.answer {
        Some(Verdict::Accepted) => false,
        Some(Verdict::Rejected | Verdict::NotFound { .. }) => true,
        None => payment.payee_time == crate::PayeeTime::Expired,
    }
}
