//! Facts become state. `apply` cannot fail: whatever could forbid a fact was looked at when it
//! was decided, and a fact that is in the journal is true.
//!
//! A record that contradicts the state (only a corrupted or foreign journal can hold one) changes
//! nothing rather than half of something; the identities and the state hash then disagree, and
//! that is where it is noticed.

mod action;
mod settle;

use ledger::ChainId;

use crate::books::{Extra, PayerDay};
use crate::leave::{OpenDay, Spent};
use crate::state::Stream;
use crate::{
    Cause, Closed, Corridor, CorridorAt, Decided, Item, ItemId, Kind, ParticipantId,
    PaymentReserved, Reason, Record, RefundTaken, ShopKey, Stamp, Standing, State, Switch, Time,
    WindowId,
};

impl Switch {
    /// Makes a fact part of the state.
    pub fn apply(&mut self, stamp: Stamp, record: &Record) {
        match record {
            Record::ParticipantSet { id, participant } => self.set_participant(*id, participant),
            Record::CorridorSet(corridor) => self.set_corridor(corridor),
            Record::CapSet {
                participant,
                currency,
                cap,
            } => {
                self.books.cover_cap(*participant, *currency, *cap);
                self.books.set_cap(*participant, *currency, *cap);
            }
            Record::StandingSet(standing) => self.set_standing(standing),
            Record::ReferenceSet(reference) => {
                let pair = (reference.rate.base(), reference.rate.quote());
                self.references.insert(pair, *reference);
            }
            Record::MerchantSet(merchant) => {
                self.merchants
                    .insert(merchant.store_id.clone(), merchant.clone());
            }
            Record::WindowOpened(window) => self.books.open_window(*window, stamp, None),
            Record::PaymentReserved(reserved) => self.reserve_payment(stamp, reserved),
            Record::Refused {
                id,
                requester,
                request,
                refusal,
                tried: _,
            } => {
                let closed = Closed {
                    state: State::Refused,
                    refusal: Some(*refusal),
                    request: Some(*request),
                    at: stamp,
                };
                self.close(stamp, *requester, *id, closed);
            }
            Record::Forbidden { id, requester } => self.forbid(stamp, *requester, *id),
            Record::RefundReserved(taken) => {
                self.take_refund(stamp, taken, State::Reserved);
            }
            Record::RefundWaiting(taken) => self.take_refund(stamp, taken, State::Waiting),
            Record::RefundFunded { id, deadline } => self.fund_refund(*id, *deadline),
            Record::Asked { id, expires_at } => self.ask(*id, *expires_at),
            Record::InDoubt { id, deadline } => self.doubt(*id, *deadline),
            Record::Completed { id, window, cause } => {
                self.complete(stamp, *id, *window, *cause);
            }
            Record::Cancelled { id, reason } => self.cancel(stamp, *id, *reason),
            Record::Acknowledged {
                participant,
                position,
            } => self.acknowledge(*participant, *position),
            Record::WebhookSet {
                settings,
                version,
                from_position,
            } => self.set_webhook(stamp, settings, *version, *from_position),
            Record::WebhookRemoved { participant, id } => self.remove_webhook(*participant, id),
            Record::Projected { seq } => self.leave(stamp, *seq),
            Record::Operated(operated) => self.operated(stamp, operated),
            Record::Settled(settled) => self.settled(stamp, settled),
        }
    }

    fn forbid(&mut self, stamp: Stamp, requester: ParticipantId, id: ItemId) {
        let closed = Closed {
            state: State::Cancelled,
            refusal: None,
            request: None,
            at: stamp,
        };
        self.close(stamp, requester, id, closed);
    }

    fn close(&mut self, stamp: Stamp, requester: ParticipantId, id: ItemId, closed: Closed) {
        self.closed.insert((requester, id), closed);
        self.note_decided(stamp, Spent::Closed(requester, id));
    }

    fn set_participant(&mut self, id: ParticipantId, participant: &crate::Participant) {
        let at = usize::from(id.0);
        if at == self.participants.len() {
            self.participants.push(participant.clone());
        } else if let Some(known) = self.participants.get_mut(at) {
            *known = participant.clone();
        }
        let currencies: std::collections::BTreeSet<_> = self
            .corridors_now()
            .flat_map(Corridor::currencies)
            .collect();
        if !participant.owes() {
            return;
        }
        for currency in currencies {
            self.books.open_hot(id, currency);
        }
    }

    fn set_corridor(&mut self, corridor: &Corridor) {
        let CorridorAt { id, version } = corridor.at;
        self.corridors.insert(corridor.at, corridor.clone());
        self.corridor_now.insert(id, version);
        let owing = self.participants().filter(|(_, one)| one.owes());
        let owing: Vec<ParticipantId> = owing.map(|(id, _)| id).collect();
        for participant in owing {
            for currency in corridor.currencies() {
                self.books.open_hot(participant, currency);
            }
        }
    }

