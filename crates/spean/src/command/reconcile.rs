//! `spean reconcile`: the bank's statements against what the hub says should have moved.
//!
//! The files are read here and not in the hub; what they show is reported to it line by line.

mod end;
mod join;
mod show;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use backoffice::desk::{Accounts, Desk, DeskError, PayoutShown, Taken};
use backoffice::reconcile::read::{About, Mapping, read_csv};
use backoffice::reconcile::{
    Account, BreakId, Draft, Entry, Person, StatementId, StatementKind, Who,
};
use calendar::{Calendars, Country};
use jiff::Timestamp;
use jiff::civil::Date;
use money::Currency;
use participant::hub::HubClient;
use wire::api::{Money, PayoutSeen, WindowStatus};
use wire::error::Code;

use super::action::short_time;
use super::operator::{client, key_name, no};
use super::site::Site;
use crate::cli::{BackOffice, ReconcileCommand};
use crate::exit::{self, Exit};
use crate::{out, wait};
use show::{
    RefusedRow, Report, event_words, incomplete, joins, print, rows, say_break, summary,
    without_break,
};

/// What the sandbox's bank calls the hub's accounts.
pub(super) const SIMULATED: &str = "SIMULATED-HUB";

pub(super) fn run(command: ReconcileCommand) -> anyhow::Result<Exit> {
    match command {
        ReconcileCommand::Import {
            statement,
            mapping,
            day,
            currency,
            office,
        } => {
            let csv = mapping.map(|mapping| Csv {
                mapping,
                day,
                currency,
            });
            take(&statement, csv.as_ref(), &office)
        }
        ReconcileCommand::Show { all, office } => show(all, &office),
        ReconcileCommand::Break { id, office } => one(id, &office),
        ReconcileCommand::Assign { id, owner, office } => {
            let mut desk = open(&office)?;
            let owner = Person::new(&owner).context("read the name of the owner")?;
            let by = (person(&office)?, now_ns());
            let assigned = desk.store_mut().assign(BreakId(id), owner, by);
            assigned.map_err(|error| refused("assign the break", &error.into()))?;
            one(id, &office)
        }
        ReconcileCommand::Review { office } => review(&office),
        ReconcileCommand::Join {
            line,
            expected,
            reason,
            office,
        } => join::propose((&line, &expected), &reason, &office),
        ReconcileCommand::ApproveJoin { id, office } => join::approve(id, &office),
        ReconcileCommand::End { id, action, office } => end::end(id, &action, &office),
    }
}

/// A CSV file and what is known of it.
struct Csv {
    mapping: PathBuf,
    day: Option<String>,
    currency: Option<String>,
}

fn take(path: &Path, csv: Option<&Csv>, office: &BackOffice) -> anyhow::Result<Exit> {
    let file = path.display();
    let bytes = std::fs::read(path).with_context(|| format!("read the statement `{file}`"))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let hub = client(&office.operator)?;
    let mut desk = open(office)?;
    let by = person(office)?;
    let as_of = as_of(office)?;
    let taken = match csv {
        None => desk.take_camt((&bytes, &name), (&by, now_ns()), as_of),
        Some(csv) => {
            let draft = draft(csv, &bytes, &name, office)?;
            desk.take(vec![draft], (&by, now_ns()), as_of)
        }
    };
    let taken = taken.map_err(|error| refused("take the statement", &error))?;
    let reported = wait::block_on(report(&hub, &taken.payouts))?;
    let report = summary(&taken, desk.store(), reported);
    print(&report, office)?;
    let is_all_well = report.breaks.is_empty()
        && report.incomplete.is_empty()
        && report.payouts_refused.is_empty();
    Ok(match is_all_well {
        true => Exit::Done,
        false => Exit::No,
    })
}

