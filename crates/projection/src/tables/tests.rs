use money::{Amount, BasisPoints, Currency, Money, Rate, Rounding};
use switch::{
    Attempt, Cause, CodeHold, Corridor, CorridorAt, CorridorId, Digest, DoubtDecision, Finality,
    LossBearer, MerchantFee, Participant, PayerCurrency, PayerKey, PaymentReserved, Reason, Record,
    RefundFees, RefundTaken, Refusal, Role, ShopKey, Span, Stamp, State, Switch, Terms, Time,
    Tried, WindowId,
};

mod settlement;

use super::*;
use crate::{Projector, decode_snapshot, encode_snapshot};

fn minor(minor: u64) -> Amount {
    Amount::from_minor(minor).unwrap()
}

fn participant(id: u16, roles: &[Role]) -> Record {
    Record::ParticipantSet {
        id: ParticipantId(id),
        participant: Participant {
            name: format!("p{id}"),
            scheme: if id == 1 { "JPQR" } else { "KHQR" }.to_owned(),
            roles: roles.to_vec(),
            finality: Finality::Confirm,
            keys: Vec::new(),
            callback_url: String::new(),
            banks: Vec::new(),
            is_active: true,
        },
    }
}

/// Two banks, an FX provider and the house, with one corridor and enough headroom.
fn network() -> Vec<Record> {
    let points = |points| BasisPoints::new(points).unwrap();
    let corridor = Corridor {
        at: CorridorAt {
            id: CorridorId(0),
            version: 1,
        },
        name: "KH-JP".into(),
        payer_scheme: "KHQR".into(),
        payee_scheme: "JPQR".into(),
        payer_currencies: vec![PayerCurrency {
            currency: Currency::Khr,
            day_max: minor(10_000_000),
            switch_fee: Amount::ZERO,
            customer_fees: Vec::new(),
        }],
        payee_currency: Currency::Jpy,
        active_from: Time(0),
        amount_min: minor(1),
        amount_max: minor(1_000_000),
        payer_utc_offset_minutes: 420,
        merchant_fee: MerchantFee {
            total: points(0),
            issuer: points(0),
            switch: points(0),
        },
        rounding: Rounding::Up,
        fee_rounding: Rounding::HalfEven,
        quote_ttl: Span(1),
        ask_timeout: Span(2),
        doubt_timeout: Span(3),
        doubt_decision: DoubtDecision::Cancel,
        loss_bearer: LossBearer::House,
        refund_period: Span(4),
        refund_wait: Span(5),
        refund_fees: RefundFees::Kept,
    };
    let mut records = vec![
        participant(0, &[Role::Payer]),
        participant(1, &[Role::Payee]),
        participant(2, &[Role::Fx]),
        participant(3, &[Role::House]),
        Record::WindowOpened(WindowId(1)),
        Record::CorridorSet(corridor),
    ];
    for (id, currency) in [(0, Currency::Khr), (1, Currency::Jpy), (2, Currency::Jpy)] {
        records.push(Record::CapSet {
            participant: ParticipantId(id),
            currency,
            cap: minor(1_000_000_000),
        });
    }
    records.push(Record::CapSet {
        participant: ParticipantId(2),
        currency: Currency::Khr,
        cap: minor(1_000_000_000),
    });
    let rate = Rate::parse(Currency::Jpy, Currency::Khr, "26.5").unwrap();
    records.push(Record::StandingSet(switch::Standing {
        provider: ParticipantId(2),
        corridor: CorridorId(0),
        version: 1,
        valid_until: Time(i64::MAX),
        tiers: vec![switch::Tier {
            amount_max: Amount::MAX,
            rate,
        }],
        exposure_max: minor(1_000_000_000),
    }));
    records
}

fn terms() -> Terms {
    let rate = Rate::parse(Currency::Jpy, Currency::Khr, "26.5").unwrap();
    Terms {
        corridor: CorridorAt {
            id: CorridorId(0),
            version: 1,
        },
        payer: ParticipantId(0),
        payee: ParticipantId(1),
        fx: ParticipantId(2),
        fx_version: 1,
        amount: Money::new(Currency::Jpy, minor(100)),
        principal: Money::new(Currency::Khr, minor(2_650)),
        customer_fee: Amount::ZERO,
        switch_fee: Amount::ZERO,
        merchant_fee: Amount::ZERO,
        issuer_share: Amount::ZERO,
        switch_share: Amount::ZERO,
        rate,
        reference: rate,
    }
}

