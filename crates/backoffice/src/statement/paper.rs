//! Statements as pages: A4, a table for each currency, opening above and closing below its lines.
//!
//! They are made from what the hub says on the wire, page by page as it came, so that whoever may
//! read a statement can print it without the hub's files.

use typeset::{Align, Column, Document, Fonts, Front, Table, TextError};
use wire::api::{
    AccountStatement, Payout, ShopDay, ShopLine, ShopStatement, StatementLine, StatementTotal,
    WindowStatement,
};

const WINDOW: [&str; 2] = ["របាយការណ៍ទូទាត់", "決済ウィンドウ明細書"];
const ACCOUNT: [&str; 2] = ["របាយការណ៍គណនី", "口座取引明細書"];
const SHOPS: [&str; 2] = ["របាយការណ៍លក់ប្រចាំថ្ងៃ", "加盟店 日次売上明細書"];

/// A window's statement, all of its pages in their order, as PDF.
///
/// # Errors
/// A name that the fonts do not have; [`TextError::TooLong`] for more than 2,000 sheets.
pub fn paper_of_window(pages: &[WindowStatement], fonts: &Fonts) -> Result<Vec<u8>, TextError> {
    let Some(first) = pages.first() else {
        return Err(nothing());
    };
    let title = format!("Settlement window {}: {}", first.window, first.participant);
    let mut to = begin(&title, &WINDOW, fonts)?;
    to.paragraph(&format!(
        "Opened {}, closed {}. Every line is one leg that {} is owed (above zero) or owes (below \
         zero), with the payment or refund that it came from. All institutions are simulated.",
        moment(&first.opened_at),
        moment(&first.closed_at),
        first.participant
    ))?;
    to.heading("What the window comes to")?;
    let totals = first.totals.iter().map(total_row);
    table(
        &mut to,
        &[
            ("currency", 3, Align::Left),
            ("lines", 3, Align::Right),
            ("opening", 4, Align::Right),
            ("owed to it", 5, Align::Right),
            ("owed by it", 5, Align::Right),
            ("closing", 5, Align::Right),
        ],
        &totals.collect::<Vec<_>>(),
    )?;
    settling(first, &mut to)?;
    for total in &first.totals {
        to.heading(&format!("Lines in {}", total.currency))?;
        let lines = pages.iter().flat_map(|page| &page.lines);
        let lines = lines.filter(|line| line.currency == total.currency);
        let mut rows = vec![edge("opening balance", &total.opening)];
        rows.extend(lines.map(line_row));
        rows.push(edge("closing balance", &total.closing));
        table(&mut to, &LINE, &rows)?;
    }
    to.to_pdf()
}

type Columns<'a> = [(&'a str, u8, Align)];

const LINE: [(&str, u8, Align); 7] = [
    ("no.", 10, Align::Right),
    ("time (UTC)", 27, Align::Left),
    ("what", 25, Align::Left),
    ("payment or refund", 57, Align::Left),
    ("with", 19, Align::Left),
    ("amount", 22, Align::Right),
    ("balance", 24, Align::Right),
];

fn total_row(total: &StatementTotal) -> Vec<String> {
    vec![
        total.currency.clone(),
        total.lines.to_string(),
        grouped(&total.opening),
        grouped(&total.owed_to),
        grouped(&total.owed_by),
        grouped(&total.closing),
    ]
}

fn edge(what: &str, balance: &str) -> Vec<String> {
    let blank = String::new;
    let (what, balance) = (what.to_owned(), grouped(balance));
    vec![blank(), blank(), blank(), what, blank(), blank(), balance]
}

fn line_row(line: &StatementLine) -> Vec<String> {
    let what = match (&line.leg, line.other_window) {
        (_, Some(window)) => format!("{} window {window}", spaced(&line.kind)),
        (Some(leg), None) if *leg != line.kind => spaced(leg),
        (Some(_) | None, None) => spaced(&line.kind),
    };
    vec![
        line.number.to_string(),
        moment(&line.time),
        what,
        line.item.clone().unwrap_or_default(),
        line.counterparty.clone(),
        grouped(&line.amount),
        grouped(&line.balance),
    ]
}

