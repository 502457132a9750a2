//! Evidence against an outcome: who lost what, who pays, and nobody else.

use std::collections::BTreeMap;

use money::{Currency, Money};
use switch::{
    Act, BreakKind, Corridor, DoubtDecision, Finality, LossBearer, Operate, Operated,
    ParticipantId, Record, Refusal, State, StatusReason, Verdict,
};

use crate::office::Office;
use crate::world::{ACLEDA, FX1, FX2, HOUSE, NETSTARS, SATHAPANA, jpy};

const ALL: [ParticipantId; 6] = [ACLEDA, SATHAPANA, NETSTARS, FX1, FX2, HOUSE];
const REJECTED: Verdict = Verdict::Rejected(StatusReason::NARR);
const CREDITED: BreakKind = BreakKind::CreditedThoughCancelled;
const NOT_CREDITED: BreakKind = BreakKind::NotCreditedThoughCompleted;

/// An office whose first corridor decides doubts so and lets that side bear the loss; the
/// Japanese rail credits at once, and the house may owe.
fn office(doubt_decision: DoubtDecision, loss_bearer: LossBearer) -> Office {
    let mut office = Office::new();
    let known = office.switch.corridor_named("KH-JP").unwrap().clone();
    let after = Box::new(Corridor {
        doubt_decision,
        loss_bearer,
        ..known.clone()
    });
    let base = known.at;
    // The first pair of values is what the corridor has already.
    let done = office.act(Act::Corridor { base, after }).map(|_| ());
    assert!(matches!(done, Ok(()) | Err(Refusal::PolicyNoChange)));
    office.make(NETSTARS, Finality::Immediate);
    for currency in [Currency::Khr, Currency::Jpy] {
        office.set_cap(HOUSE, currency, 1_000_000);
    }
    office
}

fn nets(office: &Office) -> BTreeMap<(Currency, ParticipantId), i128> {
    let all = office.switch.positions().into_iter();
    all.map(|p| ((p.currency, p.participant), p.net)).collect()
}

/// What closing the break of payment 1 moves, as (currency, participant, net).
fn moved(office: &mut Office) -> Vec<(Currency, ParticipantId, i128)> {
    let before = nets(office);
    let item = office.id(1);
    let legs = office.switch.open_break(item).unwrap().legs.clone();
    office.act(Act::CloseBreak { item, legs }).unwrap();
    let after = nets(office);
    assert_eq!(after.len(), 2 * ALL.len(), "everybody is looked at");
    let changes = after.into_iter().filter_map(|(key, net)| {
        let change = net - before[&key];
        (change != 0).then_some((key.0, key.1, change))
    });
    changes.collect()
}

#[test]
fn who_credited_a_cancelled_payment_gets_what_it_gave_from_the_bearer() {
    let yen = Currency::Jpy;
    for (bearer, expected) in [
        (LossBearer::PayeeParticipant, vec![]),
        (
            LossBearer::PayerParticipant,
            vec![(yen, ACLEDA, -2_964), (yen, NETSTARS, 2_964)],
        ),
        (
            LossBearer::House,
            vec![(yen, NETSTARS, 2_964), (yen, HOUSE, -2_964)],
        ),
    ] {
        let mut office = office(DoubtDecision::Cancel, bearer);
        office.decided_by_time(1);
        let balances = office.switch.positions();
        let from = office.records.len();
        office.accept(NETSTARS, 1);
        assert_eq!(
            office.item(1).state,
            State::Cancelled,
            "outcomes never change"
        );
        assert_eq!(
            office.switch.positions(),
            balances,
            "a break moves nothing yet"
        );
        assert_eq!(office.operated(from).len(), 1);
        // The same word again is the same loss.
        office.accept(NETSTARS, 1);
        assert_eq!(office.operated(from).len(), 1);
        assert_eq!(moved(&mut office), expected, "{bearer:?}");
        office.accept(NETSTARS, 1);
        assert_eq!(
            office.switch.breaks().count(),
            0,
            "there is never a second one"
        );
        office.check_replay();
    }
}

#[test]
fn what_a_completed_payment_did_not_credit_goes_back_and_the_bearer_pays_the_difference() {
    let (yen, riel) = (Currency::Jpy, Currency::Khr);
    for (bearer, expected) in [
        (
            LossBearer::PayeeParticipant,
            vec![(riel, ACLEDA, 80_236), (riel, NETSTARS, -80_236)],
        ),
        (
            LossBearer::PayerParticipant,
            vec![(yen, ACLEDA, 2_985), (yen, NETSTARS, -2_985)],
        ),
        (
            LossBearer::House,
            vec![
                (yen, NETSTARS, -2_985),
                (yen, HOUSE, 2_985),
                (riel, ACLEDA, 80_236),
                (riel, HOUSE, -80_236),
            ],
        ),
    ] {
        let mut office = office(DoubtDecision::Complete, bearer);
        office.decided_by_time(1);
        assert_eq!(office.item(1).state, State::Completed);
        office.answer(NETSTARS, 1, REJECTED).unwrap();
        assert_eq!(
            office.item(1).state,
            State::Completed,
            "outcomes never change"
        );
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(moved(&mut office), expected, "{bearer:?}");
        // Given back is given back.
        let refund = office.refund(NETSTARS, 9, 1, jpy(10));
        assert_eq!(refund, Err(Refusal::PayeeRefundExceeds));
        office.check_replay();
    }
}

