//! The file that keeps what was imported and what people did about it.
//!
//! # Doctrine
//!
//! 1. **Checked, kept, then known**: what would not fit the book is refused before anything is
//!    written, one SQL transaction writes a file, and only then the book in memory takes it, which
//!    cannot fail any more. Whoever opens the file again has the same book.
//! 2. **The book is its statements and expectations imported again**, the register of breaks its
//!    events applied again. The table of matches is for those who read tables, and nothing reads
//!    it back but to bring it up to date.
//! 3. One process has the file open. It holds no fact about a payment, so it may be made again
//!    from the banks' files; only what people wrote on breaks would be lost.

mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::Date;
use rusqlite::{Connection, Transaction, params};

use super::book::{Book, Imported};
use super::breaks::{BreakError, BreakEvent, BreakId, End, JoinError, JoinId, Register, Who};
use super::candidates::Candidates;
use super::error::ReconcileError;
use super::expected::Expected;
use super::ids::{ExpectedId, LineId, Person, Reference};
use super::outcome::{Match, Outcome};
use super::rule::Settings;
use super::statement::{Head, Statement};

/// The layout of the tables and of the events in them. Layout 1 knew no pages of statements, and
/// none of the words of joins and of what was booked before; all that it says, it says the same
/// way. A file of it is brought to this one when it is opened. Any other is another file.
const VERSION: i64 = 2;

/// Why the file could not be used, or did not take something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite could not; nothing changed.
    #[error("use the file of the back office")]
    Sql(#[from] rusqlite::Error),
    /// It was made by another version.
    #[error("read a file of layout `{version}`")]
    Version {
        /// Its layout.
        version: i64,
    },
    /// What stands in it cannot have been written by us.
    #[error("read a row of the file: {what}")]
    Damaged {
        /// Which.
        what: &'static str,
    },
    /// The book does not take it; nothing changed.
    #[error(transparent)]
    Reconcile(#[from] ReconcileError),
    /// The break does not take it; nothing changed.
    #[error(transparent)]
    Break(#[from] BreakError),
    /// The two are not joined; nothing changed.
    #[error(transparent)]
    Join(#[from] JoinError),
}

impl StoreError {
    /// The code that callers and scripts may rely on.
    pub const fn code(&self) -> &'static str {
        match self {
            StoreError::Sql(_) => "backoffice_file_failed",
            StoreError::Version { .. } => "backoffice_file_version",
            StoreError::Damaged { .. } => "backoffice_file_damaged",
            StoreError::Reconcile(error) => error.code(),
            StoreError::Break(error) => error.code(),
            StoreError::Join(error) => error.code(),
        }
    }
}

/// The file with its book and its breaks.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    book: Book,
    register: Register,
    /// What the table of matches holds.
    matched: BTreeSet<Match>,
}

/// A statement with who took it and when, in nanoseconds since the epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The statement.
    pub head: Head,
    /// The operator.
    pub by: Person,
    /// When.
    pub at_ns: i64,
}

