use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use expect_test::{expect, expect_file};

use super::*;

#[test]
fn code_variant_and_wire_text_agree() {
    let mut seen = BTreeSet::new();
    for code in Code::ALL {
        let text = code.as_str();
        assert_eq!(serde_json::to_string(code).unwrap(), format!("\"{text}\""));
        assert_eq!(
            serde_json::from_str::<Code>(&format!("\"{text}\"")).unwrap(),
            *code
        );
        assert!(seen.insert(text), "{text} twice");
    }
    assert_eq!(seen.len(), CATALOGUE.len());
    assert!(serde_json::from_str::<Code>("\"no_such_code\"").is_err());
}

#[test]
fn rows_keep_the_house_style() {
    for entry in CATALOGUE {
        let Entry {
            code, title, words, ..
        } = entry;
        assert!(
            title.starts_with(|c: char| c.is_ascii_lowercase()),
            "{code}: {title}"
        );
        assert!(
            !title.ends_with('.') && title.len() <= 70,
            "{code}: {title}"
        );
        assert!(
            words.starts_with(|c: char| c.is_ascii_uppercase()),
            "{code}: {words}"
        );
        assert!(
            words.ends_with('.') && words.len() <= 120,
            "{code}: {words}"
        );
    }
}

#[test]
fn who_acts_and_when_fit_the_status() {
    for entry in CATALOGUE {
        let code = entry.code;
        let is_ours = entry.status.as_u16() >= 500;
        let can_wait = matches!(entry.retry, Retry::SameRequest | Retry::Later);
        assert!(
            !is_ours || can_wait,
            "{code}: a 5xx that may never be tried again"
        );
        assert!(
            entry.who != Who::Hub || is_ours,
            "{code}: the hub's fault as a 4xx"
        );
        let is_authentication = entry.group == Group::Authentication;
        assert_eq!(is_authentication, entry.status.as_u16() == 401, "{code}");
    }
}

#[test]
fn status_can_only_be_an_error() {
    for (number, is_status) in [
        (399, false),
        (400, true),
        (599, true),
        (600, false),
        (200, false),
    ] {
        assert_eq!(Status::try_from(number).is_ok(), is_status, "{number}");
        assert_eq!(
            serde_json::from_str::<Status>(&number.to_string()).is_ok(),
            is_status
        );
    }
}

#[test]
fn problem_says_all_that_the_catalogue_knows() {
    let problem = Problem::new(Code::InvalidField)
        .with_detail("expected one of `KHR`, `USD`")
        .with_instance("/v1/quotes")
        .with_field("/amount/currency");
    let text = serde_json::to_string_pretty(&problem).unwrap();
    expect![[r#"
        {
          "type": "urn:spean:error:invalid_field",
          "title": "member has the wrong type or form",
          "status": 400,
          "code": "invalid_field",
          "who_must_act": "caller",
          "retry": "after_change",
          "detail": "expected one of `KHR`, `USD`",
          "instance": "/v1/quotes",
          "field": "/amount/currency"
        }"#]]
    .assert_eq(&text);
    assert_eq!(serde_json::from_str::<Problem>(&text).unwrap(), problem);
    let short = Problem::new(Code::InvalidField)
        .with_detail("found null")
        .with_field("/a");
    expect!["member has the wrong type or form (invalid_field), at `/a`, detail: `found null`"]
        .assert_eq(&short.to_string());

    let bare = serde_json::to_string(&Problem::new(Code::Busy)).unwrap();
    assert!(!bare.contains("null"), "{bare}");
}

#[test]
fn a_document_that_contradicts_the_catalogue_is_read_as_its_code() {
    let text = r#"{"type":"about:blank","title":"fine","status":599,"code":"code_used",
        "who_must_act":"payer","retry":"same_request"}"#;
    assert_eq!(
        serde_json::from_str::<Problem>(text).unwrap(),
        Problem::new(Code::CodeUsed)
    );
    assert!(serde_json::from_str::<Problem>(&text.replace("599", "200")).is_err());
}

#[test]
fn documentation_is_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/ERRORS.md");
    expect_file![path].assert_eq(&render());
}

