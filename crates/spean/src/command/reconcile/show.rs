//! What the desk says, for people and as JSON.

use backoffice::desk::Taken;
use backoffice::reconcile::{
    Break, Candidates, Counts, End, Event, Expected, Finding, Imported, Join, Outcome, Register,
    Store,
};
use serde::Serialize;
use wire::error::Code;

use super::{Reported, now_ns, time};
use crate::cli::BackOffice;
use crate::out;

/// Nanoseconds of a day.
const DAY_NS: i64 = 86_400_000_000_000;

/// How a file was taken.
#[derive(Debug, Serialize)]
pub(in crate::command) struct Report {
    pub(super) statements: Vec<StatementRow>,
    pub(super) matched: u64,
    pub(super) timing: u64,
    pub(super) waiting: u64,
    pub(super) breaks: Vec<BreakRow>,
    /// Days' statements of which a page has not come, in words.
    pub(super) incomplete: Vec<String>,
    /// What no break is about yet; the next review opens one for each.
    pub(super) without_break: Vec<FindingRow>,
    /// Joins that wait for another operator.
    pub(super) joins: Vec<JoinRow>,
    pub(super) payouts_reported: usize,
    pub(super) payouts_refused: Vec<RefusedRow>,
    pub(super) windows_settled: Vec<u64>,
}

/// A payout that the hub does not take for made; the next import reports it again.
#[derive(Debug, Serialize)]
pub(in crate::command) struct RefusedRow {
    pub(super) window: u64,
    pub(super) number: u32,
    pub(super) code: Code,
    pub(super) why: String,
}

impl std::fmt::Display for RefusedRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            window,
            number,
            why,
            ..
        } = self;
        write!(f, "payout {number} of window {window} is refused: {why}")
    }
}

#[derive(Debug, Serialize)]
pub(super) struct StatementRow {
    pub(super) id: String,
    pub(super) is_new: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct BreakRow {
    pub(super) id: u64,
    pub(super) kind: &'static str,
    pub(super) cause: String,
    pub(super) owner: Option<String>,
    pub(super) age_days: i64,
    pub(super) opened_at: String,
    pub(super) ended: Option<String>,
    pub(super) lines: Vec<String>,
    pub(super) expected: Vec<String>,
    /// What its lines could be for, if two operators say so.
    pub(super) could_be: Vec<Candidate>,
}

#[derive(Debug, Serialize)]
pub(super) struct Candidate {
    pub(super) expected: String,
    pub(super) about: String,
}

#[derive(Debug, Serialize)]
pub(super) struct FindingRow {
    pub(super) kind: &'static str,
    pub(super) cause: String,
    pub(super) lines: Vec<String>,
    pub(super) expected: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct JoinRow {
    pub(super) id: u64,
    pub(super) line: String,
    pub(super) expected: String,
    pub(super) reason: String,
    pub(super) proposed_by: String,
}

pub(super) fn summary(taken: &Taken, store: &Store, reported: Reported) -> Report {
    let Counts {
        matched,
        timing,
        waiting,
        ..
    } = taken.counts();
    Report {
        statements: taken
            .statements
            .iter()
            .map(|(id, imported)| StatementRow {
                id: id.clone(),
                is_new: *imported != Imported::Already,
            })
            .collect(),
        matched,
        timing,
        waiting,
        breaks: rows(store, store.register().open()),
        incomplete: incomplete(store),
        without_break: without_break(store.register(), &taken.outcome),
        joins: joins(store.register()),
        payouts_reported: taken.payouts.len().saturating_sub(reported.refused.len()),
        payouts_refused: reported.refused,
        windows_settled: reported.settled,
    }
}

/// Statements that nobody may take for whole.
pub(super) fn incomplete(store: &Store) -> Vec<String> {
    let open = store.book().incomplete();
    open.iter().map(ToString::to_string).collect()
}

pub(super) fn without_break(register: &Register, outcome: &Outcome) -> Vec<FindingRow> {
    let row = |finding: &Finding| FindingRow {
        kind: finding.kind.word(),
        cause: finding.cause.words(),
        lines: finding.lines.iter().map(ToString::to_string).collect(),
        expected: finding.expected.iter().map(ToString::to_string).collect(),
    };
    register.without_break(outcome).map(row).collect()
}

pub(super) fn joins(register: &Register) -> Vec<JoinRow> {
    let waiting = register.joins().filter(|join| join.approved_by.is_none());
    let row = |join: &Join| JoinRow {
        id: join.id.0,
        line: join.line.to_string(),
        expected: join.expected.to_string(),
        reason: join.reason.to_string(),
        proposed_by: join.by.to_string(),
    };
    waiting.map(row).collect()
}

pub(super) fn rows<'a>(store: &Store, breaks: impl Iterator<Item = &'a Break>) -> Vec<BreakRow> {
    let candidates = store.candidates();
    breaks.map(|one| row(store, &candidates, one)).collect()
}

fn row<'a>(store: &'a Store, candidates: &Candidates<'a>, open: &Break) -> BreakRow {
    let finding = &open.finding;
    let age_ns = now_ns().saturating_sub(open.opened_at_ns);
    BreakRow {
        id: open.id.0,
        kind: finding.kind.word(),
        cause: finding.cause.words(),
        owner: open.owner.as_ref().map(ToString::to_string),
        age_days: age_ns.div_euclid(DAY_NS),
        opened_at: time(open.opened_at_ns),
        ended: open.ended.as_ref().map(|(end, _)| end_words(end)),
        lines: finding.lines.iter().map(ToString::to_string).collect(),
        expected: finding.expected.iter().map(ToString::to_string).collect(),
        could_be: match (&open.ended, finding.lines.as_slice()) {
            (None, [line]) => {
                let line = store.book().line(line);
                let found = line.map(|line| candidates.for_line(line));
                found
                    .unwrap_or_default()
                    .into_iter()
                    .map(candidate)
                    .collect()
            }
            _ => Vec::new(),
        },
    }
}

