//! Paying and cancelling.

use aws_lc_rs::rand;
use axum::extract::State;
use axum::response::Response;
use engine::request::Request;
use http::StatusCode;
use http::header::HeaderMap;
use journal::PartyRow;
use switch::{Digest, ItemId, Kind, ParticipantId, PayInput, PayerKey, Quote, Role, ShopKey};
use wire::api::{CancelRequest, Parties, Party, PaymentRequest, PaymentView, ScreeningVerdict};
use wire::error::{Code, Problem};

use super::Served;
use super::wait::Wait;
use crate::convert::{Hashing, Subject, bounded, hex, month, payment_id};
use crate::gate::{Caller, Path, Sent, answer, paper};
use crate::hub::{Hub, hidden};
use crate::iso::{self, Answered, Media, Origin};
use crate::limits::{ACCOUNT_CHARS_MAX, NAME_CHARS_MAX};
use crate::past::{Carried, is_payment};
use crate::ticket::QuoteTicket;
use crate::view::Found;

/// Pay
///
/// Send it once your customer's money is set aside, with the token of the quote. The hub reserves
/// every leg at once and asks the payee's side; with `Prefer: wait=N` the answer comes with the
/// outcome. Repeating the request with the same id and body is safe and gives the same answer;
/// sign every repetition with a fresh nonce. A refusal is final for the id. Lost the connection?
/// Send it again, or cancel by id: not found is never an outcome. A pacs.008 is taken as well
/// (docs/STATEMENTS.md says where quote and screening stand in it) and answered with a pacs.002,
/// unless `accept` names JSON; the state is the same. Needs the role `payer`.
#[utoipa::path(
    post, path = "/v1/payments", tag = "payments", operation_id = "pay",
    request_body(content((PaymentRequest = "application/json"), (String = "application/xml"))),
    params(("prefer" = Option<String>, Header,
        description = "`wait=N` (RFC 7240): wait up to N seconds, at most 30, for the outcome")),
    responses(
        (status = 200, description = "The outcome: `completed` or `cancelled`.",
            content((PaymentView = "application/json"), (String = "application/xml"))),
        (status = 202, description = "Taken; the outcome comes with the callback, or by reading.",
            content((PaymentView = "application/json"), (String = "application/xml"))),
    ),
)]
pub(crate) async fn pay(
    State(hub): State<Hub>,
    caller: Caller,
    headers: HeaderMap,
    sent: Sent,
) -> Served {
    caller.must_be(Role::Payer)?;
    let (request, origin) = match sent.media() {
        Media::Json => (sent.read::<PaymentRequest>()?, None),
        Media::Xml => {
            let (request, origin) = iso::read_payment(&sent, &caller)?;
            (request, Some(origin))
        }
    };
    let answer = Answer {
        media: Media::wanted(&headers, sent.media()),
        wait: Wait::of(&headers),
        origin,
    };
    Ok(take(&hub, &caller, request, answer).await?)
}

/// How the caller is answered.
struct Answer {
    media: Media,
    wait: Option<Wait>,
    origin: Option<Origin>,
}

/// Cancel a payment
///
/// Cancels a payment that is unknown (its id is then forbidden for ever), reserved, or asked of a
/// rail that credits only after the hub's outcome. Otherwise the answer shows how it stands: 200
/// with the outcome, or 202 with the deadline at which it will be decided. Needs the role `payer`.
#[utoipa::path(
    post, path = "/v1/payments/{id}/cancel", tag = "payments", operation_id = "cancel",
    params(("id" = String, Path, description = "The payment's id (UETR)")),
    request_body = CancelRequest,
    responses(
        (status = 200, description = "The outcome.", body = PaymentView),
        (status = 202, description = "It may have been credited; see `deadline`.",
            body = PaymentView),
    ),
)]
pub(crate) async fn cancel(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    sent: Sent,
) -> Served {
    caller.must_be(Role::Payer)?;
    let CancelRequest {} = sent.read()?;
    Ok(withdraw(&hub, &caller, &id).await?)
}

