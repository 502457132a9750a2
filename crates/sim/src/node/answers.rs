//! What the writer said becomes what a caller is told.

use engine::request::{Next, Told};
use engine::{Answer, No};
use projection::{Ask, Home};
use switch::{Input, ItemId, Operate, ParticipantId, Refusal, Reply, State};

use super::{About, Node, Pace, Shown, Spoken, Ticket};
use crate::message::{Body, Party, Word};
use crate::stage::{Event, Stage};
use crate::tamper::Tamper;

impl Node {
    pub(super) fn heard(
        &mut self,
        stage: &mut Stage<'_>,
        tamper: &dyn Tamper,
        pace: Pace,
        spoken: Spoken,
    ) {
        let number = spoken.ticket;
        let Some(mut ticket) = self.tickets.remove(&number) else {
            return;
        };
        match &mut ticket.about {
            About::Request(request, ..) => {
                let next = request.answered(spoken.answer);
                self.go_on(stage, tamper, pace, (number, ticket), next, spoken.shown);
            }
            About::Plain(_, id) => {
                let word = plain(*id, spoken.answer);
                self.reply(stage, tamper, ticket.from, None, word);
            }
            About::Status(who, id) => {
                let (who, id) = (*who, *id);
                self.hear_status(stage, tamper, (number, ticket), who, id, spoken);
            }
            About::Answered(who, call, _) => {
                let (who, call) = (*who, *call);
                self.keep_evidence(stage, &ticket.about, &spoken.answer);
                let is_taken = spoken.answer.is_ok();
                let caller = self.callers.iter_mut().find(|caller| caller.who() == who);
                if let Some(caller) = caller {
                    match is_taken {
                        true => caller.answered(call),
                        false => caller.failed(call, stage.now),
                    }
                }
            }
        }
    }

    /// The item was decided while the call was under way, and has left memory: what was said may
    /// still be evidence against the outcome.
    fn keep_evidence(&mut self, stage: &mut Stage<'_>, about: &About, answer: &Answer) {
        let About::Answered(_, _, Input::Answer { from, id, verdict }) = about else {
            return;
        };
        if *answer != Err(No::Refused(Refusal::PayeeNotParty)) {
            return;
        }
        let ask = Ask {
            id: *id,
            requester: None,
            payment: None,
        };
        let past = self.chase.tables().past(ask).ok();
        if let Some(found) = past.and_then(|past| past.item) {
            let evidence = Operate::Evidence {
                from: *from,
                item: Box::new(found.item),
                verdict: *verdict,
            };
            let input = Box::new(Input::Operate(Box::new(evidence)));
            let about = About::Plain(input, *id);
            self.ticket(Ticket { from: None, about });
            self.work_soon(stage);
        }
    }

    /// A look that found nothing in memory goes on to the tables if something has left.
    fn hear_status(
        &mut self,
        stage: &mut Stage<'_>,
        tamper: &dyn Tamper,
        (number, ticket): (u64, Ticket),
        who: ParticipantId,
        id: ItemId,
        spoken: Spoken,
    ) {
        if spoken.answer.is_err() {
            self.reply(stage, tamper, ticket.from, None, Word::Again);
            return;
        }
        let has_left = self.writer.view().switch.left_seq() > 0;
        let word = match spoken.shown {
            Some(Shown::Item(requester, state)) if requester == who => Word::Item(id, state),
            Some(Shown::Closed(refusal)) => Word::Closed(id, refusal),
            Some(Shown::Item(..)) | None if !has_left => Word::NotFound(id),
            Some(Shown::Item(..)) | None => {
                self.tickets.insert(number, ticket);
                let at = stage.now.after(crate::limits::LOOK);
                stage.later.push((at, Event::Look(self.number, number)));
                return;
            }
        };
        self.reply(stage, tamper, ticket.from, Some(who), word);
    }

    fn go_on(
        &mut self,
        stage: &mut Stage<'_>,
        tamper: &dyn Tamper,
        pace: Pace,
        (number, ticket): (u64, Ticket),
        next: Next,
        shown: Option<Shown>,
    ) {
        let About::Request(_, id, whose) = &ticket.about else {
            return;
        };
        let (id, whose) = (*id, *whose);
        match next {
            Next::Give => {
                self.tickets.insert(number, ticket);
                self.waiting.push(number);
                self.work_soon(stage);
            }
            Next::Look(_) => {
                self.tickets.insert(number, ticket);
                let at = stage.now.after(pace.look);
                stage.later.push((at, Event::Look(self.number, number)));
            }
            Next::Told(told) => {
                let word = word(id, told, shown, tamper);
                let word = match whose.withdraws {
                    true => tamper.withdrawn(word),
                    false => word,
                };
                let who = (!whose.offers).then_some(whose.who);
                self.reply(stage, tamper, ticket.from, who, word);
            }
        }
    }

