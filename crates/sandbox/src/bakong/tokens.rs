//! Who may ask, and how often. A token looks like the real one's, a JWT that says when it was
//! issued and when it ends, because clients read that; but it is looked up and never believed:
//! its third part is random, and only its SHA-256 is kept.

use std::path::Path;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::behaviour::Rules;
use super::hex;
use crate::limits::{BAKONG_TOKEN_CHARS_MAX, BAKONG_TOKENS_MAX};
use crate::trouble::{Fault, broken_plainly};

/// Raised whenever the tables change.
const VERSION: i64 = 1;

const TABLES: &str = "
    CREATE TABLE integrator (email TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    -- Calls of one calendar day; the next day begins at nothing.
    CREATE TABLE token (
        digest TEXT PRIMARY KEY,
        email TEXT NOT NULL,
        issued INTEGER NOT NULL,
        expires_ms INTEGER NOT NULL,
        day INTEGER NOT NULL DEFAULT 0,
        calls INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;
";

/// What a call with a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charge {
    /// It was counted and may go on.
    Granted,
    /// The token is nobody's or at its end.
    Nobody,
    /// The day's budget is spent.
    Exhausted,
}

/// The register and the tokens, in the simulated Bakong's own file.
#[derive(Debug)]
pub(super) struct Tokens(Connection);

impl Tokens {
    pub(super) fn open(path: &Path) -> Result<Self, Fault> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if version != 0 && version != VERSION {
            let words = format!("the simulated Bakong's file has version `{version}`");
            return Err(broken_plainly(words));
        }
        // A count of calls that a power cut takes back harms nobody.
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")?;
        if version == 0 {
            connection.execute_batch(&format!(
                "BEGIN IMMEDIATE; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;"
            ))?;
        }
        Ok(Self(connection))
    }

    /// The register is what the settings say, nobody else; who left it loses the tokens.
    pub(super) fn register(&mut self, emails: &[String]) -> Result<(), Fault> {
        let change = self.0.savepoint()?;
        change.execute("DELETE FROM integrator", [])?;
        for email in emails {
            change.execute("INSERT OR IGNORE INTO integrator VALUES (?1)", [email])?;
        }
        let strangers = "DELETE FROM token WHERE email NOT IN (SELECT email FROM integrator)";
        change.execute(strangers, [])?;
        Ok(change.commit()?)
    }

    /// A new token for an address; `None` when it is not registered.
    pub(super) fn issue(
        &mut self,
        email: &str,
        now_ms: i64,
        rules: &Rules,
    ) -> Result<Option<String>, Fault> {
        let known = "SELECT count(*) FROM integrator WHERE email = ?1";
        let known: i64 = self.0.query_row(known, [email], |row| row.get(0))?;
        if known == 0 {
            return Ok(None);
        }
        let expires_ms = now_ms.saturating_add(rules.life_ms());
        let token = written(now_ms, expires_ms)?;
        let change = self.0.savepoint()?;
        if rules.settings.renewal_ends_older {
            change.execute("DELETE FROM token WHERE email = ?1", [email])?;
        }
        change.execute("DELETE FROM token WHERE expires_ms <= ?1", [now_ms])?;
        let put = "INSERT INTO token (digest, email, issued, expires_ms) VALUES \
                   (?1, ?2, (SELECT coalesce(max(issued), 0) + 1 FROM token), ?3)";
        change.execute(put, params![digest_of(&token), email, expires_ms])?;
        let oldest = "DELETE FROM token WHERE email = ?1 AND digest NOT IN \
                      (SELECT digest FROM token WHERE email = ?1 ORDER BY issued DESC LIMIT ?2)";
        change.execute(oldest, params![email, BAKONG_TOKENS_MAX])?;
        change.commit()?;
        Ok(Some(token))
    }

    /// When a token ends; `None` when it is nobody's.
    pub(super) fn end(&self, token: &str) -> Result<Option<i64>, Fault> {
        if token.len() > BAKONG_TOKEN_CHARS_MAX {
            return Ok(None);
        }
        let sql = "SELECT expires_ms FROM token WHERE digest = ?1";
        let mut found = self.0.prepare_cached(sql)?;
        Ok(found
            .query_row([digest_of(token)], |row| row.get(0))
            .optional()?)
    }

    /// Counts a call, whatever becomes of it.
    pub(super) fn charge(
        &mut self,
        token: &str,
        now_ms: i64,
        rules: &Rules,
    ) -> Result<Charge, Fault> {
        if self.end(token)?.is_none_or(|end_ms| end_ms <= now_ms) {
            return Ok(Charge::Nobody);
        }
        let sql = "UPDATE token SET calls = CASE day WHEN ?2 THEN calls + 1 ELSE 1 END, day = ?2 \
                   WHERE digest = ?1 RETURNING calls";
        let call = params![digest_of(token), rules.day(now_ms)];
        let calls: i64 = self
            .0
            .prepare_cached(sql)?
            .query_row(call, |row| row.get(0))?;
        Ok(if calls > i64::from(rules.settings.budget_per_day) {
            Charge::Exhausted
        } else {
            Charge::Granted
        })
    }
}

/// `header.claims.random`, with the claims that clients read.
fn written(now_ms: i64, expires_ms: i64) -> Result<String, Fault> {
    let (mut id, mut random) = ([0_u8; 8], [0_u8; 32]);
    for bytes in [&mut id[..], &mut random[..]] {
        rand::fill(bytes).map_err(|_unspecified| broken_plainly("draw random bytes"))?;
    }
    let claims = serde_json::json!({
        "data": { "id": hex(&id), "simulated": true },
        "iat": now_ms.div_euclid(1_000),
        "exp": expires_ms.div_euclid(1_000),
    });
    let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    Ok(format!(
        "{head}.{claims}.{}",
        URL_SAFE_NO_PAD.encode(random)
    ))
}

fn digest_of(token: &str) -> String {
    hex(digest(&SHA256, token.as_bytes()).as_ref())
}
