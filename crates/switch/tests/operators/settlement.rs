//! The life of money from the last payment of a window to the bank's statement.

use calendar::{Country, Cycle, Days, MinuteOfDay, Schedule};
use money::{Amount, Currency, Money};
use switch::{
    Act, Adjustment, Arrangement, CloseCause, Day, Digest, Input, NetOf, Netting, Operate,
    ParticipantId, PayoutSeen, Purse, Refusal, Reply, Settlement, SettlementAct, StuckThing, Time,
    WindowId, WindowStatus,
};

use crate::office::{OP1, OP2, Office};
use crate::world::{ACLEDA, FX1, HOUSE, NETSTARS, SATHAPANA, SECOND, jpy, khr};

pub(crate) const W1: WindowId = WindowId(1);
pub(crate) const W2: WindowId = WindowId(2);

pub(crate) fn settlement(act: SettlementAct) -> Act {
    Act::Settlement(Box::new(act))
}

/// The story's two payments and its refund.
pub(crate) fn told() -> Office {
    let mut office = Office::new();
    office.ask(1);
    office.accept(NETSTARS, 1);
    let quote = office
        .quote(NETSTARS, 2, SATHAPANA, "KHQR", khr(120_000))
        .unwrap();
    office.pay(quote).unwrap();
    office.accept(SATHAPANA, 2);
    office.refund(NETSTARS, 3, 1, jpy(1_000)).unwrap();
    office.accept(ACLEDA, 3);
    office
}

impl Office {
    pub(crate) fn close(&mut self, window: WindowId) -> Result<Reply, Refusal> {
        self.act(settlement(SettlementAct::Close { window }))
    }

    /// What settling comes to, with UETRs as the hub would choose them.
    pub(crate) fn seen(&self, window: WindowId) -> Settlement {
        let mut seen = self.switch.settlement_of(window).unwrap();
        for (uetr, payout) in (1..).zip(&mut seen.payouts) {
            payout.uetr = uetr;
        }
        seen
    }

    pub(crate) fn settle(&mut self, window: WindowId) -> Result<Reply, Refusal> {
        let known = self.switch.window_of(window).unwrap();
        let day = known.settlement_day.unwrap_or(Day(20_800));
        let settlement_ = Box::new(self.seen(window));
        self.act(settlement(SettlementAct::Settle {
            window,
            day,
            settlement: settlement_,
        }))
    }

    pub(crate) fn line(&self, window: WindowId, place: u32) -> PayoutSeen {
        let known = self.switch.window_of(window).unwrap();
        let payouts = &known.settlement.as_ref().unwrap().payouts;
        PayoutSeen {
            window,
            place,
            money: payouts[usize::try_from(place).unwrap()].money,
            reference: format!("LINE-{}-{place}", window.0),
            statement: Digest([4; 32]),
        }
    }

    pub(crate) fn pay_out_all(&mut self, window: WindowId) {
        let known = self.switch.window_of(window).unwrap();
        let count = known.settlement.as_ref().unwrap().payouts.len();
        for place in 0..u32::try_from(count).unwrap() {
            let line = self.line(window, place);
            self.operate(Operate::PaidOut(line)).unwrap();
        }
    }

    pub(crate) fn status(&self, window: WindowId) -> WindowStatus {
        self.switch.window_of(window).unwrap().status
    }

    pub(crate) fn headroom(&self, who: ParticipantId, currency: Currency) -> u64 {
        let positions = self.switch.positions();
        let found = positions
            .iter()
            .find(|one| one.participant == who && one.currency == currency);
        found.unwrap().headroom.minor()
    }

    pub(crate) fn liquidity(&self, who: ParticipantId, currency: Currency) -> u64 {
        self.switch.liquidity(who, currency).minor()
    }

    pub(crate) fn deposit(&mut self, who: ParticipantId, money: Money) {
        let act = Act::Deposit {
            participant: who,
            currency: money.currency,
            amount: money.amount,
        };
        self.act(act).unwrap();
    }
}

