//! Closing, instructing, settling: what each would change, and when it may not be.

use calendar::{Calendars, Days, Schedule};
use money::{Amount, Currency};

use super::paid::payout_at;
use crate::limits::{
    CLOSE_LATE_MAX, COUNTRIES_MAX, HOLD_MAX, LAG_DAYS_MAX, SETTLEMENT_LATE_DAYS_MAX,
    WINDOWS_UNSETTLED_MAX,
};
use crate::settlement::netting;
use crate::settlement::{
    Arrangement, CloseCause, Day, Netting, PayoutSeen, Settled, Settlement, SettlementAct, Window,
    WindowStatus,
};
use crate::{
    Decision, Digest, ParticipantId, Record, Reference, Refusal, Reply, Switch, Time, WindowId,
};

/// Records of an effect, or why there is none.
pub(super) type Effect = Result<Vec<Record>, Refusal>;

impl Switch {
    /// What an action of settlement would change now.
    pub(super) fn settlement_effect(&self, now: Time, act: &SettlementAct) -> Effect {
        match act {
            SettlementAct::Arrange(arrangement) => self.arrange(now, arrangement),
            SettlementAct::Close { window } => self.close_by_hand(now, *window),
            SettlementAct::Settle {
                window,
                day,
                settlement,
            } => self.instruct(now, *window, *day, settlement),
            SettlementAct::Hold { window, until } => self.hold(now, *window, *until),
            SettlementAct::Exclude {
                window,
                participant,
            } => self.exclude(*window, *participant),
            SettlementAct::Pledge {
                participant,
                currency,
                before,
                after,
            } => self.pledge_effect(*participant, *currency, [*before, *after]),
            SettlementAct::Draw { participant, money } => {
                let (pledged, drawn) = self.books.pledge(*participant, money.currency);
                let liquidity = self.books.liquidity(*participant, money.currency);
                if money.amount.is_zero() || liquidity.checked_add(money.amount).is_none() {
                    return Err(Refusal::PolicyInvalid);
                }
                if money.amount > pledged.saturating_sub(drawn) {
                    return Err(Refusal::PolicyPledgeShort);
                }
                let (participant, money) = (*participant, *money);
                Ok(vec![settled(Settled::Drawn { participant, money })])
            }
            SettlementAct::Repay { participant, money } => {
                let (_, drawn) = self.books.pledge(*participant, money.currency);
                if money.amount.is_zero() || money.amount > drawn {
                    return Err(Refusal::PolicyPledgeShort);
                }
                self.check_taken(*participant, money.currency, money.amount)?;
                let (participant, money) = (*participant, *money);
                Ok(vec![settled(Settled::Repaid { participant, money })])
            }
            SettlementAct::Confirm {
                window,
                place,
                reference,
            } => {
                let known = self.window_in(*window, WindowStatus::Instructed)?;
                let payout = payout_at(known, *place).ok_or(Refusal::PolicyPayout)?;
                let seen = PayoutSeen {
                    window: *window,
                    place: *place,
                    money: payout.money,
                    reference: reference.clone(),
                    // No statement shows it: two people do.
                    statement: Digest([0; 32]),
                };
                let records = self.paid_out(&seen)?;
                match records.is_empty() {
                    true => Err(Refusal::PolicyNoChange),
                    false => Ok(records),
                }
            }
            SettlementAct::Adjust(adjustment) => self.adjust(adjustment),
        }
    }

