//! The one pass over the tables.

use std::collections::HashMap;
use std::path::Path;

use money::Currency;
use projection::TABLES_LAYOUT;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row};
use wire::api::SettlementFigures;

use super::cell::{Cells, CorridorName, Flow, Key, Names, Tally};
use super::period::{Buckets, Period};
use super::{ReportError, settlement};

/// A connection within one SQL transaction, so that all of it is of one moment.
pub(super) struct Look {
    sql: Connection,
}

/// Numbers for payers and shops, the same for the same account at the same participant.
#[derive(Default)]
struct Numbers {
    payers: HashMap<(u16, [u8; 16]), u32>,
    shops: HashMap<(u16, [u8; 16]), u32>,
}

/// What is read of the rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    All,
    /// Counts and sums, for growth.
    Sums,
}

const ITEMS: &str = "SELECT state, requester, creditor, fx, corridor, currency, amount, \
     payer_currency, payer_amount, created_ns, decided_ns, payer_key, shop, category, principal, \
     customer_fee, merchant_fee, rate_value_milli, reference_value_milli, reason, status_reason, \
     was_in_doubt FROM item INDEXED BY item_by_time \
     WHERE created_ns >= ?1 AND created_ns < ?2 AND is_refund = 0";

/// A refund has its payment's category, whenever that was.
const REFUNDS: &str = "SELECT refund.state, refund.creditor, refund.requester, refund.fx, \
     refund.corridor, refund.currency, refund.amount, refund.payer_currency, \
     refund.payer_amount, refund.created_ns, payment.category \
     FROM item refund INDEXED BY item_by_time \
     LEFT JOIN item payment ON payment.id = refund.payment \
     WHERE refund.created_ns >= ?1 AND refund.created_ns < ?2 AND refund.is_refund = 1";

const REFUSED: &str = "SELECT refusal, requester, payee, fx, corridor, currency, payer_currency, \
     category, at_ns, is_refund FROM closed INDEXED BY closed_by_time \
     WHERE at_ns >= ?1 AND at_ns < ?2 AND refusal IS NOT NULL AND is_refund IS NOT 1";

const REFUNDS_REFUSED: &str = "SELECT payment.requester, payment.creditor, payment.fx, \
     payment.corridor, payment.currency, payment.payer_currency, payment.category, closed.at_ns \
     FROM closed INDEXED BY closed_by_time LEFT JOIN item payment ON payment.id = closed.payment \
     WHERE closed.at_ns >= ?1 AND closed.at_ns < ?2 AND closed.is_refund = 1";

