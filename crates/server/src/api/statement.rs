//! Statements, and what the settlement bank is told: as JSON, CSV, ISO 20022.
//!
//! A participant asks for its own; operators ask for anybody's and name whose. Large ones come in
//! pages that always hold the same: each is whole, signed, and bounded.

pub(crate) mod account;
pub(crate) mod shop;
pub(crate) mod window;

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use switch::ParticipantId;
use wire::error::{Code, Problem};

use crate::gate::{Caller, paper};
use crate::hub::Hub;

/// The query of a statement; each operation takes some of it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    participant: Option<String>,
    currency: Option<String>,
    day: Option<String>,
    window: Option<String>,
    shop: Option<String>,
    by: Option<String>,
    format: Option<String>,
    page: Option<String>,
}

/// As what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Csv,
    Camt053,
}

impl Format {
    fn of(text: Option<&str>) -> Result<Self, Problem> {
        match text {
            None | Some("json") => Ok(Format::Json),
            Some("csv") => Ok(Format::Csv),
            Some("camt.053") => Ok(Format::Camt053),
            Some(_) => {
                let detail = "`format` is json, csv or camt.053";
                Err(Problem::new(Code::NotAcceptable).with_detail(detail))
            }
        }
    }
}

const CSV: &str = "text/csv; charset=utf-8; header=present";
const XML: &str = "application/xml";

/// The query, if it has nothing but what the operation takes.
fn wanted(
    query: Result<Query<Wanted>, QueryRejection>,
    takes: &'static str,
    is_taken: impl Fn(&Wanted) -> bool,
) -> Result<Wanted, Problem> {
    let Query(wanted) = query.map_err(|_unreadable| wrong(takes))?;
    match is_taken(&wanted) {
        true => Ok(wanted),
        false => Err(wrong(takes)),
    }
}

fn wrong(detail: &str) -> Problem {
    Problem::new(Code::InvalidField).with_detail(detail)
}

/// Whose statement: the caller's own, or for operators that of whomever they name.
fn whose(hub: &Hub, caller: &Caller, named: Option<&str>) -> Result<ParticipantId, Problem> {
    let named_id = named.map(|name| hub.participant_named(name));
    match (caller.viewer().is_operator, named_id) {
        (true, Some(Some(id))) => Ok(id),
        (true, Some(None)) => Err(Problem::new(Code::ParticipantUnknown)),
        (true, None) => Err(wrong("an operator names a `participant`")),
        (false, None) => Ok(caller.id()),
        (false, Some(Some(id))) if id == caller.id() => Ok(id),
        // Whether there is such a participant is not said.
        (false, Some(_)) => {
            let detail = "only one's own";
            Err(Problem::new(Code::NotPermitted).with_detail(detail))
        }
    }
}

/// A page's number, from 1.
fn page(text: Option<&str>) -> Result<usize, Problem> {
    let Some(text) = text else { return Ok(1) };
    let page = text.parse().ok().filter(|page: &usize| *page > 0);
    page.ok_or_else(|| wrong("`page` is a number from 1"))
}

fn day(text: &str) -> Result<jiff::civil::Date, Problem> {
    // Other forms of a date, and times behind it, would be a second spelling of one question.
    let date: Option<jiff::civil::Date> = text.parse().ok();
    let date = date.filter(|date| date.to_string() == text);
    date.ok_or_else(|| wrong("`day` is a date as 2026-06-30"))
}

fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}

fn csv(body: String) -> Response {
    paper(StatusCode::OK, CSV, body.into_bytes())
}

fn xml(body: String) -> Response {
    paper(StatusCode::OK, XML, body.into_bytes())
}
