//! A run in plain words: one line a step, who did what to whom.

use stateright::Model;
use switch::{Event, State};

use crate::{
    At, Choice, Fact, Fate, HubTime, Message, Move, Protocol, Said, Side, Told, Verdict, World,
};

/// The steps of a run, numbered, and how things stand at its end.
pub(crate) fn tell(protocol: &Protocol, moves: &[Move]) -> Vec<String> {
    let several = protocol.case.payments > 1;
    let teller = Teller { protocol, several };
    let mut lines = Vec::new();
    let Some(mut world) = protocol.init_states().into_iter().next() else {
        return lines;
    };
    for a_move in moves {
        let Some(next) = protocol.next_state(&world, *a_move) else {
            continue;
        };
        let number = lines.len().saturating_add(1);
        lines.push(format!("{number}. {}", teller.step(&world, *a_move, &next)));
        world = next;
    }
    lines.push(String::new());
    lines.push(teller.end(&world));
    lines
}

struct Teller<'a> {
    protocol: &'a Protocol,
    several: bool,
}

impl Teller<'_> {
    fn end(&self, world: &World) -> String {
        let pairs = world.payments.iter().zip(&world.journal.entries);
        let mut parts = Vec::new();
        for (id, (payment, entry)) in pairs.enumerate() {
            let payee = &payment.payee;
            let (payer, payee_side) = (self.side(Side::Payer), self.side(Side::Payee));
            let credited = match (payee.has_credited, payee.answer) {
                (true, _) => "has credited",
                (false, Some(Verdict::Accepted)) => "has accepted and not credited",
                (false, Some(_)) => "has rejected",
                (false, None) => "has answered nothing",
            };
            parts.push(format!(
                "In the end{} the journal says {}, {payer} heard {}, {payee_side} {credited} and \
                 heard {}",
                self.of(id),
                list(entry.outcomes, state(entry.state)),
                list(payment.payer.told, "nothing"),
                list(payee.told, "nothing"),
            ));
        }
        let wandering: Vec<String> = world.wires.iter().map(|m| self.name_and_way(*m)).collect();
        if !wandering.is_empty() {
            parts.push(format!("Still on the way: {}", wandering.join(", ")));
        }
        format!("{}.", parts.join(". "))
    }

    fn step(&self, world: &World, a_move: Move, next: &World) -> String {
        match a_move {
            Move::Send(message) => self.send(world, message),
            Move::Arrive {
                message,
                at,
                choice,
                fate,
            } => self.arrive(world, (message, at, choice, fate), next),
            Move::Lose(message) => capital(&format!(
                "{} is LOST on the way.",
                self.name_and_way(message)
            )),
            Move::Happen { at, id, event } => {
                let why = match event {
                    Event::Ask => "is about to ask the payee's side",
                    Event::Reserve => "finds the liquidity that was missing",
                    Event::Deadline | Event::DeadlineCompletes => "sees that the time is over",
                    Event::Suspend => "is told by its operators to suspend a party",
                    Event::ResolveComplete => "hears from two operators that it was credited",
                    Event::ResolveCancel => "hears from two operators that it was not credited",
                    Event::Refuse
                    | Event::Wait
                    | Event::Accept
                    | Event::AcceptLate
                    | Event::Reject
                    | Event::Withdraw => "hears something",
                };
                let hub = hub(at);
                format!(
                    "{hub} {why}{} and {}.",
                    self.of(id),
                    staged(at, world, next)
                )
            }
            Move::Append(at) => self.append(at, world, next),
            Move::Call(at, message) => {
                let side = self.side(message.side());
                format!("{} sends {} to {side}.", hub(at), self.name(message))
            }
            Move::Crash => match &world.writer {
                Some(node) if !node.staged.is_empty() => {
                    "The hub CRASHES before the append: what it had decided is gone.".to_owned()
                }
                Some(_) | None => "The hub CRASHES.".to_owned(),
            },
            Move::Restart => "The hub starts again from its journal.".to_owned(),
            Move::TakeOver => {
                "Another node takes over as writer; the old one lives and does not know.".to_owned()
            }
            Move::HubTick(id) => {
                let time = next.payments.get(id).map(|payment| payment.hub_time);
                let what = match time {
                    Some(HubTime::Expired) => "the ask's time is over",
                    Some(HubTime::ExpiredEverywhere) => {
                        "the ask's time is over by more than the skew"
                    }
                    Some(HubTime::DoubtOver) => "the time to clear the doubt is over",
                    Some(HubTime::InTime) | None => "nothing changes",
                };
                format!("Time passes: on the hub's clock {what}{}.", self.of(id))
            }
            Move::PayeeTick(id) => {
                let side = self.side(Side::Payee);
                format!(
                    "Time passes: on the clock of {side} the ask is late{}.",
                    self.of(id)
                )
            }
            Move::FaultsStop => "From here on nothing is lost and nobody crashes.".to_owned(),
        }
    }

    fn send(&self, world: &World, message: Message) -> String {
        let side = capital(self.side(Side::Payer));
        let first = match message {
            Message::Pay(id) => world.payments.get(id).is_some_and(|p| !p.payer.has_begun),
            Message::Cancel(_)
            | Message::Reply(..)
            | Message::Ask(_)
            | Message::Answer(..)
            | Message::LookUp { .. }
            | Message::Outcome { .. }
            | Message::Noted { .. } => false,
        };
        match first {
            true => format!("{side} holds the money and sends {}.", self.name(message)),
            false => format!("{side} sends {}.", self.name(message)),
        }
    }

    fn arrive(
        &self,
        world: &World,
        (message, at, choice, fate): (Message, At, Choice, Fate),
        next: &World,
    ) -> String {
        let what = capital(&self.name(message));
        let copy = match fate {
            Fate::Twice => " (a COPY of it is still on its way)",
            Fate::Once | Fate::Crash => "",
        };
        if message.is_to_hub() {
            let done = staged(at, world, next);
            return format!("{what} reaches {}{copy}, which {done}.", lower(hub(at)));
        }
        let side = self.side(message.side());
        let mut line = format!("{what} reaches {side}{copy}");
        line.push_str(&self.made_of_it(world, message, choice, next));
        if fate == Fate::Crash {
            let when = match next.payments == world.payments && next.noted == world.noted {
                true => "; it CRASHES and has written nothing",
                false => "; it CRASHES after writing that, before it answers",
            };
            line.push_str(when);
        }
        line.push('.');
        line
    }

    fn made_of_it(&self, world: &World, message: Message, _: Choice, next: &World) -> String {
        let payee = |world: &World, id: usize| world.payments.get(id).map(|p| p.payee);
        match message {
            Message::Ask(id) => {
                let (was, is) = (payee(world, id), payee(next, id));
                let answered = |answer| next.wires.contains(&Message::Answer(id, answer));
                let verdict = match is.and_then(|is| is.answer) {
                    Some(verdict) => Some(verdict),
                    None if answered(Verdict::Accepted) => Some(Verdict::Accepted),
                    None => None,
                };
                let credits = is.is_some_and(|is| is.has_credited)
                    && was.is_some_and(|was| !was.has_credited);
                let mut made = match verdict {
                    Some(Verdict::Accepted) => ", which accepts",
                    Some(Verdict::Rejected) => ", which rejects",
                    Some(Verdict::NotFound { .. }) | None => "",
                }
                .to_owned();
                if credits {
                    made.push_str(" and CREDITS at once");
                }
                made
            }
            Message::LookUp { id, .. } => match payee(world, id).and_then(|p| p.answer) {
                Some(Verdict::Accepted) => ", which has accepted".to_owned(),
                Some(Verdict::Rejected) => ", which has rejected".to_owned(),
                Some(Verdict::NotFound { .. }) | None => ", which knows nothing of it".to_owned(),
            },
            Message::Outcome { to, id, said, .. } => self.booked(world, to, id, said, next),
            Message::Reply(id, said) => self.booked(world, Side::Payer, id, said, next),
            Message::Pay(_) | Message::Cancel(_) | Message::Answer(..) | Message::Noted { .. } => {
                String::new()
            }
        }
    }

    /// What a side does with the customer's money when it hears something.
    fn booked(&self, world: &World, to: Side, id: usize, said: Said, next: &World) -> String {
        let told = |world: &World| {
            let payment = world.payments.get(id);
            payment.map(|p| match to {
                Side::Payer => p.payer.told,
                Side::Payee => p.payee.told,
            })
        };
        if told(world) == told(next) {
            return ", which knows it already".to_owned();
        }
        let made = match (to, said) {
            (_, Said::Taken) => "",
            (Side::Payer, Said::Completed) => ", which DEBITS its customer",
            (Side::Payer, Said::Cancelled | Said::Refused) => ", which frees the money",
            (Side::Payee, Said::Completed) => {
                let credited =
                    |world: &World| world.payments.get(id).is_some_and(|p| p.payee.has_credited);
                match (credited(world), credited(next)) {
                    (false, true) => ", which CREDITS",
                    (true, _) => ", which has credited already",
                    (false, false) => ", which never accepted it",
                }
            }
            (Side::Payee, Said::Cancelled | Said::Refused) => {
                match world.payments.get(id).is_some_and(|p| p.payee.has_credited) {
                    true => ", which has CREDITED already",
                    false => ", which credits nothing",
                }
            }
        };
        made.to_owned()
    }

    fn append(&self, at: At, world: &World, next: &World) -> String {
        let facts = at.node(world).map(|node| node.staged.clone());
        let facts: Vec<String> = facts
            .unwrap_or_default()
            .iter()
            .map(|fact| self.fact(*fact))
            .collect();
        let facts = facts.join(", ");
        if at == At::OldWriter && next.old_writer.is_none() {
            return "The old writer tries to append, finds that it is FENCED, and ends.".to_owned();
        }
        let replies = at.node(world).map(|node| node.replies.clone());
        let replies: Vec<String> = replies
            .unwrap_or_default()
            .iter()
            .map(|reply| self.name(*reply))
            .collect();
        let sends = match replies.is_empty() {
            true => String::new(),
            false => format!(", and sends {}", replies.join(" and ")),
        };
        match next.journal == world.journal {
            true => format!("{} does not append `{facts}`{sends}.", hub(at)),
            false => format!("{} appends `{facts}`{sends}.", hub(at)),
        }
    }

    fn fact(&self, fact: Fact) -> String {
        match fact {
            Fact::Moved { id, to, .. } => format!("{}{}", state(to), self.of(id)),
            Fact::Noted(side, position) => format!("noted by {} up to {position}", self.side(side)),
        }
    }

    fn side(&self, side: Side) -> &'static str {
        match (side, self.protocol.case.may_wait) {
            (Side::Payer, false) | (Side::Payee, true) => "the payer's side",
            (Side::Payee, false) | (Side::Payer, true) => "the payee's side",
        }
    }

    /// Which payment, where there are several.
    fn of(&self, id: usize) -> String {
        match self.several {
            true => format!(" of payment {}", id.saturating_add(1)),
            false => String::new(),
        }
    }

    /// With whom an outcome is for, which a message on its way does not say otherwise.
    fn name_and_way(&self, message: Message) -> String {
        let name = self.name(message);
        match message {
            Message::Outcome { to, .. } => format!("{name} for {}", self.side(to)),
            Message::Pay(_)
            | Message::Cancel(_)
            | Message::Reply(..)
            | Message::Ask(_)
            | Message::Answer(..)
            | Message::LookUp { .. }
            | Message::Noted { .. } => name,
        }
    }

    fn name(&self, message: Message) -> String {
        let answer = match self.protocol.credits_at_once() {
            false => "it will credit when told so",
            true => "it has credited",
        };
        match message {
            Message::Pay(id) => format!("pay{}", self.of(id)),
            Message::Cancel(id) => format!("cancel{}", self.of(id)),
            Message::Reply(id, what) => format!("the reply `{}`{}", said(what), self.of(id)),
            Message::Ask(id) => format!("the ask{}", self.of(id)),
            Message::Answer(id, Verdict::Accepted) => {
                format!("the answer `accepted` ({answer}){}", self.of(id))
            }
            Message::Answer(id, Verdict::Rejected) => {
                format!("the answer `rejected`{}", self.of(id))
            }
            Message::Answer(id, Verdict::NotFound { is_late }) => {
                let when = if is_late { "late" } else { "early" };
                format!("the answer `not found` to an {when} look-up{}", self.of(id))
                    .replace("an late", "a late")
            }
            Message::LookUp { id, .. } => {
                format!("a look-up (how far did you get?){}", self.of(id))
            }
            Message::Outcome { id, said: what, .. } => {
                format!("the outcome `{}`{}", said(what), self.of(id))
            }
            Message::Noted { from, position } => {
                format!(
                    "the acknowledgement of {} up to {position}",
                    self.side(from)
                )
            }
        }
    }
}

