//! Scanning a code.

use axum::extract::State;
use axum::response::Response;
use http::{Method, StatusCode};
use money::{Amount, Currency};
use participant::http::{Call, CallError, read_answer};
use switch::{Corridor, ParticipantId, Role, Switch, Time};
use wire::api::{Resolve, Resolved, ScanAnswer, ScanRequest, ScannedMerchant};
use wire::error::{Code, Problem};

use super::Served;
use crate::convert::{bounded, coins, optional, time_text, view};
use crate::gate::{Caller, Sent, answer};
use crate::hub::{Chain, Hub};
use crate::limits::{
    CITY_CHARS_MAX, NAME_CHARS_MAX, PAYLOAD_BYTES_MAX, RESOLVE_DEADLINE, SCAN_TTL_S,
};
use crate::scan::{self, Scanned, Whose};
use crate::ticket::{Coins, ScanTicket, Shop};

/// Read a scanned code
///
/// Reads the text of a KHQR or JPQR code as a paying wallet would, finds the shop in the registry
/// or at its bank, and says what a payer has to see before paying. The answer holds a token for
/// `POST /v1/quotes`; nothing is stored. Needs the role `payer`.
#[utoipa::path(
    post, path = "/v1/scans", tag = "payments", operation_id = "scan",
    request_body = ScanRequest,
    responses((status = 200, description = "The code may be paid.", body = ScanAnswer)),
)]
pub(crate) async fn scan(State(hub): State<Hub>, caller: Caller, sent: Sent) -> Served {
    caller.must_be(Role::Payer)?;
    let request: ScanRequest = sent.read()?;
    Ok(understand(&hub, &caller, request.payload).await?)
}

async fn understand(hub: &Hub, caller: &Caller, payload: String) -> Result<Response, Problem> {
    if payload.len() > PAYLOAD_BYTES_MAX {
        let problem = Problem::new(Code::InvalidField).with_field("/payload");
        return Err(problem.with_detail(format!("at most {PAYLOAD_BYTES_MAX} bytes")));
    }
    let now = hub.now();
    let scanned = scan::read(&payload, now)?;
    let (scheme, whose, currency) = (scanned.scheme, scanned.whose.clone(), scanned.currency);
    let payer_scheme = caller.scheme().to_owned();
    let looked = hub
        .read(move |view| Route::find(view.switch, now, &payer_scheme, scheme, currency, &whose));
    let route = looked.await??;
    let shop = match route.shop.clone() {
        Some(shop) => shop,
        None => resolve(hub, &route, &scanned, &payload).await?,
    };
    let scan_ends = now.after(switch::Span::from_seconds(SCAN_TTL_S));
    let code_ends = scanned
        .expires_ms
        .map(|ms| Time(ms.saturating_mul(1_000_000)));
    let expires = code_ends.map_or(scan_ends, |ends| ends.min(scan_ends));
    let ticket = ScanTicket {
        payer: caller.id().0,
        payee: route.payee.0,
        scheme: scheme.to_owned(),
        price: scanned.price.map(Coins::of),
        expires_ns: expires.0,
        shop: Shop {
            payload,
            id: shop.id.clone(),
            name: shop.name.clone(),
            category: route.category.or(scanned.category),
            code: scanned.one_time.clone(),
        },
    };
    let body = ScanAnswer {
        scan: hub.seal_scan(&ticket)?,
        expires_at: time_text(expires),
        scheme: scheme.to_owned(),
        corridor: route.corridor,
        payee: hub.directory().name(route.payee),
        merchant: shop,
        currency: currency.alpha().to_owned(),
        amount: scanned.price.map(view),
        amount_min: coins(currency, route.amount_min),
        amount_max: coins(currency, route.amount_max),
        payer_currencies: route.payer_currencies,
        code_expires_at: code_ends.map(time_text),
        findings: scanned.findings,
    };
    Ok(answer(StatusCode::OK, &body))
}

/// Which way a payment would go, and to whom.
#[derive(Clone, Debug)]
struct Route {
    corridor: String,
    amount_min: Amount,
    amount_max: Amount,
    payer_currencies: Vec<String>,
    payee: ParticipantId,
    /// From the registry; a bank has to be asked for its own.
    shop: Option<ScannedMerchant>,
    /// From the registry: an acquirer answers for it, and nobody for what a code says.
    category: Option<u16>,
}

