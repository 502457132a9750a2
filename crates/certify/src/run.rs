//! The runner: obeys the rows, keeps the participant's stream of outcomes, and ends what a case
//! leaves open.

use http::Method;
use participant::edge;

use crate::case::{At, Call, Case, End, Expect, Forge, Kind, Need, Slot, Step, Twist};
use crate::judge::{Against, accepted, judge};
use crate::limits::{CALL_DEADLINE, RESOLVE_DEADLINE, SILENT_CASES_MAX};
use crate::line::{Line, Reply, Said, Sent, Silence, Wanted};
use crate::messages::{self, Item, Told};
use crate::report::{CaseReport, Report, Run, Verdict};
use crate::settings::{Finality, Settings};
use crate::table;

/// Nobody is there: nothing was found out about anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("reach the participant: {0}")]
pub struct Unreachable(Silence);

/// What is no id, and yet a path segment.
const STRANGE: &str = "not~an~id";

/// Runs every case that applies and can be run.
///
/// # Errors
/// When nothing answers at the address at all.
pub async fn certify(settings: &Settings) -> Result<Report, Unreachable> {
    let mut runner = Runner::new(settings);
    let began_ms = settings.clock.now_ms();
    runner.knock().await?;
    let mut cases = Vec::new();
    let mut silent = 0_usize;
    for case in table::all().filter(|case| table::applies(case, settings)) {
        let verdict = if silent >= SILENT_CASES_MAX {
            let because = "the participant has stopped answering".to_owned();
            Verdict::NotRun { because }
        } else if let Some(need) = case.needs.filter(|need| !has(settings, *need)) {
            let because = format!("needs {}", need.options());
            Verdict::NotRun { because }
        } else {
            let ran = runner.run(case).await;
            silent = if ran.silent {
                silent.saturating_add(1)
            } else {
                0
            };
            ran.verdict
        };
        cases.push(CaseReport::new(case, verdict));
    }
    let run = Run {
        began_ms,
        ended_ms: settings.clock.now_ms(),
        outcome_last: runner.outcome_last,
        cases,
    };
    Ok(Report::new(settings, run))
}

fn has(settings: &Settings, need: Need) -> bool {
    match need {
        Need::Shop => settings.shop.is_some(),
        Need::Dynamic => settings.shop.is_some() && settings.dynamic.is_some(),
        Need::Refund => settings.refund.is_some(),
    }
}

struct Runner<'a> {
    settings: &'a Settings,
    line: Line<'a>,
    /// The last position that the participant acknowledged, rightly or not.
    outcome_last: u64,
    /// Of the hub's writer. Milliseconds, so that the next run is a later writer than this one.
    epoch: u64,
}

struct Ran {
    verdict: Verdict,
    silent: bool,
}

/// What one case did so far.
struct Course {
    kind: Kind,
    at_ms: i64,
    ids: [String; 3],
    /// Asks that were accepted and have no outcome yet.
    open: Vec<Slot>,
    /// The outcome told last: its position and body.
    told: Option<(u64, Vec<u8>)>,
    sent: Option<Sent>,
}

/// What came back instead of what should.
struct Miss {
    got: String,
    silent: bool,
}

impl Course {
    fn id(&self, slot: Slot) -> &str {
        let [one, two, three] = &self.ids;
        match slot {
            Slot::One => one,
            Slot::Two => two,
            Slot::Three => three,
        }
    }

    fn item<'a>(&'a self, slot: Slot, epoch: u64) -> Item<'a> {
        Item {
            kind: self.kind,
            id: self.id(slot),
            epoch,
            at_ms: self.at_ms,
        }
    }

    fn opened(&mut self, slot: Slot) {
        if !self.open.contains(&slot) {
            self.open.push(slot);
        }
    }
}

impl<'a> Runner<'a> {
    fn new(settings: &'a Settings) -> Self {
        Self {
            settings,
            line: Line::new(settings),
            outcome_last: settings.outcome_last,
            epoch: settings.clock.now_ms().unsigned_abs(),
        }
    }

    /// Whether anything listens at the address; what it says is judged later.
    async fn knock(&self) -> Result<(), Unreachable> {
        let path = format!("/credits/{}", edge::payment_id());
        let wanted = get(path);
        let sent = self
            .line
            .prepare(wanted, Forge::Honest)
            .ok_or(Unreachable(Silence::Unmade))?;
        match self.line.send(&sent).await {
            Reply::Said(_) => Ok(()),
            Reply::Silent(Silence::Late | Silence::Broken | Silence::TooLarge) => Ok(()),
            Reply::Silent(silence @ (Silence::Unreachable | Silence::Unmade)) => {
                Err(Unreachable(silence))
            }
        }
    }

    async fn run(&mut self, case: &'static Case) -> Ran {
        let mut course = Course {
            kind: case.kind,
            at_ms: self.settings.clock.now_ms(),
            ids: [edge::payment_id(), edge::payment_id(), edge::payment_id()],
            open: Vec::new(),
            told: None,
            sent: None,
        };
        let mut ran = Ran {
            verdict: Verdict::Passed,
            silent: false,
        };
        for (at, step) in case.steps.iter().enumerate() {
            if let Err(miss) = self.take(&mut course, step).await {
                ran.silent = miss.silent;
                ran.verdict = Verdict::Failed {
                    step: at.saturating_add(1),
                    steps: case.steps.len(),
                    sent: format!("{}{}", step.call, step.forge),
                    expected: step.expect.to_string(),
                    got: miss.got,
                };
                break;
            }
        }
        if !ran.silent {
            self.end_open(&mut course).await;
        }
        ran
    }

