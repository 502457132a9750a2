//! The people of the hub, every business day: two operators who instruct windows, take deposits
//! and work off breaks, and the back office's desk, which takes the bank's statements.
//!
//! # Doctrine
//!
//! The order of a business day on the clocks of Phnom Penh: 08:30 the window that closed on the
//! business day before is instructed; 10:00 deposits, because what was set aside lowered the cover
//! of caps; 16:00 the bank's statements are taken and the payouts that they show are reported;
//! 16:20 breaks that are old enough are worked off; 17:00 the cut-off. Nothing is settled but by
//! a line of a statement, or by two people where the bank got it wrong.

mod breaks;
mod plants;

use std::path::{Path, PathBuf};

use backoffice::desk::{Accounts, Desk, PayoutShown};
use backoffice::reconcile::Person;
use calendar::{Calendars, Country};
use jiff::civil::Date;
use money::{Amount, Currency, Money};
use switch::{
    Act, ActionId, Day, Digest, Input, Operate, PayoutSeen, Proposed, SettlementAct, Span, Time,
    WindowId, WindowStatus,
};

use crate::bank::{ACCOUNTS, Bank, Booking};
use crate::dice::Dice;
use crate::hub::Hub;
use crate::network::{self, INSTITUTIONS, OPERATORS};
use crate::{HistoryError, Settings};

pub use plants::Planted;
pub(crate) use plants::Plants;

/// How long an action waits for its second person.
const ACTION_SPAN: Span = Span::from_seconds(24 * 3_600);

/// How long the second operator reads.
const READS: Span = Span::from_seconds(90);

/// The currencies of the settlement bank's accounts.
pub(crate) const CURRENCIES: [Currency; 2] = [Currency::Khr, Currency::Jpy];

/// What the office did, for the summary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Actions that two people agreed on.
    pub actions: u64,
    /// Windows that were instructed.
    pub windows_instructed: u64,
    /// Deposits.
    pub deposits: u64,
    /// Statements that were taken.
    pub statements: u64,
    /// Payouts that a line of a statement showed.
    pub payouts_shown: u64,
    /// Payouts that two people confirmed, because no line showed them rightly.
    pub payouts_confirmed: u64,
    /// Rails that were asked again after they had been stopped.
    pub rails_resumed: u64,
    /// Breaks of payments that were closed by a linked payment.
    pub losses_closed: u64,
}

/// The office.
#[derive(Debug)]
pub(crate) struct Office {
    desk: Desk,
    pub(crate) bank: Bank,
    dice: Dice,
    plants: Plants,
    /// Where the bank's statements are kept, to be looked at and imported again.
    statements: PathBuf,
    pub(crate) work: Work,
    caps: [[Amount; 2]; 2],
}

impl Office {
    pub(crate) fn open(
        settings: &Settings,
        hub: &Hub,
        folder: &Path,
    ) -> Result<Self, HistoryError> {
        let statements = folder.join("bank");
        std::fs::create_dir_all(&statements).map_err(|source| HistoryError::File {
            path: statements.clone(),
            source,
        })?;
        let accounts = Accounts {
            prefix: ACCOUNTS.to_owned(),
            zone: Country::Kh,
            calendars: Calendars::built_in(),
        };
        let desk = Desk::open(
            hub.tables_path(),
            &folder.join("hub/backoffice.db"),
            accounts,
        )?;
        let mut bank = Bank::default();
        for currency in CURRENCIES {
            let all = INSTITUTIONS.iter();
            let mut held = all.map(|who| hub.switch().liquidity(*who, currency));
            let sum = held.try_fold(Amount::ZERO, Amount::checked_add);
            bank.open(currency, sum.ok_or(HistoryError::Value("a balance"))?);
        }
        let caps = [
            network::cap(settings, Currency::Khr)?,
            network::cap(settings, Currency::Jpy)?,
        ];
        Ok(Self {
            desk,
            bank,
            dice: Dice::of(settings.seed, "office", 0),
            plants: Plants::new(settings),
            statements,
            work: Work::default(),
            caps,
        })
    }

    /// Breaks and matches.
    pub(crate) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// What the bank got wrong.
    pub(crate) fn planted(&self) -> Planted {
        self.plants.planted
    }

    /// One operator proposes all of these, the other reads and approves each.
    pub(crate) fn by_two(
        &mut self,
        hub: &mut Hub,
        now: Time,
        acts: Vec<(Act, String)>,
    ) -> Result<Vec<ActionId>, HistoryError> {
        let [first, second] = OPERATORS;
        let at_ms = u64::try_from(now.0 / 1_000_000).unwrap_or(0);
        let proposals: Vec<Proposed> = acts
            .into_iter()
            .map(|(act, reason)| Proposed {
                id: ActionId(self.dice.uuid_of(at_ms)),
                request_id: self.dice.uuid(),
                request: Digest(self.dice.bytes()),
                by: first,
                act,
                reason,
                expires_at: now.after(ACTION_SPAN),
            })
            .collect();
        if proposals.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<ActionId> = proposals.iter().map(|one| one.id).collect();
        let operate = |one| Input::Operate(Box::new(one));
        let proposals = proposals.into_iter().map(Operate::Propose).map(operate);
        hub.must(now, "propose an action", proposals.collect())?;
        let approvals = ids.iter().map(|id| {
            let (id, by) = (*id, second);
            operate(Operate::Approve { id, by })
        });
        let at = now.after(READS);
        hub.must(at, "approve an action", approvals.collect())?;
        let many = u64::try_from(ids.len()).unwrap_or(0);
        self.work.actions = self.work.actions.saturating_add(many);
        Ok(ids)
    }

