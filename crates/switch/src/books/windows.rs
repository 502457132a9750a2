//! The accounts of windows: running pairs, the control account, and what settling gives back.

use ledger::{AccountIx, Book, ChainError, Limit, Transfer};
use money::{Amount, Currency, Money};

use super::{Books, Hot, PENDING, Sort, amount, key};
use crate::limits::WINDOWS_KEPT;
use crate::settlement::{Purse, Settlement, Window, WindowStatus};
use crate::{Leg, ParticipantId, Stamp, Time, WindowId};

impl Books {
    /// Opens a window: from now on completed payments are posted into it.
    pub(crate) fn open_window(&mut self, id: WindowId, opened: Stamp, closes_at: Option<Time>) {
        self.window = id;
        let window = Window {
            id,
            opened,
            closes_at,
            ..Window::default()
        };
        self.windows.insert(id, window);
        let known: Vec<_> = self.hot.keys().copied().collect();
        for (participant, currency) in known {
            self.hot.remove(&(participant, currency));
            self.open_hot(participant, currency);
        }
    }

    /// Windows whose debits count against headroom, the open one among them.
    pub(crate) fn unsettled(&self) -> impl Iterator<Item = &Window> {
        let all = self.windows.values();
        all.filter(|window| window.status != WindowStatus::Settled)
    }

    /// Adds posted legs to what each owes each other in the open window.
    pub(super) fn note_pairs(&mut self, legs: &[Leg]) {
        let Some(window) = self.windows.get_mut(&self.window) else {
            return;
        };
        for leg in legs {
            let pair = (leg.owes, leg.is_owed, leg.money.currency);
            let sum = window.pairs.entry(pair).or_default();
            *sum = sum.saturating_add(u128::from(leg.money.amount.minor()));
        }
    }

    /// What a participant took on in all windows that are not settled: posted into `used`, and
    /// owed to others. The two are equal.
    pub(crate) fn unsettled_of(
        &self,
        who: ParticipantId,
        currency: Currency,
        hot: &Hot,
    ) -> (u128, u128) {
        self.unsettled().fold((0, 0), |(used, owed), window| {
            // This is asked for everybody at every batch, and mostly only one window is unsettled.
            let posted = match window.id == self.window {
                true => u128::try_from(self.ledger.balance(hot.used_window).net()).unwrap_or(0),
                false => self.used_in(window.id, who, currency),
            };
            let pairs = owed_by(window, who, currency);
            (used.saturating_add(posted), owed.saturating_add(pairs))
        })
    }

    fn used_in(&self, window: WindowId, who: ParticipantId, currency: Currency) -> u128 {
        let net = self.balance_in(window, who, currency, Book::Limits, Sort::Used);
        u128::try_from(net).unwrap_or_default()
    }

    fn balance_in(
        &self,
        window: WindowId,
        who: ParticipantId,
        currency: Currency,
        book: Book,
        sort: Sort,
    ) -> i128 {
        let key = key(book, sort, currency, u128::from(who.0), window.0);
        let found = self.ledger.find(&key);
        found.map_or(0, |ix| self.ledger.balance(ix).net())
    }

    /// The net of a participant in a window, as the ledger has it.
    pub(crate) fn net_in(&self, window: WindowId, who: ParticipantId, currency: Currency) -> i128 {
        self.balance_in(window, who, currency, Book::Obligations, Sort::Net)
    }

    /// What a participant paid in for instructed windows, as far as debits of it still count.
    /// What it paid in beyond them (a window settled in another currency) covers nothing.
    pub(super) fn paid_in(&self, who: ParticipantId, currency: Currency) -> Amount {
        let instructed = self
            .windows
            .values()
            .filter(|window| window.status == WindowStatus::Instructed);
        let parts = instructed.filter_map(|window| {
            let part = part_of(window.settlement.as_ref()?, who, currency)?;
            let used = self.used_in(window.id, who, currency);
            Some(u128::from(part.minor()).min(used))
        });
        let sum = parts.fold(0_u128, u128::saturating_add);
        u64::try_from(sum)
            .ok()
            .and_then(Amount::from_minor)
            .unwrap_or(Amount::MAX)
    }

