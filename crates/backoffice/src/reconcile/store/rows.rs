//! Rows of the file, and back.

use std::collections::BTreeSet;
use std::str::FromStr as _;

use jiff::civil::Date;
use money::{Amount, Currency, Money};
use rusqlite::{Connection, Row, Transaction, params};

use super::super::book::Book;
use super::super::breaks::{BreakEvent, BreakId, Entry, Event, Who};
use super::super::expected::{Expected, ExpectedKind};
use super::super::ids::{
    Account, Digest, ExpectedId, LineId, Person, Reference, StatementId, Uetr,
};
use super::super::line::{Direction, DraftLine, Keys, Line};
use super::super::outcome::Match;
use super::super::rule::Rule;
use super::super::statement::{Balance, Head, Page, Statement, StatementKind};
use super::{StoreError, Taken};

type Loaded<T> = Result<T, StoreError>;

pub(super) fn insert_expected<'a>(
    sql: &Transaction<'_>,
    expected: impl Iterator<Item = &'a Expected>,
) -> Loaded<()> {
    let mut insert = sql.prepare_cached(
        "INSERT INTO expected (id, kind, account, uetr, hash, reference, currency, amount_minor, \
         direction, value_date, window) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    for expected in expected {
        let (keys, money) = (&expected.keys, expected.money);
        insert.execute(params![
            expected.id.as_str(),
            expected.kind.word(),
            expected.account.as_str(),
            keys.uetr.map(|uetr| uetr.0.to_be_bytes()),
            keys.hash.as_ref().map(Reference::as_str),
            keys.reference.as_ref().map(Reference::as_str),
            money.currency.alpha(),
            money.amount.minor().cast_signed(),
            expected.direction.word(),
            expected.value_date.to_string(),
            expected.window.map(u64::cast_signed),
        ])?;
    }
    Ok(())
}

pub(super) fn insert_statement(
    sql: &Transaction<'_>,
    statement: &Statement,
    (by, at_ns): (&Person, i64),
) -> Loaded<()> {
    let head = statement.head();
    let balance = head.page.and_then(|page| page.balance);
    sql.prepare_cached(
        "INSERT INTO statement (account, id, kind, day, digest, file_name, taken_at_ns, taken_by, \
         page, is_last, balance_currency, opening_minor, closing_minor) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?
    .execute(params![
        head.account.as_str(),
        head.id.as_str(),
        head.kind.word(),
        head.day.to_string(),
        head.digest.0,
        &*head.file_name,
        at_ns,
        by.as_str(),
        head.page.map_or(0, |page| page.number),
        head.page.is_none_or(|page| page.is_last),
        balance.map(|balance| balance.currency.alpha()),
        balance.map(|balance| balance.opening_minor),
        balance.map(|balance| balance.closing_minor),
    ])?;
    let seq = sql.last_insert_rowid();
    let mut insert = sql.prepare_cached(
        "INSERT INTO line (statement, place, position, id, entry_ref, uetr, hash, reference, \
         end_to_end, currency, amount_minor, direction, booked_on, value_date, counterparty, \
         is_reversal) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, \
         ?16)",
    )?;
    for (place, line) in (0_i64..).zip(statement.lines()) {
        let said = &line.said;
        let text =
            |reference: &Option<Reference>| reference.as_ref().map(|text| text.as_str().to_owned());
        insert.execute(params![
            seq,
            place,
            said.position,
            line.id.as_str(),
            text(&said.entry_ref),
            said.keys.uetr.map(|uetr| uetr.0.to_be_bytes()),
            text(&said.keys.hash),
            text(&said.keys.reference),
            text(&said.end_to_end),
            said.money.currency.alpha(),
            said.money.amount.minor().cast_signed(),
            said.direction.word(),
            said.booked_on.to_string(),
            said.value_date.to_string(),
            text(&said.counterparty),
            said.is_reversal,
        ])?;
    }
    Ok(())
}

pub(super) fn replace_matched(
    sql: &Transaction<'_>,
    before: &BTreeSet<Match>,
    now: &BTreeSet<Match>,
) -> Loaded<()> {
    let mut delete = sql.prepare_cached("DELETE FROM matched WHERE line = ?1")?;
    for gone in before.difference(now) {
        delete.execute([gone.line.as_str()])?;
    }
    let mut insert = sql.prepare_cached(
        "INSERT INTO matched (line, expected, rule, days) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for new in now.difference(before) {
        let (line, expected) = (new.line.as_str(), new.expected.as_str());
        insert.execute(params![line, expected, new.rule.word(), new.days])?;
    }
    Ok(())
}

pub(super) fn load_book(connection: &Connection, book: &mut Book) -> Loaded<()> {
    let damaged = |_error| StoreError::Damaged {
        what: "what contradicts itself",
    };
    let mut query = connection.prepare(
        "SELECT id, kind, account, uetr, hash, reference, currency, amount_minor, direction, \
         value_date, window FROM expected",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        book.expect(expected(row)?).map_err(damaged)?;
    }
    for (seq, taken) in load_heads(connection)? {
        let lines = load_lines(connection, seq, &taken.head)?;
        book.restore(&Statement::kept(taken.head, lines))
            .map_err(damaged)?;
    }
    let mut query = connection.prepare("SELECT line, expected FROM joined ORDER BY line")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let line = parsed(row, 0, LineId::new, "a line's name")?;
        let expected = parsed(row, 1, ExpectedId::new, "an expectation's name")?;
        book.join(line, expected).map_err(damaged)?;
    }
    Ok(())
}