fn draft(csv: &Csv, bytes: &[u8], name: &str, office: &BackOffice) -> anyhow::Result<Draft> {
    let file = csv.mapping.display();
    let text = std::fs::read_to_string(&csv.mapping)
        .with_context(|| format!("read the mapping `{file}`"))?;
    let mapping = Mapping::parse(&text)
        .map_err(|error| refused("understand the mapping", &DeskError::Reconcile(error)))?;
    let day = csv
        .day
        .as_deref()
        .context("know the day: give --day DATE")?;
    let day = date(day)?;
    let alpha = csv.currency.as_deref();
    let alpha = alpha.context("know the currency: give --currency CURRENCY")?;
    let currency = Currency::from_alpha(&alpha.to_ascii_uppercase());
    let currency = currency.with_context(|| format!("know the currency `{alpha}`"))?;
    let account = format!("{}-{}", office.accounts, currency.alpha());
    let about = About {
        account: Account::new(&account).context("read the account's name")?,
        id: StatementId::new(&format!("{account}-{day}")).context("name the statement")?,
        kind: StatementKind::EndOfDay,
        day,
        file_name: name.into(),
        currencies: vec![currency],
    };
    read_csv(bytes, &mapping, &about)
        .map_err(|error| refused("take the statement", &DeskError::Reconcile(error)))
}

/// What the hub may say of one payout; anything else it would say of all.
const OF_ONE_PAYOUT: [Code; 4] = [
    Code::PayoutUnfit,
    Code::WindowUnfit,
    Code::WindowUnknown,
    Code::InvalidField,
];

/// What reporting payouts came to.
#[derive(Debug, Default)]
pub(super) struct Reported {
    /// Windows that are settled by it.
    pub(super) settled: Vec<u64>,
    pub(super) refused: Vec<RefusedRow>,
}

/// Reports every payout that a statement showed. One that the hub refuses does not keep the others
/// back: each may free the headroom of another window.
pub(super) async fn report(hub: &HubClient, payouts: &[PayoutShown]) -> anyhow::Result<Reported> {
    let mut reported = Reported::default();
    for shown in payouts {
        let seen = PayoutSeen {
            window: shown.window,
            number: shown.number,
            amount: Money {
                currency: shown.money.currency.alpha().to_owned(),
                amount: shown.money.amount.decimal(shown.money.currency),
            },
            reference: shown.reference.clone(),
            statement: shown.statement.to_string(),
        };
        match hub.report_payout(&seen).await {
            Ok(window) if window.status == WindowStatus::Settled => {
                reported.settled.push(window.id);
            }
            Ok(_) => {}
            Err(error) => match error.problem() {
                Some(problem) if OF_ONE_PAYOUT.contains(&problem.code()) => {
                    reported.refused.push(RefusedRow {
                        window: shown.window,
                        number: shown.number,
                        code: problem.code(),
                        why: problem.to_string(),
                    });
                }
                Some(_) | None => return Err(no("report the payout", &error)),
            },
        }
    }
    Ok(reported)
}

fn show(all: bool, office: &BackOffice) -> anyhow::Result<Exit> {
    let desk = open(office)?;
    let outcome = desk.look(as_of(office)?);
    let outcome = outcome.map_err(|error| refused("match the statements", &error))?;
    let register = desk.store().register();
    let breaks = register.iter().filter(|one| all || one.ended.is_none());
    let counts = outcome.counts();
    let report = Report {
        statements: Vec::new(),
        matched: counts.matched,
        timing: counts.timing,
        waiting: counts.waiting,
        breaks: rows(desk.store(), breaks),
        incomplete: incomplete(desk.store()),
        without_break: without_break(register, &outcome),
        joins: joins(register),
        payouts_reported: 0,
        payouts_refused: Vec::new(),
        windows_settled: Vec::new(),
    };
    print(&report, office)?;
    Ok(Exit::Done)
}

fn review(office: &BackOffice) -> anyhow::Result<Exit> {
    let hub = client(&office.operator)?;
    let mut desk = open(office)?;
    let report = reviewed(&mut desk, &hub, office)?;
    print(&report, office)?;
    Ok(Exit::Done)
}