#[test]
fn the_break_of_a_refund_goes_the_other_way() {
    let mut office = office(DoubtDecision::Cancel, LossBearer::PayeeParticipant);
    office.make(NETSTARS, Finality::Confirm);
    office.make(ACLEDA, Finality::Immediate);
    office.ask(1);
    office.accept(NETSTARS, 1);
    office.refund(NETSTARS, 2, 1, jpy(1_000)).unwrap();
    office.pass(60);
    office.pass(3_601);
    assert_eq!(office.item(2).state, State::Cancelled);
    office.accept(ACLEDA, 2);
    let open = office.switch.open_break(office.id(2)).unwrap();
    let legs: Vec<_> = open
        .legs
        .iter()
        .map(|l| (l.owes, l.is_owed, l.money))
        .collect();
    let riel = Money::new(Currency::Khr, money::Amount::from_minor(26_712).unwrap());
    assert_eq!(legs, [(NETSTARS, ACLEDA, riel)]);
    assert_eq!((open.kind, open.payment), (CREDITED, office.id(1)));
}

#[test]
fn evidence_that_agrees_and_the_word_of_a_rail_that_was_heard_open_nothing() {
    let mut office = office(DoubtDecision::Cancel, LossBearer::House);
    office.decided_by_time(1);
    office.answer(NETSTARS, 1, REJECTED).unwrap();
    // It rejected, and what it says later is its own affair.
    office.resume_rail(NETSTARS);
    office.ask(2);
    office.answer(NETSTARS, 2, REJECTED).unwrap();
    office.accept(NETSTARS, 2);
    // A rail that confirms credits only when told so.
    office.make(NETSTARS, Finality::Confirm);
    office.ask(3);
    office.pass(60);
    office.accept(NETSTARS, 3);
    assert_eq!(office.item(3).state, State::Cancelled);
    assert_eq!(office.switch.breaks().count(), 0);
    assert_eq!(office.switch.stuck_counts().breaks, 0);
}

#[test]
fn operators_open_a_break_from_outside_evidence_once_and_only_where_it_fits() {
    let mut office = office(DoubtDecision::Cancel, LossBearer::House);
    office.decided_by_time(1);
    assert_eq!(office.break_of(1, NOT_CREDITED), None);
    let mut found = office.break_of(1, CREDITED).unwrap();
    let open = |found: &switch::Break| Act::OpenBreak(Box::new(found.clone()));
    assert_eq!(
        office.act(open(&found)),
        Err(Refusal::PolicyInvalid),
        "no evidence"
    );
    found.evidence = "statement of 2026-11-23, line 4".into();
    let proposed_at = office.now;
    let id = office.propose(crate::office::OP1, open(&found)).unwrap();
    office.pass(3_600);
    office.approve(crate::office::OP2, id).unwrap();
    let opened = office.switch.open_break(office.id(1)).unwrap();
    assert!(
        opened.opened_at > proposed_at,
        "the bearer's time begins now"
    );
    assert_eq!(opened.evidence, found.evidence);
    assert_eq!(office.act(open(&found)), Err(Refusal::PolicyBreak));
    office.check_replay();
}

#[test]
fn a_break_is_closed_with_its_own_legs_or_with_nothing_and_through_headroom() {
    let mut office = office(DoubtDecision::Cancel, LossBearer::House);
    office.set_cap(HOUSE, Currency::Jpy, 2_963);
    office.decided_by_time(1);
    office.accept(NETSTARS, 1);
    let item = office.id(1);
    let legs = office.switch.open_break(item).unwrap().legs.clone();
    let mut other = legs.clone();
    other[0].money = jpy(1);
    let close = |legs: &[switch::Leg]| Act::CloseBreak {
        item,
        legs: legs.to_vec(),
    };
    let before = nets(&office);
    assert_eq!(office.act(close(&other)), Err(Refusal::PolicyBreak));
    assert_eq!(office.act(close(&legs)), Err(Refusal::PolicyBearerShort));
    assert_eq!(nets(&office), before);
    assert!(office.switch.open_break(item).is_some());
    let from = office.records.len();
    office.act(close(&[])).unwrap();
    assert_eq!(nets(&office), before, "made good outside");
    let closed = Operated::BreakClosed {
        item,
        legs: Vec::new(),
    };
    assert_eq!(office.operated(from).last(), Some(&closed));
    assert_eq!(office.act(close(&[])), Err(Refusal::PolicyBreak));
    office.check_replay();
}

