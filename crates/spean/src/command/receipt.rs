//! `spean receipt`: is this receipt genuine? Offline with the hub's public keys; online also
//! whether anything went back since.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use participant::edge::Clock;
use participant::hub::{HubClient, HubSettings};
use serde_json::json;
use wire::keys::{Jwks, SigningKey};
use wire::receipt::{Receipt, ReceiptAmount, ReceiptRate};

use super::show::{grouped, money};
use crate::cli::ReceiptCommand;
use crate::exit::{self, Exit};
use crate::{out, wait};

/// A person waits for the answer.
const CALL_MAX: Duration = Duration::from_secs(10);

pub(super) fn run(command: ReceiptCommand) -> anyhow::Result<Exit> {
    let ReceiptCommand::Verify {
        token,
        keys,
        hub,
        json,
    } = command;
    let token = token.trim();
    if hub.as_ref().is_some_and(|hub| !hub.starts_with("http://")) {
        let words = "ask a hub whose address does not begin with http://";
        return Err(exit::error(Exit::Usage, words));
    }
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
    public_client(hub)?.keys().await.map_err(unreachable)
}

async fn ask(hub: &str, token: &str) -> anyhow::Result<wire::api::ReceiptView> {
    public_client(hub)?
        .receipt(token)
        .await
        .map_err(unreachable)
}

/// Receipts and keys are public: nothing is signed for them, so the key is nobody's.
fn public_client(hub: &str) -> anyhow::Result<HubClient> {
    let key = SigningKey::generate().context("make a key")?;
    let hub_keys = Jwks::new([key.public()]).context("make a key set")?;
    Ok(HubClient::new(HubSettings {
        url: hub.to_owned(),
        key: Arc::new(key),
        hub_keys: Arc::new(hub_keys),
        clock: Clock::system(),
        deadline: CALL_MAX,
    }))
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
        _ => (
            format!("{:03}", amount.currency()),
            format!("{}e-{}", amount.minor(), amount.exponent()),
        ),
    }
}

fn rate_text(rate: ReceiptRate) -> String {
    let digits = format!(
        "{:0>width$}",
        rate.mantissa(),
        width = usize::from(rate.scale()) + 1
    );
    match digits.split_at_checked(digits.len().saturating_sub(usize::from(rate.scale()))) {
        Some((whole, "")) => whole.to_owned(),
        Some((whole, decimals)) => format!("{whole}.{decimals}"),
        None => digits,
    }
}

fn decided_at(receipt: &Receipt) -> Option<jiff::Timestamp> {
    let ms = i64::try_from(receipt.decided_at_ms).ok()?;
    jiff::Timestamp::from_millisecond(ms).ok()
}

fn as_json(receipt: &Receipt, online: Option<&wire::api::ReceiptView>) -> serde_json::Value {
    let (currency, amount) = money_text(receipt.shop);
    let decided = decided_at(receipt);
    let hash: String = receipt
        .journal_hash
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    json!({
        "genuine": true,
        "payment_id": receipt.payment.to_string(),
        "merchant": receipt.merchant.as_str(),
        "amount": { "currency": currency, "amount": amount },
        "rate": rate_text(receipt.rate),
        "reference_rate": rate_text(receipt.reference_rate),
        "decided_at": decided.map(|time| time.to_string()),
        "sequence": receipt.journal_seq,
        "hash": hash,
        "online": online,
    })
}

fn show(receipt: &Receipt, online: Option<&wire::api::ReceiptView>) {
    let (currency, amount) = money_text(receipt.shop);
    let row = |name: &str, text: &str| out::data(&format!("{name:<12}{}", out::safe(text)));
    row("GENUINE", "signed by the hub");
    row("shop", receipt.merchant.as_str());
    row("amount", &format!("{currency} {}", grouped(&amount)));
    let (currency, amount) = money_text(receipt.payer);
    row(
        "paid",
        &format!("{currency} {}, every fee included", grouped(&amount)),
    );
    row(
        "rate",
        &format!(
            "{} (reference {})",
            rate_text(receipt.rate),
            rate_text(receipt.reference_rate)
        ),
    );
    if let Some(time) = decided_at(receipt) {
        row("paid at", &time.to_string());
    }
    row("payment", &receipt.payment.to_string());
    let hash: String = receipt
        .journal_hash
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    row("journal", &format!("{}:{hash}", receipt.journal_seq));
    match online {
        None => row("refunded?", "not known offline; ask with --hub"),
        Some(view) if view.refunded.amount.amount == "0" => row("refunded", "nothing so far"),
        Some(view) => {
            let back = &view.refunded.amount;
            row("refunded", &format!("{} so far", money(back)));
        }
    }
}
