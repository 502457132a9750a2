//! Publishing rates.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use money::{Currency, Rate};
use switch::limits::TIERS_MAX;
use switch::{Corridor, CorridorId, Input, Reference, Role, Standing, Switch, Tier};
use wire::api::{RatePut, ReferencePut, Versioned};
use wire::error::{Code, Problem};

use super::Served;
use crate::convert::{Subject, fixed_to, parse_time, problem, rate};
use crate::gate::{Caller, Sent, answer};
use crate::hub::Hub;

/// Publish standing rates
///
/// An FX provider's own rates for a corridor, by size of the price, until `valid_until`. A version
/// must be above the last one; the same version with the same content is a repetition. Quotes
/// choose the cheapest provider that has liquidity and exposure left. Needs the role `fx`.
#[utoipa::path(
    put, path = "/v1/rates", tag = "registry", operation_id = "put_rates",
    request_body = RatePut,
    responses((status = 200, description = "The rates hold.", body = Versioned)),
)]
pub(crate) async fn put_rates(State(hub): State<Hub>, caller: Caller, sent: Sent) -> Served {
    caller.must_be(Role::Fx)?;
    let request: RatePut = sent.read()?;
    let name = request.corridor.clone();
    let corridor = hub.read(move |view| known(view.switch, &name)).await?;
    let (id, payee) = corridor.ok_or(Code::RateCorridorUnknown)?;
    let standing = Standing {
        provider: caller.id(),
        corridor: id,
        version: request.version,
        valid_until: parse_time(&request.valid_until, "/valid_until")?,
        tiers: tiers(&request, payee)?,
        exposure_max: fixed_to(&request.exposure_max, payee, "/exposure_max")?,
    };
    publish(&hub, Input::SetStanding(standing), request.version).await
}

/// Publish a reference rate
///
/// The neutral rate of a pair, against which margins and total costs are measured. It is written
/// the same way round as the pair's first rate. Needs the role `house`.
#[utoipa::path(
    put, path = "/v1/reference-rates", tag = "registry", operation_id = "put_reference_rates",
    request_body = ReferencePut,
    responses((status = 200, description = "The rate holds.", body = Versioned)),
)]
pub(crate) async fn put_reference_rates(
    State(hub): State<Hub>,
    caller: Caller,
    sent: Sent,
) -> Served {
    caller.must_be(Role::House)?;
    let request: ReferencePut = sent.read()?;
    let reference = Reference {
        version: request.version,
        valid_until: parse_time(&request.valid_until, "/valid_until")?,
        rate: rate(&request.rate, "/rate")?,
    };
    let pair = reference.rate;
    let is_used = hub.read(move |view| view.switch.corridors_now().any(|c| exchanges(c, pair)));
    if !is_used.await? {
        return Err(Problem::new(Code::RateCorridorUnknown)
            .with_field("/rate")
            .into());
    }
    publish(&hub, Input::SetReference(reference), request.version).await
}

fn known(switch: &Switch, name: &str) -> Option<(CorridorId, Currency)> {
    let corridor = switch.corridor_named(name)?;
    Some((corridor.at.id, corridor.payee_currency))
}

fn exchanges(corridor: &Corridor, pair: Rate) -> bool {
    let other = pair.other(corridor.payee_currency);
    other.is_some_and(|other| corridor.payer_currency(other).is_some())
}

fn tiers(request: &RatePut, payee: Currency) -> Result<Vec<Tier>, Problem> {
    if request.tiers.is_empty() || request.tiers.len() > TIERS_MAX {
        let problem = Problem::new(Code::RateInvalid).with_field("/tiers");
        return Err(problem.with_detail(format!("1 to {TIERS_MAX} tiers")));
    }
    let numbered = request.tiers.iter().enumerate();
    let tier = |(number, tier): (usize, &wire::api::Tier)| {
        let field = |name: &str| format!("/tiers/{number}/{name}");
        Ok(Tier {
            amount_max: fixed_to(&tier.amount_max, payee, &field("amount_max"))?,
            rate: rate(&tier.rate, &field("rate"))?,
        })
    };
    numbered.map(tier).collect()
}

async fn publish(hub: &Hub, input: Input, version: u64) -> Result<Response, super::Refused> {
    let written = hub.give(input, |view, _reply| view.head.seq).await?;
    let sequence = written.map_err(|refusal| problem(refusal, Subject::Rate))?;
    Ok(answer(StatusCode::OK, &Versioned { version, sequence }))
}
