//! What the real one answers, shape by shape: one envelope round everything, an error code beside
//! a sentence, numbers for amounts. The sentences are the real one's where they are known, because
//! clients compare them.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::value::RawValue;

use super::banks::Found;
use super::behaviour::Rules;

/// On every answer, so that nobody takes it for the real one's.
const SIMULATED: (HeaderName, HeaderValue) = (
    HeaderName::from_static("spean-simulated"),
    HeaderValue::from_static("true"),
);

const NOT_FOUND: &str = "Transaction could not be found. Please check and try again.";
const PRINTED: &str = "Sorry, the system does not support static QR code.";

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// No movement fits: not paid, not yet, or never heard of.
    NotFound,
    /// The code is a printed one, which is not followed.
    Printed,
    /// A field is absent, empty, too long or of another kind.
    FieldsMissing,
    /// The body does not end.
    BodyTooLarge,
    /// No token, a foreign one, or one at its end.
    Unauthorised,
    /// Our own files do not answer.
    Unreachable,
    /// The e-mail address is nobody's.
    NotRegistered,
    /// No bank has the account.
    AccountUnknown,
    /// It is no `name@bank`.
    AccountInvalid,
    /// The day's budget is spent.
    Exhausted,
    /// Nothing is simulated at this address.
    NotSimulated,
    /// Everything here is a POST.
    NotPosted,
}

impl Refusal {
    /// HTTP status, error code, sentence.
    fn row(self, rules: &Rules) -> (StatusCode, Option<u16>, &'static str) {
        match self {
            Refusal::NotFound => (rules.not_found_http, Some(1), NOT_FOUND),
            Refusal::Printed => (rules.not_found_http, Some(2), PRINTED),
            Refusal::FieldsMissing => {
                (StatusCode::BAD_REQUEST, Some(5), "Missing required fields.")
            }
            Refusal::BodyTooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                Some(5),
                "Missing required fields.",
            ),
            Refusal::Unauthorised => (
                StatusCode::UNAUTHORIZED,
                Some(6),
                "Unauthorized, not yet requested for token or code invalid",
            ),
            Refusal::Unreachable => (
                StatusCode::INTERNAL_SERVER_ERROR,
                Some(9),
                "Cannot connect to server. Please try again later.",
            ),
            Refusal::NotRegistered => (rules.not_found_http, Some(10), "Not registered yet"),
            Refusal::AccountUnknown => (rules.not_found_http, Some(11), "Account ID not found"),
            Refusal::AccountInvalid => (StatusCode::BAD_REQUEST, Some(12), "Account ID is invalid"),
            Refusal::Exhausted => (
                rules.exhausted_http,
                Some(rules.settings.exhausted_code),
                "The daily allowance of requests is used up (simulated)",
            ),
            Refusal::NotSimulated => (
                StatusCode::NOT_FOUND,
                None,
                "Not simulated: see docs/BAKONG.md for what is",
            ),
            Refusal::NotPosted => (
                StatusCode::METHOD_NOT_ALLOWED,
                None,
                "Every operation is a POST",
            ),
        }
    }

    pub(super) fn into_response(self, rules: &Rules) -> Response {
        let (status, error_code, message) = self.row(rules);
        envelope(status, error_code, message, &Data::Nothing(()))
    }
}

/// What was asked for.
#[derive(Debug)]
pub(super) enum Answer {
    /// A movement.
    Found(Found),
    /// For each MD5 of the list, in its order.
    Md5s(Vec<(String, Option<Found>)>),
    /// For each hash of the list, in its order.
    Hashes(Vec<(String, Option<Found>)>),
    /// The account is there.
    AccountExists,
    /// A new token.
    Token(String),
}

impl Answer {
    pub(super) fn into_response(self) -> Response {
        const FOUND: &str = "Getting transaction successfully.";
        let (message, data) = match self {
            Answer::Found(found) => (FOUND, Data::Movement(Box::new(Movement::of(&found)))),
            Answer::Md5s(rows) => (FOUND, Data::Md5s(rows.into_iter().map(md5_row).collect())),
            Answer::Hashes(rows) => (
                FOUND,
                Data::Hashes(rows.into_iter().map(hash_row).collect()),
            ),
            Answer::AccountExists => ("Account ID exists", Data::Nothing(())),
            Answer::Token(token) => ("Token has been issued", Data::Token { token }),
        };
        envelope(StatusCode::OK, None, message, &data)
    }
}

