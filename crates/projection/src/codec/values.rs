//! Layouts of the values that records are made of.

use money::{Amount, BasisPoints, Currency, Money, Rate, Rounding};
use switch::{
    Cause, CodeHold, Corridor, CorridorAt, CorridorId, CustomerFee, Digest, DoubtDecision,
    Finality, ItemId, LossBearer, Merchant, MerchantFee, Participant, ParticipantId, PayerCurrency,
    PayerKey, Reason, Reference, RefundFees, Refusal, Role, ShopKey, Span, Standing, StatusReason,
    Terms, Tier, Time, Tried, WebhookSettings, WindowId,
};

use crate::bytes::{Corrupt, Field, Reader, Writer, layout, numbered};

layout!(Time(i64));
layout!(Span(i64));
layout!(ParticipantId(u16));
layout!(CorridorId(u16));
layout!(ItemId(u128));
layout!(WindowId(u64));
layout!(PayerKey(u128));
layout!(ShopKey(u128));
layout!(Digest([u8; 32]));
layout!(CorridorAt { id, version });
layout!(CodeHold { key, until });
layout!(Money { currency, amount });
layout!(CustomerFee {
    participant,
    amount
});
layout!(PayerCurrency {
    currency,
    day_max,
    switch_fee,
    customer_fees
});
layout!(MerchantFee {
    total,
    issuer,
    switch
});
layout!(Tier { amount_max, rate });
layout!(Standing {
    provider,
    corridor,
    version,
    valid_until,
    tiers,
    exposure_max
});
layout!(Reference {
    version,
    valid_until,
    rate
});
layout!(Participant {
    name,
    scheme,
    roles,
    finality,
    keys,
    callback_url,
    banks,
    is_active
});
layout!(Merchant {
    store_id,
    acquirer,
    version,
    name,
    name_local,
    city,
    category,
    accepts_foreign,
    is_active,
});
layout!(WebhookSettings {
    participant,
    id,
    url,
    description,
    is_active
});
layout!(Terms {
    corridor,
    payer,
    payee,
    fx,
    fx_version,
    amount,
    principal,
    customer_fee,
    switch_fee,
    merchant_fee,
    issuer_share,
    switch_share,
    rate,
    reference,
});
layout!(Corridor {
    at,
    name,
    payer_scheme,
    payee_scheme,
    payer_currencies,
    payee_currency,
    active_from,
    amount_min,
    amount_max,
    payer_utc_offset_minutes,
    merchant_fee,
    rounding,
    fee_rounding,
    quote_ttl,
    ask_timeout,
    doubt_timeout,
    doubt_decision,
    loss_bearer,
    refund_period,
    refund_wait,
    refund_fees,
});

numbered!(Role, "a role" { 1 => Payer, 2 => Payee, 3 => Fx, 4 => House, 5 => Operator });
numbered!(Finality, "a finality" { 1 => Confirm, 2 => Immediate });
numbered!(Rounding, "a rounding" { 1 => Up, 2 => Down, 3 => HalfEven });
numbered!(DoubtDecision, "a decision" { 1 => Complete, 2 => Cancel });
numbered!(LossBearer, "a loss bearer" { 1 => PayerParticipant, 2 => PayeeParticipant, 3 => House });
numbered!(Cause, "a cause" { 1 => Accepted, 2 => DoubtExpired, 3 => Operators });
numbered!(RefundFees, "a fee policy" { 1 => Kept });
numbered!(Refusal, "a refusal" {
    1 => PayerAmountZero,
    2 => PayerAmountBelowMin,
    3 => PayerAmountAboveMax,
    4 => PayerCurrencyWrong,
    5 => PayerDayLimit,
    6 => PayerQuoteExpired,
    7 => PayerCodeUsed,
    8 => PayerHeadroomShort,
    9 => PayerSuspended,
    10 => PayerScreening,
    11 => PayerIdConflict,
    12 => PayerIdInUse,
    13 => PayerIdForbidden,
    14 => PayeeSuspended,
    15 => PayeeNotParty,
    16 => PayeeNotCompleted,
    17 => PayeeRefundExceeds,
    18 => PayeeRefundCurrency,
    19 => PayeeRefundTooSmall,
    20 => PayeeRefundPeriodOver,
    21 => PolicyNoCorridor,
    22 => PolicyCorridorClosed,
    23 => PolicyNoRate,
    24 => PolicyNoLiquidity,
    25 => PolicyNoReference,
    26 => PolicyVersion,
    27 => PolicyInvalid,
    28 => PolicyCapBelowUsed,
    29 => RailNotAsked,
    30 => RailMayHaveCredited,
    31 => RailPosition,
    32 => OursFull,
    40 => OursRecall,
    50 => RailStopped,
    51 => PolicyNotOperator,
    52 => PolicySameOperator,
    53 => PolicyActionUnknown,
    54 => PolicyActionOver,
    55 => PolicyActionConflict,
    56 => PolicyActionStale,
    57 => PolicyNoChange,
    58 => PolicyCapAboveLiquidity,
    59 => PolicyLiquidityBelowCap,
    60 => PolicyLastOperators,
    61 => PolicyKeyTaken,
    62 => PolicyNotInDoubt,
    63 => PolicyBreak,
    64 => PolicyBearerShort,
    65 => PolicyWindow,
    66 => PolicyWindowHeld,
    67 => PolicyDebtorShort,
    68 => PolicyPayout,
    69 => PolicyPledgeShort,
});

