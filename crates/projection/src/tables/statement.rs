//! What statements are made of: the items of a window in the order in which they were posted, the
//! legs of a window beside them, what a purse held at a moment, and the items of an acquirer's
//! shops.

use money::{Amount, Currency, Money};
use rusqlite::{Row, Transaction, params};
use switch::{Item, ItemId, ParticipantId, Purse, ShopKey, Stamp, Time, Window, WindowId};

use super::settlement::purse_name;
use super::{Tables, TablesError};
use crate::Corrupt;
use crate::codec::read_body;
use crate::window_legs::{LegSource, WindowLeg};

/// A place among the items of a window: what was posted then, and after the item of that number.
/// The default is before all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// When it was posted.
    pub at: Time,
    /// The item's place among all items.
    pub number: u64,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            at: Time(i64::MIN),
            number: 0,
        }
    }
}

/// Which items of a window.
#[derive(Clone, Copy, Debug)]
pub struct WindowAsk {
    /// The window.
    pub window: WindowId,
    /// Only those that this participant requested, credits or exchanges for.
    pub of: Option<ParticipantId>,
    /// Only those behind this place.
    pub after: Place,
    /// How many at most.
    pub most: u16,
}

/// Up to which movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Those of before a moment.
    Before(Time),
    /// Those of a batch and of all before it.
    Batch(u64),
}

/// What a purse held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funds {
    /// In minor units.
    pub sum: i64,
    /// The last movement that is in it; 0 if there was none.
    pub last: u64,
}

/// Which items of an acquirer's shops: payments that it credited and refunds that it gave.
#[derive(Clone, Copy, Debug)]
pub struct ShopAsk {
    /// Of which window.
    pub window: WindowId,
    /// Whose shops.
    pub acquirer: ParticipantId,
    /// Posted at this moment or later,
    pub from: Time,
    /// and before this one.
    pub until: Time,
    /// Only of this shop.
    pub shop: Option<ShopKey>,
    /// Only those behind this place.
    pub after: Place,
    /// How many at most.
    pub most: u16,
}

/// An item of a shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopItem {
    /// Its place in the window.
    pub place: Place,
    /// The payment or refund.
    pub item: Item,
    /// The shop; a refund has its payment's.
    pub shop: ShopKey,
}

/// What SQL makes of the same items, beside whoever adds them up one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShopSum {
    /// Of payments.
    pub payments: u64,
    /// Of refunds.
    pub refunds: u64,
    /// Prices, in minor units.
    pub price: i64,
    /// The shops' fees.
    pub fee: i64,
    /// What went back.
    pub refunded: i64,
}

impl Tables {
    /// The payments and refunds of a window in the order in which they were posted, each with its
    /// place.
    ///
    /// # Errors
    /// When SQLite cannot read, or a row is of another build.
    pub fn items_of_window(&self, ask: WindowAsk) -> Result<Vec<(Place, Item)>, TablesError> {
        let sql = "SELECT decided_ns, number, body FROM item INDEXED BY item_by_window \
                   WHERE settlement_window = ?1 AND (decided_ns, number) > (?2, ?3) \
                   AND (?4 IS NULL OR requester = ?4 OR creditor = ?4 OR fx = ?4) \
                   ORDER BY decided_ns, number LIMIT ?5";
        let mut query = self.connection.prepare_cached(sql)?;
        let values = params![
            ask.window.0.cast_signed(),
            ask.after.at.0,
            ask.after.number.cast_signed(),
            ask.of.map(|of| of.0),
            ask.most
        ];
        let rows = query.query_map(values, |row| Ok((place(row)?, row.get::<_, Vec<u8>>(2)?)))?;
        rows.map(|row| {
            let (place, bytes) = row?;
            Ok((place, read_body(&bytes)?))
        })
        .collect()
    }

