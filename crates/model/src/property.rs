//! What is promised, in the words of the design, and what must be reachable so that the promises
//! are not empty.

use stateright::Property;
use switch::{Finality, State};

use crate::{
    Entry, Ground, HubTime, Message, PayeeTime, Payment, Protocol, Said, Side, Told, Verdict, World,
};

/// A sentence and the predicate that it stands for.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The sentence.
    pub name: &'static str,
    kind: Kind,
    pub(crate) holds: fn(&Protocol, &World) -> bool,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// A promise: it holds at every moment of every run.
    Promise,
    /// Something that happens in some run, in the searches for which the predicate holds.
    Happens(fn(&Protocol) -> bool),
}

impl Rule {
    /// Whether it is a promise, and not something that only has to be reachable.
    pub fn is_promise(&self) -> bool {
        match self.kind {
            Kind::Promise => true,
            Kind::Happens(_) => false,
        }
    }

    pub(crate) fn is_of(&self, protocol: &Protocol) -> bool {
        match self.kind {
            Kind::Promise => true,
            Kind::Happens(is_of) => protocol.mutation.is_none() && is_of(protocol),
        }
    }

    pub(crate) fn for_search(&self) -> Property<Protocol> {
        match self.kind {
            Kind::Promise => Property::always(self.name, self.holds),
            Kind::Happens(_) => Property::sometimes(self.name, self.holds),
        }
    }
}

const fn promise(name: &'static str, holds: fn(&Protocol, &World) -> bool) -> Rule {
    let kind = Kind::Promise;
    Rule { name, kind, holds }
}

const fn happens(
    name: &'static str,
    is_of: fn(&Protocol) -> bool,
    holds: fn(&Protocol, &World) -> bool,
) -> Rule {
    let kind = Kind::Happens(is_of);
    Rule { name, kind, holds }
}

/// Every rule.
pub const PROPERTIES: &[Rule] = &[
    promise(
        "a payment has one outcome, the same for all who hear it",
        one_outcome,
    ),
    promise(
        "what anybody was told is in the journal, whoever crashed since",
        told_is_kept,
    ),
    promise(
        "the shop is credited if and only if the payer is debited, or the payment has an owner",
        credited_and_debited,
    ),
    promise("a late ask is rejected", late_ask_is_rejected),
    promise(
        "after an outcome a repeated ask changes nothing",
        repeated_ask_changes_nothing,
    ),
    promise("a cancel never undoes a completion", cancel_undoes_nothing),
    promise(
        "who was not found after expiry and skew is never credited",
        not_found_is_certain,
    ),
    promise(
        "after faults stop, everybody who must hears the outcome",
        all_hear,
    ),
    happens("a payment completes", always, |_, world| {
        ends(world, Said::Completed)
    }),
    happens("a payment is cancelled", always, |_, world| {
        ends(world, Said::Cancelled)
    }),
    happens(
        "a payment is refused",
        |protocol| !protocol.case.begins_asked,
        |_, world| ends(world, Said::Refused),
    ),
    happens(
        "the hub is down while the payee's side has accepted and the payment is open",
        always,
        |_, world| {
            let is_open = |(payment, entry): (&Payment, &Entry)| {
                payment.payee.answer == Some(Verdict::Accepted) && !entry.state.is_final()
            };
            world.writer.is_none() && each(world).any(is_open)
        },
    ),
    happens(
        "a former writer is fenced with an outcome in its batch",
        |protocol| protocol.case.faults.takes_over,
        old_writer_has_outcome,
    ),
    happens(
        "a doubt is settled by evidence",
        is_immediate,
        |_, world| settled(world, Ground::Evidence),
    ),
    happens(
        "a doubt is settled by not found",
        is_immediate,
        |_, world| settled(world, Ground::NotFound),
    ),
    happens(
        "a doubt is decided by its deadline",
        is_immediate,
        |_, world| settled(world, Ground::DoubtExpired),
    ),
    happens(
        "the deadline of a doubt decides wrongly, which the loss-bearer pays",
        is_immediate,
        |_, world| {
            each(world).any(|(payment, entry)| {
                let was_credited = payment.payee.has_credited;
                let is_debited = payment.payer.told.has(Said::Completed);
                entry.ground == Ground::DoubtExpired && was_credited != is_debited
            })
        },
    ),
    happens(
        "an acceptance comes too late on a rail that confirms",
        |protocol| !is_immediate(protocol),
        |_, world| {
            each(world).any(|(payment, entry)| {
                payment.payee.answer == Some(Verdict::Accepted) && entry.state == State::Cancelled
            })
        },
    ),
    happens(
        "two outcomes stand in a stream, and the later one is on its way",
        |protocol| protocol.case.payments > 1,
        |_, world| {
            let mut wires = world.wires.iter();
            wires.any(|m| matches!(m, Message::Outcome { position, .. } if *position > 1))
        },
    ),
];

