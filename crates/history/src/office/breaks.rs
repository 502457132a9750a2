//! Breaks of statements, and of payments, that people end.
//!
//! What is done follows from the kind that the desk found and from its age, as in a back office;
//! what was planted is not looked at. One break in five nobody works off: it has an owner and
//! stays open.

use backoffice::reconcile::{
    ActionRef, Break as Found, BreakId, Direction, End, ExpectedId, Kind, Reference,
};
use calendar::Country;
use jiff::civil::Date;
use money::{Amount, Currency, Money};
use switch::{
    Act, ActionId, Adjustment, ItemId, ParticipantId, Purse, SettlementAct, Time, WindowId,
    WindowStatus,
};

use super::{Office, READS, person};
use crate::HistoryError;
use crate::hub::Hub;

/// How many days old a break is before somebody ends it, by kind: a double booking is given the
/// time in which banks take it back.
fn ripe_after_days(kind: Kind) -> i32 {
    match kind {
        Kind::MissingHere => 3,
        Kind::AmountDiffers | Kind::CurrencyDiffers | Kind::SwappedReferences => 2,
        Kind::MissingThere => 6,
        Kind::DayDiffers => 1,
        Kind::Duplicate => 8,
        // What was booked stays booked until somebody has looked at both.
        Kind::BookedBefore => i32::MAX,
    }
}

/// A booking that would end a break.
struct Remedy {
    from: Purse,
    to: Purse,
    money: Money,
}

impl Office {
    /// Every new break gets an owner, and a note of what is being asked.
    pub(super) fn assign(&mut self, now: Time) -> Result<(), HistoryError> {
        let register = self.desk.store().register();
        let nobodys = register.open().filter(|one| one.owner.is_none());
        let ids: Vec<BreakId> = nobodys.map(|one| one.id).collect();
        for id in ids {
            let name = if id.0 % 2 == 0 { "op1" } else { "op2" };
            let by = || Ok::<_, HistoryError>((person("op1")?, now.0));
            self.desk.store_mut().assign(id, person(name)?, by()?)?;
            let text = Reference::new("asked the settlement bank");
            let text = text.ok_or(HistoryError::Value("a note"))?;
            self.desk.store_mut().note(id, text, by()?)?;
        }
        Ok(())
    }

    /// Breaks that are old enough are worked off.
    pub(crate) fn work_off(
        &mut self,
        hub: &mut Hub,
        now: Time,
        today: Date,
    ) -> Result<(), HistoryError> {
        let age = |one: &Found| {
            let opened = Country::Kh.local_date(one.opened_at_ns);
            opened.until(today).map_or(0, |span| span.get_days())
        };
        let register = self.desk.store().register();
        let ripe = register
            .open()
            .filter(|one| age(one) >= ripe_after_days(one.finding.kind));
        let ripe: Vec<Found> = ripe.cloned().collect();
        for one in ripe {
            self.confirm(hub, now, &one)?;
            if one.id.0 % 5 == 3 {
                continue;
            }
            if one.finding.kind == Kind::DayDiffers {
                self.join(now, &one)?;
            } else {
                self.adjust(hub, now, &one)?;
            }
        }
        Ok(())
    }

    /// Payouts of an instructed window that no line shows rightly: the bank's letter says that
    /// they were made, and two people confirm it.
    fn confirm(&mut self, hub: &mut Hub, now: Time, one: &Found) -> Result<(), HistoryError> {
        let payouts = one.finding.expected.iter().filter_map(payout);
        let unpaid = payouts.filter(|(window, place)| {
            let known = hub.switch().window_of(*window);
            known.is_some_and(|known| {
                known.status == WindowStatus::Instructed && !known.paid.contains_key(place)
            })
        });
        let acts: Vec<(Act, String)> = unpaid
            .map(|(window, place)| {
                let act = SettlementAct::Confirm {
                    window,
                    place,
                    reference: format!("LETTER B{}-{}-{place}", one.id.0, window.0),
                };
                let reason = format!("the bank's letter about break {}", one.id.0);
                (Act::Settlement(Box::new(act)), reason)
            })
            .collect();
        let made = self.by_two(hub, now, acts)?;
        let many = u64::try_from(made.len()).unwrap_or(0);
        self.work.payouts_confirmed = self.work.payouts_confirmed.saturating_add(many);
        Ok(())
    }

    /// The line on another day is what was expected: two people say so.
    fn join(&mut self, now: Time, one: &Found) -> Result<(), HistoryError> {
        let line = one.finding.lines.first().cloned();
        let expected = one.finding.expected.first().cloned();
        let Some((line, expected)) = line.zip(expected) else {
            return Ok(());
        };
        let reason = Reference::new(&format!("the bank's letter about break {}", one.id.0));
        let reason = reason.ok_or(HistoryError::Value("a reason"))?;
        let store = self.desk.store_mut();
        let join = store.propose_join((line, expected), reason, (person("op1")?, now.0))?;
        Ok(store.approve_join(join, (person("op2")?, now.after(READS).0))?)
    }

