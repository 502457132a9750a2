//! The simulated settlement bank: one account of the hub in each currency, and a camt.053 for
//! every day on which something moved. Now and then it gets something wrong.

use std::collections::BTreeMap;

use backoffice::statement::payout_reference;
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
use switch::Time;

use crate::HistoryError;

/// What the bank calls the hub's accounts: this, then the currency.
pub(crate) const ACCOUNTS: &str = "SIMULATED-HUB";

/// A line that the bank will book.
#[derive(Clone, Debug)]
pub(crate) struct Booking {
    pub(crate) money: Money,
    pub(crate) is_credit: bool,
    pub(crate) is_reversal: bool,
    /// Of a payout.
    pub(crate) uetr: Option<u128>,
    pub(crate) end_to_end: Option<String>,
    pub(crate) words: String,
}

/// The bank.
#[derive(Debug, Default)]
pub(crate) struct Bank {
    balances: BTreeMap<Currency, Amount>,
    /// What will be booked on which day.
    planned: BTreeMap<(Date, Currency), Vec<Booking>>,
}

/// A statement that was made.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) name: String,
    pub(crate) xml: String,
}

impl Booking {
    /// A payout as it was instructed.
    pub(crate) fn payout(window: u64, place: u32, uetr: u128, money: Money) -> Self {
        Self {
            money,
            is_credit: false,
            is_reversal: false,
            uetr: Some(uetr),
            end_to_end: Some(payout_reference(window, money.currency, place)),
            words: format!("settlement window {window}, payout {place} SIMULATED"),
        }
    }

    /// Money that came in.
    pub(crate) fn deposit(money: Money, from: &str) -> Self {
        Self {
            money,
            is_credit: true,
            is_reversal: false,
            uetr: None,
            end_to_end: None,
            words: format!("prefunding of {from} SIMULATED"),
        }
    }

    /// What the bank takes for itself, which nobody expects.
    pub(crate) fn fee(money: Money) -> Self {
        Self {
            is_credit: false,
            words: "account maintenance SIMULATED".to_owned(),
            ..Self::deposit(money, "")
        }
    }

    /// The other way round.
    pub(crate) fn taken_back(&self) -> Self {
        Self {
            is_credit: !self.is_credit,
            is_reversal: true,
            ..self.clone()
        }
    }
}

impl Bank {
    /// What stands on an account before the first day.
    pub(crate) fn open(&mut self, currency: Currency, balance: Amount) {
        self.balances.insert(currency, balance);
    }

    /// What stands on it now.
    pub(crate) fn balance(&self, currency: Currency) -> Amount {
        let balance = self.balances.get(&currency);
        balance.copied().unwrap_or(Amount::ZERO)
    }

    pub(crate) fn plan(&mut self, day: Date, booking: Booking) {
        let key = (day, booking.money.currency);
        self.planned.entry(key).or_default().push(booking);
    }

    /// The statement of a day, if something was booked on it.
    pub(crate) fn statement(
        &mut self,
        currency: Currency,
        day: Date,
        now: Time,
    ) -> Result<Option<Made>, HistoryError> {
        let Some(bookings) = self.planned.remove(&(day, currency)) else {
            return Ok(None);
        };
        let opening = self.balance(currency);
        let mut closing = opening;
        for booking in &bookings {
            let moved = match booking.is_credit {
                true => closing.checked_add(booking.money.amount),
                false => closing.checked_sub(booking.money.amount),
            };
            closing = moved.ok_or_else(|| {
                let (name, amount) = (currency.alpha(), booking.money.amount.minor());
                HistoryError::Statement(format!("the {name} account does not hold {amount}"))
            })?;
        }
        self.balances.insert(currency, closing);
        let day = Day {
            currency,
            day,
            balances: [opening, closing],
            now,
        };
        let name = day.name();
        let xml = day.write(&bookings);
        let xml = xml.map_err(|refusal| HistoryError::Statement(format!("{refusal:?}")))??;
        Ok(Some(Made { name, xml }))
    }
}

/// A day on one account.
struct Day {
    currency: Currency,
    day: Date,
    balances: [Amount; 2],
    now: Time,
}

impl Day {
    fn name(&self) -> String {
        let (alpha, day) = (self.currency.alpha(), self.day.strftime("%Y%m%d"));
        format!("SIM-{alpha}-{day}")
    }

    fn write(&self, bookings: &[Booking]) -> Result<Result<String, HistoryError>, Refusal> {
        let day = IsoDate::new(self.day)?;
        let made = Timestamp::from_nanosecond(i128::from(self.now.0)).unwrap_or_default();
        let made = IsoTime::from_timestamp(made)?;
        let balance = |kind, amount| -> Result<Balance, Refusal> {
            let amount = IsoAmount::new(Money::new(self.currency, amount))?;
            Ok(Balance::new(
                kind,
                Direction::Credit,
                amount,
                DateOrTime::Date(day),
            ))
        };
        let [opening, closing] = self.balances;
        let numbered = (1..).zip(bookings);
        let entries = numbered.map(|(number, booking)| self.entry(number, booking, day));
        let alpha = self.currency.alpha();
        let parts = StatementParts {
            id: StatementId::new(&self.name())?,
            page: None,
            sequence: None,
            created: Some(made),
            period: None,
            copy: None,
            account: StatementAccount {
                id: AccountId::Other(OtherAccount {
                    id: Text::new(&format!("{ACCOUNTS}-{alpha}"))?,
                    scheme: None,
                    issuer: None,
                }),
                currency: Some(self.currency),
                name: None,
                owner: None,
                servicer: None,
            },
            balances: vec![
                balance(BalanceKind::OpeningBooked, opening)?,
                balance(BalanceKind::ClosingBooked, closing)?,
            ],
            entries: entries.collect::<Result<_, _>>()?,
        };
        let header = StatementHeader {
            message: MessageId::new(&self.name())?,
            created: made,
            recipient: None,
            page: None,
            info: Some(Text::new("SIMULATED settlement bank")?),
        };
        let statement = Statement::new(StatementKind::Statement, parts)?;
        let written = Statements::new(header, vec![statement])?.to_xml();
        Ok(written.map_err(|error| HistoryError::Statement(error.to_string())))
    }

    fn entry(&self, number: u32, booking: &Booking, day: IsoDate) -> Result<Entry, Refusal> {
        let amount = IsoAmount::new(booking.money)?;
        let direction = match booking.is_credit {
            true => Direction::Credit,
            false => Direction::Debit,
        };
        let uetr = booking.uetr.map(|uetr| Uetr::new(&uuid_text(uetr)));
        let end_to_end = booking.end_to_end.as_deref().map(EndToEndId::new);
        let detail = EntryDetail {
            end_to_end: end_to_end.transpose()?,
            uetr: uetr.transpose()?,
            amount: Some(amount),
            direction: Some(direction),
            remittance: Some(Remittance::from_text(Text::new(&booking.words)?)),
            ..EntryDetail::default()
        };
        let day_text = self.day.strftime("%y%m%d");
        let reference = format!("SB{}{day_text}-{number}", self.currency.alpha());
        Ok(Entry {
            reference: Some(EntryRef::new(&number.to_string())?),
            amount,
            direction,
            is_reversal: booking.is_reversal,
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
}

/// The 36 characters of a UUID.
pub(crate) fn uuid_text(id: u128) -> String {
    let hex = format!("{id:032x}");
    let mut text = String::with_capacity(36);
    for (place, letter) in hex.chars().enumerate() {
        if [8, 12, 16, 20].contains(&place) {
            text.push('-');
        }
        text.push(letter);
    }
    text
}