fn settling(statement: &WindowStatement, to: &mut Document<'_>) -> Result<(), TextError> {
    to.heading("How it is settled")?;
    if let Some(date) = &statement.settlement_date {
        to.paragraph(&format!("Settlement day {date}."))?;
    }
    let parts = statement.parts.iter().map(|part| {
        let amount = grouped(&part.amount);
        vec![
            "paid in from its liquidity".to_owned(),
            part.currency.clone(),
            amount,
            String::new(),
        ]
    });
    let payouts = statement.payouts.iter().map(payout_row);
    let rows: Vec<Vec<String>> = parts.chain(payouts).collect();
    if rows.is_empty() {
        to.paragraph("Nothing was moved for it yet.")?;
    } else {
        table(
            to,
            &[
                ("what", 8, Align::Left),
                ("currency", 2, Align::Left),
                ("amount", 4, Align::Right),
                ("the bank's reference", 5, Align::Left),
            ],
            &rows,
        )?;
    }
    for rate in &statement.rates {
        to.note(&format!(
            "At {} {} for 1 {}.",
            rate.value, rate.quote, rate.base
        ))?;
    }
    Ok(())
}

fn payout_row(payout: &Payout) -> Vec<String> {
    let seen = match (&payout.reference, &payout.paid_at) {
        (Some(reference), Some(at)) => format!("{reference}, {}", moment(at)),
        (Some(reference), None) => reference.clone(),
        (None, _) => "not seen yet".to_owned(),
    };
    vec![
        format!("payout {} {}", payout.number, payout.uetr),
        payout.amount.currency.clone(),
        grouped(&payout.amount.amount),
        seen,
    ]
}

/// An account's statement as PDF.
///
/// # Errors
/// As [`paper_of_window`].
pub fn paper_of_account(statement: &AccountStatement, fonts: &Fonts) -> Result<Vec<u8>, TextError> {
    let of = match (&statement.day, statement.window) {
        (Some(day), _) => day.clone(),
        (None, Some(window)) => format!("window {window}"),
        (None, None) => String::new(),
    };
    let title = format!(
        "Liquidity of {} in {}: {of}",
        statement.participant, statement.currency
    );
    let mut to = begin(&title, &ACCOUNT, fonts)?;
    to.paragraph(&format!(
        "What {} prefunded at the settlement bank, from {} until {}.{} All institutions are \
         simulated.",
        statement.participant,
        moment(&statement.from),
        moment(&statement.until),
        so_far(statement.is_complete)
    ))?;
    let blank = String::new;
    let edge = |what: &str, balance: &str| {
        vec![
            blank(),
            blank(),
            what.to_owned(),
            blank(),
            blank(),
            blank(),
            grouped(balance),
        ]
    };
    let mut rows = vec![edge("opening balance", &statement.opening)];
    rows.extend(statement.lines.iter().map(|line| {
        vec![
            line.number.to_string(),
            moment(&line.time),
            spaced(&line.kind),
            line.window
                .map(|window| window.to_string())
                .unwrap_or_default(),
            line.reference.clone().unwrap_or_default(),
            grouped(&line.amount),
            grouped(&line.balance),
        ]
    }));
    rows.push(edge("closing balance", &statement.closing));
    table(
        &mut to,
        &[
            ("no.", 8, Align::Right),
            ("time (UTC)", 20, Align::Left),
            ("what", 24, Align::Left),
            ("window", 9, Align::Right),
            ("reference", 24, Align::Left),
            ("amount", 20, Align::Right),
            ("balance", 20, Align::Right),
        ],
        &rows,
    )?;
    to.to_pdf()
}

/// The day of an acquirer's shops, all of its pages in their order, as PDF: shops or lines,
/// whichever the pages have.
///
/// # Errors
/// As [`paper_of_window`].
pub fn paper_of_shops(pages: &[ShopStatement], fonts: &Fonts) -> Result<Vec<u8>, TextError> {
    let Some(first) = pages.first() else {
        return Err(nothing());
    };
    let title = format!("Shops of {}: {}", first.acquirer, first.day);
    let mut to = begin(&title, &SHOPS, fonts)?;
    to.paragraph(&format!(
        "Payments and refunds that were completed on {} on the clocks of {}.{} The net is the \
         gross less what was refunded and the fee; fees stay where they went. All institutions are \
         simulated.",
        first.day,
        match first.country.as_str() {
            "JP" => "Japan",
            "KH" => "Cambodia",
            other => other,
        },
        so_far(first.is_complete)
    ))?;
    to.heading("All shops")?;
    let totals: Vec<Vec<String>> = first.totals.iter().map(shop_row).collect();
    table(&mut to, &SHOP, &totals)?;
    let shops: Vec<Vec<String>> = pages
        .iter()
        .flat_map(|page| &page.shops)
        .map(shop_row)
        .collect();
    if !shops.is_empty() {
        to.heading("Shop by shop")?;
        table(&mut to, &SHOP, &shops)?;
    }
    let lines = pages.iter().flat_map(|page| &page.lines);
    let lines: Vec<Vec<String>> = lines.map(shop_line).collect();
    if !lines.is_empty() {
        to.heading("Payment by payment")?;
        table(
            &mut to,
            &[
                ("no.", 9, Align::Right),
                ("time (UTC)", 26, Align::Left),
                ("shop", 32, Align::Left),
                ("payment or refund", 57, Align::Left),
                ("gross", 21, Align::Right),
                ("fee", 14, Align::Right),
                ("net", 21, Align::Right),
            ],
            &lines,
        )?;
    }
    to.to_pdf()
}

