//! Which problems an operation can answer with. What every operation of a kind shares is added
//! by kind; the tests of the interface hold every problem that they meet against this table.

use wire::error::Code;

/// From the gate, for whatever is signed.
const GATE: &[Code] = &[
    Code::SignatureMissing,
    Code::SignatureMalformed,
    Code::SignatureInvalid,
    Code::AuthorityUnknown,
    Code::DigestMismatch,
    Code::SignatureExpired,
    Code::SignatureFromFuture,
    Code::KeyUnknown,
    Code::NonceReplayed,
];

/// From strict JSON, for whatever has a body.
const BODY: &[Code] = &[
    Code::UnsupportedMediaType,
    Code::MalformedJson,
    Code::BodyTooDeep,
    Code::UnknownField,
    Code::RepeatedField,
    Code::MissingField,
    Code::InvalidField,
];

/// From the hub itself.
const HUB: &[Code] = &[
    Code::Busy,
    Code::ShuttingDown,
    Code::JournalUnavailable,
    Code::Internal,
];

const AMOUNT: &[Code] = &[
    Code::AmountMalformed,
    Code::AmountNegative,
    Code::AmountTooPrecise,
    Code::AmountTooLarge,
    Code::CurrencyWrong,
];

pub(super) fn of(operation_id: &str, is_signed: bool, has_body: bool) -> Vec<Code> {
    let mut codes = Vec::new();
    if is_signed {
        // The gate reads the body of every request, wanted or not.
        codes.push(Code::BodyTooLarge);
        codes.extend_from_slice(&[Code::MalformedJson, Code::RequestTimeout]);
        codes.extend_from_slice(GATE);
    }
    if has_body {
        codes.extend_from_slice(BODY);
    }
    if is_signed || NEEDS_HUB.contains(&operation_id) {
        codes.extend_from_slice(HUB);
    }
    codes.extend_from_slice(own(operation_id));
    if TAKES_AMOUNTS.contains(&operation_id) {
        codes.extend_from_slice(AMOUNT);
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}

const NEEDS_HUB: &[&str] = &["receipt", "readyz", "metrics"];
const TAKES_AMOUNTS: &[&str] = &["quote", "refund", "put_rates", "put_reference_rates"];

fn own(operation_id: &str) -> &'static [Code] {
    match operation_id {
        "scan" => SCAN,
        "quote" => QUOTE,
        "pay" => PAY,
        "cancel" => &[
            Code::NotPermitted,
            Code::PaymentIdMalformed,
            Code::PaymentUnknown,
            Code::PaymentIdInUse,
            Code::PaymentNotCancellable,
        ],
        "payment" => &[Code::PaymentIdMalformed, Code::PaymentUnknown],
        "payment_statuses" => &[
            Code::MalformedXml,
            Code::PaymentIdMalformed,
            Code::PaymentUnknown,
        ],
        "payments" => &[Code::InvalidField],
        "refund" => REFUND,
        "refund_status" => REFUND_STATUS,
        "put_rates" => &[
            Code::NotPermitted,
            Code::RateCorridorUnknown,
            Code::RateInvalid,
            Code::RateVersionConflict,
        ],
        "put_reference_rates" => &[
            Code::NotPermitted,
            Code::RateCorridorUnknown,
            Code::RateInvalid,
            Code::RateVersionConflict,
        ],
        "put_merchant" => &[Code::NotPermitted, Code::MerchantVersionConflict],
        "merchant" => &[Code::InvalidField, Code::NotFound],
        "audit" => &[Code::NotPermitted],
        "window_statement" | "account_statement" | "shop_statement" => STATEMENT,
        "window_instructions" => &[
            Code::NotPermitted,
            Code::InvalidField,
            Code::CurrencyWrong,
            Code::WindowUnknown,
            Code::WindowUnfit,
        ],
        "propose_action" => PROPOSE,
        "actions" | "stuck" | "report" => &[Code::NotPermitted, Code::InvalidField],
        "action" => &[Code::NotPermitted, Code::ActionUnknown],
        "approve_action" => APPROVE,
        "reject_action" => &[Code::NotPermitted, Code::ActionUnknown, Code::ActionOver],
        "events" => &[
            Code::InvalidField,
            Code::EventPositionUnknown,
            Code::TooManyStreams,
        ],
        "put_webhook" => &[
            Code::InvalidField,
            Code::WebhookUrlRefused,
            Code::WebhookLimitReached,
        ],
        "webhook" | "remove_webhook" | "deliveries" | "dead_letters" => {
            &[Code::InvalidField, Code::NotFound]
        }
        "replay" => &[
            Code::NotFound,
            Code::EventPositionUnknown,
            Code::ReplayRangeWrong,
            Code::ReplayUnderWay,
        ],
        "receipt" => &[Code::ReceiptInvalid, Code::ReceiptUnknownKey],
        _ => &[],
    }
}

