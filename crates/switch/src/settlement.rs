//! Settlement: how what participants owe each other becomes money at the settlement bank.
//!
//! # Doctrine
//!
//! 1. **A window is a list that writes itself.** Which window a payment belongs to, and what it
//!    adds to whose net, is written in the same record that completes it. Closing a window
//!    therefore only turns a page: it looks at participants, never at payments. What is open or
//!    in doubt belongs to no window yet, so it never holds one open.
//! 2. **The order is closed → instructed → settled**, and each step is a record. *Closed*: nothing
//!    is added any more. *Instructed*: two operators agreed on the amounts; every debtor's part
//!    moved from its liquidity to the window's control account, all of them or none; the
//!    settlement bank is told. *Settled*: the bank's statement shows every payout, the control
//!    account is back at zero, and only now the debits of the window stop counting against
//!    headroom. Were headroom given back before the money is seen, a bank that pays nothing would
//!    have let the debtor owe twice.
//! 3. **The control account ends at zero or the window does not settle.** There is one for each
//!    window and currency, in the money book: debtors' parts go in, payouts go out.
//! 4. **Netting changes who pays whom, never what a participant pays or gets in all.** The nets
//!    between pairs are the base; the multilateral form adds them up for each participant. A
//!    settlement currency is applied to the pairs, so that both forms convert the same amounts
//!    and nothing is left over.
//! 5. **A debtor that is short holds back the whole window.** What can be done is an action of
//!    two operators: draw its pledged line, take it out of the window and work out the rest
//!    again, or hold the window until a named moment.
//! 6. **What a debtor paid in counts as its cover** until the window is settled, so that money on
//!    its way is neither counted twice nor forgotten.

pub(crate) mod netting;
mod view;

pub use view::Forecast;

use std::collections::BTreeMap;

use calendar::{Country, Cycle, Date, Days, Schedule};
use money::{Amount, Currency, Money, Rate};

use crate::limits::BREAK_ID_BYTES_MAX;
use crate::{Digest, ParticipantId, Stamp, Time, WindowId};

/// A day of the calendar, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// From a civil date.
    pub fn of_date(date: Date) -> Self {
        Self(calendar::day_number(date))
    }

    /// As a civil date; `None` beyond the year 9999.
    pub fn date(self) -> Option<Date> {
        calendar::date_of_day(self.0)
    }
}

/// Who pays whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Netting {
    /// Each participant pays or gets one amount in each currency.
    #[default]
    Multilateral,
    /// Each pair of participants settles what is left between the two.
    Bilateral,
    /// Nothing is netted: each participant pays each other all that it owes it.
    Gross,
}

/// How the windows of the hub are settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrangement {
    /// Counted from 1.
    pub version: u32,
    /// Who pays whom.
    pub netting: Netting,
    /// What everything is converted to before it is netted; each leg's own currency if absent.
    pub currency: Option<Currency>,
    /// When windows close by themselves.
    pub schedule: Schedule,
    /// Whose business days settlement needs.
    pub countries: Vec<Country>,
    /// Business days between the close and settlement; at least 1.
    pub lag_days: u8,
    /// Below how many per cent of its cap a participant's headroom is reported as low.
    pub low_water_percent: u8,
}

impl Default for Arrangement {
    /// What holds before anybody decided: windows close by hand.
    fn default() -> Self {
        Self {
            version: 0,
            netting: Netting::Multilateral,
            currency: None,
            schedule: Schedule {
                cycle: Cycle::Manual,
                days: Days::All,
            },
            countries: vec![Country::Kh, Country::Jp],
            lag_days: 1,
            low_water_percent: 20,
        }
    }
}

/// Where a window stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum WindowStatus {
    /// Completed payments are added to it.
    #[default]
    Open,
    /// Nothing is added any more.
    Closed,
    /// Debtors' parts are set aside, the settlement bank is to pay out.
    Instructed,
    /// All was paid out.
    Settled,
}

/// What closed a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseCause {
    /// Its cut-off.
    Calendar,
    /// Two operators.
    Operators,
}

/// A net of a participant, or what it pays in or gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NetOf {
    /// Whose.
    pub participant: ParticipantId,
    /// In which currency.
    pub currency: Currency,
    /// Owed to it (positive) or owing (negative), in minor units.
    pub net: i128,
}

/// A payout that the settlement bank makes, written to it as a pacs.009.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Its UETR, chosen by the hub.
    pub uetr: u128,
    /// On whose behalf; nobody's in particular in the multilateral form.
    pub debtor: Option<ParticipantId>,
    /// Who gets it.
    pub creditor: ParticipantId,
    /// How much.
    pub money: Money,
}

/// What settling a window comes to: the debtors' parts and the payouts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// From whose liquidity how much.
    pub parts: Vec<(ParticipantId, Money)>,
    /// To whom how much. Sums to the same in every currency.
    pub payouts: Vec<Instruction>,
    /// At which rates what was converted.
    pub rates: Vec<Rate>,
}

/// How a payout is known to have been made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidOut {
    /// The bank's own reference of the line.
    pub reference: String,
    /// Hash of the statement that holds it.
    pub statement: Digest,
    /// When the hub took it.
    pub at: Stamp,
}

