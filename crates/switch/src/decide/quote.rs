//! Making an offer: the best rate with liquidity, every fee, and when it ends.

use money::{Amount, Currency, Money, Rate, Rounding};

use crate::{
    Corridor, ParticipantId, PayerCurrency, Quote, QuoteInput, Reference, Refusal, Role, Standing,
    Switch, Terms, Time,
};

/// What one FX provider would do.
#[derive(Clone, Copy)]
struct Offer {
    fx: ParticipantId,
    version: u64,
    rate: Rate,
    principal: Money,
    valid_until: Time,
    reference: Reference,
}

impl Switch {
    /// No offer for an id that is used: its payment would be refused anyway, and whoever asks for
    /// an offer learns it early. It also is what lets ids be forgotten: every token was made when
    /// its id was unused, so none outlives the use of its id by more than its own life.
    fn check_unused(&self, input: &QuoteInput) -> Result<(), Refusal> {
        if let Some(closed) = self.closed(input.payer, input.id) {
            return Err(match closed.request {
                Some(_) => Refusal::PayerIdConflict,
                None => Refusal::PayerIdForbidden,
            });
        }
        match self.item(input.id) {
            Some(item) if item.requester == input.payer => Err(Refusal::PayerIdConflict),
            Some(_) => Err(Refusal::PayerIdInUse),
            None if self.is_spent(input.payer, input.id) => Err(Refusal::PayerIdConflict),
            None => Ok(()),
        }
    }

    pub(super) fn quote(&self, now: Time, input: &QuoteInput) -> Result<Quote, Refusal> {
        self.check_unused(input)?;
        let payer = self
            .participant(input.payer)
            .ok_or(Refusal::PayerSuspended)?;
        if !payer.is_active || !payer.is(Role::Payer) {
            return Err(Refusal::PayerSuspended);
        }
        let payee = self
            .participant(input.payee)
            .ok_or(Refusal::PayeeSuspended)?;
        if !payee.is_active || !payee.is(Role::Payee) {
            return Err(Refusal::PayeeSuspended);
        }
        if self.is_stopped(input.payee) {
            return Err(Refusal::RailStopped);
        }
        let corridor = self
            .corridor_between(&payer.scheme, &input.scheme)
            .ok_or(Refusal::PolicyNoCorridor)?;
        if now < corridor.active_from {
            return Err(Refusal::PolicyCorridorClosed);
        }
        Self::check_price(corridor, input.amount)?;
        let charge = match input.payer_currency {
            None => corridor.payer_currencies.first(),
            Some(wish) => corridor.payer_currency(wish),
        };
        let charge = charge.ok_or(Refusal::PayerCurrencyWrong)?;
        let currency = charge.currency;
        let offer = self.best_offer(now, corridor, input.amount, currency)?;
        let reference = offer.reference;
        let terms = terms(corridor, charge, input, &offer);
        let payer_amount = terms.payer_amount().ok_or(Refusal::PayerAmountAboveMax)?;
        let expires_at = now
            .after(corridor.quote_ttl)
            .min(offer.valid_until)
            .min(reference.valid_until);
        Ok(Quote {
            id: input.id,
            terms,
            payer_amount,
            expires_at,
        })
    }

    /// The cheapest for the payer among the providers that can carry it; on a tie the one that
    /// joined first, so that the choice never depends on chance.
    fn best_offer(
        &self,
        now: Time,
        corridor: &Corridor,
        price: Money,
        currency: Currency,
    ) -> Result<Offer, Refusal> {
        let mut best: Option<Offer> = None;
        let mut why = Refusal::PolicyNoRate;
        let first = (corridor.at.id, ParticipantId(0));
        let last = (corridor.at.id, ParticipantId(u16::MAX));
        for (_, standing) in self.standings.range(first..=last) {
            let offer = match self.offer(now, corridor, standing, price, currency) {
                Ok(offer) => offer,
                Err(refusal) => {
                    if why == Refusal::PolicyNoRate {
                        why = refusal;
                    }
                    continue;
                }
            };
            let exposure = self
                .books
                .exposure_left(offer.fx, corridor.at.id, price.currency);
            let headroom = self.books.headroom(offer.fx, price.currency);
            if price.amount > exposure.min(headroom) {
                why = Refusal::PolicyNoLiquidity;
                continue;
            }
            if best.is_none_or(|best| offer.principal.amount < best.principal.amount) {
                best = Some(offer);
            }
        }
        // Of several reasons, the one of the provider that came furthest.
        best.ok_or(why)
    }

    fn offer(
        &self,
        now: Time,
        corridor: &Corridor,
        standing: &Standing,
        price: Money,
        currency: Currency,
    ) -> Result<Offer, Refusal> {
        let provider = self
            .participant(standing.provider)
            .ok_or(Refusal::PolicyNoRate)?;
        if standing.valid_until <= now || !provider.is_active {
            return Err(Refusal::PolicyNoRate);
        }
        let rate = standing.rate_for(price).ok_or(Refusal::PolicyNoRate)?;
        let principal = rate
            .convert(price, corridor.rounding)
            .map_err(|_rate| Refusal::PolicyNoRate)?;
        // A rate so small that the payer would pay nothing is no rate.
        if principal.currency != currency || principal.amount.is_zero() {
            return Err(Refusal::PolicyNoRate);
        }
        // A rate that cannot be measured against the neutral one never wins: it would take the
        // place of one that can.
        let reference = self
            .reference(rate.base(), rate.quote())
            .filter(|reference| reference.valid_until > now)
            .ok_or(Refusal::PolicyNoReference)?;
        Ok(Offer {
            fx: standing.provider,
            version: standing.version,
            rate,
            principal,
            valid_until: standing.valid_until,
            reference: *reference,
        })
    }
}

fn terms(corridor: &Corridor, charge: &PayerCurrency, input: &QuoteInput, offer: &Offer) -> Terms {
    let price = input.amount.amount;
    let fee = corridor.merchant_fee;
    let merchant_fee = fee.total.of(price, corridor.fee_rounding);
    // The shares are rounded down and cannot exceed the fee; what rounding leaves goes to the
    // acquirer, who carries the shop.
    let issuer_share = fee.issuer.of(price, Rounding::Down).min(merchant_fee);
    let left: Amount = merchant_fee.saturating_sub(issuer_share);
    let switch_share = fee.switch.of(price, Rounding::Down).min(left);
    Terms {
        corridor: corridor.at,
        payer: input.payer,
        payee: input.payee,
        fx: offer.fx,
        fx_version: offer.version,
        amount: input.amount,
        principal: offer.principal,
        customer_fee: charge.customer_fee(input.payer),
        switch_fee: charge.switch_fee,
        merchant_fee,
        issuer_share,
        switch_share,
        rate: offer.rate,
        reference: offer.reference.rate,
    }
}
