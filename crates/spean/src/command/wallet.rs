//! `spean wallet`: a customer's app, talking to its simulated institution.

use sandbox::desk::api::{
    Customer, CustomerRequest, DeskState, WalletPay, WalletPayment, WalletQuote, WalletQuoted,
    WalletScan, WalletTransfer,
};
use sandbox::desk::client::DeskClient;
use wire::api::{Money, ScanAnswer};

use super::show::{grouped, money};
use super::site::{Site, desk_error};
use crate::cli::{At, WalletCommand};
use crate::exit::Exit;
use crate::{out, wait};

pub(super) fn run(command: WalletCommand) -> anyhow::Result<Exit> {
    wait::block_on(async {
        match command {
            WalletCommand::List { at_institution, at } => list(&at, &at_institution).await,
            WalletCommand::Add {
                at_institution,
                name,
                balance,
                at,
            } => add(&at, &at_institution, name, balance).await,
            WalletCommand::Scan {
                account,
                payload,
                at,
            } => scan(&at, &account, payload).await,
            WalletCommand::Quote {
                account,
                payload,
                amount,
                at,
            } => quote(&at, &account, payload, amount).await,
            WalletCommand::Pay {
                account,
                payload,
                amount,
                payment,
                at,
            } => pay(&at, &account, payload, amount, payment).await,
            WalletCommand::Transfer {
                account,
                payload,
                at,
            } => transfer(&at, account, payload).await,
            WalletCommand::Status {
                account,
                payment,
                at,
            } => status(&at, &account, &payment).await,
        }
    })
}

async fn list(at: &At, institution: &str) -> anyhow::Result<Exit> {
    let desk = Site::find(at)?.desk(institution)?;
    let list = desk.customers().await;
    let list = list.map_err(|error| desk_error("list the customers", &error))?;
    if at.json {
        out::json(&list)?;
        return Ok(Exit::Done);
    }
    for customer in &list.customers {
        let Customer {
            account,
            name,
            currency,
            balance,
            ..
        } = customer;
        let balance = format!("{currency} {}", grouped(balance));
        let kind = if customer.tourist {
            "simulated tourist"
        } else {
            "simulated"
        };
        out::data(&format!(
            "{:<24}{balance:>20}  {} ({kind})",
            out::safe(account),
            out::safe(name)
        ));
    }
    Ok(Exit::Done)
}

async fn add(
    at: &At,
    institution: &str,
    name: String,
    balance: Option<String>,
) -> anyhow::Result<Exit> {
    let desk = Site::find(at)?.desk(institution)?;
    let wanted = CustomerRequest {
        name,
        currency: None,
        balance,
        tourist: false,
    };
    let customer = desk.open_customer(&wanted).await;
    let customer = customer.map_err(|error| desk_error("open the account", &error))?;
    if at.json {
        out::json(&customer)?;
    } else {
        show_customer(&customer);
    }
    Ok(Exit::Done)
}

fn show_customer(customer: &Customer) {
    let Customer {
        account,
        name,
        currency,
        balance,
        ..
    } = customer;
    out::data(&format!("account  {}", out::safe(account)));
    out::data(&format!("holder   {} (simulated)", out::safe(name)));
    out::data(&format!("balance  {currency} {}", grouped(balance)));
}

async fn scanned(desk: &DeskClient, account: &str, payload: String) -> anyhow::Result<ScanAnswer> {
    let wanted = WalletScan {
        account: account.to_owned(),
        payload,
    };
    desk.scan(&wanted)
        .await
        .map_err(|error| desk_error("scan the code", &error))
}

async fn scan(at: &At, account: &str, payload: String) -> anyhow::Result<Exit> {
    let desk = Site::find(at)?.desk(Site::institution_of(account))?;
    let answer = scanned(&desk, account, payload).await?;
    if at.json {
        out::json(&answer)?;
    } else {
        show_scan(&answer);
    }
    Ok(Exit::Done)
}

fn show_scan(answer: &ScanAnswer) {
    let merchant = &answer.merchant;
    let local = merchant
        .name_local
        .as_deref()
        .map(|name| format!(" · {}", out::safe(name)));
    let (name, city) = (out::safe(&merchant.name), out::safe(&merchant.city));
    out::data(&format!(
        "shop     {name}{}, {city}",
        local.unwrap_or_default()
    ));
    out::data(&format!(
        "account  {} ({})",
        out::safe(&merchant.id),
        answer.scheme
    ));
    match &answer.amount {
        Some(amount) => out::data(&format!("price    {}", money(amount))),
        None => out::data(&format!(
            "price    typed by the payer, {} to {}",
            money(&answer.amount_min),
            money(&answer.amount_max)
        )),
    }
    for finding in &answer.findings {
        out::data(&format!(
            "odd      {} [{}]",
            out::safe(&finding.message),
            finding.code
        ));
    }
}

async fn quoted(
    desk: &DeskClient,
    account: &str,
    payload: String,
    amount: Option<String>,
) -> anyhow::Result<(ScanAnswer, WalletQuoted)> {
    let scan = scanned(desk, account, payload).await?;
    let amount = match (amount, &scan.amount) {
        (Some(amount), _) => Money {
            currency: scan.currency.clone(),
            amount,
        },
        (None, Some(fixed)) => fixed.clone(),
        (None, None) => anyhow::bail!("pay a code without a price: type one with --amount"),
    };
    let wanted = WalletQuote {
        account: account.to_owned(),
        scan: scan.scan.clone(),
        amount,
    };
    let quoted = desk.quote(&wanted).await;
    Ok((
        scan,
        quoted.map_err(|error| desk_error("ask what it costs", &error))?,
    ))
}