    fn arrange(&self, now: Time, arrangement: &Arrangement) -> Effect {
        let known = self.arrangement();
        let is_sound = (1..=LAG_DAYS_MAX).contains(&arrangement.lag_days)
            && !arrangement.countries.is_empty()
            && arrangement.countries.len() <= COUNTRIES_MAX
            && arrangement.low_water_percent <= 100
            && (arrangement.netting != Netting::Gross || arrangement.currency.is_none());
        if !is_sound {
            return Err(Refusal::PolicyInvalid);
        }
        if Some(arrangement.version) != known.version.checked_add(1) {
            return Err(Refusal::PolicyActionStale);
        }
        let window = self.window();
        let closes_at = next_cut_off(arrangement, now);
        let mut records = vec![settled(Settled::Arranged(arrangement.clone()))];
        if window != WindowId(0) {
            records.push(settled(Settled::Scheduled { window, closes_at }));
        }
        Ok(records)
    }

    /// Bootstrap: an arrangement like the one that holds changes nothing.
    pub(super) fn decide_arrangement(&self, now: Time, arrangement: &Arrangement) -> Decision {
        let known = self.arrangement();
        let same = Arrangement {
            version: known.version,
            ..arrangement.clone()
        };
        if known.version > 0 && same == *known {
            return Decision::answer(Reply::Done);
        }
        let next = Arrangement {
            version: known.version.saturating_add(1),
            ..same
        };
        match self.arrange(now, &next) {
            Ok(records) => Decision::of(records, Reply::Done),
            Err(refusal) => Decision::no(refusal),
        }
    }

    fn close_by_hand(&self, now: Time, window: WindowId) -> Effect {
        if window != self.window() {
            return Err(Refusal::PolicyActionStale);
        }
        self.closing(now, now, CloseCause::Operators)
    }

    /// The open window's end, if its cut-off is over. `adds`: something is completed into it in the
    /// same batch, in front of its end.
    pub(super) fn close_when_due(&self, now: Time, adds: bool) -> Vec<Record> {
        let Some(cut_off) = self.next_close().filter(|due| *due <= now) else {
            return Vec::new();
        };
        let is_late = cut_off.after(CLOSE_LATE_MAX) < now;
        let as_of = if is_late { now } else { cut_off };
        let closing = self.closing(now, as_of, CloseCause::Calendar);
        // Too many unsettled windows: this one stays open and is tried again.
        let mut records = closing.unwrap_or_default();
        if adds {
            records.truncate(1);
        }
        records
    }

    /// When the open window closes by itself; never while too many are not settled, so that time
    /// does not come back to it again and again.
    pub(crate) fn next_close(&self) -> Option<Time> {
        let open = self.books.windows.get(&self.window())?;
        let has_room = self.books.unsettled().count() < WINDOWS_UNSETTLED_MAX;
        open.closes_at.filter(|_| has_room)
    }

    /// The records that close the open window and open the next. What nobody owes anything in is
    /// settled at once.
    fn closing(&self, now: Time, as_of: Time, cause: CloseCause) -> Effect {
        let window = self.window();
        let open = self.books.windows.get(&window);
        let open = open.ok_or(Refusal::PolicyWindow)?;
        if self.books.unsettled().count() >= WINDOWS_UNSETTLED_MAX {
            return Err(Refusal::OursFull);
        }
        let next = window.0.checked_add(1).ok_or(Refusal::OursFull)?;
        let arrangement = self.arrangement();
        let mut records = vec![settled(Settled::Closed {
            window,
            next: WindowId(next),
            next_closes_at: next_cut_off(arrangement, now),
            cause,
            settlement_day: self.settlement_day(as_of),
        })];
        if open.pairs.is_empty() {
            records.push(settled(Settled::WindowSettled { window }));
        }
        Ok(records)
    }

    /// The first day after a moment on which the bank can pay out; `None` where a calendar does
    /// not know the year, and then operators name the day.
    pub fn settlement_day(&self, as_of: Time) -> Option<Day> {
        let arrangement = self.arrangement();
        let (countries, lag_days) = (&arrangement.countries, arrangement.lag_days);
        let date = Calendars::built_in().settlement_date(countries, as_of.0, lag_days);
        date.ok().map(Day::of_date)
    }