#[test]
fn a_window_goes_from_open_to_settled_and_headroom_comes_back() {
    let mut office = told();
    office.deposit(ACLEDA, khr(1_000_000));
    assert_eq!(office.headroom(ACLEDA, Currency::Khr), 50_000_000 - 80_236);
    office.close(W1).unwrap();
    assert_eq!(office.status(W1), WindowStatus::Closed);
    assert_eq!(office.switch.window(), W2);
    let nets = |window| office.switch.window_of(window).unwrap().nets();
    let net = |participant, currency, net| NetOf {
        participant,
        currency,
        net,
    };
    assert_eq!(
        nets(W1),
        [
            net(ACLEDA, Currency::Khr, -53_524),
            net(ACLEDA, Currency::Jpy, 12),
            net(SATHAPANA, Currency::Khr, 119_880),
            net(NETSTARS, Currency::Jpy, -2_585),
            net(FX1, Currency::Khr, -66_576),
            net(FX1, Currency::Jpy, 2_565),
            net(HOUSE, Currency::Khr, 220),
            net(HOUSE, Currency::Jpy, 8),
        ]
    );
    assert_eq!(nets(W2), []);
    // Closing gives nothing back: nobody has seen money yet.
    assert_eq!(office.headroom(ACLEDA, Currency::Khr), 50_000_000 - 80_236);
    let bank = office.switch.in_purse(Purse::Bank, Currency::Khr);
    office.settle(W1).unwrap();
    assert_eq!(office.status(W1), WindowStatus::Instructed);
    assert_eq!(office.liquidity(ACLEDA, Currency::Khr), 51_000_000 - 53_524);
    assert_eq!(office.switch.control_sum(W1, Currency::Khr), 120_100);
    assert_eq!(office.switch.in_purse(Purse::Bank, Currency::Khr), bank);
    assert_eq!(office.headroom(ACLEDA, Currency::Khr), 50_000_000 - 80_236);
    office.pay_out_all(W1);
    assert_eq!(office.status(W1), WindowStatus::Settled);
    for currency in [Currency::Khr, Currency::Jpy] {
        assert_eq!(office.switch.control_sum(W1, currency), 0);
    }
    assert_eq!(
        office.switch.in_purse(Purse::Bank, Currency::Khr),
        bank - 120_100
    );
    assert_eq!(office.headroom(ACLEDA, Currency::Khr), 50_000_000);
    // Liquidity of FX1 was at its cap: what settlement took of it is missing until it deposits.
    assert_eq!(office.headroom(FX1, Currency::Khr), 50_000_000 - 66_576);
    assert_eq!(
        office.switch.cap(FX1, Currency::Khr),
        Amount::from_minor(50_000_000)
    );
    office.deposit(FX1, khr(66_576));
    assert_eq!(office.headroom(FX1, Currency::Khr), 50_000_000);
    office.check();
}

#[test]
fn what_is_open_at_the_close_belongs_to_the_window_of_its_completion() {
    let mut office = told();
    office.ask(4);
    office.close(W1).unwrap();
    office.accept(NETSTARS, 4);
    let decided = office.item(4).decided.unwrap();
    assert_eq!(decided.window, Some(W2));
    let nets = office.switch.window_of(W2).unwrap().nets();
    assert_eq!(nets.len(), 7);
    office.settle(W1).unwrap();
    office.pay_out_all(W1);
    // The second window's debits still count.
    assert_eq!(
        office.headroom(ACLEDA, Currency::Khr),
        50_000_000 - 53_524 - 80_236
    );
    office.close(W2).unwrap();
    office.settle(W2).unwrap();
    office.pay_out_all(W2);
    assert_eq!(office.status(W2), WindowStatus::Settled);
    office.check();
}

#[test]
fn an_empty_window_settles_by_closing() {
    let mut office = Office::new();
    office.close(W1).unwrap();
    assert_eq!(office.status(W1), WindowStatus::Settled);
    assert_eq!(office.close(W1), Err(Refusal::PolicyActionStale));
    assert_eq!(office.settle_refused(W1), Refusal::PolicyWindow);
    office.check();
}

impl Office {
    fn settle_refused(&self, window: WindowId) -> Refusal {
        self.switch.settlement_of(window).unwrap_err()
    }
}

