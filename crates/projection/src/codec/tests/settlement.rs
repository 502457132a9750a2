//! Golden bytes of what became of windows and of the money book, and of every action that does.

use calendar::{Country, Cycle, Days, MinuteOfDay, Minutes, Schedule};
use money::{Currency, Money};
use switch::{
    Act, ActionId, Adjustment, Arrangement, Cause, CloseCause, Day, Digest, Instruction, ItemId,
    Netting, Operated, ParticipantId, Purse, Record, Settled, Settlement, SettlementAct, Stamp,
    Switch, Time, WindowId, WindowStatus,
};

use super::{amount, check, decode, encode, payment, rate, setup_samples};
use crate::{Corrupt, decode_snapshot, encode_snapshot};

const WINDOW: WindowId = WindowId(1);
const WHO: ParticipantId = ParticipantId(3);

fn jpy(minor: u64) -> Money {
    Money::new(Currency::Jpy, amount(minor))
}

fn daily() -> Arrangement {
    Arrangement {
        version: 1,
        netting: Netting::Bilateral,
        currency: Some(Currency::Jpy),
        schedule: Schedule {
            cycle: Cycle::Daily {
                cut_off: MinuteOfDay::new(17 * 60).unwrap(),
                zone: Country::Kh,
            },
            days: Days::OpenIn(vec![Country::Kh, Country::Jp]),
        },
        countries: vec![Country::Jp, Country::Kh],
        lag_days: 2,
        low_water_percent: 30,
    }
}

fn every_minutes() -> Arrangement {
    Arrangement {
        version: 2,
        netting: Netting::Gross,
        currency: None,
        schedule: Schedule {
            cycle: Cycle::Every(Minutes::new(90).unwrap()),
            days: Days::All,
        },
        ..daily()
    }
}

fn comes_to() -> Settlement {
    let payout = |uetr, debtor, creditor, minor| Instruction {
        uetr,
        debtor,
        creditor: ParticipantId(creditor),
        money: jpy(minor),
    };
    Settlement {
        parts: vec![(WHO, jpy(2_964))],
        payouts: vec![
            payout(40, Some(WHO), 4, 2_000),
            payout(u128::MAX, None, 5, 964),
        ],
        rates: vec![rate("26.5")],
    }
}

fn booking(break_id: &str, from: Purse, to: Purse) -> Adjustment {
    Adjustment {
        break_id: break_id.into(),
        from,
        to,
        money: jpy(700),
    }
}

fn acts() -> Vec<(&'static str, SettlementAct)> {
    let (window, participant, currency) = (WINDOW, WHO, Currency::Jpy);
    let (before, after) = (amount(1), amount(5_000));
    let (money, reference) = (jpy(3_000), "LINE-1".to_owned());
    let settlement = Box::new(comes_to());
    let explained = booking("b-1", Purse::Bank, Purse::Liquidity(WHO));
    vec![
        ("arrange", SettlementAct::Arrange(daily())),
        ("close", SettlementAct::Close { window }),
        (
            "settle",
            SettlementAct::Settle {
                window,
                day: Day(20_800),
                settlement,
            },
        ),
        (
            "hold",
            SettlementAct::Hold {
                window,
                until: Time(41),
            },
        ),
        (
            "exclude",
            SettlementAct::Exclude {
                window,
                participant,
            },
        ),
        (
            "pledge",
            SettlementAct::Pledge {
                participant,
                currency,
                before,
                after,
            },
        ),
        ("draw", SettlementAct::Draw { participant, money }),
        ("repay", SettlementAct::Repay { participant, money }),
        (
            "confirm",
            SettlementAct::Confirm {
                window,
                place: 1,
                reference,
            },
        ),
        ("adjust", SettlementAct::Adjust(explained)),
    ]
}

