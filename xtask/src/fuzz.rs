//! Fuzzing with libFuzzer on the pinned toolchain. The targets are a workspace of their own
//! (`fuzz/`): the compiler's coverage passes are asked for by flags that nothing else is built
//! with, and only for the target's code: build scripts and macros of the host stay as they are.
//!
//! A run begins with the committed seeds. What it learns lies below `target/fuzz/corpus` and is
//! where the next run goes on; an input that breaks something lies in `target/fuzz/found`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::steps::Notes;
use crate::tidy::rooms;

/// One target, and what a run of it may take.
struct Target {
    name: &'static str,
    /// Longest input in bytes. Short ones are tried faster, and all that a target does happens in
    /// these.
    bytes_max: u32,
    /// Whether `fuzz/words.dict` holds words of its inputs.
    is_text: bool,
}

const TARGETS: &[Target] = &[
    Target {
        name: "reading",
        bytes_max: 1_024,
        is_text: true,
    },
    Target {
        name: "linting",
        bytes_max: 1_024,
        is_text: true,
    },
    Target {
        name: "building",
        bytes_max: 512,
        is_text: true,
    },
    Target {
        name: "images",
        bytes_max: 4_096,
        is_text: false,
    },
];

/// Seconds of each target, if nobody says otherwise.
const SECONDS: u32 = 60;

/// A single input may take this long before it counts as one that hangs.
const INPUT_SECONDS_MAX: u32 = 10;

/// The largest picture that is read needs 125 MB.
const MEMORY_MB_MAX: u32 = 1_024;

/// LLVM's counters of edges, with a table of them and of what is compared.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// All of them, if none is named.
    target: Option<&'static str>,
    seconds: u32,
}

impl Wanted {
    pub(crate) fn parse(words: &[&str]) -> anyhow::Result<Self> {
        let mut wanted = Self::all(SECONDS);
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if *word == "--seconds" {
                let number = words.next().context("no number after `--seconds`")?;
                wanted.seconds = number
                    .parse()
                    .with_context(|| format!("failed to read the number of seconds `{number}`"))?;
                continue;
            }
            let target = TARGETS.iter().find(|target| target.name == *word);
            let target =
                target.with_context(|| format!("unknown target `{word}`\n\n{}", list()))?;
            if wanted.target.replace(target.name).is_some() {
                bail!("name one target, or none for all of them");
            }
        }
        Ok(wanted)
    }

    pub(crate) const fn all(seconds: u32) -> Self {
        Self {
            target: None,
            seconds,
        }
    }
}

fn list() -> String {
    let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    format!("Targets: {}", names.join(", "))
}

/// Builds once and runs one target after the other; every one is run even if an earlier one
/// found something.
pub(crate) fn run(root: &Path, wanted: &Wanted) -> anyhow::Result<Notes> {
    if !is_program("c++") {
        let line = "left out: fuzzing; to have it: install a C++ compiler as `c++` \
                    (Debian: apt-get install g++)";
        if crate::is_ci() {
            bail!("nothing may be left out when CI=true\n{line}");
        }
        eprintln!("    {line}");
        return Ok(vec![line.to_owned()]);
    }
    let folder = rooms::target_folder(root)?.join("fuzz");
    let programs = build(root, &folder)?;
    let mut broken = Vec::new();
    for target in TARGETS {
        if wanted.target.is_some_and(|name| name != target.name) {
            continue;
        }
        let place = Place {
            root,
            folder: &folder,
            program: programs.join(target.name),
        };
        match fuzz(&place, target, wanted.seconds) {
            Ok(line) => eprintln!("    {line}"),
            Err(error) => {
                eprintln!("    {error:#}");
                broken.push(target.name);
            }
        }
    }
    if !broken.is_empty() {
        bail!("found something in: {}", broken.join(", "));
    }
    Ok(Notes::new())
}

pub(crate) fn is_program(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

/// The folder of the built targets.
fn build(root: &Path, folder: &Path) -> anyhow::Result<PathBuf> {
    let host = host()?;
    eprintln!("    builds fuzz/ with coverage for {host}");
    let status = crate::cargo()
        .args(["build", "--quiet", "--release", "--locked", "--bins"])
        .args(["--manifest-path", "fuzz/Cargo.toml"])
        // With a target named, flags are not for what runs while building.
        .args(["--target", &host])
        .env("CARGO_TARGET_DIR", folder)
        .env("RUSTFLAGS", FLAGS)
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .current_dir(root)
        .stdin(Stdio::null())
        .status()
        .context("failed to start cargo")?;
    if !status.success() {
        bail!("the fuzz targets do not build: {status}");
    }
    Ok(folder.join(host).join("release"))
}

fn host() -> anyhow::Result<String> {
    let program = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(program)
        .arg("-vV")
        .stdin(Stdio::null())
        .output()
        .context("failed to start rustc")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not name its host")?.to_owned())
}

struct Place<'a> {
    root: &'a Path,
    folder: &'a Path,
    program: PathBuf,
}