fn reserved(id: u128) -> Record {
    let terms = terms();
    Record::PaymentReserved(Box::new(PaymentReserved {
        id: ItemId(id),
        terms,
        payer_amount: terms.principal,
        payer_key: PayerKey(1),
        payer_day: 1,
        payer_day_max: minor(10_000_000),
        request: Digest([0; 32]),
        parties: Digest([0; 32]),
        code: (id == 4).then_some(CodeHold {
            key: Digest([4; 32]),
            until: Time(1_000),
        }),
        shop: ShopKey(u128::from(id != 2) * 7),
        category: (id != 2).then_some(5_812),
        deadline: Time(5),
    }))
}

fn refund(id: u128, payment: u128, amount: u64, before: u64) -> Record {
    let of = |currency, per| Money::new(currency, minor(amount * per));
    Record::RefundReserved(Box::new(RefundTaken {
        id: ItemId(id),
        payment: ItemId(payment),
        terms: terms(),
        payer_key: PayerKey(1),
        amount: of(Currency::Jpy, 1),
        payer_amount: of(Currency::Khr, 26),
        before: minor(before),
        payer_before: minor(before * 26),
        request: Digest([0; 32]),
        parties: Digest([0; 32]),
        parties_seq: 2,
        deadline: Time(5),
    }))
}

fn asked(id: u128) -> Record {
    Record::Asked {
        id: ItemId(id),
        expires_at: Time(5),
    }
}

fn completed(id: u128) -> Record {
    Record::Completed {
        id: ItemId(id),
        window: WindowId(1),
        cause: Cause::Accepted,
    }
}

fn cancelled(id: u128) -> Record {
    Record::Cancelled {
        id: ItemId(id),
        reason: Reason::NoAnswer,
    }
}

/// Batches of the story that the tests look at, the network first.
fn story() -> Vec<Vec<Record>> {
    vec![
        network(),
        vec![reserved(1), asked(1), completed(1)],
        vec![reserved(2), asked(2)],
        vec![refund(10, 1, 30, 0), asked(10), completed(10)],
        vec![
            Record::Refused {
                id: ItemId(3),
                requester: ParticipantId(0),
                request: Digest([9; 32]),
                refusal: Refusal::PayerDayLimit,
                tried: Tried::Unknown,
            },
            cancelled(2),
        ],
        vec![refund(11, 1, 20, 30), asked(11), cancelled(11), reserved(4)],
    ]
}

fn stamp(seq: u64) -> Stamp {
    let now = Time(i64::try_from(seq).unwrap());
    Stamp { seq, now }
}

/// Tables after the story, written in groups of `group` batches.
fn tables_of(batches: &[Vec<Record>], group: usize) -> (tempfile::TempDir, Tables, Projector) {
    let folder = tempfile::tempdir().unwrap();
    let mut tables = Tables::open(&folder.path().join("projection.db")).unwrap();
    let mut projector = Projector::default();
    let numbered: Vec<(u64, &Vec<Record>)> = (1..).zip(batches).collect();
    for group in numbered.chunks(group) {
        for (seq, records) in group {
            projector.take(stamp(*seq), records);
        }
        let (first, last) = (group[0].0, group[group.len() - 1].0);
        let rows = projector.rows();
        tables.write(first, (last, [1; 32]), &rows).unwrap();
    }
    (folder, tables, projector)
}

/// Everything in the tables, as text.
fn dump(tables: &Tables) -> String {
    let mut out = String::new();
    for id in [1, 2, 3, 4, 10, 11] {
        let ask = Ask {
            id: ItemId(id),
            requester: Some(ParticipantId(0)),
            payment: None,
        };
        out.push_str(&format!("{:?}\n", tables.past(ask).unwrap()));
    }
    for who in 0..4 {
        let rows = tables.outcomes_after(ParticipantId(who), 0, 100).unwrap();
        for row in rows {
            let item = row.item.0;
            out.push_str(&format!("{who} {} {item}\n", row.position));
        }
    }
    out
}

