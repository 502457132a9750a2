//! The payee's side: our shop is paid, or our customer gets a refund.
//!
//! Doctrine. The order of the steps is the whole protocol:
//!
//! 1. *Decide an ask once.* The answer is written down before it is given, and the same ask gets
//!    the same answer for ever. `accepted` is an unconditional undertaking: from the commit on we
//!    owe the money if the hub completes it, so every reason to refuse is looked for before.
//! 2. *Reject what comes too late*: after `expires_at`, after any outcome for the id, and from a
//!    writer of the hub that a later one has followed. An ask that wandered through the network
//!    for a minute must not create a promise that nobody waits for, and a hub that was put back
//!    to an older state gets no new ones.
//! 3. *Tell nobody yet.* Neither the shop nor its account moves on `accepted`; merging asking and
//!    crediting is what makes other links guess after a lost answer.
//! 4. *Book on the outcome, acknowledge after the commit.* `completed` credits the shop,
//!    `cancelled` voids the undertaking (see `outcomes`).

use wire::api::{
    Ask, AskKind, Credit, CreditAnswer, CreditState, CreditVerdict, Outcome, Resolve, Resolved,
    StateView, StatusReason,
};
use wire::error::{Code, Problem};

use crate::bakong::{self, Movement};
use crate::codes;
use crate::ledger::{Books, CreditRow, CreditStatus, Step, signed};
use crate::legs::Legs;
use crate::limits::CODE_GRACE_MS;
use crate::outcomes;
use crate::site::Site;
use crate::text::money_in;
use crate::trouble::{Trouble, broken};

/// ISO 20022 external status reasons that this institution answers with.
mod reason {
    /// The creditor's account number is not one of ours.
    pub(super) const ACCOUNT_UNKNOWN: &str = "AC03";
    /// The account is closed.
    pub(super) const ACCOUNT_CLOSED: &str = "AC04";
    /// The account does not exist in that currency.
    pub(super) const CURRENCY_WRONG: &str = "AC09";
    /// The shop does not take payers from abroad.
    pub(super) const FORBIDDEN: &str = "AG01";
    /// The code was paid already.
    pub(super) const PAID_ALREADY: &str = "AM05";
    /// The amount is not what the code or the payment says.
    pub(super) const AMOUNT_WRONG: &str = "AM09";
    /// It came after its time or after the decision.
    pub(super) const TOO_LATE: &str = "AB05";
}

/// Says whose account it is.
pub(crate) fn resolve(
    books: &Books<'_>,
    site: &Site,
    resolve: &Resolve,
) -> Result<Resolved, Trouble> {
    let nobody = Resolved {
        found: false,
        accepting: false,
        name: String::new(),
        name_local: None,
        city: String::new(),
    };
    if site.scheme() != Some(resolve.scheme.as_str()) {
        return Ok(nobody);
    }
    let accounts = books.accounts_of(&resolve.account)?;
    let Some(first) = accounts.first() else {
        return Ok(nobody);
    };
    let shop = books.shop(&resolve.account)?;
    // Only the riel is paid from abroad at a bank, whatever accounts it holds (domain rule of
    // every sibling link), and only yen at the Japanese switch: the site's own currency.
    let wanted = site.currency();
    let open = accounts
        .iter()
        .any(|account| account.currency == wanted && !account.closed);
    let willing = shop.as_ref().is_none_or(|shop| shop.accepts_foreign);
    let accepting = open && willing && resolve.currency == wanted.alpha();
    let name = first.holder.clone().unwrap_or_default();
    let (name_local, city) = shop.map_or((None, String::new()), |s| (s.name_local, s.city));
    Ok(Resolved {
        found: true,
        accepting,
        name,
        name_local,
        city,
    })
}

/// Answers an ask; the answer is durable before it is given.
pub(crate) fn decide(books: &Books<'_>, site: &Site, ask: &Ask) -> Result<CreditAnswer, Trouble> {
    let wanted = read(ask).map_err(|problem| Trouble::Hub(Box::new(problem)))?;
    let of_present_writer = hear_writer(books, ask.epoch)?;
    if let Some(noted) = books.credit(&ask.id)? {
        let same = CreditRow {
            status: noted.status,
            reason: noted.reason.clone(),
            at_ms: noted.at_ms,
            ..wanted
        };
        if same != noted {
            let problem = Problem::new(Code::PaymentIdConflict);
            let problem = problem.with_detail("the id was asked before with another content");
            return Err(Trouble::Hub(Box::new(problem)));
        }
        return Ok(answer(&noted));
    }
    if !of_present_writer {
        // Not written down: the present writer may still ask about this id.
        return Ok(rejected(&ask.id, reason::TOO_LATE));
    }
    let refusal = refusal(books, site, ask, &wanted)?;
    let status = if refusal.is_some() {
        CreditStatus::Rejected
    } else {
        CreditStatus::Accepted
    };
    let reason = refusal.map(str::to_owned);
    let row = CreditRow {
        status,
        reason,
        at_ms: site.now_ms(),
        ..wanted
    };
    books.put_credit(&row)?;
    Ok(answer(&row))
}

