//! From rows of the ledger to what the desk shows.

use money::{Amount, Money};
use participant::edge;

use super::api::{
    BookAccount, Books as BooksShown, CodeShown, Customer, DeskState, LinkNet, Sale, Shop,
    ShopRefund, WalletPayment,
};
use crate::ledger::{
    Account, AccountKind, Books, CodeRow, CreditRow, Internal, PaymentRow, PaymentStatus,
    RefundRow, RefundStatus, ShopRow,
};
use crate::site::Site;
use crate::text::{money_out, signed_out};
use crate::trouble::Trouble;

pub(super) fn customer(account: Account) -> Customer {
    Customer {
        balance: signed_out(account.currency, account.balance),
        account: account.account,
        name: account.holder.unwrap_or_default(),
        currency: account.currency.alpha().to_owned(),
        tourist: account.tourist,
        closed: account.closed,
        simulated: true,
    }
}

pub(super) fn payment(books: &Books<'_>, row: PaymentRow) -> Result<WalletPayment, Trouble> {
    let nothing = Money::new(row.payer.currency, Amount::ZERO);
    let (debited, held, state) = match row.status {
        PaymentStatus::Quoted => (nothing, nothing, DeskState::Quoted),
        PaymentStatus::Sent => (nothing, row.payer, DeskState::Sent),
        PaymentStatus::Completed => (row.payer, nothing, DeskState::Completed),
        PaymentStatus::Cancelled => (nothing, nothing, DeskState::Cancelled),
        PaymentStatus::Refused => (nothing, nothing, DeskState::Refused),
    };
    let refunded = minor(books.refunds_booked(&row.id)?);
    Ok(WalletPayment {
        payment_id: row.id,
        account: row.account,
        state,
        quote: row.quote,
        payment: row.view,
        customer_debited: money_out(debited),
        customer_held: money_out(held),
        customer_refunded: money_out(Money::new(row.payer.currency, refunded)),
        receipt: row.receipt,
        simulated: true,
    })
}

pub(super) fn shop(row: ShopRow, published: bool) -> Shop {
    Shop {
        shop: row.account.clone(),
        account: row.account,
        name: row.name,
        name_local: row.name_local,
        city: row.city,
        category: row.category,
        currency: row.currency.alpha().to_owned(),
        accepts_foreign: row.accepts_foreign,
        payload: row.payload,
        published,
        simulated: true,
    }
}

pub(super) fn code(row: CodeRow) -> CodeShown {
    CodeShown {
        shop: row.account,
        payload: row.payload,
        amount: money_out(row.price),
        bill: row.bill,
        expires_at: edge::rfc3339(row.expires_ms),
        simulated: true,
    }
}

pub(super) fn refund(row: RefundRow) -> ShopRefund {
    let state = match row.status {
        RefundStatus::Sent => DeskState::Sent,
        RefundStatus::Completed => DeskState::Completed,
        RefundStatus::Cancelled => DeskState::Cancelled,
        RefundStatus::Refused => DeskState::Refused,
    };
    ShopRefund {
        refund_id: row.id,
        payment_id: row.payment_id,
        state,
        amount: money_out(row.gives),
        refund: row.view,
        simulated: true,
    }
}

pub(super) fn sale(books: &Books<'_>, row: CreditRow) -> Result<Sale, Trouble> {
    let (_all, refunded) = books.refunded(&row.id)?;
    let currency = row.gets.currency;
    let fee = row.instructed.amount.saturating_sub(row.gets.amount);
    Ok(Sale {
        payment_id: row.id,
        amount: money_out(row.instructed),
        fee: money_out(Money::new(currency, fee)),
        received: money_out(row.gets),
        refunded: money_out(Money::new(currency, minor(refunded))),
        time: edge::rfc3339(row.at_ms),
    })
}

pub(super) fn books(books: &Books<'_>, site: &Site) -> Result<BooksShown, Trouble> {
    let accounts = books.accounts()?.into_iter().map(book_account).collect();
    let nets = books
        .link_net()?
        .into_iter()
        .map(|(currency, minor)| LinkNet {
            currency: currency.alpha().to_owned(),
            amount: signed_out(currency, minor),
        });
    Ok(BooksShown {
        participant: site.me().to_owned(),
        simulated: true,
        accounts,
        link_net: nets.collect(),
        trial_balance_holds: books.trial_balance_holds()?,
        state_hash: books.state_hash()?,
        outcome_sequence: books.outcome_last()?,
    })
}

fn book_account(account: Account) -> BookAccount {
    let grows_by_debit = account.kind == AccountKind::Internal
        && Internal::ALL
            .iter()
            .any(|own| own.name() == account.account && own.grows_by_debit());
    let balance = account.balance;
    let shown = if grows_by_debit {
        balance.saturating_neg()
    } else {
        balance
    };
    BookAccount {
        account: account.account,
        holder: account.holder,
        kind: account.kind.name().to_owned(),
        currency: account.currency.alpha().to_owned(),
        amount: signed_out(account.currency, shown),
    }
}

/// Sums of positive columns; nothing for what cannot be.
fn minor(sum: i64) -> Amount {
    u64::try_from(sum)
        .ok()
        .and_then(Amount::from_minor)
        .unwrap_or(Amount::ZERO)
}
