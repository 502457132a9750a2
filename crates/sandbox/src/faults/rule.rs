//! A rule as it is typed: in `institution.toml` and at `PUT /control/faults`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::limits::{FAULT_DELAY_MS_MAX, FAULT_RULES_MAX};

/// How an institution misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Answers after `delay_ms`.
    Slow,
    /// Hears nothing and answers nothing.
    Silent,
    /// Says no, with `reason` where there is one.
    Rejects,
    /// Sends a second answer that nobody asked for behind the first one.
    AnswersTwice,
    /// Decides in time and answers when nobody waits any more.
    Late,
    /// Answers about another id, or acknowledges another position.
    OutOfOrder,
    /// Signs its answer wrongly.
    BadSignature,
    /// Answers, and its process ends.
    DiesAfterAnswering,
}

/// What the hub calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Callback {
    /// `POST /resolve`.
    Resolve,
    /// `POST /credits`.
    Credits,
    /// `POST /outcomes`.
    Outcomes,
    /// `GET /credits/{id}`.
    Status,
}

/// What the second answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Second {
    /// The same as the first.
    #[default]
    Same,
    /// The other verdict, as validly signed as the first.
    Other,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// How.
    pub fault: FaultKind,
    /// On which callbacks; the ask when absent.
    #[serde(default = "on_credits")]
    pub on: Vec<Callback>,
    /// How often; until the rules change when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// `slow`: by how much; 2,000 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u32>,
    /// `rejects`: the ISO 20022 status reason; `AC06` (blocked account) when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// `answers_twice`: what the second answer to an ask says.
    #[serde(default)]
    pub second: Second,
}

fn on_credits() -> Vec<Callback> {
    vec![Callback::Credits]
}

impl FaultRule {
    /// A fault of the ask with everything as it is when nobody says more.
    pub fn of(fault: FaultKind) -> Self {
        Self {
            fault,
            on: on_credits(),
            times: None,
            delay_ms: None,
            reason: None,
            second: Second::Same,
        }
    }
}

/// What an institution begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultSettings {
    /// Whether the magic amounts work; histories and benchmarks switch them off.
    pub magic_amounts: bool,
    /// The rules.
    pub faults: Vec<FaultRule>,
}

impl Default for FaultSettings {
    fn default() -> Self {
        Self {
            magic_amounts: true,
            faults: Vec::new(),
        }
    }
}

/// `PUT /control/faults`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultsPut {
    pub(crate) faults: Vec<FaultRule>,
}

/// `GET /control/faults`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultsShown {
    /// Who misbehaves.
    pub participant: String,
    /// Always true.
    pub simulated: bool,
    /// Whether the magic amounts work.
    pub magic_amounts: bool,
    /// The rules in their order; the first that fits is followed.
    pub faults: Vec<RuleShown>,
    /// Callbacks that were misbehaved to since the process began, by rules and amounts.
    pub hits: u64,
    /// Callbacks that came through the gates since the process began.
    pub served: BTreeMap<Callback, u64>,
}

/// A rule and what it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleShown {
    /// The rule.
    #[serde(flatten)]
    pub rule: FaultRule,
    /// How often it was followed.
    pub hits: u64,
    /// How often it will be yet; without end when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<u64>,
}

/// What is wrong with the rules, if anything.
pub(super) fn wrong(rules: &[FaultRule]) -> Option<String> {
    if rules.len() > FAULT_RULES_MAX {
        return Some(format!("at most {FAULT_RULES_MAX} rules"));
    }
    rules.iter().find_map(|rule| {
        let is_reason = |reason: &String| {
            reason.len() == 4
                && reason
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        };
        let resolves = rule.on.contains(&Callback::Resolve);
        let why = if rule.on.is_empty() {
            "`on` names no callback"
        } else if rule.times == Some(0) {
            "`times` is at least 1"
        } else if rule
            .delay_ms
            .is_some_and(|delay| delay > FAULT_DELAY_MS_MAX)
        {
            "`delay_ms` is too large"
        } else if rule
            .reason
            .as_ref()
            .is_some_and(|reason| !is_reason(reason))
        {
            "`reason` has four capital letters or digits"
        } else if rule.fault == FaultKind::OutOfOrder && resolves {
            "the answer to `resolve` names no id that could be another one"
        } else {
            return None;
        };
        Some(why.to_owned())
    })
}