/// Whether an ask is of the latest writer that we heard, and remembers a later one.
fn hear_writer(books: &Books<'_>, epoch: u64) -> Result<bool, Trouble> {
    const LATEST: &str = "epoch";
    let latest = match books.meta(LATEST)? {
        Some(text) => text
            .parse()
            .map_err(|_bad| broken("the writer's epoch in the books"))?,
        None => 0,
    };
    if epoch > latest {
        books.set_meta(LATEST, &epoch.to_string())?;
    }
    Ok(epoch >= latest)
}

/// The ask as a row, not yet decided.
fn read(ask: &Ask) -> Result<CreditRow, Problem> {
    let gets = money_in(&ask.amount, "/amount")?;
    let instructed = money_in(&ask.instructed_amount, "/instructed_amount")?;
    let refund = ask.kind == AskKind::Refund;
    // A payment's amount is the price less a fee; a refund's two amounts are in two currencies,
    // and only what our customer gets concerns us.
    let instructed = if refund { gets } else { instructed };
    if instructed.currency != gets.currency {
        return Err(Problem::new(Code::CurrencyWrong).with_field("/instructed_amount/currency"));
    }
    if instructed.amount < gets.amount {
        let problem = Problem::new(Code::InvalidField).with_field("/instructed_amount");
        return Err(problem.with_detail("less than `amount`"));
    }
    if participant::edge::parse_rfc3339(&ask.expires_at).is_none() {
        return Err(Problem::new(Code::InvalidField).with_field("/expires_at"));
    }
    if refund == (ask.id == ask.payment_id) {
        return Err(Problem::new(Code::InvalidField).with_field("/payment_id"));
    }
    Ok(CreditRow {
        id: ask.id.clone(),
        kind: ask.kind,
        payment_id: ask.payment_id.clone(),
        account: ask.creditor.account.clone(),
        gets,
        instructed,
        payload: ask.payload.clone(),
        status: CreditStatus::Rejected,
        reason: None,
        at_ms: 0,
    })
}

/// Every reason to say no, looked for before we promise anything.
fn refusal(
    books: &Books<'_>,
    site: &Site,
    ask: &Ask,
    wanted: &CreditRow,
) -> Result<Option<&'static str>, Trouble> {
    let expires_ms = participant::edge::parse_rfc3339(&ask.expires_at);
    if expires_ms.is_none_or(|expires_ms| site.now_ms() > expires_ms) || books.decided(&ask.id)? {
        return Ok(Some(reason::TOO_LATE));
    }
    let accounts = books.accounts_of(&wanted.account)?;
    if accounts.is_empty() {
        return Ok(Some(reason::ACCOUNT_UNKNOWN));
    }
    let Some(account) = accounts
        .iter()
        .find(|found| found.currency == wanted.gets.currency)
    else {
        return Ok(Some(reason::CURRENCY_WRONG));
    };
    if account.closed {
        return Ok(Some(reason::ACCOUNT_CLOSED));
    }
    match ask.kind {
        AskKind::Payment => refusal_of_payment(books, site, wanted),
        AskKind::Refund => refusal_of_refund(books, wanted),
    }
}

fn refusal_of_payment(
    books: &Books<'_>,
    site: &Site,
    wanted: &CreditRow,
) -> Result<Option<&'static str>, Trouble> {
    if wanted.gets.currency != site.currency() {
        return Ok(Some(reason::CURRENCY_WRONG));
    }
    if books
        .shop(&wanted.account)?
        .is_some_and(|shop| !shop.accepts_foreign)
    {
        return Ok(Some(reason::FORBIDDEN));
    }
    if let Some(code) = books.code(&wanted.payload)? {
        if code.price != wanted.instructed || code.account != wanted.account {
            return Ok(Some(reason::AMOUNT_WRONG));
        }
        if site.now_ms() > code.expires_ms.saturating_add(CODE_GRACE_MS) {
            return Ok(Some(reason::TOO_LATE));
        }
    }
    // The claim comes last: it is part of the undertaking.
    if let Some(code_key) = codes::key(&wanted.payload)
        && !books.claim_code(&code_key, &wanted.id)?
    {
        return Ok(Some(reason::PAID_ALREADY));
    }
    Ok(None)
}

