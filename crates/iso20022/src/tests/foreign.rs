//! What another library writes is read by us: our own messages after they went through it, and
//! messages that it made field by field, with fields that we skip.

use std::path::{Path, PathBuf};

use super::draw::messages;
use super::external::{python, run_python};
use crate::initiation::{InitiationVersion, Pain001};
use crate::payment::{Pacs008, Payment};
use crate::refusal::Refusal;
use crate::statement::{EntryStatus, Statements};
use crate::xml::Leaf;
use crate::{AccountId, Bic, Coded, DateOrTime, Document, Message, PartyId, PartyOrAgent, Version};

/// The library has no acmt.
fn is_in_library(version: Version) -> bool {
    !version.name().starts_with("acmt")
}

/// Files with what we wrote, and the messages.
fn written(folder: &Path) -> Vec<(Message, PathBuf)> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages");
    let example = |version: &Version| {
        let file = examples.join(format!("{}.xml", version.name()));
        Message::read_bytes(&std::fs::read(file).unwrap()).unwrap()
    };
    let mut all: Vec<Message> = Version::ALL.iter().map(example).collect();
    all.extend((1_000..1_004).flat_map(messages));
    all.retain(|message| is_in_library(message.version()));
    let numbered = all.into_iter().enumerate().map(|(at, message)| {
        let file = folder.join(format!("{at}.xml"));
        std::fs::write(&file, message.to_xml().unwrap()).unwrap();
        (message, file)
    });
    numbered.collect()
}

#[test]
fn what_went_through_another_library_is_read_as_it_was() {
    let Some(packages) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let all = written(folder.path());
    let argument = |(message, file): &(Message, PathBuf)| {
        format!("{}={}", message.version().name(), file.display())
    };
    let arguments: Vec<String> = ["again".to_owned()]
        .into_iter()
        .chain(all.iter().map(argument))
        .collect();
    run_python(&packages, "others.py", &arguments);
    for (message, file) in all {
        let again = std::fs::read_to_string(file.with_extension("xml.again")).unwrap();
        assert!(
            again.contains("<n:Document "),
            "it writes otherwise than we do"
        );
        assert_eq!(
            Message::read_bytes(again.as_bytes()),
            Ok(message),
            "{again}"
        );
    }
}

fn made<D: Document>(folder: &Path, version: &str) -> D {
    let bytes = std::fs::read(folder.join(format!("{version}.xml"))).unwrap();
    D::read_bytes(&bytes).unwrap()
}

#[test]
fn what_another_library_makes_is_read_field_by_field() {
    let Some(packages) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["make".to_owned(), folder.path().display().to_string()];
    run_python(&packages, "others.py", &arguments);
    payment(&made(folder.path(), "pacs.008.001.09"));
    statement(&made(folder.path(), "camt.053.001.08"));
    order(&made(folder.path(), "pain.001.001.05"));
}

fn payment(message: &Pacs008) {
    let [payment] = message.payments.as_slice() else {
        panic!("one payment")
    };
    assert_eq!(message.header.message.as_str(), "M-1");
    assert_eq!(message.header.created.to_string(), "2026-06-30T01:30:00");
    assert_eq!(message.header.created.timestamp(), None);
    assert_eq!(payment.instruction.as_ref().unwrap().as_str(), "I-1");
    assert_eq!(payment.end_to_end.as_str(), "E-1");
    assert_eq!(payment.interbank.as_ref().unwrap().as_str(), "T-1");
    assert_eq!(
        payment.uetr.unwrap().as_str(),
        "8a562c67-ca16-48ba-b074-65581be6f001"
    );
    assert_eq!(payment.amount.money().to_string(), "USD 20.10");
    assert_eq!(payment.settled_on.unwrap().text(), "2026-06-30");
    let accepted = payment.accepted.unwrap();
    assert_eq!(accepted.to_string(), "2026-06-30T08:30:00.250+07:00");
    assert_eq!(
        accepted.timestamp().unwrap().to_string(),
        "2026-06-30T01:30:00.25Z"
    );
    assert_eq!(payment.instructed.unwrap().money().to_string(), "JPY 3000");
    assert_eq!(payment.rate.as_ref().unwrap().as_str(), "149.2537");
    assert_eq!(payment.charge_bearer.as_str(), "SHAR");
    let [charge] = payment.charges.as_slice() else {
        panic!("one charge")
    };
    assert_eq!(charge.amount.money().to_string(), "USD 0.10");
    assert_eq!(
        charge.agent.parts().bic,
        Some(Bic::new("SIMAKHPP").unwrap())
    );
    assert_eq!(payment.purpose.as_ref().unwrap().as_str(), "COFFEE");
    let remittance = payment.remittance.as_ref().unwrap();
    let texts: Vec<&str> = remittance.texts.iter().map(|text| text.as_str()).collect();
    assert_eq!(texts, ["two", "coffees"]);
    let reference = remittance.structured.first().unwrap().reference.as_ref();
    assert_eq!(reference.unwrap().as_str(), "B-7");
    payer(payment);
    payee(payment);
}