/// What one run did, as a line.
fn fuzz(place: &Place<'_>, target: &Target, seconds: u32) -> anyhow::Result<String> {
    let name = target.name;
    let corpus = place.folder.join("corpus").join(name);
    let found = place.folder.join("found");
    let log = place.folder.join(format!("{name}.log"));
    for folder in [&corpus, &found] {
        fs::create_dir_all(folder)
            .with_context(|| format!("failed to create `{}`", folder.display()))?;
    }
    let output =
        fs::File::create(&log).with_context(|| format!("failed to create `{}`", log.display()))?;
    let mut command = Command::new(&place.program);
    command
        .arg(&corpus)
        .arg(Path::new("fuzz/seeds").join(name))
        .arg(format!("-artifact_prefix={}/{name}-", found.display()))
        .arg(format!("-max_len={}", target.bytes_max))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-timeout={INPUT_SECONDS_MAX}"))
        .arg(format!("-rss_limit_mb={MEMORY_MB_MAX}"))
        .arg("-print_final_stats=1");
    if target.is_text {
        command.arg("-dict=fuzz/words.dict");
    }
    let status = command
        .current_dir(place.root)
        .stdin(Stdio::null())
        .stdout(output.try_clone().context("failed to share the log")?)
        .stderr(output)
        .status()
        .with_context(|| format!("failed to start `{}`", place.program.display()))?;
    let text = fs::read(&log).with_context(|| format!("failed to read `{}`", log.display()))?;
    let text = String::from_utf8_lossy(&text);
    if !status.success() {
        bail!(
            "{name} ended with {status}\n{}\nall of it: {}",
            broken(&text),
            log.display()
        );
    }
    Ok(format!("{name}: {}", figures(&text)))
}

/// The lines that say what broke, and by which input.
fn broken(log: &str) -> String {
    let says = |line: &&str| {
        [
            "panicked at",
            "ERROR:",
            "written to",
            "assertion",
            "left:",
            "right:",
        ]
        .iter()
        .any(|words| line.contains(words))
    };
    log.lines().filter(says).collect::<Vec<_>>().join("\n")
}

fn figures(log: &str) -> String {
    let figure = |name: &str| {
        let line = log.lines().find_map(|line| line.strip_prefix(name));
        line.map_or("?", str::trim).to_owned()
    };
    format!(
        "nothing found in {} inputs, {} a second, {} MB at most",
        figure("stat::number_of_executed_units:"),
        figure("stat::average_exec_per_sec:"),
        figure("stat::peak_rss_mb:")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_line_is_read_strictly() {
        let check = |line: &str, expected: Option<(Option<&str>, u32)>| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let wanted = Wanted::parse(&words).ok();
            let wanted = wanted.map(|wanted| (wanted.target, wanted.seconds));
            assert_eq!(wanted, expected, "{line}");
        };
        check("", Some((None, SECONDS)));
        check("--seconds 10", Some((None, 10)));
        check("images", Some((Some("images"), SECONDS)));
        check("--seconds 5 reading", Some((Some("reading"), 5)));
        check("reading linting", None);
        check("writing", None);
        check("--seconds", None);
        check("--seconds ten", None);
    }

    #[test]
    fn every_target_has_its_program_and_its_seeds() {
        let root = crate::root().unwrap().join("fuzz");
        for target in TARGETS {
            let program = root.join("targets").join(target.name);
            assert!(program.with_extension("rs").is_file(), "{}", target.name);
            let seeds = fs::read_dir(root.join("seeds").join(target.name)).unwrap();
            let mut bytes = seeds.map(|seed| seed.unwrap().metadata().unwrap().len());
            assert!(
                bytes.all(|bytes| bytes <= target.bytes_max.into()),
                "{}",
                target.name
            );
        }
    }

    #[test]
    fn figures_are_those_that_libfuzzer_prints() {
        let log = "Done 17038 runs in 21 second(s)\n\
                   stat::number_of_executed_units: 17038\n\
                   stat::average_exec_per_sec:     811\n\
                   stat::peak_rss_mb:              37\n";
        let line = "nothing found in 17038 inputs, 811 a second, 37 MB at most";
        assert_eq!(figures(log), line);
        let log = "INFO: a\nthread 'x' panicked at src/lib.rs:1:1:\n\
                   Test unit written to found/reading-crash-1\n";
        assert_eq!(broken(log).lines().count(), 2);
    }
}
