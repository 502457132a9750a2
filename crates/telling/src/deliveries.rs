//! The file that remembers what was told.
//!
//! # Doctrine
//!
//! 1. **One SQL transaction for an attempt**: the log, the cursor and the list of what was given
//!    up move together, so a crash leaves an attempt noted or not noted. One that was made and not
//!    noted is made again: at least once, and at most the one in flight.
//! 2. **The cursor never skips.** It moves by one, when its event was taken or given up, and what
//!    was given up stands in the list until a replay was taken.
//! 3. **Everything is bounded**: the log and the list drop their oldest rows, and the count of
//!    what was given up goes on, so nothing vanishes without a trace.
//! 4. synchronous=NORMAL: what a power cut loses here is told once more.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};

use crate::limits::{ATTEMPTS_KEPT, DEAD_LETTERS_MAX};

/// Why the file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum DeliveriesError {
    /// SQLite could not.
    #[error("use the file of deliveries")]
    Sql(#[from] rusqlite::Error),
    /// Nobody began to tell there, or the webhook is gone.
    #[error("find the endpoint")]
    Unknown,
}

/// The file, opened by its one user.
#[derive(Debug)]
pub struct Deliveries {
    connection: Connection,
}

/// A webhook, and which one if the name was used before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint {
    /// The participant's number.
    pub participant: u16,
    /// The name that the participant gave it.
    pub webhook: String,
    /// The batch that registered it.
    pub created: u64,
}

/// How an endpoint stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The last position that was taken or given up.
    pub told: u64,
    /// The attempts for the next one.
    pub live: Lane,
    /// What is to be told again.
    pub replay: Option<Replay>,
    /// Events that were given up since the webhook was registered.
    pub given_up: u64,
    /// Of these, those that were not taken since.
    pub dead_letters: u64,
    /// Why the last attempt that failed did, and when.
    pub last_error: Option<(String, i64)>,
}

/// The attempts for one event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    /// How many failed.
    pub failures: u32,
    /// Before this moment the next one is not made.
    pub not_before_ns: i64,
}

/// A range that is told again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replay {
    /// The next position.
    pub next: u64,
    /// The last position.
    pub to: u64,
    /// The attempts for the next one.
    pub lane: Lane,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Of which event.
    pub position: u64,
    /// Which attempt of it, from 1.
    pub attempt: u32,
    /// Whether it belongs to a replay.
    pub is_replay: bool,
    /// When it was made.
    pub at_ns: i64,
    /// How long it took.
    pub took_ms: u64,
    /// What was answered.
    pub status: Option<u16>,
    /// Why it failed; none when the event was taken.
    pub error: Option<String>,
}

/// What follows from an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The event was taken.
    Taken,
    /// It is tried again, not before this moment.
    Again {
        /// When.
        not_before_ns: i64,
    },
    /// It is given up, and the next one follows.
    GivenUp,
}

/// An event that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Which.
    pub position: u64,
    /// How many attempts were made.
    pub attempts: u32,
    /// When it was given up.
    pub at_ns: i64,
    /// Why the last attempt failed.
    pub error: String,
}

