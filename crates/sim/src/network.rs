//! The network of a run: two banks, a switch on the other side, two FX providers, the house.

use calendar::{Country, Cycle, Days, MinuteOfDay, Minutes, Schedule};
use money::{Amount, BasisPoints, Currency, Rate, Rounding};
use switch::{
    Arrangement, Corridor, CorridorAt, CorridorId, CustomerFee, DoubtDecision, Finality, Input,
    LossBearer, MerchantFee, Netting, Operate, Participant, ParticipantId, PayerCurrency,
    Reference, RefundFees, Role, Span, Standing, Tier, Time,
};

use crate::dice::Dice;

pub(crate) const ACLEDA: ParticipantId = ParticipantId(0);
pub(crate) const SATHAPANA: ParticipantId = ParticipantId(1);
pub(crate) const NETSTARS: ParticipantId = ParticipantId(2);
pub(crate) const FX1: ParticipantId = ParticipantId(3);
pub(crate) const FX2: ParticipantId = ParticipantId(4);
pub(crate) const HOUSE: ParticipantId = ParticipantId(5);

/// Who acts for the hub; no action may leave fewer than two of them.
pub(crate) const OPERATORS: [ParticipantId; 3] =
    [ParticipantId(6), ParticipantId(7), ParticipantId(8)];

/// Everybody who is called.
pub(crate) const MEMBERS: [ParticipantId; 5] = [ACLEDA, SATHAPANA, NETSTARS, FX1, FX2];

/// A summer's afternoon, a whole day after the last midnight and before the next in both places.
pub(crate) const EPOCH: Time = Time(1_795_000_000_000_000_000);

pub(crate) fn amount(minor: u64) -> Amount {
    Amount::from_minor(minor).unwrap_or(Amount::MAX)
}

pub(crate) fn name(who: ParticipantId) -> &'static str {
    const NAMES: [&str; 9] = [
        "acleda",
        "sathapana",
        "netstars",
        "fx1",
        "fx2",
        "house",
        "op1",
        "op2",
        "op3",
    ];
    NAMES.get(usize::from(who.0)).copied().unwrap_or("nobody")
}

/// Who may bear a loss.
pub(crate) const BEARERS: [LossBearer; 3] = [
    LossBearer::PayerParticipant,
    LossBearer::PayeeParticipant,
    LossBearer::House,
];

/// One key of a participant; nothing is signed here, but no two have the same.
pub(crate) fn key(who: ParticipantId, number: u8) -> [u8; 32] {
    let mut key = [number; 32];
    for (to, from) in key.iter_mut().zip(who.0.to_be_bytes()) {
        *to = from;
    }
    key
}

pub(crate) fn scheme(who: ParticipantId) -> &'static str {
    match who {
        ACLEDA | SATHAPANA => "KHQR",
        NETSTARS => "JPQR",
        FX1 | FX2 => "FX",
        _ours => "HOUSE",
    }
}

/// What a run's network is like.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub(crate) finality: [Finality; 3],
    doubt_decision: DoubtDecision,
    doubt_timeout: Span,
    refund_wait: Span,
    refund_period: Span,
    quote_ttl: Span,
    day_max: u64,
    pub(crate) cap: u64,
    exposure: u64,
    rounding: Rounding,
    loss_bearer: LossBearer,
    /// How windows are settled from the start; nobody has decided if absent.
    arrangement: Option<Arrangement>,
    /// What the banks have of the yen that they owe only when windows are settled in yen.
    yen_of_banks: u64,
}

/// What a yen is worth in riel by the reference rate: this over a thousand.
pub(crate) const REFERENCE_MANTISSA: u64 = 26_500;