    fn set_standing(&mut self, standing: &Standing) {
        let id = standing.corridor;
        let version = self.corridor_now.get(&id).copied().unwrap_or_default();
        if let Some(corridor) = self.corridors.get(&CorridorAt { id, version }) {
            let currency = corridor.payee_currency;
            self.books
                .set_exposure(standing.provider, id, currency, standing.exposure_max);
        }
        self.standings
            .insert((id, standing.provider), standing.clone());
    }

    fn reserve_payment(&mut self, stamp: Stamp, reserved: &PaymentReserved) {
        let PaymentReserved {
            id,
            terms,
            payer_amount,
            payer_key,
            ..
        } = *reserved;
        let day = payer_day(reserved);
        self.books
            .open_day(day, payer_amount.currency, reserved.payer_day_max);
        self.days.insert(OpenDay {
            corridor: day.corridor,
            day: day.day,
            payer: day.payer,
            currency: payer_amount.currency,
        });
        let extra = payment_extra(reserved);
        let legs = terms.legs(self.house());
        let Ok(chain) = self.books.chain(&legs, extra) else {
            return;
        };
        self.books.ledger.pend(ChainId(id.0), chain);
        if let Some(code) = reserved.code {
            self.hold_code(code, id);
        }
        self.insert(Item {
            id,
            kind: Kind::Payment,
            state: State::Reserved,
            requester: terms.payer,
            creditor: terms.payee,
            finality: self.finality_of(terms.payee),
            terms,
            amount: terms.amount,
            payer_amount,
            payer_key,
            request: reserved.request,
            parties: reserved.parties,
            parties_seq: stamp.seq,
            code: reserved.code,
            shop: reserved.shop,
            category: reserved.category,
            created: stamp,
            deadline: reserved.deadline,
            decided: None,
        });
    }

    fn take_refund(&mut self, stamp: Stamp, taken: &RefundTaken, state: State) {
        let RefundTaken {
            id,
            payment,
            terms,
            amount,
            payer_amount,
            ..
        } = *taken;
        let before = [taken.before, taken.payer_before];
        self.books
            .open_refundable(payment, [terms.amount, terms.principal], before);
        let extra = Extra::Refund {
            payment,
            amount,
            payer_amount,
        };
        let chain = match state {
            State::Waiting => self.books.extra_chain(extra),
            State::Unknown
            | State::Reserved
            | State::Asked
            | State::InDoubt
            | State::Completed
            | State::Cancelled
            | State::Refused => self
                .books
                .chain(&terms.refund_legs(amount, payer_amount), extra),
        };
        let Ok(chain) = chain else { return };
        self.books.ledger.pend(ChainId(id.0), chain);
        if state == State::Waiting {
            self.waiting.insert((stamp.now, id));
        }
        self.note_refund(payment, id);
        self.insert(Item {
            id,
            kind: Kind::Refund { payment },
            state,
            requester: terms.payee,
            creditor: terms.payer,
            finality: self.finality_of(terms.payer),
            terms,
            amount,
            payer_amount,
            payer_key: taken.payer_key,
            request: taken.request,
            parties: taken.parties,
            parties_seq: self.parties_seq(taken),
            code: None,
            shop: ShopKey::UNKNOWN,
            category: None,
            created: stamp,
            deadline: taken.deadline,
            decided: None,
        });
    }

    /// Refunds of the first layout did not say where their parties' data is; their journals let
    /// nothing leave, so the payment is there to tell.
    fn parties_seq(&self, taken: &RefundTaken) -> u64 {
        match taken.parties_seq {
            0 => self.items.get(&taken.payment).map_or(0, |p| p.parties_seq),
            seq => seq,
        }
    }

    /// The refund's place in its payment was held while it waited; now the legs join it.
    fn fund_refund(&mut self, id: ItemId, deadline: Time) {
        let Some(item) = self.items.get(&id) else {
            return;
        };
        let Kind::Refund { payment } = item.kind else {
            return;
        };
        let (amount, payer_amount) = (item.amount, item.payer_amount);
        let legs = item.terms.refund_legs(amount, payer_amount);
        let created = item.created.now;
        let extra = Extra::Refund {
            payment,
            amount,
            payer_amount,
        };
        let Ok(chain) = self.books.chain(&legs, extra) else {
            return;
        };
        self.books.ledger.void(ChainId(id.0));
        self.books.ledger.pend(ChainId(id.0), chain);
        self.waiting.remove(&(created, id));
        self.move_on(id, State::Reserved, deadline);
    }

