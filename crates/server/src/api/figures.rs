//! Figures for the authorities.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use backoffice::report::{self, ALL, Ask, Period, Zone};
use http::StatusCode;
use serde::Deserialize;
use switch::Role;
use wire::api::{ReportBy, ReportView};
use wire::error::{Code, Problem};

use super::Served;
use crate::gate::{Caller, answer};
use crate::hub::{Hub, hidden};

/// Report figures of a period
///
/// Counts and values of whole days, in native currencies, with every definition, and with the
/// sums of the parts beside the whole: the same document that `spean report` prints. It is read
/// from the tables, which may be a moment behind; `sequence` says for which batch it stands. A
/// year of a million payments takes seconds, so one report is made at a time and others hear
/// `busy`. Needs the role `operator`.
#[utoipa::path(
    get, path = "/v1/reports", tag = "reports", operation_id = "report",
    params(
        ("from" = String, Query, description = "First day, `2026-01-01`"),
        ("to" = String, Query, description = "The day after the last; at most ten years"),
        ("zone" = Option<String>, Query,
            description = "Whose midnights bound a day: `Asia/Phnom_Penh` (when absent), \
                           `Asia/Tokyo` or `UTC`"),
        ("by" = Option<String>, Query,
            description = "By what the figures fall apart, with commas between: `corridor`, \
                           `direction`, `currency`, `payer_currency`, `payer`, `payee`, `fx`, \
                           `category`; everything when absent"),
    ),
    responses((status = 200, description = "The figures.", body = ReportView)),
)]
pub(crate) async fn report(
    State(hub): State<Hub>,
    caller: Caller,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Served {
    caller.must_be(Role::Operator)?;
    let wrong = |_rejection| wrong("the query takes `from`, `to`, `zone` and `by`, once each");
    let Query(wanted) = wanted.map_err(wrong)?;
    let ask = wanted.ask()?;
    let turn = hub.begin_report()?;
    let made = hub.blocking(move |hub| {
        let _turn = turn;
        report::make(&hub.shared().tables_path, &ask)
            .map_err(|error| hidden("make a report", &error, Code::Internal))
    });
    let body: ReportView = made.await?;
    Ok(answer(StatusCode::OK, &body))
}

/// The query.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    from: String,
    to: String,
    zone: Option<String>,
    by: Option<String>,
}

impl Wanted {
    fn ask(&self) -> Result<Ask, Problem> {
        let zone = match self.zone.as_deref() {
            None => Zone::PhnomPenh,
            Some(name) => Zone::from_name(name)
                .ok_or_else(|| wrong("the zones are Asia/Phnom_Penh, Asia/Tokyo and UTC"))?,
        };
        let period = Period::parse(&self.from, &self.to, zone);
        let period = period.map_err(|error| wrong(&format!("cannot {error}")))?;
        let by = match self.by.as_deref() {
            None => ALL.to_vec(),
            Some(text) => {
                let named = text.split(',').map(by).collect::<Result<Vec<_>, _>>()?;
                // Each once, in the order in which they are always shown.
                ALL.into_iter().filter(|by| named.contains(by)).collect()
            }
        };
        Ok(Ask { period, by })
    }
}

fn by(name: &str) -> Result<ReportBy, Problem> {
    let known = ALL.into_iter().find(|by| report::by_name(*by) == name);
    known.ok_or_else(|| wrong("`by` takes the names that the document lists"))
}

fn wrong(detail: &str) -> Problem {
    Problem::new(Code::InvalidField).with_detail(detail)
}
