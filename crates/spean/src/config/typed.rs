//! The file as it is typed: unknown keys are refused, so that a misspelt limit is an error and
//! not a default.

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};

/// The whole file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) hub: Hub,
    #[serde(default)]
    pub(crate) notify: Notify,
    #[serde(default)]
    pub(crate) settlement: Settlement,
    #[serde(default)]
    pub(crate) participants: Vec<Participant>,
    #[serde(default)]
    pub(crate) corridors: Vec<Corridor>,
    #[serde(default)]
    pub(crate) caps: Vec<Cap>,
    #[serde(default)]
    pub(crate) references: Vec<Reference>,
}

/// This process.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hub {
    #[serde(default = "listen")]
    pub(crate) listen: String,
    /// Hosts that requests are signed for, with the port unless it is the scheme's own.
    #[serde(default)]
    pub(crate) authorities: Vec<String>,
    #[serde(default = "data")]
    pub(crate) data: String,
    #[serde(default = "key")]
    pub(crate) key: String,
}

/// How participants are notified beside the protocol.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notify {
    /// Seconds before each retry of a webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) retries_s: Option<Vec<u32>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stream_stuck_after_s: Option<u32>,
    /// Whether webhooks may lead to loopback and private networks.
    #[serde(default)]
    pub(crate) private_targets: bool,
    /// A PEM file with the certificates that `https` webhooks are checked by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) roots: Option<String>,
}

/// How windows are settled, until two operators decide otherwise.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settlement {
    /// `multilateral`, `bilateral` or `gross`.
    #[serde(default = "multilateral")]
    pub(crate) netting: String,
    /// What everything is converted to before it is netted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) currency: Option<String>,
    /// `manual`, `daily 17:00 KH` or `every 60 minutes`.
    #[serde(default = "manual")]
    pub(crate) cycle: String,
    #[serde(default)]
    pub(crate) business_days_only: bool,
    /// Whose banks must be open on a settlement day.
    #[serde(default = "both")]
    pub(crate) countries: Vec<String>,
    #[serde(default = "one")]
    pub(crate) lag_days: u8,
    #[serde(default = "low_water")]
    pub(crate) low_water_percent: u8,
}

impl Default for Settlement {
    fn default() -> Self {
        Self {
            netting: multilateral(),
            currency: None,
            cycle: manual(),
            business_days_only: false,
            countries: both(),
            lag_days: one(),
            low_water_percent: low_water(),
        }
    }
}

fn multilateral() -> String {
    "multilateral".to_owned()
}

fn manual() -> String {
    "manual".to_owned()
}

fn both() -> Vec<String> {
    vec!["KH".to_owned(), "JP".to_owned()]
}

const fn one() -> u8 {
    1
}

const fn low_water() -> u8 {
    20
}

fn listen() -> String {
    "127.0.0.1:7400".to_owned()
}

fn data() -> String {
    "data".to_owned()
}

