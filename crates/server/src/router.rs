//! Which operation stands where. Routes and document come from one list; what is put behind the
//! gate is marked as signed here and nowhere else, so neither can say what the other does not do.

use axum::{Router, middleware};
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::security::SecurityRequirement;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{
    action, event, figures, merchant, pay, payment, public, quote, rate, receipt, refund, report,
    scan, statement, stuck, webhook, window,
};
use crate::gate::{admit, surround};
use crate::hub::Hub;

/// The name of the one security scheme.
pub(crate) const SIGNATURE_SCHEME: &str = "signature";

/// Everything that a hub serves.
pub fn router(hub: Hub) -> Router {
    let (signed, _) = signed().split_for_parts();
    let signed = signed.layer(middleware::from_fn_with_state(hub.clone(), admit));
    let (open, _) = open().split_for_parts();
    let all = signed.merge(open);
    let all = all.method_not_allowed_fallback(public::unknown_method);
    let all = all.fallback(public::unknown_path);
    all.layer(middleware::from_fn_with_state(hub.clone(), surround))
        .with_state(hub)
}

/// What the routes say of themselves.
pub(crate) fn described() -> OpenApi {
    let mut signed = signed().into_openapi();
    for item in signed.paths.paths.values_mut() {
        mark_signed(item);
    }
    signed.merge(open().into_openapi());
    signed
}

fn signed() -> OpenApiRouter<Hub> {
    OpenApiRouter::default()
        .merge(payments())
        .routes(routes!(rate::put_rates))
        .routes(routes!(rate::put_reference_rates))
        .routes(routes!(merchant::put_merchant, merchant::merchant_status))
        .routes(routes!(report::positions))
        .routes(routes!(report::audit))
        .routes(routes!(figures::report))
        .routes(routes!(action::propose, action::actions))
        .routes(routes!(action::action))
        .routes(routes!(action::approve))
        .routes(routes!(action::reject))
        .routes(routes!(stuck::stuck))
        .merge(settlement())
        .routes(routes!(event::events))
        .routes(routes!(webhook::webhooks))
        .routes(routes!(
            webhook::put_webhook,
            webhook::webhook,
            webhook::remove_webhook
        ))
        .routes(routes!(webhook::deliveries))
        .routes(routes!(webhook::dead_letters))
        .routes(routes!(webhook::replay))
}

fn payments() -> OpenApiRouter<Hub> {
    OpenApiRouter::default()
        .routes(routes!(scan::scan))
        .routes(routes!(quote::quote))
        .routes(routes!(pay::pay, payment::payments))
        .routes(routes!(payment::payment))
        .routes(routes!(payment::payment_statuses))
        .routes(routes!(pay::cancel))
        .routes(routes!(refund::refund))
        .routes(routes!(refund::refund_status))
}

fn settlement() -> OpenApiRouter<Hub> {
    OpenApiRouter::default()
        .routes(routes!(window::windows))
        .routes(routes!(window::window))
        .routes(routes!(window::report_payout))
        .routes(routes!(window::liquidity))
        .routes(routes!(statement::window::window_statement))
        .routes(routes!(statement::window::window_instructions))
        .routes(routes!(statement::account::account_statement))
        .routes(routes!(statement::shop::shop_statement))
}

fn open() -> OpenApiRouter<Hub> {
    OpenApiRouter::default()
        .routes(routes!(receipt::receipt))
        .routes(routes!(public::keys))
        .routes(routes!(public::openapi))
        .routes(routes!(public::docs))
        .routes(routes!(public::healthz))
        .routes(routes!(public::readyz))
        .routes(routes!(public::metrics))
}

fn mark_signed(item: &mut PathItem) {
    let operations = [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.delete,
    ];
    for operation in operations.into_iter().flatten() {
        let scopes: [&str; 0] = [];
        operation.security = Some(vec![SecurityRequirement::new(SIGNATURE_SCHEME, scopes)]);
    }
}
