//! The settlement bank: it pays out what it is told, and its statements show it.
//!
//! It hears of payouts by itself, as it would by a payment message, and pays each of them once
//! under its UETR. What it pays and what its statements say of it are two things: a line may come
//! late, more than once, in another order, or never; and some lines are wrong.

use std::collections::{BTreeMap, BTreeSet};

use money::Money;
use switch::{Digest, Instruction, PayoutSeen, Span, Switch, Time, WindowId, WindowStatus};

use crate::dice::Dice;
use crate::faults::{Fault, Rates};
use crate::message::Word;
use crate::network::amount;
use crate::oracle::Oracle;

/// A payout that it was told to make.
#[derive(Clone, Debug)]
struct Payout {
    window: WindowId,
    place: u32,
    money: Money,
    pays_at: Time,
    /// No statement shows it before faults have ended.
    is_silent: bool,
}

/// A line on its way to the hub.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) seen: PayoutSeen,
    /// It cannot be right, and must be refused.
    pub(crate) is_wrong: bool,
}

#[derive(Debug)]
pub(crate) struct Clearer {
    dice: Dice,
    /// How often lines are wrong or missing, of 10,000.
    errs: u64,
    /// How often a line is shown again, of 10,000.
    repeats: u64,
    payouts: BTreeMap<u128, Payout>,
    statements: u32,
    /// The calls by which wrong lines were sent.
    wrong: BTreeSet<u64>,
}

impl Clearer {
    pub(crate) fn new(seed: u64, rates: &Rates) -> Self {
        Self {
            dice: Dice::of(seed, "clearer", 0),
            errs: rates.of(Fault::Liar).saturating_mul(8),
            repeats: rates.of(Fault::Duplication).saturating_mul(8),
            payouts: BTreeMap::new(),
            statements: 0,
            wrong: BTreeSet::new(),
        }
    }

    /// How long until its next statement.
    pub(crate) fn pause(&mut self, is_calm: bool) -> Span {
        match is_calm {
            true => self.dice.millis(1_000, 3_000),
            false => self.dice.millis(2_000, 9_000),
        }
    }

    /// Takes on what is instructed, and writes a statement; wrong lines stand in it as well.
    pub(crate) fn statement(
        &mut self,
        oracle: &mut Oracle,
        now: Time,
        is_calm: bool,
        switch: &Switch,
    ) -> Vec<Line> {
        self.hear_of(now, is_calm, switch);
        self.statements = self.statements.saturating_add(1);
        let statement = digest(self.statements);
        let mut lines = Vec::new();
        let (errs, repeats) = match is_calm {
            true => (0, 0),
            false => (self.errs, self.repeats),
        };
        let mut wrong = Vec::new();
        for (uetr, payout) in &mut self.payouts {
            let is_known = is_known(switch, payout);
            let is_due = payout.pays_at <= now && (is_calm || !payout.is_silent);
            // What the hub has not seen is sent again; now and then so is what it has.
            let chance = match (is_due, is_known) {
                (false, _) => 0,
                (true, false) => 6_000,
                (true, true) => repeats / 4,
            };
            let is_shown = self.dice.chance(chance);
            let line = PayoutSeen {
                window: payout.window,
                place: payout.place,
                money: payout.money,
                reference: reference(*uetr),
                statement,
            };
            if self.dice.chance(errs / 4) && payout.pays_at <= now {
                wrong.push(line.clone());
            }
            if is_shown {
                oracle.windows.shows(&line);
                lines.push(Line {
                    seen: line,
                    is_wrong: false,
                });
            }
        }
        for line in wrong {
            lines.extend(self.spoil(line).map(|seen| Line {
                seen,
                is_wrong: true,
            }));
        }
        self.forget(switch);
        self.shuffle(&mut lines);
        lines
    }

    /// What is settled is shown again for a while, and then no more.
    fn forget(&mut self, switch: &Switch) {
        let dice = &mut self.dice;
        self.payouts.retain(|_, payout| {
            let window = switch.window_of(payout.window);
            let is_over = window.is_none_or(|window| window.status == WindowStatus::Settled);
            !is_over || !dice.chance(1_000)
        });
    }