fn refusal_of_refund(
    books: &Books<'_>,
    wanted: &CreditRow,
) -> Result<Option<&'static str>, Trouble> {
    let Some(payment) = books.payment(&wanted.payment_id)? else {
        return Ok(Some(reason::ACCOUNT_UNKNOWN));
    };
    if payment.account != wanted.account {
        return Ok(Some(reason::ACCOUNT_UNKNOWN));
    }
    let before = books.refunds_credited(&wanted.payment_id)?;
    let after = before.saturating_add(signed(wanted.gets.amount));
    let fits =
        payment.payer.currency == wanted.gets.currency && after <= signed(payment.payer.amount);
    Ok(if fits {
        None
    } else {
        Some(reason::AMOUNT_WRONG)
    })
}

fn rejected(id: &str, code: &str) -> CreditAnswer {
    let code = code.to_owned();
    CreditAnswer {
        id: id.to_owned(),
        verdict: CreditVerdict::Rejected,
        reason: Some(StatusReason { code }),
    }
}

fn answer(row: &CreditRow) -> CreditAnswer {
    match row.status {
        CreditStatus::Accepted | CreditStatus::Credited => CreditAnswer {
            id: row.id.clone(),
            verdict: CreditVerdict::Accepted,
            reason: None,
        },
        CreditStatus::Rejected => {
            rejected(&row.id, row.reason.as_deref().unwrap_or(reason::TOO_LATE))
        }
        CreditStatus::Released => rejected(&row.id, reason::TOO_LATE),
    }
}

/// How far we got with an id.
pub(crate) fn look(books: &Books<'_>, id: &str) -> Result<Credit, Trouble> {
    let state = match books.credit(id)?.map(|row| row.status) {
        None => CreditState::NotFound,
        Some(CreditStatus::Accepted) => CreditState::Accepted,
        Some(CreditStatus::Rejected) => CreditState::Rejected,
        Some(CreditStatus::Credited) => CreditState::Credited,
        Some(CreditStatus::Released) => CreditState::Released,
    };
    Ok(Credit {
        id: id.to_owned(),
        state,
    })
}

/// Books an outcome of an ask.
pub(crate) fn outcome(books: &Books<'_>, site: &Site, outcome: &Outcome) -> Result<(), Trouble> {
    let completed = outcome.state == StateView::Completed;
    let Some(row) = books.credit(&outcome.id)? else {
        return if completed {
            outcomes::suspend(books, site, outcome)
        } else {
            Ok(())
        };
    };
    match (row.status, completed) {
        (CreditStatus::Accepted, true) => {
            let lines =
                Legs::read_some(site.me(), &outcome.legs)?.creditor_lines(&row.account, row.gets);
            let step = match row.kind {
                AskKind::Payment => Step::Credit,
                AskKind::Refund => Step::RefundCredit,
            };
            if books.post((step, &row.id), &lines, site.now_ms())? && site.is_bank() {
                // Bakong carries the price, so that whoever looks for the payment finds what the
                // code says; the shop's fee is between the shop and us. A refund pays no code.
                let code = match row.kind {
                    AskKind::Payment => Some(row.payload.clone()),
                    AskKind::Refund => None,
                };
                let code = code.filter(|code| !code.is_empty());
                let (from, to) = (site.link_account(), row.account.clone());
                let movement = Movement {
                    from,
                    to,
                    money: row.instructed,
                    item: row.id.clone(),
                    code,
                };
                bakong::record(books, &movement, site.now_ms())?;
            }
            books.set_credit(&row.id, CreditStatus::Credited)
        }
        (CreditStatus::Accepted, false) => {
            books.free_code(&row.id)?;
            books.set_credit(&row.id, CreditStatus::Released)
        }
        (CreditStatus::Rejected | CreditStatus::Released, true) => {
            outcomes::suspend(books, site, outcome)
        }
        (CreditStatus::Rejected | CreditStatus::Released, false) => Ok(()),
        (CreditStatus::Credited, _) => Err(broken(format!("`{}` is decided twice", outcome.id))),
    }
}

#[cfg(test)]
mod tests;