#[test]
fn what_was_seen_is_what_is_settled() {
    let mut office = told();
    assert_eq!(office.settle_refused(W1), Refusal::PolicyWindow);
    office.close(W1).unwrap();
    let day = office.switch.window_of(W1).unwrap().settlement_day.unwrap();
    let good = office.seen(W1);
    let settle = |settlement_: Settlement, day: Day| {
        settlement(SettlementAct::Settle {
            window: W1,
            day,
            settlement: Box::new(settlement_),
        })
    };
    let mut other = good.clone();
    other.parts[0].1 = khr(53_525);
    let mut twice = good.clone();
    twice.payouts[1].uetr = twice.payouts[0].uetr;
    let mut unnamed = good.clone();
    unnamed.payouts[0].uetr = 0;
    let mut fewer = good.clone();
    fewer.payouts.pop();
    for (act, refusal) in [
        (settle(other, day), Refusal::PolicyActionStale),
        (settle(fewer, day), Refusal::PolicyActionStale),
        (settle(twice, day), Refusal::PolicyInvalid),
        (settle(unnamed, day), Refusal::PolicyInvalid),
        (settle(good.clone(), Day(day.0 - 1)), Refusal::PolicyInvalid),
        (
            settle(good.clone(), Day(day.0 + 36)),
            Refusal::PolicyInvalid,
        ),
    ] {
        assert_eq!(office.act(act), Err(refusal));
    }
    let id = office.propose(OP1, settle(good.clone(), day)).unwrap();
    assert_eq!(office.approve(OP1, id), Err(Refusal::PolicySameOperator));
    assert_eq!(office.status(W1), WindowStatus::Closed);
    office.approve(OP2, id).unwrap();
    assert_eq!(office.act(settle(good, day)), Err(Refusal::PolicyWindow));
    office.check();
}

#[test]
fn a_cap_that_is_set_while_money_is_on_its_way_brings_no_money_in() {
    let mut office = told();
    office.close(W1).unwrap();
    office.settle(W1).unwrap();
    let there = 50_000_000 - 53_524;
    assert_eq!(office.liquidity(ACLEDA, Currency::Khr), there);
    let bank = office.switch.in_purse(Purse::Bank, Currency::Khr);
    let (participant, currency) = (ACLEDA, Currency::Khr);
    // More than is in liquidity, and covered by what was paid in for the window.
    let cap = Act::Cap {
        participant,
        currency,
        before: Amount::from_minor(50_000_000).unwrap(),
        after: Amount::from_minor(there + 1).unwrap(),
    };
    office.act(cap).unwrap();
    assert_eq!(office.liquidity(ACLEDA, Currency::Khr), there);
    assert_eq!(office.switch.in_purse(Purse::Bank, Currency::Khr), bank);
    office.pay_out_all(W1);
    assert_eq!(office.liquidity(ACLEDA, Currency::Khr), there);
    assert_eq!(office.headroom(ACLEDA, Currency::Khr), there);
    office.check();
}

#[test]
fn a_line_counts_once_and_only_with_its_amount() {
    let mut office = told();
    office.close(W1).unwrap();
    office.settle(W1).unwrap();
    let line = office.line(W1, 0);
    let wrong = PayoutSeen {
        money: jpy(13),
        ..line.clone()
    };
    let far = PayoutSeen {
        place: 99,
        ..line.clone()
    };
    let unnamed = PayoutSeen {
        reference: " ".into(),
        ..line.clone()
    };
    let other = PayoutSeen {
        window: WindowId(9),
        ..line.clone()
    };
    for (seen, refusal) in [
        (wrong, Refusal::PolicyPayout),
        (far, Refusal::PolicyPayout),
        (unnamed, Refusal::PolicyPayout),
        (other, Refusal::PolicyWindow),
    ] {
        assert_eq!(office.operate(Operate::PaidOut(seen)), Err(refusal));
    }
    office.operate(Operate::PaidOut(line.clone())).unwrap();
    let records = office.records.len();
    office.operate(Operate::PaidOut(line.clone())).unwrap();
    assert_eq!(office.records.len(), records);
    let other_amount = PayoutSeen {
        money: jpy(13),
        ..line.clone()
    };
    assert_eq!(
        office.operate(Operate::PaidOut(other_amount)),
        Err(Refusal::PolicyPayout)
    );
    let second = PayoutSeen {
        reference: "LINE-X".into(),
        ..line.clone()
    };
    assert_eq!(
        office.operate(Operate::PaidOut(second)),
        Err(Refusal::PolicyPayout)
    );
    // One line cannot show two payouts.
    let same_line = PayoutSeen {
        reference: line.reference,
        ..office.line(W1, 1)
    };
    assert_eq!(
        office.operate(Operate::PaidOut(same_line)),
        Err(Refusal::PolicyPayout)
    );
    assert_eq!(office.switch.control_sum(W1, Currency::Jpy), 2_573);
    office.check();
}

