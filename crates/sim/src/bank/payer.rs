//! The payer's side: holds its customer's money, pays, and lets go or debits when it knows.

use money::Money;
use switch::{CodeHold, Digest, ItemId, PayInput, Quote, QuoteInput, Refusal, Span, State, Time};

use super::{Bank, Ways};
use crate::dice::Dice;
use crate::message::{Request, Word};
use crate::oracle::End;
use crate::plan::{Plan, code_hold};
use crate::stage::{Event, Stage};

/// How far a payment of a customer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Quoting,
    /// Has an offer and thinks.
    Thinking,
    Paying,
    /// The hub has it; the outcome will come.
    Waiting,
    Cancelling,
    /// Never became a payment.
    Dropped,
    Ended(End),
}

#[derive(Debug)]
pub(crate) struct Intent {
    pub(crate) plan: Plan,
    pub(crate) step: Step,
    pub(crate) quote: Option<Quote>,
    code: Option<CodeHold>,
    /// When its alarm is meant for; older alarms ring in vain.
    pub(crate) due: Time,
    tries: u32,
    paid_at: Option<Time>,
}

impl Intent {
    /// The request, the same however often it is sent.
    fn pay_input(&self) -> Option<PayInput> {
        let plan = &self.plan;
        let mut request = [0; 32];
        for (to, from) in request.iter_mut().zip(plan.id.0.to_be_bytes()) {
            *to = from;
        }
        Some(PayInput {
            payer: plan.payer,
            quote: self.quote?,
            payer_key: plan.payer_key,
            request: Digest(request),
            parties: Digest([2; 32]),
            code: self.code,
            shop: plan.shop,
            category: plan.category,
            screening_clear: plan.is_cleared,
            recalled: None,
        })
    }

    pub(crate) fn end(&self) -> Option<End> {
        match self.step {
            Step::Ended(end) => Some(end),
            Step::Quoting
            | Step::Thinking
            | Step::Paying
            | Step::Waiting
            | Step::Cancelling
            | Step::Dropped => None,
        }
    }
}

impl Bank {
    /// A customer scans a code.
    pub(crate) fn scan(&mut self, stage: &mut Stage<'_>, plan: Plan) {
        let id = plan.id;
        stage.oracle.note(stage.now, id, || {
            format!(
                "a customer of {} scans a code of {} for {}",
                crate::network::name(plan.payer),
                crate::network::name(plan.payee),
                crate::oracle::money_words(plan.price),
            )
        });
        let intent = Intent {
            code: plan.code.map(|code| code_hold(code, stage.now)),
            plan,
            step: Step::Quoting,
            quote: None,
            due: stage.now,
            tries: 0,
            paid_at: None,
        };
        self.intents.insert(id, Box::new(intent));
        self.ask_for_quote(stage, id);
    }

    fn ask_for_quote(&mut self, stage: &mut Stage<'_>, id: ItemId) {
        let Some(intent) = self.intents.get_mut(&id) else {
            return;
        };
        if intent.tries > 4 {
            self.over(id, Step::Dropped);
            return;
        }
        let plan = &intent.plan;
        let input = QuoteInput {
            payer: plan.payer,
            id,
            payee: plan.payee,
            scheme: plan.scheme.to_owned(),
            amount: plan.price,
            payer_currency: None,
        };
        self.request(stage, id, Request::Quote(input));
        self.try_later(stage, id);
    }

    /// Twice as long after each try, up to 8 s.
    fn try_later(&mut self, stage: &mut Stage<'_>, id: ItemId) {
        let who = self.who;
        if let Some(intent) = self.intents.get_mut(&id) {
            intent.tries = intent.tries.saturating_add(1);
            let doubled = 1_000_u64.checked_shl(intent.tries.min(3)).unwrap_or(8_000);
            let mut dice = Dice::of(u64::from(intent.tries), "pause", id.0);
            let pause = dice.millis(doubled / 2, doubled);
            intent.due = stage.now.after(pause);
            stage.after(pause, Event::Alarm(who, id));
        }
    }

