//! What operators do about windows: close, settle, wait, take somebody out, lend, and put right.

use money::{Amount, Currency, Money};
use switch::{
    Act, Adjustment, Day, Operate, ParticipantId, Purse, SettlementAct, Span, Time, Window,
    WindowId, WindowStatus,
};

use super::{Desk, Person};
use crate::network::{FX1, MEMBERS, amount, arrangement};

/// How long a hold may still last in the end; a longer one is cut short. The hub's time may be a
/// minute and a half ahead of the clock that an operator reads.
const HOLD_IN_CALM: Span = Span::from_seconds(300);

impl Person {
    /// A window that is closed and not settled.
    pub(super) fn settle_window(
        &mut self,
        desk: &mut Desk<'_>,
        id: WindowId,
        out: &mut Vec<Operate>,
    ) {
        let Some(window) = desk.switch.window_of(id).cloned() else {
            return;
        };
        if self.is_taken_up(desk, |act| is_of(act, id)) {
            return;
        }
        match window.status {
            WindowStatus::Closed => self.settle_closed(desk, &window, out),
            WindowStatus::Instructed => self.confirm(desk, &window, out),
            WindowStatus::Open | WindowStatus::Settled => {}
        }
    }

    fn settle_closed(&mut self, desk: &mut Desk<'_>, window: &Window, out: &mut Vec<Operate>) {
        let id = window.id;
        let clock = desk.clock;
        let held = window.held_until.filter(|until| *until > clock);
        if let Some(until) = held {
            let is_long = until > clock.after(HOLD_IN_CALM);
            if desk.is_calm && is_long {
                let until = clock.after(self.settles.millis(120_000, 240_000));
                self.acts(desk, SettlementAct::Hold { window: id, until }, out);
            }
            // Somebody tries all the same.
            if !self.settles.chance(500) {
                return;
            }
        }
        if !desk.is_calm {
            match self.settles.below(24) {
                0 => return self.hold(desk, id, out),
                1..3 => return self.exclude(desk, id, None, out),
                _settles => {}
            }
        }
        let short = desk.switch.short_debtor(id);
        // Somebody proposes it all the same, and is refused.
        if let Some(who) = short.filter(|_| !self.settles.chance(3_000)) {
            return self.help_out(desk, window, who, out);
        }
        if let Some(act) = self.settlement(desk, window) {
            self.acts(desk, act, out);
        }
    }

    /// What it comes to, with the payouts' UETRs; now and then with a mistake in it.
    fn settlement(&mut self, desk: &Desk<'_>, window: &Window) -> Option<SettlementAct> {
        let mut settlement = desk.switch.settlement_of(window.id).ok()?;
        for payout in &mut settlement.payouts {
            payout.uetr = self.settles.wide();
        }
        let mut day = desk.switch.pay_day(window, desk.clock)?;
        if !desk.is_calm && self.settles.chance(1_500) {
            let first = settlement.payouts.first().copied();
            match self.settles.below(6) {
                0 => day = Day(day.0.saturating_sub(1)),
                1 => day = Day(day.0.saturating_add(40)),
                2 => settlement.payouts.truncate(1),
                3 => settlement.payouts.iter_mut().for_each(|one| one.uetr = 7),
                4 => settlement.payouts.extend(first),
                _later => day = Day(day.0.saturating_add(2)),
            }
        }
        Some(SettlementAct::Settle {
            window: window.id,
            day,
            settlement: Box::new(settlement),
        })
    }

    fn hold(&mut self, desk: &mut Desk<'_>, window: WindowId, out: &mut Vec<Operate>) {
        let lasts = match self.settles.below(10) {
            0 => self.settles.millis(1_000_000, 80_000_000),
            // Longer than anybody may.
            1 => Span::from_seconds(22 * 86_400),
            _short => self.settles.millis(5_000, 100_000),
        };
        let until = desk.clock.after(lasts);
        self.acts(desk, SettlementAct::Hold { window, until }, out);
    }

