//! What an acquirer's shops took and gave back on a day.

use std::collections::BTreeMap;

use money::Currency;
use projection::{Place, ShopAsk, ShopItem, ShopSum, Tables};
use switch::{ItemId, Kind, ParticipantId, ShopKey, Time, WindowId};

use super::limits::{ITEMS_AT_ONCE, LEAF_LINES, SHOPS_MAX};
use super::{LocalDay, StatementError};

/// Whose shops, and which day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShopSubject {
    /// The participant that credits the shops.
    pub acquirer: ParticipantId,
    /// The day, on the clocks of the shops' country.
    pub day: LocalDay,
    /// Only of this shop.
    pub shop: Option<ShopKey>,
}

/// Price, fee and what is left, in minor units; of a refund all are below zero or nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fees {
    /// What the customer was asked for, or what went back.
    pub gross: i128,
    /// What the shop pays of it.
    pub fee: i128,
    /// What the shop gets.
    pub net: i128,
}

/// One payment or refund of a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShopLine {
    /// Its place in the statement, from 1.
    pub number: u64,
    /// When it was completed.
    pub at: Time,
    /// The shop's pseudonym.
    pub shop: ShopKey,
    /// The payment or refund.
    pub item: ItemId,
    /// The payment that a refund gives back.
    pub refund_of: Option<ItemId>,
    /// The batch that its parties' data was written with.
    pub parties_seq: u64,
    /// In which currency.
    pub currency: Currency,
    /// How much.
    pub fees: Fees,
}

/// What a shop's lines of one currency come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShopTotal {
    /// How many payments there are.
    pub payments: u64,
    /// How many refunds.
    pub refunds: u64,
    /// What they come to, refunds taken off.
    pub fees: Fees,
    /// What went back, as a number above zero; it is taken off already.
    pub refunded: i128,
    /// Where the data of the parties of one of its payments is: the batch, and the payment.
    pub parties: Option<(u64, ItemId)>,
}

/// The outline of the shops' day: everything but its lines.
#[derive(Clone, Debug)]
pub struct ShopStatement {
    subject: ShopSubject,
    from: Time,
    until: Time,
    windows: Vec<WindowId>,
    shops: BTreeMap<(ShopKey, Currency), ShopTotal>,
    totals: BTreeMap<Currency, ShopTotal>,
    leaves: Vec<State>,
    lines: u64,
}

/// Where reading stands: before some line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct State {
    /// In which of the windows.
    window: usize,
    /// Behind which item of it.
    place: Place,
    /// How many lines were made.
    lines: u64,
}

/// A shop's pseudonym as it is written.
pub fn shop_text(shop: ShopKey) -> String {
    match shop == ShopKey::UNKNOWN {
        true => "unknown".to_owned(),
        false => format!("{:032x}", shop.0),
    }
}

impl ShopLine {
    /// Where its parties' data is: the batch, and the payment.
    pub fn parties(&self) -> (u64, ItemId) {
        (self.parties_seq, self.refund_of.unwrap_or(self.item))
    }
}

impl ShopTotal {
    fn add(&mut self, line: &ShopLine) {
        match line.refund_of {
            None => self.payments = self.payments.saturating_add(1),
            Some(_) => {
                self.refunds = self.refunds.saturating_add(1);
                self.refunded = self.refunded.saturating_sub(line.fees.gross);
            }
        }
        self.fees.add(line.fees);
        self.parties.get_or_insert(line.parties());
    }

    /// What was sold, before anything went back: a shop looks for it in its till.
    pub fn sold(&self) -> i128 {
        self.fees.gross.saturating_add(self.refunded)
    }

    /// What SQL should say of the same lines.
    fn sum(&self) -> [i128; 5] {
        [
            i128::from(self.payments),
            i128::from(self.refunds),
            self.sold(),
            self.fees.fee,
            self.refunded,
        ]
    }
}

impl Fees {
    fn add(&mut self, more: Fees) {
        self.gross = self.gross.saturating_add(more.gross);
        self.fee = self.fee.saturating_add(more.fee);
        self.net = self.net.saturating_add(more.net);
    }
}

impl ShopStatement {
    /// Adds up a day of an acquirer's shops.
    ///
    /// # Errors
    /// [`StatementError::Calendar`], [`StatementError::TooManyLines`] for too many shops,
    /// [`StatementError::DoesNotAddUp`], or when the tables cannot be read.
    pub fn read(tables: &Tables, subject: ShopSubject) -> Result<Self, StatementError> {
        let (from, until) = subject.day.span()?;
        let mut whole = Self {
            subject,
            from,
            until,
            windows: tables.windows_between(from, until)?,
            shops: BTreeMap::new(),
            totals: BTreeMap::new(),
            leaves: vec![State::default()],
            lines: 0,
        };
        let mut at = State::default();
        let mut lines = Vec::new();
        let mut sums = Sums::default();
        loop {
            let was_in = at.window;
            let goes_on = whole.step(tables, &mut at, u64::MAX, &mut lines)?;
            for line in lines.drain(..) {
                whole.add(&line)?;
            }
            for window in whole.windows.iter().take(at.window).skip(was_in) {
                sums.add(&tables.shop_sums(whole.ask(*window, Place::default()))?);
            }
            if !goes_on {
                break;
            }
            let begun = whole.leaves.last().map_or(0, |leaf| leaf.lines);
            if at.lines.saturating_sub(begun) >= LEAF_LINES {
                whole.leaves.push(at);
            }
        }
        whole.lines = at.lines;
        let ends_empty = whole
            .leaves
            .last()
            .is_some_and(|leaf| leaf.lines == at.lines);
        if whole.leaves.len() > 1 && ends_empty {
            whole.leaves.pop();
        }
        sums.check(&whole.totals)?;
        Ok(whole)
    }

