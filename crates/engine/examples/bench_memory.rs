//! What stays in memory of payments that are closed: a writer, its SQLite journal and the
//! projection's thread, under a clock that is set by hand.
//!
//! `cargo xtask bench memory [--payments N] [--dir DIR]` prints a table; `--json FILE` writes it
//! too. Each case runs in a process of its own, so that no row shows what another left behind.
//! Every payment has a payer and a dynamic code of its own. Ten thousand of one local day are held
//! against a million at ten thousand a day, and against a million of one day, which is the most
//! that a core ever has to let go at once.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use engine::{Answer, Follower, Progress, Work, Writer};
use journal::SqliteJournal;
use money::Amount;
use peak_alloc::PeakAlloc;
use projection::Tables;
use serde_json::{Value, json};
use switch::{
    CodeHold, Digest, Input, ItemId, PayInput, PayerKey, Quote, Reply, Span, Time, Verdict,
};

#[path = "../tests/common/network.rs"]
mod network;

use network::{NETSTARS, START, pay, quote, setup};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The case that the others are held against, and a day of theirs.
const FEW: u64 = 10_000;
const BATCH: u64 = 1_000;
/// Beyond this the writer waits for the projection, as admission does in the hub.
const ITEMS_AHEAD_MAX: usize = 5_000;
/// How long the projection may take for what is left when the payments are over.
const CATCH_UP_MAX: Duration = Duration::from_secs(600);

struct Settings {
    payments: u64,
    dir: PathBuf,
    json: Option<PathBuf>,
    /// Only this case, its figures as JSON on standard output.
    is_child: bool,
    per_day: u64,
}

fn main() -> Outcome<()> {
    let settings = settings()?;
    if settings.is_child {
        let row = measure(&settings.dir, settings.payments, settings.per_day)?;
        return tell(&row);
    }
    let many = settings.payments;
    let mut rows = Vec::new();
    for (payments, per_day) in [(FEW, FEW), (many, FEW), (many, many)] {
        rows.push(in_own_process(&settings.dir, payments, per_day)?);
    }
    table(&rows);
    if let Some(path) = &settings.json {
        std::fs::write(path, figures(&rows)?)?;
    }
    Ok(())
}

fn settings() -> Outcome<Settings> {
    let mut settings = Settings {
        payments: 1_000_000,
        dir: std::env::temp_dir(),
        json: None,
        is_child: false,
        per_day: FEW,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words
            .next()
            .ok_or_else(|| format!("take `{word}` without a value"))?;
        match word.as_str() {
            "--payments" => settings.payments = value.parse()?,
            "--dir" => settings.dir = value.into(),
            "--json" => settings.json = Some(value.into()),
            "--child-of-a-day" => {
                settings.is_child = true;
                settings.per_day = value.parse()?;
            }
            _ => return Err(format!("take the option `{word}`").into()),
        }
    }
    Ok(settings)
}