impl Look {
    pub(super) fn open(tables: &Path) -> Result<Self, ReportError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let sql = Connection::open_with_flags(tables, flags)?;
        sql.busy_timeout(std::time::Duration::from_secs(2))?;
        sql.execute_batch("BEGIN")?;
        let found: i64 = sql.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if found != TABLES_LAYOUT {
            let expected = TABLES_LAYOUT;
            return Err(ReportError::Layout { found, expected });
        }
        Ok(Self { sql })
    }

    /// The batch that the tables stand for, and its hash in hexadecimal.
    pub(super) fn applied(&self) -> Result<(u64, String), ReportError> {
        let row = self.sql.query_row(
            "SELECT sequence, lower(hex(hash)) FROM applied",
            [],
            |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?)),
        );
        row.optional()?.ok_or(ReportError::Empty)
    }

    pub(super) fn names(&self) -> Result<Names, ReportError> {
        let mut names = Names::default();
        let mut query = self.sql.prepare("SELECT id, name FROM participant")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            names.participants.insert(row.get(0)?, row.get(1)?);
        }
        let mut query = self
            .sql
            .prepare("SELECT id, name, payer_scheme, payee_scheme FROM corridor")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let corridor = CorridorName {
                name: row.get(1)?,
                payer_scheme: row.get(2)?,
                payee_scheme: row.get(3)?,
            };
            names.corridors.insert(row.get(0)?, corridor);
        }
        Ok(names)
    }

    pub(super) fn settlement(
        &self,
        period: &Period,
        names: &Names,
    ) -> Result<Option<SettlementFigures>, ReportError> {
        settlement::figures(&self.sql, period.bounds_ns(), names)
    }

    pub(super) fn cells(&self, period: &Period) -> Result<Cells, ReportError> {
        self.take(period, Depth::All)
    }

    /// What growth is measured against.
    pub(super) fn prior(&self, period: &Period) -> Result<Cells, ReportError> {
        self.take(&period.prior(), Depth::Sums)
    }

    fn take(&self, period: &Period, depth: Depth) -> Result<Cells, ReportError> {
        let buckets = period.buckets();
        let mut cells = Cells::default();
        self.payments(period, depth, &buckets, &mut cells)?;
        self.refunds(period, &buckets, &mut cells)?;
        self.refusals(period, &buckets, &mut cells)?;
        cells.labels = buckets.labels;
        Ok(cells)
    }

    fn payments(
        &self,
        period: &Period,
        depth: Depth,
        buckets: &Buckets,
        cells: &mut Cells,
    ) -> Result<(), ReportError> {
        let mut numbers = Numbers::default();
        let mut query = self.sql.prepare(ITEMS)?;
        let mut rows = query.query(period.bounds_ns())?;
        while let Some(row) = rows.next()? {
            let key = Key {
                payer: row.get(1)?,
                payee: row.get(2)?,
                fx: row.get(3)?,
                corridor: row.get(4)?,
                currency: currency(row, 5)?,
                payer_currency: currency(row, 7)?,
                category: row.get(13)?,
                bucket: buckets.of(row.get(9)?),
            };
            payment(row, &key, depth, &mut numbers, cells.at(key))?;
        }
        Ok(())
    }

    fn refunds(
        &self,
        period: &Period,
        buckets: &Buckets,
        cells: &mut Cells,
    ) -> Result<(), ReportError> {
        let mut query = self.sql.prepare(REFUNDS)?;
        let mut rows = query.query(period.bounds_ns())?;
        while let Some(row) = rows.next()? {
            let key = Key {
                payer: row.get(1)?,
                payee: row.get(2)?,
                fx: row.get(3)?,
                corridor: row.get(4)?,
                currency: currency(row, 5)?,
                payer_currency: currency(row, 7)?,
                category: row.get(10)?,
                bucket: buckets.of(row.get(9)?),
            };
            let tally = cells.at(key);
            match ending(row)? {
                Ending::Completed => {
                    let pair = (key.currency, key.payer_currency);
                    let flow: &mut Flow = tally.flows.entry(pair).or_default();
                    flow.refunds = flow.refunds.saturating_add(1);
                    flow.refunded = flow.refunded.saturating_add(sum(row, 6)?);
                    flow.paid_back = flow.paid_back.saturating_add(sum(row, 8)?);
                }
                Ending::Cancelled => count(&mut tally.refunds_cancelled),
                Ending::Open => count(&mut tally.refunds_open),
            }
        }
        Ok(())
    }

    fn refusals(
        &self,
        period: &Period,
        buckets: &Buckets,
        cells: &mut Cells,
    ) -> Result<(), ReportError> {
        let mut query = self.sql.prepare(REFUSED)?;
        let mut rows = query.query(period.bounds_ns())?;
        while let Some(row) = rows.next()? {
            // The first layout of a refusal said neither what was tried nor by whom it would have
            // been credited; not even whether it was a payment, but for the requester's sake it
            // stands with the payments, which are a hundred times more.
            let key = Key {
                payer: row.get(1)?,
                payee: row.get(2)?,
                fx: row.get(3)?,
                corridor: row.get(4)?,
                currency: currency(row, 5)?,
                payer_currency: currency(row, 6)?,
                category: row.get(7)?,
                bucket: buckets.of(row.get(8)?),
            };
            let tally = cells.at(key);
            count(&mut tally.refused);
            tally.note_why("refused", row.get(0)?);
        }
        let mut query = self.sql.prepare(REFUNDS_REFUSED)?;
        let mut rows = query.query(period.bounds_ns())?;
        while let Some(row) = rows.next()? {
            let key = Key {
                payer: row.get(0)?,
                payee: row.get(1)?,
                fx: row.get(2)?,
                corridor: row.get(3)?,
                currency: currency(row, 4)?,
                payer_currency: currency(row, 5)?,
                category: row.get(6)?,
                bucket: buckets.of(row.get(7)?),
            };
            count(&mut cells.at(key).refunds_refused);
        }
        Ok(())
    }
}

/// Takes a payment's row into its cell.
fn payment(
    row: &Row<'_>,
    key: &Key,
    depth: Depth,
    numbers: &mut Numbers,
    tally: &mut Tally,
) -> Result<(), ReportError> {
    count(&mut tally.taken);
    if row.get::<_, bool>(21)? {
        count(&mut tally.in_doubt);
    }
    let ending = ending(row)?;
    if depth == Depth::All && ending != Ending::Open {
        let decided: Option<i64> = row.get(10)?;
        let took = decided.map(|at| Ok(at.saturating_sub(row.get(9)?)));
        tally
            .outcome_ns
            .extend(took.transpose().map_err(ReportError::Sql)?);
    }
    match ending {
        Ending::Open => count(&mut tally.open),
        Ending::Cancelled => {
            count(&mut tally.cancelled);
            let reason = reason(row)?;
            if reason == "no_answer" {
                count(&mut tally.timed_out);
            }
            tally.note_why("cancelled", reason);
        }
        Ending::Completed => {
            count(&mut tally.completed);
            let pair = (key.currency, key.payer_currency);
            flow(row, tally.flows.entry(pair).or_default())?;
            if depth == Depth::All {
                people(row, key, numbers, tally)?;
            }
        }
    }
    Ok(())
}

