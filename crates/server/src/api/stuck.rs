//! What is open: one list of everything that somebody must still do something about.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use engine::View;
use http::StatusCode;
use serde::Deserialize;
use switch::{ItemId, Owner, ParticipantId, Role, Stuck, StuckThing, Time};
use wire::api::{StuckCounts, StuckList, StuckRow};
use wire::error::{Code, Problem};

use super::Served;
use super::window::SeenWindow;
use crate::action::{SeenAction, id_text};
use crate::convert::{item_id, time_text, uuid_text, view};
use crate::gate::{Caller, answer};
use crate::hub::{Directory, Hub};
use crate::limits::{PAGE_DEFAULT, PAGE_MAX};
use crate::view::state;

/// List what is open
///
/// Every payment and refund that is not final, every break, action, stopped rail, suspension and
/// participant with untold outcomes, every window that is not settled: since when, who must act
/// next, by when, and the commands for it. What operators decide comes first and whole (at most 100
/// of each sort; `counts` has all), then payments and refunds by their deadline; send `next` as
/// `after` to go on with those. Needs the role `operator`.
#[utoipa::path(
    get, path = "/v1/stuck", tag = "operators", operation_id = "stuck",
    params(
        ("limit" = Option<u16>, Query,
            description = "Of payments and refunds: 1 to 100; 20 when absent"),
        ("after" = Option<String>, Query, description = "The `next` of the page before"),
    ),
    responses((status = 200, description = "As of `sequence`.", body = StuckList)),
)]
pub(crate) async fn stuck(
    State(hub): State<Hub>,
    caller: Caller,
    listing: Result<Query<Listing>, QueryRejection>,
) -> Served {
    caller.must_be(Role::Operator)?;
    let wrong = |_rejection| wrong("the query takes `limit` and `after`, once each");
    let Query(listing) = listing.map_err(wrong)?;
    Ok(list(&hub, &listing).await?)
}

/// The query of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listing {
    limit: Option<String>,
    after: Option<String>,
}

/// Something open, and what its line needs of the core.
struct Found {
    stuck: Stuck,
    about: About,
}

enum About {
    Item(Box<switch::Item>),
    Break(Box<switch::Break>),
    Action(Box<SeenAction>),
    Untold(ParticipantId, u64),
    Rail(ParticipantId, ItemId),
    Suspended(ParticipantId),
    Window(Box<SeenWindow>),
}

async fn list(hub: &Hub, listing: &Listing) -> Result<Response, Problem> {
    let limit = limit(listing.limit.as_deref())?;
    let after = listing.after.as_deref().map(place).transpose()?;
    let now = hub.now();
    let look = move |view: &View<'_>| {
        let most = usize::from(limit).saturating_add(1);
        let rest = match after {
            None => view.switch.stuck_rest(now, usize::from(PAGE_MAX)),
            Some(_) => Vec::new(),
        };
        let mut items = view.switch.stuck_items(after, most);
        let has_more = items.len() == most;
        items.truncate(usize::from(limit));
        let next = items.last().filter(|_| has_more).map(|last| last.deadline);
        let all = rest.into_iter().chain(items);
        let found: Vec<Found> = all.filter_map(|stuck| Found::of(view, stuck)).collect();
        (found, next, view.switch.stuck_counts(), view.head.seq)
    };
    let (found, next, counts, sequence) = hub.read(look).await?;
    let directory = hub.directory();
    let rows: Vec<StuckRow> = found.iter().map(|one| one.row(now, &directory)).collect();
    let next = next.and_then(|deadline| Some(format!("{}.{}", deadline.0, rows.last()?.id)));
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let counts = StuckCounts {
        items: count(counts.items),
        breaks: count(counts.breaks),
        actions: count(counts.actions),
        untold: count(counts.untold),
        stopped_rails: count(counts.rails),
        suspended: count(counts.suspended),
        windows: count(counts.windows),
    };
    let list = StuckList {
        sequence,
        at: time_text(now),
        counts,
        rows,
        next,
    };
    Ok(answer(StatusCode::OK, &list))
}

fn wrong(detail: &str) -> Problem {
    Problem::new(Code::InvalidField).with_detail(detail)
}

fn limit(text: Option<&str>) -> Result<u16, Problem> {
    let Some(text) = text else {
        return Ok(PAGE_DEFAULT);
    };
    let limit = text
        .parse()
        .ok()
        .filter(|limit| (1..=PAGE_MAX).contains(limit));
    limit.ok_or_else(|| wrong("`limit` is a number from 1 to 100"))
}