impl Deliveries {
    /// Opens the file and makes it if it is not there.
    ///
    /// # Errors
    /// When SQLite cannot open or make it.
    pub fn open(path: &Path) -> Result<Self, DeliveriesError> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.busy_timeout(std::time::Duration::from_secs(2))?;
        connection.execute_batch(include_str!("deliveries/schema.sql"))?;
        Ok(Self { connection })
    }

    /// How an endpoint stands; begins behind `from` where nothing is known of it, or where what is
    /// known is of another webhook or another journal: more than `last` cannot have been told.
    ///
    /// # Errors
    /// When SQLite cannot read or write.
    pub fn begin(
        &mut self,
        endpoint: &Endpoint,
        from: u64,
        last: u64,
    ) -> Result<Standing, DeliveriesError> {
        if let Some(standing) = self.standing(endpoint)?
            && standing.told <= last
        {
            return Ok(standing);
        }
        let sql = self.connection.transaction()?;
        forget(&sql, endpoint.participant, &endpoint.webhook)?;
        sql.prepare_cached(
            "INSERT INTO endpoint (participant, webhook, created, told) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            endpoint.participant,
            endpoint.webhook,
            endpoint.created.cast_signed(),
            from.cast_signed()
        ])?;
        sql.commit()?;
        self.standing(endpoint)?.ok_or(DeliveriesError::Unknown)
    }

    /// How an endpoint stands, if anything is known of it.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn standing(&self, endpoint: &Endpoint) -> Result<Option<Standing>, DeliveriesError> {
        let mut query = self.connection.prepare_cached(
            "SELECT told, failures, not_before_ns, replay_next, replay_to, replay_failures, \
             replay_not_before_ns, given_up, last_error, last_error_ns, \
             (SELECT COUNT(*) FROM dead_letter WHERE participant = ?1 AND webhook = ?2) \
             FROM endpoint WHERE participant = ?1 AND webhook = ?2 AND created = ?3",
        )?;
        let key = params![
            endpoint.participant,
            endpoint.webhook,
            endpoint.created.cast_signed()
        ];
        Ok(query.query_row(key, standing).optional()?)
    }

    /// Notes an attempt and what follows from it.
    ///
    /// # Errors
    /// [`DeliveriesError::Unknown`] when the webhook was removed meanwhile, or when SQLite cannot
    /// write; then nothing was noted.
    pub fn note(
        &mut self,
        endpoint: &Endpoint,
        attempt: &Attempt,
        ending: Ending,
    ) -> Result<(), DeliveriesError> {
        let sql = self.connection.transaction()?;
        log(&sql, endpoint, attempt)?;
        let lane = match attempt.is_replay {
            true => MOVE_REPLAY,
            false => MOVE_LIVE,
        };
        let (is_over, not_before_ns) = match ending {
            Ending::Taken | Ending::GivenUp => (true, 0),
            Ending::Again { not_before_ns } => (false, not_before_ns),
        };
        let is_given_up = ending == Ending::GivenUp;
        let moved = sql.prepare_cached(lane)?.execute(params![
            endpoint.participant,
            endpoint.webhook,
            endpoint.created.cast_signed(),
            attempt.position.cast_signed(),
            is_over,
            not_before_ns,
            is_given_up,
            attempt.error,
            attempt.at_ns,
        ])?;
        if moved == 0 {
            return Err(DeliveriesError::Unknown);
        }
        match ending {
            Ending::Taken => bury(&sql, endpoint, attempt.position)?,
            Ending::Again { .. } => {}
            Ending::GivenUp => give_up(&sql, endpoint, attempt)?,
        }
        sql.commit()?;
        Ok(())
    }

    /// Forgets the pauses: the next attempt is made at once.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn hurry(&self, endpoint: &Endpoint) -> Result<(), DeliveriesError> {
        self.connection
            .prepare_cached(
                "UPDATE endpoint SET not_before_ns = 0, replay_not_before_ns = 0 \
                 WHERE participant = ?1 AND webhook = ?2 AND created = ?3",
            )?
            .execute(params![
                endpoint.participant,
                endpoint.webhook,
                endpoint.created.cast_signed()
            ])?;
        Ok(())
    }

    /// Begins to tell a range again; `false` when another range is still told.
    ///
    /// # Errors
    /// [`DeliveriesError::Unknown`], or when SQLite cannot write.
    pub fn replay(&self, endpoint: &Endpoint, from: u64, to: u64) -> Result<bool, DeliveriesError> {
        let known = self.standing(endpoint)?.ok_or(DeliveriesError::Unknown)?;
        let is_same = |replay: Replay| replay.next == from && replay.to == to;
        if let Some(under_way) = known.replay {
            return Ok(is_same(under_way));
        }
        self.connection
            .prepare_cached(
                "UPDATE endpoint SET replay_next = ?4, replay_to = ?5, replay_failures = 0, \
                 replay_not_before_ns = 0 \
                 WHERE participant = ?1 AND webhook = ?2 AND created = ?3",
            )?
            .execute(params![
                endpoint.participant,
                endpoint.webhook,
                endpoint.created.cast_signed(),
                from.cast_signed(),
                to.cast_signed()
            ])?;
        Ok(true)
    }

    /// The last attempts, newest first.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn attempts(&self, endpoint: &Endpoint) -> Result<Vec<Attempt>, DeliveriesError> {
        let mut query = self.connection.prepare_cached(
            "SELECT position, attempt, is_replay, at_ns, took_ms, status, error FROM attempt \
             WHERE participant = ?1 AND webhook = ?2 ORDER BY number DESC",
        )?;
        let rows = query.query_map(params![endpoint.participant, endpoint.webhook], attempt)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Events that were given up and not taken since, oldest first, at most `most`.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn dead_letters(
        &self,
        endpoint: &Endpoint,
        most: u16,
    ) -> Result<Vec<DeadLetter>, DeliveriesError> {
        let mut query = self.connection.prepare_cached(
            "SELECT position, attempts, at_ns, error FROM dead_letter \
             WHERE participant = ?1 AND webhook = ?2 ORDER BY position LIMIT ?3",
        )?;
        let key = params![endpoint.participant, endpoint.webhook, most];
        let rows = query.query_map(key, |row| {
            Ok(DeadLetter {
                position: count(row, 0)?,
                attempts: row.get(1)?,
                at_ns: row.get(2)?,
                error: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Forgets every endpoint but these, among those registered up to a batch: what came later is
    /// not known to whoever says so.
    ///
    /// # Errors
    /// When SQLite cannot read or write.
    pub fn keep(
        &mut self,
        endpoints: &BTreeSet<Endpoint>,
        up_to: u64,
    ) -> Result<(), DeliveriesError> {
        let sql = self.connection.transaction()?;
        let known: Vec<Endpoint> = sql
            .prepare_cached("SELECT participant, webhook, created FROM endpoint")?
            .query_map([], |row| {
                Ok(Endpoint {
                    participant: row.get(0)?,
                    webhook: row.get(1)?,
                    created: count(row, 2)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        let is_gone = |one: &&Endpoint| one.created <= up_to && !endpoints.contains(one);
        for gone in known.iter().filter(is_gone) {
            forget(&sql, gone.participant, &gone.webhook)?;
        }
        sql.commit()?;
        Ok(())
    }
}

/// Both statements take the same parameters; a column of the other lane is never touched.
const MOVE_LIVE: &str = "UPDATE endpoint SET \
    told = CASE WHEN ?5 THEN MAX(told, ?4) ELSE told END, \
    failures = CASE WHEN ?5 THEN 0 ELSE failures + 1 END, \
    not_before_ns = ?6, given_up = given_up + ?7, \
    last_error = COALESCE(?8, last_error), \
    last_error_ns = CASE WHEN ?8 IS NULL THEN last_error_ns ELSE ?9 END \
    WHERE participant = ?1 AND webhook = ?2 AND created = ?3";
const MOVE_REPLAY: &str = "UPDATE endpoint SET \
    replay_next = CASE WHEN NOT ?5 THEN replay_next WHEN ?4 >= replay_to THEN NULL \
                  ELSE ?4 + 1 END, \
    replay_to = CASE WHEN ?5 AND ?4 >= replay_to THEN NULL ELSE replay_to END, \
    replay_failures = CASE WHEN ?5 THEN 0 ELSE replay_failures + 1 END, \
    replay_not_before_ns = ?6, given_up = given_up + ?7, \
    last_error = COALESCE(?8, last_error), \
    last_error_ns = CASE WHEN ?8 IS NULL THEN last_error_ns ELSE ?9 END \
    WHERE participant = ?1 AND webhook = ?2 AND created = ?3";

fn log(sql: &Transaction<'_>, endpoint: &Endpoint, attempt: &Attempt) -> rusqlite::Result<()> {
    sql.prepare_cached(
        "INSERT INTO attempt (participant, webhook, position, attempt, is_replay, at_ns, took_ms, \
         status, error) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        endpoint.participant,
        endpoint.webhook,
        attempt.position.cast_signed(),
        attempt.attempt,
        attempt.is_replay,
        attempt.at_ns,
        attempt.took_ms.cast_signed(),
        attempt.status,
        attempt.error,
    ])?;
    sql.prepare_cached(
        "DELETE FROM attempt WHERE participant = ?1 AND webhook = ?2 AND number <= \
         (SELECT number FROM attempt WHERE participant = ?1 AND webhook = ?2 \
          ORDER BY number DESC LIMIT 1 OFFSET ?3)",
    )?
    .execute(params![
        endpoint.participant,
        endpoint.webhook,
        ATTEMPTS_KEPT
    ])?;
    Ok(())
}

fn give_up(sql: &Transaction<'_>, endpoint: &Endpoint, attempt: &Attempt) -> rusqlite::Result<()> {
    sql.prepare_cached("INSERT OR REPLACE INTO dead_letter VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![
            endpoint.participant,
            endpoint.webhook,
            attempt.position.cast_signed(),
            attempt.attempt,
            attempt.at_ns,
            attempt.error.as_deref().unwrap_or_default(),
        ])?;
    sql.prepare_cached(
        "DELETE FROM dead_letter WHERE participant = ?1 AND webhook = ?2 AND position <= \
         (SELECT position FROM dead_letter WHERE participant = ?1 AND webhook = ?2 \
          ORDER BY position DESC LIMIT 1 OFFSET ?3)",
    )?
    .execute(params![
        endpoint.participant,
        endpoint.webhook,
        DEAD_LETTERS_MAX
    ])?;
    Ok(())
}

/// An event that was taken at last is no dead letter any more.
fn bury(sql: &Transaction<'_>, endpoint: &Endpoint, position: u64) -> rusqlite::Result<()> {
    sql.prepare_cached(
        "DELETE FROM dead_letter WHERE participant = ?1 AND webhook = ?2 AND position = ?3",
    )?
    .execute(params![
        endpoint.participant,
        endpoint.webhook,
        position.cast_signed()
    ])?;
    Ok(())
}

fn forget(sql: &Transaction<'_>, participant: u16, webhook: &str) -> rusqlite::Result<()> {
    for table in ["endpoint", "attempt", "dead_letter"] {
        let delete = format!("DELETE FROM {table} WHERE participant = ?1 AND webhook = ?2");
        sql.prepare_cached(&delete)?
            .execute(params![participant, webhook])?;
    }
    Ok(())
}

fn standing(row: &Row<'_>) -> rusqlite::Result<Standing> {
    let replay = match (row.get::<_, Option<i64>>(3)?, row.get::<_, Option<i64>>(4)?) {
        (Some(next), Some(to)) => Some(Replay {
            next: next.unsigned_abs(),
            to: to.unsigned_abs(),
            lane: Lane {
                failures: row.get(5)?,
                not_before_ns: row.get(6)?,
            },
        }),
        (Some(_), None) | (None, Some(_) | None) => None,
    };
    let (error, at_ns): (Option<String>, Option<i64>) = (row.get(8)?, row.get(9)?);
    Ok(Standing {
        told: count(row, 0)?,
        live: Lane {
            failures: row.get(1)?,
            not_before_ns: row.get(2)?,
        },
        replay,
        given_up: count(row, 7)?,
        dead_letters: count(row, 10)?,
        last_error: error.zip(at_ns),
    })
}

fn attempt(row: &Row<'_>) -> rusqlite::Result<Attempt> {
    Ok(Attempt {
        position: count(row, 0)?,
        attempt: row.get(1)?,
        is_replay: row.get(2)?,
        at_ns: row.get(3)?,
        took_ms: count(row, 4)?,
        status: row.get(5)?,
        error: row.get(6)?,
    })
}

fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::unsigned_abs)
}

#[cfg(test)]
mod tests;
