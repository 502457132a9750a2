//! What a shop orders from a builder, in the official kit's own words: every combination of the
//! usual, what lies at the edges, and the orders of the conformance data where there is some.

use std::path::Path;

use anyhow::Context;
use serde_json::{Map, Value, json};

use crate::{NOW_MS, inputs};

#[derive(Clone, Debug)]
pub(crate) struct Order {
    /// `orders`, or `generate` for those of the data.
    pub(crate) inputs: &'static str,
    pub(crate) id: String,
    pub(crate) now_ms: i64,
    /// `kind`, `account`, `name`, `city`, `merchant_id`, `bank`, and the kit's optional names.
    pub(crate) asks: Map<String, Value>,
}

pub(crate) fn all(data: Option<&Path>) -> anyhow::Result<Vec<Order>> {
    let mut orders = combinations();
    orders.extend(edges()?);
    if let Some(folder) = data {
        orders.extend(of_data(folder)?);
    }
    Ok(orders)
}

const NAMES: [&str; 4] = [
    "A",
    "Angkor Coffee",
    "ហាងកាហ្វេអង្គរ",
    "ABCDEFGHIJKLMNOPQRSTUVWXY",
];

/// With how much is paid in which currency.
const AMOUNTS: [&str; 9] = [
    "{}",
    r#"{"currency": 840}"#,
    r#"{"amount": 1}"#,
    r#"{"amount": 50000, "currency": 116}"#,
    r#"{"amount": 9999999999999}"#,
    r#"{"amount": 0.01, "currency": 840}"#,
    r#"{"amount": 1.5, "currency": 840}"#,
    r#"{"amount": 7, "currency": 840}"#,
    r#"{"amount": 1234567.89, "currency": 840}"#,
];

const LABELS: [&str; 5] = [
    "{}",
    r#"{"billNumber": "INV-2026/7"}"#,
    r#"{"mobileNumber": "85512233455", "storeLabel": "Riverside"}"#,
    r#"{"terminalLabel": "Till 2", "purposeOfTransaction": "Coffee", "billNumber": "***"}"#,
    r#"{"languagePreference": "km", "merchantNameAlternateLanguage": "ចន ស្មីន",
        "merchantCityAlternateLanguage": "សៀមរាប"}"#,
];

const ACCOUNTS: [&str; 4] = [
    r#"{"kind": "individual", "account": "shop_one@aclb"}"#,
    r#"{"kind": "individual", "account": "shop_one@aclb", "accountInformation": "85512233455",
        "bank": "ACLEDA Bank Plc"}"#,
    r#"{"kind": "merchant", "account": "khqr@aclb", "merchant_id": "100234",
        "bank": "ACLEDA Bank Plc"}"#,
    r#"{"kind": "merchant", "account": "khqr@aclb", "merchant_id": "100234", "bank": "B",
        "merchantCategoryCode": "5812"}"#,
];

