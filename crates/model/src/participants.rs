//! The two sides: what they write down, in which order, and what they answer.

use switch::Finality;

use crate::{
    Choice, Fate, Message, Mutation, Payee, PayeeTime, Protocol, Said, Side, Verdict, World,
};

impl Protocol {
    /// A message reaches a side. What it writes and what it answers are one commit and then a
    /// message: a crash between them keeps the first and loses the second.
    pub(crate) fn side_hears(
        &self,
        world: &mut World,
        message: Message,
        choice: Choice,
        fate: Fate,
    ) -> Option<()> {
        let before = (world.payments.clone(), world.noted);
        let answer = match message {
            Message::Reply(id, said) => {
                world.payments.get_mut(id)?.payer.told.note(said);
                None
            }
            Message::Ask(id) => Some(self.asked(world, id, choice)?),
            Message::LookUp { id, is_late } => {
                let known = world.payments.get(id)?.payee.answer;
                let verdict = known.unwrap_or(Verdict::NotFound { is_late });
                Some(Message::Answer(id, verdict))
            }
            Message::Outcome {
                to,
                position,
                id,
                said,
            } => self.told(world, to, position, id, said)?,
            Message::Pay(_) | Message::Cancel(_) | Message::Answer(..) | Message::Noted { .. } => {
                return None;
            }
        };
        match fate {
            Fate::Once | Fate::Twice => world.wires.extend(answer),
            Fate::Crash => {
                if self.is(Mutation::AnswerBeforeWritten) {
                    (world.payments, world.noted) = before;
                    world.wires.extend(answer);
                }
            }
        }
        Some(())
    }

    /// The payee's side decides an ask once, and says no to what comes too late.
    fn asked(&self, world: &mut World, id: usize, choice: Choice) -> Option<Message> {
        let payment = world.payments.get_mut(id)?;
        let is_late = payment.payee_time == PayeeTime::Expired;
        let payee = &mut payment.payee;
        let is_over = payee.told.has_outcome();
        let honours_late = self.is(Mutation::LateAskHonoured) && is_late;
        let honours_over = self.is(Mutation::AskAfterOutcomeHonoured) && is_over;
        let verdict = match payee.answer {
            Some(noted) if !honours_over => noted,
            Some(_) | None => {
                let must_reject = (is_late && !honours_late) || (is_over && !honours_over);
                match choice {
                    Choice::Yes if !must_reject => Verdict::Accepted,
                    Choice::Yes | Choice::Only | Choice::Refuse | Choice::Wait => Verdict::Rejected,
                }
            }
        };
        if payee.answer != Some(verdict) {
            let undertakes = verdict == Verdict::Accepted;
            payee.undertook_late |= undertakes && is_late;
            payee.changed_after_outcome |= is_over && (undertakes || payee.answer.is_some());
            payee.answer = Some(verdict);
        }
        if verdict == Verdict::Accepted && self.credits_at_once() {
            payee.has_credited = true;
        }
        Some(Message::Answer(id, verdict))
    }

    /// Whether the payee's side credits when it accepts, and not when it hears the outcome.
    pub(crate) fn credits_at_once(&self) -> bool {
        match self.case.finality {
            Finality::Immediate => true,
            Finality::Confirm => self.is(Mutation::NoThirdMessage),
        }
    }

    /// A side books an outcome and notes its position in one commit, and acknowledges after it.
    /// What comes again is acknowledged again; a gap is refused.
    fn told(
        &self,
        world: &mut World,
        to: Side,
        position: usize,
        id: usize,
        said: Said,
    ) -> Option<Option<Message>> {
        let noted = to.of_mut(&mut world.noted);
        let next = noted.saturating_add(1);
        if position > next {
            return Some(None);
        }
        let payment = world.payments.get_mut(id)?;
        if position == next {
            *noted = position;
            match to {
                Side::Payer => payment.payer.told.note(said),
                Side::Payee => payee_told(&mut payment.payee, said),
            }
        } else {
            // The books compare what was noted with what is said again.
            match to {
                Side::Payer => payment.payer.told.note(said),
                Side::Payee => payment.payee.told.note(said),
            }
        }
        let position = *noted;
        Some(Some(Message::Noted { from: to, position }))
    }

    /// Whether an ask can be answered either way, so that both have to be tried.
    pub(crate) fn is_free_to_answer(&self, world: &World, id: usize) -> bool {
        let Some(payment) = world.payments.get(id) else {
            return false;
        };
        let is_late = payment.payee_time == PayeeTime::Expired;
        let is_over = payment.payee.told.has_outcome();
        if self.is(Mutation::AskAfterOutcomeHonoured) && is_over {
            return true;
        }
        let may_accept_late = self.is(Mutation::LateAskHonoured);
        payment.payee.answer.is_none() && !is_over && (!is_late || may_accept_late)
    }
}

fn payee_told(payee: &mut Payee, said: Said) {
    payee.told.note(said);
    if said == Said::Completed && payee.answer == Some(Verdict::Accepted) {
        payee.has_credited = true;
    }
}
