//! What institutions say to each other about one payment.

use iso20022::account_check::{
    AccountAnswer, AccountCheck, Acmt023, Acmt024, CheckAssignment, OriginalAssignment, Subject,
};
use iso20022::cancellation::{
    Assignment, Camt029, Camt056, Cancellation, CancellationAnswer, CancellationStatus, Case,
};
use iso20022::payment::{Pacs008, Payment};
use iso20022::refund::{Pacs004, Refund, RefundChain};
use iso20022::settlement::{Pacs009, Settlement};
use iso20022::status::{Pacs002, PaymentStatus};
use iso20022::status_request::{Pacs028, StatusRequest};
use iso20022::{
    AccountId, CancellationId, CaseId, Charge, ChargeBearer, Coded, EndToEndId, ExchangeRate,
    InstructionId, InterbankId, PartyOrAgent, RefundId, Remittance, RequestId, ShortHeader, Status,
    StatusId, StructuredRemittance, VerificationId,
};

use super::common::*;

fn end_to_end() -> EndToEndId {
    EndToEndId::new("BILL-2026-000123").unwrap()
}

fn interbank() -> InterbankId {
    payment_id().compact().into()
}

pub(crate) fn pacs008() -> Pacs008 {
    let charge = |decimal, agent| Charge {
        amount: riel(decimal),
        agent,
    };
    let payment = Payment {
        instruction: Some(InstructionId::new("ACL-0001").unwrap()),
        end_to_end: end_to_end(),
        interbank: Some(interbank()),
        uetr: Some(payment_id()),
        clearing_ref: None,
        amount: riel("80136"),
        settled_on: Some(day()),
        accepted: Some(at(3_599)),
        instructed: Some(yen("3000")),
        rate: Some(ExchangeRate::new("26.712").unwrap()),
        charge_bearer: ChargeBearer::Service,
        charges: vec![charge("400", acleda()), charge("100", hub())],
        instructing: None,
        instructed_agent: None,
        payer_ultimate: None,
        payer: payer(),
        payer_account: Some(payer_account()),
        payer_agent: acleda(),
        payee_agent: netstars(),
        payee: payee(),
        payee_account: Some(payee_account()),
        payee_ultimate: None,
        purpose: Some(Coded::Code(code("GDDS"))),
        remittance: Some(Remittance {
            texts: vec![text("コーヒー 2つ")],
            structured: vec![StructuredRemittance {
                reference: Some(text("000123")),
            }],
        }),
    };
    Pacs008 {
        header: credit_header("ACL-M-0001"),
        payments: vec![payment],
    }
}

fn short_header(message: &str) -> ShortHeader {
    ShortHeader {
        message: message_id(message),
        created: at(3_602),
        instructing: Some(hub()),
        instructed: Some(acleda()),
    }
}

pub(crate) fn pacs002() -> Pacs002 {
    let completed = PaymentStatus {
        id: Some(StatusId::new("ST-1").unwrap()),
        original: Some(original("ACL-M-0001", "pacs.008.001.09")),
        instruction: Some(InstructionId::new("ACL-0001").unwrap()),
        end_to_end: Some(end_to_end()),
        interbank: Some(interbank()),
        uetr: Some(payment_id()),
        status: Some(Status::Credited),
        accepted: Some(at(3_601)),
        amount: Some(riel("80136")),
        ..PaymentStatus::default()
    };
    let rejected = PaymentStatus {
        id: Some(StatusId::new("ST-2").unwrap()),
        uetr: Some(refund_id()),
        status: Some(Status::Rejected),
        reasons: vec![reason("AC04", "account closed")],
        ..PaymentStatus::default()
    };
    Pacs002 {
        header: short_header("HUB-M-0002"),
        groups: vec![],
        statuses: vec![completed, rejected],
    }
}

pub(crate) fn pacs028() -> Pacs028 {
    let request = StatusRequest {
        id: Some(RequestId::new("RQ-1").unwrap()),
        original: Some(original("ACL-M-0001", "pacs.008.001.09")),
        end_to_end: Some(end_to_end()),
        uetr: Some(payment_id()),
        ..StatusRequest::default()
    };
    Pacs028 {
        header: short_header("HUB-M-0003"),
        groups: vec![],
        requests: vec![request],
    }
}

