//! The core's refusals as codes of the catalogue. The match is by hand, so that a new refusal
//! cannot leave the process before somebody has said what the other side should do about it.

use switch::{Closed, Reason, Refusal};
use wire::api::WhyView;
use wire::error::{Code, Problem};

use super::who_text;

/// What was asked for; the same refusal means another code in another place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A quote, payment or cancellation.
    Payment,
    /// A refund.
    Refund,
    /// Rates.
    Rate,
    /// A shop.
    Merchant,
    /// A webhook.
    Webhook,
    /// An action of operators.
    Action,
}

/// What the sender is told.
pub(crate) fn problem(refusal: Refusal, subject: Subject) -> Problem {
    let problem = Problem::new(refusal_code(refusal, subject));
    if refusal == Refusal::PayerAmountZero {
        problem.with_field("/amount/amount")
    } else if refusal == Refusal::PolicyVersion && subject == Subject::Merchant {
        let problem = problem.with_field("/version");
        problem.with_detail("not above the current version, or that version had other content")
    } else {
        problem
    }
}

pub(crate) fn refusal_code(refusal: Refusal, subject: Subject) -> Code {
    use Subject::{Action, Merchant, Payment, Rate, Refund, Webhook};
    match refusal {
        Refusal::PayerAmountZero => Code::AmountZero,
        Refusal::PayerAmountBelowMin => Code::AmountBelowMinimum,
        Refusal::PayeeRefundTooSmall => Code::RefundTooSmall,
        Refusal::PayerAmountAboveMax => Code::AmountAboveMaximum,
        Refusal::PayerCurrencyWrong => Code::CurrencyWrong,
        Refusal::PayerDayLimit => Code::PayerLimitExceeded,
        Refusal::PayerQuoteExpired => Code::QuoteExpired,
        Refusal::PayerCodeUsed => Code::CodeUsed,
        Refusal::PayerHeadroomShort => Code::PayerHeadroomExceeded,
        Refusal::PayerSuspended | Refusal::PayeeSuspended => Code::ParticipantSuspended,
        Refusal::PayerScreening => Code::ScreeningRefused,
        Refusal::PayerIdConflict => id_code(subject, Code::PaymentIdConflict),
        Refusal::PayerIdInUse => id_code(subject, Code::PaymentIdInUse),
        Refusal::PayerIdForbidden => id_code(subject, Code::PaymentIdForbidden),
        Refusal::PayeeNotParty => match subject {
            Merchant => Code::NotPermitted,
            Webhook => Code::NotFound,
            Payment | Refund | Rate | Action => Code::PaymentUnknown,
        },
        Refusal::PayeeNotCompleted => Code::RefundNotCompletedPayment,
        Refusal::PayeeRefundExceeds => Code::RefundExceedsPayment,
        Refusal::PayeeRefundCurrency => Code::RefundCurrencyWrong,
        Refusal::PayeeRefundPeriodOver => Code::RefundPeriodOver,
        Refusal::PolicyNoCorridor => match subject {
            Rate => Code::RateCorridorUnknown,
            Payment | Refund | Merchant | Action | Webhook => Code::CorridorUnknown,
        },
        Refusal::PolicyCorridorClosed => Code::CorridorInactive,
        Refusal::PolicyNoRate => Code::NoRate,
        Refusal::PolicyNoLiquidity => Code::FxLiquidityShort,
        Refusal::PolicyNoReference => Code::RateStale,
        Refusal::PolicyVersion => match subject {
            Merchant => Code::MerchantVersionConflict,
            Payment | Refund | Rate | Action | Webhook => Code::RateVersionConflict,
        },
        Refusal::PolicyInvalid => match subject {
            Rate => Code::RateInvalid,
            Merchant | Webhook => Code::InvalidField,
            Action => Code::ActionInvalid,
            Payment | Refund => Code::Internal,
        },
        Refusal::RailMayHaveCredited => Code::PaymentNotCancellable,
        Refusal::RailStopped => Code::RailStopped,
        Refusal::PolicyNotOperator => Code::NotPermitted,
        Refusal::PolicySameOperator => Code::ActionSecondPerson,
        Refusal::PolicyActionUnknown => Code::ActionUnknown,
        Refusal::PolicyActionOver => Code::ActionOver,
        Refusal::PolicyActionConflict => Code::ActionConflict,
        Refusal::PolicyActionStale => Code::ActionStale,
        Refusal::PolicyNoChange => Code::ActionWithoutEffect,
        Refusal::PolicyCapBelowUsed => Code::CapBelowUsed,
        Refusal::PolicyCapAboveLiquidity => Code::CapAboveLiquidity,
        Refusal::PolicyLiquidityBelowCap => Code::LiquidityBelowCap,
        Refusal::PolicyLastOperators => Code::OperatorsTooFew,
        Refusal::PolicyKeyTaken => Code::KeyTaken,
        Refusal::PolicyNotInDoubt => Code::NotInDoubt,
        Refusal::PolicyBreak => Code::BreakUnfit,
        Refusal::PolicyBearerShort => Code::BearerHeadroomShort,
        Refusal::PolicyWindow => Code::WindowUnfit,
        Refusal::PolicyPayout => Code::PayoutUnfit,
        Refusal::PolicyWindowHeld => Code::WindowHeld,
        Refusal::PolicyDebtorShort => Code::DebtorShort,
        Refusal::PolicyPledgeShort => Code::PledgeShort,
        // Nothing that comes from outside asks for these; if one does, it is our bug.
        Refusal::RailNotAsked | Refusal::RailPosition => Code::Internal,
        Refusal::OursFull if subject == Webhook => Code::WebhookLimitReached,
        Refusal::OursFull | Refusal::OursRecall => Code::Busy,
    }
}

