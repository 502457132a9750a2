//! Statements as CSV: UTF-8, a header row on the first page, one line each.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, wherever it
//! came from. Free text that begins so gets an apostrophe in front; numbers are what they are.

use std::borrow::Cow;
use std::collections::BTreeMap;

use money::Currency;
use switch::{ItemId, ShopKey, Time};

use super::limits::CSV_LEAVES;
use super::{
    AccountStatement, Line, Names, ShopLine, ShopStatement, ShopTotal, StatementError,
    WindowStatement, decimal, leg_word, shop_text,
};

const WINDOW: [&str; 12] = [
    "number",
    "time",
    "kind",
    "item",
    "payment",
    "leg",
    "counterparty",
    "other_window",
    "currency",
    "amount",
    "balance",
    "participant",
];

const ACCOUNT: [&str; 9] = [
    "number",
    "time",
    "kind",
    "window",
    "reference",
    "currency",
    "amount",
    "balance",
    "participant",
];

const SHOPS: [&str; 11] = [
    "number", "time", "shop", "name", "kind", "item", "payment", "currency", "gross", "fee", "net",
];

const SHOP_TOTALS: [&str; 9] = [
    "shop", "name", "currency", "payments", "refunds", "gross", "refunded", "fee", "net",
];

/// A page of a window's statement, counted from 1. Rows `opening` and `closing` stand around the
/// lines of the whole statement.
///
/// # Errors
/// Those of the lines; [`StatementError::Table`] never in practice.
pub fn csv_of_window(
    statement: &WindowStatement,
    lines: &[Line],
    page: usize,
    names: &Names,
) -> Result<String, StatementError> {
    let mut out = csv::Writer::from_writer(Vec::new());
    let who = names.name(statement.subject().participant);
    let window = statement.window();
    let edge = |out: &mut csv::Writer<Vec<u8>>, kind: &str, at: Option<Time>| {
        let time = at.map(time_text).unwrap_or_default();
        for (currency, total) in statement.totals() {
            let balance = match kind {
                "opening" => 0,
                _ => total.closing(),
            };
            let balance = decimal(balance, *currency);
            let who = free(&who);
            let code = currency.alpha();
            out.write_record([
                "", &time, kind, "", "", "", "", "", code, "", &balance, &who,
            ])?;
        }
        Ok::<(), csv::Error>(())
    };
    if page == 1 {
        out.write_record(WINDOW)?;
        edge(&mut out, "opening", Some(window.opened.now))?;
    }
    for line in lines {
        out.write_record([
            line.number.to_string().as_str(),
            &time_text(line.at),
            line.kind.word(),
            &line.item.map(id_text).unwrap_or_default(),
            &line.kind.payment().map(id_text).unwrap_or_default(),
            line.leg.map(leg_word).unwrap_or_default(),
            &free(&names.name(line.counterparty)),
            &line
                .kind
                .window()
                .map(|window| window.0.to_string())
                .unwrap_or_default(),
            line.currency.alpha(),
            &decimal(line.amount, line.currency),
            &decimal(line.balance, line.currency),
            &free(&who),
        ])?;
    }
    if page == statement.pages(CSV_LEAVES) {
        edge(&mut out, "closing", window.closed.map(|(at, _)| at.now))?;
    }
    text(out)
}

/// An account's statement.
///
/// # Errors
/// [`StatementError::Table`], never in practice.
pub fn csv_of_account(
    statement: &AccountStatement,
    names: &Names,
) -> Result<String, StatementError> {
    let currency = statement.subject.currency;
    let code = currency.alpha();
    let money = |minor: i64| decimal(i128::from(minor), currency);
    let who = names.name(statement.subject.participant);
    let who = free(&who);
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(ACCOUNT)?;
    let (from, until) = (time_text(statement.from), time_text(statement.until));
    let opening = money(statement.opening);
    out.write_record(["", &from, "opening", "", "", code, "", &opening, &who])?;
    for line in &statement.lines {
        out.write_record([
            line.number.to_string().as_str(),
            &time_text(line.at),
            &line.kind,
            &line
                .window
                .map(|window| window.0.to_string())
                .unwrap_or_default(),
            &free(&line.reference),
            code,
            &money(line.amount),
            &money(line.balance),
            &who,
        ])?;
    }
    let closing = money(statement.closing);
    out.write_record(["", &until, "closing", "", "", code, "", &closing, &who])?;
    text(out)
}

