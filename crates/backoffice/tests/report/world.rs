//! Journals made by hand: records as the core would have made them.

use std::path::PathBuf;

use money::{Amount, BasisPoints, Currency, Money, Rate, Rounding};
use projection::{Projector, Tables};
use switch::{
    Attempt, Cause, Corridor, CorridorAt, CorridorId, Digest, DoubtDecision, Finality, ItemId,
    LossBearer, MerchantFee, Participant, ParticipantId, PayerCurrency, PayerKey, PaymentReserved,
    Reason, Record, RefundFees, RefundTaken, Refusal, Role, ShopKey, Span, Stamp, StatusReason,
    Terms, Time, Tried, WindowId,
};

pub(crate) const ACLEDA: u16 = 0;
pub(crate) const SATHAPANA: u16 = 1;
pub(crate) const NETSTARS: u16 = 2;
pub(crate) const FX1: u16 = 3;
pub(crate) const FX2: u16 = 4;
const HOUSE: u16 = 5;

pub(crate) const MINUTE: i64 = 60_000_000_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// Midnight of 2026-01-01 in Phnom Penh.
pub(crate) const START: i64 = 1_767_225_600_000_000_000 - 7 * HOUR;

pub(crate) fn minor(minor: u64) -> Amount {
    Amount::from_minor(minor).unwrap()
}

pub(crate) fn jpy(yen: u64) -> Money {
    Money::new(Currency::Jpy, minor(yen))
}

pub(crate) fn khr(riel: u64) -> Money {
    Money::new(Currency::Khr, minor(riel))
}

/// A payment as it is meant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pay {
    pub(crate) id: u128,
    pub(crate) payer: u16,
    pub(crate) payee: u16,
    pub(crate) fx: u16,
    pub(crate) price: Money,
    pub(crate) payer_currency: Currency,
    /// Of the yen, in the other currency.
    pub(crate) rate: &'static str,
    pub(crate) reference: &'static str,
    pub(crate) customer_fee: u64,
    pub(crate) payer_key: u128,
    pub(crate) shop: u128,
    pub(crate) category: Option<u16>,
}

impl Pay {
    /// From Cambodia to a shop in Japan.
    pub(crate) fn out(id: u128, price: Money) -> Self {
        Self {
            id,
            payer: ACLEDA,
            payee: NETSTARS,
            fx: FX1,
            price,
            payer_currency: Currency::Khr,
            rate: "26.712",
            reference: "26.5",
            customer_fee: 400,
            payer_key: 1,
            shop: 7,
            category: Some(5_812),
        }
    }

    /// From Japan to a shop in Cambodia.
    pub(crate) fn into(id: u128, price: Money) -> Self {
        Self {
            payer: NETSTARS,
            payee: ACLEDA,
            payer_currency: Currency::Jpy,
            rate: "26.288",
            customer_fee: 0,
            payer_key: 3,
            category: Some(742),
            ..Self::out(id, price)
        }
    }

    pub(crate) fn terms(&self) -> Terms {
        let other = if self.price.currency == Currency::Jpy {
            self.payer_currency
        } else {
            self.price.currency
        };
        let rate = |text| Rate::parse(Currency::Jpy, other, text).unwrap();
        let fee = BasisPoints::new(120).unwrap();
        Terms {
            corridor: CorridorAt {
                id: CorridorId(u16::from(self.price.currency != Currency::Jpy)),
                version: 1,
            },
            payer: ParticipantId(self.payer),
            payee: ParticipantId(self.payee),
            fx: ParticipantId(self.fx),
            fx_version: 1,
            amount: self.price,
            principal: rate(self.rate).convert(self.price, Rounding::Up).unwrap(),
            customer_fee: minor(self.customer_fee),
            switch_fee: Amount::ZERO,
            merchant_fee: fee.of(self.price.amount, Rounding::HalfEven),
            issuer_share: Amount::ZERO,
            switch_share: Amount::ZERO,
            rate: rate(self.rate),
            reference: rate(self.reference),
        }
    }

