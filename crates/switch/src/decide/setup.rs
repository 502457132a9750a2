//! Participants, corridors, caps, rates and shops: checked once, here.

use money::{Amount, Currency, Money};

use crate::limits::{
    CORRIDORS_MAX, FIXED_FEE_MINOR_MAX, KEYS_MAX, NAME_CHARS_MAX, PARTICIPANTS_MAX, QUOTE_TTL_MAX,
    TIERS_MAX,
};
use crate::{
    Corridor, CorridorAt, CorridorId, Decision, Merchant, Participant, ParticipantId,
    PayerCurrency, Record, Reference, Refusal, Reply, Role, Settled, Span, Standing, Switch, Time,
    WindowId,
};

impl Switch {
    pub(super) fn decide_participant(&self, participant: &Participant) -> Decision {
        let name_ok = is_name(&participant.name) && is_name(&participant.scheme);
        if !name_ok || participant.keys.len() > KEYS_MAX || participant.roles.is_empty() {
            return Decision::no(Refusal::PolicyInvalid);
        }
        let known = self.participant_named(&participant.name);
        // Two houses would split the fees, and a bank's accounts have one door.
        let second_house = participant.is(Role::House)
            && self
                .participants()
                .any(|(id, p)| p.is(Role::House) && Some(id) != known);
        let taken_bank = participant.banks.iter().any(|bank| {
            self.participant_for_bank(bank)
                .is_some_and(|owner| Some(owner) != known)
        });
        if second_house || taken_bank {
            return Decision::no(Refusal::PolicyInvalid);
        }
        let id = known.or_else(|| {
            let next = self.participants().count();
            (next < PARTICIPANTS_MAX).then(|| u16::try_from(next).ok().map(ParticipantId))?
        });
        let Some(id) = id else {
            return Decision::no(Refusal::OursFull);
        };
        if self.participant(id) == Some(participant) {
            return Decision::answer(Reply::Participant(id));
        }
        let record = Record::ParticipantSet {
            id,
            participant: participant.clone(),
        };
        Decision::of(vec![record], Reply::Participant(id))
    }

    pub(super) fn decide_corridor(&self, corridor: &Corridor) -> Decision {
        if !self.is_sound(corridor) {
            return Decision::no(Refusal::PolicyInvalid);
        }
        let known = self.corridor_named(&corridor.name);
        let same_way = self.corridor_between(&corridor.payer_scheme, &corridor.payee_scheme);
        if same_way.map(|c| c.at.id) != known.map(|c| c.at.id) {
            return Decision::no(Refusal::PolicyInvalid);
        }
        let at = match known {
            Some(known) => {
                let Some(version) = known.at.version.checked_add(1) else {
                    return Decision::no(Refusal::OursFull);
                };
                CorridorAt {
                    id: known.at.id,
                    version,
                }
            }
            None => {
                let next = self.corridor_now.len();
                match u16::try_from(next) {
                    Ok(id) if next < CORRIDORS_MAX => CorridorAt {
                        id: CorridorId(id),
                        version: 1,
                    },
                    Ok(_) | Err(_) => return Decision::no(Refusal::OursFull),
                }
            }
        };
        let unchanged = known.is_some_and(|known| {
            Corridor {
                at: known.at,
                ..corridor.clone()
            } == *known
        });
        if unchanged {
            return Decision::answer(Reply::Corridor(at.id));
        }
        let record = Record::CorridorSet(Corridor {
            at,
            ..corridor.clone()
        });
        Decision::of(vec![record], Reply::Corridor(at.id))
    }

    fn is_sound(&self, corridor: &Corridor) -> bool {
        let fee = corridor.merchant_fee;
        let shares = fee.issuer.checked_add(fee.switch);
        let spans = [
            corridor.quote_ttl,
            corridor.ask_timeout,
            corridor.doubt_timeout,
            corridor.refund_period,
            corridor.refund_wait,
        ];
        is_name(&corridor.name)
            && is_name(&corridor.payer_scheme)
            && is_name(&corridor.payee_scheme)
            && corridor.payer_scheme != corridor.payee_scheme
            && !corridor.payer_currencies.is_empty()
            && shares.is_some_and(|shares| shares <= fee.total)
            && corridor
                .payer_currencies
                .iter()
                .all(|one| self.is_sound_charge(corridor, one))
            && !corridor.amount_min.is_zero()
            && corridor.amount_min <= corridor.amount_max
            && spans.iter().all(|span| *span > Span(0))
            && corridor.quote_ttl <= QUOTE_TTL_MAX
            && corridor.payer_utc_offset_minutes.unsigned_abs() <= 14 * 60
    }

    /// Each currency once, never the shop's own, with fees of known participants.
    fn is_sound_charge(&self, corridor: &Corridor, one: &PayerCurrency) -> bool {
        let same = corridor
            .currencies()
            .filter(|currency| *currency == one.currency);
        let fees = one.customer_fees.iter().map(|fee| fee.amount);
        same.count() == 1
            && !one.day_max.is_zero()
            && fees
                .chain([one.switch_fee])
                .all(|fee| fee.minor() <= FIXED_FEE_MINOR_MAX)
            && one
                .customer_fees
                .iter()
                .all(|fee| self.participant(fee.participant).is_some())
    }