/// A page of the lines of shops, counted from 1.
///
/// # Errors
/// [`StatementError::Table`], never in practice.
pub fn csv_of_shops(
    lines: &[ShopLine],
    page: usize,
    shop_names: &BTreeMap<ShopKey, String>,
) -> Result<String, StatementError> {
    let mut out = csv::Writer::from_writer(Vec::new());
    if page == 1 {
        out.write_record(SHOPS)?;
    }
    for line in lines {
        let kind = match line.refund_of {
            None => "payment",
            Some(_) => "refund",
        };
        let name = shop_names.get(&line.shop);
        out.write_record([
            line.number.to_string().as_str(),
            &time_text(line.at),
            &shop_text(line.shop),
            &free(name.map_or("", String::as_str)),
            kind,
            &id_text(line.item),
            &line.refund_of.map(id_text).unwrap_or_default(),
            line.currency.alpha(),
            &decimal(line.fees.gross, line.currency),
            &decimal(line.fees.fee, line.currency),
            &decimal(line.fees.net, line.currency),
        ])?;
    }
    text(out)
}

/// A page of what each shop comes to, counted from 1; behind the last of `pages`, all of them as
/// the shop `total`.
///
/// # Errors
/// [`StatementError::Table`], never in practice.
pub fn csv_of_shop_totals(
    shops: &[((ShopKey, Currency), ShopTotal)],
    statement: &ShopStatement,
    page: usize,
    pages: usize,
    shop_names: &BTreeMap<ShopKey, String>,
) -> Result<String, StatementError> {
    let mut out = csv::Writer::from_writer(Vec::new());
    if page == 1 {
        out.write_record(SHOP_TOTALS)?;
    }
    let mut row = |shop: &str, name: &str, currency: Currency, total: &ShopTotal| {
        out.write_record([
            shop,
            &free(name),
            currency.alpha(),
            &total.payments.to_string(),
            &total.refunds.to_string(),
            &decimal(total.sold(), currency),
            &decimal(total.refunded, currency),
            &decimal(total.fees.fee, currency),
            &decimal(total.fees.net, currency),
        ])
    };
    for ((shop, currency), total) in shops {
        let name = shop_names.get(shop).map_or("", String::as_str);
        row(&shop_text(*shop), name, *currency, total)?;
    }
    for (currency, total) in statement.totals().iter().filter(|_| page == pages) {
        row("total", "", *currency, total)?;
    }
    text(out)
}

/// A text of somebody's that no spreadsheet takes for a formula.
fn free(text: &str) -> Cow<'_, str> {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

fn id_text(id: ItemId) -> String {
    uuid::Uuid::from_u128(id.0).to_string()
}

/// RFC 3339 in UTC with milliseconds, cut.
fn time_text(time: Time) -> String {
    let at = jiff::Timestamp::from_millisecond(time.0.div_euclid(1_000_000));
    format!("{:.3}", at.unwrap_or(jiff::Timestamp::UNIX_EPOCH))
}

fn text(out: csv::Writer<Vec<u8>>) -> Result<String, StatementError> {
    let bytes = out
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))?;
    // Everything that was written is text.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::free;

    #[test]
    fn free_text_is_never_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(free(formula), format!("'{formula}"));
        }
        for plain in ["acleda", "", "a=b", "ហាង", " =1"] {
            assert_eq!(free(plain), plain);
        }
    }
}
