//! What an operator does about what is open.

use money::{Amount, Currency};
use switch::{
    Act, BreakKind, Item, ItemId, Operate, ParticipantId, State, Stuck, StuckThing, Switch,
};

use super::judge::decision;
use super::{Desk, Person};
use crate::dice::Dice;
use crate::limits::STUCK_SHOWN_MAX;
use crate::message::Credit;
use crate::network::{HOUSE, MEMBERS, amount};
use crate::oracle::End;

/// The cap of somebody to whom liquidity is no question.
const AMPLE: u64 = 1_000_000_000_000;

impl Person {
    pub(super) fn repair(&mut self, desk: &mut Desk<'_>, out: &mut Vec<Operate>) {
        let items = desk.switch.stuck_items(None, STUCK_SHOWN_MAX);
        let rest = desk.switch.stuck_rest(desk.clock, STUCK_SHOWN_MAX);
        for Stuck { what, .. } in items.into_iter().chain(rest) {
            // Nobody does everything, and in the end everybody does what there is. Doubts are left
            // to the rail for a while, and some to the end.
            let hurry = match (desk.is_calm, what) {
                (true, StuckThing::Item(_)) => 1_000,
                (true, _) => 5_000,
                (false, StuckThing::Item(_)) => 700,
                (false, StuckThing::Window(_)) => 2_500,
                (false, StuckThing::Rail(_)) => 400,
                (false, _) => 1_200,
            };
            if !self.dice.chance(hurry) {
                continue;
            }
            match what {
                StuckThing::Item(id) => self.look_into_doubt(desk, id, out),
                StuckThing::Break(id) => self.close_break(desk, id, out),
                StuckThing::Rail(participant) => {
                    self.once(desk, Act::ResumeRail { participant }, out);
                }
                StuckThing::Suspended(participant) => {
                    self.once(desk, Act::Resume { participant }, out);
                }
                StuckThing::Window(id) => self.settle_window(desk, id, out),
                StuckThing::Action(_) | StuckThing::Untold(..) => {}
            }
        }
        self.read_statements(desk, out);
        if desk.is_calm {
            self.make_liquid(desk, out);
        }
    }

    pub(super) fn once(&mut self, desk: &mut Desk<'_>, act: Act, out: &mut Vec<Operate>) {
        if !self.is_taken_up(desk, |other| *other == act) {
            self.propose(desk, act, out);
        }
    }

    fn look_into_doubt(&mut self, desk: &mut Desk<'_>, id: ItemId, out: &mut Vec<Operate>) {
        let item = desk.switch.item(id);
        let Some(item) = item.filter(|item| item.state == State::InDoubt) else {
            return;
        };
        let creditor = item.creditor;
        if self.is_taken_up(
            desk,
            |act| matches!(act, Act::Resolve { item, .. } if *item == id),
        ) {
            return;
        }
        // Of every third nobody can say, and only the deadline ends it.
        if Dice::of(0, "doubt", id.0).chance(3_333) {
            return;
        }
        let Some(bank) = desk.banks.get_mut(&creditor) else {
            return;
        };
        let is_credited = bank.is_rung_up(id);
        let is_wrong = !desk.is_calm && self.dice.chance(1_500);
        if is_wrong {
            desk.oracle.mistaken.insert(id);
        }
        let act = Act::Resolve {
            item: id,
            decision: decision(is_credited != is_wrong),
            evidence: "a call to its creditor's side".to_owned(),
        };
        self.propose(desk, act, out);
    }

    /// Statements of what was decided without the rail's word are compared with the outcome.
    fn read_statements(&mut self, desk: &mut Desk<'_>, out: &mut Vec<Operate>) {
        for id in desk.oracle.actions.unsettled(STUCK_SHOWN_MAX) {
            if !desk.is_calm && self.dice.chance(8_000) {
                continue;
            }
            let Some(item) = desk.item(id) else { continue };
            match disagreement(desk, &item) {
                None => {}
                Some(None) => desk.oracle.actions.settle(id),
                Some(Some(kind)) => self.open_break(desk, &item, kind, out),
            }
        }
    }

