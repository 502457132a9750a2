//! The ledger: accounts by index, pending chains by id, and the four operations on them.

use std::collections::{BTreeMap, BTreeSet};

use money::{Amount, Currency};

use crate::limits::ROOM_KEPT;
use crate::{Account, AccountKey, Balance, Book, Limit};

/// A dense handle of an account; good as long as the account is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountIx(usize);

/// Names a pending chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChainId(pub u128);

/// Moves `amount` from `debit` to `credit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The account that gives.
    pub debit: AccountIx,
    /// The account that takes.
    pub credit: AccountIx,
    /// How much.
    pub amount: Amount,
}

/// The account whose limit forbids a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// Which account.
    pub account: AccountIx,
    /// What it had left.
    pub available: Amount,
    /// What the chain asked of it.
    pub asked: Amount,
}

/// Why a chain cannot be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainError {
    /// A limit forbids it; expected, and the caller's to explain.
    Short(Shortfall),
    /// Two accounts of different books or currencies, or one account twice: a bug of the caller.
    Crossed,
    /// A handle that this ledger never gave out: a bug of the caller.
    Unknown,
}

/// Accounts, and the chains that are pending on them.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// A closed account leaves a hole. The next one that is opened fills the lowest, so that the
    /// end empties first, and what is empty at the end is given back.
    accounts: Vec<Option<Account>>,
    holes: BTreeSet<AccountIx>,
    by_key: BTreeMap<AccountKey, AccountIx>,
    pending: BTreeMap<ChainId, Vec<Transfer>>,
}

/// Everything that a ledger is, for who keeps it elsewhere and makes it again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerParts {
    /// The accounts in the order of their handles; `None` is a hole.
    pub accounts: Vec<Option<Account>>,
    /// The holes, the lowest first.
    pub holes: Vec<AccountIx>,
    /// The pending chains.
    pub pending: Vec<(ChainId, Vec<Transfer>)>,
}

impl AccountIx {
    /// Its number, which means something only beside the ledger that gave it.
    pub fn number(self) -> usize {
        self.0
    }

    /// A handle from its number; one that the ledger never gave out finds nothing.
    pub fn from_number(number: usize) -> Self {
        Self(number)
    }
}

impl Ledger {
    /// Opens an account, or finds it; an account that exists keeps its limit.
    pub fn open(&mut self, key: AccountKey, limit: Limit) -> AccountIx {
        if let Some(found) = self.by_key.get(&key) {
            return *found;
        }
        let account = Account {
            key,
            limit,
            balance: Balance::default(),
        };
        let ix = match self.holes.pop_first() {
            Some(hole) => hole,
            None => {
                self.accounts.push(None);
                AccountIx(self.accounts.len().saturating_sub(1))
            }
        };
        if let Some(slot) = self.accounts.get_mut(ix.0) {
            *slot = Some(account);
        }
        self.by_key.insert(key, ix);
        ix
    }

    /// Forgets an account on which nothing is pending and whose debits equal its credits, so that
    /// the totals of its book stay equal. Returns whether it did; a handle of it must not be used
    /// any more.
    pub fn close(&mut self, ix: AccountIx) -> bool {
        let Some(account) = self.account(ix) else {
            return false;
        };
        if !account.balance.is_settled() || account.balance.net() != 0 {
            return false;
        }
        let key = account.key;
        self.by_key.remove(&key);
        if let Some(slot) = self.accounts.get_mut(ix.0) {
            *slot = None;
        }
        self.holes.insert(ix);
        self.trim();
        true
    }

    /// Gives back the room at the end, so that one day of many accounts is not paid for ever.
    fn trim(&mut self) {
        while self.accounts.last().is_some_and(Option::is_none) {
            self.accounts.pop();
            self.holes.remove(&AccountIx(self.accounts.len()));
        }
        // A quarter before half is given back: so that who opens and closes at the border does
        // not move everything each time.
        let (len, capacity) = (self.accounts.len(), self.accounts.capacity());
        if capacity > ROOM_KEPT.max(len.saturating_mul(4)) {
            self.accounts.shrink_to(len.saturating_mul(2));
        }
    }

    /// Takes everything out.
    pub fn parts(&self) -> LedgerParts {
        let pending = self.pending.iter();
        LedgerParts {
            accounts: self.accounts.clone(),
            holes: self.holes.iter().copied().collect(),
            pending: pending.map(|(id, chain)| (*id, chain.clone())).collect(),
        }
    }

