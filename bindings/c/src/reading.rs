//! What one call of reading found, in texts that C can hold: each ends with a zero and lives as
//! long as the reading.

use std::ffi::CString;

use emvqr::{Code, Options, Profile, Reading};
use serde_json::Value;

use crate::status;

/// What was read. Its texts are valid until emvqr_reading_free.
#[derive(Debug)]
pub struct EmvqrReading {
    pub(crate) verdict: i32,
    pub(crate) json: CString,
    pub(crate) scheme: Option<CString>,
    pub(crate) facts: Facts,
}

/// Filled only from a code that a wallet may pay, so that nobody pays what was refused by asking
/// for its amount alone. What lies in a refused code stands in the JSON.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) account: Option<CString>,
    pub(crate) amount: Option<CString>,
    pub(crate) amount_minor: Option<u64>,
    pub(crate) currency: Option<CString>,
    pub(crate) country: Option<CString>,
    pub(crate) name: Option<CString>,
    pub(crate) city: Option<CString>,
    pub(crate) local_name: Option<CString>,
    pub(crate) bill: Option<CString>,
    pub(crate) created_ms: Option<i64>,
    pub(crate) expires_ms: Option<i64>,
}

impl EmvqrReading {
    pub(crate) fn decode(payload: &str, now_ms: i64) -> Self {
        let reading = emvqr::read(payload, &Options::at(now_ms));
        let facts = reading.code.as_ref().map(Facts::of).unwrap_or_default();
        Self::new(&reading, &emvqr_common::decode(payload, now_ms), facts)
    }

    pub(crate) fn lint(payload: &str, now_ms: i64, profile: Profile) -> Self {
        let reading = emvqr::read(payload, &Options { now_ms, profile });
        let json = emvqr_common::lint(payload, now_ms, profile);
        Self::new(&reading, &json, Facts::default())
    }

    fn new(reading: &Reading<'_>, json: &Value, facts: Facts) -> Self {
        Self {
            verdict: status::verdict(reading.verdict),
            // JSON escapes zeros, so there is always a text.
            json: text(&json.to_string()).unwrap_or_default(),
            scheme: reading.scheme.and_then(|scheme| text(scheme.as_str())),
            facts,
        }
    }
}

impl Facts {
    fn of(code: &Code<'_>) -> Self {
        let common = code.common();
        let currency = common.currency;
        let exponent = currency.exponent();
        let minor = |exponent| common.amount?.minor_units(exponent).ok();
        let (account, created_ms, expires_ms) = match code {
            Code::Khqr(khqr) => {
                let account = text(khqr.account_id());
                (account, khqr.created_ms(), khqr.expires_ms())
            }
            Code::Jpqr(jpqr) => (text(&jpqr.store_id().to_string()), None, None),
            Code::Merchant(merchant) => {
                let accounts = merchant.accounts();
                let (_, holder) = accounts.iter().find_map(|account| account.network).unzip();
                (holder.and_then(|holder| text(holder.id)), None, None)
            }
        };
        Self {
            account,
            amount: common.amount.and_then(|amount| text(amount.text())),
            amount_minor: exponent.and_then(minor),
            currency: match currency.alpha() {
                Some(alpha) => text(alpha),
                None => text(&currency.to_string()),
            },
            country: text(common.country),
            name: common.name.and_then(text),
            city: common.city.and_then(text),
            local_name: common.local.and_then(|local| text(local.name)),
            bill: common.additional.bill.and_then(text),
            created_ms,
            expires_ms,
        }
    }
}

/// `None` of a text with a zero in it, which C would take for a shorter one.
pub(crate) fn text(text: &str) -> Option<CString> {
    CString::new(text).ok()
}
