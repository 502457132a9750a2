//! The operations. The order of the checks is the doctrine: who is closed out learns nothing; a
//! call is counted before its body is looked at, since the real one is reported to count refused
//! calls too; only then is anything looked for.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http_body_util::{BodyExt as _, Limited};
use participant::edge::Clock;
use tokio::sync::{Mutex, Semaphore};

use super::answer::{self, Answer, Refusal};
use super::banks::{Banks, By};
use super::behaviour::{PrintedCode, Rules};
use super::question;
use super::tokens::{Charge, Tokens};
use crate::desk::api::Health;
use crate::limits::{BAKONG_BODY_BYTES_MAX, BAKONG_BODY_DEADLINE, BAKONG_CALLS_MAX};
use crate::trouble::Fault;

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    RenewToken,
    Account,
    Md5,
    Hash,
    ShortHash,
    Instruction,
    External,
    Md5List,
    HashList,
}

/// Every operation by the last part of its address.
const OPERATIONS: [(&str, Operation); 9] = [
    ("renew_token", Operation::RenewToken),
    ("check_bakong_account", Operation::Account),
    ("check_transaction_by_md5", Operation::Md5),
    ("check_transaction_by_hash", Operation::Hash),
    ("check_transaction_by_short_hash", Operation::ShortHash),
    (
        "check_transaction_by_instruction_ref",
        Operation::Instruction,
    ),
    ("check_transaction_by_external_ref", Operation::External),
    ("check_transaction_by_md5_list", Operation::Md5List),
    ("check_transaction_by_hash_list", Operation::HashList),
];

impl Operation {
    pub(super) fn of(name: &str) -> Option<Self> {
        let row = OPERATIONS.iter().find(|(known, _)| *known == name);
        row.map(|(_, operation)| *operation)
    }

    fn needs_token(self, rules: &Rules) -> bool {
        match self {
            Operation::RenewToken => false,
            Operation::Account => rules.settings.account_needs_token,
            Operation::Md5
            | Operation::Hash
            | Operation::ShortHash
            | Operation::Instruction
            | Operation::External
            | Operation::Md5List
            | Operation::HashList => true,
        }
    }
}

/// What every call works with.
#[derive(Debug)]
pub(super) struct Office {
    pub(super) rules: Rules,
    clock: Clock,
    calls: Semaphore,
    files: Arc<Mutex<Files>>,
}

/// What lies on disk; one call at a time looks at it.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) tokens: Tokens,
    pub(super) banks: Banks,
}

impl Office {
    pub(super) fn new(rules: Rules, clock: Clock, files: Files) -> Self {
        Self {
            rules,
            clock,
            calls: Semaphore::new(BAKONG_CALLS_MAX),
            files: Arc::new(Mutex::new(files)),
        }
    }

    /// Works on the files, off the threads that serve.
    async fn on_files<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Files) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let Ok(_room) = self.calls.try_acquire() else {
            return Err(Refusal::Unreachable);
        };
        let mut files = Arc::clone(&self.files).lock_owned().await;
        let done = tokio::task::spawn_blocking(move || work(&mut files)).await;
        done.map_err(|_panicked| Refusal::Unreachable)
    }
}

/// The routes. Nothing is kept from pages of other origins but by the token, as at the real one.
pub(super) fn router(office: Arc<Office>) -> Router {
    Router::new()
        .route("/v1/{operation}", post(operate))
        .route("/healthz", get(health))
        .fallback(not_simulated)
        .method_not_allowed_fallback(not_posted)
        .with_state(office)
}

async fn not_simulated(State(office): State<Arc<Office>>) -> Response {
    Refusal::NotSimulated.into_response(&office.rules)
}

async fn not_posted(State(office): State<Arc<Office>>) -> Response {
    Refusal::NotPosted.into_response(&office.rules)
}

async fn health(State(office): State<Arc<Office>>) -> Response {
    let ready = office.on_files(|files| files.banks.are_open()).await;
    let health = Health {
        participant: "bakong".to_owned(),
        ready: ready.unwrap_or(false),
        simulated: true,
    };
    Json(health).into_response()
}

async fn operate(
    State(office): State<Arc<Office>>,
    name: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    // Escapes that make no text name nothing here.
    let operation = name.ok().and_then(|Path(name)| Operation::of(&name));
    let Some(operation) = operation else {
        return Refusal::NotSimulated.into_response(&office.rules);
    };
    if office.rules.is_closed(operation) {
        return answer::closed();
    }
    match answered(&office, operation, request).await {
        Ok(answer) => answer.into_response(),
        Err(refusal) => refusal.into_response(&office.rules),
    }
}