    /// Makes the ledger that [`Ledger::parts`] was taken from.
    pub fn from_parts(parts: LedgerParts) -> Self {
        let numbered = (0..).map(AccountIx).zip(&parts.accounts);
        let by_key = numbered
            .filter_map(|(ix, account)| account.map(|account| (account.key, ix)))
            .collect();
        Self {
            by_key,
            accounts: parts.accounts,
            holes: parts.holes.into_iter().collect(),
            pending: parts.pending.into_iter().collect(),
        }
    }

    fn account(&self, ix: AccountIx) -> Option<&Account> {
        self.accounts.get(ix.0).and_then(Option::as_ref)
    }

    /// Finds an account by its name.
    pub fn find(&self, key: &AccountKey) -> Option<AccountIx> {
        self.by_key.get(key).copied()
    }

    /// The sums of an account; all zero for a handle of another ledger.
    pub fn balance(&self, ix: AccountIx) -> Balance {
        self.account(ix)
            .map(|account| account.balance)
            .unwrap_or_default()
    }

    /// Every account, in the order of their handles.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter().flatten()
    }

    /// How many accounts there are.
    pub fn accounts_count(&self) -> usize {
        self.by_key.len()
    }

    /// How many chains are pending.
    pub fn pending_count(&self) -> usize {
        self.pending.len()
    }

    /// Whether the chain is pending.
    pub fn is_pending(&self, chain: ChainId) -> bool {
        self.pending.contains_key(&chain)
    }

    /// Whether every account allows the whole chain at once; changes nothing.
    ///
    /// # Errors
    /// The first account, in the chain's order, that forbids it; or what is malformed about it.
    pub fn check(&self, transfers: &[Transfer]) -> Result<(), ChainError> {
        for (at, transfer) in transfers.iter().enumerate() {
            let debit = self.account(transfer.debit).ok_or(ChainError::Unknown)?;
            let credit = self.account(transfer.credit).ok_or(ChainError::Unknown)?;
            let circle = |account: &Account| (account.key.book, account.key.currency);
            if circle(debit) != circle(credit) || transfer.debit == transfer.credit {
                return Err(ChainError::Crossed);
            }
            if debit.limit == Limit::None {
                continue;
            }
            // Chains have a dozen transfers, so summing again is cheaper than a map.
            let before = transfers.iter().take(at);
            if before.clone().any(|other| other.debit == transfer.debit) {
                continue;
            }
            let asked = transfers
                .iter()
                .filter(|other| other.debit == transfer.debit)
                .try_fold(Amount::ZERO, |sum, other| sum.checked_add(other.amount));
            let available = debit.balance.available();
            let asked = asked.unwrap_or(Amount::MAX);
            if asked > available {
                let account = transfer.debit;
                return Err(ChainError::Short(Shortfall {
                    account,
                    available,
                    asked,
                }));
            }
        }
        Ok(())
    }

    /// Reserves a chain that [`Ledger::check`] allowed. Returns whether it was new: a chain of
    /// the same id that is pending already is left as it is.
    pub fn pend(&mut self, chain: ChainId, transfers: Vec<Transfer>) -> bool {
        if self.pending.contains_key(&chain) {
            return false;
        }
        for transfer in &transfers {
            let minor = u128::from(transfer.amount.minor());
            self.change(transfer.debit, |b| add(&mut b.debits_pending, minor));
            self.change(transfer.credit, |b| add(&mut b.credits_pending, minor));
        }
        self.pending.insert(chain, transfers);
        true
    }

    /// Posts a pending chain, each account replaced by what `into` says for it. Returns whether
    /// the chain was pending; if not, nothing happened.
    pub fn post(&mut self, chain: ChainId, into: impl Fn(AccountIx) -> AccountIx) -> bool {
        let Some(transfers) = self.pending.remove(&chain) else {
            return false;
        };
        self.release(&transfers);
        for transfer in transfers {
            let (debit, credit) = (into(transfer.debit), into(transfer.credit));
            self.post_one(Transfer {
                debit,
                credit,
                amount: transfer.amount,
            });
        }
        true
    }

    /// Gives back what a pending chain reserved. Returns whether the chain was pending.
    pub fn void(&mut self, chain: ChainId) -> bool {
        let Some(transfers) = self.pending.remove(&chain) else {
            return false;
        };
        self.release(&transfers);
        true
    }

    /// Posts a chain that was never pending and that [`Ledger::check`] allowed.
    pub fn post_now(&mut self, transfers: &[Transfer]) {
        for transfer in transfers {
            self.post_one(*transfer);
        }
    }

    /// Posted debits and credits of a book and currency; the two are equal, always.
    pub fn totals(&self, book: Book, currency: Currency) -> (u128, u128) {
        self.accounts()
            .filter(|account| account.key.book == book && account.key.currency == currency)
            .fold((0, 0), |(debits, credits), account| {
                (
                    account.balance.debits_posted.saturating_add(debits),
                    account.balance.credits_posted.saturating_add(credits),
                )
            })
    }

    fn release(&mut self, transfers: &[Transfer]) {
        for transfer in transfers {
            let minor = u128::from(transfer.amount.minor());
            self.change(transfer.debit, |b| subtract(&mut b.debits_pending, minor));
            self.change(transfer.credit, |b| subtract(&mut b.credits_pending, minor));
        }
    }

    fn post_one(&mut self, transfer: Transfer) {
        let minor = u128::from(transfer.amount.minor());
        self.change(transfer.debit, |b| add(&mut b.debits_posted, minor));
        self.change(transfer.credit, |b| add(&mut b.credits_posted, minor));
    }

    fn change(&mut self, ix: AccountIx, change: impl FnOnce(&mut Balance)) {
        let account = self.accounts.get_mut(ix.0).and_then(Option::as_mut);
        debug_assert!(
            account.is_some(),
            "a handle that this ledger never gave out"
        );
        if let Some(account) = account {
            change(&mut account.balance);
        }
    }
}

