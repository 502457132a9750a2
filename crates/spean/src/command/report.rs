//! `spean report`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use backoffice::report::{self, ALL, Ask, Period, ReportError, Zone};
use typeset::Fonts;
use wire::api::{ReportBy, ReportView};

use crate::cli::{ByName, ReportArgs, ReportCommand, ReportFormat, ReportOther};
use crate::exit::{self, Exit};
use crate::out;

pub(super) fn run(command: &ReportCommand) -> anyhow::Result<Exit> {
    match &command.other {
        Some(ReportOther::Reference { json: true }) => {
            out::data(report::reference::JSON.trim_end())
        }
        Some(ReportOther::Reference { json: false }) => {
            let reference = report::reference::reference().context("read the data set")?;
            out::data(report::reference::text(&reference).trim_end());
        }
        None => figures(&command.args)?,
    }
    Ok(Exit::Done)
}

fn figures(args: &ReportArgs) -> anyhow::Result<()> {
    let is_binary = match args.format {
        ReportFormat::Pdf | ReportFormat::Parquet => true,
        ReportFormat::Table | ReportFormat::Json | ReportFormat::Csv => false,
    };
    if is_binary && args.out.is_none() {
        let words = "write a file to the terminal: name one with --out";
        return Err(exit::error(Exit::Usage, words));
    }
    let ask = ask(args)?;
    let tables = tables(args)?;
    let report = report::make(&tables, &ask).map_err(unread)?;
    let bytes = match args.format {
        ReportFormat::Table => report::table(&report).into_bytes(),
        ReportFormat::Json => serde_json::to_vec(&report)?,
        ReportFormat::Csv => report::csv(&report).into_bytes(),
        ReportFormat::Parquet => parquet(&report)?,
        ReportFormat::Pdf => {
            let fonts = match &args.fonts {
                Some(folder) => Fonts::from_folder(folder),
                None => Fonts::from_system(),
            };
            report::paper(&report, &fonts?)?
        }
    };
    match &args.out {
        Some(path) => {
            let written = std::fs::write(path, bytes);
            written.with_context(|| format!("write `{}`", path.display()))
        }
        None => {
            out::data(String::from_utf8_lossy(&bytes).trim_end());
            Ok(())
        }
    }
}

fn ask(args: &ReportArgs) -> anyhow::Result<Ask> {
    let zone = Zone::from_name(&args.zone).ok_or_else(|| {
        let names = Zone::ALL.map(Zone::name).join(", ");
        let words = format!("find the zone `{}`: there are {names}", args.zone);
        exit::error(Exit::Usage, words)
    })?;
    let text = |date: &Option<String>| date.clone().unwrap_or_default();
    let period = Period::parse(&text(&args.from), &text(&args.to), zone)?;
    let by: Vec<ReportBy> = match args.by.is_empty() {
        true => ALL.to_vec(),
        false => {
            let named: Vec<ReportBy> = args.by.iter().flat_map(|by| parts(*by)).copied().collect();
            // Each once, in the order in which they are always shown.
            ALL.into_iter().filter(|by| named.contains(by)).collect()
        }
    };
    Ok(Ask { period, by })
}

fn parts(by: ByName) -> &'static [ReportBy] {
    match by {
        ByName::Corridor => &[ReportBy::Corridor],
        ByName::Direction => &[ReportBy::Direction],
        ByName::Currency => &[ReportBy::Currency, ReportBy::PayerCurrency],
        ByName::Participant => &[ReportBy::Payer, ReportBy::Payee, ReportBy::Fx],
        ByName::Category => &[ReportBy::Category],
    }
}

/// The file named, or where it lies in a hub's folder or a sandbox's.
fn tables(args: &ReportArgs) -> anyhow::Result<PathBuf> {
    if let Some(file) = &args.db {
        return Ok(file.clone());
    }
    let folder = args.data.as_deref().unwrap_or(Path::new("."));
    [
        folder.join("projection.db"),
        folder.join("hub/projection.db"),
    ]
    .into_iter()
    .find(|file| file.is_file())
    .ok_or_else(|| {
        let words = format!("find a projection at `{}`", folder.display());
        exit::error(Exit::Usage, words)
    })
}

fn unread(error: ReportError) -> anyhow::Error {
    let exit = match &error {
        ReportError::Sql(_) => Exit::Machine,
        ReportError::Layout { .. } | ReportError::Empty | ReportError::Row(_) => Exit::Usage,
    };
    exit::error(exit, format!("{:#}", anyhow::Error::new(error)))
}

fn parquet(_report: &ReportView) -> anyhow::Result<Vec<u8>> {
    let words = "write Parquet: this build leaves it out; build with `--features parquet`";
    Err(exit::error(Exit::Usage, words))
}
