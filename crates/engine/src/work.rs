//! What goes into the writer and what comes out.

use core::fmt;

use journal::{Head, PartyRow};
use switch::{Input, ItemId, Refusal, Reply, Switch};

/// What an answer may look at: the state that is durable now, and the journal's head.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The core.
    pub switch: &'a Switch,
    /// The last durable batch.
    pub head: Head,
    /// The epoch of the writer that answers, which asks carry.
    pub epoch: u64,
    /// Whether the journal took the last thing that was written; while it does not, everything
    /// can be read and nothing is decided.
    pub is_writable: bool,
}

/// A no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum No {
    /// The core refused; final or not, as the refusal says.
    Refused(Refusal),
    /// The journal could not take the batch: nothing of it happened, ask again.
    Unavailable,
    /// Too much is in memory: nothing was used up, ask again later.
    Busy,
}

/// What came of a request.
pub type Answer = Result<Reply, No>;

/// Answers one request. Called exactly once, after the batch is durable (or was given up), on
/// the writer's thread: it must be quick and must not block.
pub type Respond = Box<dyn FnOnce(&View<'_>, Answer) + Send>;

/// One request.
pub struct Work {
    /// What to decide; `None` only reads: the answer is given after whatever was written before
    /// it is durable, so a reader never sees what could still be lost.
    pub input: Option<Input>,
    /// Encrypted data of the parties, written in the same commit if the input is accepted.
    pub party: Option<PartyRow>,
    /// Whom to tell.
    pub respond: Respond,
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work")
            .field("input", &self.input)
            .finish_non_exhaustive()
    }
}

/// What a batch changed, for those who wait for it.
#[derive(Clone, Debug, Default)]
pub struct BatchReport {
    /// How many records were written; nothing else is set when it is 0.
    pub records: usize,
    /// Items that reached their outcome.
    pub decided: Vec<ItemId>,
    /// Whether participants or their keys changed.
    pub participants_changed: bool,
    /// Whether a webhook was set, changed or removed.
    pub webhooks_changed: bool,
}
