//! Windows and liquidity.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use backoffice::statement::payout_reference;
use calendar::Calendars;
use http::StatusCode;
use money::{Currency, Money};
use serde::Deserialize;
use switch::{
    Arrangement, Digest, Input, Netting, Operate, ParticipantId, Role, Settlement, Switch, Window,
    WindowId, WindowStatus,
};
use wire::api;
use wire::error::{Code, Problem};

use super::Served;
use crate::convert::{
    Subject, bounded_bytes, money_of, net_text, problem, rate_view, time_text, uuid_text, view,
};
use crate::gate::{Caller, Sent, answer};
use crate::hub::{Directory, Hub};
use crate::limits::{PAGE_DEFAULT, PAGE_MAX};

/// A window, and what belongs to it that follows from the core.
pub(crate) struct SeenWindow {
    pub(crate) window: Window,
    /// Of a closed window, what settling it would come to.
    pub(crate) would_be: Option<Settlement>,
    pub(crate) short: Option<ParticipantId>,
    pub(crate) control: Vec<(Currency, i128)>,
}

impl SeenWindow {
    pub(crate) fn of(switch: &Switch, window: &Window) -> Self {
        let used: Vec<Currency> = Currency::ALL
            .into_iter()
            .filter(|currency| window.pairs.keys().any(|(.., of)| of == currency))
            .chain(
                window
                    .settlement
                    .iter()
                    .flat_map(|settlement| settlement.parts.iter().map(|(_, part)| part.currency)),
            )
            .collect();
        let mut used = used;
        used.sort_unstable();
        used.dedup();
        let would_be = switch.settlement_of(window.id).ok();
        let has_control = matches!(
            window.status,
            WindowStatus::Instructed | WindowStatus::Settled
        );
        let control = used
            .into_iter()
            .filter(|_| has_control)
            .map(|currency| (currency, switch.control_sum(window.id, currency)));
        Self {
            control: control.collect(),
            short: would_be
                .as_ref()
                .and_then(|settlement| switch.short_of(window.id, settlement)),
            would_be,
            window: window.clone(),
        }
    }

    /// One that has left memory, as the tables have it.
    fn past(window: Window) -> Self {
        Self {
            control: Vec::new(),
            would_be: None,
            short: None,
            window,
        }
    }

    /// As a participant may see it: only what is its own. Operators see all.
    pub(crate) fn view(
        &self,
        directory: &Directory,
        only: Option<ParticipantId>,
    ) -> api::WindowView {
        let window = &self.window;
        let is_seen = |who: ParticipantId| only.is_none_or(|only| only == who);
        let settlement = window.settlement.as_ref().or(self.would_be.as_ref());
        let parts = settlement.map_or(&[][..], |all| all.parts.as_slice());
        let payouts = settlement.map_or(&[][..], |all| all.payouts.as_slice());
        let payouts = (0_u32..)
            .zip(payouts)
            .filter(|(_, payout)| is_seen(payout.creditor) || payout.debtor.is_some_and(is_seen));
        let rates = settlement.map_or(&[][..], |all| all.rates.as_slice());
        api::WindowView {
            id: window.id.0,
            status: status(window.status),
            opened_at: time_text(window.opened.now),
            closes_at: window
                .closes_at
                .filter(|_| window.closed.is_none())
                .map(time_text),
            closed_at: window.closed.map(|(at, _)| time_text(at.now)),
            closed_by: window.closed.map(|(_, cause)| match cause {
                switch::CloseCause::Calendar => "calendar".to_owned(),
                switch::CloseCause::Operators => "operators".to_owned(),
            }),
            settlement_date: window
                .settlement_day
                .and_then(|day| day.date())
                .map(|date| date.to_string()),
            settled_at: window.settled.map(|at| time_text(at.now)),
            held_until: window.held_until.map(time_text),
            nets: nets_view(window, directory, only),
            pairs: pairs_view(window, directory, only),
            parts: parts_view(parts, directory, only),
            payouts: payouts
                .map(|(number, payout)| payout_view(window, number, payout, directory))
                .collect(),
            rates: rates.iter().copied().map(rate_view).collect(),
            control_sum: match only {
                Some(_) => Vec::new(),
                None => self.control.iter().map(control_view).collect(),
            },
            excluded: window
                .excluded
                .iter()
                .filter(|(who, _)| is_seen(*who))
                .map(|(who, into)| api::Exclusion {
                    participant: directory.name(*who),
                    into: into.0,
                })
                .collect(),
            short_debtor: self
                .short
                .filter(|who| is_seen(*who))
                .map(|who| directory.name(who)),
        }
    }
}