    /// Every closed window whose day has come is instructed, and the bank is told.
    pub(crate) fn instruct(
        &mut self,
        hub: &mut Hub,
        now: Time,
        today: Date,
    ) -> Result<(), HistoryError> {
        let is_due = |day: Option<Day>| day.is_some_and(|day| day <= Day::of_date(today));
        let closed = hub.switch().windows();
        let closed = closed.filter(|window| window.status == WindowStatus::Closed);
        let due: Vec<WindowId> = closed
            .filter(|window| is_due(window.settlement_day))
            .map(|window| window.id)
            .collect();
        for window in due.into_iter().rev() {
            let settlement = hub.switch().settlement_of(window);
            let mut settlement = settlement.map_err(|refusal| HistoryError::Refused {
                doing: "work out what settling a window comes to",
                refusal,
            })?;
            for payout in &mut settlement.payouts {
                payout.uetr = self.dice.uuid();
            }
            let bookings = (0_u32..)
                .zip(&settlement.payouts)
                .map(|(place, payout)| Booking::payout(window.0, place, payout.uetr, payout.money));
            let bookings: Vec<Booking> = bookings.collect();
            let act = SettlementAct::Settle {
                window,
                day: Day::of_date(today),
                settlement: Box::new(settlement),
            };
            let act = Act::Settlement(Box::new(act));
            let reason = format!("the nets of window {} were looked at", window.0);
            self.by_two(hub, now, vec![(act, reason)])?;
            self.work.windows_instructed = self.work.windows_instructed.saturating_add(1);
            self.plants.book(&mut self.bank, today, bookings)?;
        }
        Ok(())
    }

    /// Whoever has too little left of what it prefunded pays in what brings it back.
    pub(crate) fn deposits(
        &mut self,
        hub: &mut Hub,
        now: Time,
        today: Date,
    ) -> Result<(), HistoryError> {
        let mut acts = Vec::new();
        let mut bookings = Vec::new();
        for participant in INSTITUTIONS {
            for (currency, [cap, target]) in CURRENCIES.into_iter().zip(self.caps) {
                let there = hub.switch().liquidity(participant, currency);
                // A twentieth above the cap: a day's payments at least.
                let enough = cap.minor().saturating_add(cap.minor() / 20);
                if there.minor() >= enough {
                    continue;
                }
                let amount = target.saturating_sub(there);
                let name = hub.switch().participant(participant);
                let name = name.map_or_else(String::new, |one| one.name.clone());
                let booking = Booking::deposit(Money::new(currency, amount), &name);
                bookings.push(booking);
                let act = Act::Deposit {
                    participant,
                    currency,
                    amount,
                };
                acts.push((act, format!("{name} announced it; the bank has it")));
            }
        }
        let made = self.by_two(hub, now, acts)?;
        let many = u64::try_from(made.len()).unwrap_or(0);
        self.work.deposits = self.work.deposits.saturating_add(many);
        for booking in bookings {
            self.bank.plan(today, booking);
        }
        Ok(())
    }

    /// The bank's statements of the day are taken; payouts that they show are reported.
    pub(crate) fn statements(
        &mut self,
        hub: &mut Hub,
        now: Time,
        today: Date,
    ) -> Result<(), HistoryError> {
        let by = person("op1")?;
        for currency in CURRENCIES {
            let Some(made) = self.bank.statement(currency, today, now)? else {
                continue;
            };
            hub.catch_up()?;
            let name = format!("{}.xml", made.name);
            let path = self.statements.join(&name);
            let kept = std::fs::write(&path, &made.xml);
            kept.map_err(|source| HistoryError::File { path, source })?;
            let file = (made.xml.as_bytes(), name.as_str());
            let taken = self.desk.take_camt(file, (&by, now.0), today)?;
            self.work.statements = self.work.statements.saturating_add(1);
            let seen: Vec<Input> = taken.payouts.iter().map(seen).collect();
            let many = u64::try_from(seen.len()).unwrap_or(0);
            self.work.payouts_shown = self.work.payouts_shown.saturating_add(many);
            hub.must(now, "report payouts", seen)?;
        }
        self.assign(now)
    }
}

fn seen(shown: &PayoutShown) -> Input {
    Input::Operate(Box::new(Operate::PaidOut(PayoutSeen {
        window: WindowId(shown.window),
        place: shown.number,
        money: shown.money,
        reference: shown.reference.clone(),
        statement: Digest(shown.statement.0),
    })))
}

pub(crate) fn person(name: &str) -> Result<Person, HistoryError> {
    Person::new(name).ok_or(HistoryError::Value("a person"))
}

/// Whether the banks of both countries are open.
pub(crate) fn is_open(day: Date) -> bool {
    let calendars = Calendars::built_in();
    calendars.all_open(&Country::ALL, day).unwrap_or(false)
}

/// The so-manieth day after this one on which both are.
pub(crate) fn open_after(day: Date, many: u8) -> Result<Date, HistoryError> {
    let calendars = Calendars::built_in();
    let mut day = day;
    for _ in 0..many {
        let next = calendars.first_open_after(&Country::ALL, day);
        day = next.ok().ok_or(HistoryError::Value("a business day"))?;
    }
    Ok(day)
}
