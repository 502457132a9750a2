//! The object that `spean sandbox --once --json` prints; its schema is docs/sandbox.schema.json.

use serde::Serialize;
use wire::api::{Identity, Money, Rate, StateView, WindowStatus};

use super::settlement::{Reconciled, left_on_control};
use super::{Paid, Story};
use crate::desk::api::DeskState;

/// Version of this object.
const VERSION: u32 = 1;

/// Everything that a program may want to check about the story.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    version: u32,
    payments: Vec<PaymentLine>,
    refunds: Vec<RefundLine>,
    nets: Vec<NetLine>,
    ledgers: Vec<LedgerLine>,
    windows: Vec<WindowLine>,
    reconciliation: ReconciliationLine,
    identities: Vec<Identity>,
}

#[derive(Clone, Debug, Serialize)]
struct WindowLine {
    id: u64,
    status: WindowStatus,
    nets: Vec<NetLine>,
    control_sum: String,
}

#[derive(Clone, Debug, Serialize)]
struct ReconciliationLine {
    matched: u64,
    breaks: u64,
}

#[derive(Clone, Debug, Serialize)]
struct PaymentLine {
    id: String,
    direction: &'static str,
    payload: String,
    state: StateView,
    amount: Money,
    payer_amount: Money,
    shop_receives: Money,
    rate: Rate,
    reference_rate: Rate,
    margin_percent: String,
    total_cost_percent: String,
    sequence: Option<u64>,
    receipt: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct RefundLine {
    id: String,
    payment: String,
    state: DeskState,
    amount: Money,
    payer_amount: Option<Money>,
}

#[derive(Clone, Debug, Serialize)]
struct NetLine {
    currency: String,
    participant: String,
    amount: String,
}

#[derive(Clone, Debug, Serialize)]
struct LedgerLine {
    participant: String,
    account: String,
    currency: String,
    amount: String,
}

pub(super) fn of(story: &Story) -> Report {
    let nets = story.positions.positions.iter().map(|position| NetLine {
        currency: position.currency.clone(),
        participant: position.participant.clone(),
        amount: position.net.clone(),
    });
    let ledgers = story.books.iter().flat_map(|books| {
        books.accounts.iter().map(|account| LedgerLine {
            participant: books.participant.clone(),
            account: account.account.clone(),
            currency: account.currency.clone(),
            amount: account.amount.clone(),
        })
    });
    let refund = &story.refund.shop;
    Report {
        version: VERSION,
        payments: story.payments.iter().map(payment).collect(),
        refunds: vec![RefundLine {
            id: refund.refund_id.clone(),
            payment: refund.payment_id.clone(),
            state: refund.state,
            amount: refund.amount.clone(),
            payer_amount: refund
                .refund
                .as_ref()
                .map(|refund| refund.payer_amount.clone()),
        }],
        nets: nets.collect(),
        ledgers: ledgers.collect(),
        windows: vec![window(story)],
        reconciliation: reconciliation(story),
        identities: story.identities.clone(),
    }
}

fn window(story: &Story) -> WindowLine {
    let end = story.settled.as_ref().map(|end| &end.window);
    let window = end.unwrap_or(&story.instructed.window);
    let nets = window.nets.iter().map(|net| NetLine {
        currency: net.currency.clone(),
        participant: net.participant.clone(),
        amount: net.amount.clone(),
    });
    WindowLine {
        id: window.id,
        status: window.status,
        nets: nets.collect(),
        control_sum: left_on_control(window).to_string(),
    }
}

fn reconciliation(story: &Story) -> ReconciliationLine {
    let end = story.settled.as_ref().map(|end| end.reconciled);
    let Reconciled { matched, breaks } = end.unwrap_or_default();
    ReconciliationLine { matched, breaks }
}

fn payment(paid: &Paid) -> PaymentLine {
    let quote = &paid.quoted.quote;
    PaymentLine {
        id: paid.quoted.payment_id.clone(),
        direction: paid.direction,
        payload: paid.payload.clone(),
        state: paid.hub.state,
        amount: quote.amount.clone(),
        payer_amount: quote.payer_amount.clone(),
        shop_receives: quote.shop_receives.clone(),
        rate: quote.rate.clone(),
        reference_rate: quote.reference_rate.clone(),
        margin_percent: quote.margin_percent.clone(),
        total_cost_percent: quote.total_cost_percent.clone(),
        sequence: paid.hub.sequence,
        receipt: paid.hub.receipt.clone(),
    }
}