/// How windows may be settled.
pub(crate) fn arrangement(dice: &mut Dice, version: u32) -> Arrangement {
    let cycle = match dice.below(10) {
        0..2 => Cycle::Manual,
        // The midnight two minutes before which one run in four begins.
        2..4 => MinuteOfDay::new(0).map_or(Cycle::Manual, |cut_off| {
            let zone = Country::Kh;
            Cycle::Daily { cut_off, zone }
        }),
        _ => {
            let minutes = dice.pick(&[1, 2, 5, 15], 2);
            Minutes::new(minutes).map_or(Cycle::Manual, Cycle::Every)
        }
    };
    let both = vec![Country::Kh, Country::Jp];
    let days = match dice.chance(5_000) {
        true => Days::All,
        false => Days::OpenIn(both.clone()),
    };
    let forms = [Netting::Multilateral, Netting::Bilateral, Netting::Gross];
    let netting = dice.pick(&forms, Netting::Multilateral);
    let currency = match dice.below(4) {
        0 if netting != Netting::Gross => Some(Currency::Jpy),
        1 if netting != Netting::Gross => Some(Currency::Khr),
        _each => None,
    };
    Arrangement {
        version,
        netting,
        currency,
        schedule: Schedule { cycle, days },
        countries: both,
        lag_days: dice.pick(&[1, 2], 1),
        low_water_percent: 20,
    }
}

impl Network {
    pub(crate) fn draw(seed: u64, payments: u32, is_faulty: bool) -> Self {
        // What is scarce is scarce for runs of every length.
        let scarce = u64::from(payments).max(100);
        let mut dice = Dice::of(seed, "network", 0);
        let finality = [(); 3].map(|()| match dice.chance(4_000) {
            true => Finality::Immediate,
            false => Finality::Confirm,
        });
        let seconds = |s: u64| Span::from_seconds(i64::try_from(s).unwrap_or(60));
        let tight = is_faulty && dice.chance(4_000);
        Self {
            finality,
            doubt_decision: dice.pick(
                &[DoubtDecision::Cancel, DoubtDecision::Complete],
                DoubtDecision::Cancel,
            ),
            doubt_timeout: seconds(dice.between(60, 300)),
            refund_wait: seconds(dice.between(20, 120)),
            refund_period: seconds(dice.pick(&[60, 86_400], 86_400)),
            quote_ttl: seconds(dice.pick(&[30, 120, 600], 600)),
            day_max: if tight { 1_000_000 } else { 1_000_000_000_000 },
            cap: if tight {
                scarce.saturating_mul(60_000)
            } else {
                1_000_000_000_000
            },
            exposure: if tight {
                scarce.saturating_mul(6_000)
            } else {
                1_000_000_000_000
            },
            rounding: dice.pick(
                &[Rounding::Up, Rounding::Down, Rounding::HalfEven],
                Rounding::Up,
            ),
            loss_bearer: dice.pick(&BEARERS, LossBearer::PayeeParticipant),
            arrangement: {
                let mut dice = Dice::of(seed, "arrangement", 0);
                let is_arranged = !dice.chance(1_000);
                is_arranged.then(|| arrangement(&mut dice, 1))
            },
            yen_of_banks: {
                let mut dice = Dice::of(seed, "yen", 0);
                let is_thin = is_faulty && dice.chance(5_000);
                if is_thin { 2_000 } else { 1_000_000_000_000 }
            },
        }
    }

    fn participant(&self, who: ParticipantId) -> Participant {
        let roles: &[Role] = match who {
            FX1 | FX2 => &[Role::Fx],
            HOUSE => &[Role::House],
            operator if OPERATORS.contains(&operator) => &[Role::Operator],
            _bank => &[Role::Payer, Role::Payee],
        };
        let finality = self.finality.get(usize::from(who.0)).copied();
        Participant {
            name: name(who).to_owned(),
            scheme: scheme(who).to_owned(),
            roles: roles.to_vec(),
            finality: finality.unwrap_or(Finality::Confirm),
            keys: vec![key(who, 0)],
            callback_url: String::new(),
            banks: Vec::new(),
            is_active: true,
        }
    }