fn render() -> String {
    let mut text = String::from(PREFACE);
    let mut group = None;
    for entry in CATALOGUE {
        if group != Some(entry.group) {
            group = Some(entry.group);
            let (title, words) = chapter(entry.group);
            write!(text, "\n## {title}\n\n{words}\n\n{HEAD}").unwrap();
        }
        let Entry {
            code,
            status,
            title,
            who,
            retry,
            words,
            ..
        } = entry;
        let (status, who, retry) = (status.as_u16(), on_the_wire(who), on_the_wire(retry));
        writeln!(
            text,
            "| `{code}` | {status} | {title} | {who} | {retry} | {words} |"
        )
        .unwrap();
    }
    text
}

const HEAD: &str = "| code | status | what is wrong | who must act | retry | what to do |\n\
                    |---|---|---|---|---|---|\n";

const PREFACE: &str = r#"# Errors

<!-- Generated from crates/wire/src/error/catalogue.rs by its test. Do not edit. -->

Every refusal is a problem document (RFC 9457, `application/problem+json`):

```json
{
  "type": "urn:spean:error:quote_expired",
  "title": "quote has expired",
  "status": 422,
  "code": "quote_expired",
  "who_must_act": "payer_participant",
  "retry": "new_id"
}
```

Program against `code`: codes are added, never renamed and never given another meaning.
`title` is the same for every occurrence; `detail` says what is wrong this time and is for people.
`field` is a JSON pointer to the member of your body, `instance` the thing that it is about.
An unknown code is treated by its `retry`, which has five values:

| retry | means |
|---|---|
| `never` | nothing that the sender can change makes this request succeed |
| `same_request` | send the same body again, signed anew; if it stands already, its answer comes |
| `after_change` | correct what is named, then send again; the id is still free |
| `new_id` | the refusal is final for this id; a new attempt needs a new id |
| `later` | send the same body after some minutes, when whoever must act has acted |

"who must act" is `who_must_act` of the problem; `caller` is whoever sent the request.

No error of this list, and no status, is the outcome of a payment.
Outcomes are `completed`, `cancelled` and `refused`, as `GET /v1/payments/{id}` shows them.
"#;

fn chapter(group: Group) -> (&'static str, &'static str) {
    match group {
        Group::Requests => (
            "Requests",
            "The form of a request, before anybody looks at its sense.",
        ),
        Group::Authentication => (
            "Authentication",
            "Signatures (RFC 9421) and digests (RFC 9530), as [SIGNING.md](SIGNING.md) describes. \
             Nothing of this sending was consumed.",
        ),
        Group::Codes => (
            "Codes and merchants",
            "What a scan can say. Nothing was consumed.",
        ),
        Group::Quotes => (
            "Amounts and quotes",
            "What a quote, or a payment with it, can say.",
        ),
        Group::Payments => ("Payments", "What a payment or its cancellation can say."),
        Group::Refunds => (
            "Refunds",
            "A refund is an item with its own id and its own outcome.",
        ),
        Group::Rates => ("Rates", "What an FX provider can hear."),
        Group::Actions => ("Actions", "What operators can hear."),
        Group::Receipts => (
            "Receipts",
            "What a shop can hear that checks a customer's receipt.",
        ),
        Group::Telling => (
            "Events and webhooks",
            "What a stream of events, a webhook or a replay can say.",
        ),
        Group::Settlement => (
            "Settlement",
            "About windows, payouts and pledges; two operators act, or the bank's statement does.",
        ),
        Group::Hub => ("The hub itself", "Ours to mend."),
    }
}

/// As the wire writes it, so that a reader finds in the table what a problem says.
fn on_the_wire(value: impl Serialize) -> String {
    let text = serde_json::to_value(value).unwrap();
    format!("`{}`", text.as_str().unwrap())
}
