//! A report on a year of a million payments, from tables on disk.
//!
//! `cargo xtask bench report [--payments N] [--dir DIR]` fills tables with SQL (a plausible spread
//! over corridors, participants, categories, payers and shops, with bodies of the usual length,
//! so that pages are as full as a hub's), then reports on the year, a month and a day, by
//! everything. `--json FILE` writes the table too.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use backoffice::report::{ALL, Ask, Period, Zone, make};
use serde_json::json;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// From July 2025 to June 2026, evenly.
const FILL: &str = "
WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?1),
draw(n, a, b, c) AS (
    SELECT n, (n * 2654435761) % 4294967291, (n * 40503 + 7) % 65521, (n * 69069 + 1) % 999983
    FROM n
)
INSERT INTO item (id, payment, is_refund, state, requester, creditor, fx, corridor,
    corridor_version, currency, amount, payer_currency, payer_amount, created_sequence,
    created_ns, decided_sequence, decided_ns, settlement_window, payer_key, shop, category,
    principal, customer_fee, switch_fee, merchant_fee, issuer_share, switch_share,
    rate_value_milli, reference_value_milli, reason, cause, was_in_doubt, body)
SELECT
    CAST(printf('%016d', n) AS BLOB), CAST(printf('%016d', n) AS BLOB), 0,
    CASE WHEN b % 50 = 0 THEN 'cancelled' ELSE 'completed' END,
    CASE WHEN a % 5 < 3 THEN a % 2 ELSE 2 END, CASE WHEN a % 5 < 3 THEN 2 ELSE a % 2 END,
    3 + b % 2, a % 5 >= 3, 1,
    CASE WHEN a % 5 < 3 THEN 'JPY' ELSE 'KHR' END, 500 + c,
    CASE WHEN a % 5 < 3 THEN CASE WHEN b % 4 = 0 THEN 'USD' ELSE 'KHR' END ELSE 'JPY' END,
    (500 + c) * 27, n, 1751328000000000000 + n * (31536000000000000 / ?1), n,
    1751328000000000000 + n * (31536000000000000 / ?1) + 1000000 * (1 + b % 900), n / 3000,
    CAST(printf('%016d', a % 200000) AS BLOB), CAST(printf('%016d', b % 8000) AS BLOB),
    CASE b % 6 WHEN 0 THEN NULL ELSE 5000 + b % 60 END,
    (500 + c) * 26, 400, 0, (500 + c) / 80, 0, 0, (500 + c) * 26700, (500 + c) * 26500,
    CASE WHEN b % 50 = 0 THEN 'no_answer' END, CASE WHEN b % 50 = 0 THEN NULL ELSE 'accepted' END,
    b % 500 = 0, zeroblob(430)
FROM draw;
INSERT OR REPLACE INTO applied VALUES (1, 1, zeroblob(32));
";

struct Settings {
    payments: i64,
    dir: PathBuf,
    json: Option<PathBuf>,
}

#[expect(clippy::print_stdout, reason = "the table is what a benchmark is for")]
fn main() -> Outcome<()> {
    let settings = settings()?;
    std::fs::create_dir_all(&settings.dir)?;
    let file = settings.dir.join("report.db");
    for suffix in ["", "-wal", "-shm"] {
        let _none = std::fs::remove_file(format!("{}{suffix}", file.display()));
    }
    fill(&file, settings.payments)?;
    let mut rows = Vec::new();
    for (case, from, to) in [
        ("year", "2025-07-01", "2026-07-01"),
        ("month", "2026-03-01", "2026-04-01"),
        ("day", "2026-03-10", "2026-03-11"),
    ] {
        let ask = Ask {
            period: Period::parse(from, to, Zone::PhnomPenh)?,
            by: ALL.to_vec(),
        };
        let begun = Instant::now();
        let report = make(&file, &ask)?;
        let took_ms = begun.elapsed().as_millis();
        let (taken, groups) = (report.whole.payments.taken, report.groups.len());
        println!("{case:<6} {taken:>9} payments  {groups:>4} parts  {took_ms:>6} ms");
        rows.push(json!({
            "case": case, "unit": "ms", "value": took_ms, "payments": taken, "parts": groups,
        }));
    }
    if let Some(path) = &settings.json {
        let figures = json!({
            "name": "report",
            "machine": std::thread::available_parallelism().map(usize::from)?,
            "settings": { "payments": settings.payments },
            "rows": rows,
        });
        std::fs::write(path, serde_json::to_vec_pretty(&figures)?)?;
    }
    Ok(std::fs::remove_file(&file)?)
}

fn fill(file: &Path, payments: i64) -> Outcome<()> {
    drop(projection::Tables::open(file)?);
    let sql = rusqlite::Connection::open(file)?;
    let (fill, applied) = FILL.split_once(";\n").ok_or("two statements")?;
    sql.execute_batch("BEGIN")?;
    sql.execute(fill, [payments])?;
    sql.execute_batch(applied)?;
    sql.execute_batch(
        "INSERT INTO corridor VALUES (0, 'KH-JP', 'KHQR', 'JPQR', 'JPY'), \
         (1, 'JP-KH', 'JPQR', 'KHQR', 'KHR'); COMMIT; PRAGMA wal_checkpoint(TRUNCATE)",
    )?;
    Ok(())
}

fn settings() -> Outcome<Settings> {
    let mut settings = Settings {
        payments: 1_000_000,
        dir: std::env::temp_dir(),
        json: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or("a value is missing")?;
        match name.as_str() {
            "--payments" => settings.payments = value.parse()?,
            "--dir" => settings.dir = value.into(),
            "--json" => settings.json = Some(value.into()),
            other => return Err(format!("unknown option `{other}`").into()),
        }
    }
    Ok(settings)
}