    /// The day on which the bank can pay out a closed window that is instructed now: its settlement
    /// day, or once that is over the first later one. `None` where a calendar does not know the
    /// year, and then operators name the day.
    pub fn pay_day(&self, window: &Window, now: Time) -> Option<Day> {
        let from = self.earliest_pay_day(window, now).date()?;
        let countries = &self.arrangement().countries;
        let day = Calendars::built_in().first_open_from(countries, from);
        day.ok().map(Day::of_date)
    }

    /// A payout cannot be made on a day that is over wherever it is made.
    fn earliest_pay_day(&self, window: &Window, now: Time) -> Day {
        let dates = self.arrangement().countries.iter();
        let today = dates.map(|country| country.local_date(now.0)).min();
        let today = today.map(Day::of_date).unwrap_or_default();
        window.settlement_day.map_or(today, |day| day.max(today))
    }

    /// Whether the bank can pay out a closed window on a day, if it is instructed now.
    pub fn can_pay_on(&self, window: &Window, now: Time, day: Day) -> bool {
        let earliest = self.earliest_pay_day(window, now);
        let latest = Day(earliest.0.saturating_add(SETTLEMENT_LATE_DAYS_MAX));
        let countries = &self.arrangement().countries;
        // Where a calendar does not know the year, the operators who name the day do.
        let is_open = day.date().is_some_and(|date| {
            let open = Calendars::built_in().all_open(countries, date);
            open.unwrap_or(true)
        });
        is_open && (earliest..=latest).contains(&day)
    }

    pub(super) fn window_in(
        &self,
        window: WindowId,
        status: WindowStatus,
    ) -> Result<&Window, Refusal> {
        let known = self.books.windows.get(&window);
        let known = known.filter(|known| known.status == status);
        known.ok_or(Refusal::PolicyWindow)
    }

    /// What settling a closed window would come to now, with the payouts' UETRs still at zero.
    ///
    /// # Errors
    /// [`Refusal::PolicyWindow`] if it is not closed, and those of netting.
    pub fn settlement_of(&self, window: WindowId) -> Result<Settlement, Refusal> {
        self.comes_to(window, None)
    }

    /// With a moment, only by references that hold then.
    fn comes_to(&self, window: WindowId, at: Option<Time>) -> Result<Settlement, Refusal> {
        let known = self.window_in(window, WindowStatus::Closed)?;
        let arrangement = self.arrangement();
        netting::settle(
            &known.pairs,
            arrangement.netting,
            arrangement.currency,
            |from, to| {
                let holds = |reference: &&Reference| at.is_none_or(|at| reference.valid_until > at);
                let pair = self.reference(from, to).filter(holds);
                let pair = pair.or_else(|| self.reference(to, from).filter(holds));
                pair.map(|reference| reference.rate)
            },
        )
    }

    fn instruct(&self, now: Time, window: WindowId, day: Day, seen: &Settlement) -> Effect {
        let known = self.window_in(window, WindowStatus::Closed)?;
        if known.held_until.is_some_and(|until| until > now) {
            return Err(Refusal::PolicyWindowHeld);
        }
        // The rate of a feed that stopped is nobody's rate any more.
        let mut comes_to = self.comes_to(window, Some(now))?;
        let mut uetrs = std::collections::BTreeSet::new();
        for (payout, seen) in comes_to.payouts.iter_mut().zip(&seen.payouts) {
            payout.uetr = seen.uetr;
            if seen.uetr == 0 || !uetrs.insert(seen.uetr) {
                return Err(Refusal::PolicyInvalid);
            }
        }
        if comes_to != *seen {
            return Err(Refusal::PolicyActionStale);
        }
        if !self.can_pay_on(known, now, day) {
            return Err(Refusal::PolicyInvalid);
        }
        let is_short = self.books.short_debtor(window, seen).is_some()
            || self.books.check_parts(seen).is_err();
        if is_short {
            return Err(Refusal::PolicyDebtorShort);
        }
        let mut records = vec![settled(Settled::Instructed {
            window,
            day,
            settlement: Box::new(seen.clone()),
        })];
        if seen.payouts.is_empty() {
            records.push(settled(Settled::WindowSettled { window }));
        }
        Ok(records)
    }

