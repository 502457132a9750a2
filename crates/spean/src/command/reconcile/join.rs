//! `spean reconcile join` and `approve-join`: a line is what was expected, because two operators
//! say so.
//!
//! The hub keeps no joins, but it says who is an operator: each of the two asks it something that
//! only operators may ask, signed with their own key, before anything is written under their name.

use anyhow::Context as _;
use backoffice::reconcile::{ExpectedId, JoinId, LineId, Reference};
use participant::hub::HubClient;

use super::super::operator::{client, no};
use super::show::{joins, print};
use super::{now_ns, open, person, refused, reviewed};
use crate::cli::BackOffice;
use crate::exit::Exit;
use crate::wait;

pub(super) fn propose(
    (line, expected): (&str, &str),
    reason: &str,
    office: &BackOffice,
) -> anyhow::Result<Exit> {
    let line = LineId::new(line).context("read the line's name")?;
    let expected = ExpectedId::new(expected).context("read the expectation's name")?;
    let reason = Reference::new(reason).context("read the reason")?;
    let hub = operators_client(office)?;
    let mut desk = open(office)?;
    let by = (person(office)?, now_ns());
    // What was shown may be newer than what the file holds.
    let mut report = reviewed(&mut desk, &hub, office)?;
    let proposed = desk.store_mut().propose_join((line, expected), reason, by);
    proposed.map_err(|error| refused("propose the join", &error.into()))?;
    report.joins = joins(desk.store().register());
    print(&report, office)?;
    Ok(Exit::Done)
}

pub(super) fn approve(id: u64, office: &BackOffice) -> anyhow::Result<Exit> {
    let hub = operators_client(office)?;
    let mut desk = open(office)?;
    let by = (person(office)?, now_ns());
    let approved = desk.store_mut().approve_join(JoinId(id), by);
    approved.map_err(|error| refused("approve the join", &error.into()))?;
    print(&reviewed(&mut desk, &hub, office)?, office)?;
    Ok(Exit::Done)
}

fn operators_client(office: &BackOffice) -> anyhow::Result<HubClient> {
    let hub = client(&office.operator)?;
    wait::block_on(async {
        let asked = hub.actions("open").await;
        asked.map_err(|error| no("be known to the hub as an operator", &error))
    })?;
    Ok(hub)
}