#[test]
fn two_people_may_confirm_what_no_line_shows() {
    let mut office = told();
    office.close(W1).unwrap();
    office.settle(W1).unwrap();
    let confirm = |place| {
        settlement(SettlementAct::Confirm {
            window: W1,
            place,
            reference: "letter of 26 November".into(),
        })
    };
    office.act(confirm(0)).unwrap();
    assert_eq!(office.act(confirm(0)), Err(Refusal::PolicyNoChange));
    assert_eq!(office.act(confirm(99)), Err(Refusal::PolicyPayout));
    office.check();
}

/// Settled in yen, ACLEDA needs yen that it does not have.
fn short_of_yen() -> Office {
    let mut office = Office::new();
    let in_yen = Arrangement {
        version: 1,
        currency: Some(Currency::Jpy),
        ..Arrangement::default()
    };
    office
        .act(settlement(SettlementAct::Arrange(in_yen)))
        .unwrap();
    let (participant, currency) = (ACLEDA, Currency::Jpy);
    let cap = Act::Cap {
        participant,
        currency,
        before: Amount::from_minor(5_000_000).unwrap(),
        after: Amount::from_minor(100).unwrap(),
    };
    office.act(cap).unwrap();
    let withdraw = Act::Withdraw {
        participant,
        currency,
        amount: Amount::from_minor(4_999_900).unwrap(),
    };
    office.act(withdraw).unwrap();
    office.ask(1);
    office.accept(NETSTARS, 1);
    office.close(W1).unwrap();
    office
}

#[test]
fn a_short_debtor_holds_back_the_whole_window_until_a_pledge_pays() {
    let mut office = short_of_yen();
    let before = office.switch.positions();
    assert_eq!(office.switch.short_debtor(W1), Some(ACLEDA));
    assert_eq!(office.settle(W1), Err(Refusal::PolicyDebtorShort));
    assert_eq!(office.status(W1), WindowStatus::Closed);
    assert_eq!(office.switch.positions(), before);
    let money = jpy(3_000);
    let draw = || {
        settlement(SettlementAct::Draw {
            participant: ACLEDA,
            money,
        })
    };
    assert_eq!(office.act(draw()), Err(Refusal::PolicyPledgeShort));
    let pledge = settlement(SettlementAct::Pledge {
        participant: ACLEDA,
        currency: Currency::Jpy,
        before: Amount::ZERO,
        after: Amount::from_minor(5_000).unwrap(),
    });
    office.act(pledge).unwrap();
    office.act(draw()).unwrap();
    assert_eq!(office.act(draw()), Err(Refusal::PolicyPledgeShort));
    office.settle(W1).unwrap();
    office.pay_out_all(W1);
    assert_eq!(office.status(W1), WindowStatus::Settled);
    // Its debts in riel were settled in yen: its riel are untouched.
    assert_eq!(office.liquidity(ACLEDA, Currency::Khr), 50_000_000);
    assert_eq!(office.headroom(ACLEDA, Currency::Khr), 50_000_000);
    office.deposit(ACLEDA, jpy(3_000));
    let repay = settlement(SettlementAct::Repay {
        participant: ACLEDA,
        money,
    });
    office.act(repay).unwrap();
    let pledged = office.switch.pledge(ACLEDA, Currency::Jpy);
    assert_eq!((pledged.0.minor(), pledged.1.minor()), (5_000, 0));
    office.check();
}

