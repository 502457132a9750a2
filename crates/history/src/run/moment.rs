//! A moment of payments and refunds: offers, one batch of requests, and the answers that follow.

use engine::No;
use engine::request::{Request, Told};
use money::Money;
use switch::{
    Digest, Finality, Input, ItemId, Kind, ParticipantId, PayInput, Quote, QuoteInput, RefundInput,
    Refusal, Reply, Span, State, Time, Verdict,
};

use super::{Day, Event, Refund, Run};
use crate::HistoryError;
use crate::draw::{ANSWERS_MS, Doubt, Fate, WITHDRAWN_AT, Wish};
use crate::hub::item_of;
use crate::limits::BATCH_MAX;
use crate::network::{INSTITUTIONS, TO_JAPAN, amount};
use crate::season::Direction;

/// When the asks of a moment are over: an ask has 20 s.
const OVER: Span = Span::from_seconds(21);

/// What will be said about the items of one batch, and when.
#[derive(Debug, Default)]
struct Answers {
    by_time: [Vec<Input>; ANSWERS_MS.len()],
    silent: Vec<(ItemId, ParticipantId, Doubt)>,
}

impl Run<'_> {
    pub(super) fn moment(
        &mut self,
        at: Time,
        day: Day,
        counts: [u64; 2],
    ) -> Result<(), HistoryError> {
        let mut wishes = Vec::new();
        for (way, count) in Direction::ALL.into_iter().zip(counts) {
            let place = (day.number, day.is_expo_open);
            let (shops, names) = (&self.shops, self.names);
            let made = self.wishes.moment((way, count), place, (shops, names), at);
            wishes.extend(made?);
        }
        // Towards Japan the first day begins at noon.
        let opens = self.opens().unwrap_or(at);
        let mut at = at.max(opens.after(Span::from_seconds(60)));
        for wishes in wishes.chunks(BATCH_MAX.saturating_sub(INSTITUTIONS.len())) {
            at = self.after_head(at);
            self.pay(at, wishes)?;
            at = at.after(Span::from_seconds(2));
        }
        let later = self.refunds.split_off(&(at, ItemId(u128::MAX)));
        let due = std::mem::replace(&mut self.refunds, later);
        let due: Vec<Refund> = due.into_values().collect();
        for refunds in due.chunks(BATCH_MAX) {
            at = self.after_head(at);
            self.refund(at, refunds)?;
            at = at.after(Span::from_seconds(2));
        }
        Ok(())
    }

    fn opens(&self) -> Option<Time> {
        let mut corridors = self.hub.switch().corridors_now();
        let to_japan = corridors.find(|corridor| corridor.at.id == TO_JAPAN);
        to_japan.map(|corridor| corridor.active_from)
    }

    fn pay(&mut self, at: Time, wishes: &[Wish]) -> Result<(), HistoryError> {
        let mut taken = Vec::new();
        let mut inputs = Vec::new();
        for wish in wishes {
            self.tally.wished = self.tally.wished.saturating_add(1);
            match self.offer(at, wish) {
                Ok(quote) => {
                    inputs.push(pay_input(wish, quote));
                    taken.push(wish);
                }
                Err(refusal) => self.tally.note_not_offered(refusal),
            }
        }
        // What was told since the last moment is noted in the same batch.
        inputs.extend(self.acknowledgements());
        let given = self.give(at, inputs)?;
        let mut answers = Answers::default();
        for (wish, answer) in taken.into_iter().zip(&given.answers) {
            if let Err(No::Refused(refusal)) = answer {
                self.tally.note_refused(&Kind::Payment, *refusal);
            }
            let Some(id) = item_of(answer) else { continue };
            let (payee, payer) = (wish.shop.payee, wish.payer);
            let is_immediate = self.finality(payee) == Finality::Immediate;
            answers.add((id, payee, payer), wish.fate, is_immediate);
            if let (Fate::Answered(_, Verdict::Accepted), Some((after, percent))) =
                (wish.fate, wish.refund)
            {
                self.plan_refund(at.after(after), wish, percent)?;
            }
        }
        self.plan_answers(at, answers);
        Ok(())
    }

    fn offer(&self, at: Time, wish: &Wish) -> Result<Quote, Refusal> {
        let scheme = match wish.way {
            Direction::ToJapan => "JPQR",
            Direction::ToCambodia => "KHQR",
        };
        let input = Input::Quote(QuoteInput {
            payer: wish.payer,
            id: wish.id,
            payee: wish.shop.payee,
            scheme: scheme.to_owned(),
            amount: wish.amount,
            payer_currency: None,
        });
        match self.hub.ask(at, &input).reply {
            Ok(Reply::Quoted(quote)) => Ok(quote),
            Ok(_) => Err(Refusal::PolicyInvalid),
            Err(refusal) => Err(refusal),
        }
    }

    fn finality(&self, participant: ParticipantId) -> Finality {
        let known = self.hub.switch().participant(participant);
        known.map_or(Finality::Confirm, |known| known.finality)
    }

    fn plan_refund(&mut self, at: Time, wish: &Wish, percent: u64) -> Result<(), HistoryError> {
        let whole = wish.amount.amount.minor();
        let part = match percent {
            100 => whole,
            percent => (whole.saturating_mul(percent) / 100).max(1),
        };
        let refund = Refund {
            payment: wish.id,
            payee: wish.shop.payee,
            payer: wish.payer,
            amount: Money::new(wish.amount.currency, amount(part)?),
        };
        self.refunds.insert((at, wish.id), refund);
        Ok(())
    }

    fn refund(&mut self, at: Time, refunds: &[Refund]) -> Result<(), HistoryError> {
        let requests = refunds.iter().map(|refund| {
            Request::refund(RefundInput {
                payee: refund.payee,
                id: self.wishes.id(),
                payment: refund.payment,
                amount: refund.amount,
                request: Digest(self.wishes.bytes()),
                recalled: None,
            })
        });
        let requests: Vec<Request> = requests.collect();
        let (told, decided) = self.hub.request(at, requests)?;
        self.count(&decided);
        let mut answers = Answers::default();
        for (refund, told) in refunds.iter().zip(told) {
            self.tally.refunds_asked = self.tally.refunds_asked.saturating_add(1);
            let payment = refund.payment;
            let id = match told {
                Told::Item(id) => id,
                Told::Refused(refusal) => {
                    self.tally.note_refused(&Kind::Refund { payment }, refusal);
                    continue;
                }
                Told::Quoted(_) | Told::Past(_) | Told::Closed(..) | Told::PastClosed(_) => {
                    return Err(HistoryError::Value("a refund"));
                }
                Told::Again(_) => return Err(HistoryError::Unavailable("take a refund")),
            };
            let item = self.hub.switch().item(id);
            if item.is_some_and(|item| item.state == State::Waiting) {
                self.tally.refunds_waited = self.tally.refunds_waited.saturating_add(1);
                self.waiting.push((id, refund.payer));
                continue;
            }
            let fate = self.wishes.fate_of_refund();
            let is_immediate = self.finality(refund.payer) == Finality::Immediate;
            answers.add((id, refund.payer, refund.payee), fate, is_immediate);
        }
        self.plan_answers(at, answers);
        Ok(())
    }

    fn plan_answers(&mut self, at: Time, answers: Answers) {
        for (after_ms, inputs) in ANSWERS_MS.into_iter().zip(answers.by_time) {
            if !inputs.is_empty() {
                let after = Span(after_ms.saturating_mul(1_000_000));
                self.plan(at.after(after), Event::Inputs(inputs));
            }
        }
        let over = at.after(OVER);
        if !answers.silent.is_empty() {
            self.plan(over, Event::Over(answers.silent));
        }
        self.busy_until = self.busy_until.max(over.after(Span::from_seconds(1)));
    }

    /// Every participant notes what it was told.
    pub(super) fn acknowledgements(&self) -> Vec<Input> {
        let switch = self.hub.switch();
        let all = INSTITUTIONS.into_iter().filter_map(|participant| {
            let (acknowledged, position) = switch.stream_of(participant);
            (position > acknowledged).then_some(Input::Acknowledge {
                participant,
                position,
            })
        });
        all.collect()
    }
}

