//! An institution's books as its own file has them, read past its process.

use std::collections::BTreeMap;

use rusqlite::{Connection, OpenFlags};

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

impl Network {
    pub(crate) fn books(&self, name: &str) -> Books {
        let path = self.folder.path().join(name).join("ledger.db");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let file = Connection::open_with_flags(path, flags).expect("the ledger's file");
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
