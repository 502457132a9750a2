//! The official kit's builder beside ours: the same order gives the same code, byte for byte, and
//! the same MD5, or is refused by both.

use emvqr::{Amount, Currency, Dynamic, KhqrBuilder, MerchantAccount};
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::kit::Place;
use crate::orders::Order;
use crate::reading::{OFFICIAL, SAFETY};
use crate::table::{Class, Seen};

pub(crate) fn compare(place: &Place, orders: &[Order]) -> anyhow::Result<Vec<Seen>> {
    let mut kit = place.kit(OFFICIAL)?;
    let mut seen = Vec::new();
    for order in orders {
        let answer = kit.ask(&json!({ "build": order.asks, "now": order.now_ms }))?;
        let ours = build(order);
        let said = match &ours {
            Ok(_) => "builds".to_owned(),
            Err(code) => format!("refuses {code}"),
        };
        let theirs = match (&answer, &ours) {
            (Answer::Builds { payload, md5 }, Ok(built)) => {
                if payload == built && *md5 == emvqr::md5_hex(built) {
                    continue;
                }
                "builds another".to_owned()
            }
            (Answer::Refuses(_), Err(_)) => continue,
            (other, _) => other.verdict(),
        };
        let is_unsafe = match &answer {
            Answer::Refuses(Some(number)) => ours.is_ok() && SAFETY.contains(number),
            Answer::Accepts(_)
            | Answer::Reads(_)
            | Answer::Refuses(None)
            | Answer::Builds { .. }
            | Answer::BuildsNonsense
            | Answer::Throws
            | Answer::Hangs => false,
        };
        let asked = Value::Object(order.asks.clone());
        seen.push(Seen {
            example: format!("{OFFICIAL} {theirs}, we: {ours:?}; {} {asked}", order.id),
            class: Class {
                inputs: order.inputs.to_owned(),
                who: OFFICIAL.to_owned(),
                theirs,
                ours: said,
            },
            is_unsafe,
        });
    }
    Ok(seen)
}

type Set = for<'a> fn(KhqrBuilder<'a>, &'a str) -> KhqrBuilder<'a>;

const FIELDS: [(&str, Set); 13] = [
    ("name", |builder, value| builder.name(value)),
    ("city", |builder, value| builder.city(value)),
    ("merchantCategoryCode", |builder, value| {
        builder.category(value)
    }),
    ("upiMerchantAccount", |builder, value| {
        builder.union_pay_account(value)
    }),
    ("billNumber", |builder, value| builder.bill(value)),
    ("mobileNumber", |builder, value| builder.mobile(value)),
    ("storeLabel", |builder, value| builder.store_label(value)),
    ("terminalLabel", |builder, value| builder.terminal(value)),
    ("purposeOfTransaction", |builder, value| {
        builder.purpose(value)
    }),
    ("languagePreference", |builder, value| {
        builder.language(value)
    }),
    ("merchantNameAlternateLanguage", |builder, value| {
        builder.local_name(value)
    }),
    ("merchantCityAlternateLanguage", |builder, value| {
        builder.local_city(value)
    }),
    ("accountInformation", |builder, value| {
        builder.account_information(value)
    }),
];

/// An empty text is no text for the kit.
fn given(asks: &Map<String, Value>, name: &str) -> Option<String> {
    let value = asks.get(name)?;
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    Some(text).filter(|text| !text.is_empty())
}

fn build(order: &Order) -> Result<String, String> {
    let asks = &order.asks;
    let account = given(asks, "account").unwrap_or_default();
    let merchant_id = given(asks, "merchant_id").unwrap_or_default();
    let bank = given(asks, "bank");
    let is_merchant = asks.get("kind").is_some_and(|kind| kind == "merchant");
    let mut builder = if is_merchant {
        KhqrBuilder::merchant(MerchantAccount {
            id: &account,
            merchant_id: &merchant_id,
            acquiring_bank: bank.as_deref().unwrap_or_default(),
        })
    } else {
        let builder = KhqrBuilder::individual(&account);
        match &bank {
            Some(bank) => builder.acquiring_bank(bank),
            None => builder,
        }
    };
    let currency = currency(asks)?;
    builder = builder.currency(currency);
    if let Some(dynamic) = dynamic(order, currency)? {
        builder = builder.dynamic(dynamic);
    }
    let values = FIELDS.map(|(name, _)| given(asks, name));
    for ((name, set), value) in FIELDS.iter().zip(&values) {
        // The kit has no account information for merchants and does not look at it.
        if is_merchant && *name == "accountInformation" {
            continue;
        }
        if let Some(value) = value {
            builder = set(builder, value);
        }
    }
    builder.build().map_err(|error| error.code().to_owned())
}

fn currency(asks: &Map<String, Value>) -> Result<Currency, String> {
    match given(asks, "currency").as_deref() {
        None | Some("0") => Ok(Currency::KHR),
        Some(text) => Currency::parse(text).ok_or_else(|| "currency-shape".to_owned()),
    }
}

fn dynamic(order: &Order, currency: Currency) -> Result<Option<Dynamic>, String> {
    let Some(amount) = given(&order.asks, "amount").filter(|amount| amount != "0") else {
        return Ok(None);
    };
    let exponent = currency
        .exponent()
        .ok_or_else(|| "currency-mismatch".to_owned())?;
    let amount_minor = Amount::parse(&amount)
        .and_then(|amount| amount.minor_units(exponent))
        .map_err(|fault| fault.code().to_owned())?;
    let expires_ms = given(&order.asks, "expirationTimestamp")
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| "expiry-missing".to_owned())?;
    Ok(Some(Dynamic {
        amount_minor,
        created_ms: order.now_ms,
        expires_ms,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(asks: Value, want: Result<&str, &str>) {
        let order = Order {
            inputs: "orders",
            id: String::new(),
            now_ms: crate::NOW_MS,
            asks: asks.as_object().cloned().unwrap(),
        };
        let want = want.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(build(&order), want, "{asks}");
    }

    #[test]
    fn orders_are_built_or_refused_by_the_name_of_a_rule() {
        let plain = json!({ "account": "shop_one@aclb", "name": "Shop", "city": "" });
        let code = "00020101021129170013shop_one@aclb5204599953031165802KH5904Shop\
                    6010Phnom Penh6304048C";
        check(plain, Ok(code));
        check(
            json!({ "account": "shop_one", "name": "Shop" }),
            Err("account-shape"),
        );
        let amount = json!({ "account": "shop_one@aclb", "name": "Shop", "amount": "abc" });
        check(amount, Err("amount-not-a-number"));
        let expiry = json!({ "account": "shop_one@aclb", "name": "Shop", "amount": 1 });
        check(expiry, Err("expiry-missing"));
    }
}