impl Answers {
    fn add(
        &mut self,
        (id, creditor, requester): (ItemId, ParticipantId, ParticipantId),
        fate: Fate,
        is_immediate: bool,
    ) {
        let answer = |verdict| Input::Answer {
            from: creditor,
            id,
            verdict,
        };
        match fate {
            Fate::Answered(place, verdict) => self.push(place, answer(verdict)),
            Fate::Silent(doubt) => self.silent.push((id, creditor, doubt)),
            Fate::Withdrawn => {
                let withdraw = Input::Cancel {
                    requester,
                    id,
                    recalled: None,
                };
                self.push(WITHDRAWN_AT, withdraw);
                // A rail that credits at once may have credited: only its answer ends the payment.
                if is_immediate {
                    let last = ANSWERS_MS.len().saturating_sub(1);
                    self.push(last, answer(Verdict::Accepted));
                }
            }
        }
    }

    fn push(&mut self, place: usize, input: Input) {
        if let Some(inputs) = self.by_time.get_mut(place) {
            inputs.push(input);
        }
    }
}

fn pay_input(wish: &Wish, quote: Quote) -> Input {
    Input::Pay(Box::new(PayInput {
        payer: wish.payer,
        quote,
        payer_key: wish.payer_key,
        request: wish.request,
        parties: wish.parties,
        code: wish.code,
        shop: wish.shop.key,
        category: Some(wish.shop.trade.category),
        screening_clear: wish.screening_clear,
        recalled: None,
    }))
}
