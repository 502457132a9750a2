//! What can be typed about statements.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Operator;

#[derive(Debug, Subcommand)]
pub(crate) enum StatementCommand {
    /// What a participant owes and is owed in a closed window, leg by leg.
    Window {
        /// The window's number.
        id: u64,
        /// Whose; an operator has to name it [default: one's own].
        #[arg(long, value_name = "NAME")]
        participant: Option<String>,
        #[command(flatten)]
        sheet: Sheet,
        #[command(flatten)]
        operator: Operator,
    },
    /// What moved on a participant's liquidity on a day or in a window.
    Account {
        /// Whose.
        participant: String,
        /// E.g. KHR.
        #[arg(long)]
        currency: String,
        /// The day, e.g. 2026-06-30; one of Tokyo for yen, of Phnom Penh for the rest.
        #[arg(long, value_name = "DATE", required_unless_present = "window")]
        day: Option<String>,
        /// Or the window's number.
        #[arg(long, value_name = "NUMBER", conflicts_with = "day")]
        window: Option<u64>,
        #[command(flatten)]
        sheet: Sheet,
        #[command(flatten)]
        operator: Operator,
    },
    /// What an acquirer's shops took, gave back, paid as fees and get for a day.
    Shop {
        /// The day on the clocks of the shops' country, e.g. 2026-06-30.
        #[arg(long, value_name = "DATE")]
        day: String,
        /// Whose shops; an operator has to name it [default: one's own].
        #[arg(long, value_name = "NAME")]
        participant: Option<String>,
        /// Only the shop of this pseudonym, payment by payment.
        #[arg(long, value_name = "PSEUDONYM")]
        shop: Option<String>,
        /// What a line stands for.
        #[arg(long, value_enum)]
        by: Option<LineOf>,
        #[command(flatten)]
        sheet: Sheet,
        #[command(flatten)]
        operator: Operator,
    },
}

/// In which form, and where to.
#[derive(Debug, Args)]
pub(crate) struct Sheet {
    /// In which form; JSON is one object for each page.
    #[arg(long, value_enum, default_value_t = SheetFormat::Table)]
    pub(crate) format: SheetFormat,
    /// Write to this file; `pdf` needs one. Further pages of `xml` get `.2`, `.3` in their names.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Where the fonts of a PDF are [default: where Debian's packages put them].
    #[arg(long, value_name = "DIR")]
    pub(crate) fonts: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SheetFormat {
    Table,
    Json,
    Csv,
    /// camt.053.
    Xml,
    Pdf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LineOf {
    Shop,
    Payment,
}
