//! What each lane does, as tables: a new check is a new row.

use crate::setup::Install;
use crate::steps::{Action, Step};

/// How much of the tests is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    Full,
    Fast,
}

/// The core is tested by itself first: a fault there explains every later one, and a core that
/// builds only in company has learnt something it must not know.
const CORE: Step = cargo(
    "core tests",
    &[
        "test",
        "--no-fail-fast",
        "-p",
        "money",
        "-p",
        "ledger",
        "-p",
        "switch",
    ],
);

/// `cargo test --workspace` without what [`CORE`] ran already; doc tests come with it.
const WORKSPACE: Step = cargo(
    "workspace tests",
    &[
        "test",
        "--no-fail-fast",
        "--workspace",
        "--exclude",
        "money",
        "--exclude",
        "ledger",
        "--exclude",
        "switch",
    ],
);

/// The matrix needs a build with crash points and manual clocks, so it is a step of its own; its
/// table goes to the terminal and to `target/matrix.md`.
const MATRIX: Step = cargo(
    "fault matrix",
    &[
        "test",
        "-p",
        "spean",
        "--features",
        "failpoints",
        "--test",
        "matrix",
        "--",
        "--nocapture",
    ],
);

/// The end-to-end tests are the integration tests of `spean`; the fast lane does without them.
const WITHOUT_E2E: Step = cargo(
    "workspace tests, no servers",
    &[
        "test",
        "--no-fail-fast",
        "--workspace",
        "--exclude",
        "money",
        "--exclude",
        "ledger",
        "--exclude",
        "switch",
        "--exclude",
        "spean",
    ],
);

const BINARY: Step = cargo(
    "unit tests of the binary",
    &["test", "--no-fail-fast", "-p", "spean", "--bins"],
);

pub(crate) fn test(lane: Lane, install: Install) -> Vec<Step> {
    // The fast lane needs no package, so it never asks for one.
    let (install, rest): (_, &[Step]) = match lane {
        Lane::Full => (install, &[WORKSPACE, MATRIX]),
        Lane::Fast => (Install::NotNeeded, &[WITHOUT_E2E, BINARY]),
    };
    let mut steps = vec![
        step("set-up", Action::SetUp(install)),
        step("tidy", Action::Tidy),
        CORE,
    ];
    steps.extend_from_slice(rest);
    steps
}

/// Long runs of seeds that everybody can run again.
const KNOWN_SEEDS: Step = after_release(
    "simulator, 200 seeds",
    Action::Cargo(&[
        "run",
        "--release",
        "-p",
        "spean",
        "--",
        "sim",
        "--seed",
        "0",
        "--seeds",
        "200",
        "--payments",
        "1000",
    ]),
);

/// A minute of seeds that nobody ran yet; it prints the first one, and how many payments and
/// faults it covered. What fails here failed before this change too, most likely, and is to be
/// kept in `crates/sim/seeds.txt` by whoever finds it.
const NEW_SEEDS: Step = after_release(
    "simulator, a minute of new seeds",
    Action::Cargo(&[
        "run",
        "--release",
        "-p",
        "spean",
        "--",
        "sim",
        "--seed",
        "new",
        "--seconds",
        "60",
        "--payments",
        "300",
    ]),
);

/// The codec for other languages.
const BINDINGS: [Step; 6] = [
    bindings("bindings, format", &["fmt", "--all", "--check"]),
    bindings(
        "bindings, lints",
        &[
            "clippy",
            "--locked",
            "--workspace",
            "--exclude",
            "emvqr-no-std",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ],
    ),
    bindings(
        "C binding",
        &["test", "--locked", "-p", "emvqr-common", "-p", "emvqr-c"],
    ),
    step("Python module", Action::PythonModule),
    // In a profile that ends a program where others unwind, which without std nobody does.
    bindings(
        "lints without std",
        &[
            "clippy",
            "--locked",
            "-p",
            "emvqr-no-std",
            "--profile",
            "no-std",
            "--",
            "--deny",
            "warnings",
        ],
    ),
    bindings(
        "codec without std",
        &[
            "run",
            "--locked",
            "-p",
            "emvqr-no-std",
            "--profile",
            "no-std",
        ],
    ),
];

