//! The simulated settlement bank: it pays out what the hub instructed and says so in a statement.
//!
//! It keeps one account for the hub in each currency. What stands on it before is told to it, and
//! what it then says is checked by whoever reads its statement: opening and entries are closing.

use calendar::{Basis, Calendars, Country, Holiday, HolidayKind, Year};
use iso20022::statement::{
    Balance, BalanceKind, BookingCode, BookingDomain, Entry, EntryDetail, EntryStatus, Statement,
    StatementAccount, StatementHeader, StatementKind, StatementParts, Statements,
};
use iso20022::{
    AccountId, Code, DateOrTime, Direction, Document as _, EndToEndId, EntryRef, IsoAmount,
    IsoDate, IsoTime, MessageId, OtherAccount, Refusal, Remittance, ServicerRef, StatementId, Text,
    Uetr,
};
use jiff::Timestamp;
use jiff::civil::Date;
use money::{Amount, Currency, Money};
use wire::api::Payout;

/// Why the bank could not write its statement: something that it was told makes none.
#[derive(Debug, thiserror::Error)]
pub enum BankError {
    /// A value that a statement cannot hold.
    #[error("write the settlement bank's statement: {0:?}")]
    Value(Refusal),
    /// An amount or a day that is none.
    #[error("write the settlement bank's statement: {0}")]
    Text(&'static str),
    /// The document as a whole.
    #[error("write the settlement bank's statement: {0}")]
    Document(String),
}

impl From<Refusal> for BankError {
    fn from(refusal: Refusal) -> Self {
        BankError::Value(refusal)
    }
}

/// The last year that the simulated bank works in.
const LAST_YEAR: i16 = 2_099;

/// The bank's business days: what is known, and behind that years with nothing but New Year's Day,
/// so that the sandbox runs on in years whose holidays nobody has decided yet. Only a simulation
/// may guess so.
pub fn calendars() -> Calendars {
    let mut calendars = Calendars::built_in();
    for country in Country::ALL {
        let (_, known) = calendars.covered(country);
        for year in known.saturating_add(1)..=LAST_YEAR {
            let Ok(date) = Date::new(year, 1, 1) else {
                continue;
            };
            let simulated = Year {
                year,
                source: "simulated".into(),
                basis: Basis::Added,
                holidays: vec![Holiday {
                    date,
                    kind: HolidayKind::Public,
                    name_en: "New Year's Day".into(),
                    name_local: "New Year's Day".into(),
                }],
            };
            calendars = calendars
                .clone()
                .with_year(country, simulated)
                .unwrap_or(calendars);
        }
    }
    calendars
}

/// A day on the hub's account in one currency.
#[derive(Clone, Debug)]
pub struct AccountDay<'a> {
    /// Which settlement window is paid out.
    pub window: u64,
    /// The currency.
    pub currency: Currency,
    /// What stands on the account before.
    pub opening: Amount,
    /// The day.
    pub day: Date,
    /// When the statement is made.
    pub made: Timestamp,
    /// All payouts of the window; those in other currencies are left to their own accounts.
    pub payouts: &'a [Payout],
}

/// The day's camt.053: every payout is a debit with the UETR of its instruction.
///
/// # Errors
/// See [`BankError`]; also when the account does not hold what is to be paid out.
pub fn statement(of: &AccountDay<'_>) -> Result<String, BankError> {
    let day = IsoDate::new(of.day)?;
    let mut closing = of.opening;
    let mut entries = Vec::new();
    for payout in of.payouts {
        if payout.amount.currency != of.currency.alpha() {
            continue;
        }
        let amount = Amount::parse(&payout.amount.amount, of.currency)
            .map_err(|_error| BankError::Text("a payout has no amount"))?;
        closing = closing
            .checked_sub(amount)
            .ok_or(BankError::Text("the account does not hold the payouts"))?;
        entries.push(entry(of, day, payout, amount)?);
    }
    let alpha = of.currency.alpha();
    let name = format!("SIM-{}-{alpha}-{}", of.day.strftime("%Y%m%d"), of.window);
    let balance = |kind, amount| -> Result<Balance, Refusal> {
        let amount = IsoAmount::new(Money::new(of.currency, amount))?;
        let at = DateOrTime::Date(day);
        Ok(Balance::new(kind, Direction::Credit, amount, at))
    };
    let parts = StatementParts {
        id: StatementId::new(&name)?,
        page: None,
        sequence: None,
        created: Some(IsoTime::from_timestamp(of.made)?),
        period: None,
        copy: None,
        account: StatementAccount {
            id: AccountId::Other(OtherAccount {
                id: Text::new(&format!("SIMULATED-HUB-{alpha}"))?,
                scheme: None,
                issuer: None,
            }),
            currency: Some(of.currency),
            name: None,
            owner: None,
            servicer: None,
        },
        balances: vec![
            balance(BalanceKind::OpeningBooked, of.opening)?,
            balance(BalanceKind::ClosingBooked, closing)?,
        ],
        entries,
    };
    let header = StatementHeader {
        message: MessageId::new(&name)?,
        created: IsoTime::from_timestamp(of.made)?,
        recipient: None,
        page: None,
        info: Some(Text::new("SIMULATED settlement bank")?),
    };
    let statement = Statement::new(StatementKind::Statement, parts)?;
    let document = Statements::new(header, vec![statement])?;
    let written = document.to_xml();
    written.map_err(|error| BankError::Document(error.to_string()))
}

fn entry(
    of: &AccountDay<'_>,
    day: IsoDate,
    payout: &Payout,
    amount: Amount,
) -> Result<Entry, BankError> {
    let amount = IsoAmount::new(Money::new(of.currency, amount))?;
    let alpha = of.currency.alpha();
    let reference = format!("SB{}-{}-{}", of.window, alpha, payout.number);
    let detail = EntryDetail {
        end_to_end: Some(EndToEndId::new(&payout.end_to_end_id)?),
        uetr: Some(Uetr::new(&payout.uetr)?),
        amount: Some(amount),
        direction: Some(Direction::Debit),
        remittance: Some(Remittance::from_text(Text::new(&format!(
            "settlement window {} to {} SIMULATED",
            of.window, payout.creditor
        ))?)),
        ..EntryDetail::default()
    };
    Ok(Entry {
        reference: Some(EntryRef::new(&payout.number.to_string())?),
        amount,
        direction: Direction::Debit,
        is_reversal: false,
        status: EntryStatus::Booked,
        booked: Some(DateOrTime::Date(day)),
        value: Some(DateOrTime::Date(day)),
        servicer_ref: Some(ServicerRef::new(&reference)?),
        code: BookingCode {
            domain: Some(BookingDomain {
                domain: Code::new("PMNT")?,
                family: Code::new("ICDT")?,
                sub_family: Code::new("ACOR")?,
            }),
            proprietary: None,
        },
        details: vec![detail],
        info: None,
    })
}
