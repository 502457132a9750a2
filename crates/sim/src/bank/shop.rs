//! The shop's side of refunds: any part, at any time, as often as it takes to be told.

use money::Money;
use switch::{Digest, ItemId, RefundInput, Refusal, Time};

use super::{Bank, Ways};
use crate::dice::Dice;
use crate::message::{Request, Word};
use crate::network::amount;
use crate::oracle::End;
use crate::plan::parts;
use crate::stage::{Event, Stage};

/// A refund that a shop gives.
#[derive(Debug)]
pub(crate) struct GivesBack {
    pub(crate) payment: ItemId,
    pub(crate) amount: Money,
    pub(crate) due: Time,
    tries: u32,
    pub(crate) end: Option<End>,
}

impl Bank {
    /// What the shop will give back of a payment that it just heard of.
    pub(super) fn plan_refunds(
        &mut self,
        stage: &mut Stage<'_>,
        ways: &Ways,
        payment: ItemId,
        price: Money,
    ) {
        let mut dice = Dice::of(ways.seed, "refunds", payment.0);
        let who = self.who;
        for (after, share) in parts(&mut dice) {
            let id = ItemId(dice.wide());
            let minor = price.amount.minor().saturating_mul(share) / 1_000;
            let one = GivesBack {
                payment,
                amount: Money::new(price.currency, amount(minor.max(1))),
                due: stage.now.after(after),
                tries: 0,
                end: None,
            };
            self.gives_back.insert(id, one);
            stage.after(after, Event::Alarm(who, id));
        }
    }

    pub(super) fn go_on_with_refund(&mut self, stage: &mut Stage<'_>, id: ItemId) {
        let who = self.who;
        let Some(one) = self.gives_back.get_mut(&id) else {
            return;
        };
        if stage.now < one.due {
            return;
        }
        one.tries = one.tries.saturating_add(1);
        let longest = 1_000_u64.checked_shl(one.tries.min(4)).unwrap_or(16_000);
        let mut dice = Dice::of(u64::from(one.tries), "refund pause", id.0);
        let pause = dice.millis(longest / 2, longest);
        one.due = stage.now.after(pause);
        let mut request = [0; 32];
        for (to, from) in request.iter_mut().zip(id.0.to_be_bytes()) {
            *to = from;
        }
        let input = RefundInput {
            payee: who,
            id,
            payment: one.payment,
            amount: one.amount,
            request: Digest(request),
            recalled: None,
        };
        for of in [id, one.payment] {
            stage.oracle.note(stage.now, of, || {
                let money = crate::oracle::money_words(input.amount);
                format!("its shop gives {money} back as {id:?}")
            });
        }
        stage.after(pause, Event::Alarm(who, id));
        self.request(stage, id, Request::Refund(input));
    }

    pub(super) fn hear_of_refund(&mut self, stage: &mut Stage<'_>, id: ItemId, word: Word) {
        let who = self.who;
        let end = match word {
            Word::Item(_, state) => End::of(state),
            Word::Closed(_, refusal) => Some(refusal.map_or(End::Forbidden, End::Refused)),
            Word::Refused(_, Refusal::PayeeNotParty) => {
                // The shop heard that it was paid, so the hub knows the payment.
                let words = "a refund of a completed payment is refused as a stranger's";
                stage
                    .oracle
                    .violation("acknowledged means kept", Some(id), words);
                None
            }
            Word::Refused(
                _,
                Refusal::PayerIdConflict | Refusal::PayerIdInUse | Refusal::OursFull,
            ) => None,
            Word::Refused(_, refusal) => Some(End::Refused(refusal)),
            Word::Quoted(_) | Word::NotFound(_) | Word::Again | Word::Done | Word::Action(_) => {
                None
            }
        };
        if let Some(end) = end {
            stage.oracle.told_end(who, who, id, end);
            self.end_refund(id, end);
        }
    }

    pub(super) fn end_refund(&mut self, id: ItemId, end: End) {
        if let Some(mut one) = self.gives_back.remove(&id) {
            one.end = Some(end);
            self.gave_back.push((id, one));
        }
    }
}
