//! What can be typed after `spean report`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Figures of a period, or the published ones beside them.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct ReportCommand {
    #[command(subcommand)]
    pub(crate) other: Option<ReportOther>,
    #[command(flatten)]
    pub(crate) args: ReportArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportOther {
    /// The published figures of Bakong as a whole, with sources and traps.
    Reference {
        /// Print the data set as JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The hub's folder, or a sandbox's.
    #[arg(long, value_name = "DIR", required_unless_present = "db")]
    pub(crate) data: Option<PathBuf>,
    /// The projection's file itself.
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    pub(crate) db: Option<PathBuf>,
    /// First day, like 2026-01-01.
    #[arg(long, value_name = "DATE", required = true)]
    pub(crate) from: Option<String>,
    /// The day after the last.
    #[arg(long, value_name = "DATE", required = true)]
    pub(crate) to: Option<String>,
    /// Whose midnights bound a day: Asia/Phnom_Penh, Asia/Tokyo or UTC.
    #[arg(long, default_value = "Asia/Phnom_Penh")]
    pub(crate) zone: String,
    /// By what the figures fall apart; everything, if nothing is said.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) by: Vec<ByName>,
    /// In which form.
    #[arg(long, value_enum, default_value_t = ReportFormat::Table)]
    pub(crate) format: ReportFormat,
    /// Write to this file; `pdf` and `parquet` need one.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Where the fonts of a PDF are [default: where Debian's packages put them].
    #[arg(long, value_name = "DIR")]
    pub(crate) fonts: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ByName {
    Corridor,
    Direction,
    /// The shop's, and the one that the payer paid in.
    Currency,
    /// The payer's side, the payee's side and who exchanged.
    Participant,
    /// Merchant category (ISO 18245).
    Category,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    Table,
    Json,
    /// One line a figure.
    Csv,
    /// The same lines; only in builds with the feature `parquet`.
    Parquet,
    /// A few pages with charts.
    Pdf,
}