    /// Bootstrap only, where nobody else can have covered the cap: what it needs counts as
    /// prefunded. Later a cap is changed by two operators, and never above what is there.
    pub(super) fn decide_cap(
        &self,
        participant: ParticipantId,
        currency: Currency,
        cap: Amount,
    ) -> Decision {
        let Some(hot) = self.books.hot.get(&(participant, currency)) else {
            return Decision::no(Refusal::PolicyInvalid);
        };
        if cap < self.books.used_of(hot) {
            return Decision::no(Refusal::PolicyCapBelowUsed);
        }
        if cap == self.books.cap_decided(participant, currency) {
            return Decision::answer(Reply::Done);
        }
        let mut records = self.fund(participant, currency, cap);
        records.push(Record::CapSet {
            participant,
            currency,
            cap,
        });
        Decision::of(records, Reply::Done)
    }

    pub(super) fn decide_standing(&self, now: Time, standing: &Standing) -> Decision {
        let known = self.standing(standing.corridor, standing.provider);
        if known == Some(standing) {
            return Decision::answer(Reply::Done);
        }
        if known.is_some_and(|known| standing.version <= known.version) {
            return Decision::no(Refusal::PolicyVersion);
        }
        let version = self
            .corridor_now
            .get(&standing.corridor)
            .copied()
            .unwrap_or_default();
        let corridor = self.corridor(CorridorAt {
            id: standing.corridor,
            version,
        });
        let Some(corridor) = corridor else {
            return Decision::no(Refusal::PolicyNoCorridor);
        };
        let is_fx = self
            .participant(standing.provider)
            .is_some_and(|p| p.is(Role::Fx));
        let payee = corridor.payee_currency;
        let in_pair = |tier: &crate::Tier| {
            let other = tier.rate.other(payee);
            other.is_some_and(|other| corridor.payer_currency(other).is_some())
        };
        let bounds = standing.tiers.iter().map(|tier| tier.amount_max);
        let sound = is_fx
            && standing.valid_until > now
            && !standing.tiers.is_empty()
            && standing.tiers.len() <= TIERS_MAX
            && standing.tiers.iter().all(in_pair)
            && bounds.is_sorted_by(|a, b| a < b);
        if !sound {
            return Decision::no(Refusal::PolicyInvalid);
        }
        Decision::of(vec![Record::StandingSet(standing.clone())], Reply::Done)
    }

    pub(super) fn decide_reference(&self, now: Time, reference: &Reference) -> Decision {
        let pair = (reference.rate.base(), reference.rate.quote());
        let known = self.references.get(&pair);
        if known == Some(reference) {
            return Decision::answer(Reply::Done);
        }
        if known.is_some_and(|known| reference.version <= known.version) {
            return Decision::no(Refusal::PolicyVersion);
        }
        // One pair written both ways round would let a margin be measured against either.
        let turned = self.references.contains_key(&(pair.1, pair.0));
        if turned || reference.valid_until <= now {
            return Decision::no(Refusal::PolicyInvalid);
        }
        Decision::of(vec![Record::ReferenceSet(*reference)], Reply::Done)
    }

    pub(super) fn decide_merchant(&self, merchant: &Merchant) -> Decision {
        let known = self.merchant(&merchant.store_id);
        if known == Some(merchant) {
            return Decision::answer(Reply::Done);
        }
        if known.is_some_and(|known| known.acquirer != merchant.acquirer) {
            return Decision::no(Refusal::PayeeNotParty);
        }
        if known.is_some_and(|known| merchant.version <= known.version) {
            return Decision::no(Refusal::PolicyVersion);
        }
        let pays = self
            .participant(merchant.acquirer)
            .is_some_and(|p| p.is(Role::Payee));
        if !pays || merchant.name.is_empty() {
            return Decision::no(Refusal::PolicyInvalid);
        }
        Decision::of(vec![Record::MerchantSet(merchant.clone())], Reply::Done)
    }

    pub(super) fn decide_window(&self, now: Time) -> Decision {
        // Later windows open when an earlier one closes; one is open at any time.
        if self.window() != WindowId(0) {
            return Decision::answer(Reply::Done);
        }
        let window = WindowId(1);
        let mut records = vec![Record::WindowOpened(window)];
        if let Some(closes_at) = super::settle::next_cut_off(self.arrangement(), now) {
            records.push(Record::Settled(Box::new(Settled::Scheduled {
                window,
                closes_at: Some(closes_at),
            })));
        }
        Decision::of(records, Reply::Done)
    }

    /// Whether the corridor carries a price: its currency first, then its bounds.
    pub(crate) fn check_price(corridor: &Corridor, price: Money) -> Result<(), Refusal> {
        if price.currency != corridor.payee_currency {
            return Err(Refusal::PayerCurrencyWrong);
        }
        if price.amount.is_zero() {
            return Err(Refusal::PayerAmountZero);
        }
        if price.amount < corridor.amount_min {
            return Err(Refusal::PayerAmountBelowMin);
        }
        if price.amount > corridor.amount_max {
            return Err(Refusal::PayerAmountAboveMax);
        }
        Ok(())
    }
}

fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !name.is_empty() && name.len() <= NAME_CHARS_MAX && name.chars().all(plain)
}
