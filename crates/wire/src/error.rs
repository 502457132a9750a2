//! The error catalogue: every refusal and fault that leaves the process, with who must act and
//! whether to try again. One table makes the closed enum [`Code`], the problem document and
//! `docs/ERRORS.md`, so a code cannot exist without its explanation. Codes are a promise: they are
//! added, never renamed and never given another meaning.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

mod catalogue;
mod problem;

pub use catalogue::{CATALOGUE, Code};
pub use problem::{Problem, ProblemDocument};

/// One row of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub group: Group,
    pub code: &'static str,
    pub status: Status,
    /// What is wrong: a lower-case fragment that fits "failed to …:".
    pub title: &'static str,
    pub who: Who,
    pub retry: Retry,
    /// What to do, for the reader of the documentation.
    pub words: &'static str,
}

/// Chapter of the documentation, in reading order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Requests,
    Authentication,
    Codes,
    Quotes,
    Payments,
    Refunds,
    Rates,
    Actions,
    Settlement,
    Receipts,
    Telling,
    Hub,
}

/// An HTTP status that can only be an error: 400 to 599.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "u16", into = "u16")]
#[schema(value_type = u16, minimum = 400, maximum = 599)]
pub struct Status(u16);

/// Who must act before things can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Whoever sent the request, whatever its role.
    Caller,
    Payer,
    PayerParticipant,
    PayeeParticipant,
    Merchant,
    FxProvider,
    Operator,
    Hub,
}

/// What the sender may do with the request. Every repetition is signed anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// Nothing the sender can change makes this request succeed.
    Never,
    /// The same body at once, or after a moment. If the request stands already, its answer comes.
    SameRequest,
    /// After the sender, or whoever must act, changed what is named. The id is still free.
    AfterChange,
    /// The refusal is final for this id: a new attempt needs a new id.
    NewId,
    /// The same body after some minutes.
    Later,
}

impl Status {
    pub fn as_u16(self) -> u16 {
        self.0
    }

    /// For the table, where a wrong number is found by the compiler.
    const fn literal(number: u16) -> Status {
        assert!(number >= 400 && number <= 599);
        Status(number)
    }
}

impl TryFrom<u16> for Status {
    type Error = NotAnErrorStatus;

    fn try_from(number: u16) -> Result<Status, NotAnErrorStatus> {
        if (400..=599).contains(&number) {
            Ok(Status(number))
        } else {
            Err(NotAnErrorStatus)
        }
    }
}

impl From<Status> for u16 {
    fn from(status: Status) -> u16 {
        status.0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an error status")]
pub struct NotAnErrorStatus;

impl Code {
    pub fn as_str(self) -> &'static str {
        self.entry().code
    }

    /// The `type` of a problem: a name, not an address, so that it stays when hosts move.
    pub fn urn(self) -> String {
        format!("urn:spean:error:{}", self.as_str())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests;
