//! Windows, counted a second time.
//!
//! # Doctrine
//!
//! What everybody owes in a window is worked out here from the terms of what was completed in it,
//! as the journal tells them, with a netting of its own; the core is asked nothing. From that
//! follow the amounts that may be instructed, when a window may settle, and how much headroom
//! everybody has at any row: a debit counts from its reservation until its window is settled, and
//! not a moment less.

mod compare;
mod netting;
mod watch;

use std::collections::{BTreeMap, BTreeSet};

use calendar::{Cycle, Days};
use money::{Currency, Money};
use switch::{
    Arrangement, Instruction, ItemId, ParticipantId, PayoutSeen, Terms, Time, WindowId,
    WindowStatus,
};

use crate::network::HOUSE;

/// What each owes each other: by who owes, who is owed, and currency.
type Pairs = BTreeMap<(ParticipantId, ParticipantId, Currency), u128>;

/// Who owes whom how much.
type Debt = (ParticipantId, ParticipantId, Money);

const ONE_WINDOW: &str = "a payment belongs to one window";
const LIFE: &str = "a window closes once and settles whole";
const ON_TIME: &str = "a window closes on time";
const NETS: &str = "settlement is what was owed";
const CONTROL: &str = "the control account ends at zero";
const ONCE: &str = "a payout is booked once, as it was made";
const HEADROOM: &str = "headroom comes back when a window is settled";
const PLEDGES: &str = "a pledge pays what it is good for";

/// What is known of a window.
#[derive(Debug, Default)]
struct Known {
    status: WindowStatus,
    closes_at: Option<Time>,
    pairs: Pairs,
    parts: Vec<(ParticipantId, Money)>,
    payouts: Vec<Instruction>,
    paid: BTreeSet<u32>,
    held_until: Option<Time>,
}

#[derive(Debug, Default)]
pub(crate) struct Windows {
    open: WindowId,
    /// Those that are not settled.
    known: BTreeMap<WindowId, Known>,
    /// Of what has no end yet, and whether it counts against headroom already.
    debts: BTreeMap<ItemId, (Vec<Debt>, bool)>,
    /// Debits of what has no end yet.
    pending: BTreeMap<(ParticipantId, Currency), u128>,
    /// Where each payment and refund is.
    ended_in: BTreeMap<ItemId, WindowId>,
    /// Of all windows that ever were.
    nets: BTreeMap<(ParticipantId, Currency), i128>,
    arrangement: Arrangement,
    /// What is pledged, and what of it was drawn.
    pledges: BTreeMap<(ParticipantId, Currency), (u64, u64)>,
    adjusted: BTreeSet<String>,
    uetrs: BTreeSet<u128>,
    /// The row at which all was last compared with what the hub shows.
    compared: u64,
    /// A window or the money book changed since.
    has_moved: bool,
    /// Right lines that the bank wrote: which payout, and under which reference.
    lines: BTreeSet<(WindowId, u32, String)>,
    /// References that have shown a payout of a currency.
    shown: BTreeSet<(Currency, String)>,
}

impl Windows {
    /// A line of a statement that is right.
    pub(crate) fn shows(&mut self, line: &PayoutSeen) {
        let key = (line.window, line.place, line.reference.clone());
        self.lines.insert(key);
    }

    /// What a participant is owed (or owes) of everything that ever completed.
    pub(super) fn net_ever(&self, who: ParticipantId, currency: Currency) -> i128 {
        self.nets.get(&(who, currency)).copied().unwrap_or(0)
    }

    /// Debits that count against headroom: reserved, or of a window that is not settled.
    fn used(&self, who: ParticipantId, currency: Currency) -> u128 {
        let pending = self.pending.get(&(who, currency)).copied().unwrap_or(0);
        let posted = self.known.values().map(|one| one.owed(who, currency));
        posted.fold(pending, u128::saturating_add)
    }

    /// What was paid in for windows that are not settled, as far as their debits still count.
    pub(super) fn on_its_way(&self, who: ParticipantId, currency: Currency) -> u128 {
        let known = self.known.values();
        let instructed = known.filter(|one| one.status == WindowStatus::Instructed);
        instructed.fold(0, |sum: u128, one| {
            let mut parts = one.parts.iter();
            let part = parts.find(|(of, part)| *of == who && part.currency == currency);
            let part = part.map_or(0, |(_, part)| u128::from(part.amount.minor()));
            sum.saturating_add(part.min(one.owed(who, currency)))
        })
    }

    /// Holds what an item owes; `counts` from now on, or when liquidity comes for it.
    fn takes_on(&mut self, id: ItemId, debts: Vec<Debt>, counts: bool) {
        if counts {
            self.count(&debts);
        }
        self.debts.insert(id, (debts, counts));
    }

    fn count(&mut self, debts: &[Debt]) {
        for (owes, _, money) in debts {
            let sum = self.pending.entry((*owes, money.currency)).or_default();
            *sum = sum.saturating_add(u128::from(money.amount.minor()));
        }
    }

