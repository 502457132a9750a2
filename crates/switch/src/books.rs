//! The three books: which account stands for what, and the chains that payments move.
//!
//! # Doctrine
//!
//! * `net[window, participant]` says who owes whom; per window and currency they sum to zero.
//!   A reservation stands on `net[pending]` and moves to the open window when it is posted.
//! * `headroom[participant]` is funded with the cap and cannot go below zero. Every leg moves its
//!   amount from the owing participant's headroom to `used`, in the same chain as the obligation
//!   itself: an obligation without headroom cannot be written down, not even by mistake.
//! * What a participant is owed does not raise its headroom before it is settled.
//! * The payer's local day and the FX provider's exposure are accounts too, so they survive a
//!   restart and two requests in one batch can never spend the same riel.
//! * The order of a chain decides which refusal wins: obligations can never be short, then comes
//!   the owing participants' headroom in the order of the legs, then the payer's day.

mod liquidity;
mod windows;

use std::collections::BTreeMap;

use ledger::{AccountIx, AccountKey, Book, ChainError, ChainId, Ledger, Limit, Transfer};
use money::{Amount, Currency, Money};

use crate::settlement::Window;
use crate::{CorridorId, ItemId, Leg, ParticipantId, PayerKey, WindowId};

/// What an account of the books is; the number is part of its key in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Sort {
    Net = 1,
    Headroom = 2,
    Used = 3,
    CapSource = 4,
    PayerDay = 5,
    PayerDaySource = 6,
    PayerDayUsed = 7,
    Exposure = 8,
    ExposureSource = 9,
    ExposureUsed = 10,
    Refundable = 11,
    RefundableSource = 12,
    RefundableUsed = 13,
    Bank = 14,
    Liquidity = 15,
    Control = 16,
    Suspense = 17,
    WrittenOff = 18,
    Pledge = 19,
    PledgeSource = 20,
    PledgeUsed = 21,
}

impl Sort {
    const fn number(self) -> u8 {
        #[expect(clippy::as_conversions, reason = "the discriminant of a repr(u8) enum")]
        {
            self as u8
        }
    }
}

/// The slot of an account that belongs to no window yet.
const PENDING: u64 = 0;

/// Handles of the accounts that every payment of a participant touches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hot {
    pub(crate) headroom: AccountIx,
    pub(crate) source: AccountIx,
    pub(crate) used_pending: AccountIx,
    pub(crate) net_pending: AccountIx,
    pub(crate) used_window: AccountIx,
    pub(crate) net_window: AccountIx,
}

/// The ledger and the handles into it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Books {
    pub(crate) ledger: Ledger,
    /// By participant and currency; grows when a participant or a currency first appears.
    pub(crate) hot: BTreeMap<(ParticipantId, Currency), Hot>,
    pub(crate) window: WindowId,
    /// Windows in memory: the open one, those that are not settled, and the last that were.
    pub(crate) windows: BTreeMap<WindowId, Window>,
    /// The most that a participant may owe as it was decided; what its liquidity does not cover
    /// of it is not funded.
    pub(crate) caps: BTreeMap<(ParticipantId, Currency), Amount>,
}

/// The accounts that a payment or refund needs beside the participants' own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Extra {
    /// A payment uses the payer's day and the provider's exposure.
    Payment {
        day: PayerDay,
        paid: Money,
        fx: ParticipantId,
        corridor: CorridorId,
        exposed: Money,
    },
    /// A refund uses what is left of its payment in both currencies.
    Refund {
        payment: ItemId,
        amount: Money,
        payer_amount: Money,
    },
}

/// A payer's local day in a corridor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PayerDay {
    pub(crate) payer: PayerKey,
    pub(crate) corridor: CorridorId,
    pub(crate) day: i64,
}

/// What is short, for the caller to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Short {
    Headroom(ParticipantId),
    /// An account does not exist; what must be set up before a chain can be made.
    Missing,
}

fn key(book: Book, sort: Sort, currency: Currency, owner: u128, slot: u64) -> AccountKey {
    AccountKey {
        book,
        currency,
        kind: sort.number(),
        owner,
        slot,
    }
}

fn day_key(of: PayerDay, currency: Currency) -> AccountKey {
    // 48 bits of days are 770,000 million years; the corridor stands above them, so that the
    // limit of one corridor is never used up or widened by another.
    const DAY_BITS: u32 = 48;
    let day = of.day.cast_unsigned() & (u64::MAX >> (u64::BITS - DAY_BITS));
    let slot = (u64::from(of.corridor.0) << DAY_BITS) | day;
    key(Book::Limits, Sort::PayerDay, currency, of.payer.0, slot)
}