async fn take(
    hub: &Hub,
    caller: &Caller,
    request: PaymentRequest,
    answer: Answer,
) -> Result<Response, Problem> {
    let Answer {
        media,
        wait,
        origin,
    } = answer;
    let id = payment_id(&request.payment_id, "/payment_id")?;
    check_party(&request.debtor, request.debtor_agent.as_deref())?;
    let ticket = hub.open_quote(&request.quote)?;
    let quote = ticket.quote().ok_or(Code::QuoteTokenInvalid)?;
    check_quote(&quote, id, caller)?;
    if let Some(origin) = &origin {
        let payee = hub.directory().name(quote.terms.payee);
        origin.check(&quote, &ticket.shop, &payee)?;
    }
    let prepared = Prepared::new(&request, &ticket)?;
    let screening_clear = match request.screening.verdict {
        ScreeningVerdict::Clear => true,
        ScreeningVerdict::Refer => false,
    };
    let digest = request_digest(&request, &ticket)?;
    let payer = caller.id();
    let sides = Sides {
        payer,
        payee: quote.terms.payee,
    };
    let sealed = hub
        .blocking(move |hub| prepared.seal(hub, id, sides, digest))
        .await?;
    let pay = PayInput {
        payer,
        quote,
        payer_key: sealed.payer_key,
        request: sealed.request,
        parties: sealed.commitment,
        code: ticket.shop.code.as_ref().and_then(|code| code.hold()),
        shop: sealed.shop,
        category: ticket.shop.category,
        screening_clear,
        recalled: None,
    };
    let mut waiter = hub.shared().board.waiters.register(id);
    let request = Request::pay(pay);
    let carried = hub.carry(request, Some(sealed.row), Subject::Payment);
    let seen = carried.await?.item()?;
    let seen = hub.settled(seen, wait, &mut waiter).await?;
    let (status, view) = shown(hub, caller, Found::Item(Box::new(seen)), id).await?;
    let mut response = said(hub, caller, status, &view, media, origin.as_ref())?;
    if let Some(wait) = wait {
        wait.applied(response.headers_mut());
    }
    Ok(response)
}

async fn withdraw(hub: &Hub, caller: &Caller, id: &str) -> Result<Response, Problem> {
    let id = payment_id(id, "")?;
    // A refund has an id of the same form, and is not this operation's to withdraw.
    let is_refund = hub.read(move |view| {
        let item = view.switch.item(id);
        item.is_some_and(|item| item.kind != Kind::Payment)
    });
    if is_refund.await? {
        return Err(Problem::new(Code::PaymentUnknown));
    }
    let request = Request::cancel(caller.id(), id);
    let found = match hub.carry(request, None, Subject::Payment).await? {
        Carried::Item(seen) if is_payment(&seen.item) => Found::Item(seen),
        Carried::Item(_) => return Err(Problem::new(Code::PaymentUnknown)),
        Carried::Closed(closed) => Found::Closed(closed),
        Carried::Quoted(_) => return Err(Problem::new(Code::Internal)),
    };
    let (status, view) = shown(hub, caller, found, id).await?;
    Ok(answer(status, &view))
}

/// A payment in either form.
pub(super) fn said(
    hub: &Hub,
    caller: &Caller,
    status: StatusCode,
    view: &PaymentView,
    media: Media,
    origin: Option<&Origin>,
) -> Result<Response, Problem> {
    match media {
        Media::Json => Ok(answer(status, view)),
        Media::Xml => {
            let message = iso::status(hub, caller.name(), &[Answered { view, origin }])?;
            Ok(paper(status, "application/xml", message.into_bytes()))
        }
    }
}

/// 200 with an outcome, 202 without.
async fn shown(
    hub: &Hub,
    caller: &Caller,
    found: Found,
    id: ItemId,
) -> Result<(StatusCode, PaymentView), Problem> {
    let is_final = match &found {
        Found::Item(seen) => seen.item.state.is_final(),
        Found::Closed(closed) => closed.state.is_final(),
    };
    let status = if is_final {
        StatusCode::OK
    } else {
        StatusCode::ACCEPTED
    };
    let view = hub.payment_view(caller.viewer(), found, id).await?;
    Ok((status, view))
}

