//! `spean projection`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use journal::{Journal as _, OpenError, SqliteJournal, SqliteReader};
use projection::Tables;
use serde_json::json;

use crate::cli::ProjectionCommand;
use crate::exit::{self, Exit};
use crate::out;

pub(super) fn run(command: ProjectionCommand) -> anyhow::Result<Exit> {
    match command {
        ProjectionCommand::Rebuild { path, json } => rebuild(&path, json),
        ProjectionCommand::Status { path, json } => status(&path, json),
    }
}

/// The writer's lock is held meanwhile: a hub that writes the same tables would be in the way.
fn rebuild(path: &Path, json: bool) -> anyhow::Result<Exit> {
    let folder = folder(path)?;
    let journal_path = folder.join("journal.db");
    let journal = match SqliteJournal::open(&journal_path) {
        Ok(journal) => journal,
        Err(OpenError::Locked(_)) => {
            let words = "rebuild while the hub runs: stop it first".to_owned();
            return Err(exit::error(Exit::No, words));
        }
        Err(error) => return Err(error).context("open the journal"),
    };
    let head = journal.head().seq;
    let tables = Tables::open(&folder.join("projection.db")).context("open the tables")?;
    let seq = engine::rebuild(&journal_path, tables).context("project the journal")?;
    if json {
        out::json(&json!({ "sequence": seq, "journal_sequence": head }))?;
    } else {
        out::data(&format!(
            "rebuilt    the tables stand for batch {seq} of {head}"
        ));
    }
    Ok(if seq == head { Exit::Done } else { Exit::No })
}

fn status(path: &Path, json: bool) -> anyhow::Result<Exit> {
    let folder = folder(path)?;
    let reader = SqliteReader::open(folder.join("journal.db")).context("open the journal")?;
    let tables = Tables::open(&folder.join("projection.db")).context("open the tables")?;
    let head = reader.head().context("read the journal")?.seq;
    let applied = tables.applied().context("read the tables")?;
    let snapshot = tables.snapshot().context("read the tables")?;
    let seq = applied.map_or(0, |(seq, _)| seq);
    let row = reader.row(seq).context("read the journal")?;
    let is_ours = match (applied, row) {
        (None, _) => true,
        (Some((_, hash)), Some(row)) => *row.hash.as_bytes() == hash,
        (Some(_), None) => false,
    };
    let kept = snapshot.as_ref().map(|snapshot| snapshot.seq);
    let lag = head.saturating_sub(seq);
    if json {
        out::json(&json!({
            "sequence": seq,
            "journal_sequence": head,
            "lag_batches": lag,
            "of_this_journal": is_ours,
            "snapshot_sequence": kept,
        }))?;
    } else {
        out::data(&format!("journal    batch {head}"));
        out::data(&format!("tables     batch {seq}, {lag} behind"));
        if !is_ours {
            out::data("           of another journal: the hub makes them anew when it starts");
        }
        out::data(&match kept {
            Some(kept) => format!("snapshot   batch {kept}"),
            None => "snapshot   none yet: a start replays the whole journal".to_owned(),
        });
    }
    Ok(if is_ours { Exit::Done } else { Exit::No })
}

/// The hub's folder, or where it lies in a sandbox's.
fn folder(path: &Path) -> anyhow::Result<PathBuf> {
    [path.to_owned(), path.join("hub")]
        .into_iter()
        .find(|folder| folder.join("journal.db").is_file())
        .ok_or_else(|| {
            let words = format!("find a journal at `{}`", path.display());
            exit::error(Exit::Usage, words)
        })
}
