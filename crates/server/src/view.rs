//! Items as one of their parties sees them.
//!
//! Looking goes in two steps. On the writer's thread the few facts are copied ([`Seen`]);
//! names, percentages and evidence are worked out afterwards, where nobody waits for it.

use engine::View;
use money::{Amount, Percent};
use projection::PastItem;
use switch::{
    Closed, Decided, Item, ItemId, Kind, Leg, LegKind, ParticipantId, Quote, State, Terms,
};
use wire::api;
use wire::error::{Code, Problem};

use crate::convert::{self, Subject, rate_view, share, time_text, uuid_text, view};
use crate::evidence::Evidence;
use crate::hub::{Directory, Hub};

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Viewer {
    pub(crate) id: ParticipantId,
    pub(crate) is_operator: bool,
}

/// An item and what of the core belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) item: Item,
    pub(crate) legs: Vec<Leg>,
    pub(crate) corridor: String,
    /// What went back of a payment: of the price, and of what was exchanged for it.
    pub(crate) refunded: (Amount, Amount),
    /// Where the parties' data is: the batch and the id of the payment itself.
    pub(crate) parties: (u64, ItemId),
}

/// What there is under an id.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    Item(Box<Seen>),
    /// Used up for the viewer without ever having been an item.
    Closed(Closed),
}

impl Seen {
    /// An item that is in memory.
    pub(crate) fn of(view: &View<'_>, id: ItemId) -> Option<Self> {
        let item = view.switch.item(id)?.clone();
        Some(Self::made(view, item, (Amount::ZERO, Amount::ZERO)))
    }

    /// An item of the tables.
    pub(crate) fn of_past(view: &View<'_>, past: PastItem) -> Self {
        Self::made(view, past.item, past.refunded)
    }

    /// While one refund of a payment is in memory the books hold all that went back; when none
    /// is, the tables do.
    fn made(view: &View<'_>, item: Item, past: (Amount, Amount)) -> Self {
        let switch = view.switch;
        let payment = match item.kind {
            Kind::Payment => item.id,
            Kind::Refund { payment } => payment,
        };
        let corridor = switch.corridor(item.terms.corridor);
        let posted = |currency, past| {
            let refunded = switch.refunded(payment, currency);
            refunded.map_or(past, |refunded| refunded.posted)
        };
        let terms = &item.terms;
        Self {
            legs: switch.legs(&item),
            corridor: corridor
                .map(|corridor| corridor.name.clone())
                .unwrap_or_default(),
            refunded: (
                posted(terms.amount.currency, past.0),
                posted(terms.principal.currency, past.1),
            ),
            parties: (item.parties_seq, payment),
            item,
        }
    }

    pub(crate) fn is_party(&self, id: ParticipantId) -> bool {
        let item = &self.item;
        item.requester == id || item.creditor == id || item.terms.fx == id
    }

    /// Whether the viewer may hold the receipt: both sides may, the FX provider may not.
    pub(crate) fn shows_receipt_to(&self, viewer: Viewer) -> bool {
        let terms = &self.item.terms;
        viewer.is_operator || terms.payer == viewer.id || terms.payee == viewer.id
    }
}

impl Found {
    /// What is in memory under an id, if it is what is meant and the viewer may see it; strangers
    /// hear that there is nothing.
    pub(crate) fn of(
        view: &View<'_>,
        viewer: Viewer,
        id: ItemId,
        is_right: impl Fn(&Item) -> bool,
    ) -> Option<Self> {
        match Seen::of(view, id) {
            Some(seen) if is_right(&seen.item) => {
                let may = viewer.is_operator || seen.is_party(viewer.id);
                may.then(|| Found::Item(Box::new(seen)))
            }
            Some(_other) => None,
            None => {
                let closed = view.switch.closed(viewer.id, id);
                closed.copied().map(Found::Closed)
            }
        }
    }
}

impl Hub {
    /// A payment's view, with its evidence read from the journal.
    pub(crate) async fn payment_view(
        &self,
        viewer: Viewer,
        found: Found,
        id: ItemId,
    ) -> Result<api::PaymentView, Problem> {
        match found {
            Found::Closed(closed) => {
                let hash = self
                    .blocking(move |hub| hub.hash_text(closed.at.seq))
                    .await?;
                Ok(closed_payment(id, &closed, hash))
            }
            Found::Item(seen) => {
                let mut views = self.payment_views(viewer, vec![*seen]).await?;
                views.pop().ok_or_else(|| Problem::new(Code::Internal))
            }
        }
    }

