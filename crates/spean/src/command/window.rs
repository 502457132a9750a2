//! `spean window` and `spean liquidity`: what is owed, what is paid, and how far liquidity goes.

use anyhow::Context as _;
use wire::api::{Forecast, LiquidityList, WindowList, WindowStatus, WindowView};

use super::action::short_time;
use super::operator::{client, no};
use super::statement::plain;
use crate::cli::{LiquidityArgs, WindowCommand};
use crate::exit::Exit;
use crate::{out, wait};

pub(super) fn run(command: WindowCommand) -> anyhow::Result<Exit> {
    match command {
        WindowCommand::List { limit, operator } => {
            let hub = client(&operator)?;
            let list = wait::block_on(async {
                let listed = hub.windows(limit, None).await;
                listed.map_err(|error| no("list the windows", &error))
            })?;
            match operator.json {
                true => out::json(&list)?,
                false => show_list(&list),
            }
        }
        WindowCommand::Show { id, operator } => {
            let hub = client(&operator)?;
            let view = wait::block_on(async {
                let found = hub.window(id).await;
                found.map_err(|error| no("read the window", &error))
            })?;
            match operator.json {
                true => out::json(&view)?,
                false => show(&view),
            }
        }
        WindowCommand::Instructions {
            id,
            currency,
            out: file,
            operator,
        } => {
            let currency = plain(&currency)?;
            let path = format!("/v1/windows/{id}/instructions?currency={currency}");
            let hub = client(&operator)?;
            let message = wait::block_on(async {
                let read = hub.paper(&path).await;
                read.map_err(|error| no("read the instructions", &error))
            })?;
            match file {
                Some(file) => std::fs::write(&file, message)
                    .with_context(|| format!("write `{}`", file.display()))?,
                None => out::data(String::from_utf8_lossy(&message).trim_end()),
            }
        }
    }
    Ok(Exit::Done)
}

pub(super) fn liquidity(args: &LiquidityArgs) -> anyhow::Result<Exit> {
    let hub = client(&args.operator)?;
    let list = wait::block_on(async {
        let read = hub.liquidity().await;
        read.map_err(|error| no("read the liquidity", &error))
    })?;
    match args.operator.json {
        true => out::json(&list)?,
        false => show_liquidity(&list),
    }
    Ok(Exit::Done)
}

fn show_list(list: &WindowList) {
    let currency = list.settlement_currency.as_deref();
    let currency = currency.map_or_else(|| "each leg's own currency".to_owned(), str::to_owned);
    let netting = name(list.netting);
    out::data(&out::safe(&format!(
        "{netting} netting in {currency}; closes {}; calendars {}",
        list.cycle,
        list.calendars.join(", ")
    )));
    out::data("");
    for view in &list.windows {
        out::data(&out::safe(&headline(view)));
    }
    if let Some(next) = list.next {
        out::talk(&format!("older windows begin below {next}"));
    }
}

fn name(value: impl serde::Serialize) -> String {
    let text = serde_json::to_value(value).unwrap_or_default();
    text.as_str().unwrap_or_default().to_owned()
}

/// What it is and what comes next, in a line.
fn headline(view: &WindowView) -> String {
    let next = match view.status {
        WindowStatus::Open => match &view.closes_at {
            Some(at) => format!("closes {}", short_time(at)),
            None => "closes by hand".to_owned(),
        },
        WindowStatus::Closed => match (&view.held_until, &view.short_debtor) {
            (Some(until), _) => format!("held until {}", short_time(until)),
            (None, Some(who)) => format!("{who} is short of liquidity"),
            (None, None) => "can be settled".to_owned(),
        },
        WindowStatus::Instructed => {
            let paid = view.payouts.iter().filter(|one| one.paid_at.is_some());
            format!("{} of {} payouts seen", paid.count(), view.payouts.len())
        }
        WindowStatus::Settled => match &view.settled_at {
            Some(at) => format!("since {}", short_time(at)),
            None => String::new(),
        },
    };
    let date = view.settlement_date.as_deref();
    let date = date.map_or_else(String::new, |date| format!("  settlement day {date}"));
    format!(
        "window {:<5} {:<10}  {next}{date}",
        view.id,
        name(view.status)
    )
}