    /// Whose liquidity does not reach for its part, or would no longer cover what it still owes
    /// elsewhere; nobody if all is well.
    pub(crate) fn short_debtor(
        &self,
        window: WindowId,
        settlement: &Settlement,
    ) -> Option<ParticipantId> {
        for (who, part) in &settlement.parts {
            let liquidity = self.liquidity(*who, part.currency);
            let Some(left) = liquidity.checked_sub(part.amount) else {
                return Some(*who);
            };
            let Some(hot) = self.hot.get(&(*who, part.currency)) else {
                return Some(*who);
            };
            let used = u128::from(self.used_of(hot).minor());
            let freed = self.used_in(window, *who, part.currency);
            let still = used.saturating_sub(freed);
            let elsewhere = self.paid_in(*who, part.currency);
            let cover = u128::from(left.minor()).saturating_add(u128::from(elsewhere.minor()));
            if cover < still {
                return Some(*who);
            }
        }
        None
    }

    /// The debtors' parts go from their liquidity to the control account: all, or none.
    pub(crate) fn set_aside(&mut self, window: WindowId, settlement: &Settlement) -> bool {
        let mut chain = Vec::with_capacity(settlement.parts.len());
        for (who, part) in &settlement.parts {
            let (_, liquidity) = self.money_accounts(*who, part.currency);
            chain.push(Transfer {
                debit: liquidity,
                credit: self.control(Book::Money, window, part.currency),
                amount: part.amount,
            });
        }
        if self.ledger.check(&chain).is_err() {
            return false;
        }
        self.ledger.post_now(&chain);
        true
    }

    /// A payout leaves the control account and the account at the bank.
    pub(crate) fn pay_out(&mut self, window: WindowId, money: Money) {
        let control = self.control(Book::Money, window, money.currency);
        let bank = self.purse(Purse::Bank, money.currency);
        self.ledger.post_now(&[Transfer {
            debit: control,
            credit: bank,
            amount: money.amount,
        }]);
    }

    /// What stands on a window's control accounts; zero once everything was paid out.
    pub(crate) fn control_sum(&self, window: WindowId, currency: Currency) -> i128 {
        let key = key(Book::Money, Sort::Control, currency, 0, window.0);
        let found = self.ledger.find(&key);
        found.map_or(0, |ix| self.ledger.balance(ix).net())
    }

    fn control(&mut self, book: Book, window: WindowId, currency: Currency) -> AccountIx {
        let key = key(book, Sort::Control, currency, 0, window.0);
        self.ledger.open(key, Limit::None)
    }

    /// Ends a window's accounts: nets go to the control of the obligations, which they leave at
    /// zero; debits give their headroom back; then the accounts are closed.
    pub(crate) fn settle(&mut self, window: WindowId) {
        let known: Vec<(ParticipantId, Currency)> = self.hot.keys().copied().collect();
        for (who, currency) in &known {
            let owner = u128::from(who.0);
            let control = self.control(Book::Obligations, window, *currency);
            let net = key(Book::Obligations, Sort::Net, *currency, owner, window.0);
            if let Some(ix) = self.ledger.find(&net) {
                let left = self.ledger.balance(ix).net();
                self.move_net(ix, control, left);
                self.ledger.close(ix);
            }
            let used = key(Book::Limits, Sort::Used, *currency, owner, window.0);
            if let Some(ix) = self.ledger.find(&used) {
                let left = self.ledger.balance(ix).net();
                if let Some(hot) = self.hot.get(&(*who, *currency)).copied() {
                    self.move_net(ix, hot.headroom, left);
                }
                self.ledger.close(ix);
            }
        }
        for currency in Currency::ALL {
            for book in [Book::Obligations, Book::Money] {
                let key = key(book, Sort::Control, currency, 0, window.0);
                if let Some(ix) = self.ledger.find(&key) {
                    self.ledger.close(ix);
                }
            }
        }
        if let Some(known) = self.windows.get_mut(&window) {
            known.status = WindowStatus::Settled;
        }
        for (who, currency) in known {
            self.refit(who, currency);
        }
        self.forget_settled();
    }