    /// The tables are looked into for a ticket.
    pub(crate) fn look(
        &mut self,
        stage: &mut Stage<'_>,
        tamper: &dyn Tamper,
        pace: Pace,
        number: u64,
    ) {
        let Some(mut ticket) = self.tickets.remove(&number) else {
            return;
        };
        // In this order: what has left by now was in the tables before.
        let left = self.writer.view().switch.left_seq();
        let ask = match &ticket.about {
            About::Request(request, ..) => request.ask(),
            About::Status(who, id) => Ask {
                id: *id,
                requester: Some(*who),
                payment: None,
            },
            About::Plain(..) | About::Answered(..) => return,
        };
        let looked = self.chase.tables().past(ask);
        for words in self.chase.tables().differences() {
            stage.oracle.violation("both tables agree", None, words);
        }
        let Ok(mut past) = looked else {
            self.reply(stage, tamper, ticket.from, None, Word::Again);
            return;
        };
        tamper.past(&mut past);
        match &mut ticket.about {
            About::Request(request, ..) => {
                let store = self.writer.journal().store().clone();
                let recorded = |seq| engine::request::recorded(&store.row(seq)?);
                let next = request.looked(past, left, recorded);
                self.go_on(stage, tamper, pace, (number, ticket), next, None);
            }
            About::Status(who, id) => {
                let who = *who;
                let item = past.item.filter(|found| found.item.requester == who);
                let word = match (past.seq < left, item, past.closed) {
                    (true, _, _) => Word::Again,
                    (false, Some(found), _) => Word::Item(*id, found.item.state),
                    (false, None, Some(closed)) => Word::Closed(*id, closed.refusal),
                    (false, None, None) => Word::NotFound(*id),
                };
                self.reply(stage, tamper, ticket.from, Some(who), word);
            }
            About::Plain(..) | About::Answered(..) => {}
        }
    }

    /// What leaves the hub is what somebody may rely on from now on.
    fn reply(
        &mut self,
        stage: &mut Stage<'_>,
        tamper: &dyn Tamper,
        to: Option<(Party, u64)>,
        who: Option<ParticipantId>,
        word: Word,
    ) {
        let word = tamper.word(word);
        let Some((party, call)) = to else { return };
        if let Some(who) = who {
            self.witness(stage, who, &word);
        }
        let body = Body::Reply(Box::new(word));
        stage.send(Party::Node(self.number), party, call, body);
    }

    /// For a payment's history.
    fn name(&self) -> &'static str {
        match self.is_deposed {
            true => "the node that was taken over from",
            false => "the hub",
        }
    }

    fn witness(&self, stage: &mut Stage<'_>, who: ParticipantId, word: &Word) {
        match word {
            Word::Item(id, state) => {
                let state = *state;
                stage.oracle.note(stage.now, *id, || {
                    format!("{} answers that it is {state:?}", self.name())
                });
                stage.oracle.told_state(who, who, *id, state);
            }
            Word::Closed(id, refusal) => {
                let end =
                    refusal.map_or(crate::oracle::End::Forbidden, crate::oracle::End::Refused);
                stage.oracle.note(stage.now, *id, || {
                    format!("{} answers {end:?}", self.name())
                });
                stage.oracle.told_end(who, who, *id, end);
            }
            Word::Refused(id, refusal) => {
                let refusal = *refusal;
                stage.oracle.note(stage.now, *id, || {
                    format!("{} refuses: {refusal:?}", self.name())
                });
                if let Some(end) = crate::oracle::End::of_refusal(refusal) {
                    stage.oracle.told_end(who, who, *id, end);
                }
            }
            Word::NotFound(id) => stage.oracle.told_not_found(who, *id),
            Word::Quoted(_) | Word::Again | Word::Done | Word::Action(_) => {}
        }
    }

    /// A planted bug: what the core would say leaves before it is durable.
    pub(super) fn answer_early(
        &mut self,
        stage: &mut Stage<'_>,
        tamper: &dyn Tamper,
        now: switch::Time,
        tickets: &[u64],
    ) {
        for number in tickets {
            let Some(ticket) = self.tickets.get(number) else {
                continue;
            };
            let About::Request(request, id, whose) = &ticket.about else {
                continue;
            };
            let (from, id, who) = (ticket.from, *id, whose.who);
            let decision = self.writer.view().switch.decide(now, &request.input());
            let is_taken = decision.reply == Ok(Reply::Item(id));
            if is_taken && !decision.records.is_empty() {
                let word = Word::Item(id, State::Asked);
                self.reply(stage, tamper, from, Some(who), word);
            }
        }
    }
}

fn plain(id: ItemId, answer: Answer) -> Word {
    match answer {
        Ok(Reply::Action(id)) => Word::Action(id),
        Ok(
            Reply::Done
            | Reply::Quoted(_)
            | Reply::Item(_)
            | Reply::Closed(..)
            | Reply::Participant(_)
            | Reply::Corridor(_)
            | Reply::Window(_)
            | Reply::Ticked(_),
        ) => Word::Done,
        Err(No::Refused(refusal)) => Word::Refused(id, refusal),
        Err(No::Unavailable | No::Busy) => Word::Again,
    }
}

fn word(id: ItemId, told: Told, shown: Option<Shown>, tamper: &dyn Tamper) -> Word {
    match (told, shown) {
        (Told::Quoted(mut quote), _) => {
            tamper.quote(&mut quote);
            Word::Quoted(*quote)
        }
        (Told::Item(_), Some(Shown::Item(_, state))) => Word::Item(id, state),
        (Told::Closed(..), Some(Shown::Closed(refusal))) => Word::Closed(id, refusal),
        // The writer shows what it answers about, in the same breath.
        (Told::Item(_) | Told::Closed(..), _) => Word::Again,
        (Told::Past(past), _) => Word::Item(id, past.item.state),
        (Told::PastClosed(closed), _) => Word::Closed(id, closed.refusal),
        (Told::Refused(refusal), _) => Word::Refused(id, refusal),
        (Told::Again(_), _) => Word::Again,
    }
}