pub(super) fn load_heads(connection: &Connection) -> Loaded<Vec<(i64, Taken)>> {
    let mut query = connection.prepare(
        "SELECT seq, account, id, kind, day, digest, file_name, taken_at_ns, taken_by, page, \
         is_last, balance_currency, opening_minor, closing_minor FROM statement ORDER BY seq",
    )?;
    let mut rows = query.query([])?;
    let mut heads = Vec::new();
    while let Some(row) = rows.next()? {
        let file_name: String = row.get(6)?;
        let head = Head {
            account: parsed(row, 1, Account::new, "an account")?,
            id: parsed(row, 2, StatementId::new, "a statement's name")?,
            kind: parsed(row, 3, StatementKind::from_word, "a kind of statement")?,
            day: date(row, 4)?,
            digest: Digest(row.get(5)?),
            file_name: file_name.into(),
            page: page(row, 9)?,
        };
        let taken = Taken {
            head,
            by: parsed(row, 8, Person::new, "an operator")?,
            at_ns: row.get(7)?,
        };
        heads.push((row.get(0)?, taken));
    }
    Ok(heads)
}

pub(super) fn load_matched(connection: &Connection) -> Loaded<BTreeSet<Match>> {
    let mut query = connection.prepare("SELECT line, expected, rule, days FROM matched")?;
    let mut rows = query.query([])?;
    let mut matched = BTreeSet::new();
    while let Some(row) = rows.next()? {
        matched.insert(Match {
            line: parsed(row, 0, LineId::new, "a line's name")?,
            expected: parsed(row, 1, ExpectedId::new, "an expectation's name")?,
            rule: parsed(row, 2, Rule::from_word, "a rule")?,
            days: row.get(3)?,
        });
    }
    Ok(matched)
}

pub(super) fn load_events(connection: &Connection) -> Loaded<Vec<BreakEvent>> {
    let mut query = connection
        .prepare("SELECT break_id, at_ns, operator, what FROM break_event ORDER BY seq")?;
    let mut rows = query.query([])?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let operator: Option<String> = row.get(2)?;
        let by = match operator {
            Some(name) => Who::Operator(Person::new(&name).ok_or(damaged("an operator"))?),
            None => Who::Evidence,
        };
        let what: String = row.get(3)?;
        let what: Event = serde_json::from_str(&what).map_err(|_error| damaged("an event"))?;
        let at_ns = row.get(1)?;
        events.push(BreakEvent {
            id: BreakId(id.cast_unsigned()),
            entry: Entry { at_ns, by, what },
        });
    }
    Ok(events)
}