/// Records of settlement in the order of a life: the window that is open is closed, instructed
/// and settled, and around it what operators did.
fn facts() -> Vec<(&'static str, Settled)> {
    let (window, participant) = (WINDOW, WHO);
    let scheduled = Settled::Scheduled {
        window,
        closes_at: Some(Time(42)),
    };
    let closed = Settled::Closed {
        window,
        next: WindowId(2),
        next_closes_at: Some(Time(43)),
        cause: CloseCause::Calendar,
        settlement_day: Some(Day(20_800)),
    };
    let mut all = vec![
        ("arranged", Settled::Arranged(daily())),
        ("arranged_every", Settled::Arranged(every_minutes())),
        ("scheduled", scheduled),
    ];
    all.extend(money_facts());
    let until = Time(44);
    all.push(("closed", closed));
    all.push(("held", Settled::Held { window, until }));
    all.push((
        "instructed",
        Settled::Instructed {
            window,
            day: Day(20_801),
            settlement: Box::new(comes_to()),
        },
    ));
    all.push((
        "paid_out",
        Settled::PaidOut {
            window,
            place: 1,
            reference: "LINE-1".into(),
            statement: Digest([4; 32]),
        },
    ));
    all.push((
        "excluded",
        Settled::Excluded {
            window,
            participant,
            into: WindowId(2),
        },
    ));
    all.push(("window_settled", Settled::WindowSettled { window }));
    all
}

fn money_facts() -> Vec<(&'static str, Settled)> {
    let (participant, currency) = (WHO, Currency::Jpy);
    let limit = amount(5_000);
    let adjusted = |id, from, to| Settled::Adjusted(booking(id, from, to));
    vec![
        (
            "pledged",
            Settled::Pledged {
                participant,
                currency,
                limit,
            },
        ),
        (
            "drawn",
            Settled::Drawn {
                participant,
                money: jpy(3_000),
            },
        ),
        (
            "repaid",
            Settled::Repaid {
                participant,
                money: jpy(36),
            },
        ),
        (
            "adjusted",
            adjusted("b-1", Purse::Bank, Purse::Liquidity(WHO)),
        ),
        (
            "adjusted_off",
            adjusted("b-2", Purse::Suspense, Purse::WrittenOff),
        ),
    ]
}

fn record(settled: Settled) -> Record {
    Record::Settled(Box::new(settled))
}

fn proposed(id: u128, act: SettlementAct) -> Record {
    let act = Act::Settlement(Box::new(act));
    super::operations::proposed_as(ActionId(id), act)
}

#[test]
fn every_record_of_settlement_has_its_golden_bytes_and_reads_back() {
    for (name, settled) in facts() {
        check(&format!("settled_{name}"), record(settled));
    }
    for (name, act) in acts() {
        check(
            &format!("action_proposed_settlement_{name}"),
            proposed(30, act),
        );
    }
}

#[test]
fn what_is_not_known_survives() {
    let window = WINDOW;
    let unknown = Settled::Closed {
        window,
        next: WindowId(2),
        next_closes_at: None,
        cause: CloseCause::Operators,
        settlement_day: None,
    };
    let never = Settled::Scheduled {
        window,
        closes_at: None,
    };
    let by_hand = Settled::Arranged(Arrangement::default());
    let nothing = Settled::Instructed {
        window,
        day: Day(-1),
        settlement: Box::default(),
    };
    let records: Vec<Record> = [unknown, never, by_hand, nothing].map(record).into();
    assert_eq!(decode(&encode(&records)), Ok(records));
}

#[test]
fn a_record_of_settlement_that_is_cut_or_holds_nonsense_is_corrupt() {
    for (name, settled) in facts() {
        let whole = encode(&[record(settled)]);
        for cut in 2..whole.len() {
            assert!(decode(&whole[..cut]).is_err(), "{name} cut to {cut} bytes");
        }
    }
    let scheduled = facts().remove(2).1;
    let mut far = encode(&[record(scheduled)]);
    let is_known = far.len() - 9;
    far[is_known] = 2;
    let corrupt = Corrupt::Unknown {
        what: "a flag",
        number: 2,
    };
    assert_eq!(decode(&far), Err(corrupt));
}

