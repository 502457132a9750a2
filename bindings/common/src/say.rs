//! Reading, as JSON. `crates/spean/tests/e2e/bindings.rs` holds the terminal against the same
//! examples, so that the two cannot drift.

use emvqr::{AccountFacts, Description, Finding, Options, Profile, Reading};
use serde_json::{Map, Value, json};

/// What a code means, what is wrong with it and whether a wallet may go on at `now_ms`,
/// milliseconds since 1970.
#[must_use]
pub fn decode(payload: &str, now_ms: i64) -> Value {
    let mut whole = judged(&emvqr::read(payload, &Options::at(now_ms)));
    if let Some(facts) = emvqr::describe(payload) {
        whole.append(&mut meaning(&facts));
    }
    Value::Object(whole)
}

/// What is wrong with a code, without what it means.
#[must_use]
pub fn lint(payload: &str, now_ms: i64, profile: Profile) -> Value {
    let options = Options { now_ms, profile };
    Value::Object(judged(&emvqr::read(payload, &options)))
}

/// A profile by its name at the terminal.
#[must_use]
pub fn profile(name: &str) -> Option<Profile> {
    match name {
        "lenient" => Some(Profile::Lenient),
        "khqr" => Some(Profile::Khqr),
        "jpqr" => Some(Profile::Jpqr),
        "strict" => Some(Profile::Strict),
        _ => None,
    }
}

fn judged(reading: &Reading<'_>) -> Map<String, Value> {
    let findings: Vec<Value> = reading.findings.iter().map(finding).collect();
    object([
        ("scheme", json!(reading.scheme.map(emvqr::Scheme::as_str))),
        ("verdict", json!(reading.verdict.as_str())),
        ("findings", json!(findings)),
    ])
}

fn finding(finding: &Finding) -> Value {
    json!({
        "code": finding.code,
        "severity": finding.severity.as_str(),
        "path": finding.path,
        "span": [finding.span.start, finding.span.end],
        "message": finding.message,
        "sdk_code": finding.sdk_code,
        "source": finding.source,
    })
}

fn meaning(facts: &Description<'_>) -> Map<String, Value> {
    let accounts: Vec<Value> = facts.accounts.iter().map(account).collect();
    let merchant = json!({
        "name": facts.name,
        "city": facts.city,
        "category": facts.category,
        "postal_code": facts.postal_code,
        "local_language": facts.local_language,
        "local_name": facts.local_name,
        "local_city": facts.local_city,
    });
    object([
        ("network", json!(facts.network)),
        ("initiation", json!(facts.initiation)),
        ("accounts", json!(accounts)),
        ("amount", json!(facts.amount)),
        ("currency", json!(facts.currency)),
        ("country", json!(facts.country)),
        ("merchant", merchant),
        ("created_at", json!(facts.created_ms.and_then(time))),
        ("expires_at", json!(facts.expires_ms.and_then(time))),
        ("additional", by_path(&facts.additional)),
        ("unknown", by_path(&facts.unknown)),
    ])
}

fn account(account: &AccountFacts<'_>) -> Value {
    json!({
        "kind": account.kind,
        "tag": account.tag,
        "id": account.id,
        "fields": by_path(&account.fields),
    })
}

fn by_path(fields: &[(String, &str)]) -> Value {
    let rows = fields.iter();
    rows.map(|(path, text)| (path.clone(), json!(text)))
        .collect()
}

fn object<const N: usize>(rows: [(&str, Value); N]) -> Map<String, Value> {
    rows.into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

fn time(ms: i64) -> Option<String> {
    let time = jiff::Timestamp::from_millisecond(ms).ok()?;
    Some(time.to_string())
}