    /// Ends what the case left undertaken, so that nothing stays promised; how the participant
    /// takes that is the matter of other cases.
    async fn end_open(&mut self, course: &mut Course) {
        let end = match self.settings.finality {
            Finality::Confirm => End::Cancelled,
            Finality::Immediate => End::Completed,
        };
        for slot in std::mem::take(&mut course.open) {
            let call = Call::Tell(slot, end, At::Next);
            let step = crate::case::step(call, Expect::Acknowledged);
            let _elsewhere_judged = self.take(course, &step).await;
        }
    }

    async fn take(&mut self, course: &mut Course, step: &Step) -> Result<(), Miss> {
        if step.call == Call::Ask(Slot::One, Twist::NewWriter) {
            self.epoch = self.epoch.saturating_add(1);
        }
        let position = self.position(course, step.call);
        let sent = self.sent(course, step, position).ok_or_else(|| Miss {
            got: Silence::Unmade.to_string(),
            silent: true,
        })?;
        let replies = if matches!(step.call, Call::AskAtOnce(_)) {
            let again = self.sent(course, step, position);
            let again = again.as_ref().unwrap_or(&sent);
            let (first, second) = tokio::join!(self.line.send(&sent), self.line.send(again));
            vec![first, second]
        } else {
            vec![self.line.send(&sent).await]
        };
        course.sent = Some(sent);
        for reply in replies {
            match reply {
                Reply::Silent(silence) => {
                    // Only what made us wait is worth giving up for.
                    let silent = matches!(silence, Silence::Late | Silence::Unreachable);
                    let got = silence.to_string();
                    return Err(Miss { got, silent });
                }
                Reply::Said(said) => self.hear(course, step, position, &said)?,
            }
        }
        Ok(())
    }

    fn hear(
        &mut self,
        course: &mut Course,
        step: &Step,
        position: u64,
        said: &Said,
    ) -> Result<(), Miss> {
        let done = said.status.is_success();
        let mut id = STRANGE;
        match step.call {
            Call::Ask(slot, _) | Call::AskAtOnce(slot) => {
                if accepted(said) {
                    course.opened(slot);
                }
                id = course.id(slot);
            }
            Call::Tell(slot, _, _) | Call::TellMore(slot, _) | Call::TellRequester(slot, _) => {
                if done {
                    self.outcome_last = self.outcome_last.max(position);
                    course.open.retain(|open| *open != slot);
                }
            }
            Call::Look(slot) => id = course.id(slot),
            Call::LookStrange | Call::Resolve(_) => {}
        }
        let against = Against {
            id,
            position,
            noted: matches!(step.call, Call::Tell(_, _, At::Again)),
            finality: self.settings.finality,
        };
        judge(step.expect, said, against).map_err(|got| Miss { got, silent: false })
    }

    /// The position at which an outcome is told; 0 for what is none.
    fn position(&self, course: &Course, call: Call) -> u64 {
        let next = self.outcome_last.saturating_add(1);
        match call {
            Call::Tell(_, _, At::Next) | Call::TellMore(..) | Call::TellRequester(..) => next,
            Call::Tell(_, _, At::Gap) => next.saturating_add(1),
            Call::Tell(_, _, At::Again | At::Taken) => {
                course.told.as_ref().map_or(next, |(position, _)| *position)
            }
            Call::Ask(..)
            | Call::AskAtOnce(_)
            | Call::Look(_)
            | Call::LookStrange
            | Call::Resolve(_) => 0,
        }
    }

    fn sent(&self, course: &mut Course, step: &Step, position: u64) -> Option<Sent> {
        if step.forge == Forge::Replayed {
            return course.sent.clone();
        }
        let wanted = self.wanted(course, step.call, position);
        self.line.prepare(wanted, step.forge)
    }

    fn wanted(&self, course: &mut Course, call: Call, position: u64) -> Wanted {
        let post = |path: &str, body| Wanted {
            method: Method::POST,
            path: path.to_owned(),
            body,
            deadline: CALL_DEADLINE,
        };
        let told = |end| Told {
            end,
            position,
            is_requester: matches!(call, Call::TellRequester(..)),
            has_more: matches!(call, Call::TellMore(..)),
        };
        match call {
            Call::Ask(slot, twist) => {
                let item = course.item(slot, self.epoch);
                post("/credits", messages::ask(self.settings, item, twist))
            }
            Call::AskAtOnce(slot) => {
                let item = course.item(slot, self.epoch);
                post("/credits", messages::ask(self.settings, item, Twist::Plain))
            }
            Call::Tell(slot, end, at) => {
                let noted = course.told.as_ref().filter(|_told| at == At::Again);
                let body = match noted {
                    Some((_, body)) => body.clone(),
                    None => {
                        let item = course.item(slot, self.epoch);
                        messages::outcome(self.settings, item, told(end))
                    }
                };
                course.told = Some((position, body.clone()));
                post("/outcomes", body)
            }
            Call::TellMore(slot, end) | Call::TellRequester(slot, end) => {
                let item = course.item(slot, self.epoch);
                post(
                    "/outcomes",
                    messages::outcome(self.settings, item, told(end)),
                )
            }
            Call::Look(slot) => get(format!("/credits/{}", course.id(slot))),
            Call::LookStrange => get(format!("/credits/{STRANGE}")),
            Call::Resolve(whose) => Wanted {
                deadline: RESOLVE_DEADLINE,
                ..post("/resolve", messages::resolve(self.settings, whose))
            },
        }
    }
}

fn get(path: String) -> Wanted {
    Wanted {
        method: Method::GET,
        path,
        body: Vec::new(),
        deadline: CALL_DEADLINE,
    }
}
