//! Statements: a connection of their own that reads the tables, and outlines that were added up.
//!
//! # Doctrine
//!
//! 1. **The tables must show what was durable when the question came.** So a question first looks
//!    at the head, waits until the tables stand for it ([`Hub::projected`]), and then reads.
//! 2. **One statement at a time is read.** A window of a million lines takes seconds to add up;
//!    the connections that answer about payments are not used for it.
//! 3. An outline is kept for the pages that follow, as long as it is true: that of a window until
//!    the window's row changes, that of a day once the day is over and the tables have all of it.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};

use backoffice::statement::{
    AccountStatement, AccountSubject, Names, ShopStatement, ShopSubject, StatementError, Subject,
    WindowStatement,
};
use money::Money;
use projection::{Tables, TablesError};
use switch::{ParticipantId, Window, WindowId};
use wire::error::{Code, Problem};

use crate::hub::{Chain, Hub, hidden, lock};
use crate::limits::{CATCH_UP_DEADLINE, OUTLINES_KEPT};

/// The one place where statements are read.
#[derive(Debug)]
pub(crate) struct Papers(Mutex<Desk>);

/// What a statement is read with.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) tables: Tables,
    windows: VecDeque<Arc<WindowStatement>>,
    shops: VecDeque<Arc<ShopStatement>>,
}

impl Papers {
    pub(crate) fn open(path: &Path) -> Result<Self, TablesError> {
        Ok(Self(Mutex::new(Desk {
            tables: Tables::open(path)?,
            windows: VecDeque::new(),
            shops: VecDeque::new(),
        })))
    }
}

impl Desk {
    /// The outline of a window's statement.
    pub(crate) fn window(
        &mut self,
        subject: Subject,
    ) -> Result<Arc<WindowStatement>, StatementError> {
        let now = self.tables.window(subject.window)?;
        let known = self.windows.iter().find(|one| one.subject() == subject);
        if let Some(known) = known.filter(|known| Some(known.window()) == now.as_ref()) {
            return Ok(Arc::clone(known));
        }
        let read = Arc::new(WindowStatement::read(&self.tables, subject)?);
        self.windows.retain(|one| one.subject() != subject);
        keep(&mut self.windows, Arc::clone(&read));
        Ok(read)
    }

    /// The outline of a day of shops; `is_complete` if nothing more can come to it.
    pub(crate) fn shops(
        &mut self,
        subject: ShopSubject,
        is_complete: bool,
    ) -> Result<Arc<ShopStatement>, StatementError> {
        let known = self.shops.iter().find(|one| one.subject() == subject);
        if let Some(known) = known {
            return Ok(Arc::clone(known));
        }
        let read = Arc::new(ShopStatement::read(&self.tables, subject)?);
        if is_complete {
            keep(&mut self.shops, Arc::clone(&read));
        }
        Ok(read)
    }

    /// An account's statement; `held` is what the core held after a batch that the tables show.
    pub(crate) fn account(
        &self,
        subject: AccountSubject,
        held: Money,
        batch: u64,
    ) -> Result<AccountStatement, StatementError> {
        AccountStatement::check_held(&self.tables, subject.participant, held, batch)?;
        AccountStatement::read(&self.tables, subject)
    }

    /// A window as the tables hold it.
    pub(crate) fn window_row(&self, id: WindowId) -> Result<Window, StatementError> {
        let window = self.tables.window(id)?;
        window.ok_or(StatementError::UnknownWindow(id.0))
    }
}

fn keep<T>(kept: &mut VecDeque<T>, one: T) {
    while kept.len() >= OUTLINES_KEPT {
        kept.pop_front();
    }
    kept.push_back(one);
}

impl Hub {
    /// Reads a statement, on a thread that may block.
    pub(crate) async fn paper<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Hub, &mut Desk) -> Result<T, StatementError> + Send + 'static,
    ) -> Result<T, Problem> {
        self.blocking(move |hub| {
            let mut desk = lock(&hub.shared().papers.0);
            read(hub, &mut desk).map_err(|error| problem(&error))
        })
        .await
    }

    /// Waits until the tables stand for a batch.
    pub(crate) async fn projected(&self, sequence: u64) -> Result<(), Problem> {
        let shown = self.shared().board.streams.shows(sequence);
        let waited = tokio::time::timeout(CATCH_UP_DEADLINE, shown).await;
        waited.map_err(|_late| {
            Problem::new(Code::Busy).with_detail("the tables are being made; come again")
        })
    }

    /// What participants are called in statements.
    pub(crate) fn names(&self) -> Names {
        let directory = self.directory();
        let known = directory.all().map(|one| (one.id, one.name.clone()));
        Names::new(known.collect::<Vec<_>>(), directory.house())
    }

    /// A participant by its name.
    pub(crate) fn participant_named(&self, name: &str) -> Option<ParticipantId> {
        let directory = self.directory();
        directory
            .all()
            .find(|one| one.name == name)
            .map(|one| one.id)
    }
}

/// What the other side may know of why there is no statement.
fn problem(error: &StatementError) -> Problem {
    match error {
        StatementError::UnknownWindow(_) => Problem::new(Code::WindowUnknown),
        StatementError::StillOpen(_) => Problem::new(Code::StatementNotYet),
        StatementError::NotInstructed(_) => {
            Problem::new(Code::WindowUnfit).with_detail("the window is not instructed")
        }
        StatementError::NoSuchPage { pages, .. } => {
            let detail = format!("the last page is {pages}");
            Problem::new(Code::StatementPageUnknown).with_detail(&detail)
        }
        StatementError::TooManyLines(_) => Problem::new(Code::StatementTooLarge),
        StatementError::Calendar(_) => Problem::new(Code::InvalidField).with_detail("no such day"),
        StatementError::DoesNotAddUp { .. } => {
            tracing::error!(error = %Chain(error), "a statement does not add up");
            Problem::new(Code::StatementUnsound)
        }
        StatementError::Tables(_)
        | StatementError::Message(_)
        | StatementError::Write(_)
        | StatementError::Table(_) => hidden("make a statement", error, Code::Internal),
    }
}
