//! What was settled in the period, and how much of its prefunding each settlement took.
//!
//! Read from the windows and from the movements of the money book. What a participant had in use
//! between two settlements is not in the tables; what a settlement took of it is.

use std::collections::BTreeMap;

use money::{Currency, Percent};
use rusqlite::Connection;
use wire::api::{PrefundingFigures, SettlementFigures};

use super::ReportError;
use super::cell::Names;
use super::figures::{Sums, decimal, values};

const WINDOWS: &str = "SELECT \
     (SELECT count(*) FROM settlement WHERE settled_ns >= ?1 AND settled_ns < ?2), \
     (SELECT count(*) FROM settlement WHERE closed_ns < ?2 \
         AND (settled_ns IS NULL OR settled_ns >= ?2))";

const PAYOUTS: &str = "SELECT currency, amount FROM movement \
     WHERE purse = 'bank' AND kind = 'payout' AND time_ns >= ?1 AND time_ns < ?2";

const LIQUIDITY: &str = "SELECT participant, currency, amount, kind, time_ns FROM movement \
     WHERE purse = 'liquidity' AND time_ns < ?1 ORDER BY number";

/// A participant's liquidity in one currency, as its movements are gone through.
#[derive(Default)]
struct Account {
    liquidity: i128,
    taken: u128,
    largest: u128,
    /// What was there before the largest was taken.
    before: u128,
}

/// The figures; none where no window was settled and none was waiting.
pub(super) fn figures(
    sql: &Connection,
    (from_ns, to_ns): (i64, i64),
    names: &Names,
) -> Result<Option<SettlementFigures>, ReportError> {
    let (settled, unsettled) = sql.query_row(WINDOWS, (from_ns, to_ns), |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
    })?;
    if settled == 0 && unsettled == 0 {
        return Ok(None);
    }
    let mut paid = Sums::new();
    let mut query = sql.prepare(PAYOUTS)?;
    let mut rows = query.query((from_ns, to_ns))?;
    while let Some(row) = rows.next()? {
        let (count, sum) = paid
            .entry(currency(&row.get::<_, String>(0)?)?)
            .or_default();
        *count = count.saturating_add(1);
        *sum = sum.saturating_add(u128::from(row.get::<_, i64>(1)?.unsigned_abs()));
    }
    Ok(Some(SettlementFigures {
        windows_settled: settled.unsigned_abs(),
        windows_unsettled: unsettled.unsigned_abs(),
        settled: values(&paid, None),
        prefunding: prefunding(sql, (from_ns, to_ns), names)?,
    }))
}

fn prefunding(
    sql: &Connection,
    (from_ns, to_ns): (i64, i64),
    names: &Names,
) -> Result<Vec<PrefundingFigures>, ReportError> {
    let mut accounts: BTreeMap<(u16, Currency), Account> = BTreeMap::new();
    let mut query = sql.prepare(LIQUIDITY)?;
    let mut rows = query.query([to_ns])?;
    while let Some(row) = rows.next()? {
        let key = (row.get(0)?, currency(&row.get::<_, String>(1)?)?);
        let amount: i64 = row.get(2)?;
        let is_settlement = row
            .get_ref(3)?
            .as_str()
            .is_ok_and(|kind| kind == "settlement");
        let account = accounts.entry(key).or_default();
        if is_settlement && row.get::<_, i64>(4)? >= from_ns {
            let part = u128::from(amount.unsigned_abs());
            account.taken = account.taken.saturating_add(part);
            if part > account.largest {
                account.largest = part;
                account.before = u128::try_from(account.liquidity).unwrap_or_default();
            }
        }
        account.liquidity = account.liquidity.saturating_add(i128::from(amount));
    }
    let one = |((participant, currency), account): ((u16, Currency), Account)| {
        let liquidity = u128::try_from(account.liquidity).unwrap_or_default();
        let percent = Percent::of(account.largest, account.before);
        let name = names.participants.get(&participant);
        PrefundingFigures {
            participant: name.cloned().unwrap_or_else(|| participant.to_string()),
            currency: currency.alpha().to_owned(),
            liquidity: decimal(liquidity, currency),
            taken: decimal(account.taken, currency),
            part_max: decimal(account.largest, currency),
            part_max_percent: percent.map(|percent| percent.to_string()),
        }
    };
    Ok(accounts.into_iter().map(one).collect())
}

