//! What the bank's statement says of payouts, and what is booked away because it says something
//! else than the books.

use crate::limits::REFERENCE_BYTES_MAX;
use crate::settlement::{
    Adjustment, Instruction, PayoutSeen, Purse, Settled, Window, WindowStatus, is_break_name,
};
use crate::{Decision, Refusal, Reply, Switch};

use super::settle::{Effect, settled};

impl Switch {
    /// A line of the bank's statement shows a payout. The same line again changes nothing.
    pub(super) fn decide_paid_out(&self, seen: &PayoutSeen) -> Decision {
        match self.paid_out(seen) {
            Ok(records) => Decision::of(records, Reply::Window(seen.window)),
            Err(refusal) => Decision::no(refusal),
        }
    }

    pub(super) fn paid_out(&self, seen: &PayoutSeen) -> Effect {
        let PayoutSeen { window, place, .. } = *seen;
        let known = self.books.windows.get(&window);
        let known = known.ok_or(Refusal::PolicyWindow)?;
        if let Some(paid) = known.paid.get(&place) {
            let payout = payout_at(known, place);
            let is_same_money = payout.is_some_and(|payout| payout.money == seen.money);
            return match is_same_money && paid.reference == seen.reference {
                true => Ok(Vec::new()),
                false => Err(Refusal::PolicyPayout),
            };
        }
        let known = self.window_in(window, WindowStatus::Instructed)?;
        let payout = payout_at(known, place).ok_or(Refusal::PolicyPayout)?;
        let is_reference =
            !seen.reference.trim().is_empty() && seen.reference.len() <= REFERENCE_BYTES_MAX;
        if payout.money != seen.money || !is_reference || self.is_counted(seen) {
            return Err(Refusal::PolicyPayout);
        }
        let mut records = vec![settled(Settled::PaidOut {
            window,
            place,
            reference: seen.reference.clone(),
            statement: seen.statement,
        })];
        let payouts = known.settlement.as_ref().map_or(0, |all| all.payouts.len());
        if known.paid.len().saturating_add(1) == payouts {
            records.push(settled(Settled::WindowSettled { window }));
        }
        Ok(records)
    }

    /// Whether the bank's reference has shown another payout, of any window in memory: one of the
    /// same currency, whichever document of the bank it came in, or one in the same document.
    fn is_counted(&self, seen: &PayoutSeen) -> bool {
        let mut windows = self.books.windows.values();
        windows.any(|window| {
            let mut paid = window.paid.iter();
            paid.any(|(place, paid)| {
                let payout = payout_at(window, *place);
                let is_one_account =
                    payout.is_some_and(|payout| payout.money.currency == seen.money.currency);
                paid.reference == seen.reference
                    && (is_one_account || paid.statement == seen.statement)
            })
        })
    }

    pub(super) fn adjust(&self, adjustment: &Adjustment) -> Effect {
        let Adjustment {
            break_id,
            from,
            to,
            money,
        } = adjustment;
        if !is_break_name(break_id) || from == to || money.amount.is_zero() {
            return Err(Refusal::PolicyInvalid);
        }
        if self.adjustments.contains_key(break_id) {
            return Err(Refusal::PolicyNoChange);
        }
        for purse in [from, to] {
            if let Purse::Liquidity(who) = purse {
                let cap = self.books.cap(*who, money.currency);
                cap.ok_or(Refusal::PolicyInvalid)?;
            }
        }
        if let Purse::Liquidity(who) = from {
            self.check_taken(*who, money.currency, money.amount)?;
        }
        Ok(vec![settled(Settled::Adjusted(adjustment.clone()))])
    }
}

pub(super) fn payout_at(window: &Window, place: u32) -> Option<&Instruction> {
    let payouts = &window.settlement.as_ref()?.payouts;
    payouts.get(usize::try_from(place).ok()?)
}