fn flow(row: &Row<'_>, flow: &mut Flow) -> Result<(), ReportError> {
    let paid = sum(row, 8)?;
    count(&mut flow.count);
    flow.amount = flow.amount.saturating_add(sum(row, 6)?);
    flow.paid = flow.paid.saturating_add(paid);
    flow.merchant_fee = flow.merchant_fee.saturating_add(sum(row, 16)?);
    // Amounts so large that a thousandfold of them cannot be kept have no worth told.
    let (rate, reference): (Option<i64>, Option<i64>) = (row.get(17)?, row.get(18)?);
    let (Some(rate), Some(reference)) = (rate, reference) else {
        return Ok(());
    };
    let (rate, reference) = (
        u128::from(rate.unsigned_abs()),
        u128::from(reference.unsigned_abs()),
    );
    count(&mut flow.costed);
    flow.costed_paid = flow.costed_paid.saturating_add(paid);
    flow.principal = flow.principal.saturating_add(sum(row, 14)?);
    flow.customer_fee = flow.customer_fee.saturating_add(sum(row, 15)?);
    flow.reference_milli = flow.reference_milli.saturating_add(reference);
    flow.rate_milli = flow.rate_milli.saturating_add(rate);
    flow.margin_milli = flow.margin_milli.saturating_add(rate.abs_diff(reference));
    // paid ÷ worth > 1.03, multiplied out.
    if paid.saturating_mul(100_000) > reference.saturating_mul(103) {
        count(&mut flow.over_three_percent);
    }
    Ok(())
}

fn people(
    row: &Row<'_>,
    key: &Key,
    numbers: &mut Numbers,
    tally: &mut Tally,
) -> Result<(), ReportError> {
    let payer: [u8; 16] = row.get(11)?;
    let shop: Option<[u8; 16]> = row.get(12)?;
    let payer = (key.payer.unwrap_or_default(), payer);
    tally.payers.push(number(&mut numbers.payers, payer)?);
    match shop {
        Some(shop) => {
            let shop = (key.payee.unwrap_or_default(), shop);
            tally.shops.push(number(&mut numbers.shops, shop)?);
        }
        None => count(&mut tally.without_shop),
    }
    Ok(())
}

fn number(
    known: &mut HashMap<(u16, [u8; 16]), u32>,
    who: (u16, [u8; 16]),
) -> Result<u32, ReportError> {
    let next = u32::try_from(known.len()).map_err(|_many| ReportError::Row("more than 2^32"))?;
    Ok(*known.entry(who).or_insert(next))
}

fn count(to: &mut u64) {
    *to = to.saturating_add(1);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Completed,
    Cancelled,
    Open,
}

fn ending(row: &Row<'_>) -> Result<Ending, ReportError> {
    match text(row, 0)? {
        "completed" => Ok(Ending::Completed),
        "cancelled" => Ok(Ending::Cancelled),
        "waiting" | "reserved" | "asked" | "in_doubt" => Ok(Ending::Open),
        _ => Err(ReportError::Row("a state that no item has")),
    }
}

/// The reason, with the four characters that the payee's side gave.
fn reason(row: &Row<'_>) -> Result<String, ReportError> {
    let reason: String = row.get(19)?;
    let status: Option<String> = row.get(20)?;
    Ok(match status {
        Some(status) => format!("{reason} {status}"),
        None => reason,
    })
}

fn text<'r>(row: &'r Row<'_>, at: usize) -> Result<&'r str, ReportError> {
    match row.get_ref(at)? {
        ValueRef::Text(bytes) => {
            core::str::from_utf8(bytes).map_err(|_utf8| ReportError::Row("a text"))
        }
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => {
            Err(ReportError::Row("no text where one must be"))
        }
    }
}

fn currency(row: &Row<'_>, at: usize) -> Result<Option<Currency>, ReportError> {
    if row.get_ref(at)? == ValueRef::Null {
        return Ok(None);
    }
    let currency = Currency::from_alpha(text(row, at)?);
    currency
        .map(Some)
        .ok_or(ReportError::Row("a currency that no rail uses"))
}

fn sum(row: &Row<'_>, at: usize) -> Result<u128, ReportError> {
    let minor: i64 = row.get(at)?;
    Ok(u128::from(minor.unsigned_abs()))
}