    pub(crate) async fn payment_views(
        &self,
        viewer: Viewer,
        seen: Vec<Seen>,
    ) -> Result<Vec<api::PaymentView>, Problem> {
        self.blocking(move |hub| {
            let directory = hub.directory();
            let one = |seen: &Seen| {
                let evidence = hub.evidence(seen, seen.shows_receipt_to(viewer))?;
                Ok(payment(seen, viewer, evidence, &directory))
            };
            seen.iter().map(one).collect()
        })
        .await
    }

    pub(crate) async fn refund_view(
        &self,
        viewer: Viewer,
        seen: Seen,
    ) -> Result<api::RefundView, Problem> {
        self.blocking(move |hub| {
            let evidence = hub.evidence(&seen, false)?;
            Ok(refund(&seen, viewer, evidence, &hub.directory()))
        })
        .await
    }
}

fn payment(
    seen: &Seen,
    viewer: Viewer,
    evidence: Evidence,
    directory: &Directory,
) -> api::PaymentView {
    let item = &seen.item;
    let Ending {
        reason,
        decided_at,
        sequence,
        window,
        deadline,
    } = Ending::of(item);
    let refunded = (item.state == State::Completed).then(|| refunded(seen));
    api::PaymentView {
        payment_id: uuid_text(item.id),
        state: state(item.state),
        reason,
        deadline,
        created_at: time_text(item.created.now),
        decided_at,
        sequence,
        hash: evidence.hash,
        window,
        terms: Some(terms(seen, directory)),
        legs: own_legs(seen, viewer, directory),
        refunded,
        receipt: evidence.receipt,
    }
}

fn refund(
    seen: &Seen,
    viewer: Viewer,
    evidence: Evidence,
    directory: &Directory,
) -> api::RefundView {
    let item = &seen.item;
    let Ending {
        reason,
        decided_at,
        sequence,
        window,
        deadline,
    } = Ending::of(item);
    api::RefundView {
        refund_id: uuid_text(item.id),
        payment_id: uuid_text(seen.parties.1),
        state: state(item.state),
        reason,
        deadline,
        amount: view(item.amount),
        payer_amount: view(item.payer_amount),
        legs: own_legs(seen, viewer, directory),
        created_at: time_text(item.created.now),
        decided_at,
        sequence,
        hash: evidence.hash,
        window,
    }
}

fn closed_payment(id: ItemId, closed: &Closed, hash: String) -> api::PaymentView {
    api::PaymentView {
        payment_id: uuid_text(id),
        state: state(closed.state),
        reason: Some(convert::why_closed(closed, Subject::Payment)),
        deadline: None,
        created_at: time_text(closed.at.now),
        decided_at: Some(time_text(closed.at.now)),
        sequence: Some(closed.at.seq),
        hash: Some(hash),
        window: None,
        terms: None,
        legs: Vec::new(),
        refunded: None,
        receipt: None,
    }
}

/// How an item ended, or when the next decision falls.
struct Ending {
    reason: Option<api::WhyView>,
    decided_at: Option<String>,
    sequence: Option<u64>,
    window: Option<u64>,
    deadline: Option<String>,
}

impl Ending {
    fn of(item: &Item) -> Self {
        let deadline = (!item.state.is_final()).then(|| time_text(item.deadline));
        let decided = item.decided;
        Self {
            reason: why(item),
            decided_at: decided.map(|decided: Decided| time_text(decided.at.now)),
            sequence: decided.map(|decided| decided.at.seq),
            window: decided
                .and_then(|decided| decided.window)
                .map(|window| window.0),
            deadline,
        }
    }
}

/// Why it was cancelled, and which side must act.
pub(crate) fn why(item: &Item) -> Option<api::WhyView> {
    let (payer, payee) = ("payer_participant", "payee_participant");
    let (requester, creditor) = match item.kind {
        Kind::Payment => (payer, payee),
        Kind::Refund { .. } => (payee, payer),
    };
    let reason = item.decided?.reason?;
    Some(convert::why(reason, requester, creditor))
}

pub(crate) fn state(state: State) -> api::StateView {
    match state {
        State::Waiting => api::StateView::Waiting,
        // Nothing is shown before it is reserved.
        State::Unknown | State::Reserved => api::StateView::Reserved,
        State::Asked => api::StateView::Asked,
        State::InDoubt => api::StateView::InDoubt,
        State::Completed => api::StateView::Completed,
        State::Cancelled => api::StateView::Cancelled,
        State::Refused => api::StateView::Refused,
    }
}

pub(crate) fn refunded(seen: &Seen) -> api::Refunded {
    let terms = &seen.item.terms;
    let (of_price, of_paid) = seen.refunded;
    api::Refunded {
        amount: convert::coins(terms.amount.currency, of_price),
        payer_amount: convert::coins(terms.principal.currency, of_paid),
    }
}