const STATEMENT: &[Code] = &[
    Code::NotPermitted,
    Code::NotAcceptable,
    Code::InvalidField,
    Code::CurrencyWrong,
    Code::ParticipantUnknown,
    Code::WindowUnknown,
    Code::StatementNotYet,
    Code::StatementPageUnknown,
    Code::StatementTooLarge,
    Code::StatementUnsound,
];

const SCAN: &[Code] = &[
    Code::NotPermitted,
    Code::CodeUnreadable,
    Code::CodeNotPayment,
    Code::CodeChecksumWrong,
    Code::CodeTampered,
    Code::CodeTwoFaced,
    Code::CodeExpired,
    Code::CodeCurrencyMismatch,
    Code::SchemeUnsupported,
    Code::CorridorUnknown,
    Code::CorridorInactive,
    Code::MerchantUnknown,
    Code::MerchantNotAccepting,
    Code::MerchantSuspended,
    Code::AccountUnknown,
    Code::ResolveUnavailable,
];

const QUOTE: &[Code] = &[
    Code::NotPermitted,
    Code::PaymentIdMalformed,
    Code::AmountZero,
    Code::AmountBelowMinimum,
    Code::AmountAboveMaximum,
    Code::CodeAmountMismatch,
    Code::ScanTokenInvalid,
    Code::QuoteForeign,
    Code::QuoteExpired,
    Code::ParticipantSuspended,
    Code::CorridorUnknown,
    Code::CorridorInactive,
    Code::NoRate,
    Code::RateStale,
    Code::FxLiquidityShort,
    Code::RailStopped,
];

const PAY: &[Code] = &[
    Code::MalformedXml,
    Code::NotPermitted,
    Code::PaymentIdMalformed,
    Code::PaymentIdConflict,
    Code::PaymentIdInUse,
    Code::PaymentIdForbidden,
    Code::QuoteTokenInvalid,
    Code::QuoteExpired,
    Code::QuoteMismatch,
    Code::QuoteForeign,
    Code::CodeUsed,
    Code::ParticipantSuspended,
    Code::CorridorUnknown,
    Code::CorridorInactive,
    Code::ScreeningRefused,
    Code::PayerLimitExceeded,
    Code::PayerHeadroomExceeded,
    Code::FxLiquidityShort,
    Code::RailStopped,
];

const REFUND: &[Code] = &[
    Code::NotPermitted,
    Code::PaymentIdMalformed,
    Code::PaymentUnknown,
    Code::AmountZero,
    Code::RefundTooSmall,
    Code::RefundNotCompletedPayment,
    Code::RefundExceedsPayment,
    Code::RefundCurrencyWrong,
    Code::RefundPeriodOver,
    Code::RefundIdConflict,
    Code::ParticipantSuspended,
    Code::FxLiquidityShort,
    Code::RailStopped,
];

/// A refused refund answers with its refusal again.
const REFUND_STATUS: &[Code] = &[
    Code::PaymentIdMalformed,
    Code::InvalidField,
    Code::NotFound,
    Code::AmountZero,
    Code::RefundTooSmall,
    Code::RefundNotCompletedPayment,
    Code::RefundExceedsPayment,
    Code::RefundCurrencyWrong,
    Code::RefundPeriodOver,
    Code::ParticipantSuspended,
    Code::FxLiquidityShort,
    Code::RailStopped,
];

/// What makes any action impossible, now or later.
const PROPOSE: &[Code] = &[
    Code::NotPermitted,
    Code::PaymentIdMalformed,
    Code::PaymentUnknown,
    Code::ParticipantUnknown,
    Code::CorridorUnknown,
    Code::AmountZero,
    Code::AmountMalformed,
    Code::AmountNegative,
    Code::AmountTooPrecise,
    Code::AmountTooLarge,
    Code::CurrencyWrong,
    Code::KeyUnknown,
    Code::ActionConflict,
    Code::ActionStale,
    Code::ActionWithoutEffect,
    Code::ActionInvalid,
    Code::CapBelowUsed,
    Code::CapAboveLiquidity,
    Code::LiquidityBelowCap,
    Code::OperatorsTooFew,
    Code::KeyTaken,
    Code::NotInDoubt,
    Code::BreakUnfit,
    Code::BearerHeadroomShort,
];

const APPROVE: &[Code] = &[
    Code::NotPermitted,
    Code::ActionUnknown,
    Code::ActionSecondPerson,
    Code::ActionOver,
    Code::ActionStale,
    Code::ActionNotAsSeen,
    Code::ActionWithoutEffect,
    Code::ActionInvalid,
    Code::CorridorUnknown,
    Code::CapBelowUsed,
    Code::CapAboveLiquidity,
    Code::LiquidityBelowCap,
    Code::OperatorsTooFew,
    Code::KeyTaken,
    Code::NotInDoubt,
    Code::BreakUnfit,
    Code::BearerHeadroomShort,
];