fn in_own_process(dir: &Path, payments: u64, per_day: u64) -> Outcome<Value> {
    let output = Command::new(std::env::current_exe()?)
        .args(["--payments", &payments.to_string()])
        .args(["--child-of-a-day", &per_day.to_string(), "--dir"])
        .arg(dir)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// A hub's writer and projection, without the hub.
struct Bench {
    writer: Writer<SqliteJournal>,
    follower: Follower,
    progress: Progress,
    now: Time,
    most: usize,
}

fn measure(dir: &Path, payments: u64, per_day: u64) -> Outcome<Value> {
    let folder = tempfile::tempdir_in(dir)?;
    let started = Instant::now();
    let before = ALLOCATED.current_usage();
    let journal = folder.path().join("journal.db");
    let writer = Writer::open(SqliteJournal::open(&journal)?)?;
    let tables = Tables::open(&folder.path().join("projection.db"))?;
    let follower = Follower::start(&journal, tables, Box::new(|_seq| ()))?;
    let progress = follower.progress();
    let mut bench = Bench {
        writer,
        follower,
        progress,
        now: START,
        most: 0,
    };
    bench.give(setup(Amount::MAX))?;
    let mut next = 1;
    while next <= payments {
        let end = (next + BATCH).min(payments + 1);
        bench.close(next..end)?;
        next = end;
        if (next - 1) % per_day == 0 {
            bench.now = bench.now.after(Span::from_seconds(86_400));
        }
    }
    let wall = started.elapsed();
    bench.empty()?;
    let allocated = quiet()?.saturating_sub(before);
    let switch = bench.writer.view().switch;
    Ok(json!({
        "payments": payments,
        "per_day": per_day,
        "items": switch.items_in_memory(),
        "entries": switch.entries_in_memory(),
        "entries_most": bench.most,
        "allocated": allocated,
        "allocated_most": ALLOCATED.peak_usage().saturating_sub(before),
        "resident": resident(),
        "wall_ms": u64::try_from(wall.as_millis())?,
    }))
}

impl Bench {
    /// Payments from the offer to the outcome, and a second passes.
    fn close(&mut self, ids: std::ops::Range<u64>) -> Outcome<()> {
        let offer = self.offer(ids.start)?;
        let pays: Outcome<Vec<Input>> = ids.clone().map(|id| self.pay(offer, id)).collect();
        self.give(pays?)?;
        let accept = |id| Input::Answer {
            from: NETSTARS,
            id: ItemId(u128::from(id)),
            verdict: Verdict::Accepted,
        };
        self.give(ids.map(accept).collect())?;
        self.now = self.now.after(Span::from_seconds(1));
        self.most = self.most.max(self.writer.view().switch.entries_in_memory());
        let until = Instant::now() + CATCH_UP_MAX;
        while self.writer.view().switch.items_in_memory() > ITEMS_AHEAD_MAX {
            self.wait(until)?;
            self.give(Vec::new())?;
        }
        Ok(())
    }

    fn offer(&self, id: u64) -> Outcome<Quote> {
        let asked = quote(u128::from(id));
        match self.writer.view().switch.decide(self.now, &asked).reply {
            Ok(Reply::Quoted(offer)) => Ok(offer),
            other => Err(format!("a quote was answered with {other:?}").into()),
        }
    }

    fn pay(&self, offer: Quote, id: u64) -> Outcome<Input> {
        let number = u128::from(id);
        let mut key = [0; 32];
        let (start, _) = key.split_at_mut(16);
        start.copy_from_slice(&number.to_be_bytes());
        let until = self.now.after(Span::from_seconds(86_400));
        let code = Some(CodeHold {
            key: Digest(key),
            until,
        });
        let Input::Pay(asked) = pay(offer, number) else {
            return Err("the network pays with something else".into());
        };
        Ok(Input::Pay(Box::new(PayInput {
            payer_key: PayerKey(number),
            code,
            ..*asked
        })))
    }

    /// One batch; every answer must be a yes, or something would not be there to leave.
    fn give(&mut self, inputs: Vec<Input>) -> Outcome<()> {
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
        self.writer.note_projected(self.progress.seq());
        self.writer.batch(self.now, work.collect());
        // A nudge that finds the queue full finds the thread awake.
        let _awake = self.follower.nudge().try_send(());
        match hears.try_iter().find(Result::is_err) {
            None => Ok(()),
            Some(no) => Err(format!("a request of the benchmark was answered with {no:?}").into()),
        }
    }

    fn wait(&self, until: Instant) -> Outcome<()> {
        if Instant::now() > until {
            return Err("the projection does not catch up".into());
        }
        std::thread::sleep(Duration::from_millis(5));
        Ok(())
    }

    /// Tokens, codes and the day are over, and everything has left here and in the projection.
    fn empty(&mut self) -> Outcome<()> {
        self.now = self.now.after(Span::from_seconds(3 * 86_400));
        let until = Instant::now() + CATCH_UP_MAX;
        loop {
            let head = self.writer.view().head.seq;
            while self.progress.seq() < head {
                self.wait(until)?;
            }
            self.give(Vec::new())?;
            if self.writer.view().head.seq == head {
                return Ok(());
            }
            // Longer than an id is remembered after its item left.
            self.now = self.now.after(Span::from_seconds(700));
        }
    }
}

/// Bytes in use once the projection's thread rests: it lets go of what it read a moment after it
/// told how far it is.
fn quiet() -> Outcome<usize> {
    let until = Instant::now() + CATCH_UP_MAX;
    let mut seen = (ALLOCATED.current_usage(), 0);
    while seen.1 < 20 {
        if Instant::now() > until {
            return Err("the process does not come to rest".into());
        }
        std::thread::sleep(Duration::from_millis(10));
        let now = ALLOCATED.current_usage();
        seen = if now == seen.0 {
            (now, seen.1 + 1)
        } else {
            (now, 0)
        };
    }
    Ok(seen.0)
}

/// Bytes of this process that are in memory, from the system's own account.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    kib.unwrap_or_default() * 1_024
}

#[expect(clippy::print_stdout, reason = "the parent process reads it")]
fn tell(row: &Value) -> Outcome<()> {
    println!("{}", serde_json::to_string(row)?);
    Ok(())
}

/// What is told of a case: its key, for people, and in which unit.
const FIGURES: [(&str, &str, &str); 7] = [
    ("items", "items", "items"),
    ("entries", "entries", "entries"),
    ("entries_most", "most entries", "entries"),
    ("allocated", "allocated", "bytes"),
    ("allocated_most", "most allocated", "bytes"),
    ("resident", "resident", "bytes"),
    ("wall_ms", "wall time", "ms"),
];

#[expect(clippy::print_stdout, reason = "the table is what a benchmark is for")]
fn table(rows: &[Value]) {
    println!("left of closed payments when tokens, codes and the day are over");
    let line = |name: &str, key: &str| {
        let cells = rows
            .iter()
            .map(|row| format!("{:>16}", row[key].to_string()));
        println!("{name:<16}{}", cells.collect::<String>());
    };
    line("payments", "payments");
    line("of them a day", "per_day");
    for (key, name, _) in FIGURES {
        line(name, key);
    }
    println!("allocated is what the process asked for (writer, core, and the projection's core);");
    println!("resident is with SQLite's page caches and what the system's allocator keeps");
}

fn figures(rows: &[Value]) -> Outcome<String> {
    let mut all = Vec::new();
    for row in rows {
        let case = format!("{} payments, {} a day", row["payments"], row["per_day"]);
        for (key, name, unit) in FIGURES {
            let unit = if unit == name {
                unit.to_owned()
            } else {
                format!("{unit}, {name}")
            };
            all.push(json!({ "case": case, "unit": unit, "value": row[key] }));
        }
    }
    let cores = std::thread::available_parallelism()?.get();
    let whole = json!({
        "name": "memory",
        "machine": { "cores": cores, "os": std::env::consts::OS, "arch": std::env::consts::ARCH },
        "settings": { "journal": "sqlite", "batch": BATCH, "payers": "one a payment" },
        "rows": all,
    });
    let mut text = serde_json::to_string_pretty(&whole)?;
    writeln!(text)?;
    Ok(text)
}