/// Each with what it changes in a plain order, or adds to it.
const EDGES: [(&str, &str); 44] = [
    ("account-none", r#"{"account": ""}"#),
    ("account-no-at", r#"{"account": "shop_one"}"#),
    ("account-two-at", r#"{"account": "a@b@c"}"#),
    ("account-only-at", r#"{"account": "@"}"#),
    ("account-blank", r#"{"account": "shop one@aclb"}"#),
    ("account-khmer", r#"{"account": "ហាង@aclb"}"#),
    (
        "account-long",
        r#"{"account": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b"}"#,
    ),
    ("amount-text", r#"{"amount": "5000"}"#),
    (
        "amount-text-zeros",
        r#"{"amount": "1.50", "currency": 840}"#,
    ),
    ("amount-words", r#"{"amount": "abc", "currency": 840}"#),
    ("amount-grouped", r#"{"amount": "1,000", "currency": 840}"#),
    ("amount-exponent", r#"{"amount": "1e3"}"#),
    ("amount-zero", r#"{"amount": 0}"#),
    ("amount-negative", r#"{"amount": -5}"#),
    ("amount-half-riel", r#"{"amount": 0.5}"#),
    (
        "amount-three-decimals",
        r#"{"amount": 1.999, "currency": 840}"#,
    ),
    ("amount-long", r#"{"amount": 99999999999999}"#),
    (
        "amount-no-expiry",
        r#"{"amount": 1, "expirationTimestamp": null}"#,
    ),
    (
        "bill-long",
        r#"{"billNumber": "abcdefghijklmnopqrstuvwxyz"}"#,
    ),
    (
        "bank-long",
        r#"{"bank": "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG"}"#,
    ),
    ("category-letters", r#"{"merchantCategoryCode": "58AB"}"#),
    ("category-short", r#"{"merchantCategoryCode": "581"}"#),
    ("category-long", r#"{"merchantCategoryCode": "58120"}"#),
    ("city-none", r#"{"city": ""}"#),
    ("city-long", r#"{"city": "Phnom Penh and around"}"#),
    ("currency-baht", r#"{"currency": 764}"#),
    (
        "expiry-past",
        r#"{"amount": 1, "expirationTimestamp": 1767225599999}"#,
    ),
    (
        "expiry-now",
        r#"{"amount": 1, "expirationTimestamp": 1767225600000}"#,
    ),
    (
        "expiry-seconds",
        r#"{"amount": 1, "expirationTimestamp": 1767226200}"#,
    ),
    (
        "language-none",
        r#"{"merchantNameAlternateLanguage": "ចន"}"#,
    ),
    ("language-alone", r#"{"languagePreference": "km"}"#),
    (
        "language-long",
        r#"{"languagePreference": "khm", "merchantNameAlternateLanguage": "ចន"}"#,
    ),
    (
        "language-city-alone",
        r#"{"merchantCityAlternateLanguage": "សៀមរាប"}"#,
    ),
    (
        "mobile-long",
        r#"{"mobileNumber": "855122334558551223345585"}"#,
    ),
    ("name-none", r#"{"name": ""}"#),
    ("name-blank", r#"{"name": "   "}"#),
    ("name-long", r#"{"name": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}"#),
    ("name-line-end", r#"{"name": "A\nB"}"#),
    ("name-turned", r#"{"name": "A\u202eB"}"#),
    ("name-invisible", r#"{"name": "A\u200bB"}"#),
    ("name-astral", r#"{"name": "寿司🍣"}"#),
    ("name-accent-apart", r#"{"name": "Cafe\u0301"}"#),
    ("union-pay", r#"{"upiMerchantAccount": "3197011600520446"}"#),
    (
        "union-pay-dollars",
        r#"{"upiMerchantAccount": "3197011600520446", "currency": 840}"#,
    ),
];

fn object(text: &str) -> anyhow::Result<Map<String, Value>> {
    serde_json::from_str(text).with_context(|| format!("failed to read `{text}`"))
}

/// The tables above are sound JSON, as a test holds.
fn part(text: &str) -> Map<String, Value> {
    object(text).unwrap_or_default()
}

fn combinations() -> Vec<Order> {
    let mut orders = Vec::new();
    for account in ACCOUNTS {
        for name in NAMES {
            for amount in AMOUNTS {
                for labels in LABELS {
                    let mut asks = part(account);
                    asks.insert("name".to_owned(), json!(name));
                    asks.insert("city".to_owned(), json!("Siem Reap"));
                    asks.extend(part(labels));
                    asks.extend(part(amount));
                    orders.push(order("orders", format!("order-{}", orders.len()), asks));
                }
            }
        }
    }
    orders
}

fn edges() -> anyhow::Result<Vec<Order>> {
    let plain = json!({ "account": "shop_one@aclb", "name": "Shop", "city": "Phnom Penh" });
    let mut orders = Vec::new();
    for kind in ["individual", "merchant"] {
        for (id, change) in EDGES {
            let mut asks = plain.as_object().cloned().unwrap_or_default();
            asks.insert("kind".to_owned(), json!(kind));
            if kind == "merchant" {
                asks.insert("merchant_id".to_owned(), json!("100234"));
                asks.insert("bank".to_owned(), json!("ACLEDA"));
            }
            asks.extend(object(change)?);
            orders.push(order("orders", format!("{id}-{kind}"), asks));
        }
    }
    Ok(orders)
}

/// With an expiry wherever there is an amount and nothing else is said.
fn order(inputs: &'static str, id: String, mut asks: Map<String, Value>) -> Order {
    if inputs == "orders" && asks.contains_key("amount") {
        let expires_ms = NOW_MS + 600_000;
        asks.entry("expirationTimestamp")
            .or_insert(json!(expires_ms));
    }
    asks.retain(|_, value| !value.is_null());
    Order {
        inputs,
        id,
        now_ms: NOW_MS,
        asks,
    }
}

/// Short names in one half of the data, and what the kit calls them.
const SHORT: [(&str, &str); 17] = [
    ("accinfo", "accountInformation"),
    ("altcity", "merchantCityAlternateLanguage"),
    ("altname", "merchantNameAlternateLanguage"),
    ("bakongAccountID", "account"),
    ("acquiringBank", "bank"),
    ("bill", "billNumber"),
    ("exp", "expirationTimestamp"),
    ("lang", "languagePreference"),
    ("mcc", "merchantCategoryCode"),
    ("merchantCity", "city"),
    ("merchantID", "merchant_id"),
    ("merchantName", "name"),
    ("mobile", "mobileNumber"),
    ("purpose", "purposeOfTransaction"),
    ("store", "storeLabel"),
    ("term", "terminalLabel"),
    ("upi", "upiMerchantAccount"),
];

fn of_data(folder: &Path) -> anyhow::Result<Vec<Order>> {
    let text = |row: &Value, key: &str| row.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut orders = Vec::new();
    for row in inputs::lines(folder, "khqr-generate.jsonl")? {
        if text(&row, "sdk").as_deref() != Some("bakong-khqr@1.0.20") {
            continue;
        }
        let given = row
            .get("input")
            .and_then(Value::as_object)
            .context("no input")?;
        let is_merchant = text(&row, "op").as_deref() == Some("generateMerchant")
            || given.get("typ").is_some_and(|typ| typ == "mer");
        let mut asks = Map::new();
        for (name, value) in given {
            let short = SHORT.iter().find(|(short, _)| short == name);
            let name = short.map_or(name.as_str(), |(_, name)| *name);
            asks.insert(name.to_owned(), value.clone());
        }
        asks.remove("id");
        asks.remove("typ");
        let kind = if is_merchant {
            "merchant"
        } else {
            "individual"
        };
        asks.insert("kind".to_owned(), json!(kind));
        let mut order = order("generate", text(&row, "id").context("no id")?, asks);
        if let Some(now_ms) = row.get("clock_ms").and_then(Value::as_i64) {
            order.now_ms = now_ms;
        }
        orders.push(order);
    }
    Ok(orders)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_an_order_is_read() {
        for text in AMOUNTS.iter().chain(&LABELS).chain(&ACCOUNTS) {
            object(text).unwrap();
        }
        let orders = all(None).unwrap();
        assert_eq!(orders.len(), 4 * 4 * 9 * 5 + 2 * 44);
        assert!(orders.iter().all(|order| order.asks.contains_key("kind")));
    }
}
