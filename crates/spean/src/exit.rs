//! What the process tells the shell.

use std::process::ExitCode;

use serde::Serialize;
use serde_json::{Value, json};

/// Documented in the help of every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// A clear no: refused, not genuine, an identity broken.
    No,
    /// The command or its input was wrong.
    Usage,
    /// Somebody could not be reached.
    Unreachable,
    /// The machine did not let us.
    Machine,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::No => 1,
            Exit::Usage => 2,
            Exit::Unreachable => 3,
            Exit::Machine => 4,
        })
    }
}

/// An error that knows its exit code; whatever carries none is an error of use.
#[derive(Debug)]
pub(crate) struct Coded {
    pub(crate) exit: Exit,
    pub(crate) words: String,
    /// What the other side said, in its own form (RFC 9457).
    pub(crate) problem: Option<Value>,
}

impl std::fmt::Display for Coded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words)
    }
}

impl std::error::Error for Coded {}

/// An error with its exit code.
pub(crate) fn error(exit: Exit, words: impl Into<String>) -> anyhow::Error {
    anyhow::Error::new(Coded {
        exit,
        words: words.into(),
        problem: None,
    })
}

/// What another side refused, with its own words for programs.
pub(crate) fn refused(words: impl Into<String>, problem: &impl Serialize) -> anyhow::Error {
    let problem = serde_json::to_value(problem).ok();
    anyhow::Error::new(Coded {
        exit: Exit::No,
        words: words.into(),
        problem,
    })
}

/// An error for programs: the words, and what the other side said if it said something.
pub(crate) fn as_json(error: &anyhow::Error) -> Value {
    let coded = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<Coded>());
    let problem = coded.and_then(|coded| coded.problem.clone());
    json!({ "error": { "words": format!("{error:#}"), "problem": problem } })
}

/// The exit code of an error, wherever in its chain it says so.
pub(crate) fn of(error: &anyhow::Error) -> Exit {
    let coded = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<Coded>());
    if let Some(coded) = coded {
        return coded.exit;
    }
    let is_io = error
        .chain()
        .any(|cause| cause.downcast_ref::<std::io::Error>().is_some());
    if is_io { Exit::Machine } else { Exit::Usage }
}
