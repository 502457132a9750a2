//! Proposing, approving, and what each action changes.

use money::{Amount, Currency};
use switch::limits::{ACTION_SPAN_DEFAULT, ACTION_SPAN_MAX, TICK_ITEMS_MAX};
use switch::{
    Act, ActionEnd, Cause, Corridor, Digest, DoubtDecision, Finality, OpenItems, Operate, Operated,
    ParticipantId, Reason, Record, Refusal, Reply, Role, Span, State, Time, Verdict,
};

use crate::office::{OP1, OP2, Office};
use crate::world::{ACLEDA, FX1, HOUSE, NETSTARS, SATHAPANA, jpy, khr};

fn minor(minor: u64) -> Amount {
    Amount::from_minor(minor).unwrap()
}

fn deposit(amount: u64) -> Act {
    Act::Deposit {
        participant: ACLEDA,
        currency: Currency::Khr,
        amount: minor(amount),
    }
}

fn withdraw(amount: u64) -> Act {
    Act::Withdraw {
        participant: ACLEDA,
        currency: Currency::Khr,
        amount: minor(amount),
    }
}

fn cap(before: u64, after: u64) -> Act {
    Act::Cap {
        participant: ACLEDA,
        currency: Currency::Khr,
        before: minor(before),
        after: minor(after),
    }
}

fn money(office: &Office) -> (u64, u64) {
    let position = office
        .position_of(ACLEDA)
        .into_iter()
        .find(|position| position.currency == Currency::Khr)
        .unwrap();
    let liquidity = office.switch.liquidity(ACLEDA, Currency::Khr);
    (liquidity.minor(), position.cap.minor())
}

#[test]
fn an_action_takes_two_people_and_its_effect_stands_behind_the_approval() {
    let mut office = Office::new();
    let from = office.records.len();
    let bystanders = [office.position_of(NETSTARS), office.position_of(HOUSE)];
    let id = office.propose(OP1, deposit(1_000)).unwrap();
    assert_eq!(
        money(&office),
        (50_000_000, 50_000_000),
        "nothing happened yet"
    );
    assert_eq!(office.approve(OP1, id), Err(Refusal::PolicySameOperator));
    assert_eq!(office.approve(ACLEDA, id), Err(Refusal::PolicyNotOperator));
    assert_eq!(money(&office), (50_000_000, 50_000_000));
    assert_eq!(office.approve(OP2, id), Ok(Reply::Action(id)));
    assert_eq!(money(&office), (50_001_000, 50_000_000));
    let operated = office.operated(from);
    let proposed = office.switch.action(id).unwrap().proposed.clone();
    let deposited = Operated::Deposited {
        participant: ACLEDA,
        currency: Currency::Khr,
        amount: minor(1_000),
    };
    assert_eq!(
        operated,
        [
            Operated::ActionProposed(proposed),
            Operated::ActionApproved { id, by: OP2 },
            deposited
        ]
    );
    assert_eq!(
        [office.position_of(NETSTARS), office.position_of(HOUSE)],
        bystanders
    );
    // A repetition of the approval does nothing a second time; anybody else's is too late.
    assert_eq!(office.approve(OP2, id), Ok(Reply::Action(id)));
    assert_eq!(office.approve(HOUSE, id), Err(Refusal::PolicyActionOver));
    assert_eq!(money(&office), (50_001_000, 50_000_000));
    office.check_replay();
}

#[test]
fn a_repeated_proposal_is_the_same_action_and_another_body_is_a_conflict() {
    let mut office = Office::new();
    let first = office.proposed(OP1, deposit(1));
    let id = first.id;
    office.operate(Operate::Propose(first.clone())).unwrap();
    let mut again = office.proposed(OP1, deposit(1));
    again.request_id = first.request_id;
    let count = office.records.len();
    let reply = office.operate(Operate::Propose(again.clone()));
    assert_eq!(reply, Ok(Reply::Action(id)));
    assert_eq!(office.records.len(), count, "nothing is written twice");
    again.request = Digest([8; 32]);
    let reply = office.operate(Operate::Propose(again));
    assert_eq!(reply, Err(Refusal::PolicyActionConflict));
    // Another operator's request may have the same id.
    let mut other = office.proposed(OP2, deposit(1));
    other.request_id = first.request_id;
    assert!(office.operate(Operate::Propose(other)).is_ok());
}

