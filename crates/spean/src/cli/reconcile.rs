//! What the back office can type.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Operator;

/// Which tables are read and which file is kept: those of the sandbox, or the ones named.
#[derive(Debug, Args)]
pub(crate) struct BackOffice {
    /// The hub's tables, for a hub that is not the sandbox's.
    #[arg(long, value_name = "FILE", requires = "file")]
    pub(crate) tables: Option<PathBuf>,
    /// The back office's own file [default: backoffice.db beside the tables of the sandbox].
    #[arg(long, value_name = "FILE", requires = "tables")]
    pub(crate) file: Option<PathBuf>,
    /// What the bank calls our accounts, before the currency.
    #[arg(long, value_name = "PREFIX", default_value = "SIMULATED-HUB")]
    pub(crate) accounts: String,
    /// Judge as of this day [default: today in Phnom Penh].
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
    #[command(flatten)]
    pub(crate) operator: Operator,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReconcileCommand {
    /// Take a bank's statement (camt.052, camt.053, camt.054, CSV), match it, and report the
    /// payouts that it shows to the hub. Taken twice it changes nothing.
    Import {
        /// The file.
        statement: PathBuf,
        /// The columns of a CSV file (docs/RECONCILIATION.md).
        #[arg(long, value_name = "FILE")]
        mapping: Option<PathBuf>,
        /// The day that a CSV file is about.
        #[arg(long, value_name = "DATE", requires = "mapping")]
        day: Option<String>,
        /// The account's currency, for a CSV file.
        #[arg(long, value_name = "CURRENCY", requires = "mapping")]
        currency: Option<String>,
        #[command(flatten)]
        office: BackOffice,
    },
    /// How everything stands: what is matched, what is open, and since when. Only looks, also with
    /// --as-of: what has no break yet is shown without a number.
    Show {
        /// Ended breaks, too.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        office: BackOffice,
    },
    /// Match everything again: for what the hub did since the last import, and for expectations
    /// whose day is over. Opens and ends breaks, and reports payouts that are shown.
    Review {
        #[command(flatten)]
        office: BackOffice,
    },
    /// A break with its history.
    Break {
        /// Its number.
        id: u64,
        #[command(flatten)]
        office: BackOffice,
    },
    /// Give a break to somebody.
    Assign {
        /// Its number.
        id: u64,
        /// Who looks into it.
        owner: String,
        #[command(flatten)]
        office: BackOffice,
    },
    /// Say that a line of a statement is what was expected, where no rule finds out: two deposits
    /// of one amount, a line without a reference. Nothing follows before another operator
    /// approves it.
    Join {
        /// The line, as `show` prints it.
        line: String,
        /// The expectation, as `show` prints it.
        expected: String,
        /// Why, for the history of the breaks.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        office: BackOffice,
    },
    /// Approve a join that another operator proposed. Breaks about these two end by it, and
    /// everything is matched again.
    ApproveJoin {
        /// Its number.
        id: u64,
        #[command(flatten)]
        office: BackOffice,
    },
    /// End a break by an adjustment or a write-off that two operators approved.
    End {
        /// Its number.
        id: u64,
        /// The approved action.
        #[arg(long, value_name = "ID")]
        action: String,
        #[command(flatten)]
        office: BackOffice,
    },
}
