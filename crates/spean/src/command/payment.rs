//! `spean payment`: what the hub tells a participant about a payment.

use participant::http::CallError;
use wire::api::{PaymentView, StateView, Terms};

use super::show::money;
use super::site::Site;
use crate::cli::PaymentCommand;
use crate::exit::{self, Exit};
use crate::{out, wait};

pub(super) fn run(command: PaymentCommand) -> anyhow::Result<Exit> {
    let PaymentCommand::Show { payment, by, at } = command;
    let hub = Site::find(&at)?.hub(&by)?;
    let view = wait::block_on(async { hub.payment(&payment).await.map_err(|error| no(&error)) })?;
    if at.json {
        out::json(&view)?;
    } else {
        show(&view)?;
    }
    Ok(Exit::Done)
}

fn no(error: &CallError) -> anyhow::Error {
    let words = format!("ask about the payment: {error}");
    match error.problem() {
        Some(problem) => exit::refused(words, problem),
        None => exit::error(Exit::Unreachable, words),
    }
}

fn show(view: &PaymentView) -> anyhow::Result<()> {
    let state = serde_json::to_value(view.state)?;
    row("payment", &view.payment_id);
    row("state", state.as_str().unwrap_or_default());
    if let Some(deadline) = &view.deadline {
        row("decided", &format!("at the latest {deadline}"));
    }
    let is_final = match view.state {
        StateView::Completed => Some(true),
        StateView::Cancelled | StateView::Refused => Some(false),
        StateView::Waiting | StateView::Reserved | StateView::Asked | StateView::InDoubt => None,
    };
    if let Some(reason) = &view.reason {
        row(
            "because",
            &format!("{}; {} must act", reason.code, reason.who_must_act),
        );
    }
    if let Some(terms) = &view.terms {
        show_terms(terms, is_final);
    }
    let kind = match is_final {
        Some(true) => "leg",
        Some(false) => "leg gone",
        None => "pending",
    };
    for leg in &view.legs {
        row(
            kind,
            &format!("{} owes {} {}", leg.owes, leg.is_owed, money(&leg.amount)),
        );
    }
    if let Some(back) = &view.refunded {
        row(
            "refunded",
            &format!("{} = {}", money(&back.amount), money(&back.payer_amount)),
        );
    }
    row("taken", &view.created_at);
    if let Some(time) = &view.decided_at {
        row("decided", time);
    }
    if let (Some(sequence), Some(hash)) = (view.sequence, &view.hash) {
        row("journal", &format!("sequence {sequence}, hash {hash}"));
    }
    if let Some(receipt) = &view.receipt {
        row("receipt", receipt);
    }
    Ok(())
}

/// What was agreed; `is_final` says whether money moved, did not, or may yet.
fn show_terms(terms: &Terms, is_final: Option<bool>) {
    row(
        "corridor",
        &format!("{} version {}", terms.corridor, terms.corridor_version),
    );
    row(
        "parties",
        &format!(
            "{} → {}, exchange {}",
            terms.payer, terms.payee, terms.fx_provider
        ),
    );
    row("price", &money(&terms.amount));
    let paid = money(&terms.payer_amount);
    let got = money(&terms.shop_receives);
    // Nobody may read of money that did not move, or has not yet.
    match is_final {
        Some(true) => {
            row("paid", &format!("{paid}, every fee included"));
            row("shop gets", &got);
        }
        Some(false) => row("nothing", &format!("moved; it was {paid} for {got}")),
        None => {
            row("to pay", &format!("{paid}, every fee included; held"));
            row("shop", &format!("would get {got}"));
        }
    }
    row(
        "rate",
        &format!(
            "{} (reference {}, margin {} %, in all {} %)",
            terms.rate.value,
            terms.reference_rate.value,
            terms.margin_percent,
            terms.total_cost_percent
        ),
    );
}

fn row(name: &str, text: &str) {
    out::data(&format!("{name:<10}{}", out::safe(text)));
}
