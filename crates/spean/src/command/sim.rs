//! `spean sim`.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ::sim::{Report, Settings, Shrunk};
use serde_json::{Value, json};

use crate::cli::{Seed, SimArgs};
use crate::exit::Exit;
use crate::out;

/// How often the progress line is written anew.
const PROGRESS: Duration = Duration::from_millis(500);

pub(super) fn run(args: &SimArgs) -> anyhow::Result<Exit> {
    let first = match args.seed {
        Seed::Number(seed) => seed,
        Seed::New => new_seed(),
    };
    let mut tally = Tally::new();
    for seed in first.. {
        if tally.is_over(args) {
            break;
        }
        let settings = Settings::new(seed, args.payments, args.faults);
        let report = ::sim::run(&settings);
        tally.add(&report);
        let shrunk = match report.violations.is_empty() {
            true => None,
            false => ::sim::shrink(&settings),
        };
        show(args, &report, shrunk.as_ref())?;
    }
    tally.end(first);
    Ok(if tally.bad == 0 { Exit::Done } else { Exit::No })
}

/// A seed that nobody ran yet: it only has to differ from run to run, and is always printed.
fn new_seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(1, |since| since.as_secs().saturating_mul(1_000))
}

/// What was covered so far.
struct Tally {
    began: Instant,
    shown: Instant,
    seeds: u64,
    payments: u64,
    faults: u64,
    bad: u64,
}

impl Tally {
    fn new() -> Self {
        let now = Instant::now();
        Self {
            began: now,
            shown: now,
            seeds: 0,
            payments: 0,
            faults: 0,
            bad: 0,
        }
    }

    fn is_over(&self, args: &SimArgs) -> bool {
        match args.seconds {
            Some(seconds) => self.began.elapsed() >= Duration::from_secs(seconds),
            None => self.seeds >= args.seeds,
        }
    }

    fn add(&mut self, report: &Report) {
        self.seeds = self.seeds.saturating_add(1);
        self.payments = self.payments.saturating_add(u64::from(report.payments));
        self.faults = self.faults.saturating_add(report.faults_struck);
        self.bad = self
            .bad
            .saturating_add(u64::from(!report.violations.is_empty()));
        let mut stderr = std::io::stderr();
        if stderr.is_terminal() && self.shown.elapsed() >= PROGRESS {
            self.shown = Instant::now();
            let _closed = write!(stderr, "\r{}   ", self.words());
        }
    }

    fn words(&self) -> String {
        let ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let rate = self.payments.saturating_mul(1_000) / ms.max(1);
        let (seeds, payments, faults, bad) = (self.seeds, self.payments, self.faults, self.bad);
        format!(
            "{seeds} seeds, {payments} payments, {faults} faults, {rate} payments/s, {bad} \
             violated"
        )
    }

    fn end(&self, first: u64) {
        if std::io::stderr().is_terminal() {
            out::talk("");
        }
        out::talk(&format!("from seed {first}: {}", self.words()));
    }
}

fn show(args: &SimArgs, report: &Report, shrunk: Option<&Shrunk>) -> anyhow::Result<()> {
    if args.json {
        return out::json(&as_json(report, shrunk));
    }
    for violation in &report.violations {
        out::data(&format!("seed {}: {violation}", report.seed));
    }
    if let Some(shrunk) = shrunk {
        let settings = &shrunk.settings;
        let (seed, payments, faults) = (settings.seed, settings.payments, settings.faults);
        out::data(&format!(
            "smallest: spean sim --seed {seed} --payments {payments} --faults {faults}"
        ));
        for violation in &shrunk.report.violations {
            out::data(&format!("  {violation}"));
        }
        for line in &shrunk.report.history {
            out::data(line);
        }
    } else if args.seeds == 1 && args.seconds.is_none() {
        let hash = hex(&report.state_hash);
        out::data(&format!(
            "seed {}: {} payments, {} ended well, {} faults, state {hash}",
            report.seed, report.payments, report.completed, report.faults_struck
        ));
    }
    Ok(())
}

fn as_json(report: &Report, shrunk: Option<&Shrunk>) -> Value {
    let violations = report.violations.iter().map(|violation| {
        json!({
            "promise": violation.promise,
            "words": violation.words,
            "item": violation.item.map(|id| format!("{id:?}")),
        })
    });
    let smallest = shrunk.map(|shrunk| {
        json!({
            "payments": shrunk.settings.payments,
            "faults": shrunk.settings.faults.to_string(),
            "history": shrunk.report.history,
        })
    });
    json!({
        "seed": report.seed,
        "payments": report.payments,
        "faults": report.faults.to_string(),
        "faults_struck": report.faults_struck,
        "completed": report.completed,
        "met": report.met,
        "state_hash": hex(&report.state_hash),
        "violations": violations.collect::<Vec<Value>>(),
        "smallest": smallest,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