#[test]
fn who_is_no_operator_proposes_nothing_and_a_suspended_proposers_action_is_dead() {
    let mut office = Office::new();
    assert_eq!(
        office.propose(ACLEDA, deposit(1)),
        Err(Refusal::PolicyNotOperator)
    );
    let id = office.propose(OP1, deposit(1)).unwrap();
    let suspend = Act::Suspend {
        participant: OP1,
        open: OpenItems::Run,
    };
    let second = office.propose(OP2, suspend).unwrap();
    office.approve(HOUSE, second).unwrap();
    assert_eq!(office.approve(OP2, id), Err(Refusal::PolicyNotOperator));
    assert_eq!(money(&office).0, 50_000_000);
}

#[test]
fn an_action_expires_or_is_rejected_and_then_nobody_can_approve_it() {
    let mut office = Office::new();
    let mut long = office.proposed(OP1, deposit(1));
    long.expires_at = office.now.after(Span(ACTION_SPAN_MAX.0 + 1));
    assert_eq!(
        office.operate(Operate::Propose(long)),
        Err(Refusal::PolicyInvalid)
    );
    let late = office.propose(OP1, deposit(1)).unwrap();
    assert_eq!(
        office.switch.next_deadline(),
        Some(office.now.after(ACTION_SPAN_DEFAULT))
    );
    office.pass(24 * 3_600);
    let ended = office.switch.action(late).unwrap().ended.clone().unwrap();
    assert_eq!((ended.how, ended.by), (ActionEnd::Expired, None));
    assert_eq!(office.approve(OP2, late), Err(Refusal::PolicyActionOver));
    let unwanted = office.propose(OP1, deposit(1)).unwrap();
    let reject = |by| Operate::Reject {
        id: unwanted,
        by,
        reason: "no such money".into(),
    };
    assert_eq!(office.operate(reject(OP2)), Ok(Reply::Action(unwanted)));
    assert_eq!(office.operate(reject(OP2)), Ok(Reply::Action(unwanted)));
    assert_eq!(office.operate(reject(OP1)), Err(Refusal::PolicyActionOver));
    assert_eq!(
        office.approve(OP2, unwanted),
        Err(Refusal::PolicyActionOver)
    );
    assert_eq!(money(&office).0, 50_000_000);
    assert_eq!(office.switch.next_deadline(), None);
    office.check_replay();
}

#[test]
fn caps_are_covered_by_liquidity_at_every_step() {
    let mut office = Office::new();
    let start = 50_000_000;
    for (act, expected, left) in [
        (
            cap(start, start + 1),
            Err(Refusal::PolicyCapAboveLiquidity),
            (start, start),
        ),
        (
            withdraw(1),
            Err(Refusal::PolicyLiquidityBelowCap),
            (start, start),
        ),
        (deposit(0), Err(Refusal::PolicyInvalid), (start, start)),
        (deposit(10), Ok(()), (start + 10, start)),
        (
            cap(start, start),
            Err(Refusal::PolicyNoChange),
            (start + 10, start),
        ),
        (
            cap(start - 1, start + 10),
            Err(Refusal::PolicyActionStale),
            (start + 10, start),
        ),
        (cap(start, start + 10), Ok(()), (start + 10, start + 10)),
        (
            withdraw(1),
            Err(Refusal::PolicyLiquidityBelowCap),
            (start + 10, start + 10),
        ),
        (cap(start + 10, 0), Ok(()), (start + 10, 0)),
        (
            withdraw(start + 11),
            Err(Refusal::PolicyLiquidityBelowCap),
            (start + 10, 0),
        ),
        (withdraw(start + 10), Ok(()), (0, 0)),
    ] {
        let words = format!("{act:?}");
        let done = office.act(act).map(|_| ());
        assert_eq!(done, expected, "{words}");
        assert_eq!(money(&office), left, "{words}");
    }
    office.check_replay();
}

