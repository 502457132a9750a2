//! camt.052, camt.053 and camt.054: what banks say in ISO 20022. The file adds up or is refused
//! by its reader; here its entries become lines.
//!
//! * What is not booked yet is no movement and is left out.
//! * An entry with several payments in it becomes a line for each, because each is matched by its
//!   own identifiers; only if every one of them says its amount in the account's currency.
//! * A camt.053 is a day's statement; the other two tell some entries early.
//! * A line's name is the bank's own reference (`AcctSvcrRef`). `NtryRef` is only counted inside
//!   the file: number 1 of today is another entry than number 1 of yesterday, and than number 1 of
//!   the notification of the same day.
//! * A page of a statement in several stays a page; whether all are there is for the book to say.

use iso20022::statement::{
    Balance as CamtBalance, Entry, EntryDetail, EntryStatus, Statement as Camt,
    StatementKind as CamtKind, Statements,
};
use iso20022::{DateOrTime, Document as _, ReadError};
use jiff::civil::Date;
use money::Money;

use super::super::error::ReconcileError;
use super::super::ids::{Account, Digest, Reference, StatementId, Uetr};
use super::super::limits::FILE_BYTES_MAX;
use super::super::line::{Direction, DraftLine, Keys};
use super::super::statement::{Balance, Draft, Head, Page, StatementKind};