/// The viewer's own legs; an operator sees all.
pub(crate) fn own_legs(seen: &Seen, viewer: Viewer, directory: &Directory) -> Vec<api::LegView> {
    let is_own =
        |leg: &&Leg| viewer.is_operator || leg.owes == viewer.id || leg.is_owed == viewer.id;
    let shown = seen.legs.iter().filter(is_own).map(|leg| api::LegView {
        kind: leg_kind(leg.kind).to_owned(),
        owes: directory.name(leg.owes),
        is_owed: directory.name(leg.is_owed),
        amount: view(leg.money),
    });
    shown.collect()
}

fn leg_kind(kind: LegKind) -> &'static str {
    match kind {
        LegKind::Exchange => "exchange",
        LegKind::SwitchFee => "switch_fee",
        LegKind::Acquirer => "acquirer",
        LegKind::IssuerShare => "issuer_share",
        LegKind::SwitchShare => "switch_share",
        LegKind::RefundIn | LegKind::RefundOut => "refund",
        LegKind::Break => "break",
    }
}

fn terms(seen: &Seen, directory: &Directory) -> api::Terms {
    let terms = &seen.item.terms;
    let paid = terms.payer_amount().unwrap_or(terms.principal);
    api::Terms {
        corridor: seen.corridor.clone(),
        corridor_version: terms.corridor.version,
        payer: directory.name(terms.payer),
        payee: directory.name(terms.payee),
        fx_provider: directory.name(terms.fx),
        amount: view(terms.amount),
        shop_receives: view(terms.shop_receives()),
        payer_amount: view(paid),
        payer_principal: view(terms.principal),
        rate: rate_view(terms.rate),
        reference_rate: rate_view(terms.reference),
        margin_percent: percent(Percent::margin(terms.rate, terms.reference)),
        total_cost_percent: percent(Percent::total_cost(paid, terms.amount, terms.reference)),
        fees: fees(terms, directory),
    }
}

/// A quote's view; the token is the caller's to add.
pub(crate) fn quote(
    quote: &Quote,
    corridor: String,
    token: String,
    directory: &Directory,
) -> api::QuoteView {
    let terms = &quote.terms;
    let cost = Percent::total_cost(quote.payer_amount, terms.amount, terms.reference);
    api::QuoteView {
        payment_id: uuid_text(quote.id),
        quote: token,
        expires_at: time_text(quote.expires_at),
        corridor,
        corridor_version: terms.corridor.version,
        amount: view(terms.amount),
        shop_receives: view(terms.shop_receives()),
        payer_amount: view(quote.payer_amount),
        payer_principal: view(terms.principal),
        rate: rate_view(terms.rate),
        reference_rate: rate_view(terms.reference),
        margin_percent: percent(Percent::margin(terms.rate, terms.reference)),
        total_cost_percent: percent(cost),
        fx_provider: directory.name(terms.fx),
        fees: fees(terms, directory),
    }
}

/// Rates of one pair always compare; the text is only there to have no panic.
fn percent(percent: Option<Percent>) -> String {
    percent.map_or_else(|| "0.000".to_owned(), |percent| percent.to_string())
}

/// Every fee that is not nothing, with who bears it and who gets it.
fn fees(terms: &Terms, directory: &Directory) -> Vec<api::Fee> {
    let (payer, payee) = (directory.name(terms.payer), directory.name(terms.payee));
    let house = directory.name(directory.house());
    let (paid, price) = (terms.principal.currency, terms.amount.currency);
    let acquirer = terms.merchant_fee.saturating_sub(terms.issuer_share);
    let acquirer = acquirer.saturating_sub(terms.switch_share);
    let rows = [
        (
            "customer_fee",
            "payer",
            payer.clone(),
            share(paid, terms.customer_fee),
        ),
        (
            "switch_fee",
            "payer_participant",
            house.clone(),
            share(paid, terms.switch_fee),
        ),
        ("merchant_fee", "merchant", payee, share(price, acquirer)),
        (
            "merchant_fee",
            "merchant",
            payer,
            share(price, terms.issuer_share),
        ),
        (
            "merchant_fee",
            "merchant",
            house,
            share(price, terms.switch_share),
        ),
    ];
    let fee = |(kind, borne_by, paid_to, amount): (&str, &str, String, Option<api::Money>)| {
        let (kind, borne_by) = (kind.to_owned(), borne_by.to_owned());
        amount.map(|amount| api::Fee {
            kind,
            borne_by,
            paid_to,
            amount,
        })
    };
    rows.into_iter().filter_map(fee).collect()
}
