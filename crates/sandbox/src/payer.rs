//! The payer's side: our customer pays.
//!
//! Doctrine. The order of the steps is the whole protocol:
//!
//! 1. *Remember the quote*, durably, under the payment id that we chose.
//! 2. *Hold, then send.* The customer's money is set aside and the payment marked `sent` in one
//!    commit, before the first byte leaves. A crash in between leaves a held, unsent payment, and
//!    the reconciler sends it: sending is idempotent, holding twice is impossible. Sending before
//!    holding would promise money that the customer may spend meanwhile.
//! 3. *Ask until the hub's word is final.* No answer, a broken answer and `busy` mean nothing. A
//!    refusal of the request itself is not an outcome either, because an earlier copy of it may
//!    stand: we ask the hub to cancel, and its answer is the outcome.
//! 4. *Book the final word once.* The word may come as the answer, as the answer of a later look
//!    and as an outcome of our stream, in any order; whichever is first books the entry, and the
//!    others find it booked. Money is released only on `cancelled` or `refused` from the hub,
//!    never on a time of our own.
//!
//! A refund of such a payment comes back as an ask and is the payee side's protocol with our
//! customer as the creditor.

use wire::api::{LegView, Outcome, PaymentView, StateView};

use crate::bakong::{self, Movement};
use crate::ledger::{Books, Internal, Line, PaymentRow, PaymentStatus, Step};
use crate::legs::Legs;
use crate::outcomes;
use crate::site::Site;
use crate::trouble::{Trouble, Word, broken};

/// Holds the customer's money for a quoted payment and marks it sent; repeated, it changes
/// nothing and gives the payment as it stands.
pub(crate) fn hold(
    books: &Books<'_>,
    site: &Site,
    id: &str,
    account: &str,
) -> Result<PaymentRow, Trouble> {
    let row = books.payment(id)?.ok_or(Word::PaymentUnknown)?;
    if row.account != account {
        return Err(Word::PaymentForeign.into());
    }
    if row.status != PaymentStatus::Quoted {
        return Ok(row);
    }
    let holder = books
        .account(account, row.payer.currency)?
        .ok_or(Word::CustomerUnknown)?;
    if holder.closed {
        return Err(Word::AccountClosed.into());
    }
    let payer = row.payer;
    let lines = [
        Line::debit(account, payer.currency, payer.amount),
        Line::internal(
            Internal::Hold,
            payer.currency,
            i128::from(payer.amount.minor()),
        ),
    ];
    books.post((Step::Hold, id), &lines, site.now_ms())?;
    books.set_payment(id, PaymentStatus::Sent)?;
    Ok(PaymentRow {
        status: PaymentStatus::Sent,
        ..row
    })
}

/// Learns what the hub answered about a payment of ours.
pub(crate) fn learn(
    books: &Books<'_>,
    site: &Site,
    view: &PaymentView,
) -> Result<PaymentRow, Trouble> {
    let row = books
        .payment(&view.payment_id)?
        .ok_or(Word::PaymentUnknown)?;
    books.set_payment_view(&row.id, Some(view), view.receipt.as_deref())?;
    let status = match view.state {
        StateView::Completed => PaymentStatus::Completed,
        StateView::Cancelled => PaymentStatus::Cancelled,
        StateView::Refused => PaymentStatus::Refused,
        StateView::Waiting | StateView::Reserved | StateView::Asked | StateView::InDoubt => {
            PaymentStatus::Sent
        }
    };
    if status != PaymentStatus::Sent {
        finish(books, site, &row, status, &view.legs)?;
    }
    books
        .payment(&view.payment_id)?
        .ok_or_else(|| broken("a payment is gone"))
}

/// Books an outcome of a payment of ours.
pub(crate) fn outcome(books: &Books<'_>, site: &Site, outcome: &Outcome) -> Result<(), Trouble> {
    let completed = outcome.state == StateView::Completed;
    let Some(row) = books.payment(&outcome.id)? else {
        return if completed {
            outcomes::suspend(books, site, outcome)
        } else {
            Ok(())
        };
    };
    books.set_payment_view(&row.id, None, outcome.receipt.as_deref())?;
    if completed && row.status == PaymentStatus::Quoted {
        // Somebody used our key past these books; nothing is held, but the link is owed.
        return outcomes::suspend(books, site, outcome);
    }
    let status = if completed {
        PaymentStatus::Completed
    } else {
        PaymentStatus::Cancelled
    };
    finish(books, site, &row, status, &outcome.legs)
}

/// Books the final word once.
fn finish(
    books: &Books<'_>,
    site: &Site,
    row: &PaymentRow,
    status: PaymentStatus,
    legs: &[LegView],
) -> Result<(), Trouble> {
    match (row.status, status) {
        (PaymentStatus::Sent, PaymentStatus::Completed) => complete(books, site, row, legs)?,
        (PaymentStatus::Sent, PaymentStatus::Cancelled | PaymentStatus::Refused) => {
            release(books, site, row)?;
        }
        // The offer was never used; only its id is spent.
        (PaymentStatus::Quoted, PaymentStatus::Cancelled | PaymentStatus::Refused) => {}
        (before, after) if before == after => return Ok(()),
        // The hub may call the same end refused in an answer and cancelled in an outcome.
        (
            PaymentStatus::Cancelled | PaymentStatus::Refused,
            PaymentStatus::Cancelled | PaymentStatus::Refused,
        ) => return Ok(()),
        (before, after) => {
            return Err(broken(format!(
                "payment `{}` was {before:?}, now {after:?}",
                row.id
            )));
        }
    }
    books.set_payment(&row.id, status)
}

fn complete(
    books: &Books<'_>,
    site: &Site,
    row: &PaymentRow,
    legs: &[LegView],
) -> Result<(), Trouble> {
    let lines = Legs::read_some(site.me(), legs)?.payer_lines(row.payer);
    if books.post((Step::Pay, &row.id), &lines, site.now_ms())? && site.is_bank() {
        let (from, to) = (row.account.clone(), site.link_account());
        let movement = Movement {
            from,
            to,
            money: row.payer,
            item: row.id.clone(),
            code: None,
        };
        bakong::record(books, &movement, site.now_ms())?;
    }
    Ok(())
}

fn release(books: &Books<'_>, site: &Site, row: &PaymentRow) -> Result<(), Trouble> {
    let payer = row.payer;
    let held = i128::from(payer.amount.minor()).saturating_neg();
    let lines = [
        Line::internal(Internal::Hold, payer.currency, held),
        Line::credit(&row.account, payer.currency, payer.amount),
    ];
    books.post((Step::Release, &row.id), &lines, site.now_ms())?;
    Ok(())
}