    fn ask(&mut self, id: ItemId, expires_at: Time) {
        let Some(creditor) = self.items.get(&id).map(|item| item.creditor) else {
            return;
        };
        let finality = self.finality_of(creditor);
        if let Some(item) = self.items.get_mut(&id) {
            item.finality = finality;
        }
        self.move_on(id, State::Asked, expires_at);
        self.asks
            .entry(creditor)
            .or_default()
            .insert((false, expires_at, id));
    }

    fn doubt(&mut self, id: ItemId, deadline: Time) {
        let Some(creditor) = self.items.get(&id).map(|item| item.creditor) else {
            return;
        };
        self.forget_ask(id);
        self.move_on(id, State::InDoubt, deadline);
        self.asks
            .entry(creditor)
            .or_default()
            .insert((true, deadline, id));
    }

    fn forget_ask(&mut self, id: ItemId) {
        let Some(item) = self.items.get(&id) else {
            return;
        };
        let key = (item.state == State::InDoubt, item.deadline, id);
        if let Some(asks) = self.asks.get_mut(&item.creditor) {
            asks.remove(&key);
            if asks.is_empty() {
                self.asks.remove(&item.creditor);
            }
        }
    }

    fn insert(&mut self, item: Item) {
        self.deadlines.insert((item.deadline, item.id));
        self.items.insert(item.id, item);
    }

    fn move_on(&mut self, id: ItemId, state: State, deadline: Time) {
        let Some(item) = self.items.get_mut(&id) else {
            return;
        };
        self.deadlines.remove(&(item.deadline, id));
        item.state = state;
        item.deadline = deadline;
        self.deadlines.insert((deadline, id));
    }

    fn complete(&mut self, stamp: Stamp, id: ItemId, window: WindowId, cause: Cause) {
        let Some(item) = self.items.get(&id) else {
            return;
        };
        let legs = self.legs(item);
        if !self.books.post(id, &legs) {
            return;
        }
        let window = Some(window);
        let decided = Decided {
            at: stamp,
            window,
            reason: None,
            cause: Some(cause),
        };
        self.end(id, State::Completed, decided);
    }

    fn cancel(&mut self, stamp: Stamp, id: ItemId, reason: Reason) {
        if !self.is_open(id) {
            return;
        }
        self.books.ledger.void(ChainId(id.0));
        // A cancelled payment frees its dynamic code: the customer may pay again.
        if let Some(code) = self.items.get(&id).and_then(|item| item.code)
            && self
                .codes
                .get(&code.key)
                .is_some_and(|(holder, _)| *holder == id)
        {
            self.free_code(code.key);
        }
        let reason = Some(reason);
        let decided = Decided {
            at: stamp,
            window: None,
            reason,
            cause: None,
        };
        self.end(id, State::Cancelled, decided);
    }

    fn end(&mut self, id: ItemId, state: State, decided: Decided) {
        self.forget_ask(id);
        let Some(item) = self.items.get_mut(&id) else {
            return;
        };
        let was = item.state;
        item.state = state;
        item.decided = Some(decided);
        let (deadline, created) = (item.deadline, item.created.now);
        let (requester, creditor, fx) = (item.requester, item.creditor, item.terms.fx);
        self.deadlines.remove(&(deadline, id));
        self.waiting.remove(&(created, id));
        self.note_decided(decided.at, Spent::Item(id));
        // Only who knows of the item is told: the creditor's side once it was asked, the FX
        // provider once its money was reserved.
        self.tell(requester, id);
        let was_asked = was == State::Asked || was == State::InDoubt;
        if was_asked && creditor != requester {
            self.tell(creditor, id);
        }
        if was.holds_legs() && fx != requester && fx != creditor {
            self.tell(fx, id);
        }
    }

    fn acknowledge(&mut self, participant: ParticipantId, position: u64) {
        let stream = self.streams.entry(participant).or_default();
        stream.acknowledged = stream.acknowledged.max(position);
        let still_open = stream.open.split_off(&position.saturating_add(1));
        stream.open = still_open;
    }

    fn tell(&mut self, participant: ParticipantId, id: ItemId) {
        let stream: &mut Stream = self.streams.entry(participant).or_default();
        stream.last = stream.last.saturating_add(1);
        stream.open.insert(stream.last, id);
    }
}

pub(crate) fn payment_extra(reserved: &PaymentReserved) -> Extra {
    Extra::Payment {
        day: payer_day(reserved),
        paid: reserved.payer_amount,
        fx: reserved.terms.fx,
        corridor: reserved.terms.corridor.id,
        exposed: reserved.terms.amount,
    }
}

fn payer_day(reserved: &PaymentReserved) -> PayerDay {
    let corridor = reserved.terms.corridor.id;
    PayerDay {
        payer: reserved.payer_key,
        corridor,
        day: reserved.payer_day,
    }
}