#[test]
fn an_approval_that_is_not_possible_any_more_changes_nothing_and_the_action_stays_open() {
    let mut office = Office::new();
    let down = office.propose(OP1, cap(50_000_000, 80_000)).unwrap();
    office.ask(1);
    let before = office.switch.positions();
    assert_eq!(office.approve(OP2, down), Err(Refusal::PolicyCapBelowUsed));
    assert_eq!(office.switch.positions(), before);
    assert_eq!(office.switch.action(down).unwrap().ended, None);
    // The payment ends without using the cap, and the same approval is possible.
    let reason = switch::StatusReason::NARR;
    office
        .answer(NETSTARS, 1, Verdict::Rejected(reason))
        .unwrap();
    assert!(office.approve(OP2, down).is_ok());
    // Two changes of one value: the second person of the second decided about something else.
    let first = office.propose(OP1, cap(80_000, 90_000)).unwrap();
    let second = office.propose(OP1, cap(80_000, 70_000)).unwrap();
    office.approve(OP2, first).unwrap();
    assert_eq!(office.approve(OP2, second), Err(Refusal::PolicyActionStale));
    assert_eq!(money(&office).1, 90_000);
}

#[test]
fn a_corridor_is_changed_from_the_version_that_was_looked_at() {
    let mut office = Office::new();
    let known = office.switch.corridor_named("KH-JP").unwrap().clone();
    let change = |after: Corridor| Act::Corridor {
        base: known.at,
        after: Box::new(after),
    };
    let longer = Corridor {
        ask_timeout: Span::from_seconds(30),
        ..known.clone()
    };
    let other = Corridor {
        payee_scheme: "OTHER".into(),
        ..known.clone()
    };
    let unsound = Corridor {
        ask_timeout: Span(0),
        ..known.clone()
    };
    for (act, refusal) in [
        (change(known.clone()), Refusal::PolicyNoChange),
        (change(other), Refusal::PolicyInvalid),
        (change(unsound), Refusal::PolicyInvalid),
    ] {
        assert_eq!(office.act(act), Err(refusal));
    }
    office.act(change(longer.clone())).unwrap();
    let now = office.switch.corridor_named("KH-JP").unwrap();
    assert_eq!(
        (now.at.version, now.ask_timeout),
        (2, Span::from_seconds(30))
    );
    assert_eq!(office.act(change(longer)), Err(Refusal::PolicyActionStale));
    office.check_replay();
}

fn keys(participant: ParticipantId, before: &[u8], after: &[u8]) -> Act {
    let all = |seeds: &[u8]| seeds.iter().map(|seed| [*seed; 32]).collect();
    Act::Keys {
        participant,
        before: all(before),
        after: all(after),
    }
}

#[test]
fn keys_change_as_a_whole_and_never_lock_everybody_out() {
    let mut office = Office::new();
    for (act, expected) in [
        (keys(OP1, &[21], &[31, 32]), Ok(())),
        (keys(OP1, &[21], &[33]), Err(Refusal::PolicyActionStale)),
        (
            keys(OP1, &[31, 32], &[31, 32]),
            Err(Refusal::PolicyNoChange),
        ),
        (keys(OP1, &[31, 32], &[22]), Err(Refusal::PolicyKeyTaken)),
        (keys(OP1, &[31, 32], &[1, 1]), Err(Refusal::PolicyInvalid)),
        (
            keys(OP1, &[31, 32], &[1, 2, 3, 4, 5]),
            Err(Refusal::PolicyInvalid),
        ),
        // A participant's stolen key is taken away at once, even if it is the only one.
        (keys(FX1, &[7], &[]), Ok(())),
        // The house is the third operator, so that one of the three may go.
        (keys(OP2, &[22], &[]), Ok(())),
        (keys(OP1, &[31, 32], &[]), Err(Refusal::PolicyLastOperators)),
    ] {
        let words = format!("{act:?}");
        let id = office.propose(OP1, act);
        let done = id.and_then(|id| office.approve(HOUSE, id)).map(|_| ());
        assert_eq!(done, expected, "{words}");
    }
    let suspend = Act::Suspend {
        participant: OP1,
        open: OpenItems::Run,
    };
    assert_eq!(
        office.propose(HOUSE, suspend),
        Err(Refusal::PolicyLastOperators)
    );
    office.check_replay();
}

#[test]
fn a_certification_holds_for_what_is_asked_from_then_on() {
    let mut office = Office::new();
    office.make(NETSTARS, Finality::Immediate);
    office.ask(1);
    let certify = |before, after| Act::Certify {
        participant: NETSTARS,
        before,
        after,
        evidence: "certification run of today".into(),
    };
    let wrong = certify(Finality::Confirm, Finality::Immediate);
    assert_eq!(office.act(wrong), Err(Refusal::PolicyActionStale));
    office
        .act(certify(Finality::Immediate, Finality::Confirm))
        .unwrap();
    office.ask(2);
    assert_eq!(office.item(1).finality, Finality::Immediate);
    assert_eq!(office.item(2).finality, Finality::Confirm);
    let participant = office.switch.participant(NETSTARS).unwrap();
    assert_eq!(participant.finality, Finality::Confirm);
    office.check_replay();
}

