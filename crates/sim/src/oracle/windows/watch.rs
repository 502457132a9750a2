//! One record after the other: what it does to the windows, and whether it may.

use money::Money;
use switch::limits::WINDOWS_UNSETTLED_MAX;
use switch::{
    Adjustment, CloseCause, Digest, ItemId, Operated, ParticipantId, Purse, Record, Settled,
    Settlement, Time, WindowId, WindowStatus,
};

use super::netting::ComesTo;
use super::{
    CONTROL, Debt, Known, LIFE, NETS, ON_TIME, ONCE, ONE_WINDOW, PLEDGES, of_payment, of_refund,
};
use crate::oracle::actions::NO_STATEMENT;
use crate::oracle::{Oracle, name};

impl Oracle {
    pub(in crate::oracle) fn watch_windows(&mut self, at: Time, record: &Record) {
        match record {
            Record::WindowOpened(window) => {
                self.opens(at, *window, None);
            }
            Record::PaymentReserved(made) => {
                self.windows
                    .takes_on(made.id, of_payment(&made.terms), true);
            }
            Record::RefundReserved(taken) => {
                let debts = of_refund(&taken.terms, taken.amount, taken.payer_amount);
                self.windows.takes_on(taken.id, debts, true);
            }
            Record::RefundWaiting(taken) => {
                let debts = of_refund(&taken.terms, taken.amount, taken.payer_amount);
                self.windows.takes_on(taken.id, debts, false);
            }
            Record::RefundFunded { id, .. } => {
                let debts = self.windows.lets_go(*id);
                self.windows.takes_on(*id, debts, true);
            }
            Record::Completed { id, window, .. } => self.completes(*id, *window),
            Record::Cancelled { id, .. } => {
                self.windows.lets_go(*id);
            }
            Record::Operated(operated) => {
                if let Operated::BreakClosed { legs, .. } = &**operated {
                    let debt = |leg: &switch::Leg| (leg.owes, leg.is_owed, leg.money);
                    let debts: Vec<Debt> = legs.iter().map(debt).collect();
                    self.windows.book(&debts);
                }
            }
            Record::Settled(settled) => self.watch_settled(at, settled),
            Record::ParticipantSet { .. }
            | Record::CorridorSet(_)
            | Record::CapSet { .. }
            | Record::StandingSet(_)
            | Record::ReferenceSet(_)
            | Record::MerchantSet(_)
            | Record::Refused { .. }
            | Record::Forbidden { .. }
            | Record::Asked { .. }
            | Record::InDoubt { .. }
            | Record::Acknowledged { .. }
            | Record::WebhookSet { .. }
            | Record::WebhookRemoved { .. }
            | Record::Projected { .. } => {}
        }
    }

    /// What must be true at the end of a row: what can settle has, and no cut-off was missed,
    /// whatever is open or in doubt.
    pub(in crate::oracle) fn watch_row_end(&mut self, at: Time, records: &[Record]) {
        let mut bad = Vec::new();
        for (id, known) in &self.windows.known {
            let is_over = match known.status {
                WindowStatus::Closed => known.pairs.is_empty(),
                WindowStatus::Instructed => known.paid.len() == known.payouts.len(),
                WindowStatus::Open | WindowStatus::Settled => false,
            };
            if is_over {
                bad.push((LIFE, format!("{id:?} has nothing left, and is not settled")));
            }
        }
        let open = self.windows.known.get(&self.windows.open);
        let due = open
            .and_then(|open| open.closes_at)
            .filter(|due| *due <= at);
        // Whoever takes over writes a row by which it only shows that it can.
        let decides = |record: &Record| !matches!(record, Record::Projected { .. });
        if let Some(due) = due
            && self.windows.known.len() < WINDOWS_UNSETTLED_MAX
            && records.iter().any(decides)
        {
            let late_ns = at.0.saturating_sub(due.0);
            let words = format!("{:?} is open {late_ns} ns later", self.windows.open);
            bad.push((ON_TIME, words));
        }
        for (promise, words) in bad {
            self.violation(promise, None, words);
        }
    }

    fn opens(&mut self, at: Time, window: WindowId, closes_at: Option<Time>) {
        let known = Known {
            closes_at,
            ..Known::default()
        };
        self.windows.known.insert(window, known);
        if window <= self.windows.open {
            let words = format!("{window:?} is opened again");
            self.violation(LIFE, None, words);
        }
        self.windows.open = window;
        // The first is scheduled by a record of its own.
        if closes_at.is_some() {
            self.is_cut_off(at, closes_at);
        }
    }

    fn is_cut_off(&mut self, at: Time, closes_at: Option<Time>) {
        let right = self.windows.next_cut_off(at);
        if right.is_some_and(|right| right != closes_at) {
            let words = format!("closes at {closes_at:?}, and should at {right:?}");
            self.violation(ON_TIME, None, words);
        }
    }

