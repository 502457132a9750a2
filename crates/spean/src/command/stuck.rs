//! `spean stuck`: everything that is open, who must act next, and the commands for it.

use wire::api::{StuckCounts, StuckList, StuckRow};

use super::action::short_time;
use super::operator::{client, no};
use super::show::wrapped;
use crate::cli::StuckArgs;
use crate::exit::Exit;
use crate::{out, wait};

/// Rows that are read at most: a page more than a person reads in an hour.
const PAGES_MAX: usize = 10;
/// Rows of a page.
const PAGE: u32 = 100;

pub(super) fn run(args: &StuckArgs) -> anyhow::Result<Exit> {
    let hub = client(&args.operator)?;
    let mut list = wait::block_on(async {
        let first = hub.stuck(PAGE, None).await;
        let mut list = first.map_err(|error| no("list what is open", &error))?;
        for _ in 1..PAGES_MAX {
            let Some(next) = list.next.take() else { break };
            let more = hub.stuck(PAGE, Some(&next)).await;
            let more = more.map_err(|error| no("list what is open", &error))?;
            list.rows.extend(more.rows);
            list.next = more.next;
        }
        Ok::<_, anyhow::Error>(list)
    })?;
    if let Some(only) = &args.only {
        list.rows.retain(|row| is_about(row, only));
    }
    if args.operator.json {
        out::json(&list)?;
    } else {
        if let Some(only) = args.only.as_ref().filter(|_| list.rows.is_empty()) {
            out::data(&out::safe(&format!("nothing open is about `{only}`")));
        }
        show(&list, args.operator.name.as_deref());
    }
    Ok(Exit::Done)
}

/// An id or its beginning, a participant that must act, or a name in what the row is about.
fn is_about(row: &StuckRow, only: &str) -> bool {
    let is_word = |text: &str| {
        let parts = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        parts.into_iter().any(|part| part == only)
    };
    row.id.starts_with(only) || row.owner == only || is_word(&row.about)
}

fn show(list: &StuckList, name: Option<&str>) {
    for row in &list.rows {
        for line in lines(row, name) {
            out::data(&line);
        }
        out::data("");
    }
    if list.next.is_some() {
        out::talk("more payments and refunds are open than are shown here");
    }
    out::data(&format!(
        "{}, {}",
        short_time(&list.at),
        counted(list.counts)
    ));
}

/// A row as a small card: what, who and when at the left edge, then what can be done.
fn lines(row: &StuckRow, name: Option<&str>) -> Vec<String> {
    let kind = row.kind.replace('_', " ");
    let state = row.state.as_ref().map(|state| state.replace('_', " "));
    let state = state.map_or_else(String::new, |state| format!(", {state}"));
    let overdue = if row.is_overdue { "  OVERDUE" } else { "" };
    let mut lines = vec![
        out::safe(&format!("{kind} {}{state}{overdue}", row.id)),
        out::safe(&format!("  {}", row.about)),
        out::safe(&format!(
            "  {} must act by {}; open for {}",
            row.owner,
            short_time(&row.deadline),
            age(row.age_s)
        )),
        out::safe(&format!("  {}", row.next)),
    ];
    let who = name.map_or_else(String::new, |name| format!(" --as {name}"));
    for command in &row.commands {
        lines.extend(pasted(&out::safe(&format!("{command}{who}"))));
    }
    lines
}

/// A command as it can be pasted, however many lines it takes.
fn pasted(command: &str) -> Vec<String> {
    let lines = wrapped(command, 6, 2);
    let last = lines.len().saturating_sub(1);
    let line = |(at, line): (usize, &String)| {
        let indent = if at == 0 { "    " } else { "      " };
        let mark = if at == last { "" } else { " \\" };
        format!("{indent}{line}{mark}")
    };
    lines.iter().enumerate().map(line).collect()
}

/// The two largest units that are not nothing.
fn age(seconds: u64) -> String {
    let units = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let first = units.iter().position(|(count, _)| *count > 0).unwrap_or(3);
    let shown = units.iter().skip(first).take(2);
    let shown: Vec<String> = shown
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    shown.join(" ")
}

fn counted(counts: StuckCounts) -> String {
    let all = [
        (counts.items, "payment or refund", "payments and refunds"),
        (counts.breaks, "break", "breaks"),
        (counts.actions, "action", "actions"),
        (counts.stopped_rails, "stopped rail", "stopped rails"),
        (counts.suspended, "suspension", "suspensions"),
        (counts.untold, "untold participant", "untold participants"),
    ];
    let named = |(count, one, many): &(u64, &str, &str)| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    };
    let open: Vec<String> = all.iter().filter_map(named).collect();
    match open.is_empty() {
        true => "nothing is open".to_owned(),
        false => format!("open: {}", open.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_in_two_units() {
        for (seconds, text) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min 0 s"),
            (3_725, "1 h 2 min"),
            (90_000, "1 d 1 h"),
        ] {
            assert_eq!(age(seconds), text);
        }
    }

    #[test]
    fn a_row_is_found_by_its_id_its_owner_and_whom_it_is_about() {
        let row = StuckRow {
            kind: "payment".into(),
            id: "4dfc7a3e-1b1c-4f0a-9d7e-2f1f0d3c5b6a".into(),
            state: None,
            about: "acleda to netstars, JPY 1200".into(),
            since: String::new(),
            age_s: 0,
            owner: "payee".into(),
            deadline: String::new(),
            is_overdue: false,
            next: String::new(),
            commands: Vec::new(),
        };
        for (only, found) in [
            ("4dfc7a3e", true),
            ("4dfc7a3e-1b1c-4f0a-9d7e-2f1f0d3c5b6a", true),
            ("acleda", true),
            ("netstars", true),
            ("payee", true),
            ("net", false),
            ("dfc7", false),
            ("nonsense", false),
        ] {
            assert_eq!(is_about(&row, only), found, "{only}");
        }
    }

    #[test]
    fn a_row_says_what_who_and_when_and_fits_a_terminal() {
        let row = StuckRow {
            kind: "stopped_rail".into(),
            id: "netstars".into(),
            state: None,
            about: "the doubt of 4dfc7a3e-1b1c-4f0a-9d7e-2f1f0d3c5b6a was decided by time".into(),
            since: "2026-11-23T00:00:00.000Z".into(),
            age_s: 61,
            owner: "operators".into(),
            deadline: "2026-11-24T00:00:00.000Z".into(),
            is_overdue: false,
            next: "nothing new is asked of it; resume it when it answers again".into(),
            commands: vec!["spean action propose resume-rail netstars --reason TEXT".into()],
        };
        let lines = lines(&row, Some("op1"));
        let expected = [
            "stopped rail netstars",
            "  the doubt of 4dfc7a3e-1b1c-4f0a-9d7e-2f1f0d3c5b6a was decided by time",
            "  operators must act by 2026-11-24 00:00:00Z; open for 1 min 1 s",
            "  nothing new is asked of it; resume it when it answers again",
            "    spean action propose resume-rail netstars --reason TEXT --as op1",
        ];
        assert_eq!(lines, expected);
        let long = "spean action propose resolve 4dfc7a3e-1b1c-4f0a-9d7e-2f1f0d3c5b6a complete \
                    --evidence TEXT --reason TEXT";
        let broken = [
            "    spean action propose resolve 4dfc7a3e-1b1c-4f0a-9d7e-2f1f0d3c5b6a \\",
            "      complete --evidence TEXT --reason TEXT",
        ];
        assert_eq!(pasted(long), broken);
        assert!(lines.iter().all(|line| line.chars().count() <= 80));
    }
}