    fn reserved(&self) -> Record {
        let terms = self.terms();
        Record::PaymentReserved(Box::new(PaymentReserved {
            id: ItemId(self.id),
            terms,
            payer_amount: terms.payer_amount().unwrap(),
            payer_key: PayerKey(self.payer_key),
            payer_day: 1,
            payer_day_max: minor(1_000_000_000),
            request: Digest([1; 32]),
            parties: Digest([2; 32]),
            code: None,
            shop: ShopKey(self.shop),
            category: self.category,
            deadline: Time(i64::MAX),
        }))
    }
}

/// Batches with their times, in order.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) batches: Vec<(i64, Vec<Record>)>,
    paid: Vec<Pay>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            batches: vec![(START - 60 * DAY, network())],
            paid: Vec::new(),
        }
    }

    fn batch(&mut self, at: i64, records: Vec<Record>) {
        self.batches.push((at, records));
    }

    fn take(&mut self, pay: Pay, at: i64) -> ItemId {
        let id = ItemId(pay.id);
        let asked = Record::Asked {
            id,
            expires_at: Time(i64::MAX),
        };
        self.batch(at, vec![pay.reserved(), asked]);
        self.paid.push(pay);
        id
    }

    /// Completes `us` microseconds later.
    pub(crate) fn complete(&mut self, pay: Pay, at: i64, us: i64) {
        let id = self.take(pay, at);
        self.batch(at + us * 1_000, vec![completed(id, Cause::Accepted)]);
    }

    pub(crate) fn cancel(&mut self, pay: Pay, at: i64, reason: Reason) {
        let id = self.take(pay, at);
        self.batch(at + 10_000_000, vec![Record::Cancelled { id, reason }]);
    }

    /// Comes into doubt, and completes all the same.
    pub(crate) fn doubt(&mut self, pay: Pay, at: i64) {
        let id = self.take(pay, at);
        let deadline = Time(i64::MAX);
        self.batch(at + 20_000_000, vec![Record::InDoubt { id, deadline }]);
        self.batch(at + 30_000_000, vec![completed(id, Cause::DoubtExpired)]);
    }

    pub(crate) fn leave_open(&mut self, pay: Pay, at: i64) {
        self.take(pay, at);
    }

    pub(crate) fn refuse(&mut self, pay: Pay, at: i64) {
        let terms = pay.terms();
        let tried = Tried::Payment(Attempt {
            corridor: terms.corridor,
            payee: terms.payee,
            fx: terms.fx,
            amount: terms.amount,
            payer_amount: terms.payer_amount().unwrap(),
            shop: ShopKey(pay.shop),
            category: pay.category,
        });
        let refusal = Refusal::PayerDayLimit;
        self.batch(at, vec![refused(pay.id, pay.payer, refusal, tried)]);
    }

    /// As builds before this one recorded it.
    pub(crate) fn refuse_as_before(&mut self, id: u128, requester: u16, at: i64) {
        let refusal = Refusal::PayerHeadroomShort;
        self.batch(at, vec![refused(id, requester, refusal, Tried::Unknown)]);
    }

    pub(crate) fn refuse_refund(&mut self, id: u128, payment: u128, at: i64) {
        let payee = self.paid(payment).payee;
        let payment = ItemId(payment);
        let refusal = Refusal::PayeeRefundExceeds;
        self.batch(
            at,
            vec![refused(id, payee, refusal, Tried::Refund { payment })],
        );
    }

    fn paid(&self, id: u128) -> Pay {
        *self.paid.iter().find(|pay| pay.id == id).unwrap()
    }

    pub(crate) fn refund(&mut self, id: u128, payment: u128, amount: Money, at: i64) {
        let pay = self.paid(payment);
        let terms = pay.terms();
        let taken = RefundTaken {
            id: ItemId(id),
            payment: ItemId(payment),
            terms,
            payer_key: PayerKey(pay.payer_key),
            amount,
            payer_amount: terms.rate.convert(amount, Rounding::Down).unwrap(),
            before: Amount::ZERO,
            payer_before: Amount::ZERO,
            request: Digest([3; 32]),
            parties: Digest([4; 32]),
            parties_seq: 1,
            deadline: Time(i64::MAX),
        };
        self.batch(at, vec![Record::RefundReserved(Box::new(taken))]);
        let asked = Record::Asked {
            id: ItemId(id),
            expires_at: Time(i64::MAX),
        };
        let ended = completed(ItemId(id), Cause::Accepted);
        self.batch(at + 1_000_000, vec![asked, ended]);
    }

    /// A few months of whatever may happen, the same for the same seed.
    pub(crate) fn drawn(seed: u64, payments: u64) -> Self {
        let mut world = Self::new();
        let mut dice = Dice(seed);
        for n in 1..=payments {
            let id = u128::from(n);
            let at = START - 30 * DAY + dice.below(150 * 24 * 60) * MINUTE;
            let mut pay = match dice.below(3) {
                0 => Pay::into(id, khr(10_000 + u64::try_from(dice.below(90_000)).unwrap())),
                _ => Pay::out(id, jpy(100 + u64::try_from(dice.below(9_000)).unwrap())),
            };
            if pay.price.currency == Currency::Jpy && dice.below(4) == 0 {
                (pay.payer_currency, pay.rate, pay.reference) = (Currency::Usd, "0.0067", "0.0066");
            }
            if dice.below(3) == 0 {
                pay.fx = FX2;
            }
            pay.payer_key = u128::try_from(dice.below(40)).unwrap();
            pay.shop = u128::try_from(dice.below(25)).unwrap();
            pay.category = [None, Some(5_812), Some(5_814), Some(7_011)]
                [usize::try_from(dice.below(4)).unwrap()];
            match dice.below(12) {
                0 => world.cancel(pay, at, Reason::NoAnswer),
                1 => world.cancel(pay, at, Reason::Rejected(StatusReason::NARR)),
                2 => world.doubt(pay, at),
                3 => world.leave_open(pay, at),
                4 => world.refuse(pay, at),
                5 => world.refuse_as_before(id, pay.payer, at),
                _ => {
                    world.complete(pay, at, dice.below(3_000_000));
                    if dice.below(5) == 0 {
                        let some = Money::new(pay.price.currency, minor(50));
                        world.refund(1_000_000 + id, id, some, at + dice.below(10) * DAY);
                    }
                }
            }
        }
        // A journal's time does not go back.
        world.batches.sort_by_key(|(at, _)| *at);
        world
    }

    /// Tables written in groups of so many batches; the folder goes when it is dropped.
    pub(crate) fn tables(&self, group: usize) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("projection.db");
        let mut tables = Tables::open(&file).unwrap();
        let mut projector = Projector::default();
        let numbered: Vec<(u64, &(i64, Vec<Record>))> = (1..).zip(&self.batches).collect();
        for group in numbered.chunks(group) {
            for (seq, (at, records)) in group {
                let stamp = Stamp {
                    seq: *seq,
                    now: Time(*at),
                };
                projector.take(stamp, records);
            }
            let (first, last) = (group[0].0, group[group.len() - 1].0);
            let rows = projector.rows();
            tables.write(first, (last, [0xab; 32]), &rows).unwrap();
        }
        (folder, file)
    }
}

