//! Closing and settling a window while payments flow on, on SQLite with a full sync for every
//! batch.
//!
//! `cargo xtask bench settle [--payments N] [--dir DIR]` fills windows of growing size, goes on
//! with batches of payments, and puts the close (an approval by the second operator) into one of
//! them. The figure is what that batch took, beside the median and the slowest of the batches
//! round it in the same run: closing must not be seen in them.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use engine::{Answer, Work, Writer};
use journal::SqliteJournal;
use money::Amount;
use switch::limits::ACTION_SPAN_DEFAULT;
use switch::{
    Act, ActionId, Digest, Finality, Input, ItemId, Operate, Participant, ParticipantId,
    PayoutSeen, Proposed, Quote, Reply, Role, SettlementAct, Time, Verdict, WindowId, WindowStatus,
};

#[path = "../tests/common/network.rs"]
mod network;

use network::{ACLEDA, FX, NETSTARS, START, pay, quote, setup};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Payments of one batch, as a busy hub makes them.
const BATCH: u64 = 1_000;
/// Batches before and after the close that it is compared with.
const AROUND: u64 = 50;

struct Settings {
    payments: Option<u64>,
    dir: PathBuf,
    json: Option<PathBuf>,
}

struct Row {
    payments: u64,
    participants: u64,
    close: Duration,
    median: Duration,
    slowest: Duration,
    settle: Duration,
}

