//! Every chore of the repository in one program: the test lanes, the slow checks, the house
//! rules that no compiler knows, and the benchmarks. It drives cargo and reads sources; it must
//! not know what any room does, so that it builds in seconds and works when a room does not.
#![expect(
    clippy::print_stderr,
    reason = "talking to the person at the terminal is its work"
)]

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

use crate::lanes::Lane;
use crate::setup::Install;

mod bench;
mod fuzz;
mod kits;
mod lanes;
mod python_module;
mod same_run;
mod sandbox;
mod setup;
mod steps;
mod tidy;

const HELP: &str = "\
Usage: cargo xtask COMMAND

  test [--fast] [--no-install]  tidy and every test, after its own set-up
                                --fast        no server, no browser, no end-to-end test
                                --no-install  installs nothing, says what is left out
  ci                            what is too slow for everyone: format, lints, release build,
                                the sandbox's story, the model, the simulator,
                                documentation, bindings of the codec, fuzzing, the comparison
                                with others
  tidy                          the house rules that no compiler knows
  fuzz [TARGET] [--seconds N]   inputs that nobody thought of, for the codec and for reading
                                pictures; 60 seconds for each target unless told otherwise
  conformance                   what others read and build, beside what we do
  bench [NAME [ARGUMENT]...]    one benchmark; its figures go to target/bench/NAME.json
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Command {
    Help,
    Test(Lane, Install),
    Ci,
    Tidy,
    Fuzz(fuzz::Wanted),
    Conformance,
    Bench(Vec<String>),
}

fn run(arguments: &[String]) -> anyhow::Result<()> {
    let root = root()?;
    match parse(arguments)? {
        Command::Help => io::stdout()
            .write_all(HELP.as_bytes())
            .context("failed to print"),
        Command::Test(lane, install) => steps::run(&root, &lanes::test(lane, install)),
        Command::Ci => steps::run(&root, &lanes::ci()),
        Command::Tidy => tidy::run(&root),
        Command::Fuzz(wanted) => fuzz::run(&root, &wanted).map(drop),
        Command::Conformance => kits::compare(&root).map(drop),
        Command::Bench(rest) => bench::run(&root, &rest),
    }
}

fn parse(arguments: &[String]) -> anyhow::Result<Command> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["help" | "--help" | "-h"] => Ok(Command::Help),
        ["test", flags @ ..] => parse_test(flags),
        ["ci"] => Ok(Command::Ci),
        ["tidy"] => Ok(Command::Tidy),
        ["fuzz", words @ ..] => fuzz::Wanted::parse(words).map(Command::Fuzz),
        ["conformance"] => Ok(Command::Conformance),
        ["bench", rest @ ..] => Ok(Command::Bench(
            rest.iter().map(ToString::to_string).collect(),
        )),
        [] => bail!("no command given\n\n{HELP}"),
        [command, ..] => bail!("unknown command or argument in `{command}`\n\n{HELP}"),
    }
}

fn parse_test(flags: &[&str]) -> anyhow::Result<Command> {
    let mut lane = Lane::Full;
    let mut install = Install::Allowed;
    for flag in flags {
        match *flag {
            "--fast" => lane = Lane::Fast,
            "--no-install" => install = Install::Prevented,
            other => bail!("unknown argument of test `{other}`\n\n{HELP}"),
        }
    }
    Ok(Command::Test(lane, install))
}

/// The repository's root. Cargo sets the variable both for `cargo xtask` and for `cargo test`;
/// reading it at run time keeps the path of one machine out of the binary.
fn root() -> anyhow::Result<PathBuf> {
    let here = env::var_os("CARGO_MANIFEST_DIR")
        .context("failed to find the repository: run it as `cargo xtask`")?;
    let parent = Path::new(&here)
        .parent()
        .context("xtask's folder has no parent")?;
    Ok(parent.to_owned())
}

/// Whether a missing tool or data set is a failure rather than a remark.
fn is_ci() -> bool {
    env::var("CI").is_ok_and(|value| value == "true")
}

/// The cargo that started us, so that one toolchain does everything.
fn cargo() -> std::process::Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    std::process::Command::new(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<Command>) {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        assert_eq!(parse(&arguments).ok(), expected, "{line}");
    }

    #[test]
    fn command_line_is_read_strictly() {
        check("test", Some(Command::Test(Lane::Full, Install::Allowed)));
        check(
            "test --fast",
            Some(Command::Test(Lane::Fast, Install::Allowed)),
        );
        check(
            "test --no-install",
            Some(Command::Test(Lane::Full, Install::Prevented)),
        );
        check(
            "test --no-install --fast",
            Some(Command::Test(Lane::Fast, Install::Prevented)),
        );
        check("ci", Some(Command::Ci));
        check("tidy", Some(Command::Tidy));
        check("bench", Some(Command::Bench(vec![])));
        check(
            "bench engine --n 5",
            Some(Command::Bench(vec![
                "engine".into(),
                "--n".into(),
                "5".into(),
            ])),
        );
        check("--help", Some(Command::Help));
        check("", None);
        check("test --quick", None);
        check("ci --fast", None);
        check("tidy all", None);
        check("tests", None);
    }
}
