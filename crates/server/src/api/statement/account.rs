//! What a participant prefunded, movement by movement.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use backoffice::statement::{
    AccountLine, AccountStatement, AccountSubject, LocalDay, Names, Period, camt053_of_account,
    csv_of_account, decimal,
};
use calendar::Country;
use http::StatusCode;
use money::{Currency, Money};
use switch::WindowId;
use wire::api;
use wire::error::Problem;

use super::super::Served;
use super::{Format, Wanted, csv, day, wanted, whose, wrong, xml};
use crate::convert::{currency, time_text};
use crate::gate::{Caller, Path, answer};
use crate::hub::Hub;

const TAKES: &str = "the query takes `currency`, either `day` or `window`, and `format`, once each";

/// Read an account's statement
///
/// What moved on a participant's liquidity at the settlement bank on a day or in a window:
/// deposits, withdrawals, what it paid in for windows. Opening and lines come to the closing
/// balance, and all of them to what the hub holds, or there is no statement. A day is one of
/// Tokyo for yen and of Phnom Penh for other currencies. A participant reads its own; operators
/// read anybody's.
#[utoipa::path(
    get, path = "/v1/accounts/{participant}/statement", tag = "settlement",
    operation_id = "account_statement",
    params(
        ("participant" = String, Path, description = "Whose"),
        ("currency" = String, Query, description = "ISO 4217 letters"),
        ("day" = Option<String>, Query, description = "The day, as 2026-06-30"),
        ("window" = Option<u64>, Query, description = "Or the window's number"),
        ("format" = Option<String>, Query, description = "`json` (default), `csv`, `camt.053`"),
    ),
    responses((status = 200, description = "The statement.", content(
        (api::AccountStatement = "application/json"),
        (String = "text/csv"),
        (String = "application/xml"),
    ))),
)]
pub(crate) async fn account_statement(
    State(hub): State<Hub>,
    caller: Caller,
    Path(named): Path<String>,
    query: Result<Query<Wanted>, QueryRejection>,
) -> Served {
    let participant = whose(&hub, &caller, Some(&named))?;
    let wanted = wanted(query, TAKES, |wanted| {
        let other = [&wanted.participant, &wanted.shop, &wanted.by, &wanted.page];
        other.into_iter().all(Option::is_none)
    })?;
    let currency = currency(wanted.currency.as_deref().unwrap_or_default(), "")?;
    let subject = AccountSubject {
        participant,
        currency,
        period: period(&wanted, currency)?,
    };
    let format = Format::of(wanted.format.as_deref())?;
    Ok(state(&hub, subject, format).await?)
}

fn period(wanted: &Wanted, currency: Currency) -> Result<Period, Problem> {
    match (wanted.day.as_deref(), wanted.window.as_deref()) {
        (Some(text), None) => Ok(Period::Day(LocalDay {
            date: day(text)?,
            country: country(currency),
        })),
        (None, Some(text)) => {
            let window = text.parse().map(WindowId);
            let window = window.map_err(|_malformed| wrong("`window` is a window's number"))?;
            Ok(Period::Window(window))
        }
        (Some(_), Some(_)) | (None, None) => Err(wrong(TAKES)),
    }
}

/// Whose clocks say when a day of an account begins.
fn country(currency: Currency) -> Country {
    match currency == Currency::Jpy {
        true => Country::Jp,
        false => Country::Kh,
    }
}

async fn state(hub: &Hub, subject: AccountSubject, format: Format) -> Result<Response, Problem> {
    // Read before the head is: what comes later is behind the day's end if this moment is.
    let now = hub.now();
    let (who, currency) = (subject.participant, subject.currency);
    let look = move |view: &engine::View<'_>| {
        let held = view.switch.liquidity(who, currency);
        (view.head.seq, Money::new(currency, held))
    };
    let (head, held) = hub.read(look).await?;
    hub.projected(head).await?;
    let made = hub.paper(move |hub, desk| {
        let statement = desk.account(subject, held, head)?;
        let names = hub.names();
        Ok(match format {
            Format::Json => {
                let is_complete = statement.until <= now;
                let shown = shown(&statement, is_complete, &names);
                answer(StatusCode::OK, &shown)
            }
            Format::Csv => csv(csv_of_account(&statement, &names)?),
            Format::Camt053 => xml(camt053_of_account(&statement, &names, now)?),
        })
    });
    made.await
}

fn shown(statement: &AccountStatement, is_complete: bool, names: &Names) -> api::AccountStatement {
    let AccountSubject {
        participant,
        currency,
        period,
    } = statement.subject;
    let money = |minor: i64| decimal(i128::from(minor), currency);
    let (day, window) = match period {
        Period::Day(day) => (Some(day.date.to_string()), None),
        Period::Window(window) => (None, Some(window.0)),
    };
    let line = |line: &AccountLine| api::AccountLine {
        number: line.number,
        time: time_text(line.at),
        kind: line.kind.clone(),
        window: line.window.map(|window| window.0),
        reference: (!line.reference.is_empty()).then(|| line.reference.clone()),
        amount: money(line.amount),
        balance: money(line.balance),
    };
    api::AccountStatement {
        participant: names.name(participant),
        currency: currency.alpha().to_owned(),
        day,
        window,
        from: time_text(statement.from),
        until: time_text(statement.until),
        is_complete,
        opening: money(statement.opening),
        closing: money(statement.closing),
        lines: statement.lines.iter().map(line).collect(),
    }
}
