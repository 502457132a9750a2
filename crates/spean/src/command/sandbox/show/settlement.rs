//! The end of the story for people: the window closes, the bank pays out, headroom is back.

use sandbox::story::Story;
use wire::api::{WindowStatus, WindowView};

use super::line;
use crate::command::show::money;
use crate::out;

pub(super) fn show(story: &Story) {
    let instructed = &story.instructed.window;
    let day = instructed.settlement_date.as_deref().unwrap_or_default();
    out::data("");
    out::data(&format!(
        "  4  Two operators close window {} and settle it on {day}, the next day on which both",
        instructed.id
    ));
    out::data("     countries' banks are open");
    for part in &instructed.parts {
        line(
            "pays in",
            &format!("{:<12}{:>16}", part.participant, money(&part.amount)),
        );
    }
    for payout in &instructed.payouts {
        line(
            "gets",
            &format!("{:<12}{:>16}", payout.creditor, money(&payout.amount)),
        );
    }
    let Some(end) = &story.settled else { return };
    let statements = story.instructed.statements.len();
    line(
        "bank",
        &format!(
            "{statements} statements (camt.053): {} lines matched by UETR, {} breaks",
            end.reconciled.matched, end.reconciled.breaks
        ),
    );
    line("control", &control(&end.window));
    if end.window.status == WindowStatus::Settled {
        line("settled", "headroom is back at the caps");
    }
}

fn control(window: &WindowView) -> String {
    let sums = window.control_sum.iter();
    let sums: Vec<String> = sums
        .map(|sum| format!("{} {}", sum.currency, sum.amount))
        .collect();
    format!("account at {}", sums.join(", "))
}
