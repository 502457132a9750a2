//! Golden bytes of every record: a changed byte here is a journal that can no longer be read.

use money::{Amount, BasisPoints, Currency, Money, Rate, Rounding};
use switch::{
    Attempt, Cause, CodeHold, Corridor, CorridorAt, CorridorId, CustomerFee, Digest, DoubtDecision,
    Finality, ItemId, LossBearer, Merchant, MerchantFee, Participant, ParticipantId, PayerCurrency,
    PayerKey, PaymentReserved, Reason, Record, Reference, RefundFees, RefundTaken, Refusal, Role,
    ShopKey, Span, Stamp, Standing, StatusReason, Switch, Terms, Tier, Time, Tried,
    WebhookSettings, WindowId,
};

mod operations;
mod settlement;

use super::{BatchWriter, decode};
use crate::Corrupt;

fn amount(minor: u64) -> Amount {
    Amount::from_minor(minor).unwrap()
}

fn points(points: u16) -> BasisPoints {
    BasisPoints::new(points).unwrap()
}

fn rate(value: &str) -> Rate {
    Rate::parse(Currency::Jpy, Currency::Khr, value).unwrap()
}

fn terms() -> Terms {
    Terms {
        corridor: CorridorAt {
            id: CorridorId(1),
            version: 2,
        },
        payer: ParticipantId(3),
        payee: ParticipantId(4),
        fx: ParticipantId(5),
        fx_version: 6,
        amount: Money::new(Currency::Jpy, amount(3_000)),
        principal: Money::new(Currency::Khr, amount(80_136)),
        customer_fee: amount(400),
        switch_fee: amount(100),
        merchant_fee: amount(36),
        issuer_share: amount(12),
        switch_share: amount(3),
        rate: rate("26.712"),
        reference: rate("26.5"),
    }
}

fn payer_currency(currency: Currency) -> PayerCurrency {
    PayerCurrency {
        currency,
        day_max: amount(2_000_000),
        switch_fee: amount(100),
        customer_fees: vec![CustomerFee {
            participant: ParticipantId(3),
            amount: amount(400),
        }],
    }
}

