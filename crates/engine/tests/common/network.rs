//! The network of the story, as inputs; shared by the tests and the benchmark.

use money::{Amount, BasisPoints, Currency, Money, Rate, Rounding};
use switch::{
    Corridor, CorridorAt, CorridorId, Digest, DoubtDecision, Finality, Input, ItemId, LossBearer,
    MerchantFee, Participant, ParticipantId, PayInput, PayerCurrency, PayerKey, Quote, QuoteInput,
    Reference, RefundFees, Role, ShopKey, Span, Standing, Tier, Time,
};

pub(crate) const ACLEDA: ParticipantId = ParticipantId(0);
pub(crate) const NETSTARS: ParticipantId = ParticipantId(1);
pub(crate) const FX: ParticipantId = ParticipantId(2);
pub(crate) const START: Time = Time(1_795_000_000_000_000_000);

fn amount(minor: u64) -> Amount {
    Amount::from_minor(minor).unwrap_or(Amount::MAX)
}

fn participant(name: &str, scheme: &str, roles: &[Role]) -> Input {
    Input::SetParticipant(Participant {
        name: name.to_owned(),
        scheme: scheme.to_owned(),
        roles: roles.to_vec(),
        finality: Finality::Confirm,
        keys: vec![[7; 32]],
        callback_url: String::new(),
        banks: Vec::new(),
        is_active: true,
    })
}

fn corridor() -> Corridor {
    Corridor {
        at: CorridorAt {
            id: CorridorId(0),
            version: 0,
        },
        name: "KH-JP".to_owned(),
        payer_scheme: "KHQR".to_owned(),
        payee_scheme: "JPQR".to_owned(),
        payer_currencies: vec![PayerCurrency {
            currency: Currency::Khr,
            day_max: Amount::MAX,
            switch_fee: amount(100),
            customer_fees: Vec::new(),
        }],
        payee_currency: Currency::Jpy,
        active_from: Time(0),
        amount_min: amount(1),
        amount_max: amount(1_000_000),
        payer_utc_offset_minutes: 420,
        merchant_fee: MerchantFee {
            total: BasisPoints::new(120).unwrap_or_default(),
            issuer: BasisPoints::new(40).unwrap_or_default(),
            switch: BasisPoints::new(10).unwrap_or_default(),
        },
        rounding: Rounding::Up,
        fee_rounding: Rounding::HalfEven,
        quote_ttl: Span::from_seconds(600),
        ask_timeout: Span::from_seconds(20),
        doubt_timeout: Span::from_seconds(3_600),
        doubt_decision: DoubtDecision::Cancel,
        loss_bearer: LossBearer::PayeeParticipant,
        refund_period: Span::from_seconds(180 * 86_400),
        refund_wait: Span::from_seconds(86_400),
        refund_fees: RefundFees::Kept,
    }
}

/// Everything that must be set before the first payment; `cap` holds for all and both currencies.
pub(crate) fn setup(cap: Amount) -> Vec<Input> {
    let both = [Role::Payer, Role::Payee];
    let mut inputs = vec![
        participant("acleda", "KHQR", &both),
        participant("netstars", "JPQR", &both),
        participant("fx1", "FX", &[Role::Fx]),
        participant("house", "HOUSE", &[Role::House, Role::Operator]),
        Input::OpenWindow,
        Input::SetCorridor(Box::new(corridor())),
    ];
    for participant in [ACLEDA, NETSTARS, FX] {
        for currency in [Currency::Khr, Currency::Jpy] {
            inputs.push(Input::SetCap {
                participant,
                currency,
                cap,
            });
        }
    }
    let valid_until = START.after(Span::from_seconds(365 * 86_400));
    let Ok(reference) = Rate::parse(Currency::Jpy, Currency::Khr, "26.5") else {
        return inputs;
    };
    let Ok(rate) = Rate::parse(Currency::Jpy, Currency::Khr, "26.712") else {
        return inputs;
    };
    inputs.push(Input::SetReference(Reference {
        version: 1,
        valid_until,
        rate: reference,
    }));
    inputs.push(Input::SetStanding(Standing {
        provider: FX,
        corridor: CorridorId(0),
        version: 1,
        valid_until,
        tiers: vec![Tier {
            amount_max: Amount::MAX,
            rate,
        }],
        exposure_max: Amount::MAX,
    }));
    inputs
}

/// Asks for a quote of JPY 3,000.
pub(crate) fn quote(id: u128) -> Input {
    Input::Quote(QuoteInput {
        payer: ACLEDA,
        id: ItemId(id),
        payee: NETSTARS,
        scheme: "JPQR".to_owned(),
        amount: Money::new(Currency::Jpy, amount(3_000)),
        payer_currency: None,
    })
}

/// Takes a quote, under another id than the one it was made for.
pub(crate) fn pay(quote: Quote, id: u128) -> Input {
    Input::Pay(Box::new(PayInput {
        payer: ACLEDA,
        quote: Quote {
            id: ItemId(id),
            ..quote
        },
        payer_key: PayerKey(1),
        request: Digest([1; 32]),
        parties: Digest([2; 32]),
        code: None,
        shop: ShopKey(1),
        category: Some(5_812),
        screening_clear: true,
        recalled: None,
    }))
}
