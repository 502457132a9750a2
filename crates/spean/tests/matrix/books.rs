//! An institution's books as its own file has them, read past its process.

use std::collections::BTreeMap;

use rusqlite::{Connection, OpenFlags};
use wire::api::Outcome;

use crate::network::Network;

/// One thing that a participant's books say about an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) payment_id: String,
    pub(crate) state: String,
    pub(crate) kind: String,
    /// As asked or quoted, in minor units.
    pub(crate) amount: i64,
    /// What moved on the customer's or shop's account because of it; credits are positive.
    pub(crate) moved: i64,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Books {
    /// Payments of its customers.
    pub(crate) payments: Vec<Row>,
    /// What it was asked to credit.
    pub(crate) credits: Vec<Row>,
    /// Refunds of its shops.
    pub(crate) refunds: Vec<Row>,
    /// Everything that it was ever told, by item.
    pub(crate) told: BTreeMap<String, Vec<String>>,
}

const MOVED: &str = "(SELECT coalesce(sum(l.amount), 0) FROM line AS l JOIN entry AS e \
                     ON e.entry = l.entry WHERE e.item = t.id AND l.account = t.account)";

/// What an ask said, as far as an institution keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) account: String,
    pub(crate) currency: String,
    pub(crate) amount: i64,
    pub(crate) instructed: i64,
    pub(crate) payload: String,
}

impl Network {
    fn file(&self, name: &str) -> Connection {
        let path = self.folder.path().join(name).join("ledger.db");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        Connection::open_with_flags(path, flags).expect("the ledger's file")
    }

    pub(crate) fn asked(&self, name: &str, id: &str) -> Asked {
        let sql = "SELECT account, currency, amount, instructed, payload FROM credit WHERE id = ?1";
        let asked = self.file(name).query_row(sql, [id], |row| {
            Ok(Asked {
                account: row.get(0)?,
                currency: row.get(1)?,
                amount: row.get(2)?,
                instructed: row.get(3)?,
                payload: row.get(4)?,
            })
        });
        asked.expect("an ask")
    }

    /// The last outcome that an institution noted, as it was told.
    pub(crate) fn last_outcome(&self, name: &str) -> Outcome {
        let sql = "SELECT body FROM outcome ORDER BY sequence DESC LIMIT 1";
        let body = self
            .file(name)
            .query_row(sql, [], |row| row.get::<_, String>(0));
        serde_json::from_str(&body.expect("an outcome")).expect("an outcome's JSON")
    }

    pub(crate) fn books(&self, name: &str) -> Books {
        let file = self.file(name);
        let rows = |table: &str, columns: &str| {
            let sql = format!("SELECT {columns}, {MOVED} FROM {table} AS t ORDER BY id");
            let mut statement = file.prepare(&sql).expect("the ledger's table");
            let rows = statement.query_map([], |row| {
                Ok(Row {
                    id: row.get(0)?,
                    payment_id: row.get(1)?,
                    state: row.get(2)?,
                    kind: row.get(3)?,
                    amount: row.get(4)?,
                    moved: row.get(5)?,
                })
            });
            rows.expect("rows").map(|row| row.expect("a row")).collect()
        };
        let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut statement = file
            .prepare("SELECT id, state FROM told")
            .expect("the table");
        let rows_told = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        for row in rows_told.expect("rows") {
            let (id, state): (String, String) = row.expect("a row");
            told.entry(id).or_default().push(state);
        }
        Books {
            payments: rows("payment", "id, id, state, 'payment', payer_amount"),
            credits: rows("credit", "id, payment_id, state, kind, amount"),
            refunds: rows("refund", "id, payment_id, state, 'refund', amount"),
            told,
        }
    }
}