async fn quote(
    at: &At,
    account: &str,
    payload: String,
    amount: Option<String>,
) -> anyhow::Result<Exit> {
    let desk = Site::find(at)?.desk(Site::institution_of(account))?;
    let (scan, quoted) = quoted(&desk, account, payload, amount).await?;
    if at.json {
        out::json(&quoted)?;
    } else {
        show_scan(&scan);
        show_quote(&quoted);
    }
    Ok(Exit::Done)
}

/// What the payer has to know before confirming; what the shop pays is the shop's business.
fn show_quote(quoted: &WalletQuoted) {
    let quote = &quoted.quote;
    out::data(&format!("price    {}", money(&quote.amount)));
    out::data(&format!(
        "you pay  {}, every fee included",
        money(&quote.payer_amount)
    ));
    out::data(&format!(
        "rate     {} {} per {} (reference {}, margin {} %)",
        quote.rate.quote,
        quote.rate.value,
        quote.rate.base,
        quote.reference_rate.value,
        quote.margin_percent
    ));
    for fee in quote.fees.iter().filter(|fee| fee.borne_by == "payer") {
        let (kind, to) = (fee.kind.replace('_', " "), &fee.paid_to);
        out::data(&format!("of it    {} {kind} for {to}", money(&fee.amount)));
    }
    out::data(&format!(
        "in all   {} % over the reference rate",
        quote.total_cost_percent
    ));
    out::data(&format!("holds    until {}", quote.expires_at));
    out::data(&format!("payment  {}", quoted.payment_id));
}

async fn pay(
    at: &At,
    account: &str,
    payload: Option<String>,
    amount: Option<String>,
    payment: Option<String>,
) -> anyhow::Result<Exit> {
    let desk = Site::find(at)?.desk(Site::institution_of(account))?;
    let payment_id = match (payment, payload) {
        (Some(payment), _) => payment,
        (None, Some(payload)) => {
            let (scan, quoted) = quoted(&desk, account, payload, amount).await?;
            if !at.json {
                show_scan(&scan);
                show_quote(&quoted);
            }
            quoted.payment_id
        }
        (None, None) => anyhow::bail!("pay neither a code nor a quote"),
    };
    let wanted = WalletPay {
        account: account.to_owned(),
        payment_id,
    };
    let paid = desk
        .pay(&wanted)
        .await
        .map_err(|error| desk_error("pay", &error))?;
    tell(at, &paid)
}

async fn transfer(at: &At, account: String, payload: String) -> anyhow::Result<Exit> {
    let desk = Site::find(at)?.desk(Site::institution_of(&account))?;
    let wanted = WalletTransfer { account, payload };
    let paid = desk.transfer(&wanted).await;
    let paid = paid.map_err(|error| desk_error("pay at home", &error))?;
    if at.json {
        out::json(&paid)?;
        return Ok(Exit::Done);
    }
    out::data(&format!("shop     {}", out::safe(&paid.shop)));
    out::data(&format!("charged  {} (simulated)", money(&paid.amount)));
    if let Some(hash) = &paid.hash {
        out::data(&format!("hash     {hash}"));
    }
    Ok(Exit::Done)
}

async fn status(at: &At, account: &str, payment: &str) -> anyhow::Result<Exit> {
    let desk = Site::find(at)?.desk(Site::institution_of(account))?;
    let paid = desk.payment(payment).await;
    let paid = paid.map_err(|error| desk_error("ask about the payment", &error))?;
    if paid.account != account {
        return Err(crate::exit::error(
            Exit::No,
            "find that payment in this account",
        ));
    }
    tell(at, &paid)
}

/// The state in words; a payment that is not final is neither a yes nor a no.
fn tell(at: &At, paid: &WalletPayment) -> anyhow::Result<Exit> {
    if at.json {
        out::json(paid)?;
    } else {
        let words = match paid.state {
            DeskState::Quoted => "an offer; nothing is held",
            DeskState::Sent => "sent; not decided yet, ask again with `wallet status`",
            DeskState::Completed => "COMPLETED: the shop has the money",
            DeskState::Cancelled => "cancelled: nothing was charged",
            DeskState::Refused => "refused: nothing was charged",
        };
        out::data(&format!("state    {words}"));
        if let Some(reason) = paid.payment.as_ref().and_then(|p| p.reason.as_ref()) {
            out::data(&format!(
                "because  {}; {} must act",
                reason.code, reason.who_must_act
            ));
        }
        out::data(&format!("charged  {}", money(&paid.customer_debited)));
        if paid.customer_held.amount != "0" {
            out::data(&format!("held     {}", money(&paid.customer_held)));
        }
        if let Some(deadline) = paid.payment.as_ref().and_then(|p| p.deadline.as_ref()) {
            out::data(&format!("decided  at the latest {deadline}"));
        }
        if paid.customer_refunded.amount != "0" {
            out::data(&format!("back     {}", money(&paid.customer_refunded)));
        }
        if let Some(receipt) = &paid.receipt {
            out::data(&format!("receipt  {receipt}"));
        }
    }
    Ok(match paid.state {
        DeskState::Cancelled | DeskState::Refused => Exit::No,
        DeskState::Quoted | DeskState::Sent | DeskState::Completed => Exit::Done,
    })
}
