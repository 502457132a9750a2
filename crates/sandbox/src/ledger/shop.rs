//! Shops, the dynamic codes that they showed, and how far the registry was published.

use money::{Currency, Money};
use rusqlite::{Row, params};

use super::{Books, currency, money, optional, signed};
use crate::limits::LIST_ROWS_MAX;
use crate::trouble::Trouble;

/// A shop with its printed code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShopRow {
    /// JPQR store id or Bakong account.
    pub(crate) account: String,
    pub(crate) currency: Currency,
    pub(crate) name: String,
    pub(crate) name_local: Option<String>,
    pub(crate) city: String,
    pub(crate) postal_code: String,
    pub(crate) category: String,
    pub(crate) accepts_foreign: bool,
    /// The text of the printed code.
    pub(crate) payload: String,
    /// Raised with every change.
    pub(crate) version: u64,
    /// The version that the hub has; 0 for none.
    pub(crate) published: u64,
}

/// A dynamic code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CodeRow {
    pub(crate) payload: String,
    pub(crate) account: String,
    pub(crate) price: Money,
    pub(crate) bill: String,
    pub(crate) expires_ms: i64,
}

const COLUMNS: &str = "account, currency, name, name_local, city, postal_code, category, \
                       accepts_foreign, payload, version, published";

struct Raw {
    currency: String,
    version: i64,
    published: i64,
    row: ShopRow,
}

fn raw(row: &Row<'_>) -> Result<Raw, rusqlite::Error> {
    let shop = ShopRow {
        account: row.get(0)?,
        currency: Currency::Khr,
        name: row.get(2)?,
        name_local: row.get(3)?,
        city: row.get(4)?,
        postal_code: row.get(5)?,
        category: row.get(6)?,
        accepts_foreign: row.get(7)?,
        payload: row.get(8)?,
        version: 0,
        published: 0,
    };
    Ok(Raw {
        currency: row.get(1)?,
        version: row.get(9)?,
        published: row.get(10)?,
        row: shop,
    })
}

fn read(raw: Raw) -> Result<ShopRow, Trouble> {
    let whole = |version: i64| u64::try_from(version).unwrap_or(0);
    let (version, published) = (whole(raw.version), whole(raw.published));
    Ok(ShopRow {
        currency: currency(&raw.currency)?,
        version,
        published,
        ..raw.row
    })
}

impl Books<'_> {
    /// Adds a shop; its account is opened beside it.
    pub(crate) fn put_shop(&self, shop: &ShopRow) -> Result<(), Trouble> {
        let sql = "INSERT INTO shop (account, currency, name, name_local, city, postal_code, \
                   category, accepts_foreign, payload, version) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        let row = params![
            shop.account,
            shop.currency.alpha(),
            shop.name,
            shop.name_local,
            shop.city,
            shop.postal_code,
            shop.category,
            shop.accepts_foreign,
            shop.payload,
            i64::try_from(shop.version).unwrap_or(i64::MAX),
        ];
        self.connection.prepare_cached(sql)?.execute(row)?;
        Ok(())
    }

    /// One shop.
    pub(crate) fn shop(&self, account: &str) -> Result<Option<ShopRow>, Trouble> {
        let sql = format!("SELECT {COLUMNS} FROM shop WHERE account = ?1");
        let mut found = self.connection.prepare_cached(&sql)?;
        optional(found.query_row([account], raw))?
            .map(read)
            .transpose()
    }

    /// All shops, by account.
    pub(crate) fn shops(&self) -> Result<Vec<ShopRow>, Trouble> {
        let sql = format!("SELECT {COLUMNS} FROM shop ORDER BY account LIMIT ?1");
        let mut found = self.connection.prepare_cached(&sql)?;
        let rows = found.query_map([LIST_ROWS_MAX], raw)?;
        rows.map(|row| read(row?)).collect()
    }

    /// Shops whose last version the hub does not have yet.
    pub(crate) fn shops_unpublished(&self) -> Result<Vec<ShopRow>, Trouble> {
        let sql = format!(
            "SELECT {COLUMNS} FROM shop WHERE published < version ORDER BY account LIMIT ?1"
        );
        let mut found = self.connection.prepare_cached(&sql)?;
        let rows = found.query_map([LIST_ROWS_MAX], raw)?;
        rows.map(|row| read(row?)).collect()
    }

    /// The hub has this version.
    pub(crate) fn shop_published(&self, account: &str, version: u64) -> Result<(), Trouble> {
        let sql = "UPDATE shop SET published = max(published, ?2) WHERE account = ?1";
        let version = i64::try_from(version).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached(sql)?
            .execute(params![account, version])?;
        Ok(())
    }

    /// Keeps a dynamic code that a shop shows.
    pub(crate) fn put_code(&self, code: &CodeRow) -> Result<(), Trouble> {
        let sql = "INSERT INTO code (payload, account, currency, amount, bill, expires_ms) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let (alpha, minor) = (code.price.currency.alpha(), signed(code.price.amount));
        let row = params![
            code.payload,
            code.account,
            alpha,
            minor,
            code.bill,
            code.expires_ms
        ];
        self.connection.prepare_cached(sql)?.execute(row)?;
        Ok(())
    }

    /// A dynamic code that one of our shops showed.
    pub(crate) fn code(&self, payload: &str) -> Result<Option<CodeRow>, Trouble> {
        let sql = "SELECT account, currency, amount, bill, expires_ms FROM code WHERE payload = ?1";
        let read = |row: &Row<'_>| {
            let (account, alpha): (String, String) = (row.get(0)?, row.get(1)?);
            let (minor, bill): (i64, String) = (row.get(2)?, row.get(3)?);
            Ok((account, alpha, minor, bill, row.get::<_, i64>(4)?))
        };
        let found = optional(
            self.connection
                .prepare_cached(sql)?
                .query_row([payload], read),
        )?;
        let Some((account, alpha, minor, bill, expires_ms)) = found else {
            return Ok(None);
        };
        let price = money(&alpha, minor)?;
        Ok(Some(CodeRow {
            payload: payload.to_owned(),
            account,
            price,
            bill,
            expires_ms,
        }))
    }

    /// Claims a dynamic code for an item; `false` when another item has it.
    pub(crate) fn claim_code(&self, code_key: &str, item: &str) -> Result<bool, Trouble> {
        let sql = "INSERT INTO claim (code_key, item) VALUES (?1, ?2) ON CONFLICT (code_key) \
                   DO UPDATE SET item = item RETURNING item";
        let mut put = self.connection.prepare_cached(sql)?;
        let owner: String = put.query_row([code_key, item], |row| row.get(0))?;
        Ok(owner == item)
    }

    /// Frees what an item claimed.
    pub(crate) fn free_code(&self, item: &str) -> Result<(), Trouble> {
        self.connection
            .prepare_cached("DELETE FROM claim WHERE item = ?1")?
            .execute([item])?;
        Ok(())
    }

    /// A version for a corridor's rate that is larger than any before, at least `at_least`.
    pub(crate) fn rate_version(&self, corridor: &str, at_least: u64) -> Result<u64, Trouble> {
        let sql = "INSERT INTO rate (corridor, version) VALUES (?1, ?2) ON CONFLICT (corridor) \
                   DO UPDATE SET version = max(version + 1, excluded.version) RETURNING version";
        let at_least = i64::try_from(at_least).unwrap_or(i64::MAX);
        let mut put = self.connection.prepare_cached(sql)?;
        let version: i64 = put.query_row(params![corridor, at_least], |row| row.get(0))?;
        Ok(u64::try_from(version).unwrap_or(0))
    }
}
