//! Durable payments per second of the embedded engine: reserved *and* completed before the
//! reply, on SQLite with a full sync for every batch.
//!
//! `cargo xtask bench engine [--payments N] [--dir DIR]` prints a table; `--json FILE` writes it
//! too. Beside each row stands what the disk alone does with writes of the same size, measured
//! in the same run, because a rate without it says nothing.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use engine::{Answer, Work, Writer};
use journal::{Journal as _, SqliteJournal, probe};
use money::Amount;
use switch::{Input, ItemId, Quote, Reply, Time, Verdict};

#[path = "../tests/common/network.rs"]
mod network;

use network::{ACLEDA, FX, NETSTARS, START, pay, quote, setup};

type Outcome<T> = Result<T, Box<dyn Error>>;

struct Settings {
    payments: Option<u64>,
    dir: PathBuf,
    json: Option<PathBuf>,
}

struct Row {
    batch: u64,
    payments: u64,
    wall: Duration,
    cpu: Duration,
    bytes: u64,
    syncs: u64,
    /// What the disk alone makes of as many payments in writes of the same size.
    disk: u64,
    p99: Duration,
}

fn main() -> Outcome<()> {
    let settings = settings()?;
    let mut rows = Vec::new();
    for batch in [1, 10, 100, 1_000] {
        // Enough batches for a stable figure in a few seconds, few enough to wait for.
        let payments = settings.payments.unwrap_or((batch * 1_000).min(200_000));
        rows.push(measure(&settings.dir, batch, payments)?);
    }
    print(&rows);
    if let Some(path) = &settings.json {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, json(&rows)?)?;
    }
    Ok(())
}

fn settings() -> Outcome<Settings> {
    let mut settings = Settings {
        payments: None,
        dir: std::env::temp_dir(),
        json: None,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words
            .next()
            .ok_or_else(|| format!("take `{word}` without a value"))?;
        match word.as_str() {
            "--payments" => settings.payments = Some(value.parse()?),
            "--dir" => settings.dir = value.into(),
            "--json" => settings.json = Some(value.into()),
            _ => return Err(format!("take the option `{word}`").into()),
        }
    }
    Ok(settings)
}

fn measure(dir: &Path, batch: u64, payments: u64) -> Outcome<Row> {
    let folder = tempfile::tempdir_in(dir)?;
    let path = folder.path().join("journal.db");
    let mut writer = Writer::open(SqliteJournal::open(&path)?)?;
    give(&mut writer, setup(Amount::MAX))?;
    let offer = offer(&mut writer)?;
    let head_before = writer.view().head.seq;
    let mut took = Vec::new();
    let (cpu, start) = (cpu_time(), Instant::now());
    let mut next = 1_u64;
    while next <= payments {
        let ids = next..(next + batch).min(payments + 1);
        next = ids.end;
        let before = Instant::now();
        let asked = ids.clone().map(|id| pay(offer, u128::from(id))).collect();
        give(&mut writer, asked)?;
        // Acknowledging what was told before keeps the streams as short as in real life.
        let mut answers: Vec<Input> = ids.map(|id| accept(u128::from(id))).collect();
        answers.extend(acknowledge(&writer));
        give(&mut writer, answers)?;
        took.push(before.elapsed());
    }
    let (wall, cpu) = (start.elapsed(), cpu_time().saturating_sub(cpu));
    let syncs = writer.view().head.seq - head_before;
    let bytes = record_bytes(&mut writer, head_before)?;
    took.sort_unstable();
    let p99 = took.get(took.len() * 99 / 100).copied().unwrap_or_default();
    let disk = disk_rate(dir, bytes, syncs, payments)?;
    Ok(Row {
        batch,
        payments,
        wall,
        cpu,
        bytes,
        syncs,
        disk,
        p99,
    })
}

fn accept(id: u128) -> Input {
    Input::Answer {
        from: NETSTARS,
        id: ItemId(id),
        verdict: Verdict::Accepted,
    }
}

fn acknowledge(writer: &Writer<SqliteJournal>) -> Vec<Input> {
    let position = |participant| writer.view().switch.stream_of(participant).1;
    [ACLEDA, NETSTARS, FX]
        .map(|participant| Input::Acknowledge {
            participant,
            position: position(participant),
        })
        .to_vec()
}

/// One batch; every answer must be a yes, or the figure would count refusals.
fn give(writer: &mut Writer<SqliteJournal>, inputs: Vec<Input>) -> Outcome<()> {
    let (told, hears) = std::sync::mpsc::channel::<Answer>();
    let work = inputs.into_iter().map(|input| {
        let told = told.clone();
        let respond: engine::Respond = Box::new(move |_view, answer| {
            // The receiver outlives the batch.
            let _sent = told.send(answer);
        });
        Work {
            input: Some(input),
            party: None,
            respond,
        }
    });
    writer.batch(START, work.collect());
    match hears.try_iter().find(Result::is_err) {
        None => Ok(()),
        Some(no) => Err(format!("a request of the benchmark was answered with {no:?}").into()),
    }
}

