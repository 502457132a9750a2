//! The registry of shops.

use axum::extract::State;
use emvqr::StoreId;
use http::StatusCode;
use switch::{Input, Merchant, Role};
use wire::api::{MerchantPut, MerchantStatus, MerchantView, Versioned};
use wire::error::{Code, Problem};

use super::Served;
use crate::convert::{Subject, bounded, optional, problem};
use crate::gate::{Caller, Path, Sent, answer};
use crate::hub::Hub;
use crate::limits::{CITY_CHARS_MAX, MERCHANT_NAME_CHARS_MAX};

/// The scheme whose shops the registry holds.
const SCHEME: &str = "JPQR";

/// Register a shop
///
/// The Japanese side's registry: `id` is the JPQR store id, `13-4-6-6` digits with hyphens. Who
/// registers a shop is its acquirer and answers for it. A version must be above the last one; the
/// same version with the same content is a repetition. Needs the role `payee` and the scheme JPQR.
#[utoipa::path(
    put, path = "/v1/merchants/{id}", tag = "registry", operation_id = "put_merchant",
    params(("id" = String, Path, description = "The store id")),
    request_body = MerchantPut,
    responses((status = 200, description = "The shop is registered.", body = Versioned)),
)]
pub(crate) async fn put_merchant(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    sent: Sent,
) -> Served {
    caller.must_be(Role::Payee)?;
    if caller.scheme() != SCHEME {
        let problem = Problem::new(Code::NotPermitted);
        return Err(problem
            .with_detail("the registry holds shops of JPQR only")
            .into());
    }
    let request: MerchantPut = sent.read()?;
    let version = request.version;
    let merchant = merchant(&caller, store(&id)?, &request)?;
    let written = hub
        .give(Input::SetMerchant(merchant), |view, _reply| view.head.seq)
        .await?;
    let sequence = written.map_err(|refusal| problem(refusal, Subject::Merchant))?;
    Ok(answer(StatusCode::OK, &Versioned { version, sequence }))
}

/// Read a shop
///
/// Any participant may: it is what every payer is shown after a scan.
#[utoipa::path(
    get, path = "/v1/merchants/{id}", tag = "registry", operation_id = "merchant",
    params(("id" = String, Path, description = "The store id")),
    responses((status = 200, description = "As registered.", body = MerchantView)),
)]
pub(crate) async fn merchant_status(
    State(hub): State<Hub>,
    _caller: Caller,
    Path(id): Path<String>,
) -> Served {
    let id = store(&id)?;
    let found = hub
        .read(move |view| view.switch.merchant(&id).cloned())
        .await?;
    let merchant = found.ok_or(Code::NotFound)?;
    let local = merchant.name_local;
    let status = match merchant.is_active {
        true => MerchantStatus::Active,
        false => MerchantStatus::Suspended,
    };
    let body = MerchantView {
        id: merchant.store_id,
        acquirer: hub.directory().name(merchant.acquirer),
        merchant: MerchantPut {
            version: merchant.version,
            name: merchant.name,
            name_local: (!local.is_empty()).then_some(local),
            city: merchant.city,
            category: merchant.category,
            accepts_foreign: merchant.accepts_foreign,
            status,
        },
    };
    Ok(answer(StatusCode::OK, &body))
}

fn store(id: &str) -> Result<String, Problem> {
    let malformed = || {
        let detail = "a store id has 13, 4, 6 and 6 characters with hyphens between";
        Problem::new(Code::InvalidField).with_detail(detail)
    };
    StoreId::parse(id)
        .map(|store| store.to_string())
        .ok_or_else(malformed)
}

fn merchant(caller: &Caller, id: String, put: &MerchantPut) -> Result<Merchant, Problem> {
    let is_category = put.category.len() == 4 && put.category.bytes().all(|b| b.is_ascii_digit());
    if !is_category {
        let problem = Problem::new(Code::InvalidField).with_field("/category");
        return Err(problem.with_detail("four digits of ISO 18245"));
    }
    let local = put.name_local.as_deref().unwrap_or_default();
    Ok(Merchant {
        store_id: id,
        acquirer: caller.id(),
        version: put.version,
        name: bounded(&put.name, MERCHANT_NAME_CHARS_MAX, "/name")?,
        name_local: optional(local, MERCHANT_NAME_CHARS_MAX, "/name_local")?,
        city: bounded(&put.city, CITY_CHARS_MAX, "/city")?,
        category: put.category.clone(),
        accepts_foreign: put.accepts_foreign,
        is_active: put.status == MerchantStatus::Active,
    })
}
