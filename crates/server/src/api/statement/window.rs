//! A window's statement for one participant, and the instructions to the settlement bank.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use backoffice::statement::limits::{CAMT_LEAVES, CSV_LEAVES};
use backoffice::statement::{
    Line, Names, PayoutLine, StatementError, Subject, WindowStatement, camt053_of_window,
    csv_of_window, decimal, instructions_of, leg_word, payout_reference,
};
use http::StatusCode;
use iso20022::Document;
use switch::{ItemId, Role, Time, WindowId};
use wire::api;
use wire::error::{Code, Problem};

use super::super::Served;
use super::super::window::status;
use super::{Format, Wanted, count, csv, page, wanted, whose, wrong, xml};
use crate::convert::{currency, rate_view, time_text, uuid_text, view};
use crate::gate::{Caller, Path, answer};
use crate::hub::Hub;

const TAKES: &str = "the query takes `participant`, `format` and `page`, once each";

/// Read a window's statement
///
/// Every leg of the window that the participant owes or is owed, with its payment and a running
/// balance; by currency, opening and lines come to the window's net, or there is no statement.
/// Then how the net was settled. A closed window's page always holds the same: 1,000 lines of
/// JSON, 10,000 of CSV and of camt.053. A participant reads its own; operators name whose.
#[utoipa::path(
    get, path = "/v1/windows/{id}/statement", tag = "settlement",
    operation_id = "window_statement",
    params(
        ("id" = u64, Path, description = "The window's number"),
        ("participant" = Option<String>, Query, description = "Whose; one's own when absent"),
        ("format" = Option<String>, Query, description = "`json` (default), `csv`, `camt.053`"),
        ("page" = Option<u64>, Query, description = "From 1, which is also the default"),
    ),
    responses((status = 200, description = "One page.", content(
        (api::WindowStatement = "application/json"),
        (String = "text/csv"),
        (String = "application/xml"),
    ))),
)]
pub(crate) async fn window_statement(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    query: Result<Query<Wanted>, QueryRejection>,
) -> Served {
    let wanted = wanted(query, TAKES, |wanted| {
        let other = [&wanted.currency, &wanted.day, &wanted.window, &wanted.shop];
        other.into_iter().all(Option::is_none) && wanted.by.is_none()
    })?;
    let participant = whose(&hub, &caller, wanted.participant.as_deref())?;
    let format = Format::of(wanted.format.as_deref())?;
    let page = page(wanted.page.as_deref())?;
    let window = window_id(&id)?;
    let house = hub.directory().house();
    let subject = Subject {
        window,
        participant,
        house,
    };
    Ok(state(&hub, subject, format, page).await?)
}

async fn state(
    hub: &Hub,
    subject: Subject,
    format: Format,
    page: usize,
) -> Result<Response, Problem> {
    let head = hub.read(|view| view.head.seq).await?;
    hub.projected(head).await?;
    let leaves = match format {
        Format::Json => 1,
        Format::Csv => CSV_LEAVES,
        Format::Camt053 => CAMT_LEAVES,
    };
    let made = hub.paper(move |hub, desk| {
        let statement = desk.window(subject)?;
        let lines = statement.page(&desk.tables, page, leaves)?;
        make(&statement, &lines, format, page, &hub.names(), hub.now())
    });
    made.await
}

fn make(
    statement: &Arc<WindowStatement>,
    lines: &[Line],
    format: Format,
    page: usize,
    names: &Names,
    now: Time,
) -> Result<Response, StatementError> {
    Ok(match format {
        Format::Json => answer(StatusCode::OK, &shown(statement, lines, page, names)),
        Format::Csv => csv(csv_of_window(statement, lines, page, names)?),
        Format::Camt053 => xml(camt053_of_window(statement, lines, page, names, now)?),
    })
}

fn window_id(text: &str) -> Result<WindowId, Problem> {
    let unknown = |_malformed| Problem::new(Code::WindowUnknown);
    text.parse().map(WindowId).map_err(unknown)
}

