//! What reading and building a code costs, beside the official KHQR kit in the same run.
//!
//! `cargo xtask bench codec` prints a table; `--json FILE` writes it too. Everything is counted by
//! the processor time of the one thread that works, not by the clock on the wall, so that other
//! work on the machine disturbs as little as it can. The official kit (npm `bakong-khqr`, pinned)
//! lies in the folder that `--kits` names and is driven by node; without it its rows are left out
//! and the table says so.

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount, Options, Verdict, read};
use serde_json::{Value, json};

type Outcome<T> = Result<T, Box<dyn Error>>;

const KIT: &str = "bakong-khqr@1.0.20";
const NOW_MS: i64 = 1_767_225_600_000;
/// Long enough for a steady figure in a few seconds.
const SPELL: Duration = Duration::from_millis(400);
const SPELLS: usize = 5;

struct Row {
    case: &'static str,
    per_second: f64,
    kit_per_second: Option<f64>,
}

fn main() -> Outcome<()> {
    let (mut json_file, mut kits): (Option<PathBuf>, Option<PathBuf>) = (None, None);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--json" => json_file = words.next().map(PathBuf::from),
            "--kits" => kits = words.next().map(PathBuf::from),
            _ => return Err(format!("take the option `{word}`").into()),
        }
    }
    let payload = typical().build()?;
    let kit = measure_kit(kits.as_deref(), &payload);
    let rows = measure(&payload, kit.as_ref().ok());
    print(&payload, &rows, kit.as_ref().err().map(AsRef::as_ref));
    if let Some(path) = &json_file {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, as_json(&payload, &rows)?)?;
    }
    Ok(())
}

/// A code for one payment with the fields that a till writes.
fn typical() -> KhqrBuilder<'static> {
    KhqrBuilder::merchant(MerchantAccount {
        id: "angkor_coffee@aclb",
        merchant_id: "000000123456789",
        acquiring_bank: "ACLEDA Bank Plc",
    })
    .name("Angkor Coffee and Books")
    .city("Phnom Penh")
    .category("5812")
    .currency(Currency::KHR)
    .dynamic(Dynamic {
        amount_minor: 120_000,
        created_ms: NOW_MS,
        expires_ms: NOW_MS + 600_000,
    })
    .bill("INV-2026-000123")
    .store_label("Riverside")
    .terminal("Till 2")
    .purpose("Coffee and cake")
}

fn measure(payload: &str, kit: Option<&Value>) -> Vec<Row> {
    let options = Options::at(NOW_MS);
    assert_eq!(read(payload, &options).verdict, Verdict::Accept);
    let worst = worst_payload();
    let kit = |name: &str| kit.and_then(|figures| figures.get(name)?.as_f64());
    let row = |case, kit_per_second, work: &mut dyn FnMut()| Row {
        case,
        per_second: rate(work),
        kit_per_second,
    };
    vec![
        row("checksum", None, &mut || {
            black_box(emvqr::crc::checksum(black_box(payload).as_bytes()));
        }),
        row("raw TLV tree", None, &mut || {
            let tree = emvqr::tlv::parse(black_box(payload));
            black_box(&tree);
        }),
        row("decode and validate", kit("verify"), &mut || {
            let reading = read(black_box(payload), &options);
            black_box(&reading);
        }),
        row("build", None, &mut || {
            black_box(typical()).build().map(black_box).ok();
        }),
        row("build with MD5", kit("generate"), &mut || {
            let built = black_box(typical()).build().unwrap_or_default();
            black_box(emvqr::md5_hex(&built));
        }),
        row("worst 4 KB, read", None, &mut || {
            let reading = read(black_box(&worst), &options);
            black_box(&reading);
        }),
    ]
}

/// The most work that 4,096 bytes make of those that we know: empty fields, all of one tag.
fn worst_payload() -> String {
    "6200".repeat(1_024)
}