    pub(crate) fn sends(&mut self, call: u64, line: &Line) {
        if line.is_wrong {
            self.wrong.insert(call);
        }
    }

    /// The hub's answer to a line.
    pub(crate) fn hears(&mut self, oracle: &mut Oracle, call: u64, word: &Word) {
        let is_wrong = self.wrong.remove(&call);
        match word {
            Word::Refused(_, refusal) => {
                let what = if is_wrong {
                    "wrong line refused"
                } else {
                    "line refused"
                };
                oracle.actions.heard(what, *refusal);
            }
            Word::Done if is_wrong => {
                let words = "a line that cannot be right is taken";
                oracle.violation("a payout is booked once, as it was made", None, words);
            }
            Word::Done
            | Word::Again
            | Word::Action(_)
            | Word::Quoted(_)
            | Word::Item(..)
            | Word::Closed(..)
            | Word::NotFound(_) => {}
        }
    }

    /// Whether it made a payout, and its reference; as it says on the telephone.
    pub(crate) fn has_paid(&self, uetr: u128, now: Time) -> Option<String> {
        let payout = self.payouts.get(&uetr)?;
        (payout.pays_at <= now).then(|| format!("by telephone: {}", reference(uetr)))
    }

    fn hear_of(&mut self, now: Time, is_calm: bool, switch: &Switch) {
        let instructed = |window: &&switch::Window| window.status == WindowStatus::Instructed;
        for window in switch.windows().filter(instructed) {
            let settlement = window.settlement.as_ref();
            let payouts: &[Instruction] = settlement.map_or(&[], |all| all.payouts.as_slice());
            for (place, payout) in (0_u32..).zip(payouts) {
                if self.payouts.contains_key(&payout.uetr) {
                    continue;
                }
                let takes = match is_calm {
                    true => self.dice.millis(0, 3_000),
                    false => self.dice.millis(0, 40_000),
                };
                let is_silent = !is_calm && self.dice.chance(self.errs.saturating_mul(2));
                self.payouts.insert(
                    payout.uetr,
                    Payout {
                        window: window.id,
                        place,
                        money: payout.money,
                        pays_at: now.after(takes),
                        is_silent,
                    },
                );
            }
        }
    }

    /// A line that cannot be right; nothing where it would be by chance.
    fn spoil(&mut self, mut line: PayoutSeen) -> Option<PayoutSeen> {
        match self.dice.below(5) {
            0 => {
                let more = line.money.amount.minor().saturating_add(1);
                line.money = Money::new(line.money.currency, amount(more));
            }
            1 => {
                let less = line.money.amount.minor().checked_sub(1)?;
                line.money = Money::new(line.money.currency, amount(less));
            }
            2 => {
                let other = line.place.saturating_add(1);
                let of_it = |one: &&Payout| one.window == line.window && one.place == other;
                let there = self.payouts.values().find(of_it).map(|one| one.money);
                if there == Some(line.money) {
                    return None;
                }
                line.place = other;
            }
            3 => line.window = WindowId(line.window.0.saturating_add(500)),
            // Nobody can find such a line again, unless it is known under its true name.
            _unnamed => line.reference = String::from(" "),
        }
        Some(line)
    }

    fn shuffle(&mut self, lines: &mut [Line]) {
        let many = u64::try_from(lines.len()).unwrap_or(0);
        for (at, last) in (0..lines.len()).zip((0..many).rev()) {
            let other = usize::try_from(self.dice.between(0, last)).unwrap_or(0);
            lines.swap(at, at.saturating_add(other));
        }
    }
}

fn is_known(switch: &Switch, payout: &Payout) -> bool {
    let window = switch.window_of(payout.window);
    window.is_none_or(|window| window.paid.contains_key(&payout.place))
}

fn reference(uetr: u128) -> String {
    format!("LINE-{uetr:032x}")
}

/// The hash of a statement, which is never that of none.
fn digest(number: u32) -> Digest {
    let mut hash = [7; 32];
    for (to, from) in hash.iter_mut().zip(number.to_be_bytes()) {
        *to = from;
    }
    Digest(hash)
}
