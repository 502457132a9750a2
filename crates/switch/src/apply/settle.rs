//! Facts of settlement become state.

use crate::settlement::{Day, PaidOut, Settled, Settlement, Window, WindowStatus};
use crate::{Stamp, Switch, WindowId};

impl Switch {
    pub(super) fn settled(&mut self, at: Stamp, settled: &Settled) {
        match settled {
            Settled::Arranged(arrangement) => self.arrangement = arrangement.clone(),
            Settled::Scheduled { window, closes_at } => {
                self.change_window(*window, |window| window.closes_at = *closes_at);
            }
            Settled::Closed {
                window,
                next,
                next_closes_at,
                cause,
                settlement_day,
            } => {
                if *window != self.books.window {
                    return;
                }
                self.change_window(*window, |window| {
                    window.status = WindowStatus::Closed;
                    window.closed = Some((at, *cause));
                    window.settlement_day = *settlement_day;
                });
                self.books.open_window(*next, at, *next_closes_at);
            }
            Settled::Instructed {
                window,
                day,
                settlement,
            } => {
                self.set_aside(*window, *day, settlement);
            }
            Settled::PaidOut {
                window,
                place,
                reference,
                statement,
            } => self.pay_out(at, *window, *place, reference, *statement),
            Settled::WindowSettled { window } => {
                self.books.settle(*window);
                self.change_window(*window, |window| window.settled = Some(at));
            }
            Settled::Held { window, until } => {
                self.change_window(*window, |window| window.held_until = Some(*until));
            }
            Settled::Excluded {
                window,
                participant,
                ..
            } => self.books.exclude(*window, *participant),
            Settled::Pledged {
                participant,
                currency,
                limit,
            } => self.books.set_pledge(*participant, *currency, *limit),
            Settled::Drawn { participant, money } => self.books.draw(*participant, *money),
            Settled::Repaid { participant, money } => self.books.repay(*participant, *money),
            Settled::Adjusted(adjustment) => {
                let (from, to) = (adjustment.from, adjustment.to);
                self.books.adjust(from, to, adjustment.money);
                let id = adjustment.break_id.clone();
                self.adjustments.insert(id, adjustment.clone());
            }
        }
    }

    fn set_aside(&mut self, window: WindowId, day: Day, settlement: &Settlement) {
        if !self.books.set_aside(window, settlement) {
            return;
        }
        self.change_window(window, |window| {
            window.status = WindowStatus::Instructed;
            window.settlement_day = Some(day);
            window.settlement = Some(settlement.clone());
        });
        for (who, part) in &settlement.parts {
            self.books.refit(*who, part.currency);
        }
    }

    fn change_window(&mut self, window: WindowId, change: impl FnOnce(&mut Window)) {
        if let Some(known) = self.books.windows.get_mut(&window) {
            change(known);
        }
    }

    fn pay_out(
        &mut self,
        at: Stamp,
        window: WindowId,
        place: u32,
        reference: &str,
        statement: crate::Digest,
    ) {
        let Some(known) = self.books.windows.get_mut(&window) else {
            return;
        };
        let payouts = known.settlement.as_ref().map(|all| all.payouts.as_slice());
        let at_place = usize::try_from(place).ok();
        let payout = payouts
            .zip(at_place)
            .and_then(|(all, place)| all.get(place));
        let Some(money) = payout.map(|payout| payout.money) else {
            return;
        };
        let paid = PaidOut {
            reference: reference.to_owned(),
            statement,
            at,
        };
        if known.paid.insert(place, paid).is_none() {
            self.books.pay_out(window, money);
        }
    }
}