/// A core with a window that is instructed and half paid out, the next one open, an arrangement,
/// a pledge and two adjustments.
fn in_the_middle() -> Switch {
    let mut switch = Switch::default();
    let mut seq = 0;
    let mut apply = |record: &Record| {
        seq += 1;
        switch.apply(Stamp { seq, now: Time(1) }, record);
    };
    for id in 0..6 {
        let participant = match setup_samples().remove(0) {
            (_, Record::ParticipantSet { participant, .. }) => participant,
            (name, _) => panic!("{name} is no participant"),
        };
        let id = ParticipantId(id);
        apply(&Record::ParticipantSet { id, participant });
    }
    for (_, record) in setup_samples().into_iter().skip(1) {
        apply(&record);
    }
    for participant in [3, 4, 5].map(ParticipantId) {
        for currency in [Currency::Jpy, Currency::Khr] {
            let cap = amount(50_000_000);
            apply(&Record::CapSet {
                participant,
                currency,
                cap,
            });
        }
    }
    let id = ItemId(7);
    let (window, cause) = (WINDOW, Cause::Accepted);
    apply(&Record::PaymentReserved(Box::new(payment())));
    apply(&Record::Completed { id, window, cause });
    for (name, settled) in facts() {
        if name != "window_settled" {
            apply(&record(settled));
        }
    }
    for (id, (_, act)) in (30..).zip(acts()) {
        apply(&proposed(id, act));
    }
    switch
}

#[test]
fn a_snapshot_holds_windows_arrangement_pledges_and_adjustments() {
    let switch = in_the_middle();
    let snapshot = switch.snapshot();
    let windows: Vec<_> = snapshot.windows.iter().map(|w| (w.id, w.status)).collect();
    assert_eq!(
        windows,
        [
            (WINDOW, WindowStatus::Instructed),
            (WindowId(2), WindowStatus::Open)
        ]
    );
    let known = &snapshot.windows[0];
    assert_eq!(known.settlement.as_ref(), Some(&comes_to()));
    assert_eq!(known.paid.keys().collect::<Vec<_>>(), [&1]);
    assert_eq!(known.excluded, [(WHO, WindowId(2))]);
    assert_eq!(known.held_until, Some(Time(44)));
    assert!(!known.pairs.is_empty() && !snapshot.windows[1].pairs.is_empty());
    assert_eq!(snapshot.arrangement, every_minutes());
    assert_eq!(snapshot.adjustments.len(), 2);
    let bytes = encode_snapshot(&snapshot);
    let read = decode_snapshot(&bytes).unwrap();
    assert_eq!(read, snapshot);
    let restored = Switch::restore(read);
    assert_eq!(format!("{restored:?}"), format!("{switch:?}"));
    let (pledged, drawn) = restored.pledge(WHO, Currency::Jpy);
    assert_eq!((pledged, drawn), (amount(5_000), amount(2_964)));
    assert_eq!(restored.control_sum(WINDOW, Currency::Jpy), 2_000);
    assert!(restored.adjustment("b-1").is_some() && restored.adjustment("b-3").is_none());
    for cut in (0..bytes.len()).step_by(7) {
        assert!(decode_snapshot(&bytes[..cut]).is_err(), "cut to {cut}");
    }
}

#[test]
fn a_restored_core_settles_like_the_one_that_never_stopped() {
    let mut whole = in_the_middle();
    let bytes = encode_snapshot(&whole.snapshot());
    let mut restored = Switch::restore(decode_snapshot(&bytes).unwrap());
    let window = WINDOW;
    let paid = Settled::PaidOut {
        window,
        place: 0,
        reference: "LINE-0".into(),
        statement: Digest([4; 32]),
    };
    let rest = [paid, Settled::WindowSettled { window }].map(record);
    for (seq, record) in (1_000..).zip(&rest) {
        let at = Stamp { seq, now: Time(2) };
        whole.apply(at, record);
        restored.apply(at, record);
    }
    assert_eq!(format!("{restored:?}"), format!("{whole:?}"));
    assert_eq!(restored.control_sum(window, Currency::Jpy), 0);
    let known = restored.window_of(window).map(|known| known.status);
    assert_eq!(known, Some(WindowStatus::Settled));
}

#[test]
fn an_approval_stands_before_its_effect_in_one_batch() {
    let approved = Operated::ActionApproved {
        id: ActionId(30),
        by: ParticipantId(9),
    };
    let (_, close) = acts().remove(1);
    let records = vec![
        proposed(30, close),
        Record::Operated(Box::new(approved)),
        record(Settled::WindowSettled { window: WINDOW }),
    ];
    assert_eq!(decode(&encode(&records)), Ok(records));
}