#[test]
fn a_short_debtor_can_be_taken_out_of_the_window() {
    let mut office = short_of_yen();
    let quote = office
        .quote(NETSTARS, 2, SATHAPANA, "KHQR", khr(120_000))
        .unwrap();
    office.pay(quote).unwrap();
    office.accept(SATHAPANA, 2);
    office.close(W2).unwrap();
    let exclude = |participant| {
        settlement(SettlementAct::Exclude {
            window: W1,
            participant,
        })
    };
    assert_eq!(office.act(exclude(SATHAPANA)), Err(Refusal::PolicyNoChange));
    let whole = office.switch.window_of(W1).unwrap().nets();
    office.act(exclude(ACLEDA)).unwrap();
    let known = office.switch.window_of(W1).unwrap();
    assert_eq!(known.excluded, [(ACLEDA, WindowId(3))]);
    assert_eq!(known.nets().len(), 3);
    assert!(whole.len() > 3);
    let moved = office.switch.window_of(WindowId(3)).unwrap().nets();
    let khr_of = |who| {
        moved
            .iter()
            .find(|one| (one.participant, one.currency) == (who, Currency::Khr))
    };
    assert_eq!(khr_of(ACLEDA).unwrap().net, -80_236);
    office.settle(W1).unwrap();
    office.pay_out_all(W1);
    assert_eq!(office.status(W1), WindowStatus::Settled);
    // What it owes still counts against it.
    assert_eq!(office.headroom(ACLEDA, Currency::Khr), 50_000_000 - 80_236);
    office.check();
}

#[test]
fn a_held_window_waits_and_has_an_owner() {
    let mut office = told();
    office.close(W1).unwrap();
    let until = Time(office.now.0 + 86_400 * SECOND);
    let hold = |until| settlement(SettlementAct::Hold { window: W1, until });
    let far = Time(office.now.0 + 22 * 86_400 * SECOND);
    assert_eq!(office.act(hold(far)), Err(Refusal::PolicyInvalid));
    office.act(hold(until)).unwrap();
    assert_eq!(office.settle(W1), Err(Refusal::PolicyWindowHeld));
    let stuck = office.switch.stuck_rest(office.now, 10);
    let window = stuck
        .iter()
        .find(|one| one.what == StuckThing::Window(W1))
        .unwrap();
    assert!(window.deadline >= until);
    assert_eq!(office.switch.stuck_counts().windows, 1);
    office.pass(86_401);
    office.settle(W1).unwrap();
    office.pay_out_all(W1);
    assert_eq!(office.switch.stuck_counts().windows, 0);
    office.check();
}

pub(crate) fn daily() -> Arrangement {
    Arrangement {
        version: 1,
        netting: Netting::Bilateral,
        schedule: Schedule {
            cycle: Cycle::Daily {
                cut_off: MinuteOfDay::parse("17:00").unwrap(),
                zone: Country::Kh,
            },
            days: Days::All,
        },
        ..Arrangement::default()
    }
}

#[test]
fn the_calendar_closes_a_window_at_its_cut_off_and_never_before() {
    let mut office = told();
    office.operate(Operate::Arrange(daily())).unwrap();
    let cut_off = office.switch.window_of(W1).unwrap().closes_at.unwrap();
    assert!(cut_off > office.now && cut_off.0 - office.now.0 <= 86_400 * SECOND);
    assert!(office.switch.next_deadline().unwrap() <= cut_off);
    office.now = Time(cut_off.0 - 1);
    office.tick();
    assert_eq!(office.status(W1), WindowStatus::Open);
    office.now = cut_off;
    office.tick();
    let known = office.switch.window_of(W1).unwrap();
    assert_eq!(known.closed.unwrap().1, CloseCause::Calendar);
    let next = office.switch.window_of(W2).unwrap().closes_at.unwrap();
    assert_eq!(next.0 - cut_off.0, 86_400 * SECOND);
    // The clock goes back over the cut-off: nothing opens again, nothing closes twice.
    office.now = Time(cut_off.0 - 10 * SECOND);
    office.tick();
    office.now = Time(cut_off.0 + SECOND);
    office.tick();
    assert_eq!(office.switch.window(), W2);
    office.settle(W1).unwrap();
    office.pay_out_all(W1);
    office.check();
}