    fn corridor(&self, outward: bool, doubt: DoubtDecision) -> Corridor {
        let points = |points| BasisPoints::new(points).unwrap_or_default();
        let (riel, yen) = (Currency::Khr, Currency::Jpy);
        let (name, from, to, paid, price) = match outward {
            true => ("KH-JP", "KHQR", "JPQR", riel, yen),
            false => ("JP-KH", "JPQR", "KHQR", yen, riel),
        };
        let fees = match outward {
            true => vec![CustomerFee {
                participant: ACLEDA,
                amount: amount(400),
            }],
            false => Vec::new(),
        };
        Corridor {
            at: CorridorAt {
                id: CorridorId(u16::from(!outward)),
                version: 0,
            },
            name: name.to_owned(),
            payer_scheme: from.to_owned(),
            payee_scheme: to.to_owned(),
            payer_currencies: vec![PayerCurrency {
                currency: paid,
                day_max: amount(self.day_max),
                switch_fee: amount(if outward { 100 } else { 5 }),
                customer_fees: fees,
            }],
            payee_currency: price,
            active_from: Time(0),
            amount_min: amount(1),
            amount_max: amount(10_000_000),
            payer_utc_offset_minutes: if outward { 420 } else { 540 },
            merchant_fee: MerchantFee {
                total: points(120),
                issuer: points(40),
                switch: points(10),
            },
            rounding: self.rounding,
            fee_rounding: Rounding::HalfEven,
            quote_ttl: self.quote_ttl,
            ask_timeout: Span::from_seconds(20),
            doubt_timeout: self.doubt_timeout,
            doubt_decision: doubt,
            loss_bearer: self.loss_bearer,
            refund_period: self.refund_period,
            refund_wait: self.refund_wait,
            refund_fees: RefundFees::Kept,
        }
    }

    pub(crate) fn set_corridor(&self, outward: bool) -> Input {
        Input::SetCorridor(Box::new(self.corridor(outward, self.doubt_decision)))
    }

    fn set_cap(who: ParticipantId, currency: Currency, cap: u64) -> Input {
        Input::SetCap {
            participant: who,
            currency,
            cap: amount(cap),
        }
    }

    /// A provider's rates of the moment, in both directions.
    pub(crate) fn rates(&self, who: ParticipantId, version: u64, now: Time) -> Vec<Input> {
        let mut dice = Dice::of(version, "rates", u128::from(who.0));
        let mut rate = |low, high| {
            let mantissa = dice.between(low, high);
            Rate::from_parts(Currency::Jpy, Currency::Khr, mantissa, 3).ok()
        };
        let rates = [rate(26_600, 26_900), rate(26_100, 26_400)];
        let standing = |(corridor, rate)| {
            Input::SetStanding(Standing {
                provider: who,
                corridor: CorridorId(corridor),
                version,
                valid_until: now.after(Span::from_seconds(3_600)),
                tiers: vec![Tier {
                    amount_max: Amount::MAX,
                    rate,
                }],
                exposure_max: amount(self.exposure),
            })
        };
        let numbered = (0_u16..).zip(rates);
        let known = numbered.filter_map(|(corridor, rate)| Some((corridor, rate?)));
        known.map(standing).collect()
    }

    /// What is set before the first payment.
    pub(crate) fn bootstrap(&self, now: Time) -> Vec<Input> {
        let everybody = MEMBERS.into_iter().chain([HOUSE]).chain(OPERATORS);
        let mut inputs: Vec<Input> = everybody
            .map(|who| Input::SetParticipant(self.participant(who)))
            .collect();
        inputs.push(Input::OpenWindow);
        if let Some(arrangement) = &self.arrangement {
            let arrange = Operate::Arrange(arrangement.clone());
            inputs.push(Input::Operate(Box::new(arrange)));
        }
        inputs.push(self.set_corridor(true));
        inputs.push(self.set_corridor(false));
        for who in MEMBERS {
            // A yen is some 26 riel.
            inputs.push(Self::set_cap(who, Currency::Khr, self.cap));
            let yen = match who {
                ACLEDA | SATHAPANA => (self.cap / 26).min(self.yen_of_banks),
                _other => self.cap / 26,
            };
            inputs.push(Self::set_cap(who, Currency::Jpy, yen));
        }
        if let Ok(rate) = Rate::from_parts(Currency::Jpy, Currency::Khr, REFERENCE_MANTISSA, 3) {
            inputs.push(Input::SetReference(Reference {
                version: 1,
                valid_until: now.after(Span::from_seconds(400 * 86_400)),
                rate,
            }));
        }
        for who in [FX1, FX2] {
            inputs.extend(self.rates(who, 1, now));
        }
        inputs
    }
}