    pub(super) fn go_on_with_payment(&mut self, stage: &mut Stage<'_>, ways: &Ways, id: ItemId) {
        let Some(intent) = self.intents.get_mut(&id) else {
            return;
        };
        if stage.now < intent.due {
            return;
        }
        let is_tired = intent.paid_at.zip(intent.plan.gives_up);
        let is_tired = is_tired.is_some_and(|(at, span)| stage.now >= at.after(span));
        match intent.step {
            Step::Quoting => self.ask_for_quote(stage, id),
            Step::Thinking => {
                intent.step = Step::Paying;
                intent.tries = 0;
                intent.paid_at = Some(stage.now);
                for _ in 0..intent.plan.storm.max(1) {
                    self.pay(stage, id);
                }
                self.try_later(stage, id);
            }
            Step::Paying if !is_tired && intent.tries < 12 => {
                self.pay(stage, id);
                self.try_later(stage, id);
            }
            Step::Waiting if !is_tired => {
                // It was told nothing for long: it looks, or sends the same again.
                let mut dice = Dice::of(ways.seed, "look", id.0 ^ u128::from(intent.tries));
                if dice.chance(5_000) {
                    self.request(stage, id, Request::Status(self.who, id));
                } else {
                    self.pay(stage, id);
                }
                self.try_later(stage, id);
            }
            Step::Paying | Step::Waiting | Step::Cancelling => {
                intent.step = Step::Cancelling;
                self.request(stage, id, Request::Cancel(self.who, id));
                self.try_later(stage, id);
            }
            Step::Dropped | Step::Ended(_) => {}
        }
    }

    /// Some of what ended is sent once more, long after; tells how much.
    pub(crate) fn ask_again(&mut self, stage: &mut Stage<'_>, most: usize) {
        let every = self.ended.len().checked_div(most).unwrap_or(1).max(1);
        let some = self.ended.iter().step_by(every).take(most);
        let inputs: Vec<PayInput> = some.filter_map(Intent::pay_input).collect();
        for input in inputs {
            self.request(stage, input.quote.id, Request::Pay(input));
        }
    }

    fn pay(&mut self, stage: &mut Stage<'_>, id: ItemId) {
        let intent = self.intents.get(&id);
        let Some(input) = intent.and_then(|intent| intent.pay_input()) else {
            return;
        };
        stage
            .oracle
            .note(stage.now, id, || "its bank pays".to_owned());
        self.request(stage, id, Request::Pay(input));
    }

    pub(super) fn hear_of_payment(
        &mut self,
        stage: &mut Stage<'_>,
        ways: &Ways,
        id: ItemId,
        word: Word,
    ) {
        let who = self.who;
        let Some(intent) = self.intents.get_mut(&id) else {
            return;
        };
        match word {
            Word::Quoted(quote) if intent.step == Step::Quoting => {
                if !is_sound(&quote, intent.plan.price) {
                    let words = format!("an offer that does not add up: {quote:?}");
                    stage.oracle.violation(AS_AGREED, Some(id), words);
                }
                intent.step = Step::Thinking;
                intent.quote = Some(quote);
                let thinks = intent.plan.thinks;
                let left = Span(quote.expires_at.0.saturating_sub(stage.clock.0).max(0));
                let wait = match intent.plan.hoards && !ways.is_calm {
                    // A moment before the end, or a moment after it.
                    true => Span(
                        left.0
                            .saturating_add(thinks.0 / 100)
                            .saturating_sub(30_000_000),
                    ),
                    false => thinks.min(Span(left.0 / 2)),
                };
                let wait = Span(wait.0.max(0));
                intent.due = stage.now.after(wait);
                stage.after(wait, Event::Alarm(who, id));
            }
            Word::Item(_, state) => match End::of(state) {
                Some(end) => self.end_payment(stage, id, end),
                None => {
                    if let Some(intent) = self.intents.get_mut(&id)
                        && intent.step == Step::Paying
                    {
                        intent.step = Step::Waiting;
                    }
                }
            },
            Word::Refused(_, refusal) => self.hear_refusal(stage, id, refusal),
            Word::Closed(_, refusal) => {
                let end = refusal.map_or(End::Forbidden, End::Refused);
                self.end_payment(stage, id, end);
            }
            Word::Quoted(_) | Word::NotFound(_) | Word::Again | Word::Done | Word::Action(_) => {}
        }
    }