fn each(world: &World) -> impl Iterator<Item = (&Payment, &Entry)> {
    world.payments.iter().zip(&world.journal.entries)
}

fn one_outcome(_: &Protocol, world: &World) -> bool {
    each(world).all(|(payment, entry)| {
        let told = payment.payer.told.and(payment.payee.told);
        told.outcomes() <= 1 && entry.outcomes.outcomes() <= 1
    })
}

fn told_is_kept(_: &Protocol, world: &World) -> bool {
    each(world).all(|(payment, entry)| {
        let is_kept = |told: Told| {
            let outcome_is = |said| !told.has(said) || Said::of(entry.state) == Some(said);
            let is_known = !told.has(Said::Taken) || entry.state != State::Unknown;
            let outcomes = [Said::Completed, Said::Cancelled, Said::Refused];
            is_known && outcomes.into_iter().all(outcome_is)
        };
        is_kept(payment.payer.told) && is_kept(payment.payee.told)
    })
}

/// The payer is debited when its side heard "completed", and never before. The owner of an open
/// payment is the hub and its next deadline; of one that the deadline of a doubt decided, whoever
/// the corridor names for the loss.
fn credited_and_debited(_: &Protocol, world: &World) -> bool {
    each(world).all(|(payment, entry)| {
        let payee = &payment.payee;
        let is_debited = payment.payer.told.has(Said::Completed);
        let owes = payee.answer == Some(Verdict::Accepted);
        let is_open = matches!(entry.state, State::Asked | State::InDoubt);
        let has_loss_bearer = entry.ground == Ground::DoubtExpired;
        let credited_rightly = entry.state == State::Completed || is_open || has_loss_bearer;
        (!is_debited || owes || has_loss_bearer) && (!payee.has_credited || credited_rightly)
    })
}

fn late_ask_is_rejected(_: &Protocol, world: &World) -> bool {
    each(world).all(|(payment, _)| !payment.payee.undertook_late)
}

fn repeated_ask_changes_nothing(_: &Protocol, world: &World) -> bool {
    each(world).all(|(payment, _)| !payment.payee.changed_after_outcome)
}

fn cancel_undoes_nothing(_: &Protocol, world: &World) -> bool {
    each(world).all(|(_, entry)| {
        let outcomes = entry.outcomes;
        !(outcomes.has(Said::Completed) && outcomes.has(Said::Cancelled))
    })
}

fn not_found_is_certain(_: &Protocol, world: &World) -> bool {
    each(world).all(|(payment, entry)| {
        let payee = &payment.payee;
        let may_still_accept = payee.answer.is_none()
            && payment.payee_time == PayeeTime::InTime
            && !payee.told.has_outcome();
        let is_certain = payee.answer != Some(Verdict::Accepted) && !may_still_accept;
        entry.ground != Ground::NotFound || is_certain
    })
}

/// Where a run ends, the hub has decided every payment that it was asked for, the payer's side
/// knows how, and so does the payee's side wherever it undertook anything; and the hub knows that
/// they know.
fn all_hear(protocol: &Protocol, world: &World) -> bool {
    if !protocol.is_quiet(world) {
        return true;
    }
    let book = &world.journal;
    let is_noted = |side: Side| *side.of(&book.noted) == side.of(&book.streams).len();
    each(world).all(|(payment, entry)| {
        let payer_knows = !payment.payer.has_begun || payment.payer.told.has_outcome();
        let undertook = payment.payee.answer == Some(Verdict::Accepted);
        let payee_knows = !undertook || payment.payee.told.has_outcome();
        let is_decided = entry.state == State::Unknown || entry.state.is_final();
        payer_knows && payee_knows && is_decided
    }) && Side::ALL.into_iter().all(is_noted)
}

fn always(_: &Protocol) -> bool {
    true
}

fn is_immediate(protocol: &Protocol) -> bool {
    protocol.case.finality == Finality::Immediate
}

/// Everybody who must heard it.
fn ends(world: &World, said: Said) -> bool {
    each(world).any(|(payment, entry)| {
        let is_asked = payment.payee.answer.is_some();
        let payee_knows = !is_asked || payment.payee.told.has(said);
        Said::of(entry.state) == Some(said) && payment.payer.told.has(said) && payee_knows
    })
}

/// Only a doubt lets the clock go beyond `Expired`.
fn settled(world: &World, ground: Ground) -> bool {
    each(world).any(|(payment, entry)| {
        payment.hub_time > HubTime::Expired && entry.state.is_final() && entry.ground == ground
    })
}

fn old_writer_has_outcome(_: &Protocol, world: &World) -> bool {
    let Some(old) = &world.old_writer else {
        return false;
    };
    let memory = old.memory();
    let pairs = memory.entries.iter().zip(&world.journal.entries);
    let differ = |(mine, theirs): (&Entry, &Entry)| {
        mine.state.is_final() && theirs.state.is_final() && mine.state != theirs.state
    };
    pairs.into_iter().any(differ)
}
