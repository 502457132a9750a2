//! What a participant owes and is owed in a window, leg by leg.

use std::collections::{BTreeMap, VecDeque};

use money::{Currency, Money, Rate};
use projection::{LegSource, Place, Tables, WindowAsk, WindowLeg};
use switch::{
    Day, Item, ItemId, Kind, Leg, LegKind, ParticipantId, Time, Window, WindowId, WindowStatus,
};

use super::limits::{ITEMS_AT_ONCE, LEAF_LINES};
use super::{Line, LineKind, StatementError};

/// Whose statement of which window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The window.
    pub window: WindowId,
    /// The participant.
    pub participant: ParticipantId,
    /// The switch's own participant, to whom its fees are owed.
    pub house: ParticipantId,
}

/// What the lines of one currency come to, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// How many lines there are.
    pub lines: u64,
    /// What the participant is owed in all.
    pub owed_to: i128,
    /// What it owes in all.
    pub owed_by: i128,
}

/// A payout to the participant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutLine {
    /// Its place in the window, from 0.
    pub number: u32,
    /// The UETR of its pacs.009.
    pub uetr: u128,
    /// On whose behalf; nobody's in particular in the multilateral form.
    pub debtor: Option<ParticipantId>,
    /// How much.
    pub money: Money,
    /// The bank's reference of the line that shows it, and when the hub took it.
    pub paid: Option<(String, Time)>,
}

/// How the net of a participant became money.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settling {
    /// The day on which the bank pays out.
    pub day: Option<Day>,
    /// What it paid in from its liquidity.
    pub parts: Vec<Money>,
    /// What it gets from the bank.
    pub payouts: Vec<PayoutLine>,
    /// At which rates nets were converted to the settlement currency.
    pub rates: Vec<Rate>,
}

/// The outline of a statement: everything but its lines.
#[derive(Clone, Debug)]
pub struct WindowStatement {
    subject: Subject,
    window: Window,
    totals: BTreeMap<Currency, Total>,
    settling: Settling,
    legs: Vec<WindowLeg>,
    leaves: Vec<State>,
    lines: u64,
}

/// Where reading stands: before some line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct State {
    /// Behind which item.
    place: Place,
    /// How many of the legs beside the items were taken.
    legs: usize,
    /// How many lines were made.
    lines: u64,
    /// What they come to.
    balances: BTreeMap<Currency, i128>,
}

impl Total {
    /// What it comes to.
    pub fn closing(self) -> i128 {
        self.owed_to.saturating_sub(self.owed_by)
    }
}

impl WindowStatement {
    /// Adds up a closed window for one participant.
    ///
    /// # Errors
    /// [`StatementError::UnknownWindow`], [`StatementError::StillOpen`],
    /// [`StatementError::DoesNotAddUp`], or when the tables cannot be read.
    pub fn read(tables: &Tables, subject: Subject) -> Result<Self, StatementError> {
        let number = subject.window.0;
        let found = tables.window_with_legs(subject.window)?;
        let (window, mut legs) = found.ok_or(StatementError::UnknownWindow(number))?;
        if window.status == WindowStatus::Open {
            return Err(StatementError::StillOpen(number));
        }
        let who = subject.participant;
        legs.retain(|leg| leg.owes == who || leg.is_owed == who);
        let mut totals: BTreeMap<Currency, Total> = BTreeMap::new();
        let mut leaves = vec![State::default()];
        let mut walk = Walk::new(tables, subject, &legs, State::default());
        let mut lines = Vec::new();
        while walk.step(&mut lines)? {
            for line in lines.drain(..) {
                let total = totals.entry(line.currency).or_default();
                total.lines = total.lines.saturating_add(1);
                let side = match line.amount.is_negative() {
                    true => &mut total.owed_by,
                    false => &mut total.owed_to,
                };
                *side = side.saturating_add(line.amount.saturating_abs());
            }
            let begun = leaves.last().map_or(0, |leaf| leaf.lines);
            if walk.state.lines.saturating_sub(begun) >= LEAF_LINES {
                leaves.push(walk.state.clone());
            }
        }
        let lines = walk.state.lines;
        // The last leaf may have ended with the last line.
        if leaves.len() > 1 && leaves.last().is_some_and(|leaf| leaf.lines == lines) {
            leaves.pop();
        }
        let settling = settling(&window, who);
        let whole = Self {
            subject,
            window,
            totals,
            settling,
            legs,
            leaves,
            lines,
        };
        whole.check()?;
        Ok(whole)
    }