impl Field for Currency {
    fn put(&self, to: &mut Writer) {
        self.numeric().put(to);
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let number = u16::get(from)?;
        Currency::from_numeric(number).ok_or(Corrupt::Unknown {
            what: "a currency",
            number,
        })
    }
}

impl Field for Amount {
    fn put(&self, to: &mut Writer) {
        self.minor().put(to);
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Amount::from_minor(u64::get(from)?).ok_or(Corrupt::Range("an amount"))
    }
}

impl Field for BasisPoints {
    fn put(&self, to: &mut Writer) {
        self.points().put(to);
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        BasisPoints::new(u16::get(from)?).ok_or(Corrupt::Range("basis points"))
    }
}

impl Field for Rate {
    fn put(&self, to: &mut Writer) {
        self.base().put(to);
        self.quote().put(to);
        self.mantissa().put(to);
        self.scale().put(to);
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let (base, quote) = (Field::get(from)?, Field::get(from)?);
        let (mantissa, scale) = (Field::get(from)?, Field::get(from)?);
        Rate::from_parts(base, quote, mantissa, scale).map_err(|_rate| Corrupt::Range("a rate"))
    }
}

impl Field for StatusReason {
    fn put(&self, to: &mut Writer) {
        to.bytes.extend_from_slice(self.as_str().as_bytes());
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let bytes: [u8; 4] = from.array()?;
        core::str::from_utf8(&bytes)
            .ok()
            .and_then(StatusReason::new)
            .ok_or(Corrupt::Range("a status reason"))
    }
}

impl Field for Reason {
    fn put(&self, to: &mut Writer) {
        match self {
            Reason::Rejected(reason) => {
                1_u8.put(to);
                reason.put(to);
            }
            Reason::NoAnswer => 2_u8.put(to),
            Reason::Withdrawn => 3_u8.put(to),
            Reason::DoubtExpired => 4_u8.put(to),
            Reason::NoLiquidity => 5_u8.put(to),
            Reason::Operators => 6_u8.put(to),
            Reason::Suspended => 7_u8.put(to),
        }
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        match u8::get(from)? {
            1 => Ok(Reason::Rejected(Field::get(from)?)),
            2 => Ok(Reason::NoAnswer),
            3 => Ok(Reason::Withdrawn),
            4 => Ok(Reason::DoubtExpired),
            5 => Ok(Reason::NoLiquidity),
            6 => Ok(Reason::Operators),
            7 => Ok(Reason::Suspended),
            number => Err(Corrupt::Unknown {
                what: "a reason",
                number: u16::from(number),
            }),
        }
    }
}

impl Field for Tried {
    fn put(&self, to: &mut Writer) {
        match self {
            Tried::Unknown => 0_u8.put(to),
            Tried::Payment(attempt) => {
                1_u8.put(to);
                attempt.put(to);
            }
            Tried::Refund { payment } => {
                2_u8.put(to);
                payment.put(to);
            }
        }
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        match u8::get(from)? {
            0 => Ok(Tried::Unknown),
            1 => Ok(Tried::Payment(Field::get(from)?)),
            2 => Ok(Tried::Refund {
                payment: Field::get(from)?,
            }),
            number => Err(Corrupt::Unknown {
                what: "what was tried",
                number: u16::from(number),
            }),
        }
    }
}
