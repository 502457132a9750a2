//! Statements as camt.053: the hub is the servicer, the participant is the account's owner.
//!
//! A window's message holds one statement for each currency, all cut into the same pages, so that
//! a page that arrived is known by its number whatever it holds. Between pages stand interim
//! balances.

use iso20022::statement::{
    Balance, BalanceKind, BookingCode, Entry, EntryDetail, EntryStatus, NamedRef, Page,
    ProprietaryBooking, RelatedParties, Statement, StatementAccount, StatementHeader,
    StatementKind, StatementParts, Statements,
};
use iso20022::{
    AccountId, Agent, AgentParts, ClearingSystem, DateOrTime, Direction, Document, EntryRef,
    GenericId, IsoAmount, IsoTime, Member, MessageId, Number, Organisation, Party, PartyId,
    PartyOrAgent, Period as Span, Refusal, Remittance, StatementId, Text, Uetr,
};
use jiff::Timestamp;
use money::{Amount, Currency, Money};
use switch::{ItemId, ParticipantId, Time};

use super::limits::CAMT_LEAVES;
use super::{
    AccountStatement, Line, Names, Period, StatementError, WindowStatement, decimal, leg_word,
};

/// The name under which participants have their numbers.
pub(super) const SYSTEM: &str = "SPEAN";

/// A page of [`super::limits::CAMT_LEAVES`] leaves of a window's statement, counted from 1.
///
/// # Errors
/// [`StatementError::Message`] for what camt.053 cannot say, such as a sum of 19 digits.
pub fn camt053_of_window(
    statement: &WindowStatement,
    lines: &[Line],
    page: usize,
    names: &Names,
    created: Time,
) -> Result<String, StatementError> {
    let subject = statement.subject();
    let window = statement.window();
    let who = names.name(subject.participant);
    let (opened, closed) = (
        window.opened.now,
        window.closed.map_or(created, |(at, _)| at.now),
    );
    let is_last = page >= statement.pages(CAMT_LEAVES);
    let (before, behind) = (
        statement.balances_before(page, CAMT_LEAVES),
        statement.balances_before(page.saturating_add(1), CAMT_LEAVES),
    );
    let header = header(&format!("W{}-{who}-{page}", window.id.0), created)?;
    let mut statements = Vec::new();
    for currency in statement.totals().keys().copied() {
        let entries = lines.iter().filter(|line| line.currency == currency);
        let entries = entries.map(|line| entry(line, names));
        let of = |balances: &std::collections::BTreeMap<Currency, i128>| {
            balances.get(&currency).copied().unwrap_or_default()
        };
        let (first, last) = match (page, is_last) {
            (1, true) => (BalanceKind::OpeningBooked, BalanceKind::ClosingBooked),
            (1, false) => (BalanceKind::OpeningBooked, BalanceKind::InterimBooked),
            (_, true) => (BalanceKind::InterimBooked, BalanceKind::ClosingBooked),
            (_, false) => (BalanceKind::InterimBooked, BalanceKind::InterimBooked),
        };
        statements.push(Statement::new(
            StatementKind::Statement,
            StatementParts {
                id: StatementId::new(&format!("W{}-{who}-{}", window.id.0, currency.alpha()))?,
                page: Some(Page {
                    number: number(page)?,
                    is_last,
                }),
                sequence: Some(Number::new(window.id.0)?),
                created: Some(iso_time(created)?),
                period: Some(span(opened, closed)?),
                copy: None,
                account: account(&format!("{who}/net"), subject.participant, currency, names)?,
                balances: vec![
                    balance(first, of(&before), currency, opened)?,
                    balance(last, of(&behind), currency, closed)?,
                ],
                entries: entries.collect::<Result<_, StatementError>>()?,
            },
        )?);
    }
    // A participant that the window knows nothing of still gets a message that says so.
    if statements.is_empty() {
        statements.push(nothing(statement, &who, names, created)?);
    }
    Ok(Statements::new(header, statements)?.to_xml()?)
}