fn place(text: &str) -> Result<(Time, ItemId), Problem> {
    let place = text.split_once('.').and_then(|(deadline, id)| {
        let deadline = deadline.parse().ok().map(Time)?;
        Some((deadline, item_id(id)?))
    });
    place.ok_or_else(|| wrong("`after` is the `next` of a page"))
}

impl Found {
    fn of(view: &View<'_>, stuck: Stuck) -> Option<Self> {
        let switch = view.switch;
        let about = match stuck.what {
            StuckThing::Item(id) => About::Item(Box::new(switch.item(id)?.clone())),
            StuckThing::Break(id) => About::Break(Box::new(switch.open_break(id)?.clone())),
            StuckThing::Action(id) => About::Action(Box::new(SeenAction::find(view, id)?)),
            StuckThing::Untold(who, count) => About::Untold(who, count),
            StuckThing::Rail(who) => About::Rail(who, switch.rail_stop(who)?.item),
            StuckThing::Suspended(who) => About::Suspended(who),
            StuckThing::Window(id) => {
                let window = switch.window_of(id)?;
                About::Window(Box::new(SeenWindow::of(switch, window)))
            }
        };
        Some(Self { stuck, about })
    }

    fn row(&self, now: Time, directory: &Directory) -> StuckRow {
        let Stuck {
            since,
            owner,
            deadline,
            ..
        } = self.stuck;
        let line = self.about.line(owner, directory);
        let age_ns = now.0.saturating_sub(since.0).max(0);
        StuckRow {
            kind: line.kind.to_owned(),
            id: line.id,
            state: line.state,
            about: line.about,
            since: time_text(since),
            age_s: age_ns.unsigned_abs() / 1_000_000_000,
            owner: match owner {
                Owner::Hub => "hub".to_owned(),
                Owner::Operators => "operators".to_owned(),
                Owner::Participant(id) => directory.name(id),
            },
            deadline: time_text(deadline),
            is_overdue: deadline <= now,
            next: line.next.to_owned(),
            commands: line.commands,
        }
    }
}

struct Line {
    kind: &'static str,
    id: String,
    state: Option<String>,
    about: String,
    next: &'static str,
    commands: Vec<String>,
}

impl About {
    fn line(&self, owner: Owner, directory: &Directory) -> Line {
        match self {
            About::Item(item) => item_line(item, owner, directory),
            About::Break(found) => break_line(found, directory),
            About::Action(seen) => action_line(seen, directory),
            About::Untold(who, count) => Line {
                kind: "untold",
                id: directory.name(*who),
                state: None,
                about: format!("{count} outcomes are not acknowledged"),
                next: "told again until acknowledged; ask the participant why it is silent",
                commands: Vec::new(),
            },
            About::Rail(who, item) => Line {
                kind: "stopped_rail",
                id: directory.name(*who),
                state: None,
                about: format!("the doubt of {} was decided by time", uuid_text(*item)),
                next: "nothing new is asked of it; resume it when it answers again",
                commands: vec![propose("resume-rail", &directory.name(*who))],
            },
            About::Suspended(who) => Line {
                kind: "suspended",
                id: directory.name(*who),
                state: None,
                about: "takes no part in anything new".to_owned(),
                next: "resume it, or look again at the deadline",
                commands: vec![propose("resume", &directory.name(*who))],
            },
            About::Window(seen) => window_line(seen, directory),
        }
    }
}

fn item_line(item: &switch::Item, owner: Owner, directory: &Directory) -> Line {
    let id = uuid_text(item.id);
    let (requester, creditor) = (
        directory.name(item.requester),
        directory.name(item.creditor),
    );
    let money = view(item.amount);
    let about = format!(
        "{requester} to {creditor}, {} {}",
        money.currency, money.amount
    );
    let (next, commands) = match item.state {
        switch::State::Waiting => waiting(item, owner, directory),
        switch::State::InDoubt => (
            "at its deadline the corridor decides; resolve it with evidence before",
            vec![resolve(&id, "complete"), resolve(&id, "cancel")],
        ),
        switch::State::Asked => (
            "its answer is awaited; at the deadline time decides",
            Vec::new(),
        ),
        switch::State::Unknown
        | switch::State::Reserved
        | switch::State::Completed
        | switch::State::Cancelled
        | switch::State::Refused => ("asked at once, or cancelled at its deadline", Vec::new()),
    };
    Line {
        kind: match item.kind {
            switch::Kind::Payment => "payment",
            switch::Kind::Refund { .. } => "refund",
        },
        id,
        state: Some(state_text(item.state)),
        about,
        next,
        commands,
    }
}

