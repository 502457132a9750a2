//! Taking an offer: the one place where a payment begins or is refused.

use money::Amount;

use crate::books::{PayerDay, Short};
use crate::{
    Attempt, Corridor, Decision, Event, PayInput, PaymentReserved, Record, Refusal, Reply, Role,
    Step, Switch, Time, Tried,
};

impl Switch {
    pub(super) fn decide_pay(&self, now: Time, pay: &PayInput) -> Decision {
        let id = pay.quote.id;
        if let Some(repeated) = self.repeated_payment(now, pay) {
            return repeated;
        }
        match self.check_payment(now, pay) {
            Ok(corridor) => match self.first_step(Event::Reserve) {
                Step::To(_) => self.reserve(now, pay, corridor),
                Step::Stay | Step::Never => Decision::no(Refusal::PolicyInvalid),
            },
            Err(refusal) => {
                let requester = pay.payer;
                let request = pay.request;
                let record = Record::Refused {
                    id,
                    requester,
                    request,
                    refusal,
                    tried: Tried::Payment(attempt(pay)),
                };
                Decision {
                    records: vec![record],
                    reply: Err(refusal),
                }
            }
        }
    }

    /// The answer to an id that is known already. A repetition is answered as the first time; an
    /// id with another body, or of another participant's item, is a conflict and uses up nothing.
    fn repeated_payment(&self, now: Time, pay: &PayInput) -> Option<Decision> {
        let id = pay.quote.id;
        if let Some(closed) = self.closed(pay.payer, id) {
            return Some(match (closed.request, closed.refusal) {
                (Some(request), Some(refusal)) if request == pay.request => Decision::no(refusal),
                (Some(_), _) => Decision::no(Refusal::PayerIdConflict),
                (None, _) => Decision::no(Refusal::PayerIdForbidden),
            });
        }
        let Some(item) = self.item(id) else {
            // While a token for it could live, the id of an item that left is remembered; a token
            // that is over may be of one that was forgotten since.
            let is_over = now >= pay.quote.expires_at && self.may_have_left(pay.recalled);
            let is_spent = self.is_spent(pay.payer, id);
            return (is_spent || is_over).then(|| Decision::no(Refusal::OursRecall));
        };
        if item.requester != pay.payer {
            return Some(Decision::no(self.in_use(pay.recalled)));
        }
        if item.request != pay.request {
            return Some(Decision::no(Refusal::PayerIdConflict));
        }
        Some(Decision::answer(Reply::Item(id)))
    }

    /// The checks, in the order that is part of the interface.
    fn check_payment(&self, now: Time, pay: &PayInput) -> Result<&Corridor, Refusal> {
        let quote = &pay.quote;
        let terms = &quote.terms;
        let corridor = self
            .corridor(terms.corridor)
            .ok_or(Refusal::PolicyNoCorridor)?;
        if terms.payer != pay.payer {
            return Err(Refusal::PolicyInvalid);
        }
        if now >= quote.expires_at {
            return Err(Refusal::PayerQuoteExpired);
        }
        if now < corridor.active_from {
            return Err(Refusal::PolicyCorridorClosed);
        }
        let active = |id, role| {
            self.participant(id)
                .is_some_and(|p| p.is_active && p.is(role))
        };
        if !active(pay.payer, Role::Payer) {
            return Err(Refusal::PayerSuspended);
        }
        if !active(terms.payee, Role::Payee) {
            return Err(Refusal::PayeeSuspended);
        }
        if self.is_stopped(terms.payee) {
            return Err(Refusal::RailStopped);
        }
        if !active(terms.fx, Role::Fx) {
            return Err(Refusal::PolicyNoLiquidity);
        }
        if !pay.screening_clear {
            return Err(Refusal::PayerScreening);
        }
        if let Some(code) = pay.code {
            let used = self
                .codes
                .get(&code.key)
                .is_some_and(|(_, until)| *until > now);
            if used {
                return Err(Refusal::PayerCodeUsed);
            }
        }
        let paid = quote.payer_amount;
        let day = now.local_day(corridor.payer_utc_offset_minutes);
        let charge = corridor
            .payer_currency(paid.currency)
            .ok_or(Refusal::PayerCurrencyWrong)?;
        let day = PayerDay {
            payer: pay.payer_key,
            corridor: corridor.at.id,
            day,
        };
        if paid.amount > self.books.day_left(day, paid.currency, charge.day_max) {
            return Err(Refusal::PayerDayLimit);
        }
        let left = self
            .books
            .exposure_left(terms.fx, corridor.at.id, terms.amount.currency);
        if terms.amount.amount > left {
            return Err(Refusal::PolicyNoLiquidity);
        }
        match self.books.check_legs(&terms.legs(self.house())) {
            Ok(()) => Ok(corridor),
            Err(Short::Headroom(who)) if who == pay.payer => Err(Refusal::PayerHeadroomShort),
            Err(Short::Headroom(_)) => Err(Refusal::PolicyNoLiquidity),
            Err(Short::Missing) => Err(Refusal::PolicyInvalid),
        }
    }

    /// Reserving and asking are two facts of one batch: nobody is asked about what is not
    /// durable, and nothing waits for a second append.
    fn reserve(&self, now: Time, pay: &PayInput, corridor: &Corridor) -> Decision {
        let id = pay.quote.id;
        let charge = corridor.payer_currency(pay.quote.payer_amount.currency);
        let deadline = now.after(corridor.ask_timeout);
        let reserved = PaymentReserved {
            id,
            terms: pay.quote.terms,
            payer_amount: pay.quote.payer_amount,
            payer_key: pay.payer_key,
            payer_day: now.local_day(corridor.payer_utc_offset_minutes),
            payer_day_max: charge.map_or(Amount::ZERO, |charge| charge.day_max),
            request: pay.request,
            parties: pay.parties,
            code: pay.code,
            shop: pay.shop,
            category: pay.category,
            deadline,
        };
        let records = vec![
            Record::PaymentReserved(Box::new(reserved)),
            Record::Asked {
                id,
                expires_at: deadline,
            },
        ];
        Decision::of(records, Reply::Item(id))
    }
}

fn attempt(pay: &PayInput) -> Attempt {
    let terms = &pay.quote.terms;
    Attempt {
        corridor: terms.corridor,
        payee: terms.payee,
        fx: terms.fx,
        amount: terms.amount,
        payer_amount: pay.quote.payer_amount,
        shop: pay.shop,
        category: pay.category,
    }
}