fn payer(payment: &Payment) {
    let ultimate = payment.payer_ultimate.as_ref().unwrap();
    assert_eq!(ultimate.name.as_ref().unwrap().as_str(), "Somebody else");
    let payer = &payment.payer;
    assert_eq!(payer.name.as_ref().unwrap().as_str(), "ស្រីមុំ & Co.");
    let address = payer.address.as_ref().unwrap();
    assert_eq!(address.town.as_ref().unwrap().as_str(), "Phnom Penh");
    assert_eq!(address.country.as_ref().unwrap().as_str(), "KH");
    let lines: Vec<&str> = address.lines.iter().map(|line| line.as_str()).collect();
    assert_eq!(lines, ["Street 240", "Floor 2"]);
    let Some(PartyId::Person(person)) = &payer.id else {
        panic!("a person")
    };
    let [id] = person.others.as_slice() else {
        panic!("one id")
    };
    assert_eq!(
        (id.id.as_str(), id.scheme.as_ref().map(Coded::as_str)),
        ("C-1", Some("CUST"))
    );
    assert_eq!(id.issuer.as_ref().unwrap().as_str(), "simulated");
    assert_eq!(payer.country.as_ref().unwrap().as_str(), "KH");
    let name = payment.payer_agent.parts().name.as_ref();
    assert_eq!(name.unwrap().as_str(), "Simulated A");
}

fn payee(payment: &Payment) {
    assert_eq!(
        payment.payee_agent.parts().bic,
        Some(Bic::new("SIMNJPJT001").unwrap())
    );
    assert_eq!(payment.payee.name.as_ref().unwrap().as_str(), "カフェ空");
    let account = payment.payee_account.as_ref().unwrap();
    let AccountId::Other(number) = &account.id else {
        panic!("no IBAN")
    };
    assert_eq!(
        (number.id.as_str(), account.currency.unwrap().alpha()),
        ("12345", "JPY")
    );
}

fn statement(message: &Statements) {
    let [statement] = message.statements() else {
        panic!("one statement")
    };
    let parts = statement.parts();
    assert_eq!(message.header().message.as_str(), "M-2");
    assert_eq!(parts.id.as_str(), "S-1");
    assert_eq!(parts.sequence.unwrap().get(), 7);
    assert_eq!(parts.account.currency.unwrap().alpha(), "JPY");
    let balances = parts
        .balances
        .iter()
        .map(|balance| balance.amount.money().to_string());
    assert_eq!(balances.collect::<Vec<_>>(), ["JPY 100", "JPY 2685"]);
    let [entry] = parts.entries.as_slice() else {
        panic!("one entry")
    };
    assert_eq!(entry.reference.as_ref().unwrap().as_str(), "1");
    assert_eq!(entry.amount.money().to_string(), "JPY 2585");
    assert_eq!(entry.direction.as_str(), "CRDT");
    assert_eq!(
        (entry.is_reversal, entry.status),
        (false, EntryStatus::Booked)
    );
    let Some(DateOrTime::Time(booked)) = &entry.booked else {
        panic!("a time")
    };
    assert_eq!(
        booked.timestamp().unwrap().to_string(),
        "2026-06-30T07:00:00Z"
    );
    assert_eq!(
        entry.value.as_ref().unwrap().date().to_string(),
        "2026-07-01"
    );
    assert_eq!(entry.servicer_ref.as_ref().unwrap().as_str(), "SB-1");
    let domain = entry.code.domain.as_ref().unwrap();
    let codes = [&domain.domain, &domain.family, &domain.sub_family].map(|code| code.as_str());
    assert_eq!(codes, ["PMNT", "RCDT", "ACOR"]);
    let [first, second] = entry.details.as_slice() else {
        panic!("two details")
    };
    assert_eq!(first.end_to_end.as_ref().unwrap().as_str(), "E-1");
    assert_eq!(
        first.uetr.unwrap().as_str(),
        "8a562c67-ca16-48ba-b074-65581be6f001"
    );
    assert_eq!(first.amount.unwrap().money().to_string(), "JPY 2585");
    let parties = first.parties.as_ref().unwrap();
    let Some(PartyOrAgent::Party(payer)) = &parties.payer else {
        panic!("a party")
    };
    assert_eq!(payer.name.as_ref().unwrap().as_str(), "空");
    let remittance = first.remittance.as_ref().unwrap();
    assert_eq!(remittance.texts.first().unwrap().as_str(), "window 1");
    assert_eq!(second.info.as_ref().unwrap().as_str(), "second");
}

fn order(message: &Pain001) {
    assert_eq!(message.version, InitiationVersion::V05);
    assert_eq!(message.message.as_str(), "M-3");
    assert_eq!(message.initiator.name.as_ref().unwrap().as_str(), "Payer");
    let [group] = message.groups.as_slice() else {
        panic!("one group")
    };
    assert_eq!(group.id.as_str(), "G-1");
    assert_eq!(group.execute_on.date().to_string(), "2026-07-01");
    assert_eq!(
        group.payer_agent.parts().bic,
        Some(Bic::new("SIMAKHPP").unwrap())
    );
    let [order] = group.orders.as_slice() else {
        panic!("one order")
    };
    assert_eq!((order.end_to_end.as_str(), order.uetr), ("E-1", None));
    assert_eq!(order.amount.money().to_string(), "KHR 120000");
    let payee = order.payee.as_ref().unwrap();
    assert_eq!(payee.name.as_ref().unwrap().as_str(), "សុខា");
    // The same order cannot be written with what its version has no place for.
    let mut changed = message.clone();
    changed.groups[0].orders[0].uetr =
        Some(crate::Uetr::new("8a562c67-ca16-48ba-b074-65581be6f001").unwrap());
    let error = changed.to_xml().unwrap_err();
    assert_eq!(error.refusal, Refusal::XmlVersionCannotSay);
    assert_eq!(
        error.path,
        "/Document/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/PmtId/UETR"
    );
}