impl Route {
    fn find(
        switch: &Switch,
        now: Time,
        payer_scheme: &str,
        scheme: &str,
        currency: Currency,
        whose: &Whose,
    ) -> Result<Self, Problem> {
        let corridor = switch.corridor_between(payer_scheme, scheme);
        let corridor = corridor.ok_or(Code::CorridorUnknown)?;
        if now < corridor.active_from {
            return Err(Problem::new(Code::CorridorInactive));
        }
        check_currency(corridor, currency)?;
        let (payee, shop, category) = match whose {
            Whose::Store(id) => {
                let (payee, shop, category) = registered(switch, id)?;
                (payee, Some(shop), category)
            }
            Whose::Account { bank, .. } => {
                let unconnected = || {
                    let problem = Problem::new(Code::MerchantUnknown);
                    problem.with_detail("no connected institution answers for the account's bank")
                };
                (
                    switch.participant_for_bank(bank).ok_or_else(unconnected)?,
                    None,
                    None,
                )
            }
        };
        let currencies = corridor
            .payer_currencies
            .iter()
            .map(|one| one.currency.alpha().to_owned());
        Ok(Self {
            corridor: corridor.name.clone(),
            amount_min: corridor.amount_min,
            amount_max: corridor.amount_max,
            payer_currencies: currencies.collect(),
            payee,
            shop,
            category,
        })
    }
}

/// The one guard that saves a factor of four thousand.
fn check_currency(corridor: &Corridor, currency: Currency) -> Result<(), Problem> {
    let carried = corridor.payee_currency;
    if currency == carried {
        return Ok(());
    }
    let detail = format!(
        "the code asks for {currency}, the corridor carries {carried}: \
         7,200 riel is not 7,200 dollars"
    );
    Err(Problem::new(Code::CodeCurrencyMismatch).with_detail(detail))
}

fn registered(
    switch: &Switch,
    id: &str,
) -> Result<(ParticipantId, ScannedMerchant, Option<u16>), Problem> {
    let merchant = switch.merchant(id).ok_or(Code::MerchantUnknown)?;
    if !merchant.is_active {
        return Err(Problem::new(Code::MerchantSuspended));
    }
    if !merchant.accepts_foreign {
        return Err(Problem::new(Code::MerchantNotAccepting));
    }
    let local = merchant.name_local.clone();
    let shop = ScannedMerchant {
        id: id.to_owned(),
        name: merchant.name.clone(),
        name_local: (!local.is_empty()).then_some(local),
        city: merchant.city.clone(),
    };
    let category = scan::category(&merchant.category);
    Ok((merchant.acquirer, shop, category))
}

/// Asks the bank behind the account.
async fn resolve(
    hub: &Hub,
    route: &Route,
    scanned: &Scanned,
    payload: &str,
) -> Result<ScannedMerchant, Problem> {
    let account = match &scanned.whose {
        Whose::Account { account, .. } | Whose::Store(account) => account.clone(),
    };
    let question = Resolve {
        scheme: scanned.scheme.to_owned(),
        account: account.clone(),
        currency: scanned.currency.alpha().to_owned(),
        payload: payload.to_owned(),
    };
    let answered = ask_bank(hub, route.payee, &question).await;
    hub.metrics().note_call(
        "resolve",
        if answered.is_ok() {
            "answered"
        } else {
            "failed"
        },
    );
    let resolved = answered.map_err(|error| {
        let bank = hub.directory().name(route.payee);
        tracing::warn!(bank, error = %Chain(&error), "an account was not resolved");
        Problem::new(Code::ResolveUnavailable)
    })?;
    if !resolved.found {
        return Err(Problem::new(Code::AccountUnknown));
    }
    if !resolved.accepting {
        return Err(Problem::new(Code::MerchantNotAccepting));
    }
    // What a bank says is shown to payers, so it is bounded like everything from outside.
    let unfit = |_problem| Problem::new(Code::ResolveUnavailable);
    let local = resolved.name_local.unwrap_or_default();
    let local = optional(&local, NAME_CHARS_MAX, "").map_err(unfit)?;
    Ok(ScannedMerchant {
        id: account,
        name: bounded(&resolved.name, NAME_CHARS_MAX, "").map_err(unfit)?,
        name_local: (!local.is_empty()).then_some(local),
        city: optional(&resolved.city, CITY_CHARS_MAX, "").map_err(unfit)?,
    })
}

async fn ask_bank(
    hub: &Hub,
    bank: ParticipantId,
    question: &Resolve,
) -> Result<Resolved, CallError> {
    let directory = hub.directory();
    let bank = directory
        .known(bank)
        .filter(|bank| !bank.callback_url.is_empty());
    let bank = bank.ok_or(CallError::Unusable)?;
    let uri = format!("{}/resolve", bank.callback_url);
    let call = Call {
        method: Method::POST,
        uri: uri.parse().map_err(|_bad| CallError::Unusable)?,
        body: Some(serde_json::to_vec(question).map_err(|_unfit| CallError::Unusable)?),
        prefer_wait_s: None,
        deadline: RESOLVE_DEADLINE,
    };
    read_answer(&hub.shared().client.call(call, |kid| bank.key(kid)).await?)
}
