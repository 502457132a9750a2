//! The reconciliation file that a participant of Bakong gets: sixteen columns, one row for each
//! entry of the ledger. Its columns are known; the words in some of them are not public and are
//! settings.
//!
//! The accounts of people in it are read past: what is matched is an amount and a hash, and what
//! is not kept cannot get lost.

use money::Money;

use super::super::error::ReconcileError;
use super::super::line::{Direction, DraftLine, Keys};
use super::super::statement::Draft;
use super::About;
use super::amount::{Numbers, unsigned};
use super::csv_file::{currency_of, date, is_one_of};
use super::table::{Column, FileEnd, Row, Table};

/// What may differ from one participant's file to another's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bakong {
    /// The participant's own numbers in `SRC_BIN` and `DEST_BIN`.
    pub bins: Vec<String>,
    /// What stands between the columns.
    pub delimiter: u8,
    /// How `BSA_DATE` is written.
    pub date_format: String,
    /// `STATUS` of an entry that moved money.
    pub settled: Vec<String>,
    /// `STATUS` of an entry that did not; any other word is an error.
    pub ignored: Vec<String>,
    /// `TYPE` of an entry that takes another back.
    pub reversals: Vec<String>,
}

impl Bakong {
    /// The assumed words, for a participant with these numbers.
    pub fn of(bins: &[&str]) -> Self {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            bins: words(bins),
            delimiter: b',',
            date_format: "%Y-%m-%d".to_owned(),
            settled: words(&["SUCCESS"]),
            ignored: words(&["FAILED", "REJECTED"]),
            reversals: words(&["REVERSE", "REVERSAL"]),
        }
    }
}

/// All of its columns; a file without one of them is another file.
const COLUMNS: [&str; 16] = [
    "ID",
    "SRC_ACCOUNT",
    "DEST_ACCOUNT",
    "CCY",
    "AMOUNT",
    "CREATED_TIME",
    "LOCAL_TIME",
    "BSA_DATE",
    "TRN_HASH",
    "STATUS",
    "SRC_ACC_TYPE",
    "DEST_ACC_TYPE",
    "SRC_BIN",
    "DEST_BIN",
    "DOMAIN",
    "TYPE",
];

const NUMBERS: Numbers = Numbers {
    decimal: '.',
    group: None,
};

struct Places {
    id: Column,
    currency: Column,
    amount: Column,
    day: Column,
    hash: Column,
    status: Column,
    from: Column,
    to: Column,
    kind: Column,
}

/// Reads a reconciliation file.
///
/// # Errors
/// The first thing that cannot be read, with its row.
pub fn read_bakong(
    bytes: &[u8],
    settings: &Bakong,
    about: &About,
) -> Result<Draft, ReconcileError> {
    let table = Table::read(bytes, settings.delimiter, FileEnd::Newline)?;
    for name in COLUMNS {
        table.column(name)?;
    }
    let places = Places {
        id: table.column("ID")?,
        currency: table.column("CCY")?,
        amount: table.column("AMOUNT")?,
        day: table.column("BSA_DATE")?,
        hash: table.column("TRN_HASH")?,
        status: table.column("STATUS")?,
        from: table.column("SRC_BIN")?,
        to: table.column("DEST_BIN")?,
        kind: table.column("TYPE")?,
    };
    table.check_widths()?;
    let mut lines = Vec::with_capacity(table.rows.len());
    let mut left_out = 0_u64;
    for row in &table.rows {
        match line(row, &places, settings)? {
            Some(line) => lines.push(line),
            None => left_out = left_out.saturating_add(1),
        }
    }
    Ok(Draft {
        head: about.head(bytes),
        currencies: about.currencies.clone(),
        lines_said: None,
        sums: Vec::new(),
        balances: Vec::new(),
        lines,
        left_out,
    })
}

/// `None` for what did not move the participant's account: it failed, or both sides are its own.
fn line(
    row: &Row,
    places: &Places,
    settings: &Bakong,
) -> Result<Option<DraftLine>, ReconcileError> {
    let status = row.field(&places.status);
    if is_one_of(status, &settings.ignored) {
        return Ok(None);
    }
    if !is_one_of(status, &settings.settled) {
        return Err(row.malformed_field(&places.status));
    }
    let is_ours = |column: &Column| is_one_of(row.field(column), &settings.bins);
    let direction = match (is_ours(&places.from), is_ours(&places.to)) {
        (true, true) => return Ok(None),
        (true, false) => Direction::Debit,
        (false, true) => Direction::Credit,
        (false, false) => return Err(ReconcileError::LineForeign { row: row.number }),
    };
    let currency = currency_of(row, row.field(&places.currency))?;
    let amount = unsigned(row.field(&places.amount), NUMBERS, currency);
    let amount = amount.map_err(|error| ReconcileError::AmountMalformed {
        row: row.number,
        error,
    })?;
    if amount.is_zero() {
        return Err(row.malformed("no amount"));
    }
    let day = date(row, row.field(&places.day), &settings.date_format)?;
    let needed = |column: &Column| {
        let found = row.reference(column)?;
        found.ok_or_else(|| row.malformed_field(column)).map(Some)
    };
    Ok(Some(DraftLine {
        entry_ref: needed(&places.id)?,
        keys: Keys {
            uetr: None,
            hash: needed(&places.hash)?,
            reference: None,
        },
        end_to_end: None,
        money: Money::new(currency, amount),
        direction,
        booked_on: day,
        value_date: day,
        counterparty: None,
        position: row.number,
        is_reversal: is_one_of(row.field(&places.kind), &settings.reversals),
    }))
}
