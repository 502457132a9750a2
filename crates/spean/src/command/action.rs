//! `spean action`: one operator proposes, another approves what it saw.

mod body;

use participant::edge;
use wire::api::{ActionRequest, ActionState, ActionView};

use super::operator::{client, no};
use super::show::{grouped, wrapped};
use crate::cli::{ActionCommand, Operator};
use crate::exit::{self, Exit};
use crate::{out, wait};

/// What is enough of a digest to know an action by: 32 bits of 200 open ones.
const DIGEST_CHARS_MIN: usize = 8;
/// Columns of a row's name.
const NAME_COLUMNS: usize = 10;
/// What of a digest is shown, and taken back.
const DIGEST_CHARS_SHOWN: usize = 16;

pub(super) fn run(command: ActionCommand) -> anyhow::Result<Exit> {
    match command {
        ActionCommand::Propose(propose) => {
            let (action, proposal) = body::of(propose)?;
            let request_id = proposal.request.unwrap_or_else(edge::payment_id);
            if !proposal.operator.json {
                out::talk(&format!("request {request_id}"));
            }
            let request = ActionRequest {
                request_id,
                action,
                reason: proposal.reason,
                expires_in_s: proposal.expires_in.map(|hours| hours.saturating_mul(3_600)),
            };
            let hub = client(&proposal.operator)?;
            let view = wait::block_on(async {
                let proposed = hub.propose(&request).await;
                proposed.map_err(|error| no("propose the action", &error))
            })?;
            print(&proposal.operator, &view)
        }
        ActionCommand::Approve {
            id,
            digest,
            operator,
        } => approve(&id, &digest, &operator),
        ActionCommand::Reject {
            id,
            reason,
            operator,
        } => {
            let hub = client(&operator)?;
            let view = wait::block_on(async {
                let rejected = hub.reject(&id, reason.as_deref()).await;
                rejected.map_err(|error| no("reject the action", &error))
            })?;
            print(&operator, &view)
        }
        ActionCommand::Show { id, operator } => {
            let hub = client(&operator)?;
            let view = wait::block_on(async {
                let found = hub.action(&id).await;
                found.map_err(|error| no("read the action", &error))
            })?;
            print(&operator, &view)
        }
        ActionCommand::List { all, operator } => list(all, &operator),
    }
}

/// What is approved is what has this digest now; an action never changes under its id.
fn approve(id: &str, digest: &str, operator: &Operator) -> anyhow::Result<Exit> {
    let hub = client(operator)?;
    let view = wait::block_on(async {
        let found = hub.action(id).await;
        let found = found.map_err(|error| no("read the action", &error))?;
        if digest.len() < DIGEST_CHARS_MIN || !found.digest.starts_with(digest) {
            let words = format!(
                "approve `{id}`: its digest does not begin with `{digest}`; read it again with \
                 `spean action show {id}`"
            );
            return Err(exit::error(Exit::No, words));
        }
        let approved = hub.approve(id, &found.digest).await;
        approved.map_err(|error| no("approve the action", &error))
    })?;
    print(operator, &view)
}

fn list(all: bool, operator: &Operator) -> anyhow::Result<Exit> {
    let hub = client(operator)?;
    let state = if all { "all" } else { "open" };
    let list = wait::block_on(async {
        let listed = hub.actions(state).await;
        listed.map_err(|error| no("list actions", &error))
    })?;
    if operator.json {
        out::json(&list)?;
        return Ok(Exit::Done);
    }
    if list.actions.is_empty() {
        out::talk("no action waits for a second person");
    }
    for view in &list.actions {
        let (state, by) = (state_name(view.state), &view.proposed_by);
        out::data(&format!("{}  {state}", view.id));
        out::data(&format!("  {}", out::safe(&view.summary)));
        let until = short_time(&view.expires_at);
        out::data(&format!("  proposed by {by}, until {until}"));
    }
    Ok(Exit::Done)
}

fn print(operator: &Operator, view: &ActionView) -> anyhow::Result<Exit> {
    if operator.json {
        out::json(view)?;
    } else {
        show(view);
    }
    Ok(Exit::Done)
}

fn row(name: &str, text: &str) {
    let mut name = name;
    for line in wrapped(&out::safe(text), NAME_COLUMNS, 0) {
        out::data(&format!("{name:<NAME_COLUMNS$}{line}"));
        name = "";
    }
}

fn show(view: &ActionView) {
    row("action", &view.id);
    row("state", state_name(view.state));
    row("does", &view.summary);
    for change in &view.changes {
        let side = |text: &Option<String>| match text {
            Some(text) => figure(text),
            None => "-".to_owned(),
        };
        let text = match (&change.before, &change.after) {
            (None, Some(after)) => figure(after),
            _ => format!("{} → {}", side(&change.before), side(&change.after)),
        };
        row("", &format!("{:<18}{text}", change.what));
    }
    row("because", &view.reason);
    if let Some(evidence) = &view.evidence {
        row("evidence", evidence);
    }
    row(
        "proposed",
        &format!("by {}, {}", view.proposed_by, short_time(&view.proposed_at)),
    );
    if let Some(at) = &view.ended_at {
        let by = view.ended_by.as_deref().unwrap_or("nobody");
        let what = state_name(view.state);
        row("ended", &format!("{what} by {by}, {}", short_time(at)));
    }
    if let Some(reason) = &view.ended_reason {
        row("saying", reason);
    }
    row("journal", &format!("sequence {}", view.sequence));
    let short: String = view.digest.chars().take(DIGEST_CHARS_SHOWN).collect();
    row("digest", &view.digest);
    if view.state == ActionState::Open {
        row("until", &short_time(&view.expires_at));
        out::talk("");
        out::talk("Another operator approves it with");
        out::talk(&format!(
            "  spean action approve {} \\\n    --digest {short} --as NAME",
            view.id
        ));
    }
}

/// Figures with their thousands set apart; any other text as it is.
fn figure(text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('+') {
        Some(digits) => ("+", digits),
        None => ("", text),
    };
    let plain = |c: char| c.is_ascii_digit() || c == '.' || c == '-';
    if digits.is_empty() || !digits.chars().all(plain) {
        return text.to_owned();
    }
    format!("{sign}{}", grouped(digits))
}

fn state_name(state: ActionState) -> &'static str {
    match state {
        ActionState::Open => "open",
        ActionState::Approved => "approved",
        ActionState::Rejected => "rejected",
        ActionState::Expired => "expired",
    }
}

/// Without milliseconds: nobody acts within them.
pub(super) fn short_time(text: &str) -> String {
    match text.split_once('.') {
        Some((seconds, _)) => format!("{}Z", seconds.replace('T', " ")),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_grouped_and_words_are_not() {
        for (text, shown) in [
            ("50000000", "50,000,000"),
            ("+1000", "+1,000"),
            ("-500", "-500"),
            ("1.50", "1.50"),
            ("in_doubt", "in_doubt"),
            ("2026-11-23T00:00:00.000Z", "2026-11-23T00:00:00.000Z"),
            ("", ""),
        ] {
            assert_eq!(figure(text), shown);
        }
        assert_eq!(
            short_time("2026-11-23T00:00:07.123Z"),
            "2026-11-23 00:00:07Z"
        );
    }
}
