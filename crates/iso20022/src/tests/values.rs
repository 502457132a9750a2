//! Values at their limits, and what is not written.

use jiff::Timestamp;
use money::{Amount, Currency, Money, Rate};

use super::draw::{Dice, amount};
use crate::initiation::InitiationVersion;
use crate::payment::Pacs008;
use crate::statement::{Statement, StatementKind, Statements};
use crate::value::Number;
use crate::xml::Leaf;
use crate::{
    Agent, AgentParts, Bic, Code, Document, ExchangeRate, IsoAmount, IsoTime, Message, Refusal,
    Text, Total, Uetr,
};

fn amounts(decimals: &[(&str, Currency)]) -> Vec<IsoAmount> {
    let money = |(decimal, currency): &(&str, Currency)| {
        Money::new(*currency, Amount::parse(decimal, *currency).unwrap())
    };
    decimals
        .iter()
        .map(|one| IsoAmount::new(money(one)).unwrap())
        .collect()
}

#[test]
fn sums_are_exact_over_currencies_and_end_at_18_digits() {
    use Currency::{Jpy, Usd};
    let sum = |decimals: &[(&str, Currency)]| {
        Total::of(&amounts(decimals)).map(|total| total.text().into_owned())
    };
    assert_eq!(sum(&[]), Ok("0".to_owned()));
    assert_eq!(sum(&[("0.05", Usd)]), Ok("0.05".to_owned()));
    assert_eq!(
        sum(&[("1.50", Usd), ("3000", Jpy)]),
        Ok("3001.5".to_owned())
    );
    assert_eq!(
        sum(&[("999999999999999999", Jpy)]),
        Ok("999999999999999999".to_owned())
    );
    assert_eq!(
        sum(&[("999999999999999999", Jpy), ("1", Jpy)]),
        Err(Refusal::AmountTooLarge)
    );
    assert_eq!(
        sum(&[("999999999999999999", Jpy), ("0.01", Usd)]),
        Err(Refusal::AmountTooLarge)
    );
    for (text, expected) in [
        ("0", Ok("0")),
        ("+1.5", Ok("1.5")),
        ("1.50000000000000000", Ok("1.5")),
        (".5", Ok("0.5")),
        ("5.", Ok("5")),
        ("0.000001", Err(Refusal::NumberMalformed)),
        ("-1", Err(Refusal::NumberMalformed)),
        ("", Err(Refusal::NumberMalformed)),
        (".", Err(Refusal::NumberMalformed)),
        ("1,5", Err(Refusal::NumberMalformed)),
        ("1000000000000000000", Err(Refusal::AmountTooLarge)),
    ] {
        let read = Total::parse(text).map(|total| total.text().into_owned());
        assert_eq!(read, expected.map(str::to_owned), "{text}");
    }
}

#[test]
fn rates_are_those_of_the_room_money_where_they_fit() {
    let rate = |text| Rate::parse(Currency::Jpy, Currency::Khr, text).unwrap();
    let told = ExchangeRate::from_rate(rate("26.712")).unwrap();
    assert_eq!(told.as_str(), "26.712");
    assert_eq!(
        ExchangeRate::from_rate(rate("0.000000000001")),
        Err(Refusal::RateMalformed)
    );
    assert_eq!(ExchangeRate::new("."), Err(Refusal::RateMalformed));
    assert_eq!(
        ExchangeRate::new("00012345678901").unwrap().as_str(),
        "12345678901"
    );
}

#[test]
fn a_moment_is_told_in_utc_with_milliseconds() {
    let moment: Timestamp = "2026-06-30T08:30:00.123987654+07:00".parse().unwrap();
    let time = IsoTime::from_timestamp(moment).unwrap();
    assert_eq!(time.to_string(), "2026-06-30T01:30:00.123Z");
    assert_eq!(IsoTime::parse(&time.to_string()), Ok(time));
    let local = IsoTime::parse("2026-06-30T08:30:00").unwrap();
    assert_eq!(
        (local.timestamp(), local.to_string()),
        (None, "2026-06-30T08:30:00".to_owned())
    );
    assert!(IsoTime::from_timestamp(Timestamp::MIN).is_err());
}

