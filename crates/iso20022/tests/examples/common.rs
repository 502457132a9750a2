//! Who and what the examples are about. All institutions are simulated.

use iso20022::{
    Account, AccountId, Address, Agent, AgentParts, ClearingSystem, Code, Country, CreditHeader,
    IsoAmount, IsoDate, IsoTime, Member, MessageId, OriginalMessage, Party, ReasonInfo,
    SettlementMethod, Settling, Text, Uetr,
};
use jiff::civil::date;
use money::{Amount, Currency, Money};

pub(crate) fn text<const CHARS_MAX: usize>(text: &str) -> Text<CHARS_MAX> {
    Text::new(text).unwrap()
}

pub(crate) fn code(text: &str) -> Code<4> {
    Code::new(text).unwrap()
}

pub(crate) fn message_id(text: &str) -> MessageId {
    MessageId::new(text).unwrap()
}

/// The payment of phase 1.
pub(crate) fn payment_id() -> Uetr {
    Uetr::new("8a562c67-ca16-48ba-b074-65581be6f001").unwrap()
}

/// Its refund.
pub(crate) fn refund_id() -> Uetr {
    Uetr::new("0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f").unwrap()
}

/// The instruction to settle one net.
pub(crate) fn settlement_id() -> Uetr {
    Uetr::new("5e771e00-0001-4000-8000-000000000001").unwrap()
}

pub(crate) fn day() -> IsoDate {
    IsoDate::new(date(2026, 6, 30)).unwrap()
}

/// On the day, after so many seconds in UTC.
pub(crate) fn at(seconds: i64) -> IsoTime {
    let midnight: jiff::Timestamp = "2026-06-30T00:00:00Z".parse().unwrap();
    let seconds = jiff::SignedDuration::from_secs(seconds);
    IsoTime::from_timestamp(midnight.checked_add(seconds).unwrap()).unwrap()
}

pub(crate) fn amount(currency: Currency, decimal: &str) -> IsoAmount {
    let amount = Amount::parse(decimal, currency).unwrap();
    IsoAmount::new(Money::new(currency, amount)).unwrap()
}

pub(crate) fn yen(decimal: &str) -> IsoAmount {
    amount(Currency::Jpy, decimal)
}

pub(crate) fn riel(decimal: &str) -> IsoAmount {
    amount(Currency::Khr, decimal)
}

/// A participant by its number at the hub.
pub(crate) fn participant(id: &str, name: &str) -> Agent {
    let system = ClearingSystem::Proprietary(text("SPEAN"));
    Agent::new(AgentParts {
        member: Some(Member {
            system: Some(system),
            id: text(id),
        }),
        name: Some(text(name)),
        ..AgentParts::default()
    })
    .unwrap()
}

pub(crate) fn acleda() -> Agent {
    participant("acleda", "ACLEDA (simulated)")
}

pub(crate) fn netstars() -> Agent {
    participant("netstars", "NETSTARS (simulated)")
}

pub(crate) fn hub() -> Agent {
    participant("house", "Spean (simulated)")
}

pub(crate) fn bank() -> Agent {
    participant("settlement", "Settlement bank (simulated)")
}

pub(crate) fn payer() -> Party {
    Party {
        name: Some(text("សុខ ស្រីមុំ")),
        address: Some(Address {
            street: Some(text("Street 240")),
            building: Some(text("12A")),
            ..Address::new(text("Phnom Penh"), Country::new("KH").unwrap())
        }),
        ..Party::default()
    }
}

pub(crate) fn payee() -> Party {
    Party {
        name: Some(text("カフェ空 & Co. <東京>")),
        address: Some(Address {
            post_code: Some(text("150-0001")),
            subdivision: Some(text("Tokyo")),
            ..Address::new(text("Shibuya"), Country::new("JP").unwrap())
        }),
        ..Party::default()
    }
}

pub(crate) fn payer_account() -> Account {
    Account::new(AccountId::other(text("srey_mom@aclb")), Currency::Khr)
}

pub(crate) fn payee_account() -> Account {
    Account::new(
        AccountId::other(text("0123456789012-3456-7890-123456")),
        Currency::Jpy,
    )
}

pub(crate) fn credit_header(message: &str) -> CreditHeader {
    CreditHeader {
        message: message_id(message),
        created: at(3_600),
        settled_on: Some(day()),
        settling: Settling {
            method: SettlementMethod::Clearing,
            clearing: Some(text("SPEAN")),
        },
        instructing: Some(acleda()),
        instructed: Some(hub()),
    }
}

pub(crate) fn original(message: &str, kind: &str) -> OriginalMessage {
    OriginalMessage {
        message: message_id(message),
        kind: text(kind),
        created: Some(at(3_600)),
    }
}

pub(crate) fn reason(of: &str, details: &str) -> ReasonInfo {
    ReasonInfo {
        details: vec![text(details)],
        ..ReasonInfo::from_code(code(of))
    }
}