fn check_party(debtor: &Party, agent: Option<&str>) -> Result<(), Problem> {
    bounded(&debtor.name, NAME_CHARS_MAX, "/debtor/name")?;
    bounded(&debtor.account, ACCOUNT_CHARS_MAX, "/debtor/account")?;
    if let Some(agent) = agent {
        bounded(agent, NAME_CHARS_MAX, "/debtor_agent")?;
    }
    Ok(())
}

fn check_quote(quote: &Quote, id: ItemId, caller: &Caller) -> Result<(), Problem> {
    if quote.terms.payer != caller.id() {
        return Err(Problem::new(Code::QuoteForeign).with_field("/quote"));
    }
    if quote.id != id {
        return Err(Problem::new(Code::QuoteMismatch).with_field("/payment_id"));
    }
    Ok(())
}

/// What a repetition is recognised by: the parsed fields, and the offer in place of its token.
/// It holds a name, so it is hashed again under the payer's key before it goes anywhere.
fn request_digest(request: &PaymentRequest, ticket: &QuoteTicket) -> Result<Digest, Problem> {
    let screening = match request.screening.verdict {
        ScreeningVerdict::Clear => "clear",
        ScreeningVerdict::Refer => "refer",
    };
    let hashing = Hashing::of("spean payment request 1")
        .part(&request.payment_id)
        .bytes(&ticket.bytes()?)
        .part(&request.debtor.name)
        .part(&request.debtor.account)
        .maybe(request.debtor_agent.as_deref())
        .part(screening);
    Ok(hashing.finish())
}

/// Personal data on its way into the vault.
struct Prepared {
    /// Salted, so that the commitment in the journal tells nothing to who guesses names.
    parties: Vec<u8>,
    account: String,
    /// Store id or account, as the code names it.
    shop: String,
}

/// Under whose keys the two pseudonyms are made.
#[derive(Clone, Copy)]
struct Sides {
    payer: ParticipantId,
    payee: ParticipantId,
}

struct Sealed {
    row: PartyRow,
    commitment: Digest,
    payer_key: PayerKey,
    shop: ShopKey,
    request: Digest,
}

impl Prepared {
    fn new(request: &PaymentRequest, ticket: &QuoteTicket) -> Result<Self, Problem> {
        let mut salt = [0_u8; 16];
        rand::fill(&mut salt).map_err(|_unspecified| {
            tracing::error!("the system gives no randomness");
            Problem::new(Code::Internal)
        })?;
        let shop = &ticket.shop;
        let creditor = Party {
            name: shop.name.clone(),
            account: shop.id.clone(),
        };
        let parties = Parties {
            debtor: request.debtor.clone(),
            debtor_agent: request.debtor_agent.clone(),
            creditor,
            payload: shop.payload.clone(),
            salt: hex(&salt),
        };
        let parties = serde_json::to_vec(&parties).map_err(|_unfit| Code::Internal)?;
        Ok(Self {
            parties,
            account: request.debtor.account.clone(),
            shop: shop.id.clone(),
        })
    }

    /// Nothing that leaves here for the journal tells a name to who has no key.
    fn seal(&self, hub: &Hub, id: ItemId, sides: Sides, plain: Digest) -> Result<Sealed, Problem> {
        let (payer, payee) = (sides.payer.0, sides.payee.0);
        let vault = &hub.shared().vault;
        let broken = |error| hidden("seal the data of parties", &error, Code::Internal);
        let month = month(hub.now());
        let item = id.0.to_be_bytes();
        let row = vault
            .seal(item, payer, month, &self.parties)
            .map_err(broken)?;
        let payer_key = vault.pseudonym(payer, &self.account).map_err(broken)?;
        let shop = vault.shop_pseudonym(payee, &self.shop).map_err(broken)?;
        let request = vault.request_digest(payer, &plain.0).map_err(broken)?;
        let commitment = Hashing::commitment(&self.parties);
        Ok(Sealed {
            row,
            commitment,
            payer_key: PayerKey(payer_key),
            shop: ShopKey(shop),
            request: Digest(request),
        })
    }
}
