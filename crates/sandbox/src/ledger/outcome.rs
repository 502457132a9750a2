//! The hub's decisions as we noted them, in the order of our own stream.

use rusqlite::params;
use wire::api::{Outcome, OutcomeRole, StateView};

use super::credit::kind_name;
use super::payment::to_json;
use super::{Books, optional};
use crate::trouble::{Trouble, broken};

/// How an outcome stands to what was noted before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noted {
    /// The next one: book it.
    Next,
    /// Noted before, the same: acknowledge again.
    Again,
    /// Noted before, but with another content: the hub contradicts itself.
    Otherwise,
    /// One or more before it are missing; this is the one that must come first.
    Gap(u64),
}

pub(crate) fn role_name(role: OutcomeRole) -> &'static str {
    match role {
        OutcomeRole::Requester => "requester",
        OutcomeRole::Creditor => "creditor",
        OutcomeRole::Fx => "fx",
    }
}

fn end_name(outcome: &Outcome) -> &'static str {
    if outcome.state == StateView::Completed {
        "completed"
    } else {
        "cancelled"
    }
}

impl Books<'_> {
    /// The highest position noted; 0 before the first.
    pub(crate) fn outcome_last(&self) -> Result<u64, Trouble> {
        let sql = "SELECT coalesce(max(sequence), 0) FROM outcome";
        let last: i64 = self
            .connection
            .prepare_cached(sql)?
            .query_row([], |row| row.get(0))?;
        u64::try_from(last).map_err(|_negative| broken("an outcome below zero"))
    }

    /// How an outcome stands to what was noted before.
    pub(crate) fn outcome_noted(&self, outcome: &Outcome) -> Result<Noted, Trouble> {
        let next = self.outcome_last()?.saturating_add(1);
        if outcome.outcome_sequence == next {
            return Ok(Noted::Next);
        }
        if outcome.outcome_sequence > next {
            return Ok(Noted::Gap(next));
        }
        let sequence = i64::try_from(outcome.outcome_sequence).unwrap_or(i64::MAX);
        let sql = "SELECT body FROM outcome WHERE sequence = ?1";
        let body: Option<String> = optional(
            self.connection
                .prepare_cached(sql)?
                .query_row([sequence], |row| row.get(0)),
        )?;
        // A receipt may be signed anew with another key of the hub; it says the same.
        let told = Outcome {
            receipt: None,
            ..outcome.clone()
        };
        let same = body.is_some_and(|body| {
            serde_json::from_str::<Outcome>(&body).is_ok_and(|noted| {
                Outcome {
                    receipt: None,
                    ..noted
                } == told
            })
        });
        Ok(if same { Noted::Again } else { Noted::Otherwise })
    }

    /// Notes the next outcome.
    pub(crate) fn put_outcome(&self, outcome: &Outcome) -> Result<(), Trouble> {
        let sql = "INSERT INTO outcome (sequence, id, kind, role, state, body) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let sequence = i64::try_from(outcome.outcome_sequence).unwrap_or(i64::MAX);
        let state = end_name(outcome);
        let (kind, role) = (kind_name(outcome.kind), role_name(outcome.role));
        let row = params![sequence, outcome.id, kind, role, state, to_json(outcome)?];
        self.connection.prepare_cached(sql)?.execute(row)?;
        Ok(())
    }

    /// Whether the other end was noted for the same id.
    pub(crate) fn contradicts(&self, outcome: &Outcome) -> Result<bool, Trouble> {
        let sql = "SELECT count(*) FROM outcome WHERE id = ?1 AND state <> ?2";
        let found: i64 = self
            .connection
            .prepare_cached(sql)?
            .query_row([outcome.id.as_str(), end_name(outcome)], |row| row.get(0))?;
        Ok(found != 0)
    }

    /// Whether any outcome was noted for an id.
    pub(crate) fn decided(&self, id: &str) -> Result<bool, Trouble> {
        let sql = "SELECT count(*) FROM outcome WHERE id = ?1";
        let found: i64 = self
            .connection
            .prepare_cached(sql)?
            .query_row([id], |row| row.get(0))?;
        Ok(found != 0)
    }
}