fn corridor() -> Corridor {
    Corridor {
        at: CorridorAt {
            id: CorridorId(1),
            version: 2,
        },
        name: "KH-JP".into(),
        payer_scheme: "KHQR".into(),
        payee_scheme: "JPQR".into(),
        payer_currencies: vec![payer_currency(Currency::Khr), payer_currency(Currency::Usd)],
        payee_currency: Currency::Jpy,
        active_from: Time(-1),
        amount_min: amount(10),
        amount_max: Amount::MAX,
        payer_utc_offset_minutes: -90,
        merchant_fee: MerchantFee {
            total: points(120),
            issuer: points(40),
            switch: points(10),
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
    }
}

fn refund() -> RefundTaken {
    RefundTaken {
        id: ItemId(8),
        payment: ItemId(7),
        terms: terms(),
        payer_key: PayerKey(9),
        amount: Money::new(Currency::Jpy, amount(1_000)),
        payer_amount: Money::new(Currency::Khr, amount(26_712)),
        before: amount(500),
        payer_before: amount(13_356),
        request: Digest([1; 32]),
        parties: Digest([2; 32]),
        parties_seq: 12,
        deadline: Time(11),
    }
}

fn payment() -> PaymentReserved {
    PaymentReserved {
        id: ItemId(7),
        terms: terms(),
        payer_amount: Money::new(Currency::Khr, amount(80_536)),
        payer_key: PayerKey(9),
        payer_day: 20_000,
        payer_day_max: amount(2_000_000),
        request: Digest([1; 32]),
        parties: Digest([2; 32]),
        code: Some(CodeHold {
            key: Digest([3; 32]),
            until: Time(10),
        }),
        shop: ShopKey(13),
        category: Some(5_814),
        deadline: Time(11),
    }
}

fn attempt() -> Attempt {
    Attempt {
        corridor: terms().corridor,
        payee: ParticipantId(4),
        fx: ParticipantId(5),
        amount: Money::new(Currency::Jpy, amount(3_000)),
        payer_amount: Money::new(Currency::Khr, amount(80_536)),
        shop: ShopKey(13),
        category: Some(5_814),
    }
}

fn setup_samples() -> Vec<(&'static str, Record)> {
    let participant = Participant {
        name: "acleda".into(),
        scheme: "KHQR".into(),
        roles: Role::ALL.to_vec(),
        finality: Finality::Immediate,
        keys: vec![[7; 32]],
        callback_url: "http://127.0.0.1:7401".into(),
        banks: vec!["aclb".into()],
        is_active: true,
    };
    let standing = Standing {
        provider: ParticipantId(5),
        corridor: CorridorId(1),
        version: 6,
        valid_until: Time(12),
        tiers: vec![Tier {
            amount_max: amount(50_000),
            rate: rate("26.712"),
        }],
        exposure_max: amount(1_000_000),
    };
    let merchant = Merchant {
        store_id: "1234567890123-0001-000001-000001".into(),
        acquirer: ParticipantId(4),
        version: 1,
        name: "Noodle House".into(),
        name_local: "麺".into(),
        city: "Osaka".into(),
        category: "5812".into(),
        accepts_foreign: true,
        is_active: false,
    };
    let reference = Reference {
        version: 1,
        valid_until: Time(13),
        rate: rate("26.5"),
    };
    vec![
        (
            "participant_set",
            Record::ParticipantSet {
                id: ParticipantId(3),
                participant,
            },
        ),
        ("corridor_set", Record::CorridorSet(corridor())),
        (
            "cap_set",
            Record::CapSet {
                participant: ParticipantId(3),
                currency: Currency::Khr,
                cap: amount(50_000_000),
            },
        ),
        ("standing_set", Record::StandingSet(standing)),
        ("reference_set", Record::ReferenceSet(reference)),
        ("merchant_set", Record::MerchantSet(merchant)),
        ("window_opened", Record::WindowOpened(WindowId(1))),
    ]
}

fn item_samples() -> Vec<(&'static str, Record)> {
    let id = ItemId(7);
    let requester = ParticipantId(3);
    let rejected = Reason::Rejected(StatusReason::new("AC04").unwrap());
    vec![
        (
            "payment_reserved_2",
            Record::PaymentReserved(Box::new(payment())),
        ),
        ("forbidden", Record::Forbidden { id, requester }),
        (
            "refund_reserved_2",
            Record::RefundReserved(Box::new(refund())),
        ),
        (
            "refund_waiting_2",
            Record::RefundWaiting(Box::new(refund())),
        ),
        (
            "refund_funded",
            Record::RefundFunded {
                id,
                deadline: Time(14),
            },
        ),
        (
            "asked",
            Record::Asked {
                id,
                expires_at: Time(15),
            },
        ),
        (
            "in_doubt",
            Record::InDoubt {
                id,
                deadline: Time(16),
            },
        ),
        (
            "completed",
            Record::Completed {
                id,
                window: WindowId(1),
                cause: Cause::DoubtExpired,
            },
        ),
        (
            "cancelled",
            Record::Cancelled {
                id,
                reason: rejected,
            },
        ),
    ]
}

fn refusal_samples() -> Vec<(&'static str, Record)> {
    let id = ItemId(7);
    let requester = ParticipantId(3);
    let request = Digest([1; 32]);
    let refusal = Refusal::PayerDayLimit;
    vec![
        (
            "refused_2",
            Record::Refused {
                id,
                requester,
                request,
                refusal,
                tried: Tried::Payment(attempt()),
            },
        ),
        (
            "refused_refund",
            Record::Refused {
                id,
                requester,
                request,
                refusal: Refusal::PayeeRefundExceeds,
                tried: Tried::Refund { payment: ItemId(6) },
            },
        ),
    ]
}

fn webhook_samples() -> Vec<(&'static str, Record)> {
    let participant = ParticipantId(3);
    let settings = WebhookSettings {
        participant,
        id: "paid-notices".into(),
        url: "http://127.0.0.1:9000/paid".into(),
        description: "the cash desks".into(),
        is_active: true,
    };
    vec![
        (
            "webhook_set",
            Record::WebhookSet {
                settings,
                version: 2,
                from_position: 17,
            },
        ),
        (
            "webhook_removed",
            Record::WebhookRemoved {
                participant,
                id: "paid-notices".into(),
            },
        ),
    ]
}

fn samples() -> Vec<(&'static str, Record)> {
    let mut all = setup_samples();
    all.extend(item_samples());
    all.extend(refusal_samples());
    all.extend(webhook_samples());
    let acknowledged = Record::Acknowledged {
        participant: ParticipantId(3),
        position: 17,
    };
    all.push(("acknowledged", acknowledged));
    all.push(("projected", Record::Projected { seq: 18 }));
    all
}

fn encode(records: &[Record]) -> Vec<u8> {
    let mut writer = BatchWriter::default();
    for record in records {
        writer.push(record);
    }
    writer.finish()
}

fn hex(bytes: &[u8]) -> String {
    let rows = bytes.chunks(32);
    rows.map(|row| {
        row.iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
            + "\n"
    })
    .collect()
}

/// The bytes of a record are those of its golden file, and read back as the record.
fn check(name: &str, record: Record) {
    let bytes = encode(std::slice::from_ref(&record));
    let path = format!("{}/golden/v1/{name}.hex", env!("CARGO_MANIFEST_DIR"));
    expect_test::expect_file![path].assert_eq(&hex(&bytes));
    assert_eq!(decode(&bytes), Ok(vec![record]), "{name}");
}

#[test]
fn every_record_has_its_golden_bytes_and_reads_back() {
    for (name, record) in samples() {
        check(name, record);
    }
}

#[test]
fn records_in_their_first_layout_are_still_read() {
    let old = RefundTaken {
        parties_seq: 0,
        ..refund()
    };
    let payment = PaymentReserved {
        shop: ShopKey::UNKNOWN,
        category: None,
        ..payment()
    };
    let refused = Record::Refused {
        id: ItemId(7),
        requester: ParticipantId(3),
        request: Digest([1; 32]),
        refusal: Refusal::PayerDayLimit,
        tried: Tried::Unknown,
    };
    for (golden, record) in [
        (
            include_str!("../../golden/v1/payment_reserved.hex"),
            Record::PaymentReserved(Box::new(payment)),
        ),
        (include_str!("../../golden/v1/refused.hex"), refused),
        (
            include_str!("../../golden/v1/refund_reserved.hex"),
            Record::RefundReserved(Box::new(old.clone())),
        ),
        (
            include_str!("../../golden/v1/refund_waiting.hex"),
            Record::RefundWaiting(Box::new(old)),
        ),
    ] {
        let digits: String = golden.split_whitespace().collect();
        let pairs = digits.as_bytes().chunks(2);
        let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
        let bytes: Vec<u8> = pairs.map(byte).collect();
        assert_eq!(decode(&bytes), Ok(vec![record]));
    }
}

#[test]
fn a_webhook_survives_in_a_snapshot() {
    let (_, record) = webhook_samples().remove(0);
    let mut switch = Switch::default();
    let (seq, now) = (7, Time(8));
    switch.apply(Stamp { seq, now }, &record);
    let snapshot = switch.snapshot();
    assert_eq!(snapshot.webhooks.len(), 1);
    let read = crate::decode_snapshot(&crate::encode_snapshot(&snapshot));
    assert_eq!(read, Ok(snapshot));
}

#[test]
fn every_refusal_and_reason_survives() {
    let (id, requester, request) = (ItemId(1), ParticipantId(2), Digest([0; 32]));
    let mut records: Vec<Record> = Refusal::ALL
        .into_iter()
        .map(|refusal| Record::Refused {
            id,
            requester,
            request,
            refusal,
            tried: Tried::Unknown,
        })
        .collect();
    for reason in [
        Reason::NoAnswer,
        Reason::Withdrawn,
        Reason::DoubtExpired,
        Reason::NoLiquidity,
        Reason::Operators,
        Reason::Suspended,
    ] {
        records.push(Record::Cancelled { id, reason });
    }
    assert_eq!(decode(&encode(&records)), Ok(records));
}

#[test]
fn what_is_cut_or_lengthened_or_renumbered_is_corrupt() {
    let (_, record) = item_samples().remove(7);
    let whole = encode(&[record]);
    for cut in 0..whole.len() {
        let got = decode(&whole[..cut]);
        // Cut behind the version byte is an empty batch, which is one.
        assert_eq!(got.is_err(), cut != 1, "cut to {cut} bytes");
    }
    let mut longer = whole.clone();
    longer.push(16);
    assert_eq!(decode(&longer), Err(Corrupt::Short));
    let mut later = whole.clone();
    later[0] = 2;
    assert_eq!(decode(&later), Err(Corrupt::Version(2)));
    let mut strange = whole;
    strange[1] = 99;
    assert_eq!(
        decode(&strange),
        Err(Corrupt::Unknown {
            what: "a record",
            number: 99
        })
    );
}

#[test]
fn a_payment_fits_the_budget_of_the_benchmarks() {
    let records = [
        Record::PaymentReserved(Box::new(payment())),
        Record::Asked {
            id: ItemId(7),
            expires_at: Time(15),
        },
        Record::Completed {
            id: ItemId(7),
            window: WindowId(1),
            cause: Cause::DoubtExpired,
        },
    ];
    let bytes = encode(&records).len();
    assert!(bytes <= 420, "{bytes} bytes for a whole payment");
}
