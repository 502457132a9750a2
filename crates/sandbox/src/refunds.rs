//! Refunds that our shops give: the mirror of a payment. The shop's money is held and the refund
//! written down in one commit before the hub is asked, and its final word is booked once, whether
//! it comes as an answer, as the answer of a later look or as an outcome.
//!
//! A refund that we gave up because the hub had refused our copies may still complete: a copy that
//! was believed lost arrived after all. The hub's word is final and is always acknowledged, so the
//! refund then counts as completed, and what the link is owed waits in `suspense`, because the
//! shop has had its money back and only a person can ask for it.

use wire::api::{AskKind, LegView, Outcome, RefundView, StateView};

use crate::bakong::{self, Movement};
use crate::ledger::{Books, CreditStatus, Internal, Line, RefundRow, RefundStatus, Step, signed};
use crate::legs::Legs;
use crate::outcomes;
use crate::site::Site;
use crate::trouble::{Trouble, Word, broken};

/// A refund that is in the books.
#[derive(Clone, Debug)]
pub(crate) enum Held {
    /// Written down now.
    Now(RefundRow),
    /// It was there already, as it stands.
    Before(RefundRow),
}

/// Holds the shop's money for a refund and writes the refund down, before it is asked for;
/// repeated, it changes nothing.
pub(crate) fn hold(books: &Books<'_>, site: &Site, row: &RefundRow) -> Result<Held, Trouble> {
    if let Some(before) = books.refund(&row.id)? {
        if before.payment_id != row.payment_id || before.gives != row.gives {
            return Err(Word::RefundIdConflict.into());
        }
        return Ok(Held::Before(before));
    }
    let sale = books.credit(&row.payment_id)?.ok_or(Word::PaymentUnknown)?;
    if sale.kind != AskKind::Payment || sale.status != CreditStatus::Credited {
        return Err(Word::PaymentNotCompleted.into());
    }
    let (before, _completed) = books.refunded(&row.payment_id)?;
    let after = before.saturating_add(signed(row.gives.amount));
    if row.gives.currency != sale.gets.currency || after > signed(sale.instructed.amount) {
        return Err(Word::RefundTooLarge.into());
    }
    let row = RefundRow {
        account: sale.account,
        ..row.clone()
    };
    let gives = row.gives;
    let lines = [
        Line::debit(&row.account, gives.currency, gives.amount),
        Line::internal(
            Internal::Hold,
            gives.currency,
            i128::from(gives.amount.minor()),
        ),
    ];
    books.post((Step::RefundHold, &row.id), &lines, site.now_ms())?;
    books.put_refund(&row)?;
    Ok(Held::Now(row))
}

/// Learns what the hub answered about a refund of ours.
pub(crate) fn learn(
    books: &Books<'_>,
    site: &Site,
    view: &RefundView,
) -> Result<RefundRow, Trouble> {
    let row = books.refund(&view.refund_id)?.ok_or(Word::PaymentUnknown)?;
    books.set_refund_view(&row.id, view)?;
    let status = match view.state {
        StateView::Completed => RefundStatus::Completed,
        StateView::Cancelled => RefundStatus::Cancelled,
        StateView::Refused => RefundStatus::Refused,
        StateView::Waiting | StateView::Reserved | StateView::Asked | StateView::InDoubt => {
            RefundStatus::Sent
        }
    };
    finish(books, site, &row, status, &view.legs)?;
    books
        .refund(&view.refund_id)?
        .ok_or_else(|| broken("a refund is gone"))
}

/// Books an outcome of a refund of ours.
pub(crate) fn outcome(books: &Books<'_>, site: &Site, outcome: &Outcome) -> Result<(), Trouble> {
    let completed = outcome.state == StateView::Completed;
    let Some(row) = books.refund(&outcome.id)? else {
        return if completed {
            outcomes::suspend(books, site, outcome)
        } else {
            Ok(())
        };
    };
    let status = if completed {
        RefundStatus::Completed
    } else {
        RefundStatus::Cancelled
    };
    finish(books, site, &row, status, &outcome.legs)
}

/// Books the final word on a refund once; `Sent` is no final word and changes nothing.
pub(crate) fn finish(
    books: &Books<'_>,
    site: &Site,
    row: &RefundRow,
    status: RefundStatus,
    legs: &[LegView],
) -> Result<(), Trouble> {
    match (row.status, status) {
        (_, RefundStatus::Sent) => return Ok(()),
        (RefundStatus::Sent, RefundStatus::Completed) => {
            let lines = Legs::read_some(site.me(), legs)?.refunder_lines(row.gives);
            if books.post((Step::RefundGive, &row.id), &lines, site.now_ms())? && site.is_bank() {
                let (from, to) = (row.account.clone(), site.link_account());
                let (money, item) = (row.gives, row.id.clone());
                let movement = Movement {
                    from,
                    to,
                    money,
                    item,
                    code: None,
                };
                bakong::record(books, &movement, site.now_ms())?;
            }
        }
        (RefundStatus::Sent, RefundStatus::Cancelled | RefundStatus::Refused) => {
            let gives = row.gives;
            let held = i128::from(gives.amount.minor()).saturating_neg();
            let lines = [
                Line::internal(Internal::Hold, gives.currency, held),
                Line::credit(&row.account, gives.currency, gives.amount),
            ];
            books.post((Step::RefundRelease, &row.id), &lines, site.now_ms())?;
        }
        (RefundStatus::Refused, RefundStatus::Completed) => {
            outcomes::suspend_step(books, site, (Step::RefundGive, &row.id), legs)?;
        }
        (RefundStatus::Completed, RefundStatus::Completed)
        | (
            RefundStatus::Cancelled | RefundStatus::Refused,
            RefundStatus::Cancelled | RefundStatus::Refused,
        ) => return Ok(()),
        (before, after) => {
            return Err(broken(format!(
                "refund `{}` was {before:?}, now {after:?}",
                row.id
            )));
        }
    }
    books.set_refund(&row.id, status)
}