#[test]
fn two_people_end_a_doubt_either_way_and_no_other_item() {
    for (decision, state, nets) in [
        (DoubtDecision::Complete, State::Completed, -80_236),
        (DoubtDecision::Cancel, State::Cancelled, 0),
    ] {
        let mut office = Office::new();
        office.make(NETSTARS, Finality::Immediate);
        office.ask(1);
        let resolve = |item| Act::Resolve {
            item,
            decision,
            evidence: "statement of today, line 7".into(),
        };
        let item = office.id(1);
        assert_eq!(office.act(resolve(item)), Err(Refusal::PolicyNotInDoubt));
        office.pass(60);
        assert_eq!(office.item(1).state, State::InDoubt);
        let bystander = office.position_of(SATHAPANA);
        office.act(resolve(item)).unwrap();
        assert_eq!(office.item(1).state, state);
        let decided = office.item(1).decided.unwrap();
        match decision {
            DoubtDecision::Complete => assert_eq!(decided.cause, Some(Cause::Operators)),
            DoubtDecision::Cancel => assert_eq!(decided.reason, Some(Reason::Operators)),
        }
        let khr = office.position_of(ACLEDA);
        let khr = khr.iter().find(|p| p.currency == Currency::Khr).unwrap();
        assert_eq!(khr.net, nets);
        assert_eq!(office.position_of(SATHAPANA), bystander);
        assert!(
            office.switch.rail_stop(NETSTARS).is_none(),
            "nobody guessed"
        );
        assert_eq!(office.act(resolve(item)), Err(Refusal::PolicyNotInDoubt));
        office.check_replay();
    }
}

