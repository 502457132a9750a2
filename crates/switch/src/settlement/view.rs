//! What people look at: windows, nets, and how far liquidity will reach.

use money::{Amount, Currency};

use super::{Adjustment, Arrangement, NetOf, Purse, Window, WindowStatus, netting};
use crate::{ParticipantId, Switch, Time, WindowId};

/// How far a participant's liquidity will reach in the open window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// Whose.
    pub participant: ParticipantId,
    /// In which currency.
    pub currency: Currency,
    /// What is left of its cap now.
    pub headroom: Amount,
    /// What it took on in the open window so far.
    pub used: Amount,
    /// What it will have taken on when the window closes, if it goes on as it did since the
    /// window opened; as much as now where no closing time is known.
    pub used_at_close: Amount,
    /// Whether headroom is below the arrangement's low water.
    pub is_low: bool,
    /// Whether it would not last to the close.
    pub runs_out: bool,
}

impl Window {
    /// What each participant is owed or owes; those that are even are left out.
    pub fn nets(&self) -> Vec<NetOf> {
        netting::nets(&self.pairs)
    }

    /// Whether everything that was to be paid out was.
    pub fn is_paid_out(&self) -> bool {
        let payouts = self.settlement.as_ref().map(|all| all.payouts.len());
        payouts == Some(self.paid.len())
    }
}

impl Switch {
    /// How windows are settled.
    pub fn arrangement(&self) -> &Arrangement {
        &self.arrangement
    }

    /// A window that is in memory: open, not settled, or settled lately.
    pub fn window_of(&self, id: WindowId) -> Option<&Window> {
        self.books.windows.get(&id)
    }

    /// Windows in memory, newest first.
    pub fn windows(&self) -> impl Iterator<Item = &Window> {
        self.books.windows.values().rev()
    }

    /// What is left on a window's control account in a currency; zero once it is settled.
    pub fn control_sum(&self, window: WindowId, currency: Currency) -> i128 {
        self.books.control_sum(window, currency)
    }

    /// What a purse of the money book holds.
    pub fn in_purse(&self, purse: Purse, currency: Currency) -> i128 {
        self.books.in_purse(purse, currency)
    }

    /// What is pledged for a participant, and what of it was drawn.
    pub fn pledge(&self, participant: ParticipantId, currency: Currency) -> (Amount, Amount) {
        self.books.pledge(participant, currency)
    }

    /// The booking that closed a break of reconciliation.
    pub fn adjustment(&self, break_id: &str) -> Option<&Adjustment> {
        self.adjustments.get(break_id)
    }

    /// How far everybody's liquidity will reach.
    pub fn forecasts(&self, now: Time) -> Vec<Forecast> {
        let open = self.books.windows.get(&self.books.window);
        let span = open.and_then(|open| {
            let gone = now.0.checked_sub(open.opened.now.0)?;
            let whole = open.closes_at?.0.checked_sub(open.opened.now.0)?;
            Some((
                u128::try_from(gone).ok()?.max(1),
                u128::try_from(whole).ok()?,
            ))
        });
        let low_water = u128::from(self.arrangement.low_water_percent);
        let of_one = |(who, currency): &(ParticipantId, Currency)| {
            let hot = self.books.hot.get(&(*who, *currency))?;
            let headroom = self.books.ledger.balance(hot.headroom).available();
            let used = self.books.ledger.balance(hot.used_window).net();
            let used = u128::try_from(used).unwrap_or_default();
            let at_close = match span {
                // `gone` is at least 1.
                Some((gone, whole)) if whole > gone => {
                    let whole = used.saturating_mul(whole).checked_div(gone);
                    whole.unwrap_or(used)
                }
                Some(_) | None => used,
            };
            let cap = u128::from(self.books.cap_decided(*who, *currency).minor());
            let left = u128::from(headroom.minor());
            Some(Forecast {
                participant: *who,
                currency: *currency,
                headroom,
                used: minor(used),
                used_at_close: minor(at_close),
                is_low: cap > 0 && left.saturating_mul(100) < cap.saturating_mul(low_water),
                runs_out: at_close.saturating_sub(used) > left,
            })
        };
        self.books.hot.keys().filter_map(of_one).collect()
    }

    /// Windows that are closed and not settled, oldest first.
    pub(crate) fn unsettled_windows(&self) -> impl Iterator<Item = &Window> {
        let unsettled = self.books.unsettled();
        unsettled.filter(|window| window.status != WindowStatus::Open)
    }
}

fn minor(sum: u128) -> Amount {
    let minor = u64::try_from(sum).ok().and_then(Amount::from_minor);
    minor.unwrap_or(Amount::MAX)
}