/// What a process of the hub added to its batch in a step.
fn staged(at: At, world: &World, next: &World) -> String {
    let (Some(was), Some(is)) = (at.node(world), at.node(next)) else {
        return "nothing".to_owned();
    };
    let fresh = is.staged.get(was.staged.len()..).unwrap_or_default();
    let facts: Vec<String> = fresh
        .iter()
        .map(|fact| match fact {
            Fact::Moved { to, .. } => format!("decides `{}`", state(*to)),
            Fact::Noted(..) => "notes that".to_owned(),
        })
        .collect();
    let mut told = match facts.is_empty() {
        true => "changes nothing".to_owned(),
        false => facts.join(" and "),
    };
    let replies = next.wires.difference(&world.wires);
    for reply in replies {
        if let Message::Reply(_, what) = reply {
            told.push_str(&format!(" and replies `{}`", said(*what)));
        }
    }
    told
}

fn hub(at: At) -> &'static str {
    match at {
        At::Writer => "The hub",
        At::OldWriter => "The old writer",
    }
}

fn said(said: Said) -> &'static str {
    match said {
        Said::Taken => "taken",
        Said::Completed => "completed",
        Said::Cancelled => "cancelled",
        Said::Refused => "refused",
    }
}

fn state(state: State) -> &'static str {
    match state {
        State::Unknown => "unknown",
        State::Waiting => "waiting",
        State::Reserved => "reserved",
        State::Asked => "asked",
        State::InDoubt => "in doubt",
        State::Completed => "completed",
        State::Cancelled => "cancelled",
        State::Refused => "refused",
    }
}

/// Outcomes that were told, or else what to say instead.
fn list(told: Told, otherwise: &str) -> String {
    let outcomes = [Said::Completed, Said::Cancelled, Said::Refused];
    let heard: Vec<String> = outcomes
        .into_iter()
        .filter(|outcome| told.has(*outcome))
        .map(|outcome| format!("`{}`", said(outcome)))
        .collect();
    match heard.is_empty() {
        true => match otherwise {
            "nothing" => otherwise.to_owned(),
            state => format!("`{state}`"),
        },
        false => heard.join(" AND "),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