    /// A window and its legs that no item of it posted, of one moment, in the order in which they
    /// came. There are as many as people decided on.
    ///
    /// # Errors
    /// As [`Tables::items_of_window`].
    pub fn window_with_legs(
        &self,
        id: WindowId,
    ) -> Result<Option<(Window, Vec<WindowLeg>)>, TablesError> {
        let one_moment = self.connection.unchecked_transaction()?;
        let Some(window) = self.window(id)? else {
            return Ok(None);
        };
        let sql = "SELECT sequence, time_ns, item, other_window, is_out, owes, is_owed, \
                   currency, amount FROM window_leg WHERE window = ?1 ORDER BY number";
        let legs = {
            let mut query = one_moment.prepare_cached(sql)?;
            let rows = query.query_map([id.0.cast_signed()], |row| Ok(window_leg(id, row)))?;
            rows.map(|row| row?)
                .collect::<Result<Vec<WindowLeg>, TablesError>>()?
        };
        one_moment.finish()?;
        Ok(Some((window, legs)))
    }

    /// What a purse held after some of its movements.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn funds(
        &self,
        purse: Purse,
        currency: Currency,
        until: Until,
    ) -> Result<Funds, TablesError> {
        let sql = "SELECT COALESCE(SUM(amount), 0), COALESCE(MAX(number), 0) FROM movement \
                   WHERE purse = ?1 AND (participant IS ?2 OR purse <> 'liquidity') \
                   AND currency = ?3 AND time_ns < ?4 AND sequence <= ?5";
        let (before, batch) = match until {
            Until::Before(time) => (time.0, i64::MAX),
            Until::Batch(batch) => (i64::MAX, i64::try_from(batch).unwrap_or(i64::MAX)),
        };
        let (name, whose) = purse_name(purse);
        let mut query = self.connection.prepare_cached(sql)?;
        let values = params![name, whose, currency.alpha(), before, batch];
        Ok(query.query_row(values, |row| {
            Ok(Funds {
                sum: row.get(0)?,
                last: row.get::<_, i64>(1)?.unsigned_abs(),
            })
        })?)
    }

    /// The windows into which something may have been posted in a time, in their order. They
    /// follow each other without gaps, so that their items do too.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn windows_between(&self, from: Time, until: Time) -> Result<Vec<WindowId>, TablesError> {
        let sql = "SELECT window FROM settlement WHERE opened_ns < ?2 \
                   AND (closed_ns IS NULL OR closed_ns >= ?1) ORDER BY window";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([from.0, until.0], |row| row.get::<_, i64>(0))?;
        rows.map(|row| Ok(WindowId(row?.unsigned_abs()))).collect()
    }

    /// The items of an acquirer's shops in one window, in the order in which they were posted.
    ///
    /// # Errors
    /// As [`Tables::items_of_window`].
    pub fn shop_items(&self, ask: ShopAsk) -> Result<Vec<ShopItem>, TablesError> {
        let sql = format!(
            "SELECT decided_ns, number, body, {SHOP} FROM item INDEXED BY item_by_window \
             WHERE {SHOP_ITEMS} AND (decided_ns, number) > (?6, ?7) \
             ORDER BY decided_ns, number LIMIT ?8"
        );
        let mut query = self.connection.prepare_cached(&sql)?;
        let values = params![
            ask.window.0.cast_signed(),
            ask.acquirer.0,
            ask.from.0,
            ask.until.0,
            ask.shop.map(shop_bytes),
            ask.after.at.0,
            ask.after.number.cast_signed(),
            ask.most
        ];
        let rows = query.query_map(values, |row| {
            let shop: Option<[u8; 16]> = row.get(3)?;
            let shop = shop.map_or(ShopKey::UNKNOWN, |key| ShopKey(u128::from_be_bytes(key)));
            Ok((place(row)?, row.get::<_, Vec<u8>>(2)?, shop))
        })?;
        rows.map(|row| {
            let (place, bytes, shop) = row?;
            let item = read_body(&bytes)?;
            Ok(ShopItem { place, item, shop })
        })
        .collect()
    }

    /// What SQL adds up of the items that [`Tables::shop_items`] gives one by one, `after` and
    /// `most` aside, by currency.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn shop_sums(&self, ask: ShopAsk) -> Result<Vec<(Currency, ShopSum)>, TablesError> {
        let sql = format!(
            "SELECT currency, SUM(is_refund = 0), SUM(is_refund), \
             SUM(CASE is_refund WHEN 0 THEN amount ELSE 0 END), \
             COALESCE(SUM(merchant_fee), 0), \
             SUM(CASE is_refund WHEN 1 THEN amount ELSE 0 END) \
             FROM item INDEXED BY item_by_window WHERE {SHOP_ITEMS} \
             GROUP BY currency ORDER BY currency"
        );
        let mut query = self.connection.prepare_cached(&sql)?;
        let values = params![
            ask.window.0.cast_signed(),
            ask.acquirer.0,
            ask.from.0,
            ask.until.0,
            ask.shop.map(shop_bytes),
        ];
        let rows = query.query_map(values, |row| {
            let sum = ShopSum {
                payments: row.get::<_, i64>(1)?.unsigned_abs(),
                refunds: row.get::<_, i64>(2)?.unsigned_abs(),
                price: row.get(3)?,
                fee: row.get(4)?,
                refunded: row.get(5)?,
            };
            Ok((row.get::<_, String>(0)?, sum))
        })?;
        rows.map(|row| {
            let (code, sum) = row?;
            Ok((currency(&code)?, sum))
        })
        .collect()
    }
}