fn exposure_key(fx: ParticipantId, corridor: CorridorId, currency: Currency) -> AccountKey {
    key(
        Book::Limits,
        Sort::Exposure,
        currency,
        u128::from(fx.0),
        u64::from(corridor.0),
    )
}

fn refundable_key(payment: ItemId, currency: Currency) -> AccountKey {
    key(Book::Limits, Sort::Refundable, currency, payment.0, 0)
}

impl Books {
    /// The hot accounts of a participant in a currency, opened when they are first needed.
    pub(crate) fn open_hot(&mut self, participant: ParticipantId, currency: Currency) -> Hot {
        if let Some(hot) = self.hot.get(&(participant, currency)) {
            return *hot;
        }
        let owner = u128::from(participant.0);
        let window = self.window.0;
        let mut open = |book, sort, slot, limit| {
            self.ledger
                .open(key(book, sort, currency, owner, slot), limit)
        };
        let hot = Hot {
            headroom: open(Book::Limits, Sort::Headroom, PENDING, Limit::NeverNegative),
            source: open(Book::Limits, Sort::CapSource, PENDING, Limit::None),
            used_pending: open(Book::Limits, Sort::Used, PENDING, Limit::None),
            net_pending: open(Book::Obligations, Sort::Net, PENDING, Limit::None),
            used_window: open(Book::Limits, Sort::Used, window, Limit::None),
            net_window: open(Book::Obligations, Sort::Net, window, Limit::None),
        };
        self.hot.insert((participant, currency), hot);
        hot
    }

    /// What of the cap is funded, because liquidity covers it.
    pub(crate) fn cap_of(&self, hot: &Hot) -> Amount {
        amount(self.ledger.balance(hot.source).net().saturating_neg())
    }

    /// What of the cap is used: reserved, or owed in a window that is not settled.
    pub(crate) fn used_of(&self, hot: &Hot) -> Amount {
        let left = self.ledger.balance(hot.headroom).available();
        self.cap_of(hot).saturating_sub(left)
    }

    /// Makes the room for new exchanges at a version of the provider's rates.
    pub(crate) fn set_exposure(
        &mut self,
        fx: ParticipantId,
        corridor: CorridorId,
        currency: Currency,
        max: Amount,
    ) {
        let exposure = self
            .ledger
            .open(exposure_key(fx, corridor, currency), Limit::NeverNegative);
        let source = self.source(Sort::ExposureSource, currency);
        self.source(Sort::ExposureUsed, currency);
        // What older versions have in flight counts against the new one as well, until it ends.
        let balance = self.ledger.balance(exposure);
        let now = amount(balance.net());
        let pending = u64::try_from(balance.debits_pending)
            .ok()
            .and_then(Amount::from_minor);
        let floor = pending.unwrap_or(Amount::MAX);
        self.fund(source, exposure, now, max.max(floor));
    }

    /// Moves between a control account and a limited one, so that the latter holds `wanted`.
    fn fund(&mut self, source: AccountIx, limited: AccountIx, now: Amount, wanted: Amount) {
        let up = wanted.saturating_sub(now);
        let down = now.saturating_sub(wanted);
        let (debit, credit, amount) = if down.is_zero() {
            (source, limited, up)
        } else {
            (limited, source, down)
        };
        if !amount.is_zero() {
            self.ledger.post_now(&[Transfer {
                debit,
                credit,
                amount,
            }]);
        }
    }

    fn source(&mut self, sort: Sort, currency: Currency) -> AccountIx {
        self.ledger
            .open(key(Book::Limits, sort, currency, 0, 0), Limit::None)
    }

    /// Opens and funds the payer's local day, if this is its first payment.
    pub(crate) fn open_day(&mut self, of: PayerDay, currency: Currency, max: Amount) {
        let key = day_key(of, currency);
        if self.ledger.find(&key).is_none() {
            let source = self.source(Sort::PayerDaySource, currency);
            let limited = self.ledger.open(key, Limit::NeverNegative);
            self.fund(source, limited, Amount::ZERO, max);
        }
        self.source(Sort::PayerDayUsed, currency);
    }

    /// What the payer may still pay on a local day.
    pub(crate) fn day_left(&self, of: PayerDay, currency: Currency, max: Amount) -> Amount {
        self.ledger
            .find(&day_key(of, currency))
            .map_or(max, |ix| self.ledger.balance(ix).available())
    }

