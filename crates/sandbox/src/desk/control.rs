//! `/control`: how whoever tries the link makes this institution misbehave. Unsigned like the
//! desk, and only ever on a loopback address; a real institution has nothing like it. Builds with
//! `failpoints` also move the clock and arm crash points here.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;

use super::{Asked, Desk, Given};
use crate::faults::{FaultsPut, FaultsShown};
use crate::limits::FAULT_WATCH;
use crate::trouble::Trouble;

/// The control endpoints.
pub(super) fn router() -> Router<std::sync::Arc<crate::institution::Teller>> {
    let router = Router::new().route("/control/faults", get(shown).put(set).delete(clear));
    #[cfg(feature = "failpoints")]
    let router = router.merge(points::router());
    router
}

#[derive(Deserialize)]
struct After {
    /// Answer when there were more hits than this, or after a while.
    after: Option<u64>,
}

async fn shown(
    State(teller): Desk,
    Asked(after): Asked<After>,
) -> Result<Json<FaultsShown>, Trouble> {
    if let Some(known) = after.after {
        // Whether there was a hit or the time is over: what is shown tells.
        let _late = tokio::time::timeout(FAULT_WATCH, teller.faults.hits_above(known)).await;
    }
    Ok(Json(teller.faults.shown(teller.site.me())))
}

async fn set(
    State(teller): Desk,
    Given(wanted): Given<FaultsPut>,
) -> Result<Json<FaultsShown>, Trouble> {
    teller.faults.set(wanted.faults)?;
    Ok(Json(teller.faults.shown(teller.site.me())))
}

async fn clear(State(teller): Desk) -> Result<Json<FaultsShown>, Trouble> {
    teller.faults.set(Vec::new())?;
    Ok(Json(teller.faults.shown(teller.site.me())))
}

#[cfg(feature = "failpoints")]
mod points {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use axum::extract::State;
    use axum::routing::{get, post, put};
    use axum::{Json, Router};
    use failpoint::Plan;
    use serde::{Deserialize, Serialize};

    use super::super::{Desk, Given};
    use crate::institution::{Teller, publish_if_old};
    use crate::trouble::{Trouble, Word, refused};

    /// How the institution stands.
    #[derive(Debug, Serialize)]
    struct Standing {
        now_ms: i64,
        /// Payments and refunds that were sent and are not known to be final.
        open: usize,
        /// Whether what must be published is, and is fresh.
        ready: bool,
        passed: BTreeMap<&'static str, u32>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Advance {
        advance_ms: u32,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Arm {
        at: String,
    }

    pub(super) fn router() -> Router<Arc<Teller>> {
        Router::new()
            .route("/control", get(standing))
            .route("/control/clock", post(advance))
            .route("/control/crash", put(arm).delete(disarm))
    }

    async fn standing(State(teller): Desk) -> Result<Json<Standing>, Trouble> {
        looked(&teller).await
    }

    /// Moves the clock and does what time alone would have brought: asks again, publishes again.
    async fn advance(
        State(teller): Desk,
        Given(by): Given<Advance>,
    ) -> Result<Json<Standing>, Trouble> {
        let clock = teller.site.clock();
        if clock.flows() {
            let detail = "the clock flows by itself: start with `--clock manual`";
            return Err(refused(Word::NotOffered, detail));
        }
        clock.advance_ms(i64::from(by.advance_ms));
        publish_if_old(&teller).await;
        teller.reconcile().await?;
        looked(&teller).await
    }

    async fn arm(
        State(teller): Desk,
        Given(wanted): Given<Arm>,
    ) -> Result<Json<Standing>, Trouble> {
        let plan: Plan = wanted
            .at
            .parse()
            .map_err(|error: failpoint::NoPlan| refused(Word::InvalidField, error.to_string()))?;
        failpoint::arm(plan);
        looked(&teller).await
    }

    async fn disarm(State(teller): Desk) -> Result<Json<Standing>, Trouble> {
        failpoint::disarm();
        looked(&teller).await
    }

    async fn looked(teller: &Teller) -> Result<Json<Standing>, Trouble> {
        let sent = teller.ledger.run(|books| {
            let (payments, refunds) = (books.payments_sent()?, books.refunds_sent()?);
            Ok(payments.len().saturating_add(refunds.len()))
        });
        let passed = failpoint::passed().into_iter();
        Ok(Json(Standing {
            now_ms: teller.site.now_ms(),
            open: sent.await?,
            ready: teller.is_ready(),
            passed: passed.map(|(point, count)| (point.name(), count)).collect(),
        }))
    }
}
