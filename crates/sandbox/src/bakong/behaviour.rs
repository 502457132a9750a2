//! What is not known about the real one for certain, as settings. The defaults follow the best
//! evidence; `docs/BAKONG.md` says for each how good that is.

use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::api::Operation;
use crate::limits::{BAKONG_EMAIL_CHARS_MAX, BAKONG_INTEGRATORS_MAX};
use crate::trouble::{Fault, broken_plainly};

/// How the simulated Bakong answers where sources disagree or guess.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Behaviour {
    /// The life of a token.
    pub token_days: u32,
    /// Calls with one token in one calendar day; refused ones count too.
    pub budget_per_day: u32,
    /// Where the calendar day begins, in minutes east of Greenwich.
    pub day_offset_minutes: i32,
    /// The HTTP status of a call beyond the budget.
    pub exhausted_http: u16,
    /// The error code of a call beyond the budget.
    pub exhausted_code: u16,
    /// The HTTP status when nothing is found: no movement, no account, no address.
    pub not_found_http: u16,
    /// What the check by MD5 says of a printed code that was paid; the list always says it.
    pub printed_code: PrintedCode,
    /// Whether the check of an account needs a token, and so costs one call.
    pub account_needs_token: bool,
    /// Whether renewing ends the address's older tokens.
    pub renewal_ends_older: bool,
    /// Operations that are answered with a bare 403, as callers abroad get it.
    pub closed: Vec<String>,
    /// The addresses that are registered; the first one's token lies in the folder.
    pub integrators: Vec<String>,
}

/// What is said of a printed code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintedCode {
    /// That it is not supported.
    Refused,
    /// That nothing was found.
    NotFound,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            token_days: 90,
            budget_per_day: 100,
            day_offset_minutes: 420,
            exhausted_http: 429,
            exhausted_code: 17,
            not_found_http: 200,
            printed_code: PrintedCode::Refused,
            account_needs_token: false,
            renewal_ends_older: false,
            closed: Vec::new(),
            integrators: vec!["developer@example.com".to_owned()],
        }
    }
}

impl Behaviour {
    /// Refuses settings that mean nothing.
    pub(super) fn checked(self) -> Result<Rules, Fault> {
        let status = |name: &str, value: u16| {
            let unfit = || broken_plainly(format!("`{name}` is no HTTP status: `{value}`"));
            StatusCode::from_u16(value).map_err(|_range| unfit())
        };
        let exhausted_http = status("exhausted_http", self.exhausted_http)?;
        let not_found_http = status("not_found_http", self.not_found_http)?;
        let mut closed = Vec::new();
        for name in &self.closed {
            let unknown = || broken_plainly(format!("`closed` names no operation: `{name}`"));
            closed.push(Operation::of(name).ok_or_else(unknown)?);
        }
        if self.integrators.len() > BAKONG_INTEGRATORS_MAX {
            return Err(broken_plainly("too many `integrators`"));
        }
        for email in &self.integrators {
            if !is_email(email) {
                return Err(broken_plainly(format!("no e-mail address: `{email}`")));
            }
        }
        Ok(Rules {
            exhausted_http,
            not_found_http,
            closed,
            settings: self,
        })
    }
}

/// The settings once they are known to make sense.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) exhausted_http: StatusCode,
    pub(super) not_found_http: StatusCode,
    pub(super) closed: Vec<Operation>,
    pub(super) settings: Behaviour,
}

impl Rules {
    /// The calendar day that a time falls into.
    pub(super) fn day(&self, now_ms: i64) -> i64 {
        let offset_ms = i64::from(self.settings.day_offset_minutes).saturating_mul(60_000);
        now_ms.saturating_add(offset_ms).div_euclid(DAY_MS)
    }

    /// How long a token lives.
    pub(super) fn life_ms(&self) -> i64 {
        i64::from(self.settings.token_days).saturating_mul(DAY_MS)
    }

    pub(super) fn is_closed(&self, operation: Operation) -> bool {
        self.closed.contains(&operation)
    }
}

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Just enough to tell an address from a slip of the hand.
pub(super) fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    text.len() <= BAKONG_EMAIL_CHARS_MAX
        && text.chars().all(|letter| letter.is_ascii_graphic())
        && parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}
