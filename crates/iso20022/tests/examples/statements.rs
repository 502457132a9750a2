//! What the settlement bank says about the hub's account.

use iso20022::statement::{
    Balance, BalanceKind, BookedCharge, BookingCode, BookingDomain, Copy, Entry, EntryDetail,
    EntryStatus, NamedRef, Page, ProprietaryBooking, RelatedAgents, RelatedParties, Statement,
    StatementAccount, StatementHeader, StatementKind, StatementParts, Statements,
};
use iso20022::{
    AccountId, DateOrTime, Direction, EndToEndId, EntryRef, Number, PartyOrAgent, Period,
    Remittance, ServicerRef, StatementId,
};
use money::Currency;

use super::common::*;

fn booking_code() -> BookingCode {
    BookingCode {
        domain: Some(BookingDomain {
            domain: code("PMNT"),
            family: code("RCDT"),
            sub_family: code("ACOR"),
        }),
        proprietary: None,
    }
}

/// What a participant paid in for the window.
pub(crate) fn credit() -> Entry {
    let detail = EntryDetail {
        message: Some(message_id("HUB-S-0001")),
        end_to_end: Some(EndToEndId::new("W-2026-06-30-1/JPY/netstars").unwrap()),
        uetr: Some(settlement_id()),
        others: vec![NamedRef {
            kind: text("WINDOW"),
            reference: text("W-2026-06-30-1"),
        }],
        amount: Some(yen("2585")),
        direction: Some(Direction::Credit),
        parties: Some(Box::new(RelatedParties {
            payer: Some(PartyOrAgent::Agent(netstars())),
            ..RelatedParties::default()
        })),
        agents: Some(Box::new(RelatedAgents {
            payer: Some(bank()),
            payee: None,
        })),
        remittance: Some(Remittance::from_text(text("window W-2026-06-30-1 JPY"))),
        ..EntryDetail::default()
    };
    Entry {
        reference: Some(EntryRef::new("1").unwrap()),
        amount: yen("2585"),
        direction: Direction::Credit,
        is_reversal: false,
        status: EntryStatus::Booked,
        booked: Some(DateOrTime::Date(day())),
        value: Some(DateOrTime::Date(day())),
        servicer_ref: Some(ServicerRef::new("SB-77001").unwrap()),
        code: booking_code(),
        details: vec![detail],
        info: None,
    }
}

/// What the hub paid out for the window.
fn debit() -> Entry {
    Entry {
        reference: Some(EntryRef::new("2").unwrap()),
        amount: yen("2577"),
        direction: Direction::Debit,
        servicer_ref: Some(ServicerRef::new("SB-77002").unwrap()),
        details: vec![EntryDetail {
            amount: Some(yen("2577")),
            charges: vec![BookedCharge {
                amount: yen("0"),
                direction: Some(Direction::Debit),
                is_included: Some(false),
                bearer: None,
                agent: None,
            }],
            ..EntryDetail::default()
        }],
        ..credit()
    }
}

/// A booking that was undone, and one that is not booked yet.
fn others() -> [Entry; 3] {
    let proprietary = BookingCode {
        domain: None,
        proprietary: Some(ProprietaryBooking {
            code: text("FEE"),
            issuer: Some(text("SB")),
        }),
    };
    let plain = Entry {
        reference: Some(EntryRef::new("3").unwrap()),
        amount: yen("50"),
        direction: Direction::Debit,
        code: proprietary,
        details: vec![],
        servicer_ref: None,
        info: Some(text("fee booked in error")),
        ..credit()
    };
    let undone = Entry {
        reference: Some(EntryRef::new("4").unwrap()),
        direction: Direction::Credit,
        is_reversal: true,
        ..plain.clone()
    };
    let pending = Entry {
        reference: Some(EntryRef::new("5").unwrap()),
        status: EntryStatus::Pending,
        booked: None,
        info: None,
        ..plain.clone()
    };
    [plain, undone, pending]
}

fn balance(kind: BalanceKind, decimal: &str) -> Balance {
    Balance::new(
        kind,
        Direction::Credit,
        yen(decimal),
        DateOrTime::Date(day()),
    )
}

fn account() -> StatementAccount {
    StatementAccount {
        id: AccountId::other(text("SPEAN-SETTLEMENT-JPY")),
        currency: Some(Currency::Jpy),
        name: None,
        owner: None,
        servicer: Some(bank()),
    }
}

fn parts(id: &str, balances: Vec<Balance>, entries: Vec<Entry>) -> StatementParts {
    StatementParts {
        id: StatementId::new(id).unwrap(),
        page: None,
        sequence: Some(Number::new(181).unwrap()),
        created: Some(at(50_400)),
        period: Some(Period {
            from: at(0),
            to: at(50_399),
        }),
        copy: None,
        account: account(),
        balances,
        entries,
    }
}

fn message(id: &str, kind: StatementKind, parts: StatementParts) -> Statements {
    let header = StatementHeader {
        message: message_id(id),
        created: at(50_400),
        recipient: None,
        page: None,
        info: None,
    };
    Statements::new(header, vec![Statement::new(kind, parts).unwrap()]).unwrap()
}

/// 100,000 + 2,585 − 2,577 − 50 + 50.
pub(crate) fn camt053_parts() -> StatementParts {
    let mut entries = vec![credit(), debit()];
    entries.extend(others());
    let balances = vec![
        balance(BalanceKind::OpeningBooked, "100000"),
        balance(BalanceKind::ClosingBooked, "100008"),
        balance(BalanceKind::ClosingAvailable, "99958"),
    ];
    StatementParts {
        page: Some(Page {
            number: Number::new(1).unwrap(),
            is_last: true,
        }),
        copy: Some(Copy::Duplicate),
        ..parts("SB-2026-06-30-JPY", balances, entries)
    }
}

pub(crate) fn camt053() -> Statements {
    message("SB-M-0001", StatementKind::Statement, camt053_parts())
}

pub(crate) fn camt052() -> Statements {
    let balances = vec![balance(BalanceKind::InterimBooked, "102585")];
    let parts = parts("SB-R-1", balances, vec![credit()]);
    message("SB-M-0002", StatementKind::Report, parts)
}

pub(crate) fn camt054() -> Statements {
    let parts = parts("SB-N-1", vec![], vec![credit()]);
    message("SB-M-0003", StatementKind::Notification, parts)
}