/// An account's statement.
///
/// # Errors
/// As [`camt053_of_window`].
pub fn camt053_of_account(
    statement: &AccountStatement,
    names: &Names,
    created: Time,
) -> Result<String, StatementError> {
    let subject = statement.subject;
    let currency = subject.currency;
    let who = names.name(subject.participant);
    let of = match subject.period {
        Period::Day(day) => format!("D{}", day.date.strftime("%Y%m%d")),
        Period::Window(window) => format!("W{}", window.0),
    };
    let id = format!("L{of}-{who}-{}", currency.alpha());
    let entries = statement.lines.iter().map(|line| {
        let window = line.window.map(|window| NamedRef {
            kind: text("WINDOW"),
            reference: text(&window.0.to_string()),
        });
        let detail = EntryDetail {
            others: window.into_iter().collect(),
            remittance: Text::fit(&line.reference).map(Remittance::from_text),
            ..EntryDetail::default()
        };
        plain_entry(
            line.number,
            i128::from(line.amount),
            currency,
            line.at,
            &line.kind,
            detail,
        )
    });
    let parts = StatementParts {
        id: StatementId::new(&id)?,
        page: Some(Page {
            number: number(1)?,
            is_last: true,
        }),
        sequence: None,
        created: Some(iso_time(created)?),
        period: Some(span(statement.from, statement.until)?),
        copy: None,
        account: account(
            &format!("{who}/liquidity"),
            subject.participant,
            currency,
            names,
        )?,
        balances: vec![
            balance(
                BalanceKind::OpeningBooked,
                i128::from(statement.opening),
                currency,
                statement.from,
            )?,
            balance(
                BalanceKind::ClosingBooked,
                i128::from(statement.closing),
                currency,
                statement.until,
            )?,
        ],
        entries: entries.collect::<Result<_, StatementError>>()?,
    };
    let statement = Statement::new(StatementKind::Statement, parts)?;
    Ok(Statements::new(header(&id, created)?, vec![statement])?.to_xml()?)
}

/// A statement without lines, in the house's first currency.
fn nothing(
    statement: &WindowStatement,
    who: &str,
    names: &Names,
    created: Time,
) -> Result<Statement, StatementError> {
    let window = statement.window();
    let currency = Currency::Khr;
    let closed = window.closed.map_or(created, |(at, _)| at.now);
    let opened = window.opened.now;
    let participant = statement.subject().participant;
    let parts = StatementParts {
        id: StatementId::new(&format!("W{}-{who}-{}", window.id.0, currency.alpha()))?,
        page: Some(Page {
            number: number(1)?,
            is_last: true,
        }),
        sequence: Some(Number::new(window.id.0)?),
        created: Some(iso_time(created)?),
        period: Some(span(opened, closed)?),
        copy: None,
        account: account(&format!("{who}/net"), participant, currency, names)?,
        balances: vec![
            balance(BalanceKind::OpeningBooked, 0, currency, opened)?,
            balance(BalanceKind::ClosingBooked, 0, currency, closed)?,
        ],
        entries: Vec::new(),
    };
    Ok(Statement::new(StatementKind::Statement, parts)?)
}

fn entry(line: &Line, names: &Names) -> Result<Entry, StatementError> {
    let payment = line.kind.payment().map(|payment| NamedRef {
        kind: text("PAYMENT"),
        reference: text(&format!("{:032x}", payment.0)),
    });
    let window = line.kind.window().map(|window| NamedRef {
        kind: text("WINDOW"),
        reference: text(&window.0.to_string()),
    });
    let other = Some(PartyOrAgent::Agent(agent(line.counterparty, names)?));
    let parties = match line.amount.is_negative() {
        true => RelatedParties {
            payee: other,
            ..RelatedParties::default()
        },
        false => RelatedParties {
            payer: other,
            ..RelatedParties::default()
        },
    };
    let detail = EntryDetail {
        uetr: line.item.map(uetr).transpose()?,
        others: payment.into_iter().chain(window).collect(),
        parties: Some(Box::new(parties)),
        ..EntryDetail::default()
    };
    let what = match line.leg {
        Some(leg) => format!("{}/{}", line.kind.word(), leg_word(leg)),
        None => line.kind.word().to_owned(),
    };
    plain_entry(
        line.number,
        line.amount,
        line.currency,
        line.at,
        &what,
        detail,
    )
}