/// The name is what `join` takes; the rest is for who chooses.
fn candidate(expected: &Expected) -> Candidate {
    let money = expected.money;
    let amount = money.amount.decimal(money.currency);
    Candidate {
        expected: expected.id.to_string(),
        about: format!(
            "{} {amount}, {}, {}",
            money.currency.alpha(),
            expected.kind.word(),
            expected.value_date
        ),
    }
}

/// What happened to a break, in words.
pub(super) fn event_words(what: &Event) -> String {
    match what {
        Event::Opened { finding } => format!("opened: {}", finding.cause.words()),
        Event::Changed { finding } => format!("looks different: {}", finding.cause.words()),
        Event::Assigned { owner } => format!("given to {owner}"),
        Event::Noted { text } => format!("wrote: {text}"),
        Event::JoinProposed {
            join,
            line,
            expected,
            reason,
        } => {
            let id = join.0;
            format!("proposed join {id}, {line} is {expected}: {reason}")
        }
        Event::JoinApproved { join } => format!("approved join {}", join.0),
        Event::Ended { end } => format!("ended: {}", end_words(end)),
    }
}

pub(super) fn end_words(end: &End) -> String {
    match end {
        End::Matched => "matched".to_owned(),
        End::MatchedByPeople { join } => format!("matched by people, join {}", join.0),
        End::Joined { with } => format!("went on as break {}", with.0),
        End::Adjusted { action } => format!("adjusted by {action}"),
        End::WrittenOff { action } => format!("written off by {action}"),
    }
}

pub(super) fn say(report: &Report) {
    for statement in &report.statements {
        let how = if statement.is_new {
            "taken"
        } else {
            "known already, nothing changed"
        };
        out::data(&out::safe(&format!("statement {}: {how}", statement.id)));
    }
    out::data(&format!(
        "{} matched, {} matched on another day, {} not due yet, {} breaks",
        report.matched,
        report.timing,
        report.waiting,
        report.breaks.len()
    ));
    for words in &report.incomplete {
        out::data(&out::safe(words));
    }
    if report.payouts_reported > 0 {
        out::data(&format!(
            "{} payouts reported to the hub",
            report.payouts_reported
        ));
    }
    for one in &report.payouts_refused {
        out::data(&out::safe(&one.to_string()));
    }
    for window in &report.windows_settled {
        out::data(&format!("window {window} is settled: headroom is restored"));
    }
    for one in &report.breaks {
        say_break(one);
    }
    for one in &report.without_break {
        out::data("");
        let kind = one.kind.replace('_', " ");
        out::data(&out::safe(&format!(
            "no break yet  {kind}  `spean reconcile review` opens one"
        )));
        say_about(&one.cause, (&one.lines, &one.expected));
    }
    for one in &report.joins {
        out::data("");
        out::data(&out::safe(&format!(
            "join {}  proposed by {}: {}",
            one.id, one.proposed_by, one.reason
        )));
        let waits = format!(
            "another operator: `spean reconcile approve-join {}`",
            one.id
        );
        let (lines, expected) = (
            std::slice::from_ref(&one.line),
            std::slice::from_ref(&one.expected),
        );
        say_about(&waits, (lines, expected));
    }
}

pub(super) fn say_break(one: &BreakRow) {
    let owner = one.owner.as_deref().unwrap_or("nobody yet");
    let kind = one.kind.replace('_', " ");
    let state = match &one.ended {
        Some(ended) => ended.clone(),
        None => format!("open for {} days, owner: {owner}", one.age_days),
    };
    out::data("");
    out::data(&out::safe(&format!("break {}  {kind}  {state}", one.id)));
    say_about(&one.cause, (&one.lines, &one.expected));
    for one in &one.could_be {
        let Candidate { expected, about } = one;
        out::data(&out::safe(&format!(
            "  could be        {expected}  {about}"
        )));
    }
}

pub(super) fn say_about(cause: &str, (lines, expected): (&[String], &[String])) {
    out::data(&out::safe(&format!("  {cause}")));
    for line in lines {
        out::data(&out::safe(&format!("  statement line {line}")));
    }
    for expected in expected {
        out::data(&out::safe(&format!("  expected       {expected}")));
    }
}

pub(super) fn print(report: &Report, office: &BackOffice) -> anyhow::Result<()> {
    if office.operator.json {
        return out::json(report);
    }
    say(report);
    Ok(())
}
