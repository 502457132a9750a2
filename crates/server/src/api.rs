//! The operations, one file for each thing that they are about. Every signed one goes the same
//! way: role or ownership, then strict JSON, then the work; so who may not ask learns nothing.

pub(crate) mod action;

pub(crate) mod event;

pub(crate) mod figures;

pub(crate) mod merchant;

pub(crate) mod page;

pub(crate) mod pay;

pub(crate) mod payment;

pub(crate) mod public;

pub(crate) mod quote;

pub(crate) mod rate;

pub(crate) mod receipt;

pub(crate) mod refund;

pub(crate) mod report;

pub(crate) mod scan;

pub(crate) mod statement;

pub(crate) mod stuck;

mod wait;

pub(crate) mod webhook;

pub(crate) mod window;

use axum::response::Response;

use crate::gate::Refused;

/// What an operation gives.
pub(crate) type Served = Result<Response, Refused>;

/// Tags of the document, in reading order.
pub(crate) const TAGS: &[(&str, &str)] = &[
    (
        "payments",
        "Scan, quote, pay, cancel, refund: what a payer's and a payee's side do.",
    ),
    ("registry", "Rates and shops: what participants publish."),
    (
        "reports",
        "Positions, the audit of the books, and figures for the authorities.",
    ),
    (
        "settlement",
        "Windows, what each owes and gets in them, and how far liquidity reaches.",
    ),
    (
        "operators",
        "What is open, and actions: one operator proposes, another approves.",
    ),
    (
        "events",
        "Streams of events and webhooks: being notified of outcomes, beside the callbacks.",
    ),
    (
        "public",
        "For everybody, unsigned: receipts, keys, documentation and health.",
    ),
];