fn waiting(
    item: &switch::Item,
    owner: Owner,
    directory: &Directory,
) -> (&'static str, Vec<String>) {
    let Owner::Participant(short) = owner else {
        let next = "held by a suspension or a stopped rail; cancelled at its deadline";
        return (next, Vec::new());
    };
    // The side that gives owes the shop's currency, the exchange the payer's.
    let money = match short == item.terms.fx {
        true => view(item.payer_amount),
        false => view(item.amount),
    };
    let name = directory.name(short);
    let deposit = format!("deposit {name} {} {}", money.currency, money.amount);
    let cap = format!("cap {name} {} NEW_CAP", money.currency);
    (
        "asked as soon as the owner has headroom; cancelled at its deadline",
        vec![
            format!("spean action propose {deposit} --reason TEXT"),
            format!("spean action propose {cap} --reason TEXT"),
        ],
    )
}

fn window_line(seen: &SeenWindow, directory: &Directory) -> Line {
    let window = &seen.window;
    let id = window.id.0.to_string();
    let propose = |kind: &str| format!("spean action propose {kind} --reason TEXT");
    let line = |state: &str, about: String, next, commands| Line {
        kind: "window",
        id: id.clone(),
        state: Some(state.to_owned()),
        about,
        next,
        commands,
    };
    if let Some(settlement) = &window.settlement {
        let (paid, all) = (window.paid.len(), settlement.payouts.len());
        return line(
            "instructed",
            format!("{paid} of {all} payouts seen on the bank's statement"),
            "import the bank's statement; confirm by two people what it does not show",
            vec![
                "spean reconcile import FILE".to_owned(),
                propose(&format!("confirm-payout {id} NUMBER REFERENCE")),
            ],
        );
    }
    match seen.short {
        Some(who) => {
            let name = directory.name(who);
            line(
                "closed",
                format!("{name} has too little liquidity for its part"),
                "let it deposit, draw its pledge, exclude it, or hold the window",
                vec![
                    propose(&format!("draw {name} CURRENCY AMOUNT")),
                    propose(&format!("exclude {id} {name}")),
                    propose(&format!("hold-window {id} UNTIL")),
                ],
            )
        }
        None => line(
            "closed",
            "can be settled".to_owned(),
            "settle it, by two people",
            vec![propose(&format!("settle {id}"))],
        ),
    }
}

fn break_line(found: &switch::Break, directory: &Directory) -> Line {
    let id = uuid_text(found.item);
    let how = match found.kind {
        switch::BreakKind::CreditedThoughCancelled => "credited though cancelled",
        switch::BreakKind::NotCreditedThoughCompleted => "not credited though completed",
    };
    let close = |how: &str| format!("spean action propose close-break {id} {how} --reason TEXT");
    Line {
        kind: "break",
        state: None,
        about: format!("{how}; {} bears it", directory.name(found.bearer)),
        next: "the bearer pays by a linked payment, or made it good outside",
        commands: vec![close("linked-payment"), close("nothing")],
        id,
    }
}

fn action_line(seen: &SeenAction, directory: &Directory) -> Line {
    let shown = seen.view(directory);
    let id = id_text(seen.action.proposed.id);
    Line {
        kind: "action",
        state: None,
        about: format!("{} proposes: {}", shown.proposed_by, shown.summary),
        next: "another operator approves or rejects it; it expires at its deadline",
        commands: vec![
            format!("spean action show {id}"),
            format!("spean action reject {id}"),
        ],
        id,
    }
}

fn propose(kind: &str, name: &str) -> String {
    format!("spean action propose {kind} {name} --reason TEXT")
}

fn resolve(id: &str, decision: &str) -> String {
    format!("spean action propose resolve {id} {decision} --evidence TEXT --reason TEXT")
}

/// As a payment's view writes it.
fn state_text(of: switch::State) -> String {
    let text = serde_json::to_value(state(of)).unwrap_or_default();
    text.as_str().unwrap_or_default().to_owned()
}