fn nets_view(
    window: &Window,
    directory: &Directory,
    only: Option<ParticipantId>,
) -> Vec<api::WindowNet> {
    let nets = window.nets().into_iter();
    let seen = nets.filter(|net| only.is_none_or(|only| only == net.participant));
    seen.map(|net| api::WindowNet {
        currency: net.currency.alpha().to_owned(),
        participant: directory.name(net.participant),
        amount: net_text(net.net, net.currency),
    })
    .collect()
}

fn pairs_view(
    window: &Window,
    directory: &Directory,
    only: Option<ParticipantId>,
) -> Vec<api::WindowPair> {
    let is_seen = |owes, is_owed| only.is_none_or(|only| only == owes || only == is_owed);
    let pairs = window.pairs.iter();
    let seen = pairs.filter(|((owes, is_owed, _), _)| is_seen(*owes, *is_owed));
    seen.map(|((owes, is_owed, currency), sum)| api::WindowPair {
        owes: directory.name(*owes),
        is_owed: directory.name(*is_owed),
        amount: api::Money {
            currency: currency.alpha().to_owned(),
            amount: net_text(i128::try_from(*sum).unwrap_or(i128::MAX), *currency),
        },
    })
    .collect()
}

fn parts_view(
    parts: &[(ParticipantId, Money)],
    directory: &Directory,
    only: Option<ParticipantId>,
) -> Vec<api::WindowPart> {
    let parts = parts.iter();
    let seen = parts.filter(|(who, _)| only.is_none_or(|only| only == *who));
    seen.map(|(who, part)| api::WindowPart {
        participant: directory.name(*who),
        amount: view(*part),
    })
    .collect()
}

fn control_view((currency, sum): &(Currency, i128)) -> api::ControlSum {
    api::ControlSum {
        currency: currency.alpha().to_owned(),
        amount: net_text(*sum, *currency),
    }
}

fn payout_view(
    window: &Window,
    number: u32,
    payout: &switch::Instruction,
    directory: &Directory,
) -> api::Payout {
    let paid = window.paid.get(&number);
    api::Payout {
        number,
        uetr: uuid_text(switch::ItemId(payout.uetr)),
        end_to_end_id: payout_reference(window.id.0, payout.money.currency, number),
        debtor: payout.debtor.map(|debtor| directory.name(debtor)),
        creditor: directory.name(payout.creditor),
        amount: view(payout.money),
        reference: paid.map(|paid| paid.reference.clone()),
        paid_at: paid.map(|paid| time_text(paid.at.now)),
    }
}

pub(super) fn status(status: WindowStatus) -> api::WindowStatus {
    match status {
        WindowStatus::Open => api::WindowStatus::Open,
        WindowStatus::Closed => api::WindowStatus::Closed,
        WindowStatus::Instructed => api::WindowStatus::Instructed,
        WindowStatus::Settled => api::WindowStatus::Settled,
    }
}

fn netting(netting: Netting) -> api::Netting {
    match netting {
        Netting::Multilateral => api::Netting::Multilateral,
        Netting::Bilateral => api::Netting::Bilateral,
        Netting::Gross => api::Netting::Gross,
    }
}

/// The query of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listing {
    limit: Option<String>,
    before: Option<String>,
}

