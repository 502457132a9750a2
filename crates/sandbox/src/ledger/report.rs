//! What the books say as a whole: trial balance, net against the link, state hash.

use aws_lc_rs::digest::{Context, SHA256};
use money::Currency;
use rusqlite::types::ValueRef;

use super::{Books, Internal};
use crate::bakong::hex;
use crate::trouble::Trouble;

/// The tables that make the institution's state, each with its columns in a fixed order. Left out
/// is what says nothing about anybody's money: what was published when, and copies of the hub's
/// words that a look refreshes.
const TABLES: [&str; 11] = [
    "SELECT account, currency, kind, holder, tourist, status, balance FROM account \
     ORDER BY account, currency",
    "SELECT entry, step, item, at_ms FROM entry ORDER BY entry",
    "SELECT entry, account, currency, amount FROM line ORDER BY entry, account, currency",
    "SELECT id, account, currency, payer_amount, quote, state, at_ms FROM payment ORDER BY id",
    "SELECT id, kind, payment_id, account, currency, amount, instructed, payload, state, reason, \
     at_ms FROM credit ORDER BY id",
    "SELECT id, payment_id, account, currency, amount, state, at_ms FROM refund ORDER BY id",
    "SELECT sequence, id, kind, role, state, body FROM outcome ORDER BY sequence",
    "SELECT account, name, name_local, city, postal_code, category, accepts_foreign, payload, \
     version FROM shop ORDER BY account",
    "SELECT payload, account, currency, amount, bill, expires_ms FROM code ORDER BY payload",
    "SELECT code_key, item FROM claim ORDER BY code_key",
    "SELECT hash, md5, printed, from_account, to_account, currency, amount, item, at_ms \
     FROM bakong ORDER BY hash",
];

impl Books<'_> {
    /// Whether every entry adds up to nothing per currency and every balance is the sum of its
    /// lines; counted from the lines, not believed.
    pub(crate) fn trial_balance_holds(&self) -> Result<bool, Trouble> {
        let unequal_entries = "SELECT count(*) FROM (SELECT 1 FROM line GROUP BY entry, currency \
                               HAVING sum(amount) <> 0)";
        let wrong_balances = "SELECT count(*) FROM account AS a WHERE balance <> \
                              (SELECT coalesce(sum(amount), 0) FROM line AS l \
                              WHERE l.account = a.account AND l.currency = a.currency)";
        let mut wrong = 0_i64;
        for sql in [unequal_entries, wrong_balances] {
            let count: i64 = self.connection.query_row(sql, [], |row| row.get(0))?;
            wrong = wrong.saturating_add(count);
        }
        Ok(wrong == 0)
    }

    /// What the link owes us (positive) or we owe it, per currency that we ever used with it.
    pub(crate) fn link_net(&self) -> Result<Vec<(Currency, i64)>, Trouble> {
        let mut nets = Vec::new();
        for currency in Currency::ALL {
            let from = self.account(Internal::DueFromHub.name(), currency)?;
            let to = self.account(Internal::DueToHub.name(), currency)?;
            if from.is_none() && to.is_none() {
                continue;
            }
            let balance = |row: Option<super::Account>| row.map_or(0, |row| row.balance);
            // Both balances count credits; what we are owed is a debit.
            let net = balance(from).saturating_add(balance(to)).saturating_neg();
            nets.push((currency, net));
        }
        Ok(nets)
    }

    /// SHA-256 over a canonical dump of the state; equal before and after a restart.
    pub(crate) fn state_hash(&self) -> Result<String, Trouble> {
        let mut context = Context::new(&SHA256);
        for sql in TABLES {
            let mut statement = self.connection.prepare_cached(sql)?;
            let columns = statement.column_count();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                for column in 0..columns {
                    feed(&mut context, row.get_ref(column)?);
                }
            }
            // A table's end, so that a row cannot wander from one table to the next unseen.
            context.update(b"\x05");
        }
        Ok(hex(context.finish().as_ref()))
    }
}

/// Type, length, bytes: no two different rows give the same bytes.
fn feed(context: &mut Context, value: ValueRef<'_>) {
    let mut tagged = |tag: u8, bytes: &[u8]| {
        context.update(&[tag]);
        context.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(bytes);
    };
    match value {
        ValueRef::Null => tagged(0, b""),
        ValueRef::Integer(integer) => tagged(1, &integer.to_be_bytes()),
        ValueRef::Real(real) => tagged(2, &real.to_be_bytes()),
        ValueRef::Text(text) => tagged(3, text),
        ValueRef::Blob(blob) => tagged(4, blob),
    }
}
