//! What others make of the same codes: `cargo xtask conformance` runs the official KHQR kit and two
//! more beside `emvqr`, over codes of our own, over mutants of them drawn from a fixed seed, and
//! over the conformance data where there is some. Whoever differs in what is not listed in
//! `differences.tsv` fails the run, and so does a row that nobody differs in any more. It knows the
//! codec from outside only, and no room of the hub; the kits are somebody else's to install.
#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "its figures and complaints are for the person at the terminal"
)]

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};

use crate::inputs::Code;
use crate::kit::Place;
use crate::table::{Seen, Table};

mod answer;
mod building;
mod inputs;
mod kit;
mod mutants;
mod orders;
mod ours;
mod reading;
mod table;

/// The present of every code that does not bring its own.
const NOW_MS: i64 = 1_767_225_600_000;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let place = place()?;
    let data = inputs::data_folder()?;
    let mut codes = inputs::rules()?;
    codes.extend(mutants::draw());
    if let Some(folder) = &data {
        codes.extend(inputs::vectors(folder)?);
    } else {
        println!("left out: the conformance vectors (set SPEAN_CONFORMANCE_DIR)");
    }
    let orders = orders::all(data.as_deref())?;
    let seen = ask(&place, &codes, &orders)?;
    println!(
        "{} codes read by three kits and {} orders built by the official one: {} times one \
         says otherwise than we do, {} of them by never answering",
        codes.len(),
        orders.len(),
        seen.len(),
        seen.iter()
            .filter(|one| one.class.theirs == "hangs")
            .count()
    );
    let has_data = data.is_some();
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let table = Table::read()?;
    if update {
        return table.rewrite(&seen, has_data);
    }
    let complaints = table.judge(&seen, has_data);
    if complaints.is_empty() {
        return Ok(());
    }
    for complaint in &complaints {
        eprintln!("{complaint}");
    }
    bail!("{} complaints", complaints.len())
}

/// The kits do not know of each other, so they are asked at the same time.
fn ask(place: &Place, codes: &[Code], orders: &[orders::Order]) -> anyhow::Result<Vec<Seen>> {
    std::thread::scope(|scope| {
        let official = scope.spawn(|| -> anyhow::Result<Vec<Seen>> {
            let mut seen = reading::compare(place, reading::OFFICIAL, codes)?;
            seen.extend(building::compare(place, orders)?);
            Ok(seen)
        });
        let typescript = scope.spawn(|| reading::compare(place, reading::TYPESCRIPT, codes));
        let promptparse = scope.spawn(|| reading::compare_trees(place, codes));
        let mut seen = Vec::new();
        for kit in [official, typescript, promptparse] {
            let found = kit
                .join()
                .map_err(|_panic| anyhow::anyhow!("a comparison panicked"))?;
            seen.extend(found?);
        }
        Ok(seen)
    })
}

fn place() -> anyhow::Result<Place> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [flag, kits] = words.as_slice() else {
        bail!("want `--kits FOLDER`; run it as `cargo xtask conformance`");
    };
    if flag != "--kits" {
        bail!("unknown argument `{flag}`");
    }
    let home = std::env::var_os("CARGO_MANIFEST_DIR").context("run it by cargo")?;
    Ok(Place {
        driver: PathBuf::from(home).join("kits/driver.js"),
        modules: PathBuf::from(kits).join("node_modules"),
    })
}
