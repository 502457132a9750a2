//! Giving some of a payment back, at its own rate and under its own version of the corridor.

use money::{Amount, Money};

use crate::books::Short;
use crate::{
    Decision, Item, Kind, Record, RefundInput, RefundTaken, Refusal, Reply, State, Switch, Time,
    Tried,
};

impl Switch {
    pub(super) fn decide_refund(&self, now: Time, input: &RefundInput) -> Decision {
        if let Some(repeated) = self.repeated_refund(input) {
            return repeated;
        }
        let recalled = input.recalled.as_deref();
        if self.may_have_left(recalled.map(|recalled| recalled.seq)) {
            return Decision::no(Refusal::OursRecall);
        }
        let recalled = recalled.and_then(|recalled| recalled.payment.as_ref());
        let known = self.item(input.payment);
        // A stranger learns nothing and uses up nothing: not even that the payment exists.
        let payment = match known.or(recalled.map(|recalled| &recalled.item)) {
            Some(item) if item.kind == Kind::Payment && item.creditor == input.payee => item,
            Some(_) | None => return Decision::no(Refusal::PayeeNotParty),
        };
        match self.check_refund(now, input, payment) {
            Ok(record) => self.take(now, record, payment),
            Err(refusal) => {
                let (id, requester, request) = (input.id, input.payee, input.request);
                let record = Record::Refused {
                    id,
                    requester,
                    request,
                    refusal,
                    tried: Tried::Refund {
                        payment: input.payment,
                    },
                };
                Decision {
                    records: vec![record],
                    reply: Err(refusal),
                }
            }
        }
    }

    fn repeated_refund(&self, input: &RefundInput) -> Option<Decision> {
        if let Some(closed) = self.closed(input.payee, input.id) {
            return Some(match (closed.request, closed.refusal) {
                (Some(request), Some(refusal)) if request == input.request => Decision::no(refusal),
                (Some(_), _) => Decision::no(Refusal::PayerIdConflict),
                (None, _) => Decision::no(Refusal::PayerIdForbidden),
            });
        }
        let item = self.item(input.id)?;
        if item.requester != input.payee {
            let looked = input.recalled.as_deref().map(|recalled| recalled.seq);
            return Some(Decision::no(self.in_use(looked)));
        }
        if item.request != input.request {
            return Some(Decision::no(Refusal::PayerIdConflict));
        }
        Some(Decision::answer(Reply::Item(input.id)))
    }

    fn check_refund(
        &self,
        now: Time,
        input: &RefundInput,
        payment: &Item,
    ) -> Result<RefundTaken, Refusal> {
        let completed = payment
            .decided
            .filter(|_| payment.state == State::Completed);
        let completed = completed.ok_or(Refusal::PayeeNotCompleted)?;
        let terms = payment.terms;
        let corridor = self
            .corridor(terms.corridor)
            .ok_or(Refusal::PolicyNoCorridor)?;
        if input.amount.currency != terms.amount.currency {
            return Err(Refusal::PayeeRefundCurrency);
        }
        if input.amount.amount.is_zero() {
            return Err(Refusal::PayerAmountZero);
        }
        if now > completed.at.now.after(corridor.refund_period) {
            return Err(Refusal::PayeeRefundPeriodOver);
        }
        self.check_refund_sides(payment)?;
        // Refund n gives what all refunds up to it are worth at the payment's rate, minus what
        // was given already: so the parts add up to the whole, to the last riel.
        let (before, given) = self.given_back(input, payment);
        let together = before
            .checked_add(input.amount.amount)
            .unwrap_or(Amount::MAX);
        if together > terms.amount.amount {
            return Err(Refusal::PayeeRefundExceeds);
        }
        let worth = terms
            .rate
            .convert(
                Money::new(terms.amount.currency, together),
                corridor.rounding,
            )
            .map_or(Amount::ZERO, |money| {
                money.amount.min(terms.principal.amount)
            });
        let back = worth.saturating_sub(given);
        if back.is_zero() {
            return Err(Refusal::PayeeRefundTooSmall);
        }
        Ok(RefundTaken {
            id: input.id,
            payment: payment.id,
            terms,
            payer_key: payment.payer_key,
            amount: input.amount,
            payer_amount: Money::new(terms.principal.currency, back),
            before,
            payer_before: given,
            request: input.request,
            parties: payment.parties,
            parties_seq: payment.parties_seq,
            deadline: now.after(corridor.ask_timeout),
        })
    }

    /// Nobody suspended takes on anything new, a stopped rail is asked nothing new, and what a
    /// break gave back, or may give back, is not given back again.
    fn check_refund_sides(&self, payment: &Item) -> Result<(), Refusal> {
        let terms = &payment.terms;
        if self.operations.is_given_back(payment.id) {
            return Err(Refusal::PayeeRefundExceeds);
        }
        if !self.is_active(terms.payee) {
            return Err(Refusal::PayeeSuspended);
        }
        if !self.is_active(terms.payer) {
            return Err(Refusal::PayerSuspended);
        }
        if self.is_stopped(terms.payer) {
            return Err(Refusal::RailStopped);
        }
        if !self.is_active(terms.fx) {
            return Err(Refusal::PolicyNoLiquidity);
        }
        Ok(())
    }

    /// What of the payment went back or is on its way. As long as one refund of it is in memory
    /// the books hold all of it; when none is, all of them are in the tables, because what the
    /// tables said is no older than the last that left.
    fn given_back(&self, input: &RefundInput, payment: &Item) -> (Amount, Amount) {
        let currencies = (
            payment.terms.amount.currency,
            payment.terms.principal.currency,
        );
        if self.refunds.contains_key(&payment.id) {
            let begun = |currency| self.books.refunded(payment.id, currency).begun;
            return (begun(currencies.0), begun(currencies.1));
        }
        let recalled = input.recalled.as_ref();
        recalled
            .and_then(|recalled| recalled.payment.as_ref())
            .map_or((Amount::ZERO, Amount::ZERO), |payment| {
                (payment.refunded, payment.payer_refunded)
            })
    }

    /// Liquidity now means reserved and asked at once; none now means a place in the queue.
    fn take(&self, now: Time, mut taken: RefundTaken, payment: &Item) -> Decision {
        let id = taken.id;
        let legs = taken.terms.refund_legs(taken.amount, taken.payer_amount);
        match self.books.check_legs(&legs) {
            Ok(()) => {
                let expires_at = taken.deadline;
                let records = vec![
                    Record::RefundReserved(Box::new(taken)),
                    Record::Asked { id, expires_at },
                ];
                Decision::of(records, Reply::Item(id))
            }
            Err(Short::Headroom(_)) => {
                let wait = self.corridor(payment.terms.corridor).map(|c| c.refund_wait);
                taken.deadline = now.after(wait.unwrap_or_default());
                let record = Record::RefundWaiting(Box::new(taken));
                Decision::of(vec![record], Reply::Item(id))
            }
            Err(Short::Missing) => Decision::no(Refusal::PolicyInvalid),
        }
    }
}