    /// Compares with the nets that the window was closed with, and with what settling them moves.
    fn check(&self) -> Result<(), StatementError> {
        let nets = self.window.nets();
        let nets: BTreeMap<Currency, i128> = nets
            .into_iter()
            .filter(|net| net.participant == self.subject.participant)
            .map(|net| (net.currency, net.net))
            .collect();
        let moved = self.settling.moved();
        for currency in Currency::ALL {
            let closing = self.totals.get(&currency).copied().unwrap_or_default();
            let closing = closing.closing();
            let net = nets.get(&currency).copied().unwrap_or_default();
            agree("the lines of a window", currency, net, closing)?;
            // What was converted is told by its rates, and its rounding is the other side's too.
            let is_settled = self.window.settlement.is_some() && self.settling.rates.is_empty();
            if is_settled {
                let money = moved.get(&currency).copied().unwrap_or_default();
                agree("the settlement of a window", currency, net, money)?;
            }
        }
        Ok(())
    }

    /// Whose, and of which window.
    pub fn subject(&self) -> Subject {
        self.subject
    }

    /// The window as it was when the outline was read.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// How often something was moved out of the window; with the window's status this tells
    /// whether the outline is still true.
    pub fn moves(&self) -> usize {
        self.window.excluded.len()
    }

    /// What the lines come to, by currency; the opening balance of a window is nothing.
    pub fn totals(&self) -> &BTreeMap<Currency, Total> {
        &self.totals
    }

    /// How the net became money; empty before the window is instructed.
    pub fn settling(&self) -> &Settling {
        &self.settling
    }

    /// How many lines there are.
    pub fn lines_count(&self) -> u64 {
        self.lines
    }

    /// How many pages of so many leaves there are; at least one.
    pub fn pages(&self, leaves: usize) -> usize {
        self.leaves.len().div_ceil(leaves.max(1))
    }

    /// What the lines before a page come to, or for the page behind the last one, all of them.
    pub(super) fn balances_before(&self, page: usize, leaves: usize) -> BTreeMap<Currency, i128> {
        let first = page.saturating_sub(1).saturating_mul(leaves);
        match self.leaves.get(first) {
            Some(leaf) => leaf.balances.clone(),
            None => {
                let all = self.totals.iter();
                all.map(|(currency, total)| (*currency, total.closing()))
                    .collect()
            }
        }
    }

    /// The lines of a page of so many leaves, counted from 1.
    ///
    /// # Errors
    /// [`StatementError::NoSuchPage`]; [`StatementError::DoesNotAddUp`] if the tables changed; or
    /// when they cannot be read.
    pub fn page(
        &self,
        tables: &Tables,
        page: usize,
        leaves: usize,
    ) -> Result<Vec<Line>, StatementError> {
        let pages = self.pages(leaves);
        let first = page.saturating_sub(1).saturating_mul(leaves);
        let begin = self.leaves.get(first).filter(|_| page > 0);
        let begin = begin.ok_or(StatementError::NoSuchPage { page, pages })?;
        let next = self.leaves.get(first.saturating_add(leaves));
        let until = next.map_or(self.lines, |next| next.lines);
        let mut walk = Walk::new(tables, self.subject, &self.legs, begin.clone());
        let mut lines = Vec::new();
        while walk.state.lines < until && walk.step(&mut lines)? {}
        let expected = self.balances_before(page.saturating_add(1), leaves);
        for currency in Currency::ALL {
            let of = |balances: &BTreeMap<Currency, i128>| {
                balances.get(&currency).copied().unwrap_or_default()
            };
            let (expected, found) = (of(&expected), of(&walk.state.balances));
            agree("a page of a window", currency, expected, found)?;
        }
        Ok(lines)
    }
}

impl Settling {
    /// What came to the participant, less what it paid in.
    fn moved(&self) -> BTreeMap<Currency, i128> {
        let mut moved: BTreeMap<Currency, i128> = BTreeMap::new();
        for payout in &self.payouts {
            let sum = moved.entry(payout.money.currency).or_default();
            *sum = sum.saturating_add(i128::from(payout.money.amount.minor()));
        }
        for part in &self.parts {
            let sum = moved.entry(part.currency).or_default();
            *sum = sum.saturating_sub(i128::from(part.amount.minor()));
        }
        moved
    }
}

fn settling(window: &Window, who: ParticipantId) -> Settling {
    let Some(settlement) = &window.settlement else {
        return Settling {
            day: window.settlement_day,
            ..Settling::default()
        };
    };
    let parts = settlement.parts.iter().filter(|(owner, _)| *owner == who);
    let payouts = (0_u32..).zip(&settlement.payouts);
    let payouts = payouts.filter(|(_, payout)| payout.creditor == who);
    Settling {
        day: window.settlement_day,
        parts: parts.map(|(_, part)| *part).collect(),
        payouts: payouts
            .map(|(number, payout)| PayoutLine {
                number,
                uetr: payout.uetr,
                debtor: payout.debtor,
                money: payout.money,
                paid: window
                    .paid
                    .get(&number)
                    .map(|paid| (paid.reference.clone(), paid.at.now)),
            })
            .collect(),
        rates: settlement.rates.clone(),
    }
}

