//! What the bank gets wrong: on a few days, in five ways, spread by the seed.

use jiff::ToSpan;
use jiff::civil::Date;
use money::{Amount, Currency, Money};

use super::open_after;
use crate::bank::{Bank, Booking};
use crate::dice::Dice;
use crate::{HistoryError, Settings};

/// How a statement is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wrong {
    /// A payout stands there two business days later.
    Late,
    /// A payout stands there twice.
    Double,
    /// A payout is too small.
    Amount,
    /// A payout never stands there.
    Missing,
    /// The bank takes something that nobody expects.
    Fee,
}

/// So many days before the end nothing is planted any more that would hold a window open: what
/// is late is two business days late, and people look at what is missing after four.
const QUIET_DAYS: i32 = 16;

/// How many lines of each kind are wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Planted {
    /// Payouts two business days late.
    pub late: u64,
    /// Payouts booked twice; every second one is taken back three business days later.
    pub double: u64,
    /// Payouts with a wrong amount.
    pub wrong_amount: u64,
    /// Payouts without a line.
    pub missing: u64,
    /// Lines that nobody expected.
    pub unexpected: u64,
}

/// Where the wrong lines come from.
#[derive(Debug)]
pub(crate) struct Plants {
    dice: Dice,
    every: u64,
    /// Windows that were instructed so far.
    number: u64,
    /// Where in each round of `every` windows each of the five stands.
    places: Vec<(u64, Wrong)>,
    quiet_from: Date,
    pub(crate) planted: Planted,
}

impl Plants {
    pub(crate) fn new(settings: &Settings) -> Self {
        let quiet_from = settings.days.last().saturating_sub(QUIET_DAYS.days());
        Self {
            dice: Dice::of(settings.seed, "plants", 0),
            every: settings.mischief.statement_every.max(5),
            number: 0,
            places: Vec::new(),
            quiet_from,
            planted: Planted::default(),
        }
    }

    /// What the bank will book for a window, right or wrong.
    pub(crate) fn book(
        &mut self,
        bank: &mut Bank,
        today: Date,
        mut bookings: Vec<Booking>,
    ) -> Result<(), HistoryError> {
        let wrong = self.next();
        let may_hold = today < self.quiet_from;
        let many = u64::try_from(bookings.len()).unwrap_or(0);
        let place = usize::try_from(self.dice.below(many)).ok();
        let place = place.filter(|place| *place < bookings.len());
        match (wrong, place) {
            (Some(Wrong::Late), Some(place)) if may_hold => {
                bank.plan(open_after(today, 2)?, bookings.remove(place));
                self.planted.late = self.planted.late.saturating_add(1);
            }
            (Some(Wrong::Missing), Some(place)) if may_hold => {
                bookings.remove(place);
                self.planted.missing = self.planted.missing.saturating_add(1);
            }
            (Some(Wrong::Amount), Some(place)) if may_hold => {
                self.shorten(bookings.get_mut(place));
            }
            (Some(Wrong::Double), Some(place)) => {
                self.double(bank, today, bookings.get(place).cloned())?;
            }
            (Some(Wrong::Fee), _) => {
                let (currency, minor) = match self.dice.below(2) {
                    0 => (
                        Currency::Khr,
                        self.dice.between(20, 80).saturating_mul(1_000),
                    ),
                    _ => (Currency::Jpy, self.dice.between(330, 3_300)),
                };
                let amount = crate::network::amount(minor)?;
                bank.plan(today, Booking::fee(Money::new(currency, amount)));
                self.planted.unexpected = self.planted.unexpected.saturating_add(1);
            }
            (Some(Wrong::Late | Wrong::Missing | Wrong::Amount | Wrong::Double) | None, _) => {}
        }
        for booking in bookings {
            bank.plan(today, booking);
        }
        Ok(())
    }

    /// Half a per mille too little, as after a fee that somebody deducted on the way.
    fn shorten(&mut self, booking: Option<&mut Booking>) {
        let Some(booking) = booking else { return };
        let whole = booking.money.amount;
        let fee = Amount::from_minor((whole.minor() / 2_000).max(1)).unwrap_or(Amount::ZERO);
        booking.money = Money::new(booking.money.currency, whole.saturating_sub(fee));
        self.planted.wrong_amount = self.planted.wrong_amount.saturating_add(1);
    }

    fn double(
        &mut self,
        bank: &mut Bank,
        today: Date,
        booking: Option<Booking>,
    ) -> Result<(), HistoryError> {
        let Some(booking) = booking else {
            return Ok(());
        };
        if self.planted.double.is_multiple_of(2) {
            bank.plan(open_after(today, 3)?, booking.taken_back());
        }
        bank.plan(today, booking);
        self.planted.double = self.planted.double.saturating_add(1);
        Ok(())
    }

    /// What is wrong with the next window's statement. In every round of windows each kind has
    /// one place, drawn anew.
    fn next(&mut self) -> Option<Wrong> {
        let place = self.number.checked_rem(self.every).unwrap_or(0);
        self.number = self.number.saturating_add(1);
        if place == 0 {
            self.places.clear();
            let all = [
                Wrong::Late,
                Wrong::Double,
                Wrong::Amount,
                Wrong::Missing,
                Wrong::Fee,
            ];
            for wrong in all {
                let mut at = self.dice.below(self.every);
                while self.places.iter().any(|(taken, _)| *taken == at) {
                    at = at.saturating_add(1).checked_rem(self.every).unwrap_or(0);
                }
                self.places.push((at, wrong));
            }
        }
        let found = self.places.iter().find(|(at, _)| *at == place);
        found.map(|(_, wrong)| *wrong)
    }
}
