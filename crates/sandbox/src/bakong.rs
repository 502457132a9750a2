//! The simulated Bakong behind the banks. Every movement of a customer's money over it is written
//! into the bank's own books and gets a hash of 64 digits there; one process, [`bind`], answers
//! for all banks what the real one's open interface answers: it finds a movement by the MD5 of the
//! code that was paid, by its hash or by a reference. The hub has no part in it.

mod answer;
mod api;
mod banks;
mod behaviour;
mod process;
mod question;
mod tokens;

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};
use md5::{Digest as _, Md5};
use money::Money;
use rusqlite::params;

pub use self::behaviour::{Behaviour, PrintedCode};
pub use self::process::{Bank, Bound, Config, bind};

use crate::codes;
use crate::ledger::{Books, signed};
use crate::trouble::Trouble;

/// A movement between two Bakong accounts.
#[derive(Clone, Debug)]
pub(crate) struct Movement {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) money: Money,
    /// The payment or refund that it belongs to.
    pub(crate) item: String,
    /// The code that was paid, byte by byte as it was scanned.
    pub(crate) code: Option<String>,
}

/// Records a movement and gives its hash of 64 hexadecimal digits.
pub(crate) fn record(
    books: &Books<'_>,
    movement: &Movement,
    at_ms: i64,
) -> Result<String, Trouble> {
    let Movement {
        from,
        to,
        money,
        item,
        code,
    } = movement;
    let (alpha, minor) = (money.currency.alpha(), signed(money.amount));
    let text = format!("{item}|{from}|{to}|{alpha}|{minor}|{at_ms}");
    let hash = hex(digest(&SHA256, text.as_bytes()).as_ref());
    let md5 = code.as_deref().map(payload_md5);
    // A printed code is paid by many; the real one does not follow those.
    let printed = code.as_deref().is_some_and(|it| codes::key(it).is_none());
    let sql = "INSERT OR IGNORE INTO bakong \
               (hash, md5, printed, from_account, to_account, currency, amount, item, at_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let row = params![hash, md5, printed, from, to, alpha, minor, item, at_ms];
    books.connection().prepare_cached(sql)?.execute(row)?;
    Ok(hash)
}

/// The hash of the movement that paid a dynamic code.
#[cfg(test)]
pub(crate) fn paid_by(books: &Books<'_>, payload: &str) -> Result<Option<String>, Trouble> {
    let sql = "SELECT hash FROM bakong WHERE md5 = ?1 AND NOT printed ORDER BY at_ms LIMIT 1";
    let mut found = books.connection().prepare_cached(sql)?;
    let mut rows = found.query([payload_md5(payload)])?;
    Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
}

/// What Bakong calls a payload: the MD5 of its exact bytes.
pub fn payload_md5(payload: &str) -> String {
    hex(Md5::digest(payload.as_bytes()).as_slice())
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        // Writing to a `String` cannot fail.
        let _infallible = write!(text, "{byte:02x}");
    }
    text
}