fn completed(id: ItemId, cause: Cause) -> Record {
    Record::Completed {
        id,
        window: WindowId(1),
        cause,
    }
}

fn refused(id: u128, requester: u16, refusal: Refusal, tried: Tried) -> Record {
    Record::Refused {
        id: ItemId(id),
        requester: ParticipantId(requester),
        request: Digest([9; 32]),
        refusal,
        tried,
    }
}

fn participant(id: u16, name: &str, scheme: &str, role: Role) -> Record {
    Record::ParticipantSet {
        id: ParticipantId(id),
        participant: Participant {
            name: name.to_owned(),
            scheme: scheme.to_owned(),
            roles: vec![role],
            finality: Finality::Confirm,
            keys: Vec::new(),
            callback_url: String::new(),
            banks: Vec::new(),
            is_active: true,
        },
    }
}

fn corridor(id: u16, [from, to]: [&str; 2], payee_currency: Currency) -> Record {
    let points = |points| BasisPoints::new(points).unwrap();
    let currencies: &[Currency] = if payee_currency == Currency::Jpy {
        &[Currency::Khr, Currency::Usd]
    } else {
        &[Currency::Jpy]
    };
    let charge = |currency: &Currency| PayerCurrency {
        currency: *currency,
        day_max: minor(1_000_000_000),
        switch_fee: Amount::ZERO,
        customer_fees: Vec::new(),
    };
    let country = |scheme: &str| if scheme == "KHQR" { "KH" } else { "JP" };
    Record::CorridorSet(Corridor {
        at: CorridorAt {
            id: CorridorId(id),
            version: 1,
        },
        name: format!("{}-{} shops", country(from), country(to)),
        payer_scheme: from.to_owned(),
        payee_scheme: to.to_owned(),
        payer_currencies: currencies.iter().map(charge).collect(),
        payee_currency,
        active_from: Time(0),
        amount_min: minor(1),
        amount_max: minor(1_000_000),
        payer_utc_offset_minutes: 420,
        merchant_fee: MerchantFee {
            total: points(120),
            issuer: points(0),
            switch: points(0),
        },
        rounding: Rounding::Up,
        fee_rounding: Rounding::HalfEven,
        quote_ttl: Span(1),
        ask_timeout: Span(2),
        doubt_timeout: Span(3),
        doubt_decision: DoubtDecision::Complete,
        loss_bearer: LossBearer::House,
        refund_period: Span(i64::MAX),
        refund_wait: Span(5),
        refund_fees: RefundFees::Kept,
    })
}