/// Sums are `u128` of amounts below 2^63, so 2^65 transfers fit; saturating is never reached.
fn add(sum: &mut u128, minor: u128) {
    *sum = sum.saturating_add(minor);
}

fn subtract(sum: &mut u128, minor: u128) {
    debug_assert!(*sum >= minor, "released more than was pending");
    *sum = sum.saturating_sub(minor);
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAP: u8 = 1;
    const ROOM: u8 = 2;
    const USED: u8 = 3;

    fn key(kind: u8, slot: u64) -> AccountKey {
        AccountKey {
            book: Book::Limits,
            currency: Currency::Khr,
            kind,
            owner: 7,
            slot,
        }
    }

    fn amount(minor: u64) -> Amount {
        Amount::from_minor(minor).unwrap()
    }

    /// A ledger with `cap` in the room that `used` is taken from.
    fn ledger(cap: u64) -> (Ledger, AccountIx, AccountIx) {
        let mut ledger = Ledger::default();
        let source = ledger.open(key(CAP, 0), Limit::None);
        let room = ledger.open(key(ROOM, 0), Limit::NeverNegative);
        let used = ledger.open(key(USED, 0), Limit::None);
        ledger.post_now(&[Transfer {
            debit: source,
            credit: room,
            amount: amount(cap),
        }]);
        (ledger, room, used)
    }

    fn take(room: AccountIx, used: AccountIx, minor: u64) -> Transfer {
        Transfer {
            debit: room,
            credit: used,
            amount: amount(minor),
        }
    }

    #[test]
    fn a_pending_chain_holds_its_room_until_it_ends_exactly_once() {
        let (mut ledger, room, used) = ledger(100);
        assert_eq!(ledger.check(&[take(room, used, 100)]), Ok(()));
        assert!(ledger.pend(ChainId(1), vec![take(room, used, 70)]));
        assert!(!ledger.pend(ChainId(1), vec![take(room, used, 1)]));
        assert_eq!(ledger.balance(room).available(), amount(30));
        let short = Shortfall {
            account: room,
            available: amount(30),
            asked: amount(31),
        };
        assert_eq!(
            ledger.check(&[take(room, used, 31)]),
            Err(ChainError::Short(short))
        );
        assert!(ledger.void(ChainId(1)));
        assert!(!ledger.void(ChainId(1)) && !ledger.post(ChainId(1), |ix| ix));
        assert_eq!(ledger.balance(room).available(), amount(100));
        assert!(ledger.balance(used).is_settled() && ledger.balance(used).net() == 0);
    }

    #[test]
    fn a_chain_is_checked_as_a_whole() {
        let (ledger, room, used) = ledger(100);
        let chain = [take(room, used, 60), take(room, used, 41)];
        let short = Shortfall {
            account: room,
            available: amount(100),
            asked: amount(101),
        };
        assert_eq!(ledger.check(&chain), Err(ChainError::Short(short)));
        assert_eq!(
            ledger.check(&[take(room, used, 60), take(room, used, 40)]),
            Ok(())
        );
        let most = [
            take(room, used, 1),
            Transfer {
                amount: Amount::MAX,
                ..take(room, used, 0)
            },
        ];
        assert!(matches!(ledger.check(&most), Err(ChainError::Short(_))));
    }

    #[test]
    fn posting_into_another_account_releases_where_it_was_pended() {
        let (mut ledger, room, used) = ledger(100);
        let window = ledger.open(key(USED, 9), Limit::None);
        ledger.pend(ChainId(5), vec![take(room, used, 40)]);
        assert!(ledger.post(ChainId(5), |ix| if ix == used { window } else { ix }));
        assert!(ledger.balance(used).is_settled());
        assert_eq!(ledger.balance(used).net(), 0);
        assert_eq!(ledger.balance(window).net(), 40);
        assert_eq!(ledger.balance(room).available(), amount(60));
        assert_eq!(ledger.totals(Book::Limits, Currency::Khr), (140, 140));
        assert_eq!(ledger.totals(Book::Limits, Currency::Jpy), (0, 0));
    }

    #[test]
    fn only_an_account_that_stands_at_nothing_can_be_closed_and_its_place_is_used_again() {
        let (mut ledger, room, used) = ledger(100);
        let day = ledger.open(key(ROOM, 1), Limit::NeverNegative);
        ledger.post_now(&[take(room, day, 30)]);
        assert!(!ledger.close(day), "it holds something");
        ledger.pend(ChainId(1), vec![take(day, used, 30)]);
        assert!(!ledger.close(day), "something is pending on it");
        ledger.post(ChainId(1), |ix| ix);
        let before = ledger.totals(Book::Limits, Currency::Khr);
        assert!(ledger.close(day) && !ledger.close(day));
        assert_eq!(ledger.find(&key(ROOM, 1)), None);
        assert_eq!(ledger.balance(day), Balance::default());
        assert_eq!(before, (160, 160));
        assert_eq!(ledger.totals(Book::Limits, Currency::Khr), (130, 130));
        assert_eq!((ledger.accounts().count(), ledger.accounts_count()), (3, 3));
        let again = Ledger::from_parts(ledger.parts());
        assert_eq!(format!("{again:?}"), format!("{ledger:?}"));
        let next = ledger.open(key(ROOM, 2), Limit::None);
        assert_eq!((next, ledger.balance(next)), (day, Balance::default()));
        assert_eq!(
            ledger.balance(used).net(),
            30,
            "bystanders keep what they have"
        );
    }

    #[test]
    fn the_lowest_place_is_used_first_and_room_at_the_end_is_given_back() {
        let (mut ledger, ..) = ledger(100);
        let many: Vec<AccountIx> = (1..5_000)
            .map(|slot| ledger.open(key(ROOM, slot), Limit::None))
            .collect();
        let room = ledger.accounts.capacity();
        let (last, rest) = many.split_last().unwrap();
        assert!(rest.iter().all(|ix| ledger.close(*ix)));
        assert_eq!(ledger.holes.len(), rest.len());
        assert_eq!(
            ledger.accounts.len(),
            last.number() + 1,
            "the last one stands there"
        );
        assert_eq!(ledger.open(key(ROOM, 9_000), Limit::None), rest[0]);
        assert_eq!(ledger.open(key(ROOM, 9_001), Limit::None), rest[1]);
        assert!(ledger.close(*last));
        assert_eq!((ledger.holes.len(), ledger.accounts.len()), (0, 5));
        assert!(ledger.accounts.capacity() < room / 4);
        let again = Ledger::from_parts(ledger.parts());
        assert_eq!(format!("{again:?}"), format!("{ledger:?}"));
        assert_eq!(ledger.totals(Book::Limits, Currency::Khr), (100, 100));
    }

    #[test]
    fn crossing_books_or_currencies_is_refused() {
        let (mut ledger, room, used) = ledger(100);
        let yen = ledger.open(
            AccountKey {
                currency: Currency::Jpy,
                ..key(USED, 0)
            },
            Limit::None,
        );
        let owed = ledger.open(
            AccountKey {
                book: Book::Money,
                ..key(USED, 0)
            },
            Limit::None,
        );
        for credit in [yen, owed, room] {
            let crossed = Transfer {
                debit: room,
                credit,
                amount: amount(1),
            };
            assert_eq!(ledger.check(&[crossed]), Err(ChainError::Crossed));
        }
        assert_eq!(
            ledger.check(&[take(AccountIx(99), used, 1)]),
            Err(ChainError::Unknown)
        );
        assert_eq!(ledger.open(key(ROOM, 0), Limit::None), room);
        assert_eq!(ledger.find(&key(ROOM, 0)), Some(room));
        assert_eq!(ledger.find(&key(ROOM, 1)), None);
    }
}