impl Store {
    /// Opens the file, makes it if it is not there, and reads everything.
    ///
    /// # Errors
    /// [`StoreError::Sql`], [`StoreError::Version`] and [`StoreError::Damaged`].
    pub fn open(path: &Path, settings: Settings) -> Result<Self, StoreError> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.busy_timeout(std::time::Duration::from_secs(2))?;
        let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        match version {
            0 => {
                connection.execute_batch(include_str!("store/schema.sql"))?;
                connection.pragma_update(None, "user_version", VERSION)?;
            }
            1 => to_layout_2(&connection)?,
            VERSION => {}
            version => return Err(StoreError::Version { version }),
        }
        let mut book = Book::new(settings);
        rows::load_book(&connection, &mut book)?;
        let mut register = Register::default();
        for event in rows::load_events(&connection)? {
            register.apply(&event);
        }
        let matched = rows::load_matched(&connection)?;
        Ok(Self {
            connection,
            book,
            register,
            matched,
        })
    }

    /// All that is known.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// All breaks.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// The statements that were taken, in the order in which they were.
    ///
    /// # Errors
    /// [`StoreError::Sql`] and [`StoreError::Damaged`].
    pub fn statements(&self) -> Result<Vec<Taken>, StoreError> {
        rows::load_heads(&self.connection)
            .map(|heads| heads.into_iter().map(|(_, taken)| taken).collect())
    }

    /// Expects all of these, or none; gives how many were new.
    ///
    /// # Errors
    /// As [`Book::expect`], and [`StoreError::Sql`].
    pub fn expect(&mut self, expected: Vec<Expected>) -> Result<u64, StoreError> {
        let mut new: BTreeMap<ExpectedId, Expected> = BTreeMap::new();
        for expected in expected {
            let id = expected.id.clone();
            match self.book.expected(&id).or_else(|| new.get(&id)) {
                Some(known) if *known == expected => {}
                Some(_) => return Err(ReconcileError::ExpectedConflict { id }.into()),
                None => {
                    new.insert(id, expected);
                }
            }
        }
        self.book.check_room_for(new.len())?;
        let sql = self.connection.transaction()?;
        rows::insert_expected(&sql, new.values())?;
        sql.commit()?;
        let count = u64::try_from(new.len()).unwrap_or(u64::MAX);
        self.book.reserve_expected(new.len());
        for expected in new.into_values() {
            self.book.expect(expected)?;
        }
        Ok(count)
    }

    /// Takes a statement.
    ///
    /// # Errors
    /// As [`Book::import`], and [`StoreError::Sql`].
    pub fn import(
        &mut self,
        statement: &Statement,
        (by, at_ns): (&Person, i64),
    ) -> Result<Imported, StoreError> {
        let imported = self.import_all(std::slice::from_ref(statement), (by, at_ns))?;
        Ok(imported.first().copied().unwrap_or(Imported::Already))
    }

    /// Takes all of these, in their order, or none of them.
    ///
    /// # Errors
    /// As [`Store::import`].
    pub fn import_all(
        &mut self,
        statements: &[Statement],
        (by, at_ns): (&Person, i64),
    ) -> Result<Vec<Imported>, StoreError> {
        let imported = self.book.check_imports(statements)?;
        let pairs = statements.iter().zip(&imported);
        let new = pairs.filter(|(_, imported)| **imported != Imported::Already);
        let new: Vec<&Statement> = new.map(|(statement, _)| statement).collect();
        if new.is_empty() {
            return Ok(imported);
        }
        let sql = self.connection.transaction()?;
        for statement in &new {
            rows::insert_statement(&sql, statement, (by, at_ns))?;
        }
        sql.commit()?;
        for statement in new {
            self.book.import(statement)?;
        }
        Ok(imported)
    }

    /// What the lines of open breaks could be for, which no rule found out.
    pub fn candidates(&self) -> Candidates<'_> {
        let matched = self.matched.iter().map(|found| &found.expected);
        let gone = matched.chain(self.register.booked().expected());
        Candidates::of(&self.book, self.register.open(), gone)
    }

    /// One operator says that a line is what was expected, and why; nothing follows before
    /// another one approves it.
    ///
    /// # Errors
    /// [`ReconcileError::JoinImpossible`] when one of the two is not known or is joined with
    /// another, or when they differ; [`JoinError`]; and [`StoreError::Sql`].
    pub fn propose_join(
        &mut self,
        (line, expected): (LineId, ExpectedId),
        reason: Reference,
        by: (Person, i64),
    ) -> Result<JoinId, StoreError> {
        self.check_join(&line, &expected)?;
        let (join, events) = self.register.propose_join((line, expected), reason, by)?;
        let sql = self.connection.transaction()?;
        keep_events(&sql, &events)?;
        sql.commit()?;
        self.apply(&events);
        Ok(join)
    }

    /// Another operator approves it; the two are matched from the next review on.
    ///
    /// # Errors
    /// As [`Store::propose_join`]: what is known may have changed since.
    pub fn approve_join(&mut self, id: JoinId, by: (Person, i64)) -> Result<(), StoreError> {
        let at_ns = by.1;
        let (join, events) = self.register.approve_join(id, by)?;
        let (line, expected) = (join.line.clone(), join.expected.clone());
        self.check_join(&line, &expected)?;
        let sql = self.connection.transaction()?;
        sql.execute(
            "INSERT INTO joined (line, expected, action, at_ns) VALUES (?1, ?2, ?3, ?4)",
            params![
                line.as_str(),
                expected.as_str(),
                format!("join-{}", id.0),
                at_ns
            ],
        )?;
        keep_events(&sql, &events)?;
        sql.commit()?;
        self.book.join(line, expected)?;
        self.apply(&events);
        Ok(())
    }

    /// What is matched does not depend on the day that is looked at.
    fn check_join(&self, line: &LineId, expected: &ExpectedId) -> Result<(), StoreError> {
        self.book.check_join(line, expected)?;
        let outcome = self.book.outcome_with(Date::MIN, self.register.booked());
        let mut matched = outcome.matched.iter();
        let mut reversed = outcome.reversed.iter();
        let is_paired = matched.any(|found| found.line == *line || found.expected == *expected)
            || reversed.any(|found| found.original == *line || found.reversal == *line);
        match is_paired {
            true => Err(JoinError::Paired.into()),
            false => Ok(()),
        }
    }

    /// Judges everything as of that day and changes nothing: neither the file nor what is known.
    /// `expected` is known to this judgement only.
    ///
    /// # Errors
    /// As [`Book::expect`].
    pub fn look(&self, expected: Vec<Expected>, as_of: Date) -> Result<Outcome, StoreError> {
        let booked = self.register.booked();
        let is_known = |expected: &Expected| self.book.expected(&expected.id) == Some(expected);
        if expected.iter().all(is_known) {
            return Ok(self.book.outcome_with(as_of, booked));
        }
        let mut book = self.book.clone();
        for expected in expected {
            book.expect(expected)?;
        }
        Ok(book.outcome_with(as_of, booked))
    }

    /// Judges everything as of that day, and brings breaks and the table of matches up to date.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn review(&mut self, as_of: Date, at_ns: i64) -> Result<Outcome, StoreError> {
        let outcome = self.book.outcome_with(as_of, self.register.booked());
        let events = self.register.sync(&outcome, at_ns);
        let matched: BTreeSet<Match> = outcome.matched.iter().cloned().collect();
        let sql = self.connection.transaction()?;
        rows::replace_matched(&sql, &self.matched, &matched)?;
        keep_events(&sql, &events)?;
        sql.commit()?;
        self.matched = matched;
        self.apply(&events);
        Ok(outcome)
    }

    /// Gives a break to somebody.
    ///
    /// # Errors
    /// As [`Register::assign`], and [`StoreError::Sql`].
    pub fn assign(
        &mut self,
        id: BreakId,
        owner: Person,
        by: (Person, i64),
    ) -> Result<(), StoreError> {
        let event = self.register.assign(id, owner, by)?;
        self.keep(&event)
    }

    /// Writes something down on a break.
    ///
    /// # Errors
    /// As [`Register::note`], and [`StoreError::Sql`].
    pub fn note(
        &mut self,
        id: BreakId,
        text: Reference,
        by: (Person, i64),
    ) -> Result<(), StoreError> {
        let event = self.register.note(id, text, by)?;
        self.keep(&event)
    }

    /// Ends a break by an adjustment or a write-off that two operators approved.
    ///
    /// # Errors
    /// As [`Register::end`], and [`StoreError::Sql`].
    pub fn end(&mut self, id: BreakId, end: End, by: (Person, i64)) -> Result<(), StoreError> {
        let event = self.register.end(id, end, by)?;
        self.keep(&event)
    }

    fn keep(&mut self, event: &BreakEvent) -> Result<(), StoreError> {
        let sql = self.connection.transaction()?;
        keep_events(&sql, std::slice::from_ref(event))?;
        sql.commit()?;
        self.register.apply(event);
        Ok(())
    }

    fn apply(&mut self, events: &[BreakEvent]) {
        for event in events {
            self.register.apply(event);
        }
    }
}

/// Tables are made anew where a constraint changed; what refers to them must not see them go.
fn to_layout_2(connection: &Connection) -> Result<(), StoreError> {
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.execute_batch(include_str!("store/to_layout_2.sql"))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(())
}

fn keep_events(sql: &Transaction<'_>, events: &[BreakEvent]) -> Result<(), StoreError> {
    let mut insert = sql.prepare_cached(
        "INSERT INTO break_event (break_id, at_ns, operator, what) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for event in events {
        let operator = match &event.entry.by {
            Who::Evidence => None,
            Who::Operator(person) => Some(person.as_str()),
        };
        let what = serde_json::to_string(&event.entry.what).map_err(|_error| {
            let what = "an event that is no JSON";
            StoreError::Damaged { what }
        })?;
        let id = event.id.0.cast_signed();
        insert.execute(params![id, event.entry.at_ns, operator, what])?;
    }
    Ok(())
}
