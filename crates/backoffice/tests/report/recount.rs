//! The same figures, counted in two plain ways that share nothing with the report.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use money::{Currency, Money};
use projection::{BatchWriter, decode};
use rusqlite::Connection;
use switch::{Record, Tried};

use crate::world::World;

/// One query a figure.
pub(crate) fn by_sql(file: &Path, (from, to): &(i64, i64)) -> Vec<String> {
    let sql = Connection::open(file).unwrap();
    let within = format!("created_ns >= {from} AND created_ns < {to}");
    let payments = format!("FROM item WHERE is_refund = 0 AND {within}");
    let one = |query: &str| -> i64 { sql.query_row(query, [], |row| row.get(0)).unwrap() };
    let state = |state: &str| one(&format!("SELECT COUNT(*) {payments} AND state = '{state}'"));
    let completed = format!("{payments} AND state = 'completed'");
    let mut lines = vec![
        format!("completed {}", state("completed")),
        format!("cancelled {}", state("cancelled")),
        format!(
            "open {}",
            one(&format!(
                "SELECT COUNT(*) {payments} AND decided_ns IS NULL"
            ))
        ),
        format!(
            "refused {}",
            one(&format!(
                "SELECT COUNT(*) FROM closed WHERE refusal IS NOT NULL AND is_refund IS NOT 1 \
                 AND at_ns >= {from} AND at_ns < {to}"
            ))
        ),
        format!(
            "in doubt {}",
            one(&format!("SELECT COUNT(*) {payments} AND was_in_doubt"))
        ),
        format!(
            "payers {}",
            one(&format!(
                "SELECT COUNT(DISTINCT requester || hex(payer_key)) {completed}"
            ))
        ),
        format!(
            "shops {}",
            one(&format!(
                "SELECT COUNT(DISTINCT creditor || hex(shop)) {completed} AND shop IS NOT NULL"
            ))
        ),
        format!(
            "refunds {}",
            one(&format!(
                "SELECT COUNT(*) FROM item WHERE is_refund = 1 AND state = 'completed' AND {within}"
            ))
        ),
    ];
    for (name, currency, amount) in [
        ("price", "currency", "amount"),
        ("paid", "payer_currency", "payer_amount"),
    ] {
        let query =
            format!("SELECT {currency}, COUNT(*), SUM({amount}) {completed} GROUP BY {currency}");
        let mut query = sql.prepare(&query).unwrap();
        let rows = query.query_map([], |row| {
            let letters: String = row.get(0)?;
            Ok((
                letters,
                row.get::<_, i64>(1)?,
                row.get::<_, i64>(2)?.unsigned_abs(),
            ))
        });
        let rows: Vec<(String, i64, u64)> = rows.unwrap().map(Result::unwrap).collect();
        lines.extend(values(name, rows));
    }
    lines
}

fn values(name: &str, rows: Vec<(String, i64, u64)>) -> Vec<String> {
    let row = |(letters, count, sum): (String, i64, u64)| {
        let currency = Currency::from_alpha(&letters).unwrap();
        let sum = money::Amount::from_minor(sum).unwrap().decimal(currency);
        (currency, format!("{name} {letters} {count} {sum}"))
    };
    let rows: BTreeMap<Currency, String> = rows.into_iter().map(row).collect();
    rows.into_values().collect()
}

/// Record by record, through the bytes that the journal would hold.
pub(crate) fn from_journal(world: &World, (from, to): &(i64, i64)) -> Vec<String> {
    let mut open = BTreeMap::new();
    let (mut completed, mut cancelled, mut refused, mut refunds) = (0, 0, 0, 0);
    let (mut refunding, mut doubted) = (BTreeSet::new(), 0);
    let (mut payers, mut shops) = (BTreeSet::new(), BTreeSet::new());
    let mut prices: BTreeMap<Currency, (i64, u64)> = BTreeMap::new();
    let mut paid = prices.clone();
    let add = |to: &mut BTreeMap<Currency, (i64, u64)>, money: Money| {
        let sum = to.entry(money.currency).or_default();
        *sum = (sum.0 + 1, sum.1 + money.amount.minor());
    };
    for (at, records) in &world.batches {
        let mut batch = BatchWriter::default();
        for record in records {
            batch.push(record);
        }
        let is_within = from <= at && at < to;
        for record in decode(&batch.finish()).unwrap() {
            if let Record::PaymentReserved(made) = record {
                if is_within {
                    open.insert(made.id, made);
                }
            } else if let Record::RefundReserved(taken) = record {
                if is_within {
                    refunding.insert(taken.id);
                }
            } else if let Record::InDoubt { id, .. } = record {
                doubted += i32::from(open.contains_key(&id));
            } else if let Record::Cancelled { id, .. } = record {
                cancelled += i32::from(open.remove(&id).is_some());
            } else if let Record::Completed { id, .. } = record {
                refunds += i32::from(refunding.remove(&id));
                let Some(made) = open.remove(&id) else {
                    continue;
                };
                completed += 1;
                payers.insert((made.terms.payer, made.payer_key));
                shops.insert((made.terms.payee, made.shop));
                add(&mut prices, made.terms.amount);
                add(&mut paid, made.payer_amount);
            } else if let Record::Refused { tried, .. } = record {
                let is_refund = matches!(tried, Tried::Refund { .. });
                refused += i32::from(is_within && !is_refund);
            }
        }
    }
    shops.retain(|(_, shop)| *shop != switch::ShopKey::UNKNOWN);
    let mut lines = vec![
        format!("completed {completed}"),
        format!("cancelled {cancelled}"),
        format!("open {}", open.len()),
        format!("refused {refused}"),
        format!("in doubt {doubted}"),
        format!("payers {}", payers.len()),
        format!("shops {}", shops.len()),
        format!("refunds {refunds}"),
    ];
    for (name, sums) in [("price", prices), ("paid", paid)] {
        let row = |(currency, (count, sum)): (Currency, (i64, u64))| {
            (currency.alpha().to_owned(), count, sum)
        };
        lines.extend(values(name, sums.into_iter().map(row).collect()));
    }
    lines
}