fn shown(
    statement: &WindowStatement,
    lines: &[Line],
    page: usize,
    names: &Names,
) -> api::WindowStatement {
    let window = statement.window();
    let settling = statement.settling();
    let totals = statement.totals().iter();
    api::WindowStatement {
        window: window.id.0,
        participant: names.name(statement.subject().participant),
        status: status(window.status),
        opened_at: time_text(window.opened.now),
        closed_at: window
            .closed
            .map(|(at, _)| time_text(at.now))
            .unwrap_or_default(),
        settlement_date: settling
            .day
            .and_then(|day| day.date())
            .map(|date| date.to_string()),
        page: count(page),
        pages: count(statement.pages(1)),
        totals: totals
            .map(|(currency, total)| api::StatementTotal {
                currency: currency.alpha().to_owned(),
                lines: total.lines,
                opening: "0".to_owned(),
                owed_to: decimal(total.owed_to, *currency),
                owed_by: decimal(total.owed_by, *currency),
                closing: decimal(total.closing(), *currency),
            })
            .collect(),
        lines: lines.iter().map(|line| line_view(line, names)).collect(),
        parts: settling.parts.iter().map(|part| view(*part)).collect(),
        payouts: settling
            .payouts
            .iter()
            .map(|payout| payout_view(payout, statement, names))
            .collect(),
        rates: settling.rates.iter().copied().map(rate_view).collect(),
    }
}

fn line_view(line: &Line, names: &Names) -> api::StatementLine {
    api::StatementLine {
        number: line.number,
        time: time_text(line.at),
        kind: line.kind.word().to_owned(),
        item: line.item.map(uuid_text),
        payment: line.kind.payment().map(uuid_text),
        leg: line.leg.map(|leg| leg_word(leg).to_owned()),
        counterparty: names.name(line.counterparty),
        other_window: line.kind.window().map(|window| window.0),
        currency: line.currency.alpha().to_owned(),
        amount: decimal(line.amount, line.currency),
        balance: decimal(line.balance, line.currency),
    }
}

fn payout_view(payout: &PayoutLine, statement: &WindowStatement, names: &Names) -> api::Payout {
    let paid = payout.paid.as_ref();
    api::Payout {
        number: payout.number,
        uetr: uuid_text(ItemId(payout.uetr)),
        end_to_end_id: payout_reference(
            statement.window().id.0,
            payout.money.currency,
            payout.number,
        ),
        debtor: payout.debtor.map(|debtor| names.name(debtor)),
        creditor: names.name(statement.subject().participant),
        amount: view(payout.money),
        reference: paid.map(|(reference, _)| reference.clone()),
        paid_at: paid.map(|(_, at)| time_text(*at)),
    }
}

/// Read the instructions of a window
///
/// The pacs.009 that tells the settlement bank what to pay out, in one currency: an instruction
/// for each payout, under the UETR that two operators agreed on. The message has the same id
/// however often it is read. Needs the role `operator`.
#[utoipa::path(
    get, path = "/v1/windows/{id}/instructions", tag = "settlement",
    operation_id = "window_instructions",
    params(
        ("id" = u64, Path, description = "The window's number"),
        ("currency" = String, Query, description = "ISO 4217 letters"),
    ),
    responses((status = 200, description = "pacs.009.001.09.",
        content((String = "application/xml")))),
)]
pub(crate) async fn window_instructions(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    query: Result<Query<Wanted>, QueryRejection>,
) -> Served {
    caller.must_be(Role::Operator)?;
    let takes = "the query takes `currency`, once";
    let wanted = wanted(query, takes, |wanted| {
        let other = [
            &wanted.participant,
            &wanted.day,
            &wanted.window,
            &wanted.shop,
            &wanted.by,
            &wanted.format,
            &wanted.page,
        ];
        other.into_iter().all(Option::is_none)
    })?;
    let currency = currency(wanted.currency.as_deref().unwrap_or_default(), "")?;
    let window = window_id(&id)?;
    let head = hub.read(|view| view.head.seq).await?;
    hub.projected(head).await?;
    let message = hub.paper(move |hub, desk| {
        let window = desk.window_row(window)?;
        let messages = instructions_of(&window, &hub.names(), hub.now())?;
        let found = messages.into_iter().find(|(of, _)| *of == currency);
        Ok(found.map(|(_, message)| message.to_xml()).transpose()?)
    });
    let message = message.await?;
    Ok(xml(message.ok_or_else(|| {
        wrong("the window pays out nothing in this currency")
    })?))
}