    fn exclude(
        &mut self,
        desk: &mut Desk<'_>,
        window: WindowId,
        who: Option<ParticipantId>,
        out: &mut Vec<Operate>,
    ) {
        let participant = match who {
            Some(who) => who,
            None => self.settles.pick(&MEMBERS, FX1),
        };
        let act = SettlementAct::Exclude {
            window,
            participant,
        };
        self.acts(desk, act, out);
    }

    /// Somebody's liquidity does not reach: it is lent to, pays in, is taken out, or all wait.
    fn help_out(
        &mut self,
        desk: &mut Desk<'_>,
        window: &Window,
        who: ParticipantId,
        out: &mut Vec<Operate>,
    ) {
        let Ok(comes_to) = desk.switch.settlement_of(window.id) else {
            return;
        };
        let way = match desk.is_calm {
            true => 0,
            false => self.settles.below(8),
        };
        match way {
            6 => return self.exclude(desk, window.id, Some(who), out),
            7 => return self.hold(desk, window.id, out),
            _money => {}
        }
        for (_, part) in comes_to.parts.iter().filter(|(of, _)| *of == who) {
            let money = *part;
            let (pledged, drawn) = desk.switch.pledge(who, money.currency);
            let left = pledged.saturating_sub(drawn);
            match way {
                0..3 => {
                    let (currency, amount) = (money.currency, money.amount);
                    let deposit = Act::Deposit {
                        participant: who,
                        currency,
                        amount,
                    };
                    self.once(desk, deposit, out);
                }
                _lent if left >= money.amount => {
                    let participant = who;
                    self.acts(desk, SettlementAct::Draw { participant, money }, out);
                }
                _lent => {
                    let after = pledged.checked_add(money.amount).unwrap_or(pledged);
                    let pledge = SettlementAct::Pledge {
                        participant: who,
                        currency: money.currency,
                        before: pledged,
                        after,
                    };
                    self.acts(desk, pledge, out);
                }
            }
        }
    }

    /// Payouts that no statement shows: the bank is rung up, and sometimes misunderstood.
    fn confirm(&mut self, desk: &mut Desk<'_>, window: &Window, out: &mut Vec<Operate>) {
        let settlement = window.settlement.as_ref();
        let payouts = settlement.map_or(&[][..], |all| all.payouts.as_slice());
        for (place, payout) in (0_u32..).zip(payouts) {
            if window.paid.contains_key(&place) || !self.settles.chance(700) {
                continue;
            }
            let said = desk.clearer.has_paid(payout.uetr, desk.now);
            let is_wrong = !desk.is_calm && self.settles.chance(500);
            let reference = match said {
                Some(reference) => reference,
                None if is_wrong => "a misunderstanding".to_owned(),
                None => continue,
            };
            let place = match is_wrong && self.settles.chance(3_000) {
                true => place.saturating_add(100),
                false => place,
            };
            let act = SettlementAct::Confirm {
                window: window.id,
                place,
                reference,
            };
            self.acts(desk, act, out);
        }
    }