/// Builds leave Parquet out; here it is built and its file read.
const PARQUET: Step = cargo(
    "reports as Parquet",
    &[
        "test",
        "-p",
        "spean",
        "--features",
        "parquet",
        "--test",
        "e2e",
        "report",
    ],
);

/// Compiler flags are the same in all steps, so that nothing is built twice for a flag's sake:
/// warnings become errors by arguments that only the workspace's own crates see.
pub(crate) fn ci() -> Vec<Step> {
    let mut steps = vec![
        cargo("format", &["fmt", "--all", "--check"]),
        cargo(
            "format of the fuzz targets",
            &["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"],
        ),
        cargo(
            "lints",
            &[
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "--deny",
                "warnings",
            ],
        ),
        // What is only built for tests is code too.
        cargo(
            "lints with crash points",
            &[
                "clippy",
                "-p",
                "engine",
                "-p",
                "failpoint",
                "-p",
                "participant",
                "-p",
                "sandbox",
                "-p",
                "server",
                "-p",
                "spean",
                "--features",
                "spean/failpoints,spean/parquet",
                "--all-targets",
                "--",
                "--deny",
                "warnings",
            ],
        ),
        PARQUET,
        Step {
            env: &[("RUSTDOCFLAGS", "--deny warnings")],
            ..cargo("documentation", &["doc", "--workspace", "--no-deps"])
        },
        // In release, because it goes through millions of states.
        cargo(
            "whole search of the model",
            &["run", "--release", "-p", "model"],
        ),
        cargo("release build", &["build", "--release", "-p", "spean"]),
        after_release("simulator, the same run as in debug", Action::SameRun),
        KNOWN_SEEDS,
        NEW_SEEDS,
        // Twice, because a first run that leaves a child or a port behind spoils the second.
        after_release("sandbox's story", Action::Sandbox("first")),
        after_release("sandbox's story again", Action::Sandbox("second")),
        step("comparison with other kits", Action::Conformance),
        step("fuzzing, ten seconds each", Action::Fuzz(10)),
    ];
    steps.extend(BINDINGS);
    steps
}

const fn step(name: &'static str, action: Action) -> Step {
    Step {
        name,
        action,
        env: &[],
        needs: None,
    }
}

const fn cargo(name: &'static str, arguments: &'static [&'static str]) -> Step {
    step(name, Action::Cargo(arguments))
}

/// Of the workspace of the bindings, whose lock file no step may mend.
const fn bindings(name: &'static str, arguments: &'static [&'static str]) -> Step {
    step(name, Action::Bindings(arguments))
}

const fn after_release(name: &'static str, action: Action) -> Step {
    Step {
        name,
        action,
        env: &[],
        needs: Some("release build"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(steps: &[Step]) -> Vec<&'static str> {
        steps.iter().map(|step| step.name).collect()
    }

    #[test]
    fn fast_lane_never_installs_and_starts_no_server() {
        let steps = test(Lane::Fast, Install::Allowed);
        let expected = [
            "set-up",
            "tidy",
            "core tests",
            "workspace tests, no servers",
            "unit tests of the binary",
        ];
        assert_eq!(names(&steps), expected);
        assert_eq!(
            steps.first().map(|step| step.action),
            Some(Action::SetUp(Install::NotNeeded))
        );
    }

    #[test]
    fn full_lane_installs_unless_prevented() {
        for install in [Install::Allowed, Install::Prevented] {
            let steps = test(Lane::Full, install);
            assert_eq!(
                names(&steps),
                [
                    "set-up",
                    "tidy",
                    "core tests",
                    "workspace tests",
                    "fault matrix"
                ]
            );
            assert_eq!(
                steps.first().map(|step| step.action),
                Some(Action::SetUp(install))
            );
        }
    }

    #[test]
    fn needed_steps_come_first_and_names_are_unique() {
        for steps in [
            ci(),
            test(Lane::Full, Install::Allowed),
            test(Lane::Fast, Install::Allowed),
        ] {
            for (index, step) in steps.iter().enumerate() {
                let earlier = names(&steps[..index]);
                assert!(!earlier.contains(&step.name), "{} twice", step.name);
                assert!(
                    step.needs.is_none_or(|needed| earlier.contains(&needed)),
                    "{}",
                    step.name
                );
            }
        }
    }
}
