//! A year of a million payments, written into a folder: how long it takes, how much it is, and
//! how long the audit of it takes.
//!
//! `cargo xtask bench history [--payments N] [--days RANGE] [--seed S] [--dir DIR] [--keep yes]`

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use history::{Mischief, Range, SeededNames, Settings};
use serde_json::{Value, json};

type Outcome<T> = Result<T, Box<dyn Error>>;

struct Arguments {
    payments: u64,
    days: String,
    seed: u64,
    dir: PathBuf,
    json: Option<PathBuf>,
    is_kept: bool,
    is_dense: bool,
}

#[expect(
    clippy::print_stdout,
    reason = "the figures are what a benchmark is for"
)]
fn main() -> Outcome<()> {
    let arguments = arguments()?;
    let folder = tempfile::Builder::new()
        .prefix("history-")
        .tempdir_in(&arguments.dir)?;
    let days = Range::parse(&arguments.days)?;
    let mut settings = Settings::new(days, arguments.payments, arguments.seed)?;
    if arguments.is_dense {
        settings.mischief = Mischief::DENSE;
    }
    let names = SeededNames(arguments.seed);
    let begun = Instant::now();
    let summary = history::write(&settings, &names, folder.path(), |_day, _payments| ())?;
    let wall = begun.elapsed();
    print!("{summary}");
    let journal = folder.path().join("hub/journal.db");
    let [journal_bytes, tables_bytes, desk_bytes] =
        ["journal", "projection", "backoffice"].map(|name| size(folder.path(), name));
    let resident = peak_resident();
    let begun = Instant::now();
    let report = engine::audit(&journal, &[])?;
    let audit = begun.elapsed();
    let is_sound = report.identities.iter().all(|identity| identity.holds);
    println!("written in   {} ms", wall.as_millis());
    println!("audited in   {} ms, sound: {is_sound}", audit.as_millis());
    println!("records      {}", report.records);
    println!("journal      {journal_bytes} bytes");
    println!("projection   {tables_bytes} bytes");
    println!("back office  {desk_bytes} bytes");
    println!("most memory  {resident} bytes resident");
    if let Some(path) = &arguments.json {
        let rows = [
            ("written", "ms", u64::try_from(wall.as_millis())?),
            ("audited", "ms", u64::try_from(audit.as_millis())?),
            ("journal", "bytes", journal_bytes),
            ("projection", "bytes", tables_bytes),
            ("most resident", "bytes", resident),
        ];
        std::fs::write(path, figures(&arguments, &rows)?)?;
    }
    if arguments.is_kept {
        println!("kept in      {}", folder.keep().display());
    }
    match summary.holds() && is_sound {
        true => Ok(()),
        false => Err("the history does not hold together".into()),
    }
}

fn arguments() -> Outcome<Arguments> {
    let mut arguments = Arguments {
        payments: 1_000_000,
        days: "2025-07-05..2026-06-30".to_owned(),
        seed: 1,
        dir: std::env::temp_dir(),
        json: None,
        is_kept: false,
        is_dense: false,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words
            .next()
            .ok_or_else(|| format!("take `{word}` without a value"))?;
        match word.as_str() {
            "--payments" => arguments.payments = value.parse()?,
            "--days" => arguments.days = value,
            "--seed" => arguments.seed = value.parse()?,
            "--dir" => arguments.dir = value.into(),
            "--json" => arguments.json = Some(value.into()),
            "--keep" => arguments.is_kept = value == "yes",
            "--dense" => arguments.is_dense = value == "yes",
            _ => return Err(format!("take the option `{word}`").into()),
        }
    }
    Ok(arguments)
}

/// A database with its write-ahead log.
fn size(folder: &Path, name: &str) -> u64 {
    let file = |suffix: &str| {
        let path = folder.join(format!("hub/{name}.db{suffix}"));
        std::fs::metadata(path).map_or(0, |metadata| metadata.len())
    };
    file("") + file("-wal")
}

/// The most that this process ever had in memory, from the system's own account.
fn peak_resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    kib.unwrap_or_default() * 1_024
}

fn figures(arguments: &Arguments, rows: &[(&str, &str, u64)]) -> Outcome<String> {
    let rows: Vec<Value> = rows
        .iter()
        .map(|(case, unit, value)| json!({ "case": case, "unit": unit, "value": value }))
        .collect();
    let cores = std::thread::available_parallelism()?.get();
    let whole = json!({
        "name": "history",
        "machine": { "cores": cores, "os": std::env::consts::OS, "arch": std::env::consts::ARCH },
        "settings": {
            "journal": "sqlite", "synchronous": "FULL", "days": arguments.days,
            "payments": arguments.payments, "seed": arguments.seed,
        },
        "rows": rows,
    });
    let mut text = serde_json::to_string_pretty(&whole)?;
    writeln!(text)?;
    Ok(text)
}