#[test]
fn what_was_refunded_is_not_given_back_by_a_break_as_well() {
    let mut office = office(DoubtDecision::Complete, LossBearer::House);
    office.decided_by_time(1);
    office.refund(NETSTARS, 2, 1, jpy(1_000)).unwrap();
    office.accept(ACLEDA, 2);
    office.answer(NETSTARS, 1, REJECTED).unwrap();
    let item = office.id(1);
    let legs = office.switch.open_break(item).unwrap().legs.clone();
    let close = Act::CloseBreak { item, legs };
    assert_eq!(office.act(close), Err(Refusal::PolicyBreak));
    let nothing = Act::CloseBreak {
        item,
        legs: Vec::new(),
    };
    assert!(office.act(nothing).is_ok());
}

/// Refunds of long ago have left memory, where closing the break would see them: so none begins
/// while the break is open, and what was before it is in the tables of who proposes.
#[test]
fn what_a_break_may_give_back_is_not_refunded_meanwhile() {
    let mut office = office(DoubtDecision::Complete, LossBearer::House);
    office.decided_by_time(1);
    office.answer(NETSTARS, 1, REJECTED).unwrap();
    let before = nets(&office);
    let refund = office.refund(NETSTARS, 2, 1, jpy(1_000));
    assert_eq!(refund, Err(Refusal::PayeeRefundExceeds));
    let item = office.id(1);
    let legs = Vec::new();
    office.act(Act::CloseBreak { item, legs }).unwrap();
    assert_eq!(nets(&office), before, "nothing moved");
    // Made good outside, the shop has the money, and may give it back.
    office.refund(NETSTARS, 3, 1, jpy(1_000)).unwrap();
    office.accept(ACLEDA, 3);
    assert_eq!(office.item(3).state, State::Completed);
    office.check_replay();
}

#[test]
fn a_break_of_another_payment_stops_no_refund() {
    let mut office = office(DoubtDecision::Complete, LossBearer::House);
    office.ask(1);
    office.accept(NETSTARS, 1);
    office.decided_by_time(2);
    office.answer(NETSTARS, 2, REJECTED).unwrap();
    office.refund(NETSTARS, 3, 1, jpy(1_000)).unwrap();
    office.accept(ACLEDA, 3);
    assert_eq!(office.item(3).state, State::Completed);
}

#[test]
fn what_two_people_found_out_can_be_contradicted_too() {
    let mut office = office(DoubtDecision::Cancel, LossBearer::PayerParticipant);
    office.doubt(1);
    let resolve = |item, decision| Act::Resolve {
        item,
        decision,
        evidence: "letter of today".into(),
    };
    let item = office.id(1);
    office.act(resolve(item, DoubtDecision::Cancel)).unwrap();
    office.accept(NETSTARS, 1);
    let open = office.switch.open_break(item).unwrap();
    assert_eq!((open.kind, open.bearer), (CREDITED, ACLEDA));
    office.doubt(2);
    let item = office.id(2);
    office.act(resolve(item, DoubtDecision::Complete)).unwrap();
    office.answer(NETSTARS, 2, REJECTED).unwrap();
    let open = office.switch.open_break(item).unwrap();
    assert_eq!((open.kind, open.bearer), (NOT_CREDITED, ACLEDA));
}

#[test]
fn evidence_counts_when_its_item_has_left_memory_long_ago() {
    let mut office = office(DoubtDecision::Cancel, LossBearer::House);
    office.decided_by_time(1);
    let item = office.item(1).clone();
    let seq = office.records.last().unwrap().0.seq;
    office.record(Record::Projected { seq });
    assert!(office.switch.item(item.id).is_none());
    assert_eq!(
        office.answer(NETSTARS, 1, Verdict::Accepted),
        Err(Refusal::PayeeNotParty)
    );
    let said = |from, verdict| Operate::Evidence {
        from,
        item: Box::new(item.clone()),
        verdict,
    };
    let foreign = office.operate(said(SATHAPANA, Verdict::Accepted));
    assert_eq!(foreign, Err(Refusal::PayeeNotParty));
    office.operate(said(NETSTARS, REJECTED)).unwrap();
    assert_eq!(office.switch.breaks().count(), 0, "it agrees");
    office.operate(said(NETSTARS, Verdict::Accepted)).unwrap();
    office.operate(said(NETSTARS, Verdict::Accepted)).unwrap();
    let open = office.switch.open_break(item.id).unwrap().clone();
    assert_eq!((open.kind, open.bearer), (CREDITED, HOUSE));
    let legs = open.legs.clone();
    office
        .act(Act::CloseBreak {
            item: item.id,
            legs,
        })
        .unwrap();
    assert_eq!(nets(&office)[&(Currency::Jpy, NETSTARS)], 2_964);
    office.check_replay();
}