#[test]
fn what_is_read_back_is_what_the_core_had() {
    let (_folder, tables, projector) = tables_of(&story(), 1);
    let item = |id| tables.item(ItemId(id)).unwrap();
    for id in [1, 2, 4, 10, 11] {
        let known = projector.switch().item(ItemId(id)).unwrap();
        assert_eq!(&item(id).unwrap().item, known, "{id}");
    }
    assert_eq!(item(3), None, "it was never an item");
    assert_eq!(item(2).unwrap().refunded, (Amount::ZERO, Amount::ZERO));
    assert_eq!(item(1).unwrap().refunded, (minor(30), minor(780)));
    assert_eq!(item(11).unwrap().refunded, (minor(30), minor(780)));
    let ask = |requester| Ask {
        id: ItemId(3),
        requester: Some(ParticipantId(requester)),
        payment: Some(ItemId(1)),
    };
    let past = tables.past(ask(0)).unwrap();
    assert_eq!(past.seq, 6);
    assert_eq!(past.closed.unwrap().refusal, Some(Refusal::PayerDayLimit));
    assert_eq!(past.payment.unwrap().item.state, State::Completed);
    assert_eq!(
        tables.past(ask(1)).unwrap().closed,
        None,
        "an id is used up for one"
    );
}

#[test]
fn outcomes_stand_as_the_core_tells_them() {
    let (_folder, tables, projector) = tables_of(&story(), 2);
    for who in 0..4 {
        let who = ParticipantId(who);
        let rows = tables.outcomes_after(who, 0, 100).unwrap();
        let rows: Vec<(u64, ItemId)> = rows.iter().map(|row| (row.position, row.item)).collect();
        assert_eq!(rows, projector.switch().outcomes_of(who, 100), "{who:?}");
    }
    let after = tables.outcomes_after(ParticipantId(0), 1, 1).unwrap();
    assert_eq!(after[0].position, 2);
    assert_eq!(after[0].item, ItemId(10));
    assert_eq!(after[0].decided, stamp(4));
    assert!(
        tables
            .outcomes_after(ParticipantId(0), 4, 9)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn the_size_of_a_group_changes_nothing() {
    let one = dump(&tables_of(&story(), 1).1);
    for group in 2..=6 {
        assert_eq!(
            dump(&tables_of(&story(), group).1),
            one,
            "groups of {group}"
        );
    }
}

#[test]
fn an_item_that_left_memory_within_its_group_has_its_row() {
    let mut batches = story();
    batches.push(vec![Record::Projected { seq: 6 }]);
    let (_folder, tables, projector) = tables_of(&batches, 7);
    assert_eq!(projector.switch().item(ItemId(1)), None, "it has left");
    let (_folder, before, _) = tables_of(&story(), 1);
    for id in [1, 2, 4, 10, 11] {
        let rows = [&tables, &before].map(|tables| tables.item(ItemId(id)).unwrap());
        assert_eq!(rows[0], rows[1], "{id}");
        assert!(rows[0].is_some(), "{id}");
    }
}

#[test]
fn a_core_goes_into_a_snapshot_and_comes_out_the_same() {
    let (_folder, mut tables, projector) = tables_of(&story(), 1);
    let body = encode_snapshot(&projector.switch().snapshot());
    let saved = SavedSnapshot {
        seq: 6,
        hash: [1; 32],
        state_hash: [2; 32],
        body,
    };
    assert_eq!(tables.snapshot().unwrap(), None);
    tables.save_snapshot(&saved).unwrap();
    let read = tables.snapshot().unwrap().unwrap();
    assert_eq!(read, saved);
    let restored = Switch::restore(decode_snapshot(&read.body).unwrap());
    let text = |switch: &Switch| {
        let mut text = String::new();
        switch.fingerprint(&mut text).unwrap();
        text
    };
    assert_eq!(text(&restored), text(projector.switch()));
    for cut in 0..read.body.len() {
        assert!(decode_snapshot(&read.body[..cut]).is_err(), "cut to {cut}");
    }
}

#[test]
fn lists_show_both_sides_their_own_payments_newest_first() {
    let (_folder, tables, _) = tables_of(&story(), 3);
    let ids = |of, before, most| -> Vec<u128> {
        let rows = tables.payments(of, before, most).unwrap();
        rows.into_iter().map(|row| row.id.0).collect()
    };
    let one = |who| ListOf::Participant(ParticipantId(who));
    assert_eq!(ids(one(0), None, 10), [4, 2, 1]);
    assert_eq!(ids(one(1), None, 10), [4, 2, 1]);
    assert_eq!(
        ids(one(2), None, 10),
        [0_u128; 0],
        "the FX provider asked for none"
    );
    assert_eq!(ids(one(0), Some(6), 1), [2]);
    assert_eq!(ids(ListOf::All, None, 2), [4, 2]);
    assert_eq!(tables.applied().unwrap(), Some((6, [1; 32])));
}

#[test]
fn groups_come_in_order_and_clearing_begins_again() {
    let (_folder, mut tables, mut projector) = tables_of(&story(), 1);
    projector.take(stamp(8), &[]);
    let rows = projector.rows();
    for from in [6, 8] {
        let refused = tables.write(from, (8, [1; 32]), &rows);
        assert!(
            matches!(refused, Err(TablesError::NotNext { applied: 6, .. })),
            "{refused:?}"
        );
    }
    tables.clear().unwrap();
    assert_eq!(tables.applied().unwrap(), None);
    assert!(tables.payments(ListOf::All, None, 10).unwrap().is_empty());
    assert!(tables.item(ItemId(1)).unwrap().is_none());
    assert!(
        tables
            .outcomes_after(ParticipantId(0), 0, 9)
            .unwrap()
            .is_empty()
    );
    tables.write(1, (1, [3; 32]), &rows).unwrap();
    assert_eq!(tables.applied().unwrap(), Some((1, [3; 32])));
}

#[test]
fn two_items_never_share_a_row() {
    let (_folder, mut tables, _) = tables_of(&story(), 1);
    let mut other = Projector::default();
    other.take(stamp(1), &network());
    other.take(stamp(7), &[reserved(10)]);
    let refused = tables.write(7, (7, [1; 32]), &other.rows());
    assert!(
        matches!(refused, Err(TablesError::IdTwice(ItemId(10)))),
        "{refused:?}"
    );
    assert_eq!(tables.applied().unwrap(), Some((6, [1; 32])));
    assert_eq!(
        tables.item(ItemId(1)).unwrap().unwrap().refunded,
        (minor(30), minor(780)),
        "the refund that has the id is as it was"
    );
}

#[test]
fn a_damaged_file_is_made_anew_and_a_whole_one_is_kept() {
    let (folder, tables, _) = tables_of(&story(), 1);
    drop(tables);
    let path = folder.path().join("projection.db");
    let kept = Tables::open_or_make_anew(&path).unwrap();
    assert_eq!(kept.applied().unwrap(), Some((6, [1; 32])));
    drop(kept);
    std::fs::write(&path, [7; 100_000]).unwrap();
    assert!(Tables::open(&path).unwrap_err().is_damage());
    let anew = Tables::open_or_make_anew(&path).unwrap();
    assert_eq!(anew.applied().unwrap(), None);
}

#[test]
fn tables_of_another_layout_are_thrown_away() {
    let (folder, tables, _) = tables_of(&story(), 1);
    tables
        .connection
        .pragma_update(None, "user_version", 1)
        .unwrap();
    drop(tables);
    let again = Tables::open(&folder.path().join("projection.db")).unwrap();
    assert_eq!(again.applied().unwrap(), None);
    assert!(again.item(ItemId(1)).unwrap().is_none());
}

/// A query's rows as text; of a blob its last byte.
fn column(tables: &Tables, sql: &str) -> String {
    let mut query = tables.connection.prepare(sql).unwrap();
    let count = query.column_count();
    let row = |row: &rusqlite::Row<'_>| {
        let cell = |at: usize| match row.get_ref(at).unwrap() {
            rusqlite::types::ValueRef::Null => "-".to_owned(),
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            rusqlite::types::ValueRef::Blob(bytes) => bytes[bytes.len() - 1].to_string(),
            rusqlite::types::ValueRef::Text(text) => str::from_utf8(text).unwrap().to_owned(),
            other @ rusqlite::types::ValueRef::Real(_) => panic!("a float: {other:?}"),
        };
        Ok((0..count).map(cell).collect::<Vec<_>>().join(" "))
    };
    let rows: Result<Vec<String>, _> = query.query_map([], row).unwrap().collect();
    rows.unwrap().join("\n")
}

#[test]
fn columns_for_figures_say_what_the_core_agreed_and_how_it_ended() {
    let attempt = Attempt {
        corridor: terms().corridor,
        payee: ParticipantId(1),
        fx: ParticipantId(2),
        amount: terms().amount,
        payer_amount: terms().principal,
        shop: ShopKey(9),
        category: Some(5_814),
    };
    let refused = |id, tried| Record::Refused {
        id: ItemId(id),
        requester: ParticipantId(0),
        request: Digest([9; 32]),
        refusal: Refusal::PayerHeadroomShort,
        tried,
    };
    let in_doubt = Record::InDoubt {
        id: ItemId(4),
        deadline: Time(9),
    };
    let mut batches = story();
    batches.push(vec![
        asked(4),
        in_doubt,
        refused(20, Tried::Payment(attempt)),
        refused(21, Tried::Refund { payment: ItemId(1) }),
    ]);
    batches.push(vec![completed(4)]);
    let one = figures(&tables_of(&batches, 1).1);
    for group in [3, 8] {
        assert_eq!(figures(&tables_of(&batches, group).1), one, "{group}");
    }
    expect_test::expect![[r#"
        1 completed 7 5812 2650 2650000 2650000 - - accepted 0
        2 cancelled - - 2650 2650000 2650000 no_answer - - 0
        4 completed 7 5812 2650 2650000 2650000 - - accepted 1
        10 completed - - - - - - - accepted 0
        11 cancelled - - - - - no_answer - - 0
        3 5 PayerDayLimit - - - - - - - - - - -
        20 7 PayerHeadroomShort 0 - 0 1 2 JPY 100 KHR 2650 9 5814
        21 7 PayerHeadroomShort 1 1 - - - - - - - - -
        0 p0 KHQR
        1 p1 JPQR
        2 p2 KHQR
        3 p3 KHQR
        0 KH-JP KHQR JPQR JPY"#]]
    .assert_eq(&one);
}

/// What reports read, table by table.
fn figures(tables: &Tables) -> String {
    [
        "SELECT id, state, shop, category, principal, rate_value_milli, reference_value_milli, \
         reason, status_reason, cause, was_in_doubt FROM item ORDER BY id",
        "SELECT id, at_ns, refusal, is_refund, payment, corridor, payee, fx, currency, amount, \
         payer_currency, payer_amount, shop, category FROM closed ORDER BY id",
        "SELECT id, name, scheme FROM participant",
        "SELECT * FROM corridor",
    ]
    .map(|sql| column(tables, sql))
    .join("\n")
}

#[test]
fn who_only_reads_makes_no_file_and_drops_no_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("projection.db");
    assert!(Tables::open_to_read(&path).is_err());
    assert!(!path.exists());
    drop(Tables::open(&path).unwrap());
    let tables = Tables::open_to_read(&path).unwrap();
    assert_eq!(tables.applied().unwrap(), None);
    assert_eq!(tables.windows_before(None, 10).unwrap(), []);
    let sql = Connection::open(&path).unwrap();
    sql.pragma_update(None, "user_version", TABLES_LAYOUT + 1)
        .unwrap();
    let other = Tables::open_to_read(&path).unwrap_err();
    assert!(matches!(other, TablesError::Layout { found } if found == TABLES_LAYOUT + 1));
    let kept: i64 = sql
        .query_row(
            "SELECT count(*) FROM sqlite_schema WHERE name = 'item'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(kept, 1);
}