    /// Moves a balance of either sign.
    fn move_net(&mut self, from: AccountIx, to: AccountIx, net: i128) {
        let (debit, credit) = match net.is_negative() {
            true => (to, from),
            false => (from, to),
        };
        let mut left = net.unsigned_abs();
        // A sum of many payments may be larger than one transfer can be.
        while left > 0 {
            let part = left.min(u128::from(Amount::MAX.minor()));
            let moved = amount(i128::try_from(part).unwrap_or_default());
            self.ledger.post_now(&[Transfer {
                debit,
                credit,
                amount: moved,
            }]);
            left = left.saturating_sub(part);
        }
    }

    /// The tables have every window; memory keeps the last ones for who looks.
    fn forget_settled(&mut self) {
        let is_settled = |window: &&Window| window.status == WindowStatus::Settled;
        while self.windows.values().filter(is_settled).count() > WINDOWS_KEPT {
            let oldest = self.windows.values().find(is_settled).map(|one| one.id);
            let Some(oldest) = oldest else { return };
            self.windows.remove(&oldest);
        }
    }

    /// Moves what a participant owes and is owed in a closed window to the open one.
    pub(crate) fn exclude(&mut self, window: WindowId, who: ParticipantId) {
        let into = self.window;
        let Some(from) = self.windows.get_mut(&window) else {
            return;
        };
        let of_it: Vec<_> = from
            .pairs
            .iter()
            .filter(|((owes, is_owed, _), _)| *owes == who || *is_owed == who)
            .map(|(pair, sum)| (*pair, *sum))
            .collect();
        for (pair, _) in &of_it {
            from.pairs.remove(pair);
        }
        from.excluded.push((who, into));
        for ((owes, is_owed, currency), sum) in of_it {
            let net = |of: ParticipantId, at: WindowId| {
                key(
                    Book::Obligations,
                    Sort::Net,
                    currency,
                    u128::from(of.0),
                    at.0,
                )
            };
            let used =
                |at: WindowId| key(Book::Limits, Sort::Used, currency, u128::from(owes.0), at.0);
            let moved = i128::try_from(sum).unwrap_or(i128::MAX);
            for (debit, credit) in [
                (net(is_owed, window), net(owes, window)),
                (net(owes, into), net(is_owed, into)),
                (used(window), used(into)),
            ] {
                let debit = self.ledger.open(debit, Limit::None);
                let credit = self.ledger.open(credit, Limit::None);
                self.move_net(debit, credit, moved);
            }
            if let Some(open) = self.windows.get_mut(&into) {
                let there = open.pairs.entry((owes, is_owed, currency)).or_default();
                *there = there.saturating_add(sum);
            }
        }
    }

    fn purse(&mut self, purse: Purse, currency: Currency) -> AccountIx {
        let (sort, owner, limit) = match purse {
            Purse::Bank => (Sort::Bank, 0, Limit::None),
            Purse::Suspense => (Sort::Suspense, 0, Limit::None),
            Purse::WrittenOff => (Sort::WrittenOff, 0, Limit::None),
            Purse::Liquidity(who) => (Sort::Liquidity, u128::from(who.0), Limit::NeverNegative),
        };
        let key = key(Book::Money, sort, currency, owner, PENDING);
        self.ledger.open(key, limit)
    }

    /// What a purse holds, seen from the hub: what is at the bank counts as positive.
    pub(crate) fn in_purse(&self, purse: Purse, currency: Currency) -> i128 {
        let (sort, owner) = match purse {
            Purse::Bank => (Sort::Bank, 0),
            Purse::Suspense => (Sort::Suspense, 0),
            Purse::WrittenOff => (Sort::WrittenOff, 0),
            Purse::Liquidity(who) => (Sort::Liquidity, u128::from(who.0)),
        };
        let key = key(Book::Money, sort, currency, owner, PENDING);
        let net = self.ledger.find(&key);
        let net = net.map_or(0, |ix| self.ledger.balance(ix).net());
        match purse {
            Purse::Bank => net.saturating_neg(),
            Purse::Suspense | Purse::WrittenOff | Purse::Liquidity(_) => net,
        }
    }

    /// Moves money between purses. What comes from the bank's account is debited there, like a
    /// deposit.
    pub(crate) fn adjust(&mut self, from: Purse, to: Purse, money: Money) {
        let debit = self.purse(from, money.currency);
        let credit = self.purse(to, money.currency);
        self.ledger.post_now(&[Transfer {
            debit,
            credit,
            amount: money.amount,
        }]);
        for purse in [from, to] {
            if let Purse::Liquidity(who) = purse {
                self.refit(who, money.currency);
            }
        }
    }