#[test]
fn texts_codes_and_numbers_end_where_the_schemas_say() {
    assert_eq!(Text::<4>::new("空空空空").unwrap().as_str(), "空空空空");
    assert_eq!(Text::<4>::new("空空空空空"), Err(Refusal::TextTooLong));
    assert_eq!(Text::<4>::new(""), Err(Refusal::TextEmpty));
    for text in [" a", "a ", "a\nb", "a\u{0}", "a\u{85}", "a\u{FFFE}"] {
        assert_eq!(
            Text::<4>::new(text),
            Err(Refusal::TextForbidden),
            "{text:?}"
        );
    }
    assert_eq!(Text::<4>::fit("\u{FFFF}a\tbcdef").unwrap().as_str(), "a bc");
    assert_eq!(Code::<4>::new(""), Err(Refusal::CodeMalformed));
    assert_eq!(Code::<4>::new("A-1"), Err(Refusal::CodeMalformed));
    assert_eq!(Number::<5>::new(99_999).unwrap().get(), 99_999);
    assert_eq!(Number::<5>::new(100_000), Err(Refusal::NumberMalformed));
    assert_eq!(
        Agent::new(AgentParts::default()),
        Err(Refusal::AgentUnidentified)
    );
    assert_eq!(Uetr::from_compact("8a562c67"), Err(Refusal::UetrMalformed));
}

fn refused(message: &Message) -> String {
    let error = message.to_xml().unwrap_err();
    format!("{} {}", error.refusal.code(), error.path)
}

#[test]
fn what_a_version_cannot_say_is_not_written() {
    let mut found = None;
    for message in super::draw::messages(1) {
        if let Message::Pain001(initiation) = message
            && initiation.version == InitiationVersion::V05
        {
            found = Some(initiation);
        }
    }
    let mut initiation = found.unwrap();
    let agent = |text| Agent::from_bic(Bic::new(text).unwrap());
    initiation.groups[0].payer_agent = agent("SIMAKHPP");
    assert!(initiation.to_xml().is_ok());
    initiation.groups[0].payer_agent = agent("9999KHPP");
    assert_eq!(
        refused(&Message::Pain001(initiation.clone())),
        "xml_version_cannot_say /Document/CstmrCdtTrfInitn/PmtInf/DbtrAgt/FinInstnId/BICFI"
    );
    initiation.groups.clear();
    assert_eq!(
        refused(&Message::Pain001(initiation.clone())),
        "xml_missing /Document/CstmrCdtTrfInitn/PmtInf"
    );
}

#[test]
fn what_cannot_be_summed_up_is_not_written() {
    let mut found = None;
    for message in super::draw::messages(2) {
        if let Message::Pacs008(payments) = message {
            found = Some(payments);
        }
    }
    let Pacs008 {
        header,
        mut payments,
    } = found.unwrap();
    let most = Money::new(
        Currency::Jpy,
        Amount::from_minor(999_999_999_999_999_999).unwrap(),
    );
    let mut payment = payments.remove(0);
    payment.amount = IsoAmount::new(most).unwrap();
    let payments = vec![payment.clone(), payment];
    assert_eq!(
        refused(&Message::Pacs008(Pacs008 { header, payments })),
        "amount_too_large /Document/GrpHdr"
    );
}

#[test]
fn statements_of_two_kinds_are_no_message() {
    let mut of_kinds = Vec::new();
    let mut header = None;
    for message in super::draw::messages(3) {
        if let Message::Statements(statements) = message {
            header = Some(statements.header().clone());
            of_kinds.push(statements.into_statements().remove(0));
        }
    }
    let header = header.unwrap();
    assert_eq!(
        Statements::new(header.clone(), vec![]),
        Err(Refusal::XmlMissing)
    );
    assert_eq!(
        Statements::new(header, of_kinds.clone()),
        Err(Refusal::StatementKinds)
    );
    let mut parts = of_kinds.pop().unwrap().into_parts();
    let balances = of_kinds.pop().unwrap().into_parts().balances;
    parts.balances = balances;
    parts.account.currency = None;
    parts.entries.clear();
    assert_eq!(
        Statement::new(StatementKind::Notification, parts),
        Err(Refusal::XmlVersionCannotSay)
    );
}

#[test]
fn drawn_amounts_are_small_enough_to_be_summed_up() {
    let dice = &mut Dice::new(7);
    let all: Vec<IsoAmount> = (0..1_000).map(|_| amount(dice, Currency::Khr)).collect();
    assert!(Total::of(&all).is_ok());
}