#[test]
fn a_suspended_participant_takes_no_part_in_anything_new_on_either_side() {
    for who in [ACLEDA, NETSTARS] {
        let mut office = Office::new();
        office.ask(1);
        office.accept(NETSTARS, 1);
        let quoted = office
            .quote(ACLEDA, 2, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        office.ask(3);
        let suspend = Act::Suspend {
            participant: who,
            open: OpenItems::Run,
        };
        office.act(suspend.clone()).unwrap();
        assert_eq!(office.act(suspend), Err(Refusal::PolicyNoChange));
        let refusal = match who {
            ACLEDA => Refusal::PayerSuspended,
            _ => Refusal::PayeeSuspended,
        };
        let quote = office.quote(ACLEDA, 4, NETSTARS, "JPQR", jpy(3_000));
        assert_eq!(quote, Err(refusal));
        assert_eq!(office.pay(quoted), Err(refusal));
        assert_eq!(office.refund(NETSTARS, 5, 1, jpy(10)), Err(refusal));
        // What was asked goes on to its end, and its outcome is told.
        let told = office.switch.outcomes_of(who, 10).len();
        office.accept(NETSTARS, 3);
        assert_eq!(office.item(3).state, State::Completed);
        assert_eq!(office.switch.outcomes_of(who, 10).len(), told + 1);
        office.act(Act::Resume { participant: who }).unwrap();
        assert_eq!(
            office.act(Act::Resume { participant: who }),
            Err(Refusal::PolicyNoChange)
        );
        assert!(
            office
                .quote(ACLEDA, 6, NETSTARS, "JPQR", jpy(3_000))
                .is_ok()
        );
        office.check_replay();
    }
    let mut office = Office::new();
    let house = Act::Suspend {
        participant: HOUSE,
        open: OpenItems::Run,
    };
    assert_eq!(office.act(house), Err(Refusal::PolicyInvalid));
}

#[test]
fn suspending_with_cancellation_ends_what_nobody_can_have_credited_and_nothing_else() {
    let mut office = Office::new();
    let untouched = office.switch.positions();
    office.ask(1);
    let quote = office
        .quote(NETSTARS, 2, SATHAPANA, "KHQR", khr(120_000))
        .unwrap();
    office.pay(quote).unwrap();
    let quote = office
        .quote(SATHAPANA, 3, NETSTARS, "JPQR", jpy(3_000))
        .unwrap();
    office.pay(quote).unwrap();
    let suspend = Act::Suspend {
        participant: ACLEDA,
        open: OpenItems::Cancel,
    };
    office.act(suspend).unwrap();
    assert_eq!(
        office.switch.next_deadline(),
        Some(Time(i64::MIN)),
        "at once"
    );
    office.tick();
    let states = [1, 2, 3].map(|id| office.item(id).state);
    assert_eq!(states, [State::Cancelled, State::Asked, State::Asked]);
    let decided = office.item(1).decided.unwrap();
    assert_eq!(decided.reason, Some(Reason::Suspended));
    assert_ne!(
        office.switch.next_deadline(),
        Some(Time(i64::MIN)),
        "it is through"
    );
    let acleda = |p: &switch::Position| p.participant == ACLEDA;
    let now: Vec<_> = office
        .switch
        .positions()
        .into_iter()
        .filter(acleda)
        .collect();
    let then: Vec<_> = untouched.into_iter().filter(acleda).collect();
    assert_eq!(now, then);
    office.check_replay();
}

#[test]
fn a_suspension_goes_through_many_items_in_bounded_steps() {
    let mut office = Office::new();
    let count = 600;
    for id in 1..=count {
        office.ask_quickly(id);
    }
    // In between, somebody else's, which nobody touches.
    let other = office
        .quote(NETSTARS, 700, SATHAPANA, "KHQR", khr(120_000))
        .unwrap();
    office.pay(other).unwrap();
    office
        .act(Act::Suspend {
            participant: ACLEDA,
            open: OpenItems::Cancel,
        })
        .unwrap();
    let mut steps = Vec::new();
    while office.switch.next_deadline() == Some(Time(i64::MIN)) {
        let before = office.switch.open_items();
        office.tick();
        steps.push(before - office.switch.open_items());
        assert!(steps.len() < 5, "it does not end: {steps:?}");
    }
    assert_eq!(steps, [TICK_ITEMS_MAX, 100]);
    assert_eq!(office.item(700).state, State::Asked);
    office.check_replay();
}

#[test]
fn suspending_with_cancellation_waits_for_a_rail_that_may_have_credited() {
    let mut office = Office::new();
    office.make(NETSTARS, Finality::Immediate);
    office.ask(1);
    office
        .act(Act::Suspend {
            participant: ACLEDA,
            open: OpenItems::Cancel,
        })
        .unwrap();
    office.tick();
    assert_eq!(office.item(1).state, State::Asked);
    office.accept(NETSTARS, 1);
    assert_eq!(office.item(1).state, State::Completed);
    office.check_replay();
}

#[test]
fn a_waiting_refund_is_not_funded_while_a_side_of_it_is_suspended() {
    let mut office = Office::new();
    office.ask(1);
    office.accept(NETSTARS, 1);
    office.set_cap(NETSTARS, Currency::Jpy, 0);
    office.refund(NETSTARS, 2, 1, jpy(1_000)).unwrap();
    assert_eq!(office.item(2).state, State::Waiting);
    office
        .act(Act::Suspend {
            participant: ACLEDA,
            open: OpenItems::Run,
        })
        .unwrap();
    office.set_cap(NETSTARS, Currency::Jpy, 1_000_000);
    office.pass(2);
    assert_eq!(office.item(2).state, State::Waiting);
    office
        .act(Act::Resume {
            participant: ACLEDA,
        })
        .unwrap();
    office.pass(2);
    assert_eq!(office.item(2).state, State::Asked);
    // And if nobody resumes it, it runs to its deadline.
    let mut office = Office::new();
    office.ask(1);
    office.accept(NETSTARS, 1);
    office.set_cap(NETSTARS, Currency::Jpy, 0);
    office.refund(NETSTARS, 2, 1, jpy(1_000)).unwrap();
    office
        .act(Act::Suspend {
            participant: NETSTARS,
            open: OpenItems::Run,
        })
        .unwrap();
    office.pass(86_401);
    let decided = office.item(2).decided.unwrap();
    assert_eq!(decided.reason, Some(Reason::NoLiquidity));
}

#[test]
fn a_doubt_that_time_decided_stops_the_rail_until_operators_resume_it() {
    let mut office = Office::new();
    office.make(NETSTARS, Finality::Immediate);
    office.ask(1);
    office.pass(10);
    let late = office
        .quote(ACLEDA, 8, NETSTARS, "JPQR", jpy(3_000))
        .unwrap();
    office.pass(50);
    office.publish_rates(2);
    office.pass(3_580);
    office.ask(2);
    let from = office.records.len();
    office.pass(21);
    assert_eq!(office.item(1).state, State::Cancelled);
    assert_eq!(
        office.item(2).state,
        State::InDoubt,
        "what was asked runs on"
    );
    let stopped = Operated::RailStopped {
        participant: NETSTARS,
        item: office.id(1),
    };
    assert_eq!(office.operated(from), [stopped]);
    assert_eq!(
        office.switch.rail_stop(NETSTARS).unwrap().item,
        office.id(1)
    );
    office.publish_rates(3);
    let quote = office.quote(ACLEDA, 3, NETSTARS, "JPQR", jpy(3_000));
    assert_eq!(quote, Err(Refusal::RailStopped));
    assert_eq!(office.pay(late), Err(Refusal::PayerQuoteExpired));
    // The stopped rail still pays: only what it is asked for stops.
    let out = office
        .quote(NETSTARS, 4, SATHAPANA, "KHQR", khr(120_000))
        .unwrap();
    office.pay(out).unwrap();
    office.accept(SATHAPANA, 4);
    // A refund of that one would ask the stopped rail.
    let refund = office.refund(SATHAPANA, 5, 4, khr(1_000));
    assert_eq!(refund, Err(Refusal::RailStopped));
    office.accept(NETSTARS, 2);
    assert_eq!(office.item(2).state, State::Completed);
    office.resume_rail(NETSTARS);
    assert!(
        office
            .quote(ACLEDA, 6, NETSTARS, "JPQR", jpy(3_000))
            .is_ok()
    );
    let again = Act::ResumeRail {
        participant: NETSTARS,
    };
    assert_eq!(office.act(again), Err(Refusal::PolicyNoChange));
    office.check_replay();
}

#[test]
fn a_waiting_refund_is_not_asked_of_a_stopped_rail() {
    let mut office = Office::new();
    office.ask(1);
    office.accept(NETSTARS, 1);
    office.make(ACLEDA, Finality::Immediate);
    office.set_cap(NETSTARS, Currency::Jpy, 1_000);
    office.refund(NETSTARS, 2, 1, jpy(1_000)).unwrap();
    office.refund(NETSTARS, 3, 1, jpy(10)).unwrap();
    office.pass(60);
    assert_eq!(office.item(3).state, State::Waiting);
    office.pass(3_601);
    office.pass(2);
    assert_eq!(office.item(2).state, State::Cancelled);
    assert_eq!(office.item(3).state, State::Waiting, "liquidity came, but");
    let later = office.refund(NETSTARS, 4, 1, jpy(10));
    assert_eq!(later, Err(Refusal::RailStopped));
    office.resume_rail(ACLEDA);
    office.pass(2);
    assert_eq!(office.item(3).state, State::Asked);
    office.check_replay();
}

#[test]
fn a_quote_from_before_the_stop_is_refused_as_a_record() {
    let mut office = Office::new();
    office.make(NETSTARS, Finality::Immediate);
    office.doubt(1);
    office.pass(3_590);
    office.publish_rates(2);
    let quoted = office
        .quote(ACLEDA, 2, NETSTARS, "JPQR", jpy(3_000))
        .unwrap();
    office.pass(12);
    assert!(office.switch.rail_stop(NETSTARS).is_some());
    let from = office.records.len();
    assert_eq!(office.pay(quoted), Err(Refusal::RailStopped));
    assert!(matches!(
        office.records.get(from),
        Some((
            _,
            Record::Refused {
                refusal: Refusal::RailStopped,
                ..
            }
        ))
    ));
    office.resume_rail(NETSTARS);
    assert_eq!(
        office.pay(quoted),
        Err(Refusal::RailStopped),
        "a no stays a no"
    );
}

#[test]
fn who_only_operates_has_no_accounts() {
    let office = Office::new();
    for who in [OP1, OP2] {
        assert!(office.position_of(who).is_empty());
        assert!(office.switch.participant(who).unwrap().is(Role::Operator));
    }
    assert_eq!(office.position_of(HOUSE).len(), 2);
}
