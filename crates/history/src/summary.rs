//! What a history came to, and whether it holds together.

use core::fmt;
use std::collections::BTreeMap;

use backoffice::reconcile::{Counts, End};
use calendar::Country;
use money::{Amount, Currency, Money};
use switch::{Purse, Refusal, Window, WindowId, WindowStatus};

use crate::hub::Hub;
use crate::network::local;
use crate::office::{CURRENCIES, Office, Planted, Work};
use crate::tally::{Ended, Tally};
use crate::{HistoryError, Settings};

/// Windows that are read from the tables at once.
const PAGE: u16 = 500;

/// What a history came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// First and last day.
    pub days: [String; 2],
    /// What became of everything.
    pub tally: Tally,
    /// What people did.
    pub work: Work,
    /// What the bank got wrong.
    pub planted: Planted,
    /// Windows, by where they stand: open, closed, instructed, settled.
    pub windows: [u64; 4],
    /// Breaks of statements by kind: open, matched, adjusted, written off, joined.
    pub breaks: BTreeMap<&'static str, [u64; 5]>,
    /// Lines of statements that are what was expected.
    pub lines_matched: u64,
    /// Breaks of payments that are still open.
    pub losses_open: u64,
    /// What the bank holds for all, by currency, in minor units.
    pub bank_minor: [u64; 2],
    /// Batches of the journal.
    pub batches: u64,
    /// Hash of the last one.
    pub head: String,
    /// What must be true, and whether it is.
    pub checks: Vec<(&'static str, bool)>,
}

impl Summary {
    /// Whether everything that must be true is.
    pub fn holds(&self) -> bool {
        self.checks.iter().all(|(_, holds)| *holds)
    }
}

pub(crate) fn of(
    settings: &Settings,
    hub: &Hub,
    office: &Office,
    tally: &Tally,
) -> Result<Summary, HistoryError> {
    let windows = windows(hub)?;
    let mut statuses = [0_u64; 4];
    for window in &windows {
        let place = match window.status {
            WindowStatus::Open => 0,
            WindowStatus::Closed => 1,
            WindowStatus::Instructed => 2,
            WindowStatus::Settled => 3,
        };
        if let Some(count) = statuses.get_mut(place) {
            *count = count.saturating_add(1);
        }
    }
    let register = office.desk().store().register();
    let mut breaks: BTreeMap<&'static str, [u64; 5]> = BTreeMap::new();
    for one in register.iter() {
        let place = match one.ended.as_ref().map(|(end, _)| end) {
            None => 0,
            Some(End::Matched | End::MatchedByPeople { .. }) => 1,
            Some(End::Adjusted { .. }) => 2,
            Some(End::WrittenOff { .. }) => 3,
            Some(End::Joined { .. }) => 4,
        };
        let row = breaks.entry(one.finding.kind.word()).or_default();
        if let Some(count) = row.get_mut(place) {
            *count = count.saturating_add(1);
        }
    }
    let book = office.desk().store().book();
    let outcome = book.outcome_with(settings.days.last(), register.booked());
    let Counts { matched, .. } = outcome.counts();
    let head = hub.head();
    let bank_minor = CURRENCIES.map(|currency| office.bank.balance(currency).minor());
    Ok(Summary {
        days: [settings.days.first(), settings.days.last()].map(|day| day.to_string()),
        tally: tally.clone(),
        work: office.work,
        planted: office.planted(),
        windows: statuses,
        breaks,
        lines_matched: matched,
        losses_open: u64::try_from(hub.switch().breaks().count()).unwrap_or(u64::MAX),
        bank_minor,
        batches: head.seq,
        head: head.hash.to_string(),
        checks: checks(settings, hub, office, &windows)?,
    })
}