/// The shop of a payment or, for a refund, of its payment.
const SHOP: &str =
    "COALESCE(shop, (SELECT paid.shop FROM item AS paid WHERE paid.id = item.payment))";

/// Which items are of an acquirer's shops, or of one of them.
const SHOP_ITEMS: &str = "settlement_window = ?1 AND decided_ns >= ?3 AND decided_ns < ?4 \
     AND CASE is_refund WHEN 0 THEN creditor ELSE requester END = ?2 \
     AND (?5 IS NULL OR \
     COALESCE(shop, (SELECT paid.shop FROM item AS paid WHERE paid.id = item.payment)) IS ?5)";

fn shop_bytes(shop: ShopKey) -> [u8; 16] {
    shop.0.to_be_bytes()
}

fn place(row: &Row<'_>) -> rusqlite::Result<Place> {
    Ok(Place {
        at: Time(row.get(0)?),
        number: row.get::<_, i64>(1)?.unsigned_abs(),
    })
}

fn currency(code: &str) -> Result<Currency, TablesError> {
    Ok(Currency::from_alpha(code).ok_or(Corrupt::Range("a currency"))?)
}

fn window_leg(window: WindowId, row: &Row<'_>) -> Result<WindowLeg, TablesError> {
    let item: Option<[u8; 16]> = row.get(2)?;
    let other: Option<i64> = row.get(3)?;
    let other = other.map(|other| WindowId(other.unsigned_abs()));
    let source = match (item, other, row.get(4)?) {
        (Some(item), None, false) => LegSource::Break(ItemId(u128::from_be_bytes(item))),
        (None, Some(other), true) => LegSource::MovedTo(other),
        (None, Some(other), false) => LegSource::MovedFrom(other),
        (Some(_), _, _) | (None, None, _) => return Err(Corrupt::Range("a leg's source").into()),
    };
    let code: String = row.get(7)?;
    let minor: i64 = row.get(8)?;
    let amount = u64::try_from(minor).ok().and_then(Amount::from_minor);
    let amount = amount.ok_or(Corrupt::Range("an amount"))?;
    Ok(WindowLeg {
        window,
        at: Stamp {
            seq: row.get::<_, i64>(0)?.unsigned_abs(),
            now: Time(row.get(1)?),
        },
        source,
        owes: ParticipantId(row.get(5)?),
        is_owed: ParticipantId(row.get(6)?),
        money: Money::new(currency(&code)?, amount),
    })
}

pub(super) fn put_window_leg(sql: &Transaction<'_>, leg: &WindowLeg) -> rusqlite::Result<()> {
    let (item, other, is_out) = match leg.source {
        LegSource::Break(item) => (Some(item.0.to_be_bytes()), None, false),
        LegSource::MovedTo(other) => (None, Some(other.0.cast_signed()), true),
        LegSource::MovedFrom(other) => (None, Some(other.0.cast_signed()), false),
    };
    let put = "INSERT INTO window_leg VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    sql.prepare_cached(put)?.execute(params![
        leg.window.0.cast_signed(),
        leg.at.seq.cast_signed(),
        leg.at.now.0,
        item,
        other,
        is_out,
        leg.owes.0,
        leg.is_owed.0,
        leg.money.currency.alpha(),
        leg.money.amount.minor().cast_signed(),
    ])?;
    Ok(())
}
