//! A bank's CSV file, read by its mapping.

use jiff::civil::Date;
use money::{Amount, Currency, Money};

use super::super::error::ReconcileError;
use super::super::ids::{Reference, Uetr};
use super::super::line::{Direction, DraftLine, Keys};
use super::super::statement::{Balance, Draft, Sum};
use super::About;
use super::amount::{signed, unsigned};
use super::mapping::{Mapping, Movement, Trailer};
use super::table::{Column, Row, Table};

/// Reads a file as the mapping says.
///
/// # Errors
/// The first thing that cannot be read, with its row.
pub fn read_csv(bytes: &[u8], mapping: &Mapping, about: &About) -> Result<Draft, ReconcileError> {
    let mut table = Table::read(bytes, mapping.delimiter, mapping.end)?;
    let places = Places::of(&table, mapping)?;
    let said = match &mapping.trailer {
        Some(trailer) => take_trailer(&mut table, trailer, mapping)?,
        None => Said::default(),
    };
    table.check_widths()?;
    if table.rows.is_empty() && said.lines != Some(0) {
        return Err(ReconcileError::FileEmpty);
    }
    let mut lines = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        lines.push(line(row, &places, mapping)?);
    }
    let balances = balances(&table, &lines, (&places, mapping))?;
    Ok(Draft {
        head: about.head(bytes),
        currencies: about.currencies.clone(),
        lines_said: said.lines,
        sums: said.sums,
        balances,
        lines,
        left_out: 0,
    })
}

struct Places {
    value_date: Column,
    booked_on: Option<Column>,
    movement: MovementAt,
    currency: Option<Column>,
    entry_ref: Option<Column>,
    uetr: Option<Column>,
    hash: Option<Column>,
    reference: Option<Column>,
    end_to_end: Option<Column>,
    counterparty: Option<Column>,
    reversal: Option<Column>,
    balance: Option<Column>,
}

enum MovementAt {
    Signed(Column),
    Indicated { amount: Column, indicator: Column },
    Split { credit: Column, debit: Column },
}

impl Places {
    fn of(table: &Table, mapping: &Mapping) -> Result<Self, ReconcileError> {
        let columns = &mapping.columns;
        let find = |name: &Option<String>| {
            let found = name.as_deref().map(|name| table.column(name));
            found.transpose()
        };
        Ok(Self {
            value_date: table.column(&columns.value_date)?,
            booked_on: find(&columns.booked_on)?,
            movement: match &mapping.movement {
                Movement::Signed(amount) => MovementAt::Signed(table.column(amount)?),
                Movement::Indicated { amount, indicator } => MovementAt::Indicated {
                    amount: table.column(amount)?,
                    indicator: table.column(indicator)?,
                },
                Movement::Split { credit, debit } => MovementAt::Split {
                    credit: table.column(credit)?,
                    debit: table.column(debit)?,
                },
            },
            currency: find(&columns.currency)?,
            entry_ref: find(&columns.entry_ref)?,
            uetr: find(&columns.uetr)?,
            hash: find(&columns.hash)?,
            reference: find(&columns.reference)?,
            end_to_end: find(&columns.end_to_end)?,
            counterparty: find(&columns.counterparty)?,
            reversal: find(&columns.reversal)?,
            balance: find(&columns.balance)?,
        })
    }
}

fn line(row: &Row, places: &Places, mapping: &Mapping) -> Result<DraftLine, ReconcileError> {
    let currency = match (&places.currency, mapping.currency) {
        (Some(column), _) => currency_of(row, row.field(column))?,
        (None, Some(currency)) => currency,
        (None, None) => return Err(row.malformed("no currency")),
    };
    let (direction, amount) = movement(row, &places.movement, (mapping, currency))?;
    if amount.is_zero() {
        return Err(row.malformed("no amount"));
    }
    let value_date = date(row, row.field(&places.value_date), &mapping.date_format)?;
    let booked_on = match &places.booked_on {
        Some(column) => date(row, row.field(column), &mapping.date_format)?,
        None => value_date,
    };
    let get = |column: &Option<Column>| match column {
        Some(column) => row.reference(column),
        None => Ok(None),
    };
    let reference = get(&places.reference)?;
    let is_reversal = places
        .reversal
        .as_ref()
        .is_some_and(|column| is_one_of(row.field(column), &mapping.words.reversal));
    Ok(DraftLine {
        entry_ref: get(&places.entry_ref)?,
        keys: Keys {
            uetr: uetr_of(row, places.uetr.as_ref(), reference.as_ref())?,
            hash: get(&places.hash)?,
            reference,
        },
        end_to_end: get(&places.end_to_end)?,
        money: Money::new(currency, amount),
        direction,
        booked_on,
        value_date,
        counterparty: get(&places.counterparty)?,
        position: row.number,
        is_reversal,
    })
}

