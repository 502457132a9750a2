//! Closing, instructing, settling: what each would change, and when it may not be.

use calendar::{Calendars, Days, Schedule};
use money::{Amount, Currency};

use crate::limits::{
    BREAK_ID_BYTES_MAX, CLOSE_LATE_MAX, COUNTRIES_MAX, HOLD_MAX, LAG_DAYS_MAX, REFERENCE_BYTES_MAX,
    SETTLEMENT_LATE_DAYS_MAX, WINDOWS_UNSETTLED_MAX,
};
use crate::settlement::netting;
use crate::settlement::{
    Adjustment, Arrangement, CloseCause, Day, Netting, PayoutSeen, Purse, Settled, Settlement,
    SettlementAct, Window, WindowStatus,
};
use crate::{Decision, Digest, ParticipantId, Record, Refusal, Reply, Switch, Time, WindowId};

/// Records of an effect, or why there is none.
type Effect = Result<Vec<Record>, Refusal>;

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

    fn window_in(&self, window: WindowId, status: WindowStatus) -> Result<&Window, Refusal> {
        let known = self.books.windows.get(&window);
        let known = known.filter(|known| known.status == status);
        known.ok_or(Refusal::PolicyWindow)
    }

    /// What settling a closed window would come to now, with the payouts' UETRs still at zero.
    ///
    /// # Errors
    /// [`Refusal::PolicyWindow`] if it is not closed, and those of netting.
    pub fn settlement_of(&self, window: WindowId) -> Result<Settlement, Refusal> {
        let known = self.window_in(window, WindowStatus::Closed)?;
        let arrangement = self.arrangement();
        netting::settle(
            &known.pairs,
            arrangement.netting,
            arrangement.currency,
            |from, to| {
                let pair = self
                    .reference(from, to)
                    .or_else(|| self.reference(to, from));
                pair.map(|reference| reference.rate)
            },
        )
    }

    fn instruct(&self, now: Time, window: WindowId, day: Day, seen: &Settlement) -> Effect {
        let known = self.window_in(window, WindowStatus::Closed)?;
        if known.held_until.is_some_and(|until| until > now) {
            return Err(Refusal::PolicyWindowHeld);
        }
        let mut comes_to = self.settlement_of(window)?;
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
        let earliest = known.settlement_day.unwrap_or(day);
        let latest = Day(earliest.0.saturating_add(SETTLEMENT_LATE_DAYS_MAX));
        if !(earliest..=latest).contains(&day) {
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
        self.books.short_debtor(window, &settlement)
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
    fn check_taken(
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

    /// A line of the bank's statement shows a payout. The same line again changes nothing.
    pub(super) fn decide_paid_out(&self, seen: &PayoutSeen) -> Decision {
        match self.paid_out(seen) {
            Ok(records) => Decision::of(records, Reply::Window(seen.window)),
            Err(refusal) => Decision::no(refusal),
        }
    }

    fn paid_out(&self, seen: &PayoutSeen) -> Effect {
        let PayoutSeen { window, place, .. } = *seen;
        let known = self.books.windows.get(&window);
        let known = known.ok_or(Refusal::PolicyWindow)?;
        if let Some(paid) = known.paid.get(&place) {
            let payout = payout_at(known, place);
            let is_same_money = payout.is_some_and(|payout| payout.money == seen.money);
            return match is_same_money && paid.reference == seen.reference {
                true => Ok(Vec::new()),
                false => Err(Refusal::PolicyPayout),
            };
        }
        let known = self.window_in(window, WindowStatus::Instructed)?;
        let payout = payout_at(known, place).ok_or(Refusal::PolicyPayout)?;
        let is_reference =
            !seen.reference.trim().is_empty() && seen.reference.len() <= REFERENCE_BYTES_MAX;
        let taken = known
            .paid
            .values()
            .any(|paid| paid.reference == seen.reference && paid.statement == seen.statement);
        if payout.money != seen.money || !is_reference || taken {
            return Err(Refusal::PolicyPayout);
        }
        let mut records = vec![settled(Settled::PaidOut {
            window,
            place,
            reference: seen.reference.clone(),
            statement: seen.statement,
        })];
        let payouts = known.settlement.as_ref().map_or(0, |all| all.payouts.len());
        if known.paid.len().saturating_add(1) == payouts {
            records.push(settled(Settled::WindowSettled { window }));
        }
        Ok(records)
    }

    fn adjust(&self, adjustment: &Adjustment) -> Effect {
        let Adjustment {
            break_id,
            from,
            to,
            money,
        } = adjustment;
        let id_ok = !break_id.is_empty() && break_id.len() <= BREAK_ID_BYTES_MAX;
        if !id_ok || from == to || money.amount.is_zero() {
            return Err(Refusal::PolicyInvalid);
        }
        if self.adjustments.contains_key(break_id) {
            return Err(Refusal::PolicyNoChange);
        }
        for purse in [from, to] {
            if let Purse::Liquidity(who) = purse {
                let cap = self.books.cap(*who, money.currency);
                cap.ok_or(Refusal::PolicyInvalid)?;
            }
        }
        if let Purse::Liquidity(who) = from {
            self.check_taken(*who, money.currency, money.amount)?;
        }
        Ok(vec![settled(Settled::Adjusted(adjustment.clone()))])
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

fn payout_at(window: &Window, place: u32) -> Option<&crate::settlement::Instruction> {
    let payouts = &window.settlement.as_ref()?.payouts;
    payouts.get(usize::try_from(place).ok()?)
}

fn settled(settled: Settled) -> Record {
    Record::Settled(Box::new(settled))
}
