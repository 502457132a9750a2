//! Runs a table of steps. Every step is announced with its number and, when it ends, its
//! duration. A failed step does not stop the others, because two faults seen at once cost one
//! run less; only a step that needs another one's result is left out when that one failed.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::setup::Install;
use crate::tidy::rooms;
use crate::{fuzz, kits, python_module, same_run, sandbox, setup, tidy};

/// One row of a lane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) action: Action,
    /// Set for the step's command only.
    pub(crate) env: &'static [(&'static str, &'static str)],
    /// The step without whose success this one means nothing.
    pub(crate) needs: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    SetUp(Install),
    Tidy,
    Cargo(&'static [&'static str]),
    /// The same in the workspace of the bindings.
    Bindings(&'static [&'static str]),
    /// Installs the Python module as a user would, below `target/`, and runs its tests.
    PythonModule,
    /// Plays the sandbox's story once, in a data folder of this name.
    Sandbox(&'static str),
    /// Runs one seed of the simulator in the release build.
    SameRun,
    /// Fuzzes every target for so many seconds.
    Fuzz(u32),
    /// Compares the codec with other kits.
    Conformance,
}

/// Remarks that a step which succeeded has for the end of the run.
pub(crate) type Notes = Vec<String>;

#[derive(Debug)]
enum Outcome {
    Passed { took: Duration, notes: Notes },
    Failed { took: Duration, why: String },
    NotRun { needs: &'static str },
}

pub(crate) fn run(root: &Path, steps: &[Step]) -> anyhow::Result<()> {
    let outcomes = run_each(steps, |step| perform(root, step));
    eprint!("\n{}", summary(&outcomes));
    let failed: Vec<&str> = outcomes
        .iter()
        .filter(|(_, outcome)| !matches!(outcome, Outcome::Passed { .. }))
        .map(|(step, _)| step.name)
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    bail!(
        "{} of {} steps did not pass: {}",
        failed.len(),
        steps.len(),
        failed.join(", ")
    )
}

fn run_each(
    steps: &[Step],
    mut perform: impl FnMut(&Step) -> anyhow::Result<Notes>,
) -> Vec<(Step, Outcome)> {
    let mut outcomes: Vec<(Step, Outcome)> = Vec::with_capacity(steps.len());
    for (index, step) in steps.iter().enumerate() {
        let has_passed = |name: &str| {
            let mut earlier = outcomes.iter().filter(|(step, _)| step.name == name);
            earlier.any(|(_, outcome)| matches!(outcome, Outcome::Passed { .. }))
        };
        if let Some(needs) = step.needs.filter(|name| !has_passed(name)) {
            outcomes.push((*step, Outcome::NotRun { needs }));
            continue;
        }
        eprintln!(
            "\n=== {}/{} {}",
            index.saturating_add(1),
            steps.len(),
            step.name
        );
        let start = Instant::now();
        let result = perform(step);
        let took = start.elapsed();
        let outcome = match result {
            Ok(notes) => Outcome::Passed { took, notes },
            Err(error) => Outcome::Failed {
                took,
                why: format!("{error:#}"),
            },
        };
        eprintln!("=== {} {}", step.name, verdict(&outcome));
        outcomes.push((*step, outcome));
    }
    outcomes
}

fn perform(root: &Path, step: &Step) -> anyhow::Result<Notes> {
    match step.action {
        Action::SetUp(install) => setup::prepare(root, install),
        Action::Tidy => tidy::run(root).map(|()| Notes::new()),
        Action::Cargo(arguments) => cargo(root, step, arguments).map(|()| Notes::new()),
        Action::Bindings(arguments) => {
            cargo(&root.join(rooms::BINDINGS), step, arguments).map(|()| Notes::new())
        }
        Action::PythonModule => python_module::test(root),
        Action::Sandbox(run) => sandbox::play(root, run).map(|()| Notes::new()),
        Action::Fuzz(seconds) => fuzz::run(root, &fuzz::Wanted::all(seconds)),
        Action::Conformance => kits::compare(root),
        Action::SameRun => same_run::compare(root).map(|()| Notes::new()),
    }
}

fn cargo(root: &Path, step: &Step, arguments: &[&str]) -> anyhow::Result<()> {
    let shown = format!("cargo {}", arguments.join(" "));
    eprintln!("    {shown}");
    let mut command = crate::cargo();
    command
        .args(arguments)
        .envs(step.env.iter().copied())
        .current_dir(root);
    finish(&mut command, &shown)
}

pub(crate) fn finish(command: &mut Command, shown: &str) -> anyhow::Result<()> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("failed to start `{shown}`"))?;
    if !status.success() {
        bail!("ended with {status} `{shown}`");
    }
    Ok(())
}

