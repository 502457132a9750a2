//! `spean audit`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use engine::AuditError;
use serde_json::json;

use crate::cli::AuditCommand;
use crate::exit::{self, Exit};
use crate::out;

pub(super) fn run(command: AuditCommand) -> anyhow::Result<Exit> {
    let AuditCommand::Verify { path, told, json } = command;
    let journal = journal_in(&path);
    if !journal.is_file() {
        let words = format!("find a journal at `{}`", path.display());
        return Err(exit::error(Exit::Usage, words));
    }
    let told: anyhow::Result<Vec<_>> = told.iter().map(|text| told_of(text)).collect();
    let report = match engine::audit(&journal, &told?) {
        Ok(report) => report,
        Err(
            error @ (AuditError::Chain(_) | AuditError::NotHeld { .. } | AuditError::Replay(_)),
        ) => {
            let words = error.to_string();
            if json {
                out::json(&json!({ "sound": false, "why": words }))?;
            } else {
                out::data(&format!("NOT SOUND: {words}"));
            }
            return Ok(Exit::No);
        }
        Err(error @ (AuditError::Open(_) | AuditError::Read(_))) => {
            return Err(error).with_context(|| format!("audit `{}`", journal.display()));
        }
    };
    let sound = report.identities.iter().all(|identity| identity.holds);
    let state_hash: String = report
        .state_hash
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if json {
        let identities: Vec<_> = report
            .identities
            .iter()
            .map(|identity| json!({ "name": identity.name, "holds": identity.holds }))
            .collect();
        out::json(&json!({
            "sound": sound,
            "batches": report.batches,
            "records": report.records,
            "hash": report.hash,
            "state_hash": state_hash,
            "open_items": report.open_items,
            "identities": identities,
        }))?;
    } else {
        out::data(&format!(
            "chain      whole, {} batches, {} records",
            report.batches, report.records
        ));
        out::data(&format!("head       {}", report.hash));
        out::data(&format!("state      {state_hash}"));
        out::data(&format!("open items {}", report.open_items));
        for identity in &report.identities {
            let mark = if identity.holds { "holds" } else { "BROKEN" };
            out::data(&format!("{mark:>10} {}", identity.name));
        }
    }
    Ok(if sound { Exit::Done } else { Exit::No })
}

/// The journal itself, or where it lies in the data folder of a hub or a sandbox.
fn journal_in(path: &Path) -> PathBuf {
    [path.join("journal.db"), path.join("hub/journal.db")]
        .into_iter()
        .find(|candidate| candidate.is_file())
        .unwrap_or_else(|| path.to_owned())
}

fn told_of(text: &str) -> anyhow::Result<(u64, journal::Hash)> {
    let wrong = || format!("take `{text}`: not a sequence, `:` and a hash of 64 digits");
    let (seq, hash) = text.split_once(':').with_context(wrong)?;
    Ok((
        seq.parse().with_context(wrong)?,
        hash.parse().with_context(wrong)?,
    ))
}
