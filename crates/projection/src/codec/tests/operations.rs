//! Golden bytes of what operators did, and of every action.

use money::{Currency, Money};
use switch::{
    Act, ActionId, Break, BreakKind, CorridorAt, CorridorId, Digest, DoubtDecision, Finality,
    ItemId, Leg, LegKind, OpenItems, Operated, ParticipantId, Proposed, Record, Stamp, Switch,
    Time,
};

use super::{amount, check, corridor, decode, encode};
use crate::{decode_snapshot, encode_snapshot};

const WHO: ParticipantId = ParticipantId(3);
const BY: ParticipantId = ParticipantId(8);

fn leg() -> Leg {
    Leg {
        kind: LegKind::Break,
        owes: ParticipantId(5),
        is_owed: WHO,
        money: Money::new(Currency::Jpy, amount(2_964)),
    }
}

fn found() -> Break {
    Break {
        item: ItemId(8),
        payment: ItemId(7),
        kind: BreakKind::NotCreditedThoughCompleted,
        bearer: ParticipantId(5),
        legs: vec![leg()],
        evidence: "line 4".into(),
        opened_at: Time(20),
        deadline: Time(21),
    }
}

fn acts() -> Vec<(&'static str, Act)> {
    let mut all = money_acts();
    all.extend(other_acts());
    all
}

fn money_acts() -> Vec<(&'static str, Act)> {
    let (participant, currency) = (WHO, Currency::Khr);
    let (deposited, withdrawn) = (amount(1_000), amount(999));
    vec![
        (
            "deposit",
            Act::Deposit {
                participant,
                currency,
                amount: deposited,
            },
        ),
        (
            "withdraw",
            Act::Withdraw {
                participant,
                currency,
                amount: withdrawn,
            },
        ),
        (
            "cap",
            Act::Cap {
                participant,
                currency,
                before: amount(1),
                after: amount(2),
            },
        ),
    ]
}

fn other_acts() -> Vec<(&'static str, Act)> {
    let participant = WHO;
    let evidence = "line 4".to_owned();
    let base = CorridorAt {
        id: CorridorId(1),
        version: 2,
    };
    let after = Box::new(corridor());
    vec![
        (
            "suspend",
            Act::Suspend {
                participant,
                open: OpenItems::Cancel,
            },
        ),
        ("resume", Act::Resume { participant }),
        ("corridor", Act::Corridor { base, after }),
        (
            "keys",
            Act::Keys {
                participant,
                before: vec![[1; 32]],
                after: vec![[1; 32], [2; 32]],
            },
        ),
        (
            "certify",
            Act::Certify {
                participant,
                before: Finality::Immediate,
                after: Finality::Confirm,
                evidence: evidence.clone(),
            },
        ),
        (
            "resolve",
            Act::Resolve {
                item: ItemId(7),
                decision: DoubtDecision::Complete,
                evidence,
            },
        ),
        ("open_break", Act::OpenBreak(Box::new(found()))),
        (
            "close_break",
            Act::CloseBreak {
                item: ItemId(8),
                legs: vec![leg()],
            },
        ),
        ("resume_rail", Act::ResumeRail { participant }),
    ]
}

/// A proposal of an act, as a record.
pub(super) fn proposed_as(id: ActionId, act: Act) -> Record {
    let Operated::ActionProposed(one) = proposed(act) else {
        panic!("it is a proposal")
    };
    let request_id = id.0;
    Record::Operated(Box::new(Operated::ActionProposed(Proposed {
        id,
        request_id,
        ..one
    })))
}

fn proposed(act: Act) -> Operated {
    Operated::ActionProposed(Proposed {
        id: ActionId(30),
        request_id: 31,
        request: Digest([4; 32]),
        by: BY,
        act,
        reason: "as agreed".into(),
        expires_at: Time(22),
    })
}

fn decisions() -> Vec<(&'static str, Operated)> {
    let id = ActionId(30);
    vec![
        ("action_approved", Operated::ActionApproved { id, by: BY }),
        (
            "action_rejected",
            Operated::ActionRejected {
                id,
                by: BY,
                reason: "no".into(),
            },
        ),
        ("action_expired", Operated::ActionExpired { id }),
    ]
}

fn effects() -> Vec<(&'static str, Operated)> {
    let (participant, currency) = (WHO, Currency::Khr);
    let (deposited, withdrawn) = (amount(1_000), amount(999));
    let item = ItemId(8);
    vec![
        ("rail_stopped", Operated::RailStopped { participant, item }),
        ("rail_resumed", Operated::RailResumed { participant }),
        ("break_opened", Operated::BreakOpened(Box::new(found()))),
        (
            "break_closed",
            Operated::BreakClosed {
                item,
                legs: vec![leg()],
            },
        ),
        (
            "deposited",
            Operated::Deposited {
                participant,
                currency,
                amount: deposited,
            },
        ),
        (
            "withdrawn",
            Operated::Withdrawn {
                participant,
                currency,
                amount: withdrawn,
            },
        ),
        (
            "certified",
            Operated::Certified {
                participant,
                finality: Finality::Confirm,
                evidence: "run".into(),
            },
        ),
        (
            "suspended",
            Operated::Suspended {
                participant,
                open: OpenItems::Run,
            },
        ),
        ("resumed", Operated::Resumed { participant }),
        (
            "swept",
            Operated::Swept {
                participant,
                up_to: Some((Time(23), item)),
            },
        ),
    ]
}

#[test]
fn every_record_of_operators_has_its_golden_bytes_and_reads_back() {
    for (name, operated) in decisions().into_iter().chain(effects()) {
        check(name, Record::Operated(Box::new(operated)));
    }
    for (name, act) in acts() {
        let name = format!("action_proposed_{name}");
        check(&name, Record::Operated(Box::new(proposed(act))));
    }
}

#[test]
fn an_end_of_the_way_through_open_items_survives() {
    let swept = Operated::Swept {
        participant: WHO,
        up_to: None,
    };
    let records = [Record::Operated(Box::new(swept))];
    assert_eq!(decode(&encode(&records)).as_deref(), Ok(&records[..]));
}

#[test]
fn a_snapshot_holds_all_of_it() {
    let mut switch = Switch::default();
    let mut seq = 0;
    let mut apply = |operated: Operated| {
        seq += 1;
        let now = Time(1);
        switch.apply(Stamp { seq, now }, &Record::Operated(Box::new(operated)));
    };
    for (id, (_, act)) in (30..).zip(acts()) {
        let Operated::ActionProposed(one) = proposed(act) else {
            panic!("it is a proposal")
        };
        let (id, request_id) = (ActionId(id), id);
        apply(Operated::ActionProposed(Proposed {
            id,
            request_id,
            ..one
        }));
    }
    for (_, operated) in decisions().into_iter().chain(effects()) {
        apply(operated);
    }
    let snapshot = switch.snapshot();
    assert_eq!(snapshot.operations.actions.len(), acts().len());
    let read = decode_snapshot(&encode_snapshot(&snapshot)).unwrap();
    assert_eq!(read, snapshot);
    assert_eq!(
        format!("{:?}", Switch::restore(read)),
        format!("{switch:?}")
    );
}