fn offer(writer: &mut Writer<SqliteJournal>) -> Outcome<Quote> {
    let decision = writer.view().switch.decide(Time(START.0), &quote(0));
    match decision.reply {
        Ok(Reply::Quoted(offer)) => Ok(offer),
        other => Err(format!("a quote was answered with {other:?}").into()),
    }
}

fn record_bytes(writer: &mut Writer<SqliteJournal>, after: u64) -> Outcome<u64> {
    let mut bytes = 0;
    let mut next = after + 1;
    loop {
        let rows = writer.journal().read(next, 256)?;
        let Some(last) = rows.last() else {
            return Ok(bytes);
        };
        next = last.seq + 1;
        bytes += rows
            .iter()
            .map(|row| u64::try_from(row.records.len()).unwrap_or(u64::MAX))
            .sum::<u64>();
    }
}

/// Payments per second if the disk were all there is: as many writes, as large, as often synced.
fn disk_rate(dir: &Path, bytes: u64, syncs: u64, payments: u64) -> Outcome<u64> {
    let per_write = usize::try_from(bytes / syncs.max(1))?;
    let rate = probe::append_rate(dir, per_write, usize::try_from(syncs.min(500))?)?;
    Ok(rate.rows_per_second().saturating_mul(payments) / syncs.max(1))
}

/// User and system time of this process, from the system's own account.
fn cpu_time() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit(')').next().unwrap_or_default();
    let mut fields = after_name
        .split_whitespace()
        .skip(11)
        .map(|field| field.parse::<u64>());
    let mut ticks = || fields.next().and_then(Result::ok).unwrap_or_default();
    // USER_HZ is 100 on every Linux that this runs on.
    Duration::from_millis((ticks() + ticks()) * 10)
}

fn per_second(count: u64, time: Duration) -> u64 {
    let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1);
    count.saturating_mul(1_000_000) / micros
}

#[expect(clippy::print_stdout, reason = "the table is what a benchmark is for")]
fn print(rows: &[Row]) {
    println!("durable payments (reserved and completed before the reply), SQLite, full sync");
    println!(
        "{:>6} {:>9} {:>12} {:>9} {:>9} {:>9} {:>14} {:>7} {:>9}",
        "batch",
        "payments",
        "payments/s",
        "cpu us",
        "bytes",
        "syncs",
        "disk alone/s",
        "ratio",
        "p99 ms"
    );
    for row in rows {
        let rate = per_second(row.payments, row.wall);
        let cpu_ns = row.cpu.as_nanos() / u128::from(row.payments);
        println!(
            "{:>6} {:>9} {:>12} {:>9} {:>9} {:>9} {:>14} {:>6}% {:>9}",
            row.batch,
            row.payments,
            rate,
            thousandths(u64::try_from(cpu_ns).unwrap_or(u64::MAX)),
            row.bytes / row.payments,
            thousandths(row.syncs * 1_000 / row.payments),
            row.disk,
            rate * 100 / row.disk.max(1),
            thousandths(u64::try_from(row.p99.as_micros()).unwrap_or(u64::MAX)),
        );
    }
    println!("cpu, bytes (of records) and syncs are per payment; p99 is of a whole batch, both");
    println!("appends; disk alone is plain writes of the same size with fdatasync, same run");
}

fn thousandths(value: u64) -> String {
    format!("{}.{:03}", value / 1_000, value % 1_000)
}

fn json(rows: &[Row]) -> Outcome<String> {
    let mut all = Vec::new();
    for row in rows {
        let case = format!("batch {}", row.batch);
        let rate = per_second(row.payments, row.wall);
        let cpu_ns = u64::try_from(row.cpu.as_nanos())? / row.payments;
        for (unit, value) in [
            ("payments/s", rate),
            ("cpu ns/payment", cpu_ns),
            ("bytes/payment", row.bytes / row.payments),
            ("syncs/1000 payments", row.syncs * 1_000 / row.payments),
            ("disk alone payments/s", row.disk),
            ("p99 us/batch", u64::try_from(row.p99.as_micros())?),
        ] {
            all.push(serde_json::json!({ "case": case, "unit": unit, "value": value }));
        }
    }
    let cores = std::thread::available_parallelism()?.get();
    let whole = serde_json::json!({
        "name": "engine",
        "machine": { "cores": cores, "os": std::env::consts::OS, "arch": std::env::consts::ARCH },
        "settings": { "journal": "sqlite", "synchronous": "FULL", "legs": 5 },
        "rows": all,
    });
    let mut text = serde_json::to_string_pretty(&whole)?;
    writeln!(text)?;
    Ok(text)
}