    fn open_break(
        &mut self,
        desk: &mut Desk<'_>,
        item: &Item,
        kind: BreakKind,
        out: &mut Vec<Operate>,
    ) {
        let id = item.id;
        let is_same = |act: &Act| matches!(act, Act::OpenBreak(found) if found.item == id);
        if desk.switch.open_break(id).is_some() || self.is_taken_up(desk, is_same) {
            return;
        }
        if let Some(mut found) = desk.switch.break_of(item, kind, desk.clock) {
            found.evidence = "a line of its statement".to_owned();
            self.propose(desk, Act::OpenBreak(Box::new(found)), out);
        }
    }

    fn close_break(&mut self, desk: &mut Desk<'_>, id: ItemId, out: &mut Vec<Operate>) {
        let Some(open) = desk.switch.open_break(id).cloned() else {
            return;
        };
        let is_same = |act: &Act| matches!(act, Act::CloseBreak { item, .. } if *item == id);
        if self.is_taken_up(desk, is_same) {
            return;
        }
        let Some(item) = desk.item(id) else { return };
        // Until the creditor's side has heard, nobody knows what it will have done.
        let Some(found) = disagreement(desk, &item) else {
            return;
        };
        let is_linked = match found {
            Some(_) => !self.dice.chance(1_500),
            // It was made good outside, and yet somebody may want it paid.
            None => self.dice.chance(1_500),
        };
        let gives_back = open.kind == BreakKind::NotCreditedThoughCompleted && open.payment == id;
        let is_linked = is_linked && !(gives_back && desk.is_refunded(id));
        let legs = if is_linked { open.legs } else { Vec::new() };
        self.propose(desk, Act::CloseBreak { item: id, legs }, out);
    }

    /// Everybody, and the house for its losses, can owe as much as it likes again.
    fn make_liquid(&mut self, desk: &mut Desk<'_>, out: &mut Vec<Operate>) {
        for who in MEMBERS.into_iter().chain([HOUSE]) {
            for currency in [Currency::Khr, Currency::Jpy] {
                if !self.dice.chance(3_000) {
                    continue;
                }
                if let Some(act) = more_liquidity(desk.switch, who, currency) {
                    let is_same = |other: &Act| is_about(other, who, currency);
                    if !self.is_taken_up(desk, is_same) {
                        self.propose(desk, act, out);
                    }
                }
            }
        }
    }
}

fn more_liquidity(switch: &Switch, who: ParticipantId, currency: Currency) -> Option<Act> {
    let before = switch.cap(who, currency)?;
    let there = switch.liquidity(who, currency);
    let after = amount(AMPLE);
    let missing = after.saturating_sub(there);
    match (missing == Amount::ZERO, before < after) {
        (false, _) => Some(Act::Deposit {
            participant: who,
            currency,
            amount: missing,
        }),
        (true, true) => Some(Act::Cap {
            participant: who,
            currency,
            before,
            after,
        }),
        (true, false) => None,
    }
}

fn is_about(act: &Act, who: ParticipantId, of: Currency) -> bool {
    match act {
        Act::Deposit {
            participant,
            currency,
            ..
        }
        | Act::Cap {
            participant,
            currency,
            ..
        } => *participant == who && *currency == of,
        Act::Withdraw { .. }
        | Act::Suspend { .. }
        | Act::Resume { .. }
        | Act::Corridor { .. }
        | Act::Keys { .. }
        | Act::Certify { .. }
        | Act::Resolve { .. }
        | Act::OpenBreak(_)
        | Act::CloseBreak { .. }
        | Act::Settlement(_)
        | Act::ResumeRail { .. } => false,
    }
}

/// How the creditor's books and the outcome disagree; nothing if the creditor has not heard yet.
fn disagreement(desk: &Desk<'_>, item: &Item) -> Option<Option<BreakKind>> {
    let bank = desk.banks.get(&item.creditor)?;
    let end = bank.heard.get(&item.id)?;
    let is_credited = bank.credits.get(&item.id) == Some(&Credit::Credited);
    Some(match (end, is_credited) {
        (End::Completed, false) => Some(BreakKind::NotCreditedThoughCompleted),
        (End::Cancelled, true) => Some(BreakKind::CreditedThoughCancelled),
        (End::Completed | End::Cancelled | End::Refused(_) | End::Forbidden, _) => None,
    })
}
