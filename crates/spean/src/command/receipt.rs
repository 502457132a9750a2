//! `spean receipt`: is this receipt genuine? Offline with the hub's public keys; online also
//! whether anything went back since.

use anyhow::Context as _;
use serde_json::json;
use wire::keys::Jwks;
use wire::receipt::{Receipt, ReceiptAmount, ReceiptRate};

use crate::cli::ReceiptCommand;
use crate::exit::{self, Exit};
use crate::{out, wait};

pub(super) fn run(command: ReceiptCommand) -> anyhow::Result<Exit> {
    let ReceiptCommand::Verify { token, keys, hub, json } = command;
    let token = token.trim();
    let keys = match (&keys, &hub) {
        (Some(path), _) => {
            let document = std::fs::read(path)
                .with_context(|| format!("read the hub's keys `{}`", path.display()))?;
            Jwks::parse(&document).context("understand the hub's keys")?
        }
        (None, Some(hub)) => wait::block_on(fetch_keys(hub))?,
        (None, None) => anyhow::bail!("check a receipt without --keys or --hub"),
    };
    let receipt = match Receipt::decode(token, &keys) {
        Ok(receipt) => receipt,
        Err(error) => {
            if json {
                out::json(&json!({ "genuine": false, "code": error.code().as_str() }))?;
            } else {
                out::data(&format!("NOT GENUINE: {error}"));
            }
            return Ok(Exit::No);
        }
    };
    let online = match &hub {
        Some(hub) => Some(wait::block_on(ask(hub, token))?),
        None => None,
    };
    if json {
        out::json(&as_json(&receipt, online.as_ref()))?;
    } else {
        show(&receipt, online.as_ref());
    }
    Ok(Exit::Done)
}

async fn fetch_keys(hub: &str) -> anyhow::Result<Jwks> {
    let document = participant::hub::keys(hub).await.map_err(unreachable)?;
    Ok(document)
}

async fn ask(hub: &str, token: &str) -> anyhow::Result<wire::api::ReceiptView> {
    participant::hub::receipt(hub, token).await.map_err(unreachable)
}

fn unreachable(error: impl std::fmt::Display) -> anyhow::Error {
    exit::error(Exit::Unreachable, format!("ask the hub: {error}"))
}

fn money_text(amount: ReceiptAmount) -> (String, String) {
    let currency = money::Currency::from_numeric(amount.currency());
    match (currency, money::Amount::from_minor(amount.minor())) {
        (Some(currency), Some(exact)) if currency.exponent() == amount.exponent() => {
            (currency.alpha().to_owned(), exact.decimal(currency))
        }
        _ => (format!("{:03}", amount.currency()), format!("{}e-{}", amount.minor(), amount.exponent())),
    }
}

fn rate_text(rate: ReceiptRate) -> String {
    let digits = format!("{:0>width$}", rate.mantissa(), width = usize::from(rate.scale()) + 1);
    match digits.split_at_checked(digits.len().saturating_sub(usize::from(rate.scale()))) {
        Some((whole, "")) => whole.to_owned(),
        Some((whole, decimals)) => format!("{whole}.{decimals}"),
        None => digits,
    }
}

fn as_json(receipt: &Receipt, online: Option<&wire::api::ReceiptView>) -> serde_json::Value {
    let (currency, amount) = money_text(receipt.amount);
    let decided = jiff::Timestamp::from_millisecond(receipt.decided_at_ms).ok();
    json!({
        "genuine": true,
        "payment_id": receipt.payment_id.to_string(),
        "merchant": receipt.merchant.as_str(),
        "amount": { "currency": currency, "amount": amount },
        "rate": rate_text(receipt.rate),
        "reference_rate": rate_text(receipt.reference_rate),
        "decided_at": decided.map(|time| time.to_string()),
        "sequence": receipt.sequence,
        "online": online,
    })
}

fn show(receipt: &Receipt, online: Option<&wire::api::ReceiptView>) {
    let (currency, amount) = money_text(receipt.amount);
    let row = |name: &str, text: &str| out::data(&format!("{name:<12}{}", out::safe(text)));
    row("GENUINE", "signed by the hub");
    row("shop", receipt.merchant.as_str());
    row("amount", &format!("{currency} {amount}"));
    row("rate", &format!("{} (reference {})", rate_text(receipt.rate), rate_text(receipt.reference_rate)));
    if let Ok(time) = jiff::Timestamp::from_millisecond(receipt.decided_at_ms) {
        row("paid at", &time.to_string());
    }
    row("payment", &receipt.payment_id.to_string());
    row("journal", &format!("sequence {}", receipt.sequence));
    match online {
        None => row("refunded?", "not known offline; ask with --hub"),
        Some(view) if view.refunded.amount.amount == "0" => row("refunded", "nothing so far"),
        Some(view) => {
            let back = &view.refunded.amount;
            row("refunded", &format!("{} {} so far", back.currency, back.amount));
        }
    }
}
