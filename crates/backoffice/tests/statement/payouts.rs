//! What the bank is told of a payout, and what the desk finds of it on the bank's statement.

use backoffice::desk::{Accounts, Desk as BackOffice, PayoutShown};
use backoffice::reconcile::{Kind, Person};
use backoffice::statement::{instructions_of, payout_reference};
use calendar::{Calendars, Country};
use iso20022::Document as _;
use jiff::civil::Date;
use money::Currency;
use switch::{Instruction, Window};

use crate::office::Office;
use crate::rig::{Desk, LATER, W1, close, names, settle, told};
use crate::world::khr;

const NOW_NS: i64 = LATER.0;

fn instructed() -> (Office, Window) {
    let mut office = told();
    close(&mut office);
    settle(&mut office, W1).unwrap();
    let window = office.switch.window_of(W1).unwrap().clone();
    (office, window)
}

fn in_riel(window: &Window) -> (u32, Instruction) {
    let payouts = &window.settlement.as_ref().unwrap().payouts;
    let found = (0..)
        .zip(payouts)
        .find(|(_, payout)| payout.money == khr(119_880));
    found.map(|(place, payout)| (place, *payout)).unwrap()
}

/// A statement that shows one debit, under references of the bank's choice.
fn camt(day: Date, references: &str) -> String {
    let balance = |kind: &str, amount: &str| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy=\"KHR\">{amount}</Amt>\
             <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
        )
    };
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\
         <GrpHdr><MsgId>M1</MsgId><CreDtTm>{day}T14:00:00</CreDtTm></GrpHdr>\
         <Stmt><Id>S1</Id><CreDtTm>{day}T14:00:00</CreDtTm>\
         <Acct><Id><Othr><Id>BANK-KHR</Id></Othr></Id><Ccy>KHR</Ccy></Acct>{}{}\
         <Ntry><Amt Ccy=\"KHR\">119880</Amt><CdtDbtInd>DBIT</CdtDbtInd>\
         <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>\
         <AcctSvcrRef>FT-1</AcctSvcrRef><BkTxCd/>\
         <NtryDtls><TxDtls><Refs>{references}</Refs></TxDtls></NtryDtls></Ntry>\
         </Stmt></BkToCstmrStmt></Document>",
        balance("OPBD", "119880"),
        balance("CLBD", "0")
    )
}

/// The payouts that a statement of a day shows, and the kinds of what does not fit.
fn shown(office: &Office, day: Date, references: &str) -> (Vec<PayoutShown>, Vec<Kind>) {
    let tables = Desk::of(office);
    let accounts = Accounts {
        prefix: "BANK".to_owned(),
        zone: Country::Kh,
        calendars: Calendars::built_in(),
    };
    let file = tables.folder().join("backoffice.db");
    let mut desk = BackOffice::open(&tables.folder().join("projection.db"), &file, accounts);
    let desk = desk.as_mut().unwrap();
    let by = Person::new("sok").unwrap();
    let xml = camt(day, references);
    let taken = desk.take_camt((xml.as_bytes(), "statement.xml"), (&by, NOW_NS), day);
    let taken = taken.unwrap();
    let of_the_line = taken.outcome.findings.iter();
    let of_the_line = of_the_line.filter(|found| !found.lines.is_empty());
    (taken.payouts, of_the_line.map(|found| found.kind).collect())
}

#[test]
fn a_payout_has_one_reference_in_the_instruction_and_at_the_desk() {
    let (office, window) = instructed();
    let (place, payout) = in_riel(&window);
    let messages = instructions_of(&window, &names(&office), office.now).unwrap();
    let riel = messages.iter().find(|(of, _)| *of == Currency::Khr);
    let xml = riel.unwrap().1.to_xml().unwrap();
    let reference = payout_reference(1, Currency::Khr, place);
    let said = format!("<EndToEndId>{reference}</EndToEndId>");
    assert!(xml.contains(&said), "{xml}");
    // A bank that gives it back and knows no UETR is understood all the same.
    let day = window.settlement_day.unwrap().date().unwrap();
    let (payouts, others) = shown(&office, day, &said);
    assert_eq!(payouts.len(), 1);
    let [found] = &payouts[..] else { panic!() };
    assert_eq!(
        (found.window, found.number, found.money),
        (1, place, payout.money)
    );
    assert_eq!(found.reference, "BANK-KHR/FT-1");
    assert_eq!(others, []);
    let (payouts, _) = shown(&office, day, "<EndToEndId>W1/0</EndToEndId>");
    assert_eq!(payouts, []);
}

#[test]
fn a_payout_that_the_bank_made_later_is_a_payout_and_a_finding() {
    let (office, window) = instructed();
    let (place, payout) = in_riel(&window);
    let due = window.settlement_day.unwrap();
    let late = switch::Day(due.0 + 9).date().unwrap();
    let uetr = uuid::Uuid::from_u128(payout.uetr);
    let (payouts, others) = shown(&office, late, &format!("<UETR>{uetr}</UETR>"));
    let places: Vec<u32> = payouts.iter().map(|found| found.number).collect();
    assert_eq!(places, [place]);
    assert_eq!(others, [Kind::DayDiffers]);
}
