//! Quotes: what it would cost.

use axum::extract::State;
use axum::response::Response;
use engine::request::Request;
use http::StatusCode;
use money::Money;
use switch::{ParticipantId, QuoteInput, Role, Time};
use wire::api::{QuoteRequest, QuoteView};
use wire::error::{Code, Problem};

use super::Served;
use crate::convert::{Subject, currency, payment_id, price};
use crate::gate::{Caller, Sent, answer};
use crate::hub::Hub;
use crate::past::Carried;
use crate::ticket::{QuoteTicket, ScanTicket};
use crate::view;

/// Ask what a payment would cost
///
/// Names the id that the payment will have (a random UUIDv4, the UETR) and the price in the shop's
/// currency. The answer shows the rate, the neutral reference rate, every fee with who bears it,
/// and the total cost, and holds a signed token for `POST /v1/payments`. Nothing is stored; the
/// offer holds until `expires_at`. Needs the role `payer`.
#[utoipa::path(
    post, path = "/v1/quotes", tag = "payments", operation_id = "quote",
    request_body = QuoteRequest,
    responses((status = 200, description = "The offer.", body = QuoteView)),
)]
pub(crate) async fn quote(State(hub): State<Hub>, caller: Caller, sent: Sent) -> Served {
    caller.must_be(Role::Payer)?;
    let request: QuoteRequest = sent.read()?;
    Ok(offer(&hub, &caller, &request).await?)
}

async fn offer(hub: &Hub, caller: &Caller, request: &QuoteRequest) -> Result<Response, Problem> {
    let id = payment_id(&request.payment_id, "/payment_id")?;
    let amount = price(&request.amount, "/amount")?;
    let wish = request.payer_currency.as_deref();
    let payer_currency = wish
        .map(|alpha| currency(alpha, "/payer_currency"))
        .transpose()?;
    let ticket = hub.open_scan(&request.scan)?;
    check_ticket(&ticket, caller, hub.now())?;
    check_amount(&ticket, amount)?;
    let input = QuoteInput {
        payer: caller.id(),
        id,
        payee: ParticipantId(ticket.payee),
        scheme: ticket.scheme.clone(),
        amount,
        payer_currency,
    };
    let quoted = hub.carry(Request::quote(input), None, Subject::Payment);
    let Carried::Quoted(mut quote) = quoted.await.map_err(about_the_id)? else {
        return Err(Problem::new(Code::Internal));
    };
    let of = quote.terms.corridor;
    let name = hub.read(move |view| view.switch.corridor(of).map(|found| found.name.clone()));
    let corridor = name.await?.ok_or(Code::Internal)?;
    // A payment must not outlive its code: the shop may have shown the next customer a new one.
    let code = ticket.shop.code.as_ref().filter(|code| code.is_said);
    if let Some(code) = code {
        quote.expires_at = quote.expires_at.min(Time(code.until_ns));
    }
    let token = hub.seal_quote(&QuoteTicket::new(&quote, ticket.shop))?;
    let body: QuoteView = view::quote(&quote, corridor, token, &hub.directory());
    Ok(answer(StatusCode::OK, &body))
}

/// No offer for an id that was used, in memory or since it left: the sender must take another.
fn about_the_id(problem: Problem) -> Problem {
    let of_id = [
        Code::PaymentIdConflict,
        Code::PaymentIdForbidden,
        Code::PaymentIdInUse,
    ];
    match of_id.contains(&problem.code()) {
        true => problem.with_field("/payment_id"),
        false => problem,
    }
}

fn check_ticket(ticket: &ScanTicket, caller: &Caller, now: Time) -> Result<(), Problem> {
    if ticket.payer != caller.id().0 {
        return Err(Problem::new(Code::QuoteForeign).with_field("/scan"));
    }
    if now >= Time(ticket.expires_ns) {
        let problem = Problem::new(Code::QuoteExpired).with_field("/scan");
        return Err(problem.with_detail("the scan is too old; scan the code again"));
    }
    Ok(())
}

/// Another currency is the core's to refuse; here only the number that the code fixes counts.
fn check_amount(ticket: &ScanTicket, amount: Money) -> Result<(), Problem> {
    let Some(fixed) = &ticket.price else {
        return Ok(());
    };
    let fixed = fixed.money().ok_or(Code::ScanTokenInvalid)?;
    if fixed.currency == amount.currency && fixed != amount {
        let problem = Problem::new(Code::CodeAmountMismatch).with_field("/amount/amount");
        return Err(problem.with_detail(format!("the code asks for {fixed}")));
    }
    Ok(())
}