#[test]
fn a_gross_window_in_one_currency_is_refused_and_so_is_an_old_version() {
    let mut office = Office::new();
    let gross = Arrangement {
        netting: Netting::Gross,
        currency: Some(Currency::Jpy),
        ..daily()
    };
    let act = |one: Arrangement| settlement(SettlementAct::Arrange(one));
    assert_eq!(office.act(act(gross)), Err(Refusal::PolicyInvalid));
    let none = Arrangement {
        countries: vec![],
        ..daily()
    };
    assert_eq!(office.act(act(none)), Err(Refusal::PolicyInvalid));
    office.act(act(daily())).unwrap();
    assert_eq!(office.act(act(daily())), Err(Refusal::PolicyActionStale));
    assert_eq!(office.switch.arrangement(), &daily());
}

#[test]
fn all_forms_of_netting_settle_the_same_window() {
    for netting in [Netting::Multilateral, Netting::Bilateral, Netting::Gross] {
        let mut office = told();
        let arrangement = Arrangement {
            netting,
            ..Arrangement::default()
        };
        office.operate(Operate::Arrange(arrangement)).unwrap();
        office.close(W1).unwrap();
        office.settle(W1).unwrap();
        office.pay_out_all(W1);
        assert_eq!(office.status(W1), WindowStatus::Settled, "{netting:?}");
        let paid_in = 50_000_000 - office.liquidity(ACLEDA, Currency::Khr);
        let of_acleda = if netting == Netting::Gross {
            80_236
        } else {
            53_524
        };
        assert_eq!(paid_in, of_acleda, "{netting:?}");
        office.check();
    }
}

#[test]
fn an_adjustment_is_booked_once_and_never_uncovers_what_is_owed() {
    let mut office = told();
    let adjust = |break_id: &str, from, to, money| {
        settlement(SettlementAct::Adjust(Adjustment {
            break_id: break_id.into(),
            from,
            to,
            money,
        }))
    };
    let bank = Purse::Bank;
    office
        .act(adjust("b-1", bank, Purse::Suspense, khr(700)))
        .unwrap();
    assert_eq!(office.switch.in_purse(Purse::Suspense, Currency::Khr), 700);
    let again = adjust("b-1", bank, Purse::Suspense, khr(700));
    assert_eq!(office.act(again), Err(Refusal::PolicyNoChange));
    let of_acleda = Purse::Liquidity(ACLEDA);
    office
        .act(adjust("b-2", Purse::Suspense, of_acleda, khr(700)))
        .unwrap();
    assert_eq!(office.switch.in_purse(Purse::Suspense, Currency::Khr), 0);
    assert_eq!(office.liquidity(ACLEDA, Currency::Khr), 50_000_700);
    let all = adjust("b-3", of_acleda, bank, khr(50_000_700));
    assert_eq!(office.act(all), Err(Refusal::PolicyLiquidityBelowCap));
    let same = adjust("b-4", bank, bank, khr(1));
    assert_eq!(office.act(same), Err(Refusal::PolicyInvalid));
    office.check();
}

#[test]
fn a_suspended_participant_is_settled_like_everybody() {
    let mut office = told();
    let suspend = Act::Suspend {
        participant: ACLEDA,
        open: switch::OpenItems::Cancel,
    };
    office.act(suspend).unwrap();
    office.close(W1).unwrap();
    office.settle(W1).unwrap();
    office.pay_out_all(W1);
    assert_eq!(office.status(W1), WindowStatus::Settled);
    office.give(Input::Tick).unwrap();
    office.check();
}

#[test]
fn what_time_completes_at_the_cut_off_is_settled_with_its_window() {
    let mut office = Office::new();
    office.complete_doubts();
    office.make(NETSTARS, switch::Finality::Immediate);
    office.doubt(1);
    office.operate(Operate::Arrange(daily())).unwrap();
    let cut_off = office.switch.window_of(W1).unwrap().closes_at.unwrap();
    // Doubt and cut-off are both over when time is looked at next.
    office.now = Time(cut_off.0 + 4_000 * SECOND);
    office.tick();
    office.tick();
    assert_eq!(office.status(W1), WindowStatus::Closed);
    assert!(!office.switch.window_of(W1).unwrap().nets().is_empty());
    office.check();
}
