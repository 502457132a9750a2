//! Benchmarks by name. Each one is an example of the crate that it measures: it prints its own
//! table and writes its own figures, so that a figure never comes without its script.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, bail};

use crate::kits;
use crate::tidy::rooms;

struct Bench {
    name: &'static str,
    package: &'static str,
    measures: &'static str,
    /// Whether it measures kits of others too; without them those rows are left out.
    has_kits: bool,
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "codec",
        package: "emvqr",
        measures: "reading and building a KHQR, beside the official kit in node",
        has_kits: true,
    },
    Bench {
        name: "engine",
        package: "engine",
        measures: "durable payments per second, by batch, beside the disk's own append rate",
        has_kits: false,
    },
    Bench {
        name: "memory",
        package: "engine",
        measures: "what stays in memory of a million closed payments, beside ten thousand",
        has_kits: false,
    },
    Bench {
        name: "settle",
        package: "engine",
        measures: "closing a window of a million payments while payments flow on",
        has_kits: false,
    },
    Bench {
        name: "report",
        package: "backoffice",
        measures: "figures of a year of a million payments, of a month and of a day",
        has_kits: false,
    },
    Bench {
        name: "reconcile",
        package: "backoffice",
        measures: "a day's statement against a million expectations, from bytes to outcome",
        has_kits: false,
    },
    Bench {
        name: "history",
        package: "history",
        measures: "writing a year of a million payments through the engine, and its audit",
        has_kits: false,
    },
];

pub(crate) fn run(root: &Path, arguments: &[String]) -> anyhow::Result<()> {
    let Some((name, rest)) = arguments.split_first() else {
        bail!("no benchmark named\n\n{}", list());
    };
    let Some(bench) = BENCHES.iter().find(|bench| bench.name == name) else {
        bail!("unknown benchmark `{name}`\n\n{}", list());
    };
    let folder = rooms::target_folder(root)?.join("bench");
    fs::create_dir_all(&folder)
        .with_context(|| format!("failed to create `{}`", folder.display()))?;
    let figures = folder.join(format!("{name}.json"));
    let mut command = crate::cargo();
    command
        .args(["run", "--release", "--package", bench.package])
        .args(["--example", &format!("bench_{name}"), "--", "--json"])
        .arg(&figures)
        .args(rest);
    if bench.has_kits {
        match kits::install(root) {
            Ok(folder) => drop(command.arg("--kits").arg(folder)),
            Err(error) => eprintln!("left out: kits of others; to have them: {error:#}"),
        }
    }
    let status = command
        .current_dir(root)
        .stdin(Stdio::null())
        .status()
        .context("failed to start cargo")?;
    if !status.success() {
        bail!("benchmark ended with {status} `{name}`");
    }
    eprintln!("figures: {}", figures.display());
    Ok(())
}

fn list() -> String {
    let row = |bench: &Bench| format!("  {:<9} {}\n", bench.name, bench.measures);
    format!(
        "Benchmarks:\n{}",
        BENCHES.iter().map(row).collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_and_unknown_names_are_answered_with_the_list() {
        let root = crate::root().unwrap();
        for arguments in [vec![], vec!["no-such-bench".to_owned()]] {
            let error = run(&root, &arguments).unwrap_err().to_string();
            assert!(error.contains("\n  engine    durable payments"), "{error}");
            assert!(error.contains("\n  memory    what stays"), "{error}");
        }
    }
}
