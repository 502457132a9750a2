//! What may show a payout, on which day one can be made, and by which rate.

use money::Currency;
use switch::{
    Adjustment, Arrangement, Day, Digest, Operate, PayoutSeen, Purse, Refusal, SettlementAct, Time,
    WindowStatus,
};

use crate::office::Office;
use crate::settlement::{W1, W2, daily, settlement, told};
use crate::world::{ACLEDA, NETSTARS, SECOND, khr};

const DAY_NS: i64 = 86_400 * SECOND;

/// Two windows that were instructed, each with payouts in both currencies.
fn two_instructed() -> Office {
    let mut office = told();
    office.close(W1).unwrap();
    office.ask(4);
    office.accept(NETSTARS, 4);
    office.close(W2).unwrap();
    office.settle(W1).unwrap();
    office.settle(W2).unwrap();
    office
}

fn place_of(office: &Office, window: switch::WindowId, currency: Currency) -> u32 {
    let known = office.switch.window_of(window).unwrap();
    let payouts = &known.settlement.as_ref().unwrap().payouts;
    let found = payouts
        .iter()
        .position(|payout| payout.money.currency == currency);
    u32::try_from(found.unwrap()).unwrap()
}

#[test]
fn what_showed_a_payout_shows_no_other_of_any_window() {
    let mut office = two_instructed();
    let first = office.line(W1, place_of(&office, W1, Currency::Khr));
    office.operate(Operate::PaidOut(first.clone())).unwrap();
    let second = office.line(W2, place_of(&office, W2, Currency::Khr));
    let bank = office.switch.in_purse(Purse::Bank, Currency::Khr);
    for statement in [first.statement, Digest([5; 32])] {
        let again = PayoutSeen {
            reference: first.reference.clone(),
            statement,
            ..second.clone()
        };
        let refused = office.operate(Operate::PaidOut(again));
        assert_eq!(refused, Err(Refusal::PolicyPayout));
    }
    assert_eq!(office.switch.in_purse(Purse::Bank, Currency::Khr), bank);
    assert!(office.switch.window_of(W2).unwrap().paid.is_empty());
    // Accounts of two currencies are two accounts, which count by themselves.
    let yen = office.line(W2, place_of(&office, W2, Currency::Jpy));
    let yen = PayoutSeen {
        reference: first.reference,
        statement: Digest([5; 32]),
        ..yen
    };
    office.operate(Operate::PaidOut(yen)).unwrap();
    office.operate(Operate::PaidOut(second)).unwrap();
    office.check();
}

#[test]
fn a_window_that_waited_is_paid_out_on_a_day_that_is_still_to_come() {
    let mut office = told();
    office.operate(Operate::Arrange(daily())).unwrap();
    office.close(W1).unwrap();
    let window = |office: &Office| office.switch.window_of(W1).unwrap().clone();
    let due = window(&office).settlement_day.unwrap();
    assert_eq!(
        office.switch.pay_day(&window(&office), office.now),
        Some(due)
    );
    office.now = Time(office.now.0 + 12 * DAY_NS);
    let today = office.now.0.div_euclid(DAY_NS);
    let later = office.switch.pay_day(&window(&office), office.now).unwrap();
    assert!(i64::from(later.0) >= today && later.0 > due.0, "{later:?}");
    let settle = |office: &Office, day| {
        settlement(SettlementAct::Settle {
            window: W1,
            day,
            settlement: Box::new(office.seen(W1)),
        })
    };
    let is_saturday = |day: &Day| (i64::from(day.0) + 4) % 7 == 6;
    let saturday = (later.0..).map(Day).find(is_saturday).unwrap();
    for day in [due, Day(later.0 - 12), saturday, Day(later.0 + 40)] {
        let act = settle(&office, day);
        assert_eq!(office.act(act), Err(Refusal::PolicyInvalid), "{day:?}");
    }
    assert_eq!(office.status(W1), WindowStatus::Closed);
    let act = settle(&office, later);
    office.act(act).unwrap();
    assert_eq!(window(&office).settlement_day, Some(later));
    office.check();
}

#[test]
fn nothing_is_settled_by_a_rate_that_holds_no_more() {
    let mut office = told();
    let arrangement = Arrangement {
        currency: Some(Currency::Jpy),
        ..daily()
    };
    office.operate(Operate::Arrange(arrangement)).unwrap();
    office.close(W1).unwrap();
    let until = office
        .switch
        .reference(Currency::Jpy, Currency::Khr)
        .unwrap()
        .valid_until;
    let comes_to = office.seen(W1);
    assert!(!comes_to.rates.is_empty());
    office.now = until;
    let day = office
        .switch
        .pay_day(office.switch.window_of(W1).unwrap(), office.now)
        .unwrap();
    let act = settlement(SettlementAct::Settle {
        window: W1,
        day,
        settlement: Box::new(comes_to),
    });
    assert_eq!(office.act(act.clone()), Err(Refusal::PolicyNoReference));
    assert_eq!(office.status(W1), WindowStatus::Closed);
    office.now = Time(until.0 - 1);
    office.act(act).unwrap();
    office.check();
}

#[test]
fn a_break_has_one_name() {
    let mut office = told();
    let adjust = |name: &str| {
        settlement(SettlementAct::Adjust(Adjustment {
            break_id: name.into(),
            from: Purse::Bank,
            to: Purse::Liquidity(ACLEDA),
            money: khr(700),
        }))
    };
    let long = format!("b-{}", "9".repeat(63));
    for name in ["", "b-", "7", "b-07", "b-7 (again)", "B-7", "b-٧", &long] {
        assert_eq!(
            office.act(adjust(name)),
            Err(Refusal::PolicyInvalid),
            "{name}"
        );
    }
    office.act(adjust("b-7")).unwrap();
    assert_eq!(office.liquidity(ACLEDA, Currency::Khr), 50_000_700);
    assert_eq!(office.act(adjust("b-7")), Err(Refusal::PolicyNoChange));
    assert_eq!(office.liquidity(ACLEDA, Currency::Khr), 50_000_700);
    office.check();
}