    fn add(&mut self, line: &ShopLine) -> Result<(), StatementError> {
        let of_shop = self.shops.entry((line.shop, line.currency)).or_default();
        of_shop.add(line);
        self.totals.entry(line.currency).or_default().add(line);
        match self.shops.len() > SHOPS_MAX {
            true => Err(StatementError::TooManyLines(SHOPS_MAX)),
            false => Ok(()),
        }
    }

    /// Whose, and of which day.
    pub fn subject(&self) -> ShopSubject {
        self.subject
    }

    /// From its first moment to the first of the next day.
    pub fn span(&self) -> (Time, Time) {
        (self.from, self.until)
    }

    /// What each shop comes to, by shop, then currency.
    pub fn shops(&self) -> &BTreeMap<(ShopKey, Currency), ShopTotal> {
        &self.shops
    }

    /// What all of them come to.
    pub fn totals(&self) -> &BTreeMap<Currency, ShopTotal> {
        &self.totals
    }

    /// How many lines there are.
    pub fn lines_count(&self) -> u64 {
        self.lines
    }

    /// How many pages of so many leaves there are; at least one.
    pub fn pages(&self, leaves: usize) -> usize {
        self.leaves.len().div_ceil(leaves.max(1))
    }

    /// The lines of a page of so many leaves, counted from 1, in the order of time.
    ///
    /// # Errors
    /// [`StatementError::NoSuchPage`], or when the tables cannot be read.
    pub fn page(
        &self,
        tables: &Tables,
        page: usize,
        leaves: usize,
    ) -> Result<Vec<ShopLine>, StatementError> {
        let pages = self.pages(leaves);
        let first = page.saturating_sub(1).saturating_mul(leaves);
        let begin = self.leaves.get(first).filter(|_| page > 0);
        let mut at = *begin.ok_or(StatementError::NoSuchPage { page, pages })?;
        let next = self.leaves.get(first.saturating_add(leaves));
        let until = next.map_or(self.lines, |next| next.lines);
        let mut lines = Vec::new();
        while at.lines < until && self.step(tables, &mut at, until, &mut lines)? {}
        Ok(lines)
    }

    /// Adds the lines of the next read, up to a number; false when there is nothing more.
    fn step(
        &self,
        tables: &Tables,
        at: &mut State,
        until: u64,
        lines: &mut Vec<ShopLine>,
    ) -> Result<bool, StatementError> {
        let Some(window) = self.windows.get(at.window) else {
            return Ok(false);
        };
        let items = tables.shop_items(self.ask(*window, at.place))?;
        let is_last = items.len() < usize::from(ITEMS_AT_ONCE);
        for one in items {
            if at.lines >= until {
                return Ok(true);
            }
            at.lines = at.lines.saturating_add(1);
            at.place = one.place;
            lines.push(line(at.lines, &one));
        }
        if is_last {
            at.window = at.window.saturating_add(1);
            at.place = Place::default();
        }
        Ok(true)
    }

    fn ask(&self, window: WindowId, after: Place) -> ShopAsk {
        ShopAsk {
            window,
            acquirer: self.subject.acquirer,
            from: self.from,
            until: self.until,
            shop: self.subject.shop,
            after,
            most: ITEMS_AT_ONCE,
        }
    }
}

fn line(number: u64, one: &ShopItem) -> ShopLine {
    let ShopItem { place, item, shop } = one;
    let minor = |amount: money::Amount| i128::from(amount.minor());
    let price = minor(item.amount.amount);
    let (refund_of, fees) = match item.kind {
        Kind::Payment => {
            let fees = Fees {
                gross: price,
                fee: minor(item.terms.merchant_fee),
                net: minor(item.terms.shop_receives().amount),
            };
            (None, fees)
        }
        // Fees stay where they went.
        Kind::Refund { payment } => {
            let back = price.saturating_neg();
            let fees = Fees {
                gross: back,
                fee: 0,
                net: back,
            };
            (Some(payment), fees)
        }
    };
    ShopLine {
        number,
        at: place.at,
        shop: *shop,
        item: item.id,
        refund_of,
        parties_seq: item.parties_seq,
        currency: item.amount.currency,
        fees,
    }
}

/// What SQL says of all windows together.
#[derive(Default)]
struct Sums(BTreeMap<Currency, [i128; 5]>);

impl Sums {
    fn add(&mut self, of_window: &[(Currency, ShopSum)]) {
        for (currency, sum) in of_window {
            let known = self.0.entry(*currency).or_default();
            let more = [
                i128::from(sum.payments),
                i128::from(sum.refunds),
                i128::from(sum.price),
                i128::from(sum.fee),
                i128::from(sum.refunded),
            ];
            for (known, more) in known.iter_mut().zip(more) {
                *known = known.saturating_add(more);
            }
        }
    }

    /// The lines and SQL count the same, and nothing but the fee is between gross and net.
    fn check(&self, totals: &BTreeMap<Currency, ShopTotal>) -> Result<(), StatementError> {
        for currency in Currency::ALL {
            let total = totals.get(&currency).copied().unwrap_or_default();
            let said = self.0.get(&currency).copied().unwrap_or_default();
            let net = total.fees.gross.saturating_sub(total.fees.fee);
            let pairs = total.sum().into_iter().zip(said);
            for (found, expected) in pairs.chain([(total.fees.net, net)]) {
                if found != expected {
                    return Err(StatementError::DoesNotAddUp {
                        what: "the day of a shop",
                        currency,
                        expected,
                        found,
                    });
                }
            }
        }
        Ok(())
    }
}