fn verdict(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Passed { took, .. } => format!("passed in {}", seconds(*took)),
        Outcome::Failed { took, why } => format!("FAILED in {}: {why}", seconds(*took)),
        Outcome::NotRun { needs } => format!("not run, because it needs: {needs}"),
    }
}

fn summary(outcomes: &[(Step, Outcome)]) -> String {
    let width = outcomes
        .iter()
        .map(|(step, _)| step.name.len())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for (step, outcome) in outcomes {
        let (word, took) = match outcome {
            Outcome::Passed { took, .. } => ("passed", seconds(*took)),
            Outcome::Failed { took, .. } => ("FAILED", seconds(*took)),
            Outcome::NotRun { .. } => ("not run", "-".to_owned()),
        };
        text.push_str(&format!("{:<width$}  {word:<7}  {took:>9}\n", step.name));
    }
    for (step, outcome) in outcomes {
        match outcome {
            Outcome::Passed { notes, .. } => {
                for note in notes {
                    text.push_str(&format!("{note}\n"));
                }
            }
            Outcome::Failed { .. } | Outcome::NotRun { .. } => {
                text.push_str(&format!("{} {}\n", step.name, verdict(outcome)));
            }
        }
    }
    text
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn step(name: &'static str, needs: Option<&'static str>) -> Step {
        Step {
            name,
            action: Action::Tidy,
            env: &[],
            needs,
        }
    }

    const STEPS: [Step; 4] = [
        step("set-up", None),
        step("build", None),
        step("run", Some("build")),
        step("format", None),
    ];

    fn check(broken: &[&str], expected: &str) {
        let mut ran = Vec::new();
        let mut outcomes = run_each(&STEPS, |step| {
            ran.push(step.name);
            if broken.contains(&step.name) {
                bail!("it broke");
            }
            Ok(if step.name == "set-up" {
                vec!["left out: a".to_owned()]
            } else {
                vec![]
            })
        });
        for (_, outcome) in &mut outcomes {
            match outcome {
                Outcome::Passed { took, .. } | Outcome::Failed { took, .. } => {
                    *took = Duration::from_millis(1250);
                }
                Outcome::NotRun { .. } => {}
            }
        }
        assert_eq!(summary(&outcomes), expected);
        assert_eq!(ran.contains(&"run"), !broken.contains(&"build"));
        assert!(ran.contains(&"format"));
    }

    #[test]
    fn summary_shows_every_step_and_its_duration() {
        check(
            &[],
            "set-up  passed       1.2 s\n\
             build   passed       1.2 s\n\
             run     passed       1.2 s\n\
             format  passed       1.2 s\n\
             left out: a\n",
        );
    }

    #[test]
    fn failed_step_stops_only_those_that_need_it() {
        check(
            &["build"],
            "set-up  passed       1.2 s\n\
             build   FAILED       1.2 s\n\
             run     not run          -\n\
             format  passed       1.2 s\n\
             left out: a\n\
             build FAILED in 1.2 s: it broke\n\
             run not run, because it needs: build\n",
        );
    }

    #[test]
    fn failing_command_is_an_error_that_names_it() {
        let run = |argument: &str| {
            let mut command = crate::cargo();
            command
                .arg(argument)
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            finish(&mut command, argument).map_err(|error| error.to_string())
        };
        assert_eq!(run("--version"), Ok(()));
        let error = "ended with exit status: 101 `no-such-command`".to_owned();
        assert_eq!(run("no-such-command"), Err(error));
    }
}
