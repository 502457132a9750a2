//! How a bank writes its CSV files, as a TOML text that whoever runs this writes once per bank.
//!
//! ```toml
//! delimiter = ";"                  # or "," (default), "|", "\t"
//! date_format = "%d/%m/%Y"         # default "%Y-%m-%d"
//! decimal = "."                    # default
//! group = ","                      # none by default
//! currency = "JPY"                 # where no column says it
//! final_newline = true             # default: a file without it was cut off
//!
//! [columns]
//! value_date = "Value date"        # needed
//! booked_on = "Date"               # default: the value date's
//! amount = "Amount"                # with a sign, or with an indicator
//! indicator = "D/C"
//! credit = "Deposit"               # or two columns instead of `amount`
//! debit = "Withdrawal"
//! currency = "Ccy"
//! entry_ref = "Bank ref"
//! uetr = "UETR"                    # else it is looked for in the reference
//! hash = "Hash"
//! reference = "Details"
//! end_to_end = "Customer ref"
//! counterparty = "Name"
//! reversal = "Type"
//! balance = "Balance"              # after the row; one currency only
//!
//! [words]
//! credit = ["C", "CR"]
//! debit = ["D", "DR"]
//! reversal = ["REV"]
//!
//! [trailer]                        # its first field says that it is one
//! marker = "TOTAL"
//! lines = 2                        # which field holds what, from 1
//! credits = 3
//! debits = 4
//! ```

use money::Currency;
use serde::Deserialize;

use super::super::error::ReconcileError;
use super::super::limits::{COLUMNS_MAX, MAPPING_BYTES_MAX};
use super::amount::Numbers;
use super::table::FileEnd;

/// A mapping that was read and makes sense.
#[derive(Clone, Debug)]
pub struct Mapping {
    pub(super) delimiter: u8,
    pub(super) date_format: String,
    pub(super) numbers: Numbers,
    pub(super) currency: Option<Currency>,
    pub(super) end: FileEnd,
    pub(super) columns: Columns,
    pub(super) movement: Movement,
    pub(super) words: Words,
    pub(super) trailer: Option<Trailer>,
}

/// Where the amount and its direction stand.
#[derive(Clone, Debug)]
pub(super) enum Movement {
    /// One column with a sign; below zero is a debit.
    Signed(String),
    /// One column, and another that says which way.
    Indicated { amount: String, indicator: String },
    /// A column for each way, of which one is empty.
    Split { credit: String, debit: String },
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default = "comma")]
    delimiter: char,
    #[serde(default = "iso_date")]
    date_format: String,
    #[serde(default = "point")]
    decimal: char,
    group: Option<char>,
    currency: Option<String>,
    #[serde(default = "yes")]
    final_newline: bool,
    columns: Columns,
    #[serde(default)]
    words: Words,
    trailer: Option<Trailer>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Columns {
    pub(super) value_date: String,
    pub(super) booked_on: Option<String>,
    amount: Option<String>,
    indicator: Option<String>,
    credit: Option<String>,
    debit: Option<String>,
    pub(super) currency: Option<String>,
    pub(super) entry_ref: Option<String>,
    pub(super) uetr: Option<String>,
    pub(super) hash: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) end_to_end: Option<String>,
    pub(super) counterparty: Option<String>,
    pub(super) reversal: Option<String>,
    pub(super) balance: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Words {
    pub(super) credit: Vec<String>,
    pub(super) debit: Vec<String>,
    pub(super) reversal: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trailer {
    pub(super) marker: String,
    pub(super) lines: Option<usize>,
    pub(super) credits: Option<usize>,
    pub(super) debits: Option<usize>,
}

impl Default for Words {
    fn default() -> Self {
        let words = |words: [&str; 2]| words.map(str::to_owned).to_vec();
        Self {
            credit: words(["C", "CR"]),
            debit: words(["D", "DR"]),
            reversal: words(["R", "REV"]),
        }
    }
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// [`ReconcileError::MappingMalformed`] with what is wrong.
    pub fn parse(text: &str) -> Result<Self, ReconcileError> {
        if text.len() > MAPPING_BYTES_MAX {
            return Err(malformed("too long"));
        }
        let raw: Raw = toml::from_str(text).map_err(|error| malformed(error.message()))?;
        let delimiter = match raw.delimiter {
            ',' => b',',
            ';' => b';',
            '|' => b'|',
            '\t' => b'\t',
            _ => return Err(malformed("no such delimiter")),
        };
        if raw.group == Some(raw.decimal) || !matches!(raw.decimal, '.' | ',') {
            return Err(malformed("no such way to write numbers"));
        }
        let currency = raw.currency.as_deref().map(currency).transpose()?;
        if currency.is_some() == raw.columns.currency.is_some() {
            return Err(malformed("one of a currency and its column, and not both"));
        }
        if currency.is_none() && (raw.columns.balance.is_some() || has_sums(raw.trailer.as_ref())) {
            return Err(malformed("sums and balances of one currency only"));
        }
        Ok(Self {
            delimiter,
            date_format: raw.date_format,
            numbers: Numbers {
                decimal: raw.decimal,
                group: raw.group,
            },
            currency,
            end: if raw.final_newline {
                FileEnd::Newline
            } else {
                FileEnd::Any
            },
            movement: movement(&raw.columns)?,
            columns: raw.columns,
            words: raw.words,
            trailer: raw.trailer.map(trailer).transpose()?,
        })
    }
}

fn movement(columns: &Columns) -> Result<Movement, ReconcileError> {
    let Columns {
        amount,
        indicator,
        credit,
        debit,
        ..
    } = columns.clone();
    match (amount, indicator, credit, debit) {
        (Some(amount), None, None, None) => Ok(Movement::Signed(amount)),
        (Some(amount), Some(indicator), None, None) => {
            Ok(Movement::Indicated { amount, indicator })
        }
        (None, None, Some(credit), Some(debit)) => Ok(Movement::Split { credit, debit }),
        _ => Err(malformed(
            "an amount, an amount with an indicator, or a credit with a debit",
        )),
    }
}

fn has_sums(trailer: Option<&Trailer>) -> bool {
    trailer.is_some_and(|trailer| trailer.credits.is_some() || trailer.debits.is_some())
}

/// Places are written from 1 and used from 0.
fn trailer(trailer: Trailer) -> Result<Trailer, ReconcileError> {
    let place = |place: Option<usize>| match place {
        Some(place @ 1..=COLUMNS_MAX) => Ok(Some(place.saturating_sub(1))),
        Some(_) => Err(malformed("fields of a trailer count from 1")),
        None => Ok(None),
    };
    if trailer.marker.trim().is_empty() {
        return Err(malformed("a trailer's first field says that it is one"));
    }
    Ok(Trailer {
        marker: trailer.marker.trim().to_owned(),
        lines: place(trailer.lines)?,
        credits: place(trailer.credits)?,
        debits: place(trailer.debits)?,
    })
}

fn currency(alpha: &str) -> Result<Currency, ReconcileError> {
    Currency::from_alpha(alpha).ok_or_else(|| malformed("no such currency"))
}

fn malformed(what: &str) -> ReconcileError {
    let what = what.to_owned();
    ReconcileError::MappingMalformed { what }
}

const fn comma() -> char {
    ','
}

const fn point() -> char {
    '.'
}

const fn yes() -> bool {
    true
}

fn iso_date() -> String {
    "%Y-%m-%d".to_owned()
}
