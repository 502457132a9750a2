//! Looking into the banks' own books, where every movement over the simulated Bakong stands. They
//! are opened for reading only: a bank that stands still or is down does not keep the simulated
//! Bakong from answering, as the real one's ledger does not live at the banks.

use std::path::PathBuf;

use money::Money;
use rusqlite::{Connection, Row, params};

use super::process::Bank;
use super::question::Short;
use crate::ledger::{money, open_to_read, signed};
use crate::trouble::{Fault, Trouble, broken_plainly};

/// What a movement is looked for by.
#[derive(Clone, Debug)]
pub(super) enum By {
    /// The MD5 of the payload that was paid.
    Md5(String),
    /// All 64 digits.
    Hash(String),
    /// Eight digits, amount and currency.
    Short(Short),
    /// The reference of the side that instructed it: the payment's or refund's id.
    Instruction(String),
    /// The reference of the payer's bank.
    External(String),
}

/// A movement as it was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) hash: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) money: Money,
    pub(super) instruction: Option<String>,
    pub(super) printed: bool,
    pub(super) at_ms: i64,
    /// Where it was found; never the side of somebody's name.
    pub(super) bank: String,
}

impl Found {
    /// The reference of the payer's bank: made of the hash, so that it needs no room of its own.
    pub(super) fn external(&self) -> String {
        let digits: String = self.hash.chars().take(EXTERNAL_DIGITS).collect();
        format!("{EXTERNAL}{}", digits.to_ascii_uppercase())
    }
}

/// What every external reference begins with.
const EXTERNAL: &str = "SIMFT";
const EXTERNAL_DIGITS: usize = 16;

/// What a payment at home is called in the books; nobody outside gave it a reference.
const AT_HOME: &str = "domestic:";

/// The banks, each opened when it is first needed.
#[derive(Debug)]
pub(super) struct Banks(Vec<Book>);

#[derive(Debug)]
struct Book {
    name: String,
    path: PathBuf,
    connection: Option<Connection>,
}

impl Banks {
    pub(super) fn new(banks: Vec<Bank>) -> Self {
        let book = |bank: Bank| Book {
            name: bank.name,
            path: bank.ledger,
            connection: None,
        };
        Self(banks.into_iter().map(book).collect())
    }

    /// Whether every bank's books can be read.
    pub(super) fn are_open(&mut self) -> bool {
        self.0
            .iter_mut()
            .all(|book| book.read(|_books| Ok(())).is_ok())
    }

    /// The first movement that fits; of several payments of one printed code the oldest.
    pub(super) fn find(&mut self, by: &By) -> Result<Option<Found>, Fault> {
        for book in &mut self.0 {
            let name = book.name.clone();
            if let Some(found) = book.read(|books| find(books, &name, by))? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Whether some bank has the account, and it is open.
    pub(super) fn have_account(&mut self, account: &str) -> Result<bool, Fault> {
        let sql = "SELECT count(*) FROM account WHERE account = ?1 AND kind <> 'internal' \
                   AND status = 'open'";
        for book in &mut self.0 {
            let count: i64 = book.read(|books| {
                let mut found = books.prepare_cached(sql)?;
                Ok(found.query_row([account], |row| row.get(0))?)
            })?;
            if count > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Book {
    /// Reads; after trouble the file is opened anew the next time.
    fn read<T>(&mut self, look: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => open_to_read(&self.path)?,
        };
        let seen = look(&connection)?;
        self.connection = Some(connection);
        Ok(seen)
    }
}

fn find(books: &Connection, bank: &str, by: &By) -> Result<Option<Found>, Fault> {
    let one = |condition: &str, values: &[&dyn rusqlite::ToSql]| {
        let sql = format!(
            "SELECT hash, from_account, to_account, currency, amount, item, printed, at_ms \
             FROM bakong WHERE {condition} ORDER BY at_ms, hash LIMIT 1"
        );
        let mut found = books.prepare_cached(&sql)?;
        let mut rows = found.query(values)?;
        rows.next()?.map(|row| read(row, bank)).transpose()
    };
    match by {
        By::Md5(md5) => one("md5 = ?1", params![md5]),
        By::Hash(hash) => one("hash = ?1", params![hash]),
        By::Short(short) => {
            let (currency, minor) = (short.money.currency.alpha(), signed(short.money.amount));
            let condition = format!("{BEGINS} AND currency = ?2 AND amount = ?3");
            one(&condition, params![short.prefix, currency, minor])
        }
        By::Instruction(item) if item.starts_with(AT_HOME) => Ok(None),
        By::Instruction(item) => one("item = ?1", params![item]),
        By::External(reference) => match digits(reference) {
            Some(digits) => one(BEGINS, params![digits]),
            None => Ok(None),
        },
    }
}

/// That the hash begins with ?1, by its index; `g` stands behind every digit.
const BEGINS: &str = "hash >= ?1 AND hash < ?1 || 'g'";

/// The hash's digits in an external reference of ours.
fn digits(reference: &str) -> Option<String> {
    let digits = reference.strip_prefix(EXTERNAL)?;
    let ours = |digit: char| digit.is_ascii_digit() || ('A'..='F').contains(&digit);
    let whole = digits.len() == EXTERNAL_DIGITS && digits.chars().all(ours);
    whole.then(|| digits.to_ascii_lowercase())
}

fn read(row: &Row<'_>, bank: &str) -> Result<Found, Fault> {
    let (currency, minor): (String, i64) = (row.get(3)?, row.get(4)?);
    let money = money(&currency, minor).map_err(plainly)?;
    let item: String = row.get(5)?;
    Ok(Found {
        hash: row.get(0)?,
        from: row.get(1)?,
        to: row.get(2)?,
        money,
        instruction: (!item.starts_with(AT_HOME)).then_some(item),
        printed: row.get(6)?,
        at_ms: row.get(7)?,
        bank: bank.to_owned(),
    })
}

fn plainly(trouble: Trouble) -> Fault {
    match trouble {
        Trouble::Fault(fault) => fault,
        Trouble::Refused(..) | Trouble::Hub(_) => broken_plainly("a movement in the ledger"),
    }
}