/// What is wrong with an id; of a refund's it is always the same.
fn id_code(subject: Subject, of_payment: Code) -> Code {
    match subject {
        Subject::Refund => Code::RefundIdConflict,
        Subject::Payment
        | Subject::Rate
        | Subject::Merchant
        | Subject::Webhook
        | Subject::Action => of_payment,
    }
}

/// Why an item was cancelled. What a participant said is repeated; otherwise the ISO 20022 code
/// that fits: AB05 timeout at the creditor's agent, DS02 cancelled by its orderer, AB03 aborted
/// at the end of doubt, AM04 no funds, AB09 error at the creditor's agent (operators found it out),
/// AB07 an agent is offline (it was suspended).
pub(crate) fn why(reason: Reason, requester: &'static str, creditor: &'static str) -> WhyView {
    let (code, who) = match reason {
        Reason::Rejected(status) => {
            return WhyView {
                code: status.as_str().to_owned(),
                who_must_act: creditor.to_owned(),
            };
        }
        Reason::NoAnswer => ("AB05", creditor),
        Reason::Withdrawn => ("DS02", requester),
        Reason::DoubtExpired => ("AB03", "operator"),
        Reason::NoLiquidity => ("AM04", requester),
        Reason::Operators => ("AB09", "operator"),
        Reason::Suspended => ("AB07", "operator"),
    };
    WhyView {
        code: code.to_owned(),
        who_must_act: who.to_owned(),
    }
}

/// Why an id is used up without having been a payment.
pub(crate) fn why_closed(closed: &Closed, subject: Subject) -> WhyView {
    let code = match closed.refusal {
        Some(refusal) => refusal_code(refusal, subject),
        None => Code::PaymentIdForbidden,
    };
    WhyView {
        code: code.as_str().to_owned(),
        who_must_act: who_text(code.entry().who).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_a_code_and_none_that_a_payment_can_meet_is_ours() {
        let bugs = [
            Refusal::PolicyInvalid,
            Refusal::RailNotAsked,
            Refusal::RailPosition,
        ];
        for refusal in Refusal::ALL {
            let code = refusal_code(refusal, Subject::Payment);
            assert_eq!(
                code == Code::Internal,
                bugs.contains(&refusal),
                "{refusal:?}"
            );
        }
    }
}