const SHOP: [(&str, u8, Align); 8] = [
    ("shop", 30, Align::Left),
    ("currency", 10, Align::Left),
    ("payments", 11, Align::Right),
    ("refunds", 10, Align::Right),
    ("gross", 15, Align::Right),
    ("refunded", 13, Align::Right),
    ("fee", 11, Align::Right),
    ("net", 15, Align::Right),
];

fn shop_row(day: &ShopDay) -> Vec<String> {
    let names = [&day.name, &day.name_local, &day.account];
    let names: Vec<&str> = names
        .into_iter()
        .filter_map(|name| name.as_deref())
        .collect();
    let shop = match (names.is_empty(), &day.shop) {
        (false, _) => names.join(" · "),
        (true, Some(key)) => halves(key),
        (true, None) => "total".to_owned(),
    };
    vec![
        shop,
        day.currency.clone(),
        day.payments.to_string(),
        day.refunds.to_string(),
        grouped(&day.gross),
        grouped(&day.refunded),
        grouped(&day.fee),
        grouped(&day.net),
    ]
}

fn shop_line(line: &ShopLine) -> Vec<String> {
    let money = |text: &str| format!("{} {}", line.currency, grouped(text));
    vec![
        line.number.to_string(),
        moment(&line.time),
        line.name.clone().unwrap_or_else(|| halves(&line.shop)),
        line.item.clone(),
        money(&line.gross),
        grouped(&line.fee),
        grouped(&line.net),
    ]
}

fn begin<'a>(title: &str, subtitles: &[&str], fonts: &'a Fonts) -> Result<Document<'a>, TextError> {
    let front = Front {
        title,
        subtitles,
        foot: title,
    };
    Document::new(fonts, &front)
}

fn table(
    to: &mut Document<'_>,
    columns: &Columns<'_>,
    rows: &[Vec<String>],
) -> Result<(), TextError> {
    let columns: Vec<Column<'_>> = columns
        .iter()
        .map(|(head, share, align)| Column {
            head,
            share: *share,
            align: *align,
        })
        .collect();
    to.table(&Table {
        columns: &columns,
        rows,
    })
}

fn nothing() -> TextError {
    TextError::Writer {
        what: "a statement without a page",
    }
}

fn so_far(is_complete: bool) -> &'static str {
    match is_complete {
        true => "",
        false => " The time is not over: more may come.",
    }
}

/// `2026-11-18 11:06:40` of an RFC 3339 time in UTC; anything else as it is.
fn moment(time: &str) -> String {
    match (time.get(..10), time.get(11..19)) {
        (Some(date), Some(clock)) => format!("{date} {clock}"),
        (_, _) => time.to_owned(),
    }
}

/// A pseudonym in two halves, so that it breaks over two lines.
fn halves(key: &str) -> String {
    match key.split_at_checked(16) {
        Some((first, second)) if !second.is_empty() => format!("{first} {second}"),
        Some(_) | None => key.to_owned(),
    }
}

fn spaced(word: &str) -> String {
    word.replace('_', " ")
}

/// A decimal with its thousands set apart.
fn grouped(decimal: &str) -> String {
    let (sign, digits) = match decimal.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", decimal),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let mut text = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && whole.len().saturating_sub(at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !decimals.is_empty() {
        text.push('.');
        text.push_str(decimals);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{grouped, halves, moment};

    #[test]
    fn figures_and_times_are_set_for_people() {
        for (decimal, expected) in [
            ("0", "0"),
            ("-53524", "-53,524"),
            ("1000000", "1,000,000"),
            ("-1234.05", "-1,234.05"),
            ("999", "999"),
        ] {
            assert_eq!(grouped(decimal), expected);
        }
        assert_eq!(moment("2026-11-18T11:06:40.000Z"), "2026-11-18 11:06:40");
        assert_eq!(moment("soon"), "soon");
        assert_eq!(
            halves("0123456789abcdef0123456789abcdef"),
            "0123456789abcdef 0123456789abcdef"
        );
        assert_eq!(halves("unknown"), "unknown");
    }
}
