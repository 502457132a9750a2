//! The network of the sandbox as it was set up before the first payment: the same participants in
//! the same order, the same corridors and caps.
//!
//! What differs from the sandbox's story: windows close by the calendar, caps follow the number of
//! payments, phase 2 begins on a day of the settings, and rails begin as ones that credit at once,
//! because certification comes later in the year ([`certified_on`]).

use calendar::{Country, Cycle, Days, Schedule};
use jiff::civil::{Date, date};
use money::{Amount, BasisPoints, Currency, Rounding};
use switch::{
    Arrangement, Corridor, CorridorAt, CorridorId, CustomerFee, DoubtDecision, Finality, Input,
    LossBearer, MerchantFee, Netting, Operate, Participant, ParticipantId, PayerCurrency,
    RefundFees, Role, Span, Time,
};

use crate::settings::FIRST_DAY;
use crate::{HistoryError, Names, Settings};

pub(crate) const ACLEDA: ParticipantId = ParticipantId(0);
pub(crate) const SATHAPANA: ParticipantId = ParticipantId(1);
pub(crate) const NETSTARS: ParticipantId = ParticipantId(2);
pub(crate) const FX1: ParticipantId = ParticipantId(3);
pub(crate) const FX2: ParticipantId = ParticipantId(4);
pub(crate) const OPERATORS: [ParticipantId; 2] = [ParticipantId(6), ParticipantId(7)];

/// Those with caps, liquidity and outcomes, in the order of their numbers.
pub(crate) const INSTITUTIONS: [ParticipantId; 5] = [ACLEDA, SATHAPANA, NETSTARS, FX1, FX2];

pub(crate) const TO_JAPAN: CorridorId = CorridorId(0);
pub(crate) const TO_CAMBODIA: CorridorId = CorridorId(1);

/// Payments a day for which the sandbox's caps are made; here they follow the payments, so that
/// liquidity runs low and limits are met in a history of any size.
const PAYMENTS_OF_A_DAY: u64 = 1_800;

/// Not below so many per cent of the sandbox's caps: a payer's whole day is 2 per cent of one.
const CAP_PERCENT_MIN: u64 = 6;

/// A cap and what was prefunded, in minor units, at the sandbox's size.
const KHR: [u64; 2] = [2_000_000_000, 2_500_000_000];
const JPY: [u64; 2] = [75_000_000, 90_000_000];

/// When two operators certify that a rail credits only after the hub's outcome.
pub(crate) fn certified_on(participant: ParticipantId) -> Option<Date> {
    match participant {
        ACLEDA => Some(date(2025, 9, 15)),
        NETSTARS => Some(date(2026, 1, 8)),
        SATHAPANA => Some(date(2026, 5, 20)),
        _ => None,
    }
}

/// A cap and the liquidity above it, at this history's size.
pub(crate) fn cap(settings: &Settings, currency: Currency) -> Result<[Amount; 2], HistoryError> {
    let days = u64::try_from(settings.days.iter().count()).unwrap_or(1);
    let a_day = settings.payments.checked_div(days).unwrap_or(0);
    let percent = a_day.saturating_mul(100).div_ceil(PAYMENTS_OF_A_DAY);
    let percent = percent.max(CAP_PERCENT_MIN);
    let base = if currency == Currency::Jpy { JPY } else { KHR };
    let [cap, liquidity] = base.map(|minor| amount((minor / 100).saturating_mul(percent)));
    Ok([cap?, liquidity?])
}

/// Everything that stands before the first payment, to be written as one batch.
pub(crate) fn bootstrap(
    settings: &Settings,
    names: &dyn Names,
) -> Result<Vec<Input>, HistoryError> {
    let mut inputs = participants(names)?;
    inputs.push(Input::OpenWindow);
    let arrangement = Arrangement {
        version: 0,
        netting: Netting::Multilateral,
        currency: None,
        schedule: Schedule {
            cycle: Cycle::parse("daily 17:00 KH").ok_or(HistoryError::Value("a cycle"))?,
            days: Days::OpenIn(Country::ALL.to_vec()),
        },
        countries: Country::ALL.to_vec(),
        lag_days: 1,
        low_water_percent: 20,
    };
    inputs.push(Input::Operate(Box::new(Operate::Arrange(arrangement))));
    inputs.push(Input::SetCorridor(Box::new(to_japan()?)));
    inputs.push(Input::SetCorridor(Box::new(to_cambodia(settings)?)));
    for participant in INSTITUTIONS {
        for currency in [Currency::Khr, Currency::Jpy] {
            let [cap, liquidity] = cap(settings, currency)?;
            inputs.push(Input::Operate(Box::new(Operate::Fund {
                participant,
                currency,
                liquidity,
            })));
            inputs.push(Input::SetCap {
                participant,
                currency,
                cap,
            });
        }
    }
    Ok(inputs)
}