/// A window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Which.
    pub id: WindowId,
    /// Where it stands.
    pub status: WindowStatus,
    /// Since when it is open.
    pub opened: Stamp,
    /// When it closes by itself.
    pub closes_at: Option<Time>,
    /// When and why it closed.
    pub closed: Option<(Stamp, CloseCause)>,
    /// The day on which the bank pays out; unknown where the calendars do not reach.
    pub settlement_day: Option<Day>,
    /// What each owes each other, by who owes, who is owed, and currency, in minor units.
    pub pairs: BTreeMap<(ParticipantId, ParticipantId, Currency), u128>,
    /// What settling it comes to, once two operators agreed.
    pub settlement: Option<Settlement>,
    /// Which payouts are known to have been made, by their place.
    pub paid: BTreeMap<u32, PaidOut>,
    /// Not to be settled before.
    pub held_until: Option<Time>,
    /// Whose part was moved to a later window, and to which.
    pub excluded: Vec<(ParticipantId, WindowId)>,
    /// When it was settled.
    pub settled: Option<Stamp>,
}

/// A place where money of the money book can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purse {
    /// The account at the settlement bank.
    Bank,
    /// What cannot be explained yet.
    Suspense,
    /// What was given up.
    WrittenOff,
    /// A participant's liquidity.
    Liquidity(ParticipantId),
}

/// A booking that closes a break of reconciliation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// The break, by its own name; see [`is_break_name`].
    pub break_id: String,
    /// From where; from the bank what came to its account.
    pub from: Purse,
    /// To where; to the bank what left its account.
    pub to: Purse,
    /// How much.
    pub money: Money,
}

/// Whether a text names a break: `b-` and its number. Were more than one way allowed to write it,
/// a break could be booked away twice under two names.
///
/// ```
/// assert!(switch::is_break_name("b-7"));
/// assert!(!switch::is_break_name("b-07") && !switch::is_break_name("b-7 again"));
/// ```
pub fn is_break_name(text: &str) -> bool {
    let number = text.strip_prefix("b-").unwrap_or_default();
    text.len() <= BREAK_ID_BYTES_MAX
        && !number.is_empty()
        && !number.starts_with('0')
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// What operators can do about settlement; an [`crate::Act`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettlementAct {
    /// Another arrangement holds from now on, for every window that is not instructed yet.
    Arrange(Arrangement),
    /// The open window closes now.
    Close {
        /// The window that was open when it was proposed.
        window: WindowId,
    },
    /// A closed window is settled.
    Settle {
        /// Which.
        window: WindowId,
        /// On which day the bank pays out.
        day: Day,
        /// What was seen.
        settlement: Box<Settlement>,
    },
    /// A closed window waits.
    Hold {
        /// Which.
        window: WindowId,
        /// Until when.
        until: Time,
    },
    /// A participant's part of a closed window moves to the open one.
    Exclude {
        /// From which.
        window: WindowId,
        /// Whose.
        participant: ParticipantId,
    },
    /// Somebody stands for a participant up to an amount.
    Pledge {
        /// For whom.
        participant: ParticipantId,
        /// In which currency.
        currency: Currency,
        /// How much it was.
        before: Amount,
        /// How much it will be.
        after: Amount,
    },
    /// The pledge pays: the participant's liquidity grows.
    Draw {
        /// Whose.
        participant: ParticipantId,
        /// How much.
        money: Money,
    },
    /// What was drawn goes back.
    Repay {
        /// Whose.
        participant: ParticipantId,
        /// How much.
        money: Money,
    },
    /// A payout that no statement line was matched to is known to have been made.
    Confirm {
        /// Of which window.
        window: WindowId,
        /// Its place.
        place: u32,
        /// The bank's reference.
        reference: String,
    },
    /// A break of reconciliation is closed by a booking.
    Adjust(Adjustment),
}

/// Facts of settlement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// An arrangement holds.
    Arranged(Arrangement),
    /// The open window closes itself at a moment.
    Scheduled {
        /// Which.
        window: WindowId,
        /// When; never if absent.
        closes_at: Option<Time>,
    },
    /// A window closed and the next is open.
    Closed {
        /// Which.
        window: WindowId,
        /// The next one.
        next: WindowId,
        /// When the next one closes by itself.
        next_closes_at: Option<Time>,
        /// Why.
        cause: CloseCause,
        /// When the bank pays out.
        settlement_day: Option<Day>,
    },
    /// Debtors' parts are set aside and the bank is told.
    Instructed {
        /// Which.
        window: WindowId,
        /// When the bank pays out.
        day: Day,
        /// What it comes to.
        settlement: Box<Settlement>,
    },
    /// A payout was made.
    PaidOut {
        /// Of which window.
        window: WindowId,
        /// Its place.
        place: u32,
        /// The bank's reference of the line.
        reference: String,
        /// Hash of the statement.
        statement: Digest,
    },
    /// Everything was paid out: the control is at zero and headroom is restored.
    WindowSettled {
        /// Which.
        window: WindowId,
    },
    /// A window waits.
    Held {
        /// Which.
        window: WindowId,
        /// Until when.
        until: Time,
    },
    /// A participant's part moved.
    Excluded {
        /// From which.
        window: WindowId,
        /// Whose.
        participant: ParticipantId,
        /// To which.
        into: WindowId,
    },
    /// A pledge stands.
    Pledged {
        /// For whom.
        participant: ParticipantId,
        /// In which currency.
        currency: Currency,
        /// How much.
        limit: Amount,
    },
    /// A pledge paid.
    Drawn {
        /// Whose.
        participant: ParticipantId,
        /// How much.
        money: Money,
    },
    /// It was given back.
    Repaid {
        /// Whose.
        participant: ParticipantId,
        /// How much.
        money: Money,
    },
    /// A break of reconciliation was closed by a booking.
    Adjusted(Adjustment),
}

/// A line of a bank's statement that names a payout, for [`crate::Operate::PaidOut`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutSeen {
    /// Of which window.
    pub window: WindowId,
    /// Its place.
    pub place: u32,
    /// What the line says.
    pub money: Money,
    /// The bank's reference.
    pub reference: String,
    /// Hash of the statement.
    pub statement: Digest,
}