    /// Whose liquidity is too small for what settling a closed window comes to.
    pub fn short_debtor(&self, window: WindowId) -> Option<ParticipantId> {
        let settlement = self.settlement_of(window).ok()?;
        self.short_of(window, &settlement)
    }

    /// The same, for what it was found to come to.
    pub fn short_of(&self, window: WindowId, settlement: &Settlement) -> Option<ParticipantId> {
        self.books.short_debtor(window, settlement)
    }

    fn hold(&self, now: Time, window: WindowId, until: Time) -> Effect {
        self.window_in(window, WindowStatus::Closed)?;
        if until <= now || until > now.after(HOLD_MAX) {
            return Err(Refusal::PolicyInvalid);
        }
        Ok(vec![settled(Settled::Held { window, until })])
    }

    fn exclude(&self, window: WindowId, participant: ParticipantId) -> Effect {
        let known = self.window_in(window, WindowStatus::Closed)?;
        let is_in = |(owes, is_owed, _): &(ParticipantId, ParticipantId, Currency)| {
            *owes == participant || *is_owed == participant
        };
        if !known.pairs.keys().any(is_in) {
            return Err(Refusal::PolicyNoChange);
        }
        let into = self.window();
        let mut records = vec![settled(Settled::Excluded {
            window,
            participant,
            into,
        })];
        if known.pairs.keys().all(is_in) {
            records.push(settled(Settled::WindowSettled { window }));
        }
        Ok(records)
    }

    fn pledge_effect(
        &self,
        participant: ParticipantId,
        currency: Currency,
        [before, after]: [Amount; 2],
    ) -> Effect {
        self.books
            .cap(participant, currency)
            .ok_or(Refusal::PolicyInvalid)?;
        let (known, drawn) = self.books.pledge(participant, currency);
        if known != before {
            return Err(Refusal::PolicyActionStale);
        }
        if before == after {
            return Err(Refusal::PolicyNoChange);
        }
        if after < drawn {
            return Err(Refusal::PolicyPledgeShort);
        }
        let limit = after;
        Ok(vec![settled(Settled::Pledged {
            participant,
            currency,
            limit,
        })])
    }

    /// Whether liquidity may become less by an amount: what is owed stays covered.
    pub(super) fn check_taken(
        &self,
        participant: ParticipantId,
        currency: Currency,
        taken: Amount,
    ) -> Result<(), Refusal> {
        let hot = self.books.hot.get(&(participant, currency));
        let hot = hot.ok_or(Refusal::PolicyInvalid)?;
        let liquidity = self.books.liquidity(participant, currency);
        if taken > liquidity {
            return Err(Refusal::PolicyLiquidityBelowCap);
        }
        let cover = self.books.cover(participant, currency);
        match cover.saturating_sub(taken) >= self.books.used_of(hot) {
            true => Ok(()),
            false => Err(Refusal::PolicyLiquidityBelowCap),
        }
    }
}

/// When a window that opens now closes by itself. Where the calendars do not reach it closes on
/// every day: a window that never closes would be worse than one that closes on a holiday.
pub(super) fn next_cut_off(arrangement: &Arrangement, now: Time) -> Option<Time> {
    let schedule = &arrangement.schedule;
    let calendars = Calendars::built_in();
    let next = schedule
        .next_cut_off(&calendars, now.0)
        .or_else(|_missing| {
            let every_day = Schedule {
                days: Days::All,
                ..schedule.clone()
            };
            every_day.next_cut_off(&calendars, now.0)
        });
    next.ok().flatten().map(Time)
}

pub(super) fn settled(settled: Settled) -> Record {
    Record::Settled(Box::new(settled))
}