fn main() -> Outcome<()> {
    let settings = settings()?;
    let sizes = match settings.payments {
        Some(payments) => vec![payments],
        None => vec![10_000, 100_000, 1_000_000],
    };
    let mut rows = Vec::new();
    for payments in sizes {
        for participants in [6, 300] {
            rows.push(measure(&settings.dir, payments, participants)?);
        }
    }
    print(&rows);
    if let Some(path) = &settings.json {
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

struct Bench {
    writer: Writer<SqliteJournal>,
    offer: Quote,
    next: u64,
    actions: u128,
    operators: [ParticipantId; 2],
    _folder: tempfile::TempDir,
}

fn measure(dir: &Path, payments: u64, participants: u64) -> Outcome<Row> {
    let mut bench = Bench::new(dir, participants)?;
    while bench.next <= payments {
        bench.batch(Vec::new())?;
    }
    let mut took = Vec::new();
    for _ in 0..AROUND {
        took.push(bench.batch(Vec::new())?);
    }
    let window = bench.writer.view().switch.window();
    let close = bench.propose(SettlementAct::Close { window })?;
    let close = bench.batch(vec![close])?;
    for _ in 0..AROUND {
        took.push(bench.batch(Vec::new())?);
    }
    took.sort_unstable();
    let settle = bench.settle(window)?;
    Ok(Row {
        payments,
        participants,
        close,
        median: took.get(took.len() / 2).copied().unwrap_or_default(),
        slowest: took.last().copied().unwrap_or_default(),
        settle,
    })
}

impl Bench {
    fn new(dir: &Path, participants: u64) -> Outcome<Self> {
        let folder = tempfile::tempdir_in(dir)?;
        let path = folder.path().join("journal.db");
        let mut writer = Writer::open(SqliteJournal::open(&path)?)?;
        give(&mut writer, setup(Amount::MAX))?;
        let mut operators = Vec::new();
        for number in 4..participants.max(6) {
            let id = ParticipantId(u16::try_from(number)?);
            let role = if operators.len() < 2 {
                operators.push(id);
                Role::Operator
            } else {
                Role::Payee
            };
            let one = participant(&format!("p{number}"), role, u8::try_from(number % 250)?);
            give(&mut writer, vec![one])?;
        }
        let decision = writer.view().switch.decide(Time(START.0), &quote(0));
        let Ok(Reply::Quoted(offer)) = decision.reply else {
            return Err("a quote was refused".into());
        };
        let operators = [operators.first(), operators.get(1)].map(|one| one.copied());
        let [Some(first), Some(second)] = operators else {
            return Err("there are fewer than two operators".into());
        };
        Ok(Self {
            writer,
            offer,
            next: 1,
            actions: 1,
            operators: [first, second],
            _folder: folder,
        })
    }

    /// A batch of payments from reservation to outcome, with something more among the answers.
    /// What was decided leaves memory, as in a hub whose projection keeps up.
    fn batch(&mut self, more: Vec<Input>) -> Outcome<Duration> {
        let ids = self.next..self.next.saturating_add(BATCH);
        self.next = ids.end;
        let seq = self.writer.view().head.seq;
        let start = Instant::now();
        let offer = self.offer;
        let mut asks: Vec<Input> = ids.clone().map(|id| pay(offer, u128::from(id))).collect();
        asks.push(Input::Projected { seq });
        give(&mut self.writer, asks)?;
        let mut answers: Vec<Input> = ids.map(accept).collect();
        answers.extend(more);
        for participant in [ACLEDA, NETSTARS, FX] {
            let position = self.writer.view().switch.stream_of(participant).1;
            answers.push(Input::Acknowledge {
                participant,
                position,
            });
        }
        give(&mut self.writer, answers)?;
        Ok(start.elapsed())
    }

    /// Proposed now; the approval is given back to be put where it is wanted.
    fn propose(&mut self, act: SettlementAct) -> Outcome<Input> {
        self.actions += 1;
        let id = ActionId(self.actions);
        let proposed = Proposed {
            id,
            request_id: self.actions,
            request: Digest([3; 32]),
            by: self.operators[0],
            act: Act::Settlement(Box::new(act)),
            reason: "benchmark".to_owned(),
            expires_at: START.after(ACTION_SPAN_DEFAULT),
        };
        give(
            &mut self.writer,
            vec![Input::Operate(Box::new(Operate::Propose(proposed)))],
        )?;
        let by = self.operators[1];
        Ok(Input::Operate(Box::new(Operate::Approve { id, by })))
    }

    /// From the proposal to the last payout, everything durable on the way.
    fn settle(&mut self, window: WindowId) -> Outcome<Duration> {
        let start = Instant::now();
        let switch = self.writer.view().switch;
        let refused = |refusal| format!("settling was refused with {refusal:?}");
        let mut settlement = switch.settlement_of(window).map_err(refused)?;
        let day = switch.window_of(window).and_then(|one| one.settlement_day);
        for (uetr, payout) in (1..).zip(&mut settlement.payouts) {
            payout.uetr = uetr;
        }
        let lines: Vec<Input> = (0..)
            .zip(&settlement.payouts)
            .map(|(place, payout)| {
                Input::Operate(Box::new(Operate::PaidOut(PayoutSeen {
                    window,
                    place,
                    money: payout.money,
                    reference: format!("LINE {place}"),
                    statement: Digest([5; 32]),
                })))
            })
            .collect();
        let act = SettlementAct::Settle {
            window,
            day: day.ok_or("the calendars know no settlement day")?,
            settlement: Box::new(settlement),
        };
        let approve = self.propose(act)?;
        give(&mut self.writer, vec![approve])?;
        give(&mut self.writer, lines)?;
        let known = self.writer.view().switch.window_of(window);
        let status = known.map(|known| known.status);
        match status {
            Some(WindowStatus::Settled) => Ok(start.elapsed()),
            other => Err(format!("the window ended as {other:?}").into()),
        }
    }
}

fn participant(name: &str, role: Role, key: u8) -> Input {
    Input::SetParticipant(Participant {
        name: name.to_owned(),
        scheme: "KHQR".to_owned(),
        roles: vec![role],
        finality: Finality::Confirm,
        keys: vec![[key; 32]],
        callback_url: String::new(),
        banks: Vec::new(),
        is_active: true,
    })
}

fn accept(id: u64) -> Input {
    Input::Answer {
        from: NETSTARS,
        id: ItemId(u128::from(id)),
        verdict: Verdict::Accepted,
    }
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

#[expect(clippy::print_stdout, reason = "the table is what a benchmark is for")]
fn print(rows: &[Row]) {
    println!("closing a window while payments flow, SQLite, full sync, {BATCH} payments a batch");
    println!(
        "{:>10} {:>13} {:>12} {:>12} {:>12} {:>12}",
        "payments", "participants", "closing ms", "median ms", "slowest ms", "settle ms"
    );
    for row in rows {
        println!(
            "{:>10} {:>13} {:>12} {:>12} {:>12} {:>12}",
            row.payments,
            row.participants,
            millis(row.close),
            millis(row.median),
            millis(row.slowest),
            millis(row.settle),
        );
    }
    println!("closing: the batch that holds the close, payments and both syncs included; median");
    println!(
        "and slowest: of {} batches round it; settle: from the proposal to",
        AROUND * 2
    );
    println!("the last payout, three syncs");
}

fn millis(time: Duration) -> String {
    let micros = time.as_micros();
    format!("{}.{:03}", micros / 1_000, micros % 1_000)
}

fn json(rows: &[Row]) -> Outcome<String> {
    let mut all = Vec::new();
    for row in rows {
        let case = format!(
            "{} payments, {} participants",
            row.payments, row.participants
        );
        for (unit, time) in [
            ("us/batch with the close", row.close),
            ("us/batch, median", row.median),
            ("us/batch, slowest", row.slowest),
            ("us to settle", row.settle),
        ] {
            let value = u64::try_from(time.as_micros())?;
            all.push(serde_json::json!({ "case": case, "unit": unit, "value": value }));
        }
    }
    let cores = std::thread::available_parallelism()?.get();
    let whole = serde_json::json!({
        "name": "settle",
        "machine": { "cores": cores, "os": std::env::consts::OS, "arch": std::env::consts::ARCH },
        "settings": { "journal": "sqlite", "synchronous": "FULL", "batch": BATCH },
        "rows": all,
    });
    let mut text = serde_json::to_string_pretty(&whole)?;
    writeln!(text)?;
    Ok(text)
}
