//! What a run found out, for people and for programs.

use aws_lc_rs::digest::{SHA256, digest};
use participant::edge;
use serde::Serialize;

use crate::case::Case;
use crate::settings::Settings;

/// Raised when a member of the report changes its meaning.
const FORM: u32 = 1;

/// The whole run; `docs/certify.schema.json` is its form as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Of the form of this object.
    pub version: u32,
    /// The version of the program whose table was run.
    pub program: &'static str,
    /// As the settings named it.
    pub participant: String,
    /// Where it was called.
    pub base: String,
    pub scheme: &'static str,
    pub roles: &'static str,
    /// What it would be certified as.
    pub finality: &'static str,
    pub began_at: String,
    pub ended_at: String,
    /// The last position of its stream that it acknowledged.
    pub outcome_sequence: u64,
    /// How far the stream got on in this run.
    pub outcomes_acknowledged: u64,
    /// In the order of the table; what does not apply is left out.
    pub cases: Vec<CaseReport>,
    pub summary: Summary,
    /// `sha256:` and the digest of the lines of [`Report::lines`].
    pub digest: String,
    /// One line for the reason of the operator's action.
    pub reason: String,
}

/// One case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseReport {
    pub name: &'static str,
    pub group: &'static str,
    pub rule: &'static str,
    /// Whether there is a certificate without it.
    pub mandatory: bool,
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Why it matters.
    pub why: &'static str,
    /// What to do when it fails.
    pub fix: &'static str,
}

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Verdict {
    Passed,
    Failed {
        /// From 1.
        step: usize,
        steps: usize,
        sent: String,
        expected: String,
        got: String,
    },
    NotRun {
        because: String,
    },
}

/// The count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub passed: usize,
    pub failed: usize,
    pub not_run: usize,
    /// Every case that was run passed, and no mandatory one was left out.
    pub certified: bool,
}

/// What the runner hands over.
pub(crate) struct Run {
    pub(crate) began_ms: i64,
    pub(crate) ended_ms: i64,
    pub(crate) outcome_last: u64,
    pub(crate) cases: Vec<CaseReport>,
}

impl CaseReport {
    pub(crate) fn new(case: &'static Case, verdict: Verdict) -> Self {
        Self {
            name: case.name,
            group: case.group.title(),
            rule: case.rule.name(),
            mandatory: is_mandatory(case),
            verdict,
            why: case.why,
            fix: case.fix,
        }
    }
}

/// A participant whose shops have printed codes only has no code for one payment; everything else
/// can be given, and is asked for.
pub(crate) fn is_mandatory(case: &Case) -> bool {
    case.needs != Some(crate::case::Need::Dynamic)
}

impl Report {
    pub(crate) fn new(settings: &Settings, run: Run) -> Self {
        let summary = Summary::of(&run.cases);
        let mut report = Self {
            version: FORM,
            program: env!("CARGO_PKG_VERSION"),
            participant: settings.name.clone(),
            base: settings.base.as_str().to_owned(),
            scheme: settings.scheme.name(),
            roles: settings.roles.name(),
            finality: settings.finality.name(),
            began_at: edge::rfc3339(run.began_ms),
            ended_at: edge::rfc3339(run.ended_ms),
            outcome_sequence: run.outcome_last,
            outcomes_acknowledged: run.outcome_last.saturating_sub(settings.outcome_last),
            cases: run.cases,
            summary,
            digest: String::new(),
            reason: String::new(),
        };
        report.digest = sha256(&report.lines());
        report.reason = report.in_one_line();
        report
    }

    /// What the digest is over: a line for each setting and each case, each ended by a line feed.
    /// Whoever has the report can make them and compare.
    pub fn lines(&self) -> String {
        let mut lines = String::new();
        for (name, value) in [
            ("program", self.program),
            ("participant", &self.participant),
            ("base", &self.base),
            ("scheme", self.scheme),
            ("roles", self.roles),
            ("finality", self.finality),
            ("began_at", &self.began_at),
            ("ended_at", &self.ended_at),
        ] {
            lines.push_str(&format!("{name} {value}\n"));
        }
        for case in &self.cases {
            lines.push_str(&format!("{} {}\n", case.name, case.verdict.name()));
        }
        lines
    }

    /// Short enough for a field of 140 characters.
    fn in_one_line(&self) -> String {
        let Summary {
            passed,
            failed,
            not_run,
            ..
        } = self.summary;
        let all = passed.saturating_add(failed).saturating_add(not_run);
        let at = self.ended_at.get(..19).unwrap_or(&self.ended_at);
        let (program, finality, digest) = (self.program, self.finality, &self.digest);
        format!("certify {program} {finality} {passed}/{all} {at}Z {digest}")
    }
}

impl Verdict {
    /// As JSON and the digest name it.
    pub fn name(&self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Failed { .. } => "failed",
            Verdict::NotRun { .. } => "not_run",
        }
    }
}

impl Summary {
    fn of(cases: &[CaseReport]) -> Self {
        let count = |name| {
            cases
                .iter()
                .filter(|case| case.verdict.name() == name)
                .count()
        };
        let left_out =
            |case: &CaseReport| case.mandatory && matches!(case.verdict, Verdict::NotRun { .. });
        let (passed, failed, not_run) = (count("passed"), count("failed"), count("not_run"));
        Self {
            passed,
            failed,
            not_run,
            certified: passed > 0 && failed == 0 && !cases.iter().any(left_out),
        }
    }
}

fn sha256(text: &str) -> String {
    let hash = digest(&SHA256, text.as_bytes());
    let digits = hash.as_ref().iter().map(|byte| format!("{byte:02x}"));
    format!("sha256:{}", digits.collect::<String>())
}