fn agree(
    what: &'static str,
    currency: Currency,
    expected: i128,
    found: i128,
) -> Result<(), StatementError> {
    match expected == found {
        true => Ok(()),
        false => Err(StatementError::DoesNotAddUp {
            what,
            currency,
            expected,
            found,
        }),
    }
}

/// Reads a window from some place on, items and legs beside them in the order of their times.
struct Walk<'a> {
    tables: &'a Tables,
    subject: Subject,
    legs: &'a [WindowLeg],
    state: State,
    ahead: VecDeque<(Place, Item)>,
    is_read: bool,
}

impl<'a> Walk<'a> {
    fn new(tables: &'a Tables, subject: Subject, legs: &'a [WindowLeg], state: State) -> Self {
        Self {
            tables,
            subject,
            legs,
            state,
            ahead: VecDeque::new(),
            is_read: false,
        }
    }

    /// Adds the lines of the next item or leg; false when there is none.
    fn step(&mut self, lines: &mut Vec<Line>) -> Result<bool, StatementError> {
        self.look_ahead()?;
        let item = self.ahead.front();
        let leg = self.legs.get(self.state.legs);
        match (item, leg) {
            (None, None) => return Ok(false),
            (Some((place, _)), Some(leg)) if leg.at.now < place.at => self.take_leg(*leg, lines),
            (None, Some(leg)) => self.take_leg(*leg, lines),
            (Some(_), _) => {
                if let Some((place, item)) = self.ahead.pop_front() {
                    self.state.place = place;
                    self.take_item(place.at, &item, lines);
                }
            }
        }
        Ok(true)
    }

    fn look_ahead(&mut self) -> Result<(), StatementError> {
        if self.is_read || !self.ahead.is_empty() {
            return Ok(());
        }
        let Subject {
            window,
            participant,
            house,
        } = self.subject;
        let read = self.tables.items_of_window(WindowAsk {
            window,
            // The house is owed something of nearly every item without being named by it.
            of: (participant != house).then_some(participant),
            after: self.state.place,
            most: ITEMS_AT_ONCE,
        })?;
        self.is_read = read.len() < usize::from(ITEMS_AT_ONCE);
        self.ahead = read.into();
        Ok(())
    }

    fn take_item(&mut self, at: Time, item: &Item, lines: &mut Vec<Line>) {
        let (kind, legs) = match item.kind {
            Kind::Payment => (LineKind::Payment, item.terms.legs(self.subject.house)),
            Kind::Refund { payment } => {
                let legs = item.terms.refund_legs(item.amount, item.payer_amount);
                (LineKind::Refund(payment), legs)
            }
        };
        for leg in legs {
            self.take(at, Some(item.id), kind, Some(leg.kind), leg, lines);
        }
    }

    fn take_leg(&mut self, leg: WindowLeg, lines: &mut Vec<Line>) {
        self.state.legs = self.state.legs.saturating_add(1);
        let (item, kind, what) = match leg.source {
            LegSource::Break(item) => (Some(item), LineKind::Break, Some(LegKind::Break)),
            LegSource::MovedTo(window) => (None, LineKind::MovedTo(window), None),
            LegSource::MovedFrom(window) => (None, LineKind::MovedFrom(window), None),
        };
        let whole = Leg {
            kind: LegKind::Break,
            owes: leg.owes,
            is_owed: leg.is_owed,
            money: leg.money,
        };
        self.take(leg.at.now, item, kind, what, whole, lines);
    }

    fn take(
        &mut self,
        at: Time,
        item: Option<ItemId>,
        kind: LineKind,
        what: Option<LegKind>,
        leg: Leg,
        lines: &mut Vec<Line>,
    ) {
        let who = self.subject.participant;
        let minor = i128::from(leg.money.amount.minor());
        let (counterparty, amount) = match (leg.owes == who, leg.is_owed == who) {
            (true, false) => (leg.is_owed, minor.saturating_neg()),
            (false, true) => (leg.owes, minor),
            (true, true) | (false, false) => return,
        };
        let currency = leg.money.currency;
        let balance = self.state.balances.entry(currency).or_default();
        *balance = balance.saturating_add(amount);
        self.state.lines = self.state.lines.saturating_add(1);
        lines.push(Line {
            number: self.state.lines,
            at,
            item,
            kind,
            leg: what,
            counterparty,
            currency,
            amount,
            balance: *balance,
        });
    }
}