fn plain_entry(
    number: u64,
    signed: i128,
    currency: Currency,
    at: Time,
    what: &str,
    detail: EntryDetail,
) -> Result<Entry, StatementError> {
    let (direction, amount) = amount(signed, currency)?;
    let at = DateOrTime::Time(iso_time(at)?);
    Ok(Entry {
        reference: Some(EntryRef::new(&number.to_string())?),
        amount,
        direction,
        is_reversal: false,
        status: EntryStatus::Booked,
        booked: Some(at.clone()),
        value: Some(at),
        servicer_ref: None,
        code: BookingCode {
            domain: None,
            proprietary: Some(ProprietaryBooking {
                code: Text::new(what)?,
                issuer: Some(text(SYSTEM)),
            }),
        },
        details: vec![detail],
        info: None,
    })
}

fn header(id: &str, created: Time) -> Result<StatementHeader, StatementError> {
    Ok(StatementHeader {
        message: MessageId::new(id)?,
        created: iso_time(created)?,
        recipient: None,
        page: None,
        info: None,
    })
}

fn account(
    id: &str,
    owner: ParticipantId,
    currency: Currency,
    names: &Names,
) -> Result<StatementAccount, StatementError> {
    let name = names.name(owner);
    Ok(StatementAccount {
        id: AccountId::other(Text::new(id)?),
        currency: Some(currency),
        name: None,
        owner: Some(Party {
            name: Some(Text::new(&name)?),
            id: Some(PartyId::Organisation(Organisation {
                others: vec![GenericId {
                    id: Text::new(&name)?,
                    scheme: None,
                    issuer: Some(text(SYSTEM)),
                }],
                ..Organisation::default()
            })),
            ..Party::default()
        }),
        servicer: Some(agent(names.house(), names)?),
    })
}

/// A participant by its name at the hub: none is a real institution with a BIC.
pub(super) fn agent(id: ParticipantId, names: &Names) -> Result<Agent, StatementError> {
    let name = names.name(id);
    Ok(Agent::new(AgentParts {
        member: Some(Member {
            system: Some(ClearingSystem::Proprietary(text(SYSTEM))),
            id: Text::new(&name)?,
        }),
        name: Some(Text::new(&format!("{name} (simulated)"))?),
        ..AgentParts::default()
    })?)
}

fn balance(
    kind: BalanceKind,
    minor: i128,
    currency: Currency,
    at: Time,
) -> Result<Balance, StatementError> {
    let (direction, amount) = amount(minor, currency)?;
    let at = DateOrTime::Time(iso_time(at)?);
    Ok(Balance::new(kind, direction, amount, at))
}

fn amount(signed: i128, currency: Currency) -> Result<(Direction, IsoAmount), StatementError> {
    let direction = match signed.is_negative() {
        true => Direction::Debit,
        false => Direction::Credit,
    };
    let minor = u64::try_from(signed.unsigned_abs()).ok();
    let amount = minor.and_then(Amount::from_minor);
    let amount = amount.ok_or(Refusal::AmountTooLarge)?;
    Ok((direction, IsoAmount::new(Money::new(currency, amount))?))
}

pub(super) fn iso_time(at: Time) -> Result<IsoTime, StatementError> {
    let at = Timestamp::from_nanosecond(i128::from(at.0));
    let at = at.map_err(|_far| Refusal::TimeMalformed)?;
    Ok(IsoTime::from_timestamp(at)?)
}

fn span(from: Time, until: Time) -> Result<Span, StatementError> {
    Ok(Span {
        from: iso_time(from)?,
        to: iso_time(until)?,
    })
}

pub(super) fn uetr(id: ItemId) -> Result<Uetr, StatementError> {
    Ok(Uetr::new(&uuid::Uuid::from_u128(id.0).to_string())?)
}

fn number<const DIGITS_MAX: usize>(page: usize) -> Result<Number<DIGITS_MAX>, StatementError> {
    let page = u64::try_from(page).unwrap_or(u64::MAX);
    Ok(Number::new(page)?)
}

/// A text of our own that is short and plain.
#[expect(
    clippy::expect_used,
    reason = "only literals and numbers, all shorter than 35 characters"
)]
pub(super) fn text<const CHARS_MAX: usize>(text: &str) -> Text<CHARS_MAX> {
    Text::new(text).expect("a short plain text")
}

/// What a message says about money where only text is left.
pub(super) fn words(money: Money) -> String {
    let minor = i128::from(money.amount.minor());
    format!(
        "{} {}",
        money.currency.alpha(),
        decimal(minor, money.currency)
    )
}
