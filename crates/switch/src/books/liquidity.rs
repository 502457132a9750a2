//! The money book: what participants prefunded, and what closing a break posts.
//!
//! `bank[c]` mirrors the account at the settlement bank, turned round: what came in stands there
//! as a debit. `liquidity[participant, c]` is what a participant prefunded and cannot go below
//! zero. A cap counts only as far as liquidity covers it, so that what a participant owes at the
//! end of a window is there; what settlement took from it must come back before the whole cap
//! counts again.

use ledger::{AccountIx, Book, Limit, Transfer};
use money::{Amount, Currency};

use super::{Books, Hot, PENDING, Sort, amount, key};
use crate::{Leg, ParticipantId};

impl Books {
    /// What a participant prefunded.
    pub(crate) fn liquidity(&self, participant: ParticipantId, currency: Currency) -> Amount {
        let owner = u128::from(participant.0);
        let key = key(Book::Money, Sort::Liquidity, currency, owner, PENDING);
        let found = self.ledger.find(&key);
        found.map_or(Amount::ZERO, |ix| self.ledger.balance(ix).available())
    }

    /// The cap of a participant that has accounts in a currency, covered or not.
    pub(crate) fn cap(&self, participant: ParticipantId, currency: Currency) -> Option<Amount> {
        self.hot.get(&(participant, currency))?;
        Some(self.cap_decided(participant, currency))
    }

    /// The most that a participant may owe as it was decided.
    pub(crate) fn cap_decided(&self, participant: ParticipantId, currency: Currency) -> Amount {
        let decided = self.caps.get(&(participant, currency));
        decided.copied().unwrap_or(Amount::ZERO)
    }

    /// Another cap; the caller checked that it is not below what is used.
    pub(crate) fn set_cap(&mut self, participant: ParticipantId, currency: Currency, cap: Amount) {
        self.open_hot(participant, currency);
        self.caps.insert((participant, currency), cap);
        self.refit(participant, currency);
    }

    /// What stands for a participant's debts: its liquidity, and what it paid in for windows that
    /// are not settled, as far as their debits still count.
    pub(crate) fn cover(&self, participant: ParticipantId, currency: Currency) -> Amount {
        let liquidity = self.liquidity(participant, currency);
        let on_its_way = self.paid_in(participant, currency);
        liquidity.checked_add(on_its_way).unwrap_or(Amount::MAX)
    }

    /// Makes the headroom what cap and cover allow, and never less than what is used.
    pub(crate) fn refit(&mut self, participant: ParticipantId, currency: Currency) {
        let Some(hot) = self.hot.get(&(participant, currency)).copied() else {
            return;
        };
        let cap = self.cap_decided(participant, currency);
        let allowed = cap.min(self.cover(participant, currency));
        let wanted = allowed.max(self.used_of(&hot));
        self.fund(hot.source, hot.headroom, self.cap_of(&hot), wanted);
    }

    /// What came in is the participant's.
    pub(crate) fn deposit(&mut self, who: ParticipantId, currency: Currency, amount: Amount) {
        let (bank, liquidity) = self.money_accounts(who, currency);
        self.ledger.post_now(&[Transfer {
            debit: bank,
            credit: liquidity,
            amount,
        }]);
        self.refit(who, currency);
    }

    /// What goes out is no longer the participant's; never more than there is.
    pub(crate) fn withdraw(&mut self, who: ParticipantId, currency: Currency, wanted: Amount) {
        let (bank, liquidity) = self.money_accounts(who, currency);
        let there = amount(self.ledger.balance(liquidity).net());
        self.ledger.post_now(&[Transfer {
            debit: liquidity,
            credit: bank,
            amount: wanted.min(there),
        }]);
        self.refit(who, currency);
    }

    /// A cap that is not covered is one of a journal that was begun before liquidity was kept;
    /// its money was there, and is booked now. For a cap that was decided since, there is
    /// nothing to book: it is covered, if only by money that is on its way to a window's payouts.
    pub(crate) fn cover_cap(&mut self, who: ParticipantId, currency: Currency, cap: Amount) {
        let missing = cap.saturating_sub(self.cover(who, currency));
        if !missing.is_zero() {
            self.deposit(who, currency, missing);
        }
    }

    pub(super) fn money_accounts(
        &mut self,
        who: ParticipantId,
        currency: Currency,
    ) -> (AccountIx, AccountIx) {
        let bank = key(Book::Money, Sort::Bank, currency, 0, PENDING);
        let owner = u128::from(who.0);
        let liquidity = key(Book::Money, Sort::Liquidity, currency, owner, PENDING);
        (
            self.ledger.open(bank, Limit::None),
            self.ledger.open(liquidity, Limit::NeverNegative),
        )
    }

    /// Posts legs that were never pending into the open window, through headroom like any other;
    /// the caller checked them.
    pub(crate) fn post_legs(&mut self, legs: &[Leg]) {
        let mut chain = Vec::with_capacity(legs.len().saturating_mul(2));
        for leg in legs {
            let hot = |who: ParticipantId| -> Option<Hot> {
                self.hot.get(&(who, leg.money.currency)).copied()
            };
            let (Some(owes), Some(is_owed)) = (hot(leg.owes), hot(leg.is_owed)) else {
                return;
            };
            let amount = leg.money.amount;
            chain.push(Transfer {
                debit: owes.net_window,
                credit: is_owed.net_window,
                amount,
            });
            chain.push(Transfer {
                debit: owes.headroom,
                credit: owes.used_window,
                amount,
            });
        }
        self.ledger.post_now(&chain);
        self.note_pairs(legs);
    }
}