    /// What an FX provider may still exchange in a corridor.
    pub(crate) fn exposure_left(
        &self,
        fx: ParticipantId,
        corridor: CorridorId,
        currency: Currency,
    ) -> Amount {
        self.ledger
            .find(&exposure_key(fx, corridor, currency))
            .map_or(Amount::ZERO, |ix| self.ledger.balance(ix).available())
    }

    /// What a participant may still owe.
    pub(crate) fn headroom(&self, participant: ParticipantId, currency: Currency) -> Amount {
        self.hot
            .get(&(participant, currency))
            .map_or(Amount::ZERO, |hot| {
                self.ledger.balance(hot.headroom).available()
            })
    }

    /// Opens what can still be refunded of a payment, if no refund of it is in memory: all of it
    /// but `before`, which went back already.
    pub(crate) fn open_refundable(
        &mut self,
        payment: ItemId,
        both: [Money; 2],
        before: [Amount; 2],
    ) {
        for (money, before) in both.into_iter().zip(before) {
            let key = refundable_key(payment, money.currency);
            if self.ledger.find(&key).is_none() {
                let source = self.source(Sort::RefundableSource, money.currency);
                let limited = self.ledger.open(key, Limit::NeverNegative);
                self.fund(source, limited, Amount::ZERO, money.amount);
                let used = self.source(Sort::RefundableUsed, money.currency);
                self.fund(
                    used,
                    limited,
                    money.amount,
                    money.amount.saturating_sub(before),
                );
            }
            self.source(Sort::RefundableUsed, money.currency);
        }
    }

    /// Ends what is kept of a payment's refunds: what went back and what is left of it return to
    /// where they came from, so that the control accounts stand for open payments only.
    pub(crate) fn close_refundable(&mut self, payment: ItemId) {
        for currency in Currency::ALL {
            let Some(limited) = self.ledger.find(&refundable_key(payment, currency)) else {
                continue;
            };
            let used = self.source(Sort::RefundableUsed, currency);
            let source = self.source(Sort::RefundableSource, currency);
            self.unwind(limited, used, source);
        }
    }

    /// Ends a payer's day. Returns whether it is gone; it stays while something is pending on it.
    pub(crate) fn close_day(&mut self, of: PayerDay, currency: Currency) -> bool {
        let Some(limited) = self.ledger.find(&day_key(of, currency)) else {
            return true;
        };
        let used = self.source(Sort::PayerDayUsed, currency);
        let source = self.source(Sort::PayerDaySource, currency);
        self.unwind(limited, used, source)
    }

    /// Whether nothing is pending on a payer's day.
    pub(crate) fn is_day_settled(&self, of: PayerDay, currency: Currency) -> bool {
        let day = self.ledger.find(&day_key(of, currency));
        day.is_none_or(|ix| self.ledger.balance(ix).is_settled())
    }

    /// Takes back what a limited account gave to `used`, gives everything back to its source, and
    /// closes it.
    fn unwind(&mut self, limited: AccountIx, used: AccountIx, source: AccountIx) -> bool {
        let balance = self.ledger.balance(limited);
        if !balance.is_settled() {
            return false;
        }
        let spent = minor(balance.debits_posted);
        let whole = minor(balance.credits_posted);
        let transfers = [(used, limited, spent), (limited, source, whole)];
        let moved = transfers
            .into_iter()
            .filter(|(.., amount)| !amount.is_zero());
        let moved: Vec<Transfer> = moved
            .map(|(debit, credit, amount)| Transfer {
                debit,
                credit,
                amount,
            })
            .collect();
        self.ledger.post_now(&moved);
        self.ledger.close(limited)
    }

    /// What of a payment went back or is on its way, in one of its currencies.
    pub(crate) fn refunded(&self, payment: ItemId, currency: Currency) -> Refunded {
        let Some(ix) = self.ledger.find(&refundable_key(payment, currency)) else {
            return Refunded::default();
        };
        let balance = self.ledger.balance(ix);
        let posted = minor(balance.debits_posted);
        let pending = minor(balance.debits_pending);
        Refunded {
            posted,
            begun: posted.checked_add(pending).unwrap_or(Amount::MAX),
        }
    }