fn windows(hub: &Hub) -> Result<Vec<Window>, HistoryError> {
    let mut all: Vec<Window> = Vec::new();
    loop {
        let before = all.last().map(|window| window.id);
        let page = hub.tables().windows_before(before, PAGE)?;
        let is_last = page.len() < usize::from(PAGE);
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}

fn checks(
    settings: &Settings,
    hub: &Hub,
    office: &Office,
    windows: &[Window],
) -> Result<Vec<(&'static str, bool)>, HistoryError> {
    let switch = hub.switch();
    let identities = switch.identities();
    let mut checks: Vec<(&'static str, bool)> = identities
        .iter()
        .map(|identity| (identity.name, identity.holds))
        .collect();
    let last = local(Country::Kh, settings.days.last(), (0, 0))?;
    let closed_before = |window: &&Window| window.closed.is_some_and(|(at, _)| at.now < last);
    // The last two days' windows are settled after them.
    let due = |window: &&Window| {
        let day = window.settlement_day.and_then(switch::Day::date);
        closed_before(window) && day.is_none_or(|day| day <= settings.days.last())
    };
    let is_settled = |window: &Window| window.status == WindowStatus::Settled;
    checks.push((
        "every_window_that_is_due_is_settled",
        windows.iter().filter(due).all(is_settled),
    ));
    let is_paid = |window: &Window| window.settled.is_none() || adds_up(window);
    checks.push((
        "parts_equal_payouts_in_every_window",
        windows.iter().all(is_paid),
    ));
    let control = |window: WindowId| {
        CURRENCIES.map(|currency| switch.control_sum(window, currency)) == [0, 0]
    };
    let settled = windows.iter().filter(|window| is_settled(window));
    let mut settled = settled.map(|window| window.id);
    checks.push((
        "control_accounts_of_settled_windows_are_zero",
        settled.all(control),
    ));
    checks.push(("nothing_is_open", switch.open_items() == 0));
    checks.push(("every_outcome_was_noted", switch.untold_outcomes() == 0));
    let explained = CURRENCIES
        .into_iter()
        .all(|currency| office.unexplained(currency) == bank_above_book(hub, office, currency));
    checks.push(("bank_is_the_money_book_and_open_breaks", explained));
    Ok(checks)
}

/// By how much the bank holds more than the money book says.
fn bank_above_book(hub: &Hub, office: &Office, currency: Currency) -> i128 {
    let book = hub.switch().in_purse(Purse::Bank, currency);
    let there = i128::from(office.bank.balance(currency).minor());
    there.saturating_sub(book)
}

fn adds_up(window: &Window) -> bool {
    let Some(settlement) = &window.settlement else {
        return window.pairs.is_empty();
    };
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    let mut add = |money: Money, sign: i128| {
        let sum = sums.entry(money.currency).or_default();
        let minor = i128::from(money.amount.minor());
        *sum = sum.saturating_add(minor.saturating_mul(sign));
    };
    for (_, money) in &settlement.parts {
        add(*money, 1);
    }
    for payout in &settlement.payouts {
        add(payout.money, -1);
    }
    sums.values().all(|sum| *sum == 0) && window.is_paid_out()
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally {
            wished,
            not_offered,
            payments,
            refunds_asked,
            refunds,
            refunds_waited,
        } = &self.tally;
        let [first, last] = &self.days;
        writeln!(f, "SIMULATED history, {first} to {last}")?;
        writeln!(f, "payments     {wished} tried")?;
        refusals(f, "not offered", not_offered)?;
        ended(f, payments, "")?;
        writeln!(
            f,
            "refunds      {refunds_asked} asked for, {refunds_waited} waited for liquidity"
        )?;
        ended(f, refunds, "of payments ")?;
        self.settlement(f)?;
        writeln!(
            f,
            "journal      {} batches, head {}",
            self.batches, self.head
        )?;
        for (name, holds) in &self.checks {
            let mark = if *holds { "holds" } else { "BROKEN" };
            writeln!(f, "{mark:>12} {name}")?;
        }
        Ok(())
    }
}

impl Summary {
    fn settlement(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [open, closed, instructed, settled] = self.windows;
        writeln!(
            f,
            "windows      {settled} settled, {instructed} instructed, {closed} closed, {open} open"
        )?;
        let work = &self.work;
        writeln!(
            f,
            "operators    {} actions by two people: {} deposits, {} payouts confirmed, {} rails \
             resumed, {} losses closed",
            work.actions,
            work.deposits,
            work.payouts_confirmed,
            work.rails_resumed,
            work.losses_closed
        )?;
        writeln!(
            f,
            "statements   {} taken, {} lines matched, {} payouts shown",
            work.statements, self.lines_matched, work.payouts_shown
        )?;
        let planted = &self.planted;
        writeln!(
            f,
            "bank's slips {} late, {} double, {} wrong amounts, {} missing, {} unexpected",
            planted.late, planted.double, planted.wrong_amount, planted.missing, planted.unexpected
        )?;
        for (kind, [open, matched, adjusted, written_off, joined]) in &self.breaks {
            writeln!(
                f,
                "breaks       {kind}: {open} open, {matched} matched, {adjusted} adjusted, \
                 {written_off} written off, {joined} gone on as another"
            )?;
        }
        writeln!(f, "losses       {} of payments open", self.losses_open)?;
        for (currency, minor) in CURRENCIES.into_iter().zip(self.bank_minor) {
            let amount = Amount::from_minor(minor).unwrap_or(Amount::ZERO);
            let alpha = currency.alpha();
            writeln!(f, "bank         {alpha} {}", amount.decimal(currency))?;
        }
        Ok(())
    }
}

fn ended(f: &mut fmt::Formatter<'_>, ended: &Ended, of: &str) -> fmt::Result {
    let [japan, cambodia] = ended.completed;
    let [yen, riel] = ended.completed_minor;
    writeln!(f, "             {japan} completed {of}to Japan, JPY {yen}")?;
    writeln!(
        f,
        "             {cambodia} completed {of}to Cambodia, KHR {riel}"
    )?;
    let (doubted, cancelled) = (ended.doubted, ended.cancelled_sum());
    writeln!(
        f,
        "             {doubted} were in doubt, {cancelled} cancelled:"
    )?;
    for (reason, count) in &ended.cancelled {
        writeln!(f, "               {count} {reason}")?;
    }
    refusals(f, "refused", &ended.refused)
}

fn refusals(
    f: &mut fmt::Formatter<'_>,
    what: &str,
    counts: &BTreeMap<Refusal, u64>,
) -> fmt::Result {
    let sum: u64 = counts.values().sum();
    writeln!(f, "             {sum} {what}")?;
    for (refusal, count) in counts {
        writeln!(f, "               {count} {refusal:?}")?;
    }
    Ok(())
}