fn participants(names: &dyn Names) -> Result<Vec<Input>, HistoryError> {
    let both = [Role::Payer, Role::Payee];
    let rows: [(&str, &str, &[Role], Option<&str>); 8] = [
        ("acleda", "KHQR", &both, Some("aclb")),
        ("sathapana", "KHQR", &both, Some("sthp")),
        ("netstars", "JPQR", &both, None),
        ("fx1", "FX", &[Role::Fx], None),
        ("fx2", "FX", &[Role::Fx], None),
        ("house", "HOUSE", &[Role::House, Role::Operator], None),
        ("op1", "OPERATORS", &[Role::Operator], None),
        ("op2", "OPERATORS", &[Role::Operator], None),
    ];
    let input = |(name, scheme, roles, bank): (&str, &str, &[Role], Option<&str>)| {
        Ok(Input::SetParticipant(Participant {
            name: name.to_owned(),
            scheme: scheme.to_owned(),
            roles: roles.to_vec(),
            finality: match scheme {
                "KHQR" | "JPQR" => Finality::Immediate,
                _ => Finality::Confirm,
            },
            keys: names.keys(name)?,
            callback_url: names.callback_url(name),
            banks: bank.into_iter().map(str::to_owned).collect(),
            is_active: true,
        }))
    };
    rows.into_iter().map(input).collect()
}

fn to_japan() -> Result<Corridor, HistoryError> {
    Ok(Corridor {
        at: CorridorAt {
            id: TO_JAPAN,
            version: 0,
        },
        name: "KH-JP".to_owned(),
        payer_scheme: "KHQR".to_owned(),
        payee_scheme: "JPQR".to_owned(),
        payer_currencies: vec![PayerCurrency {
            currency: Currency::Khr,
            day_max: amount(40_000_000)?,
            switch_fee: amount(100)?,
            customer_fees: vec![CustomerFee {
                participant: ACLEDA,
                amount: amount(400)?,
            }],
        }],
        payee_currency: Currency::Jpy,
        active_from: local(Country::Jp, FIRST_DAY, (12, 0))?,
        amount_min: amount(1)?,
        amount_max: amount(1_000_000)?,
        payer_utc_offset_minutes: 420,
        merchant_fee: fees([120, 40, 10])?,
        rounding: Rounding::Up,
        fee_rounding: Rounding::HalfEven,
        quote_ttl: Span::from_seconds(300),
        ask_timeout: Span::from_seconds(20),
        doubt_timeout: Span::from_seconds(3_600),
        doubt_decision: DoubtDecision::Cancel,
        loss_bearer: LossBearer::PayeeParticipant,
        refund_period: Span::from_seconds(180 * 86_400),
        refund_wait: Span::from_seconds(86_400),
        refund_fees: RefundFees::Kept,
    })
}

fn to_cambodia(settings: &Settings) -> Result<Corridor, HistoryError> {
    Ok(Corridor {
        at: CorridorAt {
            id: TO_CAMBODIA,
            version: 0,
        },
        name: "JP-KH".to_owned(),
        payer_scheme: "JPQR".to_owned(),
        payee_scheme: "KHQR".to_owned(),
        payer_currencies: vec![PayerCurrency {
            currency: Currency::Jpy,
            day_max: amount(1_000_000)?,
            switch_fee: amount(5)?,
            customer_fees: Vec::new(),
        }],
        payee_currency: Currency::Khr,
        active_from: local(Country::Jp, settings.reverse_from, (0, 0))?,
        amount_min: amount(100)?,
        amount_max: amount(26_000_000)?,
        payer_utc_offset_minutes: 540,
        merchant_fee: fees([60, 0, 10])?,
        ..to_japan()?
    })
}

fn fees(points: [u16; 3]) -> Result<MerchantFee, HistoryError> {
    let of = |points| BasisPoints::new(points).ok_or(HistoryError::Value("basis points"));
    let [total, issuer, switch] = points;
    Ok(MerchantFee {
        total: of(total)?,
        issuer: of(issuer)?,
        switch: of(switch)?,
    })
}

pub(crate) fn amount(minor: u64) -> Result<Amount, HistoryError> {
    Amount::from_minor(minor).ok_or(HistoryError::Value("an amount"))
}

/// When the clocks of a country show hour and minute of a day.
pub(crate) fn local(
    country: Country,
    day: Date,
    (hour, minute): (i8, i8),
) -> Result<Time, HistoryError> {
    let time = jiff::civil::Time::new(hour, minute, 0, 0);
    let time = time.ok().ok_or(HistoryError::Value("a time of day"))?;
    let instant = country.instant_ns(day.to_datetime(time));
    let instant = instant.ok().ok_or(HistoryError::Value("a moment"))?;
    Ok(Time(instant))
}
