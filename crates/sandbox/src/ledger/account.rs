//! Accounts of customers and shops.

use money::Currency;
use rusqlite::{Row, params};

use super::{Books, currency, optional};
use crate::limits::LIST_ROWS_MAX;
use crate::trouble::Trouble;

/// What an account is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccountKind {
    Customer,
    Shop,
    Internal,
}

impl AccountKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            AccountKind::Customer => "customer",
            AccountKind::Shop => "shop",
            AccountKind::Internal => "internal",
        }
    }

    fn read(name: &str) -> Self {
        match name {
            "customer" => AccountKind::Customer,
            "shop" => AccountKind::Shop,
            _internal_by_the_schema => AccountKind::Internal,
        }
    }
}

/// Whose account is opened.
#[derive(Clone, Debug)]
pub(crate) struct Holder {
    pub(crate) account: String,
    pub(crate) name: String,
    pub(crate) kind: AccountKind,
    pub(crate) tourist: bool,
}

impl Holder {
    /// A customer.
    pub(crate) fn customer(account: &str, name: &str) -> Self {
        let (account, name) = (account.to_owned(), name.to_owned());
        Self {
            account,
            name,
            kind: AccountKind::Customer,
            tourist: false,
        }
    }

    /// A customer from abroad.
    pub(crate) fn tourist(account: &str, name: &str) -> Self {
        Self {
            tourist: true,
            ..Self::customer(account, name)
        }
    }

    /// A shop.
    pub(crate) fn shop(account: &str, name: &str) -> Self {
        Self {
            kind: AccountKind::Shop,
            ..Self::customer(account, name)
        }
    }
}

/// One account in one currency.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) account: String,
    pub(crate) currency: Currency,
    pub(crate) kind: AccountKind,
    pub(crate) holder: Option<String>,
    pub(crate) tourist: bool,
    pub(crate) closed: bool,
    /// Credits less debits.
    pub(crate) balance: i64,
}

/// Names are personal data and stay out of logs.
impl core::fmt::Debug for Account {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "Account({} {} {})",
            self.kind.name(),
            self.currency,
            self.balance
        )
    }
}

const COLUMNS: &str = "account, currency, kind, holder, tourist, status, balance";

type Raw = (String, String, String, Option<String>, bool, String, i64);

fn raw(row: &Row<'_>) -> Result<Raw, rusqlite::Error> {
    let (account, alpha, kind) = (row.get(0)?, row.get(1)?, row.get(2)?);
    Ok((
        account,
        alpha,
        kind,
        row.get(3)?,
        row.get(4)?,
        row.get(5)?,
        row.get(6)?,
    ))
}

fn read((account, alpha, kind, holder, tourist, status, balance): Raw) -> Result<Account, Trouble> {
    let (currency, kind) = (currency(&alpha)?, AccountKind::read(&kind));
    let closed = status != "open";
    Ok(Account {
        account,
        currency,
        kind,
        holder,
        tourist,
        closed,
        balance,
    })
}

impl Books<'_> {
    /// Opens an account with nothing in it; `false` when it was there already.
    pub(crate) fn open_account(
        &self,
        holder: &Holder,
        currency: Currency,
    ) -> Result<bool, Trouble> {
        let sql = "INSERT OR IGNORE INTO account (account, currency, kind, holder, tourist) \
                   VALUES (?1, ?2, ?3, ?4, ?5)";
        let kind = holder.kind.name();
        let row = params![
            holder.account,
            currency.alpha(),
            kind,
            holder.name,
            holder.tourist
        ];
        Ok(self.connection.prepare_cached(sql)?.execute(row)? != 0)
    }

    /// Closes an account in every currency; its money stays visible.
    pub(crate) fn close_account(&self, account: &str) -> Result<(), Trouble> {
        let sql = "UPDATE account SET status = 'closed' WHERE account = ?1 AND kind <> 'internal'";
        self.connection.prepare_cached(sql)?.execute([account])?;
        Ok(())
    }

    /// One account in one currency.
    pub(crate) fn account(
        &self,
        account: &str,
        currency: Currency,
    ) -> Result<Option<Account>, Trouble> {
        let sql = format!("SELECT {COLUMNS} FROM account WHERE account = ?1 AND currency = ?2");
        let found = self.connection.prepare_cached(&sql)?;
        let mut found = found;
        optional(found.query_row([account, currency.alpha()], raw))?
            .map(read)
            .transpose()
    }

    /// A customer's or shop's accounts, one per currency.
    pub(crate) fn accounts_of(&self, account: &str) -> Result<Vec<Account>, Trouble> {
        let sql = format!(
            "SELECT {COLUMNS} FROM account WHERE account = ?1 AND kind <> 'internal' \
             ORDER BY currency"
        );
        let mut found = self.connection.prepare_cached(&sql)?;
        let rows = found.query_map([account], raw)?;
        rows.map(|row| read(row?)).collect()
    }

    /// Accounts of one kind, by id.
    pub(crate) fn accounts_by(&self, kind: AccountKind) -> Result<Vec<Account>, Trouble> {
        let sql = format!(
            "SELECT {COLUMNS} FROM account WHERE kind = ?1 ORDER BY account, currency LIMIT ?2"
        );
        let mut found = self.connection.prepare_cached(&sql)?;
        let rows = found.query_map(params![kind.name(), LIST_ROWS_MAX], raw)?;
        rows.map(|row| read(row?)).collect()
    }

    /// All accounts, our own included.
    pub(crate) fn accounts(&self) -> Result<Vec<Account>, Trouble> {
        let sql = format!("SELECT {COLUMNS} FROM account ORDER BY account, currency");
        let mut found = self.connection.prepare_cached(&sql)?;
        let rows = found.query_map([], raw)?;
        rows.map(|row| read(row?)).collect()
    }
}