    /// What is pledged for a participant, and what of it was drawn.
    pub(crate) fn pledge(&self, who: ParticipantId, currency: Currency) -> (Amount, Amount) {
        let key = key(
            Book::Limits,
            Sort::Pledge,
            currency,
            u128::from(who.0),
            PENDING,
        );
        let Some(ix) = self.ledger.find(&key) else {
            return (Amount::ZERO, Amount::ZERO);
        };
        let left = self.ledger.balance(ix).available();
        let drawn = self.drawn(who, currency);
        (left.checked_add(drawn).unwrap_or(Amount::MAX), drawn)
    }

    fn drawn(&self, who: ParticipantId, currency: Currency) -> Amount {
        let owner = u128::from(who.0);
        let key = key(Book::Limits, Sort::PledgeUsed, currency, owner, PENDING);
        let found = self.ledger.find(&key);
        found.map_or(Amount::ZERO, |ix| amount(self.ledger.balance(ix).net()))
    }

    fn pledge_accounts(&mut self, who: ParticipantId, currency: Currency) -> [AccountIx; 3] {
        let owner = u128::from(who.0);
        [
            (Sort::PledgeSource, Limit::None),
            (Sort::Pledge, Limit::NeverNegative),
            (Sort::PledgeUsed, Limit::NeverNegative),
        ]
        .map(|(sort, limit)| {
            let key = key(Book::Limits, sort, currency, owner, PENDING);
            self.ledger.open(key, limit)
        })
    }

    /// Another amount is pledged; the caller checked that it is not below what was drawn.
    pub(crate) fn set_pledge(&mut self, who: ParticipantId, currency: Currency, limit: Amount) {
        let [source, left, _] = self.pledge_accounts(who, currency);
        let (_, drawn) = self.pledge(who, currency);
        let now = self.ledger.balance(left).available();
        self.fund(source, left, now, limit.saturating_sub(drawn));
    }

    /// The pledge pays into the account at the bank.
    pub(crate) fn draw(&mut self, who: ParticipantId, money: Money) {
        let [_, left, used] = self.pledge_accounts(who, money.currency);
        self.ledger.post_now(&[Transfer {
            debit: left,
            credit: used,
            amount: money.amount,
        }]);
        self.deposit(who, money.currency, money.amount);
    }

    /// What was drawn goes back.
    pub(crate) fn repay(&mut self, who: ParticipantId, money: Money) {
        let [_, left, used] = self.pledge_accounts(who, money.currency);
        self.ledger.post_now(&[Transfer {
            debit: used,
            credit: left,
            amount: money.amount,
        }]);
        self.withdraw(who, money.currency, money.amount);
    }

    /// Whether the ledger would allow the debtors' parts; changes nothing.
    pub(crate) fn check_parts(&self, settlement: &Settlement) -> Result<(), ChainError> {
        let mut chain = Vec::with_capacity(settlement.parts.len());
        for (who, part) in &settlement.parts {
            let find = |sort, owner| {
                let key = key(Book::Money, sort, part.currency, owner, PENDING);
                self.ledger.find(&key).ok_or(ChainError::Unknown)
            };
            chain.push(Transfer {
                debit: find(Sort::Liquidity, u128::from(who.0))?,
                credit: find(Sort::Bank, 0)?,
                amount: part.amount,
            });
        }
        self.ledger.check(&chain)
    }
}

/// A participant's part of a settlement.
fn part_of(settlement: &Settlement, who: ParticipantId, currency: Currency) -> Option<Amount> {
    let mut parts = settlement.parts.iter();
    let found = parts.find(|(of, part)| *of == who && part.currency == currency);
    found.map(|(_, part)| part.amount)
}

/// What a participant owes all others in a window.
fn owed_by(window: &Window, who: ParticipantId, currency: Currency) -> u128 {
    let first = (who, ParticipantId(0), Currency::ALL[0]);
    let of_it = window.pairs.range(first..);
    of_it
        .take_while(|((owes, ..), _)| *owes == who)
        .filter(|((.., of), _)| *of == currency)
        .fold(0, |sum, (_, minor)| sum.saturating_add(*minor))
}