    /// The whole chain of an item: every leg with its headroom, then what else it uses.
    pub(crate) fn chain(&self, legs: &[Leg], extra: Extra) -> Result<Vec<Transfer>, Short> {
        let mut chain = Vec::with_capacity(14);
        for leg in legs {
            let hot = |who| {
                self.hot
                    .get(&(who, leg.money.currency))
                    .ok_or(Short::Missing)
            };
            let (owes, is_owed) = (hot(leg.owes)?, hot(leg.is_owed)?);
            let amount = leg.money.amount;
            chain.push(Transfer {
                debit: owes.net_pending,
                credit: is_owed.net_pending,
                amount,
            });
            chain.push(Transfer {
                debit: owes.headroom,
                credit: owes.used_pending,
                amount,
            });
        }
        chain.extend(self.extra_chain(extra)?);
        Ok(chain)
    }

    /// Only what an item uses beside the participants' own accounts.
    pub(crate) fn extra_chain(&self, extra: Extra) -> Result<Vec<Transfer>, Short> {
        let find = |key: &AccountKey| self.ledger.find(key).ok_or(Short::Missing);
        let used = |sort, currency| find(&key(Book::Limits, sort, currency, 0, 0));
        match extra {
            Extra::Payment {
                day,
                paid,
                fx,
                corridor,
                exposed,
            } => Ok(vec![
                Transfer {
                    debit: find(&exposure_key(fx, corridor, exposed.currency))?,
                    credit: used(Sort::ExposureUsed, exposed.currency)?,
                    amount: exposed.amount,
                },
                Transfer {
                    debit: find(&day_key(day, paid.currency))?,
                    credit: used(Sort::PayerDayUsed, paid.currency)?,
                    amount: paid.amount,
                },
            ]),
            Extra::Refund {
                payment,
                amount,
                payer_amount,
            } => [amount, payer_amount]
                .into_iter()
                .map(|money| {
                    Ok(Transfer {
                        debit: find(&refundable_key(payment, money.currency))?,
                        credit: used(Sort::RefundableUsed, money.currency)?,
                        amount: money.amount,
                    })
                })
                .collect(),
        }
    }

    /// Whether all owing participants have the headroom for these legs; changes nothing.
    pub(crate) fn check_legs(&self, legs: &[Leg]) -> Result<(), Short> {
        let mut chain = Vec::with_capacity(legs.len().saturating_mul(2));
        for leg in legs {
            let hot = |who| {
                self.hot
                    .get(&(who, leg.money.currency))
                    .ok_or(Short::Missing)
            };
            hot(leg.is_owed)?;
            let owes = hot(leg.owes)?;
            let amount = leg.money.amount;
            chain.push(Transfer {
                debit: owes.headroom,
                credit: owes.used_pending,
                amount,
            });
        }
        match self.ledger.check(&chain) {
            Ok(()) => Ok(()),
            Err(ChainError::Short(short)) => Err(self
                .hot
                .iter()
                .find(|(_, hot)| hot.headroom == short.account)
                .map_or(Short::Missing, |((who, _), _)| Short::Headroom(*who))),
            Err(ChainError::Crossed | ChainError::Unknown) => Err(Short::Missing),
        }
    }

    /// Posts an item's chain into the open window.
    pub(crate) fn post(&mut self, id: ItemId, legs: &[Leg]) -> bool {
        // The accounts that a chain can stand on are those of its legs' participants: a handful,
        // so a list of pairs is quicker than a map.
        let mut moves: Vec<(AccountIx, AccountIx)> = Vec::with_capacity(12);
        for leg in legs {
            for who in [leg.owes, leg.is_owed] {
                if let Some(hot) = self.hot.get(&(who, leg.money.currency)) {
                    moves.push((hot.net_pending, hot.net_window));
                    moves.push((hot.used_pending, hot.used_window));
                }
            }
        }
        let is_posted = self.ledger.post(ChainId(id.0), |ix| {
            moves
                .iter()
                .find(|(from, _)| *from == ix)
                .map_or(ix, |(_, into)| *into)
        });
        if is_posted {
            self.note_pairs(legs);
        }
        is_posted
    }
}

/// How much of a payment went back (`posted`), and with what is on its way (`begun`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refunded {
    /// Gone back for good.
    pub posted: Amount,
    /// Gone back or on its way.
    pub begun: Amount,
}

/// A sum of an account that no more than one payment or one day goes through.
fn minor(sum: u128) -> Amount {
    let minor = u64::try_from(sum).ok().and_then(Amount::from_minor);
    minor.unwrap_or(Amount::MAX)
}

fn amount(net: i128) -> Amount {
    u64::try_from(net)
        .ok()
        .and_then(Amount::from_minor)
        .unwrap_or(Amount::ZERO)
}
