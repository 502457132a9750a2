//! The report for people.

use certify::Report;
use certify::report::{CaseReport, Verdict};

use super::Books;
use crate::out;

/// The column in which the explanations of a case begin.
const INDENT: &str = "           ";

pub(super) fn report(report: &Report, books: Books) {
    head(report, books);
    let mut group = "";
    for case in &report.cases {
        if case.group != group {
            group = case.group;
            out::data(&format!("\n{group}"));
        }
        one(case);
    }
    tail(report, books);
}

fn head(report: &Report, books: Books) {
    let whose = match books {
        Books::Own => "",
        Books::Copy => " (simulated, on a copy of its books)",
    };
    let row = |name: &str, text: &str| out::data(&format!("{name:<13}{}", out::safe(text)));
    row("participant", &format!("{}{whose}", report.participant));
    row("called at", &report.base);
    row(
        "as",
        &format!("{}, {}, `{}`", report.scheme, report.roles, report.finality),
    );
    row(
        "run",
        &format!("{} to {}", report.began_at, report.ended_at),
    );
}

fn one(case: &CaseReport) {
    let line = |mark: &str| out::data(&format!("  {mark:<8} {}", case.name));
    let under = |name: &str, text: &str| {
        out::data(&format!("{INDENT}{name:<9}{}", out::safe(text)));
    };
    match &case.verdict {
        Verdict::Passed => line("pass"),
        Verdict::NotRun { because } => {
            line("not run");
            let free = if case.mandatory {
                ""
            } else {
                "; may be left out"
            };
            under("because", &format!("{because}{free}"));
        }
        Verdict::Failed {
            step,
            steps,
            sent,
            expected,
            got,
        } => {
            line("FAIL");
            under("sent", &format!("{sent} (step {step} of {steps})"));
            under("expected", expected);
            under("got", got);
            under("because", case.why);
            under("do", case.fix);
        }
    }
}

fn tail(report: &Report, books: Books) {
    let summary = &report.summary;
    out::data(&format!(
        "\n{} passed, {} failed, {} not run",
        summary.passed, summary.failed, summary.not_run
    ));
    out::data(&format!("the run: {}", report.digest));
    if summary.certified {
        out::data(&format!(
            "CERTIFIED as `{}`. An operator raises the participant's level by an action, which \
             another approves; its evidence:",
            report.finality
        ));
        out::data(&format!("  {}", report.reason));
    } else if summary.failed > 0 {
        out::data("NOT CERTIFIED: correct what failed and run again.");
    } else {
        out::data("NOT CERTIFIED: give what is missing and run again.");
    }
    if report.outcomes_acknowledged == 0 {
        out::talk(&format!(
            "No outcome was acknowledged at all: if its stream does not stand at {}, say where it \
             does with --outcome-sequence.",
            report.outcome_sequence
        ));
    } else if books == Books::Own {
        out::talk(&format!(
            "The books of this system have changed, and its stream stands at {0}: a next run needs \
             --outcome-sequence {0}, and a hub that goes on with its own stream would be refused.",
            report.outcome_sequence
        ));
    }
}