fn currency(alpha: &str) -> Result<Currency, ReportError> {
    Currency::from_alpha(alpha).ok_or(ReportError::Row("a movement's currency"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two windows on the second and fifth of a period from 100 to 200, one still waiting.
    const ROWS: &str = "
        INSERT INTO settlement VALUES (1, 'settled', 0, 90, NULL, 120, x'00');
        INSERT INTO settlement VALUES (2, 'settled', 90, 140, NULL, 150, x'00');
        INSERT INTO settlement VALUES (3, 'instructed', 140, 190, NULL, NULL, x'00');
        INSERT INTO settlement VALUES (4, 'open', 190, NULL, NULL, NULL, x'00');
        INSERT INTO movement VALUES (1, 1, 10, 'liquidity', 0, 'KHR', 1000, 'deposit', NULL, '');
        INSERT INTO movement VALUES (2, 1, 10, 'bank', NULL, 'KHR', 1000, 'deposit', NULL, '');
        INSERT INTO movement VALUES (3, 2, 95, 'liquidity', 0, 'KHR', -600, 'settlement', 1, '');
        INSERT INTO movement VALUES (4, 3, 120, 'bank', 1, 'KHR', -600, 'payout', 1, 'A');
        INSERT INTO movement VALUES (5, 4, 130, 'liquidity', 0, 'KHR', 400, 'deposit', NULL, '');
        INSERT INTO movement VALUES (6, 5, 145, 'liquidity', 0, 'KHR', -200, 'settlement', 2, '');
        INSERT INTO movement VALUES (7, 6, 150, 'bank', 1, 'KHR', -150, 'payout', 2, 'B');
        INSERT INTO movement VALUES (8, 6, 150, 'bank', 2, 'KHR', -50, 'payout', 2, 'C');
        INSERT INTO movement VALUES (9, 7, 195, 'liquidity', 0, 'KHR', -300, 'settlement', 3, '');
        INSERT INTO movement VALUES (10, 8, 250, 'liquidity', 0, 'KHR', -9, 'withdrawal', NULL, '');
    ";

    fn counted(bounds_ns: (i64, i64)) -> Option<SettlementFigures> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("projection.db");
        drop(projection::Tables::open(&path).unwrap());
        let sql = Connection::open(&path).unwrap();
        sql.execute_batch(ROWS).unwrap();
        let mut names = Names::default();
        names.participants.insert(0, "acleda".to_owned());
        figures(&sql, bounds_ns, &names).unwrap()
    }

    #[test]
    fn a_period_has_what_was_settled_in_it_and_what_waits_at_its_end() {
        let figures = counted((100, 200)).unwrap();
        assert_eq!((figures.windows_settled, figures.windows_unsettled), (2, 1));
        let paid: Vec<_> = figures
            .settled
            .iter()
            .map(|one| (one.currency.as_str(), one.count, one.value.as_str()))
            .collect();
        assert_eq!(paid, [("KHR", 3, "800")]);
        let [one] = &figures.prefunding[..] else {
            panic!("{:?}", figures.prefunding)
        };
        assert_eq!(
            (one.participant.as_str(), one.liquidity.as_str()),
            ("acleda", "300")
        );
        // The part of before the period is not of it; of the two in it, 300 of 600 is the largest.
        assert_eq!((one.taken.as_str(), one.part_max.as_str()), ("500", "300"));
        assert_eq!(one.part_max_percent.as_deref(), Some("50.000"));
    }

    #[test]
    fn a_period_without_windows_has_no_settlement() {
        assert_eq!(counted((0, 50)), None);
    }
}