async fn answered(
    office: &Office,
    operation: Operation,
    request: Request,
) -> Result<Answer, Refusal> {
    let token = bearer(request.headers());
    let body = body(request).await;
    let (rules, now_ms) = (office.rules.clone(), office.clock.now_ms());
    let work = move |files: &mut Files| -> Result<Answer, Refusal> {
        if operation.needs_token(&rules) {
            charge(files, token.as_deref(), now_ms, &rules)?;
        }
        look(files, operation, &body?, now_ms, &rules)
    };
    office.on_files(work).await?
}

/// What stands behind `Bearer`.
fn bearer(headers: &HeaderMap) -> Option<String> {
    let given = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = given.split_once(' ')?;
    let token = token.trim();
    let fits = scheme.eq_ignore_ascii_case("bearer") && !token.is_empty();
    fits.then(|| token.to_owned())
}

async fn body(request: Request) -> Result<Vec<u8>, Refusal> {
    let whole = Limited::new(request.into_body(), BAKONG_BODY_BYTES_MAX).collect();
    match tokio::time::timeout(BAKONG_BODY_DEADLINE, whole).await {
        Ok(Ok(body)) => Ok(body.to_bytes().to_vec()),
        Ok(Err(_long_or_broken)) => Err(Refusal::BodyTooLarge),
        Err(_elapsed) => Err(Refusal::FieldsMissing),
    }
}

fn charge(
    files: &mut Files,
    token: Option<&str>,
    now_ms: i64,
    rules: &Rules,
) -> Result<(), Refusal> {
    let token = token.ok_or(Refusal::Unauthorised)?;
    match files.tokens.charge(token, now_ms, rules).map_err(down)? {
        Charge::Granted => Ok(()),
        Charge::Nobody => Err(Refusal::Unauthorised),
        Charge::Exhausted => Err(Refusal::Exhausted),
    }
}

fn look(
    files: &mut Files,
    operation: Operation,
    body: &[u8],
    now_ms: i64,
    rules: &Rules,
) -> Result<Answer, Refusal> {
    let by = match operation {
        Operation::RenewToken => {
            let email = question::email(body)?;
            let issued = files.tokens.issue(&email, now_ms, rules).map_err(down)?;
            return issued.map(Answer::Token).ok_or(Refusal::NotRegistered);
        }
        Operation::Account => {
            let account = question::account(body)?;
            let found = files.banks.have_account(&account).map_err(down)?;
            return found
                .then_some(Answer::AccountExists)
                .ok_or(Refusal::AccountUnknown);
        }
        Operation::Md5List => {
            let rows = each(&mut files.banks, question::list(body)?, By::Md5)?;
            return Ok(Answer::Md5s(rows));
        }
        Operation::HashList => {
            let rows = each(&mut files.banks, question::list(body)?, By::Hash)?;
            return Ok(Answer::Hashes(rows));
        }
        Operation::Md5 => By::Md5(question::text(body, "md5")?),
        Operation::Hash => By::Hash(question::text(body, "hash")?),
        Operation::ShortHash => By::Short(question::short(body)?),
        Operation::Instruction => By::Instruction(question::text(body, "instructionRef")?),
        Operation::External => By::External(question::text(body, "externalRef")?),
    };
    let found = files.banks.find(&by).map_err(down)?;
    let found = found.ok_or(Refusal::NotFound)?;
    match (operation, found.printed, rules.settings.printed_code) {
        (Operation::Md5, true, PrintedCode::Refused) => Err(Refusal::Printed),
        (Operation::Md5, true, PrintedCode::NotFound) => Err(Refusal::NotFound),
        (_, _, PrintedCode::Refused | PrintedCode::NotFound) => Ok(Answer::Found(found)),
    }
}

type Rows = Vec<(String, Option<super::banks::Found>)>;

fn each(banks: &mut Banks, texts: Vec<String>, by: fn(String) -> By) -> Result<Rows, Refusal> {
    let mut rows = Vec::with_capacity(texts.len());
    for text in texts {
        let found = banks.find(&by(text.clone())).map_err(down)?;
        rows.push((text, found));
    }
    Ok(rows)
}

/// A file that does not answer is what the real one calls a server that cannot be reached.
fn down(fault: Fault) -> Refusal {
    tracing::error!(%fault, "the simulated Bakong cannot look into its files");
    Refusal::Unreachable
}
