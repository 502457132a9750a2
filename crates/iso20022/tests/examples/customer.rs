//! What a customer and its bank say to each other.

use iso20022::initiation::{InitiationVersion, Order, OrderGroup, Pain001};
use iso20022::reversal::{Pain007, Reversal, ReversedGroup, ReversedMessage};
use iso20022::status::{CustomerStatusHeader, OrderGroupStatus, OrderStatus, Pain002};
use iso20022::{
    ChargeBearer, Coded, DateOrTime, EndToEndId, ExchangeRate, GroupId, GroupStatus, InstructionId,
    OriginalGroup, RefundId, Remittance, Status,
};

use super::common::*;

fn end_to_end() -> EndToEndId {
    EndToEndId::new("BILL-2026-000123").unwrap()
}

fn group() -> GroupId {
    GroupId::new("G-1").unwrap()
}

fn pain001(version: InitiationVersion, execute_on: DateOrTime) -> Pain001 {
    let uetr = match version {
        InitiationVersion::V05 => None,
        InitiationVersion::V10 => Some(payment_id()),
    };
    let order = Order {
        instruction: Some(InstructionId::from(payment_id().compact())),
        end_to_end: end_to_end(),
        uetr,
        amount: yen("3000"),
        rate: Some(ExchangeRate::new("26.712").unwrap()),
        charge_bearer: None,
        payee_agent: Some(netstars()),
        payee: Some(payee()),
        payee_account: Some(payee_account()),
        payee_ultimate: None,
        purpose: Some(Coded::Code(code("GDDS"))),
        remittance: Some(Remittance::from_text(text("コーヒー 2つ"))),
    };
    Pain001 {
        version,
        message: message_id("CUST-1"),
        created: at(3_500),
        initiator: payer(),
        groups: vec![OrderGroup {
            id: group(),
            execute_on,
            payer: payer(),
            payer_account: payer_account(),
            payer_agent: acleda(),
            charge_bearer: Some(ChargeBearer::Service),
            orders: vec![order],
        }],
    }
}

pub(crate) fn pain001_v05() -> Pain001 {
    pain001(InitiationVersion::V05, DateOrTime::Date(day()))
}

pub(crate) fn pain001_v10() -> Pain001 {
    pain001(InitiationVersion::V10, DateOrTime::Time(at(3_600)))
}

pub(crate) fn pain002() -> Pain002 {
    let order = OrderStatus {
        end_to_end: Some(end_to_end()),
        uetr: Some(payment_id()),
        status: Some(Status::Pending),
        ..OrderStatus::default()
    };
    Pain002 {
        header: CustomerStatusHeader {
            message: message_id("ACL-C-1"),
            created: at(3_600),
            initiator: Some(payer()),
            payer_agent: Some(acleda()),
            payee_agent: None,
        },
        group: OriginalGroup {
            message: message_id("CUST-1"),
            kind: text("pain.001.001.10"),
            created: Some(at(3_500)),
            status: Some(GroupStatus::Checked),
            reasons: vec![],
        },
        groups: vec![OrderGroupStatus {
            group: group(),
            status: None,
            reasons: vec![],
            orders: vec![order],
        }],
    }
}

pub(crate) fn pain007() -> Pain007 {
    let reversal = Reversal {
        id: Some(RefundId::from(refund_id().compact())),
        end_to_end: Some(end_to_end()),
        uetr: Some(payment_id()),
        original_amount: Some(yen("3000")),
        amount: Some(yen("1000")),
        reasons: vec![reason("CUST", "one coffee came back")],
        ..Reversal::default()
    };
    Pain007 {
        message: message_id("SHOP-1"),
        created: at(7_000),
        initiator: Some(payee()),
        payee_agent: Some(netstars()),
        original: ReversedMessage {
            message: message_id("CUST-1"),
            kind: text("pain.001.001.10"),
            created: None,
            reasons: vec![],
        },
        groups: vec![ReversedGroup {
            id: None,
            group: group(),
            reasons: vec![],
            reversals: vec![reversal],
        }],
    }
}