    /// What is done although nothing asks for it.
    pub(super) fn stir_settlement(&mut self, desk: &mut Desk<'_>, out: &mut Vec<Operate>) {
        if !self.settles.chance(1_500) {
            return;
        }
        let open = desk.switch.window();
        let some = WindowId(self.settles.between(1, open.0.max(1)));
        let participant = self.settles.pick(&MEMBERS, FX1);
        let currency = self
            .settles
            .pick(&[Currency::Khr, Currency::Jpy], Currency::Jpy);
        let some_money = amount(self.settles.between(1, 400_000));
        let money = Money::new(currency, some_money);
        let act = match self.settles.below(16) {
            0..5 => SettlementAct::Close { window: open },
            5 => SettlementAct::Close { window: some },
            6 => {
                let known = desk.switch.arrangement().version;
                let next = known.saturating_add(self.settles.pick(&[1, 1, 1, 0], 1));
                SettlementAct::Arrange(arrangement(&mut self.settles, next))
            }
            7 => return self.hold(desk, some, out),
            8 => return self.exclude(desk, some, None, out),
            9..11 => SettlementAct::Pledge {
                participant,
                currency,
                before: desk.switch.pledge(participant, currency).0,
                after: some_money,
            },
            11 => match pledge_of(desk, |left, _| left) {
                Some((participant, money)) => SettlementAct::Draw { participant, money },
                // Nobody has pledged anything, and it is refused.
                None => SettlementAct::Draw { participant, money },
            },
            12 => match pledge_of(desk, |_, drawn| drawn) {
                Some((participant, money)) => SettlementAct::Repay { participant, money },
                None => SettlementAct::Repay { participant, money },
            },
            13..15 => self.adjustment(participant, money),
            _stranger => SettlementAct::Confirm {
                window: some,
                place: 0,
                reference: "of another bank".to_owned(),
            },
        };
        self.acts(desk, act, out);
    }

    fn adjustment(&mut self, who: ParticipantId, money: Money) -> SettlementAct {
        let purses = [
            Purse::Bank,
            Purse::Suspense,
            Purse::WrittenOff,
            Purse::Liquidity(who),
        ];
        let from = self.settles.pick(&purses, Purse::Bank);
        let to = self.settles.pick(&purses, Purse::Suspense);
        SettlementAct::Adjust(Adjustment {
            // Few enough that the same is booked away again, which is refused.
            break_id: format!("b-{}", self.settles.below(40)),
            from,
            to,
            money,
        })
    }

    fn acts(&mut self, desk: &mut Desk<'_>, act: SettlementAct, out: &mut Vec<Operate>) {
        self.once(desk, Act::Settlement(Box::new(act)), out);
    }
}

/// The first pledge of which there is something left, or drawn.
fn pledge_of(
    desk: &Desk<'_>,
    which: impl Fn(Amount, Amount) -> Amount,
) -> Option<(ParticipantId, Money)> {
    let of_one = |(who, currency): (ParticipantId, Currency)| {
        let (pledged, drawn) = desk.switch.pledge(who, currency);
        let some = which(pledged.saturating_sub(drawn), drawn);
        (!some.is_zero()).then(|| (who, Money::new(currency, some)))
    };
    let both = [Currency::Khr, Currency::Jpy];
    let all = MEMBERS.into_iter().flat_map(|who| both.map(|of| (who, of)));
    all.into_iter().find_map(of_one)
}

/// Whether somebody is about to do something with a window.
fn is_of(act: &Act, id: WindowId) -> bool {
    let Act::Settlement(act) = act else {
        return false;
    };
    match &**act {
        SettlementAct::Close { window }
        | SettlementAct::Settle { window, .. }
        | SettlementAct::Hold { window, .. }
        | SettlementAct::Exclude { window, .. }
        | SettlementAct::Confirm { window, .. } => *window == id,
        SettlementAct::Arrange(_)
        | SettlementAct::Pledge { .. }
        | SettlementAct::Draw { .. }
        | SettlementAct::Repay { .. }
        | SettlementAct::Adjust(_) => false,
    }
}

/// Whether it brings a window to its end.
pub(super) fn puts_right(desk: &Desk<'_>, act: &SettlementAct) -> bool {
    let soon: Time = desk.clock.after(HOLD_IN_CALM);
    match act {
        SettlementAct::Settle { .. }
        | SettlementAct::Confirm { .. }
        | SettlementAct::Draw { .. } => true,
        SettlementAct::Hold { until, .. } => *until <= soon,
        SettlementAct::Pledge { before, after, .. } => after > before,
        SettlementAct::Arrange(_)
        | SettlementAct::Close { .. }
        | SettlementAct::Exclude { .. }
        | SettlementAct::Repay { .. }
        | SettlementAct::Adjust(_) => false,
    }
}
