//! Statements as lines for people.

use std::fmt::Write as _;

use wire::api::{AccountStatement, ShopDay, ShopStatement, StatementLine, WindowStatement};

use super::super::action::short_time;
use crate::out::safe;

pub(super) fn window(page: &WindowStatement, is_first: bool, to: &mut String) {
    if is_first {
        line(
            to,
            &format!(
                "window {} of {}  opened {}, closed {}",
                page.window,
                page.participant,
                short_time(&page.opened_at),
                short_time(&page.closed_at)
            ),
        );
        for total in &page.totals {
            line(
                to,
                &format!(
                    "  {}  {} + {} - {} = {}  in {} lines",
                    total.currency,
                    total.opening,
                    total.owed_to,
                    total.owed_by,
                    total.closing,
                    total.lines
                ),
            );
        }
        for part in &page.parts {
            line(to, &format!("  paid in {} {}", part.currency, part.amount));
        }
        for payout in &page.payouts {
            let (currency, amount) = (&payout.amount.currency, &payout.amount.amount);
            let seen = payout.reference.as_deref();
            let seen = seen.map_or_else(|| "not seen yet".to_owned(), |by| format!("seen as {by}"));
            line(to, &format!("  paid out {currency} {amount}  {seen}"));
        }
        line(to, "");
    }
    for one in &page.lines {
        line(to, &window_line(one));
    }
}

fn window_line(one: &StatementLine) -> String {
    let what = match (&one.leg, one.other_window) {
        (_, Some(window)) => format!("{} {window}", one.kind),
        (Some(leg), None) => leg.clone(),
        (None, None) => one.kind.clone(),
    };
    format!(
        "  {:>6}  {}  {what:<14} {:<36}  {:<12} {} {:>16} {:>16}",
        one.number,
        short_time(&one.time),
        one.item.as_deref().unwrap_or_default(),
        one.counterparty,
        one.currency,
        one.amount,
        one.balance
    )
}

pub(super) fn account(page: &AccountStatement, _is_first: bool, to: &mut String) {
    let (who, currency) = (&page.participant, &page.currency);
    let so_far = match page.is_complete {
        true => "",
        false => "  (so far)",
    };
    line(
        to,
        &format!(
            "liquidity of {who} in {currency}  {} to {}{so_far}",
            short_time(&page.from),
            short_time(&page.until)
        ),
    );
    line(to, &format!("  {:<66} {:>16}", "opening", page.opening));
    for one in &page.lines {
        let window = one.window.map(|window| format!("window {window}"));
        line(
            to,
            &format!(
                "  {}  {:<12} {:<10} {:<10} {:>16} {:>16}",
                short_time(&one.time),
                one.kind,
                window.unwrap_or_default(),
                one.reference.as_deref().unwrap_or_default(),
                one.amount,
                one.balance
            ),
        );
    }
    line(to, &format!("  {:<66} {:>16}", "closing", page.closing));
}

pub(super) fn shops(page: &ShopStatement, is_first: bool, to: &mut String) {
    if is_first {
        let so_far = match page.is_complete {
            true => "",
            false => "  (so far)",
        };
        line(
            to,
            &format!(
                "shops of {}  {} in {}{so_far}",
                page.acquirer, page.day, page.country
            ),
        );
        line(
            to,
            &format!(
                "  {:<32} {:<3} {:>8} {:>8} {:>14} {:>14} {:>12} {:>14}",
                "", "", "payments", "refunds", "gross", "refunded", "fee", "net"
            ),
        );
        for total in &page.totals {
            line(to, &shop_line("total", total));
        }
    }
    for shop in &page.shops {
        let key = shop.shop.as_deref().unwrap_or_default();
        line(to, &shop_line(key, shop));
        let names = [&shop.name, &shop.name_local, &shop.account];
        let names: Vec<&str> = names
            .into_iter()
            .filter_map(|name| name.as_deref())
            .collect();
        if !names.is_empty() {
            line(to, &format!("    {}", names.join("  ")));
        }
    }
    for one in &page.lines {
        let name = one.name.as_deref().unwrap_or(&one.shop);
        line(
            to,
            &format!(
                "  {:>6}  {}  {:<8} {}  {} {:>14} {:>12} {:>14}  {name}",
                one.number,
                short_time(&one.time),
                one.kind,
                one.item,
                one.currency,
                one.gross,
                one.fee,
                one.net
            ),
        );
    }
}

fn shop_line(key: &str, day: &ShopDay) -> String {
    format!(
        "  {key:<32} {} {:>8} {:>8} {:>14} {:>14} {:>12} {:>14}",
        day.currency, day.payments, day.refunds, day.gross, day.refunded, day.fee, day.net
    )
}

/// What strangers named is made safe for a terminal.
fn line(to: &mut String, text: &str) {
    let _never = writeln!(to, "{}", safe(text));
}