    fn completes(&mut self, id: ItemId, window: WindowId) {
        let open = self.windows.open;
        if window != open {
            let words = format!("completed in {window:?} while {open:?} is open");
            self.violation(ONE_WINDOW, Some(id), words);
        }
        if let Some(before) = self.windows.ended_in.insert(id, window) {
            let words = format!("completed in {before:?} and in {window:?}");
            self.violation(ONE_WINDOW, Some(id), words);
        }
        let debts = self.windows.lets_go(id);
        self.windows.book(&debts);
    }

    fn watch_settled(&mut self, at: Time, settled: &Settled) {
        self.windows.has_moved = true;
        match settled {
            Settled::Arranged(arrangement) => {
                let last = self.windows.arrangement.version;
                if Some(arrangement.version) != last.checked_add(1) {
                    let words = format!("version {} follows {last}", arrangement.version);
                    self.violation(LIFE, None, words);
                }
                self.windows.arrangement = arrangement.clone();
            }
            Settled::Scheduled { window, closes_at } => {
                self.is_cut_off(at, *closes_at);
                if let Some(known) = self.window_in(*window, WindowStatus::Open, "scheduled") {
                    known.closes_at = *closes_at;
                }
            }
            Settled::Closed {
                window,
                next,
                next_closes_at,
                cause,
                settlement_day: _,
            } => {
                self.closes(at, *window, *cause);
                self.opens(at, *next, *next_closes_at);
            }
            Settled::Instructed {
                window, settlement, ..
            } => self.is_instructed(at, *window, settlement),
            Settled::PaidOut {
                window,
                place,
                reference,
                statement,
            } => self.pays_out(*window, *place, reference, *statement),
            Settled::WindowSettled { window } => self.settles(*window),
            Settled::Held { window, until } => {
                if let Some(known) = self.window_in(*window, WindowStatus::Closed, "held") {
                    known.held_until = Some(*until);
                }
            }
            Settled::Excluded {
                window,
                participant,
                into,
            } => self.is_excluded(*window, *participant, *into),
            Settled::Pledged { .. }
            | Settled::Drawn { .. }
            | Settled::Repaid { .. }
            | Settled::Adjusted(_) => self.watch_remedy(settled),
        }
    }

    /// The window, if it stands where something may be done with it.
    fn window_in(
        &mut self,
        window: WindowId,
        status: WindowStatus,
        what: &str,
    ) -> Option<&mut Known> {
        let found = self.windows.known.get(&window).map(|known| known.status);
        if found != Some(status) {
            let words = format!("{window:?} is {what}, and is {found:?}");
            self.violation(LIFE, None, words);
            return None;
        }
        self.windows.known.get_mut(&window)
    }

    fn closes(&mut self, at: Time, window: WindowId, cause: CloseCause) {
        let is_open = self.windows.open == window;
        let in_doubt = self.actions.in_doubt();
        let Some(known) = self.window_in(window, WindowStatus::Open, "closed") else {
            return;
        };
        known.status = WindowStatus::Closed;
        let is_due = known.closes_at.is_some_and(|due| due <= at);
        let is_early = cause == CloseCause::Calendar && !is_due;
        if is_early || !is_open {
            let words = format!("{window:?} is closed by {cause:?} before its time");
            self.violation(ON_TIME, None, words);
        }
        if in_doubt {
            self.actions
                .met("window closed while something is in doubt");
        }
    }

    fn is_instructed(&mut self, at: Time, window: WindowId, settlement: &Settlement) {
        let arrangement = self.windows.arrangement.clone();
        let found = ComesTo::of(settlement);
        let Some(known) = self.window_in(window, WindowStatus::Closed, "instructed") else {
            return;
        };
        known.status = WindowStatus::Instructed;
        known.parts.clone_from(&settlement.parts);
        known.payouts.clone_from(&settlement.payouts);
        let is_held = known.held_until.is_some_and(|until| until > at);
        let right = ComesTo::right(&known.pairs, &arrangement);
        if is_held {
            let words = format!("{window:?} is instructed although it is held");
            self.violation(LIFE, None, words);
        }
        if found != right {
            let words = format!("{window:?} is instructed as {found:?}, and should as {right:?}");
            self.violation(NETS, None, words);
        }
        if !found.is_even() {
            let words = format!("{window:?} pays out what nobody paid in");
            self.violation(CONTROL, None, words);
        }
        for payout in &settlement.payouts {
            if payout.uetr == 0 || !self.windows.uetrs.insert(payout.uetr) {
                let words = format!("{window:?} names a payout {:032x} again", payout.uetr);
                self.violation(ONCE, None, words);
            }
        }
        for (who, part) in &settlement.parts {
            self.takes_from(*who, *part);
        }
    }

    /// Money leaves a participant's liquidity, and there must be that much.
    fn takes_from(&mut self, who: ParticipantId, money: Money) {
        if !self.actions.moves_money(who, money, false) {
            let words = format!("{} has not the {money:?} that are taken", name(who));
            self.violation(NETS, None, words);
        }
    }