/// Matches everything again and reports the payouts that are shown.
fn reviewed(desk: &mut Desk, hub: &HubClient, office: &BackOffice) -> anyhow::Result<Report> {
    let reviewed = desk.review(as_of(office)?, now_ns());
    let (outcome, payouts) = reviewed.map_err(|error| refused("match the statements", &error))?;
    let taken = Taken {
        statements: Vec::new(),
        outcome,
        payouts,
    };
    let reported = wait::block_on(report(hub, &taken.payouts))?;
    Ok(summary(&taken, desk.store(), reported))
}

fn one(id: u64, office: &BackOffice) -> anyhow::Result<Exit> {
    let desk = open(office)?;
    let found = desk.store().register().get(BreakId(id));
    let found = found.ok_or_else(|| exit::error(Exit::No, format!("find break {id}")))?;
    let shown = rows(desk.store(), std::iter::once(found));
    let Some(shown) = shown.first() else {
        return Ok(Exit::No);
    };
    if office.operator.json {
        out::json(shown)?;
        return Ok(Exit::Done);
    }
    say_break(shown);
    out::data("");
    for Entry { at_ns, by, what } in &found.history {
        let by = match by {
            Who::Evidence => "evidence".to_owned(),
            Who::Operator(person) => person.to_string(),
        };
        let what = event_words(what);
        let at = short_time(&time(*at_ns));
        out::data(&out::safe(&format!("  {at}  {by}  {what}")));
    }
    Ok(Exit::Done)
}

fn open(office: &BackOffice) -> anyhow::Result<Desk> {
    let (tables, file) = match (&office.tables, &office.file) {
        (Some(tables), Some(file)) => (tables.clone(), file.clone()),
        (_, _) => {
            let site = Site::at(office.operator.sandbox.as_deref())?;
            files(site.folder())
        }
    };
    let opened = Desk::open(&tables, &file, accounts(&office.accounts));
    opened.map_err(|error| refused("open the back office", &error))
}

/// The hub's tables and the back office's file in a sandbox's folder.
pub(super) fn files(folder: &Path) -> (PathBuf, PathBuf) {
    let hub = folder.join("hub");
    (hub.join("projection.db"), hub.join("backoffice.db"))
}

pub(super) fn accounts(prefix: &str) -> Accounts {
    Accounts {
        prefix: prefix.to_owned(),
        zone: Country::Kh,
        calendars: Calendars::built_in(),
    }
}

fn person(office: &BackOffice) -> anyhow::Result<Person> {
    let operator = &office.operator;
    let name = match (&operator.name, &operator.key) {
        (Some(name), _) => name.clone(),
        // Two people with two keys are two operators; by one name they would be one.
        (None, Some(key)) => key_name(key)?,
        (None, None) => "operator".to_owned(),
    };
    Person::new(&name).context("read the operator's name")
}

fn as_of(office: &BackOffice) -> anyhow::Result<Date> {
    match &office.as_of {
        Some(text) => date(text),
        None => Ok(Country::Kh.local_date(now_ns())),
    }
}

fn date(text: &str) -> anyhow::Result<Date> {
    text.parse()
        .with_context(|| format!("read the day `{text}`: it is written 2026-11-26"))
}

fn now_ns() -> i64 {
    i64::try_from(Timestamp::now().as_nanosecond()).unwrap_or(i64::MAX)
}

fn time(at_ns: i64) -> String {
    let at = Timestamp::from_nanosecond(i128::from(at_ns));
    at.map_or_else(|_range| String::new(), |at| format!("{at:.3}"))
}

/// What is wrong with a file is a clear no, under its stable code.
fn refused(doing: &str, error: &DeskError) -> anyhow::Error {
    exit::error(Exit::No, format!("{doing}: {error} ({})", error.code()))
}