/// List settlement windows
///
/// Newest first, with nets, what debtors pay in, and what the bank pays out. A participant sees
/// its own part of each; operators see all.
#[utoipa::path(
    get, path = "/v1/windows", tag = "settlement", operation_id = "windows",
    params(
        ("limit" = Option<u16>, Query, description = "1 to 100; 20 when absent"),
        ("before" = Option<u64>, Query, description = "The `next` of the page before"),
    ),
    responses((status = 200, description = "As of `sequence`.", body = api::WindowList)),
)]
pub(crate) async fn windows(
    State(hub): State<Hub>,
    caller: Caller,
    listing: Result<Query<Listing>, QueryRejection>,
) -> Served {
    let Query(listing) =
        listing.map_err(|_rejection| wrong("the query takes `limit` and `before`, once each"))?;
    let limit = match listing.limit.as_deref() {
        None => PAGE_DEFAULT,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=PAGE_MAX).contains(limit))
            .ok_or_else(|| wrong("`limit` is a number from 1 to 100"))?,
    };
    let before = listing.before.as_deref().map(str::parse::<u64>).transpose();
    let before = before.map_err(|_malformed| wrong("`before` is the `next` of a page"))?;
    let (arrangement, sequence, live) = hub
        .read(move |view| live(view.switch, view.head.seq, before, limit))
        .await?;
    let mut seen = live;
    // Memory has the last windows and every one that is not settled, with gaps between them which
    // the tables fill; where both have one, memory is never behind.
    let in_tables = hub
        .old_windows(before.map(WindowId), limit.saturating_add(1))
        .await?;
    let is_seen = |seen: &[SeenWindow], id| seen.iter().any(|one| one.window.id == id);
    for window in in_tables {
        if !is_seen(&seen, window.id) {
            seen.push(SeenWindow::past(window));
        }
    }
    seen.sort_by_key(|one| core::cmp::Reverse(one.window.id));
    let next = (seen.len() > usize::from(limit)).then(|| {
        seen.truncate(usize::from(limit));
        seen.last().map(|one| one.window.id.0)
    });
    let viewer = caller.viewer();
    let only = (!viewer.is_operator).then_some(viewer.id);
    let directory = hub.directory();
    let calendars = Calendars::built_in();
    let list = api::WindowList {
        sequence,
        netting: netting(arrangement.netting),
        settlement_currency: arrangement.currency.map(|one| one.alpha().to_owned()),
        cycle: arrangement.schedule.cycle.to_string(),
        calendars: arrangement
            .countries
            .iter()
            .map(|country| calendars.version(*country).to_owned())
            .collect(),
        windows: seen.iter().map(|one| one.view(&directory, only)).collect(),
        next: next.flatten(),
    };
    Ok(answer(StatusCode::OK, &list))
}

fn live(
    switch: &Switch,
    sequence: u64,
    before: Option<u64>,
    limit: u16,
) -> (Arrangement, u64, Vec<SeenWindow>) {
    let windows = switch
        .windows()
        .filter(|window| before.is_none_or(|before| window.id.0 < before))
        .take(usize::from(limit).saturating_add(1))
        .map(|window| SeenWindow::of(switch, window));
    (switch.arrangement().clone(), sequence, windows.collect())
}

/// Read a settlement window
///
/// A participant sees its own part; operators see all.
#[utoipa::path(
    get, path = "/v1/windows/{id}", tag = "settlement", operation_id = "window",
    params(("id" = u64, Path, description = "The window's number")),
    responses((status = 200, description = "The window.", body = api::WindowView)),
)]
pub(crate) async fn window(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Served {
    let seen = find(&hub, &id).await?;
    let viewer = caller.viewer();
    let only = (!viewer.is_operator).then_some(viewer.id);
    Ok(answer(StatusCode::OK, &seen.view(&hub.directory(), only)))
}

/// The window of a path, from memory or from the tables.
pub(crate) async fn find(hub: &Hub, id: &str) -> Result<SeenWindow, Problem> {
    let unknown = || Problem::new(Code::WindowUnknown);
    let id = WindowId(id.parse().map_err(|_malformed| unknown())?);
    let look = move |view: &engine::View<'_>| {
        let window = view.switch.window_of(id)?;
        Some(SeenWindow::of(view.switch, window))
    };
    if let Some(seen) = hub.read(look).await? {
        return Ok(seen);
    }
    let above = WindowId(id.0.saturating_add(1));
    let older = hub.old_windows(Some(above), 1).await?;
    let window = older.into_iter().find(|window| window.id == id);
    let window = window.ok_or_else(unknown)?;
    Ok(SeenWindow::past(window))
}