    fn pays_out(&mut self, window: WindowId, place: u32, reference: &str, statement: Digest) {
        let key = (window, place, reference.to_owned());
        // Without a statement it is the word of two people, which was looked at elsewhere.
        let is_made = statement == NO_STATEMENT || self.windows.lines.contains(&key);
        let Some(known) = self.window_in(window, WindowStatus::Instructed, "paid out") else {
            return;
        };
        let at_place = usize::try_from(place).ok();
        let payout = at_place.and_then(|place| known.payouts.get(place));
        let currency = payout.map(|payout| payout.money.currency);
        let is_there = currency.is_some();
        let is_new = known.paid.insert(place);
        // One movement at the bank pays one payout, of whichever window.
        let is_unused = currency
            .is_none_or(|currency| self.windows.shown.insert((currency, reference.to_owned())));
        if !is_there || !is_new || !is_made || !is_unused {
            let words = format!(
                "{window:?} payout {place} by {reference}: there {is_there}, new {is_new}, made \
                 {is_made}, unused {is_unused}"
            );
            self.violation(ONCE, None, words);
        }
    }

    fn settles(&mut self, window: WindowId) {
        let Some(known) = self.windows.known.remove(&window) else {
            let words = format!("{window:?} is settled, and was before or never was");
            return self.violation(LIFE, None, words);
        };
        let is_whole = match known.status {
            WindowStatus::Closed => known.pairs.is_empty(),
            WindowStatus::Instructed => known.paid.len() == known.payouts.len(),
            WindowStatus::Open | WindowStatus::Settled => false,
        };
        let left = money::Currency::ALL.map(|currency| known.control(currency));
        let status = known.status;
        if !is_whole {
            let words = format!("{window:?} is settled, and was {status:?} with something left");
            self.violation(LIFE, None, words);
        }
        if left.iter().any(|left| *left != 0) {
            let words = format!("{window:?} is settled with {left:?} on its control account");
            self.violation(CONTROL, None, words);
        }
    }

    fn is_excluded(&mut self, window: WindowId, who: ParticipantId, into: WindowId) {
        let open = self.windows.open;
        let Some(known) = self.window_in(window, WindowStatus::Closed, "changed") else {
            return;
        };
        let pairs = std::mem::take(&mut known.pairs);
        let is_its = |(owes, is_owed, _): &(ParticipantId, ParticipantId, _)| {
            *owes == who || *is_owed == who
        };
        let (moved, stays): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(p, _)| is_its(p));
        known.pairs = stays.into_iter().collect();
        if into != open || moved.is_empty() {
            let words = format!("{} goes from {window:?} to {into:?}", name(who));
            self.violation(ONE_WINDOW, None, words);
        }
        if let Some(later) = self.windows.known.get_mut(&into) {
            for (pair, sum) in moved {
                let there = later.pairs.entry(pair).or_default();
                *there = there.saturating_add(sum);
            }
        }
    }

    fn watch_remedy(&mut self, settled: &Settled) {
        match settled {
            Settled::Pledged {
                participant,
                currency,
                limit,
            } => {
                let key = (*participant, *currency);
                let (pledged, drawn) = self.windows.pledges.entry(key).or_default();
                *pledged = limit.minor();
                if *pledged < *drawn {
                    let words = format!("{} drew more than is pledged", name(*participant));
                    self.violation(PLEDGES, None, words);
                }
            }
            Settled::Drawn { participant, money } => self.draws(*participant, *money, true),
            Settled::Repaid { participant, money } => self.draws(*participant, *money, false),
            Settled::Adjusted(adjustment) => self.is_adjusted(adjustment),
            Settled::Arranged(_)
            | Settled::Scheduled { .. }
            | Settled::Closed { .. }
            | Settled::Instructed { .. }
            | Settled::PaidOut { .. }
            | Settled::WindowSettled { .. }
            | Settled::Held { .. }
            | Settled::Excluded { .. } => {}
        }
    }

    fn draws(&mut self, who: ParticipantId, money: Money, pays: bool) {
        let minor = money.amount.minor();
        let key = (who, money.currency);
        let (pledged, drawn) = self.windows.pledges.entry(key).or_default();
        let is_right = match pays {
            true => minor <= pledged.saturating_sub(*drawn),
            false => minor <= *drawn,
        };
        *drawn = match pays {
            true => drawn.saturating_add(minor),
            false => drawn.saturating_sub(minor),
        };
        if !is_right {
            let words = format!("{} is given or gives back {money:?} too much", name(who));
            self.violation(PLEDGES, None, words);
        }
        match pays {
            true => {
                self.actions.moves_money(who, money, true);
            }
            false => self.takes_from(who, money),
        }
    }

    fn is_adjusted(&mut self, adjustment: &Adjustment) {
        let money = adjustment.money;
        if !self.windows.adjusted.insert(adjustment.break_id.clone()) {
            let words = format!("break {} is booked away again", adjustment.break_id);
            self.violation(ONCE, None, words);
        }
        if let Purse::Liquidity(who) = adjustment.to {
            self.actions.moves_money(who, money, true);
        }
        if let Purse::Liquidity(who) = adjustment.from {
            self.takes_from(who, money);
        }
    }
}