fn load_lines(connection: &Connection, seq: i64, head: &Head) -> Loaded<Vec<Line>> {
    let mut query = connection.prepare_cached(
        "SELECT id, position, entry_ref, uetr, hash, reference, end_to_end, currency, \
         amount_minor, direction, booked_on, value_date, counterparty, is_reversal FROM line \
         WHERE statement = ?1 ORDER BY place",
    )?;
    let mut rows = query.query([seq])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        let said = DraftLine {
            entry_ref: reference(row, 2)?,
            keys: Keys {
                uetr: uetr(row, 3)?,
                hash: reference(row, 4)?,
                reference: reference(row, 5)?,
            },
            end_to_end: reference(row, 6)?,
            money: money(row, 7)?,
            direction: parsed(row, 9, Direction::from_word, "a direction")?,
            booked_on: date(row, 10)?,
            value_date: date(row, 11)?,
            counterparty: reference(row, 12)?,
            position: row.get(1)?,
            is_reversal: row.get(13)?,
        };
        lines.push(Line {
            id: parsed(row, 0, LineId::new, "a line's name")?,
            account: head.account.clone(),
            statement: head.id.clone(),
            page: head.page.map(|page| page.number),
            said,
        });
    }
    Ok(lines)
}

fn expected(row: &Row<'_>) -> Loaded<Expected> {
    let window: Option<i64> = row.get(10)?;
    Ok(Expected {
        id: parsed(row, 0, ExpectedId::new, "an expectation's name")?,
        kind: parsed(row, 1, ExpectedKind::from_word, "a kind of expectation")?,
        account: parsed(row, 2, Account::new, "an account")?,
        keys: Keys {
            uetr: uetr(row, 3)?,
            hash: reference(row, 4)?,
            reference: reference(row, 5)?,
        },
        money: money(row, 6)?,
        direction: parsed(row, 8, Direction::from_word, "a direction")?,
        value_date: date(row, 9)?,
        window: window.map(i64::cast_unsigned),
    })
}

/// A page's number, whether it is the last, and its balances.
fn page(row: &Row<'_>, at: usize) -> Loaded<Option<Page>> {
    let place = |more: usize| at.saturating_add(more);
    let number: u32 = row.get(at)?;
    if number == 0 {
        return Ok(None);
    }
    let currency: Option<String> = row.get(place(2))?;
    let balance = match currency {
        Some(alpha) => Some(Balance {
            currency: Currency::from_alpha(&alpha).ok_or(damaged("a currency"))?,
            opening_minor: row.get(place(3))?,
            closing_minor: row.get(place(4))?,
        }),
        None => None,
    };
    Ok(Some(Page {
        number,
        is_last: row.get(place(1))?,
        balance,
    }))
}

/// A currency and, in the next column, an amount.
fn money(row: &Row<'_>, at: usize) -> Loaded<Money> {
    let currency = parsed(row, at, Currency::from_alpha, "a currency")?;
    let minor: i64 = row.get(at.saturating_add(1))?;
    let amount = u64::try_from(minor).ok().and_then(Amount::from_minor);
    Ok(Money::new(currency, amount.ok_or(damaged("an amount"))?))
}

fn date(row: &Row<'_>, at: usize) -> Loaded<Date> {
    parsed(row, at, |text| Date::from_str(text).ok(), "a date")
}

fn uetr(row: &Row<'_>, at: usize) -> Loaded<Option<Uetr>> {
    let bytes: Option<[u8; 16]> = row.get(at)?;
    Ok(bytes.map(|bytes| Uetr(u128::from_be_bytes(bytes))))
}

fn reference(row: &Row<'_>, at: usize) -> Loaded<Option<Reference>> {
    let text: Option<String> = row.get(at)?;
    match text {
        Some(text) => {
            let reference = Reference::new(&text);
            reference.ok_or(damaged("a reference")).map(Some)
        }
        None => Ok(None),
    }
}

fn parsed<T>(
    row: &Row<'_>,
    at: usize,
    parse: impl Fn(&str) -> Option<T>,
    what: &'static str,
) -> Loaded<T> {
    let text = row.get_ref(at)?.as_str().map_err(|_error| damaged(what))?;
    parse(text).ok_or(damaged(what))
}

const fn damaged(what: &'static str) -> StoreError {
    StoreError::Damaged { what }
}