/// How often a second of processor time sees it, the best of several spells.
fn rate(work: &mut dyn FnMut()) -> f64 {
    let mut best: f64 = 0.0;
    for _ in 0..SPELLS {
        let (begun, wall) = (cpu_ns(), Instant::now());
        let mut times: u32 = 0;
        while wall.elapsed() < SPELL {
            for _ in 0..1_000 {
                work();
            }
            times += 1_000;
        }
        let spent = match (begun, cpu_ns()) {
            (Some(begun), Some(ended)) if ended > begun => Duration::from_nanos(ended - begun),
            _ => wall.elapsed(),
        };
        best = best.max(f64::from(times) / spent.as_secs_f64());
    }
    best
}

/// Processor time of this thread; only Linux tells it in a file.
fn cpu_ns() -> Option<u64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok()
}

const SCRIPT: &str = r#"
const { BakongKHQR, MerchantInfo, khqrData } = require("bakong-khqr");
const payload = process.argv[2];
Date.now = () => 1767225600000;
function rate(work) {
  for (let i = 0; i < 2000; i++) work();
  let best = 0;
  for (let spell = 0; spell < 5; spell++) {
    const begun = process.cpuUsage();
    let times = 0, spent = 0;
    do {
      for (let i = 0; i < 500; i++) work();
      times += 500;
      const used = process.cpuUsage(begun);
      spent = (used.user + used.system) / 1e6;
    } while (spent < 0.4);
    best = Math.max(best, times / spent);
  }
  return best;
}
if (!BakongKHQR.verify(payload).isValid) throw new Error("the kit refuses the payload");
const info = new MerchantInfo("angkor_coffee@aclb", "Angkor Coffee and Books", "Phnom Penh",
  "000000123456789", "ACLEDA Bank Plc", {
    currency: khqrData.currency.khr, amount: 120000, merchantCategoryCode: "5812",
    expirationTimestamp: 1767226200000, billNumber: "INV-2026-000123",
    storeLabel: "Riverside", terminalLabel: "Till 2", purposeOfTransaction: "Coffee and cake" });
const made = new BakongKHQR().generateMerchant(info);
if (made.data === null || made.data.qr !== payload) throw new Error("the kit builds another code");
console.log(JSON.stringify({
  verify: rate(() => BakongKHQR.verify(payload)),
  generate: rate(() => new BakongKHQR().generateMerchant(info)),
}));
"#;

fn measure_kit(folder: Option<&Path>, payload: &str) -> Outcome<Value> {
    let folder = folder.ok_or("run as `cargo xtask bench codec`, which installs it")?;
    let output = Command::new("node")
        .args(["-", payload])
        .env("NODE_PATH", folder.join("node_modules"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .and_then(|mut node| {
            if let Some(mut input) = node.stdin.take() {
                input.write_all(SCRIPT.as_bytes())?;
            }
            node.wait_with_output()
        })?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

#[expect(clippy::print_stdout, reason = "the table is what a benchmark is for")]
fn print(payload: &str, rows: &[Row], left_out: Option<&dyn Error>) {
    println!(
        "a KHQR of {} characters, per second of processor time",
        payload.len()
    );
    println!(
        "{:<22} {:>12} {:>9} {:>14} {:>7}",
        "", "emvqr", "ns", "official kit", "ratio"
    );
    for row in rows {
        let (kit, ratio) = match row.kit_per_second {
            Some(kit) => (format!("{kit:.0}"), format!("{:.0}", row.per_second / kit)),
            None => ("-".to_owned(), "-".to_owned()),
        };
        let ns = 1e9 / row.per_second;
        println!(
            "{:<22} {:>12.0} {ns:>9.1} {kit:>14} {ratio:>7}",
            row.case, row.per_second
        );
    }
    if let Some(error) = left_out {
        println!("left out: the official kit ({error})");
    }
}

fn as_json(payload: &str, rows: &[Row]) -> Outcome<String> {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "case": row.case,
                "unit": "per CPU-second",
                "value": row.per_second,
                "official_kit": row.kit_per_second,
            })
        })
        .collect();
    let cores = std::thread::available_parallelism()?.get();
    let whole = json!({
        "name": "codec",
        "machine": { "cores": cores, "os": std::env::consts::OS, "arch": std::env::consts::ARCH },
        "settings": { "payload": payload, "kit": KIT },
        "rows": rows,
    });
    Ok(format!("{}\n", serde_json::to_string_pretty(&whole)?))
}