pub(crate) fn pacs004() -> Pacs004 {
    let chain = RefundChain {
        giver: PartyOrAgent::Party(payee()),
        giver_account: Some(payee_account()),
        giver_agent: Some(netstars()),
        receiver_agent: Some(acleda()),
        receiver: PartyOrAgent::Party(payer()),
        receiver_account: Some(payer_account()),
    };
    let refund = Refund {
        refund: Some(RefundId::from(refund_id().compact())),
        original: Some(original("ACL-M-0001", "pacs.008.001.09")),
        instruction: None,
        end_to_end: Some(end_to_end()),
        interbank: Some(interbank()),
        uetr: Some(payment_id()),
        original_clearing_ref: None,
        original_amount: Some(riel("80136")),
        original_settled_on: Some(day()),
        amount: riel("26712"),
        settled_on: Some(day()),
        instructed: Some(yen("1000")),
        rate: Some(ExchangeRate::new("26.712").unwrap()),
        charge_bearer: Some(ChargeBearer::Service),
        charges: vec![],
        clearing_ref: None,
        instructing: None,
        instructed_agent: None,
        chain: Some(chain),
        reasons: vec![reason("FOCR", "one coffee came back")],
    };
    Pacs004 {
        header: credit_header("NET-M-0001"),
        refunds: vec![refund],
    }
}

pub(crate) fn pacs009() -> Pacs009 {
    let settlement = Settlement {
        instruction: Some(InstructionId::new("W-2026-06-30-1/JPY/netstars").unwrap()),
        end_to_end: EndToEndId::new("W-2026-06-30-1/JPY/netstars").unwrap(),
        interbank: Some(settlement_id().compact().into()),
        uetr: Some(settlement_id()),
        clearing_ref: None,
        amount: yen("2585"),
        settled_on: Some(day()),
        instructing: None,
        instructed: None,
        payer: netstars(),
        payer_account: None,
        payer_agent: Some(bank()),
        payee_agent: Some(bank()),
        payee: hub(),
        payee_account: None,
        purpose: None,
        remittance: vec![text("window W-2026-06-30-1 JPY")],
    };
    Pacs009 {
        header: credit_header("HUB-S-0001"),
        settlements: vec![settlement],
    }
}

fn case() -> Case {
    Case {
        id: CaseId::new("CASE-1").unwrap(),
        creator: PartyOrAgent::Agent(acleda()),
    }
}

fn assignment(message: &str) -> Assignment {
    Assignment {
        message: message_id(message),
        assigner: PartyOrAgent::Agent(acleda()),
        assignee: PartyOrAgent::Agent(hub()),
        created: at(7_200),
    }
}

pub(crate) fn camt056() -> Camt056 {
    let cancellation = Cancellation {
        id: Some(CancellationId::new("CX-1").unwrap()),
        original: Some(original("ACL-M-0001", "pacs.008.001.09")),
        end_to_end: Some(end_to_end()),
        uetr: Some(payment_id()),
        amount: Some(riel("80136")),
        settled_on: Some(day()),
        reasons: vec![reason("DUPL", "the customer paid twice")],
        ..Cancellation::default()
    };
    Camt056 {
        assignment: assignment("ACL-M-0004"),
        case: Some(case()),
        cancellations: vec![cancellation],
    }
}

pub(crate) fn camt029() -> Camt029 {
    let answer = CancellationAnswer {
        id: Some(CancellationId::new("CX-1").unwrap()),
        original: Some(original("ACL-M-0001", "pacs.008.001.09")),
        end_to_end: Some(end_to_end()),
        uetr: Some(payment_id()),
        status: Some(CancellationStatus::Rejected),
        reasons: vec![reason("ARDT", "completed, ask for a refund")],
        amount: Some(riel("80136")),
        settled_on: Some(day()),
        ..CancellationAnswer::default()
    };
    Camt029 {
        assignment: assignment("HUB-M-0005"),
        case: Some(case()),
        outcome: code("RJCR"),
        answers: vec![answer],
    }
}

fn check_assignment(message: &str) -> CheckAssignment {
    CheckAssignment {
        message: message_id(message),
        created: at(3_000),
        assigner: PartyOrAgent::Agent(hub()),
        assignee: PartyOrAgent::Agent(netstars()),
    }
}

fn subject() -> Subject {
    Subject {
        party: None,
        account: Some(AccountId::other(text("0123456789012-3456-7890-123456"))),
        agent: Some(netstars()),
    }
}

pub(crate) fn acmt023() -> Acmt023 {
    Acmt023 {
        assignment: check_assignment("HUB-M-0000"),
        checks: vec![AccountCheck {
            id: VerificationId::new("V-1").unwrap(),
            subject: subject(),
        }],
    }
}

pub(crate) fn acmt024() -> Acmt024 {
    let corrected = Subject {
        party: Some(payee()),
        ..subject()
    };
    Acmt024 {
        assignment: check_assignment("NET-M-0000"),
        original: Some(OriginalAssignment {
            message: Some(message_id("HUB-M-0000")),
            created: Some(at(3_000)),
        }),
        answers: vec![AccountAnswer {
            id: VerificationId::new("V-1").unwrap(),
            is_right: true,
            reason: None,
            subject: Some(subject()),
            corrected: Some(corrected),
        }],
    }
}