/// Why a file of ISO 20022 makes no statements.
#[derive(Debug, thiserror::Error)]
pub enum CamtError {
    /// It is no such file, or does not add up.
    #[error("read the bank's statement: {0}")]
    Xml(#[from] ReadError),
    /// What it says makes no line.
    #[error(transparent)]
    Line(#[from] ReconcileError),
}

impl CamtError {
    /// The code that callers and scripts may rely on.
    pub fn code(&self) -> &'static str {
        match self {
            CamtError::Xml(error) => error.refusal.code(),
            CamtError::Line(error) => error.code(),
        }
    }
}

/// The statements of a file, one for each account that it is about.
///
/// # Errors
/// Every refusal of the reader with its place, and what makes no line.
pub fn read_camt(bytes: &[u8], file_name: &str) -> Result<Vec<Draft>, CamtError> {
    if bytes.len() > FILE_BYTES_MAX {
        let bytes = bytes.len();
        return Err(ReconcileError::FileTooLarge { bytes }.into());
    }
    let digest = Digest::of(bytes);
    let statements = Statements::read_bytes(bytes)?.into_statements();
    let count = statements.len();
    let drafts = statements.into_iter().enumerate().map(|(at, statement)| {
        // The file's hash names the file; a file with several statements gives each its own.
        let digest = match count {
            1 => digest,
            _ => Digest::of(format!("{digest}/{at}").as_bytes()),
        };
        draft(&statement, digest, file_name).map_err(CamtError::Line)
    });
    drafts.collect()
}

fn draft(statement: &Camt, digest: Digest, file_name: &str) -> Result<Draft, ReconcileError> {
    let parts = statement.parts();
    let malformed = |column: &str| ReconcileError::FieldMalformed {
        row: 0,
        column: column.to_owned(),
    };
    let account = match &parts.account.id {
        iso20022::AccountId::Iban(iban) => Account::new(iban.as_str()),
        iso20022::AccountId::Other(other) => Account::new(other.id.as_str()),
    };
    let mut lines = Vec::new();
    let mut left_out = 0_u64;
    for (at, entry) in (1_u32..).zip(&parts.entries) {
        match &entry.status {
            EntryStatus::Booked => lines.extend(lines_of(entry, at)?),
            EntryStatus::Pending
            | EntryStatus::Information
            | EntryStatus::Future
            | EntryStatus::Other(_) => {
                left_out = left_out.saturating_add(1);
            }
        }
    }
    let day = day(statement).ok_or_else(|| malformed("day"))?;
    let balance = balance(statement);
    let page = match &parts.page {
        Some(page) => Some(Page {
            number: u32::try_from(page.number.get()).map_err(|_large| malformed("page"))?,
            is_last: page.is_last,
            balance,
        }),
        None => None,
    };
    Ok(Draft {
        head: Head {
            account: account.ok_or_else(|| malformed("account"))?,
            id: StatementId::new(parts.id.as_str()).ok_or_else(|| malformed("id"))?,
            kind: match statement.kind() {
                CamtKind::Statement => StatementKind::EndOfDay,
                CamtKind::Report | CamtKind::Notification => StatementKind::Notification,
            },
            day,
            digest,
            file_name: file_name.into(),
            page,
        },
        currencies: parts.account.currency.into_iter().collect(),
        lines_said: None,
        sums: Vec::new(),
        balances: balance.into_iter().collect(),
        lines,
        left_out,
    })
}

/// The day of the balance behind the entries, which every statement and each of its pages has; in
/// a report or notification without one, the day on which it was made, or the last entry's.
fn day(statement: &Camt) -> Option<Date> {
    let parts = statement.parts();
    let closing = statement.closing();
    let made = parts.created.map(|created| created.civil().date());
    let entries = parts
        .entries
        .iter()
        .filter_map(|entry| entry.booked.as_ref());
    closing
        .map(|balance| balance.at.date())
        .or(made)
        .or_else(|| entries.map(|booked| booked.date()).max())
}

/// Opening and closing, where both are there; the reader has compared them with the entries, and
/// the check of every statement does it again for what is taken of them.
fn balance(statement: &Camt) -> Option<Balance> {
    let of = |balance: &CamtBalance| {
        let money = balance.amount.money();
        let minor = i64::try_from(money.amount.minor()).ok()?;
        let signed = match balance.direction {
            iso20022::Direction::Credit => minor,
            iso20022::Direction::Debit => minor.checked_neg()?,
        };
        Some((money.currency, signed))
    };
    let opening = statement.opening().and_then(of);
    let closing = statement.closing().and_then(of);
    let both = opening.zip(closing);
    let both = both.filter(|((opening, _), (closing, _))| opening == closing);
    both.map(|((currency, opening_minor), (_, closing_minor))| Balance {
        currency,
        opening_minor,
        closing_minor,
    })
}

fn lines_of(entry: &Entry, at: u32) -> Result<Vec<DraftLine>, ReconcileError> {
    let currency = entry.amount.money().currency;
    let says_its_amount = |detail: &EntryDetail| {
        let amount = detail.amount.map(|amount| amount.money());
        amount.is_some_and(|money| money.currency == currency)
    };
    let each_says_its_amount = entry.details.len() > 1 && entry.details.iter().all(says_its_amount);
    if each_says_its_amount {
        check_parts(entry)?;
        let numbered = (1_u32..).zip(&entry.details);
        return numbered
            .map(|(part, detail)| line(entry, Some(detail), (at, Some(part))))
            .collect();
    }
    let only = entry.details.first().filter(|_| entry.details.len() == 1);
    Ok(vec![line(entry, only, (at, None))?])
}

/// The payments of an entry are the entry: whoever took a part that is not would match money that
/// never moved.
fn check_parts(entry: &Entry) -> Result<(), ReconcileError> {
    let signed = |direction: iso20022::Direction, money: Money| {
        let minor = i128::from(money.amount.minor());
        match direction {
            iso20022::Direction::Credit => minor,
            iso20022::Direction::Debit => -minor,
        }
    };
    let parts = entry.details.iter().filter_map(|detail| {
        let direction = detail.direction.unwrap_or(entry.direction);
        detail
            .amount
            .map(|amount| signed(direction, amount.money()))
    });
    let found = parts.sum();
    let said = signed(entry.direction, entry.amount.money());
    if said == found {
        return Ok(());
    }
    let what = "entry";
    Err(ReconcileError::TotalsWrong { what, said, found })
}

fn line(
    entry: &Entry,
    detail: Option<&EntryDetail>,
    (at, part): (u32, Option<u32>),
) -> Result<DraftLine, ReconcileError> {
    let missing = |column: &str| ReconcileError::FieldMalformed {
        row: at,
        column: column.to_owned(),
    };
    let money = match (part, detail.and_then(|detail| detail.amount)) {
        (Some(_), Some(amount)) => amount.money(),
        (_, _) => entry.amount.money(),
    };
    let direction = match (part, detail.and_then(|detail| detail.direction)) {
        (Some(_), Some(direction)) => direction,
        (_, _) => entry.direction,
    };
    let booked = entry.booked.as_ref().or(entry.value.as_ref());
    let booked_on = booked.ok_or_else(|| missing("BookgDt"))?.date();
    let remittance = detail.and_then(|detail| detail.remittance.as_ref());
    let free = remittance.map(|remittance| remittance.texts.iter().map(|line| line.as_str()));
    let free: Vec<&str> = free.into_iter().flatten().collect();
    let uetr = detail.and_then(|detail| detail.uetr.as_ref());
    let uetr = uetr
        .and_then(|uetr| Uetr::parse(uetr.as_str()))
        .or_else(|| Uetr::find(&free.join(" ")));
    let hash = detail.and_then(|detail| {
        let of_rail = |kind: &str| kind.eq_ignore_ascii_case("HASH");
        let mut others = detail.others.iter();
        let found = others.find(|other| of_rail(other.kind.as_str()))?;
        Reference::identifier(found.reference.as_str())
    });
    let reference = detail.and_then(|detail| {
        let instruction = detail.instruction.as_ref().map(|id| id.as_str());
        let interbank = detail.interbank.as_ref().map(|id| id.as_str());
        instruction.or(interbank).and_then(Reference::identifier)
    });
    let end_to_end = detail.and_then(|detail| detail.end_to_end.as_ref());
    Ok(DraftLine {
        entry_ref: entry_ref(entry, detail, part),
        keys: Keys {
            uetr,
            hash,
            reference,
        },
        end_to_end: end_to_end.and_then(|id| Reference::identifier(id.as_str())),
        money: Money::new(money.currency, money.amount),
        direction: match direction {
            iso20022::Direction::Credit => Direction::Credit,
            iso20022::Direction::Debit => Direction::Debit,
        },
        booked_on,
        value_date: entry.value.as_ref().map_or(booked_on, DateOrTime::date),
        counterparty: None,
        position: at,
        is_reversal: entry.is_reversal,
    })
}

/// The bank's own reference: of the payment where it is a part of the entry, else of the entry,
/// and of its only payment where the entry itself has none.
fn entry_ref(entry: &Entry, detail: Option<&EntryDetail>, part: Option<u32>) -> Option<Reference> {
    let of_detail = detail.and_then(|detail| detail.servicer_ref.as_ref());
    let of_detail = of_detail.and_then(|one| Reference::identifier(one.as_str()));
    let of_entry = entry.servicer_ref.as_ref();
    let of_entry = of_entry.and_then(|one| Reference::identifier(one.as_str()));
    match part {
        None => of_entry.or(of_detail),
        Some(_) if of_detail.is_some() => of_detail,
        Some(part) => Reference::identifier(&format!("{}/{part}", of_entry?)),
    }
}