fn show(view: &WindowView) {
    out::data(&out::safe(&headline(view)));
    let opened = short_time(&view.opened_at);
    let closed = view.closed_at.as_deref().map(short_time);
    let by = view.closed_by.as_deref().unwrap_or_default();
    out::data(&match closed {
        Some(closed) => format!("  opened {opened}, closed {closed} by {by}"),
        None => format!("  opened {opened}"),
    });
    if !view.nets.is_empty() {
        out::data("");
        out::data("  owed (+) or owing (-)");
    }
    for net in &view.nets {
        let (who, currency, amount) = (&net.participant, &net.currency, &net.amount);
        out::data(&out::safe(&format!(
            "    {who:<12} {currency} {amount:>16}"
        )));
    }
    let is_plan = view.status == WindowStatus::Closed;
    if !view.parts.is_empty() {
        out::data("");
        out::data(match is_plan {
            true => "  would be taken from liquidity",
            false => "  taken from liquidity",
        });
    }
    for part in &view.parts {
        let (currency, amount) = (&part.amount.currency, &part.amount.amount);
        let who = &part.participant;
        out::data(&out::safe(&format!(
            "    {who:<12} {currency} {amount:>16}"
        )));
    }
    if !view.payouts.is_empty() {
        out::data("");
        out::data(match is_plan {
            true => "  would be paid out",
            false => "  paid out by the settlement bank",
        });
    }
    for payout in &view.payouts {
        let (currency, amount) = (&payout.amount.currency, &payout.amount.amount);
        let of = payout.debtor.as_deref();
        let of = of.map_or_else(String::new, |of| format!("  of {of}"));
        let seen = match (&payout.reference, is_plan) {
            (Some(reference), _) => format!("  seen as {reference}"),
            (None, true) => String::new(),
            (None, false) => "  not seen yet".to_owned(),
        };
        let (number, who) = (payout.number, &payout.creditor);
        out::data(&out::safe(&format!(
            "    {number:>2}  {who:<12} {currency} {amount:>16}{of}{seen}"
        )));
    }
    for rate in &view.rates {
        let (base, quote) = (&rate.base, &rate.quote);
        out::data(&format!("  at {} {quote} for 1 {base}", rate.value));
    }
    for sum in &view.control_sum {
        let (currency, amount) = (&sum.currency, &sum.amount);
        out::data(&format!("  control account in {currency}: {amount}"));
    }
    for one in &view.excluded {
        let (who, into) = (&one.participant, one.into);
        out::data(&out::safe(&format!("  {who} was moved to window {into}")));
    }
}

fn show_liquidity(list: &LiquidityList) {
    out::data(&format!(
        "{:<12} {:<3} {:>16} {:>16} {:>16} {:>16}  in window {}",
        "", "", "liquidity", "cap", "headroom", "used at close", list.window
    ));
    for row in &list.liquidity {
        out::data(&out::safe(&liquidity_line(row)));
    }
}

fn liquidity_line(row: &Forecast) -> String {
    let warning = match (row.runs_out, row.is_low) {
        (true, _) => "  RUNS OUT before the close",
        (false, true) => "  LOW",
        (false, false) => "",
    };
    let pledge = match row.pledged.as_str() {
        "0" | "0.00" => String::new(),
        pledged => format!("  pledged {pledged}, drawn {}", row.drawn),
    };
    format!(
        "{:<12} {:<3} {:>16} {:>16} {:>16} {:>16}{warning}{pledge}",
        row.participant, row.currency, row.liquidity, row.cap, row.headroom, row.used_at_close
    )
}