fn movement(
    row: &Row,
    at: &MovementAt,
    (mapping, currency): (&Mapping, Currency),
) -> Result<(Direction, Amount), ReconcileError> {
    let row_number = row.number;
    let failed = |error| ReconcileError::AmountMalformed {
        row: row_number,
        error,
    };
    let plain = |text: &str| unsigned(text, mapping.numbers, currency).map_err(failed);
    match at {
        MovementAt::Signed(column) => {
            let read = signed(row.field(column), mapping.numbers, currency);
            let (is_negative, amount) = read.map_err(failed)?;
            Ok((of_sign(is_negative), amount))
        }
        MovementAt::Indicated { amount, indicator } => {
            let word = row.field(indicator);
            let words = &mapping.words;
            let is_credit = is_one_of(word, &words.credit);
            let is_debit = is_one_of(word, &words.debit);
            let direction = match (is_credit, is_debit) {
                (true, false) => Direction::Credit,
                (false, true) => Direction::Debit,
                (true, true) | (false, false) => return Err(row.malformed_field(indicator)),
            };
            Ok((direction, plain(row.field(amount))?))
        }
        MovementAt::Split { credit, debit } => match (row.field(credit), row.field(debit)) {
            (text, "") if !text.is_empty() => Ok((Direction::Credit, plain(text)?)),
            ("", text) if !text.is_empty() => Ok((Direction::Debit, plain(text)?)),
            _ => Err(row.malformed("one of credit and debit, and not both")),
        },
    }
}

pub(super) fn currency_of(row: &Row, code: &str) -> Result<Currency, ReconcileError> {
    Currency::from_alpha(code).ok_or_else(|| ReconcileError::CurrencyUnknown {
        row: row.number,
        code: code.chars().take(10).collect(),
    })
}

pub(super) fn date(row: &Row, text: &str, format: &str) -> Result<Date, ReconcileError> {
    let read = Date::strptime(format, text);
    read.map_err(|_error| ReconcileError::DateMalformed { row: row.number })
}

pub(super) fn is_one_of(word: &str, words: &[String]) -> bool {
    words.iter().any(|other| other.eq_ignore_ascii_case(word))
}

/// In its own column it must be one; in a text it may be missing.
fn uetr_of(
    row: &Row,
    column: Option<&Column>,
    reference: Option<&Reference>,
) -> Result<Option<Uetr>, ReconcileError> {
    match column.map(|column| (column, row.field(column))) {
        Some((column, text)) if !text.is_empty() => {
            let uetr = Uetr::parse(text).ok_or_else(|| row.malformed_field(column))?;
            Ok(Some(uetr))
        }
        Some(_) | None => Ok(reference.and_then(|text| Uetr::find(text.as_str()))),
    }
}

#[derive(Default)]
struct Said {
    lines: Option<u64>,
    sums: Vec<Sum>,
}

/// A file that should have a trailer and has none was cut off.
fn take_trailer(
    table: &mut Table,
    trailer: &Trailer,
    mapping: &Mapping,
) -> Result<Said, ReconcileError> {
    let last = table.rows.pop().ok_or(ReconcileError::CutOff { row: 1 })?;
    if last.at(0) != trailer.marker {
        return Err(ReconcileError::CutOff { row: last.number });
    }
    let lines = match trailer.lines.map(|place| last.at(place)) {
        Some(text) => {
            let lines: Option<u64> = text.parse().ok();
            Some(lines.ok_or_else(|| last.malformed("no count in the trailer"))?)
        }
        None => None,
    };
    let mut sums = Vec::new();
    let wanted = [
        (trailer.credits, Direction::Credit),
        (trailer.debits, Direction::Debit),
    ];
    for (place, direction) in wanted {
        if let Some((place, currency)) = place.zip(mapping.currency) {
            let amount = unsigned(last.at(place), mapping.numbers, currency).map_err(|error| {
                let row = last.number;
                ReconcileError::AmountMalformed { row, error }
            })?;
            sums.push(Sum {
                currency,
                direction,
                amount,
            });
        }
    }
    Ok(Said { lines, sums })
}

/// From the running balance: what the account held before the first row and after the last.
fn balances(
    table: &Table,
    lines: &[DraftLine],
    (places, mapping): (&Places, &Mapping),
) -> Result<Vec<Balance>, ReconcileError> {
    let (Some(column), Some(currency)) = (&places.balance, mapping.currency) else {
        return Ok(Vec::new());
    };
    let read = |row: &Row| -> Result<i64, ReconcileError> {
        let read = signed(row.field(column), mapping.numbers, currency);
        let (is_negative, amount) = read.map_err(|error| ReconcileError::AmountMalformed {
            row: row.number,
            error,
        })?;
        Ok(with_sign(amount, of_sign(is_negative)))
    };
    let (Some(first), Some(last), Some(line)) =
        (table.rows.first(), table.rows.last(), lines.first())
    else {
        return Ok(Vec::new());
    };
    let moved = with_sign(line.money.amount, line.direction);
    Ok(vec![Balance {
        currency,
        opening_minor: read(first)?.saturating_sub(moved),
        closing_minor: read(last)?,
    }])
}

fn of_sign(is_negative: bool) -> Direction {
    if is_negative {
        Direction::Debit
    } else {
        Direction::Credit
    }
}

fn with_sign(amount: Amount, direction: Direction) -> i64 {
    // An amount is at most 2^63 - 1.
    let minor = i64::try_from(amount.minor()).unwrap_or(i64::MAX);
    match direction {
        Direction::Credit => minor,
        Direction::Debit => minor.saturating_neg(),
    }
}