fn network() -> Vec<Record> {
    let mut records = vec![
        participant(ACLEDA, "acleda", "KHQR", Role::Payer),
        participant(SATHAPANA, "sathapana", "KHQR", Role::Payer),
        participant(NETSTARS, "netstars", "JPQR", Role::Payee),
        participant(FX1, "fx1", "", Role::Fx),
        participant(FX2, "fx2", "", Role::Fx),
        participant(HOUSE, "house", "", Role::House),
        Record::WindowOpened(WindowId(1)),
        corridor(0, ["KHQR", "JPQR"], Currency::Jpy),
        corridor(1, ["JPQR", "KHQR"], Currency::Khr),
    ];
    for id in [ACLEDA, SATHAPANA, NETSTARS, FX1, FX2] {
        for currency in [Currency::Khr, Currency::Jpy, Currency::Usd] {
            records.push(Record::CapSet {
                participant: ParticipantId(id),
                currency,
                cap: minor(1_000_000_000_000),
            });
        }
    }
    for fx in [FX1, FX2] {
        for (corridor, other) in [(0, Currency::Khr), (1, Currency::Khr)] {
            let rate = Rate::parse(Currency::Jpy, other, "26.5").unwrap();
            records.push(Record::StandingSet(switch::Standing {
                provider: ParticipantId(fx),
                corridor: CorridorId(corridor),
                version: 1,
                valid_until: Time(i64::MAX),
                tiers: vec![switch::Tier {
                    amount_max: Amount::MAX,
                    rate,
                }],
                exposure_max: minor(1_000_000_000_000),
            }));
        }
    }
    records
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        i64::try_from(mixed >> 1).unwrap() % most
    }
}
