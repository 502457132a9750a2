//! The simulated Bakong behind the banks: every movement of a customer's money over it gets a
//! transaction hash, and a payment of a dynamic code is found by the MD5 of its payload, as the
//! real one's open interface does it.

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};
use md5::{Digest as _, Md5};
use money::Money;
use rusqlite::params;

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
    /// The dynamic code that was paid.
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
    let sql = "INSERT OR IGNORE INTO bakong \
               (hash, md5, from_account, to_account, currency, amount, item, at_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let row = params![hash, md5, from, to, alpha, minor, item, at_ms];
    books.connection().prepare_cached(sql)?.execute(row)?;
    Ok(hash)
}

/// The hash of the movement that paid a dynamic code.
#[cfg(test)]
pub(crate) fn paid_by(books: &Books<'_>, payload: &str) -> Result<Option<String>, Trouble> {
    let sql = "SELECT hash FROM bakong WHERE md5 = ?1 ORDER BY at_ms LIMIT 1";
    let mut found = books.connection().prepare_cached(sql)?;
    let mut rows = found.query([payload_md5(payload)])?;
    Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
}

/// What Bakong calls a payload: the MD5 of its exact bytes.
pub(crate) fn payload_md5(payload: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{khr, on_books};

    #[test]
    fn a_payload_has_the_md5_that_everybody_computes() {
        assert_eq!(payload_md5(""), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(payload_md5("abc"), "900150983cd24fb0d6963f7d28e17f72");
    }

    #[test]
    fn a_movement_is_found_by_its_code_and_recorded_once() {
        on_books(|books| {
            let movement = Movement {
                from: "a@aclb".to_owned(),
                to: "b@aclb".to_owned(),
                money: khr(5),
                item: "x".to_owned(),
                code: Some("payload".to_owned()),
            };
            let hash = record(books, &movement, 7).unwrap();
            assert_eq!(hash.len(), 64);
            assert_eq!(record(books, &movement, 7).unwrap(), hash);
            assert_eq!(paid_by(books, "payload").unwrap(), Some(hash));
            assert_eq!(paid_by(books, "payload ").unwrap(), None);
        });
    }
}