/// What somebody at the edge of the real one's network says to callers abroad: no envelope.
pub(super) fn closed() -> Response {
    let page = "<html><head><title>403 Forbidden</title></head>\
                <body><h1>403 Forbidden</h1><p>simulated</p></body></html>";
    let kind = [(CONTENT_TYPE, HeaderValue::from_static("text/html"))];
    (StatusCode::FORBIDDEN, [SIMULATED], kind, page).into_response()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    data: &'a Data,
    error_code: Option<u16>,
    response_code: u8,
    response_message: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Data {
    Nothing(()),
    Token { token: String },
    Movement(Box<Movement>),
    Md5s(Vec<Md5Row>),
    Hashes(Vec<HashRow>),
}

fn envelope(status: StatusCode, error_code: Option<u16>, message: &str, data: &Data) -> Response {
    let whole = Envelope {
        data,
        error_code,
        response_code: u8::from(status != StatusCode::OK || error_code.is_some()),
        response_message: message,
    };
    (status, [SIMULATED], axum::Json(whole)).into_response()
}

/// The real one's object; everything after `acknowledgedDateMs` may be null there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Movement {
    hash: String,
    from_account_id: String,
    to_account_id: String,
    currency: &'static str,
    amount: Box<RawValue>,
    description: &'static str,
    created_date_ms: i64,
    acknowledged_date_ms: i64,
    tracking_status: Option<&'static str>,
    receiver_bank: String,
    receiver_bank_account: Option<&'static str>,
    instruction_ref: Option<String>,
    external_ref: String,
}

impl Movement {
    fn of(found: &Found) -> Self {
        Self {
            hash: found.hash.clone(),
            from_account_id: found.from.clone(),
            to_account_id: found.to.clone(),
            currency: found.money.currency.alpha(),
            amount: number(&found.money.amount.decimal(found.money.currency)),
            description: "simulated",
            created_date_ms: found.at_ms,
            acknowledged_date_ms: found.at_ms,
            tracking_status: None,
            receiver_bank: format!("{} (simulated)", found.bank),
            receiver_bank_account: None,
            instruction_ref: found.instruction.clone(),
            external_ref: found.external(),
        }
    }
}

/// The digits of an amount as a number of JSON, never through a float; whole amounts are written
/// as the real one's document writes them, `120000.0`.
fn number(decimal: &str) -> Box<RawValue> {
    let text = if decimal.contains('.') {
        decimal.to_owned()
    } else {
        format!("{decimal}.0")
    };
    // Digits with a point are a number of JSON, so the other arm is never taken.
    RawValue::from_string(text).unwrap_or_else(|_never| RawValue::NULL.to_owned())
}

#[derive(Serialize)]
struct Md5Row {
    md5: String,
    status: &'static str,
    message: &'static str,
    #[serde(rename = "transaction")]
    movement: Option<Movement>,
}

#[derive(Serialize)]
struct HashRow {
    hash: String,
    status: &'static str,
    message: &'static str,
    data: Option<Movement>,
}

const IN_LIST: &str = "Transaction success";

fn md5_row((md5, found): (String, Option<Found>)) -> Md5Row {
    let (status, message, movement) = match found {
        None => ("NOT_FOUND", NOT_FOUND, None),
        Some(found) if found.printed => ("STATIC_QR", PRINTED, None),
        Some(found) => ("SUCCESS", IN_LIST, Some(Movement::of(&found))),
    };
    Md5Row {
        md5,
        status,
        message,
        movement,
    }
}

fn hash_row((hash, found): (String, Option<Found>)) -> HashRow {
    let (status, message, data) = match found {
        None => ("NOT_FOUND", NOT_FOUND, None),
        Some(found) => ("SUCCESS", IN_LIST, Some(Movement::of(&found))),
    };
    HashRow {
        hash,
        status,
        message,
        data,
    }
}