    /// A booking in the money book, and the break ends by it.
    fn adjust(&mut self, hub: &mut Hub, now: Time, one: &Found) -> Result<(), HistoryError> {
        let Some(Remedy { from, to, money }) = self.remedy(one) else {
            return Ok(());
        };
        let adjustment = Adjustment {
            break_id: format!("b-{}", one.id.0),
            from,
            to,
            money,
        };
        let act = Act::Settlement(Box::new(SettlementAct::Adjust(adjustment)));
        let reason = format!("break {} was looked into", one.id.0);
        let made = self.by_two(hub, now, vec![(act, reason)])?;
        let Some(action) = made.first() else {
            return Ok(());
        };
        let action = reference(*action)?;
        let end = match from {
            Purse::WrittenOff => End::WrittenOff { action },
            Purse::Bank | Purse::Suspense | Purse::Liquidity(_) => End::Adjusted { action },
        };
        let by = (person("op1")?, now.0);
        Ok(self.desk.store_mut().end(one.id, end, by)?)
    }

    /// What brings the money book to what the bank shows: money that left without reason was
    /// lost or is asked back; money that did not leave is owed to somebody. What comes "from" the
    /// bank's account is money that is there and that the book did not know.
    fn remedy(&self, one: &Found) -> Option<Remedy> {
        let (currency, more) = self.difference(one)?;
        let amount = Amount::from_minor(u64::try_from(more.unsigned_abs()).ok()?)?;
        let money = Money::new(currency, amount);
        let (from, to) = match (one.finding.kind, more > 0) {
            (Kind::MissingHere, false) => (Purse::WrittenOff, Purse::Bank),
            (_, false) => (Purse::Suspense, Purse::Bank),
            (_, true) => (Purse::Bank, Purse::Suspense),
        };
        (!amount.is_zero()).then_some(Remedy { from, to, money })
    }

    /// By how much the bank holds more because of a break.
    fn difference(&self, one: &Found) -> Option<(Currency, i128)> {
        let book = self.desk.store().book();
        let finding = &one.finding;
        let sum = |moved: &[(Money, Direction)]| {
            moved.iter().fold(0_i128, |sum, (money, direction)| {
                let minor = i128::from(money.amount.minor());
                match direction {
                    Direction::Credit => sum.saturating_add(minor),
                    Direction::Debit => sum.saturating_sub(minor),
                }
            })
        };
        let lines = finding.lines.iter().filter_map(|id| book.line(id));
        let lines: Vec<_> = lines
            .map(|line| (line.said.money, line.said.direction))
            .collect();
        let expected = finding.expected.iter().filter_map(|id| book.expected(id));
        let expected: Vec<_> = expected
            .map(|there| (there.money, there.direction))
            .collect();
        let (money, _) = lines.first().or(expected.first())?;
        let more = match finding.kind {
            Kind::MissingHere | Kind::Duplicate => sum(&lines),
            Kind::AmountDiffers | Kind::MissingThere => sum(&lines).saturating_sub(sum(&expected)),
            Kind::CurrencyDiffers
            | Kind::DayDiffers
            | Kind::SwappedReferences
            | Kind::BookedBefore => return None,
        };
        Some((money.currency, more))
    }

    /// By how much the bank holds more than the money book says, as far as open breaks and
    /// payouts that it was told of explain it.
    pub(crate) fn unexplained(&self, currency: Currency) -> i128 {
        let open = self.desk.store().register().open();
        let of_breaks = open.filter_map(|one| self.difference(one));
        let of_breaks = of_breaks.filter(|(of, _)| *of == currency);
        of_breaks.fold(0, |sum, (_, more)| sum.saturating_add(more))
    }

    /// A doubt that two people looked into.
    pub(crate) fn resolve(
        &mut self,
        hub: &mut Hub,
        now: Time,
        (item, is_credited): (ItemId, bool),
    ) -> Result<(), HistoryError> {
        let act = Act::Resolve {
            item,
            decision: match is_credited {
                true => switch::DoubtDecision::Complete,
                false => switch::DoubtDecision::Cancel,
            },
            evidence: "the rail's own list of the day SIMULATED".to_owned(),
        };
        let reason = "the doubt was looked into".to_owned();
        self.by_two(hub, now, vec![(act, reason)])?;
        Ok(())
    }

    /// A rail that was stopped is asked again.
    pub(crate) fn resume(
        &mut self,
        hub: &mut Hub,
        now: Time,
        participant: ParticipantId,
    ) -> Result<(), HistoryError> {
        if hub.switch().rail_stop(participant).is_none() {
            return Ok(());
        }
        let reason = "the rail says again what it did".to_owned();
        let act = Act::ResumeRail { participant };
        self.by_two(hub, now, vec![(act, reason)])?;
        self.work.rails_resumed = self.work.rails_resumed.saturating_add(1);
        Ok(())
    }

    /// Breaks of payments are closed by the payment that follows from them.
    pub(crate) fn close_losses(&mut self, hub: &mut Hub, now: Time) -> Result<(), HistoryError> {
        let acts = hub.switch().breaks().map(|one| {
            let act = Act::CloseBreak {
                item: one.item,
                legs: one.legs.clone(),
            };
            (act, "the bearer agreed".to_owned())
        });
        let acts = acts.collect();
        let made = self.by_two(hub, now, acts)?;
        let many = u64::try_from(made.len()).unwrap_or(0);
        self.work.losses_closed = self.work.losses_closed.saturating_add(many);
        Ok(())
    }
}

fn payout(expected: &ExpectedId) -> Option<(WindowId, u32)> {
    let (window, place) = expected.as_str().strip_prefix("payout-")?.split_once('-')?;
    Some((WindowId(window.parse().ok()?), place.parse().ok()?))
}

fn reference(action: ActionId) -> Result<ActionRef, HistoryError> {
    ActionRef::new(&format!("act_{:032x}", action.0)).ok_or(HistoryError::Value("an action"))
}