    fn hear_refusal(&mut self, stage: &mut Stage<'_>, id: ItemId, refusal: Refusal) {
        let Some(intent) = self.intents.get_mut(&id) else {
            return;
        };
        match (intent.step, refusal) {
            // No offer: the customer sees it and goes.
            (Step::Quoting, _) => {
                self.over(id, Step::Dropped);
            }
            (_, Refusal::PayerIdForbidden) => self.end_payment(stage, id, End::Forbidden),
            // Nothing was used up; it goes on until it knows.
            (_, Refusal::PayerIdConflict | Refusal::PayerIdInUse | Refusal::OursFull) => {}
            (_, _final) => self.end_payment(stage, id, End::Refused(refusal)),
        }
    }

    /// Whether it was still open.
    fn over(&mut self, id: ItemId, step: Step) -> bool {
        let Some(mut intent) = self.intents.remove(&id) else {
            return false;
        };
        intent.step = step;
        self.ended.push(*intent);
        true
    }

    /// The hold is let go, or the customer debited.
    pub(super) fn end_payment(&mut self, stage: &mut Stage<'_>, id: ItemId, end: End) {
        let who = self.who;
        if !self.over(id, Step::Ended(end)) {
            return;
        }
        stage.oracle.told_end(who, who, id, end);
        let words = match end {
            End::Completed => "debits its customer",
            End::Cancelled | End::Refused(_) | End::Forbidden => "lets the money go",
        };
        stage.oracle.note(stage.now, id, || {
            format!("{} {words} ({end:?})", crate::network::name(who))
        });
    }

    /// Whether the outcome says of the amounts what the customer agreed to.
    pub(super) fn check_amounts(&self, stage: &mut Stage<'_>, outcome: &crate::message::Outcome) {
        let Some(intent) = self.intents.get(&outcome.id) else {
            return;
        };
        let agreed = intent
            .quote
            .map(|quote| (quote.terms.amount, quote.payer_amount));
        let told = Some((outcome.amount, outcome.payer_amount));
        if outcome.state == State::Completed && agreed != told {
            let words = format!("agreed on {agreed:?}, told {told:?}");
            stage.oracle.violation(AS_AGREED, Some(outcome.id), words);
        }
    }
}

const AS_AGREED: &str = "amounts as agreed";

/// Whether an offer adds up, worked out here in another way than the hub does: what is exchanged
/// is less than one unit away from price times rate, and fees come on top.
fn is_sound(quote: &Quote, price: Money) -> bool {
    let terms = &quote.terms;
    let (base, scale) = (terms.rate.base(), u32::from(terms.rate.scale()));
    let mantissa = u128::from(terms.rate.mantissa());
    let one = 10_u128.checked_pow(scale).unwrap_or(u128::MAX);
    let amount = u128::from(price.amount.minor());
    let principal = u128::from(terms.principal.amount.minor());
    let (exact, given, unit) = match base == price.currency {
        true => (
            amount.saturating_mul(mantissa),
            principal.saturating_mul(one),
            one,
        ),
        false => (
            amount.saturating_mul(one),
            principal.saturating_mul(mantissa),
            mantissa,
        ),
    };
    let paid = principal.saturating_add(u128::from(terms.customer_fee.minor()));
    terms.amount == price
        && exact.abs_diff(given) < unit
        && u128::from(quote.payer_amount.amount.minor()) == paid
}