    /// Takes away what an item owes.
    fn lets_go(&mut self, id: ItemId) -> Vec<Debt> {
        let Some((debts, counts)) = self.debts.remove(&id) else {
            return Vec::new();
        };
        for (owes, _, money) in debts.iter().filter(|_| counts) {
            let sum = self.pending.entry((*owes, money.currency)).or_default();
            *sum = sum.saturating_sub(u128::from(money.amount.minor()));
        }
        debts
    }

    /// Adds debts to the open window.
    fn book(&mut self, debts: &[Debt]) {
        let Some(open) = self.known.get_mut(&self.open) else {
            return;
        };
        for (owes, is_owed, money) in debts {
            let minor = money.amount.minor();
            let pair = (*owes, *is_owed, money.currency);
            let sum = open.pairs.entry(pair).or_default();
            *sum = sum.saturating_add(u128::from(minor));
            let less = self.nets.entry((*owes, money.currency)).or_default();
            *less = less.saturating_sub(i128::from(minor));
            let more = self.nets.entry((*is_owed, money.currency)).or_default();
            *more = more.saturating_add(i128::from(minor));
        }
    }

    /// When a window that opens or is arranged at a moment closes by itself; nothing is said
    /// where business days decide.
    fn next_cut_off(&self, at: Time) -> Option<Option<Time>> {
        const MINUTE_NS: i64 = 60_000_000_000;
        // Phnom Penh is seven hours ahead all year, and Tokyo nine.
        let next = |step: i64, ahead: i64| {
            let local = at.0.saturating_add(ahead);
            let whole = local.saturating_sub(local.rem_euclid(step));
            Time(whole.saturating_add(step).saturating_sub(ahead))
        };
        match (
            &self.arrangement.schedule.cycle,
            &self.arrangement.schedule.days,
        ) {
            (Cycle::Manual, _) => Some(None),
            (_, Days::OpenIn(_)) => None,
            (Cycle::Every(minutes), Days::All) => {
                let step = i64::from(minutes.get()).saturating_mul(MINUTE_NS);
                Some(Some(next(step, 0)))
            }
            (Cycle::Daily { cut_off, zone }, Days::All) => {
                let hours = match zone {
                    calendar::Country::Kh => 7,
                    calendar::Country::Jp => 9,
                };
                let minutes = i64::from(cut_off.minutes());
                let ahead = MINUTE_NS.saturating_mul(hours * 60 - minutes);
                Some(Some(next(MINUTE_NS.saturating_mul(1_440), ahead)))
            }
        }
    }
}

impl Known {
    fn owed(&self, who: ParticipantId, currency: Currency) -> u128 {
        let of_it = |((owes, _, of), _): &(&(ParticipantId, _, Currency), &u128)| {
            *owes == who && *of == currency
        };
        let owed = self.pairs.iter().filter(of_it).map(|(_, sum)| *sum);
        owed.fold(0, u128::saturating_add)
    }

    /// What stands on its control account: paid in, and not paid out.
    fn control(&self, currency: Currency) -> i128 {
        let minor = |money: Money| match money.currency == currency {
            true => i128::from(money.amount.minor()),
            false => 0,
        };
        let parts = self.parts.iter().map(|(_, part)| minor(*part));
        let whole: i128 = parts.fold(0, i128::saturating_add);
        let paid = (0..).zip(&self.payouts);
        let paid = paid.filter(|(place, _)| self.paid.contains(place));
        paid.map(|(_, payout)| minor(payout.money))
            .fold(whole, i128::saturating_sub)
    }

    fn net(&self, who: ParticipantId, currency: Currency) -> i128 {
        let mut net: i128 = 0;
        for ((owes, is_owed, of), sum) in &self.pairs {
            let minor = i128::try_from(*sum).unwrap_or(i128::MAX);
            if *of == currency && *owes == who {
                net = net.saturating_sub(minor);
            }
            if *of == currency && *is_owed == who {
                net = net.saturating_add(minor);
            }
        }
        net
    }
}

/// Who owes whom by the terms of a payment, in the words of its design.
fn of_payment(terms: &Terms) -> Vec<Debt> {
    let [issuer, switch] = [terms.issuer_share, terms.switch_share];
    let acquirer = terms.amount.amount.saturating_sub(issuer);
    let acquirer = acquirer.saturating_sub(switch);
    let (paid, price) = (terms.principal.currency, terms.amount.currency);
    let debts = [
        (terms.payer, terms.fx, terms.principal),
        (terms.payer, HOUSE, Money::new(paid, terms.switch_fee)),
        (terms.fx, terms.payee, Money::new(price, acquirer)),
        (terms.fx, terms.payer, Money::new(price, issuer)),
        (terms.fx, HOUSE, Money::new(price, switch)),
    ];
    let some = debts
        .into_iter()
        .filter(|(.., money)| !money.amount.is_zero());
    some.collect()
}

/// The same for a refund: it goes back over the provider that exchanged it.
fn of_refund(terms: &Terms, amount: Money, payer_amount: Money) -> Vec<Debt> {
    let debts = [
        (terms.payee, terms.fx, amount),
        (terms.fx, terms.payer, payer_amount),
    ];
    let some = debts
        .into_iter()
        .filter(|(.., money)| !money.amount.is_zero());
    some.collect()
}