/// Report a payout
///
/// A line of the settlement bank's statement was matched to a payout of an instructed window. The
/// amount must be the payout's, and a line counts once; the same report again changes nothing.
/// With the last payout the window is settled and headroom is restored. Needs the role
/// `operator`; one person is enough, because the bank's statement is the second witness.
#[utoipa::path(
    post, path = "/v1/payouts", tag = "settlement", operation_id = "report_payout",
    request_body = api::PayoutSeen,
    responses((status = 200, description = "The window as it stands now.", body = api::WindowView)),
)]
pub(crate) async fn report_payout(State(hub): State<Hub>, caller: Caller, sent: Sent) -> Served {
    caller.must_be(Role::Operator)?;
    let seen: api::PayoutSeen = sent.read()?;
    let reference_bytes_max = switch::limits::REFERENCE_BYTES_MAX;
    let payout = switch::PayoutSeen {
        window: WindowId(seen.window),
        place: seen.number,
        money: money_of(&seen.amount, "/amount")?,
        reference: bounded_bytes(&seen.reference, reference_bytes_max, "/reference")?,
        statement: digest(&seen.statement)?,
    };
    let id = payout.window;
    let look = move |view: &engine::View<'_>, _reply| {
        let window = view.switch.window_of(id)?;
        Some(SeenWindow::of(view.switch, window))
    };
    let input = Input::Operate(Box::new(Operate::PaidOut(payout)));
    let done = hub.give(input, look).await?;
    let seen = done.map_err(|refusal| problem(refusal, Subject::Action))?;
    let seen = seen.ok_or_else(|| Problem::new(Code::WindowUnknown))?;
    Ok(answer(StatusCode::OK, &seen.view(&hub.directory(), None)))
}

fn digest(text: &str) -> Result<Digest, Problem> {
    let wrong = || {
        let problem = Problem::new(Code::InvalidField).with_field("/statement");
        problem.with_detail("a SHA-256 is 64 lower-case hexadecimal digits")
    };
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() != 64 || !text.bytes().all(is_hex) {
        return Err(wrong());
    }
    let mut digest = [0_u8; 32];
    for (byte, pair) in digest.iter_mut().zip(text.as_bytes().chunks(2)) {
        let pair = core::str::from_utf8(pair).map_err(|_utf8| wrong())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_digit| wrong())?;
    }
    Ok(Digest(digest))
}

/// Read liquidity
///
/// What was prefunded, what of the cap is left, what the open window used of it and will have
/// used at its close, and what is pledged. A participant sees its own; operators see all.
#[utoipa::path(
    get, path = "/v1/liquidity", tag = "settlement", operation_id = "liquidity",
    responses((status = 200, description = "As of `sequence`.", body = api::LiquidityList)),
)]
pub(crate) async fn liquidity(State(hub): State<Hub>, caller: Caller) -> Served {
    let viewer = caller.viewer();
    let only = (!viewer.is_operator).then_some(viewer.id);
    let now = hub.now();
    let directory = hub.directory();
    let look = move |view: &engine::View<'_>| {
        let switch = view.switch;
        let forecasts = switch.forecasts(now).into_iter();
        let seen = forecasts.filter(|one| only.is_none_or(|only| only == one.participant));
        let rows = seen.map(|one| {
            let (who, currency) = (one.participant, one.currency);
            let (pledged, drawn) = switch.pledge(who, currency);
            let decimal = |amount: money::Amount| amount.decimal(currency);
            api::Forecast {
                participant: directory.name(who),
                currency: currency.alpha().to_owned(),
                liquidity: decimal(switch.liquidity(who, currency)),
                cap: decimal(switch.cap(who, currency).unwrap_or_default()),
                headroom: decimal(one.headroom),
                used: decimal(one.used),
                used_at_close: decimal(one.used_at_close),
                is_low: one.is_low,
                runs_out: one.runs_out,
                pledged: decimal(pledged),
                drawn: decimal(drawn),
            }
        });
        api::LiquidityList {
            sequence: view.head.seq,
            window: switch.window().0,
            liquidity: rows.collect(),
        }
    };
    let list = hub.read(look).await?;
    Ok(answer(StatusCode::OK, &list))
}

fn wrong(detail: &str) -> Problem {
    Problem::new(Code::InvalidField).with_detail(detail)
}