fn key() -> String {
    "hub.pem".to_owned()
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Participant {
    pub(crate) name: String,
    pub(crate) scheme: String,
    pub(crate) roles: Vec<String>,
    #[serde(default = "immediate")]
    pub(crate) finality: String,
    /// A JWKS file with its public keys.
    pub(crate) keys: String,
    #[serde(default)]
    pub(crate) callback_url: String,
    #[serde(default)]
    pub(crate) banks: Vec<String>,
}

fn immediate() -> String {
    "immediate".to_owned()
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cap {
    pub(crate) participant: String,
    pub(crate) currency: String,
    pub(crate) amount: String,
    /// What it prefunded; as much as the cap needs when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) liquidity: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reference {
    pub(crate) base: String,
    pub(crate) quote: String,
    pub(crate) value: String,
    pub(crate) valid_until: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Corridor {
    pub(crate) name: String,
    pub(crate) payer_scheme: String,
    pub(crate) payee_scheme: String,
    pub(crate) payee_currency: String,
    pub(crate) active_from: String,
    pub(crate) amount_min: String,
    pub(crate) amount_max: String,
    pub(crate) payer_utc_offset_minutes: i16,
    #[serde(default = "up")]
    pub(crate) rounding: String,
    #[serde(default = "half_even")]
    pub(crate) fee_rounding: String,
    #[serde(default = "quote_ttl_s")]
    pub(crate) quote_ttl_s: u32,
    #[serde(default = "ask_timeout_s")]
    pub(crate) ask_timeout_s: u32,
    #[serde(default = "doubt_timeout_s")]
    pub(crate) doubt_timeout_s: u32,
    #[serde(default = "cancel")]
    pub(crate) doubt_decision: String,
    #[serde(default = "payee_participant")]
    pub(crate) loss_bearer: String,
    #[serde(default = "refund_period_days")]
    pub(crate) refund_period_days: u32,
    #[serde(default = "refund_wait_s")]
    pub(crate) refund_wait_s: u32,
    #[serde(default = "kept")]
    pub(crate) refund_fees: String,
    pub(crate) merchant_fee: MerchantFee,
    pub(crate) payer_currencies: Vec<PayerCurrency>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PayerCurrency {
    pub(crate) currency: String,
    pub(crate) day_max: String,
    #[serde(default = "zero")]
    pub(crate) switch_fee: String,
    #[serde(default)]
    pub(crate) customer_fees: Vec<CustomerFee>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MerchantFee {
    pub(crate) total_bp: u16,
    #[serde(default)]
    pub(crate) issuer_bp: u16,
    #[serde(default)]
    pub(crate) switch_bp: u16,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomerFee {
    pub(crate) participant: String,
    pub(crate) amount: String,
}

fn zero() -> String {
    "0".to_owned()
}

fn up() -> String {
    "up".to_owned()
}

fn half_even() -> String {
    "half_even".to_owned()
}

fn cancel() -> String {
    "cancel".to_owned()
}

fn payee_participant() -> String {
    "payee_participant".to_owned()
}

fn kept() -> String {
    "kept".to_owned()
}

/// Five minutes: a person reads, thinks and types a PIN.
fn quote_ttl_s() -> u32 {
    300
}

/// Twenty seconds: three tries of five seconds each, with room between them.
fn ask_timeout_s() -> u32 {
    20
}

/// An hour: a status query needs minutes, two operators need longer.
fn doubt_timeout_s() -> u32 {
    3_600
}

/// Half a year, as card schemes give.
fn refund_period_days() -> u32 {
    180
}

/// A day: liquidity comes with the next settlement.
fn refund_wait_s() -> u32 {
    86_400
}

/// Parses the file and puts `SPEAN_HUB__<KEY>` of the environment over it.
pub(crate) fn parse(
    text: &str,
    environment: impl Iterator<Item = (String, String)>,
) -> anyhow::Result<Config> {
    let mut config: Config = toml::from_str(text).context("parse TOML")?;
    for (name, value) in environment {
        // Other SPEAN_ variables are of tests and commands; two underscores make it a setting.
        let Some((section, key)) = name.strip_prefix("SPEAN_").and_then(|n| n.split_once("__"))
        else {
            continue;
        };
        match (section, key) {
            ("HUB", "LISTEN") => config.hub.listen = value,
            ("HUB", "DATA") => config.hub.data = value,
            ("HUB", "KEY") => config.hub.key = value,
            _ => bail!("override an unknown setting `{name}`"),
        }
    }
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str, environment: &[(&str, &str)]) -> anyhow::Result<Config> {
        let own = environment
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        parse(text, own)
    }

    #[test]
    fn defaults_fill_in_and_the_environment_overrides() {
        let config = parsed(
            "[hub]\n",
            &[("SPEAN_HUB__DATA", "elsewhere"), ("SPEAN_X", "1")],
        );
        let hub = config.unwrap().hub;
        assert_eq!(
            (hub.listen.as_str(), hub.data.as_str()),
            ("127.0.0.1:7400", "elsewhere")
        );
    }

    #[test]
    fn what_nobody_knows_is_refused() {
        assert!(parsed("[hub]\nlisten_on = \"x\"\n", &[]).is_err());
        assert!(parsed("[hub]\n[extra]\n", &[]).is_err());
        assert!(parsed("", &[]).is_err());
        let unknown = parsed("[hub]\n", &[("SPEAN_HUB__COLOUR", "red")]).unwrap_err();
        assert_eq!(
            unknown.to_string(),
            "override an unknown setting `SPEAN_HUB__COLOUR`"
        );
    }
}
